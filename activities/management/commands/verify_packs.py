"""``manage.py verify_packs`` checks that every frozen pack is what was frozen."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities.exports.packs.verifying import verify_packs
from activities.summaries.headline import numbered

LISTED = 100
"""So many faults are printed; the count is of all."""


class Command(BaseCommand):
    """Verify the bytes, hashes and figures of every pack; exits non-zero on any fault.

    The hashes themselves stand in the history: ``verify_history`` says whether anybody changed those.
    """

    help = "Check that every frozen pack is what was frozen: bytes there, hashes right, figures readable."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and list what is wrong."""
        report = verify_packs()
        looked = f"{numbered(report.packs, 'pack')} with {numbered(report.files, 'file')}"
        if report.faults:
            listed = "\n".join(f"  {fault}" for fault in report.faults[:LISTED])
            raise CommandError(f"{numbered(len(report.faults), 'fault')} in {looked}:\n{listed}")
        self.stdout.write(f"{looked} verified, no fault.")
