"""What comes: the milestones due this quarter and next, those without a date, and the activities at risk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from activities.due_states import DueState
from activities.pack_document import Cell, Column, Row, Section, Table
from activities.quarters import FiscalQuarter
from activities.statuses import DeliveryStatus
from activities.summaries.headline import be, numbered
from activities.summaries.packs.cells import ACTIVITY, ANSWERS, STATUS, iso
from activities.summaries.packs.figures import Figures
from tnoc_tracker.record.days import long_date

_COLUMNS = (
    ACTIVITY,
    Column("Milestone"),
    Column("To be"),
    Column("Due", "date"),
    Column("Forecast", "date"),
    STATUS,
    ANSWERS,
)


def coming(figures: Figures) -> Section:
    """What falls due this quarter and next, since a group meets in the quarter after the one it looks at."""
    quarter = figures.reading.quarter
    now, then = figures.picture.milestones_in(DueState.DUE_THIS_QUARTER), _next(figures)
    tables = (
        _table(figures, "coming_this_quarter", f"Due this quarter, {quarter.long}", now, "Nothing more falls due."),
        _table(figures, "coming_next_quarter", f"Due next quarter, {quarter.next().long}", then, "Nothing falls due."),
        _undated(figures),
    )
    return Section("coming", _coming_in_words(quarter, len(now), len(then)), (), tables)


def _next(figures: Figures) -> list[Any]:
    return figures.picture.milestones_in(DueState.DUE_NEXT_QUARTER)


def _coming_in_words(quarter: FiscalQuarter, now: int, then: int) -> str:
    """``4 milestones fall due by 31 March 2022 and 5 more by 30 June 2022``."""
    first, last = long_date(quarter.last_day), long_date(quarter.next().last_day)
    if not now and not then:
        return f"Nothing falls due by {last}"
    if not now:
        return f"Nothing falls due by {first}; {numbered(then, 'milestone')} {_fall(then)} due by {last}"
    told = f"{numbered(now, 'milestone')} {_fall(now)} due by {first}"
    return f"{told} and {then} more by {last}" if then else f"{told} and nothing more by {last}"


def _fall(count: int) -> str:
    return "falls" if count == 1 else "fall"


def _table(figures: Figures, key: str, caption: str, milestones: Iterable[Any], empty: str) -> Table:
    return Table(key, caption, _COLUMNS, tuple(_row(figures, each) for each in milestones), empty)


def _row(figures: Figures, milestone: Any) -> Row:
    activity = figures.picture.by_id[milestone.activity_id]
    cells: tuple[Cell, ...] = (
        str(activity),
        milestone.full_name,
        "begun" if milestone.is_start else "delivered",
        iso(milestone.agreed_due),
        iso(milestone.forecast),
        activity.status,
        figures.who(activity),
    )
    return Row(cells, activity=activity.key)


def _undated(figures: Figures) -> Table:
    """What has no date is never overdue, and is to be looked at every quarter."""
    columns = (ACTIVITY, Column("Milestone"), Column("Why it has no date"), STATUS, ANSWERS)
    rows = []
    for each in figures.picture.milestones_in(DueState.NO_DATE):
        activity = figures.picture.by_id[each.activity_id]
        cells = (str(activity), each.full_name, str(each.get_kind_display()), activity.status)
        rows.append(Row((*cells, figures.who(activity)), activity=activity.key))
    empty = "Every milestone has a date."
    return Table("coming_no_date", "Without a date: to be reviewed every quarter", columns, tuple(rows), empty)


# At risk -------------------------------------------------------------------------------------------------------------


def at_risk(figures: Figures) -> Section:
    """Every activity at risk, in plan order, with the reason and the way back."""
    found = [each for each in figures.picture.activities if each.status == DeliveryStatus.AT_RISK]
    count = len(found)
    title = f"{numbered(count, 'activity', 'activities')} {be(count)} at risk" if count else "No activity is at risk"
    columns = (ACTIVITY, Column("What the dates say"), Column("Agreed date", "date"), ANSWERS)
    table = Table(
        "at_risk", "Activities at risk", columns, tuple(_at_risk(figures, each) for each in found), f"{title}."
    )
    return Section("at_risk", title, (), (table,))


def _at_risk(figures: Figures, activity: Any) -> Row:
    line = figures.register_row(activity)
    cells = (str(activity), line.due_in_words, iso(line.due_on), figures.who(activity))
    return Row(cells, figures.told(activity), activity.key)
