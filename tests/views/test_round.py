"""The page of a round: what came back of what was asked, by body and by activity, each number with its rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.returns import accept_return, confirm_no_change, send_back
from activities.actions.roles import end_role
from activities.exports.round_columns import COLUMNS
from activities.models import Filing, Return, Role
from activities.returns import MEANINGS
from activities.summaries.rounds import NUMBERS, SETS, picture_of, round_of
from tests.actions.rounds import asked, filed, opened, told
from tests.generated import grow, on_track, say
from tests.pages import cells_of, section_of
from tests.scenes import after, played_once
from tests.views.editing import text_of
from tests.views.rounds import LIST, Q2_PAGE, closed, half_returned, late, message, page

made = played_once(opened)

ACTIONS = ("extend/", "note/", "close/", "review/")


def rows_of(response) -> list[list[str]]:
    """The returns that a page shows."""
    return cells_of(response, "returns")[1:]


def bodies_of(response) -> dict[str, list[str]]:
    """The bodies of a page by their name, without the headings of their groups."""
    return {row[0]: row[1:] for row in cells_of(response)[1:] if len(row) > 1}


def file_of(client, **query) -> list[list[str]]:
    answer = client.get(f"{LIST}2021-22-q2.csv", query)
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


# The finding -------------------------------------------------------------------------------------------------------


@after(half_returned)
def test_the_heading_is_the_finding(world, sign_in):
    words = text_of(sign_in("steering").get(Q2_PAGE))

    assert "4 of 35 returned; 31 are missing, 27 of them late" in words
    assert "Q2 FY2021/22 (to 31 December 2021)" in words
    assert "Open; due by 28 January 2022." in words


@after(half_returned)
def test_the_finding_of_a_past_day_is_that_of_the_day(world, sign_in):
    client = sign_in("police")
    for day, finding in {
        "2022-01-17": "2 of 35 returned; 33 are missing",
        "2022-01-28": "3 of 35 returned; 32 are missing",
        "2022-01-29": "3 of 35 returned; 32 are missing, 28 of them late",
        "2022-02-14": "4 of 35 returned; 31 are missing, 27 of them late",
    }.items():
        assert f"{finding} Open; due by 28 January 2022." in text_of(client.get(page(as_at=day)))


def test_one_that_is_missing_reads_well_and_so_does_nothing(world, made):
    held = round_of(world.reading, made.quarter_key)
    picture = picture_of(world.reading, held)
    said = {}
    for count in (1, 0):
        lines = [line for line in picture.lines if line.activity.key == "12"][:count]
        said[count] = "".join(piece.text for piece in type(picture)(world.reading, held, tuple(lines)).finding)

    assert said == {1: "None of 1 returned; 1 is missing, and late", 0: "Nothing is asked in this round"}


@after(closed)
def test_a_closed_round_names_what_was_not_returned(world, sign_in):
    answer = sign_in("steering").get(Q2_PAGE)

    assert "Closed with 4 of 35 returned; 31 were not returned" in text_of(answer)
    assert "Closed 14 February 2022 by Secretariat Officer. Nothing in it changes any more." in text_of(answer)
    missing = section_of(answer, "missing")
    assert "Not returned when the round was closed" in missing
    assert "Police 11 Sector-specific guidance on TNOC risks, financial sector 17 Information sharing" in missing
    assert missing.count("Information sharing training for staff") == 11


# By body -----------------------------------------------------------------------------------------------------------


@after(half_returned)
def test_each_body_stands_with_its_numbers_and_its_day(world, sign_in):
    bodies = bodies_of(sign_in("steering").get(Q2_PAGE))

    assert [*bodies][:2] == ["Corrections", "Customs"]
    assert bodies["Police"] == ["4", "2", "1", "1", "2", "2", "28 January 2022", "nobody yet"]
    assert bodies["SFO"] == ["2", "11 late", "1", "0", "1", "1", "28 January 2022", "nobody yet"]
    given = "25 February 2022extended: Their analyst is ill."
    assert bodies["MOJ"] == ["4", "0", "0", "0", "4", "0", given, "nobody yet"]
    assert bodies["Nobody answers"] == ["5", "1", "0", "1", "4", "4", "28 January 2022", "nobody yet"]
    assert [*bodies][-4:] == ["Secretariat", "Sector Coordination Group", "Steering Group", "Nobody answers"]


def test_who_was_told_when_stands_beside_the_body(world, sign_in):
    made = half_returned(world)
    message(world, made, "police", "Police", "opened")
    message(world, made, "police-reader", "Police", "opened")
    message(world, made, "police", "Police", "due-3", date(2022, 1, 25))
    client = sign_in("steering")

    told_now = bodies_of(client.get(Q2_PAGE))["Police"][-1]
    assert told_now == "17 January 2022: opened, to 2 people25 January 2022: due in 3 working days"
    assert bodies_of(client.get(page(as_at="2022-01-24")))["Police"][-1] == "17 January 2022: opened, to 2 people"


def test_what_is_asked_is_said_once_beside_that_the_round_is_open(world, sign_in):
    made = half_returned(world)
    message(world, made, "police", "Police", "opened")
    message(world, made, "police", "Police", f"asked-{asked(12).id}")
    message(world, made, "police", "Police", f"asked-{asked(13).id}", date(2022, 1, 20))

    told_now = bodies_of(sign_in("steering").get(Q2_PAGE))["Police"][-1]
    assert told_now == "17 January 2022: opened20 January 2022: asked"


def test_that_nothing_had_changed_stays_said_once_it_is_accepted(world, sign_in):
    say(world, 12, date(2021, 12, 14), on_track("Two banks have joined."), by="police")
    opened(world)
    confirm_no_change(ret=asked(12), **told(world, date(2022, 1, 20), "police"))
    accept_return(ret=asked(12), **told(world, date(2022, 1, 21)))
    client = sign_in("steering")

    row = next(row for row in rows_of(client.get(Q2_PAGE)) if row[0] == "12")
    assert row[3].startswith("Accepted")
    assert row[6] == "20 January 2022Police Lead: no change"
    assert next(line for line in file_of(client) if line[0] == "12")[-1] == "no change"


@after(half_returned)
def test_every_number_leads_to_as_many_rows(world, sign_in):
    client = sign_in("steering")
    html = client.get(Q2_PAGE).content.decode()
    links = set(re.findall(r'href="([^"]*)#returns">(\d+)', html))

    assert (f"{Q2_PAGE}?state=missing", "31") in links
    some = [
        (url, number) for url, number in links if "body=" not in url or re.search("body=(moj|sfo|police|nobody)", url)
    ]
    assert len(some) > 20
    for url, number in some:
        assert len(rows_of(client.get(url.replace("&amp;", "&")))) == int(number), url


def test_the_numbers_of_the_bodies_add_up_to_those_of_the_round(world):
    made = half_returned(world)
    picture = picture_of(world.reading, round_of(world.reading, made.quarter_key))
    for key, _ in NUMBERS:
        assert sum(body.count(key) for body in picture.bodies) == picture.count(key)
    states = Counter(Return.objects.values_list("state", flat=True))
    assert {key: picture.count(key) for key in SETS if key in set(MEANINGS)} == {key: states[key] for key in MEANINGS}


# By activity -------------------------------------------------------------------------------------------------------


@after(half_returned)
def test_each_return_stands_with_its_state_its_days_and_who_filed_it(world, sign_in):
    client = sign_in("steering")
    rows = rows_of(client.get(Q2_PAGE))

    assert len(rows) == 35
    accepted = next(row for row in rows if row[0] == "12")
    assert accepted[1:3] == ["Public/private project on addressing financial sector vulnerabilities", "Police"]
    assert accepted[3].startswith("Accepted")
    assert accepted[4:] == ["28 January 2022", "17 January 2022", "17 January 2022Police Lead"]
    late = next(row for row in rows if row[:3] == ["17", "Information sharing training for staff", "SFO"])
    assert late[3].startswith("Returned late")
    assert late[4:] == ["28 January 2022", "31 January 2022after its day", "31 January 2022SFO Lead"]
    assert f'href="/plans/tnoc-2021-22/returns/{asked(12).id}/"' in client.get(Q2_PAGE).content.decode()


@after(half_returned)
def test_what_was_sent_back_is_missing_and_keeps_when_it_first_came(world, sign_in):
    send_back(ret=asked(13), answer="What was delivered?", **told(world, date(2022, 1, 21)))
    client = sign_in("steering")
    row = next(row for row in rows_of(client.get(page(state="missing", body="police"))) if row[0] == "13")
    assert row[3].startswith("Sent back")

    filed(world, 13, late(), by="police", on=date(2022, 2, 3))
    row = next(row for row in rows_of(client.get(page(state="back"))) if row[0] == "13")
    assert row[5:] == ["17 January 2022", "3 February 2022Police Lead"]
    assert Filing.objects.filter(ret=asked(13)).count() == 2


@after(half_returned)
def test_what_is_not_asked_for_any_more_counts_nowhere(world, sign_in):
    customs = Role.objects.get(activity=world.activity(11), body=world.body("Customs"))
    end_role(role=customs, reason="Handed over", **told(world, date(2022, 2, 1)))

    assert "4 of 34 returned" in text_of(sign_in("police").get(Q2_PAGE))


@after(opened)
def test_the_states_are_explained_from_their_table(world, sign_in):
    words = text_of(sign_in("police").get(Q2_PAGE))

    for meaning in MEANINGS.values():
        assert f"{meaning.label} {meaning.meaning}" in words


@after(half_returned)
def test_the_file_holds_the_rows_of_the_page(world, sign_in):
    client, pairs = sign_in("police"), []
    for query in ({}, {"state": "missing"}, {"body": "sfo"}, {"as_at": "2022-01-20"}):
        headings, *lines = file_of(client, **query)
        assert headings == [column.heading for column in COLUMNS]
        pairs += zip(rows_of(client.get(page(**query))), lines, strict=True)
    assert len(pairs) == 35 + 31 + 2 + 35
    for row, line in pairs:
        assert row[0] == (line[0] or "–")
        assert row[1] == line[1] + line[2]
        assert row[2] == line[3]
        assert row[3].startswith(line[4])
        assert row[4].startswith(line[5])
        assert line[6] in row[4]
        assert row[5].startswith(line[7] or "–")
        assert row[6] == (line[8] or "–") + line[9] + (f": {line[10]}" if line[10] else "")


def test_a_long_round_has_pages_and_can_be_printed_whole(world, sign_in):
    grow(world.plan, 60)
    opened(world)
    client = sign_in("steering")

    assert len(rows_of(client.get(Q2_PAGE))) == 50
    assert len(rows_of(client.get(page(page="2")))) == 24
    assert len(rows_of(client.get(page(page="all")))) == 74


# The address -------------------------------------------------------------------------------------------------------


@after(opened)
@pytest.mark.parametrize("query", [{"state": "green"}, {"body": "nobody-at-all"}, {"colour": "red"}])
def test_a_filter_that_cannot_be_read_is_named(world, sign_in, query):
    client = sign_in("police")
    answer = client.get(page(**query))

    assert answer.status_code == 422
    assert "a filter in this address cannot be read" in text_of(answer)
    assert client.get(f"{LIST}2021-22-q2.csv", query).status_code == 422


@after(opened)
def test_nothing_of_a_kind_says_so_and_leads_back(world, sign_in):
    words = text_of(sign_in("police").get(page(state="accepted")))

    assert "No return is like this" in words
    assert "All returns of the round" in words


@after(opened)
@pytest.mark.parametrize("quarter", ["2021-22-q3", "2021-22-q9", "none"])
def test_a_quarter_without_a_round_has_no_page(world, sign_in, quarter):
    client = sign_in("secretariat")

    for path in ("/", ".csv", "/extend/", "/note/", "/close/", "/reopen/"):
        assert client.get(f"{LIST}{quarter}{path}").status_code == 404


# What may be done --------------------------------------------------------------------------------------------------


@after(half_returned)
def test_the_secretariat_is_led_to_what_it_may_do_and_nobody_else(world, sign_in):
    secretariat = sign_in("secretariat").get(Q2_PAGE)

    assert "Review 2 returns" in text_of(secretariat)
    for action in ACTIONS:
        assert f'href="{page(action)}"' in secretariat.content.decode()
        assert f'href="{page(action)}"' not in sign_in("police").get(Q2_PAGE).content.decode()
        past = sign_in("secretariat").get(page(as_at="2022-02-01"))
        assert f'href="{page(action)}' not in past.content.decode()


@after(closed)
def test_a_closed_round_can_only_be_reopened(world, sign_in):
    html = sign_in("secretariat").get(Q2_PAGE).content.decode()

    assert f'href="{page("reopen/")}"' in html
    assert not any(f'href="{page(action)}"' in html for action in ACTIONS)


def test_the_page_takes_no_more_than_twelve_queries(world, sign_in):
    made = half_returned(world)
    message(world, made, "police", "Police", "opened")
    client = sign_in("secretariat")
    client.get(Q2_PAGE)
    for query in ({}, {"as_at": "2022-02-01"}, {"state": "missing"}):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(**query)).status_code == 200
        assert len(queries) <= 12
