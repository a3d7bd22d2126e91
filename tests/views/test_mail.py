"""Mail: one's own messages, everybody's for the Secretariat, and sending again what may not have left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from activities.quarters import FiscalQuarter
from agencies.actions.messages import UNDER_WAY, set_summary
from agencies.models import Message, MessageState
from tests.actions.rounds import OPENED, Q3, opened
from tests.mailing import Server, give_addresses, run
from tests.pages import words_of
from tests.world import World
from tnoc_tracker.record.clock import machine_now

SignIn = Callable[[str], Client]
Q1 = FiscalQuarter.parse("Q1 FY2021/22")


@pytest.fixture(autouse=True)
def _empty_server() -> Iterator[None]:
    yield
    Server.taken.clear()


@pytest.fixture
def world(world: World, settings: Any) -> World:
    """Two people were told of an open round."""
    settings.MAIL_LEAVES = True
    give_addresses("police", "sfo")
    for username in ("police", "sfo"):
        set_summary(summary="off", by=world.standing(username))
    opened(world)
    run(OPENED)
    mail.outbox.clear()
    return world


def to(username: str) -> Message:
    return Message.objects.filter(person__username=username).latest("id")


def leave_behind(username: str, error: str = "550 No such mailbox", **values: Any) -> Message:
    """As if the mail server had refused it."""
    message = to(username)
    made_at = machine_now() - UNDER_WAY
    given = {"state": MessageState.SENDING, "sent_at": None, "error": error, "made_at": made_at, **values}
    Message.objects.filter(id=message.id).update(**given)
    message.refresh_from_db()
    return message


def page(client: Client, address: str = "/mail/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return words_of(response)


def test_one_reads_one_s_own_messages_and_nobody_else_s(world, sign_in: SignIn):
    words = page(sign_in("police"))

    assert "1 message to you" in words
    assert "4 returns due by 28 January 2022" in words
    assert "2 returns due" not in words
    assert "sfo@example.govt.nz" not in words
    assert "No message yet" in page(sign_in("steering"))


def test_the_secretariat_reads_everybody_s_with_name_and_address(world, sign_in: SignIn):
    words = page(sign_in("secretariat"))

    assert "2 messages" in words
    for said in ("Police Lead", "police@example.govt.nz", "SFO Lead", "Round opened", "17 January 2022", "Sent"):
        assert said in words
    assert words.count("Send again") == 1  # the head of the column


def test_what_may_not_have_left_comes_first(world, sign_in: SignIn):
    leave_behind("police", made_at=machine_now() - timedelta(days=30))

    response = sign_in("secretariat").get("/mail/")

    assert [line.message.person.username for line in response.context["lines"]] == ["police", "sfo"]
    words = words_of(response)
    assert "1 message may not have left" in words
    assert "550 No such mailbox" in words
    assert [line.may_send for line in response.context["lines"]] == [True, False]


def test_a_person_is_not_shown_what_went_wrong_nor_a_button(world, sign_in: SignIn):
    message = leave_behind("police")

    for address in ("/mail/", f"/mail/{message.id}/"):
        words = page(sign_in("police"), address)
        assert "550" not in words
        assert "Send again" not in words
        assert "Sending" in words


def test_messages_are_narrowed_to_a_person_and_a_round(world, sign_in: SignIn):
    later = opened(world, Q3, on=date(2022, 2, 1), due=date(2022, 2, 28))
    run(date(2022, 2, 1))
    secretariat, police = sign_in("secretariat"), world.person("police").id

    def subjects(query: str) -> list[str]:
        lines = secretariat.get(f"/mail/?{query}").context["lines"]
        return [f"{line.message.person.username} {line.message.on:%d %b}" for line in lines]

    assert subjects("") == ["sfo 01 Feb", "police 01 Feb", "sfo 17 Jan", "police 17 Jan"]
    assert subjects(f"person={police}") == ["police 01 Feb", "police 17 Jan"]
    assert subjects(f"round={later.id}") == ["sfo 01 Feb", "police 01 Feb"]
    assert subjects(f"person={police}&round={later.id}") == ["police 01 Feb"]
    assert subjects("person=0&round=soon") == subjects("")  # what cannot be read narrows nothing
    assert "No message matches" in page(secretariat, f"/mail/?person={police}&round={nothing_said(world)}")


def nothing_said(world: World) -> int:
    """A round of which nobody was told."""
    return opened(world, Q1, on=date(2022, 2, 1), due=date(2022, 2, 28)).id


def test_a_person_s_own_list_cannot_be_turned_into_another_s(world, sign_in: SignIn):
    other = world.person("sfo").id

    assert "sfo@" not in page(sign_in("police"), f"/mail/?person={other}")
    assert "1 message to you" in page(sign_in("police"), f"/mail/?person={other}")


def test_a_message_is_shown_in_both_forms_and_says_what_it_was_for(world, sign_in: SignIn):
    message = to("police")

    response = sign_in("police").get(f"/mail/{message.id}/")

    words, html = words_of(response), response.content.decode()
    assert f"<h1>{message.subject}</h1>" in html
    assert '<p><span lang="mi">Kia ora</span> Police Lead,</p>' in html
    assert html.count("<html") == 1
    assert "- 12 Public/private project" in words
    for said in (
        "Police Lead, police@example.govt.nz",
        "Q2 FY2021/22, Police: opened",
        "due in 10 working days",
        "Sent on",
    ):
        assert said in words


def test_a_message_s_own_words_cannot_become_markup_of_the_page(world, sign_in: SignIn):
    made = opened(world, Q3, on=date(2022, 2, 1), due=date(2022, 2, 28))
    assert made.note == "Kia ora"
    message = to("police")
    Message.objects.filter(id=message.id).update(subject="<b>Bold</b>", text="<script>alert(1)</script>")

    html = sign_in("police").get(f"/mail/{message.id}/").content.decode()

    assert "<b>Bold</b>" not in html
    assert "<script>alert" not in html


@pytest.mark.parametrize("username", ["sfo", "police-reader", "steering"])
def test_others_mail_does_not_exist(world, sign_in: SignIn, username: str):
    client, message = sign_in(username), to("police")

    assert client.get(f"/mail/{message.id}/").status_code == 404
    assert client.post(f"/mail/{message.id}/send/").status_code == 404
    assert client.get("/mail/999999/").status_code == 404


def test_the_secretariat_sends_again_what_was_left_behind(world, sign_in: SignIn):
    message, client = leave_behind("police"), sign_in("secretariat")
    shown = client.get(f"/mail/{message.id}/")
    assert "It may or may not have left: 550 No such mailbox" in words_of(shown)

    answer = client.post(f"/mail/{message.id}/send/", {"stamp": shown.context["found"].attempts}, follow=True)

    assert "The message to Police Lead has left." in words_of(answer)
    assert "Tried 2 times" in words_of(answer)
    assert mail.outbox[0].to == ["police@example.govt.nz"]
    assert (to("police").state, to("police").attempts) == ("sent", 2)


def test_sent_twice_from_one_page_it_leaves_once(world, sign_in: SignIn, settings):
    message, client = leave_behind("police"), sign_in("secretariat")
    settings.EMAIL_BACKEND = "tests.mailing.RefusesPolice"
    first = client.post(f"/mail/{message.id}/send/", {"stamp": 1}, follow=True)
    settings.EMAIL_BACKEND = "tests.mailing.Server"

    second = client.post(f"/mail/{message.id}/send/", {"stamp": 1}, follow=True)

    assert "The message to Police Lead could not be sent: 550 No such mailbox" in words_of(first)
    assert "Somebody else has sent this message again meanwhile." in words_of(second)
    assert Server.taken == []
    assert to("police").attempts == 2


@pytest.mark.parametrize(
    ("posted", "said"),
    [({"stamp": 1}, "This message has left."), ({}, "This form is incomplete"), ({"stamp": "x"}, "This form")],
)
def test_what_cannot_be_sent_again_is_said(world, sign_in: SignIn, posted, said):
    answer = sign_in("secretariat").post(f"/mail/{to('police').id}/send/", posted, follow=True)

    assert said in words_of(answer)
    assert mail.outbox == []


def test_without_a_mail_server_it_says_so_and_nothing_has_changed(world, sign_in: SignIn, settings):
    message = leave_behind("police")
    settings.EMAIL_BACKEND = "tests.mailing.IsNotThere"

    answer = sign_in("secretariat").post(f"/mail/{message.id}/send/", {"stamp": 1}, follow=True)

    assert "The mail server cannot be reached (Connection refused)." in words_of(answer)
    assert to("police").attempts == 1


def test_looking_at_it_sends_nothing(world, sign_in: SignIn):
    message = leave_behind("police")

    assert sign_in("secretariat").get(f"/mail/{message.id}/send/").status_code == 405
    assert mail.outbox == []


def test_where_mail_is_kept_the_page_says_so(world, sign_in: SignIn, settings):
    settings.MAIL_LEAVES = False

    words = page(sign_in("police"))

    assert "Mail is kept here and does not leave" in words
    assert "Kept here on" in page(sign_in("police"), f"/mail/{to('police').id}/")


def test_the_demonstration_s_band_leads_to_the_mail(world, sign_in: SignIn, settings):
    assert "Mail is kept" not in page(sign_in("police"), "/help/")
    settings.DEMONSTRATION = True

    assert 'Mail is kept <a href="/mail/">here</a>' in sign_in("police").get("/help/").content.decode()
    assert "Mail is kept" not in page(sign_in("outsider"), "/help/")


def test_the_account_leads_to_mail_and_what_is_sent(world, sign_in: SignIn):
    html = sign_in("police").get("/account/").content.decode()
    for address in ("/mail/", "/account/mail/"):
        assert f'href="{address}"' in html
    assert 'href="/mail/"' not in sign_in("outsider").get("/account/").content.decode()


def test_the_pages_take_few_queries_however_many_messages(world, sign_in: SignIn, django_assert_max_num_queries):
    for day in (25, 28):
        run(date(2022, 1, day))
    client = sign_in("secretariat")
    for address in ("/mail/", f"/mail/{to('police').id}/"):
        client.get(address)
        with django_assert_max_num_queries(12):
            client.get(address)
