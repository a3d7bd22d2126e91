"""Dates that move on the record, milestones added and removed, series that go on until they are ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.actions.common import Forbidden
from activities.actions.milestones import (
    add_milestone,
    add_months,
    continue_series,
    correct_delivery,
    edit_milestone,
    end_series,
    move_date,
    remove_milestone,
)
from activities.actions.status import update_status
from activities.models import DateMove, Milestone, MilestoneKind
from activities.quarters import FiscalQuarter, FiscalYear
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.actions.helpers import nothing_written, refused
from tests.world import PROGRAM
from tnoc_tracker.record.change import Conflict

MARCH = date(2022, 3, 31)
AGREED = {"reason": "The printer is late", "asked_by": "Secretariat", "agreed_by": "Steering Group"}


def move(world, to=MARCH, *, key=2, position=1, who="secretariat", **words) -> DateMove:
    return move_date(
        milestone=world.milestone(key, position),
        to=to,
        by=world.standing(who),
        at=world.now,
        **{**AGREED, **words},
    )


# Moving a date ----------------------------------------------------------------------------------------------------


def test_a_moved_date_keeps_from_to_who_asked_who_agreed_and_why(world):
    moved = move(world, decision_reference="SG 4")

    assert (moved.number, moved.moved_from, moved.moved_to, moved.days) == (1, date(2021, 12, 31), MARCH, 90)
    assert (moved.asked_by, moved.agreed_by, moved.decision_reference) == ("Secretariat", "Steering Group", "SG 4")


def test_the_original_date_stays_however_often_it_moves(world):
    move(world)
    move(world, to=date(2022, 6, 30))

    milestone = world.milestone(2)
    assert (milestone.original_due, milestone.agreed_due, milestone.moves) == (
        date(2021, 12, 31),
        date(2022, 6, 30),
        2,
    )
    moves = DateMove.objects.filter(milestone=milestone).order_by("number")
    assert [(each.moved_from, each.moved_to) for each in moves] == [
        (date(2021, 12, 31), MARCH),
        (MARCH, date(2022, 6, 30)),
    ]


def test_a_date_may_move_back(world):
    assert move(world, to=date(2021, 12, 1)).days == -30


def test_a_quarter_means_its_last_day(world):
    assert move(world, to=FiscalQuarter(FiscalYear(2021), 3)).moved_to == MARCH


def test_a_milestone_without_a_date_gets_one_and_its_original_date_stays_empty(world):
    moved = move(world, key=16, position=4)

    part_four = world.milestone(16, 4)
    assert (moved.moved_from, moved.days) == (None, None)
    assert (part_four.original_due, part_four.agreed_due) == (None, MARCH)


@pytest.mark.parametrize("missing", ["reason", "asked_by", "agreed_by"])
def test_a_date_does_not_move_without_reason_asker_and_agreement(world, missing):
    with refused(missing):
        move(world, **{missing: "  "})


def test_a_date_does_not_move_to_where_it_is(world):
    with refused("moved_to", match="31 December 2021 already"):
        move(world, to=date(2021, 12, 31))


def test_the_date_of_a_closed_milestone_does_not_move(world):
    remove_milestone(milestone=world.milestone(2), decision_reference="SG 2", reason="Merged", by=PROGRAM, at=world.now)

    with refused("", match="open milestone"):
        move(world)


@pytest.mark.parametrize("who", ["police", "steering", "administrator"])
def test_nobody_but_the_secretariat_moves_a_date(world, who):
    with nothing_written(Forbidden):
        move(world, who=who)


def test_a_stale_form_moves_nothing(world):
    with nothing_written(Conflict):
        move(world, expected=99)


# Adding, editing, correcting, removing ------------------------------------------------------------------------------


def add(world, key=12, kind=MilestoneKind.DUE, label="Pilot", due=MARCH, reason="SG 5", **more) -> Milestone:
    return add_milestone(
        activity=world.activity(key), kind=kind, label=label, due=due, reason=reason, by=PROGRAM, at=world.now, **more
    )


def test_a_milestone_of_our_own_stands_after_the_documents(world):
    added = add(world)

    assert (added.position, added.original_due, added.agreed_due, added.as_published) == (2, MARCH, MARCH, "")


def test_a_recurring_milestone_gets_its_occurrences_up_to_the_plans_end_at_once(world):
    series = add(world, kind=MilestoneKind.RECURRING, label="Report", due=MARCH, interval_months=1)

    rows = Milestone.objects.filter(series=series).order_by("occurrence")
    assert [(row.occurrence, row.agreed_due, row.derived) for row in rows] == [
        (1, date(2022, 3, 31), False),
        (2, date(2022, 4, 30), True),
        (3, date(2022, 5, 31), True),
        (4, date(2022, 6, 30), True),
    ]
    assert (series.original_due, series.agreed_due) == (None, None)


def test_what_cannot_be_added(world):
    with refused("due"):
        add(world, due=None)
    with refused("interval_months"):
        add(world, kind=MilestoneKind.RECURRING)
    with refused("kind"):
        add(world, kind=MilestoneKind.OCCURRENCE)
    with refused("label"):
        add(world, label=" ")
    with refused("reason"):
        add(world, reason=" ")
    with refused("", match="withheld"):
        add(world, key=20)


def test_the_label_changes_and_the_clause_as_published_stays(world):
    milestone = world.milestone(7)
    edit_milestone(milestone=milestone, label="Strategy signed", reason="Clearer", by=PROGRAM, at=world.now)

    assert world.milestone(7).name == "Strategy signed"
    assert world.milestone(7).as_published == milestone.as_published != ""


def test_a_delivery_can_be_corrected_and_taken_back_with_a_reason(world):
    def correct(day: date | None, reason="A slip of the pen") -> Milestone:
        return correct_delivery(milestone=world.milestone(2), delivered_on=day, reason=reason, by=PROGRAM, at=world.now)

    assert correct(date(2022, 1, 3)).delivered_on == date(2022, 1, 3)
    with refused("reason"):
        correct(None, reason="")
    with refused("delivered_on", match="future"):
        correct(world.today + timedelta(days=1))
    assert correct(None).delivered_on is None


def test_a_delivery_of_a_finished_activity_is_not_taken_back(world):
    done = Statement(
        DeliveryStatus.COMPLETED, completed_on=date(2022, 2, 1), statement="Published", held_at="Secretariat"
    )
    deliveries = {world.milestone(2).id: date(2022, 2, 1)}
    update_status(activity=world.activity(2), statement=done, deliveries=deliveries, by=PROGRAM, at=world.now)

    with refused("", match="reopen"):
        correct_delivery(milestone=world.milestone(2), delivered_on=None, reason="?", by=PROGRAM, at=world.now)


def test_a_milestone_is_removed_by_a_decision_and_only_once(world):
    def remove(**words) -> Milestone:
        said = {"decision_reference": "SG 2", "reason": "Merged", **words}
        return remove_milestone(milestone=world.milestone(2), by=PROGRAM, at=world.now, **said)

    with refused("decision_reference"):
        remove(decision_reference="")
    with refused("reason"):
        remove(reason="")
    removed = remove()
    assert (removed.removed_on, removed.decision_reference) == (world.today, "SG 2")
    with refused("", match="open milestone"):
        remove()


def test_removing_a_series_removes_its_open_occurrences(world):
    series = world.milestone(5, 2)
    remove_milestone(milestone=series, decision_reference="SG 2", reason="No longer", by=PROGRAM, at=world.now)

    assert Milestone.objects.get(series=series).removed_on == world.today


# Series -------------------------------------------------------------------------------------------------------------


def test_activity_5_is_updated_twice_a_year_the_first_time_on_30_june_2022(world):
    (occurrence,) = Milestone.objects.filter(series=world.milestone(5, 2))

    assert (occurrence.occurrence, occurrence.original_due, occurrence.derived) == (1, date(2022, 6, 30), True)
    assert occurrence.label == world.milestone(5, 2).label


def test_a_series_goes_on_and_going_on_twice_makes_nothing_twice(world):
    def go_on(upto: date) -> list[date]:
        return [row.agreed_due for row in continue_series(plan=world.plan, upto=upto, by=PROGRAM, at=world.now)]

    assert go_on(date(2022, 6, 30)) == []
    assert go_on(date(2023, 12, 31)) == [date(2022, 12, 31), date(2023, 6, 30), date(2023, 12, 31)]
    assert go_on(date(2023, 12, 31)) == []
    numbers = Milestone.objects.filter(series=world.milestone(5, 2)).values_list("occurrence", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4]


def test_a_moved_occurrence_does_not_move_the_ones_after_it(world):
    (first,) = Milestone.objects.filter(series=world.milestone(5, 2))
    move_date(milestone=first, to=date(2022, 9, 30), by=PROGRAM, at=world.now, **AGREED)

    (second,) = continue_series(plan=world.plan, upto=date(2022, 12, 31), by=PROGRAM, at=world.now)
    assert second.agreed_due == date(2022, 12, 31)


def test_an_ended_series_makes_no_more_and_keeps_what_it_made(world):
    series = world.milestone(5, 2)
    with refused("decision_reference"):
        end_series(milestone=series, decision_reference="", reason="Enough", by=PROGRAM, at=world.now)
    end_series(milestone=series, decision_reference="SG 9", reason="Enough", by=PROGRAM, at=world.now)

    assert continue_series(plan=world.plan, upto=date(2030, 1, 1), by=PROGRAM, at=world.now) == []
    assert Milestone.objects.get(series=series).is_open
    with refused("", match="still runs"):
        end_series(milestone=series, decision_reference="SG 9", reason="Enough", by=PROGRAM, at=world.now)
    with refused("", match="still runs"):
        end_series(milestone=world.milestone(2), decision_reference="SG 9", reason="?", by=PROGRAM, at=world.now)


def test_the_series_of_a_finished_activity_rests(world):
    closed = Statement(DeliveryStatus.NOT_DELIVERED, what_became="Carried over", decision_reference="SG 7")
    update_status(activity=world.activity(5), statement=closed, by=PROGRAM, at=world.now)

    assert continue_series(plan=world.plan, upto=date(2030, 1, 1), by=PROGRAM, at=world.now) == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 12, 31), 6, date(2022, 6, 30)),
        (date(2022, 6, 30), 6, date(2022, 12, 31)),
        (date(2021, 11, 30), 3, date(2022, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2022, 1, 30), 1, date(2022, 2, 28)),
        (date(2022, 1, 15), 1, date(2022, 2, 15)),
        (date(2021, 12, 1), 12, date(2022, 12, 1)),
    ],
)
def test_so_many_months_later_a_month_end_stays_a_month_end(day, months, later):
    assert add_months(day, months) == later


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_months_later_lies_in_the_month_so_many_later_and_never_past_its_day(day, months):
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    month_end = (day + timedelta(days=1)).day == 1
    assert later.day <= day.day or month_end
    assert ((later + timedelta(days=1)).day == 1) or not month_end
