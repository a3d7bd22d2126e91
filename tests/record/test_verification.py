"""``verify_history``: silent on a whole record, and each kind of tampering is named at its first entry.

The tampering is done in transactions that are rolled back, with the guards taken down by hand first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from activities.actions.milestones import add_milestone
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.words import edit_words, reinstate_activity, withdraw_activity
from activities.models import Activity, MilestoneKind, Role, RoleKind
from agencies.actions.bodies import edit_body
from agencies.models import Body
from tests.generated import half_a_year
from tests.record.attacks import run
from tests.world import World, moment
from tnoc_tracker.record import guards
from tnoc_tracker.record.models import Verification, label_of
from tnoc_tracker.record.seals import seal_of
from tnoc_tracker.record.verification import GONE, Head, compare_heads, heads, verify

TABLE, LIVE = "activities_historicalactivity", "activities_activity"
LABEL = "activities.historicalactivity"


def play(world: World) -> None:
    """A mix of use cases: reports, moved dates, roles, words, names, collectives, withdrawals."""
    half_a_year(world)
    her, day = world.standing("secretariat"), date(2022, 2, 10)
    told: Any = {"reason": "As agreed", "by": her, "at": moment(day)}
    for title in ("A first title", "A second title", "A third title"):
        edit_words(activity=world.activity(3), title=title, description="This includes:", **told)
    assign_role(activity=world.activity(9), kind=RoleKind.LEAD, body=world.body("MFAT"), **told)
    end_role(role=Role.objects.get(activity=world.activity(12), kind="lead"), **told)
    assign_role(activity=world.activity(12), kind=RoleKind.LEAD, body=world.body("FMA"), **told)
    withdraw_activity(activity=world.activity(4), **told)
    reinstate_activity(activity=world.activity(4), **told)
    print_again: Any = {"kind": MilestoneKind.DUE, "label": "A second print", "due": date(2022, 6, 1)}
    add_milestone(activity=world.activity(2), **print_again, **told)
    everybody = Body.objects.get(name="All agencies")
    set_collective(plan=world.plan, collective=everybody, members=[world.body("Police"), world.body("Customs")], **told)
    names = {"short": "Police", "name_mi": "Ngā Pirihimana o Aotearoa", "also": ["NZ Police"]}
    told["by"] = world.standing("administrator")
    edit_body(body=world.body("Police"), name="Police of New Zealand", **names, **told)


@pytest.fixture(scope="module")
def played(own_databases: Any, django_db_blocker: Any) -> Iterator[World]:
    """A database of this module's own with a played record; no test here changes it."""
    with django_db_blocker.unblock(), own_databases.open():
        play(World())
        yield World()
        assert verify().is_clean


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def tampered(*statements: str) -> Iterator[None]:
    """The guards taken down and the statements carried out, for as long as it lasts."""
    with rolled_back():
        guards.remove(connection)
        for statement in statements:
            run(statement)
        yield


def chain(world: World) -> tuple[int, int]:
    """The activity that is tampered with: its id, and how many entries it has."""
    activity = world.activity(3)
    assert activity.version >= 5
    return activity.id, activity.version


# A whole record ---------------------------------------------------------------------------------------------------


def test_a_played_record_is_silent(played):
    report = verify()

    assert (report.faults, report.erased) == ([], [])
    assert report.entries > 200
    assert compare_heads(heads()) == []


def test_every_table_is_read(played):
    assert verify().entries == sum(model.history.count() for model in guards.guarded_models())


def test_an_empty_record_is_silent(played, settings):
    settings.GUARDED_MODELS = ["record.Redaction"]
    with rolled_back():
        assert "0 entries verified, no fault." in command()


def test_it_says_how_far_it_is(played):
    told: list[tuple[int, int]] = []
    report = verify(lambda done, expected: told.append((done, expected)))

    assert told[-1] == (report.entries, report.entries)
    assert told == sorted(told)


def test_it_reads_in_stretches_without_losing_an_object(played, monkeypatch):
    whole = verify().entries
    monkeypatch.setattr("tnoc_tracker.record.verification.STRETCH", 3)

    assert (verify().entries, verify().faults) == (whole, [])


# Tampering that the chain shows -----------------------------------------------------------------------------------

SEAL, CHANGED = "its seal does not match", "and does not say so"
Tampering = Callable[[int, int], list[str]]


def one_entry(number: int, assignment: str) -> Tampering:
    """An UPDATE of one entry of the chain."""
    return lambda activity, last: [f"UPDATE {TABLE} SET {assignment} WHERE id = {activity} AND sequence = {number}"]


