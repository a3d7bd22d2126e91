"""What changed between two dates: a page, the same rows as a file, and "mark as seen"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from activities.comparison import Comparison, Difference, Kind, compare
from activities.exports.columns import Column
from activities.exports.compare_columns import COLUMNS
from activities.exports.list_files import ListFile
from activities.forms.comparing import LAST_VISIT, CompareForm
from activities.reading import Reading
from activities.views.common import ROWS_A_PAGE, page_context, plan_or_404, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import activity_url, page_url
from activities.views.list_files import files_of, list_file, unreadable
from activities.views.positions import NoPosition, last_quarter_end, offers, position_at
from agencies.actions.visits import mark_as_seen
from agencies.models import Visit
from tnoc_tracker.record.days import day_of, end_of_day

FIRST = 3
"""The first column that is not the kind and the activity: those have places of their own on the page."""

ALL_ROWS = "all"
"""``?page=all``: every row of each kind on one page, to be printed; else as many as a page of any list has."""


@require_safe
def compare_page(request: HttpRequest, plan: str) -> HttpResponse:
    """The differences that the address asks for; 422 with a sentence where its days cannot be compared."""
    reading = reading_of(request, plan)
    form = form_of(request, reading)
    if not form.is_valid():
        context = page_context(reading, "compare", form=form, swap_url=swapped(reading, form), **choices(request, form))
        return render(request, "plan/compare.html", context, status=422)
    found, whole = (
        compare(form.cleaned_data["earlier"], form.cleaned_data["later"]),
        request.GET.get("page") == ALL_ROWS,
    )
    context = page_context(
        reading,
        "compare",
        overdue_count=found.overdue if found.later is reading else None,
        form=form,
        comparison=found,
        groups=[group(found, kind, rows, whole=whole) for kind, rows in found.by_kind],
        files=files_of(reading, "compare_file", **asked(form)),
        **choices(request, form),
    )
    return render(request, "plan/compare.html", context)


@require_safe
@unless_unchanged(lambda request: request.GET.get("from", "").strip() == LAST_VISIT and seen_upto(request.user.id))
def compare_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """The same rows as a file, in the page's order and words."""
    reading = reading_of(request, plan)
    form = form_of(request, reading)
    if not form.is_valid():
        return unreadable(form.errors)
    found = compare(form.cleaned_data["earlier"], form.cleaned_data["later"])
    name = f"{plan}-changes-{found.earlier.on.isoformat()}-to-{found.later.on.isoformat()}"
    file = ListFile(reading, COLUMNS, found.differences, name, "What changed", position=found.period)
    return list_file(request, file, ending)


@require_POST
def mark_seen(request: Any, plan: str) -> HttpResponse:
    """Count everything that is there now as seen; what changes from now on is new."""
    reading = Reading(plan_or_404(request, plan), request.today)
    mark_as_seen(person_id=request.user.id, at=request.moment)
    messages.success(request, "Everything up to now is marked as seen.")
    return redirect(page_url(reading, "compare", **{"from": LAST_VISIT}))


# What is asked for -------------------------------------------------------------------------------------------------


def form_of(request: HttpRequest, reading: Reading) -> CompareForm:
    """The two positions that the address asks for."""

    def at(text: str) -> Reading:
        try:
            return position_at(request, reading.plan, text)
        except NoPosition as error:
            raise forms.ValidationError(str(error)) from error

    return CompareForm(
        request.GET, page=reading, since=since(reading), at=at, seen_upto=lambda: seen_upto(request.user.id)
    )


def since(reading: Reading) -> Reading:
    """Where a comparison begins when nothing is said: the end of the last quarter, else the beginning of the record."""
    begins: datetime = reading.plan.record_begins  # type: ignore[attr-defined]
    day = last_quarter_end(reading.plan, reading.on)
    return (
        Reading.on_day(reading.plan, day) if end_of_day(day) > begins else Reading(reading.plan, day_of(begins), begins)
    )


def seen_upto(person_id: int) -> datetime | None:
    """Since when somebody has not looked; None on their first visit."""
    found: datetime | None = Visit.objects.filter(person_id=person_id).values_list("seen_upto", flat=True).first()
    return found


def asked(form: CompareForm) -> dict[str, str]:
    """The query of the address, so that the file holds the same."""
    return {name: str(form[name].value() or "") for name in ("from", "to")}


def swapped(reading: Reading, form: CompareForm) -> str:
    """The address with the two days the other way round, where that is what is wrong with them."""
    if not form.are_swapped:
        return ""
    earlier, later = form.cleaned_data["later"], form.cleaned_data["earlier"]
    return page_url(reading, "compare", **{"from": earlier.as_at or day(earlier.on), "to": later.as_at})


def day(on: date) -> str:
    """A day in an address."""
    return on.isoformat()


# What is shown -----------------------------------------------------------------------------------------------------


def choices(request: Any, form: CompareForm) -> dict[str, Any]:
    """Positions offered by name: since the last visit, since the end of a quarter, and each quarter on record."""
    reading = form.page
    ends = [offer.day for offer in offers(reading.plan, reading.on)]
    return {
        "last_visit_url": page_url(reading, "compare", **{"from": LAST_VISIT}),
        "since_offers": [(end, page_url(reading, "compare", **{"from": day(end)})) for end in ends],
        "quarter_offers": [
            (reading.plan.quarter_of(end), page_url(reading, "compare", **{"from": day(before), "to": day(end)}))
            for end, before in pairwise(ends)
        ],
        "may_mark_seen": form.is_last_visit and not reading.is_past,
    }


@dataclass(frozen=True)
class Group:
    """The rows of one kind that are shown of ``count``, with the columns in which any of them says something."""

    kind: Kind
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]
    count: int


def group(found: Comparison, kind: Kind, rows: Sequence[Difference], *, whole: bool) -> Group:
    """A section of the page."""
    shown = rows if whole else rows[:ROWS_A_PAGE]
    columns = [column for column in COLUMNS[FIRST:] if any(column.words(row) for row in shown)]
    return Group(kind, columns, [line(found, row, columns) for row in shown], len(rows))


def line(found: Comparison, row: Difference, columns: Sequence[Column]) -> dict[str, Any]:
    """A row as the page prints it: its words by column, and the activity's page as at both dates."""
    shown: dict[str, Any] = {"row": row, "cells": [(column.key, column.words(row)) for column in columns]}
    if row.activity is not None:
        shown["later_url"] = activity_url(found.later, row.activity)
        shown["earlier_url"] = activity_url(found.earlier, row.activity) if found.knew(row.activity) else ""
    return shown
