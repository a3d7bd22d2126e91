"""Dates that moved: totals by focus area and body, and every move with its reason; the same ledger as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from activities.charts import Timeline, timeline
from activities.due_states import DueState
from activities.exports.list_files import ListFile
from activities.exports.slippage_columns import COLUMNS
from activities.forms.narrowing import PlanForm
from activities.reading import Reading
from activities.summaries.lateness import Narrowing
from activities.summaries.slippage import slipped_days
from activities.summaries.slippage_totals import Moved, Slippage, arrows_in_a_sentence, finding
from activities.summaries.slippage_totals import slippage as slippage_of
from activities.summaries.year import last_day, rows_of_the_year
from activities.views.common import page_context, page_of, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import activity_url, page_url
from activities.views.list_files import files_of, list_file, unreadable
from activities.views.remembering import remembered_page


@require_safe
def slippage(request: HttpRequest, plan: str) -> HttpResponse:
    """The dates that moved, as narrowed by the address; 422 where a filter cannot be read."""
    reading = reading_of(request, plan)
    return remembered_page(request, reading, "slippage", "plan/slippage.html", lambda: context_of(request, reading))


def context_of(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """What the page says of the moves that the address asks for."""
    form = PlanForm(reading, request.GET)
    clear_url = page_url(reading, "slippage")
    if not form.is_valid():
        return page_context(reading, "slippage", form=form, clear_url=clear_url, http_status=422)
    found = slippage_of(reading, narrowing(form))
    page = page_of(request, found.moved)
    return page_context(
        reading,
        "slippage",
        overdue_count=len(found.picture.milestones_in(DueState.OVERDUE)),
        form=form,
        title=finding(found),
        page=page,
        moved=[line(found, each) for each in page.object_list],
        chart=drawn(found, list(page.object_list)),
        chart_reading=arrows_in_a_sentence(found),
        areas=[(area, sums, page_url(reading, "slippage", focus=area.slug)) for area, sums in found.by_focus_area],
        bodies=[(body, sums, page_url(reading, "slippage", body=body.slug)) for body, sums in found.by_body],
        clear_url=clear_url,
        files=files_of(reading, "slippage_file", **asked(form)),
    )


@require_safe
@unless_unchanged()
def slippage_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """Every move as a file, in the page's order and words."""
    reading = reading_of(request, plan)
    form = PlanForm(reading, request.GET)
    if not form.is_valid():
        return unreadable(form.errors)
    lines = slippage_of(reading, narrowing(form)).lines
    name = f"{plan}-dates-moved-{reading.on.isoformat()}"
    return list_file(request, ListFile(reading, COLUMNS, lines, name, "Dates that moved", form.in_words), ending)


def narrowing(form: PlanForm) -> Narrowing:
    """What the rows are narrowed to."""
    return Narrowing(form.focus_area_id, form.body_id)


def asked(form: PlanForm) -> dict[str, str]:
    """The query of the address, so that the file holds the same."""
    return {name: str(form[name].value() or "") for name in ("focus", "body")}


def drawn(found: Slippage, moved: list[Moved]) -> Timeline:
    """The dates on a page as arrows, from the original one over those between to the agreed one."""
    picture, plan = found.picture, found.picture.reading.plan
    activities = sorted({each.activity.id: each.activity for each in moved}.values(), key=lambda each: each.position)
    via = {each.milestone.id: tuple(move.moved_to for move in each.moves[:-1]) for each in moved}
    milestones = sorted((each.milestone for each in moved), key=picture.by_date)
    rows = rows_of_the_year(picture, activities, milestones, lambda each: activity_url(picture.reading, each), via)
    return timeline(rows, plan.starts_on, last_day(picture), picture.reading.on, plan.fiscal_year_starts_in)


def line(found: Slippage, each: Moved) -> dict[str, Any]:
    """A date that moved as the page prints it."""
    return {
        "moved": each,
        "days": slipped_days(each.milestone),
        "url": activity_url(found.picture.reading, each.activity),
    }
