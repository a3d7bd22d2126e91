"""The columns of the register: what the list of activities shows, and every file made from it."""

from __future__ import annotations

from datetime import date

from activities.exports.columns import Column
from activities.register import NO_REPORT, RegisterRow


def _reported(row: RegisterRow) -> date | str:
    return row.reported_on or NO_REPORT


def _number(row: RegisterRow) -> str:
    return str(row.activity.number)


def _title(row: RegisterRow) -> str:
    return str(row.activity.heading)


def _focus(row: RegisterRow) -> str:
    return row.focus


def _answering(row: RegisterRow) -> str:
    return row.answering


def _status(row: RegisterRow) -> str:
    return str(row.activity.meaning.label)


def _due(row: RegisterRow) -> str:
    return row.due_in_words


_ANSWERS = ("roles_listed", "vacancy", "status")

COLUMNS: tuple[Column, ...] = (
    Column("number", "No.", _number, sort=("position",), numeric=True, facts=("number",), shows=True),
    Column("title", "Activity", _title, sort=("title_key",), facts=("withheld_listed", "title"), shows=True),
    Column("status", "Delivery status", _status, sort=("status_rank",), facts=("status",)),
    Column("due", "Due state", _due, sort=("severity", "due_on"), facts=("due", "asked")),
    Column("date", "Agreed date", lambda row: row.due_on, sort=("due_on",), facts=("due",)),
    Column("answers", "Answers for it", _answering, sort=("answering_key",), facts=_ANSWERS),
    Column("reported", "Last reported", _reported, sort=("reported_at",), facts=("reported",)),
    Column("focus", "Focus area", _focus, sort=("focus_rank",), facts=("focus_area_id",)),
)

BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}
SORTS: tuple[str, ...] = tuple(f"{sign}{column.key}" for column in COLUMNS if column.sort for sign in ("", "-"))
"""Every value of ``?sort=``: a column's key, with a minus for the greatest first."""
