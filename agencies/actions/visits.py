"""Visits: what somebody has seen is what was there when they signed in last, or marked everything as seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agencies.models import Visit


@transaction.atomic
def begin_visit(*, person_id: int, at: datetime) -> Visit:
    """Note a sign-in: what was there at the one before counts as seen. ``at`` is the register's moment."""
    visit, first = Visit.objects.get_or_create(person_id=person_id, defaults={"signed_in_at": at})
    if not first:
        visit.seen_upto = max(visit.signed_in_at, visit.seen_upto or visit.signed_in_at)
        visit.signed_in_at = at
        visit.save()
    return visit


@transaction.atomic
def mark_as_seen(*, person_id: int, at: datetime) -> Visit:
    """Everything that is there at a moment counts as seen from now on."""
    visit, _first = Visit.objects.update_or_create(
        person_id=person_id, defaults={"seen_upto": at}, create_defaults={"seen_upto": at, "signed_in_at": at}
    )
    return visit
