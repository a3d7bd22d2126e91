"""Decisions of the Steering Group: recorded against the register, reported on, carried out by a move, settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from activities.actions.common import Refused, hold, require, require_words
from activities.actions.meetings import hold_meeting, require_on
from activities.decisions import MOVES, OF_STATUS, DecisionState, Move
from activities.models import Activity, AgendaItem, Decision, DecisionReport, Meeting, Milestone, Part
from agencies.models import Body
from agencies.permissions import Target
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.writing import record, whole


@dataclass(frozen=True)
class Decided:
    """What was decided, as somebody records it; what ``allows`` needs is checked by the use case."""

    what: str
    owner: Body
    due_on: date
    allows: Move = Move.NOTHING
    activity: Activity | None = None
    part: Part | None = None
    milestone: Milestone | None = None
    new_due: date | None = None
    lead: Body | None = None


@whole()
def record_decision(
    *,
    meeting: Meeting,
    decided: Decided,
    item: AgendaItem | None = None,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Decision:
    """Record what a meeting decided: against a milestone, a part, an activity, or the plan.

    Raises ``Refused`` before the meeting's day, and for what the move that it allows lacks; ``Conflict`` where the
    meeting or its agenda has changed since ``expected``.
    """
    require(by, "run_meetings")
    about = hold(decided.activity.id, None) if decided.activity else None
    held = hold_meeting(meeting.id, expected)
    require_on(held)
    if held.held_on > day_of(at):
        raise Refused({"": f"The group meets on {long_date(held.held_on)}: it has decided nothing yet."})
    _refuse_unfit(held, decided, about, item)
    decision = Decision(
        meeting=held,
        number=(number := _next_number(held)),
        reference=f"SG {held.held_on.isoformat()}/{number}",
        item=item,
        activity=about,
        part=decided.part,
        milestone=decided.milestone,
        what=require_words(decided.what, "what", "Say what was decided."),
        owner=decided.owner,
        due_on=decided.due_on,
        allows=decided.allows,
        new_due=decided.new_due,
        lead=decided.lead,
        at=at,
        recorded_by=by.actor.name,
    )
    record(decision, by=by.actor, at=at, reason=decision.what)
    return decision


def _next_number(meeting: Meeting) -> int:
    return (Decision.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"] or 0) + 1


def _refuse_unfit(meeting: Meeting, decided: Decided, about: Activity | None, item: AgendaItem | None) -> None:
    """Refuse what does not belong together: another plan's activity, a move without what it needs."""
    wrong = {}
    if about is not None and about.plan_id != meeting.plan_id:
        wrong["activity"] = "Choose an activity of this plan."
    if about is not None and about.withdrawn_on is not None:
        wrong["activity"] = "This activity is withdrawn from the plan."
    if item is not None and item.meeting_id != meeting.id:
        wrong["item"] = "Choose an item of this agenda."
    about_id = about.id if about else None
    if decided.part is not None and decided.part.activity_id != about_id:
        wrong["part"] = "Choose a part of this activity."
    if decided.milestone is not None and decided.milestone.activity_id != about_id:
        wrong["milestone"] = "Choose a milestone of this activity."
    if decided.due_on < meeting.held_on:
        wrong["due_on"] = "The day cannot lie before the meeting."
    wrong |= _lacking(decided)
    if wrong:
        raise Refused(wrong)


def _lacking(decided: Decided) -> dict[str, str]:
    """What the move that a decision allows needs and does not have, or has and cannot have."""
    wrong = {}
    if decided.allows != Move.NOTHING and decided.activity is None:
        wrong["activity"] = "Say which activity it changes."
    if MOVES[decided.allows].of_milestone and decided.milestone is None:
        wrong["milestone"] = "Say which milestone it changes."
    wrong |= _too_exact(decided)
    if decided.allows == Move.NEW_DATE and decided.new_due is None:
        wrong["new_due"] = "Give the new date."
    if decided.allows != Move.NEW_DATE and decided.new_due is not None:
        wrong["new_due"] = "Only a decision that allows another date has one: leave it empty."
    if decided.allows == Move.NAME_LEAD and decided.lead is None:
        wrong["lead"] = "Say which body is named."
    if decided.allows != Move.NAME_LEAD and decided.lead is not None:
        wrong["lead"] = "Only a decision that names a lead has one: leave it empty."
    return wrong


