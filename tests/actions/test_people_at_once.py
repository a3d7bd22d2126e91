"""Two people changing access at the same moment, with real commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from agencies.actions.memberships import add_membership
from agencies.actions.passwords import reset_password, use_link
from agencies.actions.people import set_administrator
from agencies.models import Person
from tests.world import World
from tnoc_tracker.record.change import RegisterError
from tnoc_tracker.record.clock import machine_now


def race(*moves: Callable[[], Any]) -> list[str]:
    """Carry out every move in a thread and on a connection of its own, all begun together."""
    ready = Barrier(len(moves))

    def run(move: Callable[[], Any]) -> str:
        try:
            ready.wait(timeout=20)
            move()
        except RegisterError:
            return "refused"
        finally:
            connections.close_all()
        return "saved"

    with ThreadPoolExecutor(len(moves)) as pool:
        return sorted(pool.map(run, moves))


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world in a database where every thread has its own connection and every commit is real."""
    return World()


def test_two_administrators_cannot_remove_each_other(world: World) -> None:
    act = {"reason": "Cover", "at": world.now}
    first = world.person("administrator")
    second = set_administrator(
        person=world.person("police"), administrator=True, by=world.standing("administrator"), **act
    )
    by_first, by_second = world.standing("administrator"), world.standing("police")
    outcome = race(
        lambda: set_administrator(person=second, administrator=False, by=by_first, **act),
        lambda: set_administrator(person=first, administrator=False, by=by_second, **act),
    )
    assert outcome == ["refused", "saved"]
    assert Person.objects.filter(is_administrator=True).count() == 1


def test_two_memberships_of_the_same_days_become_one(world: World) -> None:
    def add() -> None:
        add_membership(
            person=outsider,
            body=body,
            since=date(2022, 2, 15),
            reason="New",
            by=by,
            at=world.now,
        )

    outsider, body, by = world.person("outsider"), world.body("DOC"), world.standing("administrator")
    assert race(add, add, add) == ["refused", "refused", "saved"]
    assert outsider.memberships.count() == 1


def test_a_link_used_twice_at_once_sets_one_password(world: World) -> None:
    token = reset_password(
        person=world.person("police"),
        reason="Lost",
        by=world.standing("administrator"),
        at=world.now,
        now=machine_now(),
    )

    def use(password: str) -> Callable[[], Any]:
        return lambda: use_link(token=token, password=password, at=world.now, now=machine_now())

    assert race(use("pōhutukawa by the shore"), use("kōwhai beside the river")) == ["refused", "saved"]
    assert world.person("police").version == 3
