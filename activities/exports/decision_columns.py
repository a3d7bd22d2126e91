"""The columns of the register of decisions, for the page and its files alike: a row per decision."""

from __future__ import annotations

from activities.exports.columns import Column

COLUMNS: tuple[Column, ...] = (
    Column("reference", "Reference", lambda row: row.decision.reference),
    Column("decided", "Decided", lambda row: row.meeting.held_on),
    Column("what", "What was decided", lambda row: row.decision.what),
    Column("about", "About", lambda row: row.about),
    Column("owner", "Owner", lambda row: row.owner.label),
    Column("due", "By", lambda row: row.decision.due_on),
    Column("allows", "Allows", lambda row: row.allows),
    Column("state", "Where it stands", lambda row: row.state),
    Column("became", "What became of it", lambda row: row.became),
)
