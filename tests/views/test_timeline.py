"""The timeline: a row per activity, a mark per milestone, and the same dates as a table."""

import re
from datetime import date

import pytest

from tests.generated import grow, half_a_year
from tests.views.test_dashboard import text_of

URL = "/plans/tnoc-2021-22/timeline/"


def test_every_activity_has_a_row_under_its_focus_area(sign_in):
    response = sign_in("steering").get(URL)
    assert [row.number for row in response.context["chart"].rows] == [str(n) for n in range(1, 21)] + [""]
    assert [column.name for column in response.context["chart"].columns] == ["Q1", "Q2", "Q3", "Q4"]
    words = text_of(response)
    assert "UNIFY: Drive System Governance and Coordination" in words
    assert "None of 24 milestones is delivered or begun, 10 are past their date" in words


def test_each_milestone_is_said_in_words_and_stands_in_the_table(world, sign_in):
    half_a_year(world)
    response = sign_in("steering").get(URL)
    words = text_of(response)
    assert "Part 2: due by 30 April 2022, originally 31 December 2021, due next quarter" in words
    assert "delivered 12 days late on 12 January 2022" in words
    assert len(response.context["table"]) == 24


def test_today_stands_in_the_chart_while_the_plan_runs(sign_in):
    chart = sign_in("steering").get(URL).context["chart"]
    assert chart.now_label == "15 February 2022"
    assert 62 < chart.now < 63


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
    half_a_year(world)
    response = sign_in("steering").get(URL, query)
    assert [row.key for row in response.context["chart"].rows] == keys
    assert words in text_of(response)


def test_a_set_of_milestones_shows_only_those_and_opens_the_table(world, sign_in):
    half_a_year(world)
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
