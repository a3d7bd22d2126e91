"""Rows of every table, a sound one of each, with other values over it: for trying what the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from activities.models import (
    ActionPlan,
    AgendaItem,
    Comment,
    DateMove,
    DateProposal,
    Decision,
    DecisionReport,
    Filing,
    Meeting,
    Milestone,
    Pack,
    PackFile,
    Part,
    Return,
    Round,
    StatusUpdate,
)
from agencies.models import Body
from tests.world import PROGRAM, World
from tnoc_tracker.record.models import Redaction, Tracked
from tnoc_tracker.record.writing import record

DAY = date(2022, 2, 15)
EARLIER = date(2022, 1, 1)
Make = Callable[[World], Tracked]


def changed(row: Tracked, **values: Any) -> Tracked:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def body(**values: Any) -> Make:
    return lambda world: Body(**{"slug": "bad", "name": "Bad", "kind": "agency", **values})


def plan(**values: Any) -> Make:
    period = {"starts_on": DAY, "ends_on": DAY, "fiscal_year_starts_in": 7}
    return lambda world: ActionPlan(**{"slug": "bad", "title": "Bad", **period, **values})


def activity(**values: Any) -> Make:
    return lambda world: changed(world.activity(12), **values)


def part(**values: Any) -> Make:
    return lambda world: changed(world.part(11, "Police"), **values)


def milestone(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        dates = {"original_due": DAY, "agreed_due": DAY}
        return Milestone(**{"activity": world.activity(12), "position": 9, "kind": "due", **dates, **values})

    return make


def move(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"number": 1, "moved_from": EARLIER, "moved_to": DAY, "reason": "?", "asked_by": "A", "agreed_by": "B"}
        return DateMove(**{"milestone": world.milestone(2), "at": world.now, **said, **values})

    return make


def proposal(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"instead_of": EARLIER, "proposed_due": DAY, "reason": "?", "person_name": "A"}
        known = {"milestone": world.milestone(12), "body": world.body("Police"), "at": world.now}
        return DateProposal(**{**known, **said, **{key: _called(each, world) for key, each in values.items()}})

    return make


def _called(value: Any, world: World) -> Any:
    return value(world) if callable(value) else value


def update(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        statuses = dict.fromkeys(["from_status", "to_status", "whole_before", "whole_after"], "on_track")
        known = {"activity": world.activity(12), "number": 7, "at": world.now, "person_name": "A"}
        return StatusUpdate(**{**known, **statuses, **values})

    return make


def round_of(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"quarter_key": "2021-22-q2", "fiscal_year_starts_in": 7, "due_on": DAY, "opened_by": "A"}
        known = {"plan": world.plan, "opened_at": world.now}
        return Round(**{**known, **said, **{key: _called(each, world) for key, each in values.items()}})

    return make


def recorded(make: Make) -> Callable[[World], Any]:
    """A sound row that another one needs, written."""

    def written(world: World) -> Tracked:
        row = make(world)
        record(row, by=PROGRAM.actor, at=world.now)
        return row

    return written


def return_of(key: int = 12, **values: Any) -> Make:
    def make(world: World) -> Tracked:
        opened = Round.objects.first() or recorded(round_of())(world)
        known = {"round": opened, "activity": world.activity(key), "due_on": DAY}
        return Return(**{**known, **{key: _called(each, world) for key, each in values.items()}})

    return make


def filing(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        ret = Return.objects.first() or recorded(return_of())(world)
        known = {"ret": ret, "number": 1, "at": world.now, "person": world.person("police")}
        said = {"person_name": "A", "status": "on_track"}
        return Filing(**{**known, **said, **{key: _called(each, world) for key, each in values.items()}})

    return make


def comment(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        known = {"ret": recorded(return_of())(world), "body": world.body("SFO"), "person": world.person("sfo")}
        return Comment(**{**known, "person_name": "A", "at": world.now, "text": "?", **values})

    return make


def with_values(known: dict[str, Any], values: dict[str, Any], world: World) -> dict[str, Any]:
    """What is known of a row, with other values over it; some are made from the world."""
    return {**known, **{key: _called(each, world) for key, each in values.items()}}


def meeting(**values: Any) -> Make:
    return lambda world: Meeting(**with_values({"plan": world.plan, "held_on": DAY}, values, world))


def there(world: World) -> Meeting:
    return Meeting.objects.first() or recorded(meeting())(world)


def item(**values: Any) -> Make:
    known = {"position": 1, "kind": "own", "heading": "Priorities"}
    return lambda world: AgendaItem(**with_values({"meeting": there(world), **known}, values, world))


def decision(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"number": 1, "reference": "SG 2022-02-15/1", "what": "?", "due_on": DAY, "recorded_by": "A"}
        known = {"meeting": there(world), "owner": world.body("Police"), "at": world.now}
        return Decision(**with_values({**known, **said}, values, world))

    return make


def of_12(**values: Any) -> Make:
    return decision(activity=lambda world: world.activity(12), **values)


def report_on(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        known = {"decision": Decision.objects.first() or recorded(decision())(world), "at": world.now}
        return DecisionReport(**with_values({**known, "number": 1, "person_name": "A", "text": "?"}, values, world))

    return make


def pack(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"number": 1, "frozen_at": world.now, "frozen_by": "A", "summary": "?", "figures_hash": "ab"}
        return Pack(**with_values({"meeting": there(world), **said}, values, world))

    return make


def pack_file(**values: Any) -> Make:
    def make(world: World) -> Tracked:
        said = {"form": "pdf", "name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha384": "ab"}
        known = {"pack": Pack.objects.first() or recorded(pack())(world), "made_at": world.now}
        return PackFile(**with_values({**known, **said}, values, world))

    return make


def milestone_of_12(world: World) -> Milestone:
    return world.milestone(12)


def police(world: World) -> Body:
    return world.body("Police")


def part_of_police(world: World) -> Part:
    return world.part(11, "Police")


def redaction(**values: Any) -> Make:
    said = {"field": "reason", "reason": "Privacy", "decision_reference": "OPC 12"}
    return lambda world: Redaction(
        **{"table": "agencies_historicalbody", "entry": 1, "at": world.now, **said, **values}
    )


def twice(make: Make, **values: Any) -> Make:
    """The second of two rows that may not stand beside each other."""

    def second(world: World) -> Tracked:
        record(make(world), by=PROGRAM.actor, at=world.now)
        return changed(make(world), **values)

    return second


def self_correcting(world: World) -> Tracked:
    row = update()(world)
    record(row, by=PROGRAM.actor, at=world.now)
    return changed(row, corrects_id=row.id)


def occurrence_again(world: World) -> Tracked:
    (first,) = Milestone.objects.filter(series=world.milestone(5, 2))
    values = {"series": first.series, "occurrence": first.occurrence, "kind": "occurrence"}
    return milestone(activity=world.activity(5), **values)(world)


recorded_move = recorded(move())

ANSWERED = {"answered_by": "B", "answered_at": lambda world: world.now}
