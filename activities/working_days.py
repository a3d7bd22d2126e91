"""Working days: the one function that says which days count, for returns that are due and for reminders.

Not working days: Saturdays and Sundays, New Zealand's national public holidays (Matariki included, and the day on
which one is observed), and 25 December to 15 January (Official Information Act 1982, section 2(1), "working day").
An installation adds its own closed days (setting ``CLOSED_DAYS``). Provincial anniversary days do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which days are working days; ``closed`` are days on which this installation does not work besides."""

    closed: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def closed_on(cls, days: Iterable[date]) -> Calendar:
        """The calendar of an installation with further closed days."""
        return cls(frozenset(days))

    def is_working_day(self, day: date) -> bool:
        """Whether people can be expected to work on a day."""
        return not (day.weekday() >= 5 or _in_summer_recess(day) or day in self.closed or day in _public(day.year))

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day (1 is the next one); the day itself for 0. Not negative."""
        if count < 0:
            raise ValueError("Working days are counted forwards.")
        while count:
            day += DAY
            count -= self.is_working_day(day)
        return day

    def upto(self, day: date) -> date:
        """The latest working day that is not after a day: the day itself where it is one."""
        while not self.is_working_day(day):
            day -= DAY
        return day

    def until(self, day: date, due: date) -> int:
        """How many working days are left from a day to a due day; negative after it.

        Counted are the working days after the earlier of the two, up to and including the later: 0 on the due day,
        and on the closed days beside it.
        """
        first, last = sorted((day, due))
        count = sum(self.is_working_day(first + DAY * each) for each in range(1, (last - first).days + 1))
        return count if day <= due else -count


def _in_summer_recess(day: date) -> bool:
    """25 December to 15 January, both inside."""
    return (day.month == 12 and day.day >= 25) or (day.month == 1 and day.day <= 15)


@cache
def _public(year: int) -> frozenset[date]:
    """The national public holidays of a year, and the days on which they are observed."""
    return frozenset(holidays.country_holidays("NZ", years=year, observed=True))
