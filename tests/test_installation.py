"""What an installation lacks is named with what to do, by ``check --database`` and where the web server starts."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from tests.own_database import OwnDatabases
from tests.record.attacks import run
from tests.world import FIXTURES
from tnoc_tracker import installation
from tnoc_tracker.record import guards
from tnoc_tracker.record.events import JsonLines

SECRET_KEY = "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij"


def found() -> dict[str, CheckMessage]:
    """What is missing by its id; on PostgreSQL the suite's role owns its tables, and is told so elsewhere."""
    messages = {message.id: message for message in installation.as_it_stands(["default"])}
    if connection.vendor == "postgresql":
        messages.pop("tnoc.W005", None)
    return messages


@pytest.fixture
def logged() -> Iterator[Callable[[], list[str]]]:
    """The sentences on the log of the start."""
    written, handler = StringIO(), None
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    installation.log.addHandler(handler)
    yield lambda: [json.loads(line)["message"] for line in written.getvalue().splitlines()]
    installation.log.removeHandler(handler)


def test_a_whole_installation_lacks_nothing_and_starts(own_database: Any, logged: Any):
    assert found() == {}
    installation.start()
    assert [words for words in logged() if "owns its tables" not in words] == []


def test_an_ordinary_check_asks_no_database():
    assert installation.as_it_stands() == installation.as_it_stands([]) == []


def test_a_database_without_migrations_is_named_and_refuses_the_start(
    own_databases: OwnDatabases, django_db_blocker: Any, logged: Any
):
    with django_db_blocker.unblock(), own_databases.empty():
        (message,) = found().values()
        assert message.id == "tnoc.E005"
        assert "manage.py migrate" in message.hint
        with pytest.raises(CommandError, match=r"tnoc\.E005"):
            call_command("check", databases=["default"])
        with pytest.raises(SystemExit) as end:
            installation.start()
    assert end.value.code == installation.GIVE_UP
    (words,) = logged()
    assert message.msg in words
    assert message.hint in words


def test_one_waiting_migration_is_enough(own_database: Any):
    run("DELETE FROM django_migrations WHERE app = 'activities' AND name LIKE '0003%%'")

    assert found()["tnoc.E005"].msg.startswith("1 migration is not applied to the database: activities.0003_")


def test_a_database_of_a_later_version_is_named_and_starts(own_database: Any, logged: Any):
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('activities', '0099_later', '2030-01-01')")
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('left_behind', '0001_x', '2020-01-01')")

    assert [(id, message.msg) for id, message in found().items()] == [
        ("tnoc.W004", "The database belongs to a later version: activities.0099_later.")
    ]
    installation.start()
    assert any("bring back the backup" in words for words in logged())


def test_missing_guards_are_on_the_log_of_the_start(own_database: Any, logged: Any):
    guards.remove(connection)
    installation.start()

    assert any("does not guard the record" in words and "verify_history" in words for words in logged())


def test_a_register_without_a_plan_is_named(own_database: Any):
    run("ALTER TABLE activities_actionplan RENAME TO put_aside")
    run("CREATE TABLE activities_actionplan (id integer)")

    assert "load_plan" in found()["tnoc.W006"].hint


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has roles")
def test_a_role_that_owns_its_tables_is_told_so(own_database: Any):
    (message,) = installation.as_it_stands(["default"])

    assert (message.id, "MIGRATION_DATABASE_URL" in message.hint) == ("tnoc.W005", True)


def test_a_database_that_does_not_answer_is_named_in_one_line_and_does_not_refuse_the_start(
    own_databases: OwnDatabases, own_database: Any, tmp_path: Path, logged: Any
):
    if connection.vendor == "sqlite":
        (tmp_path / "nonsense").write_text("This is no database. " * 50)
        instead = own_databases.instead(str(tmp_path / "nonsense"))
    else:
        instead = own_databases.instead("nobody", {"HOST": "127.0.0.1", "PORT": "9", "PASSWORD": "of-nobody"})
    with instead as lost:
        lost.settings_dict["OPTIONS"].pop("host", None)
        (message,) = found().values()
        installation.start()
        call_command("check", databases=["default"], fail_level="CRITICAL", stderr=StringIO())

    assert (message.id, message.msg.count("\n")) == ("tnoc.E004", 0)
    assert "DATABASE_URL" in message.hint
    assert "of-nobody" not in message.msg
    assert len(logged()) == 1


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite’s database is a file")
def test_looking_does_not_make_the_file_of_a_database(own_databases: OwnDatabases, own_database: Any, tmp_path: Path):
    with own_databases.instead(str(tmp_path / "register.sqlite3")):
        assert list(found()) == ["tnoc.E005"]
        with pytest.raises(CommandError, match="There is no database at"):
            call_command("check", databases=["default"])
    with own_databases.instead(str(tmp_path / "nowhere" / "register.sqlite3")):
        assert list(found()) == ["tnoc.E007"]

    assert list(tmp_path.iterdir()) == []


def test_static_files_that_nobody_collected_are_named_and_refuse_the_start(
    own_database: Any, tmp_path: Path, logged: Any
):
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES={"default": storage, "staticfiles": storage}):
        message = found()["tnoc.E006"]
        with pytest.raises(SystemExit):
            installation.start()
        assert any("manage.py collectstatic" in words for words in logged())
        (tmp_path / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": {}, "hash": ""}))
    assert str(tmp_path) in message.msg


def test_migrating_is_not_stopped_by_what_it_makes_right(own_database: Any):
    run("DELETE FROM django_migrations WHERE app = 'sessions'")
    run("DROP TABLE django_session")
    assert "tnoc.E005" in found()

    call_command("migrate", verbosity=0)
    assert found() == {}


def started(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the product over a SQLite file that nobody has made."""
    given = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{folder / 'register.sqlite3'}", **environment}
    return subprocess.run(
        command, cwd=FIXTURES.parent, env=given, capture_output=True, text=True, timeout=60, check=False
    )


only_once = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="its database is a SQLite file")


@only_once
@pytest.mark.parametrize(
    ("environment", "says"),
    [({"SECRET_KEY": SECRET_KEY}, "There is no database at"), ({}, "SECRET_KEY is not set. Set it to 50")],
)
def test_the_web_server_is_given_a_sentence_and_no_traceback(tmp_path: Path, environment: dict[str, str], says: str):
    done = started(tmp_path, sys.executable, "-c", "import tnoc_tracker.wsgi", **environment)

    assert done.returncode == installation.GIVE_UP
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@only_once
@pytest.mark.long
def test_gunicorn_ends_instead_of_starting_worker_after_worker(tmp_path: Path):
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    options = ["--config", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0", "--workers", "2"]
    done = started(tmp_path, gunicorn, "tnoc_tracker.wsgi", *options, SECRET_KEY=SECRET_KEY)

    assert done.returncode == installation.GIVE_UP
    assert "There is no database at" in done.stdout
    assert "Traceback" not in done.stderr
