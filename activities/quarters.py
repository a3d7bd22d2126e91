"""Fiscal years and quarters: when each begins, ends and what it is called; the only home of these rules.

Every day is a day in Pacific/Auckland (the record's rule, at hand here too): a quarter's deadline is met
up to and including its last day there, wherever the server stands. A fiscal year is identified by the
calendar year it begins in and the month it begins in; New Zealand's begins on 1 July, so FY2021/22
is 1 July 2021 to 30 June 2022 and its second quarter ends on 31 December 2021.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from tnoc_tracker.record.days import AUCKLAND, day_of, end_of_day, long_date, start_of_day

__all__ = [
    "AUCKLAND",
    "MONTHS",
    "NEW_ZEALAND_STARTS_IN",
    "FiscalQuarter",
    "FiscalYear",
    "day_of",
    "end_of_day",
    "long_date",
    "start_of_day",
]

NEW_ZEALAND_STARTS_IN: Final = 7
"""The month in which New Zealand's government fiscal year begins (Public Finance Act 1989, s 2)."""

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# Years of four digits whose last day still exists: 9999 has no following year for a June year end.
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 9998

_SLASH = r"[/\-\u2010-\u2015]"
_YEAR: Final = re.compile(
    rf"(?:FY|fiscal year|financial year)?\s?(\d{{4}}|\d{{2}})(?:\s?{_SLASH}\s?(\d{{4}}|\d{{2}}))?",
    re.IGNORECASE | re.ASCII,
)
_QUARTER: Final = re.compile(r"(?:Q|quarter )\s?([1-4])(?:\s?,\s?|\s+)(?:of )?(\S.*)", re.IGNORECASE | re.ASCII)
_KEY: Final = re.compile(r"(\d{4}(?:-\d{2})?)-q([1-4])", re.ASCII)


def _plain(day: date) -> date:
    """The day itself; ValueError for a moment, whose day depends on a time zone."""
    if isinstance(day, datetime):
        raise ValueError(f"{day.isoformat()} is a moment, not a day: take its day first.")
    return day


@dataclass(frozen=True, order=True)
class FiscalYear:
    """The fiscal year that begins on the first of month `starts_in` (1-12) of `start_year`.

    Years order by their first day, also across calendars.
    """

    start_year: int
    starts_in: int = NEW_ZEALAND_STARTS_IN

    def __post_init__(self) -> None:
        if not 1 <= self.starts_in <= 12:
            raise ValueError(f"A fiscal year starts in a month from 1 to 12, not {self.starts_in}.")
        if not _FIRST_YEAR <= self.start_year <= _LAST_YEAR:
            raise ValueError(
                f"A fiscal year starts in a year from {_FIRST_YEAR} to {_LAST_YEAR}, not {self.start_year}."
            )

    @property
    def first_day(self) -> date:
        """1 July 2021 for FY2021/22."""
        return date(self.start_year, self.starts_in, 1)

    @property
    def last_day(self) -> date:
        """30 June 2022 for FY2021/22."""
        return date(self.start_year + 1, self.starts_in, 1) - timedelta(days=1)

    @property
    def label(self) -> str:
        """Both years ("2021/22"), or one ("2022") where the fiscal year is the calendar year."""
        if self.starts_in == 1:
            return str(self.start_year)
        return f"{self.start_year}/{(self.start_year + 1) % 100:02d}"

    def __str__(self) -> str:
        return f"FY{self.label}"

    @property
    def quarters(self) -> tuple[FiscalQuarter, FiscalQuarter, FiscalQuarter, FiscalQuarter]:
        """The four quarters, first to last."""
        return (
            FiscalQuarter(self, 1),
            FiscalQuarter(self, 2),
            FiscalQuarter(self, 3),
            FiscalQuarter(self, 4),
        )

    def next(self) -> FiscalYear:
        """The year after this one; ValueError past the last year there is."""
        return FiscalYear(self.start_year + 1, self.starts_in)

    def previous(self) -> FiscalYear:
        """The year before this one; ValueError before the first year there is."""
        return FiscalYear(self.start_year - 1, self.starts_in)

    @classmethod
    def of(cls, day: date, starts_in: int = NEW_ZEALAND_STARTS_IN) -> FiscalYear:
        """The fiscal year that holds the day."""
        begun = _plain(day).month >= starts_in
        return cls(day.year if begun else day.year - 1, starts_in)

    @classmethod
    def parse(cls, text: str, starts_in: int = NEW_ZEALAND_STARTS_IN) -> FiscalYear:
        """The year written as "FY2021/22", "2021/22", "2021/2022", "2021-22" or "FY21/22".

        A fiscal year that is a calendar year is written with one year ("FY2022", "2022"), any other
        with both: "FY22" alone is read by some as the year it begins in and by others as the year
        it ends in, so it is refused. ValueError for anything else.
        """
        found = _YEAR.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"“{_short(text)}” is not a fiscal year such as FY2021/22.")
        first = _full_year(found[1])
        if starts_in == 1:
            if found[2] is not None:
                raise ValueError(f"“{_short(text)}” names two years; this fiscal year is one.")
            return cls(first, starts_in)
        if found[2] is None:
            raise ValueError(f"“{_short(text)}” names one year; write it as FY2021/22.")
        # "2021/22" gives the second year's last two digits, "2021/2022" all four.
        if int(found[2]) != (first + 1) % 10 ** len(found[2]):
            raise ValueError(f"“{_short(text)}” does not name two years that follow each other.")
        return cls(first, starts_in)


