"""Every form of a pack says what its figures say, in the same words; nothing that people wrote does anything."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.conf import settings
from openpyxl import load_workbook
from pypdf import PdfReader

from activities.exports.packs.excel import excel_of, sheet_names
from activities.exports.packs.library import UnavailableForm
from activities.exports.packs.page import BESIDE, TONES, page_of, shapes, stylesheet
from activities.exports.packs.pdf import BASE, _fetcher, pdf_of
from activities.exports.packs.printing import Printing, day_in, file_name, grouped, status_in, words_of
from activities.exports.packs.printing import marked as with_mark
from activities.exports.packs.word import word_of
from activities.pack_document import Column, PackDocument, Row, Section, Table, canonical, hash_of
from activities.pack_forms import PackForm
from activities.statuses import MEANINGS
from tests.pack_samples import CELL, DOCUMENT, PRINTABLE, marked

HASH = hash_of(canonical(DOCUMENT))
BLANK = re.compile(r"\s+")


@cache
def pdf(marking: str = "") -> bytes:
    """The PDF of the sample, made once: it takes long."""
    return pdf_of(marked(marking), figures_hash=HASH)


def squeezed(text: str) -> str:
    """A text without any white space: where lines break is the form's business."""
    return BLANK.sub("", text)


def text_of(page: str) -> str:
    """The text of a page, its tags taken out."""
    return unescape(re.sub(r"<[^>]+>", " ", page))


def told(document: PackDocument, mark: Any = words_of) -> list[str]:
    """Everything that a form says of the sections, in its order: headings, captions, cells, notes, totals."""
    printing, said = Printing(document, HASH), []
    for numbered in (*printing.sections, *printing.annexes):
        said += [numbered.heading, *numbered.section.paragraphs]
        for table in numbered.section.tables:
            if not table.rows:
                said.append(table.empty)
                continue
            said.append(table.caption)
            said += [column.label for column in table.columns]
            for row in table.rows:
                said += [mark(cell, column.kind) for cell, column in zip(row.cells, table.columns, strict=True)]
                said += [f"{note.label} {note.text}" for note in row.notes]
            said += [words_of(cell, column.kind) for cell, column in zip(table.total, table.columns, strict=False)]
    return [each.replace("\u0007", "").replace("\u001b", "") for each in said if each]


def assert_said_in_order(text: str, said: list[str]) -> None:
    """Each of them is in the text, after the one before it."""
    squashed, place = squeezed(text), 0
    for each in said:
        found = squashed.find(squeezed(each), place)
        assert found >= 0, f"“{each}” is not said after “…{squashed[max(0, place - 60) : place]}”"
        place = found + len(squeezed(each))


# The words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "kind", "words"),
    [
        (None, "text", ""),
        ("=1", "text", "=1"),
        (0, "number", "0"),
        (3, "change", "+3"),
        (-3, "change", "−3"),
        (0, "change", "0"),
        (None, "change", ""),
        ("2021-09-30", "date", "30 September 2021"),
        ("To be decided", "date", "To be decided"),
        ("2021-09-30", "text", "2021-09-30"),
        ("off_track", "status", "Off track"),
        ("no status", "status", "no status"),
    ],
)
def test_a_cell_is_printed_by_the_kind_of_its_column(cell, kind, words):
    assert words_of(cell, kind) == words


def test_only_what_is_a_day_or_a_status_is_taken_for_one():
    assert day_in("2021-09-30") == date(2021, 9, 30)
    assert (day_in("30 September"), day_in(20210930), day_in(None)) == (None, None, None)
    assert (status_in("lost"), status_in(None), status_in(1)) == (None, None, None)
    assert with_mark("at_risk", "status") == "▲ At risk"
    assert with_mark("at_risk", "text") == "at_risk"


