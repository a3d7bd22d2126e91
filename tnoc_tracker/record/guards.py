"""Guards: the database itself refuses to rewrite the record, on SQLite and on PostgreSQL.

For each table of the register (the setting ``GUARDED_MODELS``, a written list):

* history is append-only: no UPDATE, DELETE, TRUNCATE or REPLACE, and no entry that skips a number or belongs
  to no version of its row;
* a live row changes only with its version going up by one, is never deleted, and cannot commit a version
  without the entry of that number (a deferred foreign key).

Installed after every migrate, idempotently: altering a SQLite table silently drops its triggers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Guard:
    """One trigger, constraint or helper table: its name, the table it stands on, how to make and drop it."""

    name: str
    table: str
    make: str
    drop: str


def guarded_models() -> list[type[Any]]:
    """The live models of the register, from the written list."""
    return [apps.get_model(label) for label in settings.GUARDED_MODELS]


def guards_for(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Every guard that belongs on this database, in the order in which they are made."""
    build = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    found: list[Guard] = []
    for model in guarded_models():
        live, history = model._meta.db_table, model.history.model._meta.db_table
        if {live, history} <= tables:  # a migration to an earlier state may not have them
            found += build(live, history, list(_unique_keys(model)))
    return found


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of guards that should be there and are not."""
    present = _present(connection)
    return [guard.name for guard in guards_for(connection) if guard.name not in present]


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Make every guard anew that is missing; returns their names."""
    absent = set(missing(connection))
    with connection.cursor() as cursor:
        for guard in guards_for(connection):
            if guard.name in absent:
                cursor.execute(guard.make, None)
    return sorted(absent)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every guard: while SQLite rebuilds tables, and for the tests' tear-down."""
    present = _present(connection)
    with connection.cursor() as cursor:
        for guard in reversed(guards_for(connection)):
            if guard.name in present:
                cursor.execute(guard.drop, None)


@contextmanager
def lowered(connection: BaseDatabaseWrapper, history: type[Any]) -> Iterator[None]:
    """Let rows of one history table and of its live table be updated inside; needs the owner's rights."""
    names = {f"{history._meta.db_table}_no_update", f"{history.instance_type._meta.db_table}_version"}
    taken = [guard for guard in guards_for(connection) if guard.name in names]
    with connection.cursor() as cursor:
        for guard in taken:
            cursor.execute(guard.drop, None)
    yield
    with connection.cursor() as cursor:
        for guard in taken:
            cursor.execute(guard.make, None)


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' OR name LIKE 'record_head_%'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION SELECT conname FROM pg_constraint"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def _unique_keys(model: type[Any]) -> Iterator[tuple[str, ...]]:
    """The columns of every unconditional unique key of a live table: REPLACE goes through any of them."""
    for column in model._meta.concrete_fields:
        if column.unique:
            yield (column.column,)
    for constraint in model._meta.total_unique_constraints:
        yield tuple(model._meta.get_field(name).column for name in constraint.fields)


# SQLite ----------------------------------------------------------------------------------------------------


