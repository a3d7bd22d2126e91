"""The ledger as a Django application; its guards are made after every migrate."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate

from tnoc_tracker.record import guards
from tnoc_tracker.record.checks import guards_are_there
from tnoc_tracker.record.owner import grant


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
    """Make every guard that is missing, and grant the application's role what it needs where it owns nothing."""
    guards.install(connections[using])
    if settings.MIGRATION_DATABASE is not None:
        grant(connections[using], settings.DATABASES["default"]["USER"])
