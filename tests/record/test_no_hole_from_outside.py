"""No hole, from outside: every form of the browser and every command leaves exactly its entries.

A new one without its row here fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command, get_commands
from django.test import Client

from activities.actions.decisions import settle_decision
from activities.actions.milestones import correct_delivery
from activities.actions.proposals import propose_date
from activities.actions.returns import stamp_of_return
from activities.actions.words import withdraw_activity
from activities.asking import asked
from activities.decisions import DecisionState
from activities.forms.rounds import OpenForm
from activities.models import Decision, Meeting, Milestone, Role
from tests import deciding
from tests.record.forms_of_meetings import FORMS_OF_MEETINGS
from tests.record.test_no_hole import (
    ACCEPTED,
    MET,
    asked_about,
    closed,
    confirmed_by_police,
    filed_by_police,
    round_opened,
)
from tests.record.written import (
    LATER,
    NEW_PASSWORD,
    WHY,
    Form,
    Told,
    another_edition,
    assert_reasons,
    link_for_police,
    said,
    watched,
)
from tests.test_access import TABLE, address_of
from tests.world import FIXTURES, PASSWORD, World

# The forms of the browser -----------------------------------------------------------------------------------------

NO_CHANGE = {
    *("sign_in", "sign_out", "mark_seen", "mail_preference", "message_send", "calendar_feed"),
    *("saved_view_add", "saved_view_rename", "saved_view_forget"),
}
"""Addresses that take forms and change nothing of the register."""


def outsider(world: World) -> dict[str, Any]:
    """The address of somebody without a membership."""
    return {"person": world.person("outsider").id}


def series(world: World) -> dict[str, Any]:
    """The address of the plan's one recurring milestone."""
    return {"key": "5", "milestone": Milestone.objects.get(kind="recurring").id}


def proposal_on_12(world: World, told: Told) -> Any:
    """Police ask for another date of activity 12."""
    asking = {"by": world.standing("police"), "at": told["at"]}
    return propose_date(milestone=world.milestone(12), to=LATER, reason="Slow", **asking)


def delivered(world: World, told: Told) -> Any:
    """The milestone of activity 12 is delivered."""
    return correct_delivery(milestone=world.milestone(12), delivered_on=date(2022, 2, 1), reason="Done", **told)


def the_return(key: int | str = 12) -> Callable[[World], dict[str, Any]]:
    """The address of a return of the round."""
    return lambda world: {"ret": asked_about(key).id}


def of_q2(world: World) -> dict[str, Any]:
    """The address of the round."""
    return {"quarter": "2021-22-q2"}


def looked_at(world: World) -> str:
    """What the page of opening carries once what is asked was looked at."""
    typed = {"quarter": "2021-22-q2", "due_on": "01/06/2022", "note": "", "stamp": "0"}
    form = OpenForm(typed, plan=world.plan, offered=world.plan.quarters())
    assert form.is_valid(), form.errors
    return form.shown(asked(world.reading))


def decided(world: World, told: Told) -> Decision:
    """A decision of today's meeting that Police owns."""
    return deciding.decide(world, deciding.meeting(world))


def settled(world: World, told: Told) -> None:
    """One that is settled."""
    settle_decision(decision=decided(world, told), state=DecisionState.DONE, outcome="Done", **told)


OF_A_DECISION: dict[str, Any] = {"before": decided, "at": lambda world: {"decision": Decision.objects.get().id}}
PERSON_OF = {"at": outsider, "by": "administrator"}
NEW = {"new_password": NEW_PASSWORD, "again": NEW_PASSWORD}

