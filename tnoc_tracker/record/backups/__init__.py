"""Backups: the whole database in one file with a manifest of what must be in it, and the way back.

The file is a ZIP archive of two members: ``manifest.json``, and the database as its own tools write it (a SQLite
file, or PostgreSQL's custom format). Manifest and database are of one moment, while people work.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader

from tnoc_tracker import __version__
from tnoc_tracker.record.backups import postgresql, sqlite
from tnoc_tracker.record.backups.manifest import BackupFault, Manifest, hash_of_file
from tnoc_tracker.record.verification import Report, verify

__all__ = ["BackupFault", "Manifest", "back_up", "restore"]

MANIFEST, DATABASE = "manifest.json", "database"

Say = Callable[[str], None]


def back_up(target: Path, *, at: datetime) -> Manifest:
    """Write a backup of the default database to a file that does not exist yet; only its owner may read it.

    ``BackupFault`` with a sentence where that cannot be done; then there is no file.
    """
    if target.exists():
        raise BackupFault(f"{target} exists already: a backup never overwrites another. Give it a name of its own.")
    connection = connections[DEFAULT_DB_ALIAS]
    tool = sqlite if connection.vendor == "sqlite" else postgresql
    with tempfile.TemporaryDirectory(dir=_folder_of(target), prefix=".backup-") as folder:
        copy, archive = Path(folder) / DATABASE, Path(folder) / "archive.zip"
        manifest: Manifest = tool.dump(connection, copy, at)
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
            packed.writestr(MANIFEST, manifest.as_json())
            packed.write(copy, DATABASE)
        archive.chmod(0o600)
        _synced(archive)
        os.link(archive, target)  # appears whole, and fails where somebody else was faster
        _synced(target.parent)
    return manifest


def _folder_of(target: Path) -> Path:
    if not target.parent.is_dir():
        raise BackupFault(f"There is no folder {target.parent}.")
    return target.parent


def _synced(path: Path) -> None:
    """Wait until what was written is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system lets a folder be synced
            os.fsync(handle)
    finally:
        os.close(handle)


def restore(source: Path, say: Say) -> tuple[Manifest, Report | None]:
    """Bring a backup back into the default database, which must be empty; then compare, and verify the history.

    ``BackupFault`` where the file is none, is damaged, belongs to the other kind of database or to a later version,
    where the database is not empty, or where what came back is not what the manifest names. The history of a backup
    of an earlier version can be verified only when it is migrated: there is no report of it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    tool = sqlite if connection.vendor == "sqlite" else postgresql
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        manifest, copy = _unpacked(source, Path(folder))
        if manifest.vendor != connection.vendor:
            raise BackupFault(f"This is a backup of {manifest.vendor}, and DATABASE_URL leads to {connection.vendor}.")
        is_earlier = _is_earlier(manifest)
        say(f"Backup of {manifest.made_at}: {manifest.rows} rows, {manifest.entries} entries of the history")
        tool.load(connection, copy, manifest)
    if is_earlier:
        return manifest, None
    say("Restored; verifying the history")
    return manifest, verify()


def _is_earlier(manifest: Manifest) -> bool:
    """Whether the backup lacks migrations of this version; ``BackupFault`` where this version lacks some of its own."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    later = [name for name in manifest.migrations if name.partition(".")[0] in loader.migrated_apps]
    unknown = sorted(set(later) - known)
    if unknown:
        raise BackupFault(
            f"This backup is of version {manifest.version}, and this is {__version__}, which does not know its "
            f"{unknown[0]}: install that version, and restore it there."
        )
    return not known <= set(manifest.migrations)


def _unpacked(source: Path, folder: Path) -> tuple[Manifest, Path]:
    """The manifest, and the database as a file whose bytes are those that the manifest names."""
    try:
        with zipfile.ZipFile(source) as packed:
            manifest = Manifest.from_json(packed.read(MANIFEST))
            copy = Path(packed.extract(DATABASE, folder))
    except OSError as error:
        raise BackupFault(f"{source} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise BackupFault(f"{source} is no backup, or is damaged: {error}.") from error
    if hash_of_file(copy) != manifest.sha384:
        raise BackupFault(f"{source} is damaged: its database is not the one that its manifest names.")
    return manifest, copy
