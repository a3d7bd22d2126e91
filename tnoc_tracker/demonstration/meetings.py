"""The demonstration's meetings of the Steering Group: what was put before it, what it decided, what became of that.

All of it is made up. The group met in November about Q1, with a pack that is frozen; its next meeting, about Q2, is a
week away: its agenda is made and edited, its summary drafted, and its pack waits to be frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from activities.decisions import AgendaKind, DecisionState, Move
from tnoc_tracker.demonstration.rounds import Q1, Q2

NOVEMBER, FEBRUARY = date(2021, 11, 9), date(2022, 2, 22)
"""The days on which the group meets."""


def reference(number: int) -> str:
    """What entries quote of a decision of the meeting in November."""
    return f"SG {NOVEMBER.isoformat()}/{number}"


@dataclass(frozen=True)
class Calling:
    """A meeting is called, with an agenda made from the register."""

    day: date
    held_on: date
    quarter: str
    place: str
    note: str
    hour: ClassVar[int] = 9


@dataclass(frozen=True)
class Adding:
    """An item of the Secretariat's own; it seeks a decision."""

    day: date
    held_on: date
    key: str
    heading: str
    text: str
    hour: ClassVar[int] = 10


@dataclass(frozen=True)
class Editing:
    """An item made from the register gets other words, and seeks a decision."""

    day: date
    held_on: date
    kind: AgendaKind
    key: str
    text: str
    hour: ClassVar[int] = 10


@dataclass(frozen=True)
class TakingOff:
    """An item comes off the agenda, with a reason."""

    day: date
    held_on: date
    kind: AgendaKind
    key: str
    reason: str
    hour: ClassVar[int] = 10


@dataclass(frozen=True)
class Ordering:
    """The agenda is put in order: these first, by kind and activity, the others after them as they are."""

    day: date
    held_on: date
    first: tuple[tuple[AgendaKind, str], ...]
    hour: ClassVar[int] = 11


@dataclass(frozen=True)
class Drafting:
    """The pack's summary is kept while it is written."""

    day: date
    held_on: date
    summary: str
    hour: ClassVar[int] = 16


@dataclass(frozen=True)
class Freezing:
    """The pack is frozen, with the forms that need no further library."""

    day: date
    held_on: date
    summary: str
    hour: ClassVar[int] = 17


@dataclass(frozen=True)
class Deciding:
    """A decision is recorded, in the order of their numbers; ``kind`` and ``key`` name the item that it answers."""

    day: date
    kind: AgendaKind
    key: str
    what: str
    owner: str
    due: date
    allows: Move = Move.NOTHING
    milestone: int | None = None
    new_due: date | None = None
    hour: ClassVar[int] = 16


@dataclass(frozen=True)
class DecidingBeside:
    """A decision that answers no item: about a body's part, or about the activity."""

    day: date
    key: str
    part: str
    what: str
    owner: str
    due: date
    hour: ClassVar[int] = 17


@dataclass(frozen=True)
class Saying:
    """The owner of a decision says how far it has come."""

    day: date
    number: int
    username: str
    text: str
    hour: ClassVar[int] = 11


@dataclass(frozen=True)
class Settling:
    """The Secretariat says what became of a decision."""

    day: date
    number: int
    state: DecisionState
    outcome: str
    hour: ClassVar[int] = 15


MeetingEvent = (
    Calling
    | Adding
    | Editing
    | TakingOff
    | Ordering
    | Drafting
    | Freezing
    | Deciding
    | DecidingBeside
    | Saying
    | Settling
)

_ASK, _LATE, _GAP, _NEW, _STOP, _OWN = (
    AgendaKind.ASK,
    AgendaKind.LATE,
    AgendaKind.GAP,
    AgendaKind.NEW_DATE,
    AgendaKind.STOP,
    AgendaKind.OWN,
)

