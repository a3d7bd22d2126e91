"""Working days: weekends, national holidays with Matariki, the summer recess, and an installation's own days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.working_days import Calendar

NATIONAL = Calendar()
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
counts = st.integers(0, 40)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2022, 2, 4), True),  # a Friday
        (date(2022, 2, 5), False),  # a Saturday
        (date(2022, 2, 7), False),  # Waitangi Day 2022 fell on a Sunday: observed on Monday
        (date(2022, 4, 15), False),  # Good Friday
        (date(2022, 4, 25), False),  # Anzac Day
        (date(2022, 6, 24), False),  # Matariki, for the first time
        (date(2023, 7, 14), False),  # Matariki moves
        (date(2023, 6, 23), True),
        (date(2022, 9, 26), False),  # Queen Elizabeth II Memorial Day, once
        (date(2022, 1, 24), True),  # Wellington's anniversary is provincial
        (date(2021, 12, 24), True),
        (date(2021, 12, 29), False),  # the recess
        (date(2022, 1, 14), False),
        (date(2022, 1, 17), True),
    ],
)
def test_which_days_count(day: date, works: bool) -> None:
    assert NATIONAL.is_working_day(day) is works


@pytest.mark.parametrize(
    ("quarter_ends", "due"),
    [
        (date(2021, 9, 30), date(2021, 10, 14)),
        (date(2021, 12, 31), date(2022, 1, 28)),  # the recess ends on 15 January
        (date(2022, 3, 31), date(2022, 4, 14)),
        (date(2022, 6, 30), date(2022, 7, 14)),
        (date(2023, 6, 30), date(2023, 7, 17)),  # Matariki, 14 July 2023, does not count
    ],
)
def test_ten_working_days_after_a_quarter_ends(quarter_ends: date, due: date) -> None:
    assert NATIONAL.after(quarter_ends, 10) == due


def test_an_installation_closes_on_days_of_its_own() -> None:
    own = Calendar.closed_on([date(2021, 10, 14)])

    assert own.after(date(2021, 9, 30), 10) == date(2021, 10, 15)
    assert not own.is_working_day(date(2021, 10, 14))


def test_working_days_are_counted_forwards_only() -> None:
    with pytest.raises(ValueError, match="forwards"):
        NATIONAL.after(date(2022, 2, 1), -1)


@pytest.mark.parametrize(
    ("day", "left"),
    [
        (date(2022, 1, 14), 10),
        (date(2022, 1, 25), 3),
        (date(2022, 1, 28), 0),
        (date(2022, 1, 29), 0),
        (date(2022, 1, 31), -1),
        (date(2022, 2, 4), -5),
    ],
)
def test_how_many_are_left_until_a_day(day: date, left: int) -> None:
    assert NATIONAL.until(day, date(2022, 1, 28)) == left


@given(days, counts)
def test_what_is_so_many_working_days_later_is_that_far_away(day: date, count: int) -> None:
    later = NATIONAL.after(day, count)

    assert NATIONAL.until(day, later) == count
    assert count == 0 or NATIONAL.is_working_day(later)


@given(days, counts)
def test_one_more_working_day_is_a_later_day(day: date, count: int) -> None:
    assert NATIONAL.after(day, count) < NATIONAL.after(day, count + 1)


@given(days)
def test_no_stretch_of_the_recess_and_its_weekends_is_longer_than_a_month(day: date) -> None:
    assert NATIONAL.after(day, 1) - day <= timedelta(days=26)
