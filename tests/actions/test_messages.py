"""Sending messages: committed before they leave, at most once by themselves, and sent again by the Secretariat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction

from agencies.actions.common import Forbidden, Refused
from agencies.actions.memberships import change_membership
from agencies.actions.messages import (
    UNDER_WAY,
    NoMailServer,
    mail_server,
    may_be_sent_again,
    send,
    send_again,
    set_summary,
)
from agencies.actions.people import set_may_sign_in
from agencies.models import MailPreference, Message, MessageState, MessageTopic
from tests.mailing import SITE, GoesAway, Looks, RefusesPolice, Server, give_addresses, letter_to
from tests.record.test_two_at_once import race
from tests.world import TODAY, World
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.clock import machine_now


@pytest.fixture(autouse=True)
def _fresh_servers(settings: Any) -> Iterator[None]:
    settings.DEFAULT_FROM_EMAIL, settings.SITE_ADDRESS = "tracker@example.govt.nz", SITE
    yield
    Server.taken.clear()
    Looks.seen.clear()
    GoesAway.broken = False


def backend(settings: Any, name: str) -> None:
    settings.EMAIL_BACKEND = f"tests.mailing.{name}"


def sent(world: World, *topics: str, username: str = "police") -> Message | None:
    with mail_server() as server:
        return send(letter_to(world, username, *topics), now=world.now, server=server)


def left_behind(world: World, **values: Any) -> Message:
    """A message that the program was stopped over, long enough ago."""
    give_addresses("police")
    made = {"person": world.person("police"), "kind": "reminder", "address": "old@example.govt.nz", "on": TODAY}
    words = {"subject": "1 return due", "text": "Kia ora", "html": "<p>Kia ora</p>"}
    return Message.objects.create(**{**made, **words, "made_at": world.now - UNDER_WAY, **values})


def again(world: World, message: Message, by: str = "secretariat", attempts: int = 1, **later: int) -> Message:
    now = world.now + timedelta(**later)
    return send_again(message=message, attempts=attempts, by=world.standing(by), on=TODAY, now=now)


def test_a_message_leaves_as_plain_text_and_html_and_is_marked_sent(world):
    give_addresses("police")

    message = sent(world, "round-1.1:body-1:opened", "summary:2022-W07")

    assert (message.state, message.sent_at, message.attempts, message.error) == ("sent", world.now, 1, "")
    assert [topic.topic for topic in message.topics.order_by("id")] == ["round-1.1:body-1:opened", "summary:2022-W07"]
    (left,) = mail.outbox
    assert (left.to, left.from_email, left.subject) == (
        ["police@example.govt.nz"],
        "tracker@example.govt.nz",
        "1 return due",
    )
    assert left.body == "Kia ora"
    assert [(part.content, part.mimetype) for part in left.alternatives] == [(message.html, "text/html")]
    assert left.extra_headers["Auto-Submitted"] == "auto-generated"
    assert left.extra_headers["Message-ID"].endswith("@tracker.example.govt.nz>")


def test_nobody_is_told_of_the_same_topic_twice(world):
    give_addresses("police")
    sent(world, "round-1.1:body-1:opened")

    assert sent(world, "round-1.1:body-1:opened", "round-1.1:body-1:due-3:2022-01-28") is None
    assert len(mail.outbox) == 1
    assert MessageTopic.objects.count() == 1


def test_two_people_are_told_of_the_same_topic(world):
    give_addresses("police", "sfo")

    assert sent(world) is not None
    assert sent(world, username="sfo") is not None


def test_what_a_mail_server_refuses_stays_sending_with_its_words_and_the_next_one_leaves(world, settings):
    give_addresses("police", "sfo")
    backend(settings, "RefusesPolice")

    message = sent(world)

    assert (message.state, message.sent_at, message.error) == ("sending", None, "550 No such mailbox")
    assert sent(world, username="sfo").is_sent
    assert Server.taken == ["sfo@example.govt.nz"]
    assert sent(world) is None  # by itself it is never sent again


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SMTPDataError(550, b"No such mailbox"), "550 No such mailbox"),
        (SMTPRecipientsRefused({"police@example.govt.nz": (553, b"Not here \xff")}), "553 Not here \ufffd"),
        (SMTPServerDisconnected("Connection unexpectedly closed"), "Connection unexpectedly closed"),
        (TimeoutError(110, "Connection timed out"), "Connection timed out"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_went_wrong_is_kept_in_words(world, settings, monkeypatch, error, said):
    give_addresses("police")
    backend(settings, "RefusesPolice")
    monkeypatch.setattr(RefusesPolice, "error", error)

    assert sent(world).error == said


def test_without_a_mail_server_nothing_is_taken_on(world, settings):
    give_addresses("police")
    backend(settings, "IsNotThere")

    with pytest.raises(NoMailServer, match=r"The mail server cannot be reached \(Connection refused\)"):
        sent(world)
    assert not Message.objects.exists()


def test_a_connection_that_breaks_takes_one_message_with_it_and_no_other(world, settings):
    give_addresses("police", "sfo")
    backend(settings, "GoesAway")

    with mail_server() as server:
        broken = send(letter_to(world), now=world.now, server=server)
        with pytest.raises(NoMailServer):
            send(letter_to(world, "sfo"), now=world.now, server=server)
    assert (broken.state, broken.error) == ("sending", "Connection reset by peer")
    assert Message.objects.count() == 1


def test_an_error_that_is_none_of_another_run_is_not_taken_for_one(world):
    with pytest.raises(IntegrityError):
        sent(world, "twice", "twice")
    assert not Message.objects.exists()


def test_a_message_is_never_taken_on_inside_another_transaction(world):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sent(world)  # it would leave, and what says so could still be rolled back


# Sending again ----------------------------------------------------------------------------------------------------


def test_the_secretariat_sends_again_what_was_left_behind_to_the_present_address(world):
    message = left_behind(world)

    done = again(world, message)

    assert (done.state, done.attempts, done.address) == ("sent", 2, "police@example.govt.nz")
    assert mail.outbox[0].to == ["police@example.govt.nz"]


def test_the_same_message_carries_the_same_identifier_each_time(world, settings):
    give_addresses("police")
    backend(settings, "RefusesPolice")
    message = sent(world)
    backend(settings, "Server")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    again(world, message)

    made_at = int(message.made_at.timestamp())
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{message.id}.{made_at}@tracker.example.govt.nz>"


@pytest.mark.parametrize("username", ["police", "sfo", "steering"])
def test_nobody_else_sends_a_message_again(world, username):
    with pytest.raises(Forbidden):
        again(world, left_behind(world), by=username)
    assert mail.outbox == []


def test_a_message_that_has_left_is_not_sent_again(world):
    message = left_behind(world, state=MessageState.SENT, sent_at=world.now)

    with pytest.raises(Refused, match="has left"):
        again(world, message)


def test_a_message_on_its_way_is_not_sent_again_yet(world):
    message = left_behind(world, made_at=world.now - UNDER_WAY + timedelta(seconds=1))

    assert not may_be_sent_again(message, world.now)
    with pytest.raises(Refused, match="on its way"):
        again(world, message)
    assert may_be_sent_again(message, world.now + timedelta(seconds=1))


def test_an_error_can_be_sent_again_at_once(world):
    assert may_be_sent_again(left_behind(world, made_at=world.now, error="550"), world.now)


def test_of_two_who_send_a_message_again_one_does(world):
    message = left_behind(world)
    again(world, message)
    Message.objects.update(state=MessageState.SENDING, sent_at=None)

    with pytest.raises(Conflict):
        again(world, Message.objects.get(), attempts=1)
    assert len(mail.outbox) == 1


def deactivated(world: World) -> None:
    act = {"reason": "Left", "by": world.standing("administrator"), "at": world.now, "now": machine_now()}
    set_may_sign_in(person=world.person("police"), may_sign_in=False, **act)


def without_membership(world: World) -> None:
    membership = world.person("police").memberships.get()
    change_membership(
        membership=membership,
        since=membership.since,
        until=date(2022, 2, 14),
        may_report=True,
        reason="Left",
        by=world.standing("administrator"),
        at=world.now,
    )


@pytest.mark.parametrize("gone", [deactivated, without_membership])
def test_somebody_who_has_left_is_sent_nothing_again(world, gone):
    message = left_behind(world)
    gone(world)

    with pytest.raises(Refused, match="has no access any more"):
        again(world, Message.objects.select_related("person").get(id=message.id))
    assert Message.objects.get().attempts == 1


def test_without_a_mail_server_sending_again_counts_as_no_attempt(world, settings):
    message = left_behind(world)
    backend(settings, "IsNotThere")

    with pytest.raises(NoMailServer):
        again(world, message)
    assert Message.objects.get().attempts == 1


# What one wants to be sent ----------------------------------------------------------------------------------------


def test_the_weekly_summary_is_chosen_by_oneself(world):
    set_summary(summary="off", by=world.standing("police"))
    set_summary(summary="weekly", by=world.standing("police"))
    set_summary(summary="off", by=world.standing("sfo"))

    chosen = MailPreference.objects.values_list("person__username", "summary")
    assert set(chosen) == {("police", "weekly"), ("sfo", "off")}
    with pytest.raises(Refused, match="one of the two"):
        set_summary(summary="daily", by=world.standing("police"))


@pytest.mark.parametrize(
    "values", [{"state": "sent", "sent_at": None}, {"state": "sending", "sent_at": TODAY}, {"state": "lost"}]
)
def test_the_database_holds_a_message_to_its_states(world, values):
    moment = world.now if values.get("sent_at") else None

    with pytest.raises(IntegrityError), transaction.atomic():
        left_behind(world, **{**values, "sent_at": moment})


def test_the_database_holds_a_preference_to_the_two(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        MailPreference.objects.create(person=world.person("police"), summary="daily")


# With real commits ------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(transactional_db: None) -> World:
    """The world where every commit is real."""
    give_addresses("police", "secretariat")
    return World()


def test_the_row_is_committed_as_sending_before_the_mail_leaves(committed, settings):
    backend(settings, "Looks")

    assert sent(committed).is_sent
    assert Looks.seen == ["sending"]


@pytest.mark.parametrize(("name", "left"), [("Stops", []), ("StopsAfterwards", ["police@example.govt.nz"])])
def test_a_program_that_is_stopped_leaves_its_message_sending_and_no_run_sends_it_again(
    committed, settings, name, left
):
    backend(settings, name)

    with pytest.raises(KeyboardInterrupt):
        sent(committed)
    connections.close_all()  # as the end of the program would

    message = Message.objects.get()
    assert (message.state, message.sent_at, message.error, message.attempts) == ("sending", None, "", 1)
    assert Server.taken == left
    backend(settings, "Server")
    assert sent(committed) is None
    assert Server.taken == left
    assert again(committed, Message.objects.select_related("person").get(), minutes=2).is_sent


def test_of_runs_at_the_same_moment_one_tells(committed, settings):
    backend(settings, "Server")
    letter, ready = letter_to(committed), Barrier(3)

    def tell() -> None:
        with mail_server() as server:
            ready.wait(timeout=20)
            if send(letter, now=committed.now, server=server) is None:
                raise Conflict("told")

    assert race(tell, tell, tell) == ["conflict", "conflict", "saved"]
    assert Server.taken == ["police@example.govt.nz"]
    assert Message.objects.count() == 1


def test_of_two_at_the_same_button_one_sends(committed, settings):
    backend(settings, "Server")
    message = left_behind(committed)

    assert race(*[lambda: again(committed, message)] * 3) == ["conflict", "conflict", "saved"]
    assert Server.taken == ["police@example.govt.nz"]
