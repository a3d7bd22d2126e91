"""Packs: a summary while it is written, a pack frozen with its files, versions beside it, and forms made later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from activities.actions.common import Forbidden
from activities.actions.meetings import call_meeting, call_off_meeting
from activities.actions.packs import (
    MadeFile,
    PackOrder,
    add_pack_file,
    freeze_pack,
    last_pack,
    order_of,
    save_pack_draft,
)
from activities.models import Meeting, Pack, PackContent, PackDraft, PackFile
from activities.pack_document import hash_of
from activities.pack_forms import PackForm
from tests.actions.helpers import entries_written, nothing_written, refused
from tests.actions.packs import file_of, frozen, plain_files
from tests.actions.rounds import opened, told
from tests.deciding import HELD, meeting
from tests.scenes import played_once
from tests.small_plans import Shape
from tests.world import World, moment
from tnoc_tracker.record.change import Conflict

made = played_once(opened)

NOON = moment(HELD, 12)
LATER, LATEST = date(2022, 3, 1), date(2022, 6, 1)


@played_once
def held(world: World) -> Meeting:
    """A meeting of today."""
    return meeting(world)


def later(world: World, day: date = LATER) -> Meeting:
    """A meeting after it."""
    return call_meeting(plan=world.plan, held_on=day, **told(world, NOON))


def draft(world: World, of: Meeting, summary: str = "Four are late.", **more: Any) -> PackDraft:
    """The summary is kept while it is written."""
    return save_pack_draft(meeting=of, summary=summary, **more, **told(world, NOON))


def bytes_of(pack: Pack, form: PackForm) -> bytes:
    """The stored bytes of a pack's file."""
    return bytes(PackContent.objects.get(sha384=pack.files.get(form=form).sha384).content)


# The summary ----------------------------------------------------------------------------------------------------------


def test_a_summary_is_kept_while_it_is_written_and_is_no_part_of_the_register(world, held):
    before = entries_written()
    draft(world, held, " Four are late. ")
    again = draft(world, held, "Five are late.")

    assert (again.summary, again.version, again.person_name) == ("Five are late.", 2, "Secretariat Officer")
    assert PackDraft.objects.count() == 1
    assert entries_written() == before


def test_of_two_who_write_the_summary_the_second_is_told(world, held):
    draft(world, held, expected=0)
    with nothing_written(Conflict):
        draft(world, held, "Another", expected=0)
    assert draft(world, held, "Another", expected=1).version == 2


def test_the_summary_of_a_meeting_that_was_called_off_is_not_written(world, held):
    call_off_meeting(meeting=held, reason="Nobody can come", **told(world, NOON))
    with refused("", match="called off"):
        draft(world, held)
    with refused("", match="called off"):
        frozen(world, held, NOON)


@pytest.mark.parametrize("username", ["police", "steering", "administrator"])
def test_only_the_secretariat_prepares_and_freezes_a_pack(world, held, username):
    pack, by = frozen(world, held), told(world, NOON, username)
    made = file_of(PackForm.PDF, b"%PDF")
    with nothing_written(Forbidden):
        save_pack_draft(meeting=held, summary="?", **by)
    with nothing_written(Forbidden):
        freeze_pack(meeting=held, summary="?", make=plain_files, corrected_why="?", **by)
    with nothing_written(Forbidden):
        add_pack_file(pack=pack, made=made, **by)
    assert not PackDraft.objects.exists()


# Frozen ---------------------------------------------------------------------------------------------------------------


def test_a_pack_is_frozen_with_its_moment_its_round_and_the_hashes_of_its_files(world, made):
    held = call_meeting(plan=world.plan, held_on=HELD, round=made, **told(world))
    pack = frozen(world, held, NOON, summary=" Four are late. ")

    assert (pack.number, pack.round, pack.previous, pack.frozen_at) == (1, made, None, NOON)
    assert (pack.frozen_by, pack.summary, pack.corrected_why) == ("Secretariat Officer", "Four are late.", "")
    files = {file.form: file for file in pack.files.all()}
    assert set(files) == {"figures", "page", "stylesheet"}
    for form, file in files.items():
        content = bytes_of(pack, PackForm(form))
        assert (file.sha384, file.size, file.made_at) == (hash_of(content), len(content), NOON)
        assert content.startswith(f"{form}: 2022-02-15 1 Four are late.".encode())
    assert pack.figures_hash == files["figures"].sha384