def test_the_cover_says_what_the_pack_is_and_leaves_out_what_does_not_apply():
    facts = dict(Printing(marked(), HASH).facts)
    assert facts["Returns received"] == "28 of 35"
    assert facts["Position"] == "15 February 2022, 10:05 am, as recorded then"
    assert facts["Movements since"] == "16 November 2021, 9:00 am"
    assert facts["Quarter end"] == "31 December 2021"
    assert facts["Version"] == "1, frozen by Secretariat Officer"
    assert facts["Protective marking"] == "IN-CONFIDENCE"
    assert facts["SHA-384 of the figures"].replace(" ", "") == HASH
    assert "Why this version" not in facts
    assert "Rendered" not in facts

    first = replace(DOCUMENT.cover, round=None, quarter_end=None, previous_position=None, asked=None, returned=None)
    facts = dict(Printing(replace(DOCUMENT, cover=first), HASH).facts)
    assert facts["Reporting round"] == "This meeting looks at no round"
    assert facts["Movements since"].startswith("The plan’s start")
    assert not {"Quarter end", "Returns received", "Protective marking"} & set(facts)


def test_a_form_made_later_says_when_and_from_which_version():
    assert dict(Printing(DOCUMENT, HASH, date(2022, 3, 3)).facts)["Rendered"] == "On 3 March 2022, from version 1"
    for form in (page_of, word_of, excel_of, pdf_of):
        assert "On 3 March 2022, from version 1" in read(
            form(DOCUMENT, figures_hash=HASH, rendered_on=date(2022, 3, 3))
        )
        assert "from version 1" not in read(pdf() if form is pdf_of else form(DOCUMENT, figures_hash=HASH))


def test_a_hash_is_printed_in_groups_of_eight():
    assert grouped("0123456789abcdef") == "01234567 89abcdef"
    assert len(grouped(HASH).split()) == 12


def test_a_file_says_in_its_name_what_it_is_under_which_marking():
    assert file_name(DOCUMENT.cover, PackForm.PDF) == "TNOC pack tnoc-2021-22 2022-02-22 v1.pdf"
    cover = marked("IN CONFIDENCE / Tūmataiti").cover
    assert file_name(cover, PackForm.EXCEL) == "TNOC pack annex tnoc-2021-22 2022-02-22 v1 IN-CONFIDENCE-Tumataiti.xlsx"
    assert len({file_name(cover, form) for form in PackForm}) == len(PackForm)
    assert all(file_name(cover, form).isascii() for form in PackForm)


# Reading a form back -------------------------------------------------------------------------------------------------


def read(form: bytes) -> str:
    """What a form says, whichever it is."""
    if form.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(form)).pages)
    if form.startswith(b"PK"):
        return read_word(form) if b"word/document.xml" in form else read_excel(form)
    return text_of(form.decode())


def read_word(form: bytes) -> str:
    """The paragraphs and the cells of a Word document, in order; a merged cell once."""
    said: list[str] = []
    for each in docx.Document(BytesIO(form)).iter_inner_content():
        if isinstance(each, docx.text.paragraph.Paragraph):
            said.append(each.text)
            continue
        for row in each.rows:
            boxes = {cell._tc: cell.text for cell in row.cells}  # a merged cell is in it once
            said += boxes.values()
    return "\n".join(said)


def read_excel(form: bytes) -> str:
    """The cells of an Excel file as they read, sheet by sheet."""
    book = load_workbook(BytesIO(form))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_says_everything_in_order():
    page = page_of(DOCUMENT, figures_hash=HASH).decode()
    facts = [words for pair in Printing(DOCUMENT, HASH).facts for words in pair]
    contents = [f"{each.number}. {each.section.title}" for each in Printing(DOCUMENT, HASH).sections]
    assert_said_in_order(text_of(page), [*facts, *contents, *told(DOCUMENT)])


def test_the_page_is_a_document_of_its_own_beside_its_stylesheet():
    page = page_of(DOCUMENT, figures_hash=HASH).decode()
    assert page.startswith('<!doctype html>\n<html lang="en-NZ">')
    assert re.findall(r'(?:src|href)="(?!#|https://tracker\.example)([^"]*)"', page) == [BESIDE]
    assert not re.search(r"<(script|style|iframe|img|object|form)\b", page)
    assert not re.search(r'\s(style|on\w+)="', page)


