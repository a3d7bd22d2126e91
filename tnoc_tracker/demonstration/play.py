"""Playing one event of the demonstration: the use case that it is, by the person and at the moment that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from activities.actions.milestones import move_date
from activities.actions.reports import NewDate
from activities.actions.reports import Report as Returned
from activities.actions.returns import (
    accept_return,
    comment_on_return,
    confirm_no_change,
    file_return,
    save_draft,
    send_back,
)
from activities.actions.rounds import close_round, extend_returns, open_round
from activities.actions.status import update_status
from activities.models import ActionPlan, Activity, Milestone, Part, Return, Round
from activities.quarters import FiscalQuarter
from activities.returns import TO_REVIEW
from agencies.models import Body, Person
from agencies.standing import Standing
from tnoc_tracker.demonstration import progress, rounds
from tnoc_tracker.record.days import AUCKLAND

SECRETARIAT = "secretariat"
MINUTE = timedelta(minutes=1)

Event = progress.Report | progress.Move | rounds.RoundEvent


def in_order(upto: date) -> Iterator[tuple[Event, datetime]]:
    """Every event up to a day with its moment: by day, then by hour, those of one hour some minutes apart."""
    events: list[Event] = [*progress.EVENTS, *rounds.ROUNDS]
    last: tuple[date, int] | None = None
    count = 0
    for event in sorted((each for each in events if each.day <= upto), key=lambda each: (each.day, each.hour)):
        count = count + 1 if (event.day, event.hour) == last else 0
        last = event.day, event.hour
        yield event, datetime.combine(event.day, time(event.hour, 5), AUCKLAND) + count * 4 * MINUTE


def play(event: Event, at: datetime) -> None:
    """Carry out an event through its use case."""
    _PLAYERS[type(event)](event, at)


# Looking up -------------------------------------------------------------------------------------------------------


def body_called(label: str) -> Body:
    """A body by its short name, else its name."""
    found: Body = Body.objects.filter(short=label).first() or Body.objects.get(name=label)
    return found


def _plan() -> ActionPlan:
    found: ActionPlan = ActionPlan.objects.get(slug="tnoc-2021-22")
    return found


def _activity(key: str) -> Activity:
    found: Activity = Activity.objects.select_related("plan").get(plan=_plan(), key=key)
    return found


def _part(key: str, label: str) -> Part | None:
    if not label:
        return None
    found: Part = Part.objects.get(activity=_activity(key), body=body_called(label), withdrawn_on=None)
    return found


def _milestone(key: str, place: int) -> Milestone:
    found: Milestone = Milestone.objects.exclude(kind="occurrence").get(activity=_activity(key), position=place)
    return found


def _round(quarter: str) -> Round:
    found: Round = Round.objects.get(plan=_plan(), quarter_key=FiscalQuarter.parse(quarter).key)
    return found


def _return(event: Any) -> Return:
    rows = Return.objects.filter(round=_round(event.quarter), activity=_activity(event.key), dropped_on=None)
    found: Return = rows.get(part=_part(event.key, event.part))
    return found


def _told(username: str, at: datetime) -> dict[str, Any]:
    """Who does it and when, as every use case takes it."""
    return {"by": Standing.of(Person.objects.get(username=username), at.date()), "at": at}


# Between the rounds -----------------------------------------------------------------------------------------------


def _report(event: progress.Report, at: datetime) -> None:
    update_status(
        activity=_activity(event.key),
        part=_part(event.key, event.part),
        statement=event.statement,
        deliveries={_milestone(event.key, place).id: day for place, day in event.met.items()},
        **_told(event.username, at),
    )


def _move(event: progress.Move, at: datetime) -> None:
    move_date(
        milestone=_milestone(event.key, event.milestone),
        to=event.to,
        reason=event.reason,
        asked_by=event.asked_by,
        agreed_by=event.agreed_by,
        decision_reference=event.decision_reference,
        **_told(event.username, at),
    )


# Rounds -----------------------------------------------------------------------------------------------------------


def _open(event: rounds.Opening, at: datetime) -> None:
    quarter = FiscalQuarter.parse(event.quarter)
    open_round(plan=_plan(), quarter=quarter, due_on=event.due, note=event.note, **_told(SECRETARIAT, at))


def _extend(event: rounds.Extending, at: datetime) -> None:
    extend_returns(
        round=_round(event.quarter),
        body=body_called(event.body),
        until=event.until,
        reason=event.reason,
        **_told(SECRETARIAT, at),
    )


def _file(event: rounds.Filing, at: datetime) -> None:
    told = _told(event.username, at)
    if event.statement is None:
        confirm_no_change(ret=_return(event), **told)
        return
    moved = event.moved.items()
    report = Returned(
        event.statement,
        deliveries={_milestone(event.key, place).id: day for place, day in event.met.items()},
        proposals=tuple(NewDate(_milestone(event.key, place).id, due, why) for place, (due, why) in moved),
    )
    file_return(ret=_return(event), report=report, **told)


def _draft(event: rounds.Drafting, at: datetime) -> None:
    save_draft(ret=_return(event), typed=event.typed, **_told(event.username, at))


def _comment(event: rounds.Commenting, at: datetime) -> None:
    comment_on_return(ret=_return(event), text=event.text, **_told(event.username, at))


def _send_back(event: rounds.SendingBack, at: datetime) -> None:
    send_back(ret=_return(event), answer=event.wanted, **_told(SECRETARIAT, at))


def _accept(event: rounds.Accepting, at: datetime) -> None:
    waiting = Return.objects.filter(round=_round(event.quarter), dropped_on=None, state__in=TO_REVIEW)
    for count, ret in enumerate(waiting.order_by("returned_at", "id")):
        accept_return(ret=ret, **_told(SECRETARIAT, at + count * MINUTE))


def _close(event: rounds.Closing, at: datetime) -> None:
    close_round(round=_round(event.quarter), **_told(SECRETARIAT, at))


_PLAYERS: dict[type, Callable[[Any, datetime], None]] = {
    progress.Report: _report,
    progress.Move: _move,
    rounds.Opening: _open,
    rounds.Extending: _extend,
    rounds.Filing: _file,
    rounds.Drafting: _draft,
    rounds.Commenting: _comment,
    rounds.SendingBack: _send_back,
    rounds.Accepting: _accept,
    rounds.Closing: _close,
}
