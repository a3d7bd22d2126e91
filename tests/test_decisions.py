"""Decisions as a reading tells them: what followed from each, what the next meeting is told, which allow a move."""

from __future__ import annotations

from datetime import date, timedelta

from activities.actions.decisions import report_on_decision, settle_decision
from activities.actions.meetings import call_off_meeting
from activities.actions.milestones import end_series, move_date, remove_milestone
from activities.actions.roles import assign_role
from activities.actions.status import update_status
from activities.decisions import OF_STATUS, DecisionState, Move
from activities.models import Decision, RoleKind
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.decisions import decisions_of, finding, follow_through, register_order, usable
from activities.workflow import Statement
from agencies.standing import Standing
from tests.deciding import decide, decide_date, decide_pause, meeting
from tests.scenes import played_once
from tests.world import TODAY, moment

held = played_once(meeting)

FIRST, SECOND, THIRD = date(2021, 11, 16), date(2022, 2, 15), date(2022, 5, 17)


def secretariat(world, on=TODAY):
    return Standing.of(world.person("secretariat"), on)


def carried_out(world, decision, day=TODAY):
    """Make the move that a decision about a date or a pause allows."""
    by, at = secretariat(world, day), moment(day, 12)
    if decision.allows == Move.PAUSE:
        said = Statement(status=DeliveryStatus.PAUSED, review_date=day + timedelta(days=60))
        return update_status(
            activity=decision.activity, part=decision.part, statement=said, decision=decision, by=by, at=at
        )
    words = {"reason": "Decided", "asked_by": "SFO", "agreed_by": "Steering Group"}
    return move_date(milestone=decision.milestone, to=decision.new_due, decision=decision, **words, by=by, at=at)


def outcome(world, decision, day=TODAY, state=DecisionState.DONE, words="Reported"):
    return settle_decision(decision=decision, state=state, outcome=words, by=secretariat(world, day), at=moment(day))


# What followed from a decision ---------------------------------------------------------------------------------------


def test_a_decision_tells_the_date_that_moved_by_it(world):
    decision = decide_date(world, meeting(world))
    carried_out(world, decision)

    (told,) = decisions_of(world.reading)

    assert [(each.words, each.anchor) for each in told.deeds] == [
        ("“Strategy endorsed” moved from 31 December 2021 to 31 March 2022 on 15 February 2022", "moves")
    ]
    assert told.state == "Done on 15 February 2022"
    assert told.became == "Agreed date moved to 31 March 2022"
    assert told.about == f"{world.activity(7)}, “Strategy endorsed”"
    assert told.allows == "Another agreed date: 31 March 2022"


def test_before_the_move_it_was_open(world):
    decision = decide_date(world, meeting(world, FIRST))
    carried_out(world, decision)

    (told,) = decisions_of(Reading.on_day(world.plan, date(2022, 2, 14)))

    assert (told.state, told.deeds, told.became) == ("Open", (), "Nothing is reported yet")


def test_the_pause_of_each_part_is_told_in_order(world):
    decision = decide_pause(world, meeting(world, FIRST), key=17)
    for label, day in (("SFO", date(2022, 1, 10)), ("Police", date(2022, 1, 12))):
        said = Statement(status=DeliveryStatus.PAUSED, review_date=date(2022, 6, 30))
        about = {"activity": world.activity(17), "part": world.part(17, label)}
        by, at = secretariat(world, day), moment(day)
        update_status(**about, statement=said, decision=decision, by=by, at=at)

    (told,) = decisions_of(world.reading)

    words = ["SFO: Paused since 10 January 2022", "Police: Paused since 12 January 2022"]
    assert [each.words for each in told.deeds] == words
    assert (told.state, told.became) == ("Open", "; ".join(words))
    assert len(decisions_of(Reading.on_day(world.plan, date(2022, 1, 11)))[0].deeds) == 1