def test_the_page_is_the_same_bytes_for_the_same_figures():
    assert page_of(DOCUMENT, figures_hash=HASH) == page_of(DOCUMENT, figures_hash=HASH)


def test_what_people_typed_is_text_on_the_page():
    page = page_of(DOCUMENT, figures_hash=HASH).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "\u0007" not in page


def test_a_status_is_a_shape_and_a_word():
    page = page_of(DOCUMENT, figures_hash=HASH).decode()
    for meaning in MEANINGS.values():
        drawn = rf'<svg [^>]*aria-hidden="true">{re.escape(shapes()[meaning.shape])}</svg> {meaning.label}</span>'
        assert re.search(drawn, page), meaning.label


def test_the_colours_on_paper_are_those_of_the_product():
    tokens = (settings.BASE_DIR / "tnoc_tracker/static/tnoc/base.css").read_text()
    assert {tone: re.search(rf"--{tone}: light-dark\((#\w+)", tokens)[1] for tone in TONES} == TONES
    assert set(TONES) == {meaning.tone for meaning in MEANINGS.values()}


def test_a_row_leads_to_its_activity_as_it_stood_then_where_the_pack_knows_where_that_is():
    page = page_of(DOCUMENT, figures_hash=HASH).decode()
    page_of_7 = "https://tracker.example.govt.nz/plans/tnoc-2021-22/activities/7/"
    address = f"{page_of_7}?as_at=2022-02-15T10%3A05%3A00%2B13%3A00"
    assert re.search(rf'<a href="{re.escape(address)}">7 Strategy endorsed\s*</a>', page)
    homeless = replace(DOCUMENT, cover=replace(DOCUMENT.cover, site=""))
    assert 'href="http' not in page_of(homeless, figures_hash=HASH).decode()


def test_the_marking_stands_at_the_top_and_at_the_foot_of_the_page():
    assert "marking" not in page_of(DOCUMENT, figures_hash=HASH).decode()
    page = page_of(marked(), figures_hash=HASH).decode()
    assert re.findall(r'<p class="marking (\w+)"><span>IN-CONFIDENCE</span></p>', page) == ["top", "foot"]


def test_a_preview_says_that_it_is_a_draft_and_prints_no_hash():
    page = page_of(DOCUMENT, figures_hash="", preview=True).decode()
    assert page.count("Draft, not frozen") >= 3
    assert "SHA-384" not in page
    assert BESIDE not in page
    assert "/static/tnoc/pack.css" in page
    assert "Draft" not in page_of(DOCUMENT, figures_hash=HASH).decode()


def test_the_stylesheet_asks_for_nothing():
    text = stylesheet().decode()
    assert "url(" not in text.replace("attr(href url)", "")
    assert "@import" not in text
    assert len(text.splitlines()) <= 110


# PDF -----------------------------------------------------------------------------------------------------------------


def test_the_pdf_says_what_the_page_says_in_order():
    assert_said_in_order(read(pdf()), told(DOCUMENT))


def test_the_pdf_is_tagged_titled_and_in_its_language():
    file = PdfReader(BytesIO(pdf()))
    root: Any = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-NZ"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in file.xmp_metadata.stream.get_data() if file.xmp_metadata else False
    assert file.metadata is not None
    assert file.metadata.title.startswith("Pack: Steering Group, 22 February 2022 – Version 1")


def test_every_page_of_the_pdf_is_numbered_and_marked_twice():
    pages = PdfReader(BytesIO(pdf("IN-CONFIDENCE"))).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert text.count("IN-CONFIDENCE") >= 2
    assert "IN-CONFIDENCE" not in read(pdf())


