"""Who may write, draft and comment on a return, and what a report of it would be made about."""

from __future__ import annotations

from datetime import date

from activities.actions.status import situation_of, target_of
from activities.answering import Cast, cast_of
from activities.asking import secretariat_answers
from activities.models import Part, Return
from activities.reading import Reading
from activities.workflow import Situation
from agencies.permissions import Target, may
from agencies.standing import Standing


def target_of_return(ret: Return, on: date, cast: Cast | None = None) -> Target:
    """The bodies whose reporters may write a return: whoever answers for the part, else for the activity.

    ``cast`` is the activity's, where the caller has read it. A whole that nobody is asked about is the Secretariat's.
    """
    if cast is None or ret.part_id is not None:
        return target_of(ret.activity, ret.part, on)
    return cast.target if ret.body_id is not None else Target()


def may_draft(ret: Return, by: Standing, on: date, cast: Cast | None = None) -> bool:
    """Whether somebody reads and keeps a return's draft: reporters of the body that answers, nobody else.

    The Secretariat does where it answers itself; it may file for an agency, and does not see what that has begun.
    """
    own = bool(target_of_return(ret, on, cast).body_ids & by.reporting_body_ids)
    return own or (may(by, "run_rounds") and secretariat_answers(ret.body))


def commenting(ret: Return, cast: Cast | None = None) -> Target:
    """The bodies whose members may comment: those with a role in the activity, and whoever answers for it."""
    roles = (cast or cast_of(Reading(ret.activity.plan, ret.due_on), ret.activity_id)).roles
    own = {ret.body_id} if ret.body_id else set()
    return Target(frozenset(body.id for held in roles for body in held.bodies) | own)


def situation_of_return(ret: Return, *, by: Standing, on: date) -> Situation:
    """What a report would be made about: the same as for a status update of the activity or part."""
    part = Part.objects.get(id=ret.part_id) if ret.part_id else None
    return situation_of(ret.activity, part, by=by, on=on)
