"""The time expressions of a clause: quarters, fiscal years, calendar dates, intervals, "TBD".

Here words become values without a judgement of what they say about a milestone; that is read in
`timeframe`. A month stands for its last day, a two-digit year for one of this century.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from activities.quarters import MONTHS

_NUMBERS: Final = {
    "one": 1,
    "two": 2,
    "second": 2,
    "other": 2,
    "three": 3,
    "third": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "nine": 9,
    "twelve": 12,
    "eighteen": 18,
}
_QUARTERS: Final = {
    name: number
    for number, names in enumerate(
        ("1 one first 1st", "2 two second 2nd", "3 three third 3rd", "4 four fourth 4th"), start=1
    )
    for name in names.split()
}

# "Biannually" is read as twice a year and "biennially" as every two years; "bimonthly" has two
# meanings and is not read at all.
_INTERVALS: Final = {
    "monthly": 1,
    "quarterly": 3,
    "halfyearly": 6,
    "biannually": 6,
    "biannual": 6,
    "semiannually": 6,
    "semiannual": 6,
    "yearly": 12,
    "annually": 12,
    "annual": 12,
    "perannum": 12,
    "biennially": 24,
    "biennial": 24,
}
_UNITS: Final = {"month": 1, "quarter": 3, "year": 12}
_TIMES: Final = {"once": 12, "twice": 6, "two times": 6, "three times": 4, "four times": 3}

_MONTH_NUMBERS: Final = {
    **{name.lower(): number for number, name in enumerate(MONTHS, start=1)},
    **{name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)},
    "sept": 9,
}
_MONTH: Final = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_NUMBER: Final = rf"\d{{1,2}}|{'|'.join(_NUMBERS)}"
_CALENDAR: Final = r"(?:(?:fiscal|financial|calendar)\s)?"
_SLASH: Final = r"\s?[/\-\u2010-\u2015]\s?"

_TOKEN: Final = re.compile(
    rf"""
      (?<!\d)(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?!\d)
    | (?<!\d)(?P<slashed>\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})(?!\d)
    | (?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?
      (?P<daymonth>{_MONTH})\.?,?\s(?P<dayyear>\d{{4}})(?!\d)
    | \b(?P<month>{_MONTH})\.?,?\s(?P<monthyear>\d{{4}})(?!\d|{_SLASH}\d)
    | \b(?:FY|(?:fiscal|financial)\syear)\s?
      (?P<year>(?:\d{{4}}|\d{{2}})(?:{_SLASH}(?:\d{{4}}|\d{{2}}))?)(?!\d)
    | (?<![\d/])(?P<years>\d{{4}}{_SLASH}(?:\d{{4}}|\d{{2}}))(?![\d/\-])
    | (?:\bQ\s?(?P<q>[1-4])(?!\d)
        | \bquarter\s(?P<quarter>[1-4]|one|two|three|four)\b
        | \b(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th)\squarter\b
      )(?:[\s,/]{{1,2}}(?:of\s)?(?P<quarteryear>\d{{4}})(?!\d|{_SLASH}\d))?
    | \b(?:every|each)\s(?:(?P<every>{_NUMBER})\s)?{_CALENDAR}(?P<unit>month|quarter|year)s?\b
    | \b(?P<months>{_NUMBER})[\s-]monthly\b
    | \b(?P<times>once|twice|two\stimes|three\stimes|four\stimes)\s
      (?:(?:a|per|each|every)\s{_CALENDAR}year\b|yearly\b)
    | \b(?P<interval>monthly|quarterly|half[\s-]?yearly|(?:bi|semi)-?annual(?:ly)?|yearly
      |annual(?:ly)?|biennial(?:ly)?|per\sannum)\b
    | \b(?P<undecided>TB[DCA]\b
      |(?:yet\s|still\s)?to\sbe\s(?P<worded>decided|determined|confirmed|agreed|advised|set)\b)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_QUARTER_TO_YEAR: Final = re.compile(r"\s?,?\s?(?:(?:of|in)\s)?(?:the\s)?\(?", re.IGNORECASE)
_INTERVAL_TO_DATE: Final = re.compile(
    r",?\s(?:from|starting|commencing|beginning)(?:\s(?:in|from|by|with))?\s", re.IGNORECASE
)


@dataclass(frozen=True)
class Expression:
    """A time expression and where it stands; exactly one of its kinds is given.

    A quarter may name its year, a year may stand alone ("2021/22"), `months` is an interval
    with perhaps the expression of its first date, `undecided` says that no date is set yet, and
    `fault` says why the words are no date.
    """

    start: int
    end: int
    quarter: int | None = None
    year: str | None = None
    day: date | None = None
    months: int | None = None
    first: Expression | None = None
    undecided: bool = False
    worded: bool = False
    fault: str | None = None

    @property
    def dated(self) -> bool:
        """Whether the expression names a time, rather than an interval or that none is set."""
        return self.months is None and not self.undecided

    @property
    def fiscal(self) -> bool:
        """Whether the expression names a quarter or a fiscal year."""
        return self.quarter is not None or self.year is not None


def find_expressions(text: str) -> list[Expression]:
    """The time expressions of a squashed text, first to last, none overlapping another."""
    found: list[Expression] = []
    for token in _TOKEN.finditer(text):
        expression = _expression(token)
        joined = _joined(text, found[-1], expression) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(expression)
    return list(_with_firsts(text, found))


def _joined(text: str, last: Expression, expression: Expression) -> Expression | None:
    """A quarter and the year beside it as one expression, in either order."""
    if not _QUARTER_TO_YEAR.fullmatch(text, last.end, expression.start):
        return None
    opened = "(" in text[last.end : expression.start]
    closed = opened and text[expression.end : expression.end + 1] == ")"
    if opened and not closed:
        return None
    end = expression.end + closed
    if last.quarter and not last.year and expression.year and not expression.quarter:
        return replace(last, end=end, year=expression.year)
    if last.year and not last.quarter and expression.quarter and not expression.year:
        return replace(last, end=end, quarter=expression.quarter)
    return None


def _with_firsts(text: str, found: list[Expression]) -> Iterator[Expression]:
    """The expressions, an interval taking the date it counts from ("quarterly from Q1")."""
    waiting: Expression | None = None
    for expression in found:
        if waiting is None:
            waiting = expression
        elif (
            waiting.months
            and not waiting.first
            and expression.dated
            and _INTERVAL_TO_DATE.fullmatch(text, waiting.end, expression.start)
        ):
            waiting = replace(waiting, end=expression.end, first=expression)
        else:
            yield waiting
            waiting = expression
    if waiting is not None:
        yield waiting


def _expression(token: re.Match[str]) -> Expression:
    start, end = token.span()
    quarter = token["q"] or token["quarter"] or token["ordinal"]
    if quarter:
        year = token["quarteryear"]
        return Expression(start, end, quarter=_QUARTERS[quarter.lower()], year=year)
    if token["year"] or token["years"]:
        return Expression(start, end, year=_year(token["year"] or token["years"]))
    if token["undecided"]:
        return Expression(start, end, undecided=True, worded=bool(token["worded"]))
    months = _months(token)
    if months is not None:
        fault = None if months else "an interval of no months"
        return Expression(start, end, months=months or None, fault=fault)
    try:
        return Expression(start, end, day=_day(token))
    except ValueError:
        return Expression(start, end, fault="there is no such date")


def _year(written: str) -> str:
    """A fiscal year with four digits first and a slash, so that two spellings compare equal."""
    first, *second = re.split(_SLASH, written)
    first = first if len(first) == 4 else f"20{first}"
    if second and second[0].startswith(first[:2]) and len(second[0]) == 4:
        second = [second[0][2:]]
    return "/".join([first, *second])


def _months(token: re.Match[str]) -> int | None:
    """The interval in months, 0 where the words name none, or None where they are no interval."""
    if token["unit"]:
        return _number(token["every"] or "1") * _UNITS[token["unit"].lower()]
    if token["months"]:
        return _number(token["months"])
    if token["times"]:
        return _TIMES[token["times"].lower()]
    if token["interval"]:
        return _INTERVALS[re.sub(r"[\s-]", "", token["interval"].lower())]
    return None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


def _day(token: re.Match[str]) -> date:
    """The calendar date, day first; ValueError where there is no such date."""
    if token["iso"]:
        return date.fromisoformat(token["iso"])
    if token["slashed"]:
        day, month, year = map(int, re.split(r"[/.]", token["slashed"]))
        return date(year, month, day)
    if token["day"]:
        return date(int(token["dayyear"]), _MONTH_NUMBERS[token["daymonth"].lower()], int(token["day"]))
    year, month = int(token["monthyear"]), _MONTH_NUMBERS[token["month"].lower()]
    if not year:
        raise ValueError("There is no year 0.")
    return date(year, month, calendar.monthrange(year, month)[1])
