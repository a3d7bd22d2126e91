"""``manage.py verify_history``: what it prints, fails with and leaves on record; seals kept and compared."""

from __future__ import annotations

import json
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.record.attacks import run
from tests.record.tampering import LABEL, TABLE, chain, one_entry, reseal, rolled_back, tampered
from tnoc_tracker.record import guards
from tnoc_tracker.record.models import Verification
from tnoc_tracker.record.verification import verify


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


def test_an_empty_record_is_silent(played, settings):
    settings.GUARDED_MODELS = ["record.Redaction"]
    with rolled_back():
        assert "0 entries verified, no fault." in command()


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
