"""Extending a round for a body, changing its note, closing it with what is missing, and reopening it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.rounds import change_note, extend_returns
from activities.models import Return, Round
from activities.returns import ReturnState
from tests.actions.helpers import entries_written
from tests.actions.rounds import asked, opened, told
from tests.scenes import after
from tests.views.editing import hidden, send, text_of
from tests.views.rounds import LIST, Q2_PAGE, closed, half_returned, page
from tests.world import World

TODAY = date(2022, 2, 15)
MORE_TIME = {"body": "police", "until": "28/02/2022", "reason": "Two of them are ill."}


def ready_to_close(world: World) -> Round:
    """A round in which nothing waits for review."""
    return opened(world)


# Extending ---------------------------------------------------------------------------------------------------------


@after(half_returned)
def test_one_body_is_given_more_time(world, sign_in):
    client = sign_in("secretariat")
    answer = send(client, page("extend/"), **MORE_TIME)

    assert (answer.status_code, answer.headers["Location"]) == (302, Q2_PAGE)
    rows = Return.objects.filter(body=world.body("Police"))
    assert {(row.state, row.due_on) for row in rows if row.state == "requested"} == {("requested", date(2022, 2, 28))}
    assert {row.due_on for row in rows if row.state != "requested"} == {date(2022, 1, 28)}
    words = text_of(client.get(Q2_PAGE))
    assert "Extended: 2 returns due by 28 February 2022." in words
    assert "28 February 2022 extended: Two of them are ill." in words


@after(half_returned)
def test_only_bodies_that_miss_something_are_offered(world, sign_in):
    form = sign_in("secretariat").get(page("extend/")).context["form"]
    offered = dict(form.fields["body"].choices)

    assert offered["police"] == "Police: 2 of 4 missing, due 28 January 2022"
    assert offered["nobody"] == "Nobody answers: 4 of 5 missing, due 28 January 2022"
    assert len(offered) == 16


@after(opened)
def test_what_nobody_answers_for_can_be_extended_too(world, sign_in):
    send(sign_in("secretariat"), page("extend/"), **{**MORE_TIME, "body": "nobody"})

    assert set(Return.objects.filter(body=None).values_list("due_on", flat=True)) == {date(2022, 2, 28)}


@after(half_returned)
@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"body": ""}, "body", "Choose the body."),
        ({"body": "x"}, "body", "Nothing is missing from this body."),
        ({"until": "14/2/2022"}, "until", "14 February 2022 has passed."),
        ({"until": "soon"}, "until", "This is no date"),
        ({"body": "moj", "until": "20/2/2022"}, "until", "Give a day after 25 February 2022, which is agreed already."),
        ({"reason": " "}, "reason", "Give the reason."),
    ],
)
def test_what_is_wrong_with_an_extension_is_named_beside_its_field(world, sign_in, said, field, sentence):
    before = entries_written()
    answer = send(sign_in("secretariat"), page("extend/"), **{**MORE_TIME, **said})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.context["form"].errors[field][0]
    assert entries_written() == before


@after(closed)
def test_a_closed_round_is_not_extended(world, sign_in):
    assert "This round is closed" in text_of(sign_in("secretariat").get(page("extend/")))


# The note ----------------------------------------------------------------------------------------------------------


def test_another_covering_note_is_written(world, sign_in):
    made, client = opened(world), sign_in("secretariat")
    assert client.get(page("note/")).context["form"]["note"].value() == made.note

    send(client, page("note/"), note="Please name who reports.")
    assert "Covering note Please name who reports." in text_of(client.get(Q2_PAGE))
    assert [entry.note for entry in made.history.order_by("sequence")] == ["Kia ora", "Please name who reports."]


@after(opened)
def test_the_same_note_writes_nothing(world, sign_in):
    client, before = sign_in("secretariat"), entries_written()
    send(client, page("note/"), note="Kia ora")

    assert entries_written() == before
    assert "Nothing was different" in text_of(client.get(Q2_PAGE))


def test_somebody_elses_note_is_shown_beside_ones_own(world, sign_in):
    made, client = opened(world), sign_in("secretariat")
    old = hidden(client, page("note/"))
    change_note(round=made, note="Theirs", **told(world, TODAY))
    answer = client.post(page("note/"), {**old, "note": "Mine"})

    assert answer.status_code == 409
    words = text_of(answer)
    assert "Secretariat Officer, 15 February 2022, 10:00 am – the round of Q2 FY2021/22: another covering note" in words
    assert "Theirs" in words
    again = {name: answer.context["form"][name].value() for name in ("stamp", "once")}
    assert client.post(page("note/"), {**again, "note": "Mine"}).status_code == 302
    assert Round.objects.get().note == "Mine"


# Closing -----------------------------------------------------------------------------------------------------------


@after(ready_to_close)
def test_the_page_names_what_will_be_recorded_as_not_returned(world, sign_in):
    words = text_of(sign_in("secretariat").get(page("close/")))

    assert "Close the round with 35 returns missing?" in words
    assert "Recorded as not returned when it closes Corrections 17 Information sharing training for staff" in words
    assert "11 Sector-specific guidance on TNOC risks, financial sector requested, due 28 January 2022" in words


@after(ready_to_close)
def test_it_says_how_much_of_what_is_missing_is_not_late_yet(world, sign_in):
    extend = {"until": date(2022, 2, 25), "reason": "Their analyst is ill.", **told(world)}
    extend_returns(round=Round.objects.get(), body=world.body("MOJ"), **extend)
    ours = text_of(sign_in("secretariat").get(page("close/")))

    assert "4 of these are not late yet: their days have not passed." in ours


@after(ready_to_close)
def test_it_is_closed_with_what_is_missing(world, sign_in):
    client = sign_in("secretariat")
    answer = send(client, page("close/"))

    assert (answer.status_code, answer.headers["Location"]) == (302, Q2_PAGE)
    assert Round.objects.get().closed_by == "Secretariat Officer"
    assert set(Return.objects.values_list("state", flat=True)) == {ReturnState.NOT_RETURNED}
    words = text_of(client.get(Q2_PAGE))
    assert "The round of Q2 FY2021/22 is closed. It can be reopened, with a reason." in words
    assert "Closed with none of 35 returned; 35 were not returned" in words


@after(half_returned)
def test_it_is_not_closed_over_what_waits_for_review(world, sign_in):
    client = sign_in("secretariat")
    looked = client.get(page("close/"))
    stamp = {"stamp": str(looked.context["form"]["stamp"].value())}
    answer = client.post(page("close/"), stamp)

    assert "2 returns wait for review first" in text_of(looked)
    assert f'href="{page("review/")}"' in looked.content.decode()
    assert answer.status_code == 422
    assert "2 returns wait for review: accept or send back first, then close." in text_of(answer)
    assert not Round.objects.get().is_closed


def test_what_somebody_did_meanwhile_is_shown_before_it_is_closed(world, sign_in):
    made, client = ready_to_close(world), sign_in("secretariat")
    old = hidden(client, page("close/"))
    change_note(round=made, note="Wait for me", **told(world, TODAY))
    answer = client.post(page("close/"), old)

    assert answer.status_code == 409
    assert "another covering note" in text_of(answer)
    assert not Round.objects.get().is_closed


@after(ready_to_close)
def test_the_same_form_sent_twice_closes_once(world, sign_in):
    client = sign_in("secretariat")
    sent = hidden(client, page("close/"))

    assert [client.post(page("close/"), sent).status_code for _ in range(2)] == [302, 302]
    assert Round.history.filter(closed_at__isnull=False).count() == 1


# Reopening ---------------------------------------------------------------------------------------------------------


@after(closed)
def test_a_closed_round_is_reopened_with_a_reason(world, sign_in):
    client = sign_in("secretariat")
    form = client.get(page("reopen/"))
    assert "The 31 returns that were not returned are asked for again." in text_of(form)
    assert form.context["form"]["due_on"].value() == date(2022, 3, 1)

    answer = send(client, page("reopen/"), due_on="8/3/2022", reason="The Minister asked.")
    assert answer.status_code == 302
    words = text_of(client.get(Q2_PAGE))
    assert "The round of Q2 FY2021/22 is open again, due by 8 March 2022." in words
    assert "4 of 35 returned; 31 are missing Open; due by 8 March 2022." in words
    assert "Reopened The Minister asked." in words
    assert asked(12).state == ReturnState.ACCEPTED


@after(closed)
@pytest.mark.parametrize(
    ("said", "field"), [({"reason": ""}, "reason"), ({"due_on": ""}, "due_on"), ({"due_on": "1/2/2022"}, "due_on")]
)
def test_reopening_needs_a_reason_and_a_day_to_come(world, sign_in, said, field):
    answer = send(
        sign_in("secretariat"), page("reopen/"), **{"due_on": "8/3/2022", "reason": "The Minister asked.", **said}
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Round.objects.get().is_closed


@after(opened)
def test_an_open_round_has_nothing_to_reopen(world, sign_in):
    assert "This round is open" in text_of(sign_in("secretariat").get(page("reopen/")))


# All of them -------------------------------------------------------------------------------------------------------


CHANGING = ("extend/", "note/", "close/", "reopen/")


@after(opened)
def test_only_the_secretariat_changes_a_round_and_only_now(world, sign_in):
    for path in CHANGING:
        for username in ("police", "steering"):
            assert sign_in(username).get(page(path)).status_code == 403
            assert sign_in(username).post(page(path), {"stamp": "1"}).status_code == 403
        past = sign_in("secretariat").get(page(path, as_at="2022-01-31"))
        assert past.status_code == 403
        assert "Nothing can be changed as at 31 January 2022." in text_of(past)


@after(half_returned)
def test_no_page_takes_more_than_twelve_queries(world, sign_in):
    client, counts = sign_in("secretariat"), {}
    client.get(LIST)
    for path in CHANGING:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(path)).status_code == 200
        counts[path] = len(queries)
    assert {path: count for path, count in counts.items() if count > 12} == {}
