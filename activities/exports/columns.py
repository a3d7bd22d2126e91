"""Columns of a list: one table feeds the page and every file made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class Column:
    """One column: a key (for addresses), the heading people read, and the words of a cell.

    ``value`` takes a row and returns text, a whole number, a date or None. ``sort`` are the queryset's order
    keys where the column can be sorted by; ``numeric`` aligns right.
    """

    key: str
    heading: str
    value: Callable[[Any], str | int | date | None]
    sort: tuple[str, ...] = ()
    numeric: bool = False

    def words(self, row: Any) -> str:
        """The cell as people read it."""
        return in_words(self.value(row))


def in_words(value: str | int | date | None) -> str:
    """A value as a page or file prints it: dates as ``31 December 2021``, nothing as an empty text."""
    if value is None:
        return ""
    return long_date(value) if isinstance(value, date) else str(value)


def headings(columns: Sequence[Column]) -> list[str]:
    """The heading row."""
    return [column.heading for column in columns]
