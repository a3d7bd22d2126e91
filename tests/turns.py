"""What the access test by turns is made of: forms read from pages and filled in, and a model of who may do what.

The model knows people, their memberships and what they were told in confidence; it is kept in plain Python beside the
product and asks none of its rules. ``tests.test_access.TABLE`` says who may use an address, the published document who
answers for what.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from typing import Any

from django.test import Client

from tests.access import signed_in, taking_part
from tests.played_rounds import PARTS, WHOLE
from tests.test_access import (
    ADMINISTRATORS,
    ANYBODY,
    EDITORS,
    FOR_12,
    KEEPER,
    LED_ON,
    MEMBERS,
    NOBODY,
    READER,
    SIGNED_IN,
    TABLE,
)

# Forms ----------------------------------------------------------------------------------------------------------------


@dataclass
class Field:
    """A field of a form: its kind as HTML has it, what stands in it, and the values offered."""

    kind: str
    value: str = ""
    offered: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that is sent by POST: where to, and its fields and buttons by name."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Reads the forms of a page as a browser would."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self.here = page, [], None
        self.select: Field | None = None
        self.area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.here = Form(found.get("action") or self.page) if found.get("method") == "post" else None
            self.forms += [self.here] if self.here else []
        elif self.here is not None and tag in ("input", "button", "select", "textarea"):
            self._field(tag, found)
        elif tag == "option" and self.select is not None:
            self.select.offered.append(found.get("value", ""))
            if "selected" in found:
                self.select.value = found.get("value", "")

    def _field(self, tag: str, found: dict[str, str]) -> None:
        kind = tag if tag in ("select", "textarea") else found.get("type", "submit" if tag == "button" else "text")
        name = found.get("name", "")
        if not name or self.here is None:
            return
        known = self.here.fields.setdefault(name, Field("button" if tag == "button" else kind))
        if kind in ("radio", "checkbox", "submit"):
            known.offered.append(found.get("value", "on"))
            if "checked" in found:
                known.value = found.get("value", "on")
        else:
            known.value = found.get("value", "")
        self.select, self.area = (known if tag == "select" else None), (known if tag == "textarea" else None)

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.here = None
        self.area = None if tag == "textarea" else self.area


def forms_of(where: str, answer: Any) -> list[Form]:
    """The forms of a page that are sent by POST; the one for signing out is left out."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return []
    reader = _Reader(where)
    reader.feed(answer.content.decode())
    return [form for form in reader.forms if form.action != "/sign-out/"]


KEPT = {"looked", "address", "username", "scope", "interval_months", "quarter", "corrects", "decision", "forecast_of"}
"""Fields that stay as the page has them: what they could be filled with is tried elsewhere."""

NEVER = {"cannot_forecast", "no_ask", "take_back", "members", "summary_mail"}
PAST = {"completed_on": "14/02/2022", "delivered_on": "14/02/2022", "since": "01/07/2021"}
TO_COME = ("day", "due_on", "until", "forecast", "review_date", "held_on", "new_due")
LINES = {"evidence_link": "https://www.example.govt.nz/report", "held_at": "", "short": "", "name_mi": "", "also": ""}
PRESSED = {"act": "keep"}
"""A pack that is frozen in earnest is printed in five forms, which takes seconds: only its summary is kept."""


def filled(form: Form, random: Random, words: str, **said: str) -> dict[str, str]:
    """What somebody types into a form: ``words`` in every text, something in every choice; ``said`` stands as it is."""
    sent = {name: _typed(name, each, random, words) for name, each in form.fields.items()}
    sent = {name: value for name, value in sent.items() if value is not None and name != "csrfmiddlewaretoken"}
    return {**sent, **{name: value for name, value in said.items() if name in form.fields}}


def _typed(name: str, each: Field, random: Random, words: str) -> str | None:
    if each.kind == "hidden" or name in KEPT:
        return each.value
    if name in NEVER:
        return None
    if each.kind in ("button", "submit"):
        return PRESSED.get(name, random.choice(each.offered)) if each.offered else None
    if each.kind == "checkbox":
        return random.choice([each.offered[0], None, None])
    if each.kind in ("radio", "select"):
        return random.choice([value for value in each.offered if value] or [""])
    if name.startswith(("delivered_", "proposed_")):
        return each.value if each.kind != "text" else ""
    known = {**PAST, **LINES, **dict.fromkeys(TO_COME, f"{random.randint(10, 28)}/0{random.randint(3, 6)}/2022")}
    if name == "email":
        return f"{random.randrange(10**9)}@example.govt.nz"
    return known.get(name, each.value if each.kind == "number" else words)


# People ---------------------------------------------------------------------------------------------------------------


