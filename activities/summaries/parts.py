"""What the open reporting rounds ask about the parts of an activity: one column of its matrix for each round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.returns import RETURNED, WITH_BODY


@dataclass(frozen=True)
class AskedOfPart:
    """What a round asks about one part; ``ret`` is None where it does not ask, since the part was finished before."""

    ret: Any
    is_late: bool = False

    @property
    def waits(self) -> bool:
        """Whether its body still has to write or finish it."""
        return self.ret is not None and self.ret.state in WITH_BODY


@dataclass(frozen=True)
class AskedOfParts:
    """What one open round asks about the parts of an activity."""

    quarter: str
    quarter_key: str
    returns: Mapping[int, Any]
    reading: Reading

    def of(self, part_id: int) -> AskedOfPart:
        """What it asks about one part."""
        ret = self.returns.get(part_id)
        late = ret is not None and ret.is_late(self.reading.on)
        return AskedOfPart(ret, late)

    @property
    def returned_in_words(self) -> str:
        """``4 of 12 returned``."""
        returned = sum(1 for each in self.returns.values() if each.state in RETURNED)
        return f"{returned} of {len(self.returns)} returned"


def asked_of_parts(reading: Reading, activity_id: int) -> list[AskedOfParts]:
    """What each open round asks about the parts of an activity, the earliest quarter first (no query of its own)."""
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for each in reading.asked_now:
        if each.activity_id == activity_id and each.part_id is not None:
            found[each.quarter_key][each.part_id] = each
    starts_in = reading.plan.fiscal_year_starts_in
    return [
        AskedOfParts(str(FiscalQuarter.parse_key(key, starts_in)), key, rows, reading)
        for key, rows in sorted(found.items())
    ]
