"""A PostgreSQL of a test's own, which can be killed, starved and started again; the suite's own is left alone."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
import psycopg
from django.conf import settings
from django.db import connections

from tnoc_tracker.settings import database_settings

WORLD = "world"
SYSTEM_USER = "pgserver"
"""PostgreSQL does not run as root; the suite's server has made this user where it is needed."""


class Cluster:
    """One server with its data in a folder of its own; everything in it may be broken."""

    def __init__(self, folder: Path | None = None, **choices: str) -> None:
        """Make the files of an empty server; ``choices`` go over its configuration."""
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tnoc-faults-"))
        self.data = self.folder / "data"
        self.log_file = self.folder / "log"
        self.choices = choices
        self.user = SYSTEM_USER if os.getuid() == 0 else None
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self._tool("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "-U", "postgres", "-D", str(self.data))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Cluster:
        """Start it, after a crash too, and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in self.choices.items()]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [self._path("postgres"), "-D", str(self.data), "-h", "", "-k", str(self.folder), *options],
                user=self.user,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait()
        return self

    def wait(self, within: float = 30) -> None:
        """Wait until it answers."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError), self.connection():
                return
            time.sleep(0.05)
        raise AssertionError(f"PostgreSQL did not begin to answer.\n{self.log_file.read_text()[-3000:]}")

    def kill(self) -> None:
        """``kill -9`` of every process of it at once: nothing is flushed, nobody is told."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        everything = [self.process.pid, *map(int, children.read_text().split() if children.exists() else [])]
        for pid in everything:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(lives(pid) for pid in everything):
            time.sleep(0.01)

    def stop(self) -> None:
        """End it as an administrator does who does not wait for people (a fast shutdown)."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def remove(self) -> None:
        """Kill what is left and take its files away."""
        if self.process is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connection(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of the superuser's, beside Django's."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=name, autocommit=True)

    def settings(self, name: str) -> dict[str, Any]:
        """Django's settings of one of its databases, as production has them."""
        return database_settings(
            environ.Env.db_url_config(f"postgresql://postgres@/{name}?host={quote(str(self.folder))}")
        )

    def take_in(self) -> None:
        """Take over the present default database, as the one that every test begins with a copy of."""
        params = connections["default"].get_connection_params()
        where = [f"--{name}={params[name]}" for name in ("host", "port") if params.get(name)]
        who = f"--username={params.get('user') or 'postgres'}"
        password = {"PGPASSWORD": str(params["password"])} if params.get("password") else {}
        dump = self.folder.parent / f"{self.folder.name}.sql"
        try:
            with dump.open("wb") as out:
                command = [self._path("pg_dump"), *where, who, "--no-owner", "--no-privileges", params["dbname"]]
                subprocess.run(command, stdout=out, check=True, env={**os.environ, **password})
            with self.connection() as server:
                server.execute(f"CREATE DATABASE {WORLD}")
            with dump.open("rb") as given:
                command = [self._path("psql"), "-q", "-h", str(self.folder), "-U", "postgres", "-d", WORLD]
                subprocess.run([*command, "-v", "ON_ERROR_STOP=1"], stdin=given, check=True, stdout=subprocess.DEVNULL)
        finally:
            dump.unlink(missing_ok=True)

    def copy(self, name: str) -> None:
        """A fresh copy of what was taken in."""
        with self.connection() as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name} TEMPLATE {WORLD}")

    def _path(self, tool: str) -> str:
        return str(Path(settings.PG_BIN) / tool) if settings.PG_BIN else tool

    def _tool(self, tool: str, *options: str) -> None:
        subprocess.run(
            [self._path(tool), *options], user=self.user, check=True, capture_output=True, cwd=self.folder, timeout=60
        )


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
