"""What is withdrawn, ended or past takes no change; and rights that are taken away count from the next request."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities.actions.meetings import call_off_meeting
from activities.actions.milestones import remove_milestone
from activities.actions.roles import assign_role, end_role
from activities.actions.rounds import close_round
from activities.actions.words import withdraw_activity
from activities.models import Part, Role, RoleKind
from tests.access import (
    METHODS,
    PLAN,
    SAID,
    WORDS,
    ask,
    clients,
    deactivated,
    ended,
    entries,
    names_in,
    no_administrator,
    nothing_is_written,
    reports_no_more,
    sent_from,
    signed_in,
    told,
    written_since,
)
from tests.actions.rounds import asked, opened
from tests.deciding import meeting
from tests.scenes import after, played_once
from tests.test_access import (
    ADMINISTRATOR,
    ANONYMOUS,
    MEMBERS,
    OUTSIDER,
    READER,
    SECRETARIAT,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
    expected,
    given,
)
from tests.world import TODAY, World

held = played_once(opened)

# Withdrawn, ended, called off, closed ---------------------------------------------------------------------------------


def test_nobody_reports_on_what_is_withdrawn(world: World) -> None:
    ret = opened(world) and asked(12)
    withdraw_activity(activity=world.activity(12), reason="Merged", **told(world))
    about, milestone = f"/plans/{PLAN}/activities/12/", world.milestone(12)
    with nothing_is_written():
        for username in ("police", SECRETARIAT):
            client = signed_in(username)
            stamp = str(client.get(f"{about}update/").context["form"]["stamp"].value())
            for where in (f"{about}update/", f"{about}milestones/{milestone.id}/propose/"):
                day = {"day": "31/08/2022", "reason": "Slow"}
                assert client.post(where, {**SAID, **day, "stamp": stamp}).status_code == 422
            for path in ("", "no-change/", "comment/"):
                answer = client.post(f"/plans/{PLAN}/returns/{ret.id}/{path}", {**SAID, "stamp": "1", "text": "Mine"})
                assert answer.status_code in (409, 422)
    assert signed_in("steering").get(about).status_code == 200


def test_what_is_removed_or_has_ended_takes_no_change(world: World) -> None:
    milestone = world.milestone(12)
    remove_milestone(milestone=milestone, reason="Gone", decision_reference="SG 1", **told(world))
    role = Role.objects.get(activity=world.activity(12), body=world.body("SFO"))
    end_role(role=role, reason="Left", **told(world))
    client, at = signed_in(SECRETARIAT), f"/plans/{PLAN}/activities/12/"
    with nothing_is_written():
        for page, said in {
            f"milestones/{milestone.id}/propose/": {"day": "31/08/2022", "reason": "Slow"},
            f"milestones/{milestone.id}/date/": {"day": "31/08/2022", "reason": "S", "asked_by": "A", "agreed_by": "B"},
            f"milestones/{milestone.id}/remove/": {"reason": "Again", "decision_reference": "SG 2"},
            f"milestones/{milestone.id}/delivery/": {"delivered_on": "14/02/2022", "reason": "Late"},
            f"roles/{role.id}/end/": {"reason": "Again"},
        }.items():
            stamp = str(client.get(f"{at}words/").context["form"]["stamp"].value())
            assert client.post(at + page, {**said, "stamp": stamp}).status_code in (302, 404, 422), page


def test_a_part_that_is_withdrawn_is_not_there_to_be_reported_on(world: World) -> None:
    part = world.part(11, "MBIE")
    end_role(role=Role.objects.get(activity=world.activity(11), body=world.body("MBIE")), reason="Left", **told(world))
    assert Part.objects.get(id=part.id).withdrawn_on == TODAY
    with nothing_is_written():
        for method in METHODS:
            where = f"/plans/{PLAN}/activities/11/update/?part={part.id}"
            assert given(ask(signed_in(SECRETARIAT), method, where)) == "404"


@after(opened)
def test_who_led_yesterday_reports_no_more_and_who_leads_today_does(world: World) -> None:
    lead = Role.objects.get(activity=world.activity(12), kind=RoleKind.LEAD)
    end_role(role=lead, reason="Restructured", **told(world))
    sfo = world.body("SFO")
    assign_role(activity=world.activity(12), kind=RoleKind.LEAD, body=sfo, reason="Restructured", **told(world))
    at = f"/plans/{PLAN}/activities/12/"
    answers = {}
    for username, client in clients("police", "sfo").items():
        pages = (f"{at}update/", f"{at}milestones/{world.milestone(12).id}/propose/", f"/plans/{PLAN}/returns/")
        answers[username] = [given(client.post(each)) for each in (*pages[:2], f"{pages[2]}{asked(12, '').id}/")]
    assert answers == {"police": ["403"] * 3, "sfo": ["yes"] * 3}


def test_a_meeting_that_is_called_off_takes_nothing_more_and_has_no_preview(world: World) -> None:
    held = meeting(world, date(2022, 3, 1), called=TODAY)
    call_off_meeting(meeting=held, reason="Nobody can come", **told(world))
    client, at = signed_in(SECRETARIAT), f"/plans/{PLAN}/meetings/{held.id}/"
    item = held.items.order_by("position")[0]
    stamp = str(held.version + sum(each.version for each in held.items.all()) + 1)
    said = {**WORDS, "stamp": stamp, "held_on": "02/03/2022", "act": "freeze", "summary": "Mine"}
    decided = {"about": "plan", "allows": "nothing", "owner": str(world.body("SFO").id), "due_on": "01/04/2022"}
    with nothing_is_written():
        for page in ("change/", "call-off/", "agenda/add/", "agenda/bring-in/", f"agenda/{item.id}/", "decide/"):
            assert client.post(at + page, {**said, **decided}).status_code in (409, 422), page
        assert client.post(f"{at}pack/", {**said, "stamp": "0"}).status_code == 422
        assert client.get(f"{at}pack/preview/").status_code == 404


def test_a_closed_round_takes_nothing_more(world: World, held: Any) -> None:
    ret = asked(12)
    close_round(round=held, **told(world))
    with nothing_is_written():
        for username in ("police", SECRETARIAT):
            for path in ("", "no-change/", "comment/"):
                sent = {**SAID, "stamp": str(ret.version + 1), "text": "Mine"}
                answer = signed_in(username).post(f"/plans/{PLAN}/returns/{ret.id}/{path}", sent)
                assert answer.status_code in (409, 422)


# Past positions -------------------------------------------------------------------------------------------------------

IN_A_PLAN = sorted(name for name in TABLE if "plan" in names_in(name))
NOT_OF_A_POSITION = {"mark_seen"}
"""What is a person's own note, and changes nothing of the plan."""


