"""What a comparison is made of: kinds of differences, differences, and all of them with the finding in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.reading import Reading
from activities.statuses import Meaning


@dataclass(frozen=True)
class Kind:
    """A kind of difference: its key, its heading, the sentence where there is none, and how a heading counts it.

    A ``rare`` one has no place of its own while there is none.
    """

    key: str
    heading: str
    none: str
    one: str
    many: str
    rare: bool = False

    def counted(self, number: int) -> str:
        """``5 statuses moved``."""
        return f"{number} {self.one if number == 1 else self.many}"


STATUS = Kind("status", "Delivery status moved", "No delivery status moved.", "status moved", "statuses moved")
DELIVERED = Kind(
    "delivered",
    "Delivered or begun",
    "Nothing was delivered or begun.",
    "milestone delivered or begun",
    "milestones delivered or begun",
)
TAKEN_BACK = Kind(
    "taken-back",
    "Deliveries taken back",
    "No delivery was taken back.",
    "delivery taken back",
    "deliveries taken back",
    True,
)
NEWLY_OVERDUE = Kind("newly-overdue", "Newly overdue", "Nothing became overdue.", "newly overdue", "newly overdue")
NO_LONGER_OVERDUE = Kind(
    "no-longer-overdue", "No longer overdue", "Nothing ceased to be overdue.", "no longer overdue", "no longer overdue"
)
DATES = Kind("dates", "Agreed dates moved", "No agreed date moved.", "date moved", "dates moved")
ROLES = Kind("roles", "Roles changed", "No role changed.", "role changed", "roles changed")
MILESTONES = Kind(
    "milestones",
    "Milestones added or removed",
    "No milestone was added or removed.",
    "milestone added or removed",
    "milestones added or removed",
    True,
)
ADDED = Kind("added", "Added to the plan", "No activity was added.", "activity added", "activities added")
WITHDRAWN = Kind(
    "withdrawn", "Withdrawn from the plan", "No activity was withdrawn.", "activity withdrawn", "activities withdrawn"
)
KINDS = (
    STATUS,
    DELIVERED,
    TAKEN_BACK,
    NEWLY_OVERDUE,
    NO_LONGER_OVERDUE,
    DATES,
    ROLES,
    MILESTONES,
    ADDED,
    WITHDRAWN,
)


@dataclass(frozen=True)
class Difference:
    """One row: what of which activity changed from what into what, when, why, and who said or agreed it.

    ``activity`` is the row at the later date (withdrawn ones too); None for a change of a collective, which is about
    several. ``status_before`` and ``status_after`` are set where a delivery status moved, so that a page can draw
    both marks; ``on`` is the day from which it counts, where an entry says so; ``milestone`` the one delivered,
    or moved.
    """

    kind: Kind
    activity: Any
    what: str
    before: str = ""
    after: str = ""
    why: str = ""
    who: str = ""
    on: date | None = None
    status_before: Meaning | None = None
    status_after: Meaning | None = None
    milestone: Any = None


@dataclass(frozen=True)
class Comparison:
    """Every difference between two positions, in the order of ``KINDS`` and of the plan.

    ``overdue`` counts the overdue milestones at the later date, as the page of them does; ``before`` are the ids of
    the activities that were known at the earlier one.
    """

    earlier: Reading
    later: Reading
    differences: tuple[Difference, ...]
    overdue: int = 0
    before: frozenset[int] = frozenset()

    def knew(self, activity: Any) -> bool:
        """Whether an activity was known at the earlier date: whether it has a page there."""
        return activity.id in self.before

    def of(self, kind: Kind) -> tuple[Difference, ...]:
        """The differences of a kind."""
        return tuple(each for each in self.differences if each.kind is kind)

    @property
    def by_kind(self) -> list[tuple[Kind, tuple[Difference, ...]]]:
        """Every kind with its differences; a rare one only where there are any."""
        return [(kind, found) for kind in KINDS if (found := self.of(kind)) or not kind.rare]

    @property
    def period(self) -> str:
        """``Between 31 December 2021 and 31 March 2022``; ``Since 31 December 2021`` where the later one is now."""
        if not self.later.is_past:
            return f"Since {self.earlier.at_in_words}"
        return f"Between {self.earlier.at_in_words} and {self.later.at_in_words}"

    @property
    def finding(self) -> str:
        """``Between 31 December 2021 and 31 March 2022: 5 statuses moved, 3 milestones delivered or begun``."""
        return f"{self.period}: {self.changes}"

    @property
    def changes(self) -> str:
        """``5 statuses moved, 3 milestones delivered or begun``."""
        counted = [kind.counted(len(found)) for kind in KINDS if (found := self.of(kind))]
        return ", ".join(counted) or "nothing changed"
