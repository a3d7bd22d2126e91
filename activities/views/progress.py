"""How the plan got here, as the dashboard draws it: two step lines and a bar for each month."""

from __future__ import annotations

from typing import Any

from activities.charts import BarRow, Steps, stacked_bar, step_chart
from activities.reading import Reading
from activities.summaries.picture import Picture
from activities.summaries.progress import (
    Point,
    by_month,
    delivery_in_a_sentence,
    due_and_delivered,
    months_in_a_sentence,
    statuses_of,
)
from activities.summaries.rows import activities, timeline
from activities.summaries.year import last_day
from activities.views.links import page_url, url_of
from activities.views.positions import last_quarter_end
from tnoc_tracker.record.days import long_date


def how_it_got_here(reading: Reading, picture: Picture) -> dict[str, Any]:
    """What the two charts of the dashboard take, and where the changes since the last quarter are."""
    points = by_month(picture)
    statuses = statuses_of(points)
    due, delivered = due_and_delivered(picture)
    plan = reading.plan
    return {
        "steps": step_chart(
            (due, delivered), plan.starts_on, last_day(picture), reading.on, plan.fiscal_year_starts_in
        ),
        "steps_reading": delivery_in_a_sentence(picture),
        "steps_rows": [{"words": long_date(day), "counts": counted((due, delivered), day)} for day in days_of(points)],
        "steps_url": url_of(reading, timeline(milestones="due")) if fallen_due(due, reading) else "",
        "months": [bar_of(point) for point in points],
        "months_reading": months_in_a_sentence(points),
        "months_statuses": statuses,
        "months_table": [table_line(point, statuses) for point in points],
        "changed_since": last_quarter_end(plan, reading.on),
        "changed_url": page_url(reading, "compare"),
    }


def fallen_due(due: Steps, reading: Reading) -> bool:
    """Whether the timeline's "due so far" are those that the line counts: it leaves out what is due on the day."""
    return bool(due.by(reading.on)) and reading.on not in due.days


def days_of(points: list[Point]) -> list[Any]:
    """The days of the tables."""
    return [point.on for point in points]


def counted(lines: tuple[Steps, ...], day: Any) -> list[int]:
    """How many each line has by the end of a day."""
    return [line.by(day) for line in lines]


def bar_of(point: Point) -> BarRow:
    """The bar of a day; it leads to the dashboard of that day."""
    return BarRow(long_date(point.on), stacked_bar(point.counts), "", page_url(point.reading, "plan_dashboard"))


def table_line(point: Point, statuses: list[str]) -> dict[str, Any]:
    """A day in numbers, each leading to the activities of that day which it counts."""
    return {
        "title": long_date(point.on),
        "url": page_url(point.reading, "plan_dashboard"),
        "cells": [
            {
                "count": point.number(status),
                "url": url_of(point.reading, activities(status=status)) if point.number(status) else "",
            }
            for status in statuses
        ],
    }
