"""Guards: the database itself refuses to rewrite the record, on SQLite and on PostgreSQL.

For each table of the register (the setting ``GUARDED_MODELS``, a written list):

* history is append-only: no UPDATE, DELETE, TRUNCATE or REPLACE, and no entry that skips a number, is dated
  before its predecessor, or belongs to no version of its row;
* a live row changes only with its version going up by one, is never deleted or replaced, and cannot commit a
  version without the entry of that number (a deferred foreign key).

The tables of ``APPEND_ONLY_MODELS`` have no history: their rows are inserted once and stay as they are.

Installed after every migrate, idempotently. A guard counts as missing where it is switched off or says
something else than it should, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = "The record is append-only."
NEXT_ENTRY = "An entry is the next of its row, made with its version, and comes after the one before."
WITH_ENTRY = "A row of the register changes with its version and its entry only."
NEVER_DELETED = "Rows of the register are withdrawn, never deleted."
BEGINS = "A row of the register begins with version 1 and replaces no other."
FOLLOWS = "The head of a row follows its version, and nothing else."


@dataclass(frozen=True)
class Guard:
    """One trigger, constraint or helper table: how to make and drop it, and what the database then says of it."""

    name: str
    make: tuple[str, ...]
    drop: str
    says: str


def guarded_models() -> list[type[Any]]:
    """The live models of the register, from the written list."""
    return [apps.get_model(label) for label in settings.GUARDED_MODELS]


def append_only_models() -> list[type[Any]]:
    """The models without a history whose rows are written once, from their written list."""
    return [apps.get_model(label) for label in settings.APPEND_ONLY_MODELS]


def guards_for(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Every guard that belongs on this database, in the order in which they are made."""
    build = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    found: list[Guard] = []
    for model in guarded_models():
        live, history = model._meta.db_table, model.history.model._meta.db_table
        if {live, history} <= tables:  # a migration to an earlier state may not have them
            found += build(live, history)
    once = _once_on_sqlite if connection.vendor == "sqlite" else _once_on_postgresql
    for model in append_only_models():
        if model._meta.db_table in tables:
            found += once(model._meta.db_table, model._meta.pk.column)
    return found


def missing_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables of the written list that are not in the database: no guard can stand on them."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    wanted = [each._meta.db_table for model in guarded_models() for each in (model, model.history.model)]
    wanted += [model._meta.db_table for model in append_only_models()]
    return [name for name in wanted if name not in tables]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of guards that should be there and are not, or not as they should be (two queries)."""
    present = _present(connection)
    return [guard.name for guard in guards_for(connection) if present.get(guard.name) != guard.says]


def any_stands(connection: BaseDatabaseWrapper) -> bool:
    """Whether at least one guard is in place."""
    return len(missing(connection)) < len(guards_for(connection))


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Make every guard anew that is missing; returns their names."""
    present = _present(connection)
    absent = [guard for guard in guards_for(connection) if present.get(guard.name) != guard.says]
    with connection.cursor() as cursor:
        for guard in reversed(absent):
            if guard.name in present:
                cursor.execute(guard.drop, None)
        for guard in absent:
            for statement in guard.make:
                cursor.execute(statement, None)
    return [guard.name for guard in absent]


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop every guard: for the tests' tear-down."""
    present = _present(connection)
    with connection.cursor() as cursor:
        for guard in reversed(guards_for(connection)):
            if guard.name in present:
                cursor.execute(guard.drop, None)


@contextmanager
def lowered(connection: BaseDatabaseWrapper, history: type[Any]) -> Iterator[None]:
    """Let rows of one history table and of its live table be updated inside; needs the owner's rights.

    Call it in a transaction: where what is inside fails, the guards are back with the rest.
    """
    names = {f"{history._meta.db_table}_no_update", f"{history.instance_type._meta.db_table}_version"}
    taken = [guard for guard in guards_for(connection) if guard.name in names]
    with connection.cursor() as cursor:
        for guard in taken:
            cursor.execute(guard.drop, None)
    yield
    with connection.cursor() as cursor:
        for guard in taken:
            for statement in guard.make:
                cursor.execute(statement, None)


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the database says of each trigger, constraint and helper table that might be a guard."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_SQLITE if connection.vendor == "sqlite" else _ON_POSTGRESQL)
        return dict(cursor.fetchall())


# SQLite ----------------------------------------------------------------------------------------------------

