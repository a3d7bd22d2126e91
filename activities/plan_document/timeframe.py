"""Reading a timeframe cell into milestones: what is due when, as published.

The kinds are those of the Action Plan 2021/22: due by the end of a quarter, of the fiscal year or on
a date ("Q3 FY2021/22", "within FY2021/22"), started by then ("implementation from Q3"), recurring
("updated biannually"), to be decided ("Part 4 – TBD") and depending on somebody else's process
("Subject to legislative processes"). A fiscal year named once covers the quarters around it, as in
"Part 1 – Q1; Part 2 – Q2; Part 3 – Q3 FY2021/22", as long as the quarters stay in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, NamedTuple

from activities.plan_document.milestones import Milestone
from activities.plan_document.phrases import (
    MASK,
    Masked,
    Unread,
    clauses,
    squash,
)
from activities.plan_document.time_expressions import Expression, find_expressions
from activities.quarters import MONTHS, FiscalQuarter, FiscalYear

_THE: Final = r"(?:\sthe)?"
_START: Final = re.compile(
    r"(?:^|\s)(?:from|(?:(?:to|will)\s)?(?:commenc(?:e|es|ed|ing)|start(?:s|ed|ing)?|begin(?:s|ning)?))"
    rf"(?:\s(?:from|in|by|on|during|at))?{_THE}$",
    re.IGNORECASE,
)
_DUE: Final = re.compile(
    r"(?:^|\s)(?:(?:due\s)?(?:(?:by|at|before|on|in)\s(?:the\s)?)?end(?:\sof)?"
    r"|(?:due\s)?(?:by|in|within|during|on|at|for)|(?:no|not)\slater\sthan|due)"
    rf"{_THE}$",
    re.IGNORECASE,
)
_UNSURE: Final = re.compile(
    r"(?:^|\s)(?:(?:not\s)?(?:before|until|till)|after|since|between|through|throughout|over|prior\sto"
    rf"|(?:up\s)?to|mid|early|late|around|about|circa|approximately|except|of)[\s-]?{_THE}$",
    re.IGNORECASE,
)
_UNSURE_END: Final = re.compile(
    rf"(?:^|\s)(?:before|until|till|after|since|towards?|up\sto|through){_THE}$", re.IGNORECASE
)
_PART_OF_YEAR: Final = re.compile(
    rf"(?:^|\s)(?:[QHTS]\d+|(?:quarter|half|term|semester|week|month)(?:\s\w+)?|{'|'.join(MONTHS)})$",
    re.IGNORECASE,
)
_ONWARDS: Final = re.compile(r"\s?(?:and\s)?onwards?", re.IGNORECASE)
_NO_MORE: Final = re.compile(r"\s?(?:at\sthe\slatest|thereafter)?", re.IGNORECASE)
_CONDITION: Final = re.compile(
    r"\b(?:subject\sto|(?:is\s)?(?:dependent|depends|depending|contingent|conditional)\s(?:up)?on"
    r"|pending|awaiting)\s",
    re.IGNORECASE,
)
_JOINER: Final = re.compile(r"\s?(?:,\s?(?:and\s|then\s|and\sthen\s)?|and\s(?:then\s)?|then\s|&\s?)", re.I)
_LEADING: Final = re.compile(r"^(?:and|then|&)\s", re.IGNORECASE)
_BARE_LABEL: Final = re.compile(r"^(?:dates?|time|timing|timeframe)(?:\sis)?\s?[:\u2010-\u2015-]?\s?$", re.I)
_LABEL_AFTER: Final = re.compile(r"\s?(?:\((?P<bracketed>[^()]+)\)|(?:[:\u2010-\u2015-]|,\s)\s?(?P<plain>.+))")
_LABEL_AFTER_INTERVAL: Final = re.compile(r"\s(?:\((?P<bracketed>[^()]+)\)|(?P<plain>[^\W\d].*))")
_EDGES: Final = " ,:;–—-("


@dataclass(frozen=True)
class Timeframe:
    """What a timeframe cell says; no milestones where it is withheld or blank."""

    milestones: tuple[Milestone, ...]
    withheld: tuple[str | None, ...]
    unread: tuple[Unread, ...]


def read_timeframe(cell: str, *, starts_in: int | None, plan_year: FiscalYear | None) -> Timeframe:
    """The milestones of a timeframe cell.

    `starts_in` is the month in which the plan's fiscal year begins; without it a quarter keeps its
    name and has no date. `plan_year` is the one fiscal year the plan covers, which a quarter that
    no year is named for belongs to.
    """
    masked = Masked.of(cell)
    try:
        found = clauses(masked)
    except ValueError as error:
        return Timeframe((), masked.grounds, (Unread(squash(cell), str(error)),))
    reader = _Reader(masked, starts_in)
    for clause in _with_years([_Clause.of(text) for text in found], plan_year):
        reader.read(clause)
    return Timeframe(tuple(reader.milestones), masked.grounds, tuple(reader.unread))


@dataclass(frozen=True)
class _Clause:
    text: str
    expressions: tuple[Expression, ...]

    @classmethod
    def of(cls, text: str) -> _Clause:
        """The clause with the time expressions that say when.

        Where a date is given, "to be agreed" and "annual" are words of the label: "annual report by
        Q4 FY2021/22" recurs no more than the report it is.
        """
        found = find_expressions(text)
        if any(expression.dated for expression in found):
            found = [one for one in found if not one.worded and not _describes(text, one)]
        return cls(text, tuple(found))

    @property
    def fiscal(self) -> list[Expression]:
        """The quarters and fiscal years named, also as the first date of an interval."""
        return [one.first or one for one in self.expressions if (one.first or one).fiscal]

    def with_years(self, years: Iterator[str | None]) -> _Clause:
        """The clause, its quarters and fiscal years given the next of these years."""
        taken = []
        for one in self.expressions:
            if one.first and one.first.fiscal:
                taken.append(replace(one, first=replace(one.first, year=next(years))))
            else:
                taken.append(replace(one, year=next(years)) if one.fiscal else one)
        return replace(self, expressions=tuple(taken))


def _describes(text: str, expression: Expression) -> bool:
    """Whether an interval is an adjective of the words after it, as in "annual report by Q4"."""
    rest = text[expression.end :]
    return bool(expression.months and not expression.first and rest and not _JOINER.match(rest))


def _with_years(read: Sequence[_Clause], plan_year: FiscalYear | None) -> list[_Clause]:
    """The clauses, each quarter that names no year with the year it takes, where that is certain.

    A year covers the quarters before and after it as long as they stay in order; where the years on
    both sides of a quarter differ, none is certain. A cell that names no year is of the plan's own.
    """
    quarters = [one for clause in read for one in clause.fiscal]
    if plan_year and not any(one.year for one in quarters):
        years: list[str | None] = [plan_year.label] * len(quarters)
    else:
        after = _carried(quarters)
        before = _carried(quarters[::-1], backwards=True)[::-1]
        years = [
            one.year or (first if first == second or not second else None if first else second)
            for one, first, second in zip(quarters, after, before, strict=True)
        ]
    taken = iter(years)
    return [clause.with_years(taken) for clause in read]


def _carried(quarters: Sequence[Expression], *, backwards: bool = False) -> list[str | None]:
    """The year each quarter has, or takes from its neighbour in reading direction."""
    carried: list[str | None] = []
    last: Expression | None = None
    for one in quarters:
        year = one.year
        if year is None and last is not None:
            first, second = (one, last) if backwards else (last, one)
            in_order = (first.quarter or 1) <= (second.quarter or 4)
            year = carried[-1] if in_order else None
        carried.append(year)
        last = one
    return carried


class _When(NamedTuple):
    """A time as a milestone keeps it: the label of the fiscal year, the quarter, the last day."""

    fiscal_year: str | None = None
    quarter: int | None = None
    due: date | None = None


@dataclass
class _Reader:
    """Takes clauses in order, and keeps their milestones and what was not understood."""

    masked: Masked
    starts_in: int | None
    milestones: list[Milestone] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def read(self, clause: _Clause) -> None:
        """Read one clause, which may hold several dates joined by commas or "and"."""
        if not clause.expressions:
            self._undated(clause.text)
            return
        pieces = _pieces(clause)
        if pieces is None:
            self._report(clause.text, "several dates in one clause")
            return
        for before, expression, after in pieces:
            try:
                self._piece(before, expression, after, clause.text)
            except ValueError as error:
                self._report(before + _words(clause, expression) + after, str(error).rstrip("."))

    def _undated(self, text: str) -> None:
        condition = _CONDITION.search(text)
        if condition:
            self._add("external", text[: condition.start()], text)
        elif not re.search(MASK, text):
            self._report(text, "no date, interval or condition of a kind known")

    def _piece(self, before: str, expression: Expression, after: str, clause: str) -> None:
        """Read the words around one time expression; ValueError says why they cannot be read."""
        published = before + clause[expression.start : expression.end] + after
        if expression.fault:
            raise ValueError(expression.fault)
        if expression.undecided:
            self._add("to_be_decided", _BARE_LABEL.sub("", before), published)
            self._after(after)
        elif expression.months:
            when = self._when(expression.first) if expression.first else _When()
            label = before if before.strip(_EDGES) else self._label_after(after, bare=True)
            self._add("recurring", label, published, when, expression.months)
            self._after("" if label != before else after)
        else:
            self._dated(before, expression, after, published)

    def _dated(self, before: str, expression: Expression, after: str, published: str) -> None:
        when = self._when(expression)
        label, starts = _label_before(before)
        onwards = _ONWARDS.fullmatch(after)
        if onwards:
            after = ""
        if not label.strip(_EDGES):
            label = self._label_after(after, bare=False)
            after = "" if label else after
        kind = "start" if starts or onwards else "due"
        self._add(kind, label, published, when)
        self._after(after)

    def _label_after(self, after: str, *, bare: bool) -> str:
        """The label that follows its date: after a colon, a dash, a comma or in brackets."""
        found = (_LABEL_AFTER_INTERVAL if bare else _LABEL_AFTER).fullmatch(after)
        if found is None or _CONDITION.search(after):
            return ""
        return found["bracketed"] or found["plain"]

    def _when(self, expression: Expression) -> _When:
        """The time the expression names; ValueError where none is certain."""
        if expression.day:
            return _When(due=expression.day)
        if expression.fault or not expression.year:
            raise ValueError(expression.fault or "it is not certain which fiscal year is meant")
        if self.starts_in is None:
            calendar_is = 7 if "/" in expression.year else 1
            return _When(FiscalYear.parse(expression.year, calendar_is).label, expression.quarter)
        year = FiscalYear.parse(expression.year, self.starts_in)
        if expression.quarter is None:
            return _When(year.label, None, year.last_day)
        return _When(year.label, expression.quarter, FiscalQuarter(year, expression.quarter).last_day)

    def _after(self, after: str) -> None:
        """Report what stands after a date and belongs to nothing, unless it is withheld."""
        rest = re.sub(MASK, "", after).strip(_EDGES + ")")
        if rest and not _NO_MORE.fullmatch(rest):
            self._report(after.strip(), "these words after the date are of no kind known")

    def _add(self, kind: str, label: str, published: str, when: _When | None = None, months: int | None = None) -> None:
        """Keep a milestone; a label of nothing but withheld words is none."""
        words = re.sub(MASK, "", label).strip(_EDGES + ")")
        self.milestones.append(
            Milestone(
                kind=kind,
                label=self.masked.restore(label.strip(_EDGES)) if words else None,
                as_published=self.masked.restore(published.strip(" ,")),
                interval_months=months,
                **(when or _When())._asdict(),
            )
        )

    def _report(self, text: str, why: str) -> None:
        self.unread.append(Unread(self.masked.restore(text.strip(" ,")), why))


def _pieces(clause: _Clause) -> list[tuple[str, Expression, str]] | None:
    """The words before each time expression, it, and the words after; None where they don't part.

    Two expressions part where a comma or "and" and more words stand between them.
    """
    pieces: list[tuple[str, Expression, str]] = []
    begun = 0
    for one, following in zip(clause.expressions, [*clause.expressions[1:], None], strict=True):
        before = _LEADING.sub("", clause.text[begun : one.start], count=1)
        if following is None:
            pieces.append((before, one, clause.text[one.end :]))
            return pieces
        joiner = _JOINER.match(clause.text, one.end, following.start)
        if joiner is None or joiner.end() == following.start:
            return None
        pieces.append((before, one, ""))
        begun = joiner.end()
    return pieces


def _words(clause: _Clause, expression: Expression) -> str:
    return clause.text[expression.start : expression.end]


def _label_before(before: str) -> tuple[str, bool]:
    """The words before a date without its preposition, and whether the date is a start.

    ValueError where the preposition makes no deadline of the date: "before Q3", "mid-Q3".
    """
    words = before.rstrip(_EDGES)
    due = _DUE.search(words)
    words = words[: due.start()].rstrip(_EDGES) if due else words
    start = _START.search(words)
    if start:
        return words[: start.start()], True
    unsure = (_UNSURE_END if due else _UNSURE).search(before.rstrip() if not due else words)
    if unsure:
        raise ValueError(f"“{unsure[0].strip(' -')}” makes the date no deadline of a kind known")
    part = _PART_OF_YEAR.search(words)
    if part:
        raise ValueError(f"“{part[0].strip()}” is no part of a year of a kind known")
    return words, False
