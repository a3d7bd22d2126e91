"""A form that came after its session had ended: carried through signing in, and ready to be sent again.

It travels in the sign-in form itself, in a hidden field, and is kept nowhere: not on the server, not in the browser.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

FIELD = "kept"
"""The field of the sign-in form that carries a kept form."""

LONGEST = 200_000
"""So many characters are carried at the most; what is longer is shown, to be copied."""

NEVER_SHOWN = {"csrfmiddlewaretoken", "do", "once", "seen", "stamp", "next", "username"}

CHOSEN = {"status", "kind", "verdict", "about", "allows"}
"""Fields that hold a choice by its code (``at_risk``), which is shown in words; all others hold what was typed."""

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class KeptForm:
    """Where a form was sent, and its fields in order, without the token against forged forms."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: HttpRequest) -> KeptForm | None:
        """The form of a request that could not be taken; None where it is not ours, holds a password or is too long.

        One that was kept already, in a sign-in form that came too late itself, stays the same.
        """
        sent = fields_sent(request)
        if kept := dict(sent).get(FIELD):
            return cls.read(kept)
        fields = tuple((name, value) for name, value in sent if name != "csrfmiddlewaretoken")
        form = cls(request.get_full_path(), fields)
        holds_a_password = any(is_secret(name) for name, _value in fields)
        return form if fields and not holds_a_password and len(form.as_text()) <= LONGEST else None

    @classmethod
    def read(cls, text: str) -> KeptForm | None:
        """What ``as_text`` wrote; None for anything else, and for an address that is none of ours."""
        if not text or len(text) > LONGEST:
            return None
        try:
            address, fields = json.loads(text)
            text.encode(), "".join((address, *(part for pair in fields for part in pair))).encode()
            form = cls(address, tuple((name, value) for name, value in fields))
            resolve(urlsplit(address).path)
        except (ValueError, TypeError, RecursionError, Resolver404):  # not written by us
            return None
        return form if _is_ours(address) else None

    def as_text(self) -> str:
        """The form as one line for a hidden field."""
        return json.dumps([self.address, self.fields])

    @property
    def typed(self) -> Fields:
        """What somebody typed, with the names of its fields."""
        return shown(self.fields)


def _is_ours(address: str) -> bool:
    entry = (reverse("sign_in"), reverse("sign_out"))
    local = address.startswith("/") and url_has_allowed_host_and_scheme(address, set())
    return local and not address.startswith(entry)


def fields_sent(request: HttpRequest) -> Fields:
    """The fields of one of our forms; none where it came from anywhere else, or cannot be read.

    A form on another site must not be able to put words onto our pages: the browser names the sender.
    """
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    return [(name, value) for name, values in readable(request).items() for value in values]


def readable(request: HttpRequest) -> dict[str, list[str]]:
    """What was sent, from wherever, as far as it can be read."""
    try:
        return dict(request.POST.lists())
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return {}


def is_secret(name: str) -> bool:
    """Whether a field holds what no page may show or carry; ``again`` is the new password a second time."""
    return "password" in name or name == "again"


def shown(fields: Fields | tuple[tuple[str, str], ...]) -> Fields:
    """What somebody typed among some fields, with their names for people; never a password."""
    return [
        (_in_words(name), _in_words(value) if name in CHOSEN else value)
        for name, value in fields
        if value.strip() and name not in NEVER_SHOWN and not is_secret(name)
    ]


def _in_words(code: str) -> str:
    return code.replace("_", " ").capitalize()
