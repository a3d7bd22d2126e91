"""What a search costs among very many status updates.

.venv/bin/python -m tests.benchmarks.searches 200000 postgresql

Two entries are one update: 200,000 entries are 1,000 activities and 100,000 updates, of which every second has macrons
and dashes. Prints for each question, now and as at a past day: milliseconds (median), queries, and what was found.
"""

from __future__ import annotations

import re
import sys
import time
from statistics import median

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.benchmarks import asked
from tests.benchmarks.many_entries import register
from tests.world import World
from tnoc_tracker.record import guards

PAGE = "/plans/tnoc-2021-22/search/"
RUNS = 5
QUESTIONS = {
    "a word that is nowhere": {"q": "zebra"},
    "a word in every update": {"q": "agency"},
    "three words in every update": {"q": "draft twelve friday"},
    "a word with a macron, in half of them": {"q": "kōrero"},
    "an activity's number": {"q": "12"},
    "updates, page 100": {"q": "agency", "group": "updates", "page": "100"},
}


def main(entries: int) -> None:
    """Make a register, measure, print."""
    with register(entries) as world, override_settings(TNOC_TODAY=world.today):
        with_macrons()
        client = Client()
        client.force_login(world.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
        for words, query in QUESTIONS.items():
            print(told(client, words, query), flush=True)
            print(told(client, f"{words}, past", {**query, "as_at": past(world)}), flush=True)


def past(world: World) -> str:
    """A day in the middle of the record."""
    return (world.plan.starts_on + (world.today - world.plan.starts_on) / 2).isoformat()


def with_macrons() -> None:
    """Every second update says something in Māori; the seals of these rows are not looked at here."""
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE activities_statusupdate SET reason = 'Kōrero – ' || reason || ' Ngā mihi.', "
            "what_was_done = 'Kōrero – ' || what_was_done WHERE id % 2 = 0"
        )
    guards.install(connection)


def told(client: Client, words: str, query: dict[str, str]) -> str:
    """One question, asked some times."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        response = client.get(PAGE, query)
        times.append(1000 * (time.perf_counter() - begun))
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE, query)
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode())
    return f"{words:<46} {median(times):>6.0f} ms {len(captured):>3} queries: {found[1] if found else ''}"


if __name__ == "__main__":
    main(asked(sys.argv[1:])[0])
