"""Calendar feeds: a person’s one private address, shown once, replaced by a new one, and ended.

Whoever has the address reads the calendar without signing in; so it ends for good with the person’s last live
membership, and when they are deactivated.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from agencies.actions.common import Forbidden, hold_person, require
from agencies.logs import note_change
from agencies.models import CalendarFeed, Membership, Person
from agencies.models.people import MembershipQuerySet
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of

DAY = timedelta(days=1)


@transaction.atomic
def make_feed(*, by: Standing, at: datetime) -> str:
    """Make one’s own calendar address, which ends the one before; returns its token, of which only the hash is kept."""
    person = _oneself(by)
    _end(person, at)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person=person, token_hash=_hash(token), made_at=at)
    note_change("calendar-made", person=person, by=by.actor)
    return token


@transaction.atomic
def end_feed(*, by: Standing, at: datetime) -> bool:
    """End one’s own calendar address; whether there was one."""
    person = _oneself(by)
    ended = _end(person, at)
    if ended:
        note_change("calendar-ended", person=person, by=by.actor)
    return ended


def end_feed_of(person: Person, at: datetime) -> None:
    """End the address of somebody who may not sign in any more; the caller holds the person."""
    _end(person, at)


def standing_of_feed(token: str, on: date) -> Standing | None:
    """For whom a token opens a calendar on a day, looked up by its hash; None where it opens none (two queries).

    It has to be the newest of a person who may sign in, and who has been a member of some body on every day since
    it was made: an address that has died does not come back with another membership.
    """
    found = CalendarFeed.objects.select_related("person").filter(
        token_hash=_hash(token), ended_at=None, person__is_active=True
    )
    feed: CalendarFeed | None = found.first()
    if feed is None:
        return None
    memberships = list(_until(on, feed.person_id).select_related("body"))
    if not _belonged(memberships, min(day_of(feed.made_at), on), on):
        return None
    return Standing.of(feed.person, on, memberships)


def feed_of(person_id: int, on: date) -> CalendarFeed | None:
    """The address that a person has on a day; None where there is none, or it has died."""
    feed: CalendarFeed | None = CalendarFeed.objects.filter(person_id=person_id, ended_at=None).first()
    if feed is None or not _belonged(_until(on, person_id), min(day_of(feed.made_at), on), on):
        return None
    return feed


def _until(on: date, person_id: int) -> MembershipQuerySet:
    """The memberships of a person that have begun, the earliest first."""
    return Membership.objects.filter(person_id=person_id, since__lte=on).order_by("since")


def _belonged(begun: Iterable[Membership], first: date, last: date) -> bool:
    """Whether memberships, the earliest first, hold on every day from the first to the last, both inside."""
    for each in begun:
        if each.since > first:
            return False
        if each.until is None or each.until >= last:
            return True
        first = max(first, each.until + DAY)
    return False


def _oneself(by: Standing) -> Person:
    """The person who asks, held: they read the register, and are no program."""
    require(by, "read_register")
    if by.actor.person_id is None:
        raise Forbidden("A calendar belongs to a person.")
    return hold_person(by.actor.person_id, None)


def _end(person: Person, at: datetime) -> bool:
    return bool(CalendarFeed.objects.filter(person=person, ended_at=None).update(ended_at=at))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
