"""Long lists as files: sent as they are made, in as much memory for many thousand rows as for a thousand."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.exports.activity_columns import COLUMNS
from activities.exports.csv_files import lines
from activities.filters import ActivityFilter
from activities.register import AT_ONCE, all_register_rows, register_rows
from tests.generated import grow, half_a_year
from tests.scenes import played_once
from tests.world import World

PLAN = "/plans/tnoc-2021-22/"
BYTES_A_ROW = 150
"""What may be kept of each row: its number and place in the order, nothing that it says."""

BYTES_A_NAME = 2_500
"""The audit keeps what each activity is called; of its entries, three and more, only the numbers."""


@played_once
def large(world: World) -> World:
    """More activities than are fetched at once, with half a year of work on some."""
    half_a_year(world)
    grow(world.plan, AT_ONCE + 50)
    return world


@pytest.mark.parametrize("asked", [{}, {"sort": "-due"}, {"q": "e", "sort": "title"}, {"due": "overdue"}])
def test_rows_that_are_fetched_in_parts_are_those_that_are_fetched_at_once(large: World, asked: dict[str, str]) -> None:
    filters = ActivityFilter(asked, large.reading)
    assert filters.is_valid()
    assert list(lines(COLUMNS, all_register_rows(large.reading, filters.qs))) == list(
        lines(COLUMNS, register_rows(large.reading, filters.qs))
    )


def test_the_first_line_is_sent_before_any_row_is_read(large: World, sign_in: Callable[[str], Client]) -> None:
    with CaptureQueriesContext(connection) as queries:
        response: Any = sign_in("steering").get(f"{PLAN}activities.csv")
        begun = len(queries)
        stream = iter(response.streaming_content)
        first = next(stream)
        assert len(queries) == begun
        assert first.startswith(b"No.,")
        next(stream)
        assert len(queries) > begun
        part = len(queries)
        rest = b"".join(stream)
    assert rest.count(b"\r\n") > AT_ONCE - 100
    assert len(queries) - part <= part - begun


@pytest.mark.long
def test_four_times_the_rows_take_no_more_memory(world: World, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("steering")

    def peak(address: str) -> int:
        """The most memory that Python held while a file was sent, and thrown away."""
        tracemalloc.start()
        response: Any = client.get(f"{PLAN}{address}")
        assert sum(len(each) for each in response.streaming_content) > 10_000
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    files = {"activities.csv": BYTES_A_ROW, "activities.csv?as_at=2022-01-31": BYTES_A_ROW, "audit.csv": BYTES_A_NAME}
    grow(world.plan, 1_000)
    for each in files:
        peak(each)  # what is compiled and kept the first time
    few = {each: peak(each) for each in files}
    grow(world.plan, 4_000)  # which are more than 12,000 rows of the audit
    more = {each: (peak(each) - few[each]) // 3_000 for each in files}
    assert {each: count for each, count in more.items() if count > files[each]} == {}
