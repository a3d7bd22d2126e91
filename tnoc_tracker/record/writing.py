"""The one way into the ledger: ``record`` saves a tracked row together with its entry, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tnoc_tracker.record.change import Actor, Change, RegisterError, current_request, in_change
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.models import Tracked

CLOCK_SKEW = timedelta(minutes=5)
"""Workers' clocks may differ by this much before a moment counts as lying in the future."""


def record(instance: Tracked, *, by: Actor, at: datetime, reason: str = "", even_unchanged: bool = False) -> bool:
    """Save ``instance`` as its next version with the entry that says who, when and why.

    Returns False, and writes nothing, where no field has changed; with ``even_unchanged`` the entry is written
    all the same, for an act that leaves its mark elsewhere (a lock-out lifted). Raises ``Conflict`` where the
    row moved on since it was read, ``RegisterError`` for a moment in the future. Call it inside the use case's
    transaction.
    """
    if at > machine_now() + CLOCK_SKEW:
        raise RegisterError("An entry cannot count from a moment that has not come.")
    new = instance._state.adding
    fields = () if new else tuple(instance.changed_fields())
    if not new and not fields and not even_unchanged:
        return False
    version = instance.version
    instance.version = version + 1
    try:
        with transaction.atomic(), in_change(Change(by, at, reason.strip(), current_request(), fields)):
            instance.save(force_insert=new, force_update=not new)
    except BaseException:
        instance.version = version
        instance._state.adding = new
        raise
    instance.remember(field.attname for field in instance._meta.concrete_fields)
    return True