def test_the_head_of_a_table_repeats_on_every_page_of_the_pdf():
    register = next(each for each in DOCUMENT.sections if each.key == "register")
    pages = PdfReader(BytesIO(pdf_of(replace(DOCUMENT, sections=(register,)), figures_hash=HASH))).pages
    with_rows = [text for page in pages if "of the plan" in (text := page.extract_text())]
    assert len(with_rows) == 2
    assert all("Delivery status" in text and "Agreed date" in text for text in with_rows)


def test_the_pdf_reaches_for_nothing_but_its_stylesheet():
    weasyprint = pytest.importorskip("weasyprint")
    fetcher = _fetcher(weasyprint)
    assert fetcher(f"{BASE.removesuffix('page/')}files/stylesheet/").read() == stylesheet()
    for address in ("https://evil.example/x", "file:///etc/passwd", "data:text/plain,x"):
        with pytest.raises(ValueError, match="reaches for nothing"):
            fetcher(address)


# Word ----------------------------------------------------------------------------------------------------------------


def test_the_word_document_says_what_the_page_says_in_order():
    text = read_word(word_of(DOCUMENT, figures_hash=HASH))
    facts = [words for pair in Printing(DOCUMENT, HASH).facts for words in pair]
    assert_said_in_order(text, [*facts, *told(DOCUMENT, with_mark)])


def test_the_word_document_has_real_headings_heads_that_repeat_and_rows_that_stay_whole():
    document = docx.Document(BytesIO(word_of(DOCUMENT, figures_hash=HASH)))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    printing = Printing(DOCUMENT, HASH)
    assert headings == [each.heading for each in (*printing.sections, *printing.annexes)]
    facts, *tables = document.tables
    assert not facts._tbl.xpath(".//w:tblHeader")
    assert [len(table._tbl.xpath(".//w:tblHeader")) for table in tables] == [1] * len(tables)
    for table in document.tables:
        assert len(table._tbl.xpath(".//w:cantSplit")) == len(table.rows)


def test_the_word_document_is_in_its_language_and_marked_on_every_page():
    document = docx.Document(BytesIO(word_of(marked(), figures_hash=HASH)))
    assert document.core_properties.language == "en-NZ"
    assert document.core_properties.created.isoformat() == "2022-02-14T21:05:00+00:00"
    assert document.styles.element.xpath("//w:rPrDefault//w:lang/@w:val") == ["en-NZ"]
    (section,) = document.sections
    assert section.header.paragraphs[0].text == "IN-CONFIDENCE"
    assert section.footer.paragraphs[0].text == "IN-CONFIDENCE"
    plain = docx.Document(BytesIO(word_of(DOCUMENT, figures_hash=HASH))).sections[0]
    assert "".join(each.text for each in plain.header.paragraphs) == ""


# Excel ---------------------------------------------------------------------------------------------------------------


def book(document: PackDocument = DOCUMENT) -> Any:
    return load_workbook(BytesIO(excel_of(document, figures_hash=HASH)))


def test_the_annex_has_a_sheet_for_every_table_with_its_cells_as_numbers_and_days():
    tables = [table for section in DOCUMENT.sections for table in section.tables if table.rows]
    file = book()
    assert file.sheetnames == ["Cover", "Decisions", "Headline", "By status", "Overdue", "Register"]
    for name, table in zip(file.sheetnames[1:], tables, strict=True):
        sheet = file[name]
        assert [cell.value for cell in sheet[1]][: len(table.columns)] == [column.label for column in table.columns]
        for line, row in enumerate(table.rows, start=2):
            cells = [cell.value for cell in sheet[line]][: len(table.columns)]
            assert cells == [typed(cell, column) for cell, column in zip(row.cells, table.columns, strict=True)]


def typed(cell: Any, column: Column) -> Any:
    """A cell as Excel has it."""
    day = day_in(cell) if column.kind == "date" else None
    if day:
        return datetime.combine(day, time())
    return cell if isinstance(cell, int) else words_of(cell, column.kind) or None


