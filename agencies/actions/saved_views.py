"""Saved views: a person’s own names for addresses of the tracker. Only its person sees one; nothing else changes."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri

from agencies.actions.common import Forbidden, Refused, hold_person, require, require_words
from agencies.models import Person, SavedView
from agencies.standing import Standing

MOST = 50
LONGEST_NAME = 80
LONGEST_ADDRESS = 1000
"""So many views a person keeps at most; the lengths are those of the columns."""

NO_PAGE = "This is no page of the tracker. Open the list, and save it from there."
TOO_LONG = "This address is too long to be saved: take out a filter."
OF_ITS_PLACE = frozenset({"page"})
"""What an address says of where one had got to, and not of what one looks at."""


@transaction.atomic
def save_view(*, name: str, address: str, by: Standing, at: datetime) -> SavedView:
    """Keep an address of this site under a name of one’s own; ``Refused`` where the name is taken or there are 50."""
    person, address = _oneself(by), page_address(address)
    name = _name(person, name)
    if SavedView.objects.filter(person=person).count() >= MOST:
        raise Refused({"name": f"You have {MOST} views. Delete one before you save another."})
    return SavedView.objects.create(person=person, name=name, address=address, made_at=at)


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: Standing) -> SavedView:
    """Give a view of one’s own another name."""
    person = _oneself(by, view)
    view.name = _name(person, name, besides=view.id)
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def forget_view(*, view: SavedView, by: Standing) -> None:
    """Delete a view of one’s own; what it leads to stays as it is."""
    _oneself(by, view)
    view.delete()


def page_address(address: str) -> str:
    """The address of a page of this site, tidied: no empty values, no page number; ``Refused`` for anything else.

    It has to be one that people sign in for: nobody is led elsewhere by a view, and no one-time link is kept.
    """
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        raise Refused({"address": NO_PAGE})
    parts = urlsplit(address)
    try:
        found = resolve(unquote(parts.path))
    except Resolver404 as error:
        raise Refused({"address": NO_PAGE}) from error
    if not (parts.path.endswith("/") and getattr(found.func, "login_required", True)):
        raise Refused({"address": NO_PAGE})
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in OF_ITS_PLACE])
    tidy = iri_to_uri(parts.path) + (f"?{query}" if query else "")
    if len(tidy) > LONGEST_ADDRESS:
        raise Refused({"address": TOO_LONG})
    return tidy


def _oneself(by: Standing, view: SavedView | None = None) -> Person:
    """The person who asks, held; a view is theirs."""
    require(by, "read_register")
    if by.actor.person_id is None or (view is not None and view.person_id != by.actor.person_id):
        raise Forbidden("A saved view belongs to its person.")
    return hold_person(by.actor.person_id, None)


def _name(person: Person, name: str, besides: int | None = None) -> str:
    """The name, tidied, where none of the person’s other views has it."""
    name = require_words(" ".join(name.split()), "name", "Give the view a name.")
    if len(name) > LONGEST_NAME:
        raise Refused({"name": f"Give it a name of at most {LONGEST_NAME} characters."})
    others = SavedView.objects.filter(person=person, name__iexact=name)
    if (others.exclude(id=besides) if besides else others).exists():
        raise Refused({"name": "You have a view of this name. Give this one another."})
    return name
