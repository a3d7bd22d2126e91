"""Every measurement, one after the other, and the report made from them.

    .venv/bin/python -m tests.benchmarks.all           an hour and more on two cores, 4 GB of disk for a while
    .venv/bin/python -m tests.benchmarks.all small     the register of 21 activities only: some minutes

Each is a command of its own, as the README names it; what it prints is shown and kept beside the figures. One that
fails does not keep the others from running, and makes the exit status 1. Nothing else should run on the machine.
"""

from __future__ import annotations

import subprocess
import sys
import time

from django.conf import settings

from tests.benchmarks import VENDORS
from tests.benchmarks.data_sets import SETS
from tests.benchmarks.pages import FIGURES

MILLION = "1000000"
PEOPLE = {"sqlite": "25", "postgresql": "200"}


def commands(small: bool) -> list[tuple[str, ...]]:
    """The modules to run, with their arguments; the report comes last."""
    chosen = ["small"] if small else list(SETS)
    found: list[tuple[str, ...]] = [("pages", name, vendor) for name in chosen for vendor in VENDORS]
    for vendor in () if small else VENDORS:
        found += [
            ("past_positions", MILLION, vendor),
            ("verification", MILLION, vendor),
            ("searches", "200000", vendor),
            ("same_activities", vendor),
            ("same_activities", vendor, "--kill"),
            ("people", PEOPLE[vendor], vendor),
            ("memory", "10000", vendor),
        ]
    last = () if small else (("starting",), ("regular_expressions",))
    return [*found, *last, ("report",)]


def run(command: tuple[str, ...]) -> bool:
    """Run one, show and keep what it prints; whether it went well."""
    module, *arguments = command
    begun, said = time.perf_counter(), []
    sys.stdout.write(f"\n== python -m tests.benchmarks.{' '.join(command)}\n")
    line = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    with subprocess.Popen(line, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        for words in process.stdout or ():
            sys.stdout.write(words)
            sys.stdout.flush()
            said.append(words)
    sys.stdout.write(f"-- {time.perf_counter() - begun:.0f} s, exit status {process.returncode}\n")
    if module not in ("pages", "report"):
        FIGURES.mkdir(parents=True, exist_ok=True)
        (FIGURES / f"{'-'.join(each.strip('-') for each in command)}.txt").write_text("".join(said))
    return process.returncode == 0


def main(small: bool) -> int:
    """Run them all; the exit status."""
    failed = [command for command in commands(small) if not run(command)]
    for command in failed:
        sys.stdout.write(f"Failed: {' '.join(command)}\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main("small" in sys.argv[1:]))