def test_notes_stand_beside_their_row_and_totals_under_the_rows():
    file = book()
    assert [cell.value for cell in file["Overdue"][1]][-3:] == ["Reason", "Path to green", "Ask"]
    assert file["Overdue"]["I2"].value == "Strategy endorsed waits for the review.\nThe review waits for the Minister."
    assert [cell.value for cell in file["By status"][9]] == ["All activities", 28]


def test_nothing_that_people_wrote_is_a_formula_or_a_link():
    file = book()
    cells = [cell for sheet in file for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.hyperlink is None for cell in cells)
    assert file["Decisions"]["B3"].value == CELL
    assert file["Decisions"]["B3"].quotePrefix
    assert file["Decisions"]["C2"].value == PRINTABLE
    assert file["Decisions"]["C2"].quotePrefix


def test_every_sheet_keeps_its_head_in_sight_and_is_marked_on_paper():
    for sheet in book(marked("IN-CONFIDENCE & more")):
        assert (sheet.oddHeader.center.text, sheet.oddFooter.center.text) == ("IN-CONFIDENCE && more",) * 2
        if sheet.title != "Cover":
            assert (sheet.freeze_panes, sheet.print_title_rows) == ("B2", "$1:$1")


def test_the_cover_of_the_annex_names_every_table_and_those_without_rows():
    said = {row[0].value: row[1].value for row in book()["Cover"].iter_rows() if row[0].value}
    assert said["Returns received"] == "28 of 35"
    assert said["Nothing has moved: Dates moved"] == "No agreed date moved."
    assert said["The register: Every activity in plan order"] == "Sheet “Register”"


def test_the_names_of_sheets_are_short_and_none_is_there_twice():
    names = sheet_names(["cover", "a" * 40, "a" * 41, "By_Status", "by_status"])
    assert len({name.casefold() for name in names.values()}) == 5
    assert all(len(name) <= 31 for name in names.values())
    assert "Cover" not in names.values()


# All of them ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [page_of, pdf_of, word_of, excel_of])
def test_a_form_is_the_same_bytes_for_the_same_figures(form):
    once = pdf("IN-CONFIDENCE") if form is pdf_of else form(marked(), figures_hash=HASH)
    assert form(marked(), figures_hash=HASH) == once


@pytest.mark.parametrize("form", [page_of, pdf_of, word_of, excel_of])
def test_a_pack_with_nothing_in_it_can_be_printed(form):
    table = Table("nothing", "Nothing", (Column("A"),), (Row(("",)),))
    empty = replace(DOCUMENT, sections=(Section("a", "A section"), Section("b", "Another", tables=(table,))))
    assert "Another" in read(form(empty, figures_hash=HASH))


@pytest.mark.parametrize("form", [page_of, pdf_of, word_of])
def test_an_empty_table_is_its_sentence_without_its_caption(form):
    table = Table("nothing", "A caption of nothing", (Column("A"),), (), "There is nothing of it.")
    text = read(form(replace(DOCUMENT, sections=(Section("a", "A section", tables=(table,)),)), figures_hash=HASH))
    assert "There is nothing of it." in " ".join(text.split())
    assert "A caption of nothing" not in " ".join(text.split())


def test_the_cover_of_the_annex_names_a_table_that_is_empty():
    table = Table("nothing", "A caption of nothing", (Column("A"),), (), "There is nothing of it.")
    document = replace(DOCUMENT, sections=(Section("a", "A section", tables=(table,)),))
    text = read(excel_of(document, figures_hash=HASH))
    assert "A section: A caption of nothing" in text
    assert "There is nothing of it." in text


@pytest.mark.parametrize(("library", "form"), [("weasyprint", pdf_of), ("docx", word_of)])
def test_a_missing_library_is_said_with_what_to_do(monkeypatch, library, form):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        UnavailableForm, match=r"is not installed\. Whoever runs the tracker finds how .* in the README"
    ):
        form(DOCUMENT, figures_hash=HASH)


def test_a_library_that_lacks_what_it_stands_on_is_said_as_well(monkeypatch, tmp_path: Path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(UnavailableForm, match="Pango"):
        pdf_of(DOCUMENT, figures_hash=HASH)
