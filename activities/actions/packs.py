"""Packs: the summary while it is written, freezing, and forms that are made later from the stored figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from activities.actions.common import Refused, hold_plan, require, require_words
from activities.actions.meetings import hold_meeting, require_on
from activities.actions.rounds import hold_activities
from activities.models import Meeting, Pack, PackContent, PackDraft, PackFile
from activities.pack_document import hash_of
from activities.pack_forms import PackForm
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.writing import record


@dataclass(frozen=True)
class PackOrder:
    """What a pack is to be made of: everything that its figures say beside the register itself.

    ``previous`` is the latest pack of an earlier meeting: movements run from its position to ``at``.
    """

    meeting: Meeting
    number: int
    previous: Pack | None
    at: datetime
    frozen_by: str
    summary: str
    corrected_why: str = ""


@dataclass(frozen=True)
class MadeFile:
    """One form of a pack, ready to be stored."""

    form: PackForm
    name: str
    content_type: str
    content: bytes


Make = Callable[[PackOrder], Iterable[MadeFile]]
"""Makes the files of a pack from the register as it stands: the figures, the page and its stylesheet."""

AT_FREEZING = frozenset({PackForm.FIGURES, PackForm.PAGE, PackForm.STYLESHEET})
"""Without these a pack is not frozen; other forms may follow at any time."""


@transaction.atomic
def save_pack_draft(
    *, meeting: Meeting, summary: str, by: Standing, at: datetime, expected: int | None = None
) -> PackDraft:
    """Keep the summary while it is written. ``Conflict`` where somebody else saved another since ``expected``."""
    require(by, "run_meetings")
    held = hold_meeting(meeting.id)
    require_on(held)
    draft = PackDraft.objects.filter(meeting=held).first() or PackDraft(meeting=held)
    if expected is not None and draft.version != expected:
        raise Conflict("Somebody else has changed the summary since you opened it.")
    assert by.actor.person_id is not None  # noqa: S101  a draft is a person's
    draft.summary, draft.version = summary.strip(), draft.version + 1
    draft.saved_at, draft.person_id, draft.person_name = at, by.actor.person_id, by.actor.name
    draft.save()
    return draft


def last_pack(meeting: Meeting) -> Pack | None:
    """The last version of a meeting's pack."""
    return Pack.objects.filter(meeting=meeting).order_by("-number").first()


def order_of(
    meeting: Meeting, *, last: Pack | None, summary: str, corrected_why: str = "", by: Standing, at: datetime
) -> PackOrder:
    """What the version after ``last`` of a meeting's pack would be made of: for a preview, and for freezing."""
    number = last.number + 1 if last else 1
    earlier = Pack.objects.filter(meeting__plan_id=meeting.plan_id, meeting__held_on__lt=meeting.held_on)
    previous = earlier.filter(meeting__called_off_on=None).order_by("-meeting__held_on", "-number").first()
    return PackOrder(meeting, number, previous, at, by.actor.name, summary, corrected_why.strip())


@transaction.atomic
def freeze_pack(
    *,
    meeting: Meeting,
    summary: str,
    make: Make,
    corrected_why: str = "",
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Pack:
    """Freeze a meeting's pack: its position is ``at``, and from then on nothing in it changes.

    ``make`` is called while the plan and all its activities are held, so that nothing moves between two figures.
    ``expected`` is the version of the draft that was looked at: ``Conflict`` where the summary has changed since.
    """
    require(by, "run_meetings")
    hold_plan(meeting.plan_id)
    hold_activities(meeting.plan_id)
    require_on(held := hold_meeting(meeting.id))
    if expected is not None and expected != _draft_version(held):
        raise Conflict("Somebody else has changed the summary since you opened it.")
    words = require_words(summary, "summary", "Write the summary: one paragraph for the group.")
    order = _numbered(order_of(held, last=last_pack(held), summary=words, corrected_why=corrected_why, by=by, at=at))
    files = {made.form: made for made in make(order)}
    assert set(files) >= AT_FREEZING  # noqa: S101  what the edge promises to make
    pack = Pack(
        meeting=held,
        number=order.number,
        round=held.round,
        previous=order.previous,
        frozen_at=at,
        frozen_by=order.frozen_by,
        summary=words,
        figures_hash=hash_of(files[PackForm.FIGURES].content),
        corrected_why=order.corrected_why,
    )
    record(pack, by=by.actor, at=at, reason=pack.corrected_why or "Pack frozen")
    for made in files.values():
        _store(pack, made, by=by, at=at)
    return pack


def _numbered(order: PackOrder) -> PackOrder:
    """The order with its reason: needed for every version after the first, which has none."""
    if order.number == 1:
        return replace(order, corrected_why="")
    require_words(order.corrected_why, "corrected_why", "Say why another version is made.")
    return order


def _draft_version(meeting: Meeting) -> int:
    return PackDraft.objects.filter(meeting=meeting).values_list("version", flat=True).first() or 0


@transaction.atomic
def add_pack_file(*, pack: Pack, made: MadeFile, by: Standing, at: datetime) -> PackFile:
    """Store a form that could not be made at freezing, rendered from the stored figures. One that is there stays."""
    require(by, "run_meetings")
    hold_meeting(pack.meeting_id)
    if PackFile.objects.filter(pack=pack, form=made.form).exists():
        raise Refused({"": f"{made.name} is there already: a frozen file is not made twice."})
    return _store(pack, made, by=by, at=at)


def _store(pack: Pack, made: MadeFile, *, by: Standing, at: datetime) -> PackFile:
    digest = hash_of(made.content)
    if not PackContent.objects.filter(sha384=digest).exists():
        PackContent(sha384=digest, content=made.content).save(force_insert=True)
    file = PackFile(
        pack=pack,
        form=made.form,
        name=made.name,
        content_type=made.content_type,
        size=len(made.content),
        sha384=digest,
        made_at=at,
    )
    record(file, by=by.actor, at=at, reason=f"{made.name}, SHA-384 {digest}")
    return file
