"""Correcting, reporting on, settling and reopening a decision in the browser."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.decisions import change_decision, report_on_decision, settle_decision
from activities.decisions import DecisionState
from activities.models import Decision, DecisionReport
from tests.deciding import decide, meeting
from tests.scenes import played_once
from tests.views.editing import BASE, hidden, send, text_of
from tests.world import World


@played_once
def decision(world: World) -> Decision:
    return decide(world, meeting(world))


def page_of(decision: Decision, page: str = "") -> str:
    return f"{BASE}decisions/{decision.id}/{page}"


def changed(world: World, **more: object) -> dict:
    said = {"what": "Report on funds", "owner": world.body("SFO").id, "due_on": "1/4/2022", "reason": "Misheard"}
    return said | more


def who(world: World) -> dict:
    return {"by": world.standing("secretariat"), "at": world.now}


def settled(world: World, decision: Decision) -> None:
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="It came", **who(world))


def test_a_correction_is_saved_and_told(world, sign_in, decision):
    client = sign_in("secretariat")
    answer = send(client, page_of(decision, "change/"), **changed(world))
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(decision))
    decision.refresh_from_db()
    assert (decision.what, decision.owner.label, decision.due_on) == ("Report on funds", "SFO", date(2022, 4, 1))
    assert "SG 2022-02-15/1 is changed." in text_of(client.get(page_of(decision)))


def test_a_correction_that_changes_nothing_says_so(world, sign_in, decision):
    client = sign_in("secretariat")
    same = {"what": decision.what, "owner": decision.owner_id, "due_on": "15/3/2022", "reason": "None"}
    answer = send(client, page_of(decision, "change/"), **same)
    assert "Nothing was different, so nothing has been saved." in text_of(client.get(answer.headers["Location"]))


@pytest.mark.parametrize("username", ["police", "secretariat"])
def test_the_owner_and_the_secretariat_report(world, sign_in, decision, username):
    client = sign_in(username)
    answer = send(client, page_of(decision, "report/"), text="Half done")
    assert answer.headers["Location"] == page_of(decision)
    words = text_of(client.get(page_of(decision)))
    assert f"1 report Half done {world.person(username).name}, 15 February 2022" in words


def test_it_is_settled_and_reopened(world, sign_in, decision):
    client = sign_in("secretariat")
    send(client, page_of(decision, "settle/"), state="lapsed", outcome="Not needed")
    assert "Lapsed on 15 February 2022" in text_of(client.get(page_of(decision)))
    send(client, page_of(decision, "reopen/"), reason="It is needed")
    words = text_of(client.get(page_of(decision)))
    assert "SG 2022-02-15/1 is open again, due by 15 March 2022." in words


@pytest.mark.parametrize(
    ("page", "more", "field"),
    [
        ("change/", {"what": ""}, "what"),
        ("change/", {"due_on": "1/2/2022"}, "due_on"),
        ("change/", {"owner": "x"}, "owner"),
        ("change/", {"reason": " "}, "reason"),
        ("report/", {"text": " "}, "text"),
        ("settle/", {"state": "", "outcome": "Done"}, "state"),
        ("settle/", {"state": "open", "outcome": "Done"}, "state"),
        ("settle/", {"state": "done", "outcome": ""}, "outcome"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(world, sign_in, decision, page, more, field):
    said = changed(world, **more) if page == "change/" else more
    answer = send(sign_in("secretariat"), page_of(decision, page), **said)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Decision.objects.get().version == 1


@pytest.mark.parametrize("page", ["change/", "report/", "settle/"])
def test_what_is_settled_offers_no_form_and_refuses_one_that_is_sent(world, sign_in, decision, page):
    client = sign_in("secretariat")
    settled(world, decision)
    shown = client.get(page_of(decision, page))
    assert b"<textarea" not in shown.content
    assert "Done on 15 February 2022" in text_of(shown)
    said = changed(world) | {"text": "Half done", "state": "done", "outcome": "Done"}
    answer = client.post(page_of(decision, page), {**hidden(client, page_of(decision, page)), **said})
    assert answer.status_code == 422
    assert "This decision is settled: done. Reopen it first." in text_of(answer)


def test_what_is_open_cannot_be_reopened(world, sign_in, decision):
    client = sign_in("secretariat")
    assert "This decision is open" in text_of(client.get(page_of(decision, "reopen/")))
    assert send(client, page_of(decision, "reopen/"), reason="Why").status_code == 422


def test_the_second_of_two_corrections_sees_both_versions(world, sign_in, decision):
    client, url = sign_in("secretariat"), page_of(decision, "change/")
    old = hidden(client, url)
    theirs = {"what": "Report on money", "owner": world.body("MOJ"), "due_on": date(2022, 5, 1), "reason": "Heard"}
    change_decision(decision=decision, **theirs, **who(world))

    answer = client.post(url, {**old, **changed(world)})
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Secretariat Officer, 15 February 2022, 11:00 am – SG 2022-02-15/1: the words, until then" in words
    assert answer.context["conflict"].rows == [
        {"label": "What was decided", "left": "Report on money", "right": "Report on funds"},
        {"label": "Owner", "left": "MOJ", "right": "SFO"},
        {"label": "To be done by", "left": "1 May 2022", "right": "1/4/2022"},
    ]
    again = {name: str(answer.context["form"][name].value()) for name in ("stamp", "once")}
    assert client.post(url, {**again, **changed(world)}).status_code == 302
    assert Decision.objects.get().what == "Report on funds"


def test_a_report_made_while_another_came_in_is_kept_and_sent_again(world, sign_in, decision):
    client, url = sign_in("police"), page_of(decision, "report/")
    old = hidden(client, url)
    report_on_decision(decision=decision, text="Nearly", **who(world))
    answer = client.post(url, {**old, "text": "Half done"})
    assert answer.status_code == 409
    assert "SG 2022-02-15/1: report 1. Nearly" in text_of(answer)
    assert "Half done" in answer.content.decode()
    assert DecisionReport.objects.count() == 1


def test_settling_what_somebody_else_settled_keeps_the_words(world, sign_in, decision):
    client, url = sign_in("secretariat"), page_of(decision, "settle/")
    old = hidden(client, url)
    settled(world, decision)
    answer = client.post(url, {**old, "state": "lapsed", "outcome": "Not needed any more"})
    assert answer.status_code == 409
    assert "SG 2022-02-15/1: done. It came" in text_of(answer)
    assert "Not needed any more" in answer.content.decode()


@pytest.mark.parametrize("page", ["report/", "settle/", "change/"])
def test_the_same_form_sent_twice_is_carried_out_once(world, sign_in, decision, page):
    client, url = sign_in("secretariat"), page_of(decision, page)
    said = changed(world) | {"text": "Half done", "state": "done", "outcome": "Done"}
    sent = {**hidden(client, url), **said}
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.get().version == 2


def test_the_pages_take_no_more_than_twelve_queries(world, sign_in, decision, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(page_of(decision))
    for page in ("change/", "report/", "settle/", "reopen/"):
        with django_assert_max_num_queries(12):
            client.get(page_of(decision, page))
