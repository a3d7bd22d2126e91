"""What every page, filter, file and past position takes, and the ratio to a floor measured in the same run.

    .venv/bin/python -m tests.benchmarks.pages small sqlite         (the names of registers are in data_sets.py)
    .venv/bin/python -m tests.benchmarks.pages hundred postgresql

The floor is a Django page behind the same middleware, with a signed-in person, one query and a table of twenty rows;
for what is sent, a form that commits one row. Each round asks the floor and every page, so that a busy machine slows
all alike. Each page is asked for twice in a round: right after a change of the register (somebody reported on one of
twelve activities), and once more as it stands; files are asked for the second time with the tag of the first. Pages
are asked for as a browser does, compressed. Prints a table and keeps the figures in ``docs/figures``.
"""

from __future__ import annotations

import gc
import gzip
import json
import platform
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from activities.models import Activity
from activities.statuses import DeliveryStatus
from tests.benchmarks import vendor_of
from tests.benchmarks.addresses import ONLY_FILES, PLAN, everything
from tests.benchmarks.data_sets import SETS, a_quarter_ago, made
from tests.generated import at_risk, off_track, on_track, say
from tests.world import World
from tnoc_tracker.record.guards import guarded_models

FIGURES = Path(settings.BASE_DIR) / "docs" / "figures"
PRODUCTION = {"REMEMBERED_CHARACTERS": 8_000_000}
"""What the suite switches off, as it is where nothing is said."""

BROWSER = {"Accept-Encoding": "gzip"}
FLOOR, FLOOR_OF_SENDING, UPDATE = "floor", "floor of sending", "status update"
LOOKED_AT = ("4", "6", "19")
"""The activities with pages of their own among what is measured: the changes are those of others."""


@dataclass
class Measured:
    """A page: milliseconds and queries right after a change, and unchanged; bytes as they are and on the wire."""

    kind: str
    url: str
    changed: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    queries: int = 0
    queries_unchanged: int = 0
    size: int = 0
    wire: int = 0
    tag: str = ""

    def figures(self) -> dict[str, Any]:
        """What is kept of it: medians and 95th percentiles for the lists of times."""
        found = asdict(self)
        for name in ("changed", "unchanged"):
            times = found.pop(name)
            found |= {f"{name}_ms": round(median(times), 2), f"{name}_95": round(slow(times), 2)} if times else {}
        del found["tag"]
        return found


