"""What the register suggests for an agenda of the Steering Group, in the order in which an agenda is made.

Asks first, the worst status before the others; then what is off track or overdue and asks nothing, most days first;
then what nobody answers for, the oldest first; then proposed dates that need the group, the soonest first; then what
is to be paused or closed. An activity that is unfinished after its plan's period is to be closed or carried over, and
stands there instead of among the late ones.

What the group has decided does not come back as if it were new: an ask that it decided, and a gap, a proposed date or
a pause with a decision that is still open, are left to the follow-through of the decisions. What was put before it
without a decision says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from activities.answering import Gap
from activities.decisions import AgendaKind, needs_the_group
from activities.due_states import days
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.agenda_ground import Ask, Ground, sentence
from activities.summaries.dashboard import EmptyCollective
from activities.summaries.picture import days_late
from activities.summaries.proposals import WaitingDate
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class Suggestion:
    """One thing to put before the group. ``source`` stays the same for the same thing: it is brought in once."""

    kind: AgendaKind
    source: str
    heading: str
    text: str = ""
    activity_id: int | None = None
    part_id: int | None = None
    milestone_id: int | None = None
    proposal_id: int | None = None
    seeks_decision: bool = False


def suggested(reading: Reading, held_on: date | None = None) -> list[Suggestion]:
    """What stands in the register for the meeting of a day, as of the reading (five queries, whatever there is).

    Without a day it is for a meeting after all those that there were.
    """
    ground = Ground(reading, held_on)
    return [*_asks(ground), *_late(ground), *_gaps(ground), *_new_dates(ground), *_to_stop(ground)]


# The five kinds --------------------------------------------------------------------------------------------------


def _asks(ground: Ground) -> list[Suggestion]:
    """The asks as last said of what is unfinished, in their own words; then those that wait to be accepted."""
    return [_about_ask(ground, each) for each in ground.asking]


def _about_ask(ground: Ground, each: Ask) -> Suggestion:
    spoken, before = each.spoken, ground.before.in_words(*each.sources)
    return Suggestion(
        AgendaKind.ASK,
        each.sources[0],
        spoken.heading,
        f"{sentence(each.words)} {before}" if before else each.words,
        spoken.activity.id,
        part_id=spoken.part.id if spoken.part else None,
        seeks_decision=True,
    )


def _to_decide(ground: Ground, found: Iterable[Suggestion]) -> list[Suggestion]:
    """What the group is to decide and has not: without what it decided and is being done, and saying what waits."""
    still = (each for each in found if not ground.before.is_being_done(each.source))
    return [replace(each, text=f"{each.text} {ground.before.in_words(each.source)}".rstrip()) for each in still]


def _late(ground: Ground) -> list[Suggestion]:
    """What is off track or overdue and asks nothing: how late, why, and until when."""
    if ground.is_over:
        return []
    ask = {each.spoken.activity.id for each in ground.asking}
    found = [
        each
        for each in ground.unfinished
        if each.id not in ask and (each.id in ground.overdue or each.status == DeliveryStatus.OFF_TRACK)
    ]
    return [_about_late(ground, each) for each in sorted(found, key=lambda each: _most_days_first(ground, each))]


def _most_days_first(ground: Ground, activity: Any) -> tuple[int, int]:
    late = ground.overdue.get(activity.id, ())
    return -max(map(days_late, late), default=0), activity.position


def _about_late(ground: Ground, activity: Any) -> Suggestion:
    late = ground.overdue.get(activity.id, ())
    return Suggestion(
        AgendaKind.LATE,
        f"late:activity-{activity.id}",
        str(activity),
        ground.stands(activity),
        activity.id,
        milestone_id=late[0].id if len(late) == 1 else None,
    )


def _gaps(ground: Ground) -> list[Suggestion]:
    """The activities for which nobody answers, the oldest gap first, and the collectives without members.

    A gap that opens again is another one.
    """
    empty = [_about_collective(ground, each) for each in ground.empty_collectives]
    return _to_decide(ground, [*(_about_gap(ground, each) for each in ground.picture.gaps), *empty])


def _about_gap(ground: Ground, gap: Gap) -> Suggestion:
    activity = gap.activity
    source = f"gap:activity-{activity.id}:{gap.since.isoformat()}"
    words = f"{gap.in_words}, {gap.since_in_words}. {ground.counted_on}"
    return Suggestion(AgendaKind.GAP, source, str(activity), words, activity.id, seeks_decision=True)


def _about_collective(ground: Ground, each: EmptyCollective) -> Suggestion:
    named = "; ".join(map(str, each.activities))
    return Suggestion(
        AgendaKind.GAP,
        f"collective:{each.body.id}:{ground.reading.plan.id}",
        f"{each.body.label}: membership to be set",
        f"Named in {sentence(named)} {ground.counted_on}",
        seeks_decision=True,
    )


def _new_dates(ground: Ground) -> list[Suggestion]:
    """The proposed dates that need the group (``decisions.needs_the_group``), the soonest agreed date first."""
    plan = ground.reading.plan
    found = [
        each
        for each in ground.picture.waiting_dates
        if each.milestone.is_open
        and not each.activity.is_finished
        and each.milestone.agreed_due is not None
        and needs_the_group(plan.quarter_of(each.milestone.agreed_due), plan.quarter_of(each.waiting.proposed_due))
    ]
    soonest = sorted(found, key=lambda each: ground.picture.by_date(each.milestone))
    return _to_decide(ground, map(_about_date, soonest))


def _about_date(each: WaitingDate) -> Suggestion:
    agreed, proposed = each.milestone.agreed_due, each.waiting.proposed_due
    moves = f"From {long_date(agreed)} to {long_date(proposed)}, {days((proposed - agreed).days)} later."
    return Suggestion(
        AgendaKind.NEW_DATE,
        f"date:proposal-{each.waiting.id}",
        f"{each.activity} – {each.milestone.full_name}",
        f"{moves} {sentence(each.waiting.reason)} Asked by {each.asked_by}.",
        each.activity.id,
        milestone_id=each.milestone.id,
        proposal_id=each.waiting.id,
        seeks_decision=True,
    )


def _to_stop(ground: Ground) -> list[Suggestion]:
    """Pauses to be reviewed by the end of the next quarter; then what is unfinished after the plan's period."""
    reviews = [found for each in ground.unfinished for found in _reviews(ground, each)]
    reviewed = {each.activity_id for each in reviews}
    still = _to_decide(ground, reviews)
    if not ground.is_over:
        return still
    return [*still, *(_about_end(ground, each) for each in ground.unfinished if each.id not in reviewed)]


