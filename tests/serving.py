"""The product as in production: gunicorn on a port of loopback, over the database that the test has before it.

    def test_…(own_database, tmp_path):
        with serving(tmp_path) as server:
            visitor = Visitor(server.address)

The server is a group of processes of its own and reads production's settings, with production's options for the
database (synced commits, pool, time limits); it sees what the test committed and the test sees what the server did.
For the register it is the world's day there, at the real time of day; ``environment={"TNOC_TODAY": ""}`` is today.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connections

from tests.world import TODAY

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "of-the-servers-of-the-suite-and-of-nothing-else-0123456789abcdef"
BEGINS_WITHIN = 60
ENDS_WITHIN = 60
"""Seconds; a graceful stop waits 40 for requests under way."""


class NotServing(Exception):
    """The server did not begin to answer, or did not end."""


class Server:
    """One gunicorn with its workers; ``start`` again after ``stop`` or ``kill`` comes back on the same port."""

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        threads: int = 4,
        environment: dict[str, str] | None = None,
        settings: str = "tests.settings.served",
        options: tuple[str, ...] = (),
    ) -> None:
        """Choose a free port; nothing runs yet. ``environment`` goes over what a server is given (see below)."""
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log_file = folder / f"server-{self.port}.log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",  # as deploy/systemd has it
            "DJANGO_SETTINGS_MODULE": settings,
            "SERVED_STATIC_FILES": static_files(),
            "SECRET_KEY": SECRET_KEY,
            "SECURE_SSL_REDIRECT": "off",
            "TNOC_TODAY": TODAY.isoformat(),
            "DATABASE_URL": database_address(),
            **(environment or {}),
        }
        self.command = [
            str(Path(sys.executable).with_name("gunicorn")),
            "tnoc_tracker.wsgi",
            *("--config", "deploy/gunicorn.conf.py", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{self.port}"),
            *("--workers", str(workers)),
            *("--threads", str(threads), *(("--worker-class", "sync") if threads == 1 else ())),
            *options,
        ]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that looks after the workers."""
        assert self.process is not None, "The server was not started."
        return self.process.pid

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def log(self) -> str:
        """Everything that the server has written, over all its starts."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def worker_pids(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(each) for each in children.split()]

    def start(self, *, wait: bool = True) -> Server:
        """Start, and wait until ``/healthz`` answers; ``NotServing`` with the log where it does not."""
        assert not self.runs, "The server runs already."
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        if wait:
            self.wait()
        return self

    def wait(self, path: str = "/healthz", within: float = BEGINS_WITHIN) -> None:
        """Wait until an address answers 200."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if not self.runs:
                raise NotServing(f"The server ended while it started.\n{self.log[-4000:]}")
            if self._status_of(path) == 200:
                return
            time.sleep(0.05)
        raise NotServing(f"{path} did not answer within {within} s.\n{self.log[-4000:]}")

    def stop(self, *, wait: bool = True) -> None:
        """End it gracefully (SIGTERM): what is under way is finished."""
        if self.runs:
            os.kill(self.pid, signal.SIGTERM)
            if wait:
                self.wait_for_end()

    def wait_for_end(self, within: float = ENDS_WITHIN) -> None:
        """Wait until every process of it is gone; ``NotServing`` where one stays."""
        assert self.process is not None
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired as error:
            raise NotServing(f"The server did not end within {within} s.\n{self.log[-4000:]}") from error
        self._wait_for_port()

    def kill(self) -> None:
        """``kill -9`` of all its processes at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
            self._wait_for_port()

    def _wait_for_port(self) -> None:
        """Until nobody takes connections: a dying worker's threads hold the port a little longer than its process."""
        until = time.monotonic() + ENDS_WITHIN
        while time.monotonic() < until:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.01)
        raise NotServing(f"Port {self.port} is still open.\n{self.log[-4000:]}")

    def _status_of(self, path: str) -> int:
        asked = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", path)
            return asked.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            asked.close()


@contextmanager
def serving(folder: Path, **choices: object) -> Iterator[Server]:
    """A running server, gone afterwards whatever happened; for ``choices`` see ``Server``."""
    server = Server(folder, **choices)  # type: ignore[arg-type]
    try:
        yield server.start()
    finally:
        server.kill()


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def database_address() -> str:
    """``DATABASE_URL`` for the database that the default connection leads to now."""
    connection = connections["default"]
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    who = quote(settings["USER"]) + (f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else "")
    where = settings["HOST"] + (f":{settings['PORT']}" if settings["PORT"] else "")
    socket_folder = settings["OPTIONS"].get("host")
    more = "?" + urlencode({"host": socket_folder}) if socket_folder else ""
    return f"postgresql://{who}@{where}/{quote(settings['NAME'])}{more}"


@cache
def static_files() -> str:
    """A folder with the collected static files, as production serves them; made once for a run of the suite."""
    folder = tempfile.mkdtemp(prefix="tnoc-static-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tests.settings.served",
        "SERVED_STATIC_FILES": folder,
        "SECRET_KEY": SECRET_KEY,
    }
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    return folder
