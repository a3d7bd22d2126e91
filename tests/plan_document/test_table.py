"""The file as a table."""

import pytest

from activities.plan_document import NotAPlan
from activities.plan_document.table import LONGEST_CELL, MOST_BYTES, MOST_LINES, MOST_ROWS, read_table

from .tables import CLIPPED, HEADER

ROW = "F\tP\tA\tD\tR\tT"


def table(*lines, newline="\n", end=""):
    return read_table((newline.join(lines) + end).encode())


@pytest.mark.parametrize("header", CLIPPED)
def test_a_header_row_is_known_by_its_names_whatever_their_case_and_clipping(header):
    read = table("TITLE", header, ROW)
    assert (read.header.number, read.unread) == (2, ())
    assert list(read.rows[0].cells.values()) == ["F", "P", "A", "D", "R", "T"]


def test_a_header_row_repeats_on_every_page_and_is_never_a_row():
    read = table(HEADER, ROW, "", *CLIPPED, ROW, HEADER)
    assert [row.line.number for row in read.rows] == [2, 4 + len(CLIPPED)]


def test_a_later_header_row_may_be_clipped_past_recognition():
    read = table(HEADER, ROW, HEADER.replace("Resourcing", "ing").replace("Timeframe", "T"), ROW)
    assert len(read.rows) == 2
    assert read.unread == ()


def test_one_column_name_nobody_knows_is_told_by_the_others_and_reported():
    read = table(HEADER.replace("Resourcing", "Whodunit"), ROW)
    assert read.rows[0].cells["resourcing"] == "R"
    assert [(line, column, unread.text) for line, column, unread in read.unread] == [(1, None, "Whodunit")]


def test_a_column_of_another_kind_is_reported_and_its_cells_are_extra():
    read = table(HEADER + "\tStatus", ROW + "\tdone")
    assert [unread.text for _, _, unread in read.unread] == ["Status"]
    assert read.rows[0].extra == ("done",)


def test_missing_cells_of_a_ragged_row_are_blank():
    read = table(HEADER, "F\tP\tA")
    assert list(read.rows[0].cells.values()) == ["F", "P", "A", "", "", ""]
    assert not read.rows[0].reproduces


def test_cells_are_kept_character_for_character():
    read = table(HEADER, " F \tP\t A\u00a0\tD  D\t\tT ")
    assert list(read.rows[0].cells.values()) == [" F ", "P", " A\u00a0", "D  D", "", "T "]


@pytest.mark.parametrize(
    ("newline", "end", "expected"),
    [
        ("\n", "", ("\n", False)),
        ("\r\n", "\r\n", ("\r\n", True)),
        ("\r", "\r", ("\r", True)),
        ("\n", "\n\n", ("\n", True)),
    ],
)
def test_line_ends_are_those_of_the_file(newline, end, expected):
    read = table(HEADER, ROW, newline=newline, end=end)
    assert (read.newline, read.final_newline) == expected
    assert read.rows[0].cells["timeframe"] == "T"


def test_where_line_ends_are_mixed_the_cells_are_clean_and_the_lines_are_kept():
    read = read_table(f"{HEADER}\r\n{ROW}\n{ROW}\r\n".encode())
    assert [row.cells["timeframe"] for row in read.rows] == ["T", "T"]
    assert [row.reproduces for row in read.rows] == [True, False]


def test_page_numbers_and_repeated_titles_are_no_rows_and_nothing_to_report():
    read = table("THE PLAN", HEADER, ROW, "Page 1 of 2", "2\t\t\t\t\t", "", "\t\t", "The  plan", HEADER, ROW)
    assert len(read.rows) == 2
    assert read.title.text == "THE PLAN"
    assert read.unread == ()


def test_other_lines_of_words_are_reported():
    read = table("THE PLAN", "Second edition", HEADER, ROW, "Note: provisional")
    assert [(line, unread.text) for line, _, unread in read.unread] == [(2, "Second edition"), (5, "Note: provisional")]
    assert [line.number for line in read.others] == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("data", "line", "expected"),
    [
        (b"", 1, "the file is empty"),
        (b"\n \n\t\n", 1, "only white space"),
        (b"one line of words", 1, "parted by tabs; found “one line of words”"),
        (b"words\na\tb\tc\n", 2, "found “a b c”"),
        (b"x\nActivity\tDescription\n", 2, "found “Activity Description”"),
        (b"ok\n\xff\xfe", 2, "text in UTF-8, found the byte 0xff at position 3"),
        (HEADER.encode("utf-16"), 1, "text in UTF-8"),
        (b"a\nb\x00", 2, "found the character U\\+0000"),
        ("a\n\U000f0000".encode(), 2, "found the character U\\+F0000"),
        (b"x\nActivity\tDescription\tTimeframe\n", 2, "Strategic Focus Area and Priority Action Area and Resourcing"),
        (HEADER.encode(), 1, "a row of the table below its header row"),
        (f"{HEADER}\n{ROW}\n{HEADER[:40]}\tDescription\n".encode(), 3, "Resourcing and Timeframe cannot be told"),
    ],
)
def test_what_is_no_plan_table_is_refused_with_the_line_and_what_was_expected(data, line, expected):
    with pytest.raises(NotAPlan, match=f"^Line {line}: expected .*{expected}") as refused:
        read_table(data)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (MOST_BYTES + 1),
        HEADER.encode() + b"\n" * (MOST_LINES + 1),
        "\n".join([HEADER, *[ROW] * (MOST_ROWS + 1)]).encode(),
        "\n".join([HEADER, ROW.replace("D", "D" * (LONGEST_CELL + 1))]).encode(),
    ],
    ids=["bytes", "lines", "rows", "cell"],
)
def test_a_file_past_all_bounds_is_refused(data):
    with pytest.raises(NotAPlan, match="at most"):
        read_table(data)
