"""The geometry of the charts."""

from datetime import date

import pytest

from activities.charts import BarRow, TimelineMark, TimelineRow, stacked_bar, timeline

FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)
TODAY = date(2022, 2, 15)


def mark(on: date, *, state: str = "to_come", kind: str = "due", original: date | None = None):
    return TimelineMark(kind, state, on, original or on, f"Due {on}")


def row(*marks: TimelineMark) -> TimelineRow:
    return TimelineRow("1", "1", "Expand TNOC governance model", "/1/", False, marks)


def drawn(*marks: TimelineMark, on: date = TODAY):
    return timeline([row(*marks)], FIRST, LAST, on).rows[0].marks


def test_a_bar_shows_the_worst_first_and_leaves_out_what_nobody_has():
    bar = stacked_bar({"on_track": 4, "off_track": 2, "paused": 0, "completed": 2})
    assert [segment.status for segment in bar] == ["off_track", "on_track", "completed"]
    assert [(segment.x, segment.width) for segment in bar] == [(0, 25), (25, 50), (75, 25)]
    assert [segment.in_words for segment in bar] == ["2 off track", "4 on track", "2 completed"]


def test_a_bar_of_nothing_is_empty():
    assert stacked_bar({}) == ()
    assert stacked_bar({"on_track": 0}) == ()


def test_a_bar_refuses_a_negative_count():
    with pytest.raises(ValueError, match="below 0"):
        stacked_bar({"on_track": -1})


def test_a_bar_is_as_wide_as_its_parts_together():
    bar = stacked_bar({"on_track": 1, "off_track": 1, "at_risk": 1})
    assert bar[-1].x + bar[-1].width == pytest.approx(100, abs=0.02)


def test_a_thin_segment_holds_neither_shape_nor_count():
    thin, wide = stacked_bar({"off_track": 1, "on_track": 99})
    assert (thin.holds_shape, thin.holds_count) == (False, False)
    assert (wide.holds_shape, wide.holds_count) == (True, True)


def test_a_segment_leads_to_the_rows_it_counts():
    bar = stacked_bar({"off_track": 1, "on_track": 1}, {"off_track": "/activities/?status=off_track"})
    assert [segment.url for segment in bar] == ["/activities/?status=off_track", ""]


def test_a_row_of_bars_counts_its_segments():
    assert BarRow("UNIFY", stacked_bar({"on_track": 4, "off_track": 2})).total == 6


def test_a_year_has_four_quarters_with_their_months():
    chart = timeline([], FIRST, LAST, TODAY)
    assert [(column.name, column.months, column.x) for column in chart.columns] == [
        ("Q1", "Jul – Sep 2021", 0),
        ("Q2", "Oct – Dec 2021", 25),
        ("Q3", "Jan – Mar 2022", 50),
        ("Q4", "Apr – Jun 2022", 75),
    ]
    assert not chart.is_long
    assert chart.span == 6


def test_a_plan_of_four_years_is_long():
    assert timeline([], date(2026, 7, 1), date(2030, 6, 30), TODAY).is_long


def test_a_fiscal_year_may_be_the_calendar_year():
    columns = timeline([], date(2022, 1, 1), date(2022, 12, 31), TODAY, starts_in=1).columns
    assert columns[0].months == "Jan – Mar 2022"


def test_a_timeline_refuses_to_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        timeline([], LAST, FIRST, TODAY)


@pytest.mark.parametrize(
    ("day", "x"),
    [
        (date(2021, 9, 30), 25.0),
        (date(2021, 12, 31), 50.0),
        (date(2022, 3, 31), 75.0),
        (date(2022, 6, 30), 100.0),
    ],
)
def test_a_quarters_last_day_stands_on_its_right_border(day: date, x: float):
    assert drawn(mark(day))[0].x == x


def test_a_date_outside_stands_at_the_nearest_edge():
    assert [m.x for m in drawn(mark(date(2020, 1, 1)), mark(date(2023, 1, 1)))] == [0.0, 100.0]


def test_today_is_drawn_inside_the_plan_only():
    assert timeline([], FIRST, LAST, TODAY).now == pytest.approx(62.78)
    assert timeline([], FIRST, LAST, date(2022, 7, 1)).now is None
    assert timeline([], FIRST, LAST, date(2021, 6, 30)).now is None


