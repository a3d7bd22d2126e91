"""A SQLite database copied by its own online backup, in one step: copying the file of a live one loses rows."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker.record.backups.contents import contents, is_empty
from tnoc_tracker.record.backups.manifest import BackupFault, Manifest, hash_of_file


def dump(connection: BaseDatabaseWrapper, copy: Path, at: datetime) -> Manifest:
    """Copy the database into a file, and count there: nobody writes to the copy."""
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)  # all pages at once
    with _opened(connection, copy) as copied:
        found = contents(copied, made_at=at.isoformat())
    return replace(found, sha384=hash_of_file(copy))


def load(connection: BaseDatabaseWrapper, copy: Path, manifest: Manifest) -> None:
    """Put the copy in the place of the database's file, once it was found whole."""
    if not is_empty(connection):
        raise BackupFault("The database is not empty: a backup is brought back into an empty one only.")
    with closing(sqlite3.connect(copy)) as opened:
        (answer,) = opened.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        raise BackupFault(f"The database in the backup is damaged: {answer}.")
    with _opened(connection, copy) as copied:
        wrong = manifest.differences(contents(copied, made_at=manifest.made_at))
    if wrong:
        raise BackupFault("The backup does not hold what its manifest names:\n" + "\n".join(wrong))
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    beside = target.with_name(f".{target.name}.restored")
    try:
        shutil.copyfile(copy, beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _opened(connection: BaseDatabaseWrapper, path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection of the same kind to another file, for a while."""
    address: dict[str, Any] = {**connection.settings_dict, "NAME": str(path)}
    other = type(connections[connection.alias])(address, connection.alias)
    try:
        yield other
    finally:
        other.close()
