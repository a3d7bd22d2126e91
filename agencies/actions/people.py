"""People: inviting them, changing how they are called, and who may sign in or administer.

Links and passwords are in ``passwords``, memberships in ``memberships``. ``now`` is the machine's clock, which
sessions, lock-outs and links go by; ``at`` is the moment from which a change counts in the register.
"""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import lockouts
from agencies.actions.common import WHY, Refused, hold_person, require, require_words
from agencies.actions.feeds import end_feed_of
from agencies.actions.memberships import write_membership
from agencies.actions.passwords import cancel_links, new_link
from agencies.logs import note_change
from agencies.models import Body, Membership, Person
from agencies.models.people import sign_in_name
from agencies.sessions import end_sessions
from agencies.standing import Standing
from tnoc_tracker.record.writing import record


@transaction.atomic
def invite_person(
    *,
    username: str,
    name: str,
    email: str = "",
    administrator: bool = False,
    body: Body | None = None,
    since: date | None = None,
    until: date | None = None,
    may_report: bool = False,
    reason: str,
    by: Standing,
    at: datetime,
    now: datetime,
) -> tuple[Person, str]:
    """Add a person without a password, with a membership where a body is named; returns the link's token too.

    The token is to be shown once: only its hash is kept.
    """
    require(by, "manage_people")
    why = require_words(reason, "reason", WHY)
    person = Person(is_administrator=administrator)
    _name(person, username=username, name=name, email=email)
    person.set_unusable_password()
    record(person, by=by.actor, at=at, reason=why)
    note_change("invited", person=person, by=by.actor)
    if body is not None and since is not None:
        membership = Membership(person=person, body=body, since=since, until=until, may_report=may_report)
        write_membership(membership, reason=why, by=by, at=at)
    return person, new_link(person, now)


@transaction.atomic
def edit_person(
    *,
    person: Person,
    username: str,
    name: str,
    email: str,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Person:
    """Change how a person is called and signs in."""
    require(by, "manage_people")
    held = hold_person(person.id, expected)
    why = require_words(reason, "reason", WHY)
    _name(held, username=username, name=name, email=email)
    if record(held, by=by.actor, at=at, reason=why):
        note_change("renamed", person=held, by=by.actor)
    return held


@transaction.atomic
def set_may_sign_in(
    *,
    person: Person,
    may_sign_in: bool,
    reason: str,
    by: Standing,
    at: datetime,
    now: datetime,
    expected: int | None = None,
) -> Person:
    """Deactivate a person, which ends their sessions, links and calendar at once, or let them in again.

    Nobody deactivates themselves, nor the last administrator.
    """
    require(by, "manage_people")
    able = _lock_administrators()
    held = hold_person(person.id, expected)
    why = require_words(reason, "reason", WHY)
    if not may_sign_in:
        _not_oneself(held, by, "You cannot deactivate yourself: ask another administrator.")
        _not_the_last(held, able)
        cancel_links(held, now)
        end_feed_of(held, at)
        end_sessions(held.id, now)
    held.is_active = may_sign_in
    if record(held, by=by.actor, at=at, reason=why):
        note_change("activated" if may_sign_in else "deactivated", person=held, by=by.actor)
    return held


@transaction.atomic
def set_administrator(
    *, person: Person, administrator: bool, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Person:
    """Let a person manage people and bodies, or no longer. There is always an administrator who may sign in."""
    require(by, "manage_people")
    able = _lock_administrators()
    held = hold_person(person.id, expected)
    why = require_words(reason, "reason", WHY)
    if administrator and not held.is_active:
        raise Refused({"": f"{held.name} is deactivated. Activate them first."})
    if not administrator:
        _not_oneself(held, by, "You cannot take this from yourself: ask another administrator.")
        _not_the_last(held, able)
    held.is_administrator = administrator
    if record(held, by=by.actor, at=at, reason=why):
        event = "made-administrator" if administrator else "no-longer-administrator"
        note_change(event, person=held, by=by.actor)
    return held


@transaction.atomic
def unlock_person(*, person: Person, reason: str, by: Standing, at: datetime, expected: int | None = None) -> Person:
    """Forget a person's failed sign-ins, so that they need not wait. An entry, though no field changes."""
    require(by, "manage_people")
    held = hold_person(person.id, expected)
    why = require_words(reason, "reason", WHY)
    lockouts.unlock(held.username)
    record(held, by=by.actor, at=at, reason=why, even_unchanged=True)
    note_change("unlocked", person=held, by=by.actor)
    return held


def _name(person: Person, *, username: str, name: str, email: str) -> None:
    """Set how a person is called, or raise ``Refused`` with a sentence for each field."""
    person.username, person.name, person.email = sign_in_name(username), " ".join(name.split()), email.strip()
    missing = {"name": "Enter the person’s name.", "username": "Enter a user name."}
    faults = {field: sentence for field, sentence in missing.items() if not getattr(person, field)}
    for field in [each for each in ("name", "username", "email") if each not in faults]:
        try:
            Person._meta.get_field(field).clean(getattr(person, field), person)  # type: ignore[union-attr]
        except ValidationError as error:
            faults[field] = " ".join(error.messages)
    if Person.objects.filter(username__iexact=person.username).exclude(id=person.id).exists():
        faults["username"] = f"“{person.username}” is taken. Choose another user name."
    if faults:
        raise Refused(faults)


def _not_oneself(person: Person, by: Standing, sentence: str) -> None:
    if by.actor.person_id == person.id:
        raise Refused({"": sentence})


def _lock_administrators() -> set[int]:
    """The ids of administrators who may sign in, locked before anybody is held: two cannot remove each other."""
    able = Person.objects.select_for_update().filter(is_administrator=True, is_active=True).order_by("id")
    return {person.id for person in able}


def _not_the_last(person: Person, able: set[int]) -> None:
    if able == {person.id}:
        raise Refused({"": f"{person.name} is the last administrator. Make somebody else one first."})
