"""The annex of a pack as Excel: a sheet that says what it is, then one for each table, with numbers and days as such.

Notes under a row become columns beside it, so that a row stays a row. As in every list, nothing that people wrote is
ever a formula or a link.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from activities.exports.csv_files import inert
from activities.exports.packs.printing import Printing, clean, day_in, tables_of, words_of
from activities.exports.xlsx_files import DATE_FORMAT, FIRST_DATE, lay_out, text_of, width_for
from activities.pack_document import Cell, Column, PackDocument, Table

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_OF_A_NAME = 31
"""So many characters Excel takes for the name of a sheet."""


def excel_of(document: PackDocument, *, figures_hash: str, rendered_on: date | None = None) -> bytes:
    """The annex, from the figures alone."""
    file = BytesIO()
    with Workbook(file, OPTIONS) as book:
        _Annex(book, Printing(document, figures_hash, rendered_on)).write()
    return file.getvalue()


class _Annex:
    """A workbook while it is written."""

    def __init__(self, book: Workbook, printing: Printing) -> None:
        self.book, self.printing = book, printing
        made = datetime.fromisoformat(printing.cover.position).replace(tzinfo=None)
        said = {"title": f"Annex: {printing.title}", "subject": printing.cover.plan_title}
        book.set_properties({**said, "author": printing.cover.frozen_by, "created": made})
        top = {"valign": "top", "text_wrap": True}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.head_right = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": "right"})
        self.kinds: dict[tuple[str, bool], Format] = {}
        for bold in (False, True):
            weight = {"bold": True, "top": 1} if bold else {}
            self.kinds["text", bold] = book.add_format({**top, **weight})
            self.kinds["inert", bold] = book.add_format({**top, **weight, "quote_prefix": True})
            self.kinds["number", bold] = book.add_format({"valign": "top", **weight})
            self.kinds["change", bold] = book.add_format({"valign": "top", **weight, "num_format": "+0;-0;0"})
            self.kinds["date", bold] = book.add_format({**top, **weight, "num_format": DATE_FORMAT, "align": "left"})

    def write(self) -> None:
        """Write the cover, then every table; a table without rows says so on the cover only."""
        tables = [(section.title, table) for section, table in tables_of(self.printing.document)]
        names = sheet_names([table.key for _title, table in tables if table.rows])
        facts = [("Plan", self.printing.cover.plan_title), *self.printing.facts]
        sheets = []
        for title, table in tables:
            where = f"Sheet “{names[table.key]}”" if table.rows else table.empty
            sheets.append((f"{title}: {table.caption}", where))
        self._cover([*facts, ("", ""), *sheets])
        for _title, table in tables:
            if table.rows:
                self._table(names[table.key], table)

    def _cover(self, lines: list[tuple[str, str]]) -> None:
        sheet = self.book.add_worksheet("Cover")
        self._lay_out(sheet, "Cover")
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, 1, 80)
        for place, (label, words) in enumerate(lines):
            self._text(sheet, place, 0, label, bold=False)
            self._text(sheet, place, 1, words, bold=False)

    def _table(self, name: str, table: Table) -> None:
        sheet = self.book.add_worksheet(name)
        self._lay_out(sheet, table.caption)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        labels = list(dict.fromkeys(note.label for row in table.rows for note in row.notes))
        columns = (*table.columns, *map(Column, labels))
        rows: list[tuple[Cell, ...]] = []
        for row in table.rows:
            said = {note.label: note.text for note in row.notes}
            rows.append((*row.cells, *map(said.get, labels)))
        for place, column in enumerate(columns):
            words = [words_of(row[place], column.kind) for row in rows]
            sheet.set_column(place, place, width_for([column.label, *words]))
            right = column.kind in ("number", "change") and place > 0
            sheet.write_string(0, place, column.label, self.head_right if right else self.head)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        for line, cells in enumerate(rows, start=1):
            self._row(sheet, line, cells, columns)
        self._row(sheet, len(rows) + 1, table.total, columns, bold=True)

    def _row(
        self, sheet: Worksheet, line: int, cells: tuple[Cell, ...], columns: tuple[Column, ...], *, bold: bool = False
    ) -> None:
        """A number as a number, a day as a day, everything else as a text."""
        for place, (cell, column) in enumerate(zip(cells, columns, strict=False)):
            day = day_in(cell) if column.kind == "date" else None
            if day and day >= FIRST_DATE:
                sheet.write_datetime(line, place, datetime(day.year, day.month, day.day), self.kinds["date", bold])  # noqa: DTZ001  a day has no zone
            elif isinstance(cell, int):
                kind = "change" if column.kind == "change" else "number"
                sheet.write_number(line, place, cell, self.kinds[kind, bold])
            else:
                self._text(sheet, line, place, words_of(cell, column.kind), bold=bold)

    def _text(self, sheet: Worksheet, line: int, place: int, words: str, *, bold: bool) -> None:
        if words:
            text = text_of(clean(words))
            sheet.write_string(line, place, text, self.kinds["text" if inert(text) == text else "inert", bold])

    def _lay_out(self, sheet: Worksheet, title: str) -> None:
        cover = self.printing.cover
        lay_out(sheet, head=(title, self.printing.version), foot=cover.meeting, marking=cover.marking)


def sheet_names(keys: list[str]) -> dict[str, str]:
    """A name for the sheet of each table, made of its key; short enough, and none twice."""
    names: dict[str, str] = {}
    for key in keys:
        name = key.replace("_", " ").capitalize()[:MOST_OF_A_NAME]
        taken = {each.casefold() for each in (*names.values(), "Cover")}
        number = 2
        while name.casefold() in taken:
            name = f"{name[: MOST_OF_A_NAME - 3]} {number}"
            number += 1
        names[key] = name
    return names
