"""Fixtures of the whole suite: the world, built once, and a clock that stands at 15 February 2022."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from xdist.scheduler import WorkStealingScheduling

from tests import world as the_world
from tests.own_database import OwnDatabases
from tests.scenes import Scenes, commits, in_order, scene_of
from tests.signing_in import sign_in_as
from tnoc_tracker.record import guards, state
from tnoc_tracker.store import store


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Begin with the database that is there, which is migrated already; ``--create-db`` makes another."""
    return not request.config.getvalue("create_db")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, own_databases: OwnDatabases, django_db_keepdb: bool, django_db_blocker: Any
) -> None:
    """Put a copy of the database that is migrated once in the place of the test database."""
    if django_db_keepdb:
        with django_db_blocker.unblock():
            own_databases.copy(own_databases.migrated(), connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, own_databases: OwnDatabases, django_db_keepdb: bool, django_db_blocker: Any
) -> Iterator[None]:
    """The test database with the world in it."""
    with django_db_blocker.unblock():
        the_world.build()
    yield
    if django_db_keepdb:
        with django_db_blocker.unblock():
            connection.close()
            if connection.vendor == "postgresql":
                connection.close_pool()
            own_databases.delete(connection.settings_dict["NAME"])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of one scene together."""
    items[:] = in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkStealingScheduling:
    """Give each process one stretch of the order, so that a scene is played by one of them, and share out the rest."""
    return WorkStealingScheduling(config, log)


def pytest_collection_finish() -> None:
    """Leave the tests and everything that was imported for them out of every later look for garbage."""
    gc.collect()
    gc.freeze()


SCENES = pytest.StashKey[Scenes]()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take down a scene that the next test does not stand on, before any of its fixtures."""
    standing = item.config.stash.get(SCENES, None)
    if standing and standing.current and standing.current is not scene_of(item):
        standing.leave()


@pytest.fixture(scope="session")
def scenes(django_db_setup: None, django_db_blocker: Any, pytestconfig: pytest.Config) -> Iterator[Scenes]:
    """What is played once for many tests."""
    pytestconfig.stash[SCENES] = Scenes(django_db_blocker)
    yield pytestconfig.stash[SCENES]
    pytestconfig.stash[SCENES].leave()


@pytest.fixture(autouse=True)
def on_its_scene(request: pytest.FixtureRequest) -> None:
    """Play the scene that the test stands on, where it has one, under the test's own transaction."""
    if (scene := scene_of(request.node)) is not None:
        request.getfixturevalue("scenes").enter(scene)


@pytest.fixture(autouse=True)
def flushable(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a test with real commits empty the tables: the guards would refuse it.

    They are back after it, and so is the world for the next test that asks for it.
    """
    if not commits(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    guards.install(connection)
    the_world.build()
    yield
    guards.remove(connection)


@pytest.fixture(scope="session")
def own_databases(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnDatabases]:
    """Throw-away databases with real commits, for tests that prove something about commits, guards or tables."""
    databases = OwnDatabases(tmp_path_factory.mktemp("own-databases"))
    yield databases
    with django_db_blocker.unblock():
        databases.close()


@pytest.fixture
def own_database(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[the_world.World]:
    """The world in a database of the test's own, with real commits."""
    with django_db_blocker.unblock(), own_databases.open():
        yield the_world.World()


@pytest.fixture
def world(db: None) -> the_world.World:
    """The published plan with a person for every standing; made anew where a flush took it away."""
    the_world.build()
    return the_world.World()


@pytest.fixture(autouse=True)
def on_15_february_2022(settings: Any) -> None:
    """The register's clock stands at the day that the plan's own examples use."""
    settings.TNOC_TODAY = the_world.TODAY


@pytest.fixture(autouse=True)
def nothing_remembered(on_its_scene: None) -> None:
    """What a test changed is rolled back: nothing made from it may be kept for the next."""
    store.clear()
    state.forget()


@pytest.fixture
def sign_in(world: the_world.World) -> Callable[[str], Client]:
    """A browser-less client signed in as one of the world's people."""

    def signed_in(username: str) -> Client:
        return sign_in_as(Client(), world.person(username))

    return signed_in


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to any other machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"The suite has no network: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
