"""What the faults share: every test is a long one, and a PostgreSQL of their own is made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.faults.clusters import Cluster
from tests.own_database import OwnDatabases
from tests.world import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder takes its time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("long")


@pytest.fixture
def on_sqlite() -> None:
    """A fault of SQLite only."""
    if connection.vendor != "sqlite":
        pytest.skip("a fault of SQLite")


@pytest.fixture(scope="session")
def spare_cluster(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[Cluster]:
    """A PostgreSQL of these tests' own, with the world in it."""
    if connection.vendor != "postgresql":
        pytest.skip("a fault of PostgreSQL")
    cluster = Cluster(shared_buffers="32MB")
    try:
        cluster.start()
        with django_db_blocker.unblock(), own_databases.open():
            cluster.take_in()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def cluster(spare_cluster: Cluster, own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[Cluster]:
    """The same, running, with a fresh copy of the world as the default database."""
    if spare_cluster.process is None or spare_cluster.process.poll() is not None:
        spare_cluster.start()
    spare_cluster.copy("register")
    with django_db_blocker.unblock(), own_databases.instead("register", spare_cluster.settings("register")):
        yield spare_cluster


@pytest.fixture
def world_there(cluster: Cluster) -> World:
    """The world in the PostgreSQL that may be broken."""
    return World()
