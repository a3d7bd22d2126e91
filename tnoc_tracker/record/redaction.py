"""Lawful erasure of a text: value and salt are blanked, its digest and the chain of seals stay whole.

A text stands in the entry that wrote it and in every later one that left it alone; it is erased from all of them,
from their folded copies, and from the current row where it still stands. The same words typed into another field
or another row are another text. Only the owner of the database can do it: the guards of the two tables are taken
down and put back in the same transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, models, transaction

from tnoc_tracker.record import guards
from tnoc_tracker.record.change import Actor, RegisterError
from tnoc_tracker.record.models import Redaction, label_of
from tnoc_tracker.record.seals import ERASED, FOLDED, REASON, erase, sealed_columns, sealed_here
from tnoc_tracker.record.text import fold
from tnoc_tracker.record.writing import record

SHORTEST = 100
"""Characters that a column must have room for to count as a text, and not as a code or an address."""

Entry = dict[str, Any]


def history_models() -> dict[str, type[Any]]:
    """The history tables of the register by their label."""
    return {label_of(model.history.model): model.history.model for model in guards.guarded_models()}


@transaction.atomic
def redact(*, table: str, entry: int, field: str, reason: str, decision: str, by: Actor, at: datetime) -> Redaction:
    """Erase the text that an entry has in a field, for ever, and record that it was done.

    ``table`` is the label of a history table (``activities.historicalstatusupdate``), ``entry`` the history_id of
    an entry in which the text stands. Raises ``RegisterError`` for what is not there, is no text, or is erased.
    """
    if not (reason.strip() and decision.strip()):
        raise RegisterError("An erasure needs a reason and the reference of a decision.")
    history = history_models().get(table)
    found = history._base_manager.filter(history_id=entry).values().first() if history else None
    if history is None or found is None:
        raise RegisterError(f"There is no entry {entry} in {table}.")
    standing = _entries_with(history, found, field)
    _require_text(history, standing[0], field)
    with guards.lowered(connection, history):
        for each in standing:
            _blank(history, each, field)
    redaction = Redaction(
        table=table,
        entry=standing[0]["history_id"],
        field=field,
        reason=reason.strip(),
        decision_reference=decision.strip(),
        at=at,
    )
    record(redaction, by=by, at=at, reason=reason)
    return redaction


def text_in(table: str, entry: int, field: str) -> str:
    """The text that an entry has in a field; empty where there is none."""
    history = history_models().get(table)
    found = history._base_manager.filter(history_id=entry).values().first() if history else None
    text = (found or {}).get(field)
    return text if isinstance(text, str) else ""


def places_of(text: str) -> list[str]:
    """Where a text stands in the history, also within another: ``table:entry field``, the first entry of each row.

    An erasure takes one field of one row; the same words may have been written into others with it.
    """
    found: list[str] = []
    for label, history in history_models().items() if text else ():
        columns = [each.attname for each in history._meta.concrete_fields if _may_hold(history, each)]
        wanted = reduce(or_, (models.Q(**{f"{column}__contains": text}) for column in columns))
        seen: set[tuple[int, str]] = set()
        for entry in history._base_manager.filter(wanted).order_by("id", "sequence").values():
            for column in columns:
                if text in (entry[column] or "") and (entry["id"], column) not in seen:
                    seen.add((entry["id"], column))
                    found.append(f"{label}:{entry['history_id']} {column}")
    return found


def _may_hold(history: type[Any], column: Any) -> bool:
    if column.attname == REASON:
        return True
    return column.attname in sealed_columns(each.attname for each in history._meta.concrete_fields) and (
        _is_text(column) and column.attname not in FOLDED
    )


def _entries_with(history: type[Any], found: Entry, field: str) -> list[Entry]:
    """The entry that wrote a text, and those after it that left it alone; ``found`` is one of them."""
    entries = list(history._base_manager.filter(id=found["id"]).order_by("sequence").values())
    here = [_here(entry, before) for entry, before in zip(entries, [None, *entries], strict=False)]
    written = [place for place, names in enumerate(here) if field in names]
    first = max((place for place in written if entries[place]["sequence"] <= found["sequence"]), default=None)
    if first is None:
        raise RegisterError(f"“{field}” is no field of this entry that can be erased.")
    after = min((place for place in written if place > first), default=len(entries))
    return [{**entry, "here": names} for entry, names in zip(entries[first:after], here[first:after], strict=True)]


def _here(entry: Entry, before: Entry | None) -> tuple[str, ...]:
    return sealed_here(entry["sealed"], entry["changed"], before["sealed"] if before else None)


def _require_text(history: type[Any], entry: Entry, field: str) -> None:
    if entry["erased"] and field in entry["erased"]["digests"]:
        raise RegisterError(f"“{field}” of this entry was erased before.")
    if field in FOLDED:
        raise RegisterError(f"“{field}” repeats other fields: erase those.")
    if field != REASON and not _is_text(history.instance_type._meta.get_field(field)):
        raise RegisterError(f"“{field}” is no text: only texts can be erased, not codes, dates, numbers or addresses.")
    if not entry[field]:
        raise RegisterError(f"“{field}” of this entry is empty: there is nothing to erase.")


def _is_text(column: Any) -> bool:
    short = isinstance(column, models.CharField) and (column.max_length or SHORTEST) < SHORTEST
    address = isinstance(column, models.SlugField) or column.unique
    return isinstance(column, models.TextField | models.CharField) and not (column.choices or short or address)


def _blank(history: type[Any], entry: Entry, field: str) -> None:
    """Blank a text and its folded copies in one entry, and in the row where that entry is its last."""
    blanked = {field: _blank_of(history._meta.get_field(field)), **_folded_copies(entry, field)}
    sealed = [name for name in blanked if name in entry["here"]]
    kept = {"erased": erase(entry, entry["here"], sealed), "salt": ""} if sealed else {}
    models.QuerySet(history).filter(history_id=entry["history_id"]).update(**blanked, **kept)
    if field != REASON:
        row: models.QuerySet[Any] = models.QuerySet(history.instance_type)
        row.filter(id=entry["id"], version=entry["sequence"]).update(**blanked)


def _blank_of(column: Any) -> str:
    """What takes the place of a text; a link or an address to write to cannot be words."""
    return "" if isinstance(column, models.URLField | models.EmailField) else ERASED


def _folded_copies(entry: Mapping[str, Any], field: str) -> dict[str, str]:
    """The folded columns that repeat a text as lines of their own, without it."""
    if field == REASON:
        return {}
    lines = re.compile(rf"^{re.escape(fold(entry[field]))}$", re.MULTILINE)
    copies = {name: entry[name] for name in sorted(FOLDED & entry.keys())}
    return {name: lines.sub(fold(ERASED), text) for name, text in copies.items() if lines.search(text)}
