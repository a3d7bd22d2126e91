"""Fixtures of the whole suite: the world, built once, and a clock that stands at 15 February 2022."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests import world as the_world
from tests.own_database import OwnDatabases
from tnoc_tracker.record import guards


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database with the world in it."""
    with django_db_blocker.unblock():
        the_world.build()


@pytest.fixture(autouse=True)
def flushable(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the flush after a test with real commits empty the tables: the guards would refuse it.

    They are back after it, and so is the world for the next test that asks for it.
    """
    commits = {"transactional_db", "live_server", "django_db_reset_sequences"} & set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if not commits and not (marker and marker.kwargs.get("transaction")):
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


@pytest.fixture
def sign_in(world: the_world.World) -> Callable[[str], Client]:
    """A browser-less client signed in as one of the world's people."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(world.person(username), backend="django.contrib.auth.backends.ModelBackend")
        return client

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
