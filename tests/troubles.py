"""Troubles of the database, made for real and ended again: locked, too slow, read only, full, gone, lost at commit.

Each is a context manager over the default connection of a database of the test's own (``own_databases``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from django.db import connection

from tnoc_tracker.record.models import OnceKey

KEYS = OnceKey._meta.db_table
"""Every form that is carried out once writes there first."""


@contextmanager
def busy() -> Iterator[None]:
    """Somebody else writes and does not end; reading goes on."""
    with _patience(lock=50), _another() as other:
        _hold(other)
        yield


@contextmanager
def others_write() -> Iterator[None]:
    """Somebody else writes for as long as this lasts; everybody’s patience is their own."""
    with _another() as other:
        _hold(other)
        yield


@contextmanager
def slow() -> Iterator[None]:
    """A statement takes longer than it may (PostgreSQL only)."""
    with _patience(statement=50), _another() as other:
        _hold(other)
        yield


@contextmanager
def read_only() -> Iterator[None]:
    """Nothing can be written."""
    switch = "query_only" if connection.vendor == "sqlite" else "default_transaction_read_only"
    _say(f"PRAGMA {switch} = ON" if connection.vendor == "sqlite" else f"SET {switch} = on")
    yield
    _say(f"PRAGMA {switch} = OFF" if connection.vendor == "sqlite" else f"SET {switch} = off")


@contextmanager
def full() -> Iterator[None]:
    """There is no room for another page of data; PostgreSQL is made to say so."""
    if connection.vendor == "sqlite":
        _say("VACUUM")
        pages = _say("PRAGMA page_count")
        _say(f"PRAGMA max_page_count = {pages}")
        yield
        _say("PRAGMA max_page_count = 1000000")
        return
    with _trigger("BEFORE INSERT", "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100';"):
        yield


@contextmanager
def gone() -> Iterator[None]:
    """The database is not where it was."""
    name, wrong = ("NAME", "/nowhere/at-all.sqlite3") if connection.vendor == "sqlite" else ("PORT", "1")
    before = connection.settings_dict[name]
    connection.close()
    connection.settings_dict[name] = wrong
    yield
    connection.close()
    connection.settings_dict[name] = before


@contextmanager
def lost_at_commit() -> Iterator[None]:
    """The commit is asked for and fails: for SQLite because somebody reads on, for PostgreSQL by a dying connection."""
    if connection.vendor == "sqlite":
        with _patience(lock=50), _another() as other:
            other.execute("BEGIN")
            other.execute(f"SELECT * FROM {KEYS}").fetchall()
            yield
        return
    end = "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL;"
    with _trigger("AFTER INSERT", end, deferred=True):
        yield


TROUBLES: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "busy": busy,
    "slow": slow,
    "read-only": read_only,
    "full": full,
    "gone": gone,
}


def _say(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row and row[0]


@contextmanager
def _patience(**milliseconds: int) -> Iterator[None]:
    """Shorten how long this connection waits."""
    if connection.vendor == "sqlite":
        _say(f"PRAGMA busy_timeout = {milliseconds['lock']}")
    else:
        for what, limit in milliseconds.items():
            _say(f"SET {what}_timeout = {limit}")
    yield
    connection.close()  # the next one waits as long as always


@contextmanager
def _another() -> Iterator[Any]:
    """Another connection to the same database."""
    other: Any
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    else:
        wanted = connection.get_connection_params()
        names = ("host", "port", "user", "password", "dbname")
        other = psycopg.connect(**{name: wanted[name] for name in names if wanted.get(name)}, autocommit=True)
    try:
        yield other
    finally:
        other.close()


def _hold(other: Any) -> None:
    """Let the other connection write, and not end."""
    if connection.vendor == "sqlite":
        other.execute("BEGIN IMMEDIATE")
    else:
        other.execute("BEGIN")
        other.execute(f"LOCK TABLE {KEYS} IN EXCLUSIVE MODE")


@contextmanager
def _trigger(when: str, does: str, *, deferred: bool = False) -> Iterator[None]:
    with _another() as other:
        other.execute(f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} END $$")
        kind, end = ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED") if deferred else ("TRIGGER", "")
        other.execute(f"CREATE {kind} trouble {when} ON {KEYS} {end} FOR EACH ROW EXECUTE FUNCTION trouble()")
        yield
        other.execute(f"DROP TRIGGER trouble ON {KEYS}")
        other.execute("DROP FUNCTION trouble()")
