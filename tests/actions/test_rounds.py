"""Reporting rounds: what is asked of whom, extending, closing with what is missing, reopening with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from activities.actions.common import Forbidden
from activities.actions.returns import confirm_no_change, save_draft
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.rounds import change_note, close_round, extend_returns, open_round, reopen_round
from activities.actions.words import reinstate_activity, withdraw_activity
from activities.models import Draft, Return, Role, RoleKind
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.returns import ReturnState
from agencies.models import BodyKind
from tests.actions.helpers import nothing_written, refused
from tests.actions.rounds import DUE, OPENED, Q2, Q3, asked, filed, opened, told
from tests.generated import not_delivered, say
from tests.scenes import after, played_once
from tests.world import moment
from tnoc_tracker.record.change import Conflict

made = played_once(opened)


def test_each_activity_or_part_is_asked_of_the_body_that_answers(world, made):
    rows = list(Return.objects.filter(round=made).select_related("body", "activity"))
    kinds = Counter(row.body.kind if row.body else "gap" for row in rows)
    assert kinds == {BodyKind.AGENCY: 23, BodyKind.GOVERNANCE: 7, "gap": 5}
    assert {row.activity.key for row in rows if row.body is None} == {"1", "9", "16", "20", "row-21"}
    assert Counter(row.activity.key for row in rows if row.part_id) == {"8": 2, "11": 3, "17": 12}
    police = {
        (row.activity.key, row.part.scope if row.part else "") for row in rows if str(row.body) == "New Zealand Police"
    }
    assert police == {("11", "financial sector"), ("12", ""), ("13", ""), ("17", "")}
    assert {(row.state, row.due_on) for row in rows} == {(ReturnState.REQUESTED, DUE)}


@after(opened)
def test_a_quarter_has_one_round(world):
    with refused("quarter", match="has its round already"):
        opened(world)


def test_a_round_is_for_a_quarter_of_the_plan_that_has_begun(world):
    with refused("quarter", match="has not begun"):
        opened(world, FiscalQuarter.parse("Q4 FY2021/22"))
    with refused("quarter", match="of this plan"):
        opened(world, FiscalQuarter.parse("Q4 FY2020/21"))
    with refused("due_on", match="has passed"):
        opened(world, due=date(2022, 1, 14))


def test_only_the_secretariat_runs_rounds(world):
    with nothing_written(Forbidden):
        open_round(plan=world.plan, quarter=Q2, due_on=DUE, **told(world, username="police"))


def test_one_body_is_given_more_time_with_a_reason(world):
    made, later = opened(world), date(2022, 2, 11)

    rows = extend_returns(
        round=made, body=world.body("Police"), until=later, reason="Their analyst is ill.", **told(world)
    )

    assert len(rows) == 4
    assert {row.due_on for row in Return.objects.filter(body=world.body("Police"))} == {later}
    assert {row.due_on for row in Return.objects.exclude(body=world.body("Police"))} == {DUE}
    with refused("until", match="Give a day after 11 February 2022"):
        extend_returns(round=made, body=world.body("Police"), until=later, reason="Again", **told(world))
    with refused("reason"):
        extend_returns(round=made, body=world.body("SFO"), until=later, reason=" ", **told(world))


def test_closing_records_what_is_missing_and_locks_the_round(world, made):
    own = Return.objects.get(round=made, activity=world.activity(20))
    confirm_no_change(ret=own, **told(world))

    closed = close_round(round=made, **told(world, date(2022, 2, 1)))

    states = Counter(Return.objects.filter(round=made).values_list("state", flat=True))
    assert states == {ReturnState.NOT_RETURNED: 34, ReturnState.ACCEPTED: 1}
    assert closed.is_closed
    with refused("", match="is closed"):
        confirm_no_change(ret=Return.objects.get(activity=world.activity("row-21")), **told(world, date(2022, 2, 2)))


def test_the_position_as_at_the_close_holds_what_was_written_before_it(world, made):
    first, then = moment(DUE), moment(DUE, 11)
    confirm_no_change(ret=asked(20), **told(world, then))

    closed = close_round(round=made, **told(world, first))  # it was begun before, and had to wait

    assert closed.closed_at > then
    states = Counter(Reading(world.plan, DUE, closed.closed_at).returns.values_list("state", flat=True))
    assert states == {ReturnState.NOT_RETURNED: 34, ReturnState.ACCEPTED: 1}


def test_a_round_is_not_closed_over_what_waits_for_review(world, made):
    confirm_no_change(ret=Return.objects.get(activity=world.activity(12)), **told(world, username="police"))

    with refused("", match="1 return waits for review"):
        close_round(round=made, **told(world))


def test_reopening_needs_a_reason_and_asks_again_for_what_was_missing(world, made):
    close_round(round=made, **told(world, date(2022, 2, 1)))
    again = {"due_on": date(2022, 2, 11), **told(world, date(2022, 2, 3))}
    with refused("reason"):
        reopen_round(round=made, reason="", **again)

    reopened = reopen_round(round=made, reason="The Minister asked for all of it.", **again)

    assert (reopened.is_closed, reopened.openings, reopened.reopened_why) == (
        False,
        2,
        "The Minister asked for all of it.",
    )
    assert set(Return.objects.values_list("state", "due_on")) == {(ReturnState.REQUESTED, date(2022, 2, 11))}
    with refused("", match="is open"):
        reopen_round(round=made, reason="Once more", **again)


def test_a_stale_page_closes_nothing(world, made):
    with nothing_written(Conflict):
        close_round(round=made, expected=made.version + 1, **told(world))


def test_what_is_asked_follows_the_roles(world, made):
    lead = assign_role(
        activity=world.activity(16), kind=RoleKind.LEAD, body=world.body("MOJ"), reason="Named", **told(world)
    )
    assert Return.objects.get(round=made, activity=world.activity(16)).body == world.body("MOJ")

    end_role(role=lead, reason="Withdrew", **told(world))
    assert Return.objects.get(round=made, activity=world.activity(16)).body is None

    customs = Role.objects.get(activity=world.activity(11), body=world.body("Customs"))
    end_role(role=customs, reason="Handed over", **told(world))
    dropped = Return.objects.get(round=made, activity=world.activity(11), body=world.body("Customs"))
    assert (dropped.dropped_on, dropped.dropped_why) == (OPENED, "Handed over")


def test_a_withdrawn_activity_is_not_asked_for_and_is_again_when_it_comes_back(world, made):
    withdraw_activity(activity=world.activity(19), reason="Merged", **told(world))
    assert not Return.objects.filter(round=made, activity=world.activity(19), dropped_on=None).exists()

    reinstate_activity(activity=world.activity(19), reason="Not merged", **told(world))
    assert Return.objects.filter(round=made, activity=world.activity(19)).count() == 2
    assert Return.objects.filter(round=made, activity=world.activity(19), dropped_on=None).count() == 1


@after(opened)
@pytest.mark.parametrize("quarter", ["Q1 FY2021/22", "Q3 FY2021/22"])
def test_several_rounds_stand_beside_each_other(world, quarter):
    opened(world, FiscalQuarter.parse(quarter))

    assert Return.objects.count() == 70


# The note, and what closing and reopening lock --------------------------------------------------------------------


def test_another_note_leaves_the_one_before_on_record(world, made):
    changed = change_note(round=made, note=" Please mention staff. ", **told(world))

    assert changed.note == "Please mention staff."
    assert [entry.note for entry in made.history.order_by("sequence")] == ["Kia ora", "Please mention staff."]
    with nothing_written(Forbidden):
        change_note(round=made, note="?", **told(world, username="police"))
    with nothing_written(Conflict):
        change_note(round=made, note="?", expected=1, **told(world))
    close_round(round=made, **told(world))
    with refused("", match="is closed"):
        change_note(round=made, note="?", **told(world))


def test_only_the_secretariat_extends_closes_and_reopens(world):
    made, by = opened(world), told(world, username="police")
    with nothing_written(Forbidden):
        extend_returns(round=made, body=world.body("Police"), until=date(2022, 2, 11), reason="?", **by)
    with nothing_written(Forbidden):
        close_round(round=made, **by)
    close_round(round=made, **told(world))
    with nothing_written(Forbidden):
        reopen_round(round=made, due_on=date(2022, 2, 11), reason="?", **by)


def test_a_closed_round_is_not_closed_or_extended(world, made):
    close_round(round=made, **told(world))
    with refused("", match="is closed"):
        close_round(round=made, **told(world))
    with refused("", match="is closed"):
        extend_returns(round=made, body=None, until=date(2022, 2, 11), reason="?", **told(world))


def test_there_is_nothing_to_extend_where_nothing_is_missing(world, made):
    with refused("", match="Nothing is missing from this body"):
        extend_returns(
            round=made, body=world.body("Relevant agencies"), until=date(2022, 2, 11), reason="?", **told(world)
        )
    with refused("until", match="has passed"):
        after = told(world, date(2022, 2, 20))
        extend_returns(round=made, body=world.body("SFO"), until=date(2022, 2, 11), reason="?", **after)
    filed(world, 20, by="secretariat")
    rows = extend_returns(round=made, body=None, until=date(2022, 2, 11), reason="Gaps", **told(world))
    assert sorted(row.activity.key for row in rows) == ["1", "16", "9", "row-21"]


def test_what_was_returned_keeps_its_day_when_its_body_is_given_more_time(world, made):
    filed(world, 12)
    rows = extend_returns(round=made, body=world.body("Police"), until=date(2022, 2, 11), reason="Ill", **told(world))
    assert sorted(row.activity.key for row in rows) == ["11", "13", "17"]
    assert (asked(12).due_on, asked(12).extended_why, asked(13).extended_why) == (DUE, "", "Ill")


def test_reopening_forgets_no_return_and_takes_extensions_back(world, made):
    extend_returns(round=made, body=world.body("Police"), until=date(2022, 2, 11), reason="Ill", **told(world))
    confirm_no_change(ret=asked(20), **told(world))
    close_round(round=made, **told(world, date(2022, 2, 14)))
    again = {"due_on": date(2022, 2, 25), "reason": "The Minister asked."}
    reopen_round(round=made, **again, **told(world, date(2022, 2, 15)))

    assert (asked(20).state, asked(20).due_on) == (ReturnState.ACCEPTED, DUE)
    assert (asked(12).due_on, asked(12).extended_why) == (date(2022, 2, 25), "")


def test_what_changed_while_a_round_was_closed_is_asked_when_it_is_reopened(world, made):
    close_round(round=made, **told(world))
    withdraw_activity(activity=world.activity(19), reason="Merged", **told(world))
    assign_role(activity=world.activity(16), kind=RoleKind.LEAD, body=world.body("MOJ"), reason="Named", **told(world))
    assert Return.objects.get(round=made, activity=world.activity(19)).dropped_on is None
    again = {"due_on": date(2022, 2, 25), "reason": "The Minister asked."}
    reopen_round(round=made, **again, **told(world, date(2022, 2, 15)))

    assert not Return.objects.filter(round=made, activity=world.activity(19), dropped_on=None).exists()
    assert asked(16).body == world.body("MOJ")


# Roles that change while a round is open ----------------------------------------------------------------------------


@after(opened)
def test_who_is_named_after_the_day_is_asked_for_today_and_reads_nobody_elses_draft(world):
    save_draft(ret=asked(16), typed={"reason": "Nobody has begun"}, **told(world))
    named = date(2022, 2, 3)
    lead = {"kind": RoleKind.LEAD, "body": world.body("Police"), "reason": "Named"}
    assign_role(activity=world.activity(16), **lead, **told(world, named))

    ret = asked(16)
    assert (ret.body, ret.state, ret.due_on) == (world.body("Police"), ReturnState.REQUESTED, named)
    assert (Draft.objects.get().typed, Draft.objects.get().version) == ({}, 2)


@after(opened)
def test_a_second_lead_without_a_scope_takes_nothing_from_the_first(world):
    lead = {"kind": RoleKind.LEAD, "body": world.body("SFO"), "reason": "Both"}
    assign_role(activity=world.activity(12), **lead, **told(world))

    assert asked(12).body == world.body("Police")
    assert filed(world, 12, by="sfo").person_name == "SFO Lead"


@after(opened)
def test_a_lead_with_a_scope_turns_the_whole_into_parts(world):
    lead = {"kind": RoleKind.LEAD, "body": world.body("SFO"), "scope": "fraud", "reason": "Both"}
    assign_role(activity=world.activity(12), **lead, **told(world))

    live = Return.objects.filter(activity=world.activity(12), dropped_on=None)
    assert sorted(row.part.body.label for row in live) == ["Police", "SFO"]


def test_who_joins_and_leaves_a_collective_is_asked_and_asked_no_more(world, made):
    told_twice = told(world)
    collective, agencies = world.body("All agencies"), [world.body(each) for each in ("Police", "SFO")]
    set_collective(plan=world.plan, collective=collective, members=agencies, reason="Fewer", **told_twice)
    of_17 = Return.objects.filter(round=made, activity=world.activity(17))
    assert sorted(row.body.label for row in of_17.filter(dropped_on=None)) == ["Police", "SFO"]
    assert of_17.exclude(dropped_on=None).count() == 10

    agencies.append(world.body("DOC"))
    set_collective(plan=world.plan, collective=collective, members=agencies, reason="One more", **told_twice)
    assert sorted(row.body.label for row in of_17.filter(dropped_on=None)) == ["DOC", "Police", "SFO"]


@after(opened)
def test_each_of_several_open_rounds_follows(world):
    opened(world, Q3)
    lead = {"kind": RoleKind.LEAD, "body": world.body("MOJ"), "reason": "Named"}
    assign_role(activity=world.activity(16), **lead, **told(world))

    assert {asked(16, quarter=each).body for each in (Q2, Q3)} == {world.body("MOJ")}


def test_a_whole_that_is_closed_by_decision_is_not_asked_of_its_parts(world):
    say(world, 11, date(2022, 1, 10), not_delivered())
    made = opened(world)

    assert not Return.objects.filter(round=made, activity=world.activity(11)).exists()
