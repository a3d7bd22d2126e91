"""The demonstration's reporting rounds: what was asked, who filed what when, and what the Secretariat made of it.

All of it is made up. The first round is closed with one return missing; the second is under way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from activities.statuses import DeliveryStatus
from activities.workflow import Statement

Q1, Q2 = "Q1 FY2021/22", "Q2 FY2021/22"
NOT_STARTED, ON_TRACK, AT_RISK = DeliveryStatus.NOT_STARTED, DeliveryStatus.ON_TRACK, DeliveryStatus.AT_RISK
OFF_TRACK, COMPLETED = DeliveryStatus.OFF_TRACK, DeliveryStatus.COMPLETED


@dataclass(frozen=True)
class Opening:
    """A round is opened, with a covering note."""

    day: date
    quarter: str
    due: date
    note: str
    hour: ClassVar[int] = 9


@dataclass(frozen=True)
class Extending:
    """One body is given more time."""

    day: date
    quarter: str
    body: str
    until: date
    reason: str
    hour: ClassVar[int] = 10


@dataclass(frozen=True)
class SendingBack:
    """A return is sent back with what is wanted."""

    day: date
    quarter: str
    key: str
    part: str
    wanted: str
    hour: ClassVar[int] = 11


@dataclass(frozen=True)
class Accepting:
    """Everything that waits in a round is accepted."""

    day: date
    quarter: str
    hour: ClassVar[int] = 12


@dataclass(frozen=True)
class Commenting:
    """A supporting body adds a comment to a return."""

    day: date
    quarter: str
    username: str
    key: str
    text: str
    part: str = ""
    hour: ClassVar[int] = 13


@dataclass(frozen=True)
class Filing:
    """A return is filed; without a statement, that nothing has changed. ``moved`` proposes dates by place."""

    day: date
    quarter: str
    username: str
    key: str
    statement: Statement | None = None
    part: str = ""
    met: dict[int, date] = field(default_factory=dict)
    moved: dict[int, tuple[date, str]] = field(default_factory=dict)
    hour: ClassVar[int] = 14


@dataclass(frozen=True)
class Drafting:
    """A return is begun: the form's fields as typed so far."""

    day: date
    quarter: str
    username: str
    key: str
    typed: dict[str, str]
    part: str = ""
    hour: ClassVar[int] = 15


@dataclass(frozen=True)
class Closing:
    """A round is closed: what is missing is recorded as not returned."""

    day: date
    quarter: str
    hour: ClassVar[int] = 16


RoundEvent = Opening | Extending | SendingBack | Accepting | Commenting | Filing | Drafting | Closing


def _done(words: str, **more: Any) -> Statement:
    return Statement(ON_TRACK, what_was_done=words, **more)


def _october(day: int) -> date:
    return date(2021, 10, day)


FIRST: tuple[RoundEvent, ...] = (
    Opening(
        _october(1),
        Q1,
        _october(14),
        "This is the first round under the plan. Please say for each activity or part where it stood on 30 September; "
        "where nothing has begun, one click confirms it. The Steering Group meets on 9 November.",
    ),
    Filing(_october(11), Q1, "doc", "8", part="DOC"),
    Filing(_october(11), Q1, "doc", "17", part="DOC"),
    Filing(
        _october(12),
        Q1,
        "secretariat",
        "1",
        Statement(
            OFF_TRACK,
            reason="The plan names nobody to invite the two financial supervisors, and 30 September has passed.",
            forecast=date(2022, 3, 31),
            ask="Name the body that invites RBNZ and FMA to the governance groups.",
        ),
    ),
    Filing(_october(12), Q1, "moj", "5"),
    Filing(_october(12), Q1, "moj", "6"),
    Filing(_october(12), Q1, "moj", "19"),
    Filing(_october(12), Q1, "moj", "17", part="MOJ"),
    Filing(_october(12), Q1, "ird", "17", _done("A session is part of the induction of investigators."), part="IRD"),
    Filing(_october(13), Q1, "customs", "11", _done("Work on the guidance has begun."), part="Customs"),
    Filing(_october(13), Q1, "customs", "17", _done("Two of five ports have run the session."), part="Customs"),
    Filing(_october(13), Q1, "secretariat", "2", _done("The second draft is with the agencies for comment.")),
    Filing(_october(13), Q1, "secretariat", "3", _done("A reviewer is commissioned; agencies are sending data.")),
    Filing(_october(13), Q1, "secretariat", "4", _done("Draft indicators sent to all agencies for comment.")),
    *(Filing(_october(13), Q1, "secretariat", key) for key in ("9", "10", "15", "18", "20", "row-21")),
    Filing(
        _october(13),
        Q1,
        "secretariat",
        "16",
        Statement(NOT_STARTED, reason="Part 1 was due on 30 September; without a lead nobody has begun."),
    ),
    Filing(_october(14), Q1, "police", "11", _done("An outline for banks and remitters is agreed."), part="Police"),
    Filing(_october(14), Q1, "police", "12", _done("Terms of reference agreed with the first two banks.")),
    Filing(_october(14), Q1, "police", "13", _done("Partners consulted; two positions advertised.")),
    Filing(_october(14), Q1, "police", "17", _done("The module is in use in five districts."), part="Police"),
    Filing(_october(14), Q1, "mfat", "8", _done("Work on the Bill goes on with Customs and Police."), part="MFAT"),
    Filing(_october(14), Q1, "mfat", "17", part="MFAT"),
    Filing(_october(14), Q1, "mbie", "11", part="MBIE"),
    Filing(_october(14), Q1, "mbie", "17", part="MBIE"),
    Filing(_october(14), Q1, "corrections", "17", part="Corrections"),
    Filing(_october(14), Q1, "rbnz", "17", part="RBNZ"),
    SendingBack(_october(15), Q1, "11", "Customs", "Please say which sectors the guidance is for, and who writes it."),
    Accepting(_october(15), Q1),
    Filing(
        _october(18),
        Q1,
        "customs",
        "11",
        _done("Guidance is for freight forwarders and customs brokers; the trade branch writes it."),
        part="Customs",
    ),
    Filing(_october(18), Q1, "sfo", "7", _done("Draft strategy shared with MOJ and Police for alignment.")),
    Filing(_october(18), Q1, "sfo", "17", part="SFO"),
    Filing(_october(19), Q1, "dia", "17", part="DIA"),
    Accepting(_october(20), Q1),
    Closing(_october(22), Q1),
)
"""Q1: due on the tenth working day; SFO and DIA were late, Customs was asked again, FMA never answered."""


