"""Slippage: how the date of a milestone moved, by how much, and when it was first due. Editing never resets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery, Value

from activities.due_states import PAST_DUE, days, in_words, lateness
from activities.models import DateMove, Milestone
from activities.prepared import asked_of
from activities.reading import Reading
from activities.summaries.proposals import Waiting, waiting_of, with_waiting
from tnoc_tracker.record.days import long_date


def first_due(milestone: Any) -> str:
    """``Q1 FY2021/22`` as the document says it, else the day; ``without a date`` where it first had none."""
    if milestone.original_due is None:
        return "without a date"
    if milestone.quarter:
        return f"Q{milestone.quarter} FY{milestone.fiscal_year}"
    return long_date(milestone.original_due)


def often(times: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def slipped(milestone: Any) -> str:
    """``moved 2 times, 92 days later, first due Q1 FY2021/22``; empty where the date never moved."""
    if not milestone.moves:
        return ""
    moved = f"moved {often(milestone.moves)}"
    if milestone.original_due is None or milestone.agreed_due is None:
        return f"{moved}, first {first_due(milestone)}"
    by = (milestone.agreed_due - milestone.original_due).days
    in_all = f"{days(abs(by))} {'later' if by > 0 else 'earlier'}" if by else "back to where it was"
    return f"{moved}, {in_all}, first due {first_due(milestone)}"


@dataclass(frozen=True)
class Total:
    """How far the dates of some live milestones have moved in all.

    ``days`` adds up agreed less original dates, later ones less earlier ones; a milestone that first had no date
    counts with its moves only.
    """

    milestones: int = 0
    moves: int = 0
    days: int = 0

    @property
    def in_words(self) -> str:
        """``2 dates moved 3 times, 212 days later in all``; empty where none moved."""
        if not self.moves:
            return ""
        dates = "1 date" if self.milestones == 1 else f"{self.milestones} dates"
        return f"{dates} moved {often(self.moves)}, {self.days_in_words}"

    @property
    def days_in_words(self) -> str:
        """``212 days later in all``."""
        if not self.days:
            return "0 days in all"
        return f"{days(abs(self.days))} {'later' if self.days > 0 else 'earlier'} in all"


def total(milestones: Iterable[Any]) -> Total:
    """The slippage of some milestones; removed ones and series count nowhere."""
    moved = [each for each in milestones if each.moves and each.removed_on is None and not each.is_series]
    return Total(len(moved), sum(each.moves for each in moved), sum(slipped_days(each) for each in moved))


def slipped_days(milestone: Any) -> int:
    """Days from the original to the agreed date; 0 where one of them is missing."""
    if milestone.original_due is None or milestone.agreed_due is None:
        return 0
    days_between: int = (milestone.agreed_due - milestone.original_due).days
    return days_between


def date_moves(reading: Reading, milestone_id: int) -> list[Any]:
    """The ledger of one milestone in order, each move with ``recorded_by`` (one query)."""
    entries = DateMove.history.model.objects.filter(id=OuterRef("id"), sequence=1).order_by()
    rows = reading.date_moves.filter(milestone_id=milestone_id)
    return list(rows.annotate(recorded_by=Subquery(entries.values("actor_name")[:1])))


@dataclass(frozen=True)
class MilestoneLine:
    """One milestone of an activity as its table shows it; ``return_open`` where a reporting round still asks."""

    milestone: Any
    return_open: bool = False

    @property
    def kind(self) -> str:
        """``Due``, ``Start``, ``Recurring, every 6 months``."""
        label = str(self.milestone.get_kind_display())
        if not self.milestone.is_series:
            return label
        months = self.milestone.interval_months
        return f"{label}, every {'month' if months == 1 else f'{months} months'}"

    @property
    def state(self) -> str:
        """The due state in words; a series says whether it still runs."""
        row = self.milestone
        if row.is_series and row.removed_on is None:
            return f"ended on {long_date(row.ended_on)}" if row.ended_on else "runs"
        late = lateness(row.agreed_due, row.counted_on)
        return in_words(row.due_state, late, is_start=row.is_start, return_open=self.return_open)

    @property
    def is_late(self) -> bool:
        """Whether an agreed date has passed undelivered."""
        return self.milestone.due_state in PAST_DUE

    @property
    def slipped(self) -> str:
        """How the date moved."""
        return slipped(self.milestone)

    @property
    def waiting(self) -> Waiting | None:
        """The proposal of another date that waits for an answer."""
        return waiting_of(self.milestone)

    @property
    def may_move(self) -> bool:
        """Whether another date can be agreed for it, or it can be removed."""
        return bool(self.milestone.is_open)

    @property
    def may_be_corrected(self) -> bool:
        """Whether a delivery stands that could be wrong."""
        return self.milestone.delivered_on is not None and self.milestone.removed_on is None

    @property
    def runs(self) -> bool:
        """Whether it still makes occurrences."""
        row = self.milestone
        return bool(row.is_series and row.ended_on is None and row.removed_on is None)

    @property
    def may_be_removed(self) -> bool:
        """Whether it is neither delivered nor removed."""
        return self.milestone.delivered_on is None and self.milestone.removed_on is None


def milestone_lines(reading: Reading, activity: Any) -> list[MilestoneLine]:
    """Every milestone of an activity, removed ones, series and withdrawn activities included (one query)."""
    told = {"activity_id": activity.id, "status": str(activity.status), "finished_on": activity.finished_on}
    found = asked_of(reading, _milestones_of, **told)
    return [MilestoneLine(row, reading.still_asks(row.activity_id, row.due_state)) for row in found]


def _milestones_of(reading: Reading, activity_id: int, status: str, finished_on: date | None) -> Any:
    rows: Any = with_waiting(reading, reading.rows(Milestone).filter(activity_id=activity_id))
    dated = rows.with_due_state(reading.horizon, status=Value(status), finished_on=Value(finished_on))
    return dated.order_by("position", F("occurrence").asc(nulls_first=True), "id")


def finding(lines: list[MilestoneLine]) -> str:
    """The heading of an activity's milestones: ``2 milestones are open, 1 of them past its date``."""
    still = [line for line in lines if line.milestone.is_open]
    if not still:
        return "No milestone is open" if lines else "No milestones"
    late = sum(1 for line in still if line.is_late)
    if len(still) == 1:
        return "1 milestone is open, and past its date" if late else "1 milestone is open"
    of_them = f", {late} of them past {'its date' if late == 1 else 'their dates'}" if late else ""
    return f"{len(still)} milestones are open{of_them}"


@dataclass(frozen=True)
class Ledger:
    """One milestone with its moves: what the page shows beside a new date."""

    milestone: Any
    moves: list[Any]

    @property
    def agreed(self) -> date | None:
        """The date as it stands."""
        found: date | None = self.milestone.agreed_due
        return found

    @property
    def in_words(self) -> str:
        """``moved 2 times, 92 days later, first due Q1 FY2021/22``, or that it never moved."""
        return slipped(self.milestone) or "never moved"
