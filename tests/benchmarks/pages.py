"""What every page, list, export and past position takes, and the ratio to a floor measured in the same run.

    .venv/bin/python -m tests.benchmarks.pages 0 sqlite            21 activities of one plan, half a year of progress
    .venv/bin/python -m tests.benchmarks.pages 60000 sqlite 10     so many entries more, in ten plans of 100 activities
    .venv/bin/python -m tests.benchmarks.pages 1000000 sqlite 100  in a hundred plans: 10,000 activities

Prints a Markdown table: milliseconds (median, 95th of a hundred), queries, kilobytes, and how many times the floor: a
Django page behind the same middleware, with a signed-in person, one query and a table of twenty rows. Each round asks
the floor and every page once, so that a busy machine slows all alike. The update is sent with real commits, on SQLite
synced to the disk as in production, beside a form that commits one row.
"""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from activities.actions.loading import load_plan
from activities.models import ActionPlan
from tests.benchmarks.many_entries import LATER, generate
from tests.generated import grow, half_a_year
from tests.own_database import OwnDatabases
from tests.world import LOADED, PROGRAM, World, directory, exchange
from tnoc_tracker.record.days import start_of_day

ROUNDS = 100
A_PLAN = 100
"""So many activities a plan has where there are several."""

PLAN = "/plans/tnoc-2021-22/"
PAGES = {
    "dashboard": PLAN,
    "overdue": f"{PLAN}overdue/",
    "timeline": f"{PLAN}timeline/",
    "activities, 50 rows": f"{PLAN}activities/",
    "… filtered and sorted": f"{PLAN}activities/?q=e&sort=-due",
    "activity": f"{PLAN}activities/12/",
    "agencies": f"{PLAN}agencies/",
    "slippage": f"{PLAN}slippage/",
    "audit": f"{PLAN}audit/",
    "compare": f"{PLAN}compare/",
    "rounds": f"{PLAN}rounds/",
    "meetings": f"{PLAN}meetings/",
    "search": f"{PLAN}search/?q=agency",
    "dashboard, as at a quarter ago": f"{PLAN}?as_at=",
    "activities, as at a quarter ago": f"{PLAN}activities/?as_at=",
    "activities as CSV": f"{PLAN}activities.csv",
    "activities as Excel": f"{PLAN}activities.xlsx",
    "healthz": "/healthz",
}


@dataclass
class Measured:
    """A page: what it took each time (milliseconds), and what the first time cost."""

    url: str
    times: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0
    compressed: int = 0

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.times)

    @property
    def slow(self) -> float:
        """The 95th percentile."""
        return quantiles(self.times, n=20)[-1] if len(self.times) > 1 else self.times[0]


@contextmanager
def register(entries: int, plans: int) -> Iterator[World]:
    """A throw-away database in the place of the default one: so many plans, and about so many entries more."""
    world = LATER if entries else World()
    with tempfile.TemporaryDirectory() as folder:
        databases = OwnDatabases(Path(folder))
        try:
            with databases.open():
                half_a_year(World())
                for number in range(1, plans):
                    another_plan(number)
                if plans > 1:
                    for plan in ActionPlan.objects.order_by("id"):
                        grow(plan, A_PLAN)
                if entries:
                    generate(world, A_PLAN if plans > 1 else 1000, entries)
                yield world
        finally:
            databases.close()


def another_plan(number: int) -> None:
    """The published plan once more under another name, loaded through the use case."""
    again = exchange()
    again["plan"]["slug"] = f"tnoc-copy-{number}"
    load_plan(exchange=again, directory=directory(), by=PROGRAM, at=start_of_day(LOADED) + timedelta(minutes=number))


def get(client: Client, url: str) -> bytes:
    """Read a page to its end; an error must not count as quick."""
    answer: HttpResponseBase = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[union-attr]


def measure(world: World, rounds: int) -> dict[str, Measured]:
    """Every page and the floor, in turn."""
    ago = world.today - timedelta(days=91)
    found = {"floor": Measured("/floor/")}
    found |= {name: Measured(url.replace("as_at=", f"as_at={ago}")) for name, url in PAGES.items()}
    client = Client()
    client.force_login(world.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    for measured in found.values():
        get(client, measured.url)  # the first time fills caches
        with CaptureQueriesContext(connection) as captured:
            content = get(client, measured.url)
        measured.queries, measured.size = len(captured), len(content)
        measured.compressed = len(gzip.compress(content))
    for _ in range(rounds):
        for measured in found.values():
            begun = time.perf_counter()
            get(client, measured.url)
            measured.times.append(1000 * (time.perf_counter() - begun))
    return found


def measure_updates(world: World, rounds: int) -> dict[str, Measured]:
    """A status update as a browser sends it, and a form that commits one row."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=EXTRA")
    client = Client()
    client.force_login(world.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    floor, update = Measured("/floor/commit/"), Measured(f"{PLAN}activities/4/update/")
    for number in range(rounds):
        form = get(client, update.url).decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(once|stamp)" value="([^"]+)"', form))
        sent = {**hidden, "status": "on_track", "what_was_done": f"Report {number}."}
        for measured, data in ((floor, {}), (update, sent)):
            with CaptureQueriesContext(connection) as captured:
                begun = time.perf_counter()
                answer = client.post(measured.url, data)
                took = 1000 * (time.perf_counter() - begun)
            assert answer.status_code in (204, 302), (measured.url, answer.status_code)
            measured.times.append(took)
            measured.queries = len(captured)
    return {"floor of sending": floor, "status update": update}


def told(found: dict[str, Measured]) -> Iterator[str]:
    """The rows of the table; the first is the floor of those that follow."""
    floor = next(iter(found.values())).middle
    for name, each in found.items():
        sizes = f"{each.size / 1000:.0f} ({each.compressed / 1000:.0f})" if each.size else ""
        yield (
            f"| {name} | {each.middle:.1f} | {each.slow:.1f} | {each.queries} | {sizes} | {each.middle / floor:.1f} × |"
        )


def main(entries: int, plans: int) -> None:
    """Make the register, measure, print."""
    with (
        register(entries, plans) as world,
        override_settings(TNOC_TODAY=world.today, ROOT_URLCONF=f"{__package__}.floor"),
    ):
        what = f"{connection.vendor}, {plans} plans, {entries:,} entries more"
        print(f"| {what} | ms | 95th | queries | kB (gzip) | floor |")
        print("|---|---|---|---|---|---|")
        for found in (measure(world, ROUNDS), measure_updates(world, ROUNDS)):
            for line in told(found):
                print(line, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
