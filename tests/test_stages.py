"""The stages of an open return over every kind of day, and the topics that keep people from being told twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.stages import Topic, stage_on, summary_topic
from activities.working_days import Calendar

CALENDAR = Calendar()
DAY = timedelta(days=1)
DUE = date(2022, 1, 28)


@pytest.mark.parametrize(
    ("on", "due_on", "stage"),
    [
        # Due on 28 January 2022: the recess from 25 December to 15 January does not count.
        (date(2021, 12, 23), DUE, ""),
        (date(2021, 12, 24), DUE, "due-10"),
        (date(2021, 12, 31), DUE, "due-10"),
        (date(2022, 1, 1), DUE, "due-10"),
        (date(2022, 1, 24), DUE, "due-10"),
        (date(2022, 1, 25), DUE, "due-3"),
        (date(2022, 1, 27), DUE, "due-3"),
        (date(2022, 1, 28), DUE, "due-0"),
        (date(2022, 1, 29), DUE, "due-0"),
        (date(2022, 2, 3), DUE, "due-0"),
        (date(2022, 2, 4), DUE, "late-1"),
        (date(2022, 2, 10), DUE, "late-1"),
        (date(2022, 2, 11), DUE, "late-2"),
        # A day that is no working day is reached on the last one before it.
        (date(2022, 2, 18), date(2022, 2, 20), "due-0"),
        # Matariki, 24 June 2022, does not count, and nobody is chased on it.
        (date(2022, 6, 21), date(2022, 6, 28), "due-10"),
        (date(2022, 6, 22), date(2022, 6, 28), "due-3"),
        (date(2022, 6, 24), date(2022, 6, 17), "due-0"),
        (date(2022, 6, 27), date(2022, 6, 17), "late-1"),
        # Nor over the New Year: one reminder for all of it, on the first working day.
        (date(2021, 12, 31), date(2021, 12, 24), "due-0"),
        (date(2022, 1, 16), date(2021, 12, 24), "due-0"),
        (date(2022, 1, 17), date(2021, 12, 24), "late-3"),
        # The last day of a quarter is a day like any other.
        (date(2022, 3, 31), date(2022, 3, 31), "due-0"),
        (date(2022, 4, 1), date(2022, 3, 31), "due-0"),
        # A day of 23 hours (26 September 2021) and one of 25 (3 April 2022) are days.
        (date(2021, 9, 27), date(2021, 9, 20), "late-1"),
        (date(2022, 4, 4), date(2022, 3, 28), "late-1"),
    ],
)
def test_the_latest_stage_that_is_reached(on: date, due_on: date, stage: str) -> None:
    assert stage_on(on, due_on, CALENDAR) == stage


def test_an_installation_s_own_closed_days_do_not_count() -> None:
    assert stage_on(date(2022, 1, 24), DUE, Calendar.closed_on([date(2022, 1, 27)])) == "due-3"


ORDER = ["", "due-10", "due-3", "due-0"]


@given(due_on=st.dates(date(2021, 1, 1), date(2030, 12, 31)), first=st.integers(-60, 60), later=st.integers(0, 30))
def test_a_stage_is_never_taken_back(due_on: date, first: int, later: int) -> None:
    def place(on: date) -> int:
        stage = stage_on(on, due_on, CALENDAR)
        return ORDER.index(stage) if stage in ORDER else 3 + int(stage.removeprefix("late-"))

    on = due_on + first * DAY
    assert place(on) <= place(on + later * DAY)


@pytest.mark.parametrize(
    "key",
    [
        "round-3.1:body-7:opened",
        "round-3.2:body-none:asked-45",
        "round-3.1:body-7:due-3:2022-02-18",
        "round-3.1:body-7:sent-back-12",
        "round-3.1:body-7:escalated:2022-02-18",
    ],
)
def test_a_topic_is_what_its_key_says(key: str) -> None:
    assert str(Topic.parse(key)) == key


@pytest.mark.parametrize("key", ["summary:2022-W07", "", "round-3:body-7:opened", "round-3.1:body-7"])
def test_what_is_about_no_round_is_no_topic_of_one(key: str) -> None:
    assert Topic.parse(key) is None


@pytest.mark.parametrize(
    ("on", "topic"),
    [
        (date(2021, 12, 31), "summary:2021-W52"),
        (date(2022, 1, 2), "summary:2021-W52"),
        (date(2022, 1, 3), "summary:2022-W01"),
        (date(2026, 12, 31), "summary:2026-W53"),
    ],
)
def test_a_week_is_one_from_monday_to_sunday_across_the_new_year(on: date, topic: str) -> None:
    assert summary_topic(on) == topic
