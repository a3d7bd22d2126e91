"""Nothing that is sent ends in a failure on our side: every address × hostile texts in path, query, form and cookies.

The forms are read from the pages themselves, so that a new field is tried without anybody naming it here. Each
round of a test sends one hostile value in every field of every form of an address, and one in every parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse

from tests.test_access import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    SECRETARIAT,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
)
from tests.world import World
from tnoc_tracker.record.verification import verify

pytestmark = pytest.mark.long

HOSTILE = (
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff lone",
    "\u202e\ufeff\u2028",
    "A" * 200_000,
    "9" * 400,
    "-1",
    "1e309",
    "0x10",
    "²",
    "٣",
    "NaN",
    "null",
    "0001-01-01",
    "9999-12-31",
    "31/02/2022",
    "2022-13-45",
    "10000-01-01",
    "2022-02-15T25:61:00+99:99",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{ 7|add:7 }}{% load x %}",
    "=cmd|' /C calc'!A0",
    "../../../../etc/passwd",
    "//evil.example/",
    "https://evil.example/",
    "javascript:alert(1)",
    "%00%ff%",
    "\r\nSet-Cookie: a=b",
    "[]",
    "",
)
"""Values that have broken other programs: NUL, halves of characters, sizes, numbers, dates, code, addresses, lines."""

PARAMETERS = (
    "page",
    "q",
    "as_at",
    "from",
    "to",
    "next",
    "status",
    "due",
    "sort",
    "body",
    "part",
    "item",
    "decision",
    "group",
    "quarter",
    "focus",
    "priority",
    "role",
    "gap",
    "milestones",
    "field",
    "person",
    "on",
)
"""Parameters that some page reads; every page is sent all of them."""


class Forms(HTMLParser):
    """The names of the fields of every form on a page that is sent by POST, and of every filter."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: set[str] = set()
        self.asked: set[str] = set()
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.within = (found.get("method") or "get").lower()
        if tag in ("input", "select", "textarea", "button") and found.get("name"):
            (self.posted if self.within == "post" else self.asked).add(str(found["name"]))


def fields_of(answer: HttpResponseBase) -> Forms:
    forms = Forms()
    if not answer.streaming and "html" in answer.headers.get("Content-Type", ""):
        forms.feed(answer.content.decode())
    return forms


def consumed(answer: HttpResponseBase) -> int:
    """The status, after everything that is streamed was read: a failure may come late."""
    if answer.streaming:
        for _ in answer.streaming_content:
            pass
    return answer.status_code


def asked(value: str) -> Iterator[str]:
    """A query with the value in every parameter, once and twice over, and one that is no query at all."""
    text = value.encode("utf-8", "surrogatepass")[:4000]
    yield urlencode([(name, text) for name in PARAMETERS])
    yield urlencode([(name, text) for name in PARAMETERS[:4] for _ in range(3)])
    yield quote(text, safe="=&;")


@pytest.fixture
def clients(world: World) -> Callable[[str], Client]:
    """Whoever may do most at an address: the Secretariat, or an administrator."""

    def client(name: str) -> Client:
        found = Client()
        who = ADMINISTRATOR if TABLE[name].look | TABLE[name].send == ADMINISTRATORS else SECRETARIAT
        found.force_login(world.person(who), backend="django.contrib.auth.backends.ModelBackend")
        return found

    return client


def test_a_hostile_path_is_no_page(clients: Callable[[str], Client], arguments: dict[str, Any]) -> None:  # noqa: F811
    client = clients("activity")
    wrong = {}
    for name in sorted(TABLE):
        names = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        plain = address_of(name, arguments)
        for value in HOSTILE:
            for each in names:
                part = quote(value.encode("utf-8", "surrogatepass")[:2000], safe="")
                address = plain.replace(f"/{_word(name, each, arguments)}", f"/{part}", 1)
                if address != plain and (status := consumed(client.get(address))) >= 500:
                    wrong[name, each, value[:20]] = status
    assert wrong == {}


def _word(name: str, each: str, named: dict[str, Any]) -> str:
    return str(named["feed"] if name == "calendar" else named.get(each))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_hostile_words_in_query_and_form_are_refused_kindly(
    clients: Callable[[str], Client],
    arguments: dict[str, Any],  # noqa: F811
    name: str,
    request: pytest.FixtureRequest,
) -> None:
    client, address = clients(name), address_of(name, arguments)
    forms = fields_of(client.get(address))
    fields = (forms.posted | {"once", "stamp", "reason"}) - {"csrfmiddlewaretoken"}
    wrong = {}
    for value in HOSTILE:
        for query in asked(value):
            if (status := consumed(client.get(f"{address}?{query}"))) >= 500:
                wrong["GET", value[:20]] = status
        if TABLE[name].send:
            sent = dict.fromkeys(sorted(fields), value.encode("utf-8", "surrogatepass"))
            body = urlencode(sent)
            with transaction.atomic():
                status = consumed(client.post(address, body, content_type="application/x-www-form-urlencoded"))
                if status >= 500:
                    wrong["POST", value[:20]] = status
                transaction.set_rollback(True)
    assert wrong == {}
    assert connection.is_usable()


def test_hostile_headers_and_cookies_are_no_failure(clients: Callable[[str], Client]) -> None:
    wrong = {}
    for value in HOSTILE:
        text = value[:2000].encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", " ").replace("\n", " ")
        for header in (
            "HTTP_REFERER",
            "HTTP_ACCEPT",
            "HTTP_X_FORWARDED_FOR",
            "HTTP_HX_CURRENT_URL",
            "HTTP_HX_REQUEST",
            "HTTP_IF_NONE_MATCH",
            "HTTP_RANGE",
            "HTTP_ACCEPT_LANGUAGE",
            "HTTP_ORIGIN",
            "HTTP_COOKIE",
        ):
            client = clients("home") if header != "HTTP_COOKIE" else Client()
            for address in (reverse("home"), reverse("plan_dashboard", args=["tnoc-2021-22"]), "/account/"):
                if (status := consumed(client.get(address, **{header: text}))) >= 500:
                    wrong[header, address, value[:20]] = status
    assert wrong == {}
    assert verify().is_clean
