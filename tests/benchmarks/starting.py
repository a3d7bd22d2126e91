"""How long ``manage.py demo`` takes until it serves its first page: the first time, which makes its database, and then.

    .venv/bin/python -m tests.benchmarks.starting

Where ``demo.sqlite3`` is there already, it says so of the first. The second time is measured five times: seconds until
the sign-in page is answered, and those of the processor, which a busy machine does not stretch. The exit status is 1
where the median is not under three seconds.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from statistics import median

from tests.serving import ROOT, free_port
from tests.visitor import Unanswered, Visitor

TIMES = 5
MOST_SECONDS = 3
GIVES_UP_AFTER = 600


def started() -> tuple[float, float]:
    """Start it, open the sign-in page, end it: seconds until the page was there, and of the processor in all."""
    port = free_port()
    used = of_children()
    begun = time.perf_counter()
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    environment = {"PATH": os.environ["PATH"]}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        visitor = Visitor(f"http://127.0.0.1:{port}")
        while not answers(visitor):
            if process.poll() is not None or time.perf_counter() - begun > GIVES_UP_AFTER:
                sys.exit("The demonstration did not start.")
            time.sleep(0.02)
        took = time.perf_counter() - begun
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    return took, of_children() - used


def answers(visitor: Visitor) -> bool:
    """Whether the sign-in page is there."""
    try:
        return visitor.get("/sign-in/").status == 200
    except Unanswered:
        return False


def of_children() -> float:
    """The processor time of every process that was started here and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Start, start again, tell; whether it was too slow."""
    busy, there = os.getloadavg()[0], (ROOT / "demo.sqlite3").exists()
    took, processor = started()
    first = "first, with its database there" if there else "first"
    print(
        f"{first}: {took:.1f} s, {processor:.1f} s of the processor; the machine's load before: {busy:.1f}", flush=True
    )
    later = [started() for _ in range(TIMES)]
    middle = median(took for took, _processor in later)
    said = ", ".join(f"{took:.2f} ({processor:.2f})" for took, processor in later)
    print(f"again: {middle:.2f} s (median); each time, with the processor's in brackets: {said}")
    return int(middle >= MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
