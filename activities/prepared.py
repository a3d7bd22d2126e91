"""Questions about a reading whose SQL is put together once (see ``tnoc_tracker.record.prepared``)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from activities.models import ActionPlan
from tnoc_tracker.record.days import end_of_day, start_of_day
from tnoc_tracker.record.prepared import Listing, ask

SAMPLES = (date(2077, 2, 15), date(2088, 8, 20))
"""Days that stand nowhere else in a query, and neither do the ends of their quarters."""


@dataclass(frozen=True)
class _Position:
    """What a queryset takes from a ``Reading``: the plan's id, the day with its quarter, the moment."""

    whole: Any

    @property
    def shape(self) -> Hashable:
        """Now and the past are asked differently."""
        return bool(self.whole.is_past)

    def values(self) -> Mapping[str, Any]:
        """Every value, by name."""
        reading, horizon = self.whole, self.whole.horizon
        found = {
            "plan": reading.plan.id,
            "on": horizon.on,
            "quarter_ends": horizon.quarter_ends,
            "next_quarter_ends": horizon.next_quarter_ends,
            "quarter_began": start_of_day(reading.quarter.first_day),
        }
        return {**found, "at": reading.at} if reading.is_past else found

    def sample(self, series: int) -> _Position:
        """A reading of no plan, on a day to come."""
        on = SAMPLES[series - 1]
        plan = ActionPlan(id=700_000_000 + series, fiscal_year_starts_in=self.whole.plan.fiscal_year_starts_in)
        return _Position(replace(self.whole, plan=plan, on=on, at=end_of_day(on) if self.whole.is_past else None))


def asked_of(reading: Any, build: Callable[..., QuerySet[Any]], **given: Any) -> list[Any]:
    """The rows of ``build(reading, **given)`` for a ``Reading``; ``build`` is a function of a module, see ``ask``."""
    return ask(build, reading=_Position(reading), **given)


def listed_of(reading: Any, build: Callable[..., QuerySet[Any]], **given: Any) -> Listing:
    """The same, of which some rows are asked for at a time: ``build(reading, ordered, **given)``."""
    return Listing(build, reading=_Position(reading), **given)
