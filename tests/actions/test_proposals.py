"""Proposed dates: who may ask for one, and what agreeing, declining and taking back come to."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from activities.actions.common import Forbidden, stamp_of
from activities.actions.milestones import add_milestone, move_date, remove_milestone
from activities.actions.proposals import agree_to_date, decline_date, propose_date, take_back_proposal
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.models import DateMove, DateProposal, Milestone, MilestoneKind, ProposalState
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.proposals import proposals, waiting_of, with_waiting
from activities.workflow import Statement
from agencies.models import Membership
from agencies.standing import Standing
from tests.actions.helpers import nothing_written, refused
from tests.world import PROGRAM, TODAY, World, moment
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.writing import record

LATER = date(2022, 3, 31)


def propose(world: World, key: int = 7, username: str = "sfo", day: date = TODAY, **said) -> DateProposal:
    asked = {"to": LATER, "reason": "The ministers asked for more time"} | said
    by = Standing.of(world.person(username), day)
    return propose_date(milestone=world.milestone(key), **asked, by=by, at=moment(day))


def agree(world: World, proposal: DateProposal, **said) -> DateProposal:
    said = {"agreed_by": "TNOC Steering Group"} | said
    return agree_to_date(proposal=proposal, **said, by=world.standing("secretariat"), at=world.now)


def decline(world: World, proposal: DateProposal, answer: str = "The strategy cannot wait.") -> DateProposal:
    return decline_date(proposal=proposal, answer=answer, by=world.standing("secretariat"), at=world.now)


def test_a_proposal_waits_and_moves_nothing(world):
    made = propose(world)

    assert (made.instead_of, made.proposed_due, made.days) == (date(2021, 12, 31), LATER, 90)
    assert (made.body.label, made.person_name, made.person_id) == ("SFO", "SFO Lead", world.person("sfo").id)
    assert made.state == ProposalState.OPEN
    assert (world.milestone(7).agreed_due, world.milestone(7).moves) == (date(2021, 12, 31), 0)
    entry = DateProposal.history.get(id=made.id)
    assert (entry.actor_name, entry.history_change_reason) == ("SFO Lead", "The ministers asked for more time")


def test_a_quarter_is_proposed_by_its_last_day(world):
    assert propose(world, to=FiscalQuarter.of(date(2022, 5, 1))).proposed_due == date(2022, 6, 30)


def test_a_milestone_without_a_date_may_be_given_one(world):
    added = add_milestone(
        activity=world.activity(7),
        kind=MilestoneKind.TO_BE_DECIDED,
        label="Second edition",
        due=None,
        reason="Agreed",
        by=PROGRAM,
        at=moment(date(2022, 1, 1)),
    )
    made = propose_date(milestone=added, to=LATER, reason="Known now", by=world.standing("sfo"), at=world.now)

    assert (made.instead_of, made.days) == (None, None)
    agree(world, made)
    assert Milestone.objects.get(id=added.id).agreed_due == LATER


def test_whoever_answers_for_a_part_may_ask_too(world):
    assert propose(world, 11, "police").body.label == "Police"


@pytest.mark.parametrize("username", ["police", "steering", "police-reader", "administrator", "outsider"])
def test_nobody_else_may(world, username):
    with nothing_written(Forbidden):
        propose(world, 7, username)


def test_the_secretariat_asks_in_its_own_name(world):
    assert propose(world, 7, "secretariat").body.name == "TNOC Secretariat"


def test_a_membership_that_has_ended_asks_no_more(world):
    membership = Membership.objects.get(person=world.person("sfo"))
    membership.until = date(2022, 1, 31)
    record(membership, by=PROGRAM.actor, at=moment(date(2022, 1, 15)), reason="Left")
    with nothing_written(Forbidden):
        propose(world)


def test_a_reason_another_date_and_a_day_to_come_are_needed(world):
    with refused("reason", match="Give the reason"):
        propose(world, reason="  ")
    with refused("due", match="31 March 2022 already"):
        propose(world, 12, "police", to=world.milestone(12).agreed_due)
    with refused("due", match="14 February 2022 has passed"):
        propose(world, to=date(2022, 2, 14))


def test_one_proposal_at_a_time_waits(world):
    propose(world)
    with refused("", match="proposed already"):
        propose(world, to=date(2022, 4, 30))


def test_what_is_delivered_removed_finished_or_withdrawn_moves_no_more(world):
    at, by = moment(date(2022, 1, 10)), world.standing("secretariat")
    said = Statement(DeliveryStatus.ON_TRACK, what_was_done="Endorsed")
    update_status(
        activity=world.activity(7), statement=said, deliveries={world.milestone(7).id: date(2022, 1, 9)}, by=by, at=at
    )
    remove_milestone(milestone=world.milestone(12), decision_reference="SG 1", reason="Merged", by=by, at=at)
    withdraw_activity(activity=world.activity(13), reason="Merged", by=by, at=at)
    closed = Statement(DeliveryStatus.NOT_DELIVERED, what_became="Dropped", decision_reference="SG 2")
    update_status(activity=world.activity(19), statement=closed, by=by, at=at)

    for key, username in ((7, "sfo"), (12, "police"), (13, "police"), (19, "secretariat")):
        with refused("", match="Only the date of an open milestone can move"):
            propose(world, key, username)


def test_agreeing_moves_the_date_and_the_ledger_names_who_asked_and_who_agreed(world):
    done = agree(world, propose(world), decision_reference="SG 2022/3", answer="For the last time.")

    move = DateMove.objects.get(milestone=world.milestone(7))
    assert (move.moved_from, move.moved_to, move.reason) == (
        date(2021, 12, 31),
        LATER,
        "The ministers asked for more time",
    )
    assert (move.asked_by, move.agreed_by) == ("SFO Lead, SFO", "TNOC Steering Group")
    assert move.decision_reference == "SG 2022/3"
    assert (done.state, done.move_id, done.answered_by) == (ProposalState.AGREED, move.id, "Secretariat Officer")
    assert world.milestone(7).agreed_due == LATER
    assert [entry.sequence for entry in DateProposal.history.filter(id=done.id).order_by("sequence")] == [1, 2]


def test_agreeing_names_who_agreed(world):
    made = propose(world)
    with refused("agreed_by", match="Say who agreed"):
        agree(world, made, agreed_by="")


def test_declining_keeps_the_date_and_needs_a_word(world):
    made = propose(world)
    with refused("answer", match="Say why the date stays"):
        decline(world, made, " ")
    done = decline(world, made)

    assert (done.state, done.answer, done.move_id) == (ProposalState.DECLINED, "The strategy cannot wait.", None)
    assert world.milestone(7).moves == 0
    assert propose(world, to=date(2022, 4, 30)).is_open


def test_an_answered_proposal_is_answered_once(world):
    made = propose(world)
    decline(world, made)

    for again in (decline, agree):
        with refused("", match="declined by Secretariat Officer"):
            again(world, made)
    with refused("", match="waits no more"):
        take_back_proposal(proposal=made, by=world.standing("sfo"), at=world.now)


def test_only_the_secretariat_answers_and_only_who_asked_takes_back(world):
    made = propose(world)
    for by in (world.standing("sfo"), world.standing("steering")):
        with nothing_written(Forbidden):
            agree_to_date(proposal=made, agreed_by="Us", by=by, at=world.now)
        with nothing_written(Forbidden):
            decline_date(proposal=made, answer="No", by=by, at=world.now)
    with nothing_written(Forbidden):
        take_back_proposal(proposal=made, by=world.standing("police"), at=world.now)
    taken = take_back_proposal(proposal=made, by=world.standing("sfo"), at=world.now)

    assert (taken.state, taken.answered_by) == (ProposalState.TAKEN_BACK, "SFO Lead")
    assert propose(world).is_open


def test_agreeing_to_a_milestone_that_was_delivered_meanwhile_is_refused(world):
    made = propose(world)
    said = Statement(DeliveryStatus.ON_TRACK, what_was_done="Endorsed")
    met = {world.milestone(7).id: TODAY}
    update_status(activity=world.activity(7), statement=said, deliveries=met, by=PROGRAM, at=world.now)

    with refused("", match="Only the date of an open milestone can move"):
        agree(world, made)
    assert [each.meanwhile for each in proposals(world.reading)] == ["delivered meanwhile"]


def test_an_answer_made_from_an_older_state_is_a_conflict(world):
    made, stamp = propose(world), stamp_of(world.activity(7).id)
    moved = {"reason": "Sooner", "asked_by": "SG", "agreed_by": "SG", "by": PROGRAM, "at": world.now}
    move_date(milestone=world.milestone(7), to=date(2022, 2, 28), **moved)

    with nothing_written(Conflict):
        agree_to_date(proposal=made, agreed_by="SG", by=world.standing("secretariat"), at=world.now, expected=stamp)
    assert [each.meanwhile for each in proposals(world.reading)] == ["the agreed date is 28 February 2022 meanwhile"]


def test_the_database_keeps_one_open_proposal_and_an_answer_whole(world):
    made = propose(world)
    wrong = [
        {"state": "declined", "answered_at": world.now, "answered_by": "X", "answer": ""},
        {"state": "agreed", "answered_at": world.now, "answered_by": "X"},
        {"state": "open", "answered_by": "X"},
        {"reason": ""},
        {"proposed_due": made.instead_of},
    ]
    for fields in wrong:
        row = DateProposal.objects.get(id=made.id)
        for name, value in fields.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            record(row, by=PROGRAM.actor, at=world.now, reason="Wrong")
    second = DateProposal(
        milestone=made.milestone,
        proposed_due=date(2022, 5, 1),
        reason="Again",
        body=made.body,
        person_name="X",
        at=world.now,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        record(second, by=PROGRAM.actor, at=world.now, reason="Wrong")


# Read, now and then ------------------------------------------------------------------------------------------------


def test_a_waiting_proposal_stands_beside_its_milestone_as_it_was_known(world):
    made = propose(world, day=date(2022, 1, 10))
    decline_date(proposal=made, answer="No", by=world.standing("secretariat"), at=moment(date(2022, 1, 20)))
    propose(world, to=date(2022, 4, 30), day=date(2022, 2, 1))

    def waiting(reading: Reading) -> list[date]:
        rows = with_waiting(reading, reading.milestones)
        return [found.proposed_due for row in rows if (found := waiting_of(row))]

    days = [date(2022, 1, 9), date(2022, 1, 10), date(2022, 1, 20), date(2022, 2, 1)]
    assert [waiting(Reading.on_day(world.plan, day)) for day in days] == [[], [LATER], [], [date(2022, 4, 30)]]
    assert waiting(world.reading) == [date(2022, 4, 30)]


def test_the_list_begins_with_what_waits_and_then_the_newest_answer(world):
    first = propose(world, day=date(2022, 1, 10))
    decline_date(proposal=first, answer="No", by=world.standing("secretariat"), at=moment(date(2022, 1, 20)))
    second = propose(world, 12, "police", day=date(2022, 1, 11), to=date(2022, 6, 30))
    take_back_proposal(proposal=second, by=world.standing("police"), at=moment(date(2022, 1, 21)))
    propose(world, 11, "police", day=date(2022, 2, 2), to=date(2022, 5, 31))
    propose(world, day=date(2022, 2, 1))

    found = proposals(world.reading)
    assert [(each.activity.key, each.proposal.state) for each in found] == [
        ("7", "open"),
        ("11", "open"),
        ("12", "taken_back"),
        ("7", "declined"),
    ]
    assert (found[0].by_days, found[0].asked_by) == ("90 days later", "SFO Lead, SFO")