def slow(times: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


@contextmanager
def timed(times: list[float]) -> Iterator[None]:
    """Add the milliseconds that something takes."""
    begun = time.perf_counter()
    yield
    times.append(1000 * (time.perf_counter() - begun))


def get(client: Client, url: str, tag: str = "") -> HttpResponseBase:
    """Read a page or a file to its end; an error must not count as quick."""
    answer: HttpResponseBase = client.get(url, headers=BROWSER | ({"If-None-Match": tag} if tag else {}))
    assert answer.status_code == 200 or (tag and answer.status_code == 304), (url, answer.status_code)
    if answer.streaming:
        parts: Any = answer.streaming_content  # type: ignore[attr-defined]
        answer.sent = sum(len(part) for part in parts)  # type: ignore[attr-defined]
    return answer


def signed_in(world: World) -> Client:
    """A browser of the Secretariat’s."""
    client = Client()
    client.force_login(world.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    return client


class Changes:
    """Changes of the register that most pages show: each a status update of one of twelve activities, seeded."""

    def __init__(self, world: World) -> None:
        """None yet."""
        settled = [DeliveryStatus.COMPLETED, DeliveryStatus.NOT_DELIVERED, DeliveryStatus.PAUSED]
        present = Activity.objects.filter(plan=world.plan, withdrawn_on=None).exclude(status__in=settled)
        keys = present.exclude(key__in=LOOKED_AT).order_by("position").values_list("key", flat=True)
        self.world, self.numbers, self.keys, self.chance = world, count(1), list(keys[:12]), Random(7)

    def make(self) -> None:
        """One more."""
        words = f"Read again, {next(self.numbers)}."
        explained = on_track(words, explanation="It comes soon.")
        said = self.chance.choice([explained, at_risk(words), off_track(words, "More time.")])
        say(
            self.world, self.chance.choice(self.keys), self.world.today, replace(said, what_changed="Work began again.")
        )


def measure(world: World, found: dict[str, Measured], rounds: int) -> None:
    """Every page and the floor, in turn, after a change and unchanged."""
    client, changes = signed_in(world), Changes(world)
    gc.freeze()  # as wsgi.py does
    for measured in found.values():
        changes.make()
        get(client, measured.url)  # what is compiled and kept the first time
        look(client, measured, changes)
    for _ in range(rounds):
        for measured in found.values():
            changes.make()
            with timed(measured.changed):
                answer = get(client, measured.url)
            measured.tag = answer.headers.get("ETag", "")
            with timed(measured.unchanged):
                get(client, measured.url, measured.tag)
    floor = found[FLOOR]  # to which a change is nothing: one figure for both
    floor.changed = floor.unchanged = floor.changed + floor.unchanged


def look(client: Client, measured: Measured, changes: Changes) -> None:
    """Count queries and bytes of one request after a change, and the queries of the next.

    Once in a while a request also notes in its session when it came: counted twice, the lesser stands.
    """
    counted = []
    for _ in range(2):
        changes.make()
        with CaptureQueriesContext(connection) as captured:
            answer: Any = get(client, measured.url)
        counted.append(len(captured))
    measured.queries = min(counted)
    measured.wire = answer.sent if answer.streaming else len(answer.content)
    packed = answer.headers.get("Content-Encoding") == "gzip"
    measured.size = len(gzip.decompress(answer.content)) if packed else measured.wire
    with CaptureQueriesContext(connection) as captured:
        get(client, measured.url, answer.headers.get("ETag", ""))
    measured.queries_unchanged = len(captured)


def measure_updates(world: World, rounds: int) -> dict[str, Measured]:
    """A status update as a browser sends it, and a form that commits one row; synced to the disk as in production."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=EXTRA")
    client = signed_in(world)
    found = {
        FLOOR_OF_SENDING: Measured("sent", "/floor/commit/"),
        UPDATE: Measured("sent", f"{PLAN}activities/4/update/"),
    }
    for number in range(rounds + 1):
        form = client.get(found[UPDATE].url).content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(once|stamp)" value="([^"]+)"', form))
        sent = {
            **hidden,
            "status": "on_track",
            "what_was_done": f"Report {number}.",
            "explanation": "It comes soon.",
            "what_changed": "Work began again.",
        }
        for measured, data in zip(found.values(), ({}, sent), strict=True):
            if number:
                with timed(measured.changed):
                    answer = client.post(measured.url, urlencode(data), "application/x-www-form-urlencoded")
            else:
                with CaptureQueriesContext(connection) as captured:
                    answer = client.post(measured.url, urlencode(data), "application/x-www-form-urlencoded")
                measured.queries = len(captured)
            assert answer.status_code in (204, 302), (measured.url, answer.status_code)
    return found


def to_measure(name: str, world: World) -> dict[str, Measured]:
    """The floor and what is looked at in a register."""
    chosen = everything(a_quarter_ago(world))
    if name == "rows":
        chosen = {each: chosen[each] for each in chosen if each in ONLY_FILES}
    return {FLOOR: Measured("floor", "/floor/")} | {each: Measured(*what) for each, what in chosen.items()}


def machine() -> dict[str, str]:
    """What it was measured on."""
    server = ".".join(map(str, connection.get_database_version()))
    return {"python": platform.python_version(), "database": f"{connection.display_name} {server}"}


def run(name: str, rounds: int = 0) -> dict[str, Any]:
    """Make a register, measure; everything that is to be kept."""
    chosen = SETS[name]
    with (
        made(name) as world,
        override_settings(TNOC_TODAY=world.today, ROOT_URLCONF=f"{__package__}.floor", **PRODUCTION),
    ):
        entries = sum(model.history.count() for model in guarded_models())
        found = to_measure(name, world)
        measure(world, found, rounds or chosen.rounds)
        found |= measure_updates(world, rounds or chosen.rounds)
        return {
            "set": name,
            "words": chosen.words,
            "vendor": connection.vendor,
            "activities": Activity.objects.count(),
            "entries": entries,
            "rounds": rounds or chosen.rounds,
            **machine(),
            "pages": {each: measured.figures() for each, measured in found.items()},
        }


def table(kept: dict[str, Any]) -> Iterator[str]:
    """The figures of one run as a table."""
    pages = kept["pages"]
    yield f"| {kept['database']}, {kept['activities']:,} activities, {kept['entries']:,} entries | after a change, ms "
    yield "(95th) | × floor | unchanged, ms | × floor | queries | kB (sent) |\n|---|---|---|---|---|---|---|\n"
    for name, each in pages.items():
        floor = pages[FLOOR_OF_SENDING if each["kind"] == "sent" else FLOOR]
        first = f"{each['changed_ms']:.1f} ({each['changed_95']:.1f})"
        again = " | "
        if "unchanged_ms" in each:
            again = f"{each['unchanged_ms']:.1f} | {each['unchanged_ms'] / floor['unchanged_ms']:.1f}"
        size = f"{each['size'] / 1000:.0f} ({each['wire'] / 1000:.0f})"
        yield f"| {name} | {first} | {each['changed_ms'] / floor['changed_ms']:.1f} | {again} "
        yield f"| {each['queries']}, {each['queries_unchanged']} | {size if each['size'] else ''} |\n"


def main(name: str, rounds: int) -> None:
    """Measure, print, keep."""
    kept = run(name, rounds)
    FIGURES.mkdir(parents=True, exist_ok=True)
    file = FIGURES / f"{name}-{kept['vendor']}.json"
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write("".join(table(kept)))


if __name__ == "__main__":
    wanted = [each for each in sys.argv[1:] if each != vendor_of(sys.argv[1:])]
    if not wanted or wanted[0] not in SETS:
        sys.exit(f"Say which register: {', '.join(SETS)}; then sqlite or postgresql, and how many rounds.")
    main(wanted[0], int(wanted[1]) if len(wanted) > 1 else 0)
