"""Reporting on an activity or a part: the status, what is said with it, and milestones delivered or begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from activities.actions.carrying_out import allowed_by, carried_out, reference_of
from activities.actions.common import Refused, Seen, hold, hold_seen, require
from activities.actions.rounds import follow_returns
from activities.answering import cast_of
from activities.due_states import lateness
from activities.models import Activity, Decision, Milestone, Part, StatusUpdate
from activities.prepared import asked_of
from activities.reading import Reading
from activities.statuses import DeliveryStatus, worst_of
from activities.summaries.one_activity import parts_of
from activities.workflow import CLOSED, Situation, Statement, closed_whole, faults, move_of
from agencies.permissions import Target, may
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.prepared import ask
from tnoc_tracker.record.writing import record, whole


@dataclass(frozen=True)
class Filed:
    """Who reported something in a return, and when: it counts from its acceptance, by somebody else.

    ``unchanged`` says that the words of the report before were filed again.
    """

    by: Standing
    at: datetime
    unchanged: bool = False


@whole()
def update_status(
    *,
    activity: Activity,
    part: Part | None = None,
    statement: Statement,
    deliveries: Mapping[int, date] | None = None,
    forecast_of: int | None = None,
    by: Standing,
    at: datetime,
    expected: int | None = None,
    filed: Filed | None = None,
    corrects: int | None = None,
    decision: Decision | None = None,
    seen: Seen | None = None,
) -> StatusUpdate:
    """Record what somebody says of an activity, or of one part of it, and what follows from it.

    ``deliveries`` maps milestone ids to the day of delivery (for a start, the day it began). ``forecast_of``
    names the milestone that the forecast is for; by default the most pressing open one. With ``filed`` it was
    said in a return, and ``by`` of the Secretariat accepts it: the rules are the reporter's and of the day of
    filing. ``corrects`` numbers a mistaken update of the same; ``decision`` is the one on record that it follows, and
    settles. ``seen`` is what the caller has read of the activity at the stamp that it expects, and saves reading it
    again. Raises ``Refused``, ``Conflict`` or ``Forbidden``.
    """
    held = hold_seen(seen) if seen else hold(activity.id, expected)
    live_part = Part.objects.get(id=part.id, activity_id=held.id) if part else None
    _require(held, live_part, filed, by=by, on=day_of(at))
    allowed = _allowed(held, live_part, statement, decision, by=by, on=day_of(at))
    statement = replace(statement, decision_reference=reference_of(allowed, statement.decision_reference))
    saying = _Saying(statement, _reason(statement), by, at, filed, corrects, allowed)
    days = dict(deliveries or {})
    still_open = [copy(each) for each in seen.still_open] if seen else None
    delivered = check_report(held, live_part, statement, days, forecast_of, still_open=still_open, **saying.rules)
    update = _write_update(held, live_part, saying, delivered, forecast_of)
    for milestone in delivered.values():
        record(milestone, by=by.actor, at=at, reason=saying.reason)
    _settle(held, live_part, saying, update)
    follow_returns(held, by=by, at=at, reason=saying.reason)
    carried_out(allowed, f"{update.after.label} since {long_date(day_of(at))}", only_part=live_part, by=by, at=at)
    return update


def _require(activity: Activity, part: Part | None, filed: Filed | None, *, by: Standing, on: date) -> None:
    if filed is not None:
        require(by, "edit_register")
    elif not may(by, "edit_register"):  # whoever edits the register reports on everything: nobody is looked up
        require(by, "update_status", target_of(activity, part, on))


def _allowed(
    activity: Activity, part: Part | None, said: Statement, decision: Decision | None, *, by: Standing, on: date
) -> Decision | None:
    if decision is None:
        return None
    return allowed_by(decision, move_of(said.status, situation_of(activity, part, by=by, on=on)), activity, part=part)


@dataclass(frozen=True)
class _Saying:
    """One statement on its way into the register: with its reason, who writes it when, and who filed it when."""

    statement: Statement
    reason: str
    by: Standing
    at: datetime
    filed: Filed | None
    corrects: int | None = None
    decision: Decision | None = None

    @property
    def said_by(self) -> Standing:
        """Whose words they are."""
        return self.filed.by if self.filed else self.by

    @property
    def rules(self) -> dict[str, Any]:
        """Whose rules count, those of which day, and whether it only confirms what was said before."""
        said_at = self.filed.at if self.filed else self.at
        confirming = self.filed is not None and self.filed.unchanged
        return {"by": self.said_by, "on": day_of(said_at), "confirming": confirming}


def check_report(
    activity: Activity,
    part: Part | None,
    statement: Statement,
    days: dict[int, date],
    forecast_of: int | None,
    *,
    by: Standing,
    on: date,
    confirming: bool = False,
    still_open: list[Milestone] | None = None,
) -> dict[int, Milestone]:
    """The milestones that a report delivers, with their day set but not saved; ``Refused`` for all that is wrong.

    ``confirming`` says that it is the words of the last report again, of somebody who says that nothing changed;
    ``still_open`` are the open milestones, the next date first, where the caller has them.
    """
    if activity.withdrawn_on is not None or (part is not None and part.withdrawn_on is not None):
        raise Refused({"": "This is withdrawn from the plan: nobody reports on it any more."})
    if still_open is None:
        still_open = open_milestones(activity.id)
    delivered = _delivered(activity, part, days, on, still_open)
    remaining = [each.agreed_due for each in still_open if each.id not in delivered]
    situation = situation_with(activity, part, remaining, reports_milestones(activity, part), by=by, on=on)
    found = faults(statement, replace(situation, confirming=confirming))
    if found:
        raise Refused(found)
    _forecast_milestone(statement, forecast_of, still_open)
    return delivered


def _reason(said: Statement) -> str:
    """Why the entries of an update were written: the words that say most, else the decision, else the status."""
    words = (said.reason, said.what_was_done, said.statement, said.what_became, said.explanation, said.what_changed)
    decision = f"Decision {said.decision_reference}" if said.decision_reference.strip() else ""
    return next((text for text in (*words, decision) if text.strip()), f"Reported: {DeliveryStatus(said.status).label}")


def target_of(activity: Activity, part: Part | None, on: date, *, shared: bool | None = None) -> Target:
    """The bodies that answer for what is reported on; where parts exist, the whole is the Secretariat's.

    ``shared`` says whether parts exist, where the caller knows.
    """
    if part is not None:
        return Target(frozenset({part.body_id}))
    reading = Reading(activity.plan, on)
    if shared is None:
        shared = bool(asked_of(reading, parts_of, activity_id=activity.id))
    return Target() if shared else cast_of(reading, activity.id).target


def situation_of(
    activity: Activity, part: Part | None, *, by: Standing, on: date, delivered: frozenset[int] = frozenset()
) -> Situation:
    """What a statement would be made about, counting the milestones in ``delivered`` as delivered.

    Milestones are the activity's: while others still work on their parts, they keep no part open.
    """
    agreed = [each.agreed_due for each in open_milestones(activity.id) if each.id not in delivered]
    return situation_with(activity, part, agreed, reports_milestones(activity, part), by=by, on=on)


def open_milestones(activity_id: int) -> list[Milestone]:
    """The open milestones of an activity, the next date first (one query)."""
    return ask(_open_milestones, activity_id=activity_id)


def _open_milestones(activity_id: int) -> Any:
    rows: Any = Milestone.objects.filter(activity_id=activity_id)
    return rows.still_open().order_by(F("agreed_due").asc(nulls_last=True), "position", "id")


def situation_with(
    activity: Activity, part: Part | None, agreed: Iterable[date | None], reports: bool, *, by: Standing, on: date
) -> Situation:
    """The same, from the agreed dates of the open milestones and whether they are reported with it."""
    dates = list(agreed)
    return Situation(
        status=DeliveryStatus(part.status if part else activity.status),
        on=on,
        by_secretariat=may(by, "edit_register"),
        open_milestones=len(dates) if reports else 0,
        overdue_days=max(lateness(day, on) for day in [None, *dates]),
        whole=_closed_whole(activity) if part else None,
    )


def _closed_whole(activity: Activity) -> DeliveryStatus | None:
    """The whole's status where the Secretariat paused or closed it, and not its parts."""
    if activity.status not in CLOSED:
        return None
    parts = Part.objects.filter(activity_id=activity.id, withdrawn_on=None).values_list("status", flat=True)
    return closed_whole(activity.status, parts)


