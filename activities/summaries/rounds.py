"""Reporting rounds, as of a reading: what came back of what was asked, by body and by activity, in numbers and rows.

Every number is the length of a list that the round's page shows when it is asked for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, DateTimeField, Subquery, TextField

from activities.asking import secretariat_answers
from activities.models import Activity, Filing, Part
from activities.reading import Reading
from activities.returns import RETURNED, TO_REVIEW, WITH_BODY, ReturnState
from activities.stages import ASKED, OPENED
from activities.summaries.headline import be, numbered
from activities.summaries.reminded import Reminded, reminded
from activities.summaries.rows import Piece, Rows, Sentence, returns
from agencies.models import Body
from tnoc_tracker.record.days import day_of

NOBODY = "nobody"
"""The key, in an address, of what nobody answers for."""

NOBODY_ANSWERS = "Nobody answers"

MISSING = (*WITH_BODY, ReturnState.NOT_RETURNED)
"""The body has to write or finish it, or had to when the round was closed."""


@dataclass(frozen=True)
class ReturnLine:
    """One return as the page of its round shows it; its activity, part and body are those of the reading.

    ``ret`` carries ``filed_at``, ``filed_by`` and ``filed_unchanged``, of the body's latest filing: its moment, its
    person, and whether it confirmed that nothing had changed.
    """

    ret: Any
    activity: Any
    part: Any
    body: Body | None
    on: date

    @property
    def who(self) -> str:
        """The body that is asked; that nobody answers, where that is so."""
        return self.body.label if self.body else NOBODY_ANSWERS

    @property
    def body_key(self) -> str:
        """The body in an address."""
        return self.body.slug if self.body else NOBODY

    @property
    def scope(self) -> str:
        """The scope of the part that it is about; empty for a whole activity, and for a part without one."""
        return str(self.part.scope) if self.part else ""

    @property
    def is_missing(self) -> bool:
        """Whether the body has to write or finish it, or had to when the round was closed."""
        return self.ret.state in MISSING

    @property
    def is_late(self) -> bool:
        """Whether its day has passed unanswered."""
        return bool(self.ret.is_late(self.on))

    @property
    def filed_as(self) -> str:
        """``no change`` where the body's latest filing confirmed that; it stays said once it is accepted."""
        return "no change" if self.ret.filed_unchanged else ""

    @property
    def returned_on(self) -> date | None:
        """The day on which it first came back."""
        return day_of(self.ret.returned_at) if self.ret.returned_at else None

    @property
    def filed_on(self) -> date | None:
        """The day of the body's latest filing."""
        return day_of(self.ret.filed_at) if self.ret.filed_at else None


@dataclass(frozen=True)
class ReturnSet:
    """Returns that a number counts and the page can be narrowed to."""

    key: str
    label: str
    holds: Callable[[ReturnLine], bool]


def _in_state(state: ReturnState) -> ReturnSet:
    return ReturnSet(state.value, str(state.label), lambda line: line.ret.state == state)


TOGETHER: tuple[ReturnSet, ...] = (
    ReturnSet("back", "Returned, in whatever state", lambda line: line.ret.state in RETURNED),
    ReturnSet("after", "Returned after its day", lambda line: line.ret.state in RETURNED and line.ret.was_late),
    ReturnSet("review", "Waits for review", lambda line: line.ret.state in TO_REVIEW),
    ReturnSet("missing", "Missing", lambda line: line.is_missing),
    ReturnSet("late", "Missing and late", lambda line: line.is_late),
)
"""Sets of several states, or of lateness; the single states come after them."""

SETS: dict[str, ReturnSet] = {each.key: each for each in (*TOGETHER, *map(_in_state, ReturnState))}
"""Every set of returns by its key: the one home of what a number of a round counts."""

NUMBERS: tuple[tuple[str, str], ...] = (
    ("", "Asked"),
    ("back", "Returned"),
    ("review", "Waits for review"),
    ("accepted", "Accepted"),
    ("missing", "Missing"),
    ("late", "Late"),
)
"""The numbers of a body in a round, each by the key of its set; the empty one is all that is asked."""


