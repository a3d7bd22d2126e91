"""What each body does in a plan, as of a reading: what it answers for and supports, what is late, what is asked of it.

The rows of ``Picture`` and the plan's parts are read once, however many bodies and activities there are. The same
questions are put to the database by ``Reading.answered_by``, ``involving`` and ``never_reported``: a number and its
list agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from activities.answering import Cast, RoleHeld, gap_of
from activities.contradictions import quarter_began, told
from activities.due_states import PAST_DUE, DueState, days, in_words, lateness
from activities.models import RoleKind
from activities.reading import Reading
from activities.summaries.headline import be, numbered
from activities.summaries.picture import Picture, days_late
from activities.summaries.rows import Rows, activities
from agencies.models import Body, BodyFunction, BodyKind
from tnoc_tracker.record.days import day_of, long_date

SOON = 30
"""So many days before an agreed date a body is reminded of it."""

COMING = (DueState.DUE_THIS_QUARTER, DueState.DUE_NEXT_QUARTER)
NO_REPORT = "No report yet"


def _ids(held: RoleHeld) -> set[int]:
    """The bodies that a role is held by: a collective, and its members."""
    return {body.id for body in (held.body, *held.members) if body}


@dataclass(frozen=True)
class OwnActivity:
    """An activity in which a body holds roles, with the body's own live parts."""

    activity: Any
    cast: Cast
    roles: tuple[RoleHeld, ...]
    parts: tuple[Any, ...]
    reading: Reading

    @property
    def answers(self) -> bool:
        """Whether the body answers for it: its lead, else its coordinator."""
        return any(held in self.cast.answering for held in self.roles)

    @property
    def who(self) -> str:
        """Who answers for it, else how long nobody has."""
        gap = gap_of(self.activity, self.reading.on)
        return self.cast.answering_in_words or (gap.in_words if gap else "Withheld")

    @property
    def days_late(self) -> int:
        """Days by which the worst milestone is late; 0 where none is."""
        return lateness(self.activity.due_on, self.activity.due_counted_on)

    @property
    def due_in_words(self) -> str:
        """``46 days overdue``, ``due this quarter``."""
        row = self.activity
        asks = self.reading.still_asks(row.id, row.due_state)
        return in_words(row.due_state, self.days_late, is_start=row.due_kind == "start", return_open=asks)

    @property
    def is_late(self) -> bool:
        """Whether an agreed date has passed undelivered."""
        return self.activity.due_state in PAST_DUE

    @property
    def due_on(self) -> date | None:
        """The date that decides the due state."""
        found: date | None = None if self.activity.due_state == DueState.WITHHELD else self.activity.due_on
        return found

    @property
    def spoken(self) -> tuple[Any, ...]:
        """What the body reports on: its own parts, else the activity as a whole."""
        return self.parts or (self.activity,)

    @property
    def never_reported(self) -> bool:
        """Whether something that it reports on has no report yet."""
        return any(each.reported_at is None for each in self.spoken)

    @property
    def silent_this_quarter(self) -> bool:
        """Whether it was reported on before, but something unfinished not since the fiscal quarter began."""
        since = quarter_began(self.reading)
        return not self.never_reported and any(
            each.reported_at < since and not each.is_finished for each in self.spoken
        )

    @property
    def last_reported(self) -> str:
        """The day of the body's latest report in words, else that there is none yet."""
        reports = [each.reported_at for each in self.spoken if each.reported_at]
        return long_date(day_of(max(reports))) if reports else NO_REPORT


