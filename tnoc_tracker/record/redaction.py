"""Lawful erasure of one field of one entry: value and salt are blanked, the digest and the chain stay whole.

Only the owner of the database can do it: the guards of the table are taken down and put back in the same
transaction. The current row is blanked too where the entry is its last.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from tnoc_tracker.record import guards
from tnoc_tracker.record.change import Actor, RegisterError
from tnoc_tracker.record.models import Redaction, label_of
from tnoc_tracker.record.seals import REASON, erase
from tnoc_tracker.record.writing import record


def history_models() -> dict[str, type[Any]]:
    """The history tables of the register by their label."""
    return {label_of(model.history.model): model.history.model for model in guards.guarded_models()}


@transaction.atomic
def redact(*, table: str, entry: int, field: str, reason: str, decision: str, by: Actor, at: datetime) -> Redaction:
    """Blank a text field of an entry for ever, and record that it was done.

    ``table`` is the label of a history table (``activities.historicalstatusupdate``), ``entry`` its history_id.
    Raises ``RegisterError`` for what is not there, is no text, or was erased before.
    """
    if not (reason.strip() and decision.strip()):
        raise RegisterError("An erasure needs a reason and the reference of a decision.")
    history = history_models().get(table)
    row = history._base_manager.filter(history_id=entry).values().first() if history else None
    if history is None or row is None:
        raise RegisterError(f"There is no entry {entry} in {table}.")
    _require_text(history, row, field)
    with guards.lowered(connection, history):
        models.QuerySet(history).filter(history_id=entry).update(**{field: "", "salt": "", "erased": erase(row, field)})
        if field != REASON:
            live: models.QuerySet[Any] = models.QuerySet(history.instance_type).filter(
                id=row["id"], version=row["sequence"]
            )
            live.update(**{field: ""})
    redaction = Redaction(
        table=table, entry=entry, field=field, reason=reason.strip(), decision_reference=decision.strip(), at=at
    )
    record(redaction, by=by, at=at, reason=reason)
    return redaction


def _require_text(history: type[Any], row: dict[str, Any], field: str) -> None:
    if field not in row["sealed"]:
        raise RegisterError(f"“{field}” is no field of this entry that can be erased.")
    if row["erased"] and field in row["erased"]["digests"]:
        raise RegisterError(f"“{field}” of this entry was erased before.")
    column = history._meta.get_field(field)
    if not isinstance(column, models.TextField | models.CharField) or column.choices:
        raise RegisterError(f"“{field}” is no text: only texts can be erased.")
