"""Small random plans, played with a little of everything: for counting them again by other means.

The same number makes the same plan. Everything goes through the use cases or ``record``; what the rules refuse is
left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from activities.actions.decisions import (
    Decided,
    record_decision,
    reopen_decision,
    report_on_decision,
    settle_decision,
)
from activities.actions.meetings import add_item, bring_in, call_meeting, call_off_meeting, take_off
from activities.actions.milestones import make_occurrences, move_date, remove_milestone
from activities.actions.reports import Report
from activities.actions.returns import accept_return, confirm_no_change, file_return, save_draft, send_back
from activities.actions.roles import assign_role, follow_roles
from activities.actions.rounds import close_round, extend_returns, open_round, reopen_round
from activities.actions.status import reports_milestones, situation_of, update_status
from activities.decisions import DecisionState, Move
from activities.models import (
    ActionPlan,
    Activity,
    AgendaItem,
    CollectiveMember,
    Decision,
    FocusArea,
    Meeting,
    Milestone,
    MilestoneKind,
    Part,
    PriorityArea,
    Return,
    Role,
    RoleKind,
    Round,
)
from activities.workflow import choices, needs
from agencies.models import Body
from tests.played_year import STATUSES, Year
from tests.world import PROGRAM, World
from tnoc_tracker.record.days import AUCKLAND, start_of_day
from tnoc_tracker.record.models import Tracked
from tnoc_tracker.record.writing import record

AGENCIES = ("police", "sfo", "corrections", "customs", "moj")
"""Some bodies, by slug. The first three have somebody who reports for them, of the same name."""

REPORTERS = AGENCIES[:3]
GOVERNANCE = ("secretariat", "steering-group")
EVERYBODY, RELEVANT = "all-agencies", "relevant-agencies"
DATED = (MilestoneKind.DUE, MilestoneKind.DUE, MilestoneKind.DUE, MilestoneKind.START, MilestoneKind.RECURRING)
UNDATED = (MilestoneKind.TO_BE_DECIDED, MilestoneKind.EXTERNAL)


def body(slug: str) -> Body:
    """A body by its slug, which never changes."""
    return Body.objects.get(slug=slug)


@dataclass(frozen=True)
class PlanWorld(World):
    """The tests' world with another plan in the place of the published one."""

    slug: str = ""

    @property
    def plan(self) -> ActionPlan:
        """The generated plan."""
        return ActionPlan.objects.get(slug=self.slug)


