"""So many signed-in people click and report for a minute, against gunicorn with two workers.

    .venv/bin/python -m tests.benchmarks.people 200 postgresql
    .venv/bin/python -m tests.benchmarks.people 25 sqlite
    .venv/bin/python -m tests.benchmarks.people 200 postgresql threads=8 workers=2 thinks=10 seconds=60

They belong to every agency, look and report as ``tests/people/colleagues.py`` says, and think ten seconds between two
clicks on average. They are threads of this process; the server has processes of its own, but the same cores and the
same disk. Prints requests a second, the times by kind of click (median, 95th, 99th), the share of the cores that each
side took, and everything that went wrong; the exit status is 1 where anything did.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from django.db import connection

from tests.benchmarks import VENDORS
from tests.generated import half_a_year
from tests.own_database import OwnDatabases
from tests.people.colleagues import AtWork, at_work, hire
from tests.people.crowd import send_out
from tests.serving import Server, serving
from tests.world import World
from tnoc_tracker.record.verification import verify

CHOICES = {"threads": 4.0, "workers": 2.0, "thinks": 10.0, "seconds": 60.0}
TICKS = os.sysconf("SC_CLK_TCK")


def main(people: int, choices: dict[str, float]) -> int:
    """Make the register and the people, let them work, tell; how many things went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        try:
            with databases.open():
                world = World()
                half_a_year(world)
                who = hire(people, world)
                workers, threads = int(choices["workers"]), int(choices["threads"])
                with serving(Path(folder), workers=workers, threads=threads) as server:
                    crowd = at_work(who, server.address, choices["thinks"])
                    return measure(crowd, server, choices)
        finally:
            databases.close()


def measure(crowd: Sequence[AtWork], server: Server, choices: dict[str, float]) -> int:
    """The minute, and what is printed of it."""
    busy = os.getloadavg()[0]
    ours, theirs, begun = time.process_time(), seconds_of(server), time.monotonic()
    send_out(crowd, choices["seconds"])
    took = time.monotonic() - begun
    ours, theirs = time.process_time() - ours, seconds_of(server) - theirs
    clean = verify()
    wrong = [words for each in crowd for words in each.unexpected] + [str(fault) for fault in clean.faults]
    wrong += ["A traceback is in the server's log"] * server.log.count("Traceback")
    said = ", ".join(f"{name} {value:g}" for name, value in choices.items())
    print(f"{connection.vendor}: {len(crowd)} people, {said}; the machine's load before: {busy:.1f}")
    asked = sum(each.answers.total() for each in crowd)
    shares = f"the server took {100 * theirs / took:.0f} %, the people {100 * ours / took:.0f} %: "
    shares += f"{1000 * theirs / asked:.0f} ms of the server’s processor a request"
    print(f"  of {os.cpu_count()} cores (100 % each) {shares}")
    for line in told(crowd, took):
        print(f"  {line}")
    print(f"  {clean.entries:,} entries verified; {len(wrong)} faults")
    for words in wrong[:20]:
        print(f"    {words}")
    return len(wrong)


def told(crowd: Sequence[AtWork], took: float) -> Iterator[str]:
    """The answers, and the times by kind of click."""
    answers = sum((each.answers for each in crowd), Counter[str]())
    everything: dict[str, list[float]] = {}
    for each in crowd:
        for kind, seconds in each.seconds.items():
            everything.setdefault(kind, []).extend(seconds)
    total = [each for seconds in everything.values() for each in seconds]
    yield f"{len(total)} requests in {took:.0f} s: {len(total) / took:.1f} a second; {dict(answers)}"
    yield "| click | requests | median ms | 95th | 99th |"
    yield "|---|---|---|---|---|"
    for kind, seconds in [("all", total), *sorted(everything.items())]:
        marks = quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
        yield f"| {kind} | {len(seconds)} | {1000 * marks[49]:.0f} | {1000 * marks[94]:.0f} | {1000 * marks[98]:.0f} |"


def seconds_of(server: Server) -> float:
    """The processor time that the server's processes have taken."""
    total = 0
    for pid in [server.pid, *server.worker_pids()]:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def chosen(arguments: Sequence[str]) -> tuple[int, dict[str, float]]:
    """How many people, and what is chosen otherwise."""
    count, choices = 25, dict(CHOICES)
    for each in arguments:
        name, _equals, value = each.partition("=")
        if name in choices:
            choices[name] = float(value)
        elif each.isdecimal():
            count = int(each)
        elif each not in VENDORS:
            sys.exit(
                f"What is “{each}”? Say how many people, a database, and any of {', '.join(CHOICES)} as name=number."
            )
    return count, choices


if __name__ == "__main__":
    sys.exit(1 if main(*chosen(sys.argv[1:])) else 0)
