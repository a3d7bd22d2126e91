"""``continue_series``: the next occurrences of recurring milestones, however often it is run."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from activities.models import Milestone
from tests.actions.helpers import entries_written


def run() -> str:
    out = StringIO()
    call_command("continue_series", stdout=out)
    return out.getvalue()


def test_within_the_plan_everything_is_there_already(world):
    before = entries_written()

    assert run() == "0 occurrences made.\n"
    assert entries_written() == before


@pytest.mark.parametrize(
    ("today", "made"),
    [
        (date(2022, 6, 30), []),
        (date(2022, 9, 30), []),
        (date(2022, 10, 1), ["31 December 2022"]),
        (date(2023, 4, 1), ["31 December 2022", "30 June 2023"]),
    ],
)
def test_after_the_plans_end_they_are_made_by_the_quarter_in_which_they_fall_due(world, settings, today, made):
    settings.TNOC_TODAY = today
    lines = run().splitlines()

    assert lines[:-1] == [f"tnoc-2021-22: activity 5, updated, {day}" for day in made]
    assert run() == "0 occurrences made.\n"


def test_an_occurrence_is_made_under_the_programs_name(world, settings):
    settings.TNOC_TODAY = date(2022, 10, 1)

    assert run().endswith("1 occurrence made.\n")
    entry = Milestone.history.filter(series_id=world.milestone(5, 2).id, occurrence=2).get()
    assert (entry.actor_name, entry.history_user_id) == ("continue_series", None)
    assert entry.history_date.astimezone(world.now.tzinfo).date() == date(2022, 10, 1)
