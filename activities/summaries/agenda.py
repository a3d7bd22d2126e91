"""What the register suggests for an agenda of the Steering Group, in the order in which an agenda is made.

Asks first, the worst status before the others; then what is off track or overdue and asks nothing, most days first;
then what nobody answers for, the oldest first; then proposed dates that need the group, the soonest first; then what
is to be paused or closed. An activity that is unfinished after its plan's period is to be closed or carried over, and
stands there instead of among the late ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from activities.answering import Gap
from activities.contradictions import how_late
from activities.decisions import AgendaKind, needs_the_group
from activities.due_states import DueState, days
from activities.models import Activity, StatusUpdate
from activities.reading import Reading
from activities.statuses import MEANINGS, DeliveryStatus
from activities.summaries.picture import Picture, days_late
from activities.summaries.proposals import WaitingDate
from tnoc_tracker.record.days import long_date

NO_REPORT = "Nobody has reported on it yet."


@dataclass(frozen=True)
class Suggestion:
    """One thing to put before the group. ``source`` stays the same for the same thing: it is brought in once."""

    kind: AgendaKind
    source: str
    heading: str
    text: str = ""
    activity_id: int | None = None
    part_id: int | None = None
    milestone_id: int | None = None
    proposal_id: int | None = None
    seeks_decision: bool = False


def suggested(reading: Reading) -> list[Suggestion]:
    """What stands in the register for the group, as of the reading (five queries, whatever there is)."""
    ground = _Ground(Picture(reading))
    return [*_asks(ground), *_late(ground), *_gaps(ground), *_new_dates(ground), *_to_stop(ground)]


# What was said last ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spoken:
    """The latest word on an unfinished activity, or on a live part of it that is not finished."""

    update: Any
    activity: Any
    part: Any
    about: str

    @property
    def heading(self) -> str:
        """``17 Information sharing training (Police)``."""
        return f"{self.activity} ({self.about})" if self.about else str(self.activity)

    @property
    def worst_first(self) -> tuple[int, int, int]:
        """A sorting key: the worst status, then the plan's order."""
        severity = MEANINGS[DeliveryStatus(self.update.to_status)].severity
        return severity, self.activity.position, self.part.position if self.part else 0

    @property
    def in_words(self) -> str:
        """``Off track (Police): The vendor is late.`` with its full stop."""
        return f"{self.update.after.label}{f' ({self.about})' if self.about else ''}: {_sentence(self.update.why)}"

    @property
    def forecast(self) -> str:
        """``Forecast: 30 June 2022.``; empty where nothing is said of it."""
        said = self.update
        if said.forecast:
            return f"Forecast: {long_date(said.forecast)}."
        return "It cannot be forecast." if said.cannot_forecast else ""


def _sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True)
class _Ground:
    """The rows of a reading that an agenda is made from, fetched once."""

    picture: Picture

    @property
    def reading(self) -> Reading:
        """The reading."""
        return self.picture.reading

    @cached_property
    def unfinished(self) -> list[Any]:
        """The activities that are not finished, in plan order."""
        return [each for each in self.picture.activities if not each.is_finished]

    @cached_property
    def parts(self) -> dict[int, list[Any]]:
        """Live parts by activity, in their order."""
        found: dict[int, list[Any]] = defaultdict(list)
        for part in self.reading.parts:
            found[part.activity_id].append(part)
        return found

    @cached_property
    def spoken(self) -> dict[int, list[_Spoken]]:
        """The latest words by activity, the worst first: of each live part where there are any, else of the activity.

        The Secretariat's own word on a whole with parts stands until the next update of a part.
        """
        found: dict[int, list[_Spoken]] = defaultdict(list)
        open_ones = {each.id: each for each in self.unfinished}
        for update in self.reading.known(StatusUpdate.objects.filter(id__in=_last_ids(self.reading))):
            activity = open_ones.get(update.activity_id)
            parts = {part.id: part for part in self.parts.get(update.activity_id, ())}
            part = parts.get(update.part_id)
            overtaken = parts and update.part_id is not None and part is None
            if activity is None or overtaken or (part and part.is_finished):
                continue
            found[activity.id].append(_Spoken(update, activity, part, self.label(part)))
        return {key: sorted(said, key=lambda each: each.worst_first) for key, said in found.items()}

    def label(self, part: Any) -> str:
        """``Police – financial sector``; empty without a part."""
        if part is None:
            return ""
        label = self.reading.bodies[part.body_id].label
        return f"{label} – {part.scope}" if part.scope else label

    @cached_property
    def asking(self) -> list[_Spoken]:
        """The latest words that carry an ask of the group, the worst status first."""
        every = (each for said in self.spoken.values() for each in said)
        return sorted((each for each in every if each.update.ask), key=lambda each: each.worst_first)

    @cached_property
    def overdue(self) -> dict[int, list[Any]]:
        """The overdue milestones of each activity, most days first."""
        found: dict[int, list[Any]] = defaultdict(list)
        for milestone in self.picture.milestones_in(DueState.OVERDUE):
            found[milestone.activity_id].append(milestone)
        return found

    @cached_property
    def is_over(self) -> bool:
        """Whether the plan's period has ended."""
        return self.reading.on > self.reading.plan.ends_on

    @property
    def counted_on(self) -> str:
        """The day on which days are counted: the words stay on the agenda, and go on being true."""
        return f"Position on {long_date(self.reading.on)}."

    def stands(self, activity: Any) -> str:
        """How late an activity is, what was said of it last, and the forecast, in sentences."""
        late = self.overdue.get(activity.id, [])
        words = [_late_words(each, self.reading.on) for each in late]
        if activity.id not in self.spoken:
            return " ".join([*words, NO_REPORT, self.counted_on])
        said = self.spoken[activity.id][0]
        told = any(each.forecast for each in late)  # beside the milestone that it is for
        return " ".join(filter(None, [*words, said.in_words, "" if told else said.forecast, self.counted_on]))


