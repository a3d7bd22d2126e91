"""Verification: silent on a whole record, and each kind of tampering is named at its first entry.

The tampering is done in transactions that are rolled back, with the guards taken down by hand first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from activities.models import Activity, Role
from tests.generated import half_a_year
from tests.record.attacks import run
from tests.record.tampering import (
    LABEL,
    LAST,
    LIVE,
    TAMPERINGS,
    chain,
    cut,
    one_entry,
    reseal,
    rolled_back,
    tampered,
)
from tests.world import PROGRAM
from tnoc_tracker.record import guards
from tnoc_tracker.record.models import label_of
from tnoc_tracker.record.verification import GONE, Head, compare_heads, heads, verify
from tnoc_tracker.record.writing import record

# A whole record ---------------------------------------------------------------------------------------------------


def test_a_played_record_is_silent(played):
    report = verify()

    assert (report.faults, report.erased) == ([], [])
    assert report.entries > 200
    assert compare_heads(heads()) == []


def test_every_table_is_read(played):
    assert verify().entries == sum(model.history.count() for model in guards.guarded_models())


def test_it_says_how_far_it_is(played):
    told: list[tuple[int, int]] = []
    report = verify(lambda done, expected: told.append((done, expected)))

    assert told[-1] == (report.entries, report.entries)
    assert told == sorted(told)


def test_it_reads_in_stretches_without_losing_an_object(played, monkeypatch):
    whole = verify().entries
    monkeypatch.setattr("tnoc_tracker.record.verification.STRETCH", 3)

    assert (verify().entries, verify().faults) == (whole, [])


def test_others_may_write_meanwhile(own_database, monkeypatch):
    monkeypatch.setattr("tnoc_tracker.record.verification.STRETCH", 20)

    def write() -> None:
        try:
            for count in range(25):
                row = own_database.activity(1 + count % 5)
                row.title = f"Title {count}"
                record(row, by=PROGRAM.actor, at=own_database.now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            assert verify().faults == []
        writing.result()
    assert verify().entries == sum(model.history.count() for model in guards.guarded_models())


# Tampering that the chain shows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "tampering", "number", "words"), TAMPERINGS, ids=[each[0] for each in TAMPERINGS])
def test_tampering_is_named_at_its_first_entry(played, what, tampering, number, words):
    activity, last = chain(played)
    expected = {LAST: last, LAST + 1000: last + 1, LAST - 1000: last - 1}.get(number, number)
    if what == "entries of another object":
        activity = played.activity(20).id

    with tampered(*tampering(chain(played)[0], last)):
        faults = [fault for fault in verify().faults if fault.object_id == activity]

    first = faults[0]
    assert (first.table, first.object_id, first.sequence) == (LABEL, activity, expected)
    assert any(word in first.words for word in words.split("|")), first.words
    assert verify().is_clean


def test_only_what_was_touched_is_named(played):
    activity, _ = chain(played)
    with tampered(*one_entry(2, "history_change_reason = 'Another reason'")(activity, 0)):
        assert [str(fault) for fault in verify().faults] == [
            f"{LABEL} {activity}, entry 2: its seal does not match what it says, or the entry before it was changed"
        ]


def test_a_row_that_a_forger_numbered_below_ours_is_named(played):
    with rolled_back():
        guards.remove(connection)
        columns = [field.column for field in Role._meta.concrete_fields if field.column not in ("id", "version")]
        listed = ", ".join(f'"{name}"' for name in columns)
        for number in (-7, -(2**63), 2**63 - 1):
            run(
                f"INSERT INTO activities_role (id, version, {listed}) "
                f"SELECT {number}, 1, {listed} FROM activities_role ORDER BY id LIMIT 1"
            )
        found = [(fault.object_id, fault.words) for fault in verify().faults]

    assert found == [(number, "the row has no entry at all") for number in (-(2**63), -7, 2**63 - 1)]


# Tampering that only kept heads show ------------------------------------------------------------------------------


def faults_against(kept: list[Head]) -> list[str]:
    """What a verification finds, and what the kept heads find besides."""
    report = verify()
    return [str(fault) for fault in [*report.faults, *compare_heads(kept)]]


def test_one_entry_sealed_anew_is_named_by_the_next(played):
    activity, _ = chain(played)
    with tampered(*one_entry(2, "history_change_reason = 'Another reason'")(activity, 0)):
        reseal(activity, range(2, 3))
        (fault,) = verify().faults

    assert (fault.object_id, fault.sequence) == (activity, 3)


def test_a_whole_tail_sealed_anew_is_named_by_kept_heads(played):
    activity, last = chain(played)
    kept = list(heads())
    with tampered(*one_entry(2, "history_change_reason = 'Another reason'")(activity, 0)):
        reseal(activity, range(2, last + 1))
        assert verify().is_clean
        (fault,) = faults_against(kept)

    assert fault.startswith(f"{LABEL} {activity}, entry {last}: its seal is not the one that was kept")


def test_a_cut_tail_with_the_row_rolled_back_is_named_by_kept_heads(played):
    activity, last = chain(played)
    kept = list(heads())
    earlier = Activity.history.model._base_manager.filter(id=activity, sequence=last - 1)
    row = earlier.values("title", "search_key").get()
    with tampered(*cut(activity, last)):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {LIVE} SET version = %s, title = %s, search_key = %s WHERE id = %s",
                [last - 1, row["title"], row["search_key"], activity],
            )
        assert verify().is_clean
        (fault,) = faults_against(kept)

    assert fault == f"{LABEL} {activity}, entry {last}: {GONE}"


def test_a_removed_activity_is_named_by_kept_heads(played):
    gone = played.activity(20)
    kept = list(heads())
    entries = [
        (label_of(model.history.model), model._meta.db_table, model.history.model._meta.db_table)
        for model in guards.guarded_models()
        if model in (Activity, Role)
    ]
    with rolled_back():
        guards.remove(connection)
        for _, table, history in reversed(entries):
            column = "id" if table == LIVE else "activity_id"
            run(f"DELETE FROM {table} WHERE {column} = {gone.id}")
            run(f"DELETE FROM {history} WHERE {column} = {gone.id}")
        assert verify().is_clean
        found = faults_against(kept)

    assert f"{LABEL} {gone.id}, entry {gone.version}: {GONE}" in found


def test_what_is_added_after_the_seals_were_kept_is_no_fault(own_database):
    kept = list(heads())
    half_a_year(own_database)

    assert faults_against(kept) == []
