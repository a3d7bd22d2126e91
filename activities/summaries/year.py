"""The plan's year as rows of the timeline: a mark per milestone, in words as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

from activities.answering import Cast
from activities.charts import TimelineMark, TimelineRow
from activities.due_states import DELIVERED, PAST_DUE, DueState, in_words
from activities.models import MilestoneKind
from activities.reading import Reading
from activities.summaries.headline import be, numbered
from activities.summaries.lateness import answering_ids
from activities.summaries.picture import SETS, Picture, days_late, is_past_due
from activities.summaries.slippage import often
from tnoc_tracker.record.days import long_date

UNDATED = {
    MilestoneKind.EXTERNAL: "depends on others",
    MilestoneKind.TO_BE_DECIDED: "to be decided",
}
"""What stands at the edge for a milestone without a date."""

_TO_COME = (DueState.DUE_THIS_QUARTER, DueState.DUE_NEXT_QUARTER, DueState.LATER)

AFTERWARDS = timedelta(days=366)
"""The chart goes on for so long after the plan's end where dates were moved there, or something is still late."""


@dataclass(frozen=True)
class Dated:
    """A milestone in words, beside its activity: a line of the timeline's table."""

    activity: Any
    milestone: Any
    reading: Reading

    @property
    def due_in_words(self) -> str:
        """What the dates say: ``46 days overdue``, ``delivered on time``, ``due this quarter``."""
        row = self.milestone
        asks = self.reading.still_asks(row.activity_id, row.due_state)
        return in_words(row.due_state, days_late(row), is_start=row.is_start, return_open=asks)

    @property
    def is_late(self) -> bool:
        """Whether its date has passed undelivered."""
        return is_past_due(self.milestone)

    @property
    def label(self) -> str:
        """``Strategy endorsed: due 31 December 2021, 46 days overdue``, with the original date where it moved."""
        return f"{self.milestone.name}: {', '.join(self._facts())}"

    def _facts(self) -> Iterable[str]:
        milestone = self.milestone
        if milestone.agreed_due is None:
            yield UNDATED.get(milestone.kind, "no date")
        else:
            yield f"{'to begin' if milestone.is_start else 'due'} by {long_date(milestone.agreed_due)}"
        if milestone.original_due and milestone.original_due != milestone.agreed_due:
            yield f"originally {long_date(milestone.original_due)}"
        if milestone.moves > 1:
            yield f"moved {often(milestone.moves)}"
        if milestone.delivered_on:
            yield f"{self.due_in_words} on {long_date(milestone.delivered_on)}"
        elif milestone.agreed_due is not None:
            yield self.due_in_words
        if forecast := expected(milestone):
            yield f"forecast for {long_date(forecast)}"


def expected(milestone: Any) -> date | None:
    """The forecast of a milestone that is open, where it is not the agreed date."""
    still_open = milestone.due_state in (*PAST_DUE, *_TO_COME)
    forecast: date | None = milestone.forecast
    return forecast if still_open and forecast != milestone.agreed_due else None


def dated(picture: Picture, milestones: Iterable[Any]) -> list[Dated]:
    """These milestones beside their activities, in the order given."""
    return [Dated(picture.by_id[milestone.activity_id], milestone, picture.reading) for milestone in milestones]


@dataclass(frozen=True)
class Year:
    """The activities of a timeline and the milestones drawn in their rows, both in plan order."""

    activities: tuple[Any, ...]
    milestones: tuple[Any, ...]


def year(picture: Picture, *, chosen: str = "", focus_area_id: int | None = None, body_id: int | None = None) -> Year:
    """The timeline, narrowed to a set of milestones, a focus area, or a body that answers; empty means everything.

    Where a set is chosen, only activities with a milestone in it have a row.
    """
    activities = [each for each in picture.activities if focus_area_id in (None, each.focus_area_id)]
    if body_id is not None:
        activities = [each for each in activities if body_id in answering_ids(picture.casts.get(each.id, Cast()))]
    ids = {each.id for each in activities}
    holds, on = SETS[chosen].holds if chosen else _every, picture.reading.on
    milestones = [each for each in picture.milestones if each.activity_id in ids and holds(each, on)]
    if chosen:
        ids = {each.activity_id for each in milestones}
    return Year(tuple(each for each in activities if each.id in ids), tuple(milestones))


def _every(milestone: Any, on: date) -> bool:
    return True


