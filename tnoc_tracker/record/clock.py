"""The clock: what time it is for the register, read at the edges only (views, commands).

A demonstration pretends a date and keeps the real time of day; everything below the edges takes ``at`` or
``on`` as an argument. Cookies, lock-outs and written-at times use ``machine_now`` and never pretend.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings

from tnoc_tracker.record.days import AUCKLAND, day_of


def machine_now() -> datetime:
    """The machine's own time, never given by anybody and never pretended."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Tells the moment that counts for the register; ``pretended`` is a demonstration's date."""

    pretended: date | None = None

    def now(self) -> datetime:
        """The present moment: real, or the pretended date at the real time of day."""
        real = machine_now()
        if self.pretended is None:
            return real
        time_of_day = real.astimezone(AUCKLAND).time()
        return datetime.combine(self.pretended, time_of_day, AUCKLAND)

    def today(self) -> date:
        """The present Pacific/Auckland date."""
        return day_of(self.now())


def the_clock() -> Clock:
    """The clock of this installation, from the setting ``TNOC_TODAY``."""
    return Clock(settings.TNOC_TODAY)
