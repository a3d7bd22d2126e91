"""What the open rounds wait for: the returns that their bodies have to write or finish, and what each is told for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.models import Activity, Filing, Part
from activities.reading import Reading
from activities.returns import WITH_BODY, ReturnState
from activities.stages import ASKED, OPENED, SENT_BACK, Topic, stage_on
from activities.working_days import Calendar
from agencies.models import Body
from tnoc_tracker.record.days import day_of


@dataclass(frozen=True)
class OpenReturn:
    """A return that is with its body; ``body`` is None where nobody answers, ``sent_back`` the filing sent back."""

    reading: Reading
    round: Any
    ret: Any
    activity: Any
    part: Any
    body: Body | None
    sent_back: Any = None

    @property
    def due(self) -> date:
        """The day from which stages are counted: its own, or the later one on which it was sent back."""
        own: date = self.ret.due_on
        return max(own, day_of(self.sent_back.answered_at)) if self.sent_back else own

    def topic(self, stage: str, day: date | None = None) -> Topic:
        """A topic of its round and body."""
        return Topic(self.round.id, self.round.openings, self.ret.body_id, stage, day)

    def topics(self, on: date, calendar: Calendar) -> list[str]:
        """What its body's people are told on a day: that it is asked, the latest stage, that it was sent back.

        Being asked is a topic of each return, so that what is asked of a body later is told to it as well.
        """
        stage = stage_on(on, self.due, calendar)
        found = [self.topic(OPENED), self.topic(f"{ASKED}-{self.ret.id}")]
        found += [self.topic(stage, self.due)] if stage else []
        found += [self.topic(f"{SENT_BACK}-{self.sent_back.id}")] if self.sent_back else []
        return [str(each) for each in found]

    def is_late(self, on: date) -> bool:
        """Whether its day has passed unanswered."""
        return bool(self.ret.is_late(on))

    @property
    def about(self) -> str:
        """``11 Industry guidance, financial sector``; a withheld row says that it is one."""
        return f"{self.activity}, {self.part.scope}" if self.part and self.part.scope else str(self.activity)


def open_returns(reading: Reading) -> list[OpenReturn]:
    """What is with the bodies in the plan's open rounds, the earliest quarter first, in plan order.

    Six queries at the most, one where no round is open.
    """
    begun = reading.rounds.filter(closed_at=None)
    rounds = {each.id: each for each in begun if day_of(each.opened_at) <= reading.on}
    if not rounds:
        return []
    rows = list(reading.returns.filter(round_id__in=rounds, state__in=WITH_BODY))
    activities = _by_id(reading, Activity, {row.activity_id for row in rows})
    parts = _by_id(reading, Part, {row.part_id for row in rows if row.part_id})
    back = [row.id for row in rows if row.state == ReturnState.SENT_BACK]
    filings = {each.ret_id: each for each in reading.rows(Filing).filter(ret_id__in=back).order_by("number")}
    found = [
        OpenReturn(
            reading,
            rounds[row.round_id],
            row,
            activities[row.activity_id],
            parts.get(row.part_id),
            reading.bodies.get(row.body_id),
            filings.get(row.id),
        )
        for row in rows
    ]
    return sorted(found, key=_in_order)


def _by_id(reading: Reading, model: Any, ids: set[int]) -> dict[int, Any]:
    return {each.id: each for each in reading.rows(model).filter(id__in=ids)} if ids else {}


def _in_order(each: OpenReturn) -> tuple[Any, ...]:
    return (each.round.quarter_key, each.activity.position, each.part.position if each.part else 0, each.ret.id)
