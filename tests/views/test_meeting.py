"""The page of a meeting: what became of earlier decisions, the agenda with what was decided on it, and its packs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.decisions import report_on_decision, settle_decision
from activities.actions.meetings import add_item, order_agenda, put_back, take_off
from activities.decisions import DecisionState
from activities.models import Meeting, Pack
from tests.actions.rounds import told
from tests.deciding import decide, decide_date
from tests.generated import half_a_year
from tests.pages import cells_of, section_of
from tests.scenes import after, played_once
from tests.views.editing import text_of
from tests.views.meetings import CALLED, LIST, called, item, items, page
from tests.views.rounds import half_returned
from tests.world import PROGRAM, TODAY, World, moment
from tnoc_tracker.record.writing import record

meeting = played_once(called)

NOVEMBER = date(2021, 11, 16)


def before(world: World) -> Meeting:
    """The meeting of November."""
    return called(world, NOVEMBER, date(2021, 11, 1))


def frozen(world: World, meeting: Meeting, number: int = 1, why: str = "") -> Pack:
    """A version of a meeting's pack, without files."""
    made = Pack(
        meeting=meeting,
        number=number,
        frozen_at=world.now,
        frozen_by="Secretariat Officer",
        summary="All is well.",
        figures_hash="0" * 96,
        corrected_why=why,
    )
    record(made, by=PROGRAM.actor, at=world.now, reason="Frozen for the tests")
    return made


# The heading and what it is about ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held_on", "finding"),
    [
        (date(2022, 3, 1), "The Steering Group meets on 1 March 2022, in 14 days: 4 of"),
        (TODAY, "The Steering Group meets today: 4 of"),
        (date(2022, 2, 14), "The Steering Group met on 14 February 2022; no decision is recorded yet"),
    ],
)
def test_the_heading_says_when_it_meets_and_how_much_it_is_to_decide(world, sign_in, held_on, finding):
    assert finding in text_of(sign_in("steering").get(page(called(world, held_on))))


@pytest.mark.parametrize(
    ("made", "settled", "words"),
    [
        (1, 0, "1 decision, still open"),
        (1, 1, "1 decision, settled"),
        (3, 0, "3 decisions, all still open"),
        (3, 1, "3 decisions, 2 still open"),
        (2, 2, "2 decisions, all of them settled"),
    ],
)
def test_the_heading_says_what_it_decided(world, sign_in, made, settled, words):
    meeting = called(world, TODAY)
    every = [decide(world, meeting) for _ in range(made)]
    for each in every[:settled]:
        settle_decision(decision=each, state=DecisionState.DONE, outcome="Done", **told(world, TODAY))

    heading = re.search(r"<h1>(.*?)</h1>", sign_in("police").get(page(meeting)).content.decode())
    assert heading is not None
    assert heading[1] == f"The Steering Group met on 15 February 2022: {words}"


def test_it_says_where_and_about_which_round_with_how_much_came_back(world, sign_in):
    answer = sign_in("police").get(page(called(world, round=half_returned(world))))
    words = text_of(answer)

    assert "Tuesday 1 March 2022" in words
    assert "Place Room 4.1" in words
    assert "Looks at Q2 FY2021/22 (to 31 December 2021) 4 of 35 returned" in words
    assert 'href="/plans/tnoc-2021-22/rounds/2021-22-q2/?state=back#returns"' in answer.content.decode()
    assert "Note Bring the pack." in words
    assert "Pack not frozen yet" in words


def test_without_a_round_it_says_so(world, sign_in):
    assert "Looks at no reporting round" in text_of(sign_in("police").get(page(called(world))))


def test_the_versions_of_its_pack_are_there_the_latest_first(world, sign_in):
    meeting = called(world, TODAY)
    packs = [frozen(world, meeting), frozen(world, meeting, 2, "A number was wrong.")]
    answer = sign_in("steering").get(page(meeting))

    assert "Pack Version 2 – A number was wrong. Version 1" in text_of(answer)
    for each in packs:
        assert f'href="/plans/tnoc-2021-22/packs/{each.id}/"' in answer.content.decode()


