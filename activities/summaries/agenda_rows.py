"""What an agenda is made from beside activities, milestones and updates: parts, filings, collectives, earlier agendas.

All of it comes in one query, in lists of JSON: the page on which an agenda is edited has no query to spare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.db.models import DateField, Exists, F, IntegerField, JSONField, Subquery
from django.db.models.functions import JSONObject

from activities.decisions import DecisionState
from activities.models import ActionPlan, AgendaItem, Decision, Filing, Meeting, Return
from activities.reading import Listed, Reading
from activities.returns import TO_REVIEW
from activities.statuses import FINISHED, DeliveryStatus, Meaning, meaning_of
from agencies.models import Body, BodyKind


@dataclass(frozen=True)
class LivePart:
    """A live part of an activity."""

    id: int
    activity_id: int
    position: int
    body_id: int
    scope: str
    status: str
    review_date: date | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.status in FINISHED


@dataclass(frozen=True)
class WaitingAsk:
    """An ask in a return that is filed and that the Secretariat has not answered."""

    id: int
    activity_id: int
    part_id: int | None
    status: str
    ask: str
    at: datetime

    @property
    def after(self) -> Meaning:
        """The delivery status that it reports."""
        return meaning_of(DeliveryStatus(self.status))


@dataclass(frozen=True)
class Put:
    """One thing on the agenda of a meeting, and whether that decided on it; ``open`` where it is still to be done."""

    source: str
    held_on: date
    taken_off: bool
    decided: bool
    open: bool


@dataclass(frozen=True)
class AgendaRows:
    """The lists as they came from the database, told as what they are."""

    lists: Mapping[str, Any]

    def _of(self, name: str) -> list[dict[str, Any]]:
        return self.lists[name] or []

    @cached_property
    def parts(self) -> list[LivePart]:
        """The live parts, in their order."""
        found = [LivePart(**{**each, "review_date": _day(each["review_date"])}) for each in self._of("parts")]
        return sorted(found, key=lambda each: (each.activity_id, each.position))

    @cached_property
    def waiting(self) -> list[WaitingAsk]:
        """The asks that wait to be accepted, the oldest first."""
        found = [WaitingAsk(**{**each, "at": _moment(each["at"])}) for each in self._of("waiting")]
        return sorted(found, key=lambda each: (each.at, each.id))

    @cached_property
    def collectives(self) -> list[tuple[int, int]]:
        """The roles of collectives: the collective's id, and the activity's."""
        return [(each["body_id"], each["activity_id"]) for each in self._of("collectives")]

    @cached_property
    def puts(self) -> list[Put]:
        """What was made from the register for the agendas of meetings that were not called off."""
        return [
            Put(
                each["source"],
                date.fromisoformat(each["held_on"]),
                each["taken_off_on"] is not None,
                bool(each["decided"]),
                bool(each["open"]),
            )
            for each in self._of("puts")
        ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime:
    """A moment in a JSON list: SQLite gives it in UTC without saying so."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def agenda_rows(reading: Reading) -> AgendaRows:
    """The rows as of the reading (one query)."""
    collective = Body.objects.filter(kind=BodyKind.COLLECTIVE).order_by().values("id")
    lists = {
        "parts": _listed(reading.parts, "id", "activity_id", "position", "body_id", "scope", "status", "review_date"),
        "waiting": _listed(_waiting(reading), "id", "status", "ask", "at", activity_id="about", part_id="about_part"),
        "collectives": _listed(reading.roles.filter(body_id__in=collective), "body_id", "activity_id"),
        "puts": _listed(_puts(reading), "source", "taken_off_on", "held_on", "decided", "open"),
    }
    return AgendaRows(ActionPlan.objects.filter(id=reading.plan.id).values(**lists).get())


def _listed(rows: Any, *columns: str, **named: str) -> Subquery:
    told = JSONObject(**{name: F(column) for name, column in ({each: each for each in columns} | named).items()})
    return Subquery(rows.order_by().annotate(listed=Listed(told)).values("listed"), output_field=JSONField())


def _waiting(reading: Reading) -> Any:
    """Filings with an ask that wait; what is not asked for any more, or was sent back, does not."""
    ret: Any = reading.beside(Return, id="ret_id").filter(dropped_on=None, state__in=TO_REVIEW).order_by()
    rows = reading.rows(Filing).filter(outcome="").exclude(ask="")
    return rows.annotate(
        about=Subquery(ret.values("activity_id")[:1], output_field=IntegerField()),
        about_part=Subquery(ret.values("part_id")[:1], output_field=IntegerField()),
    ).filter(about__isnull=False)


def _puts(reading: Reading) -> Any:
    meeting: Any = reading.beside(Meeting, id="meeting_id").filter(called_off_on=None).order_by()
    decided: Any = reading.beside(Decision, item_id="id").order_by()
    rows = reading.rows(AgendaItem).exclude(source="")
    return rows.annotate(
        held_on=Subquery(meeting.values("held_on")[:1], output_field=DateField()),
        decided=Exists(decided),
        open=Exists(decided.filter(state=DecisionState.OPEN)),
    ).filter(held_on__isnull=False)
