"""``manage.py demo``: the published plan with made-up people and progress, in the browser, in one command."""

from __future__ import annotations

import argparse
import sqlite3
import sys
import zlib
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import WSGIServer, run
from django.db import connection
from django.utils.dateparse import parse_datetime

from tnoc_tracker.demonstration.build import PRETENDED, build
from tnoc_tracker.demonstration.people import PASSWORD, PEOPLE
from tnoc_tracker.record.clock import Clock, machine_now
from tnoc_tracker.record.days import day_of, end_of_day, long_date


def pretended_day(text: str) -> date | None:
    """``now`` or a date that has come; anything else is refused with a sentence."""
    if text == "now":
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no date such as 2022-02-15, nor “now”.") from error
    if day > day_of(machine_now()):
        raise argparse.ArgumentTypeError(f"{long_date(day)} has not come: nothing can be recorded on it.")
    return day


def port_number(text: str) -> int:
    """A port that an ordinary user may open."""
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port from 1024 to 65535.")
    return int(text)


class Command(BaseCommand):
    """Build the demonstration's own database if need be, and serve it on this machine only."""

    help = "Serve the plan with made-up people and progress on http://127.0.0.1:8000, from a database of its own."
    requires_system_checks: list[str] = []  # the second start takes under three seconds

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The pretended day and the port."""
        parser.add_argument("--today", type=pretended_day, default=PRETENDED, help="a date, or “now” (2022-02-15)")
        parser.add_argument("--port", type=port_number, default=8000, help="the port on 127.0.0.1 (8000)")

    def handle(self, *args: Any, today: date | None, port: int, **options: Any) -> None:
        """Make the database where it is missing, outdated or ahead of the pretended day; then serve."""
        if not settings.DEMONSTRATION:
            raise CommandError("Run the demonstration as “python manage.py demo”, so that it uses its own database.")
        settings.TNOC_TODAY = today
        settings.SITE_ADDRESS = f"http://127.0.0.1:{port}"
        day = Clock(today).today()
        database = Path(settings.DATABASES["default"]["NAME"])
        if not self._is_ready(database, day):
            self._make(database, day)
        self._announce(port, day)
        self._serve(port)

    def _is_ready(self, database: Path, day: date) -> bool:
        if not database.exists():
            return False
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as file:
                made_from = file.execute("PRAGMA user_version").fetchone()[0]
                newest = file.execute("SELECT max(history_date) FROM activities_historicalactivity").fetchone()[0]
        except sqlite3.Error:
            return False
        newest_at = parse_datetime(f"{newest}+00:00") if newest else None
        return made_from == signature() and newest_at is not None and newest_at <= end_of_day(day)

    def _make(self, database: Path, day: date) -> None:
        for leftover in (database, database.with_name(database.name + "-journal")):
            leftover.unlink(missing_ok=True)
        self.progress("Making the demonstration's database")
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # throw-away data: the building may be quick
        build(day, self.progress)
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA user_version={signature()}")
        connection.close()
        self.progress("Ready")
        self.stdout.write("")

    def progress(self, words: str) -> None:
        """Show one line of progress, over the one before where the output is a terminal."""
        end = "" if sys.stdout.isatty() else "\n"
        self.stdout.write(f"\r\033[K{words}" if end == "" else words, ending=end)
        self.stdout.flush()

    def _announce(self, port: int, day: date) -> None:
        self.stdout.write(f"\nTNOC Tracker, demonstration. Today is taken to be {long_date(day)}.\n\n")
        self.stdout.write(
            f"  Address    http://127.0.0.1:{port}/\n  Password   {PASSWORD}   (the same for everybody)\n\n"
        )
        for person in PEOPLE:
            self.stdout.write(f"  {person.username:<14} {person.name} – {person.does}\n")
        self.stdout.write("\nStop with Ctrl+C.\n")
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        try:
            run("127.0.0.1", port, WSGIHandler(), threading=True, server_cls=WSGIServer)
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used ({error.strerror}). Choose another: --port 8001") from error
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.\n")


def signature() -> int:
    """A number for what the database is made from: migrations, the plan, the made-up year."""
    root = settings.BASE_DIR
    patterns = (
        "*/migrations/*.py",
        "*/*/migrations/*.py",
        "fixtures/*.json",
        "tnoc_tracker/demonstration/*.py",
        "tnoc_tracker/record/*.py",
    )
    sources = sorted(path for pattern in patterns for path in root.glob(pattern))
    checksum = 0
    for path in sources:
        checksum = zlib.crc32(path.read_bytes(), checksum)
    return checksum >> 1  # SQLite keeps it as a signed number of 32 bits
