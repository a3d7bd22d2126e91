"""Milestones: dates that move on the record, milestones added, removed by decision, series continued and ended."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

from activities.actions.carrying_out import allowed_by, carried_out, reference_of
from activities.actions.common import Refused, hold, require, require_words
from activities.decisions import Move
from activities.models import ActionPlan, Activity, DateMove, Decision, Milestone, MilestoneKind
from activities.quarters import FiscalQuarter
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.writing import record, whole

DATED = (MilestoneKind.DUE, MilestoneKind.START, MilestoneKind.OCCURRENCE)
UNDATED = (MilestoneKind.TO_BE_DECIDED, MilestoneKind.EXTERNAL)

Due = date | FiscalQuarter
"""What a date is agreed as: a day, or a fiscal quarter, which means up to and including its last day."""


def last_day_of(due: Due) -> date:
    """The last day on which what is due is still in time."""
    return due.last_day if isinstance(due, FiscalQuarter) else due


@whole()
def move_date(
    *,
    milestone: Milestone,
    to: Due,
    reason: str,
    asked_by: str,
    agreed_by: str,
    decision_reference: str = "",
    decision: Decision | None = None,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> DateMove:
    """Agree another date for an open milestone: the only way an agreed date changes.

    The ledger keeps every move; the original date stays. ``decision`` is the one on record that it follows, and
    settles. ``Refused``: closed, a missing word, the same date, or one that the decision does not allow.
    """
    require(by, "edit_register")
    held = hold(milestone.activity_id, expected)
    row, moved_to = Milestone.objects.get(id=milestone.id), last_day_of(to)
    _refuse_move(row, moved_to)
    allowed = allowed_by(decision, Move.NEW_DATE, held, milestone_id=row.id, new_due=moved_to)
    move = DateMove(
        milestone=row,
        number=row.moves + 1,
        moved_from=row.agreed_due,
        moved_to=moved_to,
        reason=require_words(reason, "reason", "Give the reason for the new date."),
        asked_by=require_words(asked_by, "asked_by", "Say who asked for the new date."),
        agreed_by=require_words(agreed_by, "agreed_by", "Say who agreed to the new date."),
        decision_reference=reference_of(allowed, decision_reference),
        decision=allowed,
        at=at,
    )
    record(move, by=by.actor, at=at, reason=move.reason)
    row.agreed_due = moved_to
    row.moves += 1
    record(row, by=by.actor, at=at, reason=move.reason)
    carried_out(allowed, f"Agreed date moved to {long_date(moved_to)}", by=by, at=at)
    return move


def _refuse_move(milestone: Milestone, moved_to: date) -> None:
    if not milestone.is_open:
        raise Refused({"": "Only the date of an open milestone can move."})
    if moved_to == milestone.agreed_due:
        raise Refused({"moved_to": f"The agreed date is {long_date(moved_to)} already."})


@whole()
def add_milestone(
    *,
    activity: Activity,
    kind: MilestoneKind,
    label: str,
    due: Due | None,
    interval_months: int | None = None,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Milestone:
    """Add a milestone that the document does not have; a recurring one gets its occurrences at once.

    ``due`` is the date of a due or start milestone, or the first date of a recurring one.
    """
    require(by, "edit_register")
    held = hold(activity.id, expected)
    why = require_words(reason, "reason", "Give the reason for the new milestone.")
    if held.timeframe_withheld:
        raise Refused({"": "The timeframe of this activity is withheld: it has no milestones here."})
    _refuse_misfit(kind, due, interval_months)
    last = Milestone.objects.filter(activity_id=held.id).aggregate(last=Max("position"))["last"] or 0
    quarter = due if kind in DATED and isinstance(due, FiscalQuarter) else None
    day = last_day_of(due) if due else None
    milestone = Milestone(
        activity=held,
        position=last + 1,
        kind=kind,
        label=require_words(label, "label", "Name the milestone."),
        fiscal_year=quarter.year.label if quarter else "",
        quarter=quarter.number if quarter else None,
        original_due=day if kind in DATED else None,
        agreed_due=day if kind in DATED else None,
        interval_months=interval_months if kind == MilestoneKind.RECURRING else None,
    )
    record(milestone, by=by.actor, at=at, reason=why)
    if kind == MilestoneKind.RECURRING:
        make_occurrences(series=milestone, first=day, upto=held.plan.ends_on, by=by, at=at)
    return milestone


def _refuse_misfit(kind: MilestoneKind, due: Due | None, interval_months: int | None) -> None:
    """Refuse a kind of milestone without the date or interval that it needs, or with one that it cannot have."""
    if kind == MilestoneKind.OCCURRENCE:
        raise Refused({"kind": "Occurrences follow from a recurring milestone; they are not added."})
    if kind in DATED and due is None:
        raise Refused({"due": "Give the date: a fiscal quarter, or a day."})
    if kind in UNDATED and due is not None:
        raise Refused({"due": "A milestone of this kind has no date yet: leave the date empty, or choose “Due”."})
    if kind == MilestoneKind.RECURRING and not interval_months:
        raise Refused({"interval_months": "Give the interval in months."})


@whole()
def edit_milestone(
    *, milestone: Milestone, label: str, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Milestone:
    """Change the working words of a milestone; the clause as published stays."""
    require(by, "edit_register")
    hold(milestone.activity_id, expected)
    row: Milestone = Milestone.objects.get(id=milestone.id)
    row.label = label.strip()
    record(row, by=by.actor, at=at, reason=require_words(reason, "reason", "Give the reason for the change."))
    return row


@whole()
def correct_delivery(
    *,
    milestone: Milestone,
    delivered_on: date | None,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Milestone:
    """Correct the day on which a milestone was delivered or begun; None takes the delivery back."""
    require(by, "edit_register")
    held = hold(milestone.activity_id, expected)
    row: Milestone = Milestone.objects.get(id=milestone.id)
    if delivered_on is not None and delivered_on > day_of(at):
        raise Refused({"delivered_on": "The day cannot lie in the future."})
    if row.is_series or row.removed_on is not None:
        raise Refused({"": "This milestone cannot be delivered: it is removed, or only produces occurrences."})
    if delivered_on is None and held.is_finished:
        raise Refused({"": "The activity is finished: reopen it before a delivery is taken back."})
    row.delivered_on = delivered_on
    why = require_words(reason, "reason", "Give the reason for the correction.")
    record(row, by=by.actor, at=at, reason=f"{why}{_mistaken_entry(row)}")
    return row


def _mistaken_entry(milestone: Milestone) -> str:
    """`` (corrects the entry of 17 December 2021 by MOJ lead)``: the last that set the day; empty where none did."""
    for entry in Milestone.history.filter(id=milestone.id).order_by("-sequence"):
        if "delivered_on" in entry.changed or (entry.sequence == 1 and entry.delivered_on):
            return f" (corrects the entry of {long_date(day_of(entry.history_date))} by {entry.actor_name})"
    return ""


@whole()
def remove_milestone(
    *,
    milestone: Milestone,
    decision_reference: str = "",
    decision: Decision | None = None,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Milestone:
    """Remove an open milestone by a recorded decision: it stays visible, and counts nowhere.

    Removing a series removes its open occurrences too.
    """
    require(by, "edit_register")
    held = hold(milestone.activity_id, expected)
    row: Milestone = Milestone.objects.get(id=milestone.id)
    if row.removed_on is not None or row.delivered_on is not None:
        raise Refused({"": "Only an open milestone can be removed."})
    why = require_words(reason, "reason", "Give the reason.")
    allowed = allowed_by(decision, Move.REMOVE, held, milestone_id=row.id)
    reference = require_words(
        reference_of(allowed, decision_reference), "decision_reference", "Give the reference of the decision."
    )
    for each in [row, *Milestone.objects.filter(series_id=row.id).still_open()]:
        each.removed_on = day_of(at)
        each.decision_reference, each.decision = reference, allowed
        record(each, by=by.actor, at=at, reason=why)
    carried_out(allowed, f"“{row.name}” removed", by=by, at=at)
    return row


@whole()
def end_series(
    *,
    milestone: Milestone,
    decision_reference: str = "",
    decision: Decision | None = None,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Milestone:
    """End a recurring milestone by a recorded decision: no more occurrences are made, those that exist stay."""
    require(by, "edit_register")
    held = hold(milestone.activity_id, expected)
    row: Milestone = Milestone.objects.get(id=milestone.id)
    if not row.is_series or row.ended_on is not None:
        raise Refused({"": "Only a recurring milestone that still runs can be ended."})
    row.ended_on = day_of(at)
    allowed = allowed_by(decision, Move.REMOVE, held, milestone_id=row.id)
    row.decision_reference = require_words(
        reference_of(allowed, decision_reference), "decision_reference", "Give the reference of the decision."
    )
    row.decision = allowed
    record(row, by=by.actor, at=at, reason=require_words(reason, "reason", "Give the reason."))
    carried_out(allowed, f"“{row.name}” ended", by=by, at=at)
    return row


def make_occurrences(
    *, series: Milestone, first: date | None, upto: date, by: Standing, at: datetime
) -> list[Milestone]:
    """Make the occurrences of a series that fall due up to a day; those that exist are left alone.

    ``first`` is the first date where it is known; otherwise it follows from the last occurrence. Dates derived
    from the interval say so (``derived``).
    """
    made: list[Milestone] = []
    last = Milestone.objects.filter(series_id=series.id).order_by("-occurrence").first()
    assert series.interval_months  # noqa: S101  every recurring milestone has an interval
    due = add_months(last.original_due, series.interval_months) if last else first or first_occurrence(series)
    number = last.occurrence + 1 if last else 1
    while due <= upto:
        row = Milestone(
            activity_id=series.activity_id,
            position=series.position,
            kind=MilestoneKind.OCCURRENCE,
            label=series.label,
            series=series,
            occurrence=number,
            original_due=due,
            agreed_due=due,
            derived=number > 1 or first is None,
        )
        record(row, by=by.actor, at=at, reason=f"Occurrence {number} of a recurring milestone")
        made.append(row)
        due, number = add_months(due, series.interval_months), number + 1
    return made


@whole()
def continue_series(*, plan: ActionPlan, upto: date, by: Standing, at: datetime) -> list[Milestone]:
    """Make every occurrence of the plan's running series that falls due up to a day (safe to repeat)."""
    require(by, "edit_register")
    running = Milestone.objects.filter(kind=MilestoneKind.RECURRING, ended_on=None, removed_on=None)
    of_plan = Activity.objects.filter(plan=plan).present().order_by("id").values_list("id", flat=True)
    made: list[Milestone] = []
    for activity_id in of_plan.filter(milestones__in=running).distinct():
        if not hold(activity_id, None).is_finished:
            for series in running.filter(activity_id=activity_id):
                made += make_occurrences(series=series, first=None, upto=upto, by=by, at=at)
    return made


def first_occurrence(series: Milestone) -> date:
    """The first date of a series: the preceding date of the cell, else the period's start, plus the interval."""
    assert series.interval_months  # noqa: S101  every recurring milestone has an interval
    preceding = (
        Milestone.objects.filter(activity_id=series.activity_id, position__lt=series.position)
        .exclude(original_due=None)
        .order_by("-position")
        .first()
    )
    start = preceding.original_due if preceding else series.activity.plan.starts_on
    return add_months(start, series.interval_months)


def add_months(day: date, months: int) -> date:
    """The day so many months later; the end of a month stays the end of a month (31 December + 6 = 30 June)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = date.fromordinal(month_after.toordinal() - 1).day
    ends_month = date.fromordinal(day.toordinal() + 1).day == 1
    return date(year, month + 1, last if ends_month else min(day.day, last))
