"""CSV: streamed row by row, UTF-8, every cell safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.text import slugify

from activities.exports.columns import Column, headings

AT_ONCE = 100
"""So many lines are sent together."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def inert(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Line:
    """A file that hands back what was written to it."""

    def write(self, line: str) -> str:
        return line


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The lines of a CSV file: the marking if one is set, the headings, then a line per row."""
    writer: Any = csv.writer(_Line())
    if settings.PROTECTIVE_MARKING:
        yield writer.writerow([inert(settings.PROTECTIVE_MARKING)])
    yield writer.writerow(headings(columns))
    for row in rows:
        yield writer.writerow([inert(column.words(row)) for column in columns])


def blocks(lines: Iterator[str]) -> Iterator[str]:
    """The first line at once, and the others in blocks: what is sent line by line costs more to send than to make."""
    yield from islice(lines, 1)
    while block := "".join(islice(lines, AT_ONCE)):
        yield block


def file_name(name: str, ending: str) -> str:
    """The name of a download, with the protective marking where one is set."""
    marking = slugify(settings.PROTECTIVE_MARKING)
    return f"{name}-{marking}.{ending}" if marking else f"{name}.{ending}"


def csv_response(columns: Sequence[Column], rows: Iterable[Any], name: str) -> StreamingHttpResponse:
    """A streamed download; the file name carries the protective marking where one is set."""
    response = StreamingHttpResponse(blocks(lines(columns, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(name, "csv")}"'
    response["Cache-Control"] = "private, no-store"
    return response
