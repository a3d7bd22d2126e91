"""How the plan got here: the lines and bars of the dashboard say what the pages of each day said."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import correct_delivery, move_date, remove_milestone
from activities.actions.roles import end_role
from activities.actions.words import reinstate_activity, withdraw_activity
from activities.charts import Steps, step_chart
from activities.models import ActionPlan, Role
from activities.reading import Reading
from activities.summaries.picture import Picture
from activities.summaries.progress import (
    by_month,
    delivery_in_a_sentence,
    due_and_delivered,
    month_ends,
    months_in_a_sentence,
    statuses_of,
)
from tests.generated import half_a_year, on_track, say
from tests.scenes import after, played_once
from tests.views.editing import text_of
from tests.world import PROGRAM, World, moment

URL = "/plans/tnoc-2021-22/"
FIRST, LAST, TODAY = date(2021, 7, 1), date(2022, 6, 30), date(2022, 2, 15)


@played_once
def story(world: World) -> World:
    """Half a year, with an activity withdrawn and put back, and a status that follows from a role that ended."""
    half_a_year(world)
    withdraw_activity(activity=world.activity(8), reason="By mistake", by=PROGRAM, at=moment(date(2021, 10, 20)))
    reinstate_activity(activity=world.activity(8), reason="It goes on", by=PROGRAM, at=moment(date(2021, 12, 20)))
    withdraw_activity(activity=world.activity(4), reason="Merged", by=PROGRAM, at=moment(date(2022, 1, 18)))
    lead = Role.objects.get(activity=world.activity(11), kind="lead", body=world.body("Police"))
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=moment(date(2022, 1, 20)))
    return world


# Statuses month by month -------------------------------------------------------------------------------------------


def test_each_month_counts_what_a_page_of_its_last_day_counts(story):
    points = by_month(Picture(story.reading))

    assert [point.on for point in points] == [
        date(2021, 7, 31),
        date(2021, 8, 31),
        date(2021, 9, 30),
        date(2021, 10, 31),
        date(2021, 11, 30),
        date(2021, 12, 31),
        date(2022, 1, 31),
        TODAY,
    ]
    for point in points:
        assert point.counts == Counter(row.status for row in point.reading.activities), point.on
        assert point.counts == Counter(row.status for row in Reading.on_day(story.plan, point.on).activities)


def test_as_at_a_past_day_the_months_end_there_and_are_the_same(story):
    now = by_month(Picture(story.reading))
    then = by_month(Picture(Reading.on_day(story.plan, date(2021, 12, 31))))

    assert [(point.on, point.counts) for point in then] == [(point.on, point.counts) for point in now[:6]]


def test_months_before_the_record_begins_are_left_out(world):
    plan = world.plan
    plan.starts_on = date(2021, 4, 1)

    assert by_month(Picture(Reading(plan, TODAY)))[0].on == date(2021, 7, 31)


def test_a_record_that_begins_today_says_so(world):
    points = by_month(Picture(Reading.on_day(world.plan, date(2021, 7, 1))))

    assert len(points) == 1
    assert months_in_a_sentence(points) == "The record begins on 1 July 2021: nothing earlier is known."


@pytest.mark.parametrize(
    ("starts", "on", "first", "count"),
    [
        (date(2021, 7, 1), date(2021, 7, 31), None, 0),
        (date(2021, 7, 1), date(2021, 8, 1), date(2021, 7, 31), 1),
        (date(2021, 7, 1), date(2022, 7, 15), date(2021, 7, 31), 12),
        (date(2021, 7, 1), date(2022, 8, 15), date(2021, 9, 30), 4),
        (date(2021, 7, 1), date(2026, 11, 23), date(2021, 12, 31), 10),
        (date(2026, 1, 15), date(2030, 12, 31), date(2026, 6, 30), 9),
        (date(2020, 2, 1), date(2020, 3, 2), date(2020, 2, 29), 1),
    ],
)
def test_a_longer_plan_is_shown_in_longer_steps(starts, on, first, count):
    days = month_ends(ActionPlan(starts_on=starts), on)

    assert (days[0] if days else None, len(days)) == (first, count)
    assert all((day + timedelta(days=1)).day == 1 for day in days)


def test_the_sentence_tells_what_rose_and_fell(story):
    points = by_month(Picture(story.reading))

    assert months_in_a_sentence(points) == (
        "Since 31 July 2021 not started fell from 21 to 8, on track rose from 0 to 5, at risk or off track rose from "
        "0 to 3, paused rose from 0 to 1, finished rose from 0 to 3."
    )
    assert statuses_of(points)[0] == "off_track"


def test_all_months_take_one_query(story):
    picture = Picture(story.reading)
    assert picture.activities
    with CaptureQueriesContext(connection) as queries:
        by_month(picture)
    assert len(queries) == 1


# Milestones --------------------------------------------------------------------------------------------------------


def by_the_pages(reading: Reading, day: date) -> tuple[int, int]:
    """Due and delivered by a day, counted one by one."""
    rows = [row for row in reading.milestones.live() if not row.is_start]
    due = sum(1 for row in rows if row.agreed_due and row.agreed_due <= day)
    return due, sum(1 for row in rows if row.delivered_on and row.delivered_on <= day)


@pytest.mark.parametrize("day", [date(2021, 9, 30), date(2021, 12, 31), date(2022, 1, 12), TODAY, LAST])
def test_the_lines_count_milestones_without_starts_and_removed_ones(story, day):
    said = {"reason": "Merged", "decision_reference": "SG 1", "by": PROGRAM, "at": moment(date(2022, 2, 1))}
    remove_milestone(milestone=story.milestone(19), **said)
    due, delivered = due_and_delivered(Picture(story.reading))

    assert (due.by(day), delivered.by(day)) == by_the_pages(story.reading, day)


def test_the_lines_at_a_past_day_are_what_was_known_then(story):
    move = {"reason": "Late", "asked_by": "X", "agreed_by": "Y", "by": PROGRAM, "at": moment(date(2022, 2, 1))}
    move_date(milestone=story.milestone(7), to=date(2022, 3, 31), **move)
    back = {"delivered_on": None, "reason": "A mix-up", "by": PROGRAM, "at": moment(date(2022, 2, 1))}
    correct_delivery(milestone=story.milestone(5), **back)
    then = Reading.on_day(story.plan, date(2022, 1, 31))
    now_due, now_delivered = due_and_delivered(Picture(story.reading))
    then_due, then_delivered = due_and_delivered(Picture(then))

    assert now_due.by(date(2021, 12, 31)) == then_due.by(date(2021, 12, 31)) - 1
    assert then_delivered.by(then.on) == by_the_pages(then, then.on)[1]
    assert then_delivered.by(then.on) == now_delivered.by(then.on) + 1


@after(half_a_year)
def test_the_sentence_counts_what_is_due_on_the_day_itself(world):
    then = Reading.on_day(world.plan, date(2021, 12, 31))
    due, _ = due_and_delivered(Picture(then))

    assert delivery_in_a_sentence(Picture(then)) == "Of 8 milestones due by 31 December 2021, 2 are delivered."
    assert due.by(then.on) == 8


def test_the_sentence_is_that_of_the_heading(world):
    assert delivery_in_a_sentence(Picture(Reading.on_day(world.plan, date(2021, 8, 1)))) == (
        "No milestone has fallen due yet."
    )
    half_a_year(world)
    assert delivery_in_a_sentence(Picture(world.reading)) == (
        "Of 8 milestones due by 31 December 2021, 3 are delivered, 1 of them late."
    )


# Geometry ----------------------------------------------------------------------------------------------------------


def chart(*days: date, on: date = TODAY, delivered: tuple[date, ...] = ()):
    lines = (Steps("due", "due", days), Steps("delivered", "delivered", delivered, upto=on))
    return step_chart(lines, FIRST, LAST, on)


def test_a_line_goes_up_by_one_on_each_of_its_days_and_never_falls():
    due = chart(date(2021, 9, 30), date(2021, 9, 30), date(2021, 12, 31)).series[0]

    assert due.count == 3
    assert [line.x1 for line in due.lines] == sorted(line.x1 for line in due.lines)
    assert all(line.y2 <= line.y1 for line in due.lines)
    assert (due.lines[0].y1, due.lines[-1].x2) == (200, 100)
    assert {line.x1 for line in due.lines if line.x1 == line.x2} == {25, 50}


def test_the_line_of_what_is_delivered_ends_at_the_day():
    delivered = chart(date(2022, 6, 30), delivered=(date(2021, 9, 30), date(2022, 6, 1))).series[1]

    assert delivered.count == 1
    assert delivered.lines[-1].x2 == pytest.approx(62.78, abs=0.01)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (19, [0, 5, 10, 15, 20]),
        (120, [0, 50, 100, 150]),
    ],
)
def test_the_rules_are_round_numbers_and_hold_the_most(most, ticks):
    assert [tick.count for tick in chart(*[date(2021, 8, 1)] * most).ticks] == ticks


def test_words_never_stand_on_a_line():
    due, delivered = chart(date(2021, 9, 30), date(2021, 12, 31), delivered=(date(2021, 9, 1),)).series
    assert (due.anchor, due.label_y < due.y) == ("end", True)
    assert (delivered.anchor, delivered.label_y > delivered.y) == ("start", True)
    ahead_due, ahead = chart(date(2022, 6, 30), delivered=(date(2021, 9, 1),)).series
    assert (ahead.anchor, ahead.label_y < ahead.y, ahead_due.anchor) == ("end", True, "start")


def test_after_the_year_no_line_marks_the_day():
    late = chart(date(2021, 9, 30), on=date(2023, 1, 1))
    assert (late.now, late.label_x) == (None, 100)


# The page ----------------------------------------------------------------------------------------------------------


def test_the_dashboard_draws_both_with_tables_and_sentences(story, sign_in):
    response = sign_in("steering").get(URL)
    page, words = response.content.decode(), text_of(response)

    assert "Milestones delivered against milestones due" in words
    assert "Of 8 milestones due by 31 December 2021, 3 are delivered, 1 of them late." in words
    assert "Since 31 July 2021 not started fell from 21 to 8" in words
    assert "What changed since 31 December 2021" in words
    assert page.count("<summary>As a table</summary>") == 2
    assert not re.search(r'style="', page)


def test_every_number_of_a_month_leads_to_that_many_activities_as_at_its_end(story, sign_in):
    client = sign_in("steering")
    context = client.get(URL).context
    followed = 0
    for line in context["months_table"][::3]:
        for cell in line["cells"]:
            if cell["url"]:
                assert client.get(cell["url"]).context["page"].paginator.count == cell["count"], cell
                followed += 1
    assert followed > 5
    assert "as_at=2021-07-31" in context["months_table"][0]["url"]
    assert "as_at" not in context["months_table"][-1]["url"]


@after(half_a_year)
def test_the_number_due_leads_to_as_many_milestones(world, sign_in):
    client = sign_in("steering")
    context = client.get(URL).context

    assert len(client.get(context["steps_url"]).context["table"]) == context["steps_rows"][-1]["counts"][0]


def test_a_plan_on_which_nothing_was_done_is_drawn_too(world, sign_in):
    words = text_of(sign_in("steering").get(URL, {"as_at": "2021-07-01"}))

    assert "No milestone has fallen due yet." in words
    assert "The record begins on 1 July 2021: nothing earlier is known." in words


def test_one_more_report_moves_the_last_month_only(story, sign_in):
    before = [point.counts for point in by_month(Picture(story.reading))]
    say(story, 15, TODAY, on_track())
    after = [point.counts for point in by_month(Picture(story.reading))]

    assert after[:-1] == before[:-1]
    assert after[-1] != before[-1]
