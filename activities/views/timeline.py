"""The timeline: a row per activity, a column per quarter, a mark per milestone; and the same as a table of dates."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from activities import charts
from activities.due_states import DueState
from activities.forms.narrowing import TimelineForm
from activities.reading import Reading
from activities.summaries.headline import numbered
from activities.summaries.picture import SETS, Picture
from activities.summaries.rows import timeline as rows_of_timeline
from activities.summaries.year import Dated, Year, dated, how_far, in_a_sentence, last_day, rows_of_the_year, year
from activities.views.common import page_context, page_of, reading_of
from activities.views.links import activity_url, url_of
from activities.views.remembering import remembered_page


@require_safe
def timeline(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan's year, or as much of it as the address asks for; 422 where a filter cannot be read."""
    reading = reading_of(request, plan)
    return remembered_page(request, reading, "timeline", "plan/timeline.html", lambda: context_of(request, reading))


def context_of(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """What the page says of the milestones that the address asks for."""
    form = TimelineForm(reading, request.GET)
    clear_url = url_of(reading, rows_of_timeline())
    if not form.is_valid():
        return page_context(reading, "timeline", form=form, clear_url=clear_url, http_status=422)
    picture = Picture(reading)
    found = year(picture, chosen=form.chosen_set, focus_area_id=form.focus_area_id, body_id=form.body_id)
    page = page_of(request, found.activities)
    return page_context(
        reading,
        "timeline",
        overdue_count=len(picture.milestones_in(DueState.OVERDUE)),
        form=form,
        clear_url=clear_url,
        page=page,
        title=finding(form, found),
        sentence=in_a_sentence(picture, list(found.milestones)),
        chart=drawn(picture, page.object_list, found),
        table=table(picture, page.object_list, found),
        narrowed=bool(form.chosen_set),
    )


def finding(form: TimelineForm, found: Year) -> str:
    """The heading: how far the milestones are, or how many there are of the set asked for."""
    what = how_far(list(found.milestones))
    if form.chosen_set:
        milestones = numbered(len(found.milestones), "milestone")
        activities = numbered(len(found.activities), "activity", "activities")
        what = f"{SETS[form.chosen_set].label}: {milestones} in {activities}"
    return ", ".join(part for part in (what, form.in_words) if part)


def drawn(picture: Picture, activities: Any, found: Year) -> charts.Timeline:
    """The chart of the activities on a page."""
    reading = picture.reading
    rows = rows_of_the_year(picture, activities, found.milestones, lambda each: activity_url(reading, each))
    plan = reading.plan
    return charts.timeline(rows, plan.starts_on, last_day(picture), reading.on, plan.fiscal_year_starts_in)


def table(picture: Picture, activities: Any, found: Year) -> list[dict[str, Any]]:
    """The dates of the activities on a page, a line per milestone in the page's order."""
    reading = picture.reading
    shown = {activity.id: place for place, activity in enumerate(activities)}
    milestones = [each for each in found.milestones if each.activity_id in shown]
    milestones.sort(key=lambda each: shown[each.activity_id])
    return [line_of(reading, line) for line in dated(picture, milestones)]


def line_of(reading: Reading, line: Dated) -> dict[str, Any]:
    """A milestone as the table takes it."""
    return {
        "number": line.activity.number,
        "title": line.activity.heading,
        "url": activity_url(reading, line.activity),
        "name": line.milestone.name,
        "original": line.milestone.original_due,
        "agreed": line.milestone.agreed_due,
        "delivered": line.milestone.delivered_on,
        "due": line.due_in_words,
        "late": line.is_late,
    }
