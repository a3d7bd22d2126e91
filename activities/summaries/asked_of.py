"""What the open rounds ask of one body: for its own page, and for whoever begins the day there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.asking import writes
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.returns import RETURNED, WITH_BODY
from activities.summaries.headline import be, numbered
from agencies.models import Body
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class AskedOfUs:
    """What an open round asks of one body: how many returns, by when, and how many of them are filed."""

    quarter: str
    asked: int
    filed: int
    due_on: date
    is_late: bool

    @property
    def count_in_words(self) -> str:
        """``4 returns``."""
        return numbered(self.asked, "return")

    @property
    def rest_in_words(self) -> str:
        """``are asked of you by 14 February 2022 for Q2 FY2021/22; 1 is filed``."""
        if self.asked == 1:
            filed = "it is filed" if self.filed else "it is not filed yet"
        else:
            filed = (
                "all of them are filed"
                if self.filed == self.asked
                else f"{self.filed or 'none'} {be(self.filed or 1)} filed"
            )
        passed = ", which has passed," if self.is_late else ""
        return f"{be(self.asked)} asked of you by {long_date(self.due_on)}{passed} for {self.quarter}; {filed}"


def asked_of(reading: Reading, body: Body) -> list[AskedOfUs]:
    """What the open rounds ask of a body, a line each; for the Secretariat what it answers itself."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in reading.asked_now:
        asked = reading.bodies[row.body_id] if row.body_id else None
        if writes(body, asked):
            found[row.quarter_key].append(row)
    return [_asked_of_us(reading, key, rows) for key, rows in sorted(found.items())]


def _asked_of_us(reading: Reading, key: str, rows: Sequence[Any]) -> AskedOfUs:
    waiting = [each.due_on for each in rows if each.state in WITH_BODY]
    due_on = min(waiting, default=max(each.due_on for each in rows))
    return AskedOfUs(
        quarter=str(FiscalQuarter.parse_key(key, reading.plan.fiscal_year_starts_in)),
        asked=len(rows),
        filed=sum(1 for each in rows if each.state in RETURNED),
        due_on=due_on,
        is_late=any(each.is_late(reading.on) for each in rows),
    )
