"""Excel: a list as one sheet and what it is as another; rows go to the disk one by one, however many there are.

Nothing that people wrote is ever a formula or a link: every text is written as a text, and one that begins like a
formula is marked as a text, so that it stays one where somebody edits the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from django.conf import settings
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from activities.exports.columns import Column, Value, blocks_of, in_words
from activities.exports.csv_files import inert

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
DATE_FORMAT = "[$-1409]d mmmm yyyy"
"""New Zealand English, so that a month is called the same wherever the file is opened."""

FIRST_DATE = date(1900, 3, 1)
"""Excel counts days from 1900 and takes that for a leap year: dates before this one are written in words."""

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_576
"""What Excel holds in a cell, and in a sheet with its headings."""

CUT = " … (cut here: a cell of Excel holds no more, the CSV has it whole)"
REST_ELSEWHERE = "Cut here: a sheet of Excel holds no more rows, the CSV has all of them"
MEASURED_ROWS, NARROWEST, WIDEST = 200, 8, 60
MOST_HEADER = 80
"""Of each part of a header or footer; Excel takes 255 characters of all three together."""

_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class About:
    """What a workbook says of itself: the plan, the list, and facts such as the position and the filters."""

    plan: str
    title: str
    position: str
    facts: tuple[tuple[str, str], ...]
    at: datetime


def workbook(columns: Sequence[Column], rows: Iterable[Any], about: About, *, most_rows: int = MOST_ROWS) -> IO[bytes]:
    """An open temporary file that holds the workbook, at its beginning; it goes when it is closed."""
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  the answer that sends it closes it
    try:
        with TemporaryDirectory() as folder, Workbook(file, {**OPTIONS, "tmpdir": folder}) as book:
            book.set_properties(_properties(about))
            sheet = _List(book, columns, about)
            count = sheet.write(rows, most_rows)
            _write_about(book, about, count)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _properties(about: About) -> dict[str, Any]:
    made = about.at.replace(tzinfo=None)
    said = {"title": f"{about.title}: {about.plan}", "subject": about.position, "author": "TNOC Tracker"}
    return said | {"created": made, "comments": settings.PROTECTIVE_MARKING}


class _List:
    """The sheet with the list: its headings stay in sight and are printed on every page."""

    def __init__(self, book: Workbook, columns: Sequence[Column], about: About) -> None:
        self.columns = columns
        top = {"valign": "top"}
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.numeric_heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": "right"})
        self.text = book.add_format({**top, "text_wrap": True})
        self.inert = book.add_format({**top, "text_wrap": True, "quote_prefix": True})
        self.number = book.add_format(top)
        self.date = book.add_format({**top, "num_format": DATE_FORMAT, "align": "left"})
        self.sheet: Worksheet = book.add_worksheet(about.title.translate(_SHEET_NAME)[:31])
        _lay_out(self.sheet, about)
        self.sheet.freeze_panes(1, 0)
        self.sheet.repeat_rows(0)

    def write(self, rows: Iterable[Any], most_rows: int) -> int:
        """Write the headings and every row; how many rows are there."""
        values = chain.from_iterable(blocks_of(self.columns, rows))
        measured = list(islice(values, MEASURED_ROWS))
        for place, column in enumerate(self.columns):
            cells = [in_words(row[place]) for row in measured]
            self.sheet.set_column(place, place, width_for([column.heading, *cells]))
            self.sheet.write_string(0, place, column.heading, self.numeric_heading if column.numeric else self.heading)
        everything = chain(measured, values)
        count = 0
        for count, row in enumerate(everything, start=1):
            if count == most_rows - 1 and next(everything, None) is not None:
                self.sheet.write_string(count, 0, REST_ELSEWHERE, self.text)
                count -= 1
                break
            for place, (column, value) in enumerate(zip(self.columns, row, strict=True)):
                self._write_cell(count, place, value, numeric=column.numeric)
        self.sheet.autofilter(0, 0, count, len(self.columns) - 1)
        return count

    def _write_cell(self, row: int, place: int, value: Value, *, numeric: bool) -> None:
        """A date as a date, a number as a number, everything else as a text."""
        if isinstance(value, date) and value >= FIRST_DATE:
            self.sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), self.date)  # noqa: DTZ001  a day has no zone
            return
        words = in_words(value)
        if isinstance(value, int) or (numeric and words.isascii() and words.isdigit() and words == str(int(words))):
            self.sheet.write_number(row, place, int(words), self.number)
        elif words:
            self.sheet.write_string(row, place, text_of(words), self.text if inert(words) == words else self.inert)


def text_of(words: str) -> str:
    """What is written of a text: no more than a cell holds, and never what XlsxWriter takes for marked-up text."""
    text = words.replace("\r\n", "\n")
    if _length(text) > MOST_CHARACTERS:
        most = MOST_CHARACTERS - len(CUT)
        text = text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore") + CUT
    # XlsxWriter writes a text between these two as XML, unescaped; a space at its end makes it a text again.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _length(text: str) -> int:
    """The length as Excel counts it: in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2 if len(text) > MOST_CHARACTERS // 2 else len(text)


def width_for(cells: Iterable[str]) -> int:
    """A width that shows most cells in one line."""
    longest = max(len(line) for cell in cells for line in cell.splitlines() or [""])
    return min(max(longest, NARROWEST), WIDEST) + 2


# The page and the other sheet --------------------------------------------------------------------------------------


def _lay_out(sheet: Worksheet, about: About) -> None:
    lay_out(sheet, head=(about.title, about.position), foot=about.plan, marking=settings.PROTECTIVE_MARKING)


def lay_out(sheet: Worksheet, *, head: tuple[str, str], foot: str, marking: str) -> None:
    """A4, across; the marking stands at the head and the foot of every page, between the words of ``head``."""
    left, right, below, between = map(_of_page, (*head, foot, marking))
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.7)
    sheet.set_header(f"&L{left}&C{between}&R{right}")
    sheet.set_footer(f"&L{below}&C{between}&RPage &P of &N")


def _of_page(words: str) -> str:
    """Words for a header or footer, in which ``&`` begins an instruction."""
    return (words if len(words) <= MOST_HEADER else f"{words[: MOST_HEADER - 1]}…").replace("&", "&&")


def _write_about(book: Workbook, about: About, count: int) -> None:
    """The sheet that says what the list is."""
    sheet = book.add_worksheet("About")
    _lay_out(sheet, about)
    label, words = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    marked = [("Marking", settings.PROTECTIVE_MARKING)] if settings.PROTECTIVE_MARKING else []
    facts = [("List", about.title), ("Plan", about.plan), ("Position", about.position), *about.facts]
    for place, (name, said) in enumerate([*marked, *facts, ("Rows", str(count))]):
        sheet.write_string(place, 0, name, label)
        sheet.write_string(place, 1, text_of(said), words)
