"""Proposed dates: those that wait for an answer beside their milestones, and all of them as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, JSONField, Subquery
from django.db.models.functions import JSONObject

from activities.due_states import days
from activities.models import Activity, DateProposal, Milestone, ProposalState
from activities.reading import Reading
from agencies.models import Body
from tnoc_tracker.record.days import day_of, long_date

_COLUMNS = ("id", "proposed_due", "reason", "body_id", "person_name")


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits for an answer, as it stands beside its milestone."""

    id: int
    proposed_due: date
    reason: str
    body_id: int
    person_name: str


def with_waiting(reading: Reading, milestones: Any) -> Any:
    """The milestones, each annotated with the proposal that waits for an answer; see ``waiting_of``."""
    open_ones = reading.beside(DateProposal, milestone_id="id").filter(state=ProposalState.OPEN).order_by()
    found = open_ones.values(found=JSONObject(**{name: F(name) for name in _COLUMNS}))
    return milestones.annotate(proposal=Subquery(found[:1], output_field=JSONField()))


def waiting_of(milestone: Any) -> Waiting | None:
    """The proposal that waits for an answer about a milestone of ``with_waiting``."""
    found: dict[str, Any] | None = milestone.proposal
    if found is None:
        return None
    return Waiting(**{**found, "proposed_due": date.fromisoformat(found["proposed_due"])})


@dataclass(frozen=True)
class WaitingDate:
    """A milestone for which another date is proposed, its activity, and who asked."""

    milestone: Any
    activity: Any
    waiting: Waiting
    asked_by: str


def waiting_dates(
    milestones: Iterable[Any], activities: Mapping[int, Any], bodies: Mapping[int, Body]
) -> list[WaitingDate]:
    """Those of some milestones (of ``with_waiting``) for which another date is proposed, in their order."""
    return [
        WaitingDate(
            milestone,
            activities[milestone.activity_id],
            waiting,
            f"{waiting.person_name}, {bodies[waiting.body_id].label}",
        )
        for milestone in milestones
        if (waiting := waiting_of(milestone))
    ]


@dataclass(frozen=True)
class Proposed:
    """A proposal with its milestone and activity, all as at the reading."""

    proposal: Any
    milestone: Any
    activity: Any
    body: Body

    @property
    def milestone_words(self) -> str:
        """``Strategy endorsed``; an occurrence with its number."""
        return str(self.milestone.full_name)

    @property
    def by_days(self) -> str:
        """``90 days later``; empty where there was no date."""
        by = self.proposal.days
        return "" if by is None else f"{days(abs(by))} {'later' if by > 0 else 'earlier'}"

    @property
    def asked_by(self) -> str:
        """``SFO Lead, SFO``."""
        return f"{self.proposal.person_name}, {self.body.label}"

    @property
    def asked_on(self) -> date:
        """The day on which it was asked for."""
        return day_of(self.proposal.at)

    @property
    def answered_on(self) -> date | None:
        """The day of the answer."""
        at: datetime | None = self.proposal.answered_at
        return day_of(at) if at else None

    @property
    def meanwhile(self) -> str:
        """What has happened to the milestone since, where it no longer stands as it did; empty otherwise."""
        if not self.proposal.is_open:
            return ""
        if self.activity.withdrawn_on or self.activity.is_finished:
            return "the activity is closed meanwhile"
        if not self.milestone.is_open:
            return "delivered meanwhile" if self.milestone.delivered_on else "removed meanwhile"
        if self.milestone.agreed_due != self.proposal.instead_of:
            return f"the agreed date is {long_date(self.milestone.agreed_due)} meanwhile"
        return ""


def proposals(reading: Reading) -> list[Proposed]:
    """Every proposal of the plan: those that wait first, in the order in which they were asked; then the newest answer.

    Three queries, and one for the bodies' names.
    """
    rows = list(reading.rows(DateProposal).order_by("at", "id"))
    milestones = {each.id: each for each in reading.rows(Milestone).filter(id__in={row.milestone_id for row in rows})}
    ids = {milestone.activity_id for milestone in milestones.values()}
    activities = {each.id: each for each in reading.rows(Activity).filter(id__in=ids)}
    found = [
        Proposed(
            row,
            milestones[row.milestone_id],
            activities[milestones[row.milestone_id].activity_id],
            reading.bodies[row.body_id],
        )
        for row in rows
    ]
    answered = sorted((each for each in found if not each.proposal.is_open), key=lambda each: each.proposal.answered_at)
    return [*(each for each in found if each.proposal.is_open), *reversed(answered)]


def finding(found: Iterable[Proposed]) -> str:
    """The heading of the list: ``2 proposed dates wait for an answer``."""
    waiting = sum(1 for each in found if each.proposal.is_open)
    if not waiting:
        return "No proposed date waits for an answer"
    return f"{waiting} proposed {'date waits' if waiting == 1 else 'dates wait'} for an answer"
