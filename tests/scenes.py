"""Scenes: what many tests begin with is played once on top of the world, and every test of it starts from there.

A scene is a function of the world. It is played within a transaction, each of its tests runs in a savepoint of that
transaction, and when a test of something else comes, the whole is rolled back. The tests of a scene stand together in
the order of the run (``in_order``), so that each worker plays a scene once. Two ways to ask for one:

    @after(half_a_year)                   # a mark: the test finds the world as ``half_a_year(world)`` leaves it
    def test_something(world): ...

    @played_once                          # in the place of ``@pytest.fixture``: every test gets a copy of what the
    def story(world): ...                 # function returned, so that no test sees what another made of it

A scene may use nothing but the world: what depends on a test's own settings or folders is an ordinary fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests import world as the_world

Scene = Callable[[the_world.World], Any]

COMMITS = {"transactional_db", "live_server", "django_db_reset_sequences"}


def after(scene: Scene) -> pytest.MarkDecorator:
    """Let a test find the world as the scene leaves it."""
    return pytest.mark.after.with_args(scene)


def played_once(scene: Scene | None = None, *, autouse: bool = False) -> Any:
    """A fixture of the function's name: a copy of what the function returned when it was played."""
    if scene is None:
        return partial(played_once, autouse=autouse)

    def given(world: the_world.World, scenes: Scenes) -> Any:
        assert scenes.current is scene, f"{scene.__name__} is not what this test stands on"
        return deepcopy(scenes.value)

    given.scene = scene  # type: ignore[attr-defined]
    given.__name__, given.__doc__, given.__module__ = scene.__name__, scene.__doc__, scene.__module__
    return pytest.fixture(given, autouse=autouse)


def scene_of(item: pytest.Item) -> Scene | None:
    """The scene that a test stands on, if any; two of them cannot be had at once."""
    marks = [mark.args[0] for mark in item.iter_markers("after")]
    fixtures = getattr(item, "_fixtureinfo", None)
    defined = fixtures.name2fixturedefs.values() if fixtures else []
    found = {*marks, *(each[-1].func.scene for each in defined if hasattr(each[-1].func, "scene"))}
    assert len(found) < 2, f"{item.nodeid} stands on more than one scene"
    return found.pop() if found else None


def commits(item: pytest.Item) -> bool:
    """Whether a test commits for real, after which the tables are emptied."""
    marker = item.get_closest_marker("django_db")
    return bool(COMMITS & set(getattr(item, "fixturenames", ())) or (marker and marker.kwargs.get("transaction")))


def in_order(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """First the tests on the bare world, then scene by scene, then those that commit and empty the tables."""
    places: dict[Scene, int] = {}

    def place(item: pytest.Item) -> tuple[bool, int]:
        scene = scene_of(item)
        return commits(item), places.setdefault(scene, len(places) + 1) if scene else 0

    return sorted(items, key=place)


class Scenes:
    """The scene that stands on top of the world at present."""

    def __init__(self, blocker: Any) -> None:
        """Begin with the bare world; ``blocker`` is pytest-django's lock on the database."""
        self.current: Scene | None = None
        self.value: Any = None
        self._blocker = blocker
        self._around: transaction.Atomic | None = None

    def enter(self, scene: Scene) -> None:
        """Play a scene, unless it stands already."""
        if scene is self.current:
            return
        self.leave()
        with self._blocker.unblock():
            assert not connection.in_atomic_block, "A scene goes under the test's own transaction, not into it"
            self._around = transaction.atomic()
            self._around._from_testcase = True  # type: ignore[attr-defined]  # as Django's own, for what is durable
            self._around.__enter__()
            try:
                the_world.build()
                with override_settings(TNOC_TODAY=the_world.TODAY):
                    self.value = scene(the_world.World())
                connection.check_constraints()  # what waits for the commit is not checked again by every test
            except BaseException:
                self.leave()
                raise
        self.current = scene

    def leave(self) -> None:
        """Back to the bare world."""
        around, self._around, self.current, self.value = self._around, None, None, None
        if around is not None:
            with self._blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)
