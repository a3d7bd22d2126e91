"""Reading an answered page as a person does: its tables cell by cell, with white space squeezed."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any


class _Tables(HTMLParser):
    """Collects the cells of every table, rows in order; what only a screen reader is told is left in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append((dict(attrs).get("class") or "", []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("td", "th") and self.tables:
            self.tables[-1][1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][1][-1][-1] += data


def cells_of(response: Any, css_class: str = "table") -> list[list[str]]:
    """The rows of the first table with a class, headings first."""
    parser = _Tables()
    parser.feed(response.content.decode())
    rows = next(rows for classes, rows in parser.tables if css_class in classes.split())
    return [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in rows]


def section_of(response: Any, identifier: str) -> str:
    """The text of the section with an id, tags taken out and white space squeezed."""
    page = response.content.decode()
    start = page.index(f'<section id="{identifier}"')
    inner = page[start : page.index("</section>", start)]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inner))
    return unescape(text)


def words_of(response: Any) -> str:
    """The text of a whole page, tags taken out and white space squeezed."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    return unescape(text)
