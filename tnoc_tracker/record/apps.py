"""The ledger as a Django application; its guards are made after every migrate."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from tnoc_tracker.record import guards


class RecordConfig(AppConfig):
    """Holds the abstract bases of tracked models, the guards of their tables, and once-only keys of forms."""

    name = "tnoc_tracker.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the guards down while SQLite rebuilds tables, and put them back after every migrate."""
        pre_migrate.connect(lower_guards, sender=self)
        post_migrate.connect(raise_guards, sender=self)


def lower_guards(using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """Drop the guards before SQLite alters a table: it rebuilds it, and a trigger naming it would stop the rename."""
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        guards.remove(connection)


def raise_guards(using: str, **kwargs: Any) -> None:
    """Make every guard that is missing."""
    guards.install(connections[using])
