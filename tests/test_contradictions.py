"""The standing list of contradictions: each is found exactly when it holds, and told in words."""

from datetime import date

import pytest

from activities.actions.milestones import add_milestone, correct_delivery
from activities.contradictions import TABLE, contradicting, marked, told
from activities.models import MilestoneKind
from activities.reading import Reading
from tests.generated import at_risk, completed, half_a_year, not_delivered, on_track, paused, say
from tests.scenes import after
from tests.world import TODAY, moment


def found(reading: Reading) -> dict[str, str]:
    """The contradiction of each activity that is in one."""
    rows = marked(reading, reading.activities)
    return {activity.key: activity.contradiction for activity in rows if activity.contradiction}


def told_of(reading: Reading, key: str) -> str:
    return told(marked(reading, reading.activities).get(key=key), reading)


def test_each_status_is_in_one_contradiction_at_most():
    assert len({entry.status for entry in TABLE}) == len(TABLE)
    assert len({entry.key for entry in TABLE}) == len(TABLE)


def test_a_plan_on_which_nobody_reported_contradicts_wherever_a_date_has_passed(world):
    assert found(world.reading) == dict.fromkeys(["1", "2", "5", "7", "10", "13", "14", "16", "18"], "not_started_late")


def test_on_the_first_day_nothing_contradicts(world):
    assert found(Reading(world.plan, date(2021, 7, 1))) == {}


def test_not_started_contradicts_from_the_day_after_the_date(world):
    assert "14" not in found(Reading(world.plan, date(2021, 9, 30)))
    assert found(Reading(world.plan, date(2021, 10, 1)))["14"] == "not_started_late"


def test_not_started_contradicts_where_the_start_has_passed_even_if_it_is_met(world):
    correct_delivery(
        milestone=world.milestone(13),
        delivered_on=date(2021, 12, 6),
        reason="Begun in Apia",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert found(world.reading)["13"] == "not_started_late"
    assert told_of(world.reading, "13") == "Not started, but the date by which it was to begin has passed"


def test_a_start_not_begun_is_told_as_a_start(world):
    assert told_of(world.reading, "13") == "Not started, but the date by which it was to begin has passed"
    say(world, 13, TODAY, on_track(explanation="Two people are to be hired."))
    assert told_of(world.reading, "13") == "On track, but not begun 46 days after its date"


def test_on_track_but_overdue(world):
    say(world, 10, TODAY, on_track(explanation="The paper is with the chair."))
    assert found(world.reading)["10"] == "on_track_overdue"
    assert told_of(world.reading, "10") == "On track, but 46 days overdue"


def test_at_risk_contradicts_when_the_next_quarter_begins_without_an_update(world):
    say(world, 12, date(2021, 12, 31), at_risk())
    assert "12" not in found(Reading(world.plan, date(2021, 12, 31)))
    assert found(Reading(world.plan, date(2022, 1, 1)))["12"] == "at_risk_silent"
    words = "At risk, but not reported on this quarter; last on 31 December 2021"
    assert told_of(world.reading, "12") == words
    say(world, 12, date(2022, 1, 1), at_risk())
    assert "12" not in found(world.reading)


def test_a_pause_contradicts_from_the_day_after_its_review(world):
    say(world, 3, date(2022, 1, 10), paused(review=date(2022, 2, 15)))
    assert "3" not in found(world.reading)
    after = Reading(world.plan, date(2022, 2, 16))
    assert found(after)["3"] == "paused_past_review"
    assert told_of(after, "3") == "Paused, but its review was due on 15 February 2022"


def test_completed_contradicts_where_a_milestone_was_added_since(world):
    say(world, 14, date(2021, 9, 24), completed(date(2021, 9, 23)), met={1: date(2021, 9, 23)})
    assert "14" not in found(world.reading)
    add_milestone(
        activity=world.activity(14),
        kind=MilestoneKind.TO_BE_DECIDED,
        label="Second edition",
        due=None,
        reason="Asked for by the Steering Group",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert found(world.reading)["14"] == "completed_open"
    assert told_of(world.reading, "14") == "Completed, but a milestone is still open"


def test_what_is_off_track_or_closed_without_delivery_contradicts_nothing(world):
    say(world, 1, TODAY, not_delivered())
    assert "1" not in found(world.reading)
    assert told_of(world.reading, "1") == ""


@after(half_a_year)
@pytest.mark.parametrize("day", [date(2021, 9, 30), date(2021, 12, 31), date(2022, 1, 31), TODAY, date(2022, 7, 1)])
def test_the_filter_finds_what_is_marked_now_and_as_known_then(world, day):
    for reading in (Reading(world.plan, day), Reading.on_day(world.plan, day)):
        keys = set(reading.activities.filter(contradicting(reading)).values_list("key", flat=True))
        assert keys == set(found(reading))


@after(half_a_year)
def test_a_past_position_knows_only_what_was_said_by_then(world):
    then = Reading.on_day(world.plan, date(2022, 2, 2))
    assert found(then)["10"] == "not_started_late"
    assert found(Reading.on_day(world.plan, TODAY))["10"] == "on_track_overdue"


def test_a_moment_within_the_quarters_first_day_counts_in_auckland(world):
    say(world, 12, date(2022, 1, 1), at_risk())
    assert world.activity(12).reported_at == moment(date(2022, 1, 1))
    assert moment(date(2022, 1, 1)).utctimetuple().tm_mday == 31
    assert "12" not in found(world.reading)
