"""Databases of a test's own, with real commits: copies of one that holds the world, thrown away afterwards.

A test wrapped in a transaction proves nothing about what is checked at commit; and what a test does to guards
and tables must not be seen by the next.

Applying every migration takes longer than the tests of ten files: it is done once for a set of migrations, and all
test databases, the suite's own too, are copies of what came of it. ``migrate`` runs on each copy, as everywhere. That
the migrations work from nothing is tested by itself (tests/commands/test_a_fresh_database.py, tests/released).
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from importlib.metadata import version
from os import getuid
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from tests import world as the_world

ROOT = Path(__file__).resolve().parent.parent
MADE_BY = ["*/migrations/*.py", "tnoc_tracker/record/migrations/*.py", "tnoc_tracker/record/sqlite/*.py"]
LIBRARIES = ["Django", "django-simple-history", "django-axes", "psycopg"]
MIGRATED = f"tnoc-migrated-{getuid()}-"
"""What the names of databases that are migrated once begin with."""


def migrated_name() -> str:
    """The name of the database with every migration applied: another one for other migrations or libraries."""
    told = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    for file in sorted(file for pattern in MADE_BY for file in ROOT.glob(pattern)):
        told.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return MIGRATED + told.hexdigest()[:12]


@contextmanager
def one_at_a_time(what: str = MIGRATED) -> Iterator[None]:
    """Keep the other processes that test here waiting meanwhile, those that want the same."""
    with (Path(tempfile.gettempdir()) / f"{what}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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
            self.template = self._new_name(copy_of=self.migrated())
            with self.instead(self.template):
                the_world.build()
        name = self._new_name(copy_of=self.template)
        try:
            with self.instead(name, settings) as connection:
                yield connection
        finally:
            self._drop(name)

    @contextmanager
    def copied(self, model: str) -> Iterator[BaseDatabaseWrapper]:
        """Put a copy of a database that is kept in the place of the default one."""
        name = self._new_name(copy_of=model)
        try:
            with self.instead(name) as connection:
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
    def bare(self) -> Iterator[BaseDatabaseWrapper]:
        """Put a database with every table and nothing in them in the place of the default one."""
        with self.copied(self.migrated()) as connection:
            yield connection

    def migrated(self) -> str:
        """The database that bare ones are copies of; made where no run before has done so."""
        return self.kept(migrated_name(), MIGRATED, lambda: call_command("migrate", verbosity=0))

    def kept(self, name: str, others: str, make: Callable[[], object], model: str = "template1") -> str:
        """A database that outlives the run, a copy of ``model`` that ``make`` filled; made where no run has done so.

        Those whose names begin with ``others`` are thrown away then. Its name; on SQLite its file.
        """
        if connections["default"].vendor == "sqlite":
            name = str(Path(tempfile.gettempdir()) / f"{name}.sqlite3")
        with one_at_a_time(others):
            if not self._exists(name):
                self.drop_kept(others)
                self.delete(f"{name}-new")
                self._create(f"{name}-new", model)
                with self.instead(f"{name}-new"):
                    make()
                self._rename(f"{name}-new", name)
        return name

    def copy(self, model: str, name: str) -> None:
        """Make a database that is a copy of another, in the place of what has its name."""
        with one_at_a_time():  # PostgreSQL refuses while somebody is connected to the model
            self.delete(name)
            self._create(name, model)

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

    def drop_kept(self, names: str) -> None:
        """Throw away the kept databases whose names begin so, unless another run is at work with one."""
        if connections["default"].vendor == "sqlite":
            for file in Path(tempfile.gettempdir()).glob(f"{names}*.sqlite3*"):
                file.unlink(missing_ok=True)
            return
        with self.server() as server:
            found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [names])
            for (name,) in found.fetchall():
                with suppress(psycopg.errors.ObjectInUse):
                    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))

    def _new_name(self, copy_of: str | None = None) -> str:
        ordinary = connections["default"]
        number = len(list(self.folder.iterdir()))
        (self.folder / f"taken-{number}").touch()
        if ordinary.vendor == "sqlite":
            name = str(self.folder / f"register-{number}.sqlite3")
        else:
            name = f"{ordinary.settings_dict['TEST']['NAME']}_own_{number}"
        if copy_of:
            self.copy(copy_of, name)
        else:
            self.delete(name)
            self._create(name)
        self.made.append(name)
        return name

    def _drop(self, name: str) -> None:
        self.made.remove(name)
        self.delete(name)

    def _exists(self, name: str) -> bool:
        if connections["default"].vendor == "sqlite":
            return Path(name).exists()
        with self.server() as server:
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def _create(self, name: str, model: str = "template1") -> None:
        if connections["default"].vendor == "postgresql":
            with self.server() as server:
                names = sql.Identifier(name), sql.Identifier(model)
                server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        elif model != "template1":
            shutil.copyfile(model, name)

    def _rename(self, name: str, to: str) -> None:
        if connections["default"].vendor == "sqlite":
            Path(name).rename(to)
        else:
            with self.server() as server:
                names = sql.Identifier(name), sql.Identifier(to)
                server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def delete(self, name: str) -> None:
        """Throw a database away, whoever is connected to it."""
        if connections["default"].vendor == "sqlite":
            Path(name).unlink(missing_ok=True)
        else:
            with self.server() as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
