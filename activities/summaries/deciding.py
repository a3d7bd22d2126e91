"""What a decision may be about, and what one on an agenda item would say: for the form that records it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from activities.decisions import AgendaKind, Move
from activities.due_states import DueState
from activities.reading import Reading
from activities.summaries.proposals import waiting_of, with_waiting
from agencies.models import BodyFunction
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class AboutChoice:
    """One thing that a decision may be about; ``key`` names it in a form: ``milestone-12``."""

    key: str
    words: str
    activity: Any
    part: Any = None
    milestone: Any = None


@dataclass(frozen=True)
class About:
    """An activity with everything in it that a decision may be about, itself first."""

    activity: Any
    choices: tuple[AboutChoice, ...]


@dataclass(frozen=True)
class Abouts:
    """Everything in a plan that a decision may be about; ``overdue`` counts its overdue milestones, for the header."""

    groups: tuple[About, ...]
    milestones: dict[int, Any]
    overdue: int

    @property
    def every(self) -> dict[str, AboutChoice]:
        """Every choice by its key."""
        return {choice.key: choice for group in self.groups for choice in group.choices}


def abouts(reading: Reading) -> Abouts:
    """The activities of the plan with their live parts and open milestones (three queries, and one for bodies)."""
    milestones = list(with_waiting(reading, reading.milestones))
    parts: dict[int, list[Any]] = defaultdict(list)
    dated: dict[int, list[Any]] = defaultdict(list)
    for part in reading.parts:
        parts[part.activity_id].append(part)
    for each in milestones:
        if each.is_open or (each.is_series and each.ended_on is None and each.removed_on is None):
            dated[each.activity_id].append(each)
    return Abouts(
        groups=tuple(_about(reading, each, parts[each.id], dated[each.id]) for each in reading.activities),
        milestones={each.id: each for each in milestones},
        overdue=sum(1 for each in milestones if each.due_state == DueState.OVERDUE),
    )


def _about(reading: Reading, activity: Any, parts: Iterable[Any], milestones: Iterable[Any]) -> About:
    """The choices begin with the activity's number, so that typing it finds them."""
    number = activity.number or f"Row {activity.position}"
    choices = [AboutChoice(f"activity-{activity.id}", f"{number} – the activity", activity)]
    for part in parts:
        scope = f", {part.scope}" if part.scope else ""
        words = f"{number} – part: {reading.bodies[part.body_id].label}{scope}"
        choices.append(AboutChoice(f"part-{part.id}", words, activity, part=part))
    for each in milestones:
        due = f", due {long_date(each.agreed_due)}" if each.agreed_due else ""
        choices.append(
            AboutChoice(f"milestone-{each.id}", f"{number} – date: {each.full_name}{due}", activity, milestone=each)
        )
    return About(activity, tuple(choices))


def drafted(reading: Reading, item: Any, found: Abouts) -> dict[str, Any]:
    """What a decision on an item of an agenda would say, by field of the form; nothing is decided by it."""
    secretariat = next((body.id for body in reading.bodies.values() if body.function == BodyFunction.SECRETARIAT), "")
    draft: dict[str, Any] = {"about": _key_of(item, found), "allows": Move.NOTHING.value}
    milestone = found.milestones.get(item.milestone_id)
    waiting = waiting_of(milestone) if milestone else None
    match item.kind:
        case AgendaKind.NEW_DATE if waiting and milestone:
            draft["what"] = f"The agreed date of “{milestone.full_name}” moves to {long_date(waiting.proposed_due)}."
            draft |= {"allows": Move.NEW_DATE.value, "new_due": waiting.proposed_due, "owner": secretariat}
        case AgendaKind.OWN:
            draft["what"] = item.heading
        case AgendaKind.GAP if item.activity_id is None:  # a collective without members
            draft["owner"] = secretariat
        case AgendaKind.GAP:
            draft |= {"allows": Move.NAME_LEAD.value, "owner": secretariat}
        case AgendaKind.STOP:
            draft |= {"allows": Move.PAUSE.value, "owner": secretariat}
    return draft


def _key_of(item: Any, found: Abouts) -> str:
    """The most exact thing that an item is about and that is still offered; the plan where it is about no activity."""
    keys = [
        f"milestone-{item.milestone_id}" if item.kind == AgendaKind.NEW_DATE else "",
        f"part-{item.part_id}",
        f"activity-{item.activity_id}",
    ]
    offered = found.every
    return next((key for key in keys if key in offered), "" if item.activity_id else "plan")
