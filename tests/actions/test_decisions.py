"""Decisions: recorded against the register, carried out by the moves that need one, reported on, settled, reopened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from activities.actions.common import Forbidden, stamp_of
from activities.actions.decisions import (
    change_decision,
    reopen_decision,
    report_on_decision,
    settle_decision,
)
from activities.actions.meetings import add_item, call_off_meeting, stamp_of_meeting
from activities.actions.milestones import end_series, move_date, remove_milestone
from activities.actions.proposals import agree_to_date, propose_date
from activities.actions.roles import assign_role
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.decisions import DecisionState, Move
from activities.models import DateMove, Decision, DecisionReport, Role, RoleKind, StatusUpdate
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from agencies.standing import Standing
from tests.actions.helpers import nothing_written, refused
from tests.deciding import HELD, decide, decide_date, decide_pause, meeting
from tests.scenes import played_once
from tests.world import TODAY, World, moment
from tnoc_tracker.record.change import Conflict

held = played_once(meeting)

REVIEWED = TODAY + timedelta(days=60)
LATER = date(2022, 3, 31)


def told(world: World, username: str = "secretariat") -> dict:
    return {"by": world.standing(username), "at": world.now}


def pause(world: World, decision: Decision | None, key: int = 7, **more) -> StatusUpdate:
    said = Statement(status=DeliveryStatus.PAUSED, review_date=REVIEWED)
    return update_status(activity=world.activity(key), statement=said, decision=decision, **more, **told(world))


def move(world: World, decision: Decision | None, key: int = 7, to: date = LATER, **said) -> DateMove:
    words = {"reason": "Decided", "asked_by": "SFO", "agreed_by": "Steering Group", **said}
    return move_date(milestone=world.milestone(key), to=to, decision=decision, **words, **told(world))


def fresh(decision: Decision) -> Decision:
    return Decision.objects.get(id=decision.id)


# Recording -----------------------------------------------------------------------------------------------------------


def test_a_decision_keeps_what_who_and_by_when_under_a_reference(world):
    made = decide(world, meeting(world))
    assert (made.reference, made.number, made.state) == ("SG 2022-02-15/1", 1, DecisionState.OPEN)
    assert (made.owner.label, made.due_on, made.recorded_by) == ("Police", date(2022, 3, 15), "Secretariat Officer")
    assert (made.activity, made.part, made.milestone, made.allows) == (None, None, None, Move.NOTHING)
    entry = Decision.history.get(id=made.id)
    assert (entry.actor_name, entry.history_change_reason) == ("Secretariat Officer", "Report on the funding")


def test_decisions_of_a_meeting_are_numbered_and_each_meeting_begins_anew(world):
    first, second = meeting(world), meeting(world, date(2021, 11, 16))
    made = [decide(world, first), decide(world, first), decide(world, second, on=HELD)]
    assert [each.reference for each in made] == ["SG 2022-02-15/1", "SG 2022-02-15/2", "SG 2021-11-16/1"]


def test_before_its_day_a_meeting_has_decided_nothing(world):
    ahead = meeting(world, date(2022, 5, 17), called=TODAY)
    with refused("", match="The group meets on 17 May 2022"):
        decide(world, ahead, on=date(2022, 5, 16))


def test_a_meeting_that_was_called_off_decides_nothing(world, held):
    call_off_meeting(meeting=held, reason="No quorum", **told(world))
    with refused("", match="called off"):
        decide(world, held)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"what": " "}, "what"),
        ({"due_on": date(2022, 2, 14)}, "due_on"),
        ({"allows": Move.PAUSE}, "activity"),
        ({"allows": Move.NEW_DATE, "key": 7, "new_due": LATER}, "milestone"),
        ({"allows": Move.NEW_DATE, "key": 7, "of": 7}, "new_due"),
        ({"allows": Move.REMOVE, "key": 7}, "milestone"),
        ({"allows": Move.NAME_LEAD, "key": 9}, "lead"),
        ({"allows": Move.PAUSE, "key": 7, "new_due": LATER}, "new_due"),
        ({"allows": Move.PAUSE, "key": 7, "lead": "Police"}, "lead"),
        ({"allows": Move.PAUSE, "key": 7, "of": 7}, "milestone"),
        ({"allows": Move.NAME_LEAD, "key": 7, "of": 7, "lead": "Police"}, "milestone"),
        ({"allows": Move.REMOVE, "key": 17, "of": 17, "part": "SFO"}, "part"),
        ({"key": 7, "of": 12}, "milestone"),
        ({"key": 7, "part": "SFO"}, "part"),
        ({"of": 7}, "milestone"),
    ],
)
def test_what_does_not_belong_together_is_refused(world, said, field):
    held, said = meeting(world), dict(said)
    if "key" in said:
        said["activity"] = world.activity(said.pop("key"))
    if "of" in said:
        said["milestone"] = world.milestone(said.pop("of"))
    if "part" in said:
        said["part"] = world.part(17, said["part"])
    if "lead" in said:
        said["lead"] = world.body(said["lead"])
    with refused(field):
        decide(world, held, **said)


def test_a_withdrawn_activity_is_not_decided_about(world, held):
    withdraw_activity(activity=world.activity(7), reason="Merged", **told(world))
    with refused("activity", match="withdrawn"):
        decide_pause(world, held)


@pytest.mark.parametrize("username", ["police", "steering"])
def test_only_the_secretariat_records(world, username, held):
    with nothing_written(Forbidden):
        decide(world, held, username=username)


def test_a_decision_made_from_an_agenda_that_has_changed_since_is_a_conflict(world, held):
    stamp = stamp_of_meeting(held.id)
    add_item(meeting=held, heading="Funding", **told(world))
    with nothing_written(Conflict):
        decide(world, held, expected=stamp)
    assert decide(world, held, expected=stamp_of_meeting(held.id)).number == 1


# Carrying it out -----------------------------------------------------------------------------------------------------


def test_a_pause_quotes_the_decision_and_settles_it(world):
    decision = decide_pause(world, meeting(world))
    update = pause(world, decision)

    assert (update.decision_id, update.decision_reference) == (decision.id, "SG 2022-02-15/1")
    settled = fresh(decision)
    assert (settled.state, settled.outcome) == (DecisionState.DONE, "Paused since 15 February 2022")
    assert (settled.settled_on, settled.settled_by) == (TODAY, "Secretariat Officer")


def test_closing_needs_a_decision_that_allows_closing(world, held):
    pausing = decide_pause(world, held)
    said = Statement(status=DeliveryStatus.NOT_DELIVERED, what_became="Merged into 13")
    with refused("decision", match="does not allow this"):
        update_status(activity=world.activity(7), statement=said, decision=pausing, **told(world))
    closing = decide(world, held, activity=world.activity(7), allows=Move.CLOSE)
    update_status(activity=world.activity(7), statement=said, decision=closing, **told(world))
    assert fresh(closing).outcome == "Not delivered since 15 February 2022"


def test_resuming_follows_a_decision_that_allows_it(world, held):
    pause(world, decide_pause(world, held))
    reopening = decide(world, held, activity=world.activity(7), allows=Move.REOPEN)
    said = Statement(status=DeliveryStatus.ON_TRACK, what_was_done="Taken up again", explanation="Late by decision")
    update_status(activity=world.activity(7), statement=said, decision=reopening, **told(world))
    assert fresh(reopening).state == DecisionState.DONE


def test_a_report_that_needs_no_decision_follows_none(world):
    decision = decide_pause(world, meeting(world))
    said = Statement(status=DeliveryStatus.ON_TRACK, what_was_done="Begun", explanation="Nearly there")
    with refused("decision"):
        update_status(activity=world.activity(7), statement=said, decision=decision, **told(world))


def test_one_about_the_whole_stays_open_while_its_parts_are_paused_one_by_one(world):
    decision = decide_pause(world, meeting(world), key=17)
    update = pause(world, decision, key=17, part=world.part(17, "SFO"))
    assert (update.decision_id, fresh(decision).state) == (decision.id, DecisionState.OPEN)
    pause(world, decision, key=17)
    assert fresh(decision).state == DecisionState.DONE


def test_one_about_a_part_is_carried_out_on_that_part_only(world):
    decision = decide_pause(world, meeting(world), key=17, part=world.part(17, "SFO"))
    for part in (None, world.part(17, "Police")):
        with refused("decision", match="another part"):
            pause(world, decision, key=17, part=part)
    pause(world, decision, key=17, part=world.part(17, "SFO"))
    assert fresh(decision).state == DecisionState.DONE


def test_a_date_moves_to_the_day_that_was_decided_and_to_no_other(world):
    decision = decide_date(world, meeting(world))
    with refused("decision", match="allows 31 March 2022, no other date"):
        move(world, decision, to=date(2022, 6, 30))
    with refused("decision", match="does not allow this"):
        move(world, decision, key=12, to=date(2022, 6, 30))

    made = move(world, decision)
    assert (made.decision_id, made.decision_reference) == (decision.id, "SG 2022-02-15/1")
    assert fresh(decision).outcome == "Agreed date moved to 31 March 2022"


def test_another_milestone_of_the_activity_is_not_the_one_decided(world):
    decision = decide(
        world, meeting(world), activity=world.activity(5), milestone=world.milestone(5), allows=Move.REMOVE
    )
    with refused("decision", match="another milestone"):
        end_series(milestone=world.milestone(5, 2), decision=decision, reason="Enough", **told(world))


def test_the_answer_to_a_proposed_date_follows_a_decision_too(world):
    decision = decide_date(world, meeting(world))
    proposal = propose_date(milestone=world.milestone(7), to=LATER, reason="More time", **told(world, "sfo"))
    agree_to_date(proposal=proposal, agreed_by="Steering Group", decision=decision, **told(world))
    assert DateMove.objects.get().decision_id == decision.id
    assert fresh(decision).state == DecisionState.DONE


def test_a_milestone_is_removed_by_the_decision_without_another_reference(world):
    about = {"activity": world.activity(7), "milestone": world.milestone(7)}
    decision = decide(world, meeting(world), **about, allows=Move.REMOVE)
    removed = remove_milestone(milestone=world.milestone(7), decision=decision, reason="Overtaken", **told(world))
    assert (removed.decision_id, removed.decision_reference) == (decision.id, "SG 2022-02-15/1")
    assert fresh(decision).outcome == "“Strategy endorsed” removed"


def test_a_series_is_ended_by_the_decision(world):
    series = world.milestone(5, 2)
    decision = decide(world, meeting(world), activity=world.activity(5), milestone=series, allows=Move.REMOVE)
    assert end_series(milestone=series, decision=decision, reason="Enough", **told(world)).decision_id == decision.id
    assert fresh(decision).outcome == f"“{series.name}” ended"


def test_a_body_is_named_as_decided_and_no_other(world):
    lead = {"activity": world.activity(9), "lead": world.body("MOJ"), "allows": Move.NAME_LEAD}
    decision = decide(world, meeting(world), **lead)
    named = {"activity": world.activity(9), "reason": "Decided", "decision": decision}
    with refused("decision", match="names Ministry of Justice, no other body"):
        assign_role(kind=RoleKind.LEAD, body=world.body("Police"), **named, **told(world))
    with refused("decision", match="does not allow this"):
        assign_role(kind=RoleKind.SUPPORT, body=world.body("MOJ"), **named, **told(world))

    role = assign_role(kind=RoleKind.COORDINATOR, body=world.body("MOJ"), **named, **told(world))
    assert Role.objects.get(id=role.id).decision_id == decision.id
    assert fresh(decision).outcome == "Ministry of Justice named as coordinator"


def test_a_settled_decision_is_not_carried_out_again(world):
    decision = decide_pause(world, meeting(world))
    settle_decision(decision=decision, state=DecisionState.LAPSED, outcome="Not needed", **told(world))
    with refused("decision", match="SG 2022-02-15/1 is settled: lapsed. Reopen it first"):
        pause(world, decision)


def test_without_a_decision_on_record_a_reference_in_words_still_does(world):
    said = Statement(status=DeliveryStatus.PAUSED, review_date=REVIEWED, decision_reference="Minutes of 3 May")
    update = update_status(activity=world.activity(7), statement=said, **told(world))
    assert (update.decision, update.decision_reference) == (None, "Minutes of 3 May")
    with refused("decision_reference"):
        pause(world, None, key=12)


def test_a_move_made_from_an_older_state_leaves_the_decision_open(world):
    decision, stamp = decide_pause(world, meeting(world)), stamp_of(world.activity(7).id)
    move(world, None)
    with nothing_written(Conflict):
        pause(world, decision, expected=stamp)
    assert fresh(decision).is_open


# Changing, reporting, settling, reopening ----------------------------------------------------------------------------


def change(world: World, decision: Decision, **said) -> Decision:
    words = {"what": decision.what, "owner": decision.owner, "due_on": decision.due_on, "reason": "Misheard"}
    who = told(world, said.pop("username", "secretariat"))
    return change_decision(decision=decision, **{**words, **said}, **who)


def test_words_owner_and_day_are_corrected_and_the_reference_stays(world):
    decision = decide(world, meeting(world))
    changed = change(world, decision, what="Report on funds", owner=world.body("SFO"), due_on=date(2022, 4, 1))
    assert (changed.what, changed.owner.label, changed.due_on) == ("Report on funds", "SFO", date(2022, 4, 1))
    assert changed.reference == decision.reference
    assert Decision.history.get(id=decision.id, sequence=1).what == "Report on the funding"


@pytest.mark.parametrize(
    ("said", "field"), [({"what": ""}, "what"), ({"reason": ""}, "reason"), ({"due_on": date(2022, 2, 14)}, "due_on")]
)
def test_a_correction_says_everything(world, said, field):
    decision = decide(world, meeting(world))
    with refused(field):
        change(world, decision, **said)


def test_whoever_reports_for_the_owner_says_how_far_it_has_come(world):
    decision = decide(world, meeting(world))
    for number, username in enumerate(("police", "secretariat"), start=1):
        report = report_on_decision(decision=decision, text="Half done", **told(world, username))
        assert (report.number, report.person_id) == (number, world.person(username).id)
    assert fresh(decision).reports == 2


@pytest.mark.parametrize("username", ["police-reader", "sfo", "steering"])
def test_nobody_else_reports_on_it(world, username):
    decision = decide(world, meeting(world))
    with nothing_written(Forbidden):
        report_on_decision(decision=decision, text="Half done", **told(world, username))


def test_an_owner_does_not_settle_change_or_reopen(world):
    decision = decide(world, meeting(world))
    by = told(world, "police")
    for act in (
        lambda: settle_decision(decision=decision, state=DecisionState.DONE, outcome="Done", **by),
        lambda: reopen_decision(decision=decision, reason="Not done", **by),
        lambda: change(world, decision, username="police"),
    ):
        with nothing_written(Forbidden):
            act()


@pytest.mark.parametrize(
    ("said", "field"),
    [({"state": DecisionState.OPEN, "outcome": "Done"}, "state"), ({"state": "done", "outcome": " "}, "outcome")],
)
def test_settling_says_what_became_of_it(world, said, field):
    decision = decide(world, meeting(world))
    with refused(field):
        settle_decision(decision=decision, **said, **told(world))


def test_what_is_settled_takes_no_change_and_no_report_until_it_is_reopened(world):
    decision = decide(world, meeting(world))
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="Reported", **told(world))
    with refused("", match="settled: done. Reopen it first"):
        change(world, decision)
    with refused("", match="settled"):
        report_on_decision(decision=decision, text="More", **told(world))

    again = reopen_decision(decision=decision, reason="It was another paper", **told(world))
    assert (again.state, again.outcome, again.settled_on, again.settled_by) == (DecisionState.OPEN, "", None, "")
    with refused("", match="This decision is open"):
        reopen_decision(decision=decision, reason="Again", **told(world))


def test_each_use_case_notices_that_somebody_was_faster(world):
    decision = decide(world, meeting(world))
    stamp = decision.version
    report_on_decision(decision=decision, text="Half done", **told(world))
    late = {"decision": decision, "expected": stamp, **told(world)}
    for act in (
        lambda: report_on_decision(text="Done", **late),
        lambda: settle_decision(state=DecisionState.DONE, outcome="Done", **late),
        lambda: reopen_decision(reason="Why", **late),
        lambda: change_decision(what="Other", owner=decision.owner, due_on=decision.due_on, reason="Misheard", **late),
    ):
        with nothing_written(Conflict):
            act()
    assert DecisionReport.objects.count() == 1


def test_what_was_said_on_another_day_counts_from_then(world):
    decision = decide(world, meeting(world))
    day = date(2022, 3, 2)
    by = Standing.of(world.person("secretariat"), day)
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="Reported", by=by, at=moment(day))
    assert fresh(decision).settled_on == day
