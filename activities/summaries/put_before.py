"""What was put before the Steering Group already, by what it was made from, and whether the group decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from activities.summaries.agenda_rows import Put
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class PutBefore:
    """What the meetings before that of a day had on their agendas, known on a day; ``here`` is its own agenda.

    What was taken off was not put before anybody; of the meeting itself it counts too, since it is not brought in
    again. One thing may have had several sources in turn, so that every question takes them all.
    """

    on: date
    earlier: tuple[Put, ...]
    here: frozenset[str]

    @classmethod
    def of(cls, puts: Sequence[Put], on: date, held_on: date | None) -> PutBefore:
        """Sort out what stood where; without a day of the meeting, all that met by now were before it."""
        earlier = (
            each
            for each in puts
            if not each.taken_off and each.held_on <= on and (held_on is None or each.held_on < held_on)
        )
        here = frozenset(each.source for each in puts if each.held_on == held_on)
        return cls(on, tuple(sorted(earlier, key=lambda each: each.held_on)), here)

    def _puts(self, sources: Sequence[str]) -> list[Put]:
        return [each for each in self.earlier if each.source in sources]

    def is_decided(self, *sources: str) -> bool:
        """Whether an earlier meeting decided on it, whatever became of the decision."""
        return any(each.decided for each in self._puts(sources))

    def is_being_done(self, *sources: str) -> bool:
        """Whether a decision of an earlier meeting on it is still open."""
        return any(each.open for each in self._puts(sources))

    def in_words(self, *sources: str) -> str:
        """``Put before the group on 9 November 2021, without a decision.``; empty where that is not so.

        The last time counts; of a meeting that is today nobody knows yet what it will decide.
        """
        met = [each for each in self._puts(sources) if each.held_on < self.on]
        if not met or met[-1].decided:
            return ""
        return f"Put before the group on {long_date(met[-1].held_on)}, without a decision."