def on_last(assignment: str) -> Tampering:
    """An UPDATE of the last entry of the chain."""
    return lambda activity, last: [f"UPDATE {TABLE} SET {assignment} WHERE id = {activity} AND sequence = {last}"]


def removed(activity: int, last: int) -> list[str]:
    return [f"DELETE FROM {TABLE} WHERE id = {activity} AND sequence = 3"]


def first_removed(activity: int, last: int) -> list[str]:
    return [f"DELETE FROM {TABLE} WHERE id = {activity} AND sequence = 1"]


def swapped(activity: int, last: int) -> list[str]:
    move = f"UPDATE {TABLE} SET sequence = {{1}}, version = {{1}} WHERE id = {activity} AND sequence = {{0}}"
    return [move.format(2, 900), move.format(3, 2), move.format(900, 3)]


def forged(activity: int, last: int) -> list[str]:
    """An entry added at the end with its version, its seal made up."""
    return [
        f"UPDATE {LIVE} SET version = version + 1 WHERE id = {activity}",
        f"CREATE TEMPORARY TABLE forgery AS SELECT * FROM {TABLE} WHERE id = {activity} AND sequence = {last}",
        f"UPDATE forgery SET history_id = history_id + 100000, sequence = {last + 1}, version = {last + 1}, "
        "actor_name = 'Somebody else', written_at = history_date, history_date = '2022-02-14 00:00:00+00', "
        "seal = 'abcdef'",
        f"INSERT INTO {TABLE} SELECT * FROM forgery",
    ]


def moved_to_another_object(activity: int, last: int) -> list[str]:
    other = f"(SELECT id FROM {LIVE} WHERE key = '20')"
    return [f"DELETE FROM {TABLE} WHERE id = {other}", f"UPDATE {TABLE} SET id = {other} WHERE id = {activity}"]


def live(assignment: str) -> Tampering:
    """An UPDATE of the current row."""
    return lambda activity, last: [f"UPDATE {LIVE} SET {assignment} WHERE id = {activity}"]


def cut(activity: int, last: int) -> list[str]:
    return [f"DELETE FROM {TABLE} WHERE id = {activity} AND sequence = {last}"]


LAST = -1
"""Stands for the number of the last entry."""

TAMPERINGS: list[tuple[str, Tampering, int, str]] = [
    ("a changed reason", one_entry(2, "history_change_reason = 'Another reason'"), 2, SEAL),
    ("a changed author", one_entry(2, "actor_name = 'Somebody else'"), 2, SEAL),
    ("another person", on_last("history_user_id = 1 + history_user_id"), LAST, SEAL),
    ("a person made a program", on_last("history_user_id = NULL"), LAST, SEAL),
    ("another request", one_entry(2, "request = 'another'"), 2, SEAL),
    ("a changed text that the entry wrote", on_last("title = 'Another title'"), LAST, SEAL),
    ("a changed text that it only carried", one_entry(2, "description = 'Another description'"), 2, CHANGED),
    ("a changed status", one_entry(2, "status = 'completed'"), 2, SEAL),
    ("a changed date", on_last("vacant_since = '2021-08-01'"), LAST, CHANGED),
    ("a changed time of writing", one_entry(2, "written_at = '2022-01-01 00:00:00+00'"), 2, SEAL),
    ("a changed list of what changed", on_last("changed = '[]'"), LAST, CHANGED),
    ("fewer columns sealed", one_entry(2, "sealed = '[\"title\"]'"), 2, SEAL),
    ("another salt", on_last("salt = 'abcdef'"), LAST, SEAL),
    ("another seal", one_entry(2, "seal = 'abcdef'"), 2, SEAL),
    ("a list that is no list", one_entry(2, "sealed = '7'"), 2, "cannot be read"),
    ("an erasure that is none", one_entry(2, "erased = '{}'"), 2, "cannot be read"),
    ("a removed entry", removed, 4, "expected entry 3"),
    ("a removed first entry", first_removed, 2, "expected entry 1"),
    ("two swapped", swapped, 2, CHANGED),
    ("a back-dated one", one_entry(3, "history_date = '2021-07-02 00:00:00+00'"), 3, "does not come after"),
    ("a date moved within its place", on_last("history_date = '2022-02-13 00:00:00+00'"), LAST, SEAL),
    ("a forged one", forged, LAST + 1000, SEAL),
    ("entries of another object", moved_to_another_object, 1, SEAL),
    ("a live row edited", live("title = 'Another title'"), LAST, "differs from its last entry in title"),
    ("a live date edited", live("vacant_since = '2021-08-01'"), LAST, "differs from its last entry in vacant_since"),
    ("a live version", live("version = version + 1"), LAST, "the row says version"),
    ("a cut tail", cut, LAST - 1000, "the row says version"),
    ("a live row removed", lambda a, n: [f"DELETE FROM {LIVE} WHERE id = {a}"], LAST, "the row is gone"),
    ("a history removed", lambda a, n: [f"DELETE FROM {TABLE} WHERE id = {a}"], 0, "no entry at all"),
]


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