MEETINGS: tuple[MeetingEvent, ...] = (
    Calling(
        date(2021, 10, 27),
        NOVEMBER,
        Q1,
        "Video conference",
        "The first meeting with a round behind it. The pack follows on 4 November.",
    ),
    Adding(
        date(2021, 10, 29),
        NOVEMBER,
        "3",
        "3 TNOC Evidence Review: more time for the data",
        "Two agencies can provide data only after their own year-end reporting. The review could then be finished by "
        "30 June 2022 instead of 31 March 2022.",
    ),
    TakingOff(date(2021, 10, 29), NOVEMBER, _GAP, "1", "The same matter as the ask on activity 1."),
    Ordering(date(2021, 10, 29), NOVEMBER, ((_ASK, "1"), (_OWN, "3"), (_GAP, "16"), (_GAP, "9"), (_LATE, "16"))),
    Freezing(
        date(2021, 11, 4),
        NOVEMBER,
        "The first quarter is behind us, and all but one of the returns came back. The collection plan was agreed in "
        "September as planned. Two activities missed 30 September, for one reason: nobody leads them. The group is "
        "asked who invites the two financial supervisors, to give the Evidence Review more time, and to say how it "
        "goes on with the barriers to sharing information.",
    ),
    Deciding(
        NOVEMBER,
        _ASK,
        "1",
        "Police asks the chief executives who invites RBNZ and FMA to the governance groups, and brings their answer.",
        "Police",
        date(2021, 12, 17),
    ),
    Deciding(
        NOVEMBER,
        _OWN,
        "3",
        "The Evidence Review may be finished by 30 June 2022, once both agencies have said when their data come.",
        "TNOC Secretariat",
        date(2022, 1, 31),
        Move.NEW_DATE,
        milestone=1,
        new_due=date(2022, 6, 30),
    ),
    Deciding(
        NOVEMBER,
        _GAP,
        "16",
        "Activity 16 is paused until a lead is named; the group looks at it again by 31 March 2022.",
        "TNOC Secretariat",
        date(2021, 12, 31),
        Move.PAUSE,
    ),
    DecidingBeside(
        NOVEMBER,
        "17",
        "FMA",
        "FMA names who reports for it, so that the next round has its return.",
        "FMA",
        date(2022, 1, 28),
    ),
    DecidingBeside(
        NOVEMBER, "18", "", "The options for operational fusion come to the next meeting.", "TNOC Secretariat", FEBRUARY
    ),
    Saying(
        date(2021, 12, 13),
        1,
        "police",
        "All chief executives have been written to. Three have answered, and they do not name the same body.",
    ),
    Settling(
        date(2022, 1, 26),
        4,
        DecisionState.DONE,
        "FMA’s new lead for the plan begins on 14 February; told by telephone.",
    ),
    Saying(date(2022, 2, 3), 5, "secretariat", "The paper is finished and with the chair."),
    Calling(
        date(2022, 2, 8),
        FEBRUARY,
        Q2,
        "Video conference",
        "About the second quarter. Returns are due on 18 February; the pack follows then.",
    ),
    TakingOff(date(2022, 2, 10), FEBRUARY, _GAP, "1", f"Police is to bring an answer first: {reference(1)} is open."),
    Editing(
        date(2022, 2, 10),
        FEBRUARY,
        _LATE,
        "18",
        "The paper on options has been with the chair since 3 February. The group is asked which option to work out.",
    ),
    Ordering(
        date(2022, 2, 10),
        FEBRUARY,
        ((_NEW, "7"), (_LATE, "1"), (_LATE, "18"), (_STOP, "16"), (_GAP, "9"), (_GAP, "16"), (_LATE, "7")),
    ),
    Drafting(
        date(2022, 2, 14),
        FEBRUARY,
        "Since the last meeting the handbook and the legislative agenda were delivered in time, and the outreach plan "
        "three weeks late. The Financial Crime and Corruption Strategy was not endorsed by 31 December and asks for "
        "30 June. Nobody has yet been named to invite RBNZ and FMA: the answer that was due on 17 December is still "
        "to come.",
    ),
)
"""In November: five decisions, two carried out by a move, one done, one open and late, one open in time."""