def reports_milestones(activity: Activity, part: Part | None) -> bool:
    """Whether an update of this part, or of the whole, may report milestones: only the last open part does."""
    if part is None:
        return True
    others = Part.objects.filter(activity_id=activity.id, withdrawn_on=None).exclude(id=part.id)
    return not others.filter(finished_on=None).exists()


def others_at_work() -> Exists:
    """Whether others still work on their parts beside the one of the query around it: the same as an expression."""
    others = Part.objects.filter(activity_id=OuterRef("activity_id"), withdrawn_on=None, finished_on=None)
    return Exists(others.exclude(id=Coalesce(OuterRef("part_id"), 0)))


def _delivered(
    activity: Activity, part: Part | None, days: dict[int, date], on: date, still_open: Iterable[Milestone]
) -> dict[int, Milestone]:
    """The milestones reported, with their day set but not saved; ``Refused`` for what cannot be reported."""
    if not days:
        return {}
    found = {milestone.id: milestone for milestone in still_open if milestone.id in days}
    wrong: dict[str, str] = {}
    for key, day in days.items():
        if key not in found or not reports_milestones(activity, part):
            wrong[f"delivered_{key}"] = (
                "This milestone cannot be reported here: it is closed, or others still work on it."
            )
        elif day > on:
            wrong[f"delivered_{key}"] = "The day cannot lie in the future."
        else:
            found[key].delivered_on = day
    if wrong:
        raise Refused(wrong)
    return found