def test_its_first_version_corrects_nothing_whatever_is_typed(world, held):
    assert frozen(world, held, corrected_why="?").corrected_why == ""


def test_another_version_stands_beside_the_first_and_says_why(world, held):
    first = frozen(world, held)
    with refused("corrected_why", match="Say why another version is made"):
        frozen(world, held, NOON)
    second = frozen(world, held, NOON, corrected_why=" A wrong total ")

    assert (second.number, second.corrected_why, second.previous) == (2, "A wrong total", None)
    assert list(Pack.objects.order_by("number")) == [first, second]
    assert bytes_of(first, PackForm.PAGE) != bytes_of(second, PackForm.PAGE)
    assert first.history.count() == 1


def test_a_pack_needs_a_summary(world, held):
    with refused("summary", match="Write the summary"):
        frozen(world, held, summary="  ")


def test_movements_run_from_the_latest_pack_of_an_earlier_meeting(world, held):
    other_plan = Shape(1).make()
    elsewhere = call_meeting(plan=other_plan, held_on=HELD, **told(world))
    frozen(world, elsewhere)
    frozen(world, held)
    corrected = frozen(world, held, NOON, corrected_why="A wrong total")
    empty, last = later(world), later(world, LATEST)

    assert frozen(world, empty, NOON).previous == corrected
    call_off_meeting(meeting=empty, reason="Nobody can come", **told(world, NOON))
    assert frozen(world, last, NOON).previous == corrected
    assert frozen(world, held, NOON, corrected_why="Again").previous is None


def test_what_a_preview_is_made_of_is_what_a_pack_is_frozen_from(world, held):
    orders: list[PackOrder] = []

    def make(order: PackOrder) -> Iterator[MadeFile]:
        orders.append(order)
        return plain_files(order)

    frozen(world, held)
    nxt = later(world)
    preview = order_of(nxt, last=last_pack(nxt), summary="Late", **told(world, NOON))
    frozen(world, nxt, NOON, summary="Late", make=make)
    assert orders == [preview]


def test_whoever_freezes_another_summary_than_they_looked_at_is_told(world, held):
    draft(world, held)
    looked_at = draft(world, held).version
    draft(world, held, "Another")

    with nothing_written(Conflict):
        frozen(world, held, NOON, expected=looked_at)
    assert frozen(world, held, NOON, expected=looked_at + 1).number == 1


def test_where_a_file_cannot_be_made_nothing_is_frozen(world, held):
    def broken(order: PackOrder) -> Iterator[MadeFile]:
        yield from plain_files(order)
        raise OSError("no such library")

    with nothing_written(OSError):
        frozen(world, held, make=broken)
    assert not PackContent.objects.exists()


# Forms made later -----------------------------------------------------------------------------------------------------


def test_a_form_is_added_later_and_made_once(world, held):
    pack = frozen(world, held)
    made = file_of(PackForm.PDF, b"%PDF-1.7", "pack.pdf")
    file = add_pack_file(pack=pack, made=made, **told(world, moment(LATEST)))

    assert (file.name, file.size, file.made_at) == ("pack.pdf", 8, moment(LATEST))
    assert bytes_of(pack, PackForm.PDF) == b"%PDF-1.7"
    with refused("", match="a frozen file is not made twice"):
        add_pack_file(pack=pack, made=made, **told(world, moment(LATEST)))
    with refused("", match="is there already"):
        add_pack_file(pack=pack, made=file_of(PackForm.PAGE, b"another"), **told(world, moment(LATEST)))


def test_files_of_the_same_bytes_share_their_content(world, held):
    same = file_of(PackForm.STYLESHEET, b"body {}")

    def make(order: PackOrder) -> list[MadeFile]:
        return [made for made in plain_files(order) if made.form != PackForm.STYLESHEET] + [same]

    first = frozen(world, held, make=make)
    second = frozen(world, held, NOON, make=make, corrected_why="A wrong total")

    assert {pack.files.get(form="stylesheet").sha384 for pack in (first, second)} == {hash_of(b"body {}")}
    assert (PackFile.objects.count(), PackContent.objects.count()) == (6, 5)
