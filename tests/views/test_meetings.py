"""The list of a plan's meetings; calling, changing and calling off one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.decisions import settle_decision
from activities.actions.meetings import call_off_meeting, change_meeting
from activities.decisions import DecisionState
from activities.models import AgendaItem, Meeting
from tests.actions.helpers import entries_written
from tests.actions.rounds import told
from tests.deciding import decide
from tests.pages import cells_of
from tests.scenes import played_once
from tests.views.editing import hidden, send, text_of
from tests.views.meetings import HELD, LIST, called, headings, page
from tests.views.rounds import half_returned
from tests.world import TODAY

meeting = played_once(called)

CALL = f"{LIST}call/"
SAID = {"held_on": "1/3/2022", "place": "Room 4.1", "round": "", "note": "Bring the pack."}


# The list ----------------------------------------------------------------------------------------------------------


def test_without_a_meeting_the_page_says_what_one_is_and_the_secretariat_is_led_to_call_one(world, sign_in):
    answer = sign_in("secretariat").get(LIST)

    assert "No meeting of the Steering Group is called" in text_of(answer)
    assert "an agenda: what is asked of the group" in text_of(answer)
    assert f'href="{CALL}"' in answer.content.decode()


@pytest.mark.parametrize("username", ["police", "steering"])
def test_everybody_else_reads_that_the_secretariat_calls_one(world, sign_in, username):
    answer = sign_in(username).get(LIST)

    assert "The Secretariat calls one." in text_of(answer)
    assert CALL not in answer.content.decode()


def test_the_next_meeting_comes_first_then_those_after_it_then_those_that_were(world, sign_in):
    november, december = called(world, date(2021, 11, 16), date(2021, 11, 1)), date(2021, 12, 14)
    called(world, december, date(2021, 12, 1))
    called(world, date(2022, 5, 17))
    called(world, HELD, round=half_returned(world))
    off = called(world, date(2022, 4, 5))
    call_off_meeting(meeting=off, reason="Half of the group is ill.", **told(world, TODAY))
    decide(world, november)
    settle_decision(decision=decide(world, november), state=DecisionState.DONE, outcome="Done", **told(world, december))
    answer = sign_in("steering").get(LIST)

    assert "The Steering Group meets on 1 March 2022, in 14 days; 1 decision is open" in text_of(answer)
    rows = cells_of(answer)[1:]
    assert [row[0].partition("2022")[0] for row in rows[:2]] == ["1 March ", "17 May "]
    assert rows[0] == [
        "1 March 2022 NextRoom 4.1",
        f"{called_items(HELD)} items4 seek a decision",
        "Q2 FY2021/224 of 35 returned",
        "none",
        "none",
    ]
    assert rows[2][0] == "5 April 2022Called off: Half of the group is ill."
    assert [row[0].partition("Room")[0] for row in rows[3:]] == ["14 December 2021", "16 November 2021"]
    assert rows[4][2:4] == ["no round", "21 open"]


def called_items(held_on: date) -> int:
    return AgendaItem.objects.filter(meeting__held_on=held_on, meeting__called_off_on=None).count()


@pytest.mark.parametrize(
    ("held_on", "finding"),
    [
        (TODAY, "The Steering Group meets today"),
        (date(2022, 2, 16), "The Steering Group meets tomorrow"),
        (date(2022, 2, 17), "The Steering Group meets on 17 February 2022, in 2 days"),
        (date(2022, 2, 14), "No meeting is called; the group met last on 14 February 2022"),
    ],
)
def test_the_heading_says_when_the_group_meets(world, sign_in, held_on, finding):
    called(world, held_on)

    assert finding in text_of(sign_in("police").get(LIST))


def test_the_list_of_a_past_day_is_that_of_the_day(world, sign_in):
    call_off_meeting(meeting=called(world), reason="Ill", **told(world, TODAY))
    client = sign_in("secretariat")

    assert "No meeting of the Steering Group is called" in text_of(client.get(LIST, {"as_at": "2022-01-31"}))
    then = client.get(LIST, {"as_at": "2022-02-14"})
    assert "The Steering Group meets on 1 March 2022, in 15 days" in text_of(then)
    assert "Called off" not in text_of(then)
    assert CALL not in then.content.decode()
    assert "Called off: Ill" in text_of(client.get(LIST))


@pytest.mark.parametrize("query", [{}, {"as_at": "2022-02-14"}])
def test_the_list_takes_no_more_than_twelve_queries(world, sign_in, query):
    decide(world, called(world, date(2021, 11, 16), date(2021, 11, 1)))
    called(world, round=half_returned(world))
    client = sign_in("secretariat")
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST, query).status_code == 200
    assert len(queries) <= 12


def test_the_header_leads_to_the_meetings(world, sign_in):
    assert f'href="{LIST}"' in sign_in("police").get("/plans/tnoc-2021-22/overdue/").content.decode()


# Calling -----------------------------------------------------------------------------------------------------------


def test_a_meeting_is_called_with_an_agenda_and_the_secretariat_is_led_to_it(world, sign_in):
    made, client = half_returned(world), sign_in("secretariat")
    assert client.get(CALL).context["form"]["round"].value() == made.id  # the latest round is offered
    answer = send(client, CALL, **{**SAID, "round": str(made.id)})

    meeting = Meeting.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, page(meeting, "agenda/"))
    assert (meeting.held_on, meeting.place, meeting.note, meeting.round) == (HELD, "Room 4.1", "Bring the pack.", made)
    count = meeting.items.count()
    assert count > 3
    words = text_of(client.get(answer.headers["Location"]))
    assert f"The meeting of 1 March 2022 is called. {count} items from the register stand on its agenda." in words


def test_the_same_form_sent_twice_calls_one_meeting(world, sign_in):
    client = sign_in("secretariat")
    sent = {**hidden(client, CALL), **SAID}

    assert [client.post(CALL, sent).headers["Location"] for _ in range(2)] == [
        page(Meeting.objects.get(), "agenda/")
    ] * 2


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"held_on": ""}, "held_on", "Give the day of the meeting."),
        ({"held_on": "soon"}, "held_on", "This is no date"),
        ({"held_on": "15/3/2022"}, "held_on", "The group meets on 15 March 2022 already."),
        ({"round": "99"}, "round", "Choose a round of the list."),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(world, sign_in, said, field, sentence):
    called(world, date(2022, 3, 15))
    before = entries_written()
    answer = send(sign_in("secretariat"), CALL, **{**SAID, **said})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.context["form"].errors[field][0]
    assert "The meeting is not called yet" in text_of(answer)
    assert answer.context["form"]["note"].value() == "Bring the pack."
    assert entries_written() == before


# Changing ----------------------------------------------------------------------------------------------------------

CHANGED = {**SAID, "held_on": "8/3/2022", "place": "Room 5", "reason": "The room is taken."}


def test_a_meeting_is_changed_with_a_reason(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    answer = send(client, page(meeting, "change/"), **CHANGED)

    assert (answer.status_code, answer.headers["Location"]) == (302, page(meeting))
    meeting.refresh_from_db()
    assert (meeting.held_on, meeting.place) == (date(2022, 3, 8), "Room 5")
    assert meeting.history.latest("sequence").history_change_reason == "The room is taken."
    assert "Saved: the group meets on 8 March 2022." in text_of(client.get(page(meeting)))


def test_the_form_holds_what_the_meeting_is_now_and_saving_it_changes_nothing(world, sign_in):
    meeting, client = called(world, round=half_returned(world)), sign_in("secretariat")
    form = client.get(page(meeting, "change/")).context["form"]
    said = {name: form[name].value() for name in ("place", "round", "note")}
    before = entries_written()
    send(client, page(meeting, "change/"), held_on="1/3/2022", reason="Nothing", **said)

    assert said == {"place": "Room 4.1", "round": meeting.round_id, "note": "Bring the pack."}
    assert entries_written() == before
    assert "Nothing was different" in text_of(client.get(page(meeting)))


def test_the_day_stays_once_decisions_quote_it(world, sign_in):
    meeting = called(world, TODAY)
    decide(world, meeting)
    answer = send(sign_in("secretariat"), page(meeting, "change/"), **CHANGED)

    assert answer.status_code == 422
    assert "the day stays" in answer.context["form"].errors["held_on"][0]


def test_a_change_needs_its_reason(world, sign_in):
    answer = send(sign_in("secretariat"), page(called(world), "change/"), **{**CHANGED, "reason": " "})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_somebody_elses_change_is_shown_beside_ones_own(world, sign_in):
    meeting, client = called(world, round=half_returned(world)), sign_in("secretariat")
    old = hidden(client, page(meeting, "change/"))
    theirs = {"held_on": date(2022, 3, 2), "round": None, "place": "Theirs", "note": "", "reason": "Moved"}
    change_meeting(meeting=meeting, **theirs, **told(world, TODAY))
    answer = client.post(page(meeting, "change/"), {**old, **CHANGED, "round": str(meeting.round_id)})

    assert answer.status_code == 409
    words = text_of(answer)
    assert "Secretariat Officer, 15 February 2022, 10:00 am – the meeting of 2 March 2022" in words
    assert [(row["label"], row["left"], row["right"]) for row in answer.context["conflict"].rows] == [
        ("Day", "2 March 2022", "8 March 2022"),
        ("Place (optional)", "Theirs", "Room 5"),
        ("Reporting round it looks at", "none", "Q2 FY2021/22"),
        ("Note (optional)", "", "Bring the pack."),
    ]
    again = {name: answer.context["form"][name].value() for name in ("stamp", "once")}
    assert client.post(page(meeting, "change/"), {**again, **CHANGED}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.place == "Room 5"


# Calling off -------------------------------------------------------------------------------------------------------


def test_a_meeting_is_called_off_with_a_reason_and_stays_readable(world, sign_in):
    meeting, client = called(world), sign_in("secretariat")
    answer = send(client, page(meeting, "call-off/"), reason="Half of the group is ill.")

    assert (answer.status_code, answer.headers["Location"]) == (302, page(meeting))
    shown = client.get(page(meeting))
    words = text_of(shown)
    assert "The meeting of 1 March 2022 was called off" in words
    assert "Called off on 15 February 2022: Half of the group is ill." in words
    assert headings(meeting)[0] in words  # its agenda is still there
    assert page(meeting, "agenda/") not in shown.content.decode()


def test_it_is_not_called_off_without_a_reason_nor_after_it_has_decided(world, sign_in):
    meeting, client = called(world, TODAY), sign_in("secretariat")
    assert list(send(client, page(meeting, "call-off/"), reason="").context["form"].errors) == ["reason"]

    decide(world, meeting)
    answer = send(client, page(meeting, "call-off/"), reason="Ill")
    assert answer.status_code == 422
    assert "This meeting has taken place: it has decisions on record." in text_of(answer)
    assert page(meeting, "call-off/") not in client.get(page(meeting)).content.decode()


@pytest.mark.parametrize("path", ["change/", "call-off/", "agenda/", "agenda/add/"])
def test_a_meeting_that_was_called_off_is_not_edited(world, sign_in, path):
    meeting, client = called(world), sign_in("secretariat")
    stamp = hidden(client, page(meeting, "call-off/"))["stamp"]
    call_off_meeting(meeting=meeting, reason="Ill", **told(world, TODAY))

    answer = client.get(page(meeting, path))
    assert "This meeting was called off" in text_of(answer)
    assert 'class="stack"' not in answer.content.decode()
    sent = client.post(page(meeting, "change/"), {**CHANGED, "stamp": str(int(stamp) + 1)})
    assert sent.status_code == 422
    assert "This meeting was called off" in text_of(sent)


# All of them -------------------------------------------------------------------------------------------------------


def test_a_meeting_of_another_plan_or_none_has_no_page(world, sign_in):
    client = sign_in("secretariat")

    for path in ("", "change/", "call-off/", "agenda/"):
        assert client.get(f"{LIST}99/{path}").status_code == 404


def test_only_the_secretariat_runs_meetings_and_only_now(world, sign_in, meeting):
    for path in ("change/", "call-off/", "agenda/", "agenda/add/"):
        for username in ("police", "steering"):
            assert sign_in(username).get(page(meeting, path)).status_code == 403
        past = sign_in("secretariat").get(page(meeting, path), {"as_at": "2022-02-14"})
        assert past.status_code == 403
        assert "Nothing can be changed as at 14 February 2022." in text_of(past)
    assert sign_in("secretariat").get(CALL, {"as_at": "2022-02-14"}).status_code == 403


def test_no_page_takes_more_than_twelve_queries(world, sign_in):
    meeting, client, counts = called(world, round=half_returned(world)), sign_in("secretariat"), {}
    client.get(LIST)
    for address in (CALL, page(meeting, "change/"), page(meeting, "call-off/")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts[address] = len(queries)
    assert {path: count for path, count in counts.items() if count > 12} == {}
