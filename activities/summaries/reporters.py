"""Who belongs to a body on the reading's day, as it was known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, OuterRef, Subquery, TextField

from activities.reading import Reading
from agencies.models import Membership, Person
from tnoc_tracker.record.text import fold


@dataclass(frozen=True)
class Reporter:
    """A person with a live membership of a body."""

    name: str
    may_report: bool


def people_of(reading: Reading, body_id: int) -> list[Reporter]:
    """The people of a body who may sign in, by name: those with a membership that is live (one query)."""
    rows: Any = Membership.objects.filter(body_id=body_id)
    people: Any = Person.objects.all()
    if reading.at is not None:
        rows, people = rows.known_at(reading.at), people.known_at(reading.at)
    person = people.filter(id=OuterRef("person_id")).order_by()
    named = rows.live(reading.on).annotate(
        person_name=Subquery(person.values("name")[:1], output_field=TextField()),
        person_is_active=Subquery(person.values("is_active")[:1], output_field=BooleanField()),
    )
    found = named.filter(person_is_active=True).order_by().values_list("person_name", "may_report")
    return sorted((Reporter(*row) for row in found), key=lambda each: fold(each.name))