def rows_of_the_year(
    picture: Picture,
    activities: Iterable[Any],
    milestones: Iterable[Any],
    url: Callable[[Any], str],
    via: Mapping[int, tuple[date, ...]] = MappingProxyType({}),
) -> list[TimelineRow]:
    """A row per activity with its milestones; the focus area is named on the first row that belongs to it.

    ``url`` gives an activity's address; ``via`` the dates between the original and the agreed one, by milestone.
    """
    marks: dict[int, list[Any]] = defaultdict(list)
    for milestone in milestones:
        marks[milestone.activity_id].append(milestone)
    names = {area.id: str(area) for area in picture.reading.focus_areas}
    rows, group = [], None
    for activity in activities:
        begins = activity.focus_area_id != group
        group = activity.focus_area_id
        own = [Dated(activity, milestone, picture.reading) for milestone in marks[activity.id]]
        rows.append(
            TimelineRow(
                key=activity.key,
                number=activity.number,
                title=activity.heading,
                url=url(activity),
                withheld=activity.title_is_withheld,
                marks=tuple(
                    _mark(each, via.get(each.milestone.id, ())) for each in own if each.milestone.agreed_due is not None
                ),
                edge=_edge(activity, own),
                starts_group=names[activity.focus_area_id] if begins else None,
            )
        )
    return rows


def _mark(each: Dated, via: tuple[date, ...] = ()) -> TimelineMark:
    milestone = each.milestone
    return TimelineMark(
        kind=_kind(milestone),
        state=_state(milestone),
        on=milestone.agreed_due,
        original=milestone.original_due or milestone.agreed_due,
        label=each.label,
        until=milestone.counted_on if milestone.due_state in (DueState.DELIVERED_LATE, DueState.CLOSED) else None,
        forecast=expected(milestone),
        via=via,
    )


def _kind(milestone: Any) -> Literal["due", "start", "occurrence"]:
    if milestone.is_start:
        return "start"
    return "occurrence" if milestone.kind == MilestoneKind.OCCURRENCE else "due"


def _state(milestone: Any) -> Literal["delivered", "overdue", "to_come", "closed"]:
    if milestone.due_state in DELIVERED:
        return "delivered"
    if milestone.due_state == DueState.CLOSED:
        return "closed"
    return "overdue" if is_past_due(milestone) else "to_come"


def _edge(activity: Any, own: list[Dated]) -> str:
    if activity.timeframe_withheld:
        return "withheld"
    undated = [each.milestone for each in own if each.milestone.agreed_due is None]
    words = dict.fromkeys(UNDATED.get(milestone.kind, "no date") for milestone in undated)
    return ", ".join(words)


def last_day(picture: Picture) -> date:
    """Where the chart ends: at the plan's end, or the latest agreed or forecast date within a year of it, or today."""
    plan, on = picture.reading.plan, picture.reading.on
    limit = plan.ends_on + AFTERWARDS
    known = [day for each in picture.milestones for day in (each.agreed_due, expected(each)) if day]
    agreed = [day for day in known if day <= limit]
    late = [on] if on <= limit and any(is_past_due(each) for each in picture.milestones) else []
    latest: date = max([plan.ends_on, *agreed, *late])
    return latest


def how_far(milestones: list[Any]) -> str:
    """``4 of 24 milestones are delivered or begun, 5 are past their date``: a heading."""
    total = len(milestones)
    if not total:
        return "There is no milestone to show"
    met = sum(each.due_state in DELIVERED for each in milestones)
    past = sum(is_past_due(each) for each in milestones)
    first = (
        f"{met} of {numbered(total, 'milestone')} {be(met)}" if met else f"None of {numbered(total, 'milestone')} is"
    )
    second = f"{past} {be(past)} past {'its' if past == 1 else 'their'} date" if past else "none is past its date"
    return f"{first} delivered or begun, {second}"


def in_a_sentence(picture: Picture, milestones: list[Any]) -> str:
    """The timeline in words: ``Of 24 milestones, 4 are delivered or begun, 5 are past their date …``."""
    total = len(milestones)
    if not total:
        return "There is no milestone here."
    counts = (
        (sum(each.due_state in DELIVERED for each in milestones), "delivered or begun"),
        (sum(is_past_due(each) for each in milestones), "past their date"),
        (sum(each.due_state == DueState.CLOSED for each in milestones), "closed undelivered"),
        (sum(each.due_state == DueState.NO_DATE for each in milestones), "without a date"),
        (sum(each.due_state in _TO_COME for each in milestones), "still to come"),
    )
    named = [f"{count} {be(count)} {words}" for count, words in counts if count]
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    moved = sum(1 for each in milestones if each.moves)
    slipped = f" {numbered(moved, 'date')} {'has' if moved == 1 else 'have'} moved." if moved else ""
    return f"Of {numbered(total, 'milestone')}, {listed}.{slipped}"