# What became of the earlier decisions ------------------------------------------------------------------------------


def test_it_opens_with_what_became_of_the_earlier_decisions(world, sign_in):
    november = before(world)
    late = decide(world, november, due_on=date(2022, 2, 1))
    decide_date(world, november)
    done = decide(world, november, what="Name a lead")
    report_on_decision(decision=late, text="Half of it.", **told(world, date(2022, 2, 3), "police"))
    settle_decision(decision=done, state=DecisionState.DONE, outcome="Police leads.", **told(world, CALLED))
    answer = sign_in("steering").get(page(called(world)))
    body = answer.content.decode()

    assert body.index('id="earlier"') < body.index('id="agenda"') < body.index('id="decisions"')
    rows = cells_of(answer, "decided")[1:]
    assert rows[0] == [
        "SG 2021-11-16/1Report on the fundingThe plan",
        "Police",
        "1 February 2022",
        "Open, 14 days past its dayPolice Lead, 3 February 2022: Half of it.",
    ]
    assert rows[1][0].endswith(f"{world.activity(7)}, “Strategy endorsed”")
    assert rows[2][3] == "Done on 1 February 2022Police leads."
    assert f'href="/plans/tnoc-2021-22/decisions/{late.id}/"' in body


def test_the_first_meeting_has_nothing_to_follow_up(world, sign_in):
    assert "No decision of an earlier meeting was open." in text_of(sign_in("steering").get(page(called(world))))


# The agenda --------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_the_agenda_stands_in_order_with_links_and_what_seeks_a_decision(world, sign_in):
    meeting = called(world, on=TODAY)
    agenda = section_of(sign_in("steering").get(page(meeting)), "agenda")
    every = items(meeting)

    assert agenda.count("Decision sought") == sum(1 for each in every if each.seeks_decision) == 5
    places = [agenda.index(each.text) for each in every]
    assert places == sorted(places)
    assert "1 Expand TNOC governance model Ask of the Steering Group · Decision sought" in agenda
    body = sign_in("police").get(page(meeting)).content.decode()
    assert '<a href="/plans/tnoc-2021-22/activities/16/">16 Identifying' in body


def test_another_order_and_an_item_of_its_own_show(world, sign_in, meeting):
    add_item(meeting=meeting, heading="Next year’s plan", text="How it is made.", **told(world, CALLED))
    order = [each.id for each in items(meeting)][::-1]
    order_agenda(meeting=meeting, order=order, **told(world, CALLED))
    agenda = section_of(sign_in("police").get(page(meeting)), "agenda")

    assert "Agenda Next year’s plan Added by the Secretariat How it is made." in agenda


def test_what_was_taken_off_is_told_beside_the_agenda_with_its_reason(world, sign_in, meeting):
    gap = item(meeting, 9, "gap")
    take_off(item=gap, reason="By mail", **told(world, CALLED))
    for act, more in ((put_back, {}), (take_off, {"reason": "Settled on Monday"})):
        act(item=gap, **more, **told(world, date(2022, 2, 8)))
    words = text_of(sign_in("steering").get(page(meeting)))

    assert f"Taken off the agenda (1) {world.activity(9)} 8 February 2022: Settled on Monday" in words
    then = text_of(sign_in("steering").get(page(meeting), {"as_at": "2022-02-07"}))
    assert "1 February 2022: By mail" in then


def test_what_was_decided_stands_with_its_item_and_below(world, sign_in):
    meeting = called(world, TODAY)
    gap = item(meeting, 9, "gap")
    decision = decide(world, meeting, activity=world.activity(9))
    decision.item = gap
    record(decision, by=PROGRAM.actor, at=moment(TODAY, 12), reason="On the item")
    answer = sign_in("steering").get(page(meeting))

    agenda = section_of(answer, "agenda")
    assert agenda.index(gap.text) < agenda.index("Decided: SG 2022-02-15/1 Report on the funding")
    assert "Decided at this meeting" in text_of(answer)
    assert cells_of(answer, "decided")[1] == [
        f"SG 2022-02-15/1Report on the funding{world.activity(9)}",
        "Police",
        "15 March 2022",
        "Open",
    ]