_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR name LIKE 'record_head_%'"


def _on_sqlite(live: str, history: str) -> list[Guard]:
    """Triggers, and a small head table that Django does not know: (id, version) of each live row.

    Its foreign keys stop a version without its entry, and a REPLACE that fires no delete trigger.
    """
    head = f"record_head_{live}"
    same_version = f'NEW.version IS NOT (SELECT version FROM "{live}" WHERE id = NEW.id)'
    return [
        _refusing(f"{history}_no_update", "UPDATE", history, "", APPEND_ONLY),
        _refusing(f"{history}_no_delete", "DELETE", history, "", APPEND_ONLY),
        _refusing(
            f"{history}_insert",
            "INSERT",
            history,
            f'EXISTS (SELECT 1 FROM "{history}" WHERE history_id = NEW.history_id) '
            f'OR EXISTS (SELECT 1 FROM "{history}" WHERE id = NEW.id AND sequence = NEW.sequence) '
            f'OR NOT EXISTS (SELECT 1 FROM "{live}" WHERE id = NEW.id AND version = NEW.sequence) '
            f'OR (NEW.sequence <> 1 AND NOT EXISTS (SELECT 1 FROM "{history}" '
            "WHERE id = NEW.id AND sequence = NEW.sequence - 1 AND history_date < NEW.history_date))",
            NEXT_ENTRY,
        ),
        _sqlite_guard(
            head,
            f'CREATE TABLE "{head}" (id INTEGER PRIMARY KEY REFERENCES "{live}" (id), version INTEGER NOT NULL, '
            f'FOREIGN KEY (id, version) REFERENCES "{history}" (id, sequence) DEFERRABLE INITIALLY DEFERRED)',
            f'DROP TABLE "{head}"',
            f'INSERT INTO "{head}" (id, version) SELECT id, version FROM "{live}"',
        ),
        _refusing(
            f"{live}_version",
            "UPDATE",
            live,
            "NEW.version IS NOT OLD.version + 1 OR NEW.id IS NOT OLD.id "
            f'OR NOT EXISTS (SELECT 1 FROM "{head}" WHERE id = OLD.id AND version = OLD.version)',
            WITH_ENTRY,
        ),
        _refusing(f"{live}_no_delete", "DELETE", live, "", NEVER_DELETED),
        _refusing(
            f"{live}_insert",
            "INSERT",
            live,
            f'NEW.version IS NOT 1 OR EXISTS (SELECT 1 FROM "{live}" WHERE id = NEW.id)',
            BEGINS,
        ),
        _following(f"{live}_head_insert", f'INSERT ON "{live}"', f'INSERT INTO "{head}" VALUES (NEW.id, NEW.version)'),
        _following(
            f"{live}_head_update", f'UPDATE ON "{live}"', f'UPDATE "{head}" SET version = NEW.version WHERE id = NEW.id'
        ),
        _refusing(f"{head}_no_delete", "DELETE", head, "", FOLLOWS),
        _refusing(f"{head}_update", "UPDATE", head, f"NEW.id IS NOT OLD.id OR {same_version}", FOLLOWS),
        _refusing(
            f"{head}_insert",
            "INSERT",
            head,
            f'{same_version} OR EXISTS (SELECT 1 FROM "{head}" WHERE id = NEW.id)',
            FOLLOWS,
        ),
    ]


def _once_on_sqlite(table: str, key: str) -> list[Guard]:
    """Triggers for a table whose rows are written once; a REPLACE fires no delete trigger.

    It could take the place of a row by its key, or by the number that SQLite gives each row.
    """
    same = f'EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}" OR rowid = NEW.rowid)'
    return [
        _refusing(f"{table}_no_update", "UPDATE", table, "", APPEND_ONLY),
        _refusing(f"{table}_no_delete", "DELETE", table, "", APPEND_ONLY),
        _refusing(f"{table}_insert", "INSERT", table, same, BEGINS),
    ]


def _sqlite_guard(name: str, make: str, drop: str, *more: str) -> Guard:
    return Guard(name, (make, *more), drop, says=make)  # SQLite keeps the text as it was given


def _refusing(name: str, event: str, table: str, condition: str, words: str) -> Guard:
    when = f" WHEN {condition}" if condition else ""
    make = (
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW{when} '
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )
    return _sqlite_guard(name, make, f'DROP TRIGGER "{name}"')


