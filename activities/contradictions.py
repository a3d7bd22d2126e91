"""Contradictions: where what people say and what the dates say cannot both be right. The standing list.

One table, asked by the dashboard, the filter of the activity list, the pages of bodies, and by a return while it is
written. Each contradiction is about one delivery status, so an activity is in one of them at most. Source: the
tracking rules, "Contradictions".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
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
    ``told`` says it of one activity found, as a sentence without a full stop. ``against`` says of a milestone what
    speaks against reporting the status on a day, nothing where it does not; ``ways`` are the ways out of that.
    """

    key: str
    status: DeliveryStatus
    sentence: str
    found: Callable[[Reading], Q]
    told: Callable[[Any, Reading], str]
    against: Callable[[Any, date], str] = lambda milestone, on: ""
    ways: tuple[str, ...] = ()


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


def how_late(milestone: Any, on: date) -> str:
    """``is 46 days overdue``, ``was to begin 46 days ago``: of an open milestone; empty where it is not late."""
    late = lateness(milestone.agreed_due, on) if milestone.is_open else 0
    words = "was to begin {} ago" if milestone.is_start else "is {} overdue"
    return words.format(days(late)) if late else ""


def _is_late_or_begun(milestone: Any, on: date) -> str:
    begun: date | None = milestone.delivered_on if milestone.is_start and lateness(milestone.agreed_due, on) else None
    return f"began on {long_date(begun)}" if begun and milestone.removed_on is None else how_late(milestone, on)


def _is_still_open(milestone: Any, on: date) -> str:
    return "is still open" if milestone.is_open else ""


REPORT, PROPOSE = "report it", "propose a new date"
"""Ways out that are not always there: while others work on their parts, and while another date waits for an answer."""

TABLE: tuple[Contradiction, ...] = (
    Contradiction(
        "on_track_overdue",
        DeliveryStatus.ON_TRACK,
        "On track, but a milestone is overdue.",
        _overdue,
        _tell_on_track,
        how_late,
        (REPORT, PROPOSE, "explain why it is on track all the same"),
    ),
    Contradiction(
        "not_started_late",
        DeliveryStatus.NOT_STARTED,
        "Not started, but a milestone is overdue or the date on which it was to begin has passed.",
        _overdue_or_start_passed,
        _tell_not_started,
        _is_late_or_begun,
        (PROPOSE, "choose another status"),
    ),
    Contradiction(
        "completed_open",
        DeliveryStatus.COMPLETED,
        "Completed, but a milestone is still open.",
        _open_milestone,
        _tell_completed,
        _is_still_open,
        (REPORT, "have it formally removed first"),
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


def put(status: DeliveryStatus, milestones: Iterable[Any], on: date, *, reports: bool = True) -> list[str]:
    """What speaks against a status, put to whoever is about to report it: a sentence for each milestone.

    ``milestones`` are the activity's, of ``with_waiting``; ``reports`` says whether they can be reported with it:
    while others work on their parts they cannot, and keep no part open.
    """
    found = against(status, milestones, on, reports=reports)
    return [_put(_about(status), each, words, reports) for each, words in found]


def against(
    status: DeliveryStatus, milestones: Iterable[Any], on: date, *, reports: bool = True
) -> list[tuple[Any, str]]:
    """The milestones that speak against a status on a day, each with what it says: ``is 46 days overdue``."""
    if not any(each.status is status for each in TABLE) or (status is DeliveryStatus.COMPLETED and not reports):
        return []
    found = ((each, _about(status).against(each, on)) for each in milestones)
    return [(each, words) for each, words in found if words]


def _about(status: DeliveryStatus) -> Contradiction:
    return next(each for each in TABLE if each.status is status)


def _put(entry: Contradiction, milestone: Any, words: str, reports: bool) -> str:
    """``You say On track; “Strategy endorsed” is 46 days overdue: report it delivered, propose a new date or …``."""
    met = f"{REPORT} {'begun' if milestone.is_start else 'delivered'}"
    possible = {REPORT: met if reports else "", PROPOSE: "" if milestone.proposal or not milestone.is_open else PROPOSE}
    ways = [way for each in entry.ways if (way := possible.get(each, each))]
    listed = ", ".join(ways[:-1]) + (" or " if ways[1:] else "") + ways[-1]
    waits = ", and a new date waits for an answer" if milestone.proposal else ""
    return f"You say {entry.status.label}; “{milestone.full_name}” {words}{waits}: {listed}."
