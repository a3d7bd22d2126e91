"""Databases of a test's own, with real commits: copies of one that holds the world, thrown away afterwards.

A test wrapped in a transaction proves nothing about what is checked at commit; and what a test does to guards
and tables must not be seen by the next.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from tests import world as the_world


class OwnDatabases:
    """Makes copies of the world, on the database that the suite runs on."""

    def __init__(self, folder: Path) -> None:
        """Remember where SQLite files go; nothing is made before it is needed."""
        self.folder = folder
        self.made: list[str] = []
        self.template: str | None = None

    @contextmanager
    def open(self, settings: dict[str, Any] | None = None) -> Iterator[BaseDatabaseWrapper]:
        """Put a fresh copy of the world in the place of the default database; ``settings`` go over its own."""
        if self.template is None:
            self.template = self._new_name()
            with self.instead(self.template):
                call_command("migrate", verbosity=0)
                the_world.build()
        name = self._new_name(copy_of=self.template)
        try:
            with self.instead(name, settings) as connection:
                yield connection
        finally:
            self._drop(name)

    @contextmanager
    def empty(self) -> Iterator[BaseDatabaseWrapper]:
        """Put a database without any table in the place of the default one."""
        name = self._new_name()
        try:
            with self.instead(name) as connection:
                yield connection
        finally:
            self._drop(name)

    @contextmanager
    def instead(self, name: str, settings: dict[str, Any] | None = None) -> Iterator[BaseDatabaseWrapper]:
        """Let the default connection lead to another database inside, without a pool."""
        ordinary, address = connections["default"], connections.settings["default"]
        other = {**deepcopy(address), "NAME": name, **(settings or {})}
        other["OPTIONS"].pop("pool", None)
        if ordinary.vendor == "sqlite":  # nothing here has to survive a power cut
            other["OPTIONS"]["init_command"] = other["OPTIONS"]["init_command"].replace("EXTRA", "OFF")
        connections.settings["default"] = other
        connections["default"] = connections.create_connection("default")
        try:
            yield connections["default"]
        finally:
            connections["default"].close()
            connections.settings["default"] = address
            connections["default"] = ordinary

    def close(self) -> None:
        """Drop whatever is left."""
        for name in list(self.made):
            self._drop(name)

    def server(self) -> psycopg.Connection[Any]:
        """A connection to the PostgreSQL server beside Django's, as its superuser."""
        address = connections["default"].get_connection_params()
        wanted = {name: address[name] for name in ("host", "port", "user", "password") if address.get(name)}
        return psycopg.connect(**wanted, dbname="postgres", autocommit=True)

    def _new_name(self, copy_of: str | None = None) -> str:
        ordinary = connections["default"]
        number = len(list(self.folder.iterdir()))
        (self.folder / f"taken-{number}").touch()
        if ordinary.vendor == "sqlite":
            name = str(self.folder / f"register-{number}.sqlite3")
            if copy_of:
                shutil.copyfile(copy_of, name)
        else:
            name = f"{ordinary.settings_dict['TEST']['NAME']}_own_{number}"
            with self.server() as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
                model = sql.Identifier(copy_of or "template1")
                server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), model))
        self.made.append(name)
        return name

    def _drop(self, name: str) -> None:
        self.made.remove(name)
        if connections["default"].vendor == "sqlite":
            Path(name).unlink(missing_ok=True)
        else:
            with self.server() as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