def _reviews(ground: Ground, activity: Any) -> Iterable[Suggestion]:
    """The reviews of an activity's pause; where parts are paused, of each of theirs."""
    paused = [each for each in ground.parts.get(activity.id, ()) if each.status == DeliveryStatus.PAUSED]
    for part in paused:
        if part.review_date and part.review_date <= ground.reading.horizon.next_quarter_ends:
            yield _about_review(ground, activity, part)
    due = activity.status == DeliveryStatus.PAUSED and activity.review_date is not None
    if not paused and due and activity.review_date <= ground.reading.horizon.next_quarter_ends:
        yield _about_review(ground, activity, None)


def _about_review(ground: Ground, activity: Any, part: Any) -> Suggestion:
    row = part or activity
    key = f"part-{part.id}" if part else f"activity-{activity.id}"
    said = next((each.update for each in ground.spoken.get(activity.id, ()) if each.part == part), None)
    decision = f" by decision {said.decision_reference}" if said and said.decision_reference else ""
    when = f"{'was' if row.review_date < ground.reading.on else 'is'} due on {long_date(row.review_date)}"
    return Suggestion(
        AgendaKind.STOP,
        f"review:{key}:{row.review_date.isoformat()}",
        f"{activity} ({ground.label(part)})" if part else str(activity),
        f"Paused{decision}. The review of the pause {when}.",
        activity.id,
        part_id=part.id if part else None,
        seeks_decision=True,
    )


def _about_end(ground: Ground, activity: Any) -> Suggestion:
    ended = long_date(ground.reading.plan.ends_on)
    return Suggestion(
        AgendaKind.STOP,
        f"end:activity-{activity.id}",
        str(activity),
        f"Not finished when the plan’s period ended on {ended}. {ground.stands(activity)}",
        activity.id,
    )