class Shape:
    """Makes a plan: one to eight activities in some areas, of all kinds, in a calendar of its own."""

    def __init__(self, number: int) -> None:
        """Choose the plan's period and calendar."""
        self.random = Random(number)
        self.number, self.slug = number, f"small-{number}"
        self.starts_on = self.random.choice([date(2021, 7, 1), date(2021, 10, 1), date(2022, 1, 1), date(2022, 4, 1)])
        self.days = self.random.choice([270, 365, 365, 730])
        self.at = start_of_day(self.starts_on)

    def write(self, row: Tracked) -> Any:
        """Record a row of the plan as loaded."""
        record(row, by=PROGRAM.actor, at=self.at, reason="Loaded")
        return row

    def make(self) -> ActionPlan:
        """The plan with everything in it."""
        ends_on = self.starts_on + timedelta(days=self.days - 1)
        calendar = {"starts_on": self.starts_on, "ends_on": ends_on, "fiscal_year_starts_in": self.chosen(7, 7, 1, 4)}
        plan = self.write(ActionPlan(slug=self.slug, title=f"Plan {self.number}", **calendar))
        for slug in self.random.sample(AGENCIES, self.random.randint(0, 4)):
            known = {"plan": plan, "collective": body(EVERYBODY), "since": self.starts_on}
            self.write(CollectiveMember(body=body(slug), **known))
        areas = [self.area(plan, position) for position in range(1, self.random.randint(1, 3) + 1)]
        for position in range(1, self.random.randint(1, 8) + 1):
            self.activity(plan, self.random.choice(areas), position)
        return plan

    def chosen(self, *among: Any) -> Any:
        """One of some."""
        return self.random.choice(among)

    def area(self, plan: ActionPlan, position: int) -> PriorityArea:
        """A focus area with one priority area."""
        named = {"code": f"AREA {position}", "title": f"Area {position}", "slug": f"area-{position}"}
        focus = self.write(FocusArea(plan=plan, position=position, **named))
        return self.write(PriorityArea(focus_area=focus, position=1, title=f"Priority {position}"))

    def activity(self, plan: ActionPlan, area: PriorityArea, position: int) -> None:
        """An activity with its roles and milestones; some are withheld."""
        fields = self.chosen([], [], [], [], [], ["timeframe"], ["resourcing"], ["title", "timeframe", "resourcing"])
        withheld = [{"field": field, "item": None, "ground": "s 9(2)(f)(iv)"} for field in fields]
        answerable = "withheld" if "resourcing" in fields else self.chosen(*["named"] * 5, "to_be_decided")
        activity = Activity(
            plan=plan,
            position=position,
            key=str(position),
            number=str(position),
            focus_area_id=area.focus_area_id,
            priority_area=area,
            title="" if "title" in fields else f"Activity {position}",
            answerable=answerable,
            withheld=withheld,
            timeframe_withheld="timeframe" in fields,
            resourcing_withheld="resourcing" in fields,
        )
        self.write(activity)
        self.roles(activity)
        if "timeframe" not in fields:
            for place in range(1, self.random.randint(0, 3) + 1):
                self.milestone(activity, place)
        follow_roles(activity, by=PROGRAM, at=self.at, reason="Loaded")

    def roles(self, activity: Activity) -> None:
        """Who does what: one lead or several with scopes, a collective, a coordinator, nobody; and supporters."""
        match activity.answerable:
            case "withheld":
                held = [(RoleKind.WITHHELD, None, "")]
            case "named":
                held = self.chosen(
                    [(RoleKind.LEAD, self.chosen(*AGENCIES, *GOVERNANCE), "")],
                    [(RoleKind.LEAD, self.chosen(*AGENCIES), "")],
                    [(RoleKind.LEAD, slug, f"part of {slug}") for slug in self.random.sample(AGENCIES, 2)],
                    [(RoleKind.LEAD, EVERYBODY, "")],
                    [(RoleKind.LEAD, RELEVANT, "")],
                    [(RoleKind.COORDINATOR, self.chosen(*AGENCIES, *GOVERNANCE), "")],
                )
            case _:
                held = []
        held += [(RoleKind.SUPPORT, self.chosen(*AGENCIES, RELEVANT), "")] * self.chosen(0, 1)
        for position, (kind, slug, scope) in enumerate(held, start=1):
            known = {"activity": activity, "position": position, "since": self.starts_on}
            self.write(Role(kind=kind, body=body(slug) if slug else None, scope=scope, **known))

    def milestone(self, activity: Activity, position: int) -> None:
        """A milestone of some kind; a recurring one with its occurrences."""
        kind = self.chosen(*DATED, self.chosen(*UNDATED))
        due = self.starts_on + timedelta(days=self.random.randint(5, self.days + 60))
        recurs = kind == MilestoneKind.RECURRING
        known = {
            "kind": kind,
            "label": f"Milestone {position}",
            "interval_months": self.chosen(3, 4) if recurs else None,
        }
        day = None if kind in UNDATED else due
        row = self.write(Milestone(activity=activity, position=position, original_due=day, agreed_due=day, **known))
        if recurs:
            make_occurrences(series=row, first=due, upto=activity.plan.ends_on, by=PROGRAM, at=self.at)


