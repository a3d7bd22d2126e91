"""One small named world: the published plan, loaded on 1 July 2021, and a person for every standing.

Built once for a database; each test runs in a transaction on top of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from activities.actions.loading import load_plan
from activities.models import ActionPlan, Activity, Milestone, Part
from activities.reading import Reading
from agencies.models import Body, Membership, Person
from agencies.standing import Standing
from tnoc_tracker.record.days import AUCKLAND, start_of_day
from tnoc_tracker.record.writing import record

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PASSWORD = "kererū over the harbour"
LOADED = date(2021, 7, 1)
TODAY = date(2022, 2, 15)
PROGRAM = Standing.program("tests")

# user name: (name, body's short name or name, may report, administrator)
PEOPLE: dict[str, tuple[str, str | None, bool, bool]] = {
    "secretariat": ("Secretariat Officer", "TNOC Secretariat", True, False),
    "police": ("Police Lead", "Police", True, False),
    "police-reader": ("Police Reader", "Police", False, False),
    "sfo": ("SFO Lead", "SFO", True, False),
    "corrections": ("Corrections Lead", "Corrections", True, False),
    "steering": ("Steering Member", "TNOC Steering Group", False, False),
    "administrator": ("Administrator", None, False, True),
    "outsider": ("Outsider", None, False, False),
}


def moment(day: date, hour: int = 10) -> datetime:
    """A moment of a day in Pacific/Auckland."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=AUCKLAND)


def exchange() -> dict:
    """The published plan as committed."""
    return json.loads((FIXTURES / "tnoc-action-plan-2021-22.json").read_text())


def directory() -> list[dict]:
    """The directory of bodies as committed."""
    return json.loads((FIXTURES / "bodies.json").read_text())


def body(label: str) -> Body:
    """A body by its short name, else its name."""
    return Body.objects.filter(short=label).first() or Body.objects.get(name=label)


def add_person(username: str, name: str, member_of: str | None, may_report: bool, administrator: bool) -> Person:
    """A person with a password and, if a body is named, a membership since 1 July 2021."""
    person = Person(username=username, name=name, is_administrator=administrator)
    person.set_password(PASSWORD)
    record(person, by=PROGRAM.actor, at=start_of_day(LOADED), reason="Made for the tests")
    if member_of:
        membership = Membership(person=person, body=body(member_of), since=LOADED, may_report=may_report)
        record(membership, by=PROGRAM.actor, at=start_of_day(LOADED), reason="Made for the tests")
    return person


def build() -> None:
    """Load the plan and make the people; does nothing where the world is there already."""
    if ActionPlan.objects.exists():
        return
    load_plan(exchange=exchange(), directory=directory(), by=PROGRAM, at=start_of_day(LOADED))
    for username, entry in PEOPLE.items():
        add_person(username, *entry)


@dataclass(frozen=True)
class World:
    """Names for what is in the world; everything is read afresh."""

    today: date = TODAY

    @property
    def plan(self) -> ActionPlan:
        """The published plan."""
        return ActionPlan.objects.get(slug="tnoc-2021-22")

    @cached_property
    def now(self) -> datetime:
        """Ten in the morning of today."""
        return moment(self.today)

    @property
    def reading(self) -> Reading:
        """The plan now, lateness counted today."""
        return Reading(self.plan, self.today)

    def activity(self, key: str | int) -> Activity:
        """An activity by its key."""
        return Activity.objects.select_related("plan").get(plan__slug="tnoc-2021-22", key=str(key))

    def milestone(self, key: str | int, position: int = 1) -> Milestone:
        """A milestone of an activity by its place in the document."""
        return Milestone.objects.exclude(kind="occurrence").get(activity=self.activity(key), position=position)

    def part(self, key: str | int, label: str) -> Part:
        """The live part of a body in an activity."""
        return Part.objects.get(activity=self.activity(key), body=body(label), withdrawn_on=None)

    def body(self, label: str) -> Body:
        """A body by its short name, else its name."""
        return body(label)

    def person(self, username: str) -> Person:
        """A person by user name."""
        return Person.objects.get(username=username)

    def standing(self, username: str) -> Standing:
        """A person's standing today."""
        return Standing.of(self.person(username), self.today)
