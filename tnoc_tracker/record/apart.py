"""A look at a database beside its pool: quick to fail, and nothing of it is left to a process made from this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ANSWERS_WITHIN: Final = 5
"""Seconds that a PostgreSQL server is given to answer."""


@contextmanager
def apart(alias: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own to a configured database, closed afterwards; it is opened by the first question."""
    ordinary = connections[alias]
    address: dict[str, Any] = deepcopy(connections.settings[alias])
    address["OPTIONS"].pop("pool", None)
    if ordinary.vendor == "postgresql":
        address["OPTIONS"]["connect_timeout"] = ANSWERS_WITHIN
    connection = type(ordinary)(address, alias)
    try:
        yield connection
    finally:
        connection.close()


def is_there(connection: BaseDatabaseWrapper) -> bool:
    """Whether there is a database to connect to, as far as that can be known before: connecting makes SQLite’s file."""
    return connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()
