"""The way in, and a plan's dashboard: how far are we, where do people and dates disagree, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from activities.charts import BarRow, Timeline, stacked_bar, timeline
from activities.models import ActionPlan, current_plan
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.dashboard import (
    SHOWN,
    Coming,
    Dashboard,
    FocusLine,
    Told,
    dashboard,
    focus_in_a_sentence,
)
from activities.summaries.picture import Picture
from activities.summaries.rows import Count, Sentence, activities
from activities.summaries.rows import timeline as rows_of_timeline
from activities.summaries.said import return_of
from activities.summaries.year import in_a_sentence, last_day, rows_of_the_year
from activities.views.common import ROWS_A_PAGE, page_context, reading_of
from activities.views.links import activity_url, linked, page_url, url_of
from activities.views.matrix import matrix_of
from activities.views.progress import how_it_got_here
from activities.views.remembering import remembered_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the current plan; where there is none, say what to do."""
    plan = current_plan(ActionPlan.objects.all(), request.today)  # type: ignore[attr-defined]
    return redirect(plan) if plan else render(request, "plan/none.html")


@require_safe
def plan_dashboard(request: HttpRequest, plan: str) -> HttpResponse:
    """A plan at a glance."""
    reading = reading_of(request, plan)

    def made() -> dict[str, Any]:
        figures = dashboard(reading)
        more = drawn(reading, figures)
        return page_context(reading, "dashboard", overdue_count=figures.overdue_milestones, figures=figures, **more)

    return remembered_page(request, reading, "dashboard", "plan/dashboard.html", made)


def drawn(reading: Reading, figures: Dashboard) -> dict[str, Any]:
    """The figures as the components take them, each number with the address of its rows."""
    return {
        "title": linked(reading, figures.finding),
        "lede": in_sentences(reading, figures.lede),
        "activities_url": url_of(reading, activities()),
        "by_status": counts(reading, figures.by_status),
        "by_due_state": counts(reading, figures.by_due_state),
        "bars": [bar(reading, line) for line in figures.focus_lines],
        "focus_reading": focus_in_a_sentence(figures.focus_lines),
        **matrix_of(reading, figures.picture),
        "screen_url": page_url(reading, "screen"),
        "year": year(reading, figures.picture),
        "year_reading": in_a_sentence(figures.picture, list(figures.picture.milestones)),
        "year_url": url_of(reading, rows_of_timeline()),
        "year_more": all_of_it(figures.total),
        "changes": [change(reading, told) for told in figures.lately],
        **how_it_got_here(reading, figures.picture),
        **disagreeing(reading, figures),
        **to_act_on(reading, figures),
    }


def named(reading: Reading, activity: Any, **more: Any) -> dict[str, Any]:
    """An activity's number and title, the address of its page, and what is said of it here."""
    return {"title": str(activity), "url": activity_url(reading, activity), **more}


def disagreeing(reading: Reading, figures: Dashboard) -> dict[str, Any]:
    """Where people and dates disagree, the first lines, and where all of them are."""
    return {
        "disagreements": [
            named(reading, each.activity, sentences=each.sentences) for each in figures.disagreements[:SHOWN]
        ],
        "contradictions_url": url_of(reading, activities(contradiction="yes")),
        "gaps_url": url_of(reading, activities(gap="yes")),
        "waiting_dates": len(figures.picture.waiting_dates),
        "proposals_url": page_url(reading, "proposal_list"),
        "collectives": [
            {"body": each.body, "activities": [(a.number or a.key, activity_url(reading, a)) for a in each.activities]}
            for each in figures.empty_collectives
        ],
    }


def to_act_on(reading: Reading, figures: Dashboard) -> dict[str, Any]:
    """What is asked of the Steering Group, and what falls due next."""
    return {
        "asks": [named(reading, each.activity, said=each.said) for each in figures.asks[:SHOWN]],
        "more_asks": len(figures.asks) > SHOWN,
        "off_track_url": url_of(reading, activities(status=DeliveryStatus.OFF_TRACK.value)),
        "coming": by_day(reading, figures.coming[:SHOWN]),
        "all_coming": len(figures.coming),
        "more_coming": len(figures.coming) > SHOWN,
        "coming_url": url_of(reading, rows_of_timeline(milestones="to_come")),
    }


def in_sentences(reading: Reading, sentences: Iterable[Sentence]) -> SafeString:
    """Sentences as HTML, a space between."""
    return format_html_join(" ", "{}", ((linked(reading, sentence),) for sentence in sentences))


def counts(reading: Reading, figures: Iterable[Count]) -> list[dict[str, Any]]:
    """Counts as the component takes them."""
    return [
        {
            "status": figure.status,
            "label": figure.label,
            "count": figure.count,
            "url": url_of(reading, figure.rows),
            "strong": figure.strong,
            "note": linked(reading, figure.note),
        }
        for figure in figures
    ]


def by_day(reading: Reading, coming: list[Coming]) -> list[dict[str, Any]]:
    """Milestones to come under their dates."""
    return [
        {
            "date": day,
            "rows": [named(reading, each.activity, milestone=each.milestone, who=each.who) for each in group],
        }
        for day, group in groupby(coming, key=lambda each: each.milestone.agreed_due)
    ]


def bar(reading: Reading, line: FocusLine) -> BarRow:
    """A focus area's bar, every segment leading to its rows."""
    urls = {status: url_of(reading, line.rows_with(status)) for status in line.counts}
    return BarRow(line.area.code, stacked_bar(line.counts, urls), line.area.title, url_of(reading, line.rows))


def year(reading: Reading, picture: Picture) -> Timeline:
    """The first page of the timeline."""
    shown = picture.activities[:ROWS_A_PAGE]
    rows = rows_of_the_year(picture, shown, picture.milestones, lambda each: activity_url(reading, each))
    plan = reading.plan
    return timeline(rows, plan.starts_on, last_day(picture), reading.on, plan.fiscal_year_starts_in)


def all_of_it(total: int) -> str:
    """The words that lead to the whole timeline."""
    if total > ROWS_A_PAGE:
        return f"The first {ROWS_A_PAGE} of {total} activities are drawn here; see all of them"
    return "The timeline on a page of its own"


def change(reading: Reading, told: Told) -> dict[str, Any]:
    """A status update as the trail takes it; a demonstration says once for all that it was entered later."""
    update, part = told.said.update, told.said.part_in_words(reading.bodies)
    title = f"{told.activity}: {part}" if part else str(told.activity)
    return {
        "when": told.said.on,
        "who": update.who,
        "before": update.from_status,
        "after": update.to_status,
        "why": update.why,
        "entered": "" if settings.DEMONSTRATION else told.said.entered,
        "reported": update.reported,
        "of_return": return_of(update, reading),
        "title": title,
        "url": activity_url(reading, told.activity),
    }
