"""What every form that changes the register carries: the stamp it was made from and a once-only key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tnoc_tracker.record.change import Fate, fate_is
from tnoc_tracker.record.models import OnceKey
from tnoc_tracker.record.prepared import ask

STALE = "This form is incomplete: copy what you typed, open the page again and send it from there."


def new_once_key() -> str:
    """A fresh once-only key for a form."""
    return str(uuid.uuid4())


class RegisterForm(forms.Form):
    """A form that changes the register.

    ``stamp`` is the state it was made from, ``once`` lets it be carried out once. A missing key counts as a
    fresh one; a missing stamp is refused.
    """

    stamp = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages={"required": STALE})
    once = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stamp: int | None = None, **kwargs: Any) -> None:
        """Give a fresh form its stamp and key; a form sent back keeps the ones it was made with."""
        kwargs["initial"] = {"stamp": stamp, "once": new_once_key(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def renew(self, stamp: int) -> None:
        """Let a bound form be sent again against the state of now, with everything typed kept."""
        typed: Any = self.data
        self.data = typed = typed.copy()
        typed[self.add_prefix("stamp")] = str(stamp)


def _spent(key: uuid.UUID) -> QuerySet[OnceKey]:
    return OnceKey.objects.filter(key=key)


def outcome_of(typed_key: str, person_id: int) -> str:
    """Where somebody's form led that was carried out before, by its key; empty where it was not, or not for them."""
    try:
        key = uuid.UUID(typed_key)
    except ValueError:
        return ""
    spent: OnceKey | None = next(iter(ask(_spent, key=key)), None)
    if spent is None or spent.person_id != person_id:
        return ""
    fate_is(Fate.SAVED)
    return str(spent.outcome)


def do_once(typed_key: str, person_id: int, do: Callable[[], str]) -> str:
    """Carry out a change together with spending a form's once-only key; returns where to go next.

    The same form sent again writes nothing and leads to where the first one led. A missing or broken key, or one
    that somebody else has spent, counts as a fresh one: the compare-and-swap on the version still holds. Whoever
    has to tell of a failure afterwards learns from ``current_fate`` whether anything was committed.
    """
    try:
        key = uuid.UUID(typed_key)
    except ValueError:
        key = uuid.uuid4()
    spent: OnceKey | None = next(iter(ask(_spent, key=key)), None)
    if spent is not None and spent.person_id == person_id:
        fate_is(Fate.SAVED)
        return spent.outcome
    if spent is not None:  # by somebody else: it leads to nothing of theirs
        key = uuid.uuid4()
    try:
        with transaction.atomic():
            token = OnceKey.objects.create(key=key, person_id=person_id, outcome="")
            token.outcome = do()
            token.save(update_fields=["outcome"])
            fate_is(Fate.UNKNOWN)
        fate_is(Fate.SAVED)
        return token.outcome
    except IntegrityError:
        fate_is(Fate.NOTHING)
        first = OnceKey.objects.filter(key=key, person_id=person_id).exclude(outcome="").first()
        if first is None:
            raise
        fate_is(Fate.SAVED)
        return first.outcome
