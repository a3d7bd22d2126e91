"""Who is written to on a day, and who cannot be: everybody with a live membership, and what they belong to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from agencies.models import Body, BodyFunction, MailPreference, Membership, Person


@dataclass(frozen=True)
class Correspondent:
    """A person with a live membership, their bodies in order, and what they want to be sent.

    ``reporting`` are the ids of the bodies for which they may report.
    """

    person: Person
    bodies: tuple[Body, ...]
    reporting: frozenset[int]
    wants_summary: bool = True

    @property
    def is_secretariat(self) -> bool:
        """Whether the person belongs to the Secretariat."""
        return any(body.function == BodyFunction.SECRETARIAT for body in self.bodies)

    @property
    def unreachable(self) -> str:
        """Why nothing can be sent to them, in words; empty where it can."""
        if not self.person.is_active:
            return "deactivated"
        return "" if self.person.email else "no e-mail address"


def correspondents(on: date) -> list[Correspondent]:
    """Everybody with a live membership on a day, by name, those who cannot be reached included (two queries)."""
    people: dict[int, Person] = {}
    bodies: dict[int, dict[int, Body]] = defaultdict(dict)
    reporting: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.live(on).select_related("person", "body")
    for row in rows.order_by("person__sort_key", "person_id", "body__sort_key"):
        people[row.person_id] = row.person
        bodies[row.person_id][row.body_id] = row.body
        if row.may_report:
            reporting[row.person_id].add(row.body_id)
    off = MailPreference.objects.filter(summary=MailPreference.Summary.OFF)
    silent = set(off.values_list("person_id", flat=True))
    return [
        Correspondent(person, tuple(bodies[key].values()), frozenset(reporting[key]), key not in silent)
        for key, person in people.items()
    ]
