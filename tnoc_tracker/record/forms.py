"""What every form that changes the register carries: the stamp it was made from and a once-only key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import IntegrityError
from django.db.models import QuerySet

from tnoc_tracker.record.change import Fate, fate_is
from tnoc_tracker.record.models import OnceKey
from tnoc_tracker.record.prepared import ask
from tnoc_tracker.record.rows import insert
from tnoc_tracker.record.writing import whole

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


def outcome_of(typed_key: str, person_id: int) -> str:
    """Where somebody's form led that was carried out before, by its key; empty where it was not, or not for them."""
    try:
        key = uuid.UUID(typed_key)
    except ValueError:
        return ""
    spent = _spent_before(key)
    if spent is None or spent.person_id != person_id:
        return ""
    fate_is(Fate.SAVED)
    return str(spent.outcome)


def do_once(typed_key: str, person_id: int, do: Callable[[], str], to: str = "", *, unspent: bool = False) -> str:
    """Carry out a change together with spending a form's once-only key; returns where to go next.

    The same form sent again writes nothing and leads to where the first one led. A missing or broken key, or one
    that somebody else has spent, counts as a fresh one: the compare-and-swap on the version still holds. Whoever
    has to tell of a failure afterwards learns from ``current_fate`` whether anything was committed.

    Two things save a query each where the caller knows them: ``to`` is where it will lead; with ``unspent`` nothing
    was saved since the form was made, and the key is looked up only where it turns out to be spent all the same.
    """
    try:
        key = uuid.UUID(typed_key)
    except ValueError:
        key, unspent = uuid.uuid4(), True
    spent = None if unspent else _spent_before(key)
    if spent is None:
        try:
            return _spend(key, person_id, do, to)
        except IntegrityError:
            fate_is(Fate.NOTHING)
            spent = _spent_before(key)
            if spent is None:
                raise
    if spent.person_id != person_id:  # it leads to nothing of somebody else's
        return _spend(uuid.uuid4(), person_id, do, to)
    fate_is(Fate.SAVED)
    return str(spent.outcome)


def _spent_before(key: uuid.UUID) -> OnceKey | None:
    """The key as it was spent; None for one that is not."""
    return next(iter(ask(_spent, key=key)), None)


def _spent(key: uuid.UUID) -> QuerySet[OnceKey]:
    return OnceKey.objects.filter(key=key)


def _spend(key: uuid.UUID, person_id: int, do: Callable[[], str], to: str) -> str:
    """Carry out a change and spend a key, both or neither; whoever spends the same key meanwhile is waited for."""
    with whole():
        token = OnceKey(key=key, person_id=person_id, outcome=to)
        insert(token, "default", OnceKey._meta.concrete_fields, ())
        outcome = do()
        if outcome != to:
            OnceKey.objects.filter(key=key).update(outcome=outcome)
        fate_is(Fate.UNKNOWN)
    fate_is(Fate.SAVED)
    return outcome
