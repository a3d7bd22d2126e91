"""Verification: is the record whole? Every chain of seals, every current row, every number in order.

What a chain alone cannot show (a cut tail with the row rolled back, an object removed with its history, a tail
written anew with its seals) is shown by heads that were written down elsewhere: ``heads`` and ``compare_heads``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker.record import guards
from tnoc_tracker.record.chains import Chain
from tnoc_tracker.record.guards import guarded_models
from tnoc_tracker.record.models import Redaction, label_of
from tnoc_tracker.record.stored import Table, one_moment, stretches

GONE = "the entry that was the newest when the seals were kept is gone"

TABLE_GONE = "the table is not in the database: nothing was read"

STRETCH = 5000
"""Entries, about, that are read in one transaction."""


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


Say = Callable[[int, int], None]


def verify(say: Say = lambda done, expected: None) -> Report:
    """Verify every table of the register; ``say`` is told how many entries were read, of how many about.

    Others may write meanwhile: each stretch of a table is read as it stood at one moment.
    """
    report = Report()
    report.faults = [Fault(table, 0, 0, TABLE_GONE) for table in guards.missing_tables(connection)]
    if report.faults:
        return report
    expected = sum(sum(version for _, version in _versions(model)) for model in guarded_models())
    for model in guarded_models():
        for low, high, _ in list(stretches(_versions(model), STRETCH)):
            with one_moment(connection):
                _verify_stretch(model, low, high, report)
            say(report.entries, max(expected, report.entries))
    return report


def _versions(model: type[Any]) -> Iterator[tuple[int, int]]:
    rows = model._base_manager.order_by("id").values_list("id", "version")
    pairs: Iterator[tuple[int, int]] = rows.iterator(chunk_size=10_000)
    return pairs


def _verify_stretch(model: type[Any], low: int, high: int, report: Report) -> None:
    """Verify the objects with ``low <= id <= high``: their chains, and their rows against their last entries."""
    history, live = Table(connection, model.history.model), Table(connection, model)
    label = label_of(model.history.model)
    id_of = itemgetter(live.place["id"])
    rows = {id_of(row): row for row in live.rows(low, high, "id")}
    chain = Chain(label, history, live)
    on_record = _redactions(label)
    entries = history.rows(low, high, "id, sequence, history_id")
    for object_id, of_object in groupby(entries, key=itemgetter(history.place["id"])):
        found = chain.read(of_object, rows.pop(object_id, None))
        report.entries += found.entries
        report.faults += [Fault(label, object_id, sequence, words) for sequence, words in found.faults]
        for sequence, entry, names in found.erased:
            report.erased.append(f"{label} {object_id}, entry {sequence}: {', '.join(names)}")
            for name in sorted(set(names) - on_record.get(entry, set())):
                words = f"{name} was erased, and no decision is on record"
                report.faults.append(Fault(label, object_id, sequence, words))
    report.faults += [Fault(label, stray, 0, "the row has no entry at all") for stray in rows]


def _redactions(label: str) -> dict[int, set[str]]:
    """The erasures on record for a history table: the columns by history_id."""
    found: dict[int, set[str]] = {}
    for entry, name in Redaction._base_manager.filter(table=label).values_list("entry", "field"):
        found.setdefault(entry, set()).add(name)
    return found


# Heads ----------------------------------------------------------------------------------------------------


def heads(database: BaseDatabaseWrapper | None = None) -> Iterator[Head]:
    """The newest entry of every object of the register, as its row says; of the default database if none is given."""
    opened = database or connection
    gone = set(guards.missing_tables(opened))  # a backup of an earlier version lacks the tables that came since
    for model in guarded_models():
        live, history = model._meta.db_table, model.history.model._meta.db_table
        if gone & {live, history}:
            continue
        label = label_of(model.history.model)
        with opened.chunked_cursor() as cursor:
            cursor.execute(
                f'SELECT entry.id, entry.sequence, entry.seal FROM "{live}" AS row '  # noqa: S608  our own tables
                f'JOIN "{history}" AS entry ON entry.id = row.id AND entry.sequence = row.version ORDER BY row.id'
            )
            while rows := cursor.fetchmany(10_000):
                for object_id, sequence, seal in rows:
                    yield Head(label, object_id, sequence, seal)


def compare_heads(kept: Iterable[Head]) -> list[Fault]:
    """What no longer agrees with heads that were written down earlier and kept elsewhere."""
    gone = guards.missing_tables(connection)
    tables = {label_of(model.history.model): model.history.model._meta.db_table for model in guarded_models()}
    tables = {label: name for label, name in tables.items() if name not in gone}
    faults = []
    waiting = iter(kept)
    while some := list(islice(waiting, 500)):
        seals = _seals_of(some, tables)
        for head in some:
            seal = seals.get((head.table, head.object_id, head.sequence))
            if seal is None:
                words = GONE
            elif seal != head.seal:
                words = "its seal is not the one that was kept: this entry or one before it was replaced"
            else:
                continue
            faults.append(Fault(head.table, head.object_id, head.sequence, words))
    return faults


def _seals_of(some: list[Head], tables: dict[str, str]) -> dict[tuple[str, int, int], str]:
    """The seals that these heads' entries have now, by table, object and number."""
    seals: dict[tuple[str, int, int], str] = {}
    for label in {head.table for head in some} & set(tables):
        asked = [(head.object_id, head.sequence) for head in some if head.table == label]
        pairs = ", ".join(["(%s, %s)"] * len(asked))
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT id, sequence, seal FROM "{tables[label]}" '  # noqa: S608  our own tables
                f"WHERE (id, sequence) IN (VALUES {pairs})",
                [number for pair in asked for number in pair],
            )
            seals |= {(label, object_id, sequence): seal for object_id, sequence, seal in cursor.fetchall()}
    return seals
