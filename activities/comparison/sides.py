"""The rows of the two positions that a comparison looks at, each table read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from activities.prepared import asked_of
from activities.reading import Reading


@dataclass(frozen=True)
class Sides:
    """The rows of both readings by id, each table read once when it is first asked for."""

    earlier: Reading
    later: Reading

    @cached_property
    def before(self) -> dict[int, Any]:
        """Activities at the earlier date, withdrawn ones included."""
        return {each.id: each for each in asked_of(self.earlier, _activities)}

    @cached_property
    def after(self) -> dict[int, Any]:
        """Activities at the later date, withdrawn ones included."""
        return {each.id: each for each in asked_of(self.later, _activities)}

    @cached_property
    def in_both(self) -> list[int]:
        """The ids of activities that are in the plan at both dates, in plan order."""
        rows = [row for row in self.after.values() if is_present(row) and is_present(self.before.get(row.id))]
        return [row.id for row in sorted(rows, key=lambda row: row.position)]

    @cached_property
    def were(self) -> dict[int, Any]:
        """Milestones of present activities at the earlier date, removed ones included."""
        return {each.id: each for each in asked_of(self.earlier, _milestones)}

    @cached_property
    def are(self) -> dict[int, Any]:
        """Milestones of present activities at the later date, removed ones included."""
        return {each.id: each for each in asked_of(self.later, _milestones)}

    @cached_property
    def withdrawn_then(self) -> dict[int, Any]:
        """Milestones at the earlier date of activities that were withdrawn then and are in the plan now.

        No query where there is none.
        """
        ids = [row.id for row in self.before.values() if not is_present(row) and is_present(self.after.get(row.id))]
        return {each.id: each for each in self.earlier.all_milestones.filter(activity_id__in=ids)} if ids else {}


def is_present(activity: Any) -> bool:
    """Whether there is such an activity, and it is not withdrawn."""
    return activity is not None and activity.withdrawn_on is None


def _activities(reading: Reading) -> Any:
    return reading.all_activities


def _milestones(reading: Reading) -> Any:
    return reading.milestones