def test_a_removed_milestone_an_ended_series_and_a_named_body_are_told(world):
    held, series = meeting(world), world.milestone(5, 2)
    removing = decide(
        world, held, activity=world.activity(7), milestone=world.milestone(7), allows=Move.REMOVE, what="Remove it"
    )
    ending = decide(world, held, activity=world.activity(5), milestone=series, allows=Move.REMOVE, what="End it")
    naming = decide(world, held, activity=world.activity(9), lead=world.body("MOJ"), allows=Move.NAME_LEAD)
    who = {"by": secretariat(world), "at": world.now}
    remove_milestone(milestone=world.milestone(7), decision=removing, reason="Overtaken", **who)
    end_series(milestone=series, decision=ending, reason="Enough", **who)
    assign_role(
        activity=world.activity(9), kind=RoleKind.LEAD, body=world.body("MOJ"), decision=naming, reason="So", **who
    )

    assert [[(each.words, each.anchor) for each in told.deeds] for told in decisions_of(world.reading)] == [
        [("“Strategy endorsed” removed on 15 February 2022", "milestones")],
        [(f"“{series.name}” ended on 15 February 2022", "milestones")],
        [("MOJ named as lead on 15 February 2022", "roles")],
    ]


def test_a_series_ended_by_one_decision_and_removed_by_another_told_the_first_until_then(world):
    held, series = meeting(world, FIRST), world.milestone(5, 2)
    about = {"activity": world.activity(5), "milestone": series, "allows": Move.REMOVE}
    ending, removing = decide(world, held, **about), decide(world, held, **about)
    for act, decision, day in ((end_series, ending, FIRST), (remove_milestone, removing, TODAY)):
        who = {"by": secretariat(world, day), "at": moment(day, 14)}
        act(milestone=world.milestone(5, 2), decision=decision, reason="Enough", **who)

    then = decisions_of(Reading.on_day(world.plan, date(2021, 12, 31)))
    assert [len(told.deeds) for told in then] == [1, 0]
    assert decisions_of(world.reading)[1].deeds[0].words == f"“{series.name}” removed on 15 February 2022"


def test_the_latest_report_tells_what_became_of_what_is_open(world):
    decision = decide(world, meeting(world, FIRST))
    for day, text in ((date(2021, 12, 1), "Begun"), (date(2022, 1, 20), "Half done")):
        by = Standing.of(world.person("police"), day)
        report_on_decision(decision=Decision.objects.get(id=decision.id), text=text, by=by, at=moment(day, 23))

    (told,) = decisions_of(world.reading)

    assert told.became == "Police Lead, 20 January 2022: Half done"
    assert [each.text for each in told.reports] == ["Half done", "Begun"]
    assert decisions_of(Reading.on_day(world.plan, date(2021, 12, 31)))[0].became.endswith("Begun")
    assert (told.about, told.allows) == ("The plan", "No change of the register")


def test_days_late_are_counted_on_the_day_of_the_reading_and_end_when_it_is_settled(world):
    decision = decide(world, meeting(world, FIRST), due_on=date(2022, 2, 1))
    on_the_day = decisions_of(Reading.on_day(world.plan, date(2022, 2, 1)))[0]
    assert (on_the_day.days_late, on_the_day.state, on_the_day.is_overdue) == (0, "Open", False)
    assert decisions_of(world.reading)[0].state == "Open, 14 days past its day"
    outcome(world, decision)
    assert (decisions_of(world.reading)[0].days_late, decisions_of(world.reading)[0].became) == (0, "Reported")


def test_a_part_is_named_with_its_scope(world):
    part = world.part(11, "Police")
    decide_pause(world, meeting(world), key=11, part=part)
    assert decisions_of(world.reading)[0].about == f"{world.activity(11)}, Police – {part.scope}"


# What the next meeting opens with ------------------------------------------------------------------------------------


def references(found):
    return [each.decision.reference for each in found]


def test_the_next_meeting_is_told_what_was_open_at_the_one_before_or_since(world):
    first, second, third = (meeting(world, day, called=FIRST) for day in (FIRST, SECOND, THIRD))
    before, between, lasting = (decide(world, first) for _ in range(3))
    outcome(world, before, date(2022, 1, 10))
    outcome(world, between, date(2022, 2, 20))
    decide(world, second)

    reading = Reading(world.plan, date(2022, 4, 1))
    assert references(follow_through(reading, third)) == [
        between.reference,
        lasting.reference,
        "SG 2022-02-15/1",
    ]
    assert references(follow_through(reading, second)) == [before.reference, between.reference, lasting.reference]
    assert follow_through(reading, first) == []


def test_what_was_settled_on_the_day_of_the_meeting_before_is_told(world):
    first, _, third = (meeting(world, day, called=FIRST) for day in (FIRST, SECOND, THIRD))
    outcome(world, decide(world, first), SECOND)
    assert references(follow_through(world.reading, third)) == ["SG 2021-11-16/1"]


