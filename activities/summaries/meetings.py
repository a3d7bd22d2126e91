"""Meetings of the Steering Group, as of a reading: the list of them, and one with its agenda and its decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import DateField, Exists, F, JSONField, OuterRef, Subquery, TextField
from django.db.models.functions import JSONObject

from activities.due_states import days
from activities.models import Activity, AgendaItem, Decision, Meeting, Pack, Return, Round
from activities.quarters import FiscalQuarter
from activities.reading import Listed, Reading
from activities.returns import RETURNED
from activities.summaries.decisions import Followed, decisions_of, followed_at
from activities.summaries.headline import be, numbered
from activities.summaries.rounds import RoundLine, round_lines
from tnoc_tracker.record.days import long_date


def day_in_words(day: date, on: date) -> str:
    """``today``, ``tomorrow``, ``on 15 March 2022, in 28 days``."""
    ahead = (day - on).days
    if ahead in (0, 1):
        return "tomorrow" if ahead else "today"
    return f"on {long_date(day)}" + (f", in {days(ahead)}" if ahead > 0 else "")


def seeking_in_words(items: int, seeking: int) -> str:
    """``5 of 12 items seek a decision``; ``nothing is on the agenda``."""
    if not items:
        return "nothing is on the agenda"
    if not seeking:
        return f"{numbered(items, 'item')}, none of which seeks a decision" if items > 1 else "1 item, for information"
    return f"{seeking} of {numbered(items, 'item')} {'seeks' if seeking == 1 else 'seek'} a decision"


# The list of meetings --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeetingLine:
    """A meeting as the list shows it, with its numbers; ``round`` is the one that it looks at."""

    meeting: Any
    round: RoundLine | None
    items: int
    seeking: int
    decisions: int
    open: int
    on: date

    @property
    def is_coming(self) -> bool:
        """Whether the group has still to meet: on the day itself it does."""
        return not self.meeting.is_called_off and self.meeting.held_on >= self.on


def meeting_lines(reading: Reading) -> list[MeetingLine]:
    """Every meeting of the plan: those to come, the next one first; then the others, the latest first (six queries).

    Each carries ``pack_id`` and ``pack_number`` of the latest version of its pack.
    """
    packs = reading.beside(Pack, meeting_id="id").order_by("-number")
    meetings = reading.rows(Meeting).annotate(
        pack_id=Subquery(packs.values("id")[:1]), pack_number=Subquery(packs.values("number")[:1])
    )
    on_agenda = reading.rows(AgendaItem).filter(taken_off_on=None).order_by()
    seeking = [*on_agenda.values_list("meeting_id", "seeks_decision")]
    decided = [*reading.rows(Decision).order_by().values_list("meeting_id", "state")]
    rounds = {each.round.id: each for each in round_lines(reading)}
    items, sought = Counter(key for key, _ in seeking), Counter(key for key, yes in seeking if yes)
    made, still = Counter(key for key, _ in decided), Counter(key for key, state in decided if state == "open")
    lines = [
        MeetingLine(
            each, rounds.get(each.round_id), items[each.id], sought[each.id], made[each.id], still[each.id], reading.on
        )
        for each in meetings.order_by("held_on", "id")
    ]
    return [*(each for each in lines if each.is_coming), *(each for each in lines[::-1] if not each.is_coming)]


def finding_of_all(lines: Sequence[MeetingLine]) -> str:
    """The heading of the list: ``The Steering Group meets on 15 March 2022, in 28 days; 3 decisions are open``."""
    if not lines:
        return "No meeting of the Steering Group is called"
    count = sum(each.open for each in lines)
    still = f"; {numbered(count, 'decision')} {be(count)} open" if count else ""
    if lines[0].is_coming:
        return f"The Steering Group meets {day_in_words(lines[0].meeting.held_on, lines[0].on)}{still}"
    held = [each.meeting.held_on for each in lines if not each.meeting.is_called_off]
    last = f"; the group met last on {long_date(held[0])}" if held else ""
    return f"No meeting is called{last}{still}"


# One meeting -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FrozenPack:
    """A version of a meeting's pack."""

    id: int
    number: int
    corrected_why: str


@dataclass(frozen=True)
class ItemLine:
    """An item of the agenda at its place, and what the meeting decided on it; ``key`` is its activity's."""

    item: Any
    place: int
    key: str
    decisions: tuple[Followed, ...]


