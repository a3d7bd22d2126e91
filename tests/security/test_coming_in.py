"""Coming in: no session planted, no name told apart, no way out to another site, no form without its keys."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from agencies.models import Message
from tests.security.markup import html_of
from tests.test_access import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    SECRETARIAT,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
)
from tests.views.test_sign_in import CountingHasher, lock, send
from tests.world import FIXTURES, PASSWORD, World
from tnoc_tracker.record.clock import machine_now

TEMPLATES = FIXTURES.parent / "templates"

EVIL = ("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example")
LEADS = ("next", "to", "back", "url", "return", "redirect", "cancel", "page", "kept")

WITHOUT_ONCE = {
    "/sign-in/": "signing in twice is signing in",
    "/sign-out/": "signing out twice is being signed out",
    "/account/password/": "the password that one has is refused as a new one",
    "/account/mail/": "the choice made last holds",
    "/invitation/": "the link works once",
    "/mail/": "a message is sent again once for the number of attempts that the form shows",
    "/plans/tnoc-2021-22/compare/seen/": "a person's own note of when they looked",
}
"""Forms that carry no once-only key, and why sending one twice does no harm."""


# Sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("planted", ["x" * 32, "0123456789abcdefghijklmnopqrstuv", "../../etc", "'; --", ""])
def test_a_session_key_that_somebody_planted_is_not_taken_on(world: World, planted: str) -> None:
    client = Client()
    client.cookies["sessionid"] = planted
    assert client.get("/account/").status_code == 302
    send(client)
    assert client.cookies["sessionid"].value not in ("", planted)
    assert client.get("/account/").status_code == 200


def test_the_key_of_before_opens_nothing_after_signing_out_or_a_new_password(world: World) -> None:
    client, thief = Client(), Client()
    send(client)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/account/").status_code == 200
    new = "rātā on the southern hills"
    client.post("/account/password/", {"current_password": PASSWORD, "new_password": new, "again": new})
    assert thief.get("/account/").status_code == 302
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/account/").status_code == 200
    client.post("/sign-out/")
    assert thief.get("/account/").status_code == 302


def test_the_token_against_forged_forms_is_another_after_signing_in(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    before = client.cookies["csrftoken"].value
    client.post("/sign-in/", {"username": "police", "password": PASSWORD, "csrfmiddlewaretoken": before})
    assert client.cookies["csrftoken"].value != before


# Lock-outs --------------------------------------------------------------------------------------------------------


def test_a_name_that_nobody_has_is_locked_like_any_other_and_answered_alike(world: World, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.views.test_sign_in.CountingHasher"]
    answers, work = set(), []
    for name in ("police", "nobody-of-that-name"):
        for _ in range(5):
            CountingHasher.count = 0
            answer = send(Client(), name, "wrong")
            words = re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()).replace(name, "")
            answers.add((answer.status_code, words))
            work.append(CountingHasher.count)
        assert sum(AccessAttempt.objects.filter(username=name).values_list("failures_since_start", flat=True)) >= 3
    assert len(answers) == 1
    assert set(work) == {1}, "an answer takes as long for a name that nobody has, before its lock-out and after"


def test_a_locked_name_is_locked_from_every_address_and_its_address_for_nobody_else(world: World) -> None:
    attacker = Client(REMOTE_ADDR="10.0.0.66")
    lock(attacker, "police")
    assert send(Client(REMOTE_ADDR="10.1.1.1")).status_code == 422
    for _ in range(4):
        lock(attacker, "somebody")
        lock(attacker, "else")
    assert send(attacker, "sfo").status_code == 302


def test_a_header_cannot_pretend_another_address_or_name(world: World) -> None:
    for number in range(3):
        send(
            Client(headers={"X-Forwarded-For": f"10.9.9.{number}", "X-Real-Ip": f"10.9.8.{number}"}), "police", "wrong"
        )
    assert send(Client()).status_code == 422
    assert not AccessAttempt.objects.filter(ip_address__startswith="10.9").exists()


# Passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "fifteen letters",
        "1234567890123456",
        "passwordpassword",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyuiop123456789",
        "abcdefghijklmnopqrst",
        "Police Lead police",
        "administrator2022!!!",
        "!!!!!!!!!sunshine!!!!!!!!",
        "letmein letmein letmein",
    ],
)
def test_a_password_that_is_guessed_early_is_refused(world: World, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, world.person("police"))


@pytest.mark.parametrize(
    "password", [PASSWORD, "four words you would not expect", "tūī sing above the harbour", "a" + "é9 " * 300]
)
def test_a_long_sentence_of_ones_own_is_taken_whatever_it_is_made_of(world: World, password: str) -> None:
    if len(set(password)) > 5:
        validate_password(password, world.person("police"))


def test_passwords_are_hashed_as_django_does_it_and_nobody_is_kept_from_pasting(sign_in: Any) -> None:
    page = sign_in("police").get("/account/password/").content.decode()
    assert "paste" not in re.sub(r"pasting from a password manager", "", page)
    assert (
        "maxlength" not in re.search(r"<input[^>]*name=\"new_password\"[^>]*>", page)[0] or 'maxlength="1000"' in page
    )


# The way out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("evil", [EVIL[0], *(pytest.param(each, marks=pytest.mark.long) for each in EVIL[1:])])
def test_no_address_leads_away_whatever_is_asked(
    sign_in: Any,
    arguments: dict[str, Any],  # noqa: F811
    evil: str,
) -> None:
    wrong = {}
    for name in sorted(TABLE):
        row = TABLE[name]
        client = sign_in(ADMINISTRATOR if row.look | row.send == ADMINISTRATORS else SECRETARIAT)
        address = address_of(name, arguments)
        words = dict.fromkeys(LEADS, evil)
        headers = {"Referer": evil, "HX-Current-URL": evil}
        for who, method in ((client, "get"), (client, "post"), (Client(), "get"), (Client(), "post")):
            answer = getattr(who, method)(address, words, headers=headers)
            leads = [answer.get(header, "") for header in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url")]
            if answer.streaming:
                b"".join(answer.streaming_content)
            page = html_of(answer) or ""
            followed = re.findall(r'(?:href|action|formaction|hx-\w+)="([^"]*)"', page)
            if any(_away(each) for each in (*leads, *followed)):
                wrong[name, method, evil] = [each for each in (*leads, *followed) if _away(each)]
    assert wrong == {}


def _away(address: str) -> bool:
    """Whether a browser would go to another site there."""
    plain = address.strip().replace("\\", "/")
    return plain.startswith(("//", "https:", "http:")) and "evil" in plain


# Forms ------------------------------------------------------------------------------------------------------------


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((named, set()))
        elif tag in ("input", "button", "select", "textarea") and self.found:
            self.found[-1][1].add(named.get("name", ""))


def test_every_form_that_changes_something_can_be_neither_forged_nor_carried_out_twice(
    sign_in: Any,
    arguments: dict[str, Any],  # noqa: F811
) -> None:
    Message.objects.update(made_at=machine_now() - timedelta(days=1))  # so long ago that it can be sent again
    without, seen = [], 0
    for name in sorted(TABLE):
        row = TABLE[name]
        client = sign_in(ADMINISTRATOR if row.look | row.send == ADMINISTRATORS else SECRETARIAT)
        for who in (client, sign_in("police")):
            address = address_of(name, arguments)
            forms = _Forms()
            forms.feed(html_of(who.get(address)) or "")
            for form, fields in forms.found:
                if form.get("method", "get").lower() != "post":
                    assert "csrfmiddlewaretoken" not in fields, f"{address}: the token would stand in the address"
                    continue
                seen += 1
                action = form.get("action") or address
                assert action.startswith("/"), action
                assert "csrfmiddlewaretoken" in fields, action
                if "once" not in fields and not action.startswith(tuple(WITHOUT_ONCE)):
                    without.append(action)
    assert seen > 100
    assert sorted(set(without)) == []


def test_no_part_of_a_page_that_stands_alone_loses_the_token_against_forged_forms() -> None:
    """A part that is included with ``only`` knows what it is given, and the token has to be among that."""
    texts = {str(each.relative_to(TEMPLATES)): each.read_text(encoding="utf-8") for each in TEMPLATES.rglob("*.html")}
    with_token = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    for _ in range(5):  # and whatever includes one of them
        included = {name: set(re.findall(r'{% include "([^"]+)"', text)) for name, text in texts.items()}
        with_token |= {name for name, parts in included.items() if parts & with_token}
    losing = [
        (name, call[0])
        for name, text in texts.items()
        for call in re.finditer(r'{% include "([^"]+)"[^%]*\bonly %}', text)
        if call[1] in with_token and "csrf_token=csrf_token" not in call[0]
    ]
    assert len(with_token) > 40
    assert losing == []
