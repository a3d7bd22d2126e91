"""How a decision was changed since it was recorded: its words, owner and day; settled and reopened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from activities.decisions import DecisionState
from activities.models import Decision
from activities.reading import Reading
from tnoc_tracker.record.days import day_of, long_date, moment_in_words


@dataclass(frozen=True)
class DecisionChange:
    """One change: when and by whom, what it was before in words, and why. Drawn by pages and by the conflict page."""

    on: date
    when_in_words: str
    who: str
    what: str
    changes_in_words: str
    why: str
    entered: str = ""


def changes_of(
    reading: Reading, decision_id: int, since: int = 1, *, with_reports: bool = False
) -> list[DecisionChange]:
    """The changes after entry ``since``, as of the reading, the newest first; ``with_reports`` also each report."""
    entries = Decision.history.filter(id=decision_id, sequence__gte=since).order_by("sequence")
    if reading.at is not None:
        entries = entries.filter(history_date__lte=reading.at)
    found = list(entries)
    told = [
        _told(reading, before, entry)
        for before, entry in pairwise(found)
        if with_reports or entry.changed != ["reports"]
    ]
    return told[::-1]


def _told(reading: Reading, before: Any, entry: Any) -> DecisionChange:
    return DecisionChange(
        on=day_of(entry.history_date),
        when_in_words=moment_in_words(entry.history_date),
        who=entry.actor_name,
        what=entry.reference,
        changes_in_words=_words(reading, before, entry),
        why=entry.history_change_reason,
    )


def _words(reading: Reading, before: Any, entry: Any) -> str:
    """``the owner, until then Police; the day, until then 15 March 2022``; ``done``, ``lapsed``, ``reopened``."""
    if "state" in entry.changed:
        return "reopened" if entry.state == DecisionState.OPEN else str(entry.state_label).lower()
    if "reports" in entry.changed:
        return f"report {entry.reports}"
    was = {
        "what": ("the words", f"“{before.what}”"),
        "owner_id": ("the owner", reading.bodies[before.owner_id].label),
        "due_on": ("the day", long_date(before.due_on)),
    }
    return "; ".join(f"{name}, until then {value}" for key, (name, value) in was.items() if key in entry.changed)
