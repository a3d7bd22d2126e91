"""A year of random but valid work on the world's plan, day by day, through the use cases.

The same seed plays the same year. Whatever the rules refuse is left out and counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from activities.actions.common import Forbidden, Refused
from activities.actions.loading import load_plan
from activities.actions.milestones import (
    add_milestone,
    continue_series,
    correct_delivery,
    edit_milestone,
    end_series,
    move_date,
    remove_milestone,
)
from activities.actions.proposals import agree_to_date, decline_date, propose_date, take_back_proposal
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.status import reports_milestones, situation_of, update_status
from activities.actions.words import edit_words, reinstate_activity, withdraw_activity
from activities.models import Activity, DateProposal, Milestone, MilestoneKind, Part, Role, RoleKind
from activities.statuses import DeliveryStatus, Need
from activities.workflow import Statement, choices, needs
from agencies.actions.bodies import edit_body
from agencies.actions.people import edit_person
from agencies.models import Body, BodyKind
from agencies.standing import Standing
from tests import world as the_world
from tests.played_meetings import Meetings
from tests.world import World
from tnoc_tracker.record.days import AUCKLAND

WORDS = ("draft", "paper", "agency", "went", "every", "back", "money", "people", "ships", "banks", "to", "with", "time")
STATUSES = {
    DeliveryStatus.ON_TRACK: 8,
    DeliveryStatus.AT_RISK: 5,
    DeliveryStatus.OFF_TRACK: 4,
    DeliveryStatus.NOT_STARTED: 1,
    DeliveryStatus.PAUSED: 2,
    DeliveryStatus.COMPLETED: 3,
    DeliveryStatus.NOT_DELIVERED: 1,
}


@dataclass
class Year(Meetings):
    """The player: its random numbers, and how often each act was done or refused."""

    seed: int
    world: World = field(default_factory=World)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin the random numbers, and give every act its weight."""
        self.random = Random(self.seed)
        self.acts: dict[Callable[[datetime], None], int] = {
            self.report: 30,
            self.report_on_a_part: 12,
            self.move: 10,
            self.propose: 6,
            self.answer: 5,
            self.rename: 4,
            self.rename_a_person: 1,
            self.name_somebody: 6,
            self.end_a_role: 5,
            self.withdraw: 2,
            self.reinstate: 2,
            self.add: 5,
            self.relabel: 3,
            self.remove: 2,
            self.correct: 4,
            self.reword: 5,
            self.change_a_collective: 3,
            self.end_or_continue_a_series: 1,
            self.call_a_meeting: 2,
            self.change_a_meeting: 1,
            self.work_on_an_agenda: 4,
            self.decide: 4,
            self.carry_out_a_decision: 2,
            self.follow_a_decision: 4,
        }

    # Days -----------------------------------------------------------------------------------------------------

    def play(self, day: date) -> None:
        """A day's work: some acts at some times; one at the very first and one in the last second now and then."""
        times = sorted(self.some_time() for _ in range(self.random.choice([0, 1, 1, 2, 3, 4])))
        if self.random.random() < 0.3:
            times = [time.min, *times, time(23, 59, 59)]
        for moment in times:
            self.act(datetime.combine(day, moment, AUCKLAND))
        if day == date(2022, 3, 1):
            self.load_another_edition(datetime.combine(day, time(23, 30), AUCKLAND))

    def some_time(self) -> time:
        """A time of day, to the microsecond."""
        seconds, micro = self.random.randrange(60, 86_390), self.random.randrange(10**6)
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60, micro)

    def act(self, at: datetime) -> None:
        """One act, if the rules let it be."""
        (chosen,) = self.random.choices(list(self.acts), list(self.acts.values()))
        name = chosen.__name__
        try:
            chosen(at)
        except (Refused, Forbidden):
            self.refused[name] += 1
        except LookupError:  # nothing there that it could be done to
            self.refused[name] += 1
        else:
            self.done[name] += 1

    # What acts are made of --------------------------------------------------------------------------------------

    def words(self, most: int = 12) -> str:
        """Some words, with a macron and a number now and then."""
        said = self.random.choices(WORDS, k=self.random.randint(2, most))
        return (
            " ".join([*said, self.random.choice(["", "kōrero", str(self.random.randint(2, 99))])]).strip().capitalize()
        )

    def pick(self, rows: Any) -> Any:
        """One row of some, by id; ``LookupError`` where there is none."""
        found = list(rows.order_by("id"))
        return self.random.choice(found)

    def activity(self, **narrowed: Any) -> Activity:
        """An activity of the plan."""
        return self.pick(Activity.objects.filter(plan__slug="tnoc-2021-22", **narrowed).select_related("plan"))

    def milestone(self) -> Milestone:
        """A milestone of any activity."""
        return self.pick(Milestone.objects.all())

    def by(self, at: datetime, username: str = "secretariat") -> Standing:
        """Where somebody stands that day."""
        return Standing.of(self.world.person(username), at.astimezone(AUCKLAND).date())

    def told(self, at: datetime) -> dict[str, Any]:
        """Who, when and why of an act of the Secretariat."""
        return {"reason": self.words(), "by": self.by(at), "at": at}

    def day(self, at: datetime, earliest: int, latest: int) -> date:
        """A day so many days from the day of a moment."""
        return at.astimezone(AUCKLAND).date() + timedelta(days=self.random.randint(earliest, latest))

    # The acts -------------------------------------------------------------------------------------------------

    def report(self, at: datetime) -> None:
        """A status update of an activity as a whole."""
        self._report(self.activity(), None, at)

    def report_on_a_part(self, at: datetime) -> None:
        """A status update of a part."""
        part = self.pick(Part.objects.filter(withdrawn_on=None).select_related("activity__plan", "body"))
        self._report(part.activity, part, at)

    def _report(self, activity: Activity, part: Part | None, at: datetime) -> None:
        by = self.by(at, self.random.choice(["secretariat"] * 4 + ["police", "sfo", "corrections"]))
        on = at.astimezone(AUCKLAND).date()
        (status,) = self.random.choices(list(STATUSES), list(STATUSES.values()))
        still_open = list(Milestone.objects.filter(activity=activity).still_open().order_by("id"))
        if status is not DeliveryStatus.COMPLETED:
            still_open = [each for each in still_open if self.random.random() < 0.15]
        delivered = still_open if reports_milestones(activity, part) else []
        days = {each.id: self.day(at, -20, 0) for each in delivered}
        situation = situation_of(activity, part, by=by, on=on, delivered=frozenset(days))
        if status not in choices(situation):
            raise Refused({"status": "cannot follow"})
        said = self._statement(status, needs(status, situation), at)
        update_status(activity=activity, part=part, statement=said, deliveries=days, by=by, at=at)

    def _statement(self, status: DeliveryStatus, wanted: tuple[Need, ...], at: datetime) -> Statement:
        said: dict[str, Any] = {}
        for need in wanted:
            match need:
                case Need.FORECAST:
                    said |= self.random.choice([{"forecast": self.day(at, 1, 200)}, {"cannot_forecast": True}])
                case Need.ASK:
                    said |= self.random.choice([{"ask": self.words()}, {"no_ask": True}])
                case Need.EVIDENCE:
                    said["held_at"] = self.words(4)
                case Need.REVIEW_DATE:
                    said[need.value] = self.day(at, 5, 60)
                case Need.COMPLETED_ON:
                    said[need.value] = self.day(at, -10, 0)
                case _:
                    said[need.value] = self.words()
        return Statement(status, **said)

    def move(self, at: datetime) -> None:
        """A milestone gets another agreed date, as a day or as a quarter."""
        milestone, day = self.milestone(), self.day(at, -40, 200)
        to: Any = self.random.choice([day, self.world.plan.quarter_of(day)])
        names = {"asked_by": self.words(3), "agreed_by": "TNOC Steering Group", "decision_reference": self.words(3)}
        move_date(milestone=milestone, to=to, **names, **self.told(at))

    def propose(self, at: datetime) -> None:
        """Somebody asks for another date."""
        told = {**self.told(at), "by": self.by(at, self.random.choice(["secretariat", "police", "sfo"]))}
        propose_date(milestone=self.milestone(), to=self.day(at, 1, 200), **told)

    def answer(self, at: datetime) -> None:
        """A proposal is agreed to, declined or taken back."""
        waiting = self.pick(DateProposal.objects.filter(state="open"))
        told = {"proposal": waiting, "by": self.by(at), "at": at}
        match self.random.choice(["agree", "agree", "decline", "take back"]):
            case "agree":
                agree_to_date(agreed_by="TNOC Steering Group", answer=self.random.choice(["", self.words()]), **told)
            case "decline":
                decline_date(answer=self.words(), **told)
            case _:
                take_back_proposal(**told)

    def rename(self, at: datetime) -> None:
        """A body gets another name, short name or Māori name."""
        body = self.pick(Body.objects.exclude(function="secretariat"))
        names = {"name": body.name, "short": body.short, "name_mi": body.name_mi, "also": body.also}
        which = self.random.choice(["name", "short", "name_mi"])
        names[which] = self.words(3)
        edit_body(body=body, **names, **{**self.told(at), "by": self.by(at, "administrator")})

    def rename_a_person(self, at: datetime) -> None:
        """Somebody who reports gets another name."""
        person = self.world.person(self.random.choice(["police", "sfo"]))
        told = {**self.told(at), "by": self.by(at, "administrator")}
        edit_person(person=person, username=person.username, name=self.words(3), email="", **told)

    def name_somebody(self, at: datetime) -> None:
        """A body gets a role, often that of a lead."""
        kind = self.random.choice([RoleKind.LEAD, RoleKind.LEAD, RoleKind.COORDINATOR, RoleKind.SUPPORT])
        scope = self.words(2) if kind == RoleKind.LEAD and self.random.random() < 0.3 else ""
        body = self.pick(Body.objects.all())
        assign_role(activity=self.activity(), kind=kind, body=body, scope=scope, **self.told(at))

    def end_a_role(self, at: datetime) -> None:
        """A body has a role no longer."""
        end_role(role=self.pick(Role.objects.filter(ended_on=None)), **self.told(at))

    def withdraw(self, at: datetime) -> None:
        """An activity leaves the plan."""
        withdraw_activity(activity=self.activity(), **self.told(at))

    def reinstate(self, at: datetime) -> None:
        """A withdrawn activity comes back."""
        reinstate_activity(activity=self.activity(withdrawn_on__isnull=False), **self.told(at))

    def add(self, at: datetime) -> None:
        """A milestone that the document does not have."""
        kind = self.random.choice([kind for kind in MilestoneKind if kind != MilestoneKind.OCCURRENCE])
        dated = kind not in (MilestoneKind.TO_BE_DECIDED, MilestoneKind.EXTERNAL)
        due = self.random.choice([self.day(at, -20, 150), self.world.plan.quarter_of(self.day(at, 0, 150))])
        add_milestone(
            activity=self.activity(),
            kind=kind,
            label=self.words(5),
            due=due if dated else None,
            interval_months=self.random.choice([2, 3, 6]) if kind == MilestoneKind.RECURRING else None,
            **self.told(at),
        )

    def relabel(self, at: datetime) -> None:
        """A milestone gets other words."""
        edit_milestone(milestone=self.milestone(), label=self.words(5), **self.told(at))

    def remove(self, at: datetime) -> None:
        """A milestone is removed by decision."""
        remove_milestone(milestone=self.milestone(), decision_reference=self.words(3), **self.told(at))

    def correct(self, at: datetime) -> None:
        """The day of a delivery is corrected, or taken back."""
        row = self.pick(Milestone.objects.exclude(delivered_on=None))
        day = self.random.choice([None, self.day(at, -60, 0)])
        correct_delivery(milestone=row, delivered_on=day, **self.told(at))

    def reword(self, at: datetime) -> None:
        """An activity gets other working words."""
        activity = self.activity(withheld=[])
        edit_words(activity=activity, title=self.words(), description=self.words(20), **self.told(at))

    def change_a_collective(self, at: datetime) -> None:
        """Other agencies belong to a collective."""
        agencies = list(Body.objects.filter(kind=BodyKind.AGENCY).order_by("id"))
        members = self.random.sample(agencies, self.random.randint(0, len(agencies)))
        collective = self.pick(Body.objects.filter(kind=BodyKind.COLLECTIVE))
        set_collective(plan=self.world.plan, collective=collective, members=members, **self.told(at))

    def end_or_continue_a_series(self, at: datetime) -> None:
        """A recurring milestone ends, or its next occurrences are made."""
        if self.random.random() < 0.5:
            continue_series(plan=self.world.plan, upto=self.day(at, 30, 400), by=the_world.PROGRAM, at=at)
        else:
            series = self.pick(Milestone.objects.filter(kind=MilestoneKind.RECURRING))
            end_series(milestone=series, decision_reference=self.words(3), **self.told(at))

    def load_another_edition(self, at: datetime) -> None:
        """The document is published again: another title for one activity and for the plan itself."""
        edition = json.dumps(the_world.exchange(), ensure_ascii=False)
        edition = edition.replace("TNOC Handbook", "TNOC Manual").replace("ACTION PLAN 2021/22", "SECOND ACTION PLAN")
        load_plan(exchange=json.loads(edition), directory=the_world.directory(), by=the_world.PROGRAM, at=at)
