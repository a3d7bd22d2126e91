"""The pack of the demonstration's round of Q2, in every form, against files that somebody has read.

The files in ``tests/golden`` are written anew, to be read as a diff before they are committed, by

    WRITE_GOLDEN=1 .venv/bin/pytest -m long tests/test_golden_pack.py

The figures and the page are compared byte for byte, Word and Excel by what they say. Where a PDF breaks its lines and
pages is its fonts' business: it has to say everything in the golden text, in that order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from openpyxl import load_workbook

from activities.actions.packs import add_pack_file, freeze_pack
from activities.actions.words import edit_words, withdraw_activity
from activities.exports.packs.making import PRINTED, at_freezing, content_of, printed_from
from activities.exports.packs.verifying import verify_packs
from activities.models import Activity, Meeting, Pack
from activities.pack_document import parse
from activities.pack_forms import PackForm
from tests.own_database import OwnDatabases
from tests.test_pack_forms import assert_said_in_order, read, read_word, text_of, told
from tests.world import moment
from tnoc_tracker.demonstration.build import PRETENDED, build
from tnoc_tracker.demonstration.lookup import SECRETARIAT
from tnoc_tracker.demonstration.lookup import told as told_by
from tnoc_tracker.demonstration.meetings import FEBRUARY

pytestmark = pytest.mark.long

GOLDEN = Path(__file__).parent / "golden"
SUMMARY = "The second quarter in one paragraph, as the Secretariat would write it for the group."


def by_her(hour: int = 16) -> dict[str, Any]:
    """The Secretariat, in the afternoon of the pretended day."""
    return told_by(SECRETARIAT, moment(PRETENDED, hour))


@pytest.fixture(scope="module")
def pack(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[Pack]:
    """The frozen pack of the demonstration's next meeting, with every form."""
    with django_db_blocker.unblock(), own_databases.bare(), override_settings(DEMONSTRATION=True):
        build(PRETENDED, lambda words: None)
        make = partial(at_freezing, site="https://tracker.example.govt.nz")
        made = freeze_pack(meeting=Meeting.objects.get(held_on=FEBRUARY), summary=SUMMARY, make=make, **by_her())
        for form in PRINTED:
            add_pack_file(pack=made, made=printed_from(made, form, rendered_on=None), **by_her())
        yield made


def stored(pack: Pack) -> dict[PackForm, bytes]:
    """The bytes of every file of a pack."""
    return {PackForm(file.form): content_of(file) for file in pack.files.all()}


def golden(name: str, now: str) -> str:
    """What a golden file says; it is written first where that is asked for."""
    path = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def cells(form: bytes) -> str:
    """Every sheet of an Excel file, a row a line, the cells as Python has them."""
    lines: list[str] = []
    for sheet in load_workbook(BytesIO(form)):
        lines += [f"# {sheet.title}", *(" | ".join(map(in_words, row)) for row in sheet.iter_rows(values_only=True))]
    return "\n".join(line.rstrip(" |") for line in lines) + "\n"


def in_words(cell: Any) -> str:
    return "" if cell is None else str(cell).replace("\n", " ⏎ ").removesuffix(" 00:00:00")


def test_the_figures_are_the_golden_ones(pack):
    figures = stored(pack)[PackForm.FIGURES].decode()
    assert figures == golden("pack-figures.json", figures)


def test_the_page_is_the_golden_one(pack):
    page = stored(pack)[PackForm.PAGE].decode()
    assert page == golden("pack-page.html", page)


def test_the_word_document_says_what_the_golden_text_says(pack):
    text = read_word(stored(pack)[PackForm.WORD]) + "\n"
    assert text == golden("pack-word.txt", text)


def test_the_pdf_says_what_the_golden_text_says_in_its_order(pack):
    files = stored(pack)
    said = "\n".join(each.replace("\n", " ") for each in told(parse(files[PackForm.FIGURES]))) + "\n"
    expected = golden("pack-pdf.txt", said).splitlines()
    assert len(expected) > 500
    assert_said_in_order(read(files[PackForm.PDF]), expected)


def test_the_annex_has_the_golden_cells(pack):
    sheets = cells(stored(pack)[PackForm.EXCEL])
    assert sheets == golden("pack-annex.txt", sheets)


def test_page_pdf_word_and_annex_say_the_same_numbers(pack):
    files = stored(pack)
    document = parse(files[PackForm.FIGURES])
    headline = next(table for table in document.section("headline").tables if table.rows)
    page = text_of(files[PackForm.PAGE].decode())
    texts = [" ".join(text.split()) for text in (page, read(files[PackForm.PDF]), read(files[PackForm.WORD]))]
    sheets = cells(files[PackForm.EXCEL])
    for row in headline.rows:
        label, number = row.cells[:2]
        assert [text for text in texts if f"{label} {number}" not in text] == [], label
        assert f"{label} | {number}" in sheets


def test_later_edits_leave_the_stored_bytes_alone(pack):
    before, names = stored(pack), set(pack.files.values_list("name", flat=True))
    said: Any = {"reason": "Merged with another", **by_her(hour=17)}
    first, second = Activity.objects.order_by("position")[2:4]
    edit_words(activity=first, title="Another title", description=first.description, **said)
    withdraw_activity(activity=second, **said)
    make = partial(at_freezing, site="https://tracker.example.govt.nz")
    words = {"summary": "Another.", "corrected_why": "Two activities have changed."}
    later = freeze_pack(meeting=pack.meeting, make=make, **words, **by_her(hour=18))

    assert stored(pack) == before
    assert set(pack.files.values_list("name", flat=True)) == names
    assert b"Another title" in stored(later)[PackForm.PAGE]
    assert verify_packs().faults == []
