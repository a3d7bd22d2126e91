"""What the tests of packs share: a pack's files without the pages and libraries that make the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from activities.actions.packs import MadeFile, PackOrder, freeze_pack
from activities.exports.packs.making import at_freezing
from activities.models import Meeting, Pack
from activities.pack_forms import PackForm
from tests.actions.rounds import told
from tests.world import TODAY, World


def file_of(form: PackForm, content: bytes, name: str = "") -> MadeFile:
    """One form, ready to be stored."""
    return MadeFile(form, name or f"pack.{form.value}", "application/octet-stream", content)


def plain_files(order: PackOrder) -> Iterator[MadeFile]:
    """What a pack cannot be frozen without, each saying what it was made of."""
    said = f"{order.meeting.held_on} {order.number} {order.summary} {order.corrected_why} {order.at.isoformat()}"
    for form in (PackForm.FIGURES, PackForm.PAGE, PackForm.STYLESHEET):
        yield file_of(form, f"{form.value}: {said}".encode())


def frozen(world: World, meeting: Meeting, on: date | datetime = TODAY, **said: Any) -> Pack:
    """A meeting's pack, frozen by the Secretariat."""
    given = {"summary": "Four activities are late.", "make": plain_files, **said}
    return freeze_pack(meeting=meeting, **given, **told(world, on))


def frozen_with_page(world: World, meeting: Meeting, on: date | datetime = TODAY, **said: Any) -> Pack:
    """A meeting's pack with its real figures, page and stylesheet; PDF, Word and Excel are not made."""
    return frozen(world, meeting, on, **{"make": partial(at_freezing, site=""), **said})
