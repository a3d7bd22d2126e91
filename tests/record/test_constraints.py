"""Every constraint of the register bites: the database refuses what no use case would write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from activities.models import (
    ActionPlan,
    Activity,
    CollectiveMember,
    Comment,
    DateMove,
    DateProposal,
    Filing,
    FocusArea,
    Milestone,
    Part,
    PlanDocument,
    PriorityArea,
    Return,
    Role,
    Round,
    StatusUpdate,
)
from activities.returns import ANSWERED as ANSWERED_STATES
from agencies.models import Body, Membership, Person
from tests.record.test_every_model import TRACKED
from tests.world import PROGRAM, World
from tnoc_tracker.record.models import Redaction, Tracked
from tnoc_tracker.record.writing import record

DAY = date(2022, 2, 15)
EARLIER = date(2022, 1, 1)
Make = Callable[[World], Tracked]


def changed(row: Tracked, **values: Any) -> Tracked:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def body(**values: Any) -> Make:
    return lambda world: Body(**{"slug": "bad", "name": "Bad", "kind": "agency", **values})


def plan(**values: Any) -> Make:
    period = {"starts_on": DAY, "ends_on": DAY, "fiscal_year_starts_in": 7}
    return lambda world: ActionPlan(**{"slug": "bad", "title": "Bad", **period, **values})


def activity(**values: Any) -> Make:
    return lambda world: changed(world.activity(12), **values)


def part(**values: Any) -> Make:
    return lambda world: changed(world.part(11, "Police"), **values)


def milestone(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        dates = {"original_due": DAY, "agreed_due": DAY}
        return Milestone(**{"activity": world.activity(12), "position": 9, "kind": "due", **dates, **values})

    return make


def move(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"number": 1, "moved_from": EARLIER, "moved_to": DAY, "reason": "?", "asked_by": "A", "agreed_by": "B"}
        return DateMove(**{"milestone": world.milestone(2), "at": world.now, **said, **values})

    return make


def proposal(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"instead_of": EARLIER, "proposed_due": DAY, "reason": "?", "person_name": "A"}
        known = {"milestone": world.milestone(12), "body": world.body("Police"), "at": world.now}
        return DateProposal(**{**known, **said, **{key: _called(each, world) for key, each in values.items()}})

    return make


def _called(value: Any, world: World) -> Any:
    return value(world) if callable(value) else value


def update(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        statuses = dict.fromkeys(["from_status", "to_status", "whole_before", "whole_after"], "on_track")
        known = {"activity": world.activity(12), "number": 7, "at": world.now, "person_name": "A"}
        return StatusUpdate(**{**known, **statuses, **values})

    return make


def round_of(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"quarter_key": "2021-22-q2", "fiscal_year_starts_in": 7, "due_on": DAY, "opened_by": "A"}
        known = {"plan": world.plan, "opened_at": world.now}
        return Round(**{**known, **said, **{key: _called(each, world) for key, each in values.items()}})

    return make


def recorded(make: Make) -> Callable[[World], Any]:
    """A sound row that another one needs, written."""

    def written(world: World) -> Tracked:
        row = make(world)
        record(row, by=PROGRAM.actor, at=world.now)
        return row

    return written


def return_of(key: int = 12, **values: Any) -> Make:
    def make(world: World) -> Tracked:
        opened = Round.objects.first() or recorded(round_of())(world)
        known = {"round": opened, "activity": world.activity(key), "due_on": DAY}
        return Return(**{**known, **{key: _called(each, world) for key, each in values.items()}})

    return make


def filing(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        ret = Return.objects.first() or recorded(return_of())(world)
        known = {"ret": ret, "number": 1, "at": world.now, "person": world.person("police")}
        said = {"person_name": "A", "status": "on_track"}
        return Filing(**{**known, **said, **{key: _called(each, world) for key, each in values.items()}})

    return make


def comment(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        known = {"ret": recorded(return_of())(world), "body": world.body("SFO"), "person": world.person("sfo")}
        return Comment(**{**known, "person_name": "A", "at": world.now, "text": "?", **values})

    return make


def part_of_police(world: World) -> Part:
    return world.part(11, "Police")


def redaction(**values: Any) -> Make:
    said = {"field": "reason", "reason": "Privacy", "decision_reference": "OPC 12"}
    return lambda world: Redaction(
        **{"table": "agencies_historicalbody", "entry": 1, "at": world.now, **said, **values}
    )


def twice(make: Make, **values: Any) -> Make:
    """The second of two rows that may not stand beside each other."""

    def second(world: World) -> Tracked:
        record(make(world), by=PROGRAM.actor, at=world.now)
        return changed(make(world), **values)

    return second


def self_correcting(world: World) -> Tracked:
    row = update()(world)
    record(row, by=PROGRAM.actor, at=world.now)
    return changed(row, corrects_id=row.id)


def occurrence_again(world: World) -> Tracked:
    (first,) = Milestone.objects.filter(series=world.milestone(5, 2))
    values = {"series": first.series, "occurrence": first.occurrence, "kind": "occurrence"}
    return milestone(activity=world.activity(5), **values)(world)


recorded_move = recorded(move())

ANSWERED = {"answered_by": "B", "answered_at": lambda world: world.now}

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
    for make in (*sound, *in_a_round):
        assert record(make(world), by=PROGRAM.actor, at=world.now)
    assert isinstance(world.activity(12), Activity)


def test_a_comment_is_sound_otherwise(world):
    assert record(comment()(world), by=PROGRAM.actor, at=world.now)


def test_what_was_dropped_is_asked_for_again(world):
    for dropped in ({}, {"dropped_on": DAY, "dropped_why": "Merged"}, {"dropped_on": DAY, "dropped_why": "Again"}):
        assert record(return_of(**dropped)(world), by=PROGRAM.actor, at=world.now)
        assert record(return_of(11, part=part_of_police, **dropped)(world), by=PROGRAM.actor, at=world.now)
