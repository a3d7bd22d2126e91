"""Proposals of another date: asked for by whoever reports, agreed or declined by the Secretariat."""

from __future__ import annotations

from datetime import date, datetime

from activities.actions.common import Refused, hold, require, require_words
from activities.actions.milestones import Due, last_day_of, move_date
from activities.actions.status import Filed
from activities.answering import cast_of
from activities.models import Activity, DateProposal, Decision, Milestone, ProposalState
from activities.reading import Reading
from agencies.models import Body, BodyFunction
from agencies.permissions import Target
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.writing import record, whole


@whole()
def propose_date(
    *,
    milestone: Milestone,
    to: Due,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
    filed: Filed | None = None,
) -> DateProposal:
    """Ask for another date for an open milestone, with a reason; the agreed date stays until it is agreed.

    Raises ``Refused`` for a closed milestone, a day that has passed or is agreed already, or where a proposal
    waits for an answer. With ``filed`` it was asked for in a return, which ``by`` accepts.
    """
    held = hold(milestone.activity_id, expected)
    target = target_of_proposal(held, day_of(at))
    require(by, "propose_date", target)
    asking, asked_at = (filed.by, filed.at) if filed else (by, at)
    row = Milestone.objects.get(id=milestone.id)
    _refuse_closed(held, row)
    proposed = last_day_of(to)
    if DateProposal.objects.filter(milestone=row, state=ProposalState.OPEN).exists():
        raise Refused({"": "A new date is proposed already, and waits for an answer. Take that one back first."})
    if proposed == row.agreed_due:
        raise Refused({"due": f"The agreed date is {long_date(proposed)} already."})
    if proposed < day_of(asked_at):
        raise Refused({"due": f"{long_date(proposed)} has passed: propose a day to come."})
    proposal = DateProposal(
        milestone=row,
        instead_of=row.agreed_due,
        proposed_due=proposed,
        reason=require_words(reason, "reason", "Give the reason for the new date."),
        body=_asking_body(asking, target),
        person_id=asking.actor.person_id,
        person_name=asking.actor.name,
        at=at,
    )
    record(proposal, by=by.actor, at=at, reason=proposal.reason)
    return proposal


def target_of_proposal(activity: Activity, on: date) -> Target:
    """The bodies whose reporters may ask for another date: whoever answers for the activity or a part of it."""
    return cast_of(Reading(activity.plan, on), activity.id).target


def _refuse_closed(activity: Activity, milestone: Milestone) -> None:
    if activity.withdrawn_on is not None or activity.is_finished or not milestone.is_open:
        raise Refused({"": "Only the date of an open milestone can move."})


def _asking_body(by: Standing, target: Target) -> Body:
    """The body that somebody asks for: the one that answers (or answered when it asked), else the Secretariat."""
    answers = target.body_ids & by.reporting_body_ids
    if not answers and not by.is_secretariat:
        answers = by.reporting_body_ids
    own = Body.objects.filter(id__in=answers).order_by("sort_key").first()
    found: Body = own or Body.objects.get(function=BodyFunction.SECRETARIAT)
    return found


@whole()
def agree_to_date(
    *,
    proposal: DateProposal,
    agreed_by: str,
    decision_reference: str = "",
    decision: Decision | None = None,
    answer: str = "",
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> DateProposal:
    """Agree to a proposal: the date moves, and the ledger keeps who asked and who agreed.

    Raises ``Refused`` where it was answered already, or the milestone is closed by now.
    """
    row = _waiting(proposal, by, expected)
    row.move = move_date(
        milestone=row.milestone,
        to=row.proposed_due,
        reason=row.reason,
        asked_by=f"{row.person_name}, {row.body.label}",
        agreed_by=agreed_by,
        decision_reference=decision_reference,
        decision=decision,
        by=by,
        at=at,
    )
    return _answer(row, ProposalState.AGREED, answer, by, at)


@whole()
def decline_date(
    *, proposal: DateProposal, answer: str, by: Standing, at: datetime, expected: int | None = None
) -> DateProposal:
    """Decline a proposal with a word; the agreed date stays."""
    row = _waiting(proposal, by, expected)
    why = require_words(answer, "answer", "Say why the date stays.")
    return _answer(row, ProposalState.DECLINED, why, by, at)


@whole()
def take_back_proposal(
    *, proposal: DateProposal, by: Standing, at: datetime, expected: int | None = None
) -> DateProposal:
    """Take a proposal back before it is answered: by the body that asked."""
    hold(proposal.milestone.activity_id, expected)
    require(by, "propose_date", Target(frozenset({proposal.body_id})))
    return _answer(_still_open(proposal), ProposalState.TAKEN_BACK, "", by, at)


def _waiting(proposal: DateProposal, by: Standing, expected: int | None) -> DateProposal:
    """The proposal, its activity held, for the Secretariat to answer."""
    require(by, "edit_register")
    hold(proposal.milestone.activity_id, expected)
    return _still_open(proposal)


def _still_open(proposal: DateProposal) -> DateProposal:
    row: DateProposal = DateProposal.objects.select_related("milestone", "body").get(id=proposal.id)
    if not row.is_open:
        raise Refused({"": f"This proposal waits no more: {row.state_label.lower()} by {row.answered_by}."})
    return row


def _answer(row: DateProposal, state: ProposalState, answer: str, by: Standing, at: datetime) -> DateProposal:
    row.state = state
    row.answer = answer.strip()
    row.answered_by = by.actor.name
    row.answered_at = at
    record(row, by=by.actor, at=at, reason=row.answer or row.state_label)
    return row