FORMS: dict[str, Form] = {
    "activity_update": Form(
        ["Activity ~ reported_at status updates", "StatusUpdate +"],
        lambda world: {"status": "on_track", "what_was_done": WHY},
        by="police",
    ),
    "activity_words": Form(["Activity ~ description title"], said(title="A register", description="Of partners")),
    "activity_withdraw": Form(["Activity ~ withdrawn_on withdrawn_reason"], said()),
    "activity_reinstate": Form(
        ["Activity ~ withdrawn_on withdrawn_reason"],
        said(),
        before=lambda world, told: withdraw_activity(activity=world.activity(12), reason="Merged", **told),
    ),
    "activity_roles": Form(
        ["Role +"], lambda world: {"kind": "support", "body": world.body("Corrections").id, "reason": WHY}
    ),
    "role_end": Form(["Activity ~ vacant_since", "Role ~ ended_on"], said()),
    "activity_milestones": Form(["Milestone +"], said(label="Report", kind="due", day="30/06/2022")),
    "milestone_edit": Form(["Milestone ~ label"], said(label="A partnership")),
    "milestone_date": Form(
        ["DateMove +", "Milestone ~ agreed_due moves"],
        said(day="30/09/2022", asked_by="Police", agreed_by="Steering Group"),
    ),
    "milestone_delivery": Form(
        ["Milestone ~ delivered_on"], said(delivered_on="02/02/2022"), before=delivered, reason=f"{WHY}*"
    ),
    "milestone_remove": Form(["Milestone ~ decision_reference removed_on"], said(decision_reference="SG 2022/1")),
    "milestone_end": Form(["Milestone ~ decision_reference ended_on"], said(decision_reference="SG 2022/1"), at=series),
    "milestone_propose": Form(["DateProposal +"], said(day="30/09/2022"), by="police"),
    "proposal_answer": Form(
        ["DateMove +", "DateProposal ~ answer answered_at answered_by move_id state", "Milestone ~ agreed_due moves"],
        lambda world: {"answer": WHY, "agreed_by": "Steering Group", "verdict": "agree"},
        before=proposal_on_12,
        reason="*",
    ),
    "proposal_take_back": Form(
        ["DateProposal ~ answered_at answered_by state"], before=proposal_on_12, by="police", reason="Taken back"
    ),
    "round_open": Form(
        ["Round +"] + ["Return +"] * 35,
        lambda world: {"quarter": "2021-22-q2", "due_on": "01/06/2022", "looked": looked_at(world)},
        reason="Round of Q2 FY2021/22 opened",
    ),
    "round_extend": Form(
        ["Return ~ due_on extended_why"] * 4,
        said(body="police", until="30/06/2022"),
        before=round_opened,
        at=of_q2,
    ),
    "round_note": Form(
        ["Round ~ note"], said(note="Another"), before=round_opened, at=of_q2, reason="Another covering note"
    ),
    "round_close": Form(
        ["Round ~ closed_at closed_by"] + ["Return ~ state"] * 35, before=round_opened, at=of_q2, reason="*closed"
    ),
    "round_reopen": Form(
        ["Round ~ closed_at closed_by due_on openings reopened_why"] + ["Return ~ due_on state"] * 35,
        said(due_on="30/06/2022"),
        before=closed,
        at=of_q2,
    ),
    "return_page": Form(
        ["Filing +", "Return ~ due_when_returned filings returned_at state"],
        lambda world: {"status": "on_track", "what_was_done": WHY},
        before=round_opened,
        by="police",
        at=the_return(),
        reason="Filed for the round of*",
    ),
    "return_no_change": Form(
        ["Filing +", "Return ~ due_when_returned filings returned_at state"],
        lambda world: {"stamp": stamp_of_return(asked_about(12).id)},
        before=round_opened,
        by="police",
        at=the_return(),
        reason="Confirmed without change*",
    ),
    "return_comment": Form(
        ["Comment +"],
        lambda world: {"text": "We met.", "stamp": stamp_of_return(asked_about(12).id)},
        before=round_opened,
        by="sfo",
        at=the_return(),
        reason="Comment on a return",
    ),
    "return_review": Form(
        [ACCEPTED[0], "Filing ~ answer answered_at answered_by outcome update_id", *ACCEPTED[2:], MET],
        lambda world: {"verdict": "accept", "answer": WHY},
        before=filed_by_police,
        at=the_return(),
        reason="*",
    ),
    "return_correct": Form(
        [*ACCEPTED, "Filing +", "Filing ~ answer answered_at answered_by outcome", "Return ~ filings", MET],
        lambda world: {"corrected_why": WHY},
        before=filed_by_police,
        at=the_return(),
        reason="*",
    ),
    "accept_unchanged": Form(
        ["Activity ~ reported_at updates", *ACCEPTED[1:]],
        lambda world: {"seen": f"{asked_about(12).id}:{stamp_of_return(asked_about(12).id)}"},
        before=confirmed_by_police,
        at=of_q2,
        reason="*",
    ),
    "collective_members": Form(
        ["CollectiveMember ~ ended_on"] * 11 + ["Part ~ withdrawn_on"] * 11,
        lambda world: {"members": [world.body("Police").id], "reason": WHY},
    ),
    "invitation": Form(
        ["Person ~ password"],
        lambda world: NEW,
        at=lambda world: {"token": link_for_police(world)["token"]},
        by="police",
        reason="Password set with a one-time link",
    ),
    "password": Form(
        ["Person ~ password"],
        lambda world: {"current_password": PASSWORD, **NEW},
        by="police",
        reason="Password changed",
    ),
    "person_invite": Form(
        ["Membership +", "Person +"],
        lambda world: {
            "name": "Hana",
            "username": "hana",
            "body": world.body("SFO").id,
            "since": "15/02/2022",
            "reason": WHY,
        },
        by="administrator",
    ),
    "person_edit": Form(["Person ~ name"], said(name="Wiremu"), **PERSON_OF),
    "person_link": Form(["Person ~ password"], said(), **PERSON_OF),
    "person_unlock": Form(["Person ~"], said(), **PERSON_OF),
    "person_access": Form(["Person ~ is_active"], said(), **PERSON_OF),
    "person_administrator": Form(["Person ~ is_administrator"], said(), **PERSON_OF),
    "membership_add": Form(
        ["Membership +"],
        lambda world: {"body": world.body("SFO").id, "since": "15/02/2022", "reason": WHY},
        **PERSON_OF,
    ),
    "membership_edit": Form(
        ["Membership ~ until"],
        said(until="30/06/2022"),
        by="administrator",
        at=lambda world: {
            "person": world.person("police").id,
            "membership": world.person("police").memberships.get().id,
        },
    ),
    "decision_record": Form(
        ["Decision +"],
        lambda world: {
            "what": WHY,
            "about": "plan",
            "allows": "nothing",
            "owner": world.body("Police").id,
            "due_on": "30/06/2022",
        },
        before=lambda world, told: deciding.meeting(world),
        at=lambda world: {"meeting": Meeting.objects.get().id},
    ),
    "decision_change": Form(["Decision ~ what"], said(what="Report on funds"), **OF_A_DECISION),
    "decision_report": Form(
        ["Decision ~ reports", "DecisionReport +"], said(text=WHY), **{**OF_A_DECISION, "by": "police"}
    ),
    "decision_settle": Form(
        ["Decision ~ outcome settled_by settled_on state"], said(state="done", outcome=WHY), **OF_A_DECISION
    ),
    "decision_reopen": Form(
        ["Decision ~ outcome settled_by settled_on state"], said(), **{**OF_A_DECISION, "before": settled}
    ),
    "body_add": Form(["Body +"], said(name="Oranga Tamariki", kind="agency"), by="administrator"),
    "body_edit": Form(["Body ~ name"], said(name="Police of New Zealand"), by="administrator"),
    **FORMS_OF_MEETINGS,
}


