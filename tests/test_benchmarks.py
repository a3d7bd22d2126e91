"""The benchmarks run, on a small register, and what they write past the use cases is whole."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from activities.models import StatusUpdate
from tests.benchmarks.many_entries import LATER, generate
from tests.benchmarks.past_positions import entries_made, pages, updates
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
