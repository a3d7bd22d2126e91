"""The rows of one reading, fetched once: what the figures of a whole plan are counted from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Value

from activities.answering import Cast, Gap, casts, gap_of
from activities.contradictions import marked
from activities.due_states import DELIVERED, PAST_DUE, DueState, lateness
from activities.prepared import asked_of
from activities.reading import Reading
from activities.summaries.proposals import WaitingDate, waiting_dates, with_waiting


@dataclass(frozen=True)
class Picture:
    """Activities that are not withdrawn, with their contradictions, and their live milestones, in plan order.

    One query for each table, when it is first asked for.
    """

    reading: Reading

    @cached_property
    def activities(self) -> tuple[Any, ...]:
        """Present activities with due state and contradiction, in plan order."""
        found = tuple(asked_of(self.reading, _activities, rounds_open=self.reading.rounds_open is not False))
        self.reading.knows_open(each.id for each in found if each.has_return_open)
        return found

    @cached_property
    def milestones(self) -> tuple[Any, ...]:
        """Live milestones of present activities with their due states, and the other dates proposed for them."""
        return tuple(asked_of(self.reading, _milestones))

    @cached_property
    def casts(self) -> dict[int, Cast]:
        """Who holds which role, by activity."""
        return casts(self.reading, list(self.by_id))

    @cached_property
    def by_id(self) -> dict[int, Any]:
        """The activities by id."""
        return {activity.id: activity for activity in self.activities}

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The activities for which nobody answers, the oldest gap first, finished ones left out."""
        vacant = (gap_of(each, self.reading.on) for each in self.activities if not each.is_finished)
        return tuple(sorted((gap for gap in vacant if gap), key=lambda gap: (-gap.days, gap.activity.position)))

    @property
    def waiting_dates(self) -> list[WaitingDate]:
        """The milestones for which another date is proposed and not answered."""
        return waiting_dates(self.milestones, self.by_id, self.reading.bodies)

    def milestones_in(self, *states: DueState) -> list[Any]:
        """The live milestones in some due states, soonest date first, then in plan order."""
        found = [each for each in self.milestones if each.due_state in states]
        return sorted(found, key=self.by_date)

    def by_date(self, milestone: Any) -> tuple[Any, ...]:
        """A sorting key: the agreed date, those without one last, then the plan's order."""
        activity = self.by_id[milestone.activity_id]
        undated = milestone.agreed_due is None
        return (undated, milestone.agreed_due or date.max, activity.position, milestone.position, milestone.id)


def days_late(milestone: Any) -> int:
    """How many days a milestone is, was or stayed late; 0 where it is not."""
    return lateness(milestone.agreed_due, milestone.counted_on)


def is_past_due(milestone: Any) -> bool:
    """Whether its agreed date has passed without delivery, paused ones included."""
    return milestone.due_state in PAST_DUE


def _fallen_due(milestone: Any, on: date) -> bool:
    return not milestone.is_start and milestone.agreed_due is not None and milestone.agreed_due < on


@dataclass(frozen=True)
class MilestoneSet:
    """Milestones that a sentence counts and the timeline can be narrowed to; ``holds`` takes the reading's day."""

    key: str
    label: str
    holds: Callable[[Any, date], bool]


SETS: dict[str, MilestoneSet] = {
    entry.key: entry
    for entry in (
        MilestoneSet("due", "Due so far", _fallen_due),
        MilestoneSet("met", "Due so far and delivered", lambda m, on: _fallen_due(m, on) and m.due_state in DELIVERED),
        MilestoneSet(
            "met_late",
            "Due so far and delivered late",
            lambda m, on: _fallen_due(m, on) and m.due_state == DueState.DELIVERED_LATE,
        ),
        MilestoneSet(
            "closed",
            "Due so far and closed undelivered",
            lambda m, on: _fallen_due(m, on) and m.due_state == DueState.CLOSED,
        ),
        MilestoneSet(
            "early",
            "Delivered though due later",
            lambda m, on: (
                m.due_state in DELIVERED and not m.is_start and m.agreed_due is not None and m.agreed_due >= on
            ),
        ),
        MilestoneSet(
            "this_quarter",
            "Due this quarter",
            lambda m, on: m.due_state == DueState.DUE_THIS_QUARTER and not m.is_start,
        ),
        MilestoneSet(
            "to_begin",
            "To begin this quarter",
            lambda m, on: m.due_state == DueState.DUE_THIS_QUARTER and m.is_start,
        ),
        MilestoneSet(
            "to_come",
            "Still to come",
            lambda m, on: m.due_state in (DueState.DUE_THIS_QUARTER, DueState.DUE_NEXT_QUARTER, DueState.LATER),
        ),
        MilestoneSet("past_due", "Past their date", lambda m, on: is_past_due(m)),
        MilestoneSet("delivered", "Delivered or begun", lambda m, on: m.due_state in DELIVERED),
        MilestoneSet("moved", "Moved", lambda m, on: m.moves > 0),
        MilestoneSet("no_date", "Without a date", lambda m, on: m.due_state == DueState.NO_DATE),
    )
}
"""Every set of milestones by its key: the one home of what a counted sentence counts."""


def counted(picture: Picture, key: str) -> list[Any]:
    """The live milestones of a set, soonest first; ``KeyError`` for a set there is not."""
    holds, on = SETS[key].holds, picture.reading.on
    return sorted((each for each in picture.milestones if holds(each, on)), key=picture.by_date)


def _activities(reading: Reading, rounds_open: bool) -> Any:
    asked: Any = reading.has_return_open if rounds_open else Value(False)
    return marked(reading, reading.activities).annotate(has_return_open=asked)


def _milestones(reading: Reading) -> Any:
    return with_waiting(reading, reading.milestones.live())
