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
from itertools import chain
from operator import itemgetter
from typing import Final

from django.db import connection

from tnoc_tracker.record.guards import guarded_models


@dataclass(frozen=True)
class _Settled:
    """What need not be counted again: in each table the entries up to an id, below which none can come any more.

    ``offered`` are the ids up to which that was found out by the last look, and which the next one may settle.
    """

    upto: tuple[int, ...]
    total: int
    offered: tuple[int, ...]


_settled: Final[dict[str, _Settled]] = {}
"""By database; a process counts the whole record twice, and then what came since."""


def state_of_record() -> int:
    """The number of entries on record, as this connection sees them now (one query).

    Equal numbers mean equal content within one database. A process may outlive its database (another is restored in
    its place): what is kept by this number should not be kept for long.
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
    none = (0,) * len(tables)
    known = _settled.get(database) or _Settled(none, 0, none)
    with connection.cursor() as cursor:
        places = chain(*zip(known.offered, known.upto, strict=True))
        cursor.execute(_query(tables, connection.vendor, sealed), list(places))
        (_, writers, *_), *rows = sorted(cursor.fetchall(), key=itemgetter(0))
    newest = tuple(row[3] or 0 for row in rows)
    if any(last < upto for last, upto in zip(newest, known.upto, strict=True)):  # another database in its place
        _settled.pop(database, None)
        return _look(sealed=sealed)
    # A transaction of one's own may still be rolled back; and while anybody else writes, an entry with a lower
    # number than the highest may still come. (A change writes its row before its entry: who has a number is known
    # to be writing.) Who writes is looked at after the rows were: whoever had a lower number then, and is not writing
    # any more, is seen by the next look only, and so it is the next that counts what this one offers.
    if not connection.in_atomic_block:
        total = known.total + sum(row[2] for row in rows)
        _settled[database] = _Settled(known.offered, total, known.offered if writers else newest)
    return int(known.total + sum(row[1] for row in rows)), [row[4] or "" for row in rows]


def forget() -> None:
    """Count everything again: for tests, which empty their databases."""
    _settled.clear()


@cache
def _tables() -> tuple[str, ...]:
    return tuple(model.history.model._meta.db_table for model in guarded_models())


@cache
def _query(tables: tuple[str, ...], vendor: str, sealed: bool) -> str:
    """A row for each table: its place, entries above an id, those of them up to another, the highest id, its seal.

    The first is of the transactions that write. (A snapshot does not tell: a transaction that began after the last one
    that ended is beyond its edge.) SQLite has one writer at a time and gives ids in the order of commits: there nothing
    is ever under way.
    """
    ours = "datid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    under_way = f"COUNT(*), 0, 0, '' FROM pg_stat_get_activity(NULL) WHERE backend_xid IS NOT NULL AND {ours}"
    parts = [f"SELECT -1, {under_way}" if vendor == "postgresql" else "SELECT -1, 0, 0, 0, ''"]
    for place, table in enumerate(tables):
        counts = "COUNT(*), COUNT(*) FILTER (WHERE history_id <= %s)"
        highest = f'(SELECT MAX(history_id) FROM "{table}")'  # noqa: S608  a table of ours
        newest = f'(SELECT seal FROM "{table}" ORDER BY history_id DESC LIMIT 1)' if sealed else "''"  # noqa: S608
        parts.append(f'SELECT {place}, {counts}, {highest}, {newest} FROM "{table}" WHERE history_id > %s')  # noqa: S608
    return " UNION ALL ".join(parts)