def within(lines: Iterable[ReturnLine], key: str) -> list[ReturnLine]:
    """The lines of a set; all of them for the empty key, ``KeyError`` for a set there is not."""
    return [line for line in lines if not key or SETS[key].holds(line)]


@dataclass(frozen=True)
class DueDay:
    """A day by which a body returns something, and why it was given a later one."""

    day: date
    why: str


@dataclass(frozen=True)
class TimeTold:
    """On one day so many of a body's people were told something of a round; ``left`` false where it may not have."""

    day: date
    words: str
    people: int
    left: bool


@dataclass(frozen=True)
class BodyReturns:
    """What a round asks of one body (None: where nobody answers), and what its people were told."""

    body: Body | None
    lines: tuple[ReturnLine, ...]
    told: tuple[Reminded, ...] = ()

    @property
    def who(self) -> str:
        """The body's name."""
        return self.lines[0].who

    @property
    def key(self) -> str:
        """The body in an address."""
        return self.lines[0].body_key

    @property
    def is_own(self) -> bool:
        """Whether the Secretariat answers it itself."""
        return secretariat_answers(self.body)

    def count(self, key: str) -> int:
        """How many of its returns are in a set."""
        return len(within(self.lines, key))

    @property
    def due(self) -> list[DueDay]:
        """The days by which it returns, the earliest first, with the reason of an extension."""
        days = {(line.ret.due_on, line.ret.extended_why) for line in self.lines}
        return [DueDay(*each) for each in sorted(days)]

    @property
    def times_told(self) -> list[TimeTold]:
        """Each day on which its people were told something, with what and how many, the earliest first.

        Whoever is told that the round is open is told what is asked by the same message: that is said once.
        """
        opened = {(each.on, each.person_name) for each in self.told if each.topic.stage == OPENED}
        found: dict[tuple[date, str, bool], set[str]] = defaultdict(set)
        for each in self.told:
            if each.topic.kind == ASKED and (each.on, each.person_name) in opened:
                continue
            found[each.on, each.topic.in_words, each.is_sent].add(each.person_name)
        return [TimeTold(day, words, len(people), left) for (day, words, left), people in found.items()]


@dataclass(frozen=True)
class RoundPicture:
    """One round with everything it asks for, in plan order."""

    reading: Reading
    round: Any
    lines: tuple[ReturnLine, ...]
    told: Mapping[int | None, Sequence[Reminded]] = field(default_factory=dict)

    def count(self, key: str) -> int:
        """How many of its returns are in a set; all of them for the empty key."""
        return len(within(self.lines, key))

    @cached_property
    def bodies(self) -> list[BodyReturns]:
        """The bodies asked: agencies by name, then what the Secretariat answers itself."""
        found: dict[int | None, list[ReturnLine]] = defaultdict(list)
        for line in self.lines:
            found[line.ret.body_id].append(line)
        every = [BodyReturns(rows[0].body, tuple(rows), tuple(self.told.get(key, ()))) for key, rows in found.items()]
        return sorted(every, key=lambda each: (each.is_own, each.body is None, each.body.sort_key if each.body else ""))

    def rows(self, **query: str) -> Rows:
        """Where some of its rows are."""
        return returns(self.round.quarter_key, **query)

    @property
    def missing(self) -> list[tuple[BodyReturns, list[ReturnLine]]]:
        """What is missing, body by body."""
        return [(each, rows) for each in self.bodies if (rows := within(each.lines, "missing"))]

    @property
    def finding(self) -> Sentence:
        """``28 of 35 returned; 7 are missing, 3 of them late``, each number with its rows."""
        asked, back, missing = (self.count(key) for key in ("", "back", "missing"))
        if not asked:
            return (Piece("Nothing is asked in this round"),)
        closed = "Closed with " if self.round.is_closed else ""
        if not missing:
            whole = f"{closed}all {asked}" if closed else f"All {asked}"
            return (Piece(whole, self.rows()), Piece(" returned"), *self._to_review)
        first = Piece(f"{closed}{back or ('none' if closed else 'None')} of {asked}", self.rows(state="back"))
        return (first, Piece(" returned; "), *self._missing(missing))

    @property
    def _to_review(self) -> Sentence:
        waiting = self.count("review")
        if not waiting:
            return ()
        return (Piece("; "), Piece(str(waiting), self.rows(state="review")), Piece(f" {_wait(waiting)} for review"))

    def _missing(self, missing: int) -> Sentence:
        """``7 are missing, 3 of them late``."""
        number = Piece(str(missing), self.rows(state="missing"))
        if self.round.is_closed:
            return (number, Piece(f" {'was' if missing == 1 else 'were'} not returned"))
        late, start = self.count("late"), (number, Piece(f" {be(missing)} missing"))
        if not late:
            return start
        if late == missing:
            return (*start, Piece(", and late" if late == 1 else ", all of them late", self.rows(state="late")))
        return (*start, Piece(", "), Piece(str(late), self.rows(state="late")), Piece(" of them late"))


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