def _too_exact(decided: Decided) -> dict[str, str]:
    """What is named more exactly than the move can be made: nobody could carry it out."""
    if decided.allows == Move.NOTHING:
        return {}
    if decided.milestone is not None and not MOVES[decided.allows].of_milestone:
        return {"milestone": "This changes the activity or a part of it, not a milestone: choose that."}
    if decided.part is not None and decided.allows not in OF_STATUS:
        return {"part": "This changes the activity or a milestone, not a part: choose that."}
    return {}


def hold_decision(decision_id: int, expected: int | None = None) -> Decision:
    """The decision, locked until the transaction ends, after the activity it is about.

    ``Conflict`` where its version is not the expected one.
    """
    held: Decision = Decision.objects.select_for_update(of=("self",), no_key=True).get(id=decision_id)
    if expected is not None and held.version != expected:
        raise Conflict("Somebody else has changed this decision since you opened it.")
    return held


@whole()
def change_decision(
    *,
    decision: Decision,
    what: str,
    owner: Body,
    due_on: date,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Decision:
    """Correct the words, the owner or the day of an open decision; the words before stay on record."""
    require(by, "run_meetings")
    held = _open_decision(decision, expected)
    if due_on < held.meeting.held_on:
        raise Refused({"due_on": "The day cannot lie before the meeting."})
    held.what = require_words(what, "what", "Say what was decided.")
    held.owner, held.due_on = owner, due_on
    record(held, by=by.actor, at=at, reason=require_words(reason, "reason", "Give the reason for the change."))
    return held


@whole()
def report_on_decision(
    *, decision: Decision, text: str, by: Standing, at: datetime, expected: int | None = None
) -> DecisionReport:
    """Say how far an open decision has come: its owner, or the Secretariat."""
    held = _open_decision(decision, expected)
    require(by, "report_on_decision", Target(frozenset({held.owner_id})))
    words = require_words(text, "text", "Say how far it has come.")
    report = DecisionReport(
        decision=held,
        number=held.reports + 1,
        at=at,
        person_id=by.actor.person_id,
        person_name=by.actor.name,
        text=words,
    )
    record(report, by=by.actor, at=at, reason=words)
    held.reports = report.number
    record(held, by=by.actor, at=at, reason=words)
    return report


@whole()
def settle_decision(
    *,
    decision: Decision,
    state: DecisionState,
    outcome: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Decision:
    """Say what became of a decision: done, or lapsed because it is not needed any more."""
    require(by, "run_meetings")
    held = _open_decision(decision, expected)
    if state == DecisionState.OPEN:
        raise Refused({"state": "Say whether it is done, or has lapsed."})
    return settle(held, state, require_words(outcome, "outcome", "Say what became of it."), by=by, at=at)


@whole()
def reopen_decision(
    *, decision: Decision, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Decision:
    """Take back that a decision is settled, with a reason."""
    require(by, "run_meetings")
    held = hold_decision(decision.id, expected)
    if held.is_open:
        raise Refused({"": "This decision is open."})
    held.state, held.outcome, held.settled_on, held.settled_by = DecisionState.OPEN, "", None, ""
    record(held, by=by.actor, at=at, reason=require_words(reason, "reason", "Give the reason."))
    return held


def _open_decision(decision: Decision, expected: int | None) -> Decision:
    held = hold_decision(decision.id, expected)
    if not held.is_open:
        raise Refused({"": f"This decision is settled: {held.state_label.lower()}. Reopen it first."})
    return held


def settle(held: Decision, state: DecisionState, outcome: str, *, by: Standing, at: datetime) -> Decision:
    """Write down what became of a decision that is held; for use cases that settle one on their way."""
    held.state, held.outcome = state, outcome
    held.settled_on, held.settled_by = day_of(at), by.actor.name
    record(held, by=by.actor, at=at, reason=outcome)
    return held