# Tampering that only kept heads show ------------------------------------------------------------------------------


def reseal(activity: int, numbers: range) -> None:
    """Make the seals of some entries anew: they need no key, and a forger with the owner's rights can do it."""
    history = Activity.history.model
    for number in numbers:
        entry = history._base_manager.filter(id=activity, sequence=number).values().get()
        before = history._base_manager.filter(id=activity, sequence=number - 1).values_list("seal", "sealed").first()
        run(f"UPDATE {TABLE} SET seal = '{seal_of(LABEL, entry, before)}' WHERE history_id = {entry['history_id']}")


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


# The command ------------------------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    """What ``verify_history`` prints."""
    out = StringIO()
    call_command("verify_history", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_clean_run_says_so_and_is_on_record(played):
    with rolled_back():
        assert f"{verify().entries} entries verified, no fault." in command()
        run_on_record = Verification.objects.latest()

    assert (run_on_record.faults, run_on_record.erased, run_on_record.against) == ([], 0, "")
    assert run_on_record.entries > 200
    assert run_on_record.started_at <= run_on_record.finished_at


def test_a_fault_is_named_fails_and_is_on_record(played):
    activity, _ = chain(played)
    with tampered(*one_entry(2, "actor_name = 'Somebody else'")(activity, 0)):
        with pytest.raises(CommandError, match=f"1 fault in .*\n  {LABEL} {activity}, entry 2: ") as failed:
            command()
        run_on_record = Verification.objects.latest()

    assert failed.value.returncode == 1
    assert [fault.startswith(f"{LABEL} {activity}, entry 2: ") for fault in run_on_record.faults] == [True]


def test_kept_seals_are_compared_and_not_written_from_a_tampered_record(played, tmp_path):
    activity, last = chain(played)
    kept, second = tmp_path / "kept.jsonl", tmp_path / "second.jsonl"
    with rolled_back():
        assert "heads written to" in command("--seals", str(kept))
        assert "no fault" in command("--against", str(kept))
        assert Verification.objects.latest().against == "kept.jsonl"

    with tampered(*one_entry(2, "history_change_reason = 'Another reason'")(activity, 0)):
        reseal(activity, range(2, last + 1))
        with pytest.raises(CommandError, match=f"{activity}, entry {last}: its seal is not the one"):
            command("--against", str(kept), "--seals", str(second))

    assert not second.exists()
    assert json.loads(kept.read_text().splitlines()[0]).keys() == {"table", "object_id", "sequence", "seal"}


def test_a_restored_database_is_silent_against_the_seals_of_before(own_databases, django_db_blocker, tmp_path):
    kept = tmp_path / "kept.jsonl"
    with django_db_blocker.unblock():
        with own_databases.open():
            command("--seals", str(kept))
            guards.remove(connection)
            run(f"UPDATE {TABLE} SET actor_name = 'Somebody else'")
            with pytest.raises(CommandError):
                command("--against", str(kept))
        with own_databases.open():  # the same copy once more: restored
            assert "no fault" in command("--against", str(kept))


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "cannot be read"), ("not seals", "is no file of seals"), ('{"a": 1}', "is no file of seals")],
)
def test_a_file_that_is_no_file_of_seals_is_named_before_anything_is_read(played, tmp_path, text, says):
    path = tmp_path / "seals.jsonl"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError, match=says):
        command("--against", str(path))


def test_seals_that_cannot_be_written_are_said(played, tmp_path):
    with rolled_back(), pytest.raises(CommandError, match="cannot be written"):
        command("--seals", str(tmp_path / "no-such-folder" / "seals.jsonl"))


def test_progress_is_shown_as_lines_and_on_a_terminal_in_place(played, monkeypatch):
    err = StringIO()
    with rolled_back():
        call_command("verify_history", stdout=StringIO(), stderr=err)
    lines = err.getvalue().splitlines()
    assert lines[-1] == f"{verify().entries} of {verify().entries} entries read"
    assert len(lines) <= 10

    err = StringIO()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with rolled_back():
        call_command("verify_history", stdout=StringIO(), stderr=err)
    assert err.getvalue().count("\r") >= len(guards.guarded_models())
