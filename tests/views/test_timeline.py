"""The timeline: a row per activity, a mark per milestone, and the same dates as a table."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from activities.actions.milestones import move_date
from tests.generated import completed, grow, half_a_year, off_track, say
from tests.scenes import after
from tests.views.test_dashboard import text_of
from tests.world import PROGRAM, TODAY, moment

URL = "/plans/tnoc-2021-22/timeline/"


def test_every_activity_has_a_row_under_its_focus_area(sign_in):
    response = sign_in("steering").get(URL)
    assert [row.number for row in response.context["chart"].rows] == [str(n) for n in range(1, 21)] + [""]
    assert [column.name for column in response.context["chart"].columns] == ["Q1", "Q2", "Q3", "Q4"]
    words = text_of(response)
    assert "UNIFY: Drive System Governance and Coordination" in words
    assert "None of 24 milestones is delivered or begun, 10 are past their date" in words


@after(half_a_year)
def test_each_milestone_is_said_in_words_and_stands_in_the_table(world, sign_in):
    response = sign_in("steering").get(URL)
    words = text_of(response)
    assert "Part 2: due by 30 April 2022, originally 31 December 2021, due next quarter" in words
    assert "delivered 12 days late on 12 January 2022" in words
    assert len(response.context["table"]) == 24


@after(half_a_year)
def test_a_forecast_is_said_in_words_and_drawn(world, sign_in):
    response = sign_in("steering").get(URL)
    assert "138 days overdue, forecast for 31 March 2022" in text_of(response)
    marks = {row.key: row.marks for row in response.context["chart"].rows}
    assert (marks["1"][0].forecast, marks["7"][0].forecast) == (75.0, None)
    assert response.content.decode().count('class="forecast"') == 1 + 1  # and in the key


def test_a_forecast_after_the_plans_end_makes_the_chart_longer(world, sign_in):
    say(world, 1, TODAY, off_track("Nobody invites.", forecast=date(2022, 9, 30)))
    chart = sign_in("steering").get(URL).context["chart"]
    assert (len(chart.columns), chart.rows[0].marks[0].forecast) == (5, 100.0)


def test_what_is_delivered_has_no_forecast_any_more(world, sign_in):
    say(world, 1, date(2022, 2, 1), off_track("Nobody invites.", forecast=date(2022, 9, 30)))
    say(world, 1, TODAY, completed(TODAY), met={1: TODAY})
    response = sign_in("steering").get(URL)
    assert response.context["chart"].rows[0].marks[0].forecast is None
    assert "forecast for" not in text_of(response)


def test_a_date_that_moved_more_than_once_says_how_often(world, sign_in):
    for day, to in ((date(2022, 1, 5), date(2022, 3, 31)), (date(2022, 2, 5), date(2022, 4, 30))):
        agreed = {"asked_by": "SFO", "agreed_by": "Steering Group", "reason": "Late data"}
        move_date(milestone=world.milestone(7), to=to, **agreed, by=PROGRAM, at=moment(day))
    assert "due by 30 April 2022, originally 31 December 2021, moved twice, due next quarter" in text_of(
        sign_in("steering").get(URL)
    )


def test_no_title_is_cut(sign_in):
    """The longest title stands in the page whole, and nothing in the stylesheets shortens a line."""
    page = sign_in("steering").get(URL).content.decode()
    assert "Addressing gaps in NZ&#x27;s AML/CFT framework that are vulnerable to TNOC abuse" in page
    sheets = Path(settings.BASE_DIR, "tnoc_tracker/static/tnoc").glob("*.css")
    assert [
        sheet.name for sheet in sheets if "ellipsis" in sheet.read_text() or "line-clamp" in sheet.read_text()
    ] == []


def test_today_stands_in_the_chart_while_the_plan_runs(sign_in):
    chart = sign_in("steering").get(URL).context["chart"]
    assert chart.now_label == "15 February 2022"
    assert 62 < chart.now < 63


@after(half_a_year)
@pytest.mark.parametrize(
    ("query", "keys", "words"),
    [
        ({"focus": "prevent-and-detect"}, ["10", "11", "12", "13"], ", in PREVENT AND DETECT"),
        ({"body": "sfo"}, ["7", "17"], ", answered for by SFO"),
        ({"milestones": "moved"}, ["16"], "Moved: 1 milestone in 1 activity"),
        ({"milestones": "met_late"}, ["2"], "Due so far and delivered late: 1 milestone in 1 activity"),
    ],
)
def test_the_address_narrows_the_rows_and_the_heading_says_so(world, sign_in, query, keys, words):
    response = sign_in("steering").get(URL, query)
    assert [row.key for row in response.context["chart"].rows] == keys
    assert words in text_of(response)


@after(half_a_year)
def test_a_set_of_milestones_shows_only_those_and_opens_the_table(world, sign_in):
    response = sign_in("steering").get(URL, {"milestones": "to_come"})
    assert len(response.context["table"]) == 12
    assert sum(len(row.marks) for row in response.context["chart"].rows) == 12
    assert re.search(r'<details class="more" open><summary>Every date', response.content.decode())


def test_nothing_found_says_what_to_do(sign_in):
    assert "No activity has such a milestone" in text_of(sign_in("steering").get(URL, {"milestones": "moved"}))


@pytest.mark.parametrize("query", [{"milestones": "all"}, {"focus": "nowhere"}, {"year": "2022"}])
def test_what_cannot_be_read_is_refused(sign_in, query):
    response = sign_in("steering").get(URL, query)
    assert response.status_code == 422
    assert "a filter in this address cannot be read" in text_of(response)


def test_fifty_rows_a_page_each_naming_its_focus_area(world, sign_in):
    grow(world.plan, 120)
    client = sign_in("steering")
    second = client.get(URL, {"page": 2})
    assert len(second.context["chart"].rows) == 50
    assert second.context["chart"].rows[0].starts_group
    assert len(second.context["table"]) == 50


def test_after_the_plans_end_the_chart_goes_on_to_today_while_something_is_late(sign_in, settings):
    settings.TNOC_TODAY = date(2022, 8, 15)
    chart = sign_in("steering").get(URL).context["chart"]
    assert len(chart.columns) == 5
    assert chart.now is not None


def test_the_page_is_only_read(sign_in):
    assert sign_in("secretariat").post(URL).status_code == 405