def _following(name: str, event: str, statement: str) -> Guard:
    make = f'CREATE TRIGGER "{name}" AFTER {event} FOR EACH ROW BEGIN {statement}; END'
    return _sqlite_guard(name, make, f'DROP TRIGGER "{name}"')


# PostgreSQL ------------------------------------------------------------------------------------------------

_ON_POSTGRESQL = """
SELECT tgname, CASE WHEN tgenabled NOT IN ('O', 'A') THEN 'switched off'
    WHEN tgqual IS NOT NULL OR tgattr::text <> '' THEN 'narrowed'
    ELSE relname || ' ' || tgtype || ': ' || prosrc END
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)
UNION ALL
SELECT conname, CASE WHEN EXISTS (SELECT 1 FROM pg_trigger WHERE tgconstraint = pg_constraint.oid
    AND tgenabled NOT IN ('O', 'A')) THEN 'switched off' ELSE pg_get_constraintdef(pg_constraint.oid) END
FROM pg_constraint WHERE contype = 'f' AND pg_table_is_visible(conrelid)
"""
"""What each trigger does, at what and on which table; a foreign key is switched off with its own triggers."""

_TYPES = {"ROW": 1, "STATEMENT": 0, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
"""How PostgreSQL writes down (``tgtype``) what a trigger fires at: the sum of these."""


def _on_postgresql(live: str, history: str) -> list[Guard]:
    """Triggers with a function each, and a deferred foreign key from (id, version) to the entry."""
    next_entry = (
        f'IF EXISTS (SELECT 1 FROM "{live}" WHERE id = NEW.id AND version = NEW.sequence) '
        f'AND (NEW.sequence = 1 OR EXISTS (SELECT 1 FROM "{history}" WHERE id = NEW.id '
        "AND sequence = NEW.sequence - 1 AND history_date < NEW.history_date)) THEN RETURN NEW; END IF; "
    )
    version = "IF NEW.version = OLD.version + 1 AND NEW.id = OLD.id THEN RETURN NEW; END IF; "
    first = "IF NEW.version = 1 THEN RETURN NEW; END IF; "
    row, statement = "ROW", "STATEMENT"
    entry = f"FOREIGN KEY (id, version) REFERENCES {history}(id, sequence) DEFERRABLE INITIALLY DEFERRED"
    return [
        _trigger(f"{history}_no_update", "UPDATE OR DELETE", history, row, "", APPEND_ONLY),
        _trigger(f"{history}_no_truncate", "TRUNCATE", history, statement, "", APPEND_ONLY),
        _trigger(f"{history}_insert", "INSERT", history, row, next_entry, NEXT_ENTRY),
        _trigger(f"{live}_version", "UPDATE", live, row, version, WITH_ENTRY),
        _trigger(f"{live}_no_delete", "DELETE", live, row, "", NEVER_DELETED),
        _trigger(f"{live}_no_truncate", "TRUNCATE", live, statement, "", NEVER_DELETED),
        _trigger(f"{live}_insert", "INSERT", live, row, first, BEGINS),
        Guard(
            f"{live}_has_entry",
            (f'ALTER TABLE "{live}" ADD CONSTRAINT "{live}_has_entry" {entry}',),
            f'ALTER TABLE "{live}" DROP CONSTRAINT "{live}_has_entry"',
            says=entry,
        ),
    ]


def _once_on_postgresql(table: str, key: str) -> list[Guard]:
    """Triggers for a table whose rows are written once; its ``key`` needs none, it is unique."""
    return [
        _trigger(f"{table}_no_update", "UPDATE OR DELETE", table, "ROW", "", APPEND_ONLY),
        _trigger(f"{table}_no_truncate", "TRUNCATE", table, "STATEMENT", "", APPEND_ONLY),
    ]


def _trigger(name: str, event: str, table: str, each: str, allowed: str, words: str) -> Guard:
    body = f"BEGIN {allowed}RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END"
    function = f'CREATE OR REPLACE FUNCTION "guard_{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$'
    trigger = f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH {each} EXECUTE FUNCTION "guard_{name}"()'
    drop = f'DROP TRIGGER "{name}" ON "{table}"; DROP FUNCTION "guard_{name}"()'
    fires_at = sum(_TYPES[word] for word in (each, "BEFORE", *event.split(" OR ")))
    return Guard(name, (function, trigger), drop, says=f"{table} {fires_at}: {body}")
