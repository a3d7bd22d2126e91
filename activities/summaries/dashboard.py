"""The figures of a plan's dashboard: two columns that are never mixed, where they disagree, what comes and what was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from activities.answering import Gap
from activities.contradictions import told
from activities.due_states import ACTIVITY_STATES, DueState, lateness
from activities.models import FocusArea
from activities.reading import Reading
from activities.statuses import BY_SEVERITY, DeliveryStatus
from activities.summaries.headline import finding, lede
from activities.summaries.picture import Picture
from activities.summaries.rows import Count, Piece, Rows, Sentence, activities
from activities.summaries.said import Said, last_by_activity, said
from agencies.models import Body
from tnoc_tracker.record.days import long_date

SHOWN = 8
"""So many lines a list on the dashboard has; the rest is one link away."""

RARE = (DueState.CLOSED,)
"""Due states left out of the column while no activity has them; the others keep their place from page to page."""


@dataclass(frozen=True)
class Disagreement:
    """An activity in a contradiction, or with nobody who answers for it, in sentences without full stops."""

    activity: Any
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class EmptyCollective:
    """A collective that holds roles in activities and has no members: a gap of its own."""

    body: Body
    activities: tuple[Any, ...]


@dataclass(frozen=True)
class FocusLine:
    """One focus area: its activities by delivery status."""

    area: FocusArea
    counts: dict[str, int]

    @property
    def rows(self) -> Rows:
        """The activities of the focus area."""
        return activities(focus=self.area.slug)

    def rows_with(self, status: str) -> Rows:
        """Those of them with a status."""
        return activities(focus=self.area.slug, status=status)


@dataclass(frozen=True)
class Ask:
    """What an activity off track asks of the Steering Group, and when it was said."""

    activity: Any
    said: Said


@dataclass(frozen=True)
class Coming:
    """A milestone that falls due next, its activity, and who answers for it."""

    milestone: Any
    activity: Any
    who: str


@dataclass(frozen=True)
class Told:
    """A status update beside its activity."""

    activity: Any
    said: Said


@dataclass(frozen=True)
class Dashboard:
    """Everything a plan's dashboard says; lists are complete, and the page decides how much of them it shows."""

    picture: Picture

    @property
    def total(self) -> int:
        """How many activities there are."""
        return len(self.picture.activities)

    @property
    def overdue_milestones(self) -> int:
        """The headline count: paused and finished activities left out."""
        return len(self.picture.milestones_in(DueState.OVERDUE))

    @property
    def finding(self) -> Sentence:
        """The heading."""
        return finding(self.picture)

    @property
    def lede(self) -> tuple[Sentence, ...]:
        """The counted sentences under it."""
        return lede(self.picture)

    @property
    def by_status(self) -> tuple[Count, ...]:
        """What people say: activities by delivery status, worst first; "no report yet" beside Not started."""
        return by_status(self.picture.activities)

    @property
    def by_due_state(self) -> tuple[Count, ...]:
        """What the dates say: activities by their worst milestone."""
        return by_due_state(self.picture.activities)

    @cached_property
    def updates(self) -> list[Said]:
        """The latest updates, and the last ones of activities that owe an explanation or ask something."""
        asked = (each.id for each in self.picture.activities if _is_quoted(each))
        return said(self.picture.reading, last_of=asked, lately=SHOWN)

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        """Where they disagree: contradictions, most days overdue first, then gaps, the oldest first."""
        return disagreements(self.picture, last_by_activity(self.updates))

    @property
    def contradictions(self) -> int:
        """How many activities are in a contradiction."""
        return sum(1 for each in self.picture.activities if each.contradiction)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The activities for which nobody answers."""
        return self.picture.gaps

    @cached_property
    def empty_collectives(self) -> list[EmptyCollective]:
        """Collectives without members and the activities that name them."""
        return empty_collectives(self.picture)

    @cached_property
    def focus_lines(self) -> list[FocusLine]:
        """Each focus area with its activities by delivery status."""
        return focus_lines(self.picture)

    @cached_property
    def asks(self) -> list[Ask]:
        """What is asked of the Steering Group, the latest first."""
        return asks(self.picture, last_by_activity(self.updates))

    @cached_property
    def coming(self) -> list[Coming]:
        """Every milestone still to come, soonest first."""
        states = (DueState.DUE_THIS_QUARTER, DueState.DUE_NEXT_QUARTER, DueState.LATER)
        return [self._coming(milestone) for milestone in self.picture.milestones_in(*states)]

    def _coming(self, milestone: Any) -> Coming:
        cast = self.picture.casts.get(milestone.activity_id)
        who = cast.answering_in_words if cast else ""
        return Coming(milestone, self.picture.by_id[milestone.activity_id], who)

    @property
    def lately(self) -> list[Told]:
        """The latest updates with their activities, newest first."""
        return [Told(self.picture.by_id[each.update.activity_id], each) for each in self.updates[:SHOWN]]


def by_status(rows: Iterable[Any]) -> tuple[Count, ...]:
    """Activities by delivery status, worst first, every status in its place."""
    rows = tuple(rows)
    counts = Counter(activity.status for activity in rows)
    silent = no_report_yet(rows)
    note: Sentence = ()
    if silent:
        note = (Piece(f"{silent} no report yet", activities(status=DeliveryStatus.NOT_STARTED.value, reported="no")),)
    return tuple(
        Count(
            counts[status],
            activities(status=status.value),
            status=status.value,
            note=note if status is DeliveryStatus.NOT_STARTED else (),
        )
        for status in BY_SEVERITY
    )


def no_report_yet(rows: Iterable[Any]) -> int:
    """How many of some activities are not started and have no report by a person: counted with Not started."""
    return sum(1 for each in rows if each.status == DeliveryStatus.NOT_STARTED and each.reported_at is None)


def by_due_state(rows: Iterable[Any]) -> tuple[Count, ...]:
    """Activities by due state, most pressing first; the paused ones always beside the overdue ones."""
    counts = Counter(activity.due_state for activity in rows)
    return tuple(
        Count(
            counts[state],
            activities(due=state.value),
            label=str(state.label),
            strong=state is DueState.OVERDUE,
        )
        for state in ACTIVITY_STATES
        if counts[state] or state not in RARE
    )


def _is_quoted(activity: Any) -> bool:
    """Whether what was said last of it is quoted: an explanation on track, or an ask off track."""
    return bool(activity.contradiction == "on_track_overdue" or activity.status == DeliveryStatus.OFF_TRACK)


def disagreements(picture: Picture, last: dict[int, Said]) -> list[Disagreement]:
    """Contradictions and accountability gaps, one line an activity."""
    gaps = {gap.activity.id: gap for gap in picture.gaps}
    found = []
    for activity in picture.activities:
        contradiction, gap = told(activity, picture.reading), gaps.get(activity.id)
        if not contradiction and not gap:
            continue
        sentences = [contradiction] if contradiction else []
        explained = last.get(activity.id)
        if explained and activity.contradiction == "on_track_overdue" and explained.update.explanation:
            sentences.append(f"Explained on {long_date(explained.on)}")
        if gap:
            sentences.append(gap.in_words)
        days = lateness(activity.due_on, activity.due_counted_on) if contradiction else 0
        key = (not contradiction, -days, -(gap.days if gap else 0), activity.position)
        found.append((key, Disagreement(activity, tuple(sentences))))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def empty_collectives(picture: Picture) -> list[EmptyCollective]:
    """Collectives without members, with the activities that are not finished in which they hold a role."""
    held = {each.id: picture.casts[each.id].roles for each in picture.activities if each.id in picture.casts}
    return to_be_set(
        (role.body, activity)
        for activity in picture.activities
        for role in held.get(activity.id, ())
        if role.membership_to_be_set
    )


def to_be_set(named: Iterable[tuple[Body | None, Any]]) -> list[EmptyCollective]:
    """The same from collectives without members, each with an activity that names it; finished ones are left out."""
    found: dict[int, tuple[Body, list[Any]]] = {}
    for body, activity in named:
        if body is not None and not activity.is_finished:
            rows = found.setdefault(body.id, (body, []))[1]
            if activity not in rows:
                rows.append(activity)
    return [EmptyCollective(body, tuple(rows)) for body, rows in found.values()]


def focus_lines(picture: Picture) -> list[FocusLine]:
    """Each focus area in order; one without activities keeps its line."""
    counts: dict[int, Counter[str]] = {area.id: Counter() for area in picture.reading.focus_areas}
    for activity in picture.activities:
        counts[activity.focus_area_id][activity.status] += 1
    return [FocusLine(area, dict(counts[area.id])) for area in picture.reading.focus_areas]


def focus_in_a_sentence(lines: Iterable[FocusLine]) -> str:
    """The bars in words: where those are that are off track or at risk."""
    troubled = {
        line.area.code: line.counts.get(DeliveryStatus.OFF_TRACK, 0) + line.counts.get(DeliveryStatus.AT_RISK, 0)
        for line in lines
    }
    total = sum(troubled.values())
    if not total:
        return "No activity is off track or at risk."
    code, most = max(troubled.items(), key=lambda pair: pair[1])
    if total == 1:
        return f"The one activity that is off track or at risk is in {code}."
    if most == total:
        return f"All {total} activities that are off track or at risk are in {code}."
    return f"{code} has {most} of the {total} activities that are off track or at risk."


def asks(picture: Picture, last: dict[int, Said]) -> list[Ask]:
    """The asks of activities that are off track, as said last; the latest first."""
    found = [
        Ask(activity, last[activity.id])
        for activity in picture.activities
        if activity.status == DeliveryStatus.OFF_TRACK and activity.id in last and last[activity.id].update.ask
    ]
    return sorted(found, key=lambda ask: ask.said.update.at, reverse=True)


def dashboard(reading: Reading) -> Dashboard:
    """The dashboard of a plan at a reading: seven queries, however many activities there are."""
    return Dashboard(Picture(reading))
