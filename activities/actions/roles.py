"""Roles: naming who leads, coordinates or supports, ending a role, and who belongs to a collective."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Sum
from django.db.models.functions import Coalesce

from activities.actions.carrying_out import allowed_by, carried_out
from activities.actions.common import Refused, hold, hold_plan, require, require_words
from activities.actions.rounds import follow_returns
from activities.actions.status import settle_parts
from activities.answering import Cast, cast_of
from activities.decisions import Move
from activities.models import ActionPlan, Activity, CollectiveMember, Decision, Part, Role, RoleKind, StatusUpdate
from activities.models.roles import ANSWERING
from activities.reading import Reading
from agencies.models import Body, BodyKind
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.writing import record, whole


@whole()
def assign_role(
    *,
    activity: Activity,
    kind: RoleKind,
    body: Body,
    scope: str = "",
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
    as_published: str = "",
    decision: Decision | None = None,
) -> Role:
    """Name a body for a role. Naming a lead or a coordinator closes an accountability gap.

    ``decision`` is the one on record that it follows, and settles.
    """
    require(by, "edit_register")
    held = hold(activity.id, expected)
    why = require_words(reason, "reason", "Give the reason, or the decision it follows from.")
    if kind == RoleKind.WITHHELD:
        raise Refused({"kind": "A withheld role stands in the document only; it cannot be typed in."})
    _refuse_scope(kind, scope)
    if Role.objects.filter(activity_id=held.id, kind=kind, body=body, scope=scope.strip(), ended_on=None).exists():
        raise Refused({"body": f"{body} has this role already."})
    allowed = allowed_by(decision, Move.NAME_LEAD if kind in ANSWERING else None, held, lead=body)
    role = Role(
        activity=held,
        position=_last_position(held) + 1,
        kind=kind,
        body=body,
        scope=scope.strip(),
        since=day_of(at),
        as_published=as_published,
        decision=allowed,
    )
    record(role, by=by.actor, at=at, reason=why)
    follow_roles(held, by=by, at=at, reason=why)
    carried_out(allowed, f"{body} named as {role.kind_label.lower()}", by=by, at=at)
    return role


def _refuse_scope(kind: RoleKind, scope: str) -> None:
    if scope.strip() and kind != RoleKind.LEAD:
        raise Refused({"scope": "Only a lead has a scope: leave it empty."})


def _last_position(activity: Activity) -> int:
    return Role.objects.filter(activity_id=activity.id).aggregate(last=Max("position"))["last"] or 0


@whole()
def end_role(*, role: Role, reason: str, by: Standing, at: datetime, expected: int | None = None) -> Role:
    """End a role. Where nobody answers any more, the activity has a gap from that day."""
    require(by, "edit_register")
    held = hold(role.activity_id, expected)
    row: Role = Role.objects.get(id=role.id)
    why = require_words(reason, "reason", "Give the reason.")
    if row.ended_on is not None:
        raise Refused({"": "This role has ended already."})
    if row.kind == RoleKind.WITHHELD:
        raise Refused({"": "A withheld role cannot be changed."})
    row.ended_on = day_of(at)
    record(row, by=by.actor, at=at, reason=why)
    follow_roles(held, by=by, at=at, reason=why)
    return row


@whole()
def set_collective(
    *,
    plan: ActionPlan,
    collective: Body,
    members: list[Body],
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> None:
    """Say who belongs to a collective within a plan; activities that it leads follow with their parts.

    ``expected`` is the stamp (``stamp_of_collective``) that the change was made from; ``Conflict`` where it is old.
    """
    require(by, "edit_register")
    why = require_words(reason, "reason", "Give the reason, or the decision it follows from.")
    if collective.kind != BodyKind.COLLECTIVE or any(body.kind != BodyKind.AGENCY for body in members):
        raise Refused({"members": "A collective is made of agencies."})
    hold_plan(plan.id)
    if expected is not None and stamp_of_collective(plan.id, collective.id) != expected:
        raise Conflict("Somebody else has changed who belongs to this collective since you opened it.")
    present = {
        each.body_id: each for each in CollectiveMember.objects.filter(plan=plan, collective=collective, ended_on=None)
    }
    for body in members:
        if body.id not in present:
            member = CollectiveMember(plan=plan, collective=collective, body=body, since=day_of(at))
            record(member, by=by.actor, at=at, reason=why)
    for body_id, member in present.items():
        if body_id not in {body.id for body in members}:
            member.ended_on = day_of(at)
            record(member, by=by.actor, at=at, reason=why)
    led = Role.objects.filter(activity__plan=plan, body=collective, ended_on=None, kind__in=["lead", "coordinator"])
    # All are held before the first is followed: that takes the open rounds, which come after every activity.
    for activity in [hold(each, None) for each in sorted(set(led.values_list("activity_id", flat=True)))]:
        follow_roles(activity, by=by, at=at, reason=why)


def stamp_of_collective(plan_id: int, collective_id: int) -> int:
    """A number that grows with each change of who belongs to a collective within a plan (one query)."""
    rows = CollectiveMember.objects.filter(plan_id=plan_id, collective_id=collective_id).order_by()
    total: int = rows.aggregate(total=Coalesce(Sum("version"), 0))["total"]
    return total


def follow_roles(activity: Activity, *, by: Standing, at: datetime, reason: str) -> None:
    """Bring parts, and the day since which nobody answers, in line with the roles; writes what changed.

    Parts exist where a lead has a scope, or a collective leads: one for each scoped lead or member.
    """
    on = day_of(at)
    cast = cast_of(Reading(activity.plan, on), activity.id)
    moved = _follow_parts(activity, cast, on=on, by=by, at=at, reason=reason)
    withheld = activity.resourcing_withheld and not cast.answering
    if cast.answering or withheld:
        activity.vacant_since = None
    elif activity.vacant_since is None:
        activity.vacant_since = _vacant_since(activity, on)
    if moved and _speaks_in_parts(activity):
        settle_parts(activity, list(Part.objects.filter(activity_id=activity.id, withdrawn_on=None)))
    record(activity, by=by.actor, at=at, reason=reason)
    follow_returns(activity, by=by, at=at, reason=reason)


def _vacant_since(activity: Activity, on: date) -> date:
    """The later of the plan's start and the day on which the last role that answered ended (Plan, 9 and 16)."""
    answered_before = Role.objects.filter(activity_id=activity.id, kind__in=ANSWERING).exists()
    return max(activity.plan.starts_on, on) if answered_before else activity.plan.starts_on


