"""The state of the record: every change moves it on, whoever commits first; what is rolled back leaves no trace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from activities.models import Activity
from tests.generated import on_track, say
from tests.world import PROGRAM, World
from tnoc_tracker.record import state
from tnoc_tracker.record.guards import guarded_models
from tnoc_tracker.record.redaction import redact
from tnoc_tracker.record.state import forget, name_of_record, state_of_record
from tnoc_tracker.record.writing import record


def entries() -> int:
    return sum(model.history.count() for model in guarded_models())


def change(world: World, key: int, words: str) -> None:
    """Change an activity's own words, and nothing else: one entry."""
    row = Activity.objects.select_for_update().get(id=world.activity(key).id)
    row.title = words
    record(row, by=PROGRAM.actor, at=world.now, reason="For the test")


def test_it_is_the_number_of_entries(world: World) -> None:
    assert state_of_record() == entries() > 100


def test_a_report_and_an_erasure_move_it_on(world: World) -> None:
    before = state_of_record()
    say(world, 2, world.today, on_track("Words to be erased.", explanation="Soon."))
    told = state_of_record()
    assert told > before

    update = world.activity(2).status_updates.get().history.get()
    redact(
        table="activities.historicalstatusupdate",
        entry=update.history_id,
        field="what_was_done",
        reason="It named a person",
        decision="Privacy 1",
        by=PROGRAM.actor,
        at=world.now,
    )
    assert state_of_record() > told


def test_it_is_one_query(world: World, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        state_of_record()


def test_what_is_rolled_back_is_counted_neither_then_nor_later(own_database: World) -> None:
    forget()
    before = state_of_record()
    with transaction.atomic():
        change(own_database, 2, "Rolled back")
        assert state_of_record() == before + 1
        transaction.set_rollback(True)
    assert state_of_record() == before
    with transaction.atomic():
        change(own_database, 2, "Kept")
    assert state_of_record() == before + 1 == entries()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_began_first_and_commits_last_moves_it_on_too() -> None:
    """Its entry has a lower number than one that was counted before it (SQLite lets nobody write meanwhile)."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: entries are numbered in the order of their commits")
    world, written, counted = World(), Event(), Event()
    forget()
    before = state_of_record()

    def first_and_last() -> None:
        try:
            with transaction.atomic():
                change(world, 2, "Begun first")
                written.set()
                assert counted.wait(20)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(first_and_last)
        assert written.wait(20)
        with transaction.atomic():
            change(world, 3, "Begun last")
        seen = [state_of_record(), state_of_record()]
        counted.set()
        slow.result()
    assert seen == [before + 1, before + 1]
    assert state_of_record() == state_of_record() == before + 2 == entries()


@pytest.mark.django_db(transaction=True)
def test_nor_is_a_change_overlooked_that_began_to_write_last_and_has_the_lower_number() -> None:
    """Its transaction lies beyond the edge of a snapshot (``754:754:``), which looks as if nobody wrote."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: entries are numbered in the order of their commits")
    world, begun, written, committed, counted = World(), Event(), Event(), Event(), Event()
    forget()
    before, name = state_of_record(), name_of_record()

    def begun_first() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")  # as by the key of its form
                begun.set()
                assert written.wait(20)
                change(world, 2, "Numbered last")
        finally:
            committed.set()
            connections.close_all()

    def begun_last() -> None:
        try:
            assert begun.wait(20)
            with transaction.atomic():
                change(world, 3, "Numbered first")
                written.set()
                assert counted.wait(20)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(begun_first), pool.submit(begun_last)]
        assert committed.wait(20)
        seen, named = [state_of_record() for _ in range(3)], name_of_record()
        counted.set()
        for each in done:
            each.result()
    assert seen == [before + 1] * 3
    assert state_of_record() == state_of_record() == state_of_record() == before + 2 == entries()
    assert len({name, named, name_of_record()}) == 3


def test_a_record_restored_in_its_place_is_counted_anew(world: World) -> None:
    state_of_record()
    told = state._Settled((10**12,) * len(state._tables()), 10**6, (10**12,) * len(state._tables()))
    state._settled[str(connection.settings_dict["NAME"])] = told  # of another, which had more
    assert state_of_record() == entries()
