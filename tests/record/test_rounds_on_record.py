"""Rounds on record: verified, erased lawfully and exported; reports from before there were any verify as well."""

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

from activities.actions.returns import accept_return, comment_on_return, save_draft, send_back
from activities.actions.rounds import close_round
from activities.exports.history_lines import TABLES
from activities.models import Comment, DateProposal, Filing, Return, Round, StatusUpdate
from tests.actions.rounds import asked, filed, opened, proposing, told
from tests.generated import on_track
from tests.record.attacks import columns_of, history_of, run
from tests.world import PROGRAM, World
from tnoc_tracker.record import guards
from tnoc_tracker.record.change import Actor
from tnoc_tracker.record.redaction import places_of, redact
from tnoc_tracker.record.seals import ERASED
from tnoc_tracker.record.verification import verify
from tnoc_tracker.record.writing import record

SECRET = "Operation Kōtuku begins on Friday."
REVIEWED = date(2022, 2, 3)


def play(world: World) -> None:
    """A round in which one return is begun, commented on, sent back, filed again and accepted; then it is closed."""
    made = opened(world)
    ret = asked(12)
    save_draft(ret=ret, typed={"what_was_done": "Half a sen"}, **told(world, username="police"))
    comment_on_return(ret=ret, text="We met the banks, too.", **told(world, username="sfo"))
    filed(world, 12, on_track("Two workshops."))
    send_back(ret=ret, answer="Which workshops?", **told(world))
    dates = proposing(world.milestone(12), date(2022, 5, 31), "Two banks asked.")
    filed(world, 12, on_track(SECRET), proposals=dates)
    accept_return(ret=ret, **told(world, REVIEWED))
    close_round(round=made, **told(world, REVIEWED))


def everywhere() -> str:
    """Everything in the database, as text."""
    with connection.cursor() as cursor:
        said = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said += [str(row) for row in cursor.fetchall()]
    return "\n".join(said)


# Verified -----------------------------------------------------------------------------------------------------------


def test_a_round_is_verified_with_everything_else(world):
    before = verify().entries
    play(world)
    written = sum(model.history.count() for model in (Round, Return, Filing, Comment, DateProposal, StatusUpdate))
    activity = world.activity(12).version - 1

    report = verify()
    assert (report.faults, report.entries) == ([], before + written + activity)


@pytest.mark.parametrize(
    ("model", "column"), [(Round, "note"), (Return, "extended_why"), (Filing, "what_was_done"), (Comment, "text")]
)
def test_words_that_were_changed_behind_its_back_are_found(own_database, model, column):
    play(own_database)
    guards.remove(connection)
    newest = model.history.order_by("-history_id").first()
    run(f"UPDATE {history_of(model)} SET {column} = 'Otherwise' WHERE history_id = %s", newest.history_id)

    assert (newest.id, newest.sequence) in {(fault.object_id, fault.sequence) for fault in verify().faults}


# Erased -------------------------------------------------------------------------------------------------------------


def test_what_was_filed_is_erased_from_the_filing_and_from_the_report_that_it_became(world):
    play(world)
    places = places_of(SECRET)
    assert {(place.partition(":")[0], place.partition(" ")[2]) for place in places} == {
        ("activities.historicalfiling", "what_was_done"),
        ("activities.historicalstatusupdate", "what_was_done"),
        ("activities.historicalstatusupdate", "history_change_reason"),
        ("activities.historicalactivity", "history_change_reason"),
    }
    for place in places:
        where, column = place.split()
        table, _, entry = where.partition(":")
        given = {"reason": "It names an operation", "decision": "Privacy officer 2022/1"}
        redact(table=table, entry=int(entry), field=column, by=Actor("Privacy officer"), at=world.now, **given)

    filing = Filing.objects.get(number=2)
    assert (filing.what_was_done, filing.update.what_was_done) == (ERASED, ERASED)
    assert set(filing.history.values_list("what_was_done", flat=True)) == {ERASED}
    assert SECRET not in everywhere()
    assert verify().is_clean


def test_the_reason_of_a_proposed_date_is_erased_and_the_date_stays(world):
    play(world)
    places = places_of("Two banks asked.")
    assert "activities.historicalfiling proposed_why" in {re.sub(r":\d+", "", place) for place in places}
    for place in places:
        where, column = place.split()
        table, _, entry = where.partition(":")
        given = {"reason": "It names banks", "decision": "Privacy officer 2022/2"}
        redact(table=table, entry=int(entry), field=column, by=Actor("Privacy officer"), at=world.now, **given)

    milestone = world.milestone(12)
    dates = [{"milestone": milestone.id, "due": date(2022, 5, 31), "reason": ERASED}]
    assert Filing.objects.get(number=2).new_dates == dates
    assert "Two banks asked." not in everywhere()
    assert verify().is_clean


