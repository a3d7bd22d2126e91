"""What changed between two dates: the page, its file, the last visit, and days that cannot be compared."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import move_date
from activities.actions.roles import end_role
from activities.models import Role
from agencies.actions.visits import begin_visit, mark_as_seen
from agencies.models import Visit
from tests.generated import at_risk, grow, half_a_year, on_track, say
from tests.pages import cells_of
from tests.scenes import played_once
from tests.views.editing import text_of
from tests.world import PASSWORD, PROGRAM, TODAY, World, moment

URL = "/plans/tnoc-2021-22/compare/"
FILE = "/plans/tnoc-2021-22/compare.csv"


@played_once
def story(world: World) -> World:
    """Half a year, with a date moved and a lead ended in January."""
    half_a_year(world)
    moved = {"reason": "Ministers", "asked_by": "SFO", "agreed_by": "Steering Group", "decision_reference": "SG 1"}
    move_date(milestone=world.milestone(7), to=date(2022, 3, 31), **moved, by=PROGRAM, at=moment(date(2022, 1, 14)))
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=moment(date(2022, 1, 15)))
    return world


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))


def test_the_heading_is_the_finding(story, sign_in):
    response = sign_in("steering").get(URL, {"from": "2021-12-31", "to": "2022-01-31"})
    heading = re.search(r"<h1>(.*?)</h1>", response.content.decode()).group(1)

    assert heading.startswith("Between 31 December 2021 and 31 January 2022: 4 statuses moved, 1 milestone delivered")
    assert "1 date moved, 1 role changed" in heading


def test_without_days_it_is_since_the_end_of_the_last_quarter(story, sign_in):
    client = sign_in("steering")
    assert text_of(client.get(URL)).count("Since 31 December 2021: 6 statuses moved") == 1
    context = client.get(URL).context
    assert (context["form"]["from"].value(), context["form"]["to"].value()) == ("31/12/2021", "15/02/2022")


@pytest.mark.parametrize(
    "written", ["2021-12-31", "31/12/2021", "31 December 2021", "2021-12-31T23:59:59.999999+13:00"]
)
def test_a_day_may_be_written_in_many_ways(story, sign_in, written):
    found = sign_in("steering").get(URL, {"from": written, "to": "15/02/2022"}).context["comparison"]
    assert found.finding.startswith("Since 31 December 2021: 6 statuses moved")


def test_a_status_shows_both_marks_an_arrow_and_the_reason(story, sign_in):
    response = sign_in("steering").get(URL, {"from": "2021-12-31", "to": "2022-02-15"})
    section = re.search(r'<section id="status".*?</section>', response.content.decode(), re.S).group()

    assert "mark-ring" in section
    assert "mark-triangle" in section
    assert section.count("→") == 6
    assert "One bank has left." in section
    assert "Police Lead" in section


def test_a_moved_date_says_by_how_much_why_and_who_agreed(story, sign_in):
    words = text_of(sign_in("steering").get(URL, {"from": "2021-12-31"}))

    assert "31 December 2021 31 March 2022, 90 days later Ministers" in words
    assert "asked by SFO, agreed by Steering Group (SG 1) 14 January 2022" in words


def test_each_row_leads_to_the_activity_as_at_both_dates(story, sign_in):
    client = sign_in("steering")
    response = client.get(URL, {"from": "2021-12-31", "to": "2022-01-31"})
    links = re.findall(r'<th scope="row".*?</th>', response.content.decode(), re.S)

    assert len(links) == 8
    for cell in links:
        found = set(re.findall(r'href="([^"]+)"', cell))
        assert {link.split("as_at=")[1] for link in found} == {"2021-12-31", "2022-01-31"}
        assert all(client.get(link).status_code == 200 for link in found)


def test_compared_with_today_the_later_page_is_today_s(story, sign_in):
    page = sign_in("steering").get(URL, {"from": "2021-12-31"}).content.decode()

    assert 'href="/plans/tnoc-2021-22/activities/12/"' in page
    assert 'href="/plans/tnoc-2021-22/activities/12/?as_at=2021-12-31"' in page


def test_quarter_ends_are_offered(world, sign_in):
    words = text_of(sign_in("steering").get(URL))

    assert "Since my last visit Since 31 December 2021 Since 30 September 2021 During Q2 FY2021/22" in words


def test_the_file_holds_the_same_rows_in_the_same_words(story, sign_in):
    client = sign_in("steering")
    query = {"from": "2021-12-31", "to": "2022-01-31"}
    page, file = client.get(URL, query), client.get(FILE, query)
    lines = rows_of(file)

    assert file["Content-Disposition"] == 'attachment; filename="tnoc-2021-22-changes-2021-12-31-to-2022-01-31.csv"'
    assert lines[0] == ["What changed", "No.", "Activity", "Of what", "From", "To", "Why", "Who", "When"]
    shown = [dict(line["cells"]) for group in page.context["groups"] for line in group.rows]
    columns = ["what", "before", "after", "why", "who", "on"]
    assert [[cells.get(name, "") for name in columns] for cells in shown] == [row[3:] for row in lines[1:]]
    assert page.context["files"]["csv"] in page.content.decode().replace("&amp;", "&")
    assert rows_of(client.get(page.context["files"]["csv"])) == lines


# Days that cannot be compared --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from": "soon"}, "“soon” is no date. Write it day first, such as 31/12/2021."),
        ({"from": "2021-06-30"}, "The record of this plan begins on 1 July 2021"),
        ({"to": "2022-02-16"}, "16 February 2022 has not come yet"),
        ({"from": "2022-01-31", "to": "2021-12-31"}, "31 January 2022 is after 31 December 2021: swap the two."),
        ({"from": "2021-12-31", "to": "2021-12-31"}, "Both are 31 December 2021: choose an earlier day."),
        ({"from": "2022-02-15"}, "Both are 15 February 2022: choose an earlier day."),
        ({"from": "last-visit"}, "This is your first visit, and nothing was marked as seen"),
        ({"to": "last-visit"}, "“last-visit” is no date"),
        ({"since": "2021-12-31"}, "“since” is no filter"),
        ({"from": "2021-12-31", "as_at": "2022-01-31", "to": "2022-02-01"}, "This page is as at 31 January 2022"),
        ({"from": "1" * 50}, "at most 40 characters"),
    ],
)
def test_bad_days_get_a_sentence_and_keep_what_was_typed(world, sign_in, query, why):
    client = sign_in("steering")
    page, file = client.get(URL, query), client.get(FILE, query)

    assert page.status_code == file.status_code == 422
    assert why in text_of(page)
    assert why in file.content.decode()
    for name in ("from", "to"):
        if name in query:
            assert page.context["form"][name].value() == query[name]


def test_swapped_days_can_be_swapped(world, sign_in):
    client = sign_in("steering")
    swap = client.get(URL, {"from": "2022-01-31", "to": "2021-12-31"}).context["swap_url"]

    assert swap == f"{URL}?from=2021-12-31&to=2022-01-31"
    assert client.get(swap).status_code == 200
    today = client.get(URL, {"from": "2022-02-15", "to": "2021-12-31"}).context["swap_url"]
    assert client.get(today).context["comparison"].finding.startswith("Since 31 December 2021")


def test_two_days_given_twice_are_refused(world, sign_in):
    assert sign_in("steering").get(f"{URL}?from=2021-12-31&from=2021-09-30").status_code == 422


# As at a past date -------------------------------------------------------------------------------------------------


def test_a_past_page_compares_up_to_its_day(story, sign_in):
    response = sign_in("steering").get(URL, {"as_at": "2021-12-31"})

    assert text_of(response).count("Between 30 September 2021 and 31 December 2021: ") == 1
    assert response.context["form"]["to"].value() == "31/12/2021"


def test_at_the_beginning_of_the_record_it_compares_with_the_beginning(story, sign_in):
    words = text_of(sign_in("steering").get(URL, {"as_at": "2021-07-10"}))

    assert "Between 1 July 2021, 12:00 am and 10 July 2021: nothing changed" in words


def test_the_band_of_a_past_page_leads_to_what_has_changed_since(story, sign_in):
    client = sign_in("steering")
    page = client.get("/plans/tnoc-2021-22/overdue/", {"as_at": "2022-02-14T10:30"}).content.decode()
    link = re.search(r'href="([^"]*compare/[^"]*)">What has changed since', page).group(1)

    assert client.get(link).context["comparison"].finding == "Since 14 February 2022, 10:30 am: nothing changed"


# Since the last visit ----------------------------------------------------------------------------------------------


def visit(client: Client, username: str) -> None:
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302


def test_a_sign_in_is_noted_and_the_one_before_is_what_was_seen_last(world, client, settings):
    visit(client, "police")
    first = Visit.objects.get(person=world.person("police"))
    assert first.seen_upto is None
    client.post("/sign-out/")
    visit(client, "police")
    second = Visit.objects.get(person=world.person("police"))

    assert second.seen_upto == first.signed_in_at
    assert second.signed_in_at > first.signed_in_at


def test_a_refused_sign_in_is_no_visit(world, client):
    client.post("/sign-in/", {"username": "police", "password": "something else entirely"})
    assert not Visit.objects.exists()


def test_a_visit_is_no_change_of_the_register(world, client):
    before = world.person("police").version
    visit(client, "police")
    assert world.person("police").version == before


def test_since_my_last_visit_is_since_the_sign_in_before(story, sign_in):
    person = story.person("steering")
    begin_visit(person_id=person.id, at=moment(date(2022, 1, 31)))
    begin_visit(person_id=person.id, at=moment(TODAY, 9))
    response = sign_in("steering").get(URL, {"from": "last-visit"})

    assert text_of(response).count("Since 31 January 2022, 10:00 am: ") == 1
    assert [each.activity.key for each in response.context["comparison"].differences] == ["10", "12"]
    assert response.context["form"]["from"].value() == "last-visit"


def test_everybody_has_a_last_visit_of_their_own(story, sign_in):
    for day in (date(2022, 1, 31), TODAY):
        begin_visit(person_id=story.person("police").id, at=moment(day))

    assert sign_in("police").get(URL, {"from": "last-visit"}).status_code == 200
    assert sign_in("sfo").get(URL, {"from": "last-visit"}).status_code == 422


def test_what_is_marked_as_seen_is_new_no_more(story, sign_in):
    client, person = sign_in("police"), story.person("police")
    begin_visit(person_id=person.id, at=moment(date(2022, 1, 31)))
    begin_visit(person_id=person.id, at=moment(date(2022, 2, 10)))
    page = client.get(URL, {"from": "last-visit"})
    assert "Mark as seen" in text_of(page)

    answer = client.post(f"{URL}seen/", follow=True)
    assert "Everything up to now is marked as seen." in text_of(answer)
    assert answer.context["comparison"].differences == ()
    begin_visit(person_id=person.id, at=moment(TODAY, 23))
    assert Visit.objects.get(person=person).seen_upto > moment(date(2022, 2, 10))


def test_marking_is_offered_only_for_the_last_visit_and_only_today(story, sign_in):
    client, person = sign_in("police"), story.person("police")
    for day in (date(2021, 11, 30), date(2022, 2, 10)):
        begin_visit(person_id=person.id, at=moment(day))

    assert "Mark as seen" not in text_of(client.get(URL))
    past = client.get(URL, {"from": "last-visit", "as_at": "2021-12-31"})
    assert past.status_code == 200
    assert "Mark as seen" not in text_of(past)


def test_a_look_at_the_page_marks_nothing(story, sign_in):
    client, person = sign_in("police"), story.person("police")
    mark_as_seen(person_id=person.id, at=moment(date(2022, 1, 31)))
    client.get(URL, {"from": "last-visit"})

    assert Visit.objects.get(person=person).seen_upto == moment(date(2022, 1, 31))
    assert client.get(f"{URL}seen/").status_code == 405


def test_a_clock_set_back_never_makes_seen_things_new(world):
    person = world.person("police")
    for day in (date(2022, 2, 10), date(2022, 2, 12), date(2022, 2, 1)):
        begin_visit(person_id=person.id, at=moment(day))

    assert Visit.objects.get(person=person).seen_upto == moment(date(2022, 2, 12))


# The rest ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": "2021-09-30", "to": "2021-12-31"},
        {"from": "last-visit"},
        {"as_at": "2022-01-31"},
        {"from": "2021-09-30", "to": "2021-12-31", "as_at": "2022-01-31"},
    ],
)
def test_it_takes_no_more_than_twelve_queries(story, sign_in, query):
    client = sign_in("steering")
    mark_as_seen(person_id=story.person("steering").id, at=moment(date(2022, 1, 5)))
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL, query)
    assert response.status_code == 200
    assert len(queries) <= 12


def test_nothing_changed_says_so(world, sign_in):
    words = text_of(sign_in("steering").get(URL, {"from": "2022-02-10"}))

    assert "Since 10 February 2022: nothing changed" in words
    assert "No delivery status moved. Nothing was delivered or begun." in words


def test_a_new_report_is_there_at_once(story, sign_in):
    say(story, 15, TODAY, on_track("Ten agencies contributed."))
    assert "Ten agencies contributed." in text_of(sign_in("steering").get(URL))


def test_of_many_differences_of_a_kind_the_first_fifty_are_shown_until_all_are_asked_for(world, sign_in):
    grow(world.plan, 75)
    for number in range(22, 75):
        say(world, number, TODAY, at_risk())
    client, between = sign_in("steering"), {"from": "2022-01-31"}
    few, every = client.get(URL, between), client.get(URL, {**between, "page": "all"})

    for response, rows in ((few, 50), (every, 53)):
        shown = text_of(response)
        assert "Delivery status moved: 53" in shown
        assert len(cells_of(response, "compared")) - 1 == rows
    assert "The first 50 of 53. Show all 53" in text_of(few)
    assert "Show all" not in text_of(every)
    assert "from=2022-01-31&amp;page=all" in few.content.decode()
    assert Counter(row[0] for row in rows_of(client.get(FILE, between)))["Delivery status moved"] == 53
