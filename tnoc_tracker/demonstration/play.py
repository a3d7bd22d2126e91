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
from activities.models import Return
from activities.quarters import FiscalQuarter
from activities.returns import TO_REVIEW
from tnoc_tracker.demonstration import meetings, play_meetings, progress, rounds
from tnoc_tracker.demonstration.lookup import (
    SECRETARIAT,
    activity_of,
    body_called,
    decision_called,
    milestone_of,
    part_of,
    return_of,
    round_of,
    the_plan,
    told,
)
from tnoc_tracker.record.days import AUCKLAND

MINUTE = timedelta(minutes=1)

Event = progress.Report | progress.Move | rounds.RoundEvent | meetings.MeetingEvent


def in_order(upto: date) -> Iterator[tuple[Event, datetime]]:
    """Every event up to a day with its moment: by day, then by hour, those of one hour some minutes apart."""
    events: list[Event] = [*progress.EVENTS, *rounds.ROUNDS, *meetings.MEETINGS]
    last: tuple[date, int] | None = None
    count = 0
    for event in sorted((each for each in events if each.day <= upto), key=lambda each: (each.day, each.hour)):
        count = count + 1 if (event.day, event.hour) == last else 0
        last = event.day, event.hour
        yield event, datetime.combine(event.day, time(event.hour, 5), AUCKLAND) + count * 4 * MINUTE


def play(event: Event, at: datetime) -> None:
    """Carry out an event through its use case."""
    _PLAYERS[type(event)](event, at)


# Between the rounds -----------------------------------------------------------------------------------------------


def _report(event: progress.Report, at: datetime) -> None:
    update_status(
        activity=activity_of(event.key),
        part=part_of(event.key, event.part),
        statement=event.statement,
        deliveries={milestone_of(event.key, place).id: day for place, day in event.met.items()},
        decision=decision_called(event.decision),
        **told(event.username, at),
    )


def _move(event: progress.Move, at: datetime) -> None:
    move_date(
        milestone=milestone_of(event.key, event.milestone),
        to=event.to,
        reason=event.reason,
        asked_by=event.asked_by,
        agreed_by=event.agreed_by,
        decision=decision_called(event.decision),
        **told(event.username, at),
    )


# Rounds -----------------------------------------------------------------------------------------------------------


def _open(event: rounds.Opening, at: datetime) -> None:
    quarter = FiscalQuarter.parse(event.quarter)
    open_round(plan=the_plan(), quarter=quarter, due_on=event.due, note=event.note, **told(SECRETARIAT, at))


def _extend(event: rounds.Extending, at: datetime) -> None:
    extend_returns(
        round=round_of(event.quarter),
        body=body_called(event.body),
        until=event.until,
        reason=event.reason,
        **told(SECRETARIAT, at),
    )


def _file(event: rounds.Filing, at: datetime) -> None:
    by = told(event.username, at)
    if event.statement is None:
        confirm_no_change(ret=return_of(event), **by)
        return
    moved = event.moved.items()
    report = Returned(
        event.statement,
        deliveries={milestone_of(event.key, place).id: day for place, day in event.met.items()},
        proposals=tuple(NewDate(milestone_of(event.key, place).id, due, why) for place, (due, why) in moved),
    )
    file_return(ret=return_of(event), report=report, **by)


def _draft(event: rounds.Drafting, at: datetime) -> None:
    save_draft(ret=return_of(event), typed=event.typed, **told(event.username, at))


def _comment(event: rounds.Commenting, at: datetime) -> None:
    comment_on_return(ret=return_of(event), text=event.text, **told(event.username, at))


def _send_back(event: rounds.SendingBack, at: datetime) -> None:
    send_back(ret=return_of(event), answer=event.wanted, **told(SECRETARIAT, at))


def _accept(event: rounds.Accepting, at: datetime) -> None:
    waiting = Return.objects.filter(round=round_of(event.quarter), dropped_on=None, state__in=TO_REVIEW)
    for count, ret in enumerate(waiting.order_by("returned_at", "id")):
        accept_return(ret=ret, **told(SECRETARIAT, at + count * MINUTE))


def _close(event: rounds.Closing, at: datetime) -> None:
    close_round(round=round_of(event.quarter), **told(SECRETARIAT, at))


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
    **play_meetings.PLAYERS,
}
