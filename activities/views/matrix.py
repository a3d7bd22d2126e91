"""Who answers × delivery status, as the dashboard and the screen draw it."""

from __future__ import annotations

from typing import Any

from activities.reading import Reading
from activities.statuses import BY_SEVERITY, DeliveryStatus, meaning_of
from activities.summaries.matrix import TROUBLE, MatrixLine, left_out_in_words, matrix, matrix_in_a_sentence
from activities.summaries.picture import Picture
from activities.summaries.rows import Rows
from activities.views.links import page_url, url_of

TONES = {status: meaning_of(status).tone for status in (*TROUBLE, DeliveryStatus.PAUSED)}
"""The columns in which a number is set apart."""


def matrix_of(reading: Reading, picture: Picture, most: int | None = None) -> dict[str, Any]:
    """What the chart takes; ``most`` is how many lines there is room for."""
    found = matrix(picture)
    return {
        "matrix": [line_of(reading, line) for line in found.lines[:most]],
        "matrix_more": max(0, len(found.lines) - most) if most else 0,
        "matrix_reading": matrix_in_a_sentence(found),
        "matrix_note": left_out_in_words(found.left_out),
        "matrix_statuses": [status.value for status in BY_SEVERITY],
    }


def line_of(reading: Reading, line: MatrixLine) -> dict[str, Any]:
    """A line with its cells in the order of the columns, each number leading to its rows."""
    return {
        "label": line.label,
        "url": page_url(reading, "agency", line.body.slug) if line.body else url_of(reading, line.rows),
        "is_gap": line.body is None,
        "cells": [
            {**cell(reading, line.counts[status], line.rows_with(status)), "tone": TONES.get(status, "")}
            for status in BY_SEVERITY
        ],
        "total": cell(reading, len(line.activities), line.rows),
        "overdue": cell(reading, line.overdue, line.rows_overdue),
    }


def cell(reading: Reading, count: int, rows: Rows) -> dict[str, Any]:
    """A number and where its rows are; no address where it is 0."""
    return {"count": count, "url": url_of(reading, rows) if count else ""}
