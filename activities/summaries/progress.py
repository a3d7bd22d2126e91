"""How the plan got here: milestones delivered against milestones due, and statuses month by month, from the history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, Value

from activities.charts import Steps
from activities.due_states import DELIVERED, DueState
from activities.models import ActionPlan, Activity
from activities.reading import Reading
from activities.statuses import BY_SEVERITY, FINISHED, DeliveryStatus
from activities.summaries.headline import became
from activities.summaries.picture import Picture
from activities.summaries.rows import plain
from tnoc_tracker.record.days import end_of_day, long_date
from tnoc_tracker.record.prepared import ask

MOST_POINTS = 13
"""So many days a chart by month shows: a year and the day itself; a longer plan is shown by quarter, or by year."""


# Milestones --------------------------------------------------------------------------------------------------------


def due_and_delivered(picture: Picture) -> tuple[Steps, Steps]:
    """The two lines: milestones by agreed date, and those delivered by day; starts and removed ones are left out."""
    milestones = [each for each in picture.milestones if not each.is_start]
    due = tuple(each.agreed_due for each in milestones if each.agreed_due)
    delivered = tuple(each.delivered_on for each in milestones if each.delivered_on)
    return Steps("due", "due", due), Steps("delivered", "delivered", delivered, upto=picture.reading.on)


def delivery_in_a_sentence(picture: Picture) -> str:
    """``Of 14 milestones due by 31 March 2022, 6 are delivered``, and how many of them late.

    Counts what is due on the day itself, as the chart does.
    """
    on = picture.reading.on
    dated = [each for each in picture.milestones if not each.is_start and each.agreed_due and each.agreed_due <= on]
    due = sorted(dated, key=picture.by_date)
    states = (DELIVERED, (DueState.DELIVERED_LATE,), (DueState.CLOSED,))
    told = became(due, *([each for each in due if each.due_state in wanted] for wanted in states))
    return plain(told) or "No milestone has fallen due yet."


# Statuses ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """How many activities had which delivery status at a position, which is ``reading``."""

    reading: Reading
    counts: dict[str, int]

    @property
    def on(self) -> date:
        """The day."""
        return self.reading.on

    def number(self, *statuses: str) -> int:
        """How many activities had one of these statuses."""
        return sum(self.counts.get(status, 0) for status in statuses)


def by_month(picture: Picture) -> list[Point]:
    """The statuses at the end of each month since the plan began, and at the reading itself (one query).

    Read from the history: what a page of that day counts. Days before the plan was on record are left out.
    """
    reading = picture.reading
    days = month_ends(reading.plan, reading.on)
    counts = _counts(reading.plan, days)
    points = [Point(Reading.on_day(reading.plan, day), counts[place]) for place, day in enumerate(days)]
    now = Point(reading, dict(Counter(each.status for each in picture.activities)))
    return [*(point for point in points if point.counts), now]


def month_ends(plan: ActionPlan, on: date) -> list[date]:
    """The ends of months from the plan's start to before a day; of every third or more, where they would be many."""
    for months in (1, 3, 6, 12, 24, 60):
        days = list(_ends(plan.starts_on, on, months))
        if len(days) < MOST_POINTS:
            return days
    return days[1 - MOST_POINTS :]


def _ends(first: date, on: date, months: int) -> list[date]:
    found: list[date] = []
    month = first.year * 12 + first.month - 1 + months
    while (end := _day_before(month)) < on:
        found.append(end)
        month += months
    return found


def _day_before(month: int) -> date:
    """The day before a month begins; months are counted from the year 0."""
    return date.fromordinal(date(month // 12, month % 12 + 1, 1).toordinal() - 1)


def _counts(plan: ActionPlan, days: list[date]) -> list[dict[str, int]]:
    """Present activities by status at the end of each day (one query, whatever the number of days)."""
    found: list[dict[str, int]] = [{} for _ in days]
    if not days:
        return found
    ends = {f"day_{place}": end_of_day(day) for place, day in enumerate(days)}
    for row in ask(_counted_at, plan_id=plan.id, **ends):
        found[row["place"]][row["status"]] = row["count"]
    return found


def _counted_at(plan_id: int, **ends: datetime) -> Any:
    first, *others = (_counted(plan_id, place, at) for place, at in enumerate(ends.values()))
    return first.union(*others, all=True) if others else first


def _counted(plan_id: int, place: int, at: datetime) -> Any:
    rows: Any = Activity.objects.filter(plan_id=plan_id).known_at(at)
    named = rows.filter(withdrawn_on=None).order_by().annotate(place=Value(place, output_field=IntegerField()))
    return named.values("place", "status").annotate(count=Count("history_id"))


def months_in_a_sentence(points: list[Point]) -> str:
    """``Since 31 July 2021 not started fell from 21 to 9, on track rose from 0 to 5``, the groups that changed."""
    first, last = points[0], points[-1]
    if len(points) == 1:
        return f"The record begins on {long_date(last.on)}: nothing earlier is known."
    groups = (
        ("not started", (DeliveryStatus.NOT_STARTED,)),
        ("on track", (DeliveryStatus.ON_TRACK,)),
        ("at risk or off track", (DeliveryStatus.AT_RISK, DeliveryStatus.OFF_TRACK)),
        ("paused", (DeliveryStatus.PAUSED,)),
        ("finished", FINISHED),
    )
    told = [
        f"{words} {'rose' if after > before else 'fell'} from {before} to {after}"
        for words, statuses in groups
        if (before := first.number(*statuses)) != (after := last.number(*statuses))
    ]
    return f"Since {long_date(first.on)} {', '.join(told) or 'the counts are the same'}."


def statuses_of(points: list[Point]) -> list[str]:
    """The statuses that any of the points has, worst first."""
    return [status.value for status in BY_SEVERITY if any(point.number(status) for point in points)]
