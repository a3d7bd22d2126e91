"""Stacked bars: the activities of each row by delivery status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from activities.statuses import BY_SEVERITY, meaning_of

_SHAPE_NEEDS = 6.5
_COUNT_NEEDS = 12.5
"""Shares of a bar, in percent, that hold a shape, and a shape with its count, on a narrow screen."""

_PLAIN_SHAPE, _PLAIN_COUNT, _PLAIN_DIGIT = 20, 25, 8
"""Pixels that a shape takes, a shape with the gap before its count, and a digit of the count."""


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
    def plain_to(self) -> int:
        """How many pixels from its left stay free of a pattern, so that shape and count can be read."""
        if self.holds_count:
            return _PLAIN_COUNT + _PLAIN_DIGIT * len(str(self.count))
        return _PLAIN_SHAPE if self.holds_shape else 0

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