def test_every_form_has_a_row():
    assert set(FORMS) == {name for name, row in TABLE.items() if row.send} - NO_CHANGE


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_leaves_exactly_its_entries(world, sign_in, name):
    form = FORMS[name]
    form.before(world, {"by": world.standing("secretariat"), "at": world.now - timedelta(hours=1)})
    address = address_of(name, {**places(world), **form.at(world)})
    client = Client() if name == "invitation" else sign_in(form.by)
    typed = {**as_opened(client, address), **form.typed(world)}
    by = world.person(form.by)

    with watched() as written:
        response = client.post(address, typed)

    assert response.status_code in (200, 302), response.context["form"].errors
    found = written()
    assert found.entries == sorted(form.entries)
    assert found.actors == {(by.name, by.id)}
    (request,) = found.requests
    assert len(request) == 32
    assert_reasons(found.reasons, form.reason)


def places(world: World) -> dict[str, Any]:
    """The parts of addresses: of activity 12, which Police leads."""
    return {
        "plan": "tnoc-2021-22",
        "key": "12",
        "milestone": world.milestone(12).id,
        "role": Role.objects.get(activity__key="12", kind="lead").id,
        "body": "police",
    }


def as_opened(client: Client, address: str) -> dict[str, Any]:
    """The fields of a form as they stand when its page is opened, as a browser would send them."""
    page = client.get(address)
    if page.status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # a button on another page
        return {}
    form = page.context["form"]
    fields = {}
    for field in form:
        value = field.value()
        if value is not None and value is not False and value != "":
            fields[field.html_name] = value.strftime("%d/%m/%Y") if isinstance(value, date) else value
    return fields


