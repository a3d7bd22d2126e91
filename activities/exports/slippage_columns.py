"""The columns of the slippage ledger, for the page and its file alike: a row per move."""

from __future__ import annotations

from activities.exports.columns import Column
from tnoc_tracker.record.days import day_of

COLUMNS: tuple[Column, ...] = (
    Column("number", "No.", lambda row: row.of.activity.number, numeric=True),
    Column("activity", "Activity", lambda row: row.of.activity.heading),
    Column("milestone", "Milestone", lambda row: row.of.name),
    Column("focus", "Focus area", lambda row: row.of.focus),
    Column("who", "Answers for it", lambda row: row.of.who),
    Column("original", "Original date", lambda row: row.of.milestone.original_due),
    Column("agreed", "Agreed date", lambda row: row.of.milestone.agreed_due),
    Column("move", "Move", lambda row: row.move.number, numeric=True),
    Column("from", "From", lambda row: row.move.moved_from or "no date"),
    Column("to", "To", lambda row: row.move.moved_to),
    Column("days", "Days", lambda row: row.move.days, numeric=True),
    Column("reason", "Reason", lambda row: row.move.reason),
    Column("asked_by", "Asked by", lambda row: row.move.asked_by),
    Column("agreed_by", "Agreed by", lambda row: row.move.agreed_by),
    Column("decision", "Decision", lambda row: row.move.decision_reference),
    Column("on", "Recorded", lambda row: day_of(row.move.at)),
)
