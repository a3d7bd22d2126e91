"""Following a decision on record in the forms of the moves that need one: status, dates, milestones, roles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities.actions.decisions import settle_decision
from activities.actions.proposals import propose_date
from activities.decisions import DecisionState, Move
from activities.models import DateMove, Decision, Milestone, Role, StatusUpdate
from tests.deciding import decide, decide_date, decide_pause, meeting
from tests.scenes import played_once
from tests.views.editing import address, hidden, send, text_of
from tests.world import World

held = played_once(meeting)

LATER = date(2022, 3, 31)


def milestone_page(world: World, key: int, page: str, position: int = 1) -> str:
    return address(key, f"milestones/{world.milestone(key, position).id}/{page}/")


def offered(client: Any, url: str) -> list[str]:
    """The references of the decisions that a form offers; none where it has no such field."""
    field = client.get(url).context["form"].fields.get("decision")
    return [words.split(":")[0].split(",")[0] for key, words in field.choices if key] if field else []


def settle(world: World, decision: Decision) -> None:
    who = {"by": world.standing("secretariat"), "at": world.now}
    settle_decision(decision=decision, state=DecisionState.LAPSED, outcome="Not needed", **who)


def state_of(decision: Decision) -> tuple[str, str]:
    fresh = Decision.objects.get(id=decision.id)
    return fresh.state, fresh.outcome


# The status ----------------------------------------------------------------------------------------------------------


def test_a_pause_is_chosen_already_where_the_decision_is_carried_out(world, sign_in):
    client, decision = sign_in("secretariat"), decide_pause(world, meeting(world))
    url = f"{address(7, 'update/')}?decision={decision.id}"
    form = client.get(url).context["form"]
    assert (form["status"].value(), form["decision"].value()) == ("paused", str(decision.id))

    answer = send(client, url, status="paused", decision=decision.id, review_date="30/6/2022")
    assert answer.status_code == 302
    assert StatusUpdate.objects.get().decision_reference == "SG 2022-02-15/1"
    assert state_of(decision) == ("done", "Paused since 15 February 2022")


def test_the_form_of_a_part_offers_what_was_decided_about_it(world, sign_in):
    held, part = meeting(world), world.part(17, "SFO")
    of_whole, of_part = decide_pause(world, held, key=17), decide_pause(world, held, key=17, part=part)
    client, url = sign_in("secretariat"), address(17, "update/")
    assert offered(client, url) == [of_whole.reference]
    assert offered(client, f"{url}?part={part.id}") == [of_whole.reference, of_part.reference]


def test_a_decision_that_allows_something_else_is_refused_beside_the_field(world, sign_in):
    client, decision = sign_in("secretariat"), decide_pause(world, meeting(world))
    said = {"status": "not_delivered", "decision": decision.id, "what_became": "Merged into 13"}
    answer = send(client, address(7, "update/"), **said)
    assert answer.status_code == 422
    (sentence,) = answer.context["form"].errors["decision"]
    assert sentence == "SG 2022-02-15/1 does not allow this. It is about: Pause until the ministers decide"
    assert answer.context["form"]["decision"].value() == str(decision.id)
    assert not StatusUpdate.objects.exists()


def test_one_that_was_settled_meanwhile_is_refused_and_not_forgotten(world, sign_in):
    client, decision = sign_in("secretariat"), decide_pause(world, meeting(world))
    old = hidden(client, address(7, "update/"))
    settle(world, decision)
    said = {"status": "paused", "decision": decision.id, "review_date": "30/6/2022", "decision_reference": "SG 1"}
    answer = client.post(address(7, "update/"), {**old, **said})
    assert answer.status_code == 422
    assert "is settled meanwhile" in answer.context["form"].errors["decision"][0]
    assert not StatusUpdate.objects.exists()


def test_a_reference_in_words_still_does_where_none_of_them_is_chosen(world, sign_in):
    client, decision = sign_in("secretariat"), decide_pause(world, meeting(world))
    said = {"status": "paused", "decision": "", "decision_reference": "Minutes", "review_date": "30/6/2022"}
    assert send(client, address(7, "update/"), **said).status_code == 302
    update = StatusUpdate.objects.get()
    assert (update.decision, update.decision_reference) == (None, "Minutes")
    assert state_of(decision) == ("open", "")


def test_nobody_but_the_secretariat_is_offered_decisions(world, sign_in):
    decision = decide_pause(world, meeting(world))
    client, url = sign_in("sfo"), address(7, "update/")
    assert offered(client, f"{url}?decision={decision.id}") == []
    said = {"status": "on_track", "what_was_done": "Begun", "explanation": "Nearly", "decision": decision.id}
    send(client, url, **said)
    assert state_of(decision) == ("open", "")


def test_without_a_decision_on_record_the_form_is_as_ever(world, sign_in):
    client = sign_in("secretariat")
    pages = [address(7, "update/"), address(9, "roles/"), milestone_page(world, 5, "end", 2)]
    pages += [milestone_page(world, 7, page) for page in ("date", "remove")]
    for url in pages:
        assert offered(client, url) == []
        assert "Decision on record" not in text_of(client.get(url))


@pytest.mark.parametrize("asked", ["987654", "x", ""])
def test_an_address_that_asks_for_another_decision_chooses_none(world, sign_in, asked):
    decide_pause(world, meeting(world))
    form = sign_in("secretariat").get(address(7, "update/"), {"decision": asked}).context["form"]
    assert (form["status"].value(), form["decision"].value()) == ("not_started", "")


# Dates and milestones ------------------------------------------------------------------------------------------------


def test_a_new_date_stands_in_the_form_already_and_follows_the_decision(world, sign_in):
    client, decision = sign_in("secretariat"), decide_date(world, meeting(world))
    url = f"{milestone_page(world, 7, 'date')}?decision={decision.id}"
    form = client.get(url).context["form"]
    names = ("day", "asked_by", "agreed_by", "reason", "decision")
    assert [form[name].value() for name in names] == [LATER, "SFO", "Steering Group", decision.what, str(decision.id)]

    said = {"day": "31/3/2022", "asked_by": "SFO", "agreed_by": "SG", "reason": "Decided", "decision": decision.id}
    assert send(client, url, **said).status_code == 302
    assert DateMove.objects.get().decision_reference == "SG 2022-02-15/1"
    assert state_of(decision)[0] == "done"


def test_another_day_than_the_one_decided_is_refused_beside_the_field(world, sign_in):
    client, decision = sign_in("secretariat"), decide_date(world, meeting(world))
    said = {"day": "30/6/2022", "asked_by": "SFO", "agreed_by": "SG", "reason": "Decided", "decision": decision.id}
    answer = send(client, milestone_page(world, 7, "date"), **said)
    assert answer.context["form"].errors == {"decision": ["SG 2022-02-15/1 allows 31 March 2022, no other date."]}
    assert answer.status_code == 422


def test_the_answer_to_a_proposed_date_offers_what_was_decided_about_that_day(world, sign_in, held):
    decision = decide_date(world, held)
    decide_date(world, held, to=date(2022, 6, 30))
    propose_date(milestone=world.milestone(7), to=LATER, reason="More time", by=world.standing("sfo"), at=world.now)
    client, url = sign_in("secretariat"), milestone_page(world, 7, "proposal")
    assert offered(client, url) == [decision.reference]

    send(client, url, verdict="agree", agreed_by="Steering Group", decision=decision.id, answer="")
    assert DateMove.objects.get().decision_id == decision.id
    assert state_of(decision)[0] == "done"


def test_declining_a_proposed_date_leaves_the_decision_open(world, sign_in):
    decision = decide_date(world, meeting(world))
    propose_date(milestone=world.milestone(7), to=LATER, reason="More time", by=world.standing("sfo"), at=world.now)
    url = milestone_page(world, 7, "proposal")
    send(sign_in("secretariat"), url, verdict="decline", answer="No.", agreed_by="", decision=decision.id)
    assert state_of(decision) == ("open", "")


@pytest.mark.parametrize(("key", "position", "page"), [(7, 1, "remove"), (5, 2, "end")])
def test_a_milestone_is_removed_or_ended_by_choosing_the_decision(world, sign_in, key, position, page):
    row = world.milestone(key, position)
    about = {"activity": world.activity(key), "milestone": row, "allows": Move.REMOVE, "what": "Enough"}
    client, decision = sign_in("secretariat"), decide(world, meeting(world), **about)
    url = f"{milestone_page(world, key, page, position)}?decision={decision.id}"
    form = client.get(url).context["form"]
    assert (form["decision"].value(), form["reason"].value()) == (str(decision.id), "Enough")

    assert send(client, url, decision=decision.id, reason="Enough").status_code == 302
    row = Milestone.objects.get(id=row.id)
    assert (row.decision_id, row.decision_reference) == (decision.id, "SG 2022-02-15/1")
    assert state_of(decision)[0] == "done"


def test_with_neither_a_decision_nor_a_reference_it_is_asked_for(world, sign_in):
    about = {"activity": world.activity(7), "milestone": world.milestone(7), "allows": Move.REMOVE}
    decide(world, meeting(world), **about)
    answer = send(sign_in("secretariat"), milestone_page(world, 7, "remove"), decision="", reason="Enough")
    assert answer.context["form"].errors == {"decision_reference": ["Give the reference of the decision."]}


# Roles ---------------------------------------------------------------------------------------------------------------


def test_a_lead_is_named_as_decided_and_no_other_body(world, sign_in):
    naming = {"activity": world.activity(9), "lead": world.body("MOJ"), "allows": Move.NAME_LEAD}
    client, decision = sign_in("secretariat"), decide(world, meeting(world), **naming, what="MOJ leads")
    url = f"{address(9, 'roles/')}?decision={decision.id}"
    form = client.get(url).context["form"]
    assert [form[name].value() for name in ("kind", "body", "reason", "decision")] == [
        "lead",
        world.body("MOJ").id,
        "MOJ leads",
        str(decision.id),
    ]

    said = {"kind": "lead", "reason": "Decided", "decision": decision.id}
    refused = send(client, url, **said, body=world.body("Police").id)
    assert "names Ministry of Justice, no other body" in refused.context["form"].errors["decision"][0]
    assert send(client, url, **said, body=world.body("MOJ").id).status_code == 302
    assert Role.objects.get(decision=decision).body == world.body("MOJ")
    assert state_of(decision) == ("done", "Ministry of Justice named as lead")


# Together ------------------------------------------------------------------------------------------------------------


def test_the_forms_take_no_more_than_twelve_queries(world, sign_in, django_assert_max_num_queries, held):
    decide_pause(world, held, key=17)
    decide_date(world, held)
    decide(world, held, activity=world.activity(9), lead=world.body("MOJ"), allows=Move.NAME_LEAD)
    client = sign_in("secretariat")
    part = world.part(17, "SFO").id
    pages = [address(17, "update/"), f"{address(17, 'update/')}?part={part}", address(9, "roles/")]
    pages += [milestone_page(world, 7, page) for page in ("date", "remove")]
    client.get(pages[0])
    for url in pages:
        with django_assert_max_num_queries(12):
            client.get(url)