def round_of(reading: Reading, quarter_key: str) -> Any:
    """The round of a quarter, with ``overdue_count`` for the page's head; None where there is none (one query)."""
    rows: Any = reading.rounds.filter(quarter_key=quarter_key)
    return rows.annotate(overdue_count=reading.overdue_total).first()


def picture_of(reading: Reading, held: Any, *, telling: bool = False) -> RoundPicture:
    """A round with its lines (four queries); with ``telling`` also what its bodies' people were told (one more)."""
    filings = reading.beside(Filing, ret_id="id").filter(corrects_id=None).order_by("-number")
    rows = list(
        reading.returns.filter(round_id=held.id).annotate(
            filed_at=Subquery(filings.values("at")[:1], output_field=DateTimeField()),
            filed_by=Subquery(filings.values("person_name")[:1], output_field=TextField()),
            filed_unchanged=Subquery(filings.values("no_change")[:1], output_field=BooleanField()),
        )
    )
    activities = {each.id: each for each in reading.rows(Activity).filter(id__in={row.activity_id for row in rows})}
    parts = {each.id: each for each in reading.rows(Part).filter(id__in={row.part_id for row in rows if row.part_id})}
    lines = [
        ReturnLine(
            row,
            activities[row.activity_id],
            parts.get(row.part_id),
            reading.bodies[row.body_id] if row.body_id else None,
            reading.on,
        )
        for row in rows
    ]
    lines.sort(key=lambda line: (line.activity.position, line.part.position if line.part else 0, line.ret.id))
    told = reminded([held.id], reading.on) if telling else {}
    return RoundPicture(reading, held, tuple(lines), {body: rows for (_, body), rows in told.items()})


# The list of rounds ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoundLine:
    """A round as the list of a plan's rounds shows it; ``returns`` are its own."""

    round: Any
    returns: tuple[Any, ...]
    on: date

    @property
    def asked(self) -> int:
        """How many returns it asks for."""
        return len(self.returns)

    @property
    def back(self) -> int:
        """How many came back."""
        return sum(1 for each in self.returns if each.state in RETURNED)

    @property
    def missing(self) -> int:
        """How many are missing, or were when it was closed."""
        return sum(1 for each in self.returns if each.state in MISSING)

    @property
    def late(self) -> int:
        """How many of those are late now."""
        return sum(1 for each in self.returns if each.is_late(self.on))

    @property
    def review(self) -> int:
        """How many wait for review."""
        return sum(1 for each in self.returns if each.state in TO_REVIEW)


def round_lines(reading: Reading) -> list[RoundLine]:
    """Every round of the plan, the latest quarter first (two queries)."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in reading.returns:
        found[row.round_id].append(row)
    return [RoundLine(each, tuple(found[each.id]), reading.on) for each in reading.rounds]


def finding_of_all(lines: Sequence[RoundLine]) -> str:
    """The heading of the list: ``1 round is open: 28 of 35 returned``."""
    opened = [line for line in lines if not line.round.is_closed]
    if not lines:
        return "No reporting round yet"
    if not opened:
        return f"No round is open; {numbered(len(lines), 'round')} {be(len(lines))} closed"
    back, asked = sum(line.back for line in opened), sum(line.asked for line in opened)
    return f"{numbered(len(opened), 'round')} {be(len(opened))} open: {back or 'none'} of {asked} returned"
