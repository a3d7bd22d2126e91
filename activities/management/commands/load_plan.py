"""load_plan FIXTURE: a plan from its exchange JSON into the register, every row with its first entry."""

from __future__ import annotations

import argparse
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from activities.actions.loading import load_plan
from activities.actions.loading_rows import Loading
from activities.plan_document import BodyDirectory
from agencies.standing import Standing
from tnoc_tracker.record.change import RegisterError, in_request
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.days import long_date, start_of_day
from tnoc_tracker.record.management.database import database_in_words

MOST_BYTES: Final = 64 * 1024 * 1024
"""A larger file is no plan: a document may have 16 MiB, and its exchange keeps it about twice."""

HEADINGS: Final = {
    "added": ("Added", "Would add"),
    "changed": ("Changed", "Would change"),
    "left": ("Left to people", "Would leave to people"),
}


class Command(BaseCommand):
    """Load a plan, or a later edition of its document; safe to repeat."""

    help = (
        "Load a plan from its exchange JSON (made by parse_plan) in one transaction. Loading again adds what is new, "
        "brings the published words in line and never overwrites people's work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare FIXTURE and how it is loaded."""
        parser.add_argument("fixture", metavar="FIXTURE", type=Path, help="plan exchange JSON, made by parse_plan")
        parser.add_argument(
            "--recorded-at",
            type=_day,
            metavar="DATE",
            help="a past day, such as 2021-07-01, from whose start the entries count; at the first loading only",
        )
        parser.add_argument("--dry-run", action="store_true", help="show what it would do, and write nothing")
        parser.add_argument(
            "--bodies",
            metavar="FILE",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "bodies.json",
            help="another directory of bodies",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Load, and say what that added, changed and left to people."""
        exchange, directory = _exchange(options["fixture"]), _directory(options["bodies"])
        day: date | None = options["recorded_at"]
        at = _moment(day)
        with in_request(f"load_plan {the_clock().now().isoformat()}"):
            loading = _load(options["fixture"], exchange, directory, at, day, dry_run=options["dry_run"])
        self._report(loading, day, dry_run=options["dry_run"])

    def _report(self, loading: Loading, day: date | None, *, dry_run: bool) -> None:
        for field, (did, would) in HEADINGS.items():
            lines: list[str] = getattr(loading, field)
            if lines:
                self.stdout.write(f"{would if dry_run else did}:")
                self.stdout.writelines(f"  {line}\n" for line in lines)
        slug, name = loading.plan.slug, loading.exchange["document"]["name"]
        if loading.wrote_nothing:
            self.stdout.write(f"Nothing to do: {slug} is in the register as {name} has it.")
        elif dry_run:
            self.stdout.write("Dry run: nothing was written.")
        else:
            self.stdout.write(f"Loaded {slug} from {name}.")
        if day is not None:
            today = long_date(the_clock().today())
            self.stdout.write(f"The entries count from {long_date(day)}: entered {today} for {long_date(day)}.")


def _load(path: Path, exchange: Any, directory: list[Any], at: datetime, day: date | None, *, dry_run: bool) -> Loading:
    """Load in one transaction, or not at all; everything that stops it is a ``CommandError`` with a sentence."""
    try:
        with database_in_words(), transaction.atomic():
            loading = load_plan(exchange=exchange, directory=directory, by=Standing.program("load_plan"), at=at)
            if day is not None and not loading.first:
                raise CommandError(
                    f"{loading.plan.slug} is in the register already: --recorded-at is for the first loading only. "
                    "Leave it out; what is new counts from now."
                )
            transaction.set_rollback(dry_run)
    except RegisterError as refused:
        raise CommandError(f"{path} was not loaded, and nothing was written. {refused}") from refused
    return loading


def _moment(day: date | None) -> datetime:
    """Now, or the start of a past day."""
    clock = the_clock()
    if day is None:
        return clock.now()
    if day >= clock.today():
        raise CommandError(
            f"--recorded-at is for a past day, and {long_date(day)} is not before today, {long_date(clock.today())}. "
            "Leave it out to load the plan as of now."
        )
    return start_of_day(day)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no date such as 2021-07-01.") from error


def _exchange(path: Path) -> Any:
    """The JSON of a fixture; whether it is a plan exchange is for ``load_plan`` to say."""
    text = _text(path)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is no plan exchange JSON: {error}. Make one with parse_plan.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _directory(path: Path) -> list[Any]:
    try:
        return [body.to_exchange() for body in BodyDirectory.from_json(_text(path)).entries]
    except ValueError as error:
        raise CommandError(f"{path} is no directory of bodies. {error}") from error


def _text(path: Path) -> str:
    """The text of a file in UTF-8, of a sane size; ``CommandError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(content) > MOST_BYTES:
        raise CommandError(f"{path} is larger than {MOST_BYTES // 1024**2} MiB: it is no plan.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not text in UTF-8.") from error
