"""The list of a plan's rounds: what is open, what came back, what was closed when and by whom."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.rounds import reopen_round
from activities.quarters import FiscalQuarter
from tests.actions.rounds import Q3, opened, told
from tests.pages import cells_of
from tests.scenes import after
from tests.views.editing import text_of
from tests.views.rounds import LIST, closed, half_returned

OPEN = f"{LIST}open/"


def test_without_a_round_the_page_says_what_one_is_and_the_secretariat_is_led_to_open_one(world, sign_in):
    page = sign_in("secretariat").get(LIST)

    assert "A round asks each body that answers for an activity" in text_of(page)
    assert f'href="{OPEN}"' in page.content.decode()


@pytest.mark.parametrize("username", ["police", "steering"])
def test_everybody_else_reads_that_the_secretariat_opens_one(world, sign_in, username):
    page = sign_in(username).get(LIST)

    assert "The Secretariat opens one." in text_of(page)
    assert OPEN not in page.content.decode()


@after(half_returned)
def test_each_round_stands_with_its_numbers_the_latest_quarter_first(world, sign_in):
    opened(world, Q3, date(2022, 2, 1), date(2022, 4, 14))
    page = sign_in("steering").get(LIST)

    assert "2 rounds are open: 4 of 70 returned" in text_of(page)
    later, earlier = cells_of(page)[1:]
    assert later[:7] == ["Q3 FY2021/22to 31 March 2022", "Open", "14 April 2022", "35", "0", "0", "35"]
    assert earlier[:7] == ["Q2 FY2021/22to 31 December 2021", "Open", "28 January 2022", "35", "4", "2", "3127 late"]
    assert earlier[7:] == ["17 January 2022Secretariat Officer", "–"]


@after(closed)
def test_a_closed_round_says_when_it_was_closed_and_by_whom(world, sign_in):
    page = sign_in("police").get(LIST)

    assert "No round is open; 1 round is closed" in text_of(page)
    row = cells_of(page)[1]
    assert row[1:7] == ["Closed", "28 January 2022", "35", "4", "0", "31"]
    assert row[7:] == ["17 January 2022Secretariat Officer", "14 February 2022Secretariat Officer"]


def test_a_reopened_round_says_why(world, sign_in):
    again = {"due_on": date(2022, 3, 1), "reason": "The Minister asked.", **told(world, date(2022, 2, 15))}
    reopen_round(round=closed(world), **again)

    assert "Open reopened: The Minister asked." in text_of(sign_in("police").get(LIST))


@after(half_returned)
def test_every_number_leads_to_as_many_rows(world, sign_in):
    client = sign_in("steering")
    links = re.findall(rf'href="({LIST}[^"]*)#returns">(\d+)</a>', client.get(LIST).content.decode())

    assert [int(number) for _, number in links] == [35, 4, 2, 31]
    for url, number in links:
        assert len(cells_of(client.get(url.replace("&amp;", "&")), "returns")) - 1 == int(number), url


def test_another_round_is_offered_while_a_quarter_that_has_begun_has_none(world, sign_in):
    client = sign_in("secretariat")
    for number in (1, 2):
        opened(world, FiscalQuarter.parse(f"Q{number} FY2021/22"))
        assert OPEN in client.get(LIST).content.decode()

    opened(world, Q3)
    assert OPEN not in client.get(LIST).content.decode()


@after(closed)
def test_the_list_of_a_past_day_is_that_of_the_day(world, sign_in):
    client = sign_in("secretariat")

    assert "No reporting round yet" in text_of(client.get(LIST, {"as_at": "2022-01-16"}))
    assert "1 round is open: 3 of 35 returned" in text_of(client.get(LIST, {"as_at": "2022-01-28"}))
    assert OPEN not in client.get(LIST, {"as_at": "2022-01-28"}).content.decode()


@after(half_returned)
@pytest.mark.parametrize("query", [{}, {"as_at": "2022-02-01"}])
def test_the_list_takes_no_more_than_twelve_queries(world, sign_in, query):
    client = sign_in("secretariat")
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST, query).status_code == 200
    assert len(queries) <= 12


def test_the_header_leads_to_the_rounds_and_reporters_to_their_returns(world, sign_in):
    reporter, reader = (
        sign_in(name).get("/plans/tnoc-2021-22/overdue/").content.decode() for name in ("sfo", "steering")
    )

    assert f'href="{LIST}"' in reporter
    assert f'href="{LIST}"' in reader
    assert 'href="/plans/tnoc-2021-22/returns/"' in reporter
    assert 'href="/plans/tnoc-2021-22/returns/"' not in reader
