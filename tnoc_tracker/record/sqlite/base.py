"""Django's SQLite with one difference: a table that a migration rebuilds keeps its triggers.

Django alters a SQLite table by copying it into a new one and dropping the old, which drops its triggers
silently; and a trigger elsewhere that names the table stops the new one from taking its name. Here they stand
aside for that one statement and are back in the same transaction, so that the guards of the register hold
for everything else a migration does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor
from django.db.models import Model


class SchemaEditor(DatabaseSchemaEditor):
    """Alters tables without losing a trigger."""

    def _remake_table(self, model: type[Model], *args: Any, **kwargs: Any) -> None:
        with self._triggers_aside(model._meta.db_table):
            super()._remake_table(model, *args, **kwargs)  # type: ignore[misc]

    def delete_model(self, model: type[Model], handle_autom2m: bool = True) -> None:
        """Drop a table; with it go the triggers elsewhere that name it, which would stop every later change."""
        if handle_autom2m:  # else this is a step of rebuilding it
            for name, _ in self._triggers_naming(model._meta.db_table):
                self.execute(f'DROP TRIGGER "{name}"', None)
            self.execute(f'DROP TABLE IF EXISTS "record_head_{model._meta.db_table}"', None)
        super().delete_model(model, handle_autom2m)  # type: ignore[call-arg]

    @contextmanager
    def _triggers_aside(self, table: str) -> Iterator[None]:
        triggers = self._triggers_naming(table)
        for name, _ in triggers:
            self.execute(f'DROP TRIGGER "{name}"', None)
        yield
        for _, make in triggers:
            self.execute(make, None)

    def _triggers_naming(self, table: str) -> list[tuple[str, str]]:
        """Name and text of each trigger that stands on a table or names it."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
                "AND (tbl_name = %s OR instr(sql, %s)) ORDER BY rowid",
                [table, f'"{table}"'],
            )
            found: list[tuple[str, str]] = cursor.fetchall()
        return found


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to SQLite, with our schema editor."""

    SchemaEditorClass = SchemaEditor
