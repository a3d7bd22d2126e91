"""A PostgreSQL database written and read by its own tools, of the server's own version, at one exported snapshot."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker.record.backups.contents import contents, is_empty
from tnoc_tracker.record.backups.manifest import BackupFault, Manifest, hash_of_file


def dump(connection: BaseDatabaseWrapper, copy: Path, at: datetime) -> Manifest:
    """Write the database to a file in PostgreSQL's custom format, and count at the same snapshot."""
    tool = _tool(connection, "pg_dump")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        found = contents(connection, made_at=at.isoformat())
        _run(connection, [tool, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"], copy)
    return replace(found, sha384=hash_of_file(copy))


def load(connection: BaseDatabaseWrapper, copy: Path, manifest: Manifest) -> None:
    """Read the file into the empty database in one transaction, and compare what came."""
    tool = _tool(connection, "pg_restore")
    if not is_empty(connection):
        raise BackupFault("The database is not empty: a backup is brought back into an empty one only.")
    connection.close()
    _run(connection, [tool, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(copy)])
    wrong = manifest.differences(contents(connection, made_at=manifest.made_at))
    if wrong:
        raise BackupFault("What was brought back is not what the manifest names:\n" + "\n".join(wrong))


def _tool(connection: BaseDatabaseWrapper, name: str) -> str:
    """The path of one of PostgreSQL's tools; ``BackupFault`` where it is missing or of another version."""
    found = shutil.which(name, path=settings.PG_BIN or None)
    if found is None:
        where = f"in {settings.PG_BIN}" if settings.PG_BIN else "on the PATH"
        raise BackupFault(f"There is no {name} {where}: set PG_BIN to the folder of PostgreSQL’s own tools.")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  our own tool
    own = re.search(r"\) (\d+)", said.stdout)
    server = connection.get_database_version()[0]
    if own is None or int(own.group(1)) != server:
        version = own.group(1) if own else said.stdout.strip()
        raise BackupFault(
            f"{found} is of version {version} and the server of {server}: set PG_BIN to the server’s own."
        )
    return found


def _run(connection: BaseDatabaseWrapper, command: Sequence[str], output: Path | None = None) -> None:
    """Run a tool against the connection's database; the password goes by the environment, never by the command."""
    address = connection.get_connection_params()
    wanted = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    given = {name: str(address[key]) for key, name in wanted.items() if address.get(key)}
    target = [f"--file={output}"] if output else []
    done = subprocess.run(  # noqa: S603  the tool that _tool found, and our own database
        [*command, *target, f"--dbname={address['dbname']}", "--no-password"],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFault(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
