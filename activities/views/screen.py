"""The meeting room's screen: the plan in large type, to be read from the back of the room and moved through by key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.charts import Timeline, step_chart, timeline
from activities.comparison import Difference
from activities.reading import Reading
from activities.summaries.dashboard import by_due_state, by_status, focus_in_a_sentence, focus_lines
from activities.summaries.headline import finding
from activities.summaries.picture import Picture
from activities.summaries.progress import delivery_in_a_sentence, due_and_delivered, month_ends
from activities.summaries.rows import activities
from activities.summaries.rows import overdue as rows_overdue
from activities.summaries.screen import LATE, ROWS, Called, LateLine, Movement, Screen
from activities.summaries.screen import screen as screen_of
from activities.summaries.year import in_a_sentence, last_day, rows_of_the_year
from activities.views.common import page_context, reading_of
from activities.views.compare import since
from activities.views.dashboard import bar, counts, named
from activities.views.links import activity_url, linked, page_url, url_of
from activities.views.matrix import matrix_of
from tnoc_tracker.record.days import long_date

SHEETS = (
    ("standing", "Where the plan stands"),
    ("decisions", "Decisions sought"),
    ("moved", "What moved"),
    ("delivery", "Delivery"),
    ("who", "Who answers"),
    ("year", "The year"),
)
"""What there is to see, each as high as the screen; decisions only while a meeting is called."""


@require_safe
def screen(request: HttpRequest, plan: str) -> HttpResponse:
    """The plan on the meeting room's screen."""
    reading = reading_of(request, plan)
    found = screen_of(reading, otherwise=since(reading))
    context = page_context(
        reading,
        "screen",
        overdue_count=len(found.late),
        total=len(found.picture.activities),
        **standing(reading, found),
        **meeting(reading, found),
        **drawn(reading, found.picture),
        sheets=[(key, words) for key, words in SHEETS if key != "decisions" or found.called],
        year=year(reading, found),
        year_reading=in_a_sentence(found.picture, list(found.picture.milestones)),
    )
    return render(request, "plan/screen.html", context)


def standing(reading: Reading, found: Screen) -> dict[str, Any]:
    """The headline, the counts and the top of the overdue list."""
    picture = found.picture
    return {
        "title": linked(reading, finding(picture)),
        "by_status": counts(reading, by_status(picture.activities)),
        "by_due_state": counts(reading, by_due_state(picture.activities)),
        "activities_url": url_of(reading, activities()),
        "late": [late(reading, line) for line in found.late[:LATE]],
        "overdue_url": url_of(reading, rows_overdue()),
    }


def late(reading: Reading, line: LateLine) -> dict[str, Any]:
    """An overdue milestone as the screen takes it."""
    return named(reading, line.activity, days=line.days, who=line.who, milestone=line.milestone)


def meeting(reading: Reading, found: Screen) -> dict[str, Any]:
    """What the group is asked to decide, and what moved since it last met."""
    return {
        "called": found.called,
        "sought": sought(reading, found.called) if found.called else [],
        "since": found.since,
        "moved_in_words": found.moved_in_words,
        "movements": [movement(reading, found, each) for each in found.movements],
    }


def sought(reading: Reading, called: Called) -> list[dict[str, Any]]:
    """The decisions sought, each with the page of its activity."""
    return [
        {
            "heading": each.heading,
            "text": each.text,
            "url": activity_url(reading, each.activity) if each.activity else "",
        }
        for each in called.shown
    ]


def movement(reading: Reading, found: Screen, each: Movement) -> dict[str, Any]:
    """One kind of changes, and where a comparison lists them."""
    url = page_url(reading, "compare", **{"from": found.sides.earlier.as_at})
    return {"kind": each.kind, "count": each.count, "more": each.more, "url": url, "lines": lines(reading, each.shown)}


def lines(reading: Reading, differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """What changed, a line each."""
    return [named(reading, each.activity, row=each) for each in differences]


def drawn(reading: Reading, picture: Picture) -> dict[str, Any]:
    """The charts of delivery: two step lines, a bar for each focus area, and who answers."""
    plan, series, areas = reading.plan, due_and_delivered(picture), focus_lines(picture)
    return {
        "steps": step_chart(series, plan.starts_on, last_day(picture), reading.on, plan.fiscal_year_starts_in),
        "steps_reading": delivery_in_a_sentence(picture),
        "steps_rows": [
            {"words": long_date(day), "counts": [line.by(day) for line in series]}
            for day in [*month_ends(plan, reading.on), reading.on]
        ],
        "bars": [bar(reading, line) for line in areas],
        "focus_reading": focus_in_a_sentence(areas),
        **matrix_of(reading, picture, most=ROWS),
    }


def year(reading: Reading, found: Screen) -> Timeline:
    """The part of the timeline that is pressing, without the names of focus areas."""
    shown, milestones = found.pressing
    rows = rows_of_the_year(found.picture, shown, milestones, lambda each: activity_url(reading, each))
    rows, plan = [replace(row, starts_group=None) for row in rows], reading.plan
    return timeline(rows, plan.starts_on, last_day(found.picture), reading.on, plan.fiscal_year_starts_in)
