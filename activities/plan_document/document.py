"""From a document's bytes to the plan exchange: the one way in for plans of the published shape."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

from activities.plan_document.bodies import Body, BodyDirectory
from activities.plan_document.descriptions import read_description
from activities.plan_document.exchange import (
    VERSION,
    ActivityJSON,
    ExchangeJSON,
    NotUnderstoodJSON,
    PlanJSON,
    PublishedJSON,
    WithheldJSON,
)
from activities.plan_document.phrases import Unread
from activities.plan_document.roles import read_resourcing
from activities.plan_document.table import Line, Row, Table, read_table
from activities.plan_document.time_expressions import find_expressions
from activities.plan_document.timeframe import read_timeframe
from activities.plan_document.titles import Areas, read_title
from activities.quarters import FiscalYear

_PLAN_NULLS: Final = {
    "slug": "the document gives no short name for its address",
    "title": "no title stands above the table",
    "period": "the document does not say from which day to which day the plan runs",
    "fiscal_year_starts_in": "the document does not say in which month its fiscal year begins",
}


def parse_plan(
    data: bytes,
    *,
    name: str,
    directory: BodyDirectory,
    slug: str | None = None,
    title: str | None = None,
    period: tuple[date, date] | None = None,
    fiscal_year_starts_in: int | None = None,
) -> dict[str, Any]:
    """The plan exchange of a document, keys in the order of the format.

    `name` is the document's file name. What neither the document nor an argument gives is null in
    `plan`; that, and every phrase that could not be typed, is listed in `not_understood`. The title
    is the line above the table. Where the fiscal calendar is given, a title that names one fiscal
    year gives the period. NotAPlan where the document is no table of this shape; ValueError where
    the arguments make no sense.
    """
    if period and period[0] > period[1]:
        raise ValueError(f"The period ends on {period[1]}, before it begins on {period[0]}.")
    table = read_table(data)
    plan_title = title or (table.title.text if table.title else None)
    period = period or _period(plan_title, fiscal_year_starts_in)
    plan: PlanJSON = {
        "slug": slug,
        "title": plan_title,
        "period": [day.isoformat() for day in period] if period else None,
        "fiscal_year_starts_in": fiscal_year_starts_in,
    }
    reader = _Reader(directory, fiscal_year_starts_in, _one_year(period, fiscal_year_starts_in))
    for row in table.rows:
        reader.read(row)
    return cast("dict[str, Any]", _exchange(name, plan, table, reader))


def _one_fiscal_year(title: str, starts_in: int) -> FiscalYear | None:
    """The fiscal year a title names ("ACTION PLAN 2021/22"), None where it names none or several."""
    years = [one.year for one in find_expressions(title) if one.year and not one.quarter]
    if len(years) != 1 or years[0] is None:
        return None
    try:
        return FiscalYear.parse(years[0], starts_in)
    except ValueError:
        return None


def _period(title: str | None, starts_in: int | None) -> tuple[date, date] | None:
    year = _one_fiscal_year(title, starts_in) if title and starts_in else None
    return (year.first_day, year.last_day) if year else None


def _one_year(period: tuple[date, date] | None, starts_in: int | None) -> FiscalYear | None:
    """The one fiscal year the plan lies in; None where it covers several, or it is not known."""
    if period is None or starts_in is None:
        return None
    first, last = (FiscalYear.of(day, starts_in) for day in period)
    return first if first == last else None


@dataclass
class _Reader:
    """Takes the rows in order and keeps the activities, areas and bodies they name."""

    directory: BodyDirectory
    starts_in: int | None
    plan_year: FiscalYear | None
    areas: Areas = field(default_factory=Areas)
    activities: list[ActivityJSON] = field(default_factory=list)
    other_lines: list[Line] = field(default_factory=list)
    bodies: dict[str, Body] = field(default_factory=dict)
    unread: list[tuple[int, str | None, Unread]] = field(default_factory=list)
    _numbers: dict[int | str, int] = field(default_factory=dict)

    def read(self, row: Row) -> None:
        """Read one row. A row that names no activity is kept as a line, and reported."""
        for cell in row.extra:
            self._report(row, None, [Unread(cell, "a cell beyond the columns of the table")])
        self.areas.take(row)
        if row.filled("activity"):
            self.activities.append(self._activity(row))
        elif row.filled("description", "resourcing", "timeframe"):
            why = "a row without an activity; it is kept as a line"
            self._report(row, None, [Unread(row.line.text.strip(), why)])
        if not row.filled("activity") or not row.reproduces:
            self.other_lines.append(row.line)

    def _activity(self, row: Row) -> ActivityJSON:
        focus, priority = self.areas.current(row)
        title = read_title(row.cells["activity"], self._numbers)
        if title.number is not None:
            self._numbers[title.number] = row.line.number
        description = read_description(row.cells["description"])
        resourcing = read_resourcing(row.cells["resourcing"], self.directory)
        timeframe = read_timeframe(row.cells["timeframe"], starts_in=self.starts_in, plan_year=self.plan_year)
        self._report(row, "activity", title.unread)
        self._report(row, "description", description.unread)
        self._report(row, "resourcing", resourcing.unread)
        self._report(row, "timeframe", timeframe.unread)
        self.bodies |= {role.body.name: role.body for role in resourcing.roles if role.body}
        return {
            "number": title.number,
            "focus_area": focus,
            "priority_area": priority,
            "title": title.title,
            "description": description.prose.to_exchange() if description.prose else None,
            "answerable": resourcing.answerable,
            "roles": [role.to_exchange() for role in resourcing.roles],
            "milestones": [milestone.to_exchange() for milestone in timeframe.milestones],
            "withheld": [
                *_withheld("title", title.withheld),
                *_withheld("description", description.withheld),
                *_withheld("resourcing", resourcing.withheld),
                *_withheld("timeframe", timeframe.withheld),
            ],
            "published": cast("PublishedJSON", {"line": row.line.number, **row.cells}),
        }

    def _report(self, row: Row, column: str | None, unread: Iterable[Unread]) -> None:
        self.unread += [(row.line.number, column, one) for one in unread]


def _withheld(column: str, grounds: Iterable[str | None]) -> list[WithheldJSON]:
    return [{"field": column, "ground": ground} for ground in grounds]


def _exchange(name: str, plan: PlanJSON, table: Table, reader: _Reader) -> ExchangeJSON:
    lines = sorted([*table.others, *reader.other_lines], key=lambda line: line.number)
    known = [body for body in reader.directory.entries if body.name in reader.bodies]
    unknown = [body for body in reader.bodies.values() if reader.directory.find(body.name) is None]
    return {
        "version": VERSION,
        "plan": plan,
        "document": {
            "name": name,
            "newline": table.newline,
            "final_newline": table.final_newline,
            "other_lines": [{"line": line.number, "text": line.text} for line in lines],
        },
        "focus_areas": [{"code": area.code, "title": area.title} for area in reader.areas.focus_areas],
        "priority_areas": [{"focus_area": code, "title": title} for code, title in reader.areas.priority_areas],
        "bodies": [body.to_exchange() for body in [*known, *unknown]],
        "activities": reader.activities,
        "not_understood": list(_not_understood(plan, table, reader)),
    }


def _not_understood(plan: PlanJSON, table: Table, reader: _Reader) -> list[NotUnderstoodJSON]:
    """What is null in the plan, at the line of the title, then everything else in line order."""
    place = table.title or table.header
    nulls: list[NotUnderstoodJSON] = [
        {"line": place.number, "column": key, "text": "", "why": why}
        for key, why in _PLAN_NULLS.items()
        if plan.get(key) is None
    ]
    found = sorted([*table.unread, *reader.areas.unread, *reader.unread], key=lambda one: one[0])
    return nulls + [
        {"line": line, "column": column, "text": unread.text, "why": unread.why} for line, column, unread in found
    ]
