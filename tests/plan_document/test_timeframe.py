"""Timeframe cells: what is due when."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document.milestones import Milestone
from activities.plan_document.time_expressions import find_expressions
from activities.plan_document.timeframe import read_timeframe
from activities.quarters import FiscalYear

Q1, Q2, Q3, Q4 = (quarter.last_day for quarter in FiscalYear(2021).quarters)
YEAR = FiscalYear(2021)


def read(cell, *, starts_in=7, plan_year=YEAR):
    return read_timeframe(cell, starts_in=starts_in, plan_year=plan_year)


def brief(cell, **options):
    """Kind, label and date (or interval) of each milestone of a cell that is understood."""
    timeframe = read(cell, **options)
    assert timeframe.unread == ()
    return [(one.kind, one.label, one.interval_months or one.due) for one in timeframe.milestones]


@pytest.mark.parametrize(
    "cell",
    [
        "Q2 FY2021/22",
        "Q2 2021/22",
        "by Q2 FY2021/22",
        "In Q2, FY2021/22",
        "Q2 of FY2021/22",
        "FY2021/22 Q2",
        "FY2021/22 (Q2)",
        "Q2 (FY2021/22)",
        "Quarter 2 FY2021/22",
        "second quarter of FY2021/22",
        "Q2 FY 2021-22",
        "By the end of Q2 FY2021/22",
        "during the 2nd quarter of the fiscal year 2021/22",
        "Q2 FY21/22",
        "Q2 FY2021/2022",
        "no later than Q2 FY2021/22",
        "due by Q2 FY2021/22",
        "end of Q2 FY2021/22",
        "within Q2 FY2021–22",
        "Q2",
    ],
)
def test_a_quarter_is_due_on_its_last_day_however_it_is_put(cell):
    (milestone,) = read(cell).milestones
    assert read(cell).unread == ()
    assert (milestone.kind, milestone.label, milestone.fiscal_year) == ("due", None, "2021/22")
    assert (milestone.quarter, milestone.due, milestone.as_published) == (2, Q2, cell)


@pytest.mark.parametrize(
    "cell", ["FY2021/22", "within FY2021/22", "by the end of FY2021/22", "2021/22", "end FY2021/22"]
)
def test_a_fiscal_year_is_due_on_its_last_day_without_a_quarter(cell):
    (milestone,) = read(cell).milestones
    assert (milestone.kind, milestone.fiscal_year, milestone.quarter, milestone.due) == ("due", "2021/22", None, Q4)


@pytest.mark.parametrize(
    ("cell", "due"),
    [
        ("30 June 2022", date(2022, 6, 30)),
        ("by 1st July 2022", date(2022, 7, 1)),
        ("31/12/2021", date(2021, 12, 31)),
        ("1.7.2022", date(2022, 7, 1)),
        ("2022-02-28", date(2022, 2, 28)),
        ("by the end of February 2024", date(2024, 2, 29)),
        ("Dec 2021", date(2021, 12, 31)),
    ],
)
def test_a_calendar_date_is_due_then_and_has_no_quarter(cell, due):
    (milestone,) = read(cell).milestones
    assert (milestone.kind, milestone.due) == ("due", due)
    assert (milestone.fiscal_year, milestone.quarter) == (None, None)


LABELS = [
    ("Strategy endorsed Q2 FY2021/22", [("due", "Strategy endorsed", Q2)]),
    ("Publication of guidance by Q4 FY2021/22", [("due", "Publication of guidance", Q4)]),
    ("Presentation to Steering Group in Q3 FY2021/22", [("due", "Presentation to Steering Group", Q3)]),
    ("Amendments passed within FY2021/22", [("due", "Amendments passed", Q4)]),
    ("Completion of Part 1 questionnaire Q4 FY2021/22", [("due", "Completion of Part 1 questionnaire", Q4)]),
    ("Part 1 – Q1 FY2021/22", [("due", "Part 1", Q1)]),
    ("Part 1: Q1 FY2021/22", [("due", "Part 1", Q1)]),
    ("Report due Q3", [("due", "Report", Q3)]),
    ("Research and development by Q3", [("due", "Research and development", Q3)]),
    ("Q2 FY2021/22: strategy endorsed", [("due", "strategy endorsed", Q2)]),
    ("Q2 FY2021/22 – strategy endorsed", [("due", "strategy endorsed", Q2)]),
    ("Q2 FY2021/22 (strategy endorsed)", [("due", "strategy endorsed", Q2)]),
    ("By Q2 FY2021/22, strategy endorsed", [("due", "strategy endorsed", Q2)]),
    ("Annual report by Q4 FY2021/22", [("due", "Annual report", Q4)]),
    ("Guidelines to be agreed by Q2 FY2021/22", [("due", "Guidelines to be agreed", Q2)]),
    # starts
    ("implementation from Q3 FY2021/22", [("start", "implementation", Q3)]),
    ("Programme implementation commencing Q2 FY2021/22", [("start", "Programme implementation", Q2)]),
    ("commencing in Q2 FY2021/22", [("start", None, Q2)]),
    ("Work to begin by Q2 FY2021/22", [("start", "Work", Q2)]),
    ("Training starts Q2", [("start", "Training", Q2)]),
    ("starting from December 2021", [("start", None, Q2)]),
    ("Q3 FY2021/22 onwards", [("start", None, Q3)]),
    # recurring
    ("updated biannually", [("recurring", "updated", 6)]),
    ("reviewed annually", [("recurring", "reviewed", 12)]),
    ("Reported quarterly", [("recurring", "Reported", 3)]),
    ("Quarterly reporting to Cabinet", [("recurring", "reporting to Cabinet", 3)]),
    ("Annual review", [("recurring", "review", 12)]),
    ("every six months", [("recurring", None, 6)]),
    ("Every two years", [("recurring", None, 24)]),
    ("each quarter", [("recurring", None, 3)]),
    ("six-monthly", [("recurring", None, 6)]),
    ("half-yearly", [("recurring", None, 6)]),
    ("Twice a year", [("recurring", None, 6)]),
    ("checked three times a year", [("recurring", "checked", 4)]),
    ("biennially", [("recurring", None, 24)]),
    ("monthly", [("recurring", None, 1)]),
    # no date
    ("TBD", [("to_be_decided", None, None)]),
    ("Part 4 – TBD", [("to_be_decided", "Part 4", None)]),
    ("Timing TBC", [("to_be_decided", None, None)]),
    ("Date to be confirmed", [("to_be_decided", None, None)]),
    ("Subject to legislative processes", [("external", None, None)]),
    ("Bill passed, subject to Parliament", [("external", "Bill passed", None)]),
    ("Dependent on the review", [("external", None, None)]),
    ("pending Cabinet decisions", [("external", None, None)]),
    ("Contingent upon funding", [("external", None, None)]),
    # several in one cell
    ("Developed by Q2 FY2021/22; updated biannually", [("due", "Developed", Q2), ("recurring", "updated", 6)]),
    ("Developed by Q2 FY2021/22 and updated annually", [("due", "Developed", Q2), ("recurring", "updated", 12)]),
    (
        "Strategy endorsed Q2 FY2021/22; implementation from Q3 FY2021/22",
        [("due", "Strategy endorsed", Q2), ("start", "implementation", Q3)],
    ),
    ("Endorsed Q2, then implementation from Q3", [("due", "Endorsed", Q2), ("start", "implementation", Q3)]),
    ("Draft in Q1. Final in Q2 FY2021/22.", [("due", "Draft", Q1), ("due", "Final", Q2)]),
    ("Draft Q1<br>Final Q2", [("due", "Draft", Q1), ("due", "Final", Q2)]),
    (
        "Part 1 – Q1; Part 2 – Q2; Part 3 – Q3 FY2021/22; Part 4 – TBD",
        [("due", "Part 1", Q1), ("due", "Part 2", Q2), ("due", "Part 3", Q3), ("to_be_decided", "Part 4", None)],
    ),
    ("Part 1 – Q1, Part 2 – Q2", [("due", "Part 1", Q1), ("due", "Part 2", Q2)]),
    ("", []),
]


@pytest.mark.parametrize(("cell", "milestones"), LABELS)
def test_a_timeframe_phrase_is_read_with_its_kind_label_and_date(cell, milestones):
    assert brief(cell) == milestones


def test_an_interval_may_name_its_first_date():
    (milestone,) = read("updated quarterly from Q1 FY2021/22").milestones
    assert (milestone.kind, milestone.interval_months, milestone.label) == ("recurring", 3, "updated")
    assert (milestone.fiscal_year, milestone.quarter, milestone.due) == ("2021/22", 1, Q1)


def test_a_year_named_once_covers_the_quarters_around_it():
    assert brief("Q1; Q2; Q3 FY2021/22", plan_year=None) == [("due", None, Q1), ("due", None, Q2), ("due", None, Q3)]
    assert brief("Q1 FY2021/22; Q2", plan_year=None) == [("due", None, Q1), ("due", None, Q2)]


@pytest.mark.parametrize("cell", ["Q3; Q1 FY2022/23", "Q4 FY2021/22; Q1", "Q2 FY2021/22; Q3; Q4 FY2022/23"])
def test_a_year_is_not_guessed_where_the_quarters_do_not_settle_it(cell):
    timeframe = read(cell)
    assert [unread.why for unread in timeframe.unread] == ["it is not certain which fiscal year is meant"]
    assert len(timeframe.milestones) == cell.count("FY")


def test_a_quarter_without_any_year_belongs_to_a_plan_of_one_fiscal_year_only():
    assert brief("Q3") == [("due", None, Q3)]
    assert read("Q3", plan_year=None).milestones == ()


@pytest.mark.parametrize(
    ("starts_in", "cell", "due"),
    [
        (7, "Q1 FY2021/22", date(2021, 9, 30)),
        (4, "Q1 FY2021/22", date(2021, 6, 30)),
        (10, "Q4 FY2021/22", date(2022, 9, 30)),
        (2, "Q4 FY2023/24", date(2024, 1, 31)),
        (1, "Q1 FY2022", date(2022, 3, 31)),
        (1, "Q4 2022", date(2022, 12, 31)),
        (1, "within FY2022", date(2022, 12, 31)),
        (3, "FY2023/24", date(2024, 2, 29)),
    ],
)
def test_any_fiscal_calendar_gives_its_own_dates(starts_in, cell, due):
    assert [one.due for one in read(cell, starts_in=starts_in).milestones] == [due]


def test_without_a_fiscal_calendar_a_quarter_keeps_its_name_and_has_no_date():
    (milestone,) = read("Q2 FY2021/22", starts_in=None, plan_year=None).milestones
    assert (milestone.fiscal_year, milestone.quarter, milestone.due) == ("2021/22", 2, None)
    (milestone,) = read("FY2022", starts_in=None, plan_year=None).milestones
    assert (milestone.fiscal_year, milestone.quarter, milestone.due) == ("2022", None, None)


@pytest.mark.parametrize(
    "cell",
    [
        "Ongoing",
        "As required",
        "Soon",
        "31 December",
        "2025",
        "Bimonthly",
        "Before the election",
        "before Q3 FY2021/22",
        "mid-Q3 FY2021/22",
        "until Q3 FY2021/22",
        "early Q3 FY2021/22",
        "up to the end of Q2",
        "second half of FY2021/22",
        "H1 FY2021/22",
        "Q5 FY2021/22",
        "July–September 2021",
        "week 3 Q2 FY2021/22",
        "Q1–Q3 FY2021/22",
        "from Q1 to Q3 FY2021/22",
        "FY2021/22–FY2023/24",
        "Q2, Q3 and Q4 FY2021/22",
        "31 February 2022",
        "00/01/2022",
        "FY2021/25",
        "FY22",
        "Q2 2021",
        "2026–2030",
        "every 0 months",
        "May 0000",
        "Q2 FY2021/22 (TBC)",
        "Q1 FY9999/00",
    ],
)
def test_what_is_no_milestone_of_a_kind_known_is_reported_whole(cell):
    timeframe = read(cell)
    assert timeframe.milestones == ()
    assert [unread.text for unread in timeframe.unread] == [cell]


@pytest.mark.parametrize(
    ("cell", "reported"),
    [
        ("Q3 FY2021/22, subject to Cabinet approval", "subject to Cabinet approval"),
        ("Strategy endorsed Q3 FY2021/22 or later", "or later"),
        ("Q3 FY2021/22 at the earliest", "at the earliest"),
        ("TBD by Cabinet", "by Cabinet"),
        ("updated quarterly if needed", "if needed"),
    ],
)
def test_words_after_a_date_that_change_it_are_reported_beside_the_milestone(cell, reported):
    timeframe = read(cell)
    assert len(timeframe.milestones) == 1
    assert timeframe.milestones[0].as_published == cell
    assert [unread.text.strip(", ") for unread in timeframe.unread] == [reported]


@pytest.mark.parametrize(
    ("cell", "milestones", "grounds"),
    [
        ("[REDACTED]", [], (None,)),
        ("s 9(2)(f)(iv) OIA", [], ("s 9(2)(f)(iv)",)),
        ("Q2 FY2021/22; [REDACTED]", [("due", None, Q2)], (None,)),
        ("[REDACTED] by Q2 FY2021/22", [("due", None, Q2)], (None,)),
        ("Strategy endorsed s 9(2)(a)", [], ("s 9(2)(a)",)),
        ("Part [REDACTED] ready Q2 FY2021/22", [("due", "Part [REDACTED] ready", Q2)], (None,)),
    ],
)
def test_withheld_parts_of_a_timeframe_make_no_dates(cell, milestones, grounds):
    assert brief(cell) == milestones
    assert read(cell).withheld == grounds


@pytest.mark.parametrize("cell", ["Q1 FY2021/22; " * 100, "x" * 5000])
def test_a_cell_of_too_much_is_reported_and_gives_no_milestone(cell):
    timeframe = read(cell)
    assert timeframe.milestones == ()
    assert len(timeframe.unread) == 1


@pytest.mark.parametrize(
    ("kind", "options"),
    [("done", {}), ("due", {"interval_months": 6}), ("recurring", {}), ("external", {"due": Q1})],
)
def test_a_milestone_refuses_nonsense(kind, options):
    with pytest.raises(ValueError, match="milestone"):
        Milestone(kind, None, "x", **options)


WORDS = st.sampled_from(
    [
        "Q1",
        "Q4",
        "FY2021/22",
        "2021/22",
        "FY2022",
        "by",
        "from",
        "the end of",
        "TBD",
        "to be agreed",
        ";",
        ",",
        "and",
        "–",
        "quarterly",
        "every six months",
        "annual",
        "report",
        "30 June 2022",
        "31/02/2022",
        "June 2022",
        "subject to",
        "(",
        ")",
        "[REDACTED]",
        "onwards",
        "before",
        "Part 1",
        "H1",
        ".",
        "2022",
    ]
)


@given(st.lists(WORDS, max_size=12), st.sampled_from([None, 1, 4, 7]))
def test_any_mixture_of_its_words_is_read_or_reported(words, starts_in):
    cell = " ".join(words)
    timeframe = read_timeframe(cell, starts_in=starts_in, plan_year=None)
    for unread in timeframe.unread:
        assert unread.text in cell
        assert unread.why
    for milestone in timeframe.milestones:
        assert milestone.as_published in cell
        assert milestone.label is None or milestone.label in cell


@given(st.text(alphabet="Q1234FY/-–20.:()TBDbyfrom every,and ", max_size=60))
def test_time_expressions_lie_in_the_text_in_order(text):
    position = 0
    for expression in find_expressions(text):
        assert position <= expression.start < expression.end <= len(text)
        position = expression.end
