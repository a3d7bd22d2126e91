"""The way in, and the dashboard: every number leads to exactly the rows it counts."""

import re
from datetime import date

import pytest
from django.db import connection, transaction
from django.urls import reverse

from activities.reading import Reading
from activities.summaries.dashboard import dashboard
from activities.views.dashboard import drawn
from tests.generated import at_risk, grow, half_a_year, off_track, say
from tests.pages import cells_of
from tests.scenes import after
from tests.world import TODAY
from tnoc_tracker.record import guards

URL = "/plans/tnoc-2021-22/"


def text_of(response) -> str:
    """The page's words without its tags, one space between."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def rows_at(client, url: str) -> int:
    """How many rows the page at an address says it has."""
    response = client.get(url)
    assert response.status_code == 200, url
    if "milestones=" in url:
        return len(response.context["table"])
    return response.context["page"].paginator.count


def test_the_way_in_leads_to_the_current_plan(sign_in):
    assert sign_in("steering").get("/").headers["Location"] == URL


def test_without_a_plan_the_way_in_says_what_to_do(sign_in):
    client = sign_in("secretariat")
    client.get(URL)
    with transaction.atomic():
        guards.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM activities_actionplan")
        response = client.get("/")
        transaction.set_rollback(True)
    assert response.status_code == 200
    assert "There is no plan in this register yet" in text_of(response)
    assert "load_plan" in text_of(response)


@pytest.mark.parametrize("username", ["secretariat", "police", "steering"])
def test_everybody_with_a_membership_reads_the_dashboard(sign_in, username):
    response = sign_in(username).get(URL)
    assert response.status_code == 200
    assert "9 milestones and 1 start are overdue, the oldest by 138 days" in text_of(response)


def test_an_unknown_plan_is_not_found(sign_in):
    assert sign_in("secretariat").get("/plans/of-nobody/").status_code == 404


def test_the_dashboard_is_only_read(sign_in):
    assert sign_in("secretariat").post(URL).status_code == 405


@after(half_a_year)
def test_every_count_leads_to_as_many_rows(world, sign_in):
    client = sign_in("secretariat")
    context = client.get(URL).context
    counted = 0
    for count in [*context["by_status"], *context["by_due_state"]]:
        assert rows_at(client, count["url"]) == count["count"], count
        counted += 1
    for bar in context["bars"]:
        assert rows_at(client, bar.url) == bar.total
        for segment in bar.segments:
            assert rows_at(client, segment.url) == segment.count
            counted += 1
    assert counted > 20


@after(half_a_year)
@pytest.mark.parametrize("at", [{}, {"as_at": "2022-01-11"}])
def test_every_number_by_who_answers_leads_to_as_many_rows(world, sign_in, at):
    client = sign_in("secretariat")
    lines = client.get(URL, at).context["matrix"]
    counted = 0
    for line in [*lines[:4], lines[-1]]:
        for cell in [*line["cells"], line["total"], line["overdue"]]:
            assert bool(cell["url"]) == bool(cell["count"])
            if cell["url"]:
                assert rows_at(client, cell["url"]) == cell["count"], (line["label"], cell)
                counted += 1
    assert counted > 12


@after(half_a_year)
def test_who_answers_is_a_table_with_a_heading_for_each_status(world, sign_in):
    rows = cells_of(sign_in("steering").get(URL), "matrix")
    assert rows[0][0] == "Answers for it"
    assert rows[0][1:] == [
        *("Off track", "At risk", "Paused", "On track", "Not started", "Completed", "Not delivered"),
        *("Activities", "Overdue"),
    ]
    assert rows[1] == ["Nobody answers", "1", "0", "0", "0", "1", "0", "0", "2", "2"]
    assert len(rows) == 17


@after(half_a_year)
def test_every_number_in_a_sentence_leads_to_as_many_rows(world, sign_in):
    client = sign_in("secretariat")
    context = client.get(URL).context
    notes = [count["note"] for count in context["by_status"]]
    found = re.findall(r'<a href="([^"]+)">(\d+)[^<]*</a>', "".join([context["title"], context["lede"], *notes]))
    assert len(found) >= 7
    for url, number in found:
        url = url.replace("&amp;", "&")
        if url.endswith("#paused"):
            assert len(client.get(url).context["figures"].paused) == int(number)
        else:
            assert rows_at(client, url) == int(number), url


@after(half_a_year)
def test_contradictions_gaps_and_what_is_to_come_lead_to_as_many_rows(world, sign_in):
    client = sign_in("secretariat")
    context = client.get(URL).context
    assert rows_at(client, context["contradictions_url"]) == context["figures"].contradictions == 4
    assert rows_at(client, context["gaps_url"]) == len(context["figures"].gaps) == 2
    assert rows_at(client, context["coming_url"]) == context["all_coming"] == 12


@after(half_a_year)
def test_the_number_in_the_header_is_that_of_the_overdue_page(world, sign_in):
    client = sign_in("secretariat")
    dashboard_page, overdue_page = client.get(URL), client.get(f"{URL}overdue/")
    assert dashboard_page.context["overdue_count"] == overdue_page.context["overdue_count"] == 4
    assert overdue_page.context["page"].paginator.count == 4


@after(half_a_year)
def test_lately_tells_who_said_what_and_a_confirmation_reads_no_change(world, sign_in):
    words = text_of(sign_in("secretariat").get(URL))
    assert "One bank has left." in words
    assert "Police Lead" in words
    assert "On track no change" in words
    assert "entered " in words


def test_the_demonstration_says_only_once_that_it_was_entered_later(world, sign_in, settings):
    settings.DEMONSTRATION = True
    half_a_year(world)
    assert "entered " not in text_of(sign_in("secretariat").get(URL))


def test_a_plan_without_a_report_says_what_will_be_there(sign_in):
    words = text_of(sign_in("secretariat").get(URL))
    assert "Nobody has reported yet." in words
    assert "No activity that is off track asks anything of the Steering Group." in words
    assert "No activity is off track or at risk." in words


def test_an_empty_plan_is_a_page_that_says_so(world, sign_in, settings):
    reading = Reading.on_day(world.plan, date(2021, 6, 30))
    context = drawn(reading, dashboard(reading))
    assert context["title"] == "This plan held no activities then"
    assert (context["disagreements"], context["coming"], context["changes"]) == ([], [], [])


@after(half_a_year)
def test_at_a_past_position_every_link_stays_there(world):
    reading = Reading.on_day(world.plan, date(2021, 12, 31))
    context = drawn(reading, dashboard(reading))
    links = re.findall(r'href="([^"#]+)', context["title"] + context["lede"])
    links += [count["url"] for count in [*context["by_status"], *context["by_due_state"]]]
    links += [context["year_url"], *(each["url"] for each in context["disagreements"])]
    assert len(links) > 20
    assert all("as_at=2021-12-31" in link for link in links)


@after(half_a_year)
@pytest.mark.parametrize("page", ["plan_dashboard", "overdue", "timeline"])
def test_a_past_position_is_the_same_page(world, sign_in, page, django_assert_max_num_queries):
    client, url = sign_in("steering"), reverse(page, args=[world.plan.slug])
    client.get(url)
    with django_assert_max_num_queries(12):
        response = client.get(url, {"as_at": "2021-12-31"})
    assert response.status_code == 200
    assert "Position at 31 December 2021, as recorded then" in text_of(response)
    assert response.context["overdue_count"] == 2


@after(half_a_year)
def test_at_a_past_position_every_count_leads_to_as_many_rows_as_then(world, sign_in):
    client = sign_in("secretariat")
    context = client.get(URL, {"as_at": "2022-01-11"}).context
    for count in [*context["by_status"], *context["by_due_state"]]:
        assert rows_at(client, count["url"]) == count["count"], count
    assert rows_at(client, context["contradictions_url"]) == context["figures"].contradictions
    assert rows_at(client, context["coming_url"]) == context["all_coming"]


def test_the_bars_are_read_out_in_a_sentence(world, sign_in):
    client = sign_in("secretariat")
    say(world, 12, TODAY, at_risk())
    assert "The one activity that is off track or at risk is in PREVENT AND DETECT." in text_of(client.get(URL))
    say(world, 11, TODAY, at_risk(), part="Police")
    assert "All 2 activities that are off track or at risk are in PREVENT AND DETECT." in text_of(client.get(URL))
    say(world, 1, TODAY, off_track("Nobody invites."))
    assert "PREVENT AND DETECT has 2 of the 3 activities that are off track or at risk." in text_of(client.get(URL))


def test_no_page_takes_more_than_twelve_queries_however_many_activities_there_are(
    world, sign_in, django_assert_max_num_queries
):
    client = sign_in("steering")
    urls = [reverse(page, args=[world.plan.slug]) for page in ("plan_dashboard", "overdue", "timeline")]
    half_a_year(world)
    client.get(URL)  # the session is stamped once a minute
    at_21 = {}
    for url in urls:
        with django_assert_max_num_queries(12) as asked:
            client.get(url)
        at_21[url] = len(asked)
    grow(world.plan, 500)
    for url in urls:
        with django_assert_max_num_queries(12) as asked:
            response = client.get(url)
        assert len(asked) == at_21[url], url
        assert len(response.content) < 600_000, url


def test_a_large_plan_shows_the_first_lines_and_where_the_rest_is(world, sign_in):
    grow(world.plan, 120)
    words = text_of(sign_in("steering").get(URL))
    assert "The first 50 of 120 activities are drawn here; see all of them" in words
    assert "The first 8 are shown, most days overdue first." in words
    assert re.search(r"All \d+ still to come", words)