@dataclass(frozen=True)
class MeetingPicture:
    """A meeting of ``meeting_of`` with its agenda and the decisions of the plan; the rows are read when asked for."""

    reading: Reading
    meeting: Any

    @cached_property
    def rows(self) -> list[Any]:
        """Every item, those taken off included, in order (one query)."""
        return items_of(self.reading, self.meeting)

    @cached_property
    def decided(self) -> list[Followed]:
        """Every decision of the plan with what became of it (six queries at most)."""
        return decisions_of(self.reading)

    @cached_property
    def decisions(self) -> list[Followed]:
        """What this meeting decided."""
        return [each for each in self.decided if each.meeting.id == self.meeting.id]

    @property
    def earlier(self) -> list[Followed]:
        """What became of the earlier decisions."""
        return followed_at(self.decided, self.meeting, self.meeting.before)

    @property
    def agenda(self) -> list[ItemLine]:
        """The items that stand on the agenda."""
        made: dict[int | None, list[Followed]] = defaultdict(list)
        for each in self.decisions:
            made[each.decision.item_id].append(each)
        placed = enumerate(standing(self.rows), start=1)
        return [ItemLine(item, place, item.key or "", tuple(made[item.id])) for place, item in placed]

    @property
    def taken_off(self) -> list[Any]:
        """The items that were taken off it."""
        return [each for each in self.rows if each.taken_off_on is not None]

    @property
    def returned(self) -> str:
        """``28 of 35 returned``; empty where it looks at no round."""
        states = self.meeting.states
        if self.meeting.quarter_key is None:
            return ""
        return f"{sum(1 for each in states or () if each in RETURNED)} of {len(states or ())} returned"

    @property
    def quarter(self) -> FiscalQuarter | None:
        """The quarter of the round that it looks at."""
        key = self.meeting.quarter_key
        return FiscalQuarter.parse_key(key, self.reading.plan.fiscal_year_starts_in) if key else None

    @property
    def packs(self) -> list[FrozenPack]:
        """The versions of its pack, the latest first."""
        found = [FrozenPack(**each) for each in self.meeting.frozen or ()]
        return sorted(found, key=lambda each: -each.number)

    @property
    def has_come(self) -> bool:
        """Whether its day has come: decisions can be recorded from then on."""
        return bool(self.meeting.held_on <= self.reading.on)

    @property
    def finding(self) -> str:
        """The heading of its page."""
        meeting, on = self.meeting, self.reading.on
        if meeting.is_called_off:
            return f"The meeting of {long_date(meeting.held_on)} was called off"
        if self.decisions:
            still = sum(1 for each in self.decisions if each.decision.is_open)
            words = f"{numbered(len(self.decisions), 'decision')}, {_left(len(self.decisions), still)}"
            return f"The Steering Group met on {long_date(meeting.held_on)}: {words}"
        agenda = self.agenda
        sought = seeking_in_words(len(agenda), sum(1 for each in agenda if each.item.seeks_decision))
        if meeting.held_on < on:
            return f"The Steering Group met on {long_date(meeting.held_on)}; no decision is recorded yet"
        return f"The Steering Group meets {day_in_words(meeting.held_on, on)}: {sought}"


def _left(count: int, still: int) -> str:
    """``2 still open``, ``all still open``; of one decision ``still open``."""
    if not still:
        return "settled" if count == 1 else "all of them settled"
    if count == 1:
        return "still open"
    return "all still open" if still == count else f"{still} still open"


def meeting_of(reading: Reading, meeting_id: int) -> Any:
    """One meeting, None where there is none (one query), with what its page says of it at once.

    ``overdue_count`` is for the page's head, ``before`` the day of the meeting before; ``quarter_key`` and ``states``
    are the quarter of the round that it looks at and the states of that round's returns; ``frozen`` its packs.
    """
    rounds = reading.beside(Round, id="round_id").order_by()
    returns = reading.beside(Return, round_id="round_id").filter(dropped_on=None).order_by()
    earlier = reading.beside(Meeting, plan_id="plan_id").filter(called_off_on=None, held_on__lt=OuterRef("held_on"))
    packs = reading.beside(Pack, meeting_id="id").order_by()
    told = Listed(JSONObject(id=F("id"), number=F("number"), corrected_why=F("corrected_why")))
    return (
        reading.rows(Meeting)
        .filter(id=meeting_id)
        .annotate(
            overdue_count=reading.overdue_total,
            before=Subquery(earlier.order_by("-held_on").values("held_on")[:1], output_field=DateField()),
            quarter_key=Subquery(rounds.values("quarter_key")[:1], output_field=TextField()),
            states=Subquery(returns.annotate(listed=Listed("state")).values("listed"), output_field=JSONField()),
            frozen=Subquery(packs.annotate(listed=told).values("listed"), output_field=JSONField()),
        )
        .first()
    )


def items_of(reading: Reading, meeting: Any) -> list[Any]:
    """The items of a meeting's agenda in order, those taken off included (one query).

    Each carries its activity's ``key``, and ``off_why``: the reason with which it was taken off the last time.
    """
    key = reading.beside(Activity, id="activity_id").order_by().values("key")
    rows = reading.rows(AgendaItem).filter(meeting_id=meeting.id)
    rows = rows.annotate(
        key=Subquery(key[:1]), off_why=Subquery(_takings_off(reading).values("history_change_reason")[:1])
    )
    return list(rows.order_by("position", "id"))


def _takings_off(reading: Reading) -> Any:
    """The entries by which the item of the query around came off its agenda, the latest first."""
    entries = AgendaItem.history.model.objects.filter(taken_off_on__isnull=False).order_by()
    before = entries.filter(id=OuterRef("id"), sequence=OuterRef("sequence") - 1)
    known = entries if reading.at is None else entries.filter(history_date__lte=reading.at)
    return known.filter(~Exists(before), id=OuterRef("id")).order_by("-sequence")


def standing(items: Iterable[Any]) -> list[Any]:
    """The items that stand on the agenda."""
    return [each for each in items if each.taken_off_on is None]
