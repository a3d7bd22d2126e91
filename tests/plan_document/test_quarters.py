"""Days, fiscal years and fiscal quarters."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.quarters import (
    AUCKLAND,
    FiscalQuarter,
    FiscalYear,
    day_of,
    end_of_day,
    long_date,
    start_of_day,
)

MONTHS = st.integers(1, 12)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_the_four_quarters_of_fy2021_22_begin_and_end_as_the_plan_says():
    quarters = FiscalYear(2021).quarters
    assert [(quarter.first_day, quarter.last_day) for quarter in quarters] == [
        (date(2021, 7, 1), date(2021, 9, 30)),
        (date(2021, 10, 1), date(2021, 12, 31)),
        (date(2022, 1, 1), date(2022, 3, 31)),
        (date(2022, 4, 1), date(2022, 6, 30)),
    ]


def test_a_quarter_is_written_with_its_deadline():
    quarter = FiscalQuarter(FiscalYear(2021), 2)
    assert str(quarter) == "Q2 FY2021/22"
    assert quarter.long == "Q2 FY2021/22 (to 31 December 2021)"
    assert quarter.key == "2021-22-q2"


def test_a_fiscal_year_is_written_with_both_its_years():
    assert FiscalYear(2021).label == "2021/22"
    assert str(FiscalYear(1999)) == "FY1999/00"
    assert (FiscalYear(2021).first_day, FiscalYear(2021).last_day) == (date(2021, 7, 1), date(2022, 6, 30))


def test_a_fiscal_year_that_is_the_calendar_year_is_written_with_one():
    year = FiscalYear(2022, starts_in=1)
    assert (year.label, str(year), year.quarters[1].key) == ("2022", "FY2022", "2022-q2")
    assert (year.first_day, year.last_day) == (date(2022, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize("starts_in", range(1, 13))
def test_every_boundary_day_of_every_quarter_belongs_to_its_quarter(starts_in):
    for start_year in (1999, 2000, 2021, 2023, 2024, 2099):
        year = FiscalYear(start_year, starts_in)
        assert year.quarters[0].first_day == year.first_day
        assert year.quarters[3].last_day == year.last_day
        for quarter in year.quarters:
            assert FiscalQuarter.of(quarter.first_day, starts_in) == quarter
            assert FiscalQuarter.of(quarter.last_day, starts_in) == quarter
            day_before, day_after = quarter.first_day - timedelta(days=1), quarter.last_day + timedelta(days=1)
            assert FiscalQuarter.of(day_before, starts_in) == quarter.previous()
            assert FiscalQuarter.of(day_after, starts_in) == quarter.next()


@given(DAYS, MONTHS)
def test_every_day_lies_in_exactly_one_quarter_of_three_whole_months(day, starts_in):
    quarter = FiscalQuarter.of(day, starts_in)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.year == FiscalYear.of(day, starts_in)
    assert quarter.first_day.day == 1
    assert 88 <= (quarter.last_day - quarter.first_day).days <= 91
    assert quarter.next().first_day == quarter.last_day + timedelta(days=1)
    assert quarter.next().previous() == quarter


@given(DAYS, MONTHS)
def test_what_is_written_is_read_back(day, starts_in):
    quarter = FiscalQuarter.of(day, starts_in)
    assert FiscalQuarter.parse(str(quarter), starts_in) == quarter
    assert FiscalQuarter.parse_key(quarter.key, starts_in) == quarter
    assert FiscalYear.parse(str(quarter.year), starts_in) == quarter.year
    assert FiscalYear.parse(quarter.year.label, starts_in) == quarter.year


@given(DAYS, DAYS, MONTHS)
def test_quarters_and_years_order_as_their_days_do(one, other, starts_in):
    first, second = sorted([one, other])
    assert FiscalQuarter.of(first, starts_in) <= FiscalQuarter.of(second, starts_in)
    assert FiscalYear.of(first, starts_in) <= FiscalYear.of(second, starts_in)


@pytest.mark.parametrize(
    "text",
    [
        "FY2021/22",
        "2021/22",
        "2021/2022",
        "2021-22",
        "2021–22",
        "FY 2021/22",
        "FY21/22",
        " fy2021/22 ",
        "fiscal year 2021/22",
        "financial year 2021/2022",
    ],
)
def test_a_fiscal_year_is_read_in_its_usual_spellings(text):
    assert FiscalYear.parse(text) == FiscalYear(2021)


def test_a_fiscal_year_that_is_a_calendar_year_is_read_from_one_year():
    assert FiscalYear.parse("FY2022", 1) == FiscalYear.parse("2022", 1) == FiscalYear(2022, 1)


@pytest.mark.parametrize("text", ["", "FY", "FY22", "2022", "2021/23", "2021/2023", "2021/222", "soon", "²021/22"])
def test_what_is_no_fiscal_year_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"\.$"):
        FiscalYear.parse(text)


def test_two_years_are_refused_where_a_fiscal_year_is_one():
    with pytest.raises(ValueError, match="names two years"):
        FiscalYear.parse("2021/22", 1)


@pytest.mark.parametrize("text", ["Q2 FY2021/22", "q2 2021/22", "Q2, FY2021/22", "Quarter 2 of FY2021/22"])
def test_a_quarter_is_read_in_its_usual_spellings(text):
    assert FiscalQuarter.parse(text) == FiscalQuarter(FiscalYear(2021), 2)


@pytest.mark.parametrize("text", ["", "Q2", "Q5 FY2021/22", "Q0 FY2021/22", "Q2 soon", "FY2021/22"])
def test_what_is_no_quarter_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"\.$"):
        FiscalQuarter.parse(text)


@pytest.mark.parametrize("key", ["", "2021-q2", "2021-22", "2021-22-q5", "2021-23-q2", "2021-22-Q2", "2021/22-q2"])
def test_what_is_no_key_is_refused_with_a_sentence(key):
    with pytest.raises(ValueError, match=r"\.$"):
        FiscalQuarter.parse_key(key)


def test_nonsense_years_months_and_numbers_are_refused():
    for start_year, starts_in in [(2021, 0), (2021, 13), (999, 7), (9999, 7)]:
        with pytest.raises(ValueError, match="A fiscal year starts in"):
            FiscalYear(start_year, starts_in)
    for number in (0, 5):
        with pytest.raises(ValueError, match="quarters 1 to 4"):
            FiscalQuarter(FiscalYear(2021), number)
    with pytest.raises(ValueError, match="A fiscal year starts in"):
        FiscalYear(9998).next()


def test_the_day_of_a_moment_is_the_day_in_auckland():
    assert day_of(datetime(2021, 12, 31, 10, 59, tzinfo=UTC)) == date(2021, 12, 31)
    assert day_of(datetime(2021, 12, 31, 11, 0, tzinfo=UTC)) == date(2022, 1, 1)
    assert day_of(datetime(2022, 6, 30, 12, 0, tzinfo=UTC)) == date(2022, 7, 1)
    honolulu = timezone(timedelta(hours=-10))
    assert day_of(datetime(2021, 12, 31, 1, 0, tzinfo=honolulu)) == date(2022, 1, 1)


def test_a_moment_without_a_time_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2021, 12, 31))  # noqa: DTZ001 - the point of the test


@given(DAYS)
def test_a_day_begins_and_ends_in_auckland(day):
    assert day_of(start_of_day(day)) == day_of(end_of_day(day)) == day
    assert start_of_day(day).tzinfo is AUCKLAND
    following = start_of_day(day + timedelta(days=1)).astimezone(UTC)
    assert following - end_of_day(day).astimezone(UTC) == timedelta(microseconds=1)


def test_a_moment_has_no_quarter_before_its_day_is_known():
    moment = datetime(2021, 12, 31, 11, tzinfo=UTC)
    for ask in (FiscalYear.of, FiscalQuarter.of):
        with pytest.raises(ValueError, match="is a moment"):
            ask(moment)


def test_a_date_is_written_day_first_in_words():
    assert long_date(date(2021, 12, 31)) == "31 December 2021"
    assert long_date(date(2022, 7, 1)) == "1 July 2022"