@pytest.mark.parametrize(("model", "column"), [(Comment, "text"), (Round, "note"), (Filing, "answer")])
def test_other_words_of_a_round_are_erased_too(world, model, column):
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


def test_a_round_is_in_the_exported_history_parents_before_children(world):
    play(world)
    out = StringIO()
    call_command("export_plan", "--format", "history", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]

    seen: set[tuple[str, int]] = set()
    refers = {
        "activities.return": {"round_id": "activities.round", "activity_id": "activities.activity"},
        "activities.filing": {"ret_id": "activities.return", "update_id": "activities.statusupdate"},
        "activities.comment": {"ret_id": "activities.return", "body_id": "agencies.body"},
    }
    for line in lines:
        for column, table in refers.get(line["table"], {}).items():
            assert line[column] is None or (table, line[column]) in seen
        seen.add((line["table"], line["id"]))
    counted = {label: sum(1 for line in lines if line["table"] == label) for label in refers}
    assert counted == {
        "activities.return": Return.history.count(),
        "activities.filing": Filing.history.count(),
        "activities.comment": 1,
    }
    assert "Half a sen" not in out.getvalue()


def test_every_tracked_table_of_a_plan_is_exported():
    tracked = {model for model in guards.guarded_models() if model._meta.app_label == "activities"}

    assert tracked <= set(TABLES)


# Upgraded -----------------------------------------------------------------------------------------------------------

ADDED = ("accepted_by", "said_at")
ADDED_LATER = ("decision",)
"""By the migration after: not there either, before there were rounds."""


@contextmanager
def without_the_added_columns() -> Iterator[None]:
    """Let the models of status updates be what they were before rounds were added."""
    taken = [
        (model, model._meta.get_field(name))
        for model in (StatusUpdate, StatusUpdate.history.model)
        for name in (*ADDED, *ADDED_LATER)
    ]
    for model, field in taken:
        model._meta.local_fields.remove(field)
        model._meta._expire_cache()
    try:
        yield
    finally:
        for model, field in taken:
            models.Field.contribute_to_class(field, model, field.name)
            model._meta._expire_cache()


def old_update(world: World, number: int) -> StatusUpdate:
    """A report as it was written before there were rounds."""
    statuses = dict.fromkeys(["from_status", "to_status", "whole_before", "whole_after"], "on_track")
    told_by = {"person_name": "Police Lead", "what_was_done": f"Report {number}"}
    row = StatusUpdate(activity_id=world.activity(12).id, number=number, at=world.now, **told_by, **statuses)
    record(row, by=PROGRAM.actor, at=world.now, reason="Before there were rounds")
    return row


def sealed_columns(entry: Any) -> set[str]:
    return set(ADDED) & set(entry.sealed)


@pytest.mark.long
def test_reports_from_before_there_were_rounds_verify_after_the_upgrade_and_new_ones_seal_the_new_columns(own_database):
    guards.remove(connection)  # in daily use there is no way back
    call_command("migrate", "activities", "0001", verbosity=0)
    with without_the_added_columns():
        assert not set(ADDED) & set(columns_of("activities_statusupdate"))
        old = old_update(own_database, 1)
        written_before = list(StatusUpdate.history.values_list("seal", flat=True))

    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    assert list(StatusUpdate.history.values_list("seal", flat=True)) == written_before
    old = StatusUpdate.objects.get(id=old.id)
    assert (old.said_at, old.accepted_by, sealed_columns(old.history.get())) == (None, None, set())
    assert verify().is_clean

    old.next_steps = "An old report may get an entry more"
    record(old, by=PROGRAM.actor, at=own_database.now)
    row = own_database.activity(12)
    row.updates = 1
    record(row, by=PROGRAM.actor, at=own_database.now)
    play(own_database)
    assert [sealed_columns(entry) for entry in StatusUpdate.history.order_by("history_id")] == [
        set(),
        set(ADDED),
        set(ADDED),
    ]
    assert StatusUpdate.objects.get(number=2).accepted_by == "Secretariat Officer"
    assert verify().is_clean

    guards.remove(connection)
    run("UPDATE activities_historicalstatusupdate SET accepted_by = 'Nobody' WHERE id = %s AND sequence = 2", old.id)
    assert [fault.sequence for fault in verify().faults][:1] == [2]
