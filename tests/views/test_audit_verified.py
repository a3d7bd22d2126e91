"""The audit says when the record was last verified, and what that found."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from tests.views.editing import BASE, text_of
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.models import Verification

URL = f"{BASE}audit/"


def verified(*faults: str, erased: int = 0) -> None:
    """A run with what it found."""
    now = machine_now()
    Verification.objects.create(started_at=now, finished_at=now, entries=1463, erased=erased, faults=list(faults))


def test_never_is_a_state(world, sign_in):
    assert "This record was never verified yet:" in text_of(sign_in("steering").get(URL))


def test_a_clean_run_is_told_with_its_day(world, sign_in):
    call_command("verify_history", stdout=StringIO(), stderr=StringIO())
    text = text_of(sign_in("steering").get(URL))

    assert "Last verified " in text
    assert f"{Verification.objects.get().entries} entries, nothing wrong." in text


def test_erasures_are_counted(world, sign_in):
    verified(erased=2)

    assert "1463 entries, nothing wrong, 2 lawfully erased." in text_of(sign_in("steering").get(URL))


def test_a_fault_stands_out_and_names_the_first_entry(world, sign_in):
    verified("activities.historicalactivity 12, entry 3: its seal does not match", "another")
    page = sign_in("steering").get(URL)

    assert 'class="error tone-off"' in page.content.decode()
    assert "This record does not verify." in text_of(page)
    assert "1463 entries, 2 faults. The first: activities.historicalactivity 12, entry 3" in text_of(page)


def test_the_newest_run_counts(world, sign_in):
    verified("something")
    verified()

    assert "This record does not verify." not in text_of(sign_in("steering").get(URL))
