"""Playing the events of the demonstration's meetings: each through its use case, as the Secretariat would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from activities.actions.decisions import Decided, record_decision, report_on_decision, settle_decision
from activities.actions.meetings import add_item, call_meeting, edit_item, order_agenda, take_off
from activities.actions.packs import add_pack_file, freeze_pack, save_pack_draft
from activities.exports.packs.making import at_freezing, printed_from
from activities.models import Decision
from activities.pack_forms import PackForm
from tnoc_tracker.demonstration import meetings
from tnoc_tracker.demonstration.lookup import (
    SECRETARIAT,
    activity_of,
    body_called,
    item_of,
    meeting_on,
    milestone_of,
    part_of,
    round_of,
    the_plan,
    told,
)


def _call(event: meetings.Calling, at: datetime) -> None:
    call_meeting(
        plan=the_plan(),
        held_on=event.held_on,
        round=round_of(event.quarter),
        place=event.place,
        note=event.note,
        **told(SECRETARIAT, at),
    )


def _add(event: meetings.Adding, at: datetime) -> None:
    add_item(
        meeting=meeting_on(event.held_on),
        heading=event.heading,
        text=event.text,
        seeks_decision=True,
        activity=activity_of(event.key),
        **told(SECRETARIAT, at),
    )


def _edit(event: meetings.Editing, at: datetime) -> None:
    item = item_of(event.held_on, event.kind, event.key)
    edit_item(item=item, heading=item.heading, text=event.text, seeks_decision=True, **told(SECRETARIAT, at))


def _take_off(event: meetings.TakingOff, at: datetime) -> None:
    take_off(item=item_of(event.held_on, event.kind, event.key), reason=event.reason, **told(SECRETARIAT, at))


def _order(event: meetings.Ordering, at: datetime) -> None:
    first = [item_of(event.held_on, kind, key).id for kind, key in event.first]
    order_agenda(meeting=meeting_on(event.held_on), order=first, **told(SECRETARIAT, at))


def _draft(event: meetings.Drafting, at: datetime) -> None:
    save_pack_draft(meeting=meeting_on(event.held_on), summary=event.summary, **told(SECRETARIAT, at))


def _freeze(event: meetings.Freezing, at: datetime) -> None:
    """Freeze the pack with its Excel annex; PDF and Word need further libraries, and can be made on its page."""
    make = partial(at_freezing, site=settings.SITE_ADDRESS)
    by = told(SECRETARIAT, at)
    pack = freeze_pack(meeting=meeting_on(event.held_on), summary=event.summary, make=make, **by)
    add_pack_file(pack=pack, made=printed_from(pack, PackForm.EXCEL, rendered_on=None), **by)


def _decide(event: meetings.Deciding, at: datetime) -> None:
    milestone = milestone_of(event.key, event.milestone) if event.milestone else None
    record_decision(
        meeting=meeting_on(event.day),
        item=item_of(event.day, event.kind, event.key),
        decided=Decided(
            event.what,
            body_called(event.owner),
            event.due,
            event.allows,
            activity=activity_of(event.key),
            milestone=milestone,
            new_due=event.new_due,
        ),
        **told(SECRETARIAT, at),
    )


def _decide_beside(event: meetings.DecidingBeside, at: datetime) -> None:
    about = {"activity": activity_of(event.key), "part": part_of(event.key, event.part)}
    decided = Decided(event.what, body_called(event.owner), event.due, **about)  # type: ignore[arg-type]
    record_decision(meeting=meeting_on(event.day), decided=decided, **told(SECRETARIAT, at))


def _decision(number: int) -> Decision:
    found: Decision = Decision.objects.get(reference=meetings.reference(number))
    return found


def _say(event: meetings.Saying, at: datetime) -> None:
    report_on_decision(decision=_decision(event.number), text=event.text, **told(event.username, at))


def _settle(event: meetings.Settling, at: datetime) -> None:
    decision = _decision(event.number)
    settle_decision(decision=decision, state=event.state, outcome=event.outcome, **told(SECRETARIAT, at))


PLAYERS: dict[type, Callable[[Any, datetime], None]] = {
    meetings.Calling: _call,
    meetings.Adding: _add,
    meetings.Editing: _edit,
    meetings.TakingOff: _take_off,
    meetings.Ordering: _order,
    meetings.Drafting: _draft,
    meetings.Freezing: _freeze,
    meetings.Deciding: _decide,
    meetings.DecidingBeside: _decide_beside,
    meetings.Saying: _say,
    meetings.Settling: _settle,
}
