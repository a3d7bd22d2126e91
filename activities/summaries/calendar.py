"""The dates of a person’s calendar: milestones that their bodies answer for, open rounds, and meetings to come.

The same milestones that the page of one’s agency counts as late or due, with the words of the day on which the
calendar is read. What the Secretariat reports for others is in its members’ calendars.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, JSONField, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from activities.asking import writes
from activities.decisions import DecisionState
from activities.due_states import PAST_DUE, DueState, days, lateness
from activities.models import ActionPlan, Activity, AgendaItem, Decision, Meeting, Round
from activities.reading import Listed, Reading
from activities.returns import RETURNED, WITH_BODY
from activities.statuses import FINISHED
from activities.summaries.bodies import Bodies, Dated, is_secretariat
from activities.summaries.headline import numbered
from activities.summaries.meetings import seeking_in_words
from activities.summaries.picture import Picture, days_late
from agencies.models import Body, BodyFunction
from tnoc_tracker.record.days import long_date

DATED = (*PAST_DUE, DueState.DUE_THIS_QUARTER, DueState.DUE_NEXT_QUARTER, DueState.LATER)
"""The due states of a milestone that is open and has a date."""


@dataclass(frozen=True)
class CalendarDate:
    """One day of a calendar: a key that stays, what stands on the day, and what is said below it.

    ``page`` is the name and the arguments of the address with more; ``revision`` only grows.
    """

    key: str
    day: date
    title: str
    lines: tuple[str, ...]
    page: tuple[str, ...]
    revision: int
    plan: ActionPlan


def live_plans(on: date) -> list[ActionPlan]:
    """The plans whose period is not over, or in which something is still to come, the earliest first (one query)."""
    activities = Activity.objects.filter(plan_id=OuterRef("id"), withdrawn_on=None).exclude(status__in=FINISHED)
    rounds = Round.objects.filter(plan_id=OuterRef("id"), closed_at=None)
    meetings = Meeting.objects.filter(plan_id=OuterRef("id"), called_off_on=None, held_on__gte=on)
    live = Q(ends_on__gte=on) | Exists(activities.order_by()) | Exists(rounds.order_by()) | Exists(meetings.order_by())
    return list(ActionPlan.objects.filter(live).order_by("starts_on", "id"))


def dates_of(reading: Reading, body_ids: Iterable[int]) -> list[CalendarDate]:
    """The dates of some bodies in one plan, the earliest first (at most eight queries, whatever there is)."""
    bodies = Bodies(Picture(reading))
    own = [reading.bodies[each] for each in sorted(body_ids)]
    found = [*_of_milestones(bodies, own), *_of_rounds(bodies, own), *_of_meetings(bodies, own)]
    return sorted(found, key=lambda each: (each.day, each.key))


# Milestones ------------------------------------------------------------------------------------------------------


def _of_milestones(bodies: Bodies, own: list[Body]) -> list[CalendarDate]:
    """Each open, dated milestone once, whichever of the bodies answer for it; none of a withheld timeframe."""
    owns = {each.activity.id: each for body in own for each in _answered(bodies, body)}
    shown = [each for each in owns.values() if not each.activity.timeframe_withheld]
    return [_milestone(bodies.reading, dated) for dated in bodies.dates(shown, *DATED)]


def _answered(bodies: Bodies, body: Body) -> list[Any]:
    left = bodies.secretariat_reports_for(body) if is_secretariat(body) else []
    return [*left, *bodies.line(body).answers]


def _milestone(reading: Reading, dated: Dated) -> CalendarDate:
    milestone, own = dated.milestone, dated.own
    return CalendarDate(
        key=f"milestone-{milestone.id}",
        day=milestone.agreed_due,
        title=f"{_urgency(milestone)}: {own.activity}" + (f" – {milestone.label}" if milestone.label else ""),
        lines=(
            f"{dated.state.capitalize()}. Delivery status: {own.activity.meaning.label}.",
            *(f"{', '.join(filter(None, ('Your part', part.scope)))}: {part.meaning.label}." for part in own.parts),
            f"Answers for it: {own.cast.answering_in_words}." if own.cast.answering else f"{own.who}.",
            _agreed(milestone),
            *([f"Latest forecast: {long_date(milestone.forecast)}."] if milestone.forecast else []),
        ),
        page=("activity", reading.plan.slug, own.activity.key),
        revision=milestone.version + own.activity.version,
        plan=reading.plan,
    )


def _urgency(milestone: Any) -> str:
    """``Due``, ``To begin``, ``Overdue 46 days``, ``Overdue 46 days, not begun``, ``Paused, 46 days past its date``."""
    late = days(days_late(milestone))
    match milestone.due_state:
        case DueState.OVERDUE:
            return f"Overdue {late}, not begun" if milestone.is_start else f"Overdue {late}"
        case DueState.OVERDUE_PAUSED:
            return f"Paused, {late} past its date"
        case _:
            return "To begin" if milestone.is_start else "Due"


def _agreed(milestone: Any) -> str:
    agreed = f"Agreed date: {long_date(milestone.agreed_due)}"
    if milestone.original_due and milestone.original_due != milestone.agreed_due:
        return f"{agreed}; originally {long_date(milestone.original_due)}."
    return f"{agreed}, as it was originally." if milestone.moves else f"{agreed}."


# Rounds ----------------------------------------------------------------------------------------------------------


def _of_rounds(bodies: Bodies, own: list[Body]) -> list[CalendarDate]:
    """The due day of each open round for each of the bodies (two queries at most, one where no round is open)."""
    rounds = list(bodies.reading.rounds.filter(closed_at=None))
    if not rounds:
        return []
    every = bodies.reading.asked_now
    return [
        _round(bodies, opened, [each for each in every if each.round_id == opened.id], body)
        for opened in rounds
        for body in own
    ]


def _round(bodies: Bodies, opened: Any, asked: list[Any], body: Body) -> CalendarDate:
    """The round as one body sees it: its own returns, where it has any to write."""
    reading = bodies.reading
    own = [each for each in asked if writes(body, reading.bodies.get(each.body_id))]
    waiting = [each for each in own if each.state in WITH_BODY]
    day = min((each.due_on for each in waiting), default=max((each.due_on for each in own), default=opened.due_on))
    returned = sum(1 for each in asked if each.state in RETURNED)
    return CalendarDate(
        key=f"round-{opened.id}-body-{body.id}",
        day=day,
        title=f"{_asked_for(own, waiting, lateness(day, reading.on))}: {body.label}, {opened}",
        lines=(
            f"Returns for {opened.quarter.long} are due on {long_date(day)}.",
            f"In the whole round {returned} of {numbered(len(asked), 'return', 'returns')} came back so far.",
            *_what(bodies, own),
        ),
        page=("my_returns", reading.plan.slug) if own else ("round", reading.plan.slug, opened.quarter_key),
        revision=opened.version,
        plan=reading.plan,
    )


def _asked_for(own: list[Any], waiting: list[Any], late: int) -> str:
    """``4 returns due``, ``Overdue 3 days, 1 return``, ``All 4 returns filed``, ``Returns due``."""
    if not own:
        return "Returns due"
    count = numbered(len(waiting or own), "return", "returns")
    if not waiting:
        return f"All {count} filed" if len(own) > 1 else f"{count} filed"
    return f"Overdue {days(late)}, {count}" if late else f"{count} due"


def _what(bodies: Bodies, own: list[Any]) -> list[str]:
    """Where each return stands, named by its activity and the scope of its part, in plan order."""
    activities = bodies.picture.by_id
    scopes = {part.id: part.scope for parts in bodies.parts.values() for part in parts}
    rows = sorted(
        (each for each in own if each.activity_id in activities), key=lambda each: activities[each.activity_id].position
    )
    return [
        ", ".join(filter(None, (str(activities[each.activity_id]), scopes.get(each.part_id, ""))))
        + f": {each.meaning.label.lower()}."
        for each in rows
    ]


# Meetings --------------------------------------------------------------------------------------------------------

MEETS = (BodyFunction.STEERING_GROUP, BodyFunction.SECRETARIAT)
"""The bodies whose members have every meeting in their calendars."""


def _of_meetings(bodies: Bodies, own: list[Body]) -> list[CalendarDate]:
    """The meetings to come that concern the bodies (one query); one called off leaves.

    Every one for members of the Steering Group and of the Secretariat; for the others those with something on the
    agenda that their bodies answer for, and while they own an open decision every one.
    """
    reading, ids = bodies.reading, {body.id for body in own}
    items = reading.beside(AgendaItem, meeting_id="id").order_by()
    columns = ("activity_id", "seeks_decision", "taken_off_on", "version")
    told = Listed(JSONObject(**{name: F(name) for name in columns}))
    owned = reading.rows(Decision).filter(state=DecisionState.OPEN, owner_id__in=ids).order_by()
    called = reading.rows(Meeting).filter(called_off_on=None, held_on__gte=reading.on)
    meetings = called.annotate(
        on_agenda=Subquery(items.annotate(listed=told).values("listed"), output_field=JSONField()),
        owned=Subquery(owned.annotate(listed=Listed("reference")).values("listed"), output_field=JSONField()),
    )
    answered = {each.activity.id: each.activity for body in own for each in _answered(bodies, body)}
    meets = any(body.function in MEETS for body in own)
    found = [(each, {row["activity_id"] for row in _standing(each)} & answered.keys()) for each in meetings]
    return [
        _meeting(reading, each, [answered[key] for key in about])
        for each, about in found
        if meets or each.owned or about
    ]


def _standing(meeting: Any) -> list[dict[str, Any]]:
    """The items on a meeting's agenda; PostgreSQL gives None where there is none."""
    return [row for row in meeting.on_agenda or () if row["taken_off_on"] is None]


def _meeting(reading: Reading, meeting: Any, own: list[Any]) -> CalendarDate:
    items, decisions = _standing(meeting), sorted(meeting.owned or ())
    seeking = sum(1 for row in items if row["seeks_decision"])
    return CalendarDate(
        key=f"meeting-{meeting.id}",
        day=meeting.held_on,
        title=f"Steering Group meets: {seeking_in_words(len(items), seeking)}",
        lines=(
            *([f"Place: {meeting.place}"] if meeting.place else []),
            *(f"On the agenda: {each}." for each in sorted(own, key=lambda each: each.position)),
            *([f"Open decisions that your bodies own: {', '.join(decisions)}."] if decisions else []),
            *([meeting.note] if meeting.note else []),
        ),
        page=("meeting", reading.plan.slug, str(meeting.id)),
        revision=meeting.version + sum(row["version"] for row in meeting.on_agenda or ()),
        plan=reading.plan,
    )
