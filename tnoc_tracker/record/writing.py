"""The one way into the ledger: ``record`` saves a tracked row together with its entry, or nothing.

``whole`` is what use cases are made of: all that happens inside is saved, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.transaction import TransactionManagementError

from tnoc_tracker.record.change import Actor, Change, RegisterError, current_request, in_change
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.models import Tracked

CLOCK_SKEW = timedelta(minutes=5)
"""Workers' clocks may differ by this much before a moment counts as lying in the future."""

_inside: Final[ContextVar[bool]] = ContextVar("inside", default=False)
"""Whether what is under way is part of something whole."""


@contextmanager
def whole() -> Iterator[None]:
    """Save all that happens inside, or nothing of it: a transaction, or a part of the one around it.

    An error ends all of it. So what is whole inside something whole needs no savepoint of its own, and whoever
    catches an error there cannot save the rest (``TransactionManagementError``); who wants to go on after one puts
    ``transaction.atomic`` around what may fail.
    """
    inside = _inside.get()
    token = _inside.set(True)
    try:
        with transaction.atomic(savepoint=not inside):
            yield
            if transaction.get_rollback():  # Django would undo it without a word
                raise TransactionManagementError("What failed inside was caught: nothing of the rest can be saved.")
    finally:
        _inside.reset(token)


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
        with whole(), in_change(Change(by, at, reason.strip(), current_request(), fields)):
            instance.save(force_insert=new, force_update=not new)
    except BaseException:
        instance.version = version
        instance._state.adding = new
        raise
    instance.remember(field.attname for field in instance._meta.concrete_fields)
    return True
