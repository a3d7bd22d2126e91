"""What the tests of decisions share: meetings of the Steering Group, and decisions recorded at them."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.actions.decisions import Decided, record_decision
from activities.actions.meetings import call_meeting
from activities.decisions import Move
from activities.models import AgendaItem, Decision, Meeting
from agencies.standing import Standing
from tests.world import World, moment

HELD = date(2022, 2, 15)
"""The day of the meeting that the decisions of the tests are made at: today."""


def meeting(world: World, held_on: date = HELD, called: date | None = None) -> Meeting:
    """A meeting of the group; called on its own day where no other is given."""
    day = called or held_on
    by = Standing.of(world.person("secretariat"), day)
    return call_meeting(plan=world.plan, held_on=held_on, by=by, at=moment(day, 9))


def decide(
    world: World,
    at_meeting: Meeting,
    on: date | None = None,
    username: str = "secretariat",
    expected: int | None = None,
    item: AgendaItem | None = None,
    **said: Any,
) -> Decision:
    """A decision of a meeting, recorded on its day: by default that Police reports in a month."""
    day = on or at_meeting.held_on
    asked = {"what": "Report on the funding", "owner": world.body("Police"), "due_on": date(2022, 3, 15)} | said
    by = Standing.of(world.person(username), day)
    decided = Decided(**asked)
    return record_decision(meeting=at_meeting, item=item, decided=decided, by=by, at=moment(day, 11), expected=expected)


def decide_date(world: World, at_meeting: Meeting, key: int = 7, to: date = date(2022, 3, 31), **said: Any) -> Decision:
    """A decision that the first milestone of an activity may move to a day."""
    about = {"activity": world.activity(key), "milestone": world.milestone(key), "owner": world.body("SFO")}
    words = {"what": "The date may move", "allows": Move.NEW_DATE, "new_due": to}
    return decide(world, at_meeting, **about, **words, **said)


def decide_pause(world: World, at_meeting: Meeting, key: int = 7, **said: Any) -> Decision:
    """A decision that an activity may be paused."""
    about = {"activity": world.activity(key), "owner": world.body("SFO")}
    return decide(world, at_meeting, **about, what="Pause until the ministers decide", allows=Move.PAUSE, **said)
