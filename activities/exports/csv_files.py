"""CSV: streamed as rows are read, UTF-8, every cell safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.text import slugify

from activities.exports.columns import Column, Value, blocks_of, headings, in_words

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAY_BE_FORMULA = re.compile(f"(?:^|\n)[{re.escape(''.join(_FORMULA))}]")


def inert(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def inert_words(values: list[Value]) -> list[str]:
    """The same of some values in words: they are looked at one by one where any line of them begins like a formula."""
    cells = [value if type(value) is str else in_words(value) for value in values]
    return [inert(cell) for cell in cells] if _MAY_BE_FORMULA.search("\n".join(cells)) else cells


def lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """A CSV file: the marking if one is set and the headings, each by itself, then the lines of some rows at a time.

    What is sent line by line costs more to send than to make.
    """
    if settings.PROTECTIVE_MARKING:
        yield _written([inert_words([settings.PROTECTIVE_MARKING])])
    yield _written([headings(columns)])
    for block in blocks_of(columns, rows, inert_words):
        yield _written(block)


def _written(rows: Iterable[Sequence[str]]) -> str:
    file = StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()


def file_name(name: str, ending: str) -> str:
    """The name of a download, with the protective marking where one is set."""
    marking = slugify(settings.PROTECTIVE_MARKING)
    return f"{name}-{marking}.{ending}" if marking else f"{name}.{ending}"


def csv_response(columns: Sequence[Column], rows: Iterable[Any], name: str) -> StreamingHttpResponse:
    """A streamed download; the file name carries the protective marking where one is set."""
    response = StreamingHttpResponse(lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(name, "csv")}"'
    response["Cache-Control"] = "private, no-store"
    return response
