"""Who answers × delivery status: a line for each body that answers, where trouble is on top, and one for the gaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from activities.answering import Cast
from activities.due_states import DueState
from activities.statuses import DeliveryStatus
from activities.summaries.headline import be, numbered
from activities.summaries.picture import Picture
from activities.summaries.rows import Rows, activities
from agencies.models import Body

NOBODY = "Nobody answers"

TROUBLE = (DeliveryStatus.OFF_TRACK, DeliveryStatus.AT_RISK)
"""The statuses that the sentence counts; the order of lines looks at paused ones after them."""


@dataclass(frozen=True)
class MatrixLine:
    """What one body answers for, by delivery status, and how much of it is overdue; ``body`` is None for the gaps."""

    body: Body | None
    activities: tuple[Any, ...]

    @property
    def label(self) -> str:
        """The body, or that nobody answers."""
        return self.body.label if self.body else NOBODY

    @cached_property
    def counts(self) -> Counter[str]:
        """Activities by delivery status."""
        return Counter(each.status for each in self.activities)

    @property
    def overdue(self) -> int:
        """Overdue activities; paused ones are left out, as in the headline."""
        return sum(1 for each in self.activities if each.due_state == DueState.OVERDUE)

    @property
    def troubled(self) -> int:
        """Activities off track or at risk."""
        return sum(self.counts[status] for status in TROUBLE)

    @property
    def rows(self) -> Rows:
        """The activities it counts."""
        return activities(**self._asked)

    @property
    def rows_overdue(self) -> Rows:
        """Those of them that are overdue."""
        return activities(**self._asked, due=DueState.OVERDUE.value)

    def rows_with(self, status: str) -> Rows:
        """Those of them with a status."""
        return activities(**self._asked, status=status)

    @property
    def _asked(self) -> dict[str, str]:
        return {"body": self.body.slug, "role": "answers"} if self.body else {"gap": "yes"}

    @property
    def most_trouble_first(self) -> tuple[Any, ...]:
        """A sorting key: overdue, off track, at risk, paused, then how much there is; the gaps before a body."""
        worst = [-self.counts[status] for status in (*TROUBLE, DeliveryStatus.PAUSED)]
        named = self.body.sort_key if self.body else ""
        return (-self.overdue, *worst, self.body is not None, -len(self.activities), named)


@dataclass(frozen=True)
class Matrix:
    """The lines, most trouble first, and how many activities are in none of them."""

    lines: tuple[MatrixLine, ...]
    left_out: int

    @property
    def bodies(self) -> tuple[MatrixLine, ...]:
        """The lines of bodies."""
        return tuple(line for line in self.lines if line.body)


def matrix(picture: Picture) -> Matrix:
    """The matrix of a picture: an activity stands with each body that answers, a collective's with each member.

    In no line is what nobody answers for and is withheld, or finished.
    """
    found: dict[int, tuple[Body, list[Any]]] = {}
    seen: set[int] = set()
    for activity in picture.activities:
        for body in _answering(picture.casts.get(activity.id, Cast())):
            found.setdefault(body.id, (body, []))[1].append(activity)
            seen.add(activity.id)
    lines = [MatrixLine(body, tuple(rows)) for body, rows in found.values()]
    if picture.gaps:
        lines.append(MatrixLine(None, tuple(gap.activity for gap in picture.gaps)))
        seen |= {gap.activity.id for gap in picture.gaps}
    lines.sort(key=lambda line: line.most_trouble_first)
    return Matrix(tuple(lines), len(picture.activities) - len(seen))


def _answering(cast: Cast) -> list[Body]:
    """The single bodies that answer, each once; a collective itself only while it has no members."""
    named: dict[int, Body] = {}
    for held in cast.answering:
        for body in (held.body,) if held.membership_to_be_set else held.bodies:
            if body:
                named[body.id] = body
    return list(named.values())


def matrix_in_a_sentence(found: Matrix) -> str:
    """``Of 16 bodies that answer, 2 have something overdue and 4 something off track or at risk; …``."""
    bodies = found.bodies
    if not bodies:
        return "Nobody answers for anything yet."
    late = sum(1 for line in bodies if line.overdue)
    troubled = sum(1 for line in bodies if line.troubled)
    of_all = f"Of {numbered(len(bodies), 'body', 'bodies')} that {'answers' if len(bodies) == 1 else 'answer'}"
    overdue = f"{late or 'none'} {'has' if late < 2 else 'have'} something overdue"
    said = f"{of_all}, {overdue} and {troubled or 'none'} something off track or at risk"
    gaps = next((len(line.activities) for line in found.lines if line.body is None), 0)
    if gaps:
        nobody = "has nobody who answers" if gaps == 1 else "have nobody who answers"
        said += f"; {numbered(gaps, 'activity', 'activities')} {nobody}"
    return f"{said}."


def left_out_in_words(count: int) -> str:
    """Which activities are in no line; empty where all are."""
    if not count:
        return ""
    what = numbered(count, "activity", "activities")
    return f"{what} {be(count)} in no line: nobody is named there, and it is withheld or finished."
