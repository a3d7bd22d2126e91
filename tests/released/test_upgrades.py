"""From every released version's database to this one: nothing is lost, the guards stand, and work goes on."""

from __future__ import annotations

import json
import sqlite3
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from activities.models import Activity, StatusUpdate
from agencies.models import Person
from tests.own_database import OwnDatabases
from tests.views.editing import address, send
from tnoc_tracker import __version__
from tnoc_tracker.record import guards
from tnoc_tracker.record.verification import Head, compare_heads, verify

HERE = Path(__file__).resolve().parent
RELEASES = sorted(file.name.removesuffix("-sqlite.tar.xz") for file in HERE.glob("*-sqlite.tar.xz"))
OF_THE_PROGRAM = {"django_migrations", "django_content_type", "auth_permission"}
"""Tables whose rows say which tables there are: an upgrade adds to them."""

PAGES = [
    "",
    "overdue/",
    "timeline/",
    "activities/",
    "activities/12/",
    "activities/12/?as_at=2021-12-31",
    "my-agency/",
    "agencies/",
    "audit/",
    "compare/",
    "slippage/",
    "rounds/",
    "meetings/",
    "decisions/",
    "search/?q=banks",
    "activities.csv",
]


def kept(release: str, member: str) -> str:
    """One file of a release's archive for the database that the suite runs on."""
    with tarfile.open(HERE / f"{release}-{connection.vendor}.tar.xz") as archive:
        found = archive.extractfile(member)
        assert found is not None
        return found.read().decode()


def bring_back(sql: str) -> None:
    """Carry out a dump in the empty database that is the default one now, past Django."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as file:
            file.executescript(sql)
        return
    asked = connection.get_connection_params()
    wanted = {name: asked[name] for name in ("host", "port", "user", "password", "dbname") if asked.get(name)}
    with psycopg.connect(**wanted) as server:
        server.execute(sql)  # type: ignore[call-overload]  the archive is our own


Rows = dict[str, tuple[list[str], list[str]]]


def everything(known: Rows | None = None) -> Rows:
    """Every row of every table as text, sorted; of the tables and columns of ``known`` only, if it is given."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in known or sorted(connection.introspection.table_names(cursor)):
            names = ", ".join(f'"{name}"' for name in known[table][0]) if known else "*"
            cursor.execute(f'SELECT {names} FROM "{table}"')
            found[table] = [column[0] for column in cursor.description], sorted(map(repr, cursor.fetchall()))
    return found


@contextmanager
def upgraded(databases: OwnDatabases, release: str) -> Iterator[Rows]:
    """A release's database after ``migrate``; gives what was in it before."""
    with databases.empty():
        bring_back(kept(release, "database.sql"))
        before = everything()
        call_command("migrate", verbosity=0)
        yield before


@pytest.fixture(params=RELEASES)
def upgrade(
    request: pytest.FixtureRequest, own_databases: OwnDatabases, django_db_blocker: Any, settings: Any
) -> Iterator[tuple[str, Rows]]:
    """Each release's database after ``migrate``, with what was in it before."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    with django_db_blocker.unblock(), upgraded(own_databases, request.param) as before:
        yield request.param, before


@pytest.mark.long
def test_nothing_is_lost_the_guards_stand_and_work_goes_on(upgrade: tuple[str, Rows]):
    release, before = upgrade
    counted = json.loads(kept(release, "rows.json"))
    assert {table: len(rows) for table, (_, rows) in before.items()} == counted, "the archive did not come back whole"

    after = everything(before)
    lost = [table for table in before if not set(before[table][1]) <= set(after[table][1])]
    more = [table for table in before if len(after[table][1]) != len(before[table][1])]
    assert (lost, set(more) - OF_THE_PROGRAM) == ([], set())

    assert (guards.missing_tables(connection), guards.missing(connection)) == ([], [])
    heads = [Head(**json.loads(line)) for line in kept(release, "seals").splitlines()]
    assert len(heads) > 200
    assert compare_heads(heads) == []
    assert verify().faults == []
    call_command("verify_packs", stdout=StringIO())

    pages_answer_and_an_update_is_saved()
    assert verify().faults == []
    assert compare_heads(heads) == []


@pytest.mark.long
def test_a_backup_of_an_earlier_version_comes_back_and_is_migrated(
    own_databases: OwnDatabases, django_db_blocker: Any, tmp_path: Path
):
    file, said = str(tmp_path / "tracker.backup"), StringIO()
    heads = [Head(**json.loads(line)) for line in kept("0.2.0", "seals").splitlines()]
    with django_db_blocker.unblock():
        with own_databases.empty():
            bring_back(kept("0.2.0", "database.sql"))
            before = everything()
            call_command("backup", file, stdout=StringIO())
        with own_databases.empty():
            call_command("restore", file, stdout=said)
            assert everything(before) == before
            assert "of an earlier version are back: run “manage.py migrate”" in said.getvalue()
            call_command("migrate", verbosity=0)
            assert (guards.missing(connection), compare_heads(heads), verify().faults) == ([], [], [])


def pages_answer_and_an_update_is_saved() -> None:
    """What people do first after an upgrade."""
    client = Client(raise_request_exception=True)
    answer = client.post("/sign-in/", {"username": "police", "password": "Tui sings at dawn 2022"})
    assert answer.status_code == 302, "a password of before does not open the door"
    wrong = {page: status for page in PAGES if (status := client.get(f"/plans/tnoc-2021-22/{page}").status_code) != 200}
    assert wrong == {}

    entries = Activity.objects.get(key="12").version
    said = {"status": "on_track", "what_was_done": "Said after the upgrade.", "what_changed": "A successor began."}
    assert send(client, address(12, "update/"), **said).status_code == 302
    last = StatusUpdate.objects.order_by("-id")[0]
    assert (last.what_was_done, last.activity.version) == ("Said after the upgrade.", entries + 1)
    assert "Said after the upgrade." in client.get(address(12)).content.decode()
    assert Person.objects.get(username="police").name == "Police lead"


def test_every_release_of_the_changelog_is_kept_and_the_next_is_this():
    named = [
        line.split()[1]
        for line in (HERE.parents[1] / "CHANGELOG.md").read_text().splitlines()
        if line.startswith("## ")
    ]
    unreleased, *released = named
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())["project"]

    assert (__version__, project["version"]) == (unreleased, unreleased)
    assert sorted(released) == RELEASES
    assert unreleased not in RELEASES
    for release in RELEASES:
        assert (HERE / f"{release}-{connections['default'].vendor}.tar.xz").exists()
