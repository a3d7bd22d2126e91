"""The state of the record: a number that every change moves on, so that what was made from the record can be kept.

History tables only grow: two looks at them that see equally many entries see the same entries. An erasure, which
alone rewrites entries, is an entry itself. So the number of entries names the content, under any isolation and
however many write at once; time, or the highest number given to an entry, would not (of two changes under way the
later may commit first).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from operator import itemgetter
from typing import Final

from django.db import connection

from tnoc_tracker.record.guards import guarded_models


@dataclass(frozen=True)
class _Settled:
    """What need not be counted again: in each table the entries up to an id, below which none can come any more."""

    upto: tuple[int, ...]
    total: int


_settled: Final[dict[str, _Settled]] = {}
"""By database; a process counts the whole record once, and then what came since."""


def state_of_record() -> int:
    """The number of entries on record, as this connection sees them now (one query).

    Equal numbers mean equal content within one database. A process that outlives its database (another is restored
    in its place) is told by nobody: what is kept by this number should not be kept for long.
    """
    return _look(sealed=False)[0]


def name_of_record() -> str:
    """A text that differs wherever the record differs, also from one restored in its place (one query).

    For what is kept outside the process for as long as anybody likes: after a restore the number of entries may come
    round again, and the secret in each seal makes sure that no two entries have the same.
    """
    total, seals = _look(sealed=True)
    return f"{total}-{sha256(repr(seals).encode()).hexdigest()}"


def _look(*, sealed: bool) -> tuple[int, list[str]]:
    """The number of entries; with ``sealed`` also the newest seal of each table."""
    tables, database = _tables(), str(connection.settings_dict["NAME"])
    known = _settled.get(database) or _Settled((0,) * len(tables), 0)
    with connection.cursor() as cursor:
        cursor.execute(_query(tables, connection.vendor, sealed), known.upto)
        (_, oldest, newest, _), *rows = sorted(cursor.fetchall(), key=itemgetter(0))
    total = known.total + sum(count for _, count, _, _ in rows)
    # A transaction of one's own may still be rolled back; and while anybody else writes, an entry with a lower
    # number than the highest may still come. (A change writes its row before its entry: who has a number is known
    # to be writing.)
    if oldest == newest and not connection.in_atomic_block:
        highest = zip(known.upto, rows, strict=True)
        _settled[database] = _Settled(tuple(max(upto, row[2] or 0) for upto, row in highest), total)
    return int(total), [seal or "" for *_, seal in rows]


def forget() -> None:
    """Count everything again: for tests, which empty their databases."""
    _settled.clear()


@cache
def _tables() -> tuple[str, ...]:
    return tuple(model.history.model._meta.db_table for model in guarded_models())


@cache
def _query(tables: tuple[str, ...], vendor: str, sealed: bool) -> str:
    """A row for each table (its place, entries above an id, the highest id and its seal where that is wanted).

    The first is of the transactions under way. SQLite has one writer at a time and gives ids in the order
    of commits: there nothing is ever under way.
    """
    under_way = "pg_snapshot_xmin(now.s)::text::bigint, pg_snapshot_xmax(now.s)::text::bigint"
    first = f"SELECT -1, {under_way}, '' FROM (SELECT pg_current_snapshot() AS s) AS now"  # noqa: S608  no value in it
    parts = [first if vendor == "postgresql" else "SELECT -1, 0, 0, ''"]
    for place, table in enumerate(tables):
        newest = f'(SELECT seal FROM "{table}" ORDER BY history_id DESC LIMIT 1)' if sealed else "''"  # noqa: S608
        rest = f'FROM "{table}" WHERE history_id > %s'  # a table of ours
        parts.append(f"SELECT {place}, COUNT(*), MAX(history_id), {newest} {rest}")
    return " UNION ALL ".join(parts)
