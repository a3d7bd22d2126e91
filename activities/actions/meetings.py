"""Meetings of the Steering Group: called, changed or called off; their agenda made from the register and edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import F, IntegerField, Max, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from activities.actions.common import Refused, hold, hold_plan, require, require_words
from activities.actions.rounds import hold_activities
from activities.decisions import AgendaKind
from activities.models import ActionPlan, Activity, AgendaItem, Decision, Meeting, Pack, Round
from activities.reading import Reading
from activities.summaries.agenda import Suggestion, suggested
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.writing import record, whole


def stamp_of_meeting(meeting_id: int) -> int:
    """A number that grows by one with each change of a meeting or of an item of its agenda (one query)."""
    items = AgendaItem.objects.filter(meeting_id=OuterRef("id")).order_by().values("meeting_id")
    total = Coalesce(Subquery(items.annotate(total=Sum("version")).values("total")), 0, output_field=IntegerField())
    rows = Meeting.objects.annotate(stamp=F("version") + total)
    stamp: int = rows.values_list("stamp", flat=True).get(id=meeting_id)
    return stamp


def hold_meeting(meeting_id: int, expected: int | None = None) -> Meeting:
    """The meeting, locked until the transaction ends; ``Conflict`` where its stamp is not the expected one.

    Whoever needs the plan or activities takes them before: plan, activities, rounds, meeting, decision.
    """
    held: Meeting = Meeting.objects.select_for_update(no_key=True).get(id=meeting_id)
    if expected is not None and stamp_of_meeting(meeting_id) != expected:
        raise Conflict("Somebody else has changed this meeting since you opened it.")
    return held


def require_on(held: Meeting) -> None:
    """``Refused`` where a meeting is called off."""
    if held.is_called_off:
        raise Refused({"": f"This meeting was called off on {long_date(held.called_off_on or held.held_on)}."})


@whole()
def call_meeting(
    *,
    plan: ActionPlan,
    held_on: date,
    round: Round | None = None,
    place: str = "",
    note: str = "",
    by: Standing,
    at: datetime,
) -> Meeting:
    """Call a meeting, with an agenda made from the register as it is.

    Raises ``Refused`` for a day on which the group meets already, or a round of another plan.
    """
    require(by, "run_meetings")
    held = hold_plan(plan.id)
    hold_activities(held.id)
    _refuse_day(held, held_on, None)
    _refuse_round(held, round)
    meeting = Meeting(plan=held, held_on=held_on, round=round, place=place.strip(), note=note.strip())
    reason = f"Meeting of {long_date(held_on)} called"
    record(meeting, by=by.actor, at=at, reason=reason)
    _bring_in(meeting, suggested(Reading(held, day_of(at)), held_on), by=by, at=at, reason=reason)
    return meeting


def _refuse_day(plan: ActionPlan, held_on: date, own_id: int | None) -> None:
    same = Meeting.objects.filter(plan=plan, held_on=held_on, called_off_on=None).exclude(id=own_id)
    if same.exists():
        raise Refused({"held_on": f"The group meets on {long_date(held_on)} already."})


def _refuse_round(plan: ActionPlan, round: Round | None) -> None:
    if round is not None and round.plan_id != plan.id:
        raise Refused({"round": "Choose a round of this plan."})


@whole()
def change_meeting(
    *,
    meeting: Meeting,
    held_on: date,
    round: Round | None,
    place: str,
    note: str,
    reason: str,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> Meeting:
    """Change a meeting's day, place, note or round. The day stays once decisions quote it or a pack is frozen."""
    require(by, "run_meetings")
    held = hold_meeting(meeting.id, expected)
    require_on(held)
    why = require_words(reason, "reason", "Give the reason for the change.")
    if held_on != held.held_on:
        _refuse_day(held.plan, held_on, held.id)
        _refuse_moving(held)
    _refuse_round(held.plan, round)
    held.held_on, held.round, held.place, held.note = held_on, round, place.strip(), note.strip()
    record(held, by=by.actor, at=at, reason=why)
    return held


def _refuse_moving(held: Meeting) -> None:
    if Decision.objects.filter(meeting=held).exists():
        raise Refused({"held_on": "Decisions of this meeting are on record under its day: the day stays."})
    if Pack.objects.filter(meeting=held).exists():
        raise Refused({"held_on": "The pack is frozen with this day: call this meeting off, and call another."})


@whole()
def call_off_meeting(
    *, meeting: Meeting, reason: str, by: Standing, at: datetime, expected: int | None = None
) -> Meeting:
    """Say that a meeting does not take place; nothing of it is lost. ``Refused`` where it has decided something."""
    require(by, "run_meetings")
    held = hold_meeting(meeting.id, expected)
    require_on(held)
    if Decision.objects.filter(meeting=held).exists():
        raise Refused({"": "This meeting has taken place: it has decisions on record."})
    held.called_off_why = require_words(reason, "reason", "Give the reason.")
    held.called_off_on = day_of(at)
    record(held, by=by.actor, at=at, reason=held.called_off_why)
    return held


