"""The columns of a round's returns, for the page and its file alike."""

from __future__ import annotations

from activities.exports.columns import Column
from activities.summaries.rounds import ReturnLine

COLUMNS: tuple[Column, ...] = (
    Column("number", "No.", lambda row: row.activity.number, numeric=True),
    Column("activity", "Activity", lambda row: row.activity.heading),
    Column("part", "Part", lambda row: row.scope),
    Column("who", "Asked of", lambda row: row.who),
    Column("state", "State", lambda row: row.ret.meaning.label),
    Column("due", "Due", lambda row: row.ret.due_on),
    Column("extended", "Extended because", lambda row: row.ret.extended_why),
    Column("returned", "First returned", lambda row: row.returned_on),
    Column("filed", "Last filed", lambda row: row.filed_on),
    Column("by", "Filed by", lambda row: row.ret.filed_by),
    Column("as", "Filed as", lambda row: row.filed_as),
)

HEADINGS: dict[str, str] = {column.key: column.heading for column in COLUMNS}


def cells(row: ReturnLine) -> dict[str, str]:
    """The words of a row by the key of their column: what the page prints and the file holds."""
    return {column.key: column.words(row) for column in COLUMNS}
