"""Dates that moved: totals by focus area and body, and every move with its reason; the same ledger as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.due_states import DueState
from activities.exports.csv_files import csv_response
from activities.exports.slippage_columns import COLUMNS
from activities.forms.narrowing import PlanForm
from activities.summaries.lateness import Narrowing
from activities.summaries.slippage import slipped_days
from activities.summaries.slippage_totals import Moved, Slippage, finding
from activities.summaries.slippage_totals import slippage as slippage_of
from activities.views.common import page_context, page_of, reading_of
from activities.views.links import activity_url, page_url


@require_safe
def slippage(request: HttpRequest, plan: str) -> HttpResponse:
    """The dates that moved, as narrowed by the address; 422 where a filter cannot be read."""
    reading = reading_of(request, plan)
    form = PlanForm(reading, request.GET)
    clear_url = page_url(reading, "slippage")
    if not form.is_valid():
        context = page_context(reading, "slippage", form=form, clear_url=clear_url)
        return render(request, "plan/slippage.html", context, status=422)
    found = slippage_of(reading, narrowing(form))
    page = page_of(request, found.moved)
    context = page_context(
        reading,
        "slippage",
        overdue_count=len(found.picture.milestones_in(DueState.OVERDUE)),
        form=form,
        title=finding(found),
        page=page,
        moved=[line(found, each) for each in page.object_list],
        areas=[(area, sums, page_url(reading, "slippage", focus=area.slug)) for area, sums in found.by_focus_area],
        bodies=[(body, sums, page_url(reading, "slippage", body=body.slug)) for body, sums in found.by_body],
        clear_url=clear_url,
        csv_url=page_url(reading, "slippage_csv", **asked(form)),
    )
    return render(request, "plan/slippage.html", context)


@require_safe
def slippage_csv(request: HttpRequest, plan: str) -> Any:
    """Every move as CSV, in the page's order and words."""
    reading = reading_of(request, plan)
    form = PlanForm(reading, request.GET)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return HttpResponse("\n".join(sentences), status=422, content_type="text/plain; charset=utf-8")
    lines = slippage_of(reading, narrowing(form)).lines
    return csv_response(COLUMNS, lines, f"{plan}-dates-moved-{reading.on.isoformat()}")


def narrowing(form: PlanForm) -> Narrowing:
    """What the rows are narrowed to."""
    return Narrowing(form.focus_area_id, form.body_id)


def asked(form: PlanForm) -> dict[str, str]:
    """The query of the address, so that the file holds the same."""
    return {name: str(form[name].value() or "") for name in ("focus", "body")}


def line(found: Slippage, each: Moved) -> dict[str, Any]:
    """A date that moved as the page prints it."""
    return {
        "moved": each,
        "days": slipped_days(each.milestone),
        "url": activity_url(found.picture.reading, each.activity),
    }
