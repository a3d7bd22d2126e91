"""Recurring obligations over the years, as pages show them: each occurrence on its own, until a decision ends them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from activities.actions.milestones import end_series, move_date, remove_milestone
from activities.actions.status import update_status
from activities.models import Milestone
from tests.generated import on_track, say
from tests.views.editing import address, text_of
from tests.world import PROGRAM, World, moment

URL = "/plans/tnoc-2021-22/"


def series(world: World) -> Milestone:
    """Activity 5: an agenda updated twice a year."""
    return Milestone.objects.get(activity=world.activity(5), kind="recurring")


def occurrences(world: World) -> list[tuple[int, date]]:
    return list(series(world).occurrences.order_by("occurrence").values_list("occurrence", "agreed_due"))


@pytest.fixture
def in_2023(world: World, settings) -> World:
    """The daily command has run until 15 August 2023, a year after the plan's end."""
    for day in (date(2022, 8, 15), date(2022, 11, 1), date(2023, 8, 15)):
        settings.TNOC_TODAY = day
        call_command("continue_series")
    return world


def test_they_go_on_after_the_plans_end_by_the_quarter_in_which_they_fall_due(in_2023):
    assert occurrences(in_2023) == [(1, date(2022, 6, 30)), (2, date(2022, 12, 31)), (3, date(2023, 6, 30))]


def test_each_is_late_moved_and_delivered_on_its_own(in_2023, sign_in):
    first, second, third = series(in_2023).occurrences.order_by("occurrence")
    met = {first.id: date(2022, 7, 10)}
    say_delivered(in_2023, met)
    moved = {"reason": "Elections", "asked_by": "MOJ", "agreed_by": "Steering Group"}
    move_date(milestone=second, to=date(2023, 9, 30), **moved, by=PROGRAM, at=moment(date(2022, 12, 20)))

    words = text_of(sign_in("steering").get(address(5)))
    assert "delivered 10 days late" in words
    assert "moved once, 273 days later" in words
    assert "46 days overdue" in words
    late = sign_in("steering").get(f"{URL}overdue/").context["figures"].counted
    assert third.id in {row.milestone.id for row in late}
    assert not {first.id, second.id} & {row.milestone.id for row in late}


def say_delivered(world: World, met: dict[int, date]) -> None:
    update_status(
        activity=world.activity(5),
        statement=on_track("Updated.", explanation="The next one follows."),
        deliveries=met,
        by=PROGRAM,
        at=moment(date(2022, 7, 11)),
    )


def test_a_decision_ends_them_and_those_that_exist_stay_due(in_2023, sign_in, settings):
    decided = {"decision_reference": "SG 2023/5", "reason": "The agenda is replaced"}
    end_series(milestone=series(in_2023), **decided, by=PROGRAM, at=moment(date(2023, 8, 20)))
    settings.TNOC_TODAY = date(2025, 1, 1)
    call_command("continue_series")

    assert len(occurrences(in_2023)) == 3
    words = text_of(sign_in("steering").get(address(5)))
    assert "ended on 20 August 2023" in words
    assert "days overdue" in words
    then = text_of(sign_in("steering").get(address(5), {"as_at": "2023-08-19"}))
    assert "ended on" not in then


def test_a_removed_one_stays_visible_with_its_decision_and_counts_nowhere(in_2023, sign_in):
    first = series(in_2023).occurrences.get(occurrence=1)
    client, before = sign_in("steering"), in_2023.reading.milestones.live().count()
    decided = {"decision_reference": "SG 2022/9", "reason": "Covered by the review"}
    remove_milestone(milestone=first, **decided, by=PROGRAM, at=moment(date(2022, 9, 1)))

    words = text_of(client.get(address(5)))
    assert "removed 1 September 2022, SG 2022/9" in words
    assert in_2023.reading.milestones.live().count() == before - 1
    assert first.id not in {row.milestone.id for row in client.get(f"{URL}overdue/").context["figures"].counted}
    assert "SG 2022/9" not in text_of(client.get(address(5), {"as_at": "2022-08-31"}))
    say(in_2023, 5, date(2023, 8, 15), on_track("Still going.", explanation="The next one follows."))
    assert Milestone.objects.get(id=first.id).removed_on == date(2022, 9, 1)
