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
        (
            "SITE_ADDRESS",
            "tracker.nz",
            "SITE_ADDRESS must be such as https://tracker.example.govt.nz, not “tracker.nz”.",
        ),
        ("EMAIL_URL", "imap://x", "EMAIL_URL must be such as smtp+tls://user:password@mail.example.govt.nz."),
        ("RETURN_WORKING_DAYS", "ten", "RETURN_WORKING_DAYS must be a whole number, not “ten”."),
        ("CLOSED_DAYS", "soon", "CLOSED_DAYS must be dates such as 2022-02-07,2022-04-19: "),
    ],
)
def test_a_mistyped_variable_stops_the_start_with_one_sentence(variable, mistyped, says):
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, variable: mistyped}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(
        command, cwd=FIXTURES.parent, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 1
    assert done.stderr.strip().startswith(says)
    assert len(done.stderr.strip().splitlines()) == 1


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


@pytest.mark.parametrize(
    ("leaves", "address", "sender", "found"),
    [
        (True, "", "", ["tnoc.E002", "tnoc.E003"]),
        (True, "https://tracker.example.govt.nz", "", ["tnoc.E003"]),
        (True, "https://tracker.example.govt.nz", "tracker@example.govt.nz", []),
        (False, "", "", []),
    ],
)
def test_mail_that_leaves_says_from_whom_and_leads_somewhere(settings, leaves, address, sender, found):
    settings.MAIL_LEAVES, settings.SITE_ADDRESS, settings.DEFAULT_FROM_EMAIL = leaves, address, sender

    assert ids(checks.mail()) == found


@pytest.mark.parametrize(
    ("given", "leaves", "server"),
    [
        ({}, "False", "dummy localhost 25"),
        ({"EMAIL_URL": "smtp+tls://mail.example.govt.nz"}, "True", "smtp mail.example.govt.nz 587"),
        ({"EMAIL_URL": "smtp+ssl://mail.example.govt.nz"}, "True", "smtp mail.example.govt.nz 465"),
        ({"EMAIL_URL": "smtp://mail.example.govt.nz:2525"}, "True", "smtp mail.example.govt.nz 2525"),
        ({"EMAIL_URL": "smtp://mail.example.govt.nz", "TNOC_DEMONSTRATION": "on"}, "False", "dummy localhost 25"),
    ],
)
def test_mail_leaves_where_a_server_is_set_and_never_from_a_demonstration(given, leaves, server):
    asked = (
        "from tnoc_tracker import settings as s; "
        "print(s.MAIL_LEAVES, s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_HOST, s.EMAIL_PORT)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=FIXTURES.parent,
        env={"PATH": os.environ["PATH"], **PRODUCTION, **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert done.stdout.strip() == f"{leaves} {server}"


def test_every_message_says_what_to_do(settings, monkeypatch):
    monkeypatch.setenv("TNOC_TODAY", "2022-02-15")
    databases(monkeypatch, engine="postgresql")
    settings.DEMONSTRATION, settings.DEBUG = True, True
    settings.MAIL_LEAVES = True
    messages = [*checks.demonstration_database(), *checks.mail()]
    settings.DEMONSTRATION = False

    assert all(message.hint for message in [*messages, *checks.pretended_day()])