def _speaks_in_parts(activity: Activity) -> bool:
    """Whether the status of the whole follows from parts that still live.

    It does where the latest update was of a part; a word for the whole stands until the next update of a part.
    """
    latest = StatusUpdate.objects.filter(activity_id=activity.id).order_by("-number").first()
    if latest is None or latest.part_id is None:
        return False
    return Part.objects.filter(activity_id=activity.id, withdrawn_on=None).exists()


def wanted_parts(cast: Cast) -> list[tuple[Body, str]]:
    """The (body, scope) pairs that answer for a part: scoped leads, and the members of leading collectives."""
    leads = cast.of_kind(RoleKind.LEAD)
    shared = any(held.role.scope or (held.body and held.body.kind == BodyKind.COLLECTIVE) for held in leads)
    if not shared:
        return []
    return list(dict.fromkeys((body, held.role.scope) for held in leads for body in held.bodies))


def _follow_parts(activity: Activity, cast: Cast, *, on: date, by: Standing, at: datetime, reason: str) -> bool:
    """Withdraw and add parts as the roles say; whether any did change."""
    wanted = wanted_parts(cast)
    keys = {(body.id, scope) for body, scope in wanted}
    present = {
        (part.body_id, part.scope): part for part in Part.objects.filter(activity_id=activity.id, withdrawn_on=None)
    }
    for key, part in present.items():
        if key not in keys:
            part.withdrawn_on = on
            record(part, by=by.actor, at=at, reason=reason)
    position = Part.objects.filter(activity_id=activity.id).aggregate(last=Max("position"))["last"] or 0
    for body, scope in wanted:
        if (body.id, scope) not in present:
            position += 1
            part = Part(activity=activity, body=body, scope=scope, position=position)
            record(part, by=by.actor, at=at, reason=reason)
    return keys != set(present)
