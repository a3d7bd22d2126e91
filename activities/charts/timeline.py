"""The timeline: a row per activity, a column per quarter, a mark per milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from activities.charts.places import Column, columns_of, place_of, quarters_of
from activities.quarters import NEW_ZEALAND_STARTS_IN, FiscalQuarter, long_date

_LONG_AFTER = 8
"""Quarters after which a timeline is wider than a page and scrolls on every screen."""

_APART = 15.0
"""How far apart marks of a row stand at least, in percent of a quarter's width."""


@dataclass(frozen=True)
class TimelineMark:
    """A milestone on the timeline: it stands at ``on``, the agreed date, and was first due ``original``.

    ``label`` says the same in words: "Due 30 September 2021, 138 days overdue". ``until`` is the day on which its
    lateness ended: delivered late, or closed undelivered; an overdue one is late until the day the chart shows.
    ``forecast`` is when it is expected, where that is not the agreed date; ``via`` are the dates that were agreed
    between the original one and the present one.
    """

    kind: Literal["due", "start", "occurrence"]
    state: Literal["delivered", "overdue", "to_come", "closed"]
    on: date
    original: date
    label: str
    until: date | None = None
    forecast: date | None = None
    via: tuple[date, ...] = ()


@dataclass(frozen=True)
class TimelineRow:
    """An activity on the timeline; ``edge`` says why something of it has no place ("no date", "external").

    ``starts_group`` names the focus area on its first row, else None.
    """

    key: str
    number: str
    title: str
    url: str
    withheld: bool
    marks: tuple[TimelineMark, ...]
    edge: str = ""
    starts_group: str | None = None


@dataclass(frozen=True)
class DrawnMark:
    """A mark with its places in percent: its tip, where it slipped from and over which dates, how far it is late.

    ``forecast`` is where it is expected, and ``forecast_from`` where the arrow that leads there begins.
    """

    kind: str
    state: str
    label: str
    x: float
    slip_from: float | None
    late_to: float | None
    days_late: int
    via: tuple[float, ...] = ()
    forecast: float | None = None
    forecast_from: float = 0.0


@dataclass(frozen=True)
class DrawnRow:
    """A row of the timeline with its marks placed."""

    key: str
    number: str
    title: str
    url: str
    withheld: bool
    marks: tuple[DrawnMark, ...]
    edge: str
    starts_group: str | None


@dataclass(frozen=True)
class Timeline:
    """A timeline ready to be drawn; ``now`` is None where the day is outside it."""

    columns: tuple[Column, ...]
    rows: tuple[DrawnRow, ...]
    now: float | None
    now_label: str

    @property
    def span(self) -> int:
        """The table's columns: titles, quarters, and what has no date."""
        return len(self.columns) + 2

    @property
    def is_long(self) -> bool:
        """Whether it is wider than a page."""
        return len(self.columns) > _LONG_AFTER

    @property
    def now_anchor(self) -> str:
        """The side on which the label of the day stays inside the drawing."""
        if self.now is None or 8 <= self.now <= 92:
            return "middle"
        return "start" if self.now < 8 else "end"


def timeline(
    rows: Sequence[TimelineRow],
    first_day: date,
    last_day: date,
    on: date,
    starts_in: int = NEW_ZEALAND_STARTS_IN,
) -> Timeline:
    """The timeline of whole quarters from ``first_day`` to ``last_day``, seen on the day ``on``.

    ``starts_in`` is the month in which the plan's fiscal year begins. Quarters are equally wide; dates
    outside stand at the nearest edge. ValueError where the last day is before the first.
    """
    quarters = quarters_of(first_day, last_day, starts_in)
    inside = quarters[0].first_day <= on <= quarters[-1].last_day
    return Timeline(
        columns=columns_of(quarters),
        rows=tuple(_draw_row(row, quarters, on) for row in rows),
        now=place_of(on, quarters) if inside else None,
        now_label=long_date(on),
    )


def _draw_row(row: TimelineRow, quarters: Sequence[FiscalQuarter], on: date) -> DrawnRow:
    """The row with its marks placed, those of one day side by side and never past their quarter."""
    apart = _APART / len(quarters)
    drawn: list[DrawnMark] = []
    limit = 100.0
    for mark in sorted(row.marks, key=lambda mark: mark.on, reverse=True):
        x = round(max(min(place_of(mark.on, quarters), limit), 0.0), 2)
        limit = x - apart
        drawn.append(_draw_mark(mark, x, quarters, on))
    return DrawnRow(
        key=row.key,
        number=row.number,
        title=row.title,
        url=row.url,
        withheld=row.withheld,
        marks=tuple(reversed(drawn)),
        edge=row.edge,
        starts_group=row.starts_group,
    )


def _draw_mark(mark: TimelineMark, x: float, quarters: Sequence[FiscalQuarter], on: date) -> DrawnMark:
    until = on if mark.state == "overdue" else mark.until or mark.on
    late = mark.on < until
    late_to = max(place_of(until, quarters), x) if late else None
    expected = place_of(mark.forecast, quarters) if mark.forecast and mark.forecast > mark.on else None
    return DrawnMark(
        kind=mark.kind,
        state=mark.state,
        label=mark.label,
        x=x,
        slip_from=place_of(mark.original, quarters) if mark.original < mark.on else None,
        late_to=late_to,
        days_late=(until - mark.on).days if late else 0,
        via=tuple(place_of(day, quarters) for day in mark.via),
        forecast=expected,
        forecast_from=min(late_to or x, expected or x),
    )
