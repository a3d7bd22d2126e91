"""Where a person stands on a day: which bodies they belong to and what follows from that.

Resolved once per request at the edge and passed down as ``by``: use cases take the actor from it and the
permission table asks it, so no rule below looks at a request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from agencies.models import BodyFunction, Membership, Person
from tnoc_tracker.record.change import Actor
from tnoc_tracker.record.prepared import ask


@dataclass(frozen=True)
class Standing:
    """What a person, or a program, stands for on one day.

    ``body_ids`` are the bodies of live memberships, ``reporting_body_ids`` those for which they may report.
    """

    actor: Actor
    body_ids: frozenset[int] = frozenset()
    reporting_body_ids: frozenset[int] = frozenset()
    functions: frozenset[str] = frozenset()
    is_administrator: bool = False
    is_program: bool = False
    bodies_in_words: str = ""

    @classmethod
    def of(cls, person: Person, on: date, known: Iterable[Membership] | None = None) -> Standing:
        """The standing of a person by the memberships that are live on a day.

        One query, or none where the person's memberships are ``known`` with their bodies.
        """
        if known is None:
            known = ask(_live_memberships, person_id=person.id, on=on)
        live = [each for each in known if each.is_live(on)]
        memberships = sorted(live, key=lambda each: each.body.sort_key)
        return cls(
            actor=Actor(person.name, person.id),
            body_ids=frozenset(m.body_id for m in memberships),
            reporting_body_ids=frozenset(m.body_id for m in memberships if m.may_report),
            functions=frozenset(m.body.function for m in memberships if m.body.function),
            is_administrator=person.is_administrator,
            bodies_in_words=", ".join(m.body.label for m in memberships),
        )

    @classmethod
    def program(cls, name: str) -> Standing:
        """The standing of a command: it may do everything, under its own name."""
        return cls(actor=Actor(name), is_program=True)

    @property
    def is_secretariat(self) -> bool:
        """Whether the person belongs to the Secretariat."""
        return BodyFunction.SECRETARIAT in self.functions

    @property
    def may_read_register(self) -> bool:
        """Whether any membership is live: without one, there is only a page that says so."""
        return bool(self.body_ids)


def _live_memberships(person_id: int, on: date) -> Any:
    return Membership.objects.filter(person_id=person_id).live(on).select_related("body")