@pytest.mark.parametrize(
    ("when", "roles"),
    [
        ("2022-02-14", [SECRETARIAT]),
        pytest.param("2021-12-31", [SECRETARIAT, "police", "steering"], marks=pytest.mark.long),
    ],
)
def test_nobody_changes_anything_at_a_past_position(
    world: World,
    arguments: dict[str, Any],  # noqa: F811
    when: str,
    roles: list[str],
) -> None:
    before, wrong = entries(), {}
    for role, client in clients(*roles).items():
        for name in sorted(set(IN_A_PLAN) - NOT_OF_A_POSITION):
            where, form = f"{address_of(name, arguments)}?as_at={when}", TABLE[name].send
            sent = ask(client, "POST", where)
            if given(sent) == "yes" or sent.status_code >= 500:
                wrong["POST", name, role] = sent.status_code
            # What is a form is refused, whoever asks; what everybody may look at is shown, if it was there by then.
            seen = client.get(where) if form and TABLE[name].look != MEMBERS else None
            if seen is not None and given(seen) == "yes":
                wrong["GET", name, role] = seen.status_code
    assert wrong == {}
    assert written_since(before) == []


# In the middle of a session -------------------------------------------------------------------------------------------


OWN = {"saved_view_rename", "saved_view_forget", "message"}
"""What belongs to Police's lead, and is theirs whatever they may report."""


