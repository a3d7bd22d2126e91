"""export_plan: a plan out of the database, as exchange JSON or as the document it was loaded from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activities.exports.plan_exchange import exchange_of, source_of
from activities.models import ActionPlan
from activities.models.plans import current_plan
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.management.database import database_in_words


class Command(BaseCommand):
    """Print a plan as it was loaded, from the database alone: the same bytes every time."""

    help = "Print a plan as exchange JSON, or as the published document byte for byte, from the database alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which plan, and in which form."""
        parser.add_argument("--plan", metavar="SLUG", help="the plan's name in addresses; without it, the current plan")
        parser.add_argument(
            "--format",
            choices=["json", "source"],
            default="json",
            help="json: plan exchange JSON; source: the published document, byte for byte (default: json)",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        """Write the bytes, and nothing else, to standard output."""
        with database_in_words():
            content = _content(_plan(options["plan"]), options["format"])
        self._write(content)

    def _write(self, content: bytes) -> None:
        """Bytes as they are, whatever the locale and the machine's line ends."""
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(content.decode(), ending="")
            return
        self.stdout.flush()
        buffer.write(content)
        buffer.flush()


def _content(plan: ActionPlan, form: str) -> bytes:
    try:
        return source_of(plan) if form == "source" else exchange_of(plan).encode()
    except LookupError as error:
        raise CommandError(str(error.args[0])) from error


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
