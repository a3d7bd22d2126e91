"""What the Secretariat is told: which body is late with what, who of it was reminded when, and who could not be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.asking import secretariat_answers
from activities.reminders.waiting import OpenReturn
from activities.stages import ESCALATED
from activities.summaries.reminded import Reach, Reminded, days_of, reach_of, reminded
from activities.working_days import Calendar
from agencies.correspondents import Correspondent
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class LateBody:
    """A body that is late in a round, with what is missing, what its people were told, and who can be told."""

    round: Any
    body: Any
    missing: tuple[OpenReturn, ...]
    told: tuple[Reminded, ...]
    reach: Reach

    @property
    def topics(self) -> list[str]:
        """The Secretariat is told once for each day that a body let pass."""
        days = sorted({each.due for each in self.missing})
        return [str(self.missing[0].topic(ESCALATED, day)) for day in days]

    @property
    def chased_in_words(self) -> list[str]:
        """``Reminded: Police Lead on 28 January 2022 and 4 February 2022``, and who cannot be reached."""
        if not self.reach.people:
            return ["Nobody may report for it, so nobody is reminded"]
        named = [f"{name} on {_listed([long_date(day) for day in days])}" for name, days in days_of(self.told).items()]
        found = [f"Reminded: {'; '.join(named)}" if named else "Nobody was reminded"]
        return [*found, f"Not reached: {', '.join(self.reach.not_told)}"] if self.reach.not_told else found


def _listed(words: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def late_bodies(
    waiting: Iterable[OpenReturn], people: Iterable[Correspondent], *, on: date, calendar: Calendar, after: int
) -> list[LateBody]:
    """The agencies that are late by more than so many working days, in the rounds' order, then by name (one query).

    What the Secretariat answers itself it is reminded of like everybody else, and not told of again.
    """
    found: dict[tuple[int, int], list[OpenReturn]] = defaultdict(list)
    for each in waiting:
        if not secretariat_answers(each.body) and calendar.after(each.due, after) <= on:
            found[each.round.id, each.ret.body_id].append(each)
    told = reminded({round_id for round_id, _body in found}, on)
    everybody = list(people)
    lines = [
        LateBody(rows[0].round, rows[0].body, tuple(rows), tuple(told[key]), reach_of(rows[0].body, everybody))
        for key, rows in found.items()
    ]
    return sorted(lines, key=lambda line: (line.round.quarter_key, line.body.sort_key))