@pytest.mark.parametrize(
    ("username", "event", "becomes"),
    [
        ("police", ended, OUTSIDER),
        pytest.param("police", reports_no_more, READER, marks=pytest.mark.long),
        pytest.param("police", deactivated, ANONYMOUS, marks=pytest.mark.long),
        pytest.param(SECRETARIAT, ended, OUTSIDER, marks=pytest.mark.long),
        pytest.param(ADMINISTRATOR, no_administrator, OUTSIDER, marks=pytest.mark.long),
    ],
)
def test_what_is_taken_away_in_the_middle_of_a_session_counts_from_the_next_request(
    world: World,
    arguments: dict[str, Any],  # noqa: F811
    username: str,
    event: Any,
    becomes: str,
) -> None:
    client, wrong = signed_in(username), {}
    assert client.get("/account/").status_code == 200
    event(world, username)
    before = entries()
    for name in sorted(set(TABLE) - {"sign_out", "sign_in", "invitation"}):
        for method in METHODS:
            if name in OWN and becomes == READER:
                continue
            wanted = expected(name, becomes, method)
            if name == "calendar" and event is not reports_no_more and username == "police" and method == "GET":
                wanted = "404"  # its address ended with them
            answer = given(ask(client, method, address_of(name, arguments)))
            if answer != wanted:
                wrong[name, method] = f"{answer}, not {wanted}"
    assert wrong == {}
    assert {each.table for each in written_since(before)} <= {"Comment"}  # a reader of Police may comment


def test_a_form_opened_before_the_membership_ended_is_refused_with_its_text(world: World) -> None:
    client, where = signed_in("police"), f"/plans/{PLAN}/activities/12/update/"
    form = client.get(where).context["form"]
    hidden = {name: str(form[name].value()) for name in ("stamp", "once", "seen")}
    ended(world, "police")
    with nothing_is_written():
        assert client.post(where, {**hidden, **SAID}).status_code == 403


def test_a_form_of_somebody_else_is_sent_in_ones_own_name_or_not_at_all(world: World) -> None:
    where = f"/plans/{PLAN}/activities/12/update/"
    form = signed_in("police").get(where).context["form"]
    stolen = {name: str(form[name].value()) for name in ("stamp", "once", "seen")}
    with nothing_is_written():
        assert signed_in("sfo").post(where, {**stolen, **SAID}).status_code == 403
    before = entries()
    assert signed_in(SECRETARIAT).post(where, {**stolen, **SAID}).status_code == 302
    assert {each.actor for each in written_since(before)} == {"Secretariat Officer"}
    with nothing_is_written():
        again = signed_in("police").post(where, {**stolen, **SAID})
    assert again.status_code in (302, 409)


@pytest.mark.parametrize("page", ["edit/", "membership"])
def test_a_form_about_a_person_says_truly_who_reads_why(world: World, page: str) -> None:
    person, client, why = world.person("corrections"), signed_in(ADMINISTRATOR), "Parental leave until August"
    membership = page == "membership"
    where = f"/people/{person.id}/" + (f"memberships/{person.memberships.get().id}/" if membership else page)
    shown = client.get(where).content.decode()
    changed = {"name": "Corrections", "username": "corrections", "since": "01/07/2021", "until": "30/06/2022"}
    assert sent_from(client, where, reason=why, **changed).status_code == 302

    read_by_all = why in signed_in(READER).get(f"/plans/{PLAN}/audit/").content.decode()
    assert read_by_all == membership
    assert ("Everybody who reads the plan reads it in the audit." in shown) == read_by_all
    assert ("for administrators to read." in shown) != read_by_all
