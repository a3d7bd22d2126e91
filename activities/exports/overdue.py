"""The columns of the overdue page, for the page and its file alike."""

from __future__ import annotations

from activities.exports.columns import Column
from activities.summaries.lateness import LateMilestone

COLUMNS: tuple[Column, ...] = (
    Column("days", "Days late", lambda row: row.days, numeric=True),
    Column("state", "Counted as", lambda row: row.state),
    Column("number", "No.", lambda row: row.activity.number),
    Column("activity", "Activity", lambda row: row.activity.heading),
    Column("milestone", "Milestone", lambda row: row.milestone.name),
    Column("status", "Delivery status", lambda row: row.activity.meaning.label),
    Column("who", "Answers for it", lambda row: row.who),
    Column("original", "Original", lambda row: row.milestone.original_due),
    Column("agreed", "Agreed", lambda row: row.milestone.agreed_due),
    Column("moved", "Moved", lambda row: row.moved),
    Column("forecast", "Forecast", lambda row: row.forecast),
    Column("explanation", "Latest explanation", lambda row: row.explanation),
    Column("said_by", "Said by", lambda row: row.explained_by),
    Column("ask", "Asked of the Steering Group", lambda row: row.ask),
    Column("pause", "Paused by", lambda row: row.decision),
)

HEADINGS: dict[str, str] = {column.key: column.heading for column in COLUMNS}


def cells(row: LateMilestone) -> dict[str, str]:
    """The words of a row by the key of their column: what the page prints and the file holds."""
    return {column.key: column.words(row) for column in COLUMNS}
