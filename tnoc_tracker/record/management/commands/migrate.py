"""``manage.py migrate``: Django's own, as the owner of the database."""

from __future__ import annotations

from typing import Any

from django.core.checks.registry import registry
from django.core.management.commands import migrate

from tnoc_tracker.record.checks import INSTALLATION
from tnoc_tracker.record.owner import as_owner


class Command(migrate.Command):
    """Migrate under the role of ``MIGRATION_DATABASE_URL`` where one is set; guards and grants follow."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Connect as the owner, and migrate."""
        with as_owner():
            super().handle(*args, **options)

    def check(self, *args: Any, **options: Any) -> None:
        """Look at everything but what migrating itself makes right."""
        super().check(*args, **{**options, "tags": registry.tags_available() - {INSTALLATION}})
