"""What the use cases share: refusing with a sentence per field, asking the permission table, holding a person."""

from __future__ import annotations

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from agencies.models import Membership, Person
from agencies.permissions import Target, may
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict, RegisterError

WHY = "Give the reason."


class Refused(RegisterError):
    """A change that the rules do not allow, with a sentence for each field at fault ("" is the whole form)."""

    def __init__(self, faults: dict[str, str]) -> None:
        """Keep the faults; the message is all of them."""
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class Forbidden(RegisterError):
    """Somebody may not do this; the permission table says who may."""


def require(by: Standing, permission: str, target: Target | None = None) -> None:
    """Raise ``Forbidden`` unless the permission table allows it."""
    if not may(by, permission, target):
        raise Forbidden("You may read this, but not change it.")


def require_words(text: str, field: str, sentence: str) -> str:
    """The text without surrounding space; ``Refused`` where nothing is left."""
    if not text.strip():
        raise Refused({field: sentence})
    return text.strip()


def stamp_of_person(person_id: int) -> int:
    """A number that grows by one with each change of a person or of their memberships (one query)."""
    versions = Membership.objects.filter(person_id=OuterRef("id")).order_by().values("person_id")
    total = F("version") + Coalesce(
        Subquery(versions.annotate(total=Sum("version")).values("total")), 0, output_field=IntegerField()
    )
    stamp: int = Person.objects.annotate(stamp=total).values_list("stamp", flat=True).get(id=person_id)
    return stamp


def hold_person(person_id: int, expected: int | None) -> Person:
    """The person, locked until the transaction ends; ``Conflict`` where their stamp is not the expected one."""
    person: Person = Person.objects.select_for_update().get(id=person_id)
    if expected is not None and stamp_of_person(person_id) != expected:
        raise Conflict("Somebody else has changed this person’s access since you opened it.")
    return person
