"""The columns of a comparison, for the page and its file alike."""

from __future__ import annotations

from activities.comparison import Difference
from activities.exports.columns import Column


def _number(row: Difference) -> str:
    return str(row.activity.number) if row.activity else ""


def _activity(row: Difference) -> str:
    return str(row.activity.heading) if row.activity else ""


COLUMNS: tuple[Column, ...] = (
    Column("kind", "What changed", lambda row: row.kind.heading),
    Column("number", "No.", _number, numeric=True),
    Column("activity", "Activity", _activity),
    Column("what", "Of what", lambda row: row.what),
    Column("before", "From", lambda row: row.before),
    Column("after", "To", lambda row: row.after),
    Column("why", "Why", lambda row: row.why),
    Column("who", "Who", lambda row: row.who),
    Column("on", "When", lambda row: row.on),
)
