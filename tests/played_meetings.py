"""Acts of the Steering Group and its Secretariat, for a year that is played: meetings, agendas, decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.actions.decisions import (
    Decided,
    change_decision,
    record_decision,
    reopen_decision,
    report_on_decision,
    settle_decision,
)
from activities.actions.meetings import (
    add_item,
    bring_in,
    call_meeting,
    call_off_meeting,
    change_meeting,
    edit_item,
    order_agenda,
    put_back,
    take_off,
)
from activities.actions.milestones import move_date
from activities.decisions import DecisionState, Move
from activities.models import AgendaItem, Decision, Meeting, Milestone, Part
from agencies.models import Body


class Meetings:
    """The acts; what they are made of (``pick``, ``words``, ``by``, ``told``, ``day``) is the player's."""

    random: Any
    world: Any
    pick: Any
    words: Any
    by: Any
    told: Any
    day: Any
    activity: Any

    def call_a_meeting(self, at: datetime) -> None:
        """A meeting some weeks ahead, or tomorrow."""
        call_meeting(plan=self.world.plan, held_on=self.day(at, 1, 40), place=self.words(3), by=self.by(at), at=at)

    def change_a_meeting(self, at: datetime) -> None:
        """Another day or place, or called off altogether."""
        meeting = self.pick(Meeting.objects.filter(called_off_on=None))
        if self.random.random() < 0.2:
            call_off_meeting(meeting=meeting, **self.told(at))
            return
        held_on = meeting.held_on if self.random.random() < 0.5 else self.day(at, 1, 30)
        change_meeting(
            meeting=meeting, held_on=held_on, round=None, place=self.words(3), note=self.words(), **self.told(at)
        )

    def work_on_an_agenda(self, at: datetime) -> None:
        """One thing done to an agenda, whichever."""
        item = self.pick(AgendaItem.objects.all())
        who = {"by": self.by(at), "at": at}
        match self.random.randrange(6):
            case 0:
                bring_in(meeting=item.meeting, **who)
            case 1:
                add_item(meeting=item.meeting, heading=self.words(), activity=self.activity(), **who)
            case 2:
                edit_item(item=item, heading=self.words(), text=self.words(), seeks_decision=True, **who)
            case 3:
                take_off(item=item, **self.told(at))
            case 4:
                put_back(item=item, **who)
            case _:
                ids = list(item.meeting.items.order_by("id").values_list("id", flat=True))
                self.random.shuffle(ids)
                order_agenda(meeting=item.meeting, order=ids, **who)

    def decide(self, at: datetime) -> None:
        """A decision of a meeting that has come: about the plan, an activity, a part, or the date of a milestone."""
        meeting = self.pick(Meeting.objects.filter(called_off_on=None, held_on__lte=self.day(at, 0, 0)))
        owner = self.pick(Body.objects.filter(kind="agency"))
        about: dict[str, Any] = {}
        match self.random.randrange(4):
            case 0:
                part = self.pick(Part.objects.filter(withdrawn_on=None).select_related("activity"))
                about = {"activity": part.activity, "part": part, "allows": Move.PAUSE}
            case 1:
                milestone = self.pick(Milestone.objects.still_open().select_related("activity"))
                new_due = self.day(at, 10, 120)
                about = {"activity": milestone.activity, "milestone": milestone, "allows": Move.NEW_DATE}
                about["new_due"] = new_due
            case 2:
                about = {"activity": self.activity(), "allows": Move.NAME_LEAD, "lead": owner}
            case _:
                pass  # about the plan
        decided = Decided(what=self.words(), owner=owner, due_on=self.day(at, 0, 60), **about)
        record_decision(meeting=meeting, decided=decided, by=self.by(at), at=at)

    def carry_out_a_decision(self, at: datetime) -> None:
        """The date that was decided is agreed."""
        decision = self.pick(Decision.objects.filter(state=DecisionState.OPEN, allows=Move.NEW_DATE))
        move_date(
            milestone=decision.milestone,
            to=decision.new_due,
            asked_by="SFO",
            agreed_by="Steering Group",
            decision=decision,
            **self.told(at),
        )

    def follow_a_decision(self, at: datetime) -> None:
        """What became of a decision, on the way and at its end."""
        decision = self.pick(Decision.objects.all())
        who = {"by": self.by(at), "at": at}
        match self.random.randrange(4):
            case 0:
                report_on_decision(decision=decision, text=self.words(), **who)
            case 1:
                state = self.random.choice([DecisionState.DONE, DecisionState.LAPSED])
                settle_decision(decision=decision, state=state, outcome=self.words(), **who)
            case 2:
                reopen_decision(decision=decision, **self.told(at))
            case _:
                due_on = self.day(at, 0, 90)
                change_decision(
                    decision=decision, what=self.words(), owner=decision.owner, due_on=due_on, **self.told(at)
                )