# The commands -----------------------------------------------------------------------------------------------------

WRITES_NOTHING = {
    *("backup", "check_guards", "export_plan", "parse_plan", "send_reminders", "verify_history", "verify_packs")
}
"""Commands that read only; running verify_history is on record in a table of its own."""

ELSEWHERE = {"migrate", "demo", "restore"}
"""They make databases: what migrations may do is tested with the guards, the others by themselves."""


def edition_file(world: World, folder: Any) -> list[str]:
    path = folder / "plan.json"
    path.write_text(json.dumps(another_edition()))
    return [str(path)]


def erasure(world: World, folder: Any) -> list[str]:
    entry = world.activity(2).history.get()
    named_so = f"activities.historicalactivity:{entry.history_id}"
    return [named_so, "description", "--reason", WHY, "--decision", "2022/1"]


@dataclass(frozen=True)
class Order:
    """One command: its arguments, and the entries that it must leave."""

    arguments: Callable[[World, Any], list[str]]
    entries: list[str]
    reason: str = WHY


COMMANDS = {
    "load_plan": Order(
        edition_file,
        ["Activity ~ published_activity published_title title", "PlanDocument +"],
        "Loaded from tnoc-action-plan-2021-22.txt",
    ),
    "continue_series": Order(
        lambda world, folder: [], ["Milestone +", "Milestone +"], "Occurrence * of a recurring milestone"
    ),
    "create_administrator": Order(
        lambda world, folder: ["hana", "--name", "Hana", "--body", "SFO"],
        ["Membership +", "Person +"],
        "Made at the command line",
    ),
    "one_time_link": Order(lambda world, folder: ["police", "--reason", WHY], ["Person ~ password"]),
    "redact": Order(erasure, ["Redaction +"]),
}


def test_every_command_has_a_row():
    ours = {name for name, application in get_commands().items() if application in OURS}

    assert ours == set(COMMANDS) | WRITES_NOTHING | ELSEWHERE


OURS = {"activities", "agencies", "tnoc_tracker", "tnoc_tracker.record"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_leaves_exactly_its_entries(world, settings, tmp_path, name):
    order = COMMANDS[name]
    arguments = order.arguments(world, tmp_path)
    if name == "continue_series":
        settings.TNOC_TODAY = date(2023, 6, 1)

    with watched() as written:
        call_command(name, *arguments, stdout=StringIO())

    found = written()
    assert found.entries == sorted(order.entries)
    assert found.actors == {(name, None)}
    (request,) = found.requests
    assert request.startswith(f"{name} ")
    assert_reasons(found.reasons, order.reason)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("check_guards", []),
        ("export_plan", ["--format", "json"]),
        ("parse_plan", [str(FIXTURES / "tnoc-action-plan-2021-22.txt")]),
        ("verify_history", []),
        ("verify_packs", []),
        ("send_reminders", []),
    ],
)
def test_a_command_that_reads_leaves_none(world, name, arguments):
    with watched() as written:
        call_command(name, *arguments, stdout=StringIO(), stderr=StringIO())

    assert written().entries == []
