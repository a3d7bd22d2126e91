"""The weekly summary: what is overdue and due soon of a person's bodies in a plan, and what waits for their answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from activities.due_states import DueState
from activities.reading import Reading
from activities.reminders.waiting import OpenReturn
from activities.returns import TO_REVIEW
from activities.summaries.bodies import COMING, SOON, Bodies, Dated, OwnActivity, is_secretariat
from activities.summaries.picture import Picture
from agencies.correspondents import Correspondent


@dataclass(frozen=True)
class Week:
    """What a person's bodies have before them in one plan.

    ``proposals`` is the number of proposed dates that wait for the Secretariat, ``reviews`` that of returns for each
    round; ``waiting`` are returns of bodies for which the person may not report: of the others they are reminded.
    """

    reading: Reading
    overdue: tuple[Dated, ...]
    coming: tuple[Dated, ...]
    proposals: int
    reviews: tuple[tuple[Any, int], ...]
    waiting: tuple[OpenReturn, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be said."""
        return not (self.overdue or self.coming or self.proposals or self.reviews or self.waiting)


@dataclass(frozen=True)
class Weeks:
    """The weeks of everybody in one plan, counted from one picture of it."""

    reading: Reading

    @cached_property
    def bodies(self) -> Bodies:
        """Every body of the plan."""
        return Bodies(Picture(self.reading))

    @cached_property
    def reviews(self) -> tuple[tuple[Any, int], ...]:
        """How many returns wait for review in each open round (two queries)."""
        rounds = list(self.reading.rounds.filter(closed_at=None).order_by("quarter_key"))
        rows = self.reading.returns.filter(round_id__in=[each.id for each in rounds], state__in=TO_REVIEW)
        counts = Counter(rows.order_by().values_list("round_id", flat=True))
        return tuple((each, counts[each.id]) for each in rounds if counts[each.id])

    def of(self, person: Correspondent, waiting: list[OpenReturn]) -> Week:
        """The week of a person; ``waiting`` are the open returns of their bodies of which nothing reminds them."""
        owns = {own.activity.id: own for body in person.bodies for own in self._owns(body)}
        pressing = [own for own in owns.values() if _still_works(own)]
        soon = self.reading.on + timedelta(days=SOON)
        coming = (each for each in self.bodies.dates(pressing, *COMING) if each.milestone.agreed_due <= soon)
        answers = person.is_secretariat
        return Week(
            reading=self.reading,
            overdue=tuple(self.bodies.dates(pressing, DueState.OVERDUE)),
            coming=tuple(coming),
            proposals=len(self.bodies.picture.waiting_dates) if answers else 0,
            reviews=self.reviews if answers else (),
            waiting=tuple(waiting),
        )

    def _owns(self, body: Any) -> list[OwnActivity]:
        """What a body answers for; the Secretariat also what nobody else reports on."""
        known = self.reading.bodies[body.id]
        left = self.bodies.secretariat_reports_for(known) if is_secretariat(known) else []
        return [*left, *self.bodies.line(known).answers]


def _still_works(own: OwnActivity) -> bool:
    """Whether the body has still to do something for it: its own parts may be finished before the whole."""
    return not own.activity.is_finished and not (own.parts and all(part.is_finished for part in own.parts))
