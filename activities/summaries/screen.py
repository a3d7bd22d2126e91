"""The figures for the meeting room's screen: where the plan stands, what moved, what the group is asked to decide.

Everything is counted from two positions read once, and from the meetings: eight queries, however much there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Subquery
from django.db.models.functions import JSONObject

from activities.answering import Cast, gap_of
from activities.comparison import Comparison, Difference, Kind, Sides, at_a_glance, moves_between
from activities.comparison.kinds import DATES, KINDS
from activities.comparison.sides import is_present
from activities.due_states import DueState
from activities.models import AgendaItem, Meeting, MilestoneKind, Pack
from activities.reading import Listed, Reading
from activities.summaries.picture import Picture, days_late, is_past_due
from tnoc_tracker.record.days import day_of, long_date

DECISIONS = 5
"""So many decisions are sought at the head of a meeting; the others are named as a number."""

ROWS = 10
"""So many lines of a chart can be read from the back of the room."""

LATE = 5
"""So many overdue milestones stand beside the counts."""

LINES = 2
"""So many lines of one kind of change are shown; the rest is one link away."""


@dataclass(frozen=True)
class LaterSide(Picture):
    """The picture of the later side of a comparison: its rows are those that were read for the comparison."""

    sides: Sides

    @cached_property
    def activities(self) -> tuple[Any, ...]:
        """Present activities, in plan order; without contradictions, which the screen does not show."""
        present = (each for each in self.sides.after.values() if is_present(each))
        return tuple(sorted(present, key=lambda each: each.position))

    @cached_property
    def milestones(self) -> tuple[Any, ...]:
        """Their live milestones: neither removed nor a series."""
        return tuple(
            each for each in self.sides.are.values() if each.removed_on is None and each.kind != MilestoneKind.RECURRING
        )


@dataclass(frozen=True)
class LateLine:
    """One overdue milestone: by how many days, of which activity, and who answers for it."""

    milestone: Any
    activity: Any
    who: str

    @property
    def days(self) -> int:
        """How many days late, at least 1."""
        return days_late(self.milestone)


@dataclass(frozen=True)
class Sought:
    """An item of the agenda on which the group is to decide; ``activity`` is None where it is about the plan."""

    heading: str
    text: str
    activity: Any = None


@dataclass(frozen=True)
class Called:
    """The meeting that comes next, or is held on the day, with the decisions it is asked for, in order."""

    meeting: Any
    sought: tuple[Sought, ...]

    @property
    def shown(self) -> tuple[Sought, ...]:
        """Those that head the meeting."""
        return self.sought[:DECISIONS]

    @property
    def more(self) -> int:
        """How many more there are."""
        return len(self.sought) - len(self.shown)


@dataclass(frozen=True)
class Movement:
    """What changed in one way: how many rows a comparison has of it, and a line for each thing."""

    kind: Kind
    count: int
    lines: tuple[Difference, ...]

    @property
    def shown(self) -> tuple[Difference, ...]:
        """The first lines."""
        return self.lines[:LINES]

    @property
    def more(self) -> int:
        """How many more things there are."""
        return len(self.lines) - len(self.shown)


@dataclass(frozen=True)
class Screen:
    """Everything on the screen; ``since_pack`` says that the earlier position is that of the last meeting's pack."""

    sides: Sides
    meetings: Sequence[Any]
    since_pack: bool

    @cached_property
    def picture(self) -> LaterSide:
        """The plan at the reading."""
        return LaterSide(self.sides.later, self.sides)

    @cached_property
    def late(self) -> list[LateLine]:
        """What is overdue, most days first; paused activities are left out, as in the headline."""
        by_id, casts = self.picture.by_id, self.picture.casts
        lines = [
            LateLine(each, by_id[each.activity_id], self._who(by_id[each.activity_id], casts))
            for each in self.picture.milestones_in(DueState.OVERDUE)
        ]
        return sorted(lines, key=lambda line: (-line.days, line.activity.position, line.milestone.position))

    def _who(self, activity: Any, casts: dict[int, Cast]) -> str:
        gap = gap_of(activity, self.picture.reading.on)
        return casts.get(activity.id, Cast()).answering_in_words or (gap.in_words if gap else "Withheld")

    @cached_property
    def compared(self) -> Comparison:
        """What changed since the earlier position."""
        return at_a_glance(self.sides)

    @cached_property
    def movements(self) -> list[Movement]:
        """The kinds of changes that there are, in their order."""
        found = [(kind, self.compared.of(kind)) for kind in KINDS]
        return [Movement(kind, self._rows(kind, lines), lines) for kind, lines in found if lines]

    def _rows(self, kind: Kind, lines: tuple[Difference, ...]) -> int:
        if kind is not DATES:
            return len(lines)
        return sum(moves_between(self.sides, line.milestone) for line in lines)

    @property
    def since(self) -> str:
        """``Since the last meeting’s pack, 9 November 2021``, or ``Since 31 December 2021``."""
        earlier = self.sides.earlier
        return f"Since the last meeting’s pack, {long_date(earlier.on)}" if self.since_pack else _since(earlier)

    @property
    def moved_in_words(self) -> str:
        """``5 statuses moved, 3 milestones delivered or begun``."""
        return ", ".join(each.kind.counted(each.count) for each in self.movements) or "nothing changed"

    @cached_property
    def called(self) -> Called | None:
        """The next meeting; None where none is called."""
        meeting = next_of(self.meetings, self.sides.later)
        if meeting is None:
            return None
        items = sorted(meeting.sought or (), key=lambda item: (item["position"], item["id"]))
        sought = (Sought(item["heading"], item["text"], self.picture.by_id.get(item["activity"])) for item in items)
        return Called(meeting, tuple(sought))

    @cached_property
    def pressing(self) -> tuple[list[Any], list[Any]]:
        """For the timeline: what is past its date, due this quarter or moved, and its activities, the worst of them."""
        chosen = [each for each in self.picture.milestones if _is_pressing(each)]
        ids = {each.activity_id for each in chosen}
        worst = sorted(
            (self.picture.by_id[each] for each in ids),
            key=lambda each: (each.severity, each.due_on or self.sides.later.on, each.position),
        )
        return sorted(worst[:ROWS], key=lambda each: each.position), chosen


