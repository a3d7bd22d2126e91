"""``send_reminders``: what it says, what it sends, and what it does when something is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from agencies.actions.messages import set_summary
from agencies.models import Message
from tests.actions.rounds import DUE, OPENED, opened
from tests.mailing import GoesAway, Server, give_addresses
from tests.world import FIXTURES, World
from tnoc_tracker.record.models import OnceKey


@pytest.fixture(autouse=True)
def _on_the_day_the_round_is_opened(settings: Any) -> Iterator[None]:
    settings.TNOC_TODAY = OPENED
    yield
    Server.taken.clear()
    GoesAway.broken = False


@pytest.fixture
def world(world: World) -> World:
    """An open round, and two who are written to."""
    give_addresses("police", "sfo")
    for username in ("police", "sfo"):
        set_summary(summary="off", by=world.standing(username))
    opened(world)
    return world


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("send_reminders", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_sends_what_is_due_today_and_says_how_much(world):
    said, _ = run()

    assert said.splitlines()[-1].startswith("2 messages sent for 17 January 2022.")
    assert "Not reached: Corrections: Corrections Lead (no e-mail address)" in said
    assert "Not reached: DOC: nobody may report" in said
    assert {message.to[0] for message in mail.outbox} == {"police@example.govt.nz", "sfo@example.govt.nz"}
    assert run()[0] == "0 messages sent for 17 January 2022.\n"


def test_where_no_mail_server_is_set_it_says_that_mail_is_kept(world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    assert "Mail is kept at /mail/ and does not leave: EMAIL_URL is not set." in run()[0]
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    settings.MAIL_LEAVES = True
    settings.TNOC_TODAY = DUE
    assert "kept" not in run()[0]


def test_a_dry_run_names_people_and_topics_and_sends_nothing(world):
    said, _ = run("--dry-run")

    assert (
        "Police Lead <police@example.govt.nz>: Q2 FY2021/22 is open: 4 returns due by 28 January 2022\n  round-" in said
    )
    assert f":body-{world.body('Police').id}:due-10:2022-01-28\n" in said
    assert said.endswith("2 messages would be sent for 17 January 2022.\n")
    assert mail.outbox == []
    assert not Message.objects.exists()


def test_a_day_to_come_can_be_looked_at_and_nothing_is_sent_for_it(world):
    assert "2 returns due today, 28 January 2022" in run("--dry-run", "--on", "2022-01-28")[0]
    with pytest.raises(CommandError, match=r"28 January 2022 has not come\. .* add --dry-run"):
        run("--on", "2022-01-28")
    assert not Message.objects.exists()


def test_a_day_that_has_passed_can_be_caught_up_with(world, settings):
    settings.TNOC_TODAY = DUE

    assert run("--on", "2022-01-17")[0].endswith("2 messages sent for 17 January 2022." + KEPT)


KEPT = " Mail is kept at /mail/ and does not leave: EMAIL_URL is not set.\n"


@pytest.mark.parametrize("mistyped", ["17/01/2022", "soon", "2022-02-30", ""])
def test_a_bad_date_is_said(world, mistyped):
    with pytest.raises(CommandError, match="no date such as 2022-02-15"):
        run("--on", mistyped)


def test_who_is_refused_by_the_server_is_named_and_the_others_are_sent(world, settings):
    settings.EMAIL_BACKEND = "tests.mailing.RefusesPolice"
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match=r"^1 message may not have left: see /mail/"):
        call_command("send_reminders", stdout=out, stderr=err)

    assert err.getvalue() == "Police Lead <police@example.govt.nz>: 550 No such mailbox\n"
    assert "1 message sent for 17 January 2022." in out.getvalue()
    assert Server.taken == ["sfo@example.govt.nz"]


def test_without_a_mail_server_nothing_is_taken_on_and_the_next_run_sends_it(world, settings):
    settings.EMAIL_BACKEND = "tests.mailing.IsNotThere"

    with pytest.raises(CommandError, match=r"cannot be reached .*2 messages will be sent by the next run; 0 left now"):
        run()
    assert not Message.objects.exists()
    settings.EMAIL_BACKEND = "tests.mailing.Server"
    assert "2 messages sent" in run()[0]


def test_a_server_that_goes_away_stops_the_run(world, settings):
    settings.EMAIL_BACKEND = "tests.mailing.GoesAway"

    with pytest.raises(CommandError, match="1 message will be sent by the next run"):
        run()
    assert list(Message.objects.values_list("state", flat=True)) == ["sending"]


def test_a_closed_port_is_said_in_words(world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(CommandError, match="The mail server cannot be reached"):
        run()


def test_a_database_that_is_not_ready_is_said_in_words(own_databases, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        own_databases.empty(),
        pytest.raises(CommandError, match="The database is not ready"),
    ):
        run()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "EMAIL_URL is set without SITE_ADDRESS: the links in mail would lead nowhere."),
        ({"SITE_ADDRESS": "https://tracker.example.govt.nz"}, "EMAIL_URL is set without DEFAULT_FROM_EMAIL"),
        ({"EMAIL_URL": "mail.example.govt.nz"}, "EMAIL_URL must be such as smtp+tls://user:password@mail"),
    ],
)
def test_missing_mail_settings_stop_it_with_a_sentence(given, says):
    key = "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij"
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": key, "EMAIL_URL": "smtp://mail.example.govt.nz"}
    done = subprocess.run(
        [sys.executable, "manage.py", "send_reminders", "--dry-run"],
        cwd=FIXTURES.parent,
        env={**environment, "DATABASE_URL": "sqlite:////nowhere/register.sqlite3", **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 1
    assert says in done.stderr


def test_it_changes_nothing_but_its_messages(world):
    before = OnceKey.objects.count(), world.activity(12).version

    run()

    assert (OnceKey.objects.count(), world.activity(12).version) == before
