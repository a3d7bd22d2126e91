"""Contradictions: where what people say and what the dates say cannot both be right. The standing list.

One table, asked by the dashboard, the filter of the activity list and the pages of bodies. Each contradiction is
about one delivery status, so an activity is in one of them at most. Source: the tracking rules, "Contradictions".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, Q, Value, When

from activities.due_states import RETURN_OPEN, DueState, days, lateness
from activities.models import Milestone, MilestoneKind
from activities.querysets import ActivityQuerySet
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from tnoc_tracker.record.days import day_of, long_date, start_of_day


@dataclass(frozen=True)
class Contradiction:
    """One line of the table.

    ``sentence`` names it in general; ``found`` gives the condition that holds for ``reading.activities``;
    ``told`` says it of one activity found, as a sentence without a full stop.
    """

    key: str
    status: DeliveryStatus
    sentence: str
    found: Callable[[Reading], Q]
    told: Callable[[Any, Reading], str]


def _milestones_of_activity(reading: Reading) -> Any:
    return reading.beside(Milestone, activity_id="id").order_by()


def _overdue(reading: Reading) -> Q:
    return Q(due_state=DueState.OVERDUE)


def _overdue_or_start_passed(reading: Reading) -> Q:
    starts = _milestones_of_activity(reading).live().filter(kind=MilestoneKind.START, agreed_due__lt=reading.on)
    return _overdue(reading) | Q(Exists(starts))


def _open_milestone(reading: Reading) -> Q:
    return Q(Exists(_milestones_of_activity(reading).still_open()))


def quarter_began(reading: Reading) -> datetime:
    """The moment since which an activity at risk is to be reported on: the start of the fiscal quarter."""
    return start_of_day(reading.quarter.first_day)


def _silent_this_quarter(reading: Reading) -> Q:
    return Q(reported_at=None) | Q(reported_at__lt=quarter_began(reading))


def _review_passed(reading: Reading) -> Q:
    return Q(review_date__lt=reading.on)


def _days_overdue(activity: Any, reading: Reading) -> str:
    late = days(lateness(activity.due_on, activity.due_counted_on))
    words = f"not begun {late} after its date" if activity.due_kind == MilestoneKind.START else f"{late} overdue"
    return words + (RETURN_OPEN if reading.still_asks(activity.id, activity.due_state) else "")


def _tell_on_track(activity: Any, reading: Reading) -> str:
    return f"On track, but {_days_overdue(activity, reading)}"


def _tell_not_started(activity: Any, reading: Reading) -> str:
    if activity.due_state == DueState.OVERDUE and activity.due_kind != MilestoneKind.START:
        return f"Not started, but {_days_overdue(activity, reading)}"
    return "Not started, but the date by which it was to begin has passed"


def _tell_completed(activity: Any, reading: Reading) -> str:
    return "Completed, but a milestone is still open"


def _tell_silent(activity: Any, reading: Reading) -> str:
    if activity.reported_at is None:
        return "At risk, but nobody has reported on it"
    return f"At risk, but not reported on this quarter; last on {long_date(day_of(activity.reported_at))}"


def _tell_review(activity: Any, reading: Reading) -> str:
    return f"Paused, but its review was due on {long_date(activity.review_date)}"


TABLE: tuple[Contradiction, ...] = (
    Contradiction(
        "on_track_overdue",
        DeliveryStatus.ON_TRACK,
        "On track, but a milestone is overdue.",
        _overdue,
        _tell_on_track,
    ),
    Contradiction(
        "not_started_late",
        DeliveryStatus.NOT_STARTED,
        "Not started, but a milestone is overdue or the date on which it was to begin has passed.",
        _overdue_or_start_passed,
        _tell_not_started,
    ),
    Contradiction(
        "completed_open",
        DeliveryStatus.COMPLETED,
        "Completed, but a milestone is still open.",
        _open_milestone,
        _tell_completed,
    ),
    Contradiction(
        "at_risk_silent",
        DeliveryStatus.AT_RISK,
        "At risk, but nobody has reported on it this fiscal quarter.",
        _silent_this_quarter,
        _tell_silent,
    ),
    Contradiction(
        "paused_past_review",
        DeliveryStatus.PAUSED,
        "Paused, but the day on which the pause was to be reviewed has passed.",
        _review_passed,
        _tell_review,
    ),
)

BY_KEY: dict[str, Contradiction] = {entry.key: entry for entry in TABLE}


def _condition(entry: Contradiction, reading: Reading) -> Q:
    return Q(status=entry.status) & entry.found(reading)


def contradicting(reading: Reading) -> Q:
    """The condition for the reading's activities that are in any contradiction: a filter of lists."""
    condition = Q()
    for entry in TABLE:
        condition |= _condition(entry, reading)
    return condition


def marked(reading: Reading, activities: ActivityQuerySet) -> ActivityQuerySet:
    """The activities, annotated with the key of their ``contradiction``; an empty text where there is none."""
    cases = (When(_condition(entry, reading), then=Value(entry.key)) for entry in TABLE)
    found: ActivityQuerySet = activities.annotate(
        contradiction=Case(*cases, default=Value(""), output_field=CharField())
    )
    return found


def told(activity: Any, reading: Reading) -> str:
    """The contradiction of a marked activity as a sentence without a full stop; empty where there is none."""
    return BY_KEY[activity.contradiction].told(activity, reading) if activity.contradiction else ""
