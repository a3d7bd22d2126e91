"""What is in a database, as its connection sees it: for the manifest, and for comparing with one."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker import __version__
from tnoc_tracker.record.backups.manifest import FORMAT, Manifest, seals_of
from tnoc_tracker.record.guards import guarded_models
from tnoc_tracker.record.verification import heads


def contents(connection: BaseDatabaseWrapper, *, made_at: str, sha384: str = "") -> Manifest:
    """Count every table and read every newest seal; call it where the database stands still."""
    tables = {name: _rows(connection, name) for name in _tables(connection)}
    history = {model.history.model._meta.db_table for model in guarded_models()}
    return Manifest(
        format=FORMAT,
        made_at=made_at,
        vendor=connection.vendor,
        server=".".join(str(part) for part in connection.get_database_version()),
        migrations=_migrations(connection),
        tables=tables,
        entries=sum(count for name, count in tables.items() if name in history),
        seals=seals_of(heads(connection)),
        sha384=sha384,
        version=__version__,
    )


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database has no table at all."""
    return not _tables(connection)


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def _rows(connection: BaseDatabaseWrapper, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table of ours
        (count,) = cursor.fetchone()
    return int(count)


def _migrations(connection: BaseDatabaseWrapper) -> list[str]:
    if "django_migrations" not in _tables(connection):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in cursor.fetchall()]
