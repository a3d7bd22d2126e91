"""The owner of the database: another role than the application's, where PostgreSQL is set up with two.

The application's role owns nothing, so that it can neither switch off a guard nor change a table. What only the
owner may do (migrate, redact) connects by ``MIGRATION_DATABASE_URL``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker.record.guards import append_only_models, guarded_models


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection be the owner's inside; changes nothing where there is one role."""
    if settings.MIGRATION_DATABASE is None:
        yield
        return
    ordinary, addresses = connections["default"], connections.settings
    configured = connections.configure_settings({"default": settings.MIGRATION_DATABASE})
    connections.settings = {**addresses, **configured}  # not into the old one: that is the setting DATABASES itself
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings, connections["default"] = addresses, ordinary


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the application's role what it needs of each table and nothing more; the owner's to do, after migrating.

    It reads and adds to history and to what is written once, reads and writes live rows, and never deletes any of
    these; the rest (sessions, lock-outs, once-only keys, one-time links) it may delete as well. It reads which
    migrations there are.
    """
    rights = {"django_migrations": "SELECT"}
    for model in guarded_models():
        rights[model._meta.db_table] = "SELECT, INSERT, UPDATE"
        rights[model.history.model._meta.db_table] = "SELECT, INSERT"
    for model in append_only_models():
        rights[model._meta.db_table] = "SELECT, INSERT"
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            wanted = rights.get(table, "SELECT, INSERT, UPDATE, DELETE")
            cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {quote(role)}")
            cursor.execute(f"GRANT {wanted} ON {quote(table)} TO {quote(role)}")
