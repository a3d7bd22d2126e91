"""The ledger as a Django application; its guards are made after every migrate."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations import Migration
from django.db.models.signals import post_migrate, pre_migrate

from tnoc_tracker.record import guards
from tnoc_tracker.record.checks import guards_are_there
from tnoc_tracker.record.owner import grant


class RecordConfig(AppConfig):
    """Holds the abstract bases of tracked models, the guards of their tables, and once-only keys of forms."""

    name = "tnoc_tracker.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the guards after every migrate, let none go back, and have “check --database” look for them."""
        pre_migrate.connect(refuse_the_way_back, sender=self)
        post_migrate.connect(raise_guards, sender=self)
        checks.register(guards_are_there, checks.Tags.database)


def refuse_the_way_back(using: str, plan: list[tuple[Migration, bool]], **kwargs: Any) -> None:
    """Refuse to undo a migration of the register while it is guarded: that would drop what was recorded since."""
    of_the_register = {label.partition(".")[0] for label in settings.GUARDED_MODELS}
    undone = [str(migration) for migration, backwards in plan if backwards and migration.app_label in of_the_register]
    if undone and guards.any_stands(connections[using]):
        raise CommandError(
            f"There is no way back over {', '.join(undone)}: it would remove what was recorded since, and the record "
            "is never removed. To go back to an earlier version, install that version and bring back the backup that "
            "was made before the upgrade, into an empty database (“manage.py restore FILE”)."
        )


def raise_guards(using: str, **kwargs: Any) -> None:
    """Make every guard that is missing, and grant the application's role what it needs where it owns nothing."""
    guards.install(connections[using])
    if settings.MIGRATION_DATABASE is not None:
        grant(connections[using], settings.DATABASES["default"]["USER"])
