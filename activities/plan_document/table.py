"""The file as a table: lines, header rows, activity rows, and everything that is neither.

A plan is UTF-8 text in which tabs part six columns. The header row repeats on every page, sometimes
clipped; a row may have fewer cells than the header. Nothing is lost: each line is kept, so that the
file can be put together again byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from activities.plan_document.phrases import FIRST_MASK, LAST_MASK, Unread, squash

COLUMNS: Final = (
    "focus_area",
    "priority_area",
    "activity",
    "description",
    "resourcing",
    "timeframe",
)

# The names a column may go by, the published one first; compared letter by letter without case.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "focus_area": ("Strategic Focus Area", "Focus Area", "Strategic Focus", "Focus"),
    "priority_area": (
        "Priority Action Area",
        "Priority Area",
        "Priority Action",
        "Action Area",
        "Priority",
    ),
    "activity": ("Activity", "Activities", "Action", "Actions"),
    "description": ("Description", "Activity Description", "Details"),
    "resourcing": ("Resourcing", "Resources", "Resource", "Responsibility", "Responsible"),
    "timeframe": ("Timeframe", "Timeframes", "Timing", "Timeline"),
}

EXPECTED: Final = "a header row of the columns " + ", ".join(_NAMES[key][0] for key in COLUMNS)

_ENOUGH: Final = 3
"""A line in which so many cells are column names is a header row; no other row has them."""

_SHORTEST_CLIP: Final = 5
"""A name cut off by a page edge is recognised by at least so many letters, and half of the name."""

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_LINES: Final = 50_000
MOST_ROWS: Final = 5_000
LONGEST_CELL: Final = 32_768
"""Bounds no plan comes near: past them a file is refused before it can fill the memory."""

_REFUSED: Final = re.compile(f"[\x00{chr(FIRST_MASK)}-{chr(LAST_MASK)}]")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_LONGEST_NAME: Final = 60
_PAGE_NUMBER: Final = re.compile(r"(?:page\s?)?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?", re.IGNORECASE)


class NotAPlan(ValueError):
    """The file is no plan table. The message names the line (from 1) and what was expected."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line


