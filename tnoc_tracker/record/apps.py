"""The ledger as a Django application; its guards are made after every migrate."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate

from tnoc_tracker.record import guards
from tnoc_tracker.record.checks import guards_are_there


class RecordConfig(AppConfig):
    """Holds the abstract bases of tracked models, the guards of their tables, and once-only keys of forms."""

    name = "tnoc_tracker.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the guards after every migrate, and have “check --database” look for them."""
        post_migrate.connect(raise_guards, sender=self)
        checks.register(guards_are_there, checks.Tags.database)


def raise_guards(using: str, **kwargs: Any) -> None:
    """Make every guard that is missing."""
    guards.install(connections[using])
