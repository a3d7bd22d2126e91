"""The meeting room's screen: what stands on it, and that every number leads to as many rows."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from activities.actions.meetings import add_item, call_meeting, call_off_meeting, take_off
from activities.actions.milestones import move_date
from activities.models import AgendaItem, Meeting
from activities.reading import Reading
from activities.summaries.screen import screen
from tests.actions.packs import frozen
from tests.actions.rounds import opened, told
from tests.generated import at_risk, grow, half_a_year, say
from tests.pages import words_of
from tests.scenes import after
from tests.views.test_dashboard import rows_at, text_of
from tests.world import PROGRAM, TODAY, World, moment

PLAN = "/plans/tnoc-2021-22/"
URL = f"{PLAN}screen/"


def called(world: World, on: date, at: date = TODAY) -> Meeting:
    """A meeting with an agenda of its own making only."""
    meeting = call_meeting(plan=world.plan, held_on=on, **told(world, at))
    for item in AgendaItem.objects.filter(meeting=meeting):
        take_off(item=item, reason="Not for this test", **told(world, at))
    return meeting


def put_on(world: World, meeting: Meeting, heading: str, **more: object) -> AgendaItem:
    return add_item(meeting=meeting, heading=heading, **{"seeks_decision": True, **more}, **told(world, TODAY))


@after(half_a_year)
def test_the_headline_the_counts_and_the_top_of_the_overdue_list_stand_first(world, sign_in):
    response = sign_in("steering").get(URL)
    assert (
        text_of(response).count(
            "4 milestones are overdue, the oldest by 138 days; 2 activities have nobody who answers for them"
        )
        == 1
    )
    words = words_of(response)
    assert "What people say" in words
    assert "What the dates say" in words
    assert "138 days 1 Expand TNOC governance model No lead is stated – 229 days" in words


@after(half_a_year)
def test_every_count_leads_to_as_many_rows(world, sign_in):
    client = sign_in("steering")
    context = client.get(URL).context
    for count in [*context["by_status"], *context["by_due_state"]]:
        assert rows_at(client, count["url"]) == count["count"], count
    assert rows_at(client, context["overdue_url"]) == context["overdue_count"] == 4
    for url, number in re.findall(r'<a href="([^"]+)">(\d+)[^<]*</a>', context["title"]):
        assert rows_at(client, url.replace("&amp;", "&")) == int(number)


@after(half_a_year)
def test_the_headline_is_that_of_the_dashboard(world, sign_in):
    client = sign_in("steering")
    for at in ({}, {"as_at": "2021-12-31"}):
        large, small = client.get(URL, at).context, client.get(PLAN, at).context
        for name in ("title", "by_status", "by_due_state", "steps_reading", "focus_reading", "matrix_reading", "bars"):
            assert large[name] == small[name], name
        assert large["year_reading"] == small["year_reading"]
        assert large["matrix"] == small["matrix"][:10]


def test_there_are_at_most_five_overdue_lines_and_the_number_of_all(sign_in):
    response = sign_in("steering").get(URL)
    assert len(response.context["late"]) == 5
    assert "All 10" in words_of(response)


# What moved --------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_without_a_pack_movements_run_from_the_end_of_the_last_quarter(world, sign_in):
    words = words_of(sign_in("steering").get(URL))
    assert "Since 31 December 2021: 6 statuses moved" in words


@after(half_a_year)
@pytest.mark.parametrize("at", [{}, {"as_at": "2022-01-25"}])
def test_each_kind_of_movement_has_as_many_rows_as_the_comparison_it_leads_to(world, sign_in, at):
    for day, to in ((date(2022, 1, 5), date(2022, 3, 31)), (date(2022, 1, 20), date(2022, 4, 30))):
        agreed = {"asked_by": "SFO", "agreed_by": "Steering Group", "reason": "Late data"}
        move_date(milestone=world.milestone(7), to=to, **agreed, by=PROGRAM, at=moment(day))
    client = sign_in("steering")
    movements = client.get(URL, at).context["movements"]
    assert {"status", "delivered", "dates"} <= {each["kind"].key for each in movements}
    for each in movements:
        groups = {group.kind.key: len(group.rows) for group in client.get(each["url"]).context["groups"]}
        assert groups[each["kind"].key] == each["count"], each["kind"].key
        assert len(each["lines"]) + each["more"] <= each["count"]


def test_a_date_that_moved_twice_is_one_line_and_two_moves(world, sign_in):
    for day, to in ((date(2022, 1, 5), date(2022, 3, 31)), (date(2022, 1, 20), date(2022, 4, 30))):
        agreed = {"asked_by": "SFO", "agreed_by": "Steering Group", "reason": "Late data"}
        move_date(milestone=world.milestone(7), to=to, **agreed, by=PROGRAM, at=moment(day))
    response = sign_in("steering").get(URL)
    assert "2 dates moved" in words_of(response)
    assert "Strategy endorsed: 31 December 2021 → , then 30 April 2022, 120 days later" in words_of(response)


def test_movements_run_from_the_last_meetings_pack(world, sign_in):
    say(world, 12, date(2022, 1, 12), at_risk(), by="police")
    meeting = called(world, date(2022, 1, 31), date(2022, 1, 10))
    frozen(world, meeting, date(2022, 1, 20))
    words = words_of(sign_in("steering").get(URL))
    assert "Since the last meeting’s pack, 20 January 2022: nothing changed" in words
    say(world, 7, date(2022, 2, 1), at_risk(), by="sfo")
    words = words_of(sign_in("steering").get(URL))
    assert "Since the last meeting’s pack, 20 January 2022: 1 status moved" in words


def test_the_pack_of_the_meeting_itself_is_not_what_it_is_compared_with(world, sign_in):
    frozen(world, called(world, TODAY, date(2022, 2, 1)), date(2022, 2, 10))
    assert "Since 31 December 2021" in words_of(sign_in("steering").get(URL))


# What the group is asked -------------------------------------------------------------------------------------------


def test_where_no_meeting_is_called_the_screen_says_so(world, sign_in):
    response = sign_in("steering").get(URL)
    assert "No meeting is called." in words_of(response)
    assert [key for key, _ in response.context["sheets"]] == ["standing", "moved", "delivery", "who", "year"]


def test_the_next_meeting_shows_the_decisions_it_is_asked_for_in_order(world, sign_in):
    called(world, date(2022, 1, 31), date(2022, 1, 10))
    meeting = called(world, date(2022, 3, 1))
    put_on(world, meeting, "Name a lead for 9", text="It has been open for 229 days.", activity=world.activity(9))
    put_on(world, meeting, "For information", seeks_decision=False)
    taken = put_on(world, meeting, "Taken off again")
    take_off(item=taken, reason="Settled already", **told(world, TODAY))
    put_on(world, meeting, "The next plan")
    response = sign_in("steering").get(URL)
    words = words_of(response)
    assert "1 March 2022 2 decisions are sought Name a lead for 9 It has been open for 229 days. The next plan" in words
    assert "For information" not in words
    assert "Taken off again" not in words
    assert [each["url"] for each in response.context["sought"]] == [f"{PLAN}activities/9/", ""]


def test_a_meeting_held_today_is_the_one(world, sign_in):
    put_on(world, called(world, TODAY), "Decide today")
    called(world, date(2022, 3, 1))
    assert "Steering Group, 15 February 2022 1 decision is sought Decide today" in words_of(
        sign_in("steering").get(URL)
    )


def test_a_sixth_decision_is_a_number(world, sign_in):
    meeting = called(world, date(2022, 3, 1))
    for number in range(1, 7):
        put_on(world, meeting, f"Question {number}")
    words = words_of(sign_in("steering").get(URL))
    assert "6 decisions are sought" in words
    assert "The first 5 are shown; 1 more is on the agenda." in words
    assert "Question 6" not in words


def test_a_meeting_that_was_called_off_is_none(world, sign_in):
    meeting = called(world, date(2022, 3, 1))
    call_off_meeting(meeting=meeting, reason="The chair is away", **told(world, TODAY))
    assert "No meeting is called." in words_of(sign_in("steering").get(URL))


def test_a_meeting_without_a_question_says_so(world, sign_in):
    called(world, date(2022, 3, 1))
    assert "No decision is sought" in words_of(sign_in("steering").get(URL))


# The page ----------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_a_past_position_is_the_same_page_as_known_then(world, sign_in):
    put_on(world, called(world, date(2022, 3, 1)), "Asked for only now")
    response = sign_in("steering").get(URL, {"as_at": "2022-01-20"})
    words = words_of(response)
    assert "Position at 20 January 2022, as recorded then" in words
    assert "Asked for only now" not in words
    assert "Since 31 December 2021" in words
    links = re.findall(r'href="(/plans[^"#]+)', response.content.decode())
    assert len(links) > 20
    assert all("as_at=2022-01-20" in link for link in links), links


def test_there_is_a_way_back_and_no_menu(world, sign_in):
    page = sign_in("steering").get(URL).content.decode()
    assert f'<a href="{PLAN}">Back to the dashboard</a>' in page
    assert 'aria-label="Plan"' not in page
    assert "Skip to the content" in page
    dashboard = sign_in("steering").get(PLAN).content.decode()
    assert f'<a href="{URL}">In large type' in dashboard


def test_each_sheet_can_be_reached_by_its_number(world, sign_in):
    called(world, date(2022, 3, 1))
    page = sign_in("steering").get(URL).content.decode()
    targets = re.findall(r'<a href="#(\w+)">\d<span class="unseen">', page)
    assert targets == ["standing", "decisions", "moved", "delivery", "who", "year"]
    for target in targets:
        assert page.count(f'id="{target}"') == 1


def test_on_the_first_day_of_the_record_nothing_has_moved(sign_in):
    response = sign_in("steering").get(URL, {"as_at": "2021-07-01"})
    assert "Since 1 July 2021, 12:00 am: nothing changed" in words_of(response)


def test_a_plan_without_activities_says_what_will_be_there(world, rf):
    reading = Reading.on_day(world.plan, date(2021, 6, 30))
    found = screen(reading, otherwise=Reading.on_day(world.plan, date(2021, 6, 29)))
    assert (found.late, found.movements, found.picture.activities) == ([], [], ())
    context = {"plan": world.plan, "reading": reading, "total": 0, "title": "This plan held no activities then"}
    assert "Nothing to show yet" in render_to_string("plan/screen.html", context, rf.get(URL))


def test_the_page_is_only_read(sign_in):
    assert sign_in("secretariat").post(URL).status_code == 405


@after(half_a_year)
def test_it_takes_twelve_queries_at_most_however_much_there_is(world, sign_in):
    opened(world)
    put_on(world, called(world, date(2022, 3, 1)), "Name a lead", activity=world.activity(9))
    frozen(world, called(world, date(2022, 1, 31), date(2022, 1, 10)), date(2022, 1, 20))
    client = sign_in("steering")
    client.get(URL)  # the session is stamped once a minute
    counted = []
    for size in (21, 150):
        grow(world.plan, size)
        for at in ({}, {"as_at": "2022-02-14"}):
            with CaptureQueriesContext(connection) as asked:
                response = client.get(URL, at)
            counted.append(len(asked))
            assert len(response.content) < 120_000
    assert max(counted) <= 12
    assert counted[:2] == counted[2:]