@dataclass(frozen=True)
class Line:
    """A line of the document, without its line end; lines count from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Row:
    """A row of the table: its line, its cells by column, and cells that no column holds."""

    line: Line
    cells: Mapping[str, str]
    extra: tuple[str, ...]

    @property
    def reproduces(self) -> bool:
        """Whether the six cells, joined by tabs, are the line."""
        return "\t".join(self.cells[key] for key in COLUMNS) == self.line.text

    def filled(self, *columns: str) -> bool:
        """Whether any of these columns holds something."""
        return any(self.cells[key].strip() for key in columns)


@dataclass(frozen=True)
class Table:
    """A document taken apart. `title` is its first line of words before the table."""

    newline: str
    final_newline: bool
    title: Line | None
    header: Line
    rows: tuple[Row, ...]
    others: tuple[Line, ...]
    unread: tuple[tuple[int, str | None, Unread], ...]


def read_table(data: bytes) -> Table:
    """The table of a document; NotAPlan where it is none."""
    text = _decode(data)
    newline = _newline(text)
    final_newline = text.endswith(newline)
    body = text.removesuffix(newline) if final_newline else text
    if body.count(newline) >= MOST_LINES:
        raise NotAPlan(MOST_LINES + 1, f"a plan has at most {MOST_LINES} lines.")
    lines = [Line(number, line) for number, line in enumerate(body.split(newline), start=1)]
    reader = _Reader()
    for line in lines:
        reader.read(line)
    if reader.header is None:
        raise _no_header(lines)
    if not reader.rows:
        raise NotAPlan(len(lines), "expected a row of the table below its header row, found the end.")
    return Table(
        newline=newline,
        final_newline=final_newline,
        title=reader.title,
        header=reader.header,
        rows=tuple(reader.rows),
        others=tuple(reader.others),
        unread=tuple(reader.unread),
    )


def _decode(data: bytes) -> str:
    """The text of the file, a byte order mark left in; NotAPlan where it is not plain UTF-8."""
    if len(data) > MOST_BYTES:
        raise NotAPlan(1, f"expected a plan of at most {MOST_BYTES} bytes, found more.")
    if not data:
        raise NotAPlan(1, f"expected {EXPECTED}; the file is empty.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{data[error.start]:02x} at position {error.start} of the file"
        raise NotAPlan(line, f"expected text in UTF-8, found {found}.") from error
    refused = _REFUSED.search(text)
    if refused:
        line = text.count("\n", 0, refused.start()) + 1
        raise NotAPlan(line, f"expected text, found the character U+{ord(refused[0]):04X}.")
    return text


def _newline(text: str) -> str:
    """What ends the lines. Where line ends are mixed, those of two characters end in a CR."""
    feeds = text.count("\n")
    if feeds and feeds == text.count("\r\n"):
        return "\r\n"
    return "\r" if not feeds and "\r" in text else "\n"


def _no_header(lines: Sequence[Line]) -> NotAPlan:
    """The refusal of a text without a header row, naming the line that comes nearest."""
    worded = [line for line in lines if line.text.strip()]
    if not worded:
        return NotAPlan(1, f"expected {EXPECTED}; the file holds only white space.")
    nearest = max(worded, key=lambda line: (_matches(line.text), "\t" in line.text))
    found = squash(nearest.text[:80])
    return NotAPlan(nearest.number, f"expected {EXPECTED}, parted by tabs; found “{found}”.")


def _matches(text: str) -> int:
    return sum(column is not None for column in _columns_of(text.split("\t")))


class _Reader:
    """Takes the lines in order and knows the columns of the page it is on."""

    def __init__(self) -> None:
        self.title: Line | None = None
        self.header: Line | None = None
        self.rows: list[Row] = []
        self.others: list[Line] = []
        self.unread: list[tuple[int, str | None, Unread]] = []
        self._columns: list[str | None] = []

    def read(self, line: Line) -> None:
        cells = line.text.split("\t")
        columns = _columns_of(cells) if len(cells) >= _ENOUGH else []
        if sum(column is not None for column in columns) >= _ENOUGH:
            self._header(line, cells, columns)
        elif self.header is None or not _is_row(cells):
            self._other(line)
        else:
            self._row(line, cells)

    def _header(self, line: Line, cells: list[str], columns: list[str | None]) -> None:
        """Take a header row; one that is clipped past recognition has the columns of the last."""
        self.others.append(line)
        missing = [key for key in COLUMNS if key not in columns]
        unnamed = [place for place, column in enumerate(columns) if column is None]
        if missing and self._agrees(columns):
            columns = self._columns
        elif len(missing) == len(unnamed) == 1 and len(cells) == len(COLUMNS):
            columns[unnamed[0]] = missing[0]
            self._unread_header(line, cells[unnamed[0]], f"read as {_NAMES[missing[0]][0]}")
        elif missing:
            named = " and ".join(_NAMES[key][0] for key in missing)
            raise NotAPlan(line.number, f"expected {EXPECTED}; {named} cannot be told.")
        else:
            for place in unnamed:
                self._unread_header(line, cells[place], "a column of no kind known; it is not read")
        self.header = self.header or line
        self._columns = columns

    def _agrees(self, columns: list[str | None]) -> bool:
        """Whether what is legible of a repeated header row says the same as the one before it."""
        return len(columns) == len(self._columns) and all(
            column in (None, known) for column, known in zip(columns, self._columns, strict=True)
        )

    def _unread_header(self, line: Line, cell: str, why: str) -> None:
        if cell.strip():
            self.unread.append((line.number, None, Unread(squash(cell), f"a column’s name; {why}")))

    def _row(self, line: Line, printed: list[str]) -> None:
        cells = dict.fromkeys(COLUMNS, "")
        extra = []
        for place, cell in enumerate(printed):
            column = self._columns[place] if place < len(self._columns) else None
            if column is not None:
                cells[column] = cell.removesuffix("\r") if place == len(printed) - 1 else cell
                _refuse_long(line, column, cell)
            elif cell.strip():
                extra.append(squash(cell))
        if len(self.rows) == MOST_ROWS:
            raise NotAPlan(line.number, f"a plan has at most {MOST_ROWS} rows.")
        self.rows.append(Row(line, cells, tuple(extra)))

    def _other(self, line: Line) -> None:
        """Keep a line outside the table; the first of them with words is the title."""
        self.others.append(line)
        words = squash(line.text.strip("\ufeff"))
        if not words or _PAGE_NUMBER.fullmatch(words):
            return
        if self.title is None and self.header is None:
            self.title = Line(line.number, words)
        elif self.title is None or words.casefold() != self.title.text.casefold():
            self.unread.append((line.number, None, Unread(words, "this line is no row of the table")))


def _refuse_long(line: Line, column: str, cell: str) -> None:
    if len(cell) > LONGEST_CELL:
        raise NotAPlan(
            line.number,
            f"expected at most {LONGEST_CELL} characters in the cell {_NAMES[column][0]}, found {len(cell)}.",
        )


def _is_row(cells: Sequence[str]) -> bool:
    """Whether a line is a row: words beside a tab, and more than one page number."""
    words = [cell for cell in cells if cell.strip()]
    if len(cells) < 2 or not words:
        return False
    return len(words) > 1 or _PAGE_NUMBER.fullmatch(words[0].strip()) is None


def _columns_of(cells: Sequence[str]) -> list[str | None]:
    """The column each cell names, None where it names none or one that is named already."""
    columns: list[str | None] = []
    for cell in cells[: 4 * len(COLUMNS)]:
        column = _column(cell)
        columns.append(None if column in columns else column)
    return columns + [None] * (len(cells) - len(columns))


def _column(cell: str) -> str | None:
    """The column a cell names, also where the name is clipped at one end ("sourcing")."""
    if len(cell) > _LONGEST_NAME:
        return None
    letters = _letters(cell)
    if letters in _BY_LETTERS or len(letters) < _SHORTEST_CLIP:
        return _BY_LETTERS.get(letters)
    clipped = {
        key
        for name, key in _BY_LETTERS.items()
        if 2 * len(letters) >= len(name) and (name.startswith(letters) or name.endswith(letters))
    }
    return clipped.pop() if len(clipped) == 1 else None


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


_BY_LETTERS: Final = {_letters(name): key for key, names in _NAMES.items() for name in names}
