"""Code typed into every field of every form and filter, by who may send it: the answer shows it and runs none of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from agencies.models import Person
from tests.security.markup import html_of, troubles_of
from tests.test_access import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    SECRETARIAT,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
)
from tests.world import World

CODE = "\"'><script>typed()</script><img src=x onerror=typed()>{{ 7|add:7 }}"
CARRIED = {"csrfmiddlewaretoken", "once", "stamp", "seen"}


@dataclass
class Form:
    """A form of a page as it would be sent: what stands in it, and what somebody can type into."""

    action: str
    method: str
    stands: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    """The forms of a page; of choices the first is taken, of buttons each."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(named.get("action", ""), named.get("method", "get").lower()))
        elif self.found and tag in ("input", "textarea", "button", "select", "option"):
            self._control(self.found[-1], tag, named)

    def _control(self, form: Form, tag: str, named: dict[str, str]) -> None:
        name, kind = named.get("name", ""), named.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "option":
            if named.get("value"):
                form.stands.setdefault(self.select, named["value"])
        elif name and (
            tag == "textarea" or (tag == "input" and kind in ("text", "search", "url", "email", "password"))
        ):
            form.typed.add(name)
        elif name:
            form.stands.setdefault(name, named.get("value", "on"))


def sent(client: Client, address: str, form: Form) -> Any:
    """The answer to a form with code in every field; of one that is carried out, the page that it leads to."""
    hidden = {name for name in form.stands if name not in CARRIED}
    words = {**form.stands, **dict.fromkeys(form.typed, CODE)}
    to = form.action or address
    answer = (
        client.post(to, words) if form.method == "post" else client.get(to, {**words, **dict.fromkeys(hidden, CODE)})
    )
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def test_no_answer_to_a_form_runs_what_was_typed_into_it(sign_in: Any, arguments: dict[str, Any]) -> None:  # noqa: F811
    wrong, shown, fields = {}, 0, set()
    for name in sorted(TABLE):
        row = TABLE[name]
        client = sign_in(ADMINISTRATOR if row.look | row.send == ADMINISTRATORS else SECRETARIAT)
        address = address_of(name, arguments)
        page = Forms()
        page.feed(html_of(client.get(address)) or "")
        for form in page.found:
            if not form.typed or form.action.startswith("/sign-out/"):
                continue
            with transaction.atomic():  # nothing stays: the next form finds what the last one found
                answer = sent(client, address, form)
                text = html_of(answer) or ""
                transaction.set_rollback(True)
            assert answer.status_code < 500, (name, form.action)
            shown += "&lt;script&gt;typed()" in text and "{{ 7|add:7 }}" in text
            fields |= {(name, each) for each in form.typed}
            if found := troubles_of(text):
                wrong[name, form.action] = found
    assert wrong == {}
    assert len(fields) > 120, len(fields)
    assert shown > 60, shown


@pytest.mark.parametrize("field", ["name", "username", "email"])
@pytest.mark.parametrize("line", ["\r\nBcc: all@evil.example", "\nSubject: Yours", "\rx", "\u2028Bcc: x@evil.example"])
def test_no_line_gets_into_what_mail_is_addressed_with(world: World, sign_in: Any, field: str, line: str) -> None:
    body = world.body("Police")
    right = {"name": "Hana Ngata", "username": "hana", "email": "hana@example.govt.nz", "body": str(body.id)}
    before = Person.objects.count()
    words = {**right, field: right[field] + line, "since": "15/02/2022", "reason": "New", "stamp": "0"}
    answer = sign_in("administrator").post("/people/invite/", words)
    if field == "name":  # a name is mended: white space of any kind is one space
        assert answer.status_code == 200
        assert Person.objects.get(username="hana").name == " ".join(words["name"].split())
    else:
        assert (answer.status_code, Person.objects.count()) == (422, before)