def _january(day: int) -> date:
    return date(2022, 1, day)


def _february(day: int) -> date:
    return date(2022, 2, day)


SECOND: tuple[RoundEvent, ...] = (
    Opening(
        _january(17),
        Q2,
        _february(18),
        "Because of the summer recess you have until 18 February this time. Three milestones passed on 31 December "
        "undelivered: please give a forecast for each, and propose a new date where one is needed. The Steering Group "
        "meets on 22 February.",
    ),
    Filing(
        _january(20),
        Q2,
        "sfo",
        "7",
        Statement(
            OFF_TRACK,
            reason="The strategy was not endorsed by 31 December: consultation took longer than planned.",
            forecast=date(2022, 6, 30),
            no_ask=True,
        ),
        moved={1: (date(2022, 6, 30), "Two agencies asked for a second round of consultation, which ends in April.")},
    ),
    Filing(_january(20), Q2, "sfo", "17", _done("Two sessions held; the rest follow in March."), part="SFO"),
    Accepting(_january(24), Q2),
    Extending(
        _january(26),
        Q2,
        "FMA",
        date(2022, 2, 21),
        "Their lead for the plan is new and begins on 14 February; agreed by telephone.",
    ),
    Filing(
        _january(28),
        Q2,
        "secretariat",
        "10",
        Statement(
            COMPLETED,
            completed_on=_january(21),
            statement="The outreach plan was agreed by all agencies.",
            held_at="Secretariat file TNOC-10",
        ),
        met={1: _january(21)},
    ),
    Filing(_january(31), Q2, "secretariat", "15", _done("Contributions received from ten agencies; drafting begun.")),
    Filing(
        _february(3),
        Q2,
        "secretariat",
        "18",
        _done(
            "The paper on options is with the chair.",
            explanation="The paper is finished and stands on the agenda of 22 February.",
        ),
    ),
    Filing(_february(8), Q2, "moj", "5", _done("Two agencies have sent their changes for the first update.")),
    Filing(_february(8), Q2, "moj", "6", _done("Submissions on the consultation document are being analysed.")),
    Filing(_february(8), Q2, "moj", "17", _done("Training is under way."), part="MOJ"),
    Filing(
        _february(8),
        Q2,
        "moj",
        "19",
        Statement(
            AT_RISK,
            reason="Time in the House before 30 June is not certain.",
            path_to_green="Priority for the Bill is being sought in the legislation programme.",
        ),
    ),
    Filing(_february(9), Q2, "ird", "17", part="IRD"),
    Filing(_february(9), Q2, "secretariat", "20"),
    Filing(_february(9), Q2, "secretariat", "row-21"),
    Commenting(
        _february(9),
        Q2,
        "sfo",
        "12",
        "From our side: the working group on trusts met in December, and its note can be quoted.",
    ),
    SendingBack(_february(10), Q2, "17", "MOJ", "Please say how many have done it, and by when everybody will have."),
    Filing(
        _february(10),
        Q2,
        "corrections",
        "17",
        _done("The first induction course with the module ran in January."),
        part="Corrections",
    ),
    Filing(_february(10), Q2, "dia", "17", _done("Forty of sixty investigators have done the module."), part="DIA"),
    Accepting(_february(11), Q2),
    Filing(
        _february(11),
        Q2,
        "secretariat",
        "4",
        Statement(
            AT_RISK,
            reason="Baseline data are late from two agencies.",
            path_to_green="Both have promised them by 25 February; the framework can then be finished in March.",
        ),
    ),
    Filing(
        _february(11),
        Q2,
        "customs",
        "11",
        _done("Guidance for freight forwarders is at the printer’s.", next_steps="Customs brokers follow in April."),
        part="Customs",
    ),
    Filing(_february(11), Q2, "customs", "17", _done("Four of five ports have run the session."), part="Customs"),
    Filing(_february(14), Q2, "mfat", "8", _done("The select committee’s report is expected in March."), part="MFAT"),
    Filing(_february(14), Q2, "mfat", "17", part="MFAT"),
    Drafting(
        _february(14),
        Q2,
        "doc",
        "8",
        {"status": "on_track", "what_was_done": "Drafting instructions for the endangered species reforms are"},
        part="DOC",
    ),
)
"""Q2: more time because of the recess; on 15 February about half has come back, and Police has not filed yet."""

ROUNDS = (*FIRST, *SECOND)