def _last_ids(reading: Reading) -> QuerySet[Any, Any]:
    """The last update of each present activity, and of each live part: ids, for one query over both.

    An update is never altered and is known from ``at`` on, so that the live rows tell what was said by then.
    """
    said: Any = StatusUpdate.objects.order_by()
    of_activity = said.filter(activity_id=OuterRef("id"), number=OuterRef("updates"))
    of_part = said.filter(part_id=OuterRef("id"))
    if reading.at is not None:
        of_part = of_part.filter(at__lte=reading.at)
    present: Any = reading.rows(Activity).filter(withdrawn_on=None).order_by()
    whole = present.annotate(last=Subquery(of_activity.values("id")[:1])).values("last")
    newest = Subquery(of_part.order_by("-number").values("id")[:1])
    found: QuerySet[Any, Any] = whole.union(reading.parts.order_by().annotate(last=newest).values("last"), all=True)
    return found


def _late_words(milestone: Any, on: date) -> str:
    """``“Strategy endorsed” is 46 days overdue (31 December 2021), forecast 30 June 2022.`` with its full stop."""
    forecast = f", forecast {long_date(milestone.forecast)}" if milestone.forecast else ""
    return f"“{_named(milestone)}” {how_late(milestone, on)} ({long_date(milestone.agreed_due)}){forecast}."


def _named(milestone: Any) -> str:
    return f"{milestone.name} {milestone.occurrence}" if milestone.occurrence else str(milestone.name)


# The five kinds --------------------------------------------------------------------------------------------------


def _asks(ground: _Ground) -> list[Suggestion]:
    """The asks as last said of what is unfinished: their own words."""
    return [
        Suggestion(
            AgendaKind.ASK,
            f"ask:update-{each.update.id}",
            each.heading,
            each.update.ask,
            each.activity.id,
            part_id=each.part.id if each.part else None,
            seeks_decision=True,
        )
        for each in ground.asking
    ]


def _late(ground: _Ground) -> list[Suggestion]:
    """What is off track or overdue and asks nothing: how late, why, and until when."""
    if ground.is_over:
        return []
    ask = {each.activity.id for each in ground.asking}
    found = [
        each
        for each in ground.unfinished
        if each.id not in ask and (each.id in ground.overdue or each.status == DeliveryStatus.OFF_TRACK)
    ]
    return [_about_late(ground, each) for each in sorted(found, key=lambda each: _most_days_first(ground, each))]


def _most_days_first(ground: _Ground, activity: Any) -> tuple[int, int]:
    late = ground.overdue.get(activity.id, ())
    return -max(map(days_late, late), default=0), activity.position


