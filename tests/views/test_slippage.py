"""Dates that moved: totals by focus area and body, every move with its reason, and the same as a file."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import add_milestone, correct_delivery, edit_milestone, move_date, remove_milestone
from activities.models import Milestone, MilestoneKind
from activities.reading import Reading
from activities.summaries.slippage import Total, total
from activities.summaries.slippage_totals import slippage
from tests.scenes import played_once
from tests.views.editing import address, text_of
from tests.world import PROGRAM, World, moment

URL = "/plans/tnoc-2021-22/slippage/"


def move(world: World, milestone: Milestone, to: date, day: date, **said: str) -> None:
    told = {"reason": "Late data", "asked_by": "SFO", "agreed_by": "Steering Group", **said}
    move_date(milestone=milestone, to=to, **told, by=PROGRAM, at=moment(day))


@played_once
def story(world: World) -> World:
    """Activity 1 moved twice (182 days), 7 once (90), 11 once (30, three bodies lead), 12 once back by 10 days."""
    move(world, world.milestone(1), date(2021, 12, 31), date(2021, 9, 1), reason="Nobody was invited")
    move(world, world.milestone(1), date(2022, 3, 31), date(2021, 12, 1), decision_reference="SG 2021/8")
    move(world, world.milestone(7), date(2022, 3, 31), date(2022, 1, 14))
    move(world, world.milestone(11), date(2022, 7, 30), date(2022, 1, 15))
    move(world, world.milestone(12), date(2022, 3, 21), date(2022, 1, 16))
    return world


def test_the_heading_adds_up_how_far_the_dates_moved(story, sign_in):
    words = text_of(sign_in("steering").get(URL))

    assert "4 dates moved 5 times, 292 days later in all" in words
    assert "Every date that moved, the furthest first" in words
    assert "moved twice, 182 days later, first due Q1 FY2021/22" in words
    assert "30 September 2021 31 December 2021 92 Nobody was invited SFO Steering Group" in words


def test_each_move_is_drawn_over_the_dates_between(story, sign_in):
    response = sign_in("steering").get(URL)
    assert "292 days later in all; the furthest is that of 1 Expand TNOC governance model, by 182 days." in text_of(
        response
    )
    rows = response.context["chart"].rows
    assert [row.key for row in rows] == ["1", "7", "11", "12"]
    drawn = rows[0].marks[0]
    assert (drawn.slip_from, drawn.via, drawn.x) == (20.0, (40.0,), 60.0)  # of five quarters
    assert rows[3].marks[0].slip_from is None  # it came back


def test_where_a_date_only_came_back_no_furthest_is_named(world, sign_in):
    move(world, world.milestone(12), date(2022, 3, 21), date(2022, 1, 16))
    response = sign_in("steering").get(URL)
    assert response.context["chart_reading"] == f"{response.context['title']}."


def test_totals_by_focus_area_and_by_who_answers(story):
    found = slippage(story.reading)

    assert {area.slug: sums for area, sums in found.by_focus_area} == {
        "unify": Total(2, 3, 272),
        "prevent-and-detect": Total(2, 2, 20),
        "dismantle": Total(),
    }
    assert {body.label: sums for body, sums in found.by_body} == {
        "SFO": Total(1, 1, 90),
        "Customs": Total(1, 1, 30),
        "MBIE": Total(1, 1, 30),
        "Police": Total(2, 2, 20),
    }


def test_the_furthest_comes_first_and_moves_stand_in_their_order(story):
    found = slippage(story.reading)

    assert [each.activity.key for each in found.moved] == ["1", "7", "11", "12"]
    assert [line.move.number for line in found.lines] == [1, 2, 1, 1, 1]
    assert [line.move.moved_to for line in found.lines][:2] == [date(2021, 12, 31), date(2022, 3, 31)]


def test_as_at_a_past_day_it_is_what_had_moved_by_then(story, sign_in):
    then = slippage(Reading.on_day(story.plan, date(2021, 12, 31)))

    assert then.total == Total(1, 2, 182)
    words = text_of(sign_in("steering").get(URL, {"as_at": "2021-11-30"}))
    assert "1 date moved once, 92 days later in all" in words


def test_editing_correcting_and_removing_never_reset_the_ledger(story):
    at = moment(date(2022, 2, 1))
    edit_milestone(milestone=story.milestone(7), label="Endorsed at last", reason="Words", by=PROGRAM, at=at)
    correct_delivery(milestone=story.milestone(7), delivered_on=date(2022, 1, 31), reason="Seen", by=PROGRAM, at=at)
    correct_delivery(milestone=story.milestone(7), delivered_on=None, reason="A mix-up", by=PROGRAM, at=at)
    row = story.milestone(7)
    assert (row.original_due, row.agreed_due, row.moves) == (date(2021, 12, 31), date(2022, 3, 31), 1)

    remove_milestone(milestone=row, decision_reference="SG 2022/1", reason="Merged", by=PROGRAM, at=at)
    assert story.milestone(7).date_moves.count() == 1
    assert slippage(story.reading).total == Total(3, 4, 202)  # a removed date counts nowhere
    assert slippage(Reading.on_day(story.plan, date(2022, 1, 31))).total == Total(4, 5, 292)


def test_a_date_that_first_had_none_counts_with_its_moves_only(world):
    undated = add_milestone(
        activity=world.activity(7),
        kind=MilestoneKind.EXTERNAL,
        label="Assent",
        due=None,
        reason="Known now",
        by=PROGRAM,
        at=moment(date(2022, 1, 1)),
    )
    move(world, undated, date(2022, 5, 1), date(2022, 1, 2))
    move(world, undated, date(2022, 6, 1), date(2022, 1, 3))

    assert total([Milestone.objects.get(id=undated.id)]) == Total(1, 2, 0)


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        (Total(), ""),
        (Total(1, 1, 92), "1 date moved once, 92 days later in all"),
        (Total(1, 3, 212), "1 date moved 3 times, 212 days later in all"),
        (Total(2, 2, -1), "2 dates moved twice, 1 day earlier in all"),
        (Total(1, 2, 0), "1 date moved twice, 0 days in all"),
    ],
)
def test_a_total_in_words(sums, words):
    assert sums.in_words == words


@pytest.mark.parametrize(
    ("query", "keys", "heading"),
    [
        ({"focus": "unify"}, ["1", "7"], "2 dates moved 3 times, 272 days later in all"),
        ({"body": "police"}, ["11", "12"], "2 dates moved twice, 20 days later in all"),
        ({"body": "customs", "focus": "prevent-and-detect"}, ["11"], "1 date moved once, 30 days later in all"),
    ],
)
def test_it_can_be_narrowed(story, sign_in, query, keys, heading):
    response = sign_in("steering").get(URL, query)

    assert [line["moved"].activity.key for line in response.context["moved"]] == keys
    assert heading in text_of(response)


def test_a_total_leads_to_its_rows(story, sign_in):
    client = sign_in("steering")
    context = client.get(URL).context
    for _, sums, url in [*context["areas"], *context["bodies"]]:
        assert len(client.get(url).context.get("moved", [])) == sums.milestones


def test_the_activity_and_the_agency_say_their_totals(story, sign_in):
    client = sign_in("steering")

    assert "1 date moved twice, 182 days later in all" in text_of(client.get(address(1)))
    page = client.get("/plans/tnoc-2021-22/agencies/police/")
    assert "2 dates moved twice, 20 days later in all" in text_of(page)
    assert f'href="{URL}?body=police"' in page.content.decode()
    for where in ("overdue/", "timeline/"):
        assert f'href="{URL}"' in client.get(f"/plans/tnoc-2021-22/{where}").content.decode()


def test_nothing_moved_says_so(sign_in):
    words = text_of(sign_in("steering").get(URL))

    assert "No agreed date has moved" in words
    assert "Every agreed date is the original one" in words
    assert "Nothing of this has moved" in text_of(sign_in("steering").get(URL, {"body": "sfo"}))


@pytest.mark.parametrize("query", [{"focus": "nowhere"}, {"band": "31-90"}, {"year": "2022"}])
def test_what_cannot_be_read_is_refused(sign_in, query):
    client = sign_in("steering")
    assert client.get(URL, query).status_code == 422
    assert client.get("/plans/tnoc-2021-22/slippage.csv", query).status_code == 422


def test_the_file_holds_every_move(story, sign_in):
    client = sign_in("steering")
    response = client.get("/plans/tnoc-2021-22/slippage.csv")
    lines = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))

    assert len(lines) == 6
    assert lines[2][:1] + lines[2][5:] == [
        "1",
        "30 September 2021",
        "31 March 2022",
        "2",
        "31 December 2021",
        "31 March 2022",
        "90",
        "Late data",
        "SFO",
        "Steering Group",
        "SG 2021/8",
        "1 December 2021",
    ]
    narrowed = client.get(client.get(URL, {"body": "sfo"}).context["files"]["csv"])
    assert len(b"".join(narrowed.streaming_content).splitlines()) == 2


@pytest.mark.parametrize("query", [{}, {"as_at": "2022-01-31"}])
def test_it_takes_no_more_than_twelve_queries(story, sign_in, query):
    client = sign_in("steering")
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        client.get(URL, query)
    assert len(queries) <= 12
