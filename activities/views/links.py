"""Addresses of what the summaries count: a number leads to exactly its rows, at the same position."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from activities.reading import Reading
from activities.summaries.rows import Rows, Sentence


def _position(reading: Reading) -> list[tuple[str, str]]:
    return [("as_at", reading.as_at)] if reading.is_past else []


def page_url(reading: Reading, name: str, *args: object, **query: str) -> str:
    """The address of a page of the plan, at the same position; an empty value of the query is left out."""
    asked = [(key, value) for key, value in query.items() if value]
    text = urlencode([*asked, *_position(reading)])
    return reverse(name, args=[reading.plan.slug, *args]) + (f"?{text}" if text else "")


def url_of(reading: Reading, rows: Rows) -> str:
    """The address of the rows that a number counts."""
    query = urlencode([*rows.query, *_position(reading)])
    anchor = f"#{rows.anchor}" if rows.anchor else ""
    return reverse(rows.page, args=[reading.plan.slug, *rows.args]) + (f"?{query}" if query else "") + anchor


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