@dataclass(frozen=True)
class Ask:
    """What is asked of a body about one activity, in sentences without full stops."""

    own: OwnActivity
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class BodyLine:
    """One body and its activities in plan order; every number is the length of a list that an address gives."""

    body: Body
    every: tuple[OwnActivity, ...]
    reading: Reading
    members: tuple[Body, ...] = ()

    @cached_property
    def answers(self) -> tuple[OwnActivity, ...]:
        """What it answers for."""
        return tuple(own for own in self.every if own.answers)

    @cached_property
    def others(self) -> tuple[OwnActivity, ...]:
        """What it holds a role in without answering for it."""
        return tuple(own for own in self.every if not own.answers)

    def holding(self, kind: str) -> tuple[OwnActivity, ...]:
        """The activities in which it holds a role of a kind."""
        return tuple(own for own in self.every if any(held.role.kind == kind for held in own.roles))

    @cached_property
    def overdue(self) -> tuple[OwnActivity, ...]:
        """What it answers for and is overdue; paused ones are left out, as in the headline."""
        return tuple(own for own in self.answers if own.activity.due_state == DueState.OVERDUE)

    @cached_property
    def without_report(self) -> tuple[OwnActivity, ...]:
        """What it answers for and has not reported on yet."""
        return tuple(own for own in self.answers if own.never_reported)

    @cached_property
    def silent(self) -> tuple[OwnActivity, ...]:
        """What it answers for and has reported on, but not this fiscal quarter."""
        return tuple(own for own in self.answers if own.silent_this_quarter)

    @property
    def membership_to_be_set(self) -> bool:
        """Whether it is a collective without members: a gap of its own."""
        return self.body.kind == BodyKind.COLLECTIVE and not self.members

    def number(self, key: str) -> int:
        """A number of the table of bodies; ``KeyError`` where there is none of that name."""
        return len(self.rows_of(key)[0])

    def rows(self, key: str) -> Rows:
        """Where the rows of a number are."""
        return activities(body=self.body.slug, **self.rows_of(key)[1])

    def rows_of(self, key: str) -> tuple[tuple[OwnActivity, ...], dict[str, str]]:
        """The rows that a number counts, and what the list of activities is asked for beside the body."""
        match key:
            case "answers":
                return self.answers, {"role": "answers"}
            case "overdue":
                return self.overdue, {"role": "answers", "due": DueState.OVERDUE.value}
            case "no_report":
                return self.without_report, {"role": "answers", "reported": "no"}
            case "silent":
                return self.silent, {"role": "answers", "reported": "earlier"}
            case kind:
                return self.holding(RoleKind(kind)), {"role": kind}


@dataclass(frozen=True)
class Bodies:
    """Every body of a plan, counted from one picture of it."""

    picture: Picture

    @property
    def reading(self) -> Reading:
        """As of which everything is."""
        return self.picture.reading

    @cached_property
    def parts(self) -> dict[tuple[int, int], list[Any]]:
        """Live parts by activity and body (one query)."""
        found: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for part in self.reading.parts:
            found[part.activity_id, part.body_id].append(part)
        return found

    @cached_property
    def _held(self) -> dict[int, dict[int, list[RoleHeld]]]:
        """Roles by body and activity; a collective's roles are its members' too."""
        found: dict[int, dict[int, list[RoleHeld]]] = defaultdict(lambda: defaultdict(list))
        for activity in self.picture.activities:
            for held in self.picture.casts.get(activity.id, Cast()).roles:
                for body_id in _ids(held):
                    found[body_id][activity.id].append(held)
        return found

    def line(self, body: Body) -> BodyLine:
        """What a body does, in plan order."""
        held = self._held.get(body.id, {})
        every = tuple(
            self.own(activity, tuple(held[activity.id]), body.id)
            for activity in self.picture.activities
            if activity.id in held
        )
        return BodyLine(body, every, self.reading, self._members(body))

    def own(self, activity: Any, roles: tuple[RoleHeld, ...] = (), body_id: int = 0) -> OwnActivity:
        """An activity as a body's: with its roles and its parts."""
        cast = self.picture.casts.get(activity.id, Cast())
        parts = tuple(self.parts.get((activity.id, body_id), ()))
        return OwnActivity(activity, cast, roles, parts, self.reading)

    def _members(self, body: Body) -> tuple[Body, ...]:
        held = next((each for each in self._roles if each.body and each.body.id == body.id), None)
        return held.members if held else ()

    @cached_property
    def _roles(self) -> list[RoleHeld]:
        return [held for cast in self.picture.casts.values() for held in cast.roles]

    @cached_property
    def lines(self) -> dict[str, list[BodyLine]]:
        """The bodies that hold a role in the plan, and its Secretariat and Steering Group, by kind and name."""
        found: dict[str, list[BodyLine]] = {kind: [] for kind in BodyKind.values}
        for body in self.reading.bodies.values():
            if body.id in self._held or body.function:
                found[body.kind].append(self.line(body))
        return found

    @property
    def every_line(self) -> list[BodyLine]:
        """Agencies, then governance bodies, then collectives."""
        return [line for lines in self.lines.values() for line in lines]

    def asks(self, owns: Iterable[OwnActivity]) -> list[Ask]:
        """What is asked of whoever reports for some activities, the worst due state first."""
        asked = [Ask(own, tuple(self._asked(own))) for own in owns if not own.activity.is_finished]
        return sorted((ask for ask in asked if ask.sentences), key=_most_pressing)

    def _asked(self, own: OwnActivity) -> list[str]:
        sentences = [own.due_in_words.capitalize()] if own.is_late else []
        disagreement = told(own.activity, self.reading)
        if disagreement:
            sentences = [disagreement]
        if own.never_reported:
            sentences.append("No report yet")
        elif own.silent_this_quarter:
            sentences.append(f"Not reported on this quarter; last on {own.last_reported}")
        gap = gap_of(own.activity, self.reading.on)
        if gap:
            sentences.append(gap.in_words)
        coming = own.activity.due_state in COMING
        if coming and own.due_on and own.due_on <= self.reading.on + timedelta(days=SOON):
            sentences.append(_due_soon(own.due_on, self.reading.on))
        return sentences

    def secretariat_reports_for(self, secretariat: Body) -> list[OwnActivity]:
        """What nobody else reports on: other governance bodies' activities, gaps and withheld rows; unfinished ones."""
        return [
            self.own(activity)
            for activity in self.picture.activities
            if not activity.is_finished and self._is_left_to(secretariat, activity)
        ]

    def _is_left_to(self, secretariat: Body, activity: Any) -> bool:
        answering = self.picture.casts.get(activity.id, Cast()).answering
        if not answering:
            return True
        kinds = {held.body.kind for held in answering if held.body and held.body.id != secretariat.id}
        return BodyKind.GOVERNANCE in kinds or any(held.membership_to_be_set for held in answering)

    def dates(self, owns: Iterable[OwnActivity], *states: DueState) -> list[Dated]:
        """The live milestones of some activities in some due states, soonest date first."""
        by_id = {own.activity.id: own for own in owns}
        found = [each for each in self.picture.milestones_in(*states) if each.activity_id in by_id]
        return [Dated(each, by_id[each.activity_id]) for each in found]

    def late(self, owns: Iterable[OwnActivity]) -> list[Dated]:
        """The milestones past their dates, paused ones too, the oldest first."""
        return self.dates(owns, *PAST_DUE)

    def coming(self, owns: Iterable[OwnActivity]) -> list[Dated]:
        """The milestones due this quarter and next."""
        return self.dates(owns, *COMING)


