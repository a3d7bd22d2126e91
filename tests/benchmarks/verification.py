"""How many entries a second ``verify_history`` reads: three times, each figure printed.

.venv/bin/python -m tests.benchmarks.verification 1000000 postgresql
"""

from __future__ import annotations

import sys
import time

from django.db import connection

from tests.benchmarks import asked
from tests.benchmarks.many_entries import register
from tnoc_tracker.record.verification import verify


def main(entries: int) -> None:
    """Make, verify, print."""
    with register(entries):
        for _ in range(3):
            begun, busy = time.perf_counter(), time.process_time()
            report = verify()
            took, busy = time.perf_counter() - begun, time.process_time() - busy
            rate = f"{report.entries / took:,.0f} a second"
            seconds = f"{took:.1f} s ({busy:.1f} s of processor)"
            print(f"{connection.vendor}: {report.entries:,} entries in {seconds}: {rate}", flush=True)
            assert report.is_clean, report.faults[:5]


if __name__ == "__main__":
    main(asked(sys.argv[1:])[0])
