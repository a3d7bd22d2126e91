"""The register: every activity of a plan, filtered, sorted and paged by its address; and the same list as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Window
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.exports.activity_columns import COLUMNS
from activities.exports.list_files import ListFile
from activities.filters import ActiveFilter, ActivityFilter
from activities.models import Activity
from activities.querysets import ActivityQuerySet
from activities.reading import Reading
from activities.register import RegisterRow, register_rows
from activities.views.common import ROWS_A_PAGE, page_context, reading_of
from activities.views.list_files import files_asked, list_file, unreadable
from agencies.standing import Standing

REGION = "register"
"""The id of the part of the page that a filter replaces."""


OFTEN = ("q", "body", "role", "status", "due")
"""The filters that are always in sight; the others fold away."""


@dataclass(frozen=True)
class Removable:
    """An active filter with the address of the list without it."""

    words: str
    url: str


@require_safe
def activity_list(request: HttpRequest, plan: str) -> HttpResponse:
    """The list that the address asks for; 422 with a sentence where a filter cannot be read."""
    reading = reading_of(request, plan)
    filters = ActivityFilter(request.GET, reading)
    readable = filters.is_valid()
    page = page_of_rows(request, filters.qs) if readable else None
    rows = register_rows(reading, page.object_list) if page else []
    count = page.paginator.count if page else 0
    tally = count_of(reading)
    context = page_context(
        reading,
        "activities",
        filters=filters,
        page=page,
        rows=rows,
        columns=COLUMNS,
        sort=filters.said.get("sort") or "number",
        heading=heading(reading, tally),
        found=found_in_words(filters, count, tally),
        removable=[removable(request, each) for each in filters.active],
        often=OFTEN,
        more_open=any(name not in OFTEN for each in filters.active for name in each.names),
        reportable=reportable(request, reading, rows),
        files=files_asked(request.GET, "activity_list_file", plan),
        files_title="This activity" if count == 1 else f"All {count} activities",
    )
    part = request.htmx and request.htmx.target == REGION  # type: ignore[attr-defined]
    return render(request, f"register/list.html{'#found' if part else ''}", context, status=200 if readable else 422)


@require_safe
def activity_list_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """Every row of the filtered list as a file, in the page's columns, order and words."""
    reading = reading_of(request, plan)
    filters = ActivityFilter(request.GET, reading)
    if not filters.is_valid():
        return unreadable(filters.errors)
    rows = register_rows(reading, filters.qs)
    name, narrowed = f"{plan}-activities-{reading.on.isoformat()}", ", ".join(each.words for each in filters.active)
    return list_file(request, ListFile(reading, COLUMNS, rows, name, "Activities", narrowed), ending)


def page_of_rows(request: HttpRequest, rows: ActivityQuerySet) -> Page[Any]:
    """The page asked for, its rows and the count of all in one query; the nearest page where there is no such one."""
    try:
        number = max(1, int(request.GET.get("page", "1")))
    except ValueError:
        number = 1
    paginator = Paginator(rows, ROWS_A_PAGE)
    start = (min(number, 10_000) - 1) * ROWS_A_PAGE
    found = list(rows.annotate(found=Window(Count("id")))[start : start + ROWS_A_PAGE])
    if not found:
        return paginator.get_page(number)
    paginator.count = found[0].found
    return Page(found, number, paginator)


@dataclass(frozen=True)
class Tally:
    """How many activities the plan has, and how many were withdrawn from it."""

    present: int
    withdrawn: int


def count_of(reading: Reading) -> Tally:
    """The tally of a reading (one query)."""
    gone = Q(withdrawn_on__isnull=False)
    rows = reading.rows(Activity).order_by()
    return Tally(**rows.aggregate(present=Count("id", filter=~gone), withdrawn=Count("id", filter=gone)))


def heading(reading: Reading, tally: Tally) -> str:
    """The size of the plan: ``21 activities in 3 focus areas``."""
    activities = "1 activity" if tally.present == 1 else f"{tally.present} activities"
    areas = len(reading.focus_areas)
    return f"{activities} in {areas} focus area{'' if areas == 1 else 's'}" if tally.present else "No activities yet"


def reportable(request: HttpRequest, reading: Reading, rows: list[RegisterRow]) -> set[int]:
    """The ids of the activities that the person may report on; nothing of a past position can be changed."""
    if reading.is_past:
        return set()
    standing: Standing = request.standing  # type: ignore[attr-defined]
    return {row.activity.id for row in rows if row.may_be_reported_by(standing)}


def found_in_words(filters: ActivityFilter, count: int, tally: Tally) -> dict[str, Any]:
    """The beginning of the sentence that says what is shown: ``4 of 21 activities``."""
    total = tally.withdrawn if filters.said.get("withdrawn") else tally.present
    noun = "activity" if total == 1 else "activities"
    narrowed = any(set(each.names) != {"withdrawn"} for each in filters.active)
    words = f"{count or 'None'} of {total} {noun}" if narrowed else f"{total} {noun}"
    return {"words": words, "count": count, "tally": tally}


def removable(request: HttpRequest, active: ActiveFilter) -> Removable:
    """An active filter with the address of the list without it."""
    return Removable(active.words, f"?{query_without(request, *active.names, 'page')}")


def query_without(request: HttpRequest, *names: str) -> str:
    """The query of the address without some names and without empty values."""
    query = request.GET.copy()
    for name in [*names, *(name for name, value in request.GET.items() if not value)]:
        query.pop(name, None)
    return query.urlencode()
