"""A list as a file of any form: the same columns, rows, order and words as CSV and as Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase

from activities.exports.columns import Column
from activities.exports.csv_files import csv_response, file_name
from activities.exports.xlsx_files import About, workbook
from activities.reading import Reading
from tnoc_tracker.record.days import moment_in_words

ENDINGS = {"csv": "CSV", "xlsx": "Excel (XLSX)"}
"""The forms of a list by the ending of its address, with the words of a link."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class ListFile:
    """A list to be sent: its columns and rows, a title ("Overdue milestones"), and what narrows it, in words.

    ``name`` is the file's name without its ending; ``position`` is said where it is not the reading's own.
    """

    reading: Reading
    columns: Sequence[Column]
    rows: Iterable[Any]
    name: str
    title: str
    narrowed: str = ""
    position: str = ""


def list_response(file: ListFile, ending: str, at: datetime) -> HttpResponseBase:
    """The download in the form of an ending of ``ENDINGS``. ``at`` is the moment it is made."""
    return csv_response(file.columns, file.rows, file.name) if ending == "csv" else _xlsx_response(file, at)


def _xlsx_response(file: ListFile, at: datetime) -> HttpResponseBase:
    position = file.position or (
        file.reading.position_in_words if file.reading.is_past else f"Position at {moment_in_words(at)}"
    )
    about = About(file.reading.plan.title, file.title, position, (("Shown", file.narrowed or "Everything"),), at)
    response = FileResponse(workbook(file.columns, file.rows, about), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{file_name(file.name, "xlsx")}"'
    response["Cache-Control"] = "private, no-store"
    return response
