"""Passwords and one-time links: setting, changing and resetting; a password is in no history, log or message."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import lockouts
from agencies.actions.common import WHY, Refused, hold_person, require, require_words
from agencies.logs import note_change
from agencies.models import Invitation, Person
from agencies.models.invitations import LIFETIME
from agencies.sessions import end_sessions
from agencies.standing import Standing
from tnoc_tracker.record.change import Actor, RegisterError
from tnoc_tracker.record.writing import record


class LinkInvalid(RegisterError):
    """A one-time link that is wrong, used, cancelled or older than 72 hours; nobody is told which."""


def new_link(person: Person, now: datetime) -> str:
    """Make the only open one-time link of a person; returns its token, of which only the hash is kept."""
    cancel_links(person, now)
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(person=person, token_hash=_hash(token), made_at=now, expires_at=now + LIFETIME)
    return token


def cancel_links(person: Person, now: datetime) -> None:
    """Cancel whatever links of a person are still open."""
    Invitation.objects.filter(person=person, used_at=None, cancelled_at=None).update(cancelled_at=now)


def open_link(token: str, now: datetime) -> Invitation:
    """The link that a token opens; ``LinkInvalid`` where it opens none."""
    found = Invitation.objects.select_related("person").filter(
        token_hash=_hash(token), used_at=None, cancelled_at=None, expires_at__gt=now, person__is_active=True
    )
    link: Invitation | None = found.first()
    if link is None:
        raise LinkInvalid("This link does not work any more.")
    return link


@transaction.atomic
def reset_password(
    *, person: Person, reason: str, by: Standing, at: datetime, now: datetime, expected: int | None = None
) -> str:
    """Take a person's password away, end their sessions at once, and return the token of a new link.

    For oneself there is no reset: one changes one's password.
    """
    require(by, "manage_people")
    held = hold_person(person.id, expected)
    why = require_words(reason, "reason", WHY)
    if by.actor.person_id == held.id:
        raise Refused({"": "Change your own password on the page of your account."})
    if not held.is_active:
        raise Refused({"": f"{held.name} is deactivated. Activate them first."})
    held.set_unusable_password()
    record(held, by=by.actor, at=at, reason=why)
    end_sessions(held.id, now)
    note_change("password-reset", person=held, by=by.actor)
    return new_link(held, now)


@transaction.atomic
def use_link(*, token: str, password: str, at: datetime, now: datetime) -> Person:
    """Set a person's password with their one-time link, which also lifts a lock-out of their name."""
    link = open_link(token, now)
    person = hold_person(link.person_id, None)
    open_link(token, now)  # again, now that nobody else can use it
    _set(person, password)
    record(person, by=Actor(person.name, person.id), at=at, reason="Password set with a one-time link")
    Invitation.objects.filter(id=link.id).update(used_at=now)
    cancel_links(person, now)
    lockouts.unlock(person.username)
    end_sessions(person.id, now)
    note_change("password-set", person=person, by=Actor(person.name, person.id))
    return person


@transaction.atomic
def change_password(*, person: Person, password: str, at: datetime, now: datetime) -> Person:
    """Change one's own password. The caller has asked for the current one, and keeps the session it is in.

    Every other session ends with its next request, because the hash that sessions carry is another; open
    links are cancelled.
    """
    held = hold_person(person.id, None)
    if held.check_password(password):
        raise Refused({"new_password": "This is the password you have. Choose another one."})
    _set(held, password)
    actor = Actor(held.name, held.id)
    record(held, by=actor, at=at, reason="Password changed")
    cancel_links(held, now)
    note_change("password-changed", person=held, by=actor)
    return held


def _set(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused({"new_password": " ".join(error.messages)}) from error
    person.set_password(password)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
