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
from activities.prepared import asked_of, listed_of
from activities.reading import Reading
from activities.register import RegisterRow, all_register_rows, register_rows
from activities.views.common import ROWS_A_PAGE, page_context, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.list_files import files_asked, list_file, unreadable
from activities.views.remembering import remembered_page
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
    if request.htmx and request.htmx.target == REGION:  # type: ignore[attr-defined]
        context = context_of(request, reading)
        return render(request, "register/list.html#found", context, status=context["http_status"])
    return remembered_page(request, reading, "activities", "register/list.html", lambda: context_of(request, reading))


def context_of(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """What the page says of the rows that the address asks for; none where that cannot be read."""
    filters = ActivityFilter(request.GET, reading)
    readable = filters.is_valid()
    tally = count_of(reading)
    page = page_of_rows(request, filters, tally) if readable else None
    rows = register_rows(reading, page.object_list) if page else []
    count = page.paginator.count if page else 0
    return page_context(
        reading,
        "activities",
        overdue_count=tally.overdue,
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
        files=files_asked(request.GET, "activity_list_file", reading.plan.slug),
        files_title="This activity" if count == 1 else f"All {count} activities",
        http_status=200 if readable else 422,
    )


@require_safe
@unless_unchanged()
def activity_list_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """Every row of the filtered list as a file, in the page's columns, order and words."""
    reading = reading_of(request, plan)
    filters = ActivityFilter(request.GET, reading)
    if not filters.is_valid():
        return unreadable(filters.errors)
    rows = all_register_rows(reading, filters.qs)
    name, narrowed = f"{plan}-activities-{reading.on.isoformat()}", ", ".join(each.words for each in filters.active)
    return list_file(request, ListFile(reading, COLUMNS, rows, name, "Activities", narrowed), ending)


@dataclass(frozen=True)
class Tally:
    """How many activities the plan has, and how many were withdrawn from it; and its overdue milestones."""

    present: int
    withdrawn: int
    overdue: int


def count_of(reading: Reading) -> Tally:
    """The tally of a reading (one query)."""
    counted = asked_of(reading, _counted)
    return Tally(**counted[0]) if counted else Tally(0, 0, 0)


def _counted(reading: Reading) -> Any:
    gone = Q(withdrawn_on__isnull=False)
    rows = reading.rows(Activity).order_by().values("plan_id", overdue=reading.overdue_total)
    counts = rows.annotate(present=Count("id", filter=~gone), withdrawn=Count("id", filter=gone))
    return counts.values("present", "withdrawn", "overdue")


def page_of_rows(request: HttpRequest, filters: ActivityFilter, tally: Tally) -> Page[Any]:
    """The page asked for; the nearest one where there is no such page (two queries, mostly one)."""
    if not filters.active and not filters.said.get("sort"):
        every = listed_of(filters.reading, _in_plan_order)  # it counts and slices, as a paginator wants it
        paginator: Paginator[Any] = Paginator(every, ROWS_A_PAGE)  # type: ignore[arg-type]
        paginator.count = tally.present
        return paginator.get_page(request.GET.get("page"))
    paginator = Paginator(filters.qs, ROWS_A_PAGE)
    if request.GET.get("page", "1") != "1":
        return paginator.get_page(request.GET.get("page"))
    found = list(filters.qs.annotate(found=Window(Count("id")))[:ROWS_A_PAGE])  # with the count of all
    paginator.count = found[0].found if found else 0
    return Page(found, 1, paginator)


def _in_plan_order(reading: Reading, ordered: bool) -> Any:
    rows = reading.all_activities.present()
    return rows.order_by("position") if ordered else rows.order_by()


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