@dataclass(frozen=True, order=True)
class FiscalQuarter:
    """A quarter of a fiscal year, numbered 1 to 4: three whole calendar months."""

    year: FiscalYear
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"A fiscal year has quarters 1 to 4, not {self.number}.")

    @cached_property
    def first_day(self) -> date:
        """1 October 2021 for Q2 FY2021/22."""
        months = self.year.starts_in - 1 + 3 * (self.number - 1)
        return date(self.year.start_year + months // 12, months % 12 + 1, 1)

    @cached_property
    def last_day(self) -> date:
        """The quarter's deadline: what is done on this day is still in time."""
        if self.number == 4:
            return self.year.last_day
        return FiscalQuarter(self.year, self.number + 1).first_day - timedelta(days=1)

    @property
    def key(self) -> str:
        """Safe in an address: "2021-22-q2"."""
        return f"{self.year.label.replace('/', '-')}-q{self.number}"

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"

    @property
    def long(self) -> str:
        """With its deadline: "Q2 FY2021/22 (to 31 December 2021)"."""
        return f"{self} (to {long_date(self.last_day)})"

    def next(self) -> FiscalQuarter:
        """The quarter after this one; ValueError past the last year there is."""
        if self.number == 4:
            return FiscalQuarter(self.year.next(), 1)
        return FiscalQuarter(self.year, self.number + 1)

    def previous(self) -> FiscalQuarter:
        """The quarter before this one; ValueError before the first year there is."""
        if self.number == 1:
            return FiscalQuarter(self.year.previous(), 4)
        return FiscalQuarter(self.year, self.number - 1)

    @classmethod
    def of(cls, day: date, starts_in: int = NEW_ZEALAND_STARTS_IN) -> FiscalQuarter:
        """The quarter that holds the day."""
        year = FiscalYear.of(day, starts_in)
        return cls(year, (day.month - starts_in) % 12 // 3 + 1)

    @classmethod
    def parse(cls, text: str, starts_in: int = NEW_ZEALAND_STARTS_IN) -> FiscalQuarter:
        """The quarter written as "Q2 FY2021/22", "Q2 2021/22" or "Quarter 2 of FY2021/22".

        ValueError for anything else.
        """
        found = _QUARTER.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"“{_short(text)}” is not a fiscal quarter such as Q2 FY2021/22.")
        return cls(FiscalYear.parse(found[2], starts_in), int(found[1]))

    @classmethod
    def parse_key(cls, key: str, starts_in: int = NEW_ZEALAND_STARTS_IN) -> FiscalQuarter:
        """The quarter of a key as `key` writes it, and of nothing else; ValueError otherwise."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise ValueError(f"“{_short(key)}” is not a quarter's key such as 2021-22-q2.")
        return cls(FiscalYear.parse(found[1], starts_in), int(found[2]))


def _full_year(digits: str) -> int:
    """The year of two or four digits; two digits are of this century."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _short(text: str) -> str:
    """The text, cut so that a message stays a sentence."""
    return text if len(text) <= 60 else text[:59] + "…"
