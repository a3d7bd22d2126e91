"""Slippage of a whole plan: every date that moved with its moves, and totals by focus area and by who answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from activities.answering import Cast
from activities.due_states import days
from activities.models import FocusArea
from activities.reading import Reading
from activities.summaries.lateness import EVERYTHING, Narrowing, answering_ids
from activities.summaries.picture import Picture
from activities.summaries.slippage import Total, first_due, slipped, slipped_days, total
from agencies.models import Body


@dataclass(frozen=True)
class Moved:
    """A live milestone whose agreed date has moved, with its activity, who answers, and every move in order."""

    milestone: Any
    activity: Any
    who: str
    focus: str
    moves: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The milestone; an occurrence with its number."""
        return str(self.milestone.full_name)

    @property
    def in_words(self) -> str:
        """``moved twice, 182 days later, first due Q1 FY2021/22``."""
        return slipped(self.milestone)

    @property
    def first_due(self) -> str:
        """When it was first due."""
        return first_due(self.milestone)


@dataclass(frozen=True)
class MoveLine:
    """One move of one date: a line of the ledger."""

    of: Moved
    move: Any


@dataclass(frozen=True)
class Slippage:
    """The dates of a picture that moved, narrowed to a focus area or a body that answers."""

    picture: Picture
    narrowing: Narrowing = EVERYTHING

    @cached_property
    def milestones(self) -> list[Any]:
        """The live milestones of the activities asked for, in plan order."""
        return [each for each in self.picture.milestones if self._holds(self.picture.by_id[each.activity_id])]

    def _holds(self, activity: Any) -> bool:
        asked = self.narrowing
        if asked.focus_area_id is not None and activity.focus_area_id != asked.focus_area_id:
            return False
        return asked.body_id is None or asked.body_id in answering_ids(self._cast(activity.id))

    def _cast(self, activity_id: int) -> Cast:
        return self.picture.casts.get(activity_id, Cast())

    @property
    def total(self) -> Total:
        """How far they moved in all."""
        return total(self.milestones)

    @cached_property
    def moved(self) -> list[Moved]:
        """Every date that moved, the one that moved furthest first (one query for the moves)."""
        rows = [each for each in self.milestones if each.moves]
        moves: dict[int, list[Any]] = defaultdict(list)
        if rows:
            for move in self.picture.reading.date_moves.filter(milestone_id__in=[row.id for row in rows]):
                moves[move.milestone_id].append(move)
        focus = {area.id: area.code for area in self.picture.reading.focus_areas}
        found = [
            Moved(
                row,
                activity := self.picture.by_id[row.activity_id],
                self._cast(activity.id).answering_in_words or "Nobody answers",
                focus[activity.focus_area_id],
                tuple(moves[row.id]),
            )
            for row in rows
        ]
        return sorted(
            found, key=lambda each: (-slipped_days(each.milestone), each.activity.position, each.milestone.id)
        )

    @property
    def lines(self) -> list[MoveLine]:
        """Every move, in the order of the page."""
        return [MoveLine(moved, move) for moved in self.moved for move in moved.moves]

    @property
    def by_focus_area(self) -> list[tuple[FocusArea, Total]]:
        """Each focus area with its total; without any move it keeps its line."""
        reading = self.picture.reading
        return [(area, total(self._of(area.id))) for area in reading.focus_areas]

    def _of(self, focus_area_id: int) -> Iterable[Any]:
        by_id = self.picture.by_id
        return (each for each in self.milestones if by_id[each.activity_id].focus_area_id == focus_area_id)

    @property
    def by_body(self) -> list[tuple[Body, Total]]:
        """Each body that answers for something whose date moved, the furthest first.

        A date of several bodies counts for each of them; where a collective answers, for the collective.
        """
        found: dict[int, list[Any]] = defaultdict(list)
        for each in self.milestones:
            if each.moves:
                held = self._cast(each.activity_id).answering
                for body_id in {role.body.id for role in held if role.body}:
                    found[body_id].append(each)
        bodies = self.picture.reading.bodies
        lines = [(bodies[body_id], total(rows)) for body_id, rows in found.items()]
        return sorted(lines, key=lambda line: (-line[1].days, line[0].sort_key))


def finding(found: Slippage) -> str:
    """The heading: ``4 dates moved 6 times, 352 days later in all``."""
    return found.total.in_words or "No agreed date has moved"


def arrows_in_a_sentence(found: Slippage) -> str:
    """``4 dates moved 5 times, 292 days later in all; the furthest is that of 1 Expand …, by 182 days.``."""
    furthest = found.moved[0] if found.moved else None
    by = slipped_days(furthest.milestone) if furthest else 0
    if furthest is None or by <= 0:
        return f"{finding(found)}."
    return f"{finding(found)}; the furthest is that of {furthest.activity}, by {days(by)}."


def slippage(reading: Reading, narrowing: Narrowing = EVERYTHING) -> Slippage:
    """The slippage of a plan at a reading."""
    return Slippage(Picture(reading), narrowing)
