"""The stages at which somebody is told of an open return, and the topics that keep them from being told twice.

Opened; due in 10, 3 and 0 working days; then weekly. Only the latest stage that is reached counts, so that after a
silence one message says all there is to say. Plain values: time and calendar are arguments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from activities.working_days import Calendar

OPENED = "opened"
ASKED = "asked"
SENT_BACK = "sent-back"
ESCALATED = "escalated"
SUMMARY = "summary"

AHEAD = (0, 3, 10)
"""So many working days before its day a return is reminded of, the nearest first."""


def stage_on(on: date, due: date, calendar: Calendar) -> str:
    """The latest stage that a return due on some day has reached: ``due-3``, ``late-1``; empty before the first.

    ``late-n`` counts whole weeks after its day. Nobody is chased on a day that is no working day, so those weeks are
    counted up to the working day before.
    """
    if on > due:
        weeks = (calendar.upto(on) - due).days // 7
        return f"late-{weeks}" if weeks > 0 else "due-0"
    left = calendar.until(on, due)
    return next((f"due-{ahead}" for ahead in AHEAD if left <= ahead), "")


def summary_topic(on: date) -> str:
    """The topic of the weekly summary: one for each week from Monday to Sunday."""
    year, week, _day = on.isocalendar()
    return f"{SUMMARY}:{year}-W{week:02}"


_TOPIC = re.compile(r"round-(\d+)\.(\d+):body-(\d+|none):([a-z]+(?:-[a-z]+)*(?:-\d+)?)(?::(\d{4}-\d\d-\d\d))?")


@dataclass(frozen=True)
class Topic:
    """What a message about a round is for: ``round-3.1:body-7:due-3:2022-02-18``.

    ``openings`` tells a round that was reopened from itself before. ``body`` is None where nobody answers. A stage
    that is counted from a day names it: another day makes it another topic. ``asked-45`` is about one return,
    ``sent-back-12`` about one filing.
    """

    round: int
    openings: int
    body: int | None
    stage: str
    day: date | None = None

    def __str__(self) -> str:
        """The key by which it is stored."""
        counted_from = f":{self.day}" if self.day else ""
        return f"{prefix_of(self.round)}{self.openings}:body-{self.body or 'none'}:{self.stage}{counted_from}"

    @classmethod
    def parse(cls, key: str) -> Self | None:
        """The topic of a key; None where it is not about a round."""
        found = _TOPIC.fullmatch(key)
        if found is None:
            return None
        body = None if found[3] == "none" else int(found[3])
        return cls(int(found[1]), int(found[2]), body, found[4], date.fromisoformat(found[5]) if found[5] else None)

    @property
    def kind(self) -> str:
        """The stage without its number: ``due``, ``late``, ``sent-back``."""
        return re.sub(r"-\d+$", "", self.stage)

    @property
    def in_words(self) -> str:
        """What was said: ``due in 3 working days``, ``late, week 2``."""
        number = self.stage.removeprefix(f"{self.kind}-")
        match self.kind:
            case "due":
                return f"due in {number} working days" if number != "0" else "due"
            case "late":
                return f"late, week {number}"
            case "escalated":
                return "late, told to the Secretariat"
            case kind:
                return kind.replace("-", " ")


def prefix_of(round_id: int) -> str:
    """What every topic of a round begins with."""
    return f"round-{round_id}."
