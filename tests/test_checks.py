"""System checks that teach, and a production's settings that pass all of Django's."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks

from tests.world import FIXTURES
from tnoc_tracker import checks

PRODUCTION = {
    "SECRET_KEY": "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij",
    "ALLOWED_HOSTS": "tracker.example.govt.nz",
    "CSRF_TRUSTED_ORIGINS": "https://tracker.example.govt.nz",
    "DATABASE_URL": "postgresql://tracker:secret@database.example.govt.nz/tracker",
}
"""What an installation sets; everything else has a default that is right for production."""


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def test_the_suites_own_settings_are_clean():
    assert [message for message in run_checks() if not message.is_silenced()] == []


@pytest.mark.parametrize("database", [PRODUCTION["DATABASE_URL"], "sqlite:////var/lib/tracker/register.sqlite3"])
def test_the_settings_of_a_production_pass_every_check_for_deployment(database):
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, "DATABASE_URL": database}
    command = [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=FIXTURES.parent, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("missing", "says"), [("SECRET_KEY", "SECRET_KEY is not set. Set it to 50 or more")])
def test_a_missing_secret_stops_the_start_with_what_to_set(missing, says):
    environment = {"PATH": os.environ["PATH"], **{key: value for key, value in PRODUCTION.items() if key != missing}}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=FIXTURES.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode != 0
    assert says in done.stderr


@pytest.mark.parametrize(
    ("variable", "mistyped", "says"),
    [
        ("SECURE_SSL_REDIRECT", "onn", "SECURE_SSL_REDIRECT must be on or off, not “onn”."),
        ("SECURE_HSTS_SECONDS", "one year", "SECURE_HSTS_SECONDS must be a whole number, not “one year”."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not “LOUD”."),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with sqlite:/// or postgresql://."),
    ],
)
def test_a_mistyped_variable_stops_the_start_with_one_sentence(variable, mistyped, says):
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, variable: mistyped}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(
        command, cwd=FIXTURES.parent, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert (done.returncode, done.stderr.strip()) == (1, says)


def databases(monkeypatch, *, engine: str, **more) -> None:
    """Settings with one database; Django warns of an ordinary override, since connections are open already."""
    database = {"ENGINE": f"django.db.backends.{engine}", "NAME": "x", **more}
    monkeypatch.setattr(django_settings, "DATABASES", {"default": database})


@pytest.fixture
def journal(monkeypatch):
    """Puts a journal mode into the settings of a SQLite database."""

    def use(mode: str) -> None:
        options = {"init_command": f"PRAGMA journal_mode={mode}; PRAGMA synchronous=EXTRA;"}
        databases(monkeypatch, engine="sqlite3", OPTIONS=options)

    return use


@pytest.mark.parametrize(
    ("version", "mode", "found"),
    [
        ((3, 40, 1), "WAL", ["tnoc.W001"]),
        ((3, 51, 2), "wal", ["tnoc.W001"]),
        ((3, 51, 3), "WAL", []),
        ((3, 40, 1), "DELETE", []),
    ],
)
def test_wal_is_warned_of_where_sqlite_has_its_known_fault(journal, monkeypatch, version, mode, found):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    journal(mode)

    assert ids(checks.sqlite_journal()) == found


@pytest.mark.parametrize(
    ("engine", "demonstration", "debug", "found"),
    [
        ("postgresql", True, False, ["tnoc.E001"]),
        ("postgresql", False, True, ["tnoc.W002"]),
        ("postgresql", True, True, ["tnoc.E001", "tnoc.W002"]),
        ("postgresql", False, False, []),
        ("sqlite3", True, True, []),
    ],
)
def test_a_demonstration_or_debug_on_a_real_database_is_named(
    settings, monkeypatch, engine, demonstration, debug, found
):
    databases(monkeypatch, engine=engine)
    settings.DEMONSTRATION, settings.DEBUG = demonstration, debug

    assert ids(checks.demonstration_database()) == found


@pytest.mark.parametrize(("demonstration", "found"), [(False, ["tnoc.W003"]), (True, [])])
def test_a_pretended_day_that_nothing_heeds_is_named(settings, monkeypatch, demonstration, found):
    monkeypatch.setenv("TNOC_TODAY", "2022-02-15")
    settings.DEMONSTRATION = demonstration

    assert ids(checks.pretended_day()) == found


def test_every_message_says_what_to_do(settings, monkeypatch):
    monkeypatch.setenv("TNOC_TODAY", "2022-02-15")
    databases(monkeypatch, engine="postgresql")
    settings.DEMONSTRATION, settings.DEBUG = True, True
    messages = checks.demonstration_database()
    settings.DEMONSTRATION = False

    assert all(message.hint for message in [*messages, *checks.pretended_day()])
