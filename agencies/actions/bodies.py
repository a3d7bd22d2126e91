"""Bodies: adding one, and changing how it is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from agencies.actions.common import WHY, Refused, require, require_words
from agencies.models import Body, BodyFunction, BodyKind
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.text import fold
from tnoc_tracker.record.writing import record


@transaction.atomic
def add_body(
    *,
    name: str,
    short: str = "",
    name_mi: str = "",
    also: list[str] | None = None,
    kind: BodyKind | str,
    function: BodyFunction | str = "",
    reason: str,
    by: Standing,
    at: datetime,
) -> Body:
    """Add a body under its full name; its address is made from the short name."""
    require(by, "manage_people")
    why = require_words(reason, "reason", WHY)
    body = Body(slug=_free_slug(short or name), kind=kind, function=function)
    _name(body, name=name, short=short, name_mi=name_mi, also=also or [])
    record(body, by=by.actor, at=at, reason=why)
    return body


@transaction.atomic
def edit_body(
    *,
    body: Body,
    name: str,
    short: str,
    name_mi: str,
    also: list[str],
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Body:
    """Change how a body is named. Its address, kind and function stay: past positions keep the names of then.

    ``expected`` is the version that the names were changed from; ``Conflict`` where it has moved on.
    """
    require(by, "manage_people")
    why = require_words(reason, "reason", WHY)
    row: Body = Body.objects.select_for_update().get(id=body.id)
    if expected is not None and row.version != expected:
        raise Conflict("Somebody else has changed this body since you opened it.")
    _name(row, name=name, short=short, name_mi=name_mi, also=also)
    record(row, by=by.actor, at=at, reason=why)
    return row


def _name(body: Body, *, name: str, short: str, name_mi: str, also: Iterable[str]) -> None:
    """Set a body's names, or raise ``Refused``: whatever it is called, no other body is called so too."""
    body.name, body.short, body.name_mi = name.strip(), short.strip(), name_mi.strip()
    body.also = [other.strip() for other in also if other.strip()]
    if not body.name:
        raise Refused({"name": "Enter the name."})
    taken = _names_of_others(body)
    faults: dict[str, str] = {}
    for field, names in (("name", [body.name]), ("short", [body.short]), ("also", body.also)):
        clash = next((each for each in names if each and fold(each) in taken), None)
        if clash is not None:
            faults[field] = f"{taken[fold(clash)]} is called “{clash}” already."
    if faults:
        raise Refused(faults)


def _names_of_others(body: Body) -> dict[str, str]:
    others = Body.objects.exclude(id=body.id).only("name", "short", "also", "version")
    return {fold(each): other.label for other in others for each in (other.name, other.short, *other.also) if each}


def _free_slug(words: str) -> str:
    base = slugify(fold(words))[:40] or "body"
    taken = {"add", *Body.objects.filter(slug__startswith=base).values_list("slug", flat=True)}
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
