"""One return under the Secretariat's review: what was filed beside what was said last, and where the dates disagree.

Only now: nothing can be reviewed at a past position. The queue of them is in ``review_queue``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q

from activities.contradictions import against
from activities.due_states import days, in_words, lateness
from activities.models import Activity, Comment, Filing, Milestone, Return
from activities.reading import Reading
from activities.returns import TO_REVIEW
from activities.summaries.proposals import Waiting, waiting_of, with_waiting
from activities.summaries.said import facts_of
from agencies.models import Body
from tnoc_tracker.record.days import day_of, long_date

NOBODY = "Nobody named"


@dataclass(frozen=True)
class NewDate:
    """Another date that a filing proposes for a milestone."""

    milestone: Any
    due: date
    reason: str

    @property
    def by_days(self) -> str:
        """``90 days later``; empty where there was no date."""
        if self.milestone.agreed_due is None:
            return ""
        by = (self.due - self.milestone.agreed_due).days
        return f"{days(abs(by))} {'later' if by > 0 else 'earlier'}"

    @property
    def words(self) -> str:
        """``“Strategy endorsed”: 31 March 2022, 90 days later``."""
        return f"“{self.milestone.full_name}”: " + ", ".join(filter(None, (long_date(self.due), self.by_days)))


@dataclass(frozen=True)
class Filed:
    """One filing of a return, beside what it is about; ``milestones`` are all of the activity.

    ``body`` is who was asked, None where nobody answers.
    """

    ret: Any
    filing: Any
    activity: Any
    body: Body | None
    milestones: Sequence[Any]
    on: date

    @property
    def part_words(self) -> str:
        """``financial sector``: the scope of the part it is about, if it has one; empty for a whole activity."""
        return str(self.ret.part.scope) if self.ret.part_id else ""

    @property
    def subject(self) -> str:
        """``17 Exercise the plan, Police``: the activity, with the body where it is about its part."""
        about = " – ".join(filter(None, (self.who, self.part_words))) if self.ret.part_id else ""
        return f"{self.activity}, {about}" if about else str(self.activity)

    @property
    def who(self) -> str:
        """The body that was asked."""
        return self.body.label if self.body else NOBODY

    @property
    def filed_on(self) -> date:
        """The day of the filing."""
        return day_of(self.filing.at)

    @property
    def late(self) -> str:
        """``5 days late``, as it first came back; empty where that was in time."""
        first = day_of(self.ret.returned_at)
        return f"{days(lateness(self.ret.due_on, first))} late" if first > self.ret.due_on else ""

    @property
    def before(self) -> str:
        """The stored status of now: what acceptance would move."""
        return str(self.ret.part.status if self.ret.part_id else self.activity.status)

    @property
    def after(self) -> str:
        """The stored status that it reports."""
        return str(self.filing.status)

    @property
    def moves(self) -> bool:
        """Whether it reports another status than the one of now."""
        return self.before != self.after

    @cached_property
    def by_id(self) -> dict[int, Any]:
        """The activity's milestones by id."""
        return {milestone.id: milestone for milestone in self.milestones}

    @property
    def deliveries(self) -> list[tuple[Any, date]]:
        """The milestones that it reports as delivered or begun, with their days."""
        return [(self.by_id[each["milestone"]], date.fromisoformat(each["on"])) for each in self.filing.deliveries]

    @property
    def deliveries_in_words(self) -> str:
        """``Strategy endorsed: delivered 31 January 2022``, as the update will say it."""
        return "; ".join(f"{each.full_name}: {_met(each)} {long_date(day)}" for each, day in self.deliveries)

    @property
    def new_dates(self) -> list[NewDate]:
        """The dates that it proposes."""
        return [NewDate(self.by_id[each["milestone"]], each["due"], each["reason"]) for each in self.filing.new_dates]

    @property
    def contradictions(self) -> list[str]:
        """Where what it says and what the dates say cannot both be right, as sentences without a full stop."""
        met = {each["milestone"] for each in self.filing.deliveries}
        left = [each for each in self.milestones if each.id not in met]
        # Others may still work on their parts: what is open then keeps this one not open.
        found = against(self.filing.after.status, left, self.on, reports=not self.ret.part_id)
        told = ", ".join(f"“{each.full_name}” {words}" for each, words in found)
        return [f"{self.filing.after.label}, but {told}"] if found else []

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Everything that was filed, by its label; an empty text for what was not."""
        return said_by(self.filing, self.by_id, self.deliveries_in_words)


def _met(milestone: Any) -> str:
    return "begun" if milestone.is_start else "delivered"


def said_by(row: Any, milestones: dict[int, Any], met: str) -> list[tuple[str, str]]:
    """What an update or a filing says, by its label, in the order of the form."""
    forecast = milestones.get(row.forecast_of_id)
    return facts_of(row, forecast_of=forecast.full_name if forecast else "", milestones=met)


def about(reading: Reading, rows: Iterable[Any]) -> tuple[dict[int, Any], dict[int, list[Any]]]:
    """The activities of some returns by id, and the milestones of each in the document's order (two queries).

    Each milestone carries the other date that waits for an answer, if one does.
    """
    ids = {each.activity_id for each in rows}
    milestones: dict[int, list[Any]] = defaultdict(list)
    every: Any = with_waiting(reading, reading.rows(Milestone).filter(activity_id__in=ids))
    for each in every.order_by("position", F("occurrence").asc(nulls_first=True)):
        milestones[each.activity_id].append(each)
    return {each.id: each for each in reading.rows(Activity).filter(id__in=ids)}, milestones


# One return -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DatedLine:
    """A milestone beside a filing: what the dates say, what is reported of it, and the date that is proposed."""

    milestone: Any
    on: date
    met: str = ""
    asked: NewDate | None = None

    @property
    def name(self) -> str:
        """``Strategy endorsed``."""
        return str(self.milestone.full_name)

    @property
    def waiting(self) -> Waiting | None:
        """Another date that was proposed before, and waits for an answer."""
        return waiting_of(self.milestone)

    @property
    def is_late(self) -> bool:
        """Whether it is overdue now."""
        return self.milestone.is_open and lateness(self.milestone.agreed_due, self.on) > 0

    @property
    def state(self) -> str:
        """``46 days overdue``, ``to come``, ``no date``; what became of it, where it is closed."""
        row = self.milestone
        if row.delivered_on:
            return f"{_met(row)} {long_date(row.delivered_on)}"
        if row.removed_on or row.agreed_due is None:
            return "removed" if row.removed_on else "no date"
        late = lateness(row.agreed_due, self.on)
        return in_words("overdue", late, is_start=row.is_start) if late else "to come"


@dataclass(frozen=True)
class Review:
    """One return under review: what was filed, what was said before, what others added, and what comes after it.

    ``filings`` are its own, the newest first; ``updates`` what the register holds of the same part, or of the whole;
    ``order`` are the ids of the returns of its round that wait, the oldest filing first.
    """

    reading: Reading
    ret: Any
    activity: Any
    milestones: Sequence[Any]
    filings: tuple[Any, ...]
    updates: tuple[Any, ...]
    order: tuple[int, ...]

    @property
    def round(self) -> Any:
        """The round it belongs to."""
        return self.ret.round

    @property
    def waits(self) -> bool:
        """Whether it is to be reviewed."""
        return self.ret.state in TO_REVIEW and self.ret.dropped_on is None and not self.round.is_closed

    @cached_property
    def filed(self) -> Filed:
        """The newest filing; only where there is one."""
        return self.filed_as(self.filings[0])

    def filed_as(self, filing: Any) -> Filed:
        """One of its filings, beside what it is about."""
        body = self.reading.bodies.get(self.ret.body_id)
        return Filed(self.ret, filing, self.activity, body, self.milestones, self.reading.on)

    @property
    def earlier(self) -> list[Filed]:
        """What was filed before, and sent back, the newest first."""
        return [self.filed_as(each) for each in self.filings[1:]]

    @property
    def still_open(self) -> list[Any]:
        """The open milestones, the next date first."""
        rows = [each for each in self.milestones if each.is_open]
        return sorted(rows, key=lambda each: (each.agreed_due is None, each.agreed_due or date.max, each.position))

    @property
    def last(self) -> Any:
        """What was said last before it was filed, or of all where nothing is filed; None where nobody had reported."""
        return next((each for each in self.updates if not self.filings or each.at <= self.filings[0].at), None)

    @property
    def since(self) -> list[Any]:
        """What was reported since it was filed, past this return: the status may have moved."""
        return [each for each in self.updates if each.at > self.filings[0].at]

    @property
    def last_number(self) -> int:
        """The number of the newest report of the same: what a review is made on top of; 0 where there is none."""
        return self.updates[0].number if self.updates else 0

    @property
    def pairs(self) -> list[tuple[str, str, str]]:
        """What was said last time and what was filed now, by label; what neither says is left out."""
        rows = zip(self._last_facts, self.filed.facts, strict=True)
        return [(label, was, now) for (label, was), (_, now) in rows if was or now]

    @property
    def _last_facts(self) -> list[tuple[str, str]]:
        if self.last is None:
            return [(label, "") for label, _ in self.filed.facts]
        return said_by(self.last, self.filed.by_id, self.last.milestones_met)

    @property
    def dated(self) -> list[DatedLine]:
        """The milestones that are open, or that it reports on."""
        met = {each.id: f"{_met(each)} {long_date(day)}" for each, day in self.filed.deliveries}
        asked = {each.milestone.id: each for each in self.filed.new_dates}
        rows = [each for each in self.milestones if each.is_open or each.id in met or each.id in asked]
        return [DatedLine(each, self.reading.on, met.get(each.id, ""), asked.get(each.id)) for each in rows]

    @cached_property
    def comments(self) -> list[Any]:
        """What others have added, in order (one query)."""
        return list(self.reading.rows(Comment).filter(ret_id=self.ret.id).order_by("at", "id"))

    @property
    def place(self) -> str:
        """``3 of 6``: where it stands in the queue; empty where it does not wait."""
        return f"{self.order.index(self.ret.id) + 1} of {len(self.order)}" if self.ret.id in self.order else ""

    @property
    def next_id(self) -> int | None:
        """The return that waits after it, from the start again after the last; None where no other waits."""
        return after(self.order, self.ret.id)


def after(order: Sequence[int], ret_id: int) -> int | None:
    """Which return comes after one in a queue, from the start again after the last; None where there is no other."""
    if ret_id not in order:
        return order[0] if order else None
    others = [*order[order.index(ret_id) + 1 :], *order[: order.index(ret_id)]]
    return others[0] if others else None


def review(reading: Reading, ret_id: int, **more: Any) -> Review | None:
    """One return with everything that a review needs; None where there is no such return (five queries).

    ``more`` are expressions to be read with the return: its stamp, so that what is read after it is newer.
    """
    rows: Any = reading.rows(Return)
    ret = rows.filter(id=ret_id).select_related("round", "part").annotate(**more).first()
    if ret is None:
        return None
    waiting = reading.returns.filter(round_id=ret.round_id, state__in=TO_REVIEW).order_by().values("id")
    wanted = Q(ret_id=ret.id) | Q(ret_id__in=waiting, outcome="")
    filings = list(reading.rows(Filing).filter(wanted).order_by("at", "id"))
    activities, milestones = about(reading, [ret])
    own = [each for each in filings if each.ret_id == ret.id]
    return Review(
        reading=reading,
        ret=ret,
        activity=activities[ret.activity_id],
        milestones=milestones[ret.activity_id],
        filings=tuple(sorted(own, key=lambda each: -each.number)),
        updates=tuple(reading.status_updates.filter(activity_id=ret.activity_id, part_id=ret.part_id)),
        order=tuple(each.ret_id for each in filings if each.waits),
    )
