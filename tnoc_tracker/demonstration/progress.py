"""The demonstration's half year beside its reporting rounds: who said what of which activity on which day.

All of it is made up, except what was public by then (the AML/CFT statutory review began on 1 July 2021).
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tnoc_tracker.demonstration.meetings import reference

ON_TRACK, PAUSED, COMPLETED = DeliveryStatus.ON_TRACK, DeliveryStatus.PAUSED, DeliveryStatus.COMPLETED


@dataclass(frozen=True)
class Report:
    """A status update: by whom, on which activity or body’s part, milestones met by place, and by which decision."""

    day: date
    username: str
    key: str
    statement: Statement
    part: str = ""
    met: dict[int, date] = field(default_factory=dict)
    decision: str = ""
    hour: ClassVar[int] = 14


@dataclass(frozen=True)
class Move:
    """A new agreed date for a milestone, by its place in the document."""

    day: date
    username: str
    key: str
    milestone: int
    to: date
    reason: str
    asked_by: str
    agreed_by: str
    decision: str
    hour: ClassVar[int] = 14


def _done(words: str, **more: Any) -> Statement:
    return Statement(ON_TRACK, what_was_done=words, **more)


def _completed(day: date, statement: str, held_at: str) -> Statement:
    return Statement(COMPLETED, completed_on=day, statement=statement, held_at=held_at)


EVENTS: tuple[Report | Move, ...] = (
    Report(
        date(2021, 8, 16),
        "secretariat",
        "2",
        _done("First chapters drafted; every agency has named a contact.", next_steps="Second draft by October."),
    ),
    Report(
        date(2021, 8, 30),
        "secretariat",
        "14",
        _done("Workshop on collection priorities held with Police, Customs and MFAT."),
    ),
    Report(
        date(2021, 9, 20),
        "secretariat",
        "3",
        _done("Questions of the review agreed; a reviewer is being commissioned."),
    ),
    Report(date(2021, 9, 21), "moj", "5", _done("Timelines of eleven reforms collected from the agencies.")),
    Report(
        date(2021, 9, 22),
        "moj",
        "6",
        _done("The statutory review of the AML/CFT Act began on 1 July 2021; the consultation document is in draft."),
    ),
    Report(
        date(2021, 9, 24),
        "secretariat",
        "14",
        _completed(
            date(2021, 9, 23),
            "The first cross-government collection plan was agreed by the Sector Coordination Group.",
            "Secretariat file TNOC-14",
        ),
        met={1: date(2021, 9, 23)},
    ),
    Report(date(2021, 11, 2), "secretariat", "10", _done("Outreach activities of nine agencies listed.")),
    Report(date(2021, 11, 8), "secretariat", "18", _done("Options for operational fusion are being drafted.")),
    Report(
        date(2021, 11, 15), "police", "11", _done("Guidance for banks and remitters is in second draft."), part="Police"
    ),
    Report(
        date(2021, 11, 18),
        "customs",
        "11",
        _done("Guidance for freight forwarders is with the industry."),
        part="Customs",
    ),
    Report(date(2021, 11, 24), "police", "12", _done("Four banks have joined; two working groups meet monthly.")),
    Report(date(2021, 12, 1), "mfat", "8", _done("The Maritime Powers Bill is before select committee."), part="MFAT"),
    Report(
        date(2021, 12, 3),
        "secretariat",
        "2",
        _completed(date(2021, 12, 1), "The TNOC Handbook was issued to all agencies.", "Secretariat file TNOC-02"),
        met={1: date(2021, 12, 1)},
    ),
    Report(
        date(2021, 12, 8),
        "police",
        "17",
        _completed(date(2021, 12, 7), "All district staff have completed the module.", "Police training records"),
        part="Police",
    ),
    Report(
        date(2021, 12, 10),
        "police",
        "13",
        _done("The programme started on 6 December with a first course in Apia."),
        met={1: date(2021, 12, 6)},
    ),
    Report(
        date(2021, 12, 13), "corrections", "17", _done("Training built into the induction course."), part="Corrections"
    ),
    Report(date(2021, 12, 14), "moj", "19", _done("Drafting instructions issued; the Bill is being drafted.")),
    Report(
        date(2021, 12, 16),
        "doc",
        "8",
        _done("Policy decisions on endangered species trade were confirmed."),
        part="DOC",
    ),
    Report(
        date(2021, 12, 17),
        "moj",
        "5",
        _done("The agenda was developed and sent to all agencies.", next_steps="First update by 30 June 2022."),
        met={1: date(2021, 12, 15)},
    ),
    Report(
        date(2021, 12, 20),
        "secretariat",
        "9",
        _done("Part 1 of the review began in December; contributors have been asked for material."),
    ),
    Report(
        date(2021, 12, 20),
        "secretariat",
        "16",
        Statement(
            PAUSED,
            review_date=date(2022, 3, 31),
            reason="Nothing can be begun before a lead is named; the three parts wait until then.",
        ),
        decision=reference(3),
    ),
    Move(
        date(2022, 1, 19),
        "secretariat",
        "3",
        milestone=1,
        to=date(2022, 6, 30),
        reason="Two agencies can provide data only after their own year-end reporting.",
        asked_by="TNOC Secretariat",
        agreed_by="TNOC Steering Group",
        decision=reference(2),
    ),
)
