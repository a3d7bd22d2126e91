"""Decisions of the Steering Group as of a reading: what each is about, what followed from it, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.db.models import F, JSONField, OuterRef, Q, Subquery, TextField
from django.db.models.functions import JSONObject

from activities.decisions import DecisionState, Move
from activities.due_states import days
from activities.models import (
    Activity,
    AgendaItem,
    DateMove,
    Decision,
    DecisionReport,
    Meeting,
    Milestone,
    Role,
    RoleKind,
    StatusUpdate,
)
from activities.prepared import asked_of
from activities.reading import Listed, Reading
from activities.statuses import DeliveryStatus
from activities.summaries.headline import be, numbered
from agencies.models import Body
from tnoc_tracker.record.days import day_of, long_date


@dataclass(frozen=True)
class Deed:
    """One change of the register that followed from a decision, in words without a full stop.

    ``anchor`` is where it stands on its activity's page.
    """

    on: date
    words: str
    anchor: str


@dataclass(frozen=True)
class Reported:
    """One report on a decision."""

    on: date
    who: str
    text: str


@dataclass(frozen=True)
class Told:
    """A decision with its owner, and where it stands on a day."""

    decision: Any
    owner: Body
    on: date

    @property
    def days_late(self) -> int:
        """The days since its day while it is open; 0 where it is in time or settled."""
        late: int = self.decision.days_late(self.on)
        return late

    @property
    def is_overdue(self) -> bool:
        """Whether it is open past its day."""
        return self.days_late > 0

    @property
    def state(self) -> str:
        """``Open``, ``Open, 12 days past its day``, ``Done on 3 March 2022``."""
        if self.decision.is_open:
            return f"Open, {days(self.days_late)} past its day" if self.is_overdue else str(self.decision.state_label)
        return f"{self.decision.state_label} on {long_date(self.decision.settled_on)}"


AnyTold = TypeVar("AnyTold", bound=Told)


@dataclass(frozen=True)
class Followed(Told):
    """A decision with all that a page or a pack says of it, as at the reading.

    ``activity``, ``part`` and ``milestone`` are what it is about, None where it is not; ``lead`` is the body that it
    names. ``deeds`` are the changes of the register made by it in their order, ``reports`` the newest first;
    ``item`` is the heading of the agenda's item that it followed.
    """

    meeting: Any
    activity: Any
    part_words: str
    milestone: Any
    lead: Body | None
    deeds: tuple[Deed, ...]
    reports: tuple[Reported, ...]
    item: str

    @property
    def report(self) -> Reported | None:
        """The latest report."""
        return self.reports[0] if self.reports else None

    @property
    def milestone_words(self) -> str:
        """``Strategy endorsed``, an occurrence with its number; empty where it is about none."""
        return str(self.milestone.full_name) if self.milestone else ""

    @property
    def about(self) -> str:
        """``7 Develop a strategy …, “Strategy endorsed”``; ``The plan`` where it is about no activity."""
        if self.activity is None:
            return "The plan"
        more = [self.part_words, f"“{self.milestone_words}”" if self.milestone else ""]
        return ", ".join([str(self.activity), *filter(None, more)])

    @property
    def allows(self) -> str:
        """``Another agreed date: 30 June 2022``, ``A named lead or coordinator: Police``."""
        decision = self.decision
        detail = long_date(decision.new_due) if decision.new_due else self.lead.label if self.lead else ""
        return f"{decision.allows_label}: {detail}" if detail else str(decision.allows_label)

    @property
    def became(self) -> str:
        """What became of it, in one text: its outcome, else what was done by it, else the latest report on it."""
        if self.decision.outcome:
            return str(self.decision.outcome)
        done = [each.words for each in self.deeds]
        said = [f"{self.report.who}, {long_date(self.report.on)}: {self.report.text}"] if self.report else []
        return "; ".join([*done, *said]) or "Nothing is reported yet"


def decisions_of(reading: Reading, decisions: Any = None) -> list[Followed]:
    """Every decision of the plan, or of some rows of the reading's, in the order of meetings and numbers.

    One query for decisions and what followed from them, one each for meetings, bodies, and what they are about.
    """
    meetings = {each.id: each for each in reading.rows(Meeting).order_by("held_on", "id")}
    rows = list(_with_followings(reading, reading.rows(Decision) if decisions is None else decisions))
    if not rows:
        return []
    about = _About.of(reading, rows)
    order = {meeting_id: place for place, meeting_id in enumerate(meetings)}
    rows.sort(key=lambda row: (order[row.meeting_id], row.number))
    return [about.told(row, meetings[row.meeting_id]) for row in rows]


def told(reading: Reading, **of: Any) -> list[Told]:
    """Some decisions of the plan with their owners, in the order of the register (one query, and the bodies')."""
    rows = reading.rows(Decision).filter(**of)
    return register_order(Told(row, reading.bodies[row.owner_id], reading.on) for row in rows)


_COLUMNS = ("id", "reference", "what", "owner_id", "due_on", "allows", "new_due", "state", "settled_on", "outcome")
_DAYS = ("due_on", "new_due", "settled_on")


def decisions_beside(reading: Reading) -> Subquery:
    """The decisions about the activity of the query around it, as a list: for ``told_beside``, without a query."""
    return _listed(reading.beside(Decision, activity_id="id"), *_COLUMNS)


def told_beside(reading: Reading, listed: list[dict[str, Any]] | None) -> list[Told]:
    """The decisions of a list of ``decisions_beside``, in the order of the register."""
    found = []
    for each in listed or []:
        days_of = {name: date.fromisoformat(each[name]) if each[name] else None for name in _DAYS}
        row = Decision(**{**each, **days_of})
        found.append(Told(row, reading.bodies[row.owner_id], reading.on))
    return register_order(found)


def follow_through(reading: Reading, meeting: Any) -> list[Followed]:
    """What a meeting asks of earlier ones: every decision that was open on the day of the one before, or later.

    That is, those of earlier meetings that are open at the reading or were settled since that day. In the order of
    meetings and numbers.
    """
    found = decisions_of(reading)
    held = reading.rows(Meeting).filter(called_off_on=None, held_on__lt=meeting.held_on)
    before = held.order_by("-held_on").values_list("held_on", flat=True).first() if found else None
    return followed_at(found, meeting, before)


def followed_at(found: Iterable[Followed], meeting: Any, before: date | None) -> list[Followed]:
    """The same of decisions that are at hand; ``before`` is the day of the meeting before, None where none was held."""
    return [
        each
        for each in found
        if before is not None
        and each.meeting.held_on < meeting.held_on
        and not each.meeting.is_called_off
        and (each.decision.is_open or each.decision.settled_on >= before)
    ]


def usable(
    reading: Reading,
    moves: Collection[Move],
    activity_id: int,
    *,
    part_id: int | None = None,
    milestone_id: int | None = None,
) -> list[Any]:
    """The open decisions by which one of some moves may be made about an activity, the oldest first (one query).

    With ``part_id`` also those about that part, with ``milestone_id`` those about that milestone.
    """
    about = {"activity_id": activity_id, "part_id": part_id, "milestone_id": milestone_id}
    return asked_of(reading, _usable, moves=tuple(sorted(moves)), **about)


def _usable(
    reading: Reading, moves: tuple[Move, ...], activity_id: int, part_id: int | None, milestone_id: int | None
) -> Any:
    rows = reading.rows(Decision).filter(
        Q(part_id=None) | Q(part_id=part_id),
        Q(milestone_id=None) | Q(milestone_id=milestone_id),
        state=DecisionState.OPEN,
        activity_id=activity_id,
        allows__in=moves,
    )
    return rows.order_by("at", "id")


def register_order(found: Iterable[AnyTold]) -> list[AnyTold]:
    """The order of the register: what is open by its day, then what is settled, the newest first."""
    every = list(found)
    still = [each for each in every if each.decision.is_open]
    settled = [each for each in every if not each.decision.is_open]
    newest = sorted(settled, key=lambda each: (each.decision.settled_on, each.decision.id), reverse=True)
    return [*sorted(still, key=lambda each: (each.decision.due_on, each.decision.id)), *newest]


def finding(found: Iterable[Told]) -> str:
    """The heading of a list of decisions: ``3 decisions are open, 1 past its day``."""
    every = list(found)
    count = sum(1 for each in every if each.decision.is_open)
    late = sum(1 for each in every if each.is_overdue)
    if not count:
        return "No decision is open" if every else "No decision is on record"
    if count == 1:
        return "1 decision is open, and past its day" if late else "1 decision is open"
    passed = f", {late} past {'its day' if late == 1 else 'their days'}" if late else ""
    return f"{numbered(count, 'decision')} {be(count)} open{passed}"


# What lies behind a decision -------------------------------------------------------------------------------------


def _with_followings(reading: Reading, decisions: Any) -> Any:
    """The decisions, each with lists of what refers to it as of the reading; see ``_deeds``."""
    # A milestone may come to refer to another decision later: it is found by its activity, which stays.
    milestones = reading.beside(Milestone, activity_id="activity_id").filter(decision_id=OuterRef("id"))
    # Behind a part lie only columns that never change: its body and its scope.
    part = {"part_body": F("part__body_id"), "part_scope": F("part__scope")}
    items = reading.beside(AgendaItem, id="item_id").order_by()
    return decisions.annotate(
        **part,
        item_heading=Subquery(items.values("heading")[:1], output_field=TextField()),
        said=_listed(reading.beside(StatusUpdate, decision_id="id"), "number", "at", "to_status", **part),
        moved=_listed(reading.beside(DateMove, decision_id="id"), "number", "at", "moved_from", "moved_to"),
        ended=_listed(milestones, "id", "removed_on", "ended_on"),
        named=_listed(reading.beside(Role, decision_id="id"), "id", "since", "kind", "body_id", "scope"),
        told=_listed(reading.beside(DecisionReport, decision_id="id"), "number", "at", "person_name", "text"),
    )


def _listed(rows: Any, *names: str, **more: F) -> Subquery:
    told = JSONObject(**{name: F(name) for name in names}, **more)
    return Subquery(rows.order_by().annotate(listed=Listed(told)).values("listed"), output_field=JSONField())


@dataclass(frozen=True)
class _About:
    """What some decisions are about, by id."""

    reading: Reading
    activities: Mapping[int, Any]
    milestones: Mapping[int, Any]

    @classmethod
    def of(cls, reading: Reading, rows: Iterable[Any]) -> _About:
        every = list(rows)
        return cls(
            reading,
            _by_id(reading, Activity, {each.activity_id for each in every}),
            _by_id(reading, Milestone, {each.milestone_id for each in every}),
        )

    def told(self, row: Any, meeting: Any) -> Followed:
        bodies = self.reading.bodies
        return Followed(
            decision=row,
            meeting=meeting,
            owner=bodies[row.owner_id],
            activity=self.activities.get(row.activity_id),
            part_words=self._part_words(row.part_body, row.part_scope),
            milestone=self.milestones.get(row.milestone_id),
            lead=bodies[row.lead_id] if row.lead_id else None,
            deeds=tuple(sorted(self._deeds(row), key=lambda deed: deed.on)),
            reports=tuple(_reported(each) for each in _in_order(row.told, "number")[::-1]),
            item=row.item_heading or "",
            on=self.reading.on,
        )

    def _part_words(self, body_id: int | None, scope: str | None) -> str:
        """``Police – financial sector``; empty where it is about no part."""
        label = self.reading.bodies[body_id].label if body_id else ""
        return f"{label} – {scope}" if scope else label

    def _deeds(self, row: Any) -> list[Deed]:
        """What was done by a decision, each kind in its order."""
        found = [self._said(each) for each in _in_order(row.said, "number")]
        name = self.milestones[row.milestone_id].name if row.milestone_id in self.milestones else ""
        found += [_moved(each, name) for each in _in_order(row.moved, "number")]
        # A series is removed with its occurrences, which say so too: the decision is about the one.
        found += [_ended(each, name) for each in row.ended or [] if each["id"] == row.milestone_id]
        return found + [self._named(each) for each in _in_order(row.named, "id")]

    def _said(self, said: Mapping[str, Any]) -> Deed:
        on, part = _day(said["at"]), self._part_words(said["part_body"], said["part_scope"])
        label = DeliveryStatus(said["to_status"]).label
        return Deed(on, f"{f'{part}: ' if part else ''}{label} since {long_date(on)}", "trail")

    def _named(self, role: Mapping[str, Any]) -> Deed:
        since = date.fromisoformat(role["since"])
        scope = f" ({role['scope']})" if role["scope"] else ""
        named = f"{self.reading.bodies[role['body_id']].label} named as {RoleKind(role['kind']).label.lower()}"
        return Deed(since, f"{named}{scope} on {long_date(since)}", "roles")


def _by_id(reading: Reading, model: type[Any], ids: set[int | None]) -> dict[int, Any]:
    """Some rows of the reading by id; no query where none is asked for."""
    wanted = ids - {None}
    return {each.id: each for each in reading.rows(model).filter(id__in=wanted)} if wanted else {}


def _in_order(found: list[dict[str, Any]] | None, name: str) -> list[dict[str, Any]]:
    """A list as the database gathered it, in an order; PostgreSQL gives None for an empty one."""
    return sorted(found or [], key=lambda each: each[name])


def _moved(move: Mapping[str, Any], name: str) -> Deed:
    on = _day(move["at"])
    since = f" from {long_date(date.fromisoformat(move['moved_from']))}" if move["moved_from"] else ""
    to = long_date(date.fromisoformat(move["moved_to"]))
    return Deed(on, f"“{name}” moved{since} to {to} on {long_date(on)}", "moves")


def _ended(row: Mapping[str, Any], name: str) -> Deed:
    on = date.fromisoformat(row["removed_on"] or row["ended_on"])
    return Deed(on, f"“{name}” {'removed' if row['removed_on'] else 'ended'} on {long_date(on)}", "milestones")


def _reported(found: Mapping[str, Any]) -> Reported:
    return Reported(_day(found["at"]), found["person_name"], found["text"])


def _day(text: str) -> date:
    """The Auckland day of a moment in JSON; SQLite's says no zone, and is in UTC."""
    at = datetime.fromisoformat(text)
    return day_of(at if at.tzinfo else at.replace(tzinfo=UTC))
