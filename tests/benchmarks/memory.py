"""What one worker takes of the machine's memory over very many mixed requests: it must stay under 150 MB, and flat.

    .venv/bin/python -m tests.benchmarks.memory 10000
    .venv/bin/python -m tests.benchmarks.memory 10000 postgresql

Four people click and report without a pause against a gunicorn with one worker. Prints after every thousand requests
what the kernel counts as the worker's own (RSS), now and at the most; then how much it grew over the second half, which
is what flat means. The exit status is 1 where a target is missed.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path

from django.db import connection

from tests.benchmarks import VENDORS
from tests.generated import half_a_year
from tests.own_database import OwnDatabases
from tests.people.colleagues import AtWork, at_work, hire
from tests.people.crowd import send_out
from tests.serving import Server, serving
from tests.world import World

PEOPLE = 4
EVERY = 1000
MOST_MEGABYTES = 150
FLAT_WITHIN = 5
"""Megabytes that the second half of the requests may add."""


def main(requests: int) -> int:
    """Serve, ask, read; whether a target was missed."""
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        try:
            with databases.open():
                half_a_year(World())
                who = hire(PEOPLE * 4, World())
                reporters = [each for each in who if each.keys][:PEOPLE]
                with serving(Path(folder), workers=1) as server:
                    return measure(at_work(reporters, server.address, 0.0001), server, requests)
        finally:
            databases.close()


def measure(crowd: list[AtWork], server: Server, requests: int) -> int:
    """Let them go on until so many requests were answered, and tell after each thousand."""
    print(f"{connection.vendor}: one worker with four threads, before any request: {told(server)}")
    now = [megabytes(server)[0]]

    def watch() -> None:
        for goal in range(EVERY, requests + EVERY, EVERY):
            while answered(crowd) < goal and not wrong(crowd):
                time.sleep(0.1)
            now.append(megabytes(server)[0])
            print(f"  after {answered(crowd):,} requests: {told(server)}", flush=True)

    send_out(crowd, 0, watch)
    grown = now[-1] - now[len(now) // 2]
    print(f"  the second half added {grown:.1f} MB; {len(wrong(crowd))} faults {wrong(crowd)[:3]}")
    return int(max(now) > MOST_MEGABYTES or grown > FLAT_WITHIN or bool(wrong(crowd)))


def answered(crowd: list[AtWork]) -> int:
    """How many requests they were answered so far."""
    return sum(each.answers.total() for each in crowd)


def wrong(crowd: list[AtWork]) -> list[str]:
    """What they were answered that they should not have been."""
    return [words for each in crowd for words in each.unexpected]


def megabytes(server: Server) -> tuple[float, float]:
    """What the worker takes now, and the most that it ever took."""
    (worker,) = server.worker_pids()
    status = Path(f"/proc/{worker}/status").read_text()
    now, most = (re.search(rf"{name}:\s+(\d+) kB", status) for name in ("VmRSS", "VmHWM"))
    assert now is not None
    assert most is not None
    return int(now[1]) / 1024, int(most[1]) / 1024


def told(server: Server) -> str:
    """The same in words."""
    return "{:.1f} MB, at the most {:.1f} MB".format(*megabytes(server))


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each not in VENDORS]
    sys.exit(main(*numbers) if numbers else main(10_000))
