"""Verification: is the record whole? Every chain of seals, every current row, every number in order.

What a chain alone cannot show (a cut tail with the row rolled back, an object removed with its history) is shown
by heads that were written down elsewhere: ``heads`` and ``compare_heads``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery

from tnoc_tracker.record.guards import guarded_models
from tnoc_tracker.record.models import label_of
from tnoc_tracker.record.seals import canonical, seal_of

CHUNK = 2000
"""Entries read from the database at a time."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in which table, with which object and entry, and what in a sentence."""

    table: str
    object_id: int
    sequence: int
    words: str

    def __str__(self) -> str:
        """``activities.historicalactivity 12, entry 3: …``."""
        return f"{self.table} {self.object_id}, entry {self.sequence}: {self.words}"


@dataclass(frozen=True)
class Head:
    """The newest entry of an object: what a copy kept elsewhere proves that nothing before it changed."""

    table: str
    object_id: int
    sequence: int
    seal: str


@dataclass
class Report:
    """What a verification found; entries counted over all tables."""

    entries: int = 0
    erased: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


Say = Callable[[int], None]


def verify(say: Say = lambda count: None) -> Report:
    """Verify every table of the register; ``say`` is told the number of entries read so far."""
    report = Report()
    for model in guarded_models():
        _verify_table(model, report, say)
    return report


def _verify_table(model: type[Any], report: Report, say: Say) -> None:
    history = model.history.model
    label = label_of(history)

    last: dict[str, Any] | None = None
    for entry in _entries(history):
        report.entries += 1
        if report.entries % CHUNK == 0:
            say(report.entries)
        before = last if last is not None and last["id"] == entry["id"] else None
        if before is None and last is not None:
            _check_end(model, label, last, report)
        _check_entry(label, entry, before, report)
        if entry["erased"]:
            names = ", ".join(sorted(entry["erased"]["digests"]))
            report.erased.append(f"{label} {entry['id']}, entry {entry['sequence']}: {names}")

        last = entry
    if last is not None:
        _check_end(model, label, last, report)
    for stray in model._base_manager.exclude(id__in=history._base_manager.values("id")).values_list("id", flat=True):
        report.faults.append(Fault(label, stray, 0, "the row has no entry at all"))


def _entries(history: type[models.Model]) -> Iterator[dict[str, Any]]:
    columns = [column.attname for column in history._meta.concrete_fields]
    rows = history._base_manager.order_by("id", "sequence", "history_id").values(*columns)
    return rows.iterator(chunk_size=CHUNK)


def _check_entry(label: str, entry: dict[str, Any], before: dict[str, Any] | None, report: Report) -> None:
    def wrong(words: str) -> None:
        report.faults.append(Fault(label, entry["id"], entry["sequence"], words))

    expected = before["sequence"] + 1 if before else 1
    if entry["sequence"] != expected:
        wrong(f"expected entry {expected}: an entry is missing, doubled or out of order")
    if before and entry["history_date"] <= before["history_date"]:
        wrong("its history date does not come after its predecessor's")
    if not _seal_holds(label, entry, before["seal"] if before else ""):
        wrong("its seal does not match what it says, or the entry before it was changed")


def _seal_holds(label: str, entry: dict[str, Any], before: str) -> bool:
    try:
        return seal_of(label, entry, before) == entry["seal"]
    except (KeyError, TypeError):  # the bookkeeping itself was tampered with
        return False


def _check_end(model: type[Any], label: str, last: dict[str, Any], report: Report) -> None:
    """The current row equals its last entry, field by field."""
    row = model._base_manager.filter(id=last["id"]).values().first()
    if row is None:
        words = "the row is gone, its history is there"
    elif row["version"] != last["sequence"]:
        words = f"the row says version {row['version']}: an entry is missing at the end, or too many are there"
    else:
        erased = set(last["erased"]["digests"]) if last["erased"] else set()
        names = [name for name in last["sealed"] if name in row and name not in erased]
        different = [name for name in names if canonical(row[name]) != canonical(last[name])]
        if not different:
            return
        words = f"the row differs from its last entry in {', '.join(different)}"
    report.faults.append(Fault(label, last["id"], last["sequence"], words))


def heads() -> Iterator[Head]:
    """The newest entry of every object of the register."""
    for model in guarded_models():
        history = model.history.model
        newest = history._base_manager.filter(id=OuterRef("id")).order_by("-sequence")
        rows = model._base_manager.annotate(
            newest_sequence=Subquery(newest.values("sequence")[:1]), newest_seal=Subquery(newest.values("seal")[:1])
        ).order_by("id")
        for object_id, sequence, seal in rows.values_list("id", "newest_sequence", "newest_seal").iterator():
            yield Head(label_of(history), object_id, sequence or 0, seal or "")


def compare_heads(kept: Iterable[Head]) -> list[Fault]:
    """What no longer agrees with heads that were written down earlier and kept elsewhere."""
    tables = {label_of(model.history.model): model.history.model for model in guarded_models()}
    faults = []
    for head in kept:
        history = tables.get(head.table)
        entry = history and history._base_manager.filter(id=head.object_id, sequence=head.sequence).first()
        if entry is None:
            words = "the entry that was the newest when the seals were kept is gone"
        elif entry.seal != head.seal:
            words = "its seal is not the one that was kept: this entry or one before it was replaced"
        else:
            continue
        faults.append(Fault(head.table, head.object_id, head.sequence, words))
    return faults
