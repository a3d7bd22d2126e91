"""Django's SQLite, with four differences: triggers outlive a rebuilt table, migrations fail whole, it folds, has JSON.

Django alters a SQLite table by copying it into a new one and dropping the old, which drops its triggers
silently; and a trigger elsewhere that names the table stops the new one from taking its name. Here they stand
aside for that one statement and are back in the same transaction, so that the guards of the register hold
for everything else a migration does. What breaks a foreign key is found before the migration commits. What folds
texts (``record.folded``) is Python's own function. Whether it knows JSON, Django finds out by a transaction on first
use, and where the file happens to be locked just then, holds for as long as the process lives that it does not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from django.db import DatabaseError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.features import DatabaseFeatures
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor
from django.db.models import Model

from tnoc_tracker.record.text import fold, holds


class SchemaEditor(DatabaseSchemaEditor):
    """Alters tables without losing a trigger."""

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Check the foreign keys and commit, or roll back; Django's own leaves a broken transaction open."""
        try:
            if exc_type is None:
                self.connection.check_constraints()
        except DatabaseError as error:
            BaseDatabaseSchemaEditor.__exit__(self, type(error), error, error.__traceback__)
            raise
        else:
            BaseDatabaseSchemaEditor.__exit__(self, exc_type, exc_value, traceback)
        finally:
            self.connection.enable_constraint_checking()

    def _remake_table(self, model: type[Model], *args: Any, **kwargs: Any) -> None:
        with self._triggers_aside(model._meta.db_table):
            super()._remake_table(model, *args, **kwargs)  # type: ignore[misc]

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


class Features(DatabaseFeatures):
    """What this SQLite can do, known without asking: every one that Django works with was built with JSON."""

    supports_json_field = True


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to SQLite, with our schema editor and our functions."""

    features_class = Features
    SchemaEditorClass = SchemaEditor

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection that can fold (see ``record.folded``).

        With ``MUST_EXIST`` in its settings, as in a server, a file that has gone is not made anew, without a table.
        """
        if self.settings_dict.get("MUST_EXIST") and not Path(self.settings_dict["NAME"]).exists():
            raise sqlite3.OperationalError("The file of the database is not there.")
        connection = super().get_new_connection(conn_params)
        connection.create_function("TNOC_FOLDED", 1, lambda text: text and fold(text), deterministic=True)
        connection.create_function("TNOC_HOLDS", 2, holds, deterministic=True)
        return connection
