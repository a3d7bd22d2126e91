"""Documents made to be slow: time grows no faster than the document.

Seconds are nobody's contract here; each case is compared with itself at a quarter of the size, in
processor time, the best of three.
"""

import time

import pytest

from activities.plan_document import parse_plan, source_bytes

from .tables import HEADER

COLUMN = {"description": 3, "resourcing": 4, "timeframe": 5}

HOSTILE = [
    ("description", "<ul>A. "),
    ("description", "<a"),
    ("description", "<ul>; "),
    ("description", "[REDACTED] "),
    ("description", "s.9(2)(a) "),
    ("description", "("),
    ("description", "• "),
    ("description", ". A"),
    ("resourcing", "Police, "),
    ("resourcing", "Police to lead, Customs to support, "),
    ("resourcing", "with support from Police "),
    ("resourcing", "A B "),
    ("resourcing", "and "),
    ("resourcing", "[REDACTED] "),
    ("timeframe", "Q1, "),
    ("timeframe", "from Q1 "),
    ("timeframe", "every "),
    ("timeframe", "1 January 2021, x "),
    ("timeframe", "20/"),
    ("timeframe", "  "),
]


def document(column, words, rows):
    """A plan whose rows hold the words again and again, in cells of the most that is read."""
    size = 32_000 if column == "description" else 3_900
    lines = [HEADER]
    for number in range(1, rows + 1):
        cells = ["UNIFY: Govern", "A model", f"{number}. A", "", "", ""]
        cells[COLUMN[column]] = (words * size)[:size]
        lines.append("\t".join(cells))
    return "\n".join(lines).encode()


def seconds(data, directory):
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        exchange = parse_plan(data, name="x", directory=directory, fiscal_year_starts_in=7)
        best = min(best, time.process_time() - begun)
    assert source_bytes(exchange) == data
    return best


@pytest.mark.long
@pytest.mark.parametrize(("column", "words"), HOSTILE)
def test_four_times_the_rows_take_no_more_than_about_four_times_as_long(directory, column, words):
    rows = 2 if column == "description" else 8
    small, large = (seconds(document(column, words, rows * factor), directory) for factor in (2, 8))
    assert large < max(0.05, 10 * small)


@pytest.mark.long
@pytest.mark.parametrize(("column", "words"), HOSTILE)
def test_a_cell_four_times_as_long_takes_no_more_than_about_four_times_as_long(directory, column, words):
    whole = document(column, words, 4)
    quarter = b"\n".join(
        b"\t".join(cell[: max(40, len(cell) // 4)] for cell in line.split(b"\t")) if number else line
        for number, line in enumerate(whole.split(b"\n"))
    )
    assert seconds(whole, directory) < max(0.05, 12 * seconds(quarter, directory))


@pytest.mark.parametrize(("column", "words"), HOSTILE)
def test_a_hostile_cell_is_read_or_reported_and_comes_back(directory, column, words):
    data = document(column, words, 1)
    assert source_bytes(parse_plan(data, name="x", directory=directory, fiscal_year_starts_in=7)) == data
