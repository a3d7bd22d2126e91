"""What the register suggests for an agenda of the Steering Group, in the order in which an agenda is made."""

from __future__ import annotations

from dataclasses import dataclass

from activities.decisions import AgendaKind
from activities.models import DateProposal
from activities.reading import Reading


@dataclass(frozen=True)
class Suggestion:
    """One thing to put before the group. ``source`` stays the same for the same thing: it is brought in once."""

    kind: AgendaKind
    source: str
    heading: str
    text: str = ""
    activity_id: int | None = None
    part_id: int | None = None
    milestone_id: int | None = None
    proposal_id: int | None = None
    seeks_decision: bool = False


def suggested(reading: Reading) -> list[Suggestion]:
    """What stands in the register for the group, as of the reading (a constant number of queries)."""
    return [*_gaps(reading), *_new_dates(reading)]


def _gaps(reading: Reading) -> list[Suggestion]:
    return [
        Suggestion(AgendaKind.GAP, f"gap:{each.id}:{each.vacant_since}", str(each), "Nobody answers.", each.id)
        for each in reading.activities.exclude(vacant_since=None)
    ]


def _new_dates(reading: Reading) -> list[Suggestion]:
    names = {each.id: each for each in reading.milestones}
    waiting = reading.rows(DateProposal).filter(state="open")
    return [
        Suggestion(
            AgendaKind.NEW_DATE,
            f"proposal:{each.id}",
            names[each.milestone_id].name,
            each.reason,
            names[each.milestone_id].activity_id,
            milestone_id=each.milestone_id,
            proposal_id=each.id,
            seeks_decision=True,
        )
        for each in waiting
        if each.milestone_id in names
    ]
