"""``manage.py check_guards`` asks whether the database itself guards the tables of the register."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tnoc_tracker.record import guards


class Command(BaseCommand):
    """List the guards that are missing; exits non-zero where any is."""

    help = "List missing guards of the register's tables (exit status 1), or say that all are there."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare what is in the database with what belongs there."""
        gone = guards.missing_tables(connection)
        if gone:
            listed = "\n".join(f"  {name}" for name in gone)
            raise CommandError(f"{len(gone)} of the register’s tables are not in this database:\n{listed}")
        absent = guards.missing(connection)
        if absent:
            listed = "\n".join(f"  {name}" for name in absent)
            raise CommandError(f"{len(absent)} guards are missing; “manage.py migrate” makes them:\n{listed}")
        self.stdout.write(f"All {len(guards.guards_for(connection))} guards are in place.")
