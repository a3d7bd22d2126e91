"""Two people at the same moment, with real commits: exactly one save wins, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from activities.actions.common import stamp_of
from activities.actions.status import update_status
from activities.models import Activity, StatusUpdate
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.world import PROGRAM, World
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.writing import record


def race(*moves: Callable[[], Any]) -> list[str]:
    """Carry out every move in a thread and on a connection of its own, all begun together."""
    ready = Barrier(len(moves))

    def run(move: Callable[[], Any]) -> str:
        try:
            ready.wait(timeout=20)
            move()
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()
        return "saved"

    with ThreadPoolExecutor(len(moves)) as pool:
        return sorted(pool.map(run, moves))


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world in a database where every thread has its own connection and every commit is real."""
    return World()


def report(world: World, stamp: int, words: str) -> Callable[[], Any]:
    """What one person does: a status update of activity 2, from a form made when the stamp was this."""
    activity, at = world.activity(2), world.now

    def move() -> None:
        statement = Statement(DeliveryStatus.ON_TRACK, what_was_done=words, explanation="Soon")
        update_status(activity=activity, statement=statement, by=PROGRAM, at=at, expected=stamp)

    return move


def test_of_two_forms_made_from_the_same_state_one_wins_and_the_other_is_told(world: World) -> None:
    stamp = stamp_of(world.activity(2).id)

    assert race(report(world, stamp, "Hers"), report(world, stamp, "His")) == ["conflict", "saved"]

    (update,) = StatusUpdate.objects.filter(activity=world.activity(2))
    assert update.what_was_done in ("Hers", "His")
    assert (world.activity(2).version, Activity.history.filter(id=world.activity(2).id).count()) == (2, 2)


def test_of_two_saves_of_the_same_version_one_wins_and_the_other_is_told(world: World) -> None:
    def rename(title: str) -> Callable[[], Any]:
        row = world.activity(3)
        row.title = title
        return lambda: record(row, by=PROGRAM.actor, at=world.now)

    assert race(rename("Hers"), rename("His")) == ["conflict", "saved"]

    entries = Activity.history.filter(id=world.activity(3).id).order_by("sequence")
    assert [entry.sequence for entry in entries] == [1, 2]
    assert entries[1].title == world.activity(3).title


def test_nothing_is_lost_of_what_three_people_write_again_and_again(world: World) -> None:
    """Everybody adds to the same text again and again, starting anew after each conflict."""

    def insist(name: str) -> Callable[[], Any]:
        def move() -> None:
            for count in range(5):
                while not _append(world, f"[{name}{count}]"):
                    pass

        return move

    names = ["a", "b", "c"]
    assert race(*map(insist, names)) == ["saved"] * len(names)

    title = world.activity(4).title
    assert all(title.count(f"[{name}{count}]") == 1 for name in names for count in range(5))
    entries = Activity.history.filter(id=world.activity(4).id).order_by("sequence")
    assert [entry.sequence for entry in entries] == list(range(1, 17))
    dates = [entry.history_date for entry in entries]
    assert all(later - earlier >= timedelta(microseconds=1) for earlier, later in pairwise(dates))


def _append(world: World, word: str) -> bool:
    row = world.activity(4)
    row.title += word
    try:
        return record(row, by=PROGRAM.actor, at=world.now)
    except Conflict:
        return False
