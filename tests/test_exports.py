"""Lists as files: the same columns, order and words as the page, safe to open, all rows of the filtered list."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from types import GeneratorType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.actions.words import edit_words
from activities.exports.columns import AT_ONCE, Column, headings, in_words
from activities.exports.csv_files import csv_response, inert, lines
from tests.generated import grow, half_a_year
from tests.pages import cells_of
from tests.scenes import after

LIST = "/plans/tnoc-2021-22/activities/"
FILE = "/plans/tnoc-2021-22/activities.csv"


@dataclass
class Row:
    name: str
    due: date | None = None
    days: int = 0


COLUMNS = (
    Column("name", "Name", lambda row: row.name),
    Column("due", "Due", lambda row: row.due),
    Column("days", "Days", lambda row: row.days, numeric=True),
)


def read(response) -> list[list[str]]:
    """The cells of a CSV answer."""
    text = b"".join(response.streaming_content).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_value_is_printed_as_people_read_it():
    assert in_words(date(2021, 9, 30)) == "30 September 2021"
    assert in_words(None) == ""
    assert in_words(0) == "0"
    assert headings(COLUMNS) == ["Name", "Due", "Days"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_made_inert(cell):
    assert inert(cell) == f"'{cell}"


@given(st.text())
def test_no_cell_begins_with_what_a_spreadsheet_would_run(text):
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert inert(text).endswith(text)


@given(st.lists(st.builds(Row, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))), max_size=5))
def test_whatever_people_write_comes_back_from_the_file_cell_by_cell(rows):
    text = "".join(lines(COLUMNS, rows))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["Name", "Due", "Days"],
        *([inert(row.name), "", "0"] for row in rows),
    ]


def test_a_file_is_streamed_as_its_rows_are_read():
    asked = []

    def rows():
        for number in range(3 * AT_ONCE):
            asked.append(number)
            yield Row(str(number))

    stream = lines(COLUMNS, rows())
    assert isinstance(stream, GeneratorType)
    next(stream)
    assert asked == []
    assert next(stream).count("\r\n") == len(asked) == AT_ONCE
    assert "".join(stream).count("\r\n") == 2 * AT_ONCE


def test_a_file_names_itself_and_is_kept_by_nobody():
    response = csv_response(COLUMNS, [Row("a")], "plan-activities-2022-02-15")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="plan-activities-2022-02-15.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert not b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")


def test_a_protective_marking_stands_in_the_name_and_in_the_first_line(settings):
    settings.PROTECTIVE_MARKING = "IN-CONFIDENCE"
    response = csv_response(COLUMNS, [], "plan")
    assert response["Content-Disposition"] == 'attachment; filename="plan-in-confidence.csv"'
    assert read(response)[0] == ["IN-CONFIDENCE"]


@after(half_a_year)
@pytest.mark.parametrize(
    "query",
    ["", "due=past_due", "body=police&role=answers&sort=-due", "sort=title", "sort=-reported", "gap=yes", "q=tnoc"],
)
def test_the_file_has_the_cells_of_the_page(world, sign_in, query):
    client = sign_in("steering")
    page = cells_of(client.get(f"{LIST}?{query}"), "register")
    headings = [heading.removesuffix("↑").removesuffix("↓").strip() for heading in page[0]]
    assert read(client.get(f"{FILE}?{query}")) == [headings, *page[1:]]


def test_the_file_has_every_page_of_the_list(world, sign_in):
    grow(world.plan, 60)
    client = sign_in("secretariat")
    both = [row[:-1] for page in (1, 2) for row in cells_of(client.get(f"{LIST}?page={page}"), "register")[1:]]
    assert len(both) == 60
    assert read(client.get(f"{FILE}?page=2"))[1:] == both


def test_a_title_that_looks_like_a_formula_is_inert_in_the_file_only(world, sign_in):
    secretariat = world.standing("secretariat")
    edit_words(
        activity=world.activity(2), title="=HYPERLINK(1)", description="", reason="Test", by=secretariat, at=world.now
    )
    client = sign_in("steering")
    assert read(client.get(f"{FILE}?q=hyperlink"))[1][1] == "'=HYPERLINK(1)"
    assert cells_of(client.get(f"{LIST}?q=hyperlink"), "register")[1][1] == "=HYPERLINK(1)"


@after(half_a_year)
def test_the_file_of_a_past_position_is_that_position(world, sign_in):
    client = sign_in("steering")
    response = client.get(f"{FILE}?as_at=2021-11-30&q=7")
    assert "activities-2021-11-30" in response["Content-Disposition"]
    assert read(response)[1][2:5] == ["At risk", "due this quarter", "31 December 2021"]


def test_a_filter_that_cannot_be_read_gives_a_sentence_and_no_file(sign_in):
    response = sign_in("steering").get(f"{FILE}?status=green")
    assert response.status_code == 422
    assert response["Content-Type"].startswith("text/plain")
    assert "This list has no such value" in response.content.decode()


def test_a_file_takes_as_many_queries_for_many_activities_as_for_few(world, sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(FILE)
    with django_assert_max_num_queries(12) as few:
        read(client.get(FILE))
    grow(world.plan, 200)
    with django_assert_max_num_queries(12) as many:
        assert len(read(client.get(FILE))) == 201
    assert len(many) == len(few)
