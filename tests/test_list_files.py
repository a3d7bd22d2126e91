"""Excel beside CSV: for every list the same rows, columns, order and words, typed, inert, and flat in memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.http.response import HttpResponseBase
from django.urls import get_resolver, reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from activities.actions.proposals import propose_date
from activities.actions.words import edit_words
from activities.exports.columns import Column
from activities.exports.csv_files import inert
from activities.exports.list_files import XLSX
from activities.exports.xlsx_files import CUT, MOST_CHARACTERS, REST_ELSEWHERE, About, workbook
from agencies.standing import Standing
from tests.deciding import decide, meeting
from tests.generated import grow, half_a_year
from tests.scenes import played_once
from tests.test_access import every_address
from tests.test_positions import a_round_of_q1
from tests.world import World, moment
from tnoc_tracker.record.days import long_date

PLAN = "tnoc-2021-22"
FORMULA = '=HYPERLINK("https://example.org","press")'
LISTS = sorted(each.name for each in every_address() if "ending" in each.pattern.converters)
OTHERS = {"quarter": "2021-22-q1"}
ABOUT = About("A plan", "A list", "Position now", (("Shown", "Everything"),), moment(date(2022, 2, 15)))


@played_once
def story(world: World) -> World:
    """Half a year of work, a round, a proposed date, a decision, and words that look like a formula."""
    half_a_year(world)
    a_round_of_q1(world)
    told = {"by": world.standing("secretariat"), "at": world.now}
    edit_words(activity=world.activity(7), title=FORMULA, description="@SUM(1)", reason="=1+1", **told)
    asked = {"milestone": world.milestone(7), "to": date(2022, 3, 31), "reason": "-1 quarter\r\nmore"}
    propose_date(**asked, by=Standing.of(world.person("sfo"), world.today), at=moment(date(2022, 2, 8)))
    decide(world, meeting(world, date(2022, 2, 8)), what="=Ask again")
    return world


def address(name: str, ending: str, **query: str) -> str:
    wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    known = {"plan": PLAN, "ending": ending, **OTHERS}
    return reverse(name, kwargs={key: known[key] for key in wanted}, query=query or None)


def content(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def csv_rows(response: HttpResponseBase) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(response).decode(), newline="")))


def book_of(file: bytes) -> Any:
    return load_workbook(io.BytesIO(file))


def words(value: Any) -> str:
    if isinstance(value, datetime):
        return long_date(value.date())
    return "" if value is None else str(value)


def sheet_rows(sheet: Any) -> list[list[str]]:
    return [[words(cell.value) for cell in row] for row in sheet.iter_rows()]


def as_csv(rows: list[list[str]]) -> list[list[str]]:
    """Rows of a sheet as CSV has them: what a spreadsheet would run has an apostrophe before it."""
    return [[inert(cell) for cell in row] for row in rows]


def lines_alike(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.replace("\r\n", "\n") for cell in row] for row in rows]


# Every list -------------------------------------------------------------------------------------------------------


def test_every_list_is_known() -> None:
    assert {"overdue_file", "slippage_file", "activity_list_file", "proposal_list_file", "round_file"} <= set(LISTS)
    assert {"agency_list_file", "compare_file", "audit_file", "decisions_file"} <= set(LISTS)


@pytest.mark.parametrize("as_at", ["", "2022-01-31"])
@pytest.mark.parametrize("name", LISTS)
def test_excel_says_what_csv_says_row_by_row(story: World, sign_in: Any, name: str, as_at: str) -> None:
    client = sign_in("steering")
    query = {"as_at": as_at} if as_at else {}
    as_text, as_book = (client.get(address(name, ending, **query)) for ending in ("csv", "xlsx"))
    rows, book = lines_alike(csv_rows(as_text)), book_of(content(as_book))

    assert as_csv(sheet_rows(book.worksheets[0])) == rows
    assert as_at or len(rows) > 1, "an empty list proves nothing"
    assert as_book["Content-Type"] == XLSX
    assert as_book["Content-Disposition"] == as_text["Content-Disposition"].replace(".csv", ".xlsx")
    assert as_book["Cache-Control"] == as_text["Cache-Control"] == "private, no-cache"
    about = dict(sheet_rows(book["About"]))
    assert about["Rows"] == str(len(rows) - 1)
    assert about["Plan"] == story.plan.title
    if as_at and name != "compare_file":
        assert about["Position"] == "Position at 31 January 2022, as recorded then"


@pytest.mark.parametrize("name", LISTS)
def test_no_cell_of_any_list_is_a_formula_or_a_link(story: World, sign_in: Any, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content(sign_in("steering").get(address(name, "xlsx"))))) as book:
        sheets = [book.read(each) for each in book.namelist() if each.startswith("xl/worksheets/sheet")]
    tags = {each.tag.rpartition("}")[2] for sheet in sheets for each in ElementTree.fromstring(sheet).iter()}
    assert "c" in tags
    assert tags.isdisjoint({"f", "hyperlink", "hyperlinks"})


def test_what_looks_like_a_formula_is_a_text_and_stays_one_where_it_is_edited(story: World, sign_in: Any) -> None:
    book = book_of(content(sign_in("steering").get(address("activity_list_file", "xlsx", q="hyperlink"))))
    cell = book.worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    assert cell.quotePrefix


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("overdue_file", {"body": "police"}, "answered for by Police"),
        ("slippage_file", {"focus": "unify"}, "in UNIFY"),
        ("activity_list_file", {"due": "past_due", "body": "police"}, "overdue, paused too, involving Police"),
        ("round_file", {"state": "back"}, "returned, in whatever state"),
        ("audit_file", {"person": "program"}, "by a program"),
        ("decisions_file", {"state": "open"}, "open"),
        ("activity_list_file", {}, "Everything"),
    ],
)
def test_the_filters_of_a_list_are_those_of_its_file_and_are_said_in_it(
    story: World, sign_in: Any, name: str, query: dict[str, str], said: str
) -> None:
    client = sign_in("steering")
    rows = lines_alike(csv_rows(client.get(address(name, "csv", **query))))
    book = book_of(content(client.get(address(name, "xlsx", **query))))
    assert as_csv(sheet_rows(book.worksheets[0])) == rows
    assert dict(sheet_rows(book["About"]))["Shown"] == said


def test_the_file_of_a_comparison_says_its_period(story: World, sign_in: Any) -> None:
    between = {"from": "2021-12-31", "to": "2022-01-31"}
    book = book_of(content(sign_in("steering").get(address("compare_file", "xlsx", **between))))
    assert dict(sheet_rows(book["About"]))["Position"] == "Between 31 December 2021 and 31 January 2022"


def test_a_position_of_now_says_its_moment(story: World, sign_in: Any) -> None:
    book = book_of(content(sign_in("steering").get(address("activity_list_file", "xlsx"))))
    assert dict(sheet_rows(book["About"]))["Position"].startswith("Position at 15 February 2022, ")


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ("agency_list_file", "proposal_list_file")])
def test_a_filter_that_cannot_be_read_gives_a_sentence_and_no_file(story: World, sign_in: Any, name: str) -> None:
    asked = {"from": "never"} if name == "compare_file" else {"colour": "green"}
    answers = [sign_in("steering").get(address(name, ending, **asked)) for ending in ("csv", "xlsx")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content != b""
    assert answers[1]["Content-Type"].startswith("text/plain")


def test_no_other_ending_is_an_address(story: World, sign_in: Any) -> None:
    client = sign_in("steering")
    for ending in ("xls", "json", "XLSX", "csvx", ""):
        assert client.get(f"/plans/{PLAN}/overdue.{ending}").status_code == 404, ending


PAGES = {
    "overdue_file": "overdue/?focus=unify",
    "slippage_file": "slippage/",
    "activity_list_file": "activities/?q=a&body=",
    "proposal_list_file": "proposals/",
    "round_file": "rounds/2021-22-q1/?state=missing",
    "agency_list_file": "agencies/",
    "compare_file": "compare/?from=2021-12-31",
    "decisions_file": "decisions/?state=open",
    "audit_file": "audit/?person=program&page=2",
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_leads_to_both_files_of_what_it_shows(story: World, sign_in: Any, name: str) -> None:
    client = sign_in("steering")
    page = client.get(f"/plans/{PLAN}/{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}as_at=2022-02-10")
    html = page.content.decode().replace("&amp;", "&")
    for ending in ("csv", "xlsx"):
        link = page.context["files"][ending]
        assert f'href="{link}" download' in html
        assert "as_at=2022-02-10" in link
        assert "page=" not in link
        assert content(client.get(link))
    assert "Excel (XLSX)" in html


def test_an_excel_file_takes_as_many_queries_for_many_activities_as_for_few(
    world: World, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client, url = sign_in("secretariat"), address("activity_list_file", "xlsx")
    content(client.get(url))
    with django_assert_max_num_queries(12) as few:
        content(client.get(url))
    grow(world.plan, 200)
    with django_assert_max_num_queries(12) as many:
        assert len(sheet_rows(book_of(content(client.get(url))).worksheets[0])) == 201
    assert len(many) == len(few)


# The workbook -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    name: str | None = ""
    due: date | str | None = None
    days: int = 0
    number: str = ""


COLUMNS = (
    Column("name", "Name", lambda row: row.name),
    Column("due", "Due", lambda row: row.due),
    Column("days", "Days", lambda row: row.days, numeric=True),
    Column("number", "No.", lambda row: row.number, numeric=True),
)


def made(rows: Any, **more: Any) -> bytes:
    with workbook(COLUMNS, rows, ABOUT, **more) as file:
        return file.read()


def first_sheet(rows: Any, **more: Any) -> Any:
    return book_of(made(rows, **more)).worksheets[0]


def test_a_date_is_a_date_and_a_number_a_number() -> None:
    (_, row) = first_sheet([Row("7", date(2021, 12, 31), -46, "12")]).iter_rows()
    assert [words(cell.value) for cell in row] == ["7", "31 December 2021", "-46", "12"]
    assert [cell.data_type for cell in row] == ["s", "d", "n", "n"]
    assert row[1].is_date
    assert row[1].number_format == "[$-1409]d mmmm yyyy"


@pytest.mark.parametrize("number", ["", "row-21", "012", "²", "1.5", "١٢"])
def test_what_is_no_whole_number_stays_as_it_is(number: str) -> None:
    (_, row) = first_sheet([Row(number=number)]).iter_rows()
    assert row[3].value == (number or None)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(9999, 12, 31)])
def test_a_day_that_excel_counts_otherwise_is_written_in_words(day: date) -> None:
    (_, row) = first_sheet([Row(due=day)]).iter_rows()
    assert words(row[1].value) == long_date(day)
    assert row[1].is_date == (day >= date(1900, 3, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])), max_size=5))
def test_whatever_people_write_comes_back_cell_by_cell(texts: list[str]) -> None:
    rows = sheet_rows(first_sheet([Row(text) for text in texts]))
    assert [row[0] for row in rows] == ["Name", *texts]


@pytest.mark.parametrize(
    "text", ["<r><t>bold</t></r>", "<r></r>", "<r>&nbsp;</r>", "<c><f>1+1</f></c>", "&amp;", "_x0041_", "a\x01b", "]]>"]
)
def test_a_text_is_never_taken_for_markup(text: str) -> None:
    file = made([Row(text)])
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    (cell,) = [each for each in sheet.iter() if each.attrib.get("r") == "A2"]
    read = "".join(cell.itertext()).replace("_x005F_x0041_", "_x0041_").replace("_x0001_", "\x01")
    assert read.rstrip(" ") == text


def test_a_line_break_is_one_as_excel_has_it() -> None:
    (_, row) = first_sheet([Row("one\r\ntwo\nthree")]).iter_rows()
    assert row[0].value == "one\ntwo\nthree"
    assert row[0].alignment.wrap_text


@pytest.mark.parametrize("letter", ["a", "ā", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    fits, longer = letter * (MOST_CHARACTERS // units), letter * (MOST_CHARACTERS // units + 1)
    rows = sheet_rows(first_sheet([Row(fits), Row(longer)]))
    assert rows[1][0] == fits
    assert rows[2][0].endswith(CUT)
    assert rows[2][0].removesuffix(CUT).strip(letter) == ""
    assert len(rows[2][0].encode("utf-16-le")) // 2 <= MOST_CHARACTERS


def test_more_rows_than_a_sheet_holds_are_cut_and_that_is_said() -> None:
    whole = sheet_rows(first_sheet([Row("a"), Row("b"), Row("c")], most_rows=4))
    cut = book_of(made((Row(name) for name in "abcd"), most_rows=4))
    assert [row[0] for row in whole] == ["Name", "a", "b", "c"]
    assert [row[0] for row in sheet_rows(cut.worksheets[0])] == ["Name", "a", "b", REST_ELSEWHERE]
    assert dict(sheet_rows(cut["About"]))["Rows"] == "2"


def test_an_empty_list_has_its_headings() -> None:
    book = book_of(made([]))
    assert sheet_rows(book.worksheets[0]) == [["Name", "Due", "Days", "No."]]
    assert dict(sheet_rows(book["About"]))["Rows"] == "0"


def test_the_headings_stay_in_sight_and_are_repeated_in_print() -> None:
    sheet = first_sheet([Row("a")])
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.auto_filter.ref == "A1:D2"


def test_a_protective_marking_stands_at_head_and_foot_of_both_sheets_and_in_the_name(
    story: World, sign_in: Any, settings: Any
) -> None:
    settings.PROTECTIVE_MARKING = "IN-CONFIDENCE & CLOSED"
    response = sign_in("steering").get(address("overdue_file", "xlsx"))
    book = book_of(content(response))
    assert response["Content-Disposition"].endswith('overdue-2022-02-15-in-confidence-closed.xlsx"')
    for sheet in book.worksheets:
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "IN-CONFIDENCE && CLOSED"
    assert sheet_rows(book["About"])[0] == ["Marking", "IN-CONFIDENCE & CLOSED"]
    assert sheet_rows(book.worksheets[0])[0][0] == "Days late"


def test_a_long_title_and_marking_still_fit_a_header(settings: Any) -> None:
    settings.PROTECTIVE_MARKING = "M" * 200
    about = About("P" * 300, "T" * 300 + "[a]:b", "Q" * 300, (), moment(date(2022, 2, 15)))
    with workbook(COLUMNS, [], about) as file:
        book = book_of(file.read())
    assert len(book.worksheets[0].title) == 31
    assert book.worksheets[0].oddHeader.center.text == "M" * 79 + "…"


def test_the_memory_for_many_rows_is_that_for_few() -> None:
    def peak(count: int) -> int:
        rows: Iterator[Row] = (Row(f"Row {number}", date(2022, 1, 1), number) for number in range(count))
        tracemalloc.start()
        workbook(COLUMNS, rows, ABOUT).close()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    few, many = peak(400), peak(4_000)
    assert many < few + 300_000


def test_rows_that_fail_leave_nothing_open() -> None:
    def rows() -> Iterator[Row]:
        yield Row("a")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        workbook(COLUMNS, rows(), ABOUT)
