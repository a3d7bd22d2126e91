"""Which status may follow which, and what must be said with it: laws that hold for every situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from activities.statuses import BY_SEVERITY, FINISHED, MEANINGS, REPORTABLE, DeliveryStatus, Need, worst_of
from activities.workflow import FIELD_OF, Situation, Statement, choices, faults, needs

DAY = date(2022, 2, 15)
STATUSES = st.sampled_from(list(DeliveryStatus))
DAYS = st.dates(date(2021, 7, 1), date(2022, 12, 31))
WORDS = st.sampled_from(["", "   ", "\n", "said in so many words"])
TEXTS = [name for name, type_ in Statement.__annotations__.items() if type_ == "str"]

STATEMENTS = st.builds(
    Statement,
    status=STATUSES,
    forecast=st.none() | DAYS,
    cannot_forecast=st.booleans(),
    no_ask=st.booleans(),
    review_date=st.none() | DAYS,
    completed_on=st.none() | DAYS,
    **dict.fromkeys(TEXTS, WORDS),
)
SITUATIONS = st.builds(
    Situation,
    status=STATUSES,
    on=DAYS,
    by_secretariat=st.booleans(),
    open_milestones=st.integers(0, 3),
    overdue_days=st.integers(0, 400),
)

EVERYTHING = Statement(
    status=DeliveryStatus.ON_TRACK,
    what_was_done="Two workshops held",
    what_changed="The second agency has agreed",
    reason="The vendor is late",
    path_to_green="A second vendor starts in March",
    forecast=DAY + timedelta(days=60),
    ask="Decide who pays",
    decision_reference="SG 2022-02, item 4",
    review_date=DAY + timedelta(days=30),
    completed_on=DAY,
    statement="The handbook is published",
    held_at="Held at the Secretariat",
    what_became="Merged into activity 3",
    explanation="Delivered in substance; the paper follows",
)
"""A statement in which nothing is missing, whatever the status."""


def said(status: DeliveryStatus, **more: object) -> Statement:
    """Everything that could be asked, for one status."""
    return replace(EVERYTHING, status=status, **more)  # type: ignore[arg-type]


@given(STATEMENTS, SITUATIONS)
def test_nobody_but_the_secretariat_leaves_or_confirms_a_closed_status(statement, situation):
    assume(situation.status in (*FINISHED, DeliveryStatus.PAUSED))
    situation = replace(situation, by_secretariat=False)

    assert choices(situation) == ()
    assert list(faults(statement, situation)) == ["status"]
    assert "only the Secretariat" in faults(statement, situation)["status"]


@given(STATEMENTS, SITUATIONS)
def test_nobody_but_the_secretariat_pauses_or_closes_without_delivery(statement, situation):
    assume(statement.status in (DeliveryStatus.PAUSED, DeliveryStatus.NOT_DELIVERED))

    assert "status" in faults(statement, replace(situation, by_secretariat=False))


@given(STATEMENTS, SITUATIONS)
def test_the_secretariat_leaves_a_closed_status_with_a_decision_reference_only(statement, situation):
    assume(situation.is_closed and statement.status is not situation.status)
    undecided = replace(statement, decision_reference=" ")

    assert "decision_reference" in faults(undecided, replace(situation, by_secretariat=True))


@given(STATEMENTS, SITUATIONS)
def test_nothing_goes_back_to_not_started_without_a_reason(statement, situation):
    assume(situation.status is not DeliveryStatus.NOT_STARTED)
    back = replace(statement, status=DeliveryStatus.NOT_STARTED, reason="  ")

    found = faults(back, situation)
    assert "reason" in found or "status" in found


@given(st.sampled_from(REPORTABLE), SITUATIONS)
def test_leads_move_freely_among_the_first_four_and_to_completed(status, situation):
    assume(not situation.is_closed)
    lead = replace(situation, by_secretariat=False, open_milestones=0, on=DAY)

    assert choices(lead) == (*REPORTABLE, DeliveryStatus.COMPLETED)
    assert faults(said(status), lead) == {}
    assert faults(said(DeliveryStatus.COMPLETED), lead) == {}


@given(STATUSES, SITUATIONS)
def test_a_statement_with_everything_in_it_is_accepted_wherever_the_status_may_follow(status, situation):
    situation = replace(situation, on=DAY, open_milestones=0)
    assume(status in choices(situation))

    assert faults(said(status), situation) == {}


def without(statement: Statement, need: Need) -> Statement:
    """The statement with one needed thing unsaid."""
    unsaid = {
        Need.FORECAST: {"forecast": None, "cannot_forecast": False},
        Need.ASK: {"ask": " ", "no_ask": False},
        Need.EVIDENCE: {"evidence_link": "", "held_at": " "},
        Need.REVIEW_DATE: {"review_date": None},
        Need.COMPLETED_ON: {"completed_on": None},
    }
    return replace(statement, **unsaid.get(need, {need.value: " "}))  # type: ignore[arg-type]


@given(st.data(), STATUSES, SITUATIONS)
def test_whatever_is_needed_is_named_beside_its_field_when_it_is_missing(data, status, situation):
    situation = replace(situation, on=DAY, open_milestones=0)
    wanted = needs(status, situation)
    assume(status in choices(situation) and wanted)
    need = data.draw(st.sampled_from(wanted))

    assert list(faults(without(said(status), need), situation)) == [FIELD_OF[need]]


@given(STATEMENTS, SITUATIONS)
def test_nothing_is_found_wrong_that_is_not_in_the_rules(statement, situation):
    assume(statement.status in choices(situation))
    allowed = {FIELD_OF[need] for need in needs(statement.status, situation)}
    if statement.forecast and statement.cannot_forecast:
        allowed.add("forecast")
    if statement.ask.strip() and statement.no_ask:
        allowed.add("ask")
    if statement.status is DeliveryStatus.COMPLETED and situation.open_milestones:
        allowed.add("status")

    assert set(faults(statement, situation)) <= allowed


@given(STATEMENTS, SITUATIONS)
def test_every_fault_names_a_field_of_the_form_in_a_whole_sentence(statement, situation):
    for field, sentence in faults(statement, situation).items():
        assert hasattr(statement, field)
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] in "“0123456789"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DeliveryStatus.OFF_TRACK, DeliveryStatus.AT_RISK),
        (DeliveryStatus.OFF_TRACK, DeliveryStatus.ON_TRACK),
        (DeliveryStatus.AT_RISK, DeliveryStatus.ON_TRACK),
    ],
)
def test_going_up_must_say_what_has_changed(before, after):
    assert list(faults(said(after, what_changed=""), Situation(before, DAY))) == ["what_changed"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DeliveryStatus.ON_TRACK, DeliveryStatus.AT_RISK),
        (DeliveryStatus.AT_RISK, DeliveryStatus.OFF_TRACK),
        (DeliveryStatus.AT_RISK, DeliveryStatus.AT_RISK),
        (DeliveryStatus.NOT_STARTED, DeliveryStatus.ON_TRACK),
        (DeliveryStatus.OFF_TRACK, DeliveryStatus.COMPLETED),
    ],
)
def test_going_down_staying_or_completing_does_not_ask_what_has_changed(before, after):
    assert Need.WHAT_CHANGED not in needs(after, Situation(before, DAY))


def test_on_track_while_a_milestone_is_overdue_needs_an_explanation():
    on_track = said(DeliveryStatus.ON_TRACK, explanation="")

    assert faults(on_track, Situation(DeliveryStatus.ON_TRACK, DAY, overdue_days=1)) == {
        "explanation": "A milestone is overdue: explain why the activity is on track all the same."
    }
    assert faults(on_track, Situation(DeliveryStatus.ON_TRACK, DAY, overdue_days=0)) == {}


def test_confirming_not_started_needs_nothing():
    assert faults(Statement(DeliveryStatus.NOT_STARTED), Situation(DeliveryStatus.NOT_STARTED, DAY)) == {}


@pytest.mark.parametrize(("count", "words"), [(1, "1 milestone is still open"), (3, "3 milestones are still open")])
def test_completed_is_refused_while_milestones_are_open(count, words):
    found = faults(said(DeliveryStatus.COMPLETED), Situation(DeliveryStatus.ON_TRACK, DAY, open_milestones=count))

    assert list(found) == ["status"]
    assert found["status"].startswith(words)


@pytest.mark.parametrize(("days", "wrong"), [(-200, []), (0, []), (1, ["completed_on"])])
def test_the_day_of_completion_is_today_or_earlier(days, wrong):
    statement = said(DeliveryStatus.COMPLETED, completed_on=DAY + timedelta(days=days))

    assert list(faults(statement, Situation(DeliveryStatus.ON_TRACK, DAY))) == wrong


@pytest.mark.parametrize(("days", "wrong"), [(-1, ["review_date"]), (0, ["review_date"]), (1, [])])
def test_the_review_of_a_pause_lies_in_the_future(days, wrong):
    statement = said(DeliveryStatus.PAUSED, review_date=DAY + timedelta(days=days))

    assert list(faults(statement, Situation(DeliveryStatus.ON_TRACK, DAY, by_secretariat=True))) == wrong


def test_a_forecast_and_no_forecast_or_an_ask_and_no_ask_contradict_each_other():
    both = said(DeliveryStatus.OFF_TRACK, cannot_forecast=True, no_ask=True)

    assert set(faults(both, Situation(DeliveryStatus.ON_TRACK, DAY))) == {"forecast", "ask"}


def test_none_is_an_ask_and_cannot_forecast_is_a_forecast():
    none = said(DeliveryStatus.OFF_TRACK, forecast=None, cannot_forecast=True, ask="", no_ask=True)

    assert faults(none, Situation(DeliveryStatus.ON_TRACK, DAY)) == {}


# The whole and its parts ---------------------------------------------------------------------------------------

PARTS = st.lists(STATUSES, min_size=1, max_size=12)


def test_the_order_of_severity_is_the_one_that_the_plan_names():
    labels = [MEANINGS[status].label for status in BY_SEVERITY]

    assert labels == ["Off track", "At risk", "Paused", "On track", "Not started", "Completed", "Not delivered"]


@given(STATUSES)
def test_a_whole_of_equal_parts_has_their_status(status):
    assert worst_of([status]) is status
    assert worst_of([status] * 12) is status


@given(PARTS, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_makes_no_difference(parts, shuffler):
    shuffled = list(parts)
    shuffler.shuffle(shuffled)

    assert worst_of(parts) is worst_of(shuffled)


@given(PARTS)
def test_no_part_is_worse_than_the_whole_says(parts):
    whole = MEANINGS[worst_of(parts)].severity

    assert all(MEANINGS[part].severity >= whole for part in parts)


@given(PARTS)
def test_the_whole_has_the_status_of_a_part_unless_one_begun_makes_it_on_track(parts):
    whole = worst_of(parts)

    begun = DeliveryStatus.NOT_STARTED in parts and set(parts) != {DeliveryStatus.NOT_STARTED}
    assert whole in parts or (begun and whole is DeliveryStatus.ON_TRACK)


@given(PARTS)
def test_the_whole_is_not_started_only_while_no_part_has_begun(parts):
    assert (worst_of(parts) is DeliveryStatus.NOT_STARTED) == (set(parts) == {DeliveryStatus.NOT_STARTED})


@given(PARTS)
def test_the_whole_is_finished_only_when_every_part_is(parts):
    assert (worst_of(parts) in FINISHED) == all(part in FINISHED for part in parts)


@given(PARTS, STATUSES)
def test_one_more_part_never_makes_the_whole_look_better(parts, another):
    assume(worst_of(parts) is not DeliveryStatus.NOT_STARTED)  # one part begun turns it into On track

    assert MEANINGS[worst_of([*parts, another])].severity <= MEANINGS[worst_of(parts)].severity


def test_a_whole_without_parts_has_no_status_of_theirs():
    with pytest.raises(ValueError, match="empty"):
        worst_of([])


def test_a_word_that_is_no_status_is_refused():
    with pytest.raises(ValueError, match="nearly done"):
        worst_of(["nearly done"])
