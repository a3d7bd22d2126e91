"""One plan read now and as at past dates, by the same code: what was known then, named as it was then."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.loading import load_plan
from activities.actions.milestones import move_date
from activities.actions.roles import assign_role, end_role
from activities.actions.status import update_status
from activities.actions.words import edit_words, withdraw_activity
from activities.answering import casts, gaps
from activities.due_states import DueState
from activities.models import Activity, Milestone, Role, RoleKind
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.world import PROGRAM, exchange, moment
from tnoc_tracker.record.days import end_of_day
from tnoc_tracker.record.writing import record

RENAMED = date(2021, 10, 5)
LED_BY_CUSTOMS = date(2021, 11, 10)
WITHDRAWN = date(2021, 12, 1)
STARTED = date(2021, 12, 15)
MOVED = date(2022, 1, 10)
NEW_TITLE = "The New Zealand TNOC Handbook"


@pytest.fixture
def story(world):
    """Half a year of changes: a body renamed, a lead changed, an activity withdrawn, words edited, a date moved."""
    police = world.body("Police")
    police.name, police.short = "Police of Aotearoa", "NZP"
    record(police, by=PROGRAM.actor, at=moment(RENAMED), reason="New name")
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    at = moment(LED_BY_CUSTOMS)
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=at)
    assign_role(
        activity=world.activity(12),
        kind=RoleKind.LEAD,
        body=world.body("Customs"),
        reason="Handed over",
        by=PROGRAM,
        at=at,
    )
    withdraw_activity(activity=world.activity(3), reason="Merged into 4", by=PROGRAM, at=moment(WITHDRAWN))
    started = Statement(DeliveryStatus.ON_TRACK, what_was_done="A first draft")
    update_status(activity=world.activity(2), statement=started, by=PROGRAM, at=moment(STARTED))
    edit_words(
        activity=world.activity(2),
        title=NEW_TITLE,
        description=world.activity(2).description,
        reason="As agencies call it",
        by=PROGRAM,
        at=moment(MOVED),
    )
    move_date(
        milestone=world.milestone(2),
        to=date(2022, 3, 31),
        reason="The printer",
        asked_by="Secretariat",
        agreed_by="Steering Group",
        by=PROGRAM,
        at=moment(MOVED),
    )
    return world


@dataclass(frozen=True)
class Position:
    """What the pages say of the story at the end of a day."""

    police: str = "Police"
    lead_of_12: str = "Police"
    three_present: bool = True
    status_of_2: str = "not_started"
    due_state_of_2: str = DueState.DUE_THIS_QUARTER
    title_of_2: str = "NZ TNOC Handbook"
    updates: int = 0
    moves: int = 0


def position(reading: Reading) -> Position:
    """Read the story through a reading, as pages do."""
    rows = {row.key: row for row in reading.all_activities}
    present = {row.key for row in reading.activities}
    everybody = casts(reading, [row.id for row in rows.values()])
    two = rows["2"]
    police = next(body for body in reading.bodies.values() if body.slug == "police")
    return Position(
        police=police.label,
        lead_of_12=everybody[rows["12"].id].answering_in_words,
        three_present="3" in present,
        status_of_2=two.status,
        due_state_of_2=two.due_state,
        title_of_2=two.heading,
        updates=reading.status_updates.count(),
        moves=reading.date_moves.count(),
    )


LATE = DueState.OVERDUE
TIMELINE = [
    (date(2021, 10, 4), Position()),
    (date(2021, 10, 5), Position(police="NZP", lead_of_12="NZP")),
    (date(2021, 11, 10), Position(police="NZP", lead_of_12="Customs")),
    (date(2021, 12, 1), Position(police="NZP", lead_of_12="Customs", three_present=False)),
    (
        date(2022, 1, 9),
        Position("NZP", "Customs", False, "on_track", LATE, updates=1),
    ),
    (
        date(2022, 1, 10),
        Position("NZP", "Customs", False, "on_track", DueState.DUE_THIS_QUARTER, NEW_TITLE, updates=1, moves=1),
    ),
]


@pytest.mark.parametrize(("day", "expected"), TIMELINE, ids=[str(day) for day, _ in TIMELINE])
def test_a_past_day_shows_what_was_known_at_its_end(story, day, expected):
    assert position(Reading.on_day(story.plan, day)) == expected


def test_now_and_the_end_of_today_say_the_same(story):
    assert position(story.reading) == position(Reading.on_day(story.plan, story.today))


def test_lateness_and_knowledge_are_two_arguments(story):
    before_the_move = Reading(story.plan, date(2022, 2, 15), at=end_of_day(date(2022, 1, 9)))

    two = before_the_move.activities.get(key="2")
    assert (two.due_state, two.due_on) == (DueState.OVERDUE, date(2021, 12, 31))


def test_an_entry_counts_from_the_day_of_its_moment_in_auckland(story):
    late_evening = moment(date(2022, 2, 1), 23)
    statement = Statement(DeliveryStatus.ON_TRACK, what_was_done="More", explanation="Near")
    update_status(activity=story.activity(10), statement=statement, by=PROGRAM, at=late_evening)

    known = [Reading.on_day(story.plan, date(2022, 1, 31)), Reading.on_day(story.plan, date(2022, 2, 1))]
    assert [reading.activities.get(key="10").status for reading in known] == ["not_started", "on_track"]


def test_before_the_plan_was_loaded_nothing_was_known(story):
    reading = Reading.on_day(story.plan, date(2021, 6, 30))

    assert not reading.all_activities.exists()
    assert not reading.milestones.exists()
    assert reading.focus_areas == reading.priority_areas == gaps(reading) == []
    assert reading.bodies == {}


def test_every_table_of_a_past_reading_holds_an_object_once(story):
    reading = Reading.on_day(story.plan, story.today)
    for rows in (reading.all_activities, reading.milestones, reading.roles, reading.parts, reading.status_updates):
        ids = [row.id for row in rows]
        assert len(ids) == len(set(ids)) > 0


def test_what_a_body_answered_for_follows_the_roles_of_the_day(story):
    police, customs = story.body("NZP").id, story.body("Customs").id

    def keys(day, body):
        reading = Reading.on_day(story.plan, day)
        return [row.key for row in reading.activities.filter(reading.answered_by(body))]

    before, after = date(2021, 11, 9), LED_BY_CUSTOMS
    assert (keys(before, police), keys(before, customs)) == (["11", "12", "13", "17"], ["11", "17"])
    assert (keys(after, police), keys(after, customs)) == (["11", "13", "17"], ["11", "12", "17"])


def test_a_past_position_says_so_in_words(story):
    now, then = story.reading, Reading.on_day(story.plan, date(2022, 3, 31))

    assert (now.is_past, now.position_in_words) == (False, "Position now")
    assert (then.is_past, then.position_in_words) == (True, "Position at 31 March 2022, as recorded then")
    assert now.quarter_in_words == "Q3, day 46 of 90"


def test_two_plans_are_read_apart(story):
    second = small_plan(3)

    assert [row.key for row in Reading(second, story.today).activities] == ["1", "2", "3"]
    assert story.reading.activities.count() == 20  # one of the 21 is withdrawn
    assert [gap.activity.key for gap in gaps(Reading(second, story.today))] == ["1"]


def small_plan(rows: int):
    """A second plan with the first rows of the published one."""
    small = deepcopy(exchange())
    small["plan"]["slug"] = f"first-{rows}"
    small["activities"] = small["activities"][:rows]
    small["document"]["other_lines"] = [
        line for line in small["document"]["other_lines"] if line["line"] < small["activities"][-1]["published"]["line"]
    ]
    kept = {(row["focus_area"], row["priority_area"]) for row in small["activities"]}
    small["priority_areas"] = [area for area in small["priority_areas"] if (area["focus_area"], area["title"]) in kept]
    return load_plan(exchange=small, by=PROGRAM, at=moment(date(2021, 7, 2))).plan


def read_everything(reading: Reading) -> int:
    """What pages are made of; the number of activities seen."""
    rows = list(reading.activities)
    list(reading.milestones)
    casts(reading, [row.id for row in rows])
    gaps(reading)
    assert reading.priority_areas
    return len(rows)


@pytest.mark.parametrize("past", [False, True])
def test_the_number_of_queries_does_not_grow_with_the_plan(world, past):
    counted = {}
    for plan in (small_plan(3), world.plan):
        reading = Reading.on_day(plan, world.today) if past else Reading(plan, world.today)
        with CaptureQueriesContext(connection) as queries:
            rows = read_everything(reading)
        counted[rows] = len(queries)

    assert counted == {3: 7, 21: 7}


def test_models_of_a_past_reading_are_history_rows_that_name_themselves_alike(story):
    past = Reading.on_day(story.plan, story.today)
    activity, milestone = past.activities.get(key="2"), past.milestones.get(id=story.milestone(2).id)

    assert str(activity) == str(story.activity(2))
    assert str(milestone) == str(story.milestone(2))
    assert not isinstance(activity, Activity)
    assert not isinstance(milestone, Milestone)
