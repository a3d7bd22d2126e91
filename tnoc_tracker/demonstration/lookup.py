"""Finding what an event of the demonstration names: rows by the names that people use, and who does it when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from activities.models import ActionPlan, Activity, AgendaItem, Decision, Meeting, Milestone, Part, Return, Round
from activities.quarters import FiscalQuarter
from agencies.models import Body, Person
from agencies.standing import Standing

SECRETARIAT = "secretariat"


def body_called(label: str) -> Body:
    """A body by its short name, else its name."""
    found: Body = Body.objects.filter(short=label).first() or Body.objects.get(name=label)
    return found


def the_plan() -> ActionPlan:
    """The published plan."""
    found: ActionPlan = ActionPlan.objects.get(slug="tnoc-2021-22")
    return found


def activity_of(key: str) -> Activity:
    """An activity by its key."""
    found: Activity = Activity.objects.select_related("plan").get(plan=the_plan(), key=key)
    return found


def part_of(key: str, label: str) -> Part | None:
    """The part of a body in an activity; None without a body."""
    if not label:
        return None
    found: Part = Part.objects.get(activity=activity_of(key), body=body_called(label), withdrawn_on=None)
    return found


def milestone_of(key: str, place: int) -> Milestone:
    """A milestone of an activity by its place in the document."""
    found: Milestone = Milestone.objects.exclude(kind="occurrence").get(activity=activity_of(key), position=place)
    return found


def round_of(quarter: str) -> Round:
    """The round of a quarter."""
    found: Round = Round.objects.get(plan=the_plan(), quarter_key=FiscalQuarter.parse(quarter).key)
    return found


def return_of(event: Any) -> Return:
    """The return that an event of a round names by quarter, activity and part."""
    rows = Return.objects.filter(round=round_of(event.quarter), activity=activity_of(event.key), dropped_on=None)
    found: Return = rows.get(part=part_of(event.key, event.part))
    return found


def meeting_on(day: date) -> Meeting:
    """The meeting of a day."""
    found: Meeting = Meeting.objects.select_related("plan").get(plan=the_plan(), held_on=day)
    return found


def item_of(held_on: date, kind: str, key: str) -> AgendaItem:
    """The item of an agenda that stands there for a reason, about an activity."""
    found: AgendaItem = AgendaItem.objects.get(meeting=meeting_on(held_on), kind=kind, activity=activity_of(key))
    return found


def decision_called(reference: str) -> Decision | None:
    """A decision by its reference; None for an empty one."""
    return Decision.objects.get(reference=reference) if reference else None


def told(username: str, at: datetime) -> dict[str, Any]:
    """Who does it and when, as every use case takes it."""
    return {"by": Standing.of(Person.objects.get(username=username), at.date()), "at": at}