def _sqlite_trigger(name: str, table: str, event: str, condition: str, words: str) -> Guard:
    make = (
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW '
        f"{condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )
    return Guard(name, table, make, f'DROP TRIGGER "{name}"')


def _exists(table: str, columns: tuple[str, ...]) -> str:
    same = " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
    return f'EXISTS (SELECT 1 FROM "{table}" WHERE {same})'


def _on_sqlite(live: str, history: str, keys: list[tuple[str, ...]]) -> list[Guard]:
    head = f"record_head_{live}"
    return [
        _sqlite_trigger(f"{history}_no_update", history, "UPDATE", "", "The record is append-only."),
        _sqlite_trigger(f"{history}_no_delete", history, "DELETE", "", "The record is append-only."),
        _sqlite_trigger(
            f"{history}_insert",
            history,
            "INSERT",
            f"WHEN {_exists(history, ('history_id',))} OR {_exists(history, ('id', 'sequence'))} "
            f'OR NOT EXISTS (SELECT 1 FROM "{live}" WHERE id = NEW.id AND version = NEW.sequence) '
            f'OR (NEW.sequence > 1 AND NOT EXISTS (SELECT 1 FROM "{history}" '
            "WHERE id = NEW.id AND sequence = NEW.sequence - 1))",
            "An entry is the next of its row, made with its version.",
        ),
        _sqlite_trigger(
            f"{live}_version",
            live,
            "UPDATE",
            "WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id",
            "A row of the register changes with its version and its entry only.",
        ),
        _sqlite_trigger(f"{live}_no_delete", live, "DELETE", "", "Rows of the register are withdrawn, never deleted."),
        _sqlite_trigger(
            f"{live}_insert",
            live,
            "INSERT",
            f"WHEN NEW.version <> 1 OR {' OR '.join(_exists(live, key) for key in keys)}",
            "A row of the register begins with version 1 and replaces no other.",
        ),
        Guard(
            head,
            live,
            f'CREATE TABLE "{head}" (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, FOREIGN KEY (id, version) '
            f'REFERENCES "{history}" (id, sequence) DEFERRABLE INITIALLY DEFERRED)',
            f'DROP TABLE "{head}"',
        ),
        Guard(
            f"{live}_head_insert",
            live,
            f'CREATE TRIGGER "{live}_head_insert" AFTER INSERT ON "{live}" FOR EACH ROW BEGIN '
            f'INSERT INTO "{head}" (id, version) VALUES (NEW.id, NEW.version); END',
            f'DROP TRIGGER "{live}_head_insert"',
        ),
        Guard(
            f"{live}_head_update",
            live,
            f'CREATE TRIGGER "{live}_head_update" AFTER UPDATE ON "{live}" FOR EACH ROW BEGIN '
            f'INSERT INTO "{head}" (id, version) VALUES (NEW.id, NEW.version) '
            "ON CONFLICT (id) DO UPDATE SET version = excluded.version; END",
            f'DROP TRIGGER "{live}_head_update"',
        ),
    ]


# PostgreSQL ------------------------------------------------------------------------------------------------


def _postgresql_trigger(name: str, table: str, when: str, body: str, words: str) -> Guard:
    function = f"guard_{name}"
    make = (
        f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN {body} '
        f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $guard$; "
        f'CREATE TRIGGER "{name}" {when} EXECUTE FUNCTION "{function}"()'
    )
    drop = f'DROP TRIGGER "{name}" ON "{table}"; DROP FUNCTION "{function}"()'
    return Guard(name, table, make, drop)


def _on_postgresql(live: str, history: str, keys: list[tuple[str, ...]]) -> list[Guard]:
    entry = (
        f'IF EXISTS (SELECT 1 FROM "{live}" WHERE id = NEW.id AND version = NEW.sequence) '
        f'AND (NEW.sequence = 1 OR EXISTS (SELECT 1 FROM "{history}" WHERE id = NEW.id '
        "AND sequence = NEW.sequence - 1)) THEN RETURN NEW; END IF;"
    )
    version = "IF NEW.version = OLD.version + 1 AND NEW.id = OLD.id THEN RETURN NEW; END IF;"
    first = "IF NEW.version = 1 THEN RETURN NEW; END IF;"
    append_only = "The record is append-only."
    never = "Rows of the register are withdrawn, never deleted."
    return [
        _postgresql_trigger(
            f"{history}_no_update", history, f'BEFORE UPDATE OR DELETE ON "{history}" FOR EACH ROW', "", append_only
        ),
        _postgresql_trigger(
            f"{history}_no_truncate", history, f'BEFORE TRUNCATE ON "{history}" FOR EACH STATEMENT', "", append_only
        ),
        _postgresql_trigger(
            f"{history}_insert",
            history,
            f'BEFORE INSERT ON "{history}" FOR EACH ROW',
            entry,
            "An entry is the next of its row, made with its version.",
        ),
        _postgresql_trigger(
            f"{live}_version",
            live,
            f'BEFORE UPDATE ON "{live}" FOR EACH ROW',
            version,
            "A row of the register changes with its version and its entry only.",
        ),
        _postgresql_trigger(f"{live}_no_delete", live, f'BEFORE DELETE ON "{live}" FOR EACH ROW', "", never),
        _postgresql_trigger(f"{live}_no_truncate", live, f'BEFORE TRUNCATE ON "{live}" FOR EACH STATEMENT', "", never),
        _postgresql_trigger(
            f"{live}_insert",
            live,
            f'BEFORE INSERT ON "{live}" FOR EACH ROW',
            first,
            "A row of the register begins with version 1.",
        ),
        Guard(
            f"{live}_has_entry",
            live,
            f'ALTER TABLE "{live}" ADD CONSTRAINT "{live}_has_entry" FOREIGN KEY (id, version) '
            f'REFERENCES "{history}" (id, sequence) DEFERRABLE INITIALLY DEFERRED',
            f'ALTER TABLE "{live}" DROP CONSTRAINT "{live}_has_entry"',
        ),
    ]