def _about_late(ground: _Ground, activity: Any) -> Suggestion:
    late = ground.overdue.get(activity.id, ())
    return Suggestion(
        AgendaKind.LATE,
        f"late:activity-{activity.id}",
        str(activity),
        ground.stands(activity),
        activity.id,
        milestone_id=late[0].id if len(late) == 1 else None,
    )


def _gaps(ground: _Ground) -> list[Suggestion]:
    """The activities for which nobody answers, the oldest gap first; a gap that opens again is another one."""
    return [_about_gap(ground, each) for each in ground.picture.gaps]


def _about_gap(ground: _Ground, gap: Gap) -> Suggestion:
    activity = gap.activity
    source = f"gap:activity-{activity.id}:{gap.since.isoformat()}"
    words = f"{gap.in_words}, {gap.since_in_words}. {ground.counted_on}"
    return Suggestion(AgendaKind.GAP, source, str(activity), words, activity.id, seeks_decision=True)


def _new_dates(ground: _Ground) -> list[Suggestion]:
    """The proposed dates that need the group (``decisions.needs_the_group``), the soonest agreed date first."""
    plan = ground.reading.plan
    found = [
        each
        for each in ground.picture.waiting_dates
        if each.milestone.is_open
        and not each.activity.is_finished
        and each.milestone.agreed_due is not None
        and needs_the_group(plan.quarter_of(each.milestone.agreed_due), plan.quarter_of(each.waiting.proposed_due))
    ]
    return [_about_date(each) for each in sorted(found, key=lambda each: ground.picture.by_date(each.milestone))]


def _about_date(each: WaitingDate) -> Suggestion:
    agreed, proposed = each.milestone.agreed_due, each.waiting.proposed_due
    moves = f"From {long_date(agreed)} to {long_date(proposed)}, {days((proposed - agreed).days)} later."
    return Suggestion(
        AgendaKind.NEW_DATE,
        f"date:proposal-{each.waiting.id}",
        f"{each.activity} – {_named(each.milestone)}",
        f"{moves} {_sentence(each.waiting.reason)} Asked by {each.asked_by}.",
        each.activity.id,
        milestone_id=each.milestone.id,
        proposal_id=each.waiting.id,
        seeks_decision=True,
    )


def _to_stop(ground: _Ground) -> list[Suggestion]:
    """Pauses to be reviewed by the end of the next quarter; then what is unfinished after the plan's period."""
    reviews = [found for each in ground.unfinished for found in _reviews(ground, each)]
    if not ground.is_over:
        return reviews
    reviewed = {each.activity_id for each in reviews}
    return [*reviews, *(_about_end(ground, each) for each in ground.unfinished if each.id not in reviewed)]


def _reviews(ground: _Ground, activity: Any) -> Iterable[Suggestion]:
    """The reviews of an activity's pause; where parts are paused, of each of theirs."""
    paused = [each for each in ground.parts.get(activity.id, ()) if each.status == DeliveryStatus.PAUSED]
    for part in paused:
        if part.review_date <= ground.reading.horizon.next_quarter_ends:
            yield _about_review(ground, activity, part)
    due = activity.status == DeliveryStatus.PAUSED and activity.review_date is not None
    if not paused and due and activity.review_date <= ground.reading.horizon.next_quarter_ends:
        yield _about_review(ground, activity, None)


def _about_review(ground: _Ground, activity: Any, part: Any) -> Suggestion:
    row = part or activity
    key = f"part-{part.id}" if part else f"activity-{activity.id}"
    said = next((each.update for each in ground.spoken.get(activity.id, ()) if each.part == part), None)
    decision = f" by decision {said.decision_reference}" if said and said.decision_reference else ""
    when = f"{'was' if row.review_date < ground.reading.on else 'is'} due on {long_date(row.review_date)}"
    return Suggestion(
        AgendaKind.STOP,
        f"review:{key}:{row.review_date.isoformat()}",
        f"{activity} ({ground.label(part)})" if part else str(activity),
        f"Paused{decision}. The review of the pause {when}.",
        activity.id,
        part_id=part.id if part else None,
        seeks_decision=True,
    )


def _about_end(ground: _Ground, activity: Any) -> Suggestion:
    ended = long_date(ground.reading.plan.ends_on)
    return Suggestion(
        AgendaKind.STOP,
        f"end:activity-{activity.id}",
        str(activity),
        f"Not finished when the plan’s period ended on {ended}. {ground.stands(activity)}",
        activity.id,
    )