class SmallYear(Year):
    """Plays a generated plan: the acts of a year, and those of rounds and of the Steering Group's meetings."""

    def __init__(self, plan: ActionPlan, number: int) -> None:
        """Begin, with an own sequence of random numbers."""
        super().__init__(number, PlanWorld(slug=plan.slug))
        self.plan = plan
        self.acts = {
            self.report: 22,
            self.report_on_a_part: 8,
            self.move: 8,
            self.propose: 3,
            self.answer: 3,
            self.rename: 1,
            self.name_somebody: 4,
            self.end_a_role: 5,
            self.withdraw: 2,
            self.reinstate: 3,
            self.add: 4,
            self.remove: 2,
            self.correct: 3,
            self.change_a_collective: 1,
            self.end_or_continue_a_series: 1,
            self.open: 6,
            self.file: 14,
            self.review: 8,
            self.close: 3,
            self.extend: 2,
            self.call: 5,
            self.decide: 8,
            self.settle: 4,
            self.carry_out: 5,
            self.put_on_the_agenda: 4,
        }

    def play_for(self, days: int, acts: int) -> list[date]:
        """So many acts within so many days of the plan's start, in the order of time; the days on which they were."""
        begins, played = self.plan.starts_on + timedelta(days=1), []
        for number in sorted(self.random.sample(range(days * 24), acts)):
            at = datetime.combine(begins + timedelta(days=number // 24), time(number % 24, 30), AUCKLAND)
            self.act(at)
            played.append(at.date())
        return played

    # What acts are made of ----------------------------------------------------------------------------------------

    def pick(self, rows: Any) -> Any:
        """One row of this plan's."""
        path = getattr(rows.model, "plan_path", "")
        return super().pick(rows.filter(**{path: self.plan.id}) if path else rows)

    def activity(self, **narrowed: Any) -> Activity:
        """An activity of the plan."""
        return self.pick(Activity.objects.filter(**narrowed).select_related("plan"))

    def secretariat(self, at: datetime) -> dict[str, Any]:
        """The Secretariat, at a moment."""
        return {"by": self.by(at), "at": at}

    # Rounds -------------------------------------------------------------------------------------------------------

    def open(self, at: datetime) -> None:
        """The round of a quarter is opened, or once more."""
        closed = Round.objects.filter(plan=self.plan).exclude(closed_at=None).first()
        if closed and self.random.random() < 0.4:
            reopen_round(round=closed, due_on=self.day(at, 1, 20), reason="Asked again", **self.secretariat(at))
            return
        quarter = self.plan.quarter_of(self.day(at, -60, 0))
        open_round(plan=self.plan, quarter=quarter, due_on=self.day(at, 0, 20), **self.secretariat(at))

    def file(self, at: datetime) -> None:
        """A return is begun, filed, or confirmed without change."""
        rows = Return.objects.filter(dropped_on=None, round__closed_at=None).exclude(state="accepted")
        ret = self.pick(rows.select_related("activity__plan", "part", "round", "body"))
        slug = ret.body.slug if ret.body else ""
        told = {"by": self.by(at, slug if slug in REPORTERS else "secretariat"), "at": at}
        match self.random.choice(["file", "file", "file", "confirm", "draft"]):
            case "confirm":
                confirm_no_change(ret=ret, **told)
            case "draft":
                save_draft(ret=ret, typed={"reason": "Half"}, **told)
            case _:
                self._file(ret, told, at)

    def _file(self, ret: Return, told: dict[str, Any], at: datetime) -> None:
        (status,) = self.random.choices(list(STATUSES), list(STATUSES.values()))
        situation = situation_of(ret.activity, ret.part, by=told["by"], on=at.date())
        if status in choices(situation):
            statement = self._statement(status, needs(status, situation), at)
            days = self.deliveries(ret.activity, ret.part, at, some=0.4)
            file_return(ret=ret, report=Report(statement, days), **told)

    def deliveries(self, activity: Activity, part: Part | None, at: datetime, some: float) -> dict[int, date]:
        """Some open milestones of an activity, delivered lately."""
        if not reports_milestones(activity, part):
            return {}
        still_open = Milestone.objects.filter(activity=activity).still_open().order_by("id")
        return {each.id: self.day(at, -20, 0) for each in still_open if self.random.random() < some}

    def review(self, at: datetime) -> None:
        """What waits for review is accepted or sent back."""
        waiting = Return.objects.filter(state__in=["returned", "confirmed", "returned_late"], round__closed_at=None)
        ret = self.pick(waiting.select_related("activity__plan", "part", "round", "body"))
        if self.random.random() < 0.7:
            accept_return(ret=ret, **self.secretariat(at))
        else:
            send_back(ret=ret, answer="Which?", **self.secretariat(at))

    def close(self, at: datetime) -> None:
        """An open round is closed."""
        close_round(round=self.pick(Round.objects.filter(closed_at=None)), **self.secretariat(at))

    def extend(self, at: datetime) -> None:
        """A body is given more time."""
        ret = self.pick(Return.objects.filter(round__closed_at=None).exclude(body=None).select_related("round", "body"))
        told = {"until": self.day(at, 1, 40), "reason": "Ill", **self.secretariat(at)}
        extend_returns(round=ret.round, body=ret.body, **told)

    # Meetings -----------------------------------------------------------------------------------------------------

    def call(self, at: datetime) -> None:
        """A meeting is called, or called off."""
        meeting = Meeting.objects.filter(plan=self.plan, called_off_on=None).order_by("-held_on").first()
        if meeting and self.random.random() < 0.2:
            call_off_meeting(meeting=meeting, reason="Nobody can come", **self.secretariat(at))
            return
        held = Round.objects.filter(plan=self.plan).order_by("-opened_at").first()
        call_meeting(plan=self.plan, held_on=self.day(at, -1, 20), round=held, **self.secretariat(at))

    def meeting(self, at: datetime) -> Meeting:
        """A meeting that took place."""
        return self.pick(Meeting.objects.filter(held_on__lte=at.date(), called_off_on=None))

    def decide(self, at: datetime) -> None:
        """Something is decided, about the plan, an activity, a part or a milestone."""
        owner = body(self.random.choice(AGENCIES))
        said: dict[str, Any] = {"what": self.words(), "owner": owner, "due_on": self.day(at, 0, 40)}
        meeting, activity = self.meeting(at), self.activity()
        match self.random.choice(list(Move)):
            case Move.NOTHING:
                said |= {"activity": self.random.choice([None, activity])}
            case (Move.NEW_DATE | Move.REMOVE) as move:
                milestone = self.milestone()
                said |= {"activity": milestone.activity, "milestone": milestone, "allows": move}
                said |= {"new_due": self.day(at, 10, 100)} if move == Move.NEW_DATE else {}
            case Move.NAME_LEAD as move:
                said |= {"activity": activity, "allows": move, "lead": owner}
            case move:
                said |= {"activity": activity, "allows": move}
        record_decision(meeting=meeting, decided=Decided(**said), **self.secretariat(at))

    def settle(self, at: datetime) -> None:
        """A decision is reported on, settled or taken up again."""
        decision = self.pick(Decision.objects.all())
        told = {"decision": decision, **self.secretariat(at)}
        if not decision.is_open:
            reopen_decision(reason="Not yet", **told)
        elif self.random.random() < 0.3:
            report_on_decision(text="Half of it", **told)
        else:
            settle_decision(state=self.random.choice(list(DecisionState)[1:]), outcome="It is out", **told)

    def carry_out(self, at: datetime) -> None:
        """What a decision allows is done."""
        decision = self.pick(Decision.objects.filter(state="open").exclude(allows="nothing"))
        told = {"decision": decision, **self.secretariat(at)}
        match Move(decision.allows):
            case Move.NEW_DATE:
                agreed = {"reason": "Decided", "asked_by": "A", "agreed_by": "B"}
                move_date(milestone=decision.milestone, to=decision.new_due, **agreed, **told)
            case Move.REMOVE:
                remove_milestone(milestone=decision.milestone, reason="Decided", **told)
            case Move.NAME_LEAD:
                named = {"kind": RoleKind.LEAD, "body": decision.lead, "reason": "Decided"}
                assign_role(activity=decision.activity, **named, **told)
            case move:
                self._decided_status(decision, move, told, at)

    def _decided_status(self, decision: Decision, move: Move, told: dict[str, Any], at: datetime) -> None:
        statuses = {Move.PAUSE: "paused", Move.CLOSE: "not_delivered", Move.REOPEN: "on_track"}
        status = next(each for each in STATUSES if each.value == statuses[move])
        situation = situation_of(decision.activity, None, by=told["by"], on=at.date())
        said = self._statement(status, needs(status, situation), at)
        update_status(activity=decision.activity, statement=said, **told)

    def put_on_the_agenda(self, at: datetime) -> None:
        """Items come on an agenda, and off it."""
        meeting, told = self.pick(Meeting.objects.filter(called_off_on=None)), self.secretariat(at)
        match self.random.choice(["add", "bring", "off"]):
            case "add":
                add_item(meeting=meeting, heading=self.words(3), seeks_decision=True, **told)
            case "bring":
                bring_in(meeting=meeting, **told)
            case _:
                item = self.pick(AgendaItem.objects.filter(meeting=meeting, taken_off_on=None))
                take_off(item=item, reason="Next time", **told)