@dataclass(frozen=True)
class Dated:
    """A milestone with a date, and whose it is."""

    milestone: Any
    own: OwnActivity

    @property
    def state(self) -> str:
        """``46 days overdue``, ``due this quarter``."""
        row = self.milestone
        asks = self.own.reading.still_asks(row.activity_id, row.due_state)
        return in_words(row.due_state, days_late(row), is_start=row.is_start, return_open=asks)

    @property
    def is_late(self) -> bool:
        """Whether its date has passed."""
        return self.milestone.due_state in PAST_DUE


def _due_soon(due: date, on: date) -> str:
    """``Due in 12 days, on 31 March 2022``."""
    left = (due - on).days
    return f"Due in {days(left)}, on {long_date(due)}" if left else f"Due today, {long_date(due)}"


def _most_pressing(ask: Ask) -> tuple[Any, ...]:
    """A sorting key: the due state, then the date, then the plan's order."""
    own = ask.own
    return (own.activity.severity, own.due_on or date.max, own.activity.position)


def finding(line: BodyLine, left: Sequence[OwnActivity] = ()) -> str:
    """The heading of a body's page: ``Police answers for 3 activities; 1 is overdue, by 46 days; 2 wait for a report``.

    ``left`` are activities of others that it reports for.
    """
    said = [_answers_in_words(line)]
    waiting = len({own.activity.id for own in (*line.without_report, *line.silent)})
    if waiting:
        said.append(f"{waiting} {'waits' if waiting == 1 else 'wait'} for a report")
    if left:
        late = sum(1 for own in left if own.activity.due_state == DueState.OVERDUE)
        said.append(f"it reports for {len(left)} more, {late or 'none'} of them overdue")
    return "; ".join(said)


def _answers_in_words(line: BodyLine) -> str:
    name = line.body.label
    if not line.every:
        return f"{name} holds no role in this plan"
    if not line.answers:
        return f"{name} supports {numbered(len(line.every), 'activity', 'activities')} and answers for none"
    answers = f"{name} answers for {numbered(len(line.answers), 'activity', 'activities')}"
    late = line.overdue
    if not late:
        return f"{answers}; none is overdue"
    most = max(own.days_late for own in late)
    by = f"by {days(most)}" if len(late) == 1 else f"the oldest by {days(most)}"
    return f"{answers}; {len(late)} {be(len(late))} overdue, {by}"


def finding_of_all(lines: Iterable[BodyLine]) -> str:
    """The heading of the page of bodies: how many answer for something overdue, and how many have not reported."""
    single = [line for line in lines if line.body.kind != BodyKind.COLLECTIVE]
    if not any(line.every for line in single):
        return "No body holds a role yet"
    late = sum(1 for line in single if line.overdue)
    silent = sum(1 for line in single if line.without_report or line.silent)
    first = f"{numbered(late, 'body', 'bodies')} {'answers' if late == 1 else 'answer'} for something overdue"
    second = f"{silent or 'none'} {'has' if silent in (0, 1) else 'have'} a report to make this quarter"
    return f"{first if late else 'No body answers for anything overdue'}; {second}"


def is_secretariat(body: Body) -> bool:
    """Whether a body is the plan's Secretariat."""
    return body.function == BodyFunction.SECRETARIAT