def test_a_meeting_that_was_called_off_is_no_meeting_before(world):
    first, second, third = (meeting(world, day, called=FIRST) for day in (FIRST, SECOND, THIRD))
    outcome(world, decide(world, first), date(2022, 1, 10))
    assert follow_through(world.reading, third) == []
    call_off_meeting(meeting=second, reason="No quorum", by=secretariat(world), at=world.now)
    assert references(follow_through(world.reading, third)) == ["SG 2021-11-16/1"]


def test_as_at_a_past_day_it_is_what_was_known_then(world):
    first, second = (meeting(world, day, called=FIRST) for day in (FIRST, SECOND))
    outcome(world, decide(world, first), date(2022, 1, 10))
    then = Reading.on_day(world.plan, date(2021, 12, 31))
    assert [each.state for each in follow_through(then, second)] == ["Open"]
    assert follow_through(Reading.on_day(world.plan, date(2021, 11, 15)), second) == []


# What allows a move --------------------------------------------------------------------------------------------------


def test_only_open_decisions_that_allow_the_move_about_the_same_are_usable(world, held):
    pausing, closing = decide_pause(world, held), decide(world, held, activity=world.activity(7), allows=Move.CLOSE)
    decide_pause(world, held, key=12)
    outcome(world, decide_pause(world, held))
    decide(world, held, activity=world.activity(7))

    assert usable(world.reading, OF_STATUS, world.activity(7).id) == [pausing, closing]
    assert usable(world.reading, [Move.CLOSE], world.activity(7).id) == [closing]


def test_one_about_a_part_or_a_milestone_is_usable_there_only(world):
    held, part = meeting(world), world.part(17, "SFO")
    whole, of_part = decide_pause(world, held, key=17), decide_pause(world, held, key=17, part=part)
    of_date = decide_date(world, held)
    key = world.activity(17).id

    assert usable(world.reading, OF_STATUS, key) == [whole]
    assert usable(world.reading, OF_STATUS, key, part_id=part.id) == [whole, of_part]
    assert usable(world.reading, OF_STATUS, key, part_id=world.part(17, "Police").id) == [whole]
    moves = [Move.NEW_DATE]
    assert usable(world.reading, moves, world.activity(7).id, milestone_id=world.milestone(7).id) == [of_date]
    assert usable(world.reading, moves, world.activity(7).id) == []


# In words ------------------------------------------------------------------------------------------------------------


def test_the_heading_counts_what_is_open_and_what_is_past_its_day(world):
    assert finding([]) == "No decision is on record"
    first = meeting(world, FIRST)
    late = decide(world, first, due_on=date(2022, 2, 1))
    assert finding(decisions_of(world.reading)) == "1 decision is open, and past its day"
    decide(world, first)
    assert finding(decisions_of(world.reading)) == "2 decisions are open, 1 past its day"
    decide(world, first, due_on=date(2022, 2, 2))
    assert finding(decisions_of(world.reading)) == "3 decisions are open, 2 past their days"
    for each in Decision.objects.exclude(id=late.id):
        outcome(world, each)
    outcome(world, late, state=DecisionState.LAPSED, words="Overtaken")
    assert finding(decisions_of(world.reading)) == "No decision is open"


def test_the_register_begins_with_what_is_due_first_and_ends_with_what_was_settled_first(world):
    held = meeting(world, FIRST)
    due = (date(2022, 4, 1), date(2022, 3, 1), date(2022, 3, 1), date(2022, 3, 1))
    made = [decide(world, held, due_on=day) for day in due]
    outcome(world, made[2], date(2022, 1, 10))
    outcome(world, made[3], date(2022, 1, 20))
    numbers = [each.decision.number for each in register_order(decisions_of(world.reading))]
    assert numbers == [2, 1, 4, 3]


def test_everything_is_read_in_as_many_queries_for_many_decisions(world, django_assert_num_queries):
    held = meeting(world, FIRST)
    for key in (7, 12, 13):
        decide_pause(world, held, key=key)
    carried_out(world, decide_date(world, held))
    for reading in (world.reading, Reading.on_day(world.plan, TODAY)):
        with django_assert_num_queries(5):  # meetings, decisions, activities, milestones, bodies
            decisions_of(reading)
