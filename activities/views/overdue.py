"""What is overdue, milestone by milestone: a page to be read on paper, and the same rows as a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from activities.exports.list_files import ListFile
from activities.exports.overdue import COLUMNS, HEADINGS, cells
from activities.forms.narrowing import OverdueForm
from activities.reading import Reading
from activities.summaries import lateness
from activities.summaries.headline import overdue_clause
from activities.summaries.lateness import AgeingLine, LateMilestone, Overdue, with_updates
from activities.summaries.rows import overdue as rows_overdue
from activities.summaries.rows import plain
from activities.summaries.rows import timeline as rows_of_timeline
from activities.views.common import ROWS_A_PAGE, page_context, page_of, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import activity_url, url_of
from activities.views.list_files import files_asked, list_file, unreadable
from activities.views.remembering import remembered_page

ALL_ROWS = "all"
"""``?page=all``: every row on one page, to be printed."""


@require_safe
def overdue(request: HttpRequest, plan: str) -> HttpResponse:
    """The overdue milestones that the address asks for; 422 where a filter cannot be read."""
    reading = reading_of(request, plan)
    return remembered_page(request, reading, "overdue", "plan/overdue.html", lambda: context_of(request, reading))


def context_of(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """What the page says of the rows that the address asks for."""
    form = OverdueForm(reading, request.GET)
    clear_url = url_of(reading, rows_overdue())
    if not form.is_valid():
        return page_context(reading, "overdue", form=form, clear_url=clear_url, http_status=422)
    figures = lateness.overdue(reading, form.narrowing)
    whole = request.GET.get("page") == ALL_ROWS
    page = page_of(request, figures.counted, max(len(figures.counted), 1) if whole else ROWS_A_PAGE)
    told = with_updates(reading, [*page.object_list, *figures.paused], tells_entered=not settings.DEMONSTRATION)
    shown = len(page.object_list)
    return page_context(
        reading,
        "overdue",
        overdue_count=figures.in_all,
        form=form,
        figures=figures,
        title=plain(overdue_clause([row.milestone for row in figures.counted])),
        headings=HEADINGS,
        page=page,
        bands=banded(reading, told[:shown], figures.ageing, page),
        paused=[{"rows": [line(reading, row) for row in told[shown:]]}],
        clear_url=clear_url,
        coming_url=url_of(reading, rows_of_timeline(milestones="to_come")),
        files=files_asked(request.GET, "overdue_file", reading.plan.slug),
    )


def banded(
    reading: Reading, rows: Sequence[LateMilestone], ageing: Sequence[AgeingLine], page: Page[Any]
) -> list[dict[str, Any]]:
    """The rows of a page under their bands of lateness; ``continued`` where the band began on the page before."""
    counts = {entry.band.key: entry.count for entry in ageing}
    before = page.paginator.object_list[page.start_index() - 2] if page.number > 1 else None
    return [
        {
            "band": band,
            "count": counts[band.key],
            "continued": before is not None and before.band == band,
            "rows": [line(reading, row) for row in group],
        }
        for band, group in groupby(rows, key=lambda row: row.band)
    ]


def line(reading: Reading, row: LateMilestone) -> dict[str, Any]:
    """A row as the page prints it: the words of its columns, its status and the address of its activity."""
    return {"cells": cells(row), "status": row.activity.status, "url": activity_url(reading, row.activity)} | {
        "gap": row.gap is not None,
        "withheld": row.activity.title_is_withheld,
    }


@require_safe
@unless_unchanged()
def overdue_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """Every row of the page as a file, the paused ones last; the same columns, order and words."""
    reading = reading_of(request, plan)
    form = OverdueForm(reading, request.GET)
    if not form.is_valid():
        return unreadable(form.errors)
    rows = rows_of_file(reading, lateness.overdue(reading, form.narrowing))
    name = f"{plan}-overdue-{reading.on.isoformat()}"
    return list_file(request, ListFile(reading, COLUMNS, rows, name, "Overdue milestones", form.in_words), ending)


def rows_of_file(reading: Reading, figures: Overdue) -> list[LateMilestone]:
    """The rows of the file in the page's order."""
    return with_updates(reading, [*figures.counted, *figures.paused], tells_entered=not settings.DEMONSTRATION)
