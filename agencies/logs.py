"""What the log of events is told of people: signing in and out, refusals, lock-outs, changes of what somebody may do.

Passwords and links never come here; a name that nobody has is left out, because people sometimes type their password
into the wrong field.
"""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from agencies.lockouts import name_to_lock
from agencies.models import Person
from tnoc_tracker.record.change import Actor
from tnoc_tracker.record.events import note, source_of

UNKNOWN = "(nobody's name)"


def note_change(what: str, *, person: Person, by: Actor, body: str = "") -> None:
    """Note a change of what somebody may do, once it is committed; its reason stands in the register."""
    facts = {"name": person.username, "person": person.id, "body": body, "by": by.name}
    transaction.on_commit(lambda: note(what, by_person=by.person_id, **facts))


def _known(name: str) -> str:
    return name if name and Person.objects.filter(username__iexact=name[:150]).exists() else UNKNOWN


@receiver(user_logged_in)
def _signed_in(sender: Any, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    note("signed-in", name=user.username, person=user.id, source=source_of(request))


@receiver(user_logged_out)
def _signed_out(sender: Any, request: HttpRequest, user: Person | None, **kwargs: Any) -> None:
    if user is not None:
        note("signed-out", name=user.username, person=user.id, source=source_of(request))


@receiver(user_login_failed)
def _refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None:
        note("sign-in-refused", name=_known(name_to_lock(request, credentials)), source=source_of(request))


@receiver(user_locked_out)
def _locked_out(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    note("locked-out", name=_known(username or ""), source=source_of(request))