def _since(earlier: Reading) -> str:
    return f"Since {earlier.at_in_words}"


def _is_pressing(milestone: Any) -> bool:
    return is_past_due(milestone) or milestone.due_state == DueState.DUE_THIS_QUARTER or milestone.moves > 0


def screen(reading: Reading, *, otherwise: Reading) -> Screen:
    """The screen of a plan at a reading; ``otherwise`` is the earlier position where no earlier meeting has a pack.

    It does not tell which returns are still open, and so does not ask.
    """
    reading = replace(reading, rounds_open=False)
    meetings = list(_meetings(reading))
    packed_at = _last_pack(meetings, reading)
    earlier = Reading(reading.plan, day_of(packed_at), packed_at) if packed_at else otherwise
    return Screen(Sides(earlier, reading), meetings, packed_at is not None)


def next_of(meetings: Sequence[Any], reading: Reading) -> Any:
    """The first meeting that has not passed; None where none is called."""
    return next((each for each in meetings if each.held_on >= reading.on), None)


def _last_pack(meetings: Sequence[Any], reading: Reading) -> datetime | None:
    """When the latest pack of a meeting before the next one was frozen."""
    called = next_of(meetings, reading)
    before = [each for each in meetings if called is None or each.held_on < called.held_on]
    frozen = [each.packed_at for each in before if each.packed_at is not None]
    return frozen[-1] if frozen else None


def _meetings(reading: Reading) -> Any:
    """Meetings that were not called off, soonest first, with ``sought`` and when a pack was last frozen (one query)."""
    seeking = reading.beside(AgendaItem, meeting_id="id").filter(seeks_decision=True, taken_off_on=None).order_by()
    columns = {"id": "id", "position": "position", "heading": "heading", "text": "text", "activity": "activity_id"}
    told = JSONObject(**{name: F(column) for name, column in columns.items()})
    packs = reading.beside(Pack, meeting_id="id").order_by("-frozen_at")
    rows = reading.rows(Meeting).filter(called_off_on=None)
    sought = Subquery(seeking.annotate(listed=Listed(told)).values("listed"))
    return rows.annotate(sought=sought, packed_at=Subquery(packs.values("frozen_at")[:1])).order_by("held_on", "id")
