"""The geometry of the charts: plain values for the templates to draw.

Positions are percentages of the drawing's width, so that a chart stretches with its page while its marks
and letters keep their size. Nothing here knows the database, colours or words of a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from activities.quarters import MONTHS, NEW_ZEALAND_STARTS_IN, FiscalQuarter, long_date
from activities.statuses import BY_SEVERITY, meaning_of

_SHAPE_NEEDS = 6.5
_COUNT_NEEDS = 12.5
"""Shares of a bar, in percent, that hold a shape, and a shape with its count, on a narrow screen."""

_LONG_AFTER = 8
"""Quarters after which a timeline is wider than a page and scrolls on every screen."""

_APART = 15.0
"""How far apart marks of a row stand at least, in percent of a quarter's width."""


@dataclass(frozen=True)
class Segment:
    """One status in a stacked bar: where it begins and how wide it is, in percent of the bar."""

    status: str
    label: str
    tone: str
    shape: str
    count: int
    x: float
    width: float
    url: str = ""

    @property
    def holds_shape(self) -> bool:
        """Whether the status's shape fits into the segment."""
        return self.width >= _SHAPE_NEEDS

    @property
    def holds_count(self) -> bool:
        """Whether the count fits beside the shape."""
        return self.width >= _COUNT_NEEDS

    @property
    def in_words(self) -> str:
        """Count and status: ``2 off track``."""
        return f"{self.count} {self.label.lower()}"


@dataclass(frozen=True)
class BarRow:
    """One row of a chart of stacked bars."""

    title: str
    segments: tuple[Segment, ...]
    note: str = ""
    url: str = ""

    @property
    def total(self) -> int:
        """How many things the row counts."""
        return sum(segment.count for segment in self.segments)


def stacked_bar(counts: Mapping[str, int], urls: Mapping[str, str] = MappingProxyType({})) -> tuple[Segment, ...]:
    """The bar of these counts by status, worst first; statuses nobody has are left out.

    ``urls`` leads from a status to exactly the rows it counts. ValueError for a negative count.
    """
    if any(count < 0 for count in counts.values()):
        raise ValueError("A bar counts things: no count is below 0.")
    total = sum(counts.values())
    segments: list[Segment] = []
    before = 0
    for status in BY_SEVERITY:
        count = counts.get(status, 0)
        if not count:
            continue
        meaning = meaning_of(status)
        segments.append(
            Segment(
                status=status.value,
                label=meaning.label,
                tone=meaning.tone,
                shape=meaning.shape,
                count=count,
                x=round(100 * before / total, 2),
                width=round(100 * count / total, 2),
                url=urls.get(status, ""),
            )
        )
        before += count
    return tuple(segments)


@dataclass(frozen=True)
class TimelineMark:
    """A milestone on the timeline: it stands at ``on``, the agreed date, and was first due ``original``.

    ``label`` says the same in words: "Due 30 September 2021, 138 days overdue". ``until`` is the day on which its
    lateness ended: delivered late, or closed undelivered; an overdue one is late until the day the chart shows.
    """

    kind: Literal["due", "start", "occurrence"]
    state: Literal["delivered", "overdue", "to_come", "closed"]
    on: date
    original: date
    label: str
    until: date | None = None


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
class Column:
    """A quarter of the timeline, beginning at ``x`` percent."""

    name: str
    months: str
    x: float


@dataclass(frozen=True)
class DrawnMark:
    """A mark with its places: its tip, where it slipped from, and how far it is late, in percent."""

    kind: str
    state: str
    label: str
    x: float
    slip_from: float | None
    late_to: float | None
    days_late: int


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
    quarters = _quarters(first_day, last_day, starts_in)
    inside = quarters[0].first_day <= on <= quarters[-1].last_day
    return Timeline(
        columns=tuple(
            Column(f"Q{quarter.number}", _months(quarter), round(100 * i / len(quarters), 2))
            for i, quarter in enumerate(quarters)
        ),
        rows=tuple(_draw_row(row, quarters, on) for row in rows),
        now=_place(on, quarters) if inside else None,
        now_label=long_date(on),
    )


def _draw_row(row: TimelineRow, quarters: Sequence[FiscalQuarter], on: date) -> DrawnRow:
    """The row with its marks placed, those of one day side by side and never past their quarter."""
    apart = _APART / len(quarters)
    drawn: list[DrawnMark] = []
    limit = 100.0
    for mark in sorted(row.marks, key=lambda mark: mark.on, reverse=True):
        x = round(max(min(_place(mark.on, quarters), limit), 0.0), 2)
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
    return DrawnMark(
        kind=mark.kind,
        state=mark.state,
        label=mark.label,
        x=x,
        slip_from=_place(mark.original, quarters) if mark.original < mark.on else None,
        late_to=max(_place(until, quarters), x) if late else None,
        days_late=(until - mark.on).days if late else 0,
    )


def _quarters(first_day: date, last_day: date, starts_in: int) -> list[FiscalQuarter]:
    """Every quarter that holds a day from the first to the last."""
    if last_day < first_day:
        raise ValueError(f"A timeline can't end on {last_day} before it begins on {first_day}.")
    quarters = [FiscalQuarter.of(first_day, starts_in)]
    while quarters[-1].last_day < last_day:
        quarters.append(quarters[-1].next())
    return quarters


def _place(day: date, quarters: Sequence[FiscalQuarter]) -> float:
    """Where the day ends, in percent: a quarter's last day stands on its right border."""
    for i, quarter in enumerate(quarters):
        if day <= quarter.last_day:
            length = (quarter.last_day - quarter.first_day).days + 1
            passed = max((day - quarter.first_day).days + 1, 0)
            return round(100 * (i + passed / length) / len(quarters), 2)
    return 100.0


def _months(quarter: FiscalQuarter) -> str:
    """The quarter's months: ``Jul – Sep 2021``."""
    first, last = quarter.first_day, quarter.last_day
    return f"{MONTHS[first.month - 1][:3]} – {MONTHS[last.month - 1][:3]} {last.year}"
