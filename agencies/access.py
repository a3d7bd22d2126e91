"""Who has access: each person with their memberships, and in words whether and why they can sign in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import Count, Max

from agencies.lockouts import locked_names
from agencies.models import Invitation, Membership, Person
from agencies.models.people import sign_in_name
from tnoc_tracker.record.text import fold


class Access(StrEnum):
    """Where a person's access stands; the values are those of the filter."""

    ACTIVE = "active"
    INVITED = "invited"
    EXPIRED = "expired"
    LOCKED = "locked"
    NO_MEMBERSHIP = "no-membership"
    DEACTIVATED = "deactivated"


LABELS = {
    Access.ACTIVE: "Has access",
    Access.INVITED: "Invited",
    Access.EXPIRED: "Link expired",
    Access.LOCKED: "Locked",
    Access.NO_MEMBERSHIP: "No membership today",
    Access.DEACTIVATED: "Deactivated",
}


@dataclass(frozen=True)
class PersonAccess:
    """A person on a day: their memberships, their open link and their lock-out.

    ``on`` is the register's day, ``now`` the machine's clock, which links and lock-outs go by.
    """

    person: Person
    memberships: tuple[Membership, ...]
    link_until: datetime | None
    locked_until: datetime | None
    on: date
    now: datetime

    @property
    def live(self) -> list[Membership]:
        """The memberships that hold on the day."""
        return [each for each in self.memberships if each.since <= self.on and not self.has_ended(each)]

    @property
    def current(self) -> list[Membership]:
        """The memberships that hold on the day or begin later."""
        return [each for each in self.memberships if not self.has_ended(each)]

    def has_ended(self, membership: Membership) -> bool:
        """Whether a membership's last day has passed."""
        return membership.until is not None and membership.until < self.on

    @cached_property
    def access(self) -> Access:
        """Where the person's access stands; what stops them first comes first."""
        if not self.person.is_active:
            return Access.DEACTIVATED
        if not self.person.has_usable_password():
            return Access.INVITED if self.link_until else Access.EXPIRED
        if self.locked_until:
            return Access.LOCKED
        if not self.live and not self.person.is_administrator:
            return Access.NO_MEMBERSHIP
        return Access.ACTIVE

    @property
    def label(self) -> str:
        """Where the person's access stands, in words."""
        return LABELS[self.access]

    @property
    def detail(self) -> str:
        """What makes it so, and for how long."""
        if self.access is Access.INVITED and self.link_until:
            return f"link works for {_time_left(self.link_until - self.now)} more"
        if self.access is Access.LOCKED and self.locked_until:
            return f"for {_time_left(self.locked_until - self.now)} more"
        return "make a new link" if self.access is Access.EXPIRED else ""


def _time_left(left: timedelta) -> str:
    """A span of time rounded up: ``14 minutes``, ``71 hours``."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    count, unit = (minutes, "minute") if minutes < 120 else (-(-minutes // 60), "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def access_of(people: Iterable[Person], on: date, now: datetime) -> list[PersonAccess]:
    """The access of each of these people (three queries, however many they are)."""
    listed = list(people)
    ids = [person.id for person in listed]
    memberships: defaultdict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(person_id__in=ids).select_related("body").order_by("since", "id"):
        memberships[membership.person_id].append(membership)
    open_links = Invitation.objects.filter(person_id__in=ids, used_at=None, cancelled_at=None, expires_at__gt=now)
    links = dict(open_links.values_list("person_id").annotate(until=Max("expires_at")))
    locked = locked_names(now)
    return [
        PersonAccess(
            person,
            tuple(memberships[person.id]),
            links.get(person.id),
            locked.get(sign_in_name(person.username)),
            on,
            now,
        )
        for person in listed
    ]


def everybody(on: date, now: datetime) -> list[PersonAccess]:
    """Everybody in the register by name, the deactivated last."""
    return access_of(Person.objects.order_by("-is_active", "sort_key", "id"), on, now)


def matching(
    rows: Iterable[PersonAccess], *, text: str = "", body_id: int | None = None, access: str = ""
) -> list[PersonAccess]:
    """The rows whose name, user name or e-mail holds a text, with a current membership of a body, in a state."""
    wanted = fold(text.strip())
    return [
        row
        for row in rows
        if wanted in fold(f"{row.person.name} {row.person.username} {row.person.email}")
        and (body_id is None or any(each.body_id == body_id for each in row.current))
        and (not access or row.access == access)
    ]


def members_of_bodies(on: date) -> dict[int, int]:
    """How many people who may sign in belong to each body on a day, by the body's id."""
    live = Membership.objects.live(on).filter(person__is_active=True).order_by()
    return dict(live.values_list("body_id").annotate(people=Count("person_id", distinct=True)))


def finding(rows: Iterable[PersonAccess]) -> str:
    """What the list comes to, as a heading: ``12 people have access; 1 is locked out``."""
    counts: defaultdict[Access, int] = defaultdict(int)
    for row in rows:
        counts[row.access] += 1
    active = counts[Access.ACTIVE]
    parts = ["1 person has access" if active == 1 else f"{active or 'No'} people have access"]
    if locked := counts[Access.LOCKED]:
        parts.append("1 is locked out" if locked == 1 else f"{locked} are locked out")
    if invited := counts[Access.INVITED] + counts[Access.EXPIRED]:
        parts.append("1 has not set a password yet" if invited == 1 else f"{invited} have not set a password yet")
    return ", ".join(parts)
