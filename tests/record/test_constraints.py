"""Every constraint of the register bites: the database refuses what no use case would write."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from activities.models import (
    Activity,
    CollectiveMember,
    FocusArea,
    Part,
    PlanDocument,
    PriorityArea,
    Role,
)
from activities.returns import ANSWERED as ANSWERED_STATES
from agencies.models import Membership, Person, SavedView
from tests.record.rows import (
    ANSWERED,
    DAY,
    EARLIER,
    Make,
    activity,
    body,
    comment,
    decision,
    filing,
    item,
    meeting,
    milestone,
    milestone_of_12,
    move,
    occurrence_again,
    of_12,
    pack,
    pack_file,
    part,
    part_of_police,
    plan,
    police,
    proposal,
    recorded,
    recorded_move,
    redaction,
    report_on,
    return_of,
    round_of,
    self_correcting,
    twice,
    update,
)
from tests.record.test_every_model import TRACKED
from tests.world import PROGRAM
from tnoc_tracker.record.writing import record

BAD: dict[str, list[Make]] = {
    "agencies_body_kind": [body(kind="pirate")],
    "agencies_body_function_known": [body(function="ministry")],
    "agencies_body_function": [body(function="secretariat")],
    "agencies_person_username": [lambda world: Person(username="POLICE", name="Another")],
    "agencies_person_name": [lambda world: Person(username="nameless", name="")],
    "agencies_membership_period": [
        lambda world: Membership(
            person=world.person("police"), body=world.body("Customs"), since=DAY, until=date(2022, 2, 14)
        )
    ],
    "activities_plan_period": [plan(ends_on=date(2022, 2, 14))],
    "activities_plan_fiscal_month": [plan(fiscal_year_starts_in=0), plan(fiscal_year_starts_in=13)],
    "activities_document_edition": [lambda world: PlanDocument(plan=world.plan, edition=1, exchange="{}")],
    "activities_focus_area_slug": [
        lambda world: FocusArea(plan=world.plan, position=9, code="X", title="X", slug="unify")
    ],
    "activities_priority_area_position": [
        lambda world: PriorityArea(focus_area=FocusArea.objects.first(), position=1, title="X")
    ],
    "activities_activity_key": [activity(key="13")],
    "activities_activity_position": [activity(position=13)],
    "activities_activity_status": [activity(status="nearly done")],
    "activities_activity_finished": [activity(status="completed"), activity(finished_on=DAY)],
    "activities_activity_paused": [activity(status="paused")],
    "activities_activity_withdrawn": [activity(withdrawn_on=DAY), activity(withdrawn_reason="?")],
    "activities_part_once": [
        lambda world: Part(
            activity=world.activity(11), body=world.body("Police"), position=9, scope=world.part(11, "Police").scope
        )
    ],
    "activities_part_status": [part(status="nearly done")],
    "activities_part_finished": [part(status="not_delivered"), part(finished_on=DAY)],
    "activities_part_paused": [part(status="paused")],
    "activities_milestone_kind": [milestone(kind="wish")],
    "activities_milestone_occurrence_once": [occurrence_again],
    "activities_milestone_occurrence": [milestone(kind="occurrence"), milestone(occurrence=1)],
    "activities_milestone_dated": [milestone(agreed_due=None), milestone(kind="start", agreed_due=None)],
    "activities_milestone_decision": [milestone(removed_on=DAY), milestone(ended_on=DAY)],
    "activities_date_move_number": [twice(move())],
    "activities_date_move_reason": [move(reason="")],
    "activities_date_move_moves": [move(moved_to=EARLIER)],
    "activities_proposal_state": [proposal(state="perhaps", answer="?", **ANSWERED)],
    "activities_proposal_open_once": [twice(proposal())],
    "activities_proposal_reason": [proposal(reason=""), proposal(person_name="")],
    "activities_proposal_moves": [proposal(proposed_due=EARLIER)],
    "activities_proposal_answered": [proposal(answered_by="B"), proposal(state="taken_back")],
    "activities_proposal_move": [proposal(state="agreed", **ANSWERED), proposal(move=recorded_move)],
    "activities_proposal_declined": [proposal(state="declined", **ANSWERED)],
    "activities_role_body": [
        lambda world: Role(activity=world.activity(12), position=9, kind="lead", since=DAY),
        lambda world: Role(
            activity=world.activity(12), position=9, kind="withheld", body=world.body("Police"), since=DAY
        ),
    ],
    "activities_role_kind": [
        lambda world: Role(activity=world.activity(12), position=9, kind="boss", body=world.body("Police"), since=DAY)
    ],
    "activities_collective_member_once": [
        lambda world: CollectiveMember(
            plan=world.plan, collective=world.body("All agencies"), body=world.body("Police"), since=DAY
        )
    ],
    "activities_update_number": [twice(update())],
    "activities_update_statuses": [
        update(**{column: "nearly done"}) for column in ("from_status", "to_status", "whole_before", "whole_after")
    ],
    "activities_update_person": [update(person_name="")],
    "activities_update_forecast": [update(forecast=DAY, cannot_forecast=True)],
    "activities_update_ask": [update(ask="Decide", no_ask=True)],
    "activities_update_corrects": [self_correcting],
    "activities_round_quarter": [twice(round_of())],
    "activities_round_opened": [round_of(opened_by="")],
    "activities_round_closed": [round_of(closed_by="B"), round_of(closed_at=lambda world: world.now)],
    "activities_round_reopened": [round_of(reopened_why="?"), round_of(openings=2), round_of(openings=0)],
    "activities_return_once": [twice(return_of())],
    "activities_return_part_once": [twice(return_of(11, part=part_of_police))],
    "activities_return_state": [return_of(state="lost")],
    "activities_return_returned": [
        *(return_of(state=state) for state in ANSWERED_STATES),
        return_of(state="returned", filings=1),
        return_of(state="accepted", returned_at=lambda world: world.now, due_when_returned=DAY),
    ],
    "activities_return_due_then": [
        return_of(due_when_returned=DAY),
        return_of(returned_at=lambda world: world.now),
    ],
    "activities_return_dropped": [return_of(dropped_on=DAY), return_of(dropped_why="?")],
    "activities_filing_number": [twice(filing())],
    "activities_filing_status": [filing(status="nearly done")],
    "activities_filing_person": [filing(person_name="")],
    "activities_filing_forecast": [filing(forecast=DAY, cannot_forecast=True)],
    "activities_filing_ask": [filing(ask="Decide", no_ask=True)],
    "activities_filing_answered": [
        filing(answer="?"),
        filing(answered_by="B"),
        filing(outcome="perhaps", answer="?", **ANSWERED),
        filing(outcome="corrected", answered_by="B"),
        filing(outcome="corrected", answered_at=lambda world: world.now),
    ],
    "activities_filing_sent_back": [filing(outcome="sent_back", **ANSWERED)],
    "activities_filing_update": [
        filing(outcome="accepted", **ANSWERED),
        filing(update=recorded(update())),
        filing(outcome="corrected", update=recorded(update()), **ANSWERED),
    ],
    "activities_filing_corrects": [filing(corrected_why="?"), filing(number=2, corrects=recorded(filing()))],
    "activities_comment_text": [comment(text=""), comment(person_name="")],
    "activities_meeting_once_a_day": [twice(meeting())],
    "activities_meeting_called_off": [meeting(called_off_on=DAY), meeting(called_off_why="?")],
    "activities_agenda_item_kind": [item(kind="wish", source="wish:1")],
    "activities_agenda_item_heading": [item(heading="")],
    "activities_agenda_item_once": [twice(item(kind="gap", source="gap:1"))],
    "activities_agenda_item_source": [item(source="own:1"), item(kind="gap")],
    "activities_agenda_item_about": [item(part=part_of_police), item(milestone=milestone_of_12)],
    "activities_decision_number": [twice(decision())],
    "activities_decision_what": [decision(what=""), decision(reference=""), decision(recorded_by="")],
    "activities_decision_allows": [of_12(allows="anything")],
    "activities_decision_new_due": [
        of_12(allows="new_date", milestone=milestone_of_12),
        of_12(new_due=DAY),
    ],
    "activities_decision_lead": [of_12(allows="name_lead"), of_12(lead=police)],
    "activities_decision_milestone": [of_12(allows="remove"), of_12(allows="new_date", new_due=DAY)],
    "activities_decision_about": [
        decision(allows="pause"),
        decision(part=part_of_police),
        decision(milestone=milestone_of_12),
    ],
    "activities_decision_state": [decision(state="lost", settled_on=DAY, settled_by="B", outcome="?")],
    "activities_decision_settled": [
        decision(state="done"),
        decision(settled_by="B"),
        decision(settled_on=DAY),
        decision(state="lapsed", settled_on=DAY, settled_by="B"),
    ],
    "activities_decision_report_number": [twice(report_on())],
    "activities_decision_report_text": [report_on(text=""), report_on(person_name="")],
    "activities_pack_number": [twice(pack())],
    "activities_pack_frozen": [pack(summary=""), pack(frozen_by=""), pack(figures_hash="")],
    "activities_pack_corrected": [pack(number=2), pack(corrected_why="?")],
    "activities_pack_file_once": [twice(pack_file())],
    "activities_pack_file_form": [pack_file(form="parchment"), pack_file(name=""), pack_file(sha384="")],
    "record_redaction_once": [twice(redaction())],
    "record_redaction_reason": [redaction(reason=""), redaction(decision_reference="")],
}
"""For each constraint, rows that break it and no other."""

CONSTRAINTS = {constraint.name: constraint for model in TRACKED for constraint in model._meta.constraints}


def test_every_constraint_is_tried():
    assert set(BAD) == set(CONSTRAINTS)


@pytest.mark.parametrize(
    ("name", "make"),
    [pytest.param(name, make, id=f"{name}-{n}") for name, makes in BAD.items() for n, make in enumerate(makes, 1)],
)
def test_the_database_refuses_what_breaks_a_constraint(world, name, make):
    with transaction.atomic():
        row = make(world)
        with pytest.raises(IntegrityError) as refused:
            record(row, by=PROGRAM.actor, at=world.now)

    unique_on_sqlite = connection.vendor == "sqlite" and not isinstance(CONSTRAINTS[name], CheckConstraint)
    assert ("UNIQUE constraint failed" if unique_on_sqlite else name) in str(refused.value)


def test_the_rows_that_are_broken_here_are_sound_otherwise(world):
    sound = (body(), plan(), milestone(), move(), proposal(), update(), redaction())
    in_a_round = (round_of(), return_of(), return_of(11, part=part_of_police), filing())
    in_a_meeting = (meeting(), item(), decision(), report_on(), pack(), pack_file())
    for make in (*sound, *in_a_round, *in_a_meeting):
        assert record(make(world), by=PROGRAM.actor, at=world.now)
    assert isinstance(world.activity(12), Activity)


def test_a_comment_is_sound_otherwise(world):
    assert record(comment()(world), by=PROGRAM.actor, at=world.now)


def test_what_was_dropped_is_asked_for_again(world):
    for dropped in ({}, {"dropped_on": DAY, "dropped_why": "Merged"}, {"dropped_on": DAY, "dropped_why": "Again"}):
        assert record(return_of(**dropped)(world), by=PROGRAM.actor, at=world.now)
        assert record(return_of(11, part=part_of_police, **dropped)(world), by=PROGRAM.actor, at=world.now)


def test_a_meeting_that_was_called_off_leaves_its_day_to_another(world):
    for called_off in ({"called_off_on": DAY, "called_off_why": "Nobody can come."}, {}):
        assert record(meeting(**called_off)(world), by=PROGRAM.actor, at=world.now)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("agencies_saved_view_name", {"name": "Mine"}),
        ("agencies_saved_view_address", {"address": "https://elsewhere.example/"}),
        ("agencies_saved_view_address", {"address": "//elsewhere.example/"}),
        ("agencies_saved_view_address", {"address": ""}),
        ("agencies_saved_view_address", {"name": ""}),
    ],
)
def test_a_saved_view_has_a_name_of_its_own_and_an_address_of_this_site(world, name, values):
    known = {"person": world.person("police"), "name": "Another", "address": "/plans/", "made_at": world.now}
    SavedView.objects.create(**{**known, "name": "Mine"})
    SavedView.objects.create(**{**known, "name": "Mine", "person": world.person("sfo")})

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        SavedView.objects.create(**{**known, **values})

    unique_on_sqlite = connection.vendor == "sqlite" and name.endswith("_name")
    assert ("UNIQUE constraint failed" if unique_on_sqlite else name) in str(refused.value)
