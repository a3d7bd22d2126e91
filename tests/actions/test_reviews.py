"""What the Secretariat makes of returns: accepted into the register, sent back with a word, or corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities.actions.common import Forbidden, Refused
from activities.actions.loading import load_plan
from activities.actions.milestones import move_date, remove_milestone
from activities.actions.proposals import agree_to_date, propose_date
from activities.actions.reports import Report
from activities.actions.returns import (
    accept_return,
    accept_unchanged,
    confirm_no_change,
    correct_return,
    save_draft,
    send_back,
    stamp_of_return,
)
from activities.actions.roles import assign_role, end_role
from activities.actions.rounds import close_round, extend_returns, open_round, reopen_round
from activities.actions.words import withdraw_activity
from activities.models import ActionPlan, DateProposal, Filing, Return, Role, StatusUpdate
from activities.returns import ReturnState
from activities.workflow import Statement
from agencies.actions.memberships import change_membership
from agencies.actions.people import edit_person
from tests import world as the_world
from tests.actions.helpers import nothing_written, refused
from tests.actions.rounds import DUE, OPENED, Q2, Q3, asked, filed, opened, proposing, told
from tests.generated import at_risk, completed, off_track, on_track, paused, say
from tests.record.written import watched
from tests.scenes import after, played_once
from tests.world import PROGRAM, moment
from tnoc_tracker.record.change import Conflict

made = played_once(opened)
a_round = played_once(opened)

REVIEWED = date(2022, 2, 3)


def accept(world, key=12, *, on=REVIEWED, body="", quarter=Q2, **more) -> StatusUpdate:
    return accept_return(ret=asked(key, body, quarter), **more, **told(world, on))


# Accepted -----------------------------------------------------------------------------------------------------------


@after(opened)
def test_what_is_accepted_is_in_the_register_in_the_reporters_name(world):
    delivered = world.milestone(12)
    filing = filed(world, 12, on_track("Presented."), deliveries={delivered.id: date(2022, 1, 14)})

    update = accept(world, answer="Thank you.")

    assert (update.person_name, update.person_id) == ("Police Lead", world.person("police").id)
    assert (update.said_at, update.accepted_by, update.at) == (filing.at, "Secretariat Officer", moment(REVIEWED))
    assert (update.what_was_done, update.from_status, update.to_status) == ("Presented.", "not_started", "on_track")
    assert (world.activity(12).status, world.milestone(12).delivered_on) == ("on_track", date(2022, 1, 14))
    filing = Filing.objects.get()
    assert (filing.outcome, filing.update, filing.answer) == ("accepted", update, "Thank you.")
    assert (filing.answered_by, filing.answered_at) == ("Secretariat Officer", moment(REVIEWED))
    assert asked(12).state == ReturnState.ACCEPTED


@after(opened)
def test_an_accepted_forecast_stands_at_the_milestone_that_it_is_for(world):
    words, start = off_track("Ministers wait.", forecast=date(2022, 6, 30)), world.milestone(7, 2)
    filed(world, 7, words, by="sfo", forecast_of=start.id)
    assert world.milestone(7, 2).forecast is None

    assert accept(world, 7).forecast_of == start
    assert (world.milestone(7).forecast, world.milestone(7, 2).forecast) == (None, date(2022, 6, 30))


def test_in_a_closed_round_nothing_is_reviewed(world, made):
    filed(world, 12)
    ret = asked(12)
    accept(world)
    close_round(round=made, **told(world, REVIEWED))

    locked = {"match": "The round of Q2 FY2021/22 is closed"}
    with refused("", **locked):
        accept_return(ret=ret, **told(world, REVIEWED))
    with refused("", **locked):
        send_back(ret=ret, answer="?", **told(world, REVIEWED))
    with refused("", **locked):
        correct_return(ret=ret, report=Report(on_track()), reason="?", **told(world, REVIEWED))
    assert accept_unchanged(round=made, **told(world, REVIEWED)) == []


@after(opened)
def test_every_entry_of_an_acceptance_is_the_reviewers(world):
    filed(world, 12, proposals=proposing(world.milestone(12), date(2022, 5, 31)))

    with watched() as written:
        accept(world)

    assert written().actors == {("Secretariat Officer", world.person("secretariat").id)}
    assert "DateProposal +" in written().entries
    assert "StatusUpdate +" in written().entries


@after(opened)
def test_the_rules_are_those_of_the_day_of_filing(world):
    filed(world, 12, on=date(2022, 3, 31))

    assert accept(world, on=date(2022, 4, 20)).explanation == ""


@after(opened)
@pytest.mark.parametrize(
    ("meanwhile", "field"),
    [
        (lambda world: say(world, 12, REVIEWED, off_track("The vendor is gone.")), "what_changed"),
        (lambda world: say(world, 12, REVIEWED, paused("SG 6")), "status"),
        (lambda world: say(world, 12, REVIEWED, on_track(), met={1: REVIEWED}), "delivered_{milestone}"),
        (
            lambda world: remove_milestone(
                milestone=world.milestone(12), decision_reference="SG 7", reason="Out", **told(world, REVIEWED)
            ),
            "delivered_{milestone}",
        ),
    ],
    ids=["moved down", "paused", "delivered", "removed"],
)
def test_what_can_no_longer_be_said_is_not_accepted_and_nothing_is_left_behind(world, meanwhile, field):
    milestone = world.milestone(12)
    filed(world, 12, deliveries={milestone.id: OPENED})
    meanwhile(world)

    with refused(field.format(milestone=milestone.id)):
        accept(world)
    assert asked(12).state == ReturnState.RETURNED


@after(opened)
def test_an_acceptance_is_one_transaction(world):
    first, second = world.milestone(7), world.milestone(7, 2)
    dates = proposing(first, date(2022, 3, 31)) + proposing(second, date(2022, 5, 31))
    filed(world, 7, by="sfo", proposals=dates)
    propose_date(milestone=second, to=date(2022, 6, 30), reason="Later", **told(world, username="sfo"))

    with refused(f"proposed_{second.id}"):  # by then the status and the first date are written
        accept(world, 7)
    assert (world.activity(7).status, asked(7).state) == ("not_started", ReturnState.RETURNED)
    assert not first.proposals.exists()


@after(opened)
def test_who_left_between_filing_and_acceptance_has_said_it_all_the_same(world):
    filed(world, 12, proposals=proposing(world.milestone(12), date(2022, 5, 31)))
    membership = world.person("police").memberships.get()
    change_membership(
        membership=membership,
        since=membership.since,
        until=OPENED,
        may_report=True,
        reason="Left",
        **told(world, OPENED, "administrator"),
    )

    assert accept(world).person_name == "Police Lead"
    proposal = DateProposal.objects.get()
    assert (proposal.person_name, proposal.body) == ("Police Lead", world.body("Police"))
    with nothing_written(Forbidden):
        filed(world, 13, on=OPENED + timedelta(days=1))


@after(opened)
def test_what_was_said_keeps_the_name_under_which_it_was_said(world):
    filed(world, 12)
    person = world.person("police")
    told_by = told(world, OPENED, "administrator")
    edit_person(person=person, username="police", name="Inspector Hana", email="", reason="Married", **told_by)

    assert accept(world).person_name == "Police Lead"


@after(opened)
def test_the_body_that_filed_is_accepted_though_another_answers_by_now(world):
    filed(world, 12, proposals=proposing(world.milestone(12), date(2022, 5, 31)))
    end_role(role=Role.objects.get(activity=world.activity(12), kind="lead"), reason="Passed on", **told(world))
    assign_role(activity=world.activity(12), kind="lead", body=world.body("SFO"), reason="Passed on", **told(world))

    assert asked(12).body == world.body("Police")
    assert accept(world).person_name == "Police Lead"
    assert DateProposal.objects.get().body == world.body("Police")


def test_a_confirmed_pause_is_accepted_after_its_review_too(world):
    say(world, 12, date(2021, 11, 1), paused("SG 6", DUE))
    opened(world)
    confirm_no_change(ret=asked(12), **told(world, username="police"))

    update = accept(world)
    assert (update.is_confirmation, update.review_date, world.activity(12).review_date) == (True, DUE, DUE)


@after(opened)
def test_an_accepted_completion_finishes_the_activity_and_asks_no_other_round_about_it(world):
    opened(world, Q3)
    filed(world, 12, completed(OPENED), deliveries={world.milestone(12).id: OPENED})
    accept(world)

    assert (world.activity(12).status, asked(12).state) == ("completed", ReturnState.ACCEPTED)
    other = Return.objects.get(activity=world.activity(12), round__quarter_key=Q3.key)
    assert (other.dropped_on, other.dropped_why) == (REVIEWED, "Delivered as planned.")


@after(opened)
def test_the_last_part_finishes_the_whole(world):
    for body in ("Customs", "MBIE"):
        filed(world, 11, completed(OPENED), body=body, by="secretariat")
    last = {world.milestone(11).id: OPENED}
    filed(world, 11, completed(OPENED), body="Police", deliveries=last)
    assert world.activity(11).status == "on_track"
    accept(world, 11, body="Police")

    assert world.activity(11).status == "completed"
    assert set(Return.objects.filter(activity__key="11").values_list("state", "dropped_on")) == {("accepted", None)}


@after(opened)
def test_an_old_page_accepts_and_sends_back_nothing(world):
    filed(world, 12)
    stamp = stamp_of_return(asked(12).id)
    send_back(ret=asked(12), answer="Which?", **told(world))
    filed(world, 12)

    with nothing_written(Conflict):
        accept(world, expected=stamp)
    with nothing_written(Conflict):
        send_back(ret=asked(12), answer="Once more", expected=stamp, **told(world))
    report = Report(on_track())
    with nothing_written(Conflict):
        correct_return(ret=asked(12), report=report, reason="?", expected=stamp, **told(world))


def test_only_the_secretariat_reviews(world, made):
    filed(world, 12)
    for username in ("police", "steering"):
        by = told(world, username=username)
        with nothing_written(Forbidden):
            accept_return(ret=asked(12), **by)
        with nothing_written(Forbidden):
            send_back(ret=asked(12), answer="?", **by)
        with nothing_written(Forbidden):
            correct_return(ret=asked(12), report=Report(on_track()), reason="?", **by)
        with nothing_written(Forbidden):
            accept_unchanged(round=made, **by)


@after(opened)
def test_what_was_not_filed_is_not_reviewed(world):
    with refused("", match="is requested: there is nothing to review"):
        accept(world)
    filed(world, 12)
    accept(world)
    with refused("", match="is accepted: there is nothing to review"):
        send_back(ret=asked(12), answer="?", **told(world))


@after(opened)
def test_a_return_that_waited_when_its_activity_was_withdrawn_is_not_accepted(world):
    filed(world, 12)
    ret = asked(12)
    withdraw_activity(activity=world.activity(12), reason="Merged into 11.", **told(world))

    with refused("", match="Merged into 11."):
        accept_return(ret=ret, **told(world))


# Proposed dates -----------------------------------------------------------------------------------------------------


@after(opened)
def test_proposed_dates_wait_for_an_answer_in_the_reporters_name(world):
    milestone = world.milestone(12)
    filed(world, 12, proposals=proposing(milestone, date(2022, 5, 31), "Two banks asked."))
    accept(world)

    proposal = DateProposal.objects.get()
    assert (proposal.milestone, proposal.proposed_due, proposal.instead_of) == (
        milestone,
        date(2022, 5, 31),
        date(2022, 3, 31),
    )
    assert (proposal.person_name, proposal.body, proposal.reason) == (
        "Police Lead",
        world.body("Police"),
        "Two banks asked.",
    )
    assert (proposal.is_open, proposal.history.get().actor_name) == (True, "Secretariat Officer")


@after(opened)
def test_the_secretariats_own_proposals_wait_too(world):
    filed(world, 18, on_track(), by="secretariat", proposals=proposing(world.milestone(18), date(2022, 5, 31)))

    proposal = DateProposal.objects.get()
    assert (proposal.body, proposal.person_name) == (world.body("Secretariat"), "Secretariat Officer")


@after(opened)
def test_a_proposed_day_may_pass_before_it_is_accepted(world):
    filed(world, 12, proposals=proposing(world.milestone(12), OPENED + timedelta(days=1)))
    accept(world)

    assert DateProposal.objects.get().proposed_due == OPENED + timedelta(days=1)


@after(opened)
def test_a_proposed_date_that_is_agreed_by_now_is_left_aside_and_the_answer_says_so(world):
    milestone, later = world.milestone(12), date(2022, 5, 31)
    filed(world, 12, proposals=proposing(milestone, later))
    names = {"asked_by": "Police", "agreed_by": "Steering Group"}
    move_date(milestone=milestone, to=later, reason="Banks", **names, **told(world))

    accept(world, answer="Thank you.")
    answer = "Thank you. The new date for “Presentation of proposals to Steering Group” is agreed by now."
    assert Filing.objects.get().answer == answer
    assert not DateProposal.objects.exists()


@after(opened)
def test_a_date_proposed_for_what_is_closed_by_now_is_left_aside(world):
    milestone = world.milestone(12)
    filed(world, 12, proposals=proposing(milestone, date(2022, 5, 31)))
    remove_milestone(milestone=milestone, decision_reference="SG 7", reason="Out", **told(world))

    accept(world)
    assert Filing.objects.get().answer.endswith("was left aside: it is closed by now.")
    assert not DateProposal.objects.exists()


@after(opened)
def test_of_two_proposals_the_first_is_answered_first(world):
    milestone, by = world.milestone(12), told(world)
    filed(world, 12, proposals=proposing(milestone, date(2022, 5, 31)))
    first = propose_date(milestone=milestone, to=date(2022, 4, 30), reason="Sooner", **told(world, username="police"))

    with refused(f"proposed_{milestone.id}", match="waits for an answer: give that first, then accept"):
        accept(world)
    agree_to_date(proposal=first, agreed_by="Steering Group", **by)
    accept(world)
    assert [each.instead_of for each in DateProposal.objects.order_by("id")] == [date(2022, 3, 31), date(2022, 4, 30)]


# Sent back ----------------------------------------------------------------------------------------------------------


@after(opened)
def test_what_is_sent_back_says_what_is_wanted_and_is_filed_again(world):
    for number, wanted in ((1, "Which workshops?"), (2, "When was the second?")):
        filed(world, 12, on_track(f"Version {number}"))
        send_back(ret=asked(12), answer=wanted, **told(world))
        assert asked(12).state == ReturnState.SENT_BACK
    filed(world, 12, on_track("Version 3"), on=DUE + timedelta(days=3))

    ret = asked(12)
    assert (ret.state, ret.filings, ret.was_late) == (ReturnState.RETURNED, 3, False)
    accept(world, on=date(2022, 2, 10))
    filings = Filing.objects.order_by("number").values_list("number", "what_was_done", "outcome", "answer")
    assert list(filings) == [
        (1, "Version 1", "sent_back", "Which workshops?"),
        (2, "Version 2", "sent_back", "When was the second?"),
        (3, "Version 3", "accepted", ""),
    ]
    assert [update.what_was_done for update in StatusUpdate.objects.all()] == ["Version 3"]


@after(opened)
def test_sent_back_without_a_word_is_refused(world):
    filed(world, 12)
    with refused("answer", match="Say what is wanted"):
        send_back(ret=asked(12), answer=" ", **told(world))


@after(opened)
def test_what_is_sent_back_goes_to_the_body_that_answers_by_now(world):
    filed(world, 12)
    end_role(role=Role.objects.get(activity=world.activity(12), kind="lead"), reason="Passed on", **told(world))
    assign_role(activity=world.activity(12), kind="lead", body=world.body("SFO"), reason="Passed on", **told(world))

    after = DUE + timedelta(days=3)
    returned = send_back(ret=asked(12), answer="Which?", **told(world, after))
    assert (returned.body, returned.due_on, returned.state) == (world.body("SFO"), after, ReturnState.SENT_BACK)
    assert filed(world, 12, by="sfo", on=after).person_name == "SFO Lead"
    with nothing_written(Forbidden):
        confirm_no_change(ret=asked(12), **told(world, after, "police"))


def test_what_was_sent_back_and_never_filed_again_is_not_returned(world, made):
    filed(world, 12)
    send_back(ret=asked(12), answer="Which?", **told(world))
    save_draft(ret=asked(12), typed={"reason": "Half a sen"}, **told(world, username="police"))
    save_draft(ret=asked(13), typed={"reason": "Half a sen"}, **told(world, username="police"))
    close_round(round=made, **told(world, REVIEWED))
    assert asked(12).state == asked(13).state == ReturnState.NOT_RETURNED

    again = {"due_on": date(2022, 2, 18), "reason": "The Minister asked."}
    reopen_round(round=made, **again, **told(world, date(2022, 2, 10)))
    assert [asked(key).state for key in (12, 13, 6)] == ["sent_back", "draft", "requested"]


# Corrected ----------------------------------------------------------------------------------------------------------


def correct(world, report: Report, reason="They meant four banks.") -> StatusUpdate:
    return correct_return(ret=asked(12), report=report, reason=reason, **told(world, REVIEWED))


@after(opened)
def test_a_correction_is_a_filing_of_the_secretariats_own_and_alters_nothing(world):
    first = filed(world, 12, on_track("Five banks have joined."))
    kept = list(Filing.objects.filter(id=first.id).values_list("what_was_done", "status", "person_name", "at"))

    update = correct(world, Report(on_track("Four banks have joined.")))

    second = Filing.objects.get(number=2)
    assert (second.corrects, second.corrected_why, second.person_name) == (
        first,
        "They meant four banks.",
        "Secretariat Officer",
    )
    assert (second.outcome, second.update, update.person_name) == ("accepted", update, "Secretariat Officer")
    first = Filing.objects.get(number=1)
    assert (first.outcome, first.answer, first.update) == ("corrected", "They meant four banks.", None)
    assert list(Filing.objects.filter(id=first.id).values_list("what_was_done", "status", "person_name", "at")) == kept
    assert [each.what_was_done for each in StatusUpdate.objects.all()] == ["Four banks have joined."]
    assert (asked(12).state, asked(12).filings) == (ReturnState.ACCEPTED, 2)


@after(opened)
def test_a_correction_keeps_the_rules_and_has_its_reason(world):
    filed(world, 12)
    milestone = world.milestone(12)

    with refused("corrected_why"):
        correct(world, Report(on_track()), reason=" ")
    with refused("path_to_green", f"proposed_{milestone.id}"):
        unsound = replace(at_risk(), path_to_green="")
        correct(world, Report(unsound, proposals=proposing(milestone, date(2022, 1, 1))))


@after(opened)
def test_a_correction_may_do_what_only_the_secretariat_may(world):
    filed(world, 12)

    assert correct(world, Report(paused("SG 6", date(2022, 6, 1)))).to_status == "paused"


# All that is unchanged ----------------------------------------------------------------------------------------------


def test_what_was_filed_as_unchanged_is_accepted_in_one_go(world, made):
    opened(world, Q3)
    confirm_no_change(ret=asked(12), **told(world, username="police"))
    confirm_no_change(ret=asked(6, quarter=Q2), **told(world))
    confirm_no_change(ret=asked(17, "SFO", Q3), **told(world, username="sfo"))
    filed(world, 11, body="Police")

    done = accept_unchanged(round=made, **told(world, REVIEWED))

    assert [each.activity.key for each in done] == ["12"]
    assert [asked(*each).state for each in ((12,), (11, "Police"))] == ["accepted", "returned"]
    assert asked(17, "SFO", Q3).state == ReturnState.CONFIRMED
    update = StatusUpdate.objects.get(activity=world.activity(12))
    assert (update.person_name, update.accepted_by) == ("Police Lead", "Secretariat Officer")


def test_what_was_filed_anew_after_it_was_sent_back_is_not_unchanged(world, made):
    confirm_no_change(ret=asked(12), **told(world, username="police"))
    send_back(ret=asked(12), answer="Nothing at all?", **told(world))
    filed(world, 12)

    assert accept_unchanged(round=made, **told(world)) == []
    assert asked(12).state == ReturnState.RETURNED


def test_what_can_no_longer_be_said_stays_in_the_queue(world):
    say(world, 12, date(2021, 11, 1), on_track(), by="police")
    made = opened(world)
    confirm_no_change(ret=asked(12), **told(world, username="police"))
    confirm_no_change(ret=asked(17, "Police"), **told(world, username="police"))
    say(world, 12, OPENED, at_risk())

    done = accept_unchanged(round=made, **told(world, REVIEWED))

    assert [each.activity.key for each in done] == ["17"]
    assert (asked(12).state, asked(17, "Police").state) == (ReturnState.CONFIRMED, ReturnState.ACCEPTED)
    with pytest.raises(Refused, match="what has changed"):
        accept(world)


# Beside a round -----------------------------------------------------------------------------------------------------


def test_what_is_finished_outside_the_round_is_not_asked_for_any_more(world, made):
    say(world, 12, REVIEWED, completed(OPENED), by="police", met={1: OPENED})

    dropped = Return.objects.get(round=made, activity=world.activity(12))
    assert (dropped.dropped_on, dropped.state, dropped.is_open) == (REVIEWED, ReturnState.REQUESTED, False)
    assert Return.objects.filter(round=made, dropped_on=None).count() == 34


@after(opened)
def test_two_plans_have_their_rounds_beside_each_other(world):
    exchange = the_world.exchange()
    exchange["plan"] |= {"slug": "tnoc-2022-23", "period": ["2022-01-01", "2022-12-31"]}
    load_plan(exchange=exchange, by=PROGRAM, at=moment(date(2022, 1, 1)))
    second = ActionPlan.objects.get(slug="tnoc-2022-23")
    other = open_round(plan=second, quarter=Q3, due_on=DUE, **told(world))
    mine = Return.objects.get(round=other, activity__key="17", part__body=world.body("Police"))

    filed(world, 12, completed(OPENED), deliveries={world.milestone(12).id: OPENED})
    accept(world)
    assert Return.objects.filter(round=other, dropped_on=None, state="requested").count() == 35
    confirm_no_change(ret=mine, **told(world, username="police"))
    assert accept_unchanged(round=other, **told(world)) == [mine]
    close_round(round=other, **told(world))
    filed(world, 13, on_track(explanation="Soon."))
    assert asked(13).state == ReturnState.RETURNED


def test_a_whole_that_the_secretariat_pauses_is_asked_of_the_secretariat(world, made):
    say(world, 11, OPENED, paused("SG 6", date(2022, 6, 1)))

    whole = asked(11)
    assert (whole.part, whole.body, whole.state) == (None, None, ReturnState.REQUESTED)
    confirm_no_change(ret=whole, **told(world))
    assert world.activity(11).status == "paused"
    resumed = Statement("on_track", what_was_done="It goes on.", decision_reference="SG 8")
    say(world, 11, REVIEWED, resumed)
    live = Return.objects.filter(round=made, activity=world.activity(11), dropped_on=None)
    assert sorted((row.part.body.label if row.part else "", row.state) for row in live) == [
        ("", "accepted"),
        ("Customs", "requested"),
        ("MBIE", "requested"),
        ("Police", "requested"),
    ]


def test_what_came_back_late_stays_late_whatever_is_extended_afterwards(world, a_round):
    filed(world, 12, by="police", on=date(2022, 2, 1))
    assert asked(12).was_late

    send_back(ret=asked(12), answer="Name the banks.", **told(world, date(2022, 2, 2)))
    extending = {"body": world.body("Police"), "until": date(2022, 2, 28), "reason": "To name the banks"}
    extend_returns(round=a_round, **extending, **told(world, date(2022, 2, 2)))

    assert (asked(12).due_on, asked(12).due_when_returned) == (date(2022, 2, 28), date(2022, 1, 28))
    assert asked(12).was_late


@after(opened)
def test_what_was_sent_back_did_come_and_is_not_late(world):
    filed(world, 12)
    passed = date(2022, 3, 15)
    assert asked(13).is_late(passed)
    assert not asked(13).is_late(DUE)

    send_back(ret=asked(12), answer="Name the banks.", **told(world))

    assert not asked(12).is_late(passed)
