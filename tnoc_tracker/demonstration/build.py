"""Playing the demonstration into an empty database, up to the day that it pretends is today."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings

from activities.actions.loading import load_plan
from activities.actions.milestones import move_date
from activities.actions.status import update_status
from activities.models import ActionPlan, Activity, Milestone, Part
from agencies.models import Body, Membership, Person
from agencies.standing import Standing
from tnoc_tracker.demonstration.people import PASSWORD, PEOPLE
from tnoc_tracker.demonstration.progress import EVENTS, Move, Report
from tnoc_tracker.record.days import AUCKLAND, start_of_day
from tnoc_tracker.record.writing import record

PROGRAM = Standing.program("demo")
PLAN = "tnoc-action-plan-2021-22.json"
LOADED_ON = date(2021, 7, 1)
PRETENDED = date(2022, 2, 15)
"""The day that the demonstration pretends is today."""

Say = Callable[[str], None]


def fixtures(name: str) -> Any:
    """A committed fixture, parsed."""
    path: Path = settings.BASE_DIR / "fixtures" / name
    return json.loads(path.read_text(encoding="utf-8"))


def build(upto: date, say: Say) -> None:
    """Load the plan, make the people and play every event up to a day; ``say`` is told of the progress."""
    say("Loading the published plan")
    load_plan(exchange=fixtures(PLAN), directory=fixtures("bodies.json"), by=PROGRAM, at=start_of_day(LOADED_ON))
    say("Making the people")
    _make_people()
    events = [event for event in EVENTS if event.day <= upto]
    for count, event in enumerate(events, start=1):
        say(f"Playing half a year of progress: {count} of {len(events)}")
        _play(event)


def _make_people() -> None:
    at = start_of_day(LOADED_ON)
    for entry in PEOPLE:
        person = Person(username=entry.username, name=entry.name, is_administrator=entry.administrator)
        person.set_password(PASSWORD)
        record(person, by=PROGRAM.actor, at=at, reason="Made up for the demonstration")
        if entry.body:
            membership = Membership(person=person, body=_body(entry.body), since=LOADED_ON, may_report=entry.may_report)
            record(membership, by=PROGRAM.actor, at=at, reason="Made up for the demonstration")


def _body(label: str) -> Body:
    found: Body = Body.objects.filter(short=label).first() or Body.objects.get(name=label)
    return found


def _play(event: Report | Move) -> None:
    plan = ActionPlan.objects.get(slug="tnoc-2021-22")
    activity = Activity.objects.get(plan=plan, key=event.key)
    by = Standing.of(Person.objects.get(username=event.username), event.day)
    at = datetime.combine(event.day, time(14, 30), AUCKLAND)
    if isinstance(event, Move):
        move_date(
            milestone=_milestone(activity, event.milestone),
            to=event.to,
            reason=event.reason,
            asked_by=event.asked_by,
            agreed_by=event.agreed_by,
            decision_reference=event.decision_reference,
            by=by,
            at=at,
        )
        return
    part = Part.objects.get(activity=activity, body=_body(event.part)) if event.part else None
    deliveries = {_milestone(activity, place).id: day for place, day in event.met.items()}
    update_status(activity=activity, part=part, statement=event.statement, deliveries=deliveries, by=by, at=at)


def _milestone(activity: Activity, place: int) -> Milestone:
    found: Milestone = Milestone.objects.exclude(kind="occurrence").get(activity=activity, position=place)
    return found
