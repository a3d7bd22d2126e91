"""Addresses of what the summaries count: a number leads to exactly its rows, at the same position."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.reading import Reading
from activities.summaries.rows import Rows, Sentence


def _position(reading: Reading) -> tuple[tuple[str, str], ...]:
    return (("as_at", reading.as_at),) if reading.is_past else ()


@lru_cache(maxsize=4096)
def _address(under: str, page: str, args: tuple[object, ...], query: tuple[tuple[str, str], ...]) -> str:
    """What a page holds hundreds of, mostly the same as the page before: put together once. ``under``: the prefix."""
    text = urlencode(query)
    return reverse(page, args=args) + (f"?{text}" if text else "")


def page_url(reading: Reading, name: str, *args: object, **query: str) -> str:
    """The address of a page of the plan, at the same position; an empty value of the query is left out."""
    asked = tuple((key, value) for key, value in query.items() if value)
    return _address(get_script_prefix(), name, (reading.plan.slug, *args), asked + _position(reading))


def url_of(reading: Reading, rows: Rows) -> str:
    """The address of the rows that a number counts."""
    query = rows.query + _position(reading)
    url = _address(get_script_prefix(), rows.page, (reading.plan.slug, *rows.args), query)
    return f"{url}#{rows.anchor}" if rows.anchor else url


def activity_url(reading: Reading, activity: Any) -> str:
    """The page of an activity of the reading, live or as known then."""
    return page_url(reading, "activity", activity.key)


def linked(reading: Reading, sentence: Sentence) -> SafeString:
    """A sentence as HTML, its numbers leading to the rows they count."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', url_of(reading, piece.rows), piece.text) if piece.rows else piece.text,)
            for piece in sentence
        ),
    )
