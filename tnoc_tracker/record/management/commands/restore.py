"""``manage.py restore FILE`` brings a backup back into an empty database, and checks that it is whole."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from tnoc_tracker.record import guards
from tnoc_tracker.record.backups import BackupFault, restore
from tnoc_tracker.record.management.database import database_in_words
from tnoc_tracker.record.owner import as_owner, grant


class Command(BaseCommand):
    """Restore, compare with the manifest, verify the history; exits non-zero where anything is not as it was."""

    help = "Bring a backup back into an empty database, compare it with its manifest and verify its history."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("file", type=Path, metavar="FILE", help="a file that “manage.py backup” wrote")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Bring it back, and say what is in the database now."""
        try:
            with as_owner(), database_in_words():
                manifest, report = restore(file, self.stdout.write)
                if settings.MIGRATION_DATABASE is not None:
                    grant(connection, settings.DATABASES["default"]["USER"])
                absent = guards.missing(connection)
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        if report is None:
            self.stdout.write(
                f"{manifest.rows} rows of an earlier version are back: run “manage.py migrate”, then "
                "“manage.py verify_history”."
            )
            return
        if not report.is_clean:
            listed = "\n".join(f"  {found}" for found in report.faults[:50])
            raise CommandError(f"The backup is back, and its history is not whole:\n{listed}")
        self.stdout.write(f"{manifest.rows} rows are back, {report.entries} entries verified, no fault.")
        if absent:
            self.stdout.write(f"{len(absent)} guards are missing: run “manage.py migrate”, which makes them.")
