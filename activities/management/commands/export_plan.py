"""export_plan: a plan out of the database, as exchange JSON, as the document it was loaded from, or as its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activities.exports.history_lines import history_lines
from activities.exports.plan_exchange import exchange_of, source_of
from activities.models import ActionPlan
from activities.models.plans import current_plan
from activities.reading import Reading
from activities.views.positions import as_known, parse_day, plans_on_record
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.days import day_of, end_of_day, long_date
from tnoc_tracker.record.events import note
from tnoc_tracker.record.management.database import database_in_words


class Command(BaseCommand):
    """Print a plan from the database alone: the same bytes for the same position, every time."""

    help = (
        "Print a plan from the database alone: as exchange JSON with its position, as the published document byte for "
        "byte, or as every entry of its history."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which plan, in which form, as at which day."""
        parser.add_argument("--plan", metavar="SLUG", help="the plan's name in addresses; without it, the current plan")
        parser.add_argument(
            "--format",
            choices=["json", "source", "history"],
            default="json",
            help="json: plan exchange JSON with the position; source: the published document, byte for byte; "
            "history: every entry as a line of JSON (default: json)",
        )
        parser.add_argument(
            "--as-at", metavar="DATE", help="as known at the end of that day, such as 2022-03-31; without it, now"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Write the bytes, and nothing else, to standard output."""
        with database_in_words():
            reading = _reading(_plan(options["plan"]), options["as_at"])
            for content in _contents(reading, options["format"]):
                self._write(content)
        note("exported", plan=reading.plan.slug, form=options["format"], as_at=reading.as_at)

    def _write(self, content: bytes) -> None:
        """Bytes as they are, whatever the locale and the machine's line ends."""
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(content.decode(), ending="")
            return
        self.stdout.flush()
        buffer.write(content)
        buffer.flush()


def _contents(reading: Reading, form: str) -> Iterator[bytes]:
    try:
        if form == "history":
            yield from (line.encode() for line in history_lines(reading))
        else:
            yield source_of(reading) if form == "source" else exchange_of(reading).encode()
    except LookupError as error:
        raise CommandError(str(error.args[0])) from error


def _reading(plan: ActionPlan, as_at: str | None) -> Reading:
    """The plan now, or at the end of a day; ``CommandError`` says why there is no such position."""
    today = the_clock().today()
    if as_at is None:
        return Reading(plan, today)
    day: date | None = parse_day(as_at.strip())
    if day is None:
        raise CommandError(f"“{as_at}” is no date: write it such as 2022-03-31 or 31/03/2022.")
    if day > today:
        raise CommandError(f"{long_date(day)} has not come yet: there is no position at that day.")
    on_record: Any = plans_on_record(plan.slug, end_of_day(day)).get(id=plan.id)
    if end_of_day(day) < on_record.record_begins:
        begins = long_date(day_of(on_record.record_begins))
        raise CommandError(f"The record of {plan.slug} begins on {begins}: nothing was known before.")
    return Reading.on_day(as_known(on_record), day)


def _plan(slug: str | None) -> ActionPlan:
    """The plan of this slug, or the current one; ``CommandError`` says what there is instead."""
    plans: list[ActionPlan] = list(ActionPlan.objects.all())
    if slug is None:
        found = current_plan(plans, the_clock().today())
    else:
        found = next((plan for plan in plans if plan.slug == slug), None)
    if found is not None:
        return found
    if not plans:
        raise CommandError("There is no plan yet: load one with load_plan.")
    raise CommandError(f"There is no plan “{slug}”. Loaded: {', '.join(plan.slug for plan in plans)}.")
