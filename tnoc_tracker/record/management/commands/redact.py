"""``manage.py redact`` erases one text of one entry lawfully; for the owner of the database only."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from tnoc_tracker.record.change import Actor, RegisterError, in_request
from tnoc_tracker.record.clock import machine_now, the_clock
from tnoc_tracker.record.owner import as_owner
from tnoc_tracker.record.redaction import places_of, redact, text_in

LISTED = 50
"""So many other places are named at the most."""


def entry_address(text: str) -> tuple[str, int]:
    """``activities.historicalstatusupdate:123`` as table and history_id."""
    table, _, number = text.rpartition(":")
    if not table or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is no entry such as activities.historicalstatusupdate:123.")
    return table, int(number)


class Command(BaseCommand):
    """Blank value and salt of one field of one entry, keep its digest, and record the erasure."""

    help = "Erase one text of one entry of the history, with a reason and a decision; the chain of seals stays whole."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which entry and field, why, and by which decision."""
        parser.add_argument("entry", type=entry_address, metavar="ENTRY", help="table:history_id")
        parser.add_argument("field", metavar="FIELD", help="a text column, such as reason or history_change_reason")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--decision", required=True, help="reference of the decision")

    def handle(
        self, *args: Any, entry: tuple[str, int], field: str, reason: str, decision: str, **options: Any
    ) -> None:
        """Erase, or say why not."""
        table, number = entry
        try:
            with as_owner(), in_request(f"redact {machine_now().isoformat()}"):
                text = text_in(table, number, field)
                done = redact(
                    table=table,
                    entry=number,
                    field=field,
                    reason=reason,
                    decision=decision,
                    by=Actor("redact"),
                    at=the_clock().now(),
                )
                elsewhere = places_of(text)
        except RegisterError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database refused: only its owner can erase. {error}") from error
        self.stdout.write(f"Erased: {done}.")
        if elsewhere:
            listed = "\n".join(f"  {place}" for place in elsewhere[:LISTED])
            more = f"\n  … and {len(elsewhere) - LISTED} more" if len(elsewhere) > LISTED else ""
            self.stdout.write(
                f"The same words still stand in other texts; erase those too if they must go:\n{listed}{more}"
            )
