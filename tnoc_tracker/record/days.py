"""Days and moments: a day is a Pacific/Auckland date, a moment is an aware datetime.

Deadlines are met up to and including their last day on the Pacific/Auckland date, whatever the machine's zone.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AUCKLAND = ZoneInfo("Pacific/Auckland")
TICK = timedelta(microseconds=1)


def day_of(moment: datetime) -> date:
    """The Pacific/Auckland date of an aware moment; ``ValueError`` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone to have a day.")
    return moment.astimezone(AUCKLAND).date()


def start_of_day(day: date) -> datetime:
    """The first moment of a day in Pacific/Auckland."""
    return datetime.combine(day, time.min, AUCKLAND)


def end_of_day(day: date) -> datetime:
    """The last moment of a day in Pacific/Auckland: the next day's start less one microsecond."""
    return datetime.combine(day, time.max, AUCKLAND)


def moment_in_words(moment: datetime) -> str:
    """A moment as the product writes it: ``15 February 2022, 10:05 am``, in Pacific/Auckland."""
    local = moment.astimezone(AUCKLAND)
    return f"{long_date(local.date())}, {local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def long_date(day: date) -> str:
    """A date as the product writes it: ``31 December 2021``."""
    return f"{day.day} {day:%B} {day.year}"
