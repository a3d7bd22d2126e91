"""Saving a form through a use case: once only, with every refusal back beside its field and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from agencies.actions.common import Forbidden, Refused
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.forms import do_once


@dataclass(frozen=True)
class Outcome:
    """What became of a save: where to go next, or the status with which the form is shown again."""

    next_url: str = ""
    status: int = 200
    conflict: bool = False

    @property
    def saved(self) -> bool:
        """Whether the change is in the register."""
        return bool(self.next_url)


def key_of(request: HttpRequest) -> str:
    """The once-only key of what was sent: of the form together with its words.

    The same form with other words, changed because no answer came, is another save: nobody is told that those are in
    the register while the first ones are. The stamp that it was made from then shows both.
    """
    try:
        key = UUID(request.POST.get("once", ""))
    except ValueError:
        return ""
    sent = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return str(uuid5(key, repr(sent)))


def save_once(request: HttpRequest, do: Callable[[], str], to: str = "", *, unspent: bool = False) -> str:
    """Carry out a change once for the key in the posted form; returns where to go next (see ``do_once``)."""
    person: Any = request.user  # signed in: no form that changes something is open to others
    return do_once(key_of(request), person.id, do, to, unspent=unspent)


def save(
    request: HttpRequest, form: forms.Form, do: Callable[[], str], to: str = "", *, unspent: bool = False
) -> Outcome:
    """Carry out ``do`` (it returns where to go next) once, if the form is valid; for the rest see ``do_once``.

    ``Refused`` becomes errors beside the fields (422), ``Conflict`` is for the view to show both versions (409),
    ``Forbidden`` becomes 403. The form keeps everything typed. A form's ``fault_fields`` say beside which field a
    refusal is shown where the use case calls it otherwise.
    """
    if not form.is_valid():
        return Outcome(status=422)
    try:
        return Outcome(next_url=save_once(request, do, to, unspent=unspent))
    except Refused as refused:
        for fault, sentence in refused.faults.items():
            field = getattr(form, "fault_fields", {}).get(fault, fault)
            form.add_error(field if field in form.fields else None, sentence)
        return Outcome(status=422)
    except Conflict:
        return Outcome(status=409, conflict=True)
    except Forbidden as forbidden:
        raise PermissionDenied(str(forbidden)) from forbidden
