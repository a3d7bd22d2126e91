"""``backup`` and ``restore``: the whole database in one file, and back into an empty one, nothing lost."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from activities.models import Activity
from tests.generated import half_a_year, on_track, say
from tests.own_database import OwnDatabases
from tests.record.attacks import run
from tests.world import World
from tnoc_tracker.record import guards
from tnoc_tracker.record.backups.contents import contents
from tnoc_tracker.record.verification import compare_heads, heads, verify


@pytest.fixture
def played(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[World]:
    """The world in a database of its own, with half a year of progress."""
    with django_db_blocker.unblock(), own_databases.open():
        world = World()
        half_a_year(world)
        yield world


def backup(file: Path) -> str:
    said = StringIO()
    call_command("backup", str(file), stdout=said)
    return said.getvalue()


def restore(file: Path) -> str:
    said = StringIO()
    call_command("restore", str(file), stdout=said)
    return said.getvalue()


def test_a_round_trip_loses_nothing_and_the_register_goes_on(
    played: World, own_databases: OwnDatabases, tmp_path: Path
):
    file = tmp_path / "tracker.backup"
    before, kept = contents(connection, made_at=""), list(heads())

    assert f"{before.entries} entries of the history" in backup(file)
    assert file.stat().st_mode & 0o077 == 0, "others can read it"
    assert list(tmp_path.iterdir()) == [file], "something was left beside it"
    with own_databases.empty() as empty:
        assert "no fault" in restore(file)
        after = contents(empty, made_at="")
        assert (after.tables, after.seals, after.migrations) == (before.tables, before.seals, before.migrations)
        assert compare_heads(kept) == []
        call_command("check_guards", stdout=StringIO())
        call_command("migrate", verbosity=0)
        say(
            played,
            12,
            date(2022, 2, 14),
            on_track("Work goes on.", what_changed="A successor began."),
        )
        assert verify().is_clean
    assert contents(connection, made_at="").tables == before.tables, "the database that was backed up has changed"


def test_it_is_of_one_moment_while_people_work(own_databases: OwnDatabases, django_db_blocker: Any, tmp_path: Path):
    file = tmp_path / "tracker.backup"
    with django_db_blocker.unblock(), own_databases.open():
        world, stop = World(), threading.Event()

        def work() -> None:
            try:
                while not stop.is_set():
                    say(world, 12, date(2022, 2, 14), on_track("Somebody works."))
            finally:
                connections["default"].close()

        address = connections.settings["default"]
        worker = threading.Thread(target=work)
        worker.start()
        try:
            backup(file)
        finally:
            stop.set()
            worker.join()
        assert connections.settings["default"] is address
        written = Activity.objects.get(key="12").updates
        with own_databases.empty():
            assert "no fault" in restore(file)
            assert Activity.objects.get(key="12").updates <= written


def test_a_database_with_anything_in_it_is_left_alone(played: World, tmp_path: Path):
    file = tmp_path / "tracker.backup"
    backup(file)
    before = contents(connection, made_at="")
    with pytest.raises(CommandError, match="not empty"):
        restore(file)
    assert contents(connection, made_at="") == before


def test_a_backup_never_overwrites_another(played: World, tmp_path: Path):
    file = tmp_path / "tracker.backup"
    file.write_text("of yesterday")
    with pytest.raises(CommandError, match="exists already"):
        backup(file)
    assert file.read_text() == "of yesterday"
    with pytest.raises(CommandError, match="There is no folder"):
        backup(tmp_path / "nowhere" / "tracker.backup")


def repacked(file: Path, target: Path, **members: bytes) -> Path:
    """A copy of a backup with other members."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as packed:
        for name in source.namelist():
            packed.writestr(name, members.get(name.removesuffix(".json"), source.read(name)))
    return target


def test_what_is_no_whole_backup_is_refused_and_nothing_is_written(
    played: World, own_databases: OwnDatabases, tmp_path: Path
):
    file = tmp_path / "tracker.backup"
    backup(file)
    with zipfile.ZipFile(file) as packed:
        manifest, content = json.loads(packed.read("manifest.json")), packed.read("database")
    (tmp_path / "words").write_text("no archive")
    (tmp_path / "half").write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    flipped = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest["vendor"]]
    of_table = {**manifest["tables"], "activities_activity": 22}
    wrong = {
        "is no backup": [tmp_path / "words", tmp_path / "half"],
        "is damaged": [repacked(file, tmp_path / "flipped", database=flipped)],
        "cannot be read": [tmp_path / "absent", repacked(file, tmp_path / "b", manifest=b"[]")],
        "its format is 9": [repacked(file, tmp_path / "c", manifest=json.dumps({**manifest, "format": 9}).encode())],
        "install that version": [
            repacked(
                file, tmp_path / "g", manifest=json.dumps({**manifest, "migrations": ["record.0099_later"]}).encode()
            )
        ],
        "leads to": [repacked(file, tmp_path / "d", manifest=json.dumps({**manifest, "vendor": other}).encode())],
        "22 rows in the backup, 21 brought back": [
            repacked(file, tmp_path / "e", manifest=json.dumps({**manifest, "tables": of_table}).encode())
        ],
        "newest seals": [repacked(file, tmp_path / "f", manifest=json.dumps({**manifest, "seals": "0"}).encode())],
    }
    for words, files in wrong.items():
        for bad in files:
            with own_databases.empty() as empty:
                with pytest.raises(CommandError, match=words):
                    restore(bad)
                if words not in ("22 rows in the backup, 21 brought back", "newest seals"):
                    assert contents(empty, made_at="").tables == {}, f"{bad} left something behind"


def test_a_tampered_history_is_named_when_it_comes_back(played: World, own_databases: OwnDatabases, tmp_path: Path):
    guards.remove(connection)
    run("UPDATE activities_historicalactivity SET status = 'completed' WHERE sequence = 1 AND key = '7'")
    file = tmp_path / "tracker.backup"
    backup(file)
    with own_databases.empty(), pytest.raises(CommandError, match="not whole"):
        restore(file)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite needs no tools")
def test_missing_or_older_tools_are_named(played: World, tmp_path: Path, settings: Any):
    settings.PG_BIN = str(tmp_path)
    with pytest.raises(CommandError, match="set PG_BIN"):
        backup(tmp_path / "tracker.backup")
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    with pytest.raises(CommandError, match="of version 9"):
        backup(tmp_path / "tracker.backup")
    assert not (tmp_path / "tracker.backup").exists()
