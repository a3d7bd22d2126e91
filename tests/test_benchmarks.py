"""The benchmarks run, on a small register, and what they write past the use cases is whole."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import override_settings

from activities.models import Activity, StatusUpdate
from tests.benchmarks import VENDORS
from tests.benchmarks.addresses import everything
from tests.benchmarks.data_sets import MANY_CHANGES, SETS, DataSet, fill
from tests.benchmarks.many_entries import LATER, generate
from tests.benchmarks.pages import (
    FLOOR,
    FLOOR_OF_SENDING,
    PRODUCTION,
    UPDATE,
    Measured,
    get,
    measure,
    measure_updates,
    signed_in,
    to_measure,
)
from tests.benchmarks.past_positions import entries_made, pages, updates
from tests.benchmarks.picture import drawn
from tests.benchmarks.report import dots, in_words
from tests.benchmarks.targets import TARGETS
from tests.generated import half_a_year
from tests.test_positions import a_round_of_q1
from tests.world import World
from tnoc_tracker.record import guards
from tnoc_tracker.record.verification import verify


@pytest.fixture
def register(own_database):
    generate(LATER, 21, 420)
    return LATER


def test_a_register_written_past_the_use_cases_is_whole(register):
    assert StatusUpdate.objects.count() == 210
    assert verify().is_clean
    assert guards.missing(connection) == []


def test_past_positions_and_updates_are_measured(register):
    lines = list(pages(register, runs=1))
    before = entries_made()
    queries, times = updates(register, 3)

    told = r"\w+: (dashboard|activities, page 1), (now|as at [\w ]+): (\d+) queries, \d+ ms \(\d+–\d+\)"
    measured = [found for line in lines if (found := re.match(told, line))]
    assert [each[1] for each in measured] == ["dashboard"] * 3 + ["activities, page 1"] * 3
    assert all(0 < int(each[3]) <= 12 for each in measured)
    assert len([line for line in lines if "× now" in line]) == 4
    assert all(re.search(r"EXPLAIN names .*activities_activity_known × \d", lines[place]) for place in (3, 7))
    assert queries > 0
    assert len(times) == 3
    assert entries_made() >= before + 2 * 4


# Pages beside a floor, and the report ----------------------------------------------------------------------------


def run_of(vendor: str, name: str, took: float) -> dict[str, Any]:
    """Figures as they are kept: every page with a target took so many times the floor, and half unchanged."""

    def page(kind: str, changed: float) -> dict[str, Any]:
        times = {"changed_ms": changed, "changed_95": changed, "unchanged_ms": changed / 2, "unchanged_95": changed}
        return {"kind": kind, "url": "/", "queries": 9, "queries_unchanged": 3, "size": 9000, "wire": 900, **times}

    pages = {FLOOR: page("floor", 2.0) | {"unchanged_ms": 2.0}, FLOOR_OF_SENDING: page("floor", 4.0)}
    pages |= {each: page("file" if "CSV" in each else "page", 2.0 * took) for each in TARGETS}
    pages[UPDATE] = page("sent", 4.0 * took)
    del pages[UPDATE]["unchanged_ms"]
    pages["dashboard, a quarter ago"] = page("past", 8.0 * took)
    about = {
        "words": SETS[name].words,
        "activities": 21,
        "entries": 400,
        "rounds": 5,
        "python": "3",
        "database": vendor,
    }
    return {"set": name, "vendor": vendor, "pages": pages, **about}


def test_pages_are_measured_after_a_change_and_unchanged(own_database: World) -> None:
    half_a_year(own_database)
    chosen = everything(own_database.today)
    names = ("timeline", "activities as CSV", "… by status")
    found = {FLOOR: Measured("floor", "/floor/")} | {each: Measured(*chosen[each]) for each in names}
    before = entries_made()
    with override_settings(ROOT_URLCONF="tests.benchmarks.floor"):
        measure(own_database, found, 2)
        found |= measure_updates(own_database, 1)

    assert entries_made() >= before + 2 * len(names)
    assert all(len(found[each].changed) == len(found[each].unchanged) == 2 for each in names)
    assert len(found[FLOOR].changed) == 4
    assert all(4 < found[each].queries <= 12 for each in names)
    assert found["activities as CSV"].queries_unchanged < 6, "the second time it was held already"
    assert found["timeline"].wire < found["timeline"].size / 3
    assert found[UPDATE].queries > found[FLOOR_OF_SENDING].queries > 0


def test_every_page_that_is_measured_is_there(own_database: World) -> None:
    half_a_year(own_database)
    a_round_of_q1(own_database)
    client = signed_in(own_database)
    for _kind, url in everything(date(2022, 1, 31)).values():
        get(client, url)


def test_the_report_says_what_was_reached_and_what_was_missed() -> None:
    runs = {("small", "sqlite"): run_of("sqlite", "small", 3.0), ("ten", "sqlite"): run_of("sqlite", "ten", 4.0)}
    said = in_words(runs)
    assert "| dashboard | 5 | 3.0 (1.5) | 4.0 (2.0) | 9 |" in said
    assert "| the floor itself, ms | | 2.0 | 2.0 | |" in said
    assert "- dashboard, a quarter ago (21 activities, SQLite): 12 × the floor, target 9.0; unchanged 6.0" in said

    runs["hundred", "sqlite"] = run_of("sqlite", "hundred", 4.6)
    said = in_words(runs)
    assert "| 3.0 (1.5) | 4.0 (2.0) | **4.6** (2.3) | 9 |" in said, "more than half as much again"
    assert "| status update | 3 | 3.0 | **4.0** | **4.6** |" in said

    runs["rows", "postgresql"] = run_of("postgresql", "rows", 41.0)
    assert "activities as CSV (10,000 in one plan, PostgreSQL): 41 × the floor, target 40; unchanged 20" in in_words(
        runs
    )


def test_the_picture_has_a_mark_for_every_figure() -> None:
    runs = {(name, vendor): run_of(vendor, name, 3.0) for name in ("small", "hundred", "rows") for vendor in VENDORS}
    picture = ElementTree.fromstring(drawn(dots(runs)))
    rows = len(TARGETS) - 1
    legend = len(("SQLite", "small", "ten", "hundred"))
    circles = [each for each in picture.iter() if each.tag.endswith("circle")]
    assert len(circles) == legend + 2 * (2 * rows + 1) - 2, "after a change and unchanged; of what is sent once"


@pytest.mark.long
def test_registers_of_several_plans_are_whole_and_their_pages_can_be_measured(own_database: World) -> None:
    chosen = DataSet("", 2, 30, 600, 1)
    fill(chosen)
    assert Activity.objects.count() == 60
    assert verify().is_clean
    assert guards.missing(connection) == []
    many = Activity.objects.get(plan=chosen.world.plan, key=MANY_CHANGES)
    assert StatusUpdate.objects.filter(activity=many).count() == 1000
    found = to_measure("ten", chosen.world)
    with override_settings(TNOC_TODAY=chosen.world.today, ROOT_URLCONF="tests.benchmarks.floor", **PRODUCTION):
        client = signed_in(chosen.world)
        for each in found.values():
            get(client, each.url)