@pytest.mark.parametrize(
    ("on", "anchor"),
    [(date(2021, 7, 1), "start"), (TODAY, "middle"), (date(2022, 6, 30), "end")],
)
def test_the_label_of_today_stays_inside(on: date, anchor: str):
    chart = timeline([], FIRST, LAST, on)
    assert chart.now_anchor == anchor
    assert timeline([], FIRST, LAST, TODAY).now_label == "15 February 2022"


def test_an_overdue_mark_runs_on_to_today_and_counts_its_days():
    late = drawn(mark(date(2021, 9, 30), state="overdue"))[0]
    assert (late.late_to, late.days_late) == (pytest.approx(62.78), 138)


def test_a_delivered_mark_does_not_run_on():
    done = drawn(mark(date(2021, 9, 30), state="delivered"))[0]
    assert (done.late_to, done.days_late) == (None, 0)


def test_a_mark_still_late_after_the_plans_end_runs_to_the_edge():
    late = drawn(mark(LAST, state="overdue"), on=date(2022, 7, 10))[0]
    assert (late.late_to, late.days_late) == (100.0, 10)


def test_a_moved_date_is_drawn_from_the_original_one():
    moved = drawn(mark(date(2022, 3, 31), original=date(2021, 12, 31)))[0]
    assert (moved.slip_from, moved.x) == (50.0, 75.0)


def test_a_date_brought_forward_has_no_slip():
    assert drawn(mark(date(2021, 12, 31), original=date(2022, 3, 31)))[0].slip_from is None


def test_two_marks_of_one_day_stand_side_by_side_in_their_quarter():
    first, second = drawn(mark(date(2021, 12, 31)), mark(date(2021, 12, 31), kind="start"))
    assert second.x == 50.0 or first.x == 50.0
    assert abs(first.x - second.x) == pytest.approx(3.75)
    assert max(first.x, second.x) == 50.0


def test_a_forecast_is_an_arrow_that_goes_on_from_today_where_the_date_has_passed():
    waiting = TimelineMark("due", "overdue", date(2021, 9, 30), date(2021, 9, 30), "Due", forecast=date(2022, 6, 30))
    late = timeline([row(waiting)], FIRST, LAST, TODAY).rows[0].marks[0]
    assert (late.forecast_from, late.forecast) == (pytest.approx(62.78), 100.0)


def test_a_forecast_of_what_is_to_come_is_an_arrow_from_the_agreed_date():
    expected = TimelineMark("due", "to_come", date(2022, 3, 31), date(2022, 3, 31), "Due", forecast=date(2022, 6, 30))
    assert [(m.forecast_from, m.forecast) for m in drawn(expected)] == [(75.0, 100.0)]


def test_a_forecast_that_has_passed_stands_where_it_was():
    passed = TimelineMark("due", "overdue", date(2021, 9, 30), date(2021, 9, 30), "Due", forecast=date(2021, 12, 31))
    assert [(m.forecast_from, m.forecast) for m in drawn(passed)] == [(50.0, 50.0)]


def test_an_earlier_forecast_and_none_draw_no_arrow():
    early = TimelineMark("due", "to_come", date(2022, 3, 31), date(2022, 3, 31), "Due", forecast=date(2021, 12, 31))
    assert [m.forecast for m in drawn(early, mark(date(2022, 6, 30)))] == [None, None]


def test_dates_agreed_between_stand_on_the_way_from_the_original_one():
    days = (date(2021, 9, 30), date(2021, 12, 31), date(2022, 6, 30))
    moved = TimelineMark("due", "to_come", days[2], days[0], "Due", via=(days[1],))
    assert [(m.slip_from, m.via, m.x) for m in drawn(moved)] == [(25.0, (50.0,), 100.0)]


def test_a_pattern_leaves_shape_and_count_free():
    thin, shape, wide = stacked_bar({"off_track": 2, "at_risk": 8, "paused": 90})
    assert [segment.plain_to for segment in (thin, shape, wide)] == [0, 20, 41]
