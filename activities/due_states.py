"""Due states: what the dates say of a milestone or an activity on a day. Computed, never typed.

The words and their order of severity live here; the annotation that computes them is
``MilestoneQuerySet.with_due_state``. Both take the day as an argument.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices


class DueState(TextChoices):
    """What the dates say, worst first: an activity takes its worst live milestone."""

    OVERDUE = "overdue", "Overdue"
    OVERDUE_PAUSED = "overdue_paused", "Overdue while paused"
    DUE_THIS_QUARTER = "due_this_quarter", "Due this quarter"
    DUE_NEXT_QUARTER = "due_next_quarter", "Due next quarter"
    LATER = "later", "Later"
    NO_DATE = "no_date", "No date"
    CLOSED = "closed", "Closed undelivered"
    DELIVERED_LATE = "delivered_late", "Delivered late"
    DELIVERED_ON_TIME = "delivered_on_time", "Delivered on time"
    REMOVED = "removed", "Removed"
    WITHHELD = "withheld", "Withheld"


SEVERITY: dict[DueState, int] = {state: rank for rank, state in enumerate(DueState, start=1)}

MEANINGS: dict[DueState, str] = {
    DueState.OVERDUE: "An agreed date has passed and the milestone is not delivered, or not begun. The day after "
    "the date counts as 1.",
    DueState.OVERDUE_PAUSED: "As overdue, but the activity is paused: left out of the headline count and always "
    "counted beside it.",
    DueState.DUE_THIS_QUARTER: "The agreed date lies in the present fiscal quarter, today included.",
    DueState.DUE_NEXT_QUARTER: "The agreed date lies in the next fiscal quarter.",
    DueState.LATER: "The agreed date lies after the next fiscal quarter.",
    DueState.NO_DATE: "To be decided, or dependent on somebody else’s process: never overdue, reviewed every quarter.",
    DueState.CLOSED: "The activity is finished and the milestone was never delivered; it keeps how late it was on "
    "that day.",
    DueState.DELIVERED_LATE: "Delivered, or begun, after the agreed date.",
    DueState.DELIVERED_ON_TIME: "Delivered, or begun, up to and including the agreed date.",
    DueState.REMOVED: "Removed by a recorded decision; it stays visible and counts nowhere.",
    DueState.WITHHELD: "The document withholds the timeframe: neither overdue nor without a date.",
}

ACTIVITY_STATES = tuple(state for state in DueState if state is not DueState.REMOVED)
"""The due states an activity can have: a removed milestone is not live."""

DELIVERED = (DueState.DELIVERED_ON_TIME, DueState.DELIVERED_LATE)
PAST_DUE = (DueState.OVERDUE, DueState.OVERDUE_PAUSED)


def days(count: int) -> str:
    """``1 day``, ``46 days``."""
    return "1 day" if count == 1 else f"{count} days"


RETURN_OPEN = " – return open"
"""What is added to lateness while whoever answers has still to be heard: “46 days overdue – return open”."""


def in_words(state: str, days_late: int, *, is_start: bool = False, return_open: bool = False) -> str:
    """A due state as a page prints it: ``46 days overdue``, ``not begun, 46 days``, ``delivered 12 days late``.

    ``return_open`` says that the reporting round still asks about it: ``46 days overdue – return open``.
    """
    verb = "begun" if is_start else "delivered"
    match DueState(state):
        case DueState.OVERDUE if return_open:
            late = f"{days(days_late)} overdue{RETURN_OPEN}"
            return f"not begun, {late}" if is_start else late
        case DueState.OVERDUE:
            return f"not begun, {days(days_late)}" if is_start else f"{days(days_late)} overdue"
        case DueState.OVERDUE_PAUSED:
            return f"paused, {days(days_late)} past its date" + (RETURN_OPEN if return_open else "")
        case DueState.DELIVERED_LATE:
            return f"{verb} {days(days_late)} late"
        case DueState.DELIVERED_ON_TIME:
            return f"{verb} on time"
        case DueState.CLOSED:
            return f"closed undelivered, {days(days_late)} late" if days_late else "closed undelivered"
        case known:
            return str(known.label).lower()


def counted_as(state: str, *, is_start: bool = False, return_open: bool = False) -> str:
    """What the days of a milestone past its date count: ``overdue``, ``not begun``, ``paused``; as above."""
    if state == DueState.OVERDUE_PAUSED:
        return "paused" + (RETURN_OPEN if return_open else "")
    if return_open:
        return ("not begun, overdue" if is_start else "overdue") + RETURN_OPEN
    return "not begun" if is_start else "overdue"


@dataclass(frozen=True)
class AgeingBand:
    """A band of lateness on the overdue page, in days, both ends inside; ``upto`` None is open."""

    key: str
    label: str
    over: int
    upto: int | None

    def holds(self, days_late: int) -> bool:
        """Whether this many days late falls into the band."""
        return days_late >= self.over and (self.upto is None or days_late <= self.upto)


AGEING = (
    AgeingBand("upto-30", "1–30 days", 1, 30),
    AgeingBand("31-90", "31–90 days", 31, 90),
    AgeingBand("91-180", "91–180 days", 91, 180),
    AgeingBand("over-180", "more than 180 days", 181, None),
)


def lateness(agreed: date | None, counted_on: date | None) -> int:
    """Days from the agreed date to the day on which lateness is counted; never negative, 0 without a date."""
    if agreed is None or counted_on is None:
        return 0
    return max(0, (counted_on - agreed).days)
