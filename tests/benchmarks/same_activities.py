"""Fifty clients save the same ten activities for twenty seconds, if asked with ``kill -9`` of the server after eight.

    .venv/bin/python -m tests.benchmarks.same_activities sqlite
    .venv/bin/python -m tests.benchmarks.same_activities postgresql --kill

The server is gunicorn as in production. Prints what the clients were answered, how long an acknowledged save took, and
everything that is wrong with the register afterwards; the exit status is 1 where anything is.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from django.db import connection

from activities.models import StatusUpdate
from tests.own_database import OwnDatabases
from tests.people.crowd import send_out
from tests.people.savers import ACTIVITIES, Before, Saver, faults_after, signed_in, told
from tests.serving import serving
from tests.world import World
from tnoc_tracker.record.verification import verify

CLIENTS, SECONDS, KILLED_AFTER = 50, 20, 8


def main(killed: bool) -> int:
    """Serve, save, look; how many faults were found."""
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        try:
            with databases.open():
                return measure(Path(folder), World(), killed)
        finally:
            databases.close()


def measure(folder: Path, world: World, killed: bool) -> int:
    """The clients' work in the database at hand."""
    before = Before.now(world)
    with serving(folder) as server:
        savers = signed_in(CLIENTS, [server.address])

        def meanwhile() -> None:
            if killed:
                time.sleep(KILLED_AFTER)
                server.kill()
                time.sleep(1)
                server.start()

        send_out(savers, SECONDS, meanwhile)
        tracebacks = server.log.count("Traceback")
    faults = list(faults_after(savers, before, world))
    if tracebacks:
        faults.append(f"{tracebacks} tracebacks in the server's log")
    say(savers, killed, faults)
    return len(faults)


def say(savers: list[Saver], killed: bool, faults: list[str]) -> None:
    """Print what was found."""
    times = quantiles((each for saver in savers for each in saver.seconds), n=100)
    kept, acknowledged = StatusUpdate.objects.count(), sum(len(saver.acknowledged) for saver in savers)
    how = f", kill -9 after {KILLED_AFTER} s" if killed else ""
    print(f"{connection.vendor}: {CLIENTS} clients, {len(ACTIVITIES)} activities, {SECONDS} s{how}")
    print(f"  the machine's load at the end: {os.getloadavg()[0]:.1f}")
    print(f"  answers: {told(savers)}")
    print(f"  a save took {times[49]:.2f} s (median), {times[94]:.2f} s (95th), {times[98]:.2f} s (99th)")
    print(f"  {acknowledged} acknowledged, {kept} on the record; {verify().entries:,} entries verified")
    print(f"  {len(faults)} faults")
    for fault in faults[:20]:
        print(f"    {fault}")


if __name__ == "__main__":
    sys.exit(1 if main("--kill" in sys.argv) else 0)
