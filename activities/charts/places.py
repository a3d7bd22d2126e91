"""Where days stand on a chart of whole quarters, in percent of its width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from activities.quarters import MONTHS, FiscalQuarter


@dataclass(frozen=True)
class Column:
    """A quarter of a chart, beginning at ``x`` percent and ``width`` percent wide."""

    name: str
    months: str
    x: float
    width: float = 0.0

    @property
    def middle(self) -> float:
        """Where its name is centred."""
        return round(self.x + self.width / 2, 2)


def columns_of(quarters: Sequence[FiscalQuarter]) -> tuple[Column, ...]:
    """The quarters as equally wide columns."""
    return tuple(
        Column(f"Q{quarter.number}", _months(quarter), round(100 * i / len(quarters), 2), 100 / len(quarters))
        for i, quarter in enumerate(quarters)
    )


def quarters_of(first_day: date, last_day: date, starts_in: int) -> list[FiscalQuarter]:
    """Every quarter that holds a day from the first to the last."""
    if last_day < first_day:
        raise ValueError(f"A chart can't end on {last_day} before it begins on {first_day}.")
    quarters = [FiscalQuarter.of(first_day, starts_in)]
    while quarters[-1].last_day < last_day:
        quarters.append(quarters[-1].next())
    return quarters


def place_of(day: date, quarters: Sequence[FiscalQuarter]) -> float:
    """Where the day ends, in percent: a quarter's last day stands on its right border."""
    for i, quarter in enumerate(quarters):
        if day <= quarter.last_day:
            length = (quarter.last_day - quarter.first_day).days + 1
            passed = max((day - quarter.first_day).days + 1, 0)
            return round(100 * (i + passed / length) / len(quarters), 2)
    return 100.0


def _months(quarter: FiscalQuarter) -> str:
    """The quarter's months: ``Jul – Sep 2021``."""
    first, last = quarter.first_day, quarter.last_day
    return f"{MONTHS[first.month - 1][:3]} – {MONTHS[last.month - 1][:3]} {last.year}"
