"""The registers that pages are measured in, each in a throw-away database; the same every time.

| name | plans | activities | entries |
|---|---|---|---|
| small | 1 | 21, half a year of progress | those that it takes, and one activity with 1,000 changes |
| ten | 10 | 1,000 | 100,000 more |
| hundred | 100 | 10,000 | 1,000,000 more |
| large | 1 | 1,000 in one plan | 60,000 more |
| rows | 1 | 10,000 in one plan | those that it takes: for files of 10,000 rows |

To make one takes longer than to measure it (a quarter of an hour for a million entries). It is kept where temporary
files are, or on the benchmarks' PostgreSQL server, and each measurement has a copy; made anew where the migrations or
what generates it are others. To make one ahead, or to throw away all that are kept:

    .venv/bin/python -m tests.benchmarks.data_sets hundred postgresql
    .venv/bin/python -m tests.benchmarks.data_sets nothing postgresql
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, transaction

from activities.actions.loading import load_plan
from activities.models import ActionPlan, Activity
from tests.benchmarks import vendor_of
from tests.benchmarks.many_entries import LATER, report
from tests.generated import grow, half_a_year
from tests.own_database import ROOT, OwnDatabases, migrated_name
from tests.test_positions import a_round_of_q1
from tests.world import LOADED, PROGRAM, World, build, directory, exchange
from tnoc_tracker.record.days import start_of_day


@dataclass(frozen=True)
class DataSet:
    """So many plans, activities in each, and status updates until there are about so many entries more.

    ``words`` say it to people; ``rounds`` is how often each page is asked for.
    """

    words: str
    plans: int
    activities: int
    entries: int
    rounds: int

    @property
    def world(self) -> World:
        """The world on the day of the measurement: a year on, where there is much to look back upon."""
        return LATER if self.entries else World()


SETS = {
    "small": DataSet("21 activities", 1, 21, 0, 60),
    "ten": DataSet("1,000 in 10 plans", 10, 100, 100_000, 30),
    "hundred": DataSet("10,000 in 100 plans", 100, 100, 1_000_000, 30),
    "large": DataSet("1,000 in one plan", 1, 1000, 60_000, 20),
    "rows": DataSet("10,000 in one plan", 1, 10_000, 0, 5),
}

FEW_CHANGES, MANY_CHANGES = "6", "19"
"""The activities of the first plan with 50 and with 1,000 status changes."""


KEPT = "tnoc-benchmarks-kept-"
"""What the names of data sets that are kept begin with."""

MADE_BY = ["benchmarks/data_sets.py", "benchmarks/many_entries.py", "generated.py", "world.py"]
"""What a data set follows from, beside the migrations."""


@contextmanager
def made(name: str) -> Iterator[World]:
    """A copy of a data set in the place of the default database."""
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        try:
            with databases.copied(kept(name, databases)):
                yield SETS[name].world
        finally:
            databases.close()


def kept(name: str, databases: OwnDatabases) -> str:
    """The database that keeps a data set, made where there is none; says how long that took."""
    told = hashlib.sha256("".join((migrated_name(), str(SETS[name]))).encode())
    for file in MADE_BY:
        told.update((ROOT / "tests" / file).read_bytes())

    def make() -> None:
        begun = time.perf_counter()
        build()
        fill(SETS[name])
        sys.stdout.write(f"{name} made in {time.perf_counter() - begun:.0f} s.\n")

    named = f"{KEPT}{name}-{told.hexdigest()[:12]}"
    return databases.kept(named, f"{KEPT}{name}-", make, model=databases.migrated())


def fill(chosen: DataSet) -> None:
    """Make the plans, their activities and their entries; half a year of progress in the first."""
    half_a_year(World())
    a_round_of_q1(World())
    for number in range(1, chosen.plans):
        another_plan(number)
    for plan in ActionPlan.objects.order_by("id"):
        with transaction.atomic():
            grow(plan, chosen.activities)
    much_reported = Activity.objects.filter(plan=chosen.world.plan, key__in=[FEW_CHANGES, MANY_CHANGES])
    if chosen.entries:
        report(chosen.world, Activity.objects.exclude(id__in=much_reported), chosen.entries)
    report(chosen.world, much_reported.filter(key=FEW_CHANGES), 2 * 50)
    report(chosen.world, much_reported.filter(key=MANY_CHANGES), 2 * 1000)


def another_plan(number: int) -> None:
    """The published plan once more under another name, loaded through the use case."""
    again = exchange()
    again["plan"]["slug"] = f"tnoc-copy-{number}"
    load_plan(exchange=again, directory=directory(), by=PROGRAM, at=start_of_day(LOADED) + timedelta(minutes=number))


def a_quarter_ago(world: World) -> date:
    """The past day that pages are asked for."""
    return world.today - timedelta(days=91)


def main(name: str) -> None:
    """Make one and keep it, or throw away all."""
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        if name in SETS:
            sys.stdout.write(f"{kept(name, databases)} on {connection.vendor}\n")
        elif name == "nothing":
            databases.drop_kept(KEPT)
        else:
            sys.exit(f"Say which register: {', '.join(SETS)}, or nothing; then sqlite or postgresql.")


if __name__ == "__main__":
    main(next((each for each in sys.argv[1:] if each != vendor_of(sys.argv[1:])), ""))
