"""The picker of dates offers the close of each round first, at its exact moment."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.returns import confirm_no_change
from activities.actions.rounds import close_round, reopen_round
from activities.quarters import FiscalQuarter
from tests.actions.rounds import Q2, asked, opened, told
from tests.scenes import after
from tests.views.editing import BASE, text_of
from tests.world import moment

Q1 = FiscalQuarter.parse("Q1 FY2021/22")


def offered(client, path: str = "") -> list[tuple[str, str]]:
    """What the picker offers: words and positions."""
    html = client.get(BASE + path).content.decode()
    found = re.findall(r'<li><a href="\?(?:[^"]*&amp;)?as_at=([^"&]*)">([^<]*)</a>', html)
    return [(words, unquote(at)) for at, words in found]


def first_quarter_closed(world, day: date = date(2021, 10, 22)):
    made = opened(world, Q1, date(2021, 10, 4), date(2021, 10, 14))
    return close_round(round=made, **told(world, moment(day, 16)))


def test_the_close_of_each_round_comes_before_the_ends_of_quarters(world, sign_in):
    first_quarter_closed(world)
    made = opened(world, Q2)
    close_round(round=made, **told(world, date(2022, 2, 4)))

    assert [words for words, _ in offered(sign_in("steering"))] == [
        "Close of the round of Q2 FY2021/22, 4 February 2022",
        "Close of the round of Q1 FY2021/22, 22 October 2021",
        "End of Q2 FY2021/22 (31 December 2021)",
        "End of Q1 FY2021/22 (30 September 2021)",
    ]


def test_it_leads_to_the_very_moment_of_the_close(world, sign_in):
    made = first_quarter_closed(world)
    reopen = {"due_on": date(2021, 11, 1), "reason": "More came in.", **told(world, moment(date(2021, 10, 22), 17))}
    reopen_round(round=made, **reopen)
    client = sign_in("steering")
    ((words, at), *_) = offered(client)
    page = client.get(f"{BASE}rounds/2021-22-q1/", {"as_at": at})

    assert (words, at) == ("Close of the round of Q1 FY2021/22, 22 October 2021", "2021-10-22T16:00:00+13:00")
    assert "Position at 22 October 2021, 4:00 pm, as recorded then" in text_of(page)
    assert "Closed with none of 35 returned; 35 were not returned" in text_of(page)


def test_a_round_that_was_closed_twice_is_offered_twice(world, sign_in):
    made = first_quarter_closed(world)
    reopen_round(round=made, due_on=date(2021, 11, 5), reason="More came in.", **told(world, date(2021, 10, 26)))
    confirm_no_change(ret=asked(20, quarter=Q1), **told(world, date(2021, 10, 27)))
    close_round(round=made, **told(world, date(2021, 11, 8)))

    client = sign_in("steering")
    closes = [pair for pair in offered(client) if pair[0].startswith("Close")]
    assert [words for words, _ in closes] == [
        "Close of the round of Q1 FY2021/22, 8 November 2021",
        "Close of the round of Q1 FY2021/22, 22 October 2021",
    ]
    findings = [text_of(client.get(f"{BASE}rounds/2021-22-q1/", {"as_at": at})) for _, at in closes]
    assert "Closed with 1 of 35 returned" in findings[0]
    assert "Closed with none of 35 returned" in findings[1]


@after(opened)
def test_an_open_round_is_not_offered(world, sign_in):
    assert not [words for words, _ in offered(sign_in("steering")) if words.startswith("Close")]


def test_the_offer_keeps_what_the_page_was_narrowed_to_and_takes_no_query(world, sign_in):
    client = sign_in("steering")
    client.get(BASE)
    with CaptureQueriesContext(connection) as before:
        client.get(f"{BASE}slippage/")
    first_quarter_closed(world)
    with CaptureQueriesContext(connection) as after:
        html = client.get(f"{BASE}slippage/").content.decode()
    assert len(after) == len(before)
    assert "Close of the round of Q1" in html

    narrowed = client.get(f"{BASE}overdue/?band=91-180&page=1").content.decode()
    assert 'href="?band=91-180&amp;as_at=2021-10-22T16%3A00%3A00%2B13%3A00"' in narrowed