def _forecast_milestone(statement: Statement, chosen: int | None, still_open: Iterable[Milestone]) -> Milestone | None:
    if statement.forecast is None:
        return None
    if chosen is None:
        return next(iter(still_open), None)
    named = next((milestone for milestone in still_open if milestone.id == chosen), None)
    if named is None:
        raise Refused({"forecast_of": "Choose a milestone of this activity that is still open."})
    return named


def _write_update(
    activity: Activity,
    part: Part | None,
    saying: _Saying,
    delivered: Mapping[int, Milestone],
    forecast_of: int | None,
) -> StatusUpdate:
    said = asdict(saying.statement)
    by, at = saying.by, saying.at
    status = said.pop("status")
    before = part.status if part else activity.status
    # Read again, so that the milestones delivered with it keep their forecast.
    still_open = open_milestones(activity.id) if saying.statement.forecast else []
    forecast_for = _forecast_milestone(saying.statement, forecast_of, still_open)
    if forecast_for is not None and forecast_for.id not in delivered:
        forecast_for.forecast = saying.statement.forecast
        record(forecast_for, by=by.actor, at=at, reason=saying.reason)
    update = StatusUpdate(
        activity=activity,
        part=part,
        number=activity.updates + 1,
        at=at,
        person_id=saying.said_by.actor.person_id,
        person_name=saying.said_by.actor.name,
        said_at=saying.filed.at if saying.filed else None,
        accepted_by=by.actor.name if saying.filed else None,
        from_status=before,
        to_status=status,
        whole_before=activity.status,
        whole_after=_whole_after(activity, part, status),
        forecast_of=forecast_for,
        milestones_met="; ".join(_met(milestone) for milestone in delivered.values()),
        corrects=_corrected(activity, part, before, saying),
        decision=saying.decision,
        **said,
    )
    record(update, by=by.actor, at=at, reason=saying.reason)
    return update


def _met(milestone: Milestone) -> str:
    verb = "begun" if milestone.is_start else "delivered"
    assert milestone.delivered_on is not None  # noqa: S101  set by _delivered for every reported milestone
    return f"{milestone.name}: {verb} {long_date(milestone.delivered_on)}"


def _corrected(activity: Activity, part: Part | None, before: str, saying: _Saying) -> StatusUpdate | None:
    """The update that this one corrects: the one named, or for going back to Not started the last one.

    ``Refused`` where what is named is no update of the same part, or of the whole.
    """
    if saying.corrects is not None:
        named: StatusUpdate | None = _said_of(activity, part).filter(number=saying.corrects).first()
        if named is None:
            raise Refused({"corrects": "Choose an earlier report of the same part, or of the whole."})
        return named
    if saying.statement.status != DeliveryStatus.NOT_STARTED or before == saying.statement.status:
        return None
    last: StatusUpdate | None = _said_of(activity, part).first()
    return last


def _said_of(activity: Activity, part: Part | None) -> Any:
    return StatusUpdate.objects.filter(activity_id=activity.id, part=part).order_by("-number")


def _whole_after(activity: Activity, part: Part | None, status: str) -> DeliveryStatus:
    if part is None:
        return DeliveryStatus(status)
    others = Part.objects.filter(activity_id=activity.id, withdrawn_on=None).exclude(id=part.id)
    return worst_of([status, *others.values_list("status", flat=True)])


def _set_status(row: Activity | Part, saying: _Saying) -> None:
    said = saying.statement
    row.status = said.status
    row.review_date = said.review_date if said.status is DeliveryStatus.PAUSED else None
    row.finished_on = _finished_on(said, saying.at)
    if saying.by.actor.person_id is not None:
        row.reported_at = saying.at


def _finished_on(statement: Statement, at: datetime) -> date | None:
    match statement.status:
        case DeliveryStatus.COMPLETED:
            return statement.completed_on
        case DeliveryStatus.NOT_DELIVERED:
            return day_of(at)
        case _:
            return None


def _settle(activity: Activity, part: Part | None, saying: _Saying, update: StatusUpdate) -> None:
    """Write what was said to the part and the whole: the whole directly, or as the worst of its parts."""
    told: dict[str, Any] = {"by": saying.by.actor, "at": saying.at, "reason": saying.reason}
    activity.updates = update.number
    if part is None:
        _set_status(activity, saying)
    else:
        _set_status(part, saying)
        record(part, **told)
        if saying.by.actor.person_id is not None:
            activity.reported_at = saying.at
        settle_parts(activity, list(Part.objects.filter(activity_id=activity.id, withdrawn_on=None)))
    record(activity, **told)


def settle_parts(activity: Activity, parts: list[Part]) -> None:
    """Set an activity's status, review date and finishing day from its live parts (not saved)."""
    activity.status = worst_of(part.status for part in parts)
    reviews = [part.review_date for part in parts if part.review_date and part.status == DeliveryStatus.PAUSED]
    activity.review_date = min(reviews) if activity.status == DeliveryStatus.PAUSED else None
    ends = [part.finished_on for part in parts if part.finished_on]
    activity.finished_on = max(ends) if activity.is_finished else None
