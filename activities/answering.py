"""Who answers for what, as of a reading: its lead, else its coordinator; and the gaps where nobody is named.

Source: the plan's Resourcing column. Roles keep their exact kind; a collective stands for its members.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from json import dumps, loads
from typing import Any, TypeVar

from django.db.models import Subquery, TextField
from django.db.models.functions import JSONArray

from activities.models import Role
from activities.models.roles import ANSWERING
from activities.prepared import asked_of
from activities.reading import Listed, Reading
from agencies.models import Body, BodyKind
from agencies.permissions import Target
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.prepared import among

Held = TypeVar("Held")

GAP_WORDS = {
    "to_be_decided": "Lead to be decided",
    "not_stated": "No lead is stated",
    "named": "Nobody is named",
    "withheld": "Withheld",
}


@dataclass(frozen=True)
class RoleHeld:
    """A role with its body named as at the reading; ``members`` are a collective's bodies."""

    role: Role
    body: Body | None
    members: tuple[Body, ...] = ()

    @property
    def membership_to_be_set(self) -> bool:
        """Whether it is held by a collective without members: a gap of its own."""
        return self.body is not None and self.body.kind == BodyKind.COLLECTIVE and not self.members

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The single bodies behind the role."""
        if self.body is None:
            return ()
        return self.members if self.body.kind == BodyKind.COLLECTIVE else (self.body,)


@dataclass(frozen=True)
class Cast:
    """Everybody who holds a role in one activity, in the document's order."""

    roles: tuple[RoleHeld, ...] = ()

    def of_kind(self, *kinds: str) -> tuple[RoleHeld, ...]:
        """The roles of some kinds."""
        return tuple(held for held in self.roles if held.role.kind in kinds)

    @property
    def answering(self) -> tuple[RoleHeld, ...]:
        """The roles that answer: leads, else coordinators; none where there is an accountability gap."""
        return tuple(_that_answer(self.roles, lambda held: held.role.kind))

    @property
    def others(self) -> tuple[RoleHeld, ...]:
        """The roles that do not answer, withheld ones included."""
        answering = self.answering
        return tuple(held for held in self.roles if held not in answering)

    @property
    def target(self) -> Target:
        """The bodies whose reporters may update the whole."""
        return Target(frozenset(body.id for held in self.answering for body in held.bodies))

    @property
    def answering_in_words(self) -> str:
        """``Customs (border), Police (financial)``; empty where nobody is named."""
        return ", ".join(
            f"{held.body.label} ({held.role.scope})" if held.role.scope else held.body.label
            for held in self.answering
            if held.body
        )


def answers(roles: Iterable[Role]) -> int | None:
    """The id of the body that answers by the roles held in one activity, of several the first; None for nobody."""
    answering = _that_answer(list(roles), lambda role: role.kind)
    return next((role.body_id for role in answering if role.body_id is not None), None)


def _that_answer(roles: Sequence[Held], kind_of: Callable[[Held], str]) -> list[Held]:
    """Those of the first kind that anybody holds: leads, else coordinators."""
    of_kinds = ([each for each in roles if kind_of(each) == kind] for kind in ANSWERING)
    return next(filter(None, of_kinds), [])


def casts(reading: Reading, activity_ids: Iterable[int]) -> dict[int, Cast]:
    """The cast of each activity (one query, and one for the bodies)."""
    return _casts(reading, asked_of(reading, _roles_of_all, ids=dumps(list(activity_ids))))


def _casts(reading: Reading, roles: Iterable[Any]) -> dict[int, Cast]:
    rows: dict[int, list[RoleHeld]] = defaultdict(list)
    for role in roles:
        rows[role.activity_id].append(_held(reading, role))
    return {activity_id: Cast(tuple(held)) for activity_id, held in rows.items()}


def _held(reading: Reading, role: Any) -> RoleHeld:
    body = reading.bodies.get(role.body_id) if role.body_id else None
    return RoleHeld(role, body, _members(reading, body))


def _members(reading: Reading, body: Body | None) -> tuple[Body, ...]:
    """The members of a collective, in order; none of any other body."""
    if body is None or body.kind != BodyKind.COLLECTIVE:
        return ()
    ids = frozenset(body.members or ())  # type: ignore[attr-defined]
    return tuple(each for each in reading.bodies.values() if each.id in ids)


def cast_of(reading: Reading, activity_id: int) -> Cast:
    """The cast of one activity."""
    roles = asked_of(reading, _roles_of, activity_id=activity_id)
    return _casts(reading, roles).get(activity_id, Cast())


def _roles_of_all(reading: Reading, ids: str) -> Any:
    return reading.roles.filter(among("activity_id", ids))


def _roles_of(reading: Reading, activity_id: int) -> Any:
    return reading.roles.filter(activity_id=activity_id)


def roles_listed(reading: Reading) -> Subquery:
    """The roles of the activity of the query around it, as a text: a JSON list of what ``cast_listed`` makes a cast of.

    For many activities at a time; NULL or an empty list where it has none.
    """
    of_activity = reading.roles_beside.order_by()
    listed = of_activity.annotate(listed=Listed(JSONArray(*_LISTED))).values("listed")
    return Subquery(listed, output_field=TextField())


_LISTED = ("position", "kind", "body_id")


def cast_listed(reading: Reading, roles: str | None) -> Cast:
    """The cast of such a text: of each role only its place, kind and body are known."""
    found = [Role(**dict(zip(_LISTED, each, strict=True))) for each in loads(roles or "[]")]
    found.sort(key=lambda role: role.position)
    return Cast(tuple(_held(reading, role) for role in found))


@dataclass(frozen=True)
class Gap:
    """Nobody answers for an activity: in what way, since when, and for how many days on the reading's day."""

    activity: Any
    since: date
    days: int

    @property
    def words(self) -> str:
        """``Lead to be decided``."""
        return GAP_WORDS[self.activity.answerable]

    @property
    def in_words(self) -> str:
        """``Lead to be decided – 229 days``."""
        return f"{self.words} – {self.days} days" if self.days != 1 else f"{self.words} – 1 day"

    @property
    def since_in_words(self) -> str:
        """``since 1 July 2021``."""
        return f"since {long_date(self.since)}"


def gap_of(activity: Any, on: date) -> Gap | None:
    """The accountability gap of an activity on a day; None where somebody answers, or the row is withheld."""
    if activity.vacant_since is None:
        return None
    return Gap(activity, activity.vacant_since, max(0, (on - activity.vacant_since).days))


def gaps(reading: Reading) -> list[Gap]:
    """The activities for which nobody answers, the oldest gap first, finished ones left out."""
    vacant = [each for each in reading.activities.filter(vacant_since__isnull=False) if not each.is_finished]
    found = [gap for each in vacant if (gap := gap_of(each, reading.on))]
    return sorted(found, key=lambda gap: (-gap.days, gap.activity.position))
