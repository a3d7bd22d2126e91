"""Long lists as files: sent as they are made, in as much memory for many thousand rows as for a thousand."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities import facts
from activities.exports.activity_columns import COLUMNS
from activities.exports.columns import Column, blocks_of
from activities.exports.csv_files import lines
from activities.filters import ActivityFilter
from activities.reading import Reading
from activities.register import AT_ONCE, all_register_rows, register_rows
from tests.generated import grow, half_a_year
from tests.scenes import after, played_once
from tests.test_positions import a_round_of_q1
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
    rows = all_register_rows(large.reading, filters.qs), register_rows(large.reading, filters.qs)
    in_parts, at_once = ("".join(lines(COLUMNS, each)).splitlines() for each in rows)
    assert in_parts == at_once


@after(half_a_year)
@pytest.mark.parametrize("day", [None, date(2021, 7, 1), date(2021, 11, 12), date(2022, 1, 31)])
def test_what_is_told_by_facts_is_what_the_page_tells_cell_by_cell(world: World, day: date | None) -> None:
    a_round_of_q1(world)
    reading = Reading.on_day(world.plan, day) if day else world.reading
    quick = [
        list(row) for block in blocks_of(COLUMNS, all_register_rows(reading, reading.all_activities)) for row in block
    ]
    slow = [[column.value(row) for column in COLUMNS] for row in register_rows(reading, reading.all_activities)]
    assert len(slow) == 21
    assert sorted(quick, key=repr) == sorted(slow, key=repr)


def test_every_row_by_itself_says_the_same(large: World) -> None:
    rows = all_register_rows(large.reading, large.reading.activities)
    by_itself = [[column.value(row) for column in COLUMNS] for row in rows]
    assert by_itself == [list(row) for block in blocks_of(COLUMNS, rows) for row in block]


@after(half_a_year)
@pytest.mark.parametrize(("column", "fact"), [(column, fact) for column in COLUMNS for fact in column.facts])
def test_a_fact_that_a_column_reads_and_does_not_name_is_an_error(world: World, column: Column, fact: str) -> None:
    rows = all_register_rows(world.reading, world.reading.activities)
    told = [dict(zip(rows.names, each, strict=True)) for block in rows.blocks() for each in zip(*block, strict=True)]
    fewer = [{name: row[name] for name in column.facts if name != fact} for row in told]

    def is_refused(known: dict[str, Any]) -> bool:
        try:
            column.value(rows.row(known))
        except (AttributeError, KeyError):
            return True
        return False

    assert any(map(is_refused, fewer))


def test_more_cells_than_are_remembered_are_told_right(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = all_register_rows(large.reading, large.reading.activities)
    all_of_them = [list(row) for block in blocks_of(COLUMNS, rows) for row in block]
    monkeypatch.setattr(facts, "MOST_KEPT", 3)
    assert [list(row) for block in blocks_of(COLUMNS, rows) for row in block] == all_of_them


def test_the_first_line_is_sent_before_any_row_is_read(large: World, sign_in: Callable[[str], Client]) -> None:
    with CaptureQueriesContext(connection) as queries:
        response: Any = sign_in("steering").get(f"{PLAN}activities.csv")
        begun = len(queries)
        stream = iter(response.streaming_content)
        first = next(stream)
        assert len(queries) == begun
        assert first.startswith(b"No.,")
        assert next(stream).count(b"\r\n") == AT_ONCE
        assert len(queries) > begun
        part = len(queries)
        rest = b"".join(stream)
    assert rest.count(b"\r\n") == 50
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
