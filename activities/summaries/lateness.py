"""What is overdue, milestone by milestone: how late, who answers for it, how its date moved, what was said last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from json import dumps
from typing import Any

from activities.answering import Cast, Gap, casts, gap_of
from activities.due_states import AGEING, PAST_DUE, AgeingBand, DueState, counted_as
from activities.models import Activity
from activities.prepared import asked_of
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.picture import Picture, days_late, is_past_due
from activities.summaries.said import Said, last_by_activity, said
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.prepared import among

NO_REPORT = "No report yet"
CANNOT_FORECAST = "Cannot be forecast"
NO_ASK = "None"


@dataclass(frozen=True)
class LateMilestone:
    """An overdue milestone and what a reader wants to know of it.

    ``said`` is the last update of its activity, ``part`` the part that this was about; ``tells_entered`` says
    whether a later entry is named as one (a demonstration says it once for all); ``return_open`` that a reporting
    round still asks about it.
    """

    milestone: Any
    activity: Any
    cast: Cast
    gap: Gap | None
    said: Said | None = None
    part: str = ""
    tells_entered: bool = True
    return_open: bool = False

    @cached_property
    def days(self) -> int:
        """How many days late, at least 1."""
        return days_late(self.milestone)

    @property
    def is_paused(self) -> bool:
        """Whether its activity is paused: listed beside the count, not in it."""
        return bool(self.milestone.due_state == DueState.OVERDUE_PAUSED)

    @property
    def state(self) -> str:
        """What the days count: ``overdue``, ``not begun``, ``paused``; ``overdue – return open``."""
        row = self.milestone
        return counted_as(row.due_state, is_start=row.is_start, return_open=self.return_open)

    @cached_property
    def band(self) -> AgeingBand:
        """The band of lateness it falls into."""
        return next(band for band in AGEING if band.holds(self.days))

    @property
    def who(self) -> str:
        """Who answers for it, else how long nobody has."""
        return self.cast.answering_in_words or (self.gap.in_words if self.gap else "Withheld")

    @property
    def forecast(self) -> date | str | None:
        """The latest forecast of the milestone, or that it cannot be forecast; None where nothing was said."""
        if self.milestone.forecast is not None:
            return date.fromisoformat(str(self.milestone.forecast))
        return CANNOT_FORECAST if self.said and self.said.update.cannot_forecast else None

    @property
    def moved(self) -> str:
        """How often the agreed date moved: ``never``, ``once``, ``3 times``."""
        return {0: "never", 1: "once", 2: "twice"}.get(self.milestone.moves, f"{self.milestone.moves} times")

    @property
    def explanation(self) -> str:
        """What was said last of its activity, with the way back where one was named."""
        if self.said is None:
            return NO_REPORT
        path = self.said.update.path_to_green
        return f"{self.said.update.why} Path to green: {path}" if path else str(self.said.update.why)

    @property
    def explained_by(self) -> str:
        """``Police Lead, 3 February 2022``; who accepted it, and on which day it was entered where that was another."""
        return self.said.by_whom(self.part, tells_entered=self.tells_entered) if self.said else ""

    @property
    def ask(self) -> str:
        """What the last update asks of the Steering Group: ``None`` where it says so, empty where nothing is said."""
        if self.said is None:
            return ""
        return str(self.said.update.ask) or (NO_ASK if self.said.update.no_ask else "")

    @property
    def decision(self) -> str:
        """Of a paused activity: the decision it stands by, and when it is reviewed."""
        if self.activity.status != DeliveryStatus.PAUSED or self.activity.review_date is None:
            return ""
        by = f"{self.said.update.decision_reference}; " if self.said and self.said.update.decision_reference else ""
        return f"{by}review on {long_date(self.activity.review_date)}"


@dataclass(frozen=True)
class Narrowing:
    """What the overdue page is narrowed to; None and an empty text mean everything."""

    focus_area_id: int | None = None
    body_id: int | None = None
    band: str = ""

    def holds(self, row: LateMilestone) -> bool:
        """Whether a row belongs: the body must answer for it, itself or in a collective."""
        if self.focus_area_id is not None and row.activity.focus_area_id != self.focus_area_id:
            return False
        if self.band and row.band.key != self.band:
            return False
        return self.body_id is None or self.body_id in answering_ids(row.cast)


EVERYTHING = Narrowing()


def answering_ids(cast: Cast) -> set[int]:
    """The bodies that answer, the members of collectives and the collectives themselves."""
    return set(cast.target.body_ids) | {held.body.id for held in cast.answering if held.body}


@dataclass(frozen=True)
class AgeingLine:
    """A band of lateness and the overdue milestones in it, most days first."""

    band: AgeingBand
    rows: tuple[LateMilestone, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.rows)


def late_milestones(reading: Reading) -> list[LateMilestone]:
    """Every milestone past its agreed date, the paused ones included, most days first (six queries)."""
    milestones = asked_of(reading, _past_due)
    ids = dumps(sorted({milestone.activity_id for milestone in milestones}))
    activities = {each.id: each for each in asked_of(reading, _among, ids=ids)}
    return _most_days_first(reading, milestones, activities, casts(reading, list(activities)))


def _past_due(reading: Reading) -> Any:
    return reading.milestones.filter(due_state__in=PAST_DUE)


def _among(reading: Reading, ids: str) -> Any:
    return reading.rows(Activity).filter(among("id", ids)).order_by()


def late_in(picture: Picture) -> list[LateMilestone]:
    """The same of a picture that is read anyway: no query for the milestones and activities again."""
    milestones = [each for each in picture.milestones if is_past_due(each)]
    return _most_days_first(picture.reading, milestones, picture.by_id, picture.casts)


def _most_days_first(
    reading: Reading, milestones: Iterable[Any], activities: Mapping[int, Any], held: Mapping[int, Cast]
) -> list[LateMilestone]:
    rows = [
        LateMilestone(
            milestone=milestone,
            activity=activities[milestone.activity_id],
            cast=held.get(milestone.activity_id, Cast()),
            gap=gap_of(activities[milestone.activity_id], reading.on),
            return_open=reading.still_asks(milestone.activity_id, milestone.due_state),
        )
        for milestone in milestones
    ]
    return sorted(rows, key=lambda row: (-row.days, row.activity.position, row.milestone.position, row.milestone.id))


def with_updates(reading: Reading, rows: Iterable[LateMilestone], *, tells_entered: bool = True) -> list[LateMilestone]:
    """The rows with what was said last of their activities (one query): for the rows that are shown."""
    shown = list(rows)
    last = last_by_activity(said(reading, last_of={row.activity.id for row in shown}))
    parts = {key: update.part_in_words(reading.bodies) for key, update in last.items()}
    return [
        replace(
            row,
            said=last.get(row.activity.id),
            part=parts.get(row.activity.id, ""),
            tells_entered=tells_entered,
        )
        for row in shown
    ]


def ageing(rows: Iterable[LateMilestone]) -> list[AgeingLine]:
    """Overdue milestones by band, the oldest band first; empty bands keep their line."""
    rows = list(rows)
    return [AgeingLine(band, tuple(row for row in rows if row.band is band)) for band in AGEING[::-1]]


@dataclass(frozen=True)
class Overdue:
    """The overdue page's rows, narrowed: those that count, and the paused ones beside them, most days first.

    ``in_all`` is the headline count of the whole plan; ``ageing`` leaves the chosen band aside, so that another
    can be chosen.
    """

    counted: tuple[LateMilestone, ...]
    paused: tuple[LateMilestone, ...]
    in_all: int
    ageing: tuple[AgeingLine, ...]


def overdue(reading: Reading, narrowing: Narrowing = EVERYTHING) -> Overdue:
    """What is overdue at a reading (six queries, however many there are)."""
    late = late_milestones(reading)
    ageless = replace(narrowing, band="")
    return Overdue(
        counted=tuple(row for row in late if not row.is_paused and narrowing.holds(row)),
        paused=tuple(row for row in late if row.is_paused and narrowing.holds(row)),
        in_all=sum(1 for row in late if not row.is_paused),
        ageing=tuple(ageing(row for row in late if not row.is_paused and ageless.holds(row))),
    )
