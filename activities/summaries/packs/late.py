"""What is overdue, milestone by milestone, and what is off track: dates, days late, reason, way back and ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from activities.pack_document import Cell, Column, Note, Row, Section, Table
from activities.statuses import DeliveryStatus
from activities.summaries.headline import be, numbered, overdue_clause
from activities.summaries.lateness import LateMilestone
from activities.summaries.packs.cells import ACTIVITY, ANSWERS, STATUS, iso, notes
from activities.summaries.packs.figures import Figures
from activities.summaries.picture import days_late
from activities.summaries.rows import plain

_DATES = (
    Column("Milestone"),
    Column("Original", "date"),
    Column("Agreed", "date"),
    Column("Forecast", "date"),
    Column("Days late", "number"),
    Column("Times moved", "number"),
)
_COLUMNS = (ACTIVITY, *_DATES, STATUS, ANSWERS)


def overdue(figures: Figures) -> Section:
    """Every overdue milestone, most days first, and beside them those that are past their date while paused."""
    counted = [row for row in figures.late if not row.is_paused]
    beside = [row for row in figures.late if row.is_paused]
    tables = (
        Table("overdue", "Overdue milestones", _COLUMNS, _late_rows(figures, counted), "No milestone is overdue."),
        Table(
            "overdue_paused",
            "Past their date while paused, and not counted above",
            _COLUMNS,
            _late_rows(figures, beside),
            "No milestone is past its date while paused.",
        ),
    )
    title = plain(overdue_clause([row.milestone for row in counted])) or "No milestone is overdue"
    dates = "its date" if len(beside) == 1 else "their dates"
    told = f"{numbered(len(beside), 'more milestone')} {be(len(beside))} past {dates} while paused."
    return Section("overdue", title, (told,) if beside else (), tables)


def _late_rows(figures: Figures, rows: Iterable[LateMilestone]) -> tuple[Row, ...]:
    """The rows; an activity's words stand under its first one, and the later ones point there."""
    first: dict[int, LateMilestone] = {}
    found = []
    for row in rows:
        above = first.setdefault(row.activity.id, row)
        told = _told_of_late(figures, row) if above is row else _as_above(above.milestone.full_name)
        state = Note("Counted as", row.state)
        told = told if row.state == _PLAIN else (state, *told)
        cells = (str(row.activity), *_dates(row.milestone, row.days), row.activity.status, figures.who(row.activity))
        found.append(Row(cells, told, row.activity.key))
    return tuple(found)


_PLAIN = "overdue"
"""What the days of an overdue milestone count unless said otherwise; see ``LateMilestone.state``."""


def _as_above(name: str) -> tuple[Note, ...]:
    return (Note("Reason", f"As above, under “{name}”."),)


def _told_of_late(figures: Figures, row: LateMilestone) -> tuple[Note, ...]:
    told = figures.told(row.activity, forecast=row.milestone.forecast is None)
    return (*told, *notes([("Paused by", row.decision)]))


def _dates(milestone: Any, late: int) -> tuple[Cell, ...]:
    return (
        milestone.full_name,
        iso(milestone.original_due),
        iso(milestone.agreed_due),
        iso(milestone.forecast),
        late or None,
        milestone.moves,
    )


# Off track -----------------------------------------------------------------------------------------------------------


def off_track(figures: Figures) -> Section:
    """Every activity off track, in plan order; what is overdue of it stands in the section before."""
    activities = [each for each in figures.picture.activities if each.status == DeliveryStatus.OFF_TRACK]
    late = {row.activity.id for row in figures.late}
    told = (
        "For each activity the milestone that its forecast is for is shown, else its open one with the earliest date."
    )
    table = Table(
        "off_track",
        "Activities off track",
        (ACTIVITY, *_DATES, ANSWERS),
        tuple(_off_track_row(figures, each, late) for each in activities),
        "No activity is off track.",
    )
    return Section("off_track", _off_track_in_words(activities, late), (told,) if activities else (), (table,))


def _off_track_row(figures: Figures, activity: Any, late: set[int]) -> Row:
    milestone = _pressing(figures, activity)
    dates = (
        _dates(milestone, days_late(milestone)) if milestone else ("No open milestone", None, None, None, None, None)
    )
    if activity.id in late:
        told: tuple[Note, ...] = (Note("Reason", "See the overdue milestones above."),)
    else:
        told = figures.told(activity, forecast=milestone is None or milestone.forecast is None)
    return Row((str(activity), *dates, figures.who(activity)), told, activity.key)


def _pressing(figures: Figures, activity: Any) -> Any:
    """The open milestone that the last forecast is for, else the soonest; None where none is open."""
    found = sorted(figures.open_milestones(activity), key=figures.picture.by_date)
    forecast = {each.update.forecast_of_id for each in figures.explained(activity)}
    return next((each for each in found if each.id in forecast), found[0] if found else None)


def _off_track_in_words(activities: Sequence[Any], late: set[int]) -> str:
    if not activities:
        return "No activity is off track"
    count = sum(1 for each in activities if each.id in late)
    first = f"{numbered(len(activities), 'activity', 'activities')} {be(len(activities))} off track"
    if not count:
        return first
    if len(activities) == 1:
        return f"{first}, and overdue"
    return f"{first}, {'all' if count == len(activities) else count} of them overdue"
