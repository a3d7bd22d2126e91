"""Reporting rounds: opened for a quarter, extended for a body, closed with what is missing, reopened with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max

from activities.actions.common import Refused, hold_plan, require, require_words
from activities.asking import Key, asked, asked_about
from activities.models import ActionPlan, Activity, Draft, Return, Round
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.returns import OPEN, TO_REVIEW, WITH_BODY, ReturnState
from agencies.models import Body
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import TICK, day_of, long_date
from tnoc_tracker.record.prepared import ask
from tnoc_tracker.record.writing import record, whole


@whole()
def open_round(
    *, plan: ActionPlan, quarter: FiscalQuarter, due_on: date, note: str = "", by: Standing, at: datetime
) -> Round:
    """Open the round of a quarter: one return for each activity or part, asked of the body that answers.

    Raises ``Refused`` for a quarter that has not begun or lies before the plan, one that has a round already, or a
    day that has passed.
    """
    require(by, "run_rounds")
    held = hold_plan(plan.id)
    hold_activities(held.id)
    _refuse_quarter(held, quarter, day_of(at))
    if due_on < day_of(at):
        raise Refused({"due_on": f"{long_date(due_on)} has passed: give the agencies a day to come."})
    opened = Round(
        plan=held,
        quarter_key=quarter.key,
        fiscal_year_starts_in=held.fiscal_year_starts_in,
        due_on=due_on,
        note=note.strip(),
        opened_at=at,
        opened_by=by.actor.name,
    )
    record(opened, by=by.actor, at=at, reason=f"Round of {quarter} opened")
    for key, body_id in _wanted(held, day_of(at)).items():
        _ask(opened, key, body_id, by=by, at=at, reason=f"Round of {quarter} opened")
    return opened


def _refuse_quarter(plan: ActionPlan, quarter: FiscalQuarter, on: date) -> None:
    if quarter.year.starts_in != plan.fiscal_year_starts_in or quarter < plan.quarter_of(plan.starts_on):
        raise Refused({"quarter": "Choose a quarter of this plan."})
    if quarter.first_day > on:
        raise Refused({"quarter": f"{quarter} has not begun."})
    if Round.objects.filter(plan=plan, quarter_key=quarter.key).exists():
        raise Refused({"quarter": f"{quarter} has its round already: reopen that one, with a reason."})


def _wanted(plan: ActionPlan, on: date) -> dict[Key, int | None]:
    """What a round of a plan asks for, in plan order: the id of the body that is asked, by key."""
    return {each.key: each.body_id for each in asked(Reading(plan, on))}


def _ask(opened: Round, key: Key, body_id: int | None, *, by: Standing, at: datetime, reason: str) -> None:
    activity_id, part_id = key
    made = Return(
        round=opened,
        activity_id=activity_id,
        part_id=part_id,
        body_id=body_id,
        due_on=max(opened.due_on, day_of(at)),
    )
    record(made, by=by.actor, at=at, reason=reason)


def hold_activities(plan_id: int) -> None:
    """Lock every activity of a plan until the transaction ends: nobody's roles or status move meanwhile.

    For what touches many of them at once. Whoever holds an activity takes the rounds after it, never before.
    """
    list(Activity.objects.select_for_update().filter(plan_id=plan_id).order_by("id").values_list("id", flat=True))


def hold_open_rounds(plan_id: int) -> list[Round]:
    """The open rounds of a plan, locked in one order until the transaction ends: none of them closes meanwhile."""
    return ask(_open_rounds, plan_id=plan_id)


def _open_rounds(plan_id: int) -> Any:
    return Round.objects.select_for_update().filter(plan_id=plan_id, closed_at=None).order_by("id")


def hold_round(round_id: int, expected: int | None = None) -> Round:
    """The round, locked until the transaction ends; ``Conflict`` where its stamp is not the expected one."""
    held: Round = Round.objects.select_for_update().get(id=round_id)
    if expected is not None and held.version != expected:
        raise Conflict("Somebody else has changed this round since you opened it.")
    return held


def require_open(held: Round) -> None:
    """``Refused`` where a round is closed: it is locked until it is reopened."""
    if held.is_closed:
        raise Refused({"": f"The round of {held} is closed. The Secretariat can reopen it, with a reason."})


@whole()
def change_note(*, round: Round, note: str, by: Standing, at: datetime, expected: int | None = None) -> Round:
    """Write another covering note; the one before stays on record."""
    require(by, "run_rounds")
    held = hold_round(round.id, expected)
    require_open(held)
    held.note = note.strip()
    record(held, by=by.actor, at=at, reason="Another covering note")
    return held


@whole()
def extend_returns(
    *,
    round: Round,
    body: Body | None,
    until: date,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> list[Return]:
    """Give one body a later day for what it has not returned; with a reason, on every one of its open returns.

    ``body`` None are the returns for which nobody answers.
    """
    require(by, "run_rounds")
    held = hold_round(round.id, expected)
    require_open(held)
    why = require_words(reason, "reason", "Give the reason for the extension.")
    rows = list(_waiting_for(held).filter(body=body))
    if not rows:
        raise Refused({"": "Nothing is missing from this body: there is nothing to extend."})
    if until < day_of(at):
        raise Refused({"until": f"{long_date(until)} has passed."})
    if any(until <= row.due_on for row in rows):
        latest = long_date(max(row.due_on for row in rows))
        raise Refused({"until": f"Give a day after {latest}, which is agreed already."})
    for row in rows:
        row.due_on, row.extended_why = until, why
        record(row, by=by.actor, at=at, reason=why)
    return rows


def _waiting_for(held: Round) -> Any:
    """The live returns of a round that a body has not returned, locked, in order."""
    rows = Return.objects.select_for_update(of=("self",)).filter(round=held, dropped_on=None, state__in=WITH_BODY)
    return rows.order_by("id")


@whole()
def close_round(*, round: Round, by: Standing, at: datetime, expected: int | None = None) -> Round:
    """Close a round: what is missing is recorded as not returned, and nothing in it changes any more.

    ``Refused`` while something waits for review.
    """
    require(by, "run_rounds")
    held = hold_round(round.id, expected)
    require_open(held)
    waiting = Return.objects.filter(round=held, dropped_on=None, state__in=TO_REVIEW).count()
    if waiting:
        noun = "1 return waits" if waiting == 1 else f"{waiting} returns wait"
        raise Refused({"": f"{noun} for review: accept or send back first, then close."})
    at = _after_everything_in(held, at)
    for row in _waiting_for(held):
        row.state = ReturnState.NOT_RETURNED
        record(row, by=by.actor, at=at, reason=f"Not returned when the round of {held} was closed")
    held.closed_at, held.closed_by = at, by.actor.name
    record(held, by=by.actor, at=at, reason=f"Round of {held} closed")
    return held


def _after_everything_in(held: Round, at: datetime) -> datetime:
    """The moment of closing: ``at``, or just after the latest entry of a return.

    Somebody's acceptance may have begun later than the closing and be written before it; the position as at the
    close holds it.
    """
    latest = Return.history.filter(round_id=held.id).aggregate(latest=Max("history_date"))["latest"]
    return max(at, latest + TICK) if latest else at


@whole()
def reopen_round(
    *, round: Round, due_on: date, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Round:
    """Reopen a closed round with a reason: what was not returned is asked for again, by another day."""
    require(by, "run_rounds")
    hold_activities(round.plan_id)
    held = hold_round(round.id, expected)
    if not held.is_closed:
        raise Refused({"": f"The round of {held} is open."})
    why = require_words(reason, "reason", "Say why the round is reopened.")
    if due_on < day_of(at):
        raise Refused({"due_on": f"{long_date(due_on)} has passed: give a day to come."})
    held.openings += 1
    held.reopened_why, held.due_on = why, due_on
    held.closed_at, held.closed_by = None, ""
    record(held, by=by.actor, at=at, reason=why)
    missing = Return.objects.select_for_update(of=("self",)).filter(round=held, state=ReturnState.NOT_RETURNED)
    begun = set(Draft.objects.filter(ret__round=held).exclude(typed={}).values_list("ret_id", flat=True))
    for row in missing.order_by("id"):
        row.state = _state_again(row, begun)
        row.due_on, row.extended_why = due_on, ""
        record(row, by=by.actor, at=at, reason=why)
    _follow(held, _wanted(held.plan, day_of(at)), None, by=by, at=at, reason=why)
    return held


def _state_again(row: Return, begun: set[int]) -> ReturnState:
    """Where a return that was missing stood before its round was closed."""
    if row.filings:
        return ReturnState.SENT_BACK
    return ReturnState.DRAFT if row.id in begun else ReturnState.REQUESTED


def follow_returns(activity: Activity, *, by: Standing, at: datetime, reason: str) -> None:
    """Bring the open rounds in line with who answers for an activity, and whether it is still worked on."""
    rounds = hold_open_rounds(activity.plan_id)
    if not rounds:
        return
    wanted = asked_about(activity)
    for opened in rounds:
        _follow(opened, wanted, activity.id, by=by, at=at, reason=reason)


def _follow(
    opened: Round,
    wanted: Mapping[Key, int | None],
    activity_id: int | None,
    *,
    by: Standing,
    at: datetime,
    reason: str,
) -> None:
    """Ask for what is wanted and not asked for yet; drop what is open and not wanted any more; follow the body."""
    rows = ask(_asked_for, round_id=opened.id, activity_id=activity_id)
    present = {(row.activity_id, row.part_id): row for row in rows}
    for key, row in present.items():
        if row.state in OPEN and key not in wanted:
            row.dropped_on, row.dropped_why = day_of(at), reason or "No longer asked for"
        elif row.state in WITH_BODY and row.body_id != wanted[key]:
            _hand_over(row, wanted[key], day_of(at))
        record(row, by=by.actor, at=at, reason=reason)
    for key, body_id in wanted.items():
        if key not in present:
            _ask(opened, key, body_id, by=by, at=at, reason=reason)


def _asked_for(round_id: int, activity_id: int | None) -> Any:
    """The live returns of a round, of one activity or of all, locked in one order until the transaction ends."""
    rows = Return.objects.filter(round_id=round_id, dropped_on=None)
    if activity_id is not None:
        rows = rows.filter(activity_id=activity_id)
    return rows.select_for_update(of=("self",)).order_by("id")


def _hand_over(row: Return, body_id: int | None, on: date) -> None:
    """Ask another body: not for a day that has passed, and without what the one before had begun to write."""
    row.body_id, row.due_on = body_id, max(row.due_on, on)
    if row.state == ReturnState.DRAFT:
        row.state = ReturnState.REQUESTED
    Draft.objects.filter(ret=row).update(typed={}, version=F("version") + 1)
