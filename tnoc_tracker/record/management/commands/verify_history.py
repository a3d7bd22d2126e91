"""``manage.py verify_history`` checks the whole record, and records that it did."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.events import note
from tnoc_tracker.record.models import Verification
from tnoc_tracker.record.verification import Head, compare_heads, heads, verify


class Command(BaseCommand):
    """Verify every chain of seals, every current row and every number; exits non-zero on any fault."""

    tenths = 0
    help = "Check that nothing in the history was changed, removed, swapped or forged; keep or compare its heads."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to keep the heads, or what to compare them with."""
        parser.add_argument("--seals", type=Path, metavar="FILE", help="write the heads to a file to be kept elsewhere")
        parser.add_argument("--against", type=Path, metavar="FILE", help="compare with heads kept earlier")

    def handle(self, *args: Any, seals: Path | None, against: Path | None, **options: Any) -> None:
        """Verify, compare, keep the heads of a clean record, and record the run."""
        kept = list(self._read(against)) if against else []
        started = machine_now()
        report = verify(self._progress)
        report.faults += compare_heads(kept)
        Verification.objects.create(
            started_at=started,
            finished_at=machine_now(),
            entries=report.entries,
            erased=len(report.erased),
            faults=[str(fault) for fault in report.faults[: Verification.LISTED]],
            against=against.name if against else "",
        )
        note("verified", entries=report.entries, faults=len(report.faults), against=against.name if against else "")
        for words in report.erased:
            self.stdout.write(f"Erased lawfully: {words}")
        if not report.is_clean:
            listed = "\n".join(f"  {fault}" for fault in report.faults[: Verification.LISTED])
            count = "1 fault" if len(report.faults) == 1 else f"{len(report.faults)} faults"
            raise CommandError(f"{count} in {report.entries} entries, the first ones first:\n{listed}")
        if seals:
            self._write(seals)
        self.stdout.write(f"{report.entries} entries verified, no fault.")

    def _progress(self, done: int, expected: int) -> None:
        """One line that counts up on a terminal; elsewhere a line for every tenth."""
        words = f"{done} of {expected} entries read"
        if sys.stderr.isatty():
            self.stderr.write(f"\r{words}", ending="\n" if done == expected else "")
        elif expected and done * 10 // expected > self.tenths:
            self.tenths = done * 10 // expected
            self.stderr.write(words)

    def _write(self, path: Path) -> None:
        lines = [json.dumps(asdict(head)) for head in heads()]
        try:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The seals cannot be written to {path}: {error.strerror}.") from error
        self.stdout.write(
            f"{len(lines)} heads written to {path}. Keep the file where the database's owner cannot write."
        )

    def _read(self, path: Path) -> Iterator[Head]:
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                yield Head(**json.loads(line))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError) as error:
            raise CommandError(f"{path} is no file of seals as --seals writes it.") from error
