"""Rows as they lie in the database: plain tuples, read without models, for going through a million of them.

The texts of ``canonical`` are made from the stored form directly, and equal those of ``seals.canonical``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker.record.seals import canonical

CHUNK = 2000
"""Rows fetched from the database at a time."""

Row = tuple[Any, ...]


class Table:
    """A table of the register with its columns in a fixed order."""

    def __init__(self, connection: BaseDatabaseWrapper, model: type[models.Model]) -> None:
        """Note how each column is asked for, and how its stored form becomes its canonical text."""
        self.connection = connection
        self.name = model._meta.db_table
        on_sqlite = connection.vendor == "sqlite"
        fields: list[Any] = list(model._meta.concrete_fields)
        self.columns: tuple[str, ...] = tuple(field.column for field in fields)
        self.place = {column: place for place, column in enumerate(self.columns)}
        self.texts = frozenset(f.column for f in fields if isinstance(f, models.CharField | models.TextField))
        self._asked = ", ".join(_asked_for(field, on_sqlite) for field in fields)
        self.canonical: dict[str, Callable[[Any], str]] = {field.column: _canonical_of(field) for field in fields}

    def rows(self, low: int, high: int, order: str) -> Iterator[Row]:
        """The rows of objects with ``low <= id <= high``, in an order given in SQL."""
        # Names of our own tables and columns, and no value: nothing here comes from anybody.
        query = f'SELECT {self._asked} FROM "{self.name}" WHERE id >= %s AND id <= %s ORDER BY {order}'  # noqa: S608
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(query, [low, high])
            while rows := cursor.fetchmany(CHUNK):
                yield from rows


@contextmanager
def one_moment(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Read everything inside as it stood at one moment, however many write meanwhile.

    SQLite's transaction keeps its one writer waiting; PostgreSQL's reads from a snapshot.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic(using=connection.alias):
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


LOWEST, HIGHEST = -(2**63), 2**63 - 1
"""The ids that a database can hold; ours begin at 1, a forger's need not."""


def stretches(versions: Iterator[tuple[int, int]], size: int) -> Iterator[tuple[int, int, int]]:
    """Cut (id, version) pairs into stretches of ids with about so many entries: (low, high, entries).

    Together they hold every id there may be, low and high inside.
    """
    low, entries = LOWEST, 0
    for object_id, version in versions:
        entries += version
        if entries >= size and object_id < HIGHEST:
            yield low, object_id, entries
            low, entries = object_id + 1, 0
    yield low, HIGHEST, entries


def _asked_for(field: Any, on_sqlite: bool) -> str:
    """Days and moments come as text: nothing is parsed that is only compared and sealed."""
    column = f'"{field.column}"'
    if isinstance(field, models.DateTimeField):
        written = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return f"CAST({column} AS TEXT)" if on_sqlite else written
    if isinstance(field, models.DateField):
        return f"CAST({column} AS TEXT)" if on_sqlite else f"to_char({column}, 'YYYY-MM-DD')"
    return column


def _canonical_of(field: Any) -> Callable[[Any], str]:
    if isinstance(field, models.JSONField):
        return _stored_json
    if isinstance(field, models.DateTimeField):
        return _stored_moment
    if isinstance(field, models.DateField):
        return _stored_day
    return canonical


def _stored_json(stored: str | None) -> str:
    return canonical(None if stored is None else json.loads(stored))


def _stored_day(stored: str | None) -> str:
    return "j:null" if stored is None else f"d:{stored}"


def _stored_moment(stored: str | None) -> str:
    """From ``2021-06-30 12:00:00`` or ``2021-06-30 12:00:00.000001``, in UTC."""
    if stored is None:
        return "j:null"
    fraction = "" if len(stored) > 19 else ".000000"
    return f"t:{stored[:10]}T{stored[11:]}{fraction}+00:00"
