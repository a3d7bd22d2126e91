"""The pack as a page: one HTML document beside its stylesheet, which prints well and is what the PDF is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static

from activities.exports.packs.printing import Numbered, Printing, clean, status_in, words_of
from activities.pack_document import Cell, Column, PackDocument, Table
from activities.statuses import Meaning

STYLESHEET = "tnoc/pack.css"
BESIDE = "../files/stylesheet/"
"""Where a frozen page finds the stylesheet that was stored with it, as seen from the page."""

TONES: dict[str, str] = {
    "none": "#66716e",
    "on": "#1e7a3e",
    "risk": "#a15400",
    "off": "#b3261e",
    "paused": "#6b4f9e",
    "done": "#1c5ea6",
    "closed": "#474f4d",
}
"""The colours of the tones on paper, as the product's stylesheet has them; the pack's own has those for the dark."""

WIDE = 3
"""From so many columns on, a table may not fit a telephone: it scrolls in a region of its own."""

FULL, SMALL = 5, 8
"""From so many columns on, a table takes the whole width, and is set smaller on paper."""


LONG_HEAD = 20
"""A row is headed by words, not by a number or a reference, where they have more characters than this."""

SHORT = 3
"""So many rows stay together on a sheet."""


@dataclass(frozen=True)
class PageCell:
    """A cell as the page prints it; ``meaning`` where it is a delivery status."""

    words: str
    kind: str
    meaning: Meaning | None = None

    @property
    def shape(self) -> str:
        """The drawing of the status's mark."""
        return shapes()[self.meaning.shape] if self.meaning else ""

    @property
    def tone(self) -> str:
        """The colour of the status's mark on paper."""
        return TONES[self.meaning.tone] if self.meaning else ""

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in ("number", "change")


@dataclass(frozen=True)
class PageRow:
    """A row: its first cell heads it and leads to the activity; ``notes`` stand under it in the whole width."""

    head: PageCell
    cells: list[PageCell]
    url: str
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageTable:
    """A table as the page prints it."""

    table: Table
    heads: list[PageCell]
    rows: list[PageRow]
    total: list[PageCell]

    @property
    def is_wide(self) -> bool:
        """Whether it scrolls on a narrow screen."""
        return len(self.table.columns) >= WIDE

    @property
    def css(self) -> str:
        """Its classes: how much room it needs, and whether it stays on one sheet."""
        count = len(self.heads)
        titled = any(len(row.head.words) > LONG_HEAD for row in self.rows)
        figures = 1 < count < FULL and all(head.is_number for head in self.heads[1:])
        named = {
            "full": count >= FULL,
            "small": count >= SMALL,
            "titled": count >= FULL and titled,
            "figures": figures,
            "short": len(self.rows) <= SHORT,
        }
        return " ".join(name for name, holds in named.items() if holds)


def page_of(
    document: PackDocument, *, figures_hash: str, rendered_on: date | None = None, preview: bool = False
) -> bytes:
    """The page, from the figures alone. A preview looks for the stylesheet of today, and says that it is a draft."""
    printing = Printing(document, "" if preview else figures_hash, rendered_on)
    context = {
        "printing": printing,
        "cover": printing.cover,
        "stylesheet": static(STYLESHEET) if preview else BESIDE,
        "sections": [_page_section(printing, each) for each in printing.sections],
        "annexes": [_page_section(printing, each) for each in printing.annexes],
    }
    return clean(render_to_string("packs/frozen.html", context)).encode()


def stylesheet() -> bytes:
    """The stylesheet of today, which is stored with every pack that is frozen."""
    return Path(str(finders.find(STYLESHEET))).read_bytes()


@lru_cache(maxsize=1)
def shapes() -> dict[str, str]:
    """The drawn shapes by name, from the one place that has them: a page that stands alone draws each where it is."""
    sprite = render_to_string("components/_sprite.html")
    return dict(re.findall(r'<symbol id="mark-(\w+)"[^>]*>(.*?)</symbol>', sprite))


def _page_section(printing: Printing, numbered: Numbered) -> dict[str, object]:
    tables = [_page_table(printing, table) for table in numbered.section.tables]
    return {"number": numbered.number, "section": numbered.section, "tables": tables}


def _page_table(printing: Printing, table: Table) -> PageTable:
    rows = []
    for row in table.rows:
        head, *cells = _cells(row.cells, table.columns)
        notes = tuple((note.label, note.text) for note in row.notes)
        rows.append(PageRow(head, cells, printing.activity_url(row), notes))
    heads = [PageCell(column.label, column.kind) for column in table.columns]
    return PageTable(table, heads, rows, _cells(table.total, table.columns))


def _cells(cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> list[PageCell]:
    """The cells of a row or of a total (which may be none)."""
    return [
        PageCell(words_of(cell, column.kind), column.kind, status_in(cell) if column.kind == "status" else None)
        for cell, column in zip(cells, columns, strict=False)
    ]
