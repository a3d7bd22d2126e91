"""Carrying out a decision: the moves of the register that need one refer to it, and settle it."""

from __future__ import annotations

from datetime import date, datetime

from activities.actions.common import Refused
from activities.actions.decisions import hold_decision, settle
from activities.decisions import DecisionState, Move
from activities.models import Activity, Decision, Part
from agencies.models import Body
from agencies.standing import Standing
from tnoc_tracker.record.days import long_date


def allowed_by(
    decision: Decision | None,
    move: Move | None,
    activity: Activity,
    *,
    part: Part | None = None,
    milestone_id: int | None = None,
    new_due: date | None = None,
    lead: Body | None = None,
) -> Decision | None:
    """The decision by which a move is made, held until the transaction ends; None where none is given.

    ``move`` None is a change that needs no decision. Call it while the activity is held. ``Refused`` where the
    decision allows something else, something else's change, or is settled.
    """
    if decision is None:
        return None
    held = hold_decision(decision.id)
    wrong = ""
    if not held.is_open:
        wrong = f"{held.reference} is settled: {held.state_label.lower()}. Reopen it first, or choose another."
    elif held.activity_id != activity.id or held.allows != move:
        wrong = f"{held.reference} does not allow this. It is about: {held.what}"
    elif held.part_id not in (None, part.id if part else None):
        wrong = f"{held.reference} is about another part of this activity."
    elif held.milestone_id not in (None, milestone_id):
        wrong = f"{held.reference} is about another milestone."
    elif new_due is not None and held.new_due != new_due:
        wrong = f"{held.reference} allows {long_date(held.new_due or new_due)}, no other date."
    elif lead is not None and held.lead_id != lead.id:
        wrong = f"{held.reference} names {held.lead}, no other body."
    if wrong:
        raise Refused({"decision": wrong})
    return held


def reference_of(decision: Decision | None, words: str) -> str:
    """What an entry quotes: the decision's reference, else the words given in its place."""
    return decision.reference if decision else words.strip()


def carried_out(
    decision: Decision | None, outcome: str, *, only_part: Part | None = None, by: Standing, at: datetime
) -> None:
    """Settle a decision by the move that was made: done, with the move in words.

    One about a whole activity stays open where only a part of it was moved.
    """
    if decision is None or (only_part is not None and decision.part_id is None):
        return
    settle(decision, DecisionState.DONE, outcome, by=by, at=at)
