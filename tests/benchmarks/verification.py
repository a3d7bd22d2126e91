"""How many entries a second ``verify_history`` reads.

    .venv/bin/python -m tests.benchmarks.verification              (SQLite, 60,000 entries)
    .venv/bin/python -m tests.benchmarks.verification 1000000 postgresql

The first argument is the number of entries, the second the database. It makes a throw-away database, which
takes much longer than the measurement, verifies it three times, and prints each figure.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path


def main(entries: int, vendor: str) -> None:
    """Make, verify, print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"tests.settings.{vendor}"
    import django  # noqa: PLC0415  the settings are chosen by the arguments

    django.setup()
    from tests import world as the_world  # noqa: PLC0415
    from tests.benchmarks.many_entries import generate  # noqa: PLC0415
    from tests.own_database import OwnDatabases  # noqa: PLC0415
    from tnoc_tracker.record.verification import verify  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        with databases.open():
            begun = time.perf_counter()
            generate(the_world.World(), 1000 if entries > 200_000 else 200, entries, say)
            print(f"\nmade in {time.perf_counter() - begun:.0f} s")
            for _ in range(3):
                begun, busy = time.perf_counter(), time.process_time()
                report = verify()
                took, busy = time.perf_counter() - begun, time.process_time() - busy
                rate = f"{report.entries / took:.0f} a second"
                print(f"{vendor}: {report.entries} entries in {took:.1f} s ({busy:.1f} s of processor): {rate}")
                assert report.is_clean, report.faults[:5]
        databases.close()


def say(count: int) -> None:
    """Show how far the making is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{count} entries made")


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "60000", "sqlite"] if len(sys.argv) < 2 else [*sys.argv[1:], "sqlite"]
    main(int(arguments[0]), arguments[1])
