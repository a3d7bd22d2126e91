"""Meetings on record: verified, erased lawfully and exported; what was written before there were any verifies too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from activities.actions.decisions import report_on_decision, settle_decision
from activities.actions.meetings import edit_item
from activities.actions.milestones import move_date
from activities.decisions import DecisionState
from activities.models import (
    AgendaItem,
    DateMove,
    Decision,
    DecisionReport,
    Meeting,
    Milestone,
    Pack,
    PackFile,
    Role,
    StatusUpdate,
)
from tests.actions.packs import frozen
from tests.actions.rounds import told
from tests.deciding import decide, decide_date, meeting
from tests.generated import half_a_year
from tests.record.attacks import columns_of, history_of, rows_of, run
from tests.scenes import after
from tests.world import PROGRAM, TODAY, World, moment
from tnoc_tracker.record import guards
from tnoc_tracker.record.change import Actor
from tnoc_tracker.record.redaction import places_of, redact
from tnoc_tracker.record.seals import ERASED
from tnoc_tracker.record.verification import verify
from tnoc_tracker.record.writing import record

SECRET = "Operation Kōtuku begins on Friday."
NEW = (Meeting, AgendaItem, Decision, DecisionReport, Pack, PackFile)


def play(world: World) -> Decision:
    """A meeting with its agenda and pack, and two decisions: one reported on and settled, one carried out."""
    held = meeting(world)
    item = AgendaItem.objects.filter(meeting=held).first()
    edit_item(item=item, heading="First", text="In a few words", seeks_decision=True, **told(world, TODAY))
    frozen(world, held)
    decision, noon = decide(world, held, what=SECRET), moment(TODAY, 12)
    report_on_decision(decision=decision, text="It is written.", **told(world, noon, "police"))
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="It is out.", **told(world, noon))
    follows = decide_date(world, held, to=date(2022, 5, 31))
    agreed = {"asked_by": "SFO", "agreed_by": "Steering Group", "reason": "Decided", **told(world, noon)}
    move_date(milestone=world.milestone(7), to=date(2022, 5, 31), decision=follows, **agreed)
    return decision


def everywhere() -> str:
    """Everything in the database, as text."""
    with connection.cursor() as cursor:
        said = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said += [str(row) for row in cursor.fetchall()]
    return "\n".join(said)


# Verified -----------------------------------------------------------------------------------------------------------


def test_a_meeting_is_verified_with_everything_else(world):
    before = verify().entries
    play(world)
    written = sum(model.history.count() for model in (*NEW, DateMove))

    report = verify()
    assert (report.faults, report.entries) == ([], before + written + 1)  # and the milestone that moved


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Meeting, "place"),
        (AgendaItem, "heading"),
        (Decision, "what"),
        (DecisionReport, "text"),
        (Pack, "summary"),
        (PackFile, "sha384"),
    ],
)
def test_words_that_were_changed_behind_its_back_are_found(own_database, model, column):
    play(own_database)
    guards.remove(connection)
    newest = model.history.order_by("-history_id").first()
    run(f"UPDATE {history_of(model)} SET {column} = 'Otherwise' WHERE history_id = %s", newest.history_id)

    assert (newest.id, newest.sequence) in {(fault.object_id, fault.sequence) for fault in verify().faults}


def test_another_decision_behind_a_moved_date_is_found(own_database):
    play(own_database)
    guards.remove(connection)
    run(f"UPDATE {history_of(DateMove)} SET decision_id = NULL")

    assert [fault.table for fault in verify().faults][:1] == ["activities.historicaldatemove"]


# Erased -------------------------------------------------------------------------------------------------------------


def test_what_was_decided_is_erased_wherever_it_stands(world):
    decision = play(world)
    places = places_of(SECRET)
    assert {re.sub(r":\d+", "", place) for place in places} == {
        "activities.historicaldecision what",
        "activities.historicaldecision history_change_reason",
    }
    for place in places:
        where, column = place.split()
        table, _, entry = where.partition(":")
        given = {"reason": "It names an operation", "decision": "Privacy officer 2022/1"}
        redact(table=table, entry=int(entry), field=column, by=Actor("Privacy officer"), at=world.now, **given)

    decision.refresh_from_db()
    assert (decision.what, decision.reference, decision.outcome) == (ERASED, "SG 2022-02-15/1", "It is out.")
    assert set(decision.history.values_list("what", flat=True)) == {ERASED}
    assert SECRET not in everywhere()
    assert verify().is_clean


@pytest.mark.parametrize(
    ("model", "column"),
    [(AgendaItem, "heading"), (AgendaItem, "text"), (Decision, "outcome"), (DecisionReport, "text"), (Pack, "summary")],
)
def test_other_words_of_a_meeting_are_erased_too(world, model, column):
    play(world)
    row = model.objects.exclude(**{column: ""}).first()
    entry = row.history.order_by("-sequence").first().history_id
    given = {"reason": "It names somebody", "decision": "Privacy officer 2022/1"}
    table = f"activities.historical{model.__name__.lower()}"
    redact(table=table, entry=entry, field=column, by=Actor("Privacy officer"), at=world.now, **given)

    row.refresh_from_db()
    assert getattr(row, column) == ERASED
    assert verify().is_clean


# Exported -----------------------------------------------------------------------------------------------------------

REFERS = {
    "activities.meeting": {"plan_id": "activities.actionplan", "round_id": "activities.round"},
    "activities.agendaitem": {
        "meeting_id": "activities.meeting",
        "activity_id": "activities.activity",
        "part_id": "activities.part",
        "milestone_id": "activities.milestone",
        "proposal_id": "activities.dateproposal",
    },
    "activities.decision": {
        "meeting_id": "activities.meeting",
        "item_id": "activities.agendaitem",
        "activity_id": "activities.activity",
        "milestone_id": "activities.milestone",
        "owner_id": "agencies.body",
        "lead_id": "agencies.body",
    },
    "activities.decisionreport": {"decision_id": "activities.decision"},
    "activities.datemove": {"decision_id": "activities.decision"},
    "activities.pack": {"meeting_id": "activities.meeting", "previous_id": "activities.pack"},
    "activities.packfile": {"pack_id": "activities.pack"},
}


@after(half_a_year)
def test_a_meeting_is_in_the_exported_history_parents_before_children(world):
    play(world)
    out = StringIO()
    call_command("export_plan", "--format", "history", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]

    seen: set[tuple[str, int]] = set()
    for line in lines:
        for column, table in REFERS.get(line["table"], {}).items():
            assert line[column] is None or (table, line[column]) in seen
        seen.add((line["table"], line["id"]))
    counted = {model: sum(line["table"] == model._meta.label_lower for line in lines) for model in NEW}
    assert counted == {model: model.history.count() for model in NEW}
    (moved,) = [line for line in lines if line["table"] == "activities.datemove" and line["decision_id"]]
    assert moved["decision_reference"] == "SG 2022-02-15/2"


# Upgraded -----------------------------------------------------------------------------------------------------------

ADDED = (StatusUpdate, DateMove, Milestone, Role)
"""The tables that were there before, and got the decision by which something was done."""


@contextmanager
def without_the_added_column() -> Iterator[None]:
    """Let the models of these tables be what they were before there were decisions."""
    taken = [(model, model._meta.get_field("decision")) for each in ADDED for model in (each, each.history.model)]
    for model, field in taken:
        model._meta.local_fields.remove(field)
        model._meta._expire_cache()
    try:
        yield
    finally:
        for model, field in taken:
            models.Field.contribute_to_class(field, model, field.name)
            model._meta._expire_cache()


def everything() -> dict[str, list[Any]]:
    """Every row of every table of the register, with the columns that it had before."""
    kept = {}
    for model in set(guards.guarded_models()) - set(NEW):
        for table, key in ((model._meta.db_table, "id"), (history_of(model), "history_id")):
            columns = [name for name in columns_of(table) if name != "decision_id"]
            place = [columns_of(table).index(name) for name in columns]
            kept[table] = [[row[each] for each in place] for row in rows_of(table, key)]
    return kept


@pytest.mark.long
def test_a_register_from_before_there_were_meetings_is_whole_after_the_upgrade(own_database):
    some_work_of_before(own_database)
    assert not [table for model in ADDED for table in (model._meta.db_table,) if "decision_id" in columns_of(table)]
    before = everything()
    assert len(before["activities_datemove"]) == 1

    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []
    assert everything() == before
    old = Milestone.history.filter(id=own_database.milestone(16, 2).id).latest()
    assert (old.decision_id, "decision_id" in old.sealed) == (None, False)
    report = verify()
    assert report.is_clean
    assert report.entries == sum(len(rows) for table, rows in before.items() if "historical" in table)

    play(own_database)
    new = DateMove.history.get(milestone=own_database.milestone(7))
    assert new.decision.reference == "SG 2022-02-15/2"
    assert "decision_id" in new.sealed
    assert verify().is_clean


def some_work_of_before(world: World) -> None:
    """Some work in a register as it was before there were meetings, its guards in place."""
    guards.remove(connection)  # in daily use there is no way back
    call_command("migrate", "activities", "0002", verbosity=0)
    assert guards.missing(connection) == []
    given: Any = {"by": PROGRAM.actor, "at": moment(date(2021, 12, 20)), "reason": "Before there were meetings"}
    with without_the_added_column():
        late = world.milestone(16, 2)
        days = {"moved_from": late.agreed_due, "moved_to": date(2022, 4, 30)}
        agreed = {"asked_by": "Secretariat", "agreed_by": "Steering Group", "decision_reference": "SG 2021/9"}
        record(DateMove(milestone_id=late.id, number=1, at=given["at"], reason="Slow", **days, **agreed), **given)
        late.agreed_due, late.moves = date(2022, 4, 30), 1
        record(late, **given)
        statuses = dict.fromkeys(["from_status", "to_status", "whole_before", "whole_after"], "on_track")
        said = {"number": 1, "at": given["at"], "person_name": "Police Lead", "what_was_done": "Two workshops"}
        record(StatusUpdate(activity_id=world.activity(12).id, **said, **statuses), **given)
        role = Role.objects.get(activity__key="12", kind="lead")
        role.ended_on = date(2021, 12, 20)
        record(role, **given)
