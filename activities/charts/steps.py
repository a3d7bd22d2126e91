"""Step lines over the year: how many things there are by each day, of one or more kinds."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from activities.charts.places import Column, columns_of, place_of, quarters_of
from activities.quarters import NEW_ZEALAND_STARTS_IN, FiscalQuarter, long_date

HEIGHT = 200
"""The height of the drawing, in pixels: only its width stretches."""

_MOST_TICKS = 5
_NEEDS = 32.0
"""The room, in percent, that words beside a line need on a narrow screen."""


@dataclass(frozen=True)
class Steps:
    """One line: it goes up by one on each of its days. ``upto`` is the day on which it ends, None for the last."""

    key: str
    label: str
    days: tuple[date, ...]
    upto: date | None = None

    def by(self, day: date) -> int:
        """How many there are by the end of a day."""
        return sum(1 for each in self.days if each <= day)


@dataclass(frozen=True)
class Line:
    """A piece of a step line, or a rule: x in percent, y in pixels from the top."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Tick:
    """A rule across the chart with its number."""

    count: int
    y: float


@dataclass(frozen=True)
class DrawnSteps:
    """A line with its pieces, and the words at the day that the chart shows."""

    key: str
    label: str
    count: int
    lines: tuple[Line, ...]
    y: float
    label_y: float = 0.0
    anchor: str = "end"

    @property
    def in_words(self) -> str:
        """``14 due``."""
        return f"{self.count} {self.label}"


@dataclass(frozen=True)
class StepChart:
    """A chart ready to be drawn; ``now`` is None where the day is outside it."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    series: tuple[DrawnSteps, ...]
    now: float | None
    now_label: str
    height: int = HEIGHT

    @property
    def label_x(self) -> float:
        """Where the words at the lines stand: on either side of it."""
        return 100.0 if self.now is None else self.now


def step_chart(
    series: Sequence[Steps], first_day: date, last_day: date, on: date, starts_in: int = NEW_ZEALAND_STARTS_IN
) -> StepChart:
    """The lines over the whole quarters from ``first_day`` to ``last_day``, with their counts by the day ``on``.

    Days before the first quarter count from its beginning, days after the last one not at all. ValueError where the
    last day is before the first.
    """
    quarters = quarters_of(first_day, last_day, starts_in)
    inside = quarters[0].first_day <= on <= quarters[-1].last_day
    now = place_of(on, quarters) if inside else None
    ticks = _ticks(max((each.by(quarters[-1].last_day) for each in series), default=0))
    top = ticks[-1]
    drawn = [_draw(each, quarters, on, top) for each in series]
    return StepChart(
        columns=columns_of(quarters),
        ticks=tuple(Tick(count, _height(count, top)) for count in ticks),
        series=tuple(_labelled(drawn, now if now is not None else 100.0)),
        now=now,
        now_label=long_date(on),
    )


def _ticks(most: int) -> list[int]:
    """Round numbers from 0 to the first one that is not below the most, at most six."""
    sizes = (figure * 10**power for power in itertools.count() for figure in (1, 2, 5))
    size = next(size for size in sizes if size * _MOST_TICKS >= most)
    return [size * i for i in range(max(1, -(-most // size)) + 1)]


def _height(count: int, top: int) -> float:
    return round(HEIGHT - HEIGHT * count / top, 1)


def _draw(steps: Steps, quarters: Sequence[FiscalQuarter], on: date, top: int) -> DrawnSteps:
    last = min(steps.upto or quarters[-1].last_day, quarters[-1].last_day)
    x, count, lines = 0.0, 0, []
    for day, more in sorted(Counter(day for day in steps.days if day <= last).items()):
        at = max(place_of(day, quarters), 0.0)
        if at > x:
            lines.append(Line(x, _height(count, top), at, _height(count, top)))
        lines.append(Line(at, _height(count, top), at, _height(count + more, top)))
        x, count = at, count + more
    end = place_of(last, quarters)
    if end > x:
        lines.append(Line(x, _height(count, top), end, _height(count, top)))
    y = _height(steps.by(min(on, last)), top)
    return DrawnSteps(steps.key, steps.label, steps.by(min(on, last)), tuple(lines), y)


def _labelled(drawn: Sequence[DrawnSteps], now: float) -> list[DrawnSteps]:
    """The lines with their words, where no line runs: a line never falls, so that above it on the left is free.

    The highest has them there, the others on the right below it, or near the right edge on the left below it.
    """
    highest = min(drawn, key=lambda each: each.y, default=None)
    side = "start" if now <= 100 - _NEEDS else "end"
    return [
        replace(each, label_y=each.y - 7, anchor="end" if now >= _NEEDS else "start")
        if each is highest
        else replace(each, label_y=min(each.y + 14, HEIGHT - 5), anchor=side)
        for each in drawn
    ]
