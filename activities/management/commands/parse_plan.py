"""parse_plan FILE: a published plan as plan exchange JSON, without a database.

Exit status 0: understood; 1: refused, it is no plan table or cannot be read; 3: understood in part,
every phrase that was not is named on standard error and kept as printed.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activities.plan_document import BodyDirectory, NotAPlan, dumps, parse_plan
from activities.plan_document.table import MOST_BYTES
from activities.quarters import NEW_ZEALAND_STARTS_IN

UNDERSTOOD_IN_PART: Final = 3

BODIES: Final = Path(__file__).resolve().parents[3] / "fixtures" / "bodies.json"

# Words of a file's name that say what every plan is, and not which one.
_COMMON_WORDS: Final = frozenset({"action", "plan"})

_OPTIONS: Final = {
    "slug": "--slug",
    "title": "--title",
    "period": "--period",
    "fiscal_year_starts_in": "--fiscal-year-starts-in",
}


class Command(BaseCommand):
    """Print the plan exchange JSON of a tab-separated plan, or write it to a file."""

    help = (
        "Read a published plan (tab-separated text) and print it as plan exchange JSON. "
        "No database is used. Exit status: 0 understood, 1 refused, 3 understood in part."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare FILE and the options for what a document does not say itself."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the published plan, UTF-8 text")
        parser.add_argument("--output", metavar="FILE", type=Path, help="write there, not to standard output")
        parser.add_argument(
            "--slug",
            type=_slug,
            help="the plan's name in addresses; without it, the file's name without the words action and plan",
        )
        parser.add_argument("--title", help="the plan's title; without it, the line above the table")
        parser.add_argument(
            "--period",
            nargs="+",
            metavar="DATE",
            help="first and last day: 2021-07-01..2022-06-30; without it, the fiscal year in the title",
        )
        parser.add_argument(
            "--fiscal-year-starts-in",
            type=int,
            choices=range(1, 13),
            default=NEW_ZEALAND_STARTS_IN,
            metavar="MONTH",
            help="the month, 1 to 12, in which the fiscal year begins; without it 7, New Zealand's",
        )
        parser.add_argument("--bodies", metavar="FILE", type=Path, default=BODIES, help="another directory of bodies")

    def handle(self, *_args: object, **options: Any) -> None:
        """Parse, write, and say what was not understood."""
        path: Path = options["file"]
        try:
            exchange = parse_plan(
                _read(path),
                name=path.name,
                directory=BodyDirectory.from_json(_read_text(options["bodies"])),
                slug=options["slug"] or default_slug(path),
                title=options["title"],
                period=_period(options["period"]),
                fiscal_year_starts_in=options["fiscal_year_starts_in"],
            )
        except NotAPlan as error:
            raise CommandError(f"{path} is no plan table. {error}") from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        self._write(dumps(exchange), options["output"])
        if exchange["not_understood"]:
            self._report(exchange["not_understood"])
            sys.exit(UNDERSTOOD_IN_PART)

    def _write(self, text: str, output: Path | None) -> None:
        """Write the JSON in UTF-8 whatever the locale, a file all at once or not at all."""
        if output is not None:
            _write_whole(output.resolve(), text.encode("utf-8"))
            return
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(text, ending="")
            return
        self.stdout.flush()
        buffer.write(text.encode("utf-8"))
        buffer.flush()

    def _report(self, entries: list[dict[str, Any]]) -> None:
        """Name every phrase that was not understood on standard error, one a line."""
        for entry in entries:
            column = entry["column"]
            if column in _OPTIONS:
                words = f"{column}: {entry['why']}; give {_OPTIONS[column]}"
            else:
                words = f"{column.replace('_', ' ') if column else 'line'}: “{entry['text']}” – {entry['why']}"
            self.stderr.write(f"Line {entry['line']}, {words}.")
        count = len(entries)
        self.stderr.write(f"{count} {'phrase' if count == 1 else 'phrases'} not understood, kept as printed.")


def default_slug(path: Path) -> str | None:
    """The slug that a file's name gives: tnoc-2021-22 for tnoc-action-plan-2021-22.txt.

    None where no letters or digits are left; the plan's slug is then reported as not given.
    """
    letters = unicodedata.normalize("NFKD", path.stem.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if word and word not in _COMMON_WORDS]
    return "-".join(words) or None


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no slug: use small letters, digits and hyphens.")
    return text


def _period(given: list[str] | None) -> tuple[date, date] | None:
    """The days of "2021-07-01..2022-06-30" or "2021-07-01 2022-06-30"; ValueError otherwise."""
    if given is None:
        return None
    days = given[0].split("..") if len(given) == 1 else given
    try:
        first, last = map(date.fromisoformat, days)
    except ValueError as error:
        raise ValueError("The period is two dates such as 2021-07-01..2022-06-30.") from error
    return first, last


def _read(path: Path) -> bytes:
    """The file's bytes, at most one more than a plan may have; CommandError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from error


def _read_text(path: Path) -> str:
    try:
        return _read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not text in UTF-8.") from error


def _write_whole(path: Path, content: bytes) -> None:
    """Put the content in place of the file in one step; the old one stays where that fails."""
    if path.exists() and not path.is_file():
        raise CommandError(f"{path} is no ordinary file, so nothing is written there.")
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else None
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644 if mode is None else mode)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error