@dataclass
class Somebody:
    """A person as the model knows them: live memberships (body, whether they report for it), and their session."""

    username: str
    name: str = ""
    id: int | None = None
    memberships: dict[int, tuple[str, bool]] = field(default_factory=dict)
    administrator: bool = False
    active: bool = True
    signed_in: bool = True
    client: Client = field(default_factory=lambda: signed_in(""))

    @property
    def is_in(self) -> bool:
        """Whether the tracker knows who asks."""
        return bool(self.username) and self.active and self.signed_in

    @property
    def bodies(self) -> dict[str, bool]:
        """The bodies they belong to, each with whether they report for it."""
        return dict(self.memberships.values())

    @property
    def reads(self) -> bool:
        """Whether they read the register."""
        return self.is_in and bool(self.memberships)

    @property
    def is_secretariat(self) -> bool:
        """Whether they belong to the Secretariat."""
        return self.reads and "Secretariat" in self.bodies

    @property
    def administers(self) -> bool:
        """Whether they manage people."""
        return self.is_in and self.administrator

    def reports_for(self, *labels: str) -> bool:
        """Whether they report for one of some bodies."""
        return self.reads and any(self.bodies.get(label) for label in labels)

    def belongs_to(self, labels: set[str]) -> bool:
        """Whether they belong to one of some bodies."""
        return self.reads and bool(set(self.bodies) & labels)


@dataclass(frozen=True)
class Secret:
    """Words that only some may ever read; ``readers`` decides by how everybody stands when they ask."""

    words: str
    readers: Callable[[Somebody], bool]


@dataclass(frozen=True)
class About:
    """What a request is about, as far as rights hang on it: an activity with a part, a body, an owner."""

    key: str = ""
    part: str = ""
    owner: str = ""
    keeper: int | None = None


@dataclass
class Model:
    """Everybody, who answers for what, and what was said in confidence."""

    people: dict[str, Somebody]
    secrets: list[Secret] = field(default_factory=list)
    whole: dict[str, str] = field(default_factory=lambda: dict(WHOLE))
    joining: dict[str, set[str]] = field(default_factory=taking_part)

    # Who may ---------------------------------------------------------------------------------------------------------

    def answers(self, who: Somebody, about: About) -> bool:
        """Whether somebody reports on an activity, or on a part of it; on a whole with parts whoever has one does."""
        if about.part:
            return who.is_secretariat or who.reports_for(about.part)
        return who.is_secretariat or who.reports_for(self.whole.get(about.key, ""), *PARTS.get(about.key, ()))

    def may(self, who: Somebody, name: str, method: str, about: About) -> bool:
        """Whether the table lets somebody use an address, with the object that it names."""
        row = TABLE[name]
        wanted = row.look if method in ("GET", "HEAD") else row.send
        if (name, "administrator", method) in LED_ON and who.administers:
            return True
        if name == "message":
            return who.is_secretariat or (who.reads and who.id == about.keeper)
        special: dict[frozenset[str], Callable[[], bool]] = {
            NOBODY: lambda: False,
            ANYBODY: lambda: True,
            SIGNED_IN: lambda: who.is_in,
            MEMBERS: lambda: who.reads,
            EDITORS: lambda: who.is_secretariat,
            ADMINISTRATORS: lambda: who.administers,
            KEEPER: lambda: who.reads and who.id == about.keeper,
            FOR_12: lambda: self._on_its_own(who, name, about),
            FOR_12 | {READER, "sfo"}: lambda: who.is_secretariat or who.belongs_to(self._commenters(about)),
        }
        return special[wanted]()

    def _on_its_own(self, who: Somebody, name: str, about: About) -> bool:
        if name == "decision_report":
            return who.is_secretariat or who.reports_for(about.owner)
        return self.answers(who, about)

    def _commenters(self, about: About) -> set[str]:
        """Whoever takes part in the activity, and who answers for it."""
        return self.joining[about.key] | {about.part or self.whole.get(about.key, "")} - {""}

    def writes(self, who: Somebody, about: About) -> bool:
        """Whether somebody writes a return and reads its draft: its body's reporters, else the Secretariat."""
        label = about.part or self.whole[about.key]
        return who.reports_for(label) if label in PARTS["17"] else who.is_secretariat

    # What may be seen -----------------------------------------------------------------------------------------------

    def told(self, words: str, readers: Callable[[Somebody], bool]) -> None:
        """Something was said that only some may read."""
        self.secrets.append(Secret(words, readers))

    def leaked(self, who: Somebody, seen: str, own: str = "") -> list[str]:
        """The secrets in an answer that are not for its reader; ``own`` is what they have just typed themselves."""
        return [
            each.words for each in self.secrets if each.words in seen and each.words != own and not each.readers(who)
        ]


def read(answer: Any) -> str:
    """Everything that an answer says: its headers and its text; a workbook's, unpacked."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    return f"{head}\n{content.decode(errors='replace')}"


def in_turn(people: dict[str, Somebody], random: Random) -> Iterator[Somebody]:
    """Everybody, in any order."""
    every = list(people.values())
    random.shuffle(every)
    yield from every
