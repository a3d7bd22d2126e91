"""What the dates say on a day: the one annotation, held against the plan's own figures and an independent count."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.actions.milestones import add_milestone, correct_delivery, move_date, remove_milestone
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.comparison import compare
from activities.comparison.kinds import NEWLY_OVERDUE
from activities.due_states import AGEING, SEVERITY, DueState, in_words, lateness
from activities.models import Milestone, MilestoneKind
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.world import PROGRAM, moment
from tnoc_tracker.record.writing import record

START = date(2021, 7, 1)


def on(world, day: date) -> Reading:
    """The plan now, lateness counted on a day."""
    return Reading(world.plan, day)


def of(reading: Reading, key: str | int):
    """An activity of a reading, with its due state."""
    return reading.all_activities.get(key=str(key))


def days_late(row) -> int:
    """Days of lateness of an activity or a milestone as a page counts them."""
    if hasattr(row, "due_on"):
        return lateness(row.due_on, row.due_counted_on)
    return lateness(row.agreed_due, row.counted_on)


def say(world, key, status: DeliveryStatus, day: date, **words) -> None:
    """A status update by the Secretariat on a day."""
    defaults = {"what_was_done": "Work", "what_changed": "Much", "decision_reference": "SG 1", "explanation": "Late"}
    statement = Statement(status, **{**defaults, **words})
    update_status(activity=world.activity(key), statement=statement, by=PROGRAM, at=moment(day))


# The plan's own figures -----------------------------------------------------------------------------------------


def test_on_15_february_2022_a_plan_on_which_nothing_was_done_is_as_late_as_the_plan_says(world):
    overdue = world.reading.milestones.filter(due_state=DueState.OVERDUE)

    counted = Counter((row.is_start, days_late(row)) for row in overdue)
    assert counted == {(False, 138): 3, (False, 46): 6, (True, 46): 1}


def test_the_overdue_milestones_are_the_ones_of_the_first_two_quarters(world):
    keys = {activity.id: activity.key for activity in world.reading.activities}
    overdue = [(keys[row.activity_id], row.name) for row in world.reading.milestones.filter(due_state="overdue")]

    assert sorted(overdue, key=lambda pair: int(pair[0])) == [
        ("1", "Delivery"),
        ("2", "Delivery"),
        ("5", "Developed"),
        ("7", "Strategy endorsed"),
        ("10", "Delivery"),
        ("13", "Programme implementation"),
        ("14", "Delivery"),
        ("16", "Part 1"),
        ("16", "Part 2"),
        ("18", "Delivery"),
    ]


def test_an_activity_takes_its_worst_milestone_the_most_days_first(world):
    sixteen = of(world.reading, 16)

    assert (sixteen.due_state, days_late(sixteen)) == (DueState.OVERDUE, 138)


def test_the_overdue_list_has_the_oldest_first_and_then_the_plan_order(world):
    keys = [row.key for row in world.reading.activities.overdue().worst_first()]

    assert keys == ["1", "14", "16", "2", "5", "7", "10", "13", "18"]


def test_every_milestone_has_exactly_one_due_state(world):
    states = Counter(row.due_state for row in world.reading.milestones.live())

    assert states == {
        DueState.OVERDUE: 10,
        DueState.DUE_THIS_QUARTER: 6,
        DueState.DUE_NEXT_QUARTER: 6,
        DueState.NO_DATE: 2,
    }


# Boundary days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state", "days"),
    [
        (date(2021, 6, 30), DueState.LATER, 0),
        (date(2021, 7, 1), DueState.DUE_NEXT_QUARTER, 0),
        (date(2021, 9, 30), DueState.DUE_NEXT_QUARTER, 0),
        (date(2021, 10, 1), DueState.DUE_THIS_QUARTER, 0),
        (date(2021, 12, 31), DueState.DUE_THIS_QUARTER, 0),
        (date(2022, 1, 1), DueState.OVERDUE, 1),
        (date(2022, 2, 15), DueState.OVERDUE, 46),
        (date(2024, 2, 29), DueState.OVERDUE, 790),
    ],
)
def test_a_deadline_is_met_up_to_and_including_its_last_day(world, day, state, days):
    two = of(on(world, day), 2)

    assert (two.due_state, days_late(two)) == (state, days)


@pytest.mark.parametrize(
    ("delivered", "state", "days"),
    [
        (date(2021, 12, 30), DueState.DELIVERED_ON_TIME, 0),
        (date(2021, 12, 31), DueState.DELIVERED_ON_TIME, 0),
        (date(2022, 1, 1), DueState.DELIVERED_LATE, 1),
        (date(2022, 2, 15), DueState.DELIVERED_LATE, 46),
    ],
)
def test_a_delivery_is_on_time_up_to_and_including_the_agreed_day(world, delivered, state, days):
    correct_delivery(milestone=world.milestone(2), delivered_on=delivered, reason="Published", by=PROGRAM, at=world.now)

    two = of(world.reading, 2)
    assert (two.due_state, days_late(two)) == (state, days)


# Moved, paused, finished, removed, withheld -----------------------------------------------------------------------


def test_a_moved_date_counts_from_the_agreed_day_and_keeps_the_original(world):
    move_date(
        milestone=world.milestone(2),
        to=date(2022, 2, 14),
        reason="The printer is late",
        asked_by="Secretariat",
        agreed_by="Steering Group",
        by=PROGRAM,
        at=world.now,
    )

    row = world.reading.milestones.get(id=world.milestone(2).id)
    assert (row.due_state, days_late(row), row.original_due) == (DueState.OVERDUE, 1, date(2021, 12, 31))


def test_a_paused_activity_leaves_the_headline_count_and_stands_beside_it(world):
    before = world.reading.activities.overdue().order_by().count()
    say(world, 14, DeliveryStatus.PAUSED, world.today, review_date=date(2022, 4, 1))

    fourteen = of(world.reading, 14)
    assert (fourteen.due_state, days_late(fourteen)) == (DueState.OVERDUE_PAUSED, 138)
    assert world.reading.activities.overdue().order_by().count() == before - 1
    assert fourteen in world.reading.activities.past_due()


def test_a_pause_says_nothing_of_dates_that_lie_ahead(world):
    say(world, 12, DeliveryStatus.PAUSED, world.today, review_date=date(2022, 4, 1))

    assert of(world.reading, 12).due_state == DueState.DUE_THIS_QUARTER


def test_a_finished_activity_is_never_overdue_and_keeps_for_ever_how_late_it_was(world):
    say(world, 14, DeliveryStatus.NOT_DELIVERED, world.today, what_became="Carried to the next plan")

    for day in (world.today, date(2022, 6, 30), date(2026, 1, 1)):
        fourteen = of(on(world, day), 14)
        assert (fourteen.due_state, days_late(fourteen)) == (DueState.CLOSED, 138)
        assert fourteen not in on(world, day).activities.past_due()


def test_an_activity_delivered_late_says_how_late_its_latest_milestone_was(world):
    for position, delivered in ((1, date(2021, 10, 1)), (2, date(2022, 2, 1)), (3, date(2022, 2, 10))):
        correct_delivery(
            milestone=world.milestone(16, position), delivered_on=delivered, reason="Done", by=PROGRAM, at=world.now
        )
    fourth = world.milestone(16, 4)
    remove_milestone(milestone=fourth, decision_reference="SG 2", reason="Merged", by=PROGRAM, at=world.now)

    sixteen = of(world.reading, 16)
    assert (sixteen.due_state, sixteen.due_on, days_late(sixteen)) == (
        DueState.DELIVERED_LATE,
        date(2021, 12, 31),
        32,
    )


def test_a_removed_milestone_stays_visible_and_counts_nowhere(world):
    milestone = world.milestone(14)
    remove_milestone(milestone=milestone, decision_reference="SG 2", reason="Merged", by=PROGRAM, at=world.now)

    assert world.reading.milestones.get(id=milestone.id).due_state == DueState.REMOVED
    assert of(world.reading, 14).due_state == DueState.NO_DATE
    assert milestone not in world.reading.milestones.live()


def test_a_series_counts_by_its_occurrences_only(world):
    series = world.milestone(5, 2)

    assert series not in world.reading.milestones.live()
    occurrence = world.reading.milestones.get(series_id=series.id)
    assert (occurrence.agreed_due, occurrence.due_state) == (date(2022, 6, 30), DueState.DUE_NEXT_QUARTER)


def test_a_series_with_a_first_date_is_never_late_itself(world):
    first = {"kind": MilestoneKind.RECURRING, "label": "Newsletter", "due": date(2022, 1, 31), "interval_months": 3}
    told = {"by": PROGRAM, "at": moment(date(2021, 8, 1))}
    series = add_milestone(activity=world.activity(2), reason="Asked", **first, **told)
    late = on(world, world.today).milestones.overdue()

    assert series.id not in late.values_list("id", flat=True)
    assert late.filter(series=series).values_list("agreed_due", flat=True).get() == date(2022, 1, 31)
    newly = compare(Reading.on_day(world.plan, date(2022, 1, 31)), on(world, world.today)).of(NEWLY_OVERDUE)
    assert [each.what for each in newly] == ["Newsletter 1"]


def test_what_is_to_be_decided_or_external_is_never_overdue(world):
    for day in (START, world.today, date(2030, 1, 1)):
        undated = on(world, day).milestones.filter(kind__in=["to_be_decided", "external"])
        assert [row.due_state for row in undated] == [DueState.NO_DATE, DueState.NO_DATE]


def test_a_withheld_timeframe_is_withheld_and_neither_overdue_nor_without_a_date(world):
    for day in (START, world.today, date(2030, 1, 1)):
        states = {row.key: row.due_state for row in on(world, day).activities.filter(timeframe_withheld=True)}
        assert states == {"20": DueState.WITHHELD, "row-21": DueState.WITHHELD}
    assert not world.reading.milestones.filter(activity_id__in=[of(world.reading, 20).id]).exists()


def test_milestones_of_a_withdrawn_activity_count_nowhere(world):
    withdraw_activity(activity=world.activity(14), reason="Merged into 15", by=PROGRAM, at=world.now)

    counted = Counter(days_late(row) for row in world.reading.milestones.filter(due_state=DueState.OVERDUE))
    assert counted == {138: 2, 46: 7}


# In words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "days", "is_start", "words"),
    [
        (DueState.OVERDUE, 46, False, "46 days overdue"),
        (DueState.OVERDUE, 1, False, "1 day overdue"),
        (DueState.OVERDUE, 46, True, "not begun, 46 days"),
        (DueState.OVERDUE_PAUSED, 138, False, "paused, 138 days past its date"),
        (DueState.DELIVERED_LATE, 1, False, "delivered 1 day late"),
        (DueState.DELIVERED_LATE, 3, True, "begun 3 days late"),
        (DueState.DELIVERED_ON_TIME, 0, True, "begun on time"),
        (DueState.CLOSED, 0, False, "closed undelivered"),
        (DueState.CLOSED, 12, False, "closed undelivered, 12 days late"),
        (DueState.DUE_THIS_QUARTER, 0, False, "due this quarter"),
        (DueState.NO_DATE, 0, False, "no date"),
    ],
)
def test_a_due_state_is_a_phrase(state, days, is_start, words):
    assert in_words(state, days, is_start=is_start) == words


@given(st.integers(1, 5000))
def test_every_number_of_days_late_falls_into_exactly_one_band(days):
    assert sum(band.holds(days) for band in AGEING) == 1


@given(st.none() | st.dates(), st.none() | st.dates())
def test_lateness_is_never_negative_and_needs_both_days(agreed, counted_on):
    expected = 0 if agreed is None or counted_on is None or counted_on <= agreed else (counted_on - agreed).days

    assert lateness(agreed, counted_on) == expected


# Held against an independent count ----------------------------------------------------------------------------------

DAYS = st.dates(date(2021, 6, 1), date(2022, 9, 30))
NEAR_QUARTERS = st.sampled_from([date(2021, 9, 30), date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30)])
DEADLINES = NEAR_QUARTERS | st.builds(lambda day, off: day + timedelta(days=off), NEAR_QUARTERS, st.integers(-1, 1))


@dataclass(frozen=True)
class Spec:
    """One milestone as generated."""

    kind: str
    agreed: date | None
    delivered: date | None
    removed: bool


def _spec(kind: str, agreed: date, delivered: date | None, removed: bool) -> Spec:
    return Spec(kind, None if kind in ("to_be_decided", "external") else agreed, delivered, removed)


SPECS = st.builds(
    _spec,
    st.sampled_from(["due", "due", "start", "to_be_decided", "external", "recurring"]),
    DEADLINES | DAYS,
    st.none() | st.none() | DAYS,
    st.sampled_from([False, False, False, True]),
)


def naive(spec: Spec, status: str, finished_on: date | None, day: date) -> tuple[str, int]:
    """The due state and days late of one milestone, counted by hand."""
    if spec.removed:
        return "removed", 0
    if spec.delivered:
        days = (spec.delivered - spec.agreed).days if spec.agreed else 0
        return ("delivered_late", days) if days > 0 else ("delivered_on_time", 0)
    if finished_on:
        return "closed", max(0, (finished_on - spec.agreed).days) if spec.agreed else 0
    if spec.agreed is None or spec.kind == "recurring":  # a series is not late: its occurrences are
        return "no_date", 0
    if day > spec.agreed:
        return "overdue_paused" if status == "paused" else "overdue", (day - spec.agreed).days
    ahead = _quarter_count(spec.agreed) - _quarter_count(day)
    return {0: "due_this_quarter", 1: "due_next_quarter"}.get(ahead, "later"), 0


def _quarter_count(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def naive_worst(specs: list[Spec], status: str, finished_on: date | None, day: date) -> tuple[str, int]:
    """The due state and days late of the whole activity, counted by hand."""
    live = [naive(spec, status, finished_on, day) for spec in specs if not spec.removed and spec.kind != "recurring"]
    if not live:
        return "no_date", 0
    order = [
        "overdue",
        "overdue_paused",
        "due_this_quarter",
        "due_next_quarter",
        "later",
        "no_date",
        "closed",
        "delivered_late",
        "delivered_on_time",
    ]
    return min(live, key=lambda found: (order.index(found[0]), -found[1]))


@contextmanager
def taken_back():
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(world, key: str, specs: list[Spec], status: str, finished_on: date | None) -> dict[int, Spec]:
    """Put generated milestones in place of an activity's own; a removed milestone is out of the way."""
    activity = world.activity(key)
    activity.status, activity.finished_on = status, finished_on
    activity.review_date = date(2023, 1, 1) if status == "paused" else None
    record(activity, by=PROGRAM.actor, at=world.now)
    for own in Milestone.objects.filter(activity=activity):
        own.removed_on, own.decision_reference = world.today, "test"
        record(own, by=PROGRAM.actor, at=world.now)
    written = {}
    for position, spec in enumerate(specs, start=50):
        row = Milestone(
            activity=activity,
            position=position,
            kind=spec.kind,
            label=f"M{position}",
            original_due=spec.agreed,
            agreed_due=spec.agreed,
            delivered_on=spec.delivered,
            removed_on=world.today if spec.removed else None,
            decision_reference="test" if spec.removed else "",
            interval_months=6 if spec.kind == "recurring" else None,
        )
        record(row, by=PROGRAM.actor, at=world.now)
        written[row.id] = spec
    return written


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    specs=st.lists(SPECS, max_size=8),
    status=st.sampled_from(["not_started", "on_track", "paused", "completed", "not_delivered"]),
    finished=DAYS,
    day=DAYS,
)
def test_the_annotation_agrees_with_a_count_by_hand_now_and_in_the_history(world, specs, status, finished, day):
    finished_on = finished if status in ("completed", "not_delivered") else None
    with taken_back():
        written = write(world, "16", specs, status, finished_on)
        for reading in (Reading(world.plan, day), Reading(world.plan, day, at=moment(world.today, 11))):
            rows = reading.milestones.filter(id__in=written)
            found = {row.id: (row.due_state, _days(row.due_state, days_late(row))) for row in rows}
            assert found == {key: naive(spec, status, finished_on, day) for key, spec in written.items()}
            whole = of(reading, 16)
            assert (whole.due_state, _days(whole.due_state, days_late(whole))) == naive_worst(
                specs, status, finished_on, day
            )
            assert whole.severity == SEVERITY[DueState(whole.due_state)]


def _days(state: str, days: int) -> int:
    """Days late, for the states that have any."""
    return days if state in ("overdue", "overdue_paused", "delivered_late", "closed") else 0