def test_the_secretariat_records_decisions_from_the_day_of_the_meeting_on(world, sign_in):
    meeting = called(world, TODAY)
    first = items(meeting)[0]
    client, address = sign_in("secretariat"), page(meeting, "decide/")
    body = client.get(page(meeting)).content.decode()
    assert f'href="{address}"' in body
    assert body.count(f'href="{address}?item=') == len(items(meeting))
    assert f'href="{address}?item={first.id}"' in body

    coming = client.get(page(called(world))).content.decode()
    assert "/decide/" not in coming
    assert "They are recorded here from the day of the meeting on" in coming


def test_the_secretariat_is_led_to_everything_that_can_be_done(world, sign_in, meeting):
    body = sign_in("secretariat").get(page(meeting)).content.decode()

    for path in ("agenda/", "pack/", "change/", "call-off/"):
        assert f'href="{page(meeting, path)}"' in body


@pytest.mark.parametrize("username", ["police", "steering"])
def test_everybody_else_reads_it_and_can_do_nothing(world, sign_in, username):
    meeting = called(world, TODAY)
    body = sign_in(username).get(page(meeting)).content.decode()

    assert "Decision sought" in body
    for path in ("agenda/", "pack/", "change/", "call-off/", "decide/"):
        assert page(meeting, path) not in body


def test_a_withheld_row_on_the_agenda_says_only_that_it_is(world, sign_in, meeting):
    twenty = world.activity(20)
    add_item(meeting=meeting, heading=str(twenty), activity=twenty, **told(world, CALLED))

    assert "20 Withheld under s 9(2)(f)(iv) Added by the Secretariat" in text_of(sign_in("police").get(page(meeting)))


# At a past position ------------------------------------------------------------------------------------------------


def test_a_past_position_shows_the_meeting_as_it_was_and_nothing_can_be_done(world, sign_in):
    meeting = called(world, TODAY, round=half_returned(world))
    decide(world, meeting)
    take_off(item=item(meeting, 9, "gap"), reason="By mail", **told(world, TODAY))
    client = sign_in("secretariat")
    answer = client.get(page(meeting), {"as_at": "2022-02-14"})
    words, body = text_of(answer), answer.content.decode()

    assert "The Steering Group meets tomorrow: 4 of" in words
    assert "9 Utilising" in section_of(answer, "agenda")
    assert "SG 2022-02-15/1" not in words
    assert "4 of 35 returned" in words
    for path in ("agenda/", "pack/", "change/", "call-off/", "decide/"):
        assert page(meeting, path) not in body
    assert client.get(page(meeting), {"as_at": "2022-01-31"}).status_code == 404


def test_an_empty_agenda_says_so(world, sign_in, meeting):
    for each in items(meeting):
        take_off(item=each, reason="By mail", **told(world, CALLED))

    assert "Nothing is on the agenda yet; the Secretariat makes it from the register." in text_of(
        sign_in("police").get(page(meeting))
    )
    assert "Bring in what the register holds" in text_of(sign_in("secretariat").get(page(meeting)))


@pytest.mark.parametrize("query", [{}, {"as_at": "2022-02-15"}])
def test_the_page_takes_no_more_than_twelve_queries_whatever_there_is(world, sign_in, query):
    round_: Any = half_returned(world)
    november, meeting = before(world), called(world, TODAY, round=round_)
    client = sign_in("secretariat")
    client.get(LIST)
    for _ in range(2):
        decide(world, november, activity=world.activity(11), part=world.part(11, "Police"))
        decide_date(world, november)
        decide(world, meeting)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(meeting), query).status_code == 200
        assert len(queries) <= 12
