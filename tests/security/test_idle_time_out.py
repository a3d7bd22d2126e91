"""A session that was idle for half an hour is over; what was typed is carried through signing in, and sent."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from activities.models import StatusUpdate
from agencies.views.kept import LONGEST, KeptForm
from tests.world import PASSWORD, World

UPDATE = "/plans/tnoc-2021-22/activities/12/update/"
WORDS = 'Written for half an hour: "kererū" <script>alert(1)</script> & more.'


class Forms(HTMLParser):
    """The forms of a page: address, and the fields that are sent though nobody types them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self.found.append((named.get("action") or "", {}))
        elif tag == "input" and named.get("type") == "hidden" and self.found:
            self.found[-1][1][str(named["name"])] = str(named.get("value") or "")


def form_to(answer: Any, address: str) -> dict[str, str]:
    """The hidden fields of the form of a page that is sent to an address, or to the page's own where it names none."""
    forms = Forms()
    forms.feed(answer.content.decode())
    to = {action: fields for action, fields in forms.found if "csrfmiddlewaretoken" in fields}
    return to[address] if address in to else to[""]


@pytest.fixture
def police(world: World) -> Client:
    """Police's lead at a browser that minds every token, signed in."""
    client = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    hidden = form_to(client.get("/sign-in/"), "/sign-in/")
    signed_in = client.post("/sign-in/", {**hidden, "username": "police", "password": PASSWORD})
    assert signed_in.status_code == 302
    return client


def too_late(police: Client) -> Any:
    """The answer to a status update that was typed for too long."""
    hidden = form_to(police.get(UPDATE), UPDATE)
    Session.objects.all().delete()
    return police.post(UPDATE, {**hidden, "status": "on_track", "what_was_done": WORDS})


def signing_in(police: Client, answer: Any, username: str = "police", password: str = PASSWORD) -> Any:
    """What signing in on a page is answered."""
    hidden = form_to(answer, "/sign-in/")
    return police.post("/sign-in/", {**hidden, "username": username, "password": password})


def test_a_form_sent_too_late_is_answered_with_signing_in_above_what_was_typed(police: Client) -> None:
    answer = too_late(police)

    page = answer.content.decode()
    assert answer.status_code == 401
    assert 0 < page.index('name="password"') < page.index("What you typed") < page.rindex("Written for half an hour")
    assert "<script>alert" not in page
    assert not StatusUpdate.objects.exists()


def test_after_signing_in_it_can_be_sent_again_and_is_saved_once(police: Client) -> None:
    ready = signing_in(police, too_late(police))

    assert ready.status_code == 200
    assert "You are signed in: now send it again" in ready.content.decode()
    assert WORDS in unescape(ready.content.decode())
    assert not StatusUpdate.objects.exists()
    fields = form_to(ready, UPDATE)
    saved = police.post(UPDATE, fields)
    assert saved.status_code == 302
    assert StatusUpdate.objects.get().what_was_done == WORDS
    again = police.post(UPDATE, fields)
    assert again.status_code == 302
    assert StatusUpdate.objects.count() == 1


def test_a_mistyped_password_in_between_loses_nothing(police: Client) -> None:
    mistyped = signing_in(police, too_late(police), password="not this one")

    assert mistyped.status_code == 422
    assert WORDS in unescape(mistyped.content.decode())
    ready = signing_in(police, mistyped)
    assert police.post(UPDATE, form_to(ready, UPDATE)).status_code == 302


def test_who_signed_in_elsewhere_meanwhile_is_shown_it_too(police: Client, world: World) -> None:
    answer = too_late(police)
    elsewhere = form_to(police.get("/sign-in/"), "/sign-in/")
    police.post("/sign-in/", {**elsewhere, "username": "police", "password": PASSWORD})

    refused = signing_in(police, answer)  # the token of that page is from before: only the words are shown

    assert refused.status_code == 403
    assert WORDS in unescape(refused.content.decode())
    current = form_to(police.get("/account/password/"), "/account/password/")["csrfmiddlewaretoken"]
    kept = form_to(answer, "/sign-in/")["kept"]
    ready = police.post("/sign-in/", {"kept": kept, "csrfmiddlewaretoken": current})
    assert form_to(ready, UPDATE)["what_was_done"] == WORDS


def test_somebody_else_who_signs_in_there_sends_it_with_their_own_rights(police: Client) -> None:
    ready = signing_in(police, too_late(police), username="steering")

    refused = police.post(UPDATE, form_to(ready, UPDATE))

    assert refused.status_code == 403
    assert not StatusUpdate.objects.exists()


def test_it_is_kept_neither_in_the_session_nor_in_a_cookie(police: Client) -> None:
    signing_in(police, too_late(police))

    assert "half an hour" not in str([session.get_decoded() for session in Session.objects.all()])
    assert not any("half" in cookie.value for cookie in police.cookies.values())


def test_a_form_with_a_password_in_it_is_not_carried(police: Client) -> None:
    hidden = form_to(police.get("/account/password/"), "/account/password/")
    Session.objects.all().delete()

    answer = police.post("/account/password/", {**hidden, "current_password": PASSWORD, "new_password": "a new one"})

    assert answer.status_code == 401
    assert form_to(answer, "/sign-in/")["kept"] == ""
    assert "a new one" not in answer.content.decode()
    assert signing_in(police, answer).status_code == 302


def test_a_form_too_long_to_carry_is_shown_to_be_copied(police: Client) -> None:
    hidden = form_to(police.get(UPDATE), UPDATE)
    Session.objects.all().delete()

    answer = police.post(UPDATE, {**hidden, "what_was_done": "x" * LONGEST})

    assert form_to(answer, "/sign-in/")["kept"] == ""
    assert "x" * LONGEST in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "/no/such/page/",
        "/sign-out/",
        "/sign-in/",
        "",
        "/account/\ud800",
    ],
)
def test_nothing_is_sent_anywhere_but_to_our_own_pages(address: str) -> None:
    assert KeptForm.read(json.dumps([address, [["reason", "x"]]])) is None


@pytest.mark.parametrize(
    "text", ["", "x", "[", "{}", "null", "[" * 100_000, "9" * 5000, '["/", 1]', '["/", [["a"]]]', '["/", [["a", 1]]]']
)
def test_what_was_not_written_by_us_is_no_kept_form(text: str) -> None:
    assert KeptForm.read(text) is None


def test_words_from_another_site_are_not_carried(world: World) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = Client(headers=headers).post(UPDATE, {"what_was_done": "Call this number"})
        assert answer.status_code == 401
        assert "Call this number" not in answer.content.decode()


def test_a_session_of_half_an_hour_is_what_the_page_warns_of(police: Client, settings: Any) -> None:
    page = police.get("/account/").content.decode()

    assert settings.SESSION_COOKIE_AGE == 30 * 60
    assert 'data-idle-minutes="30"' in page
    assert re.search(r'id="idle" role="alert" hidden', page)
