"""Memberships: who belongs to which body, from when until when, and whether they may report for it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from agencies.actions.common import WHY, Refused, hold_person, require, require_words
from agencies.logs import note_change
from agencies.models import Body, BodyKind, Membership, Person
from agencies.standing import Standing
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.writing import record


@transaction.atomic
def add_membership(
    *,
    person: Person,
    body: Body,
    since: date,
    until: date | None = None,
    may_report: bool = False,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Membership:
    """Let a person belong to a body; refused where a membership of the same body holds on any of the days."""
    require(by, "manage_people")
    why = require_words(reason, "reason", WHY)
    held = hold_person(person.id, expected)
    membership = Membership(person=held, body=body, since=since, until=until, may_report=may_report)
    write_membership(membership, reason=why, by=by, at=at)
    return membership


@transaction.atomic
def change_membership(
    *,
    membership: Membership,
    since: date,
    until: date | None,
    may_report: bool,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Membership:
    """Change the days of a membership (ending it is giving its last day), or whether the person may report.

    ``expected`` is the person's stamp; ``Conflict`` where anything of their access has changed since.
    """
    require(by, "manage_people")
    why = require_words(reason, "reason", WHY)
    hold_person(membership.person_id, expected)
    row: Membership = Membership.objects.select_related("person", "body").get(id=membership.id)
    row.since, row.until, row.may_report = since, until, may_report
    write_membership(row, reason=why, by=by, at=at)
    return row


def write_membership(membership: Membership, *, reason: str, by: Standing, at: datetime) -> None:
    """Check and write a membership; the caller holds the person, so that two never overlap."""
    if membership.body.kind == BodyKind.COLLECTIVE:
        raise Refused({"body": "A collective has agencies as members. Choose the person’s own agency."})
    if membership.until is not None and membership.until < membership.since:
        raise Refused({"until": f"The last day cannot come before the first, {long_date(membership.since)}."})
    other = _overlapping(membership)
    if other is not None:
        who = f"{membership.person.name} belongs to {membership.body.label}"
        raise Refused({"since": f"{who} {period(other)} already. Change that membership, or choose other days."})
    new = membership._state.adding
    if record(membership, by=by.actor, at=at, reason=reason):
        note_change(
            "membership-added" if new else "membership-changed",
            person=membership.person,
            by=by.actor,
            body=f"{membership.body.label} {period(membership)}{', may report' if membership.may_report else ''}",
        )


def period(membership: Membership) -> str:
    """``from 1 July 2021 until further notice``."""
    end = f"to {long_date(membership.until)}" if membership.until else "until further notice"
    return f"from {long_date(membership.since)} {end}"


def _overlapping(membership: Membership) -> Membership | None:
    others = Membership.objects.filter(person_id=membership.person_id, body_id=membership.body_id).exclude(
        id=membership.id
    )
    reaching = others.filter(Q(until=None) | Q(until__gte=membership.since))
    if membership.until is not None:
        reaching = reaching.filter(since__lte=membership.until)
    found: Membership | None = reaching.first()
    return found
