"""What a past position costs beside the present one, and what a status update costs under a long history.

.venv/bin/python -m tests.benchmarks.past_positions 1000000 postgresql

Prints for the dashboard and the first page of the activities: milliseconds and queries, now and as at two past days;
which indexes the databases say they use for that; and the milliseconds of one status update, in a register with
about 1,000 entries and in this one.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from activities.actions.common import stamp_of
from activities.actions.status import update_status
from activities.models import Activity
from tests.benchmarks import asked
from tests.benchmarks.many_entries import register
from tests.generated import off_track
from tests.world import World
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.guards import guarded_models

PAGES = {"dashboard": "/plans/tnoc-2021-22/", "activities, page 1": "/plans/tnoc-2021-22/activities/"}
FEW = 1000
RUNS = 15
UPDATES = 300


@dataclass
class Measured:
    """A page at a position: what it took each time, and what it asked the database."""

    url: str
    times: list[float] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)


def main(entries: int) -> None:
    """Make a register, measure, print; then a small one for comparison."""
    with register(entries) as world:
        for line in pages(world, RUNS):
            print(line, flush=True)
        print(told_of_updates(world), flush=True)
    with register(FEW) as world:
        print(told_of_updates(world))


def pages(world: World, runs: int) -> Iterator[str]:
    """Each page now and as at two past days, in turn, so that a busy machine slows all alike; then the indexes."""
    with override_settings(TNOC_TODAY=world.today):
        client = Client()
        client.force_login(world.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
        for name, url in PAGES.items():
            found = {words: Measured(url + query) for words, query in positions(world.today)}
            for measured in found.values():
                get(client, measured.url)  # the first time fills caches
            for measured in list(found.values()) * runs:
                begun = time.perf_counter()
                get(client, measured.url)
                measured.times.append(1000 * (time.perf_counter() - begun))
            for measured in found.values():
                with CaptureQueriesContext(connection) as captured:
                    get(client, measured.url)
                measured.queries = [each["sql"] for each in captured.captured_queries]
            yield from told(name, found)


def positions(today: date) -> list[tuple[str, str]]:
    """Now, a quarter ago and a year ago: in words, and as the address says it."""
    days = [today - timedelta(days=91), today - timedelta(days=365)]
    return [("now", ""), *((f"as at {long_date(day)}", f"?as_at={day}") for day in days)]


def get(client: Client, url: str) -> None:
    """Read a page; an error must not count as quick."""
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)


def told(name: str, found: dict[str, Measured]) -> Iterator[str]:
    """A page in lines."""
    now = median(found["now"].times)
    for words, measured in found.items():
        ratio = median(measured.times) / now
        times = f"{len(measured.queries)} queries, {in_words(measured.times)}"
        yield f"{connection.vendor}: {name}, {words}: {times}" + (f", {ratio:.1f} × now" if words != "now" else "")
    used = Counter(index for query in measured.queries for index in indexes_of(query))
    served = ", ".join(f"{index} × {count}" for index, count in used.most_common())
    yield f"{connection.vendor}: {name}, {words}: EXPLAIN names {served}"


def indexes_of(query: str) -> list[str]:
    """The indexes of our own naming that the database uses for a query, as its EXPLAIN tells."""
    if not query.startswith(("SELECT", "(SELECT")):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{query}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    ours = "|".join(index.name for model in tables() for index in model._meta.indexes)
    return re.findall(rf"\b(?:{ours})\b", plan)


def tables() -> list[type]:
    """The register's tables and their histories."""
    return [table for model in guarded_models() for table in (model, model.history.model)]


def entries_made() -> int:
    """How many entries there are in all."""
    return sum(model.history.count() for model in guarded_models())


def told_of_updates(world: World) -> str:
    """Status updates in a line."""
    entries = entries_made()
    queries, times = updates(world, UPDATES)
    return f"{connection.vendor}: a status update at {entries:,} entries: {queries} queries, {in_words(times)}"


def updates(world: World, count: int) -> tuple[int, list[float]]:
    """How many queries one status update takes, and the milliseconds of each of some: with real commits, one by one.

    On SQLite each is synced to the disk as in production.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=EXTRA")
    by, times = world.standing("secretariat"), []
    activities = list(Activity.objects.filter(plan=world.plan, parts=None).select_related("plan")[:count])
    for number in range(count + 1):
        activity = activities[number % len(activities)]
        said = {
            "activity": activity,
            "statement": off_track("The second draft waits for one agency.", "Ask it."),
            "by": by,
            "at": world.now + timedelta(seconds=number + 1),
            "expected": stamp_of(activity.id),
        }
        if number == 0:
            with CaptureQueriesContext(connection) as captured:
                update_status(**said)
            continue
        begun = time.perf_counter()
        update_status(**said)
        times.append(1000 * (time.perf_counter() - begun))
    return len(captured), times


def in_words(times: list[float]) -> str:
    """``12 ms (10–15)``: the median, the shortest and the longest."""
    return f"{median(times):.0f} ms ({min(times):.0f}–{max(times):.0f})"


if __name__ == "__main__":
    main(asked(sys.argv[1:])[0])