# The agenda ----------------------------------------------------------------------------------------------------------


@whole()
def bring_in(*, meeting: Meeting, by: Standing, at: datetime, expected: int | None = None) -> list[AgendaItem]:
    """Put on the agenda what the register suggests and the agenda does not have; what was taken off stays off."""
    require(by, "run_meetings")
    hold_plan(meeting.plan_id)
    hold_activities(meeting.plan_id)
    held = hold_meeting(meeting.id, expected)
    require_on(held)
    found = suggested(Reading(held.plan, day_of(at)), held.held_on)
    return _bring_in(held, found, by=by, at=at, reason="Brought in from the register")


def _bring_in(
    meeting: Meeting, found: Iterable[Suggestion], *, by: Standing, at: datetime, reason: str
) -> list[AgendaItem]:
    present = set(AgendaItem.objects.filter(meeting=meeting).values_list("source", flat=True))
    position = _last_position(meeting)
    made = []
    for each in found:
        if each.source in present:
            continue
        position += 1
        item = AgendaItem(
            meeting=meeting,
            position=position,
            kind=each.kind,
            source=each.source,
            activity_id=each.activity_id,
            part_id=each.part_id,
            milestone_id=each.milestone_id,
            proposal_id=each.proposal_id,
            heading=each.heading,
            text=each.text,
            seeks_decision=each.seeks_decision,
        )
        record(item, by=by.actor, at=at, reason=reason)
        made.append(item)
    return made


def _last_position(meeting: Meeting) -> int:
    return AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0


@whole()
def add_item(
    *,
    meeting: Meeting,
    heading: str,
    text: str = "",
    seeks_decision: bool = False,
    activity: Activity | None = None,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> AgendaItem:
    """Add an item of the Secretariat's own at the end of the agenda."""
    require(by, "run_meetings")
    about = hold(activity.id, None) if activity else None
    held = hold_meeting(meeting.id, expected)
    require_on(held)
    if about is not None and about.plan_id != held.plan_id:
        raise Refused({"activity": "Choose an activity of this plan."})
    item = AgendaItem(
        meeting=held,
        position=_last_position(held) + 1,
        kind=AgendaKind.OWN,
        activity=about,
        heading=require_words(heading, "heading", "Say what the item is about."),
        text=text.strip(),
        seeks_decision=seeks_decision,
    )
    record(item, by=by.actor, at=at, reason="Added to the agenda")
    return item


@whole()
def edit_item(
    *,
    item: AgendaItem,
    heading: str,
    text: str,
    seeks_decision: bool,
    by: Standing,
    at: datetime,
    expected: int | None = None,
) -> AgendaItem:
    """Change the words of an item, and whether the group is to decide."""
    row = _held_item(item, by, expected)
    row.heading = require_words(heading, "heading", "Say what the item is about.")
    row.text, row.seeks_decision = text.strip(), seeks_decision
    record(row, by=by.actor, at=at, reason="Agenda edited")
    return row


@whole()
def take_off(*, item: AgendaItem, reason: str, by: Standing, at: datetime, expected: int | None = None) -> AgendaItem:
    """Take an item off the agenda, with a reason; it is not brought in again."""
    row = _held_item(item, by, expected)
    why = require_words(reason, "reason", "Say why it comes off the agenda.")
    if row.taken_off_on is not None:
        raise Refused({"": "This item is off the agenda already."})
    row.taken_off_on = day_of(at)
    record(row, by=by.actor, at=at, reason=why)
    return row


@whole()
def put_back(*, item: AgendaItem, by: Standing, at: datetime, expected: int | None = None) -> AgendaItem:
    """Put an item that was taken off back in its place."""
    row = _held_item(item, by, expected)
    row.taken_off_on = None
    record(row, by=by.actor, at=at, reason="Put back on the agenda")
    return row


def _held_item(item: AgendaItem, by: Standing, expected: int | None) -> AgendaItem:
    require(by, "run_meetings")
    require_on(hold_meeting(item.meeting_id, expected))
    row: AgendaItem = AgendaItem.objects.get(id=item.id)
    return row


@whole()
def order_agenda(
    *, meeting: Meeting, order: Sequence[int], by: Standing, at: datetime, expected: int | None = None
) -> list[AgendaItem]:
    """Put the agenda in an order of items' ids; those not named follow in the order they have.

    ``Refused`` for an id that is not on this agenda.
    """
    require(by, "run_meetings")
    held = hold_meeting(meeting.id, expected)
    require_on(held)
    items = {item.id: item for item in AgendaItem.objects.filter(meeting=held)}
    if not set(order) <= set(items):
        raise Refused({"": "This agenda has changed since you opened it: look at it again."})
    placed = [items.pop(each) for each in dict.fromkeys(order)]
    for position, item in enumerate([*placed, *items.values()], start=1):
        item.position = position
        record(item, by=by.actor, at=at, reason="Agenda put in order")
    return [*placed, *items.values()]
