"""``manage.py backup FILE`` writes the whole database into one file, while people work."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tnoc_tracker.record.backups import BackupFault, back_up
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.management.database import database_in_words
from tnoc_tracker.record.owner import as_owner


class Command(BaseCommand):
    """Back up; exits non-zero, and leaves no file, where that fails."""

    help = "Write the whole database and a manifest of what it holds into one file; people may work meanwhile."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write it, and say what is in it."""
        try:
            with as_owner(), database_in_words():
                manifest = back_up(file, at=machine_now())
        except BackupFault as fault:
            raise CommandError(str(fault)) from fault
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{manifest.rows} rows, {manifest.entries} entries of the history, in {file}.")
        self.stdout.write("Whoever reads the file reads everything: keep it where only operators can.")
