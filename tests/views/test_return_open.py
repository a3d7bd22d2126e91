"""What is past its date while its return is still open says so, everywhere in the same words; and nothing else does."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.returns import accept_return
from activities.actions.rounds import close_round
from activities.due_states import RETURN_OPEN, DueState, counted_as, in_words
from activities.reading import Reading
from tests.actions.rounds import asked, filed, opened, told
from tests.generated import half_a_year, paused, say
from tests.scenes import after, played_once
from tests.views.editing import BASE, text_of
from tests.views.rounds import half_returned, late

made = played_once(opened)

LATE = "138 days overdue – return open"  # activity 1
START = "not begun, 46 days overdue – return open"  # activity 13
PAGES = ["activities/", "activities/1/", "overdue/", "timeline/", "agencies/", "my-agency/", "rounds/", ""]


def file_of(client, path: str, **query) -> list[list[str]]:
    return list(csv.reader(b"".join(client.get(BASE + path, query).streaming_content).decode().splitlines()))


@pytest.mark.parametrize(
    ("state", "start", "words", "counted"),
    [
        (DueState.OVERDUE, False, "46 days overdue – return open", "overdue – return open"),
        (DueState.OVERDUE, True, "not begun, 46 days overdue – return open", "not begun, overdue – return open"),
        (DueState.OVERDUE_PAUSED, False, "paused, 46 days past its date – return open", "paused – return open"),
    ],
)
def test_the_words_have_one_home(state, start, words, counted):
    assert in_words(state, 46, is_start=start, return_open=True) == words
    assert counted_as(state, is_start=start, return_open=True) == counted
    assert RETURN_OPEN not in in_words(state, 46, is_start=start) + counted_as(state, is_start=start)


@pytest.mark.parametrize("state", [DueState.DUE_THIS_QUARTER, DueState.NO_DATE, DueState.DELIVERED_LATE])
def test_what_is_not_past_its_date_says_nothing_of_a_return(state):
    assert in_words(state, 3, return_open=True) == in_words(state, 3)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("activities/", LATE),
        ("activities/", START),
        ("activities/1/", LATE),
        ("activities/13/", START),
        ("timeline/", f"due by 30 September 2021, {LATE}"),
        ("agencies/sfo/", "46 days overdue – return open"),
    ],
)
def test_every_page_says_it_in_the_same_words(world, sign_in, path, words):
    client = sign_in("steering")
    assert words not in text_of(client.get(BASE + path))

    opened(world)
    assert words in text_of(client.get(BASE + path))


@after(opened)
def test_the_page_of_ones_agency_says_it_of_what_is_asked_and_of_what_is_late(world, sign_in):
    words = text_of(sign_in("police").get(f"{BASE}my-agency/"))

    assert "Not started, but the date by which it was to begin has passed" in words
    assert f"What is late {START} · 31 December 2021" in words


@after(half_a_year)
def test_the_dashboard_says_it_where_status_and_dates_disagree(world, sign_in):
    opened(world)

    assert "On track, but 46 days overdue – return open." in text_of(sign_in("steering").get(BASE))


@after(opened)
def test_the_overdue_page_and_the_files_say_it(world, sign_in):
    client = sign_in("steering")

    assert "138 overdue – return open" in text_of(client.get(f"{BASE}overdue/"))
    assert {row[1] for row in file_of(client, "overdue.csv")[1:]} == {
        "overdue – return open",
        "not begun, overdue – return open",
    }
    assert [row[3] for row in file_of(client, "activities.csv", due="overdue")[1:]][:1] == [LATE]


@after(opened)
def test_it_is_said_until_the_return_is_accepted(world, sign_in):
    client = sign_in("steering")
    filed(world, 13, late(), by="police")
    assert START in text_of(client.get(f"{BASE}activities/13/"))

    accept_return(ret=asked(13), **told(world))
    page = text_of(client.get(f"{BASE}activities/13/"))
    assert RETURN_OPEN not in page
    assert "not begun, 46 days" in page


@after(half_returned)
def test_of_a_shared_activity_it_is_said_until_the_last_part_is_accepted(world):
    assert world.activity(17).id in world.reading.returns_open
    assert world.activity(12).id not in world.reading.returns_open


def test_a_closed_round_says_nothing(world, sign_in, made):
    close_round(round=made, **told(world, date(2022, 2, 14)))

    assert RETURN_OPEN not in text_of(sign_in("steering").get(f"{BASE}activities/"))


def test_a_past_day_says_what_was_open_then(world, made):
    close_round(round=made, **told(world, date(2022, 2, 1)))

    open_then = {
        day: bool(Reading.on_day(world.plan, date(2022, *day)).returns_open)
        for day in ((1, 16), (1, 17), (1, 31), (2, 1))
    }
    assert open_then == {(1, 16): False, (1, 17): True, (1, 31): True, (2, 1): False}


def test_a_paused_activity_says_it_beside_the_count(world, sign_in):
    say(world, 18, date(2022, 1, 10), paused("SG 2022/1"))
    opened(world)

    assert "paused, 46 days past its date – return open" in text_of(sign_in("steering").get(f"{BASE}activities/18/"))


def test_nothing_is_asked_of_the_database_where_nothing_is_late(world):
    early = Reading(world.plan, date(2021, 7, 2))
    with CaptureQueriesContext(connection) as queries:
        assert not early.still_asks(world.activity(1).id, DueState.LATER)
    assert [query for query in queries if "activities_return" in query["sql"]] == []


@pytest.mark.parametrize("query", [{}, {"as_at": "2022-02-14"}])
def test_nothing_is_asked_of_the_database_where_no_round_is_open(world, sign_in, query):
    client = sign_in("steering")
    for wanted in (False, True):
        with CaptureQueriesContext(connection) as queries:
            assert "overdue" in text_of(client.get(f"{BASE}activities/", query))
        assert bool([each for each in queries if 'FROM "activities_return"' in each["sql"]]) is wanted
        if not wanted:
            opened(world)


# What is asked of one's agency -------------------------------------------------------------------------------------


@after(half_returned)
@pytest.mark.parametrize(
    ("username", "line"),
    [
        ("police", "4 returns are asked of you by 28 January 2022, which has passed, for Q2 FY2021/22; 2 are filed."),
        ("police-reader", "4 returns are asked of you by 28 January 2022, which has passed, for Q2 FY2021/22"),
        ("sfo", "2 returns are asked of you by 28 January 2022, which has passed, for Q2 FY2021/22; 1 is filed."),
        ("secretariat", "12 returns are asked of you by 28 January 2022, which has passed, for Q2 FY2021/22; 1 is"),
    ],
)
def test_ones_agency_reads_how_many_returns_are_asked_of_it(world, sign_in, username, line):
    page = sign_in(username).get(f"{BASE}my-agency/")

    assert line in text_of(page)
    assert f'href="{BASE}returns/"' in page.content.decode()


def test_before_the_day_it_reads_by_when_and_all_filed_reads_well(world, sign_in):
    opened(world, due=date(2022, 3, 1))
    words = text_of(sign_in("corrections").get(f"{BASE}my-agency/"))
    assert "1 return is asked of you by 1 March 2022 for Q2 FY2021/22; it is not filed yet." in words

    filed(world, 17, by="corrections", body="Corrections", on=date(2022, 2, 15))
    words = text_of(sign_in("corrections").get(f"{BASE}my-agency/"))
    assert "1 return is asked of you by 1 March 2022 for Q2 FY2021/22; it is filed." in words


@pytest.mark.parametrize("username", ["steering", "police"])
def test_where_nothing_is_asked_nothing_is_said(world, sign_in, username):
    if username == "steering":
        opened(world)

    assert "asked of you" not in text_of(sign_in(username).get(f"{BASE}my-agency/"))


@after(half_a_year)
def test_no_page_takes_more_than_twelve_queries_with_a_round_open(world, sign_in):
    opened(world)
    client, counts = sign_in("secretariat"), {}
    client.get(BASE)
    for path in PAGES:
        for query in ({}, {"as_at": "2022-02-14"}):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(BASE + path, query).status_code == 200
            counts[path, *query] = len(queries)
    assert {page: count for page, count in counts.items() if count > 12} == {}
