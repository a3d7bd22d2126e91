"""Columns of a list: one table feeds the page and every file made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from activities.facts import Form, Shown, Told, ToldByFacts
from tnoc_tracker.record.days import long_date

Value = str | int | date | None
"""What stands in a cell: text, a whole number, a date or nothing."""

AT_ONCE = 100
"""So many rows are made together, where they do not come in blocks of their own."""

long_day = lru_cache(maxsize=4096)(long_date)


@dataclass(frozen=True)
class Column:
    """One column: a key (for addresses), the heading people read, and the words of a cell.

    ``value`` takes a row and returns text, a whole number, a date or None. ``sort`` are the queryset's order
    keys where the column can be sorted by; ``numeric`` aligns right. ``facts`` are those that a cell depends on,
    where rows are told by facts; ``shows`` that the last of them is shown as it is, or not at all.
    """

    key: str
    heading: str
    value: Callable[[Any], Value]
    sort: tuple[str, ...] = ()
    numeric: bool = False
    facts: tuple[str, ...] = ()
    shows: bool = False

    def words(self, row: Any) -> str:
        """The cell as people read it."""
        return in_words(self.value(row))


def in_words(value: Value) -> str:
    """A value as a page or file prints it: dates as ``31 December 2021``, nothing as an empty text."""
    if value is None:
        return ""
    return long_day(value) if isinstance(value, date) else str(value)


def headings(columns: Sequence[Column]) -> list[str]:
    """The heading row."""
    return [column.heading for column in columns]


def as_they_are(values: list[Value]) -> list[Value]:
    """Values in the form of values."""
    return values


def blocks_of(
    columns: Sequence[Column], rows: Iterable[Any], form: Form = as_they_are
) -> Iterator[Iterable[Sequence[Any]]]:
    """The cells of every row in some form, in the order of the columns: some rows at a time, as they are read."""
    if isinstance(rows, ToldByFacts):
        told = [(Shown if each.shows else Told)(rows, each.facts, each.value, form) for each in columns]
        for block in rows.blocks():
            yield zip(*(column.cells(block) for column in told), strict=True)
        return
    each = iter(rows)
    while some := list(islice(each, AT_ONCE)):
        yield [form([column.value(row) for column in columns]) for row in some]
