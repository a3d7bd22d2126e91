"""The way of a plan through a database of its own, as an operator types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.world import FIXTURES

ROOT = FIXTURES.parent
EXCHANGE = FIXTURES / "tnoc-action-plan-2021-22.json"


@pytest.fixture
def manage(tmp_path: Path):
    """Run manage.py against a SQLite file of its own, in a locale without macrons."""
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "PYTHONWARNINGS": "error",
        "SECRET_KEY": "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'fresh.sqlite3'}",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)

    return run


@pytest.mark.long
@pytest.mark.skipif(connection.vendor != "sqlite", reason="its database is a SQLite file: it runs in that suite")
def test_a_plan_goes_in_and_comes_out_again(manage):
    early = manage("export_plan")
    assert (early.returncode, early.stdout) == (1, b"")
    assert early.stderr.startswith(b"CommandError: The database is not ready")
    for command in (["create_administrator", "hana", "--name", "Hana"], ["one_time_link", "hana"]):
        assert manage(*command).stderr.startswith(b"CommandError: The database is not ready")

    assert manage("migrate").returncode == 0
    empty = manage("export_plan")
    assert (empty.returncode, empty.stderr) == (1, b"CommandError: There is no plan yet: load one with load_plan.\n")

    loaded = manage("load_plan", str(EXCHANGE), "--recorded-at", "2021-07-01")
    assert (loaded.returncode, loaded.stderr) == (0, b"")
    assert loaded.stdout.count(b"  activity ") == 21
    exported = manage("export_plan").stdout
    assert exported.startswith(EXCHANGE.read_bytes().removesuffix(b"\n}\n"))
    assert b'"position": {' in exported
    document = manage("export_plan", "--plan", "tnoc-2021-22", "--format", "source")
    assert document.stdout == (FIXTURES / "tnoc-action-plan-2021-22.txt").read_bytes()
