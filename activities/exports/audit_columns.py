"""The columns of the audit, for the page and its file alike."""

from __future__ import annotations

from activities.audit import AuditEntry
from activities.exports.columns import Column


def _when(entry: AuditEntry) -> str:
    return f"{entry.when_in_words} ({entry.entered})" if entry.entered else entry.when_in_words


COLUMNS: tuple[Column, ...] = (
    Column("when", "When", _when),
    Column("who", "Who", lambda entry: entry.who),
    Column("what", "What", lambda entry: entry.what),
    Column("changed", "Changed", lambda entry: entry.changes_in_words),
    Column("why", "Why", lambda entry: entry.why),
)
