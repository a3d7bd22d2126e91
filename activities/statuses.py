"""Delivery statuses: what people say of an activity or a part (the plan's own words for progress).

One home for label, meaning, colour, shape, severity, what a status needs to be set, and which status may
follow which. Everything else asks these tables: forms, actions, database constraints, pages, help.
Lateness is not in here: it is computed from dates and never typed (see ``due_states``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices


class DeliveryStatus(TextChoices):
    """What a person says of an activity, in the order in which a form offers them."""

    NOT_STARTED = "not_started", "Not started"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    NOT_DELIVERED = "not_delivered", "Not delivered"


class Need(StrEnum):
    """One thing that must be said with a status; the value is the form field that asks for it."""

    WHAT_WAS_DONE = "what_was_done"
    REASON = "reason"
    PATH_TO_GREEN = "path_to_green"
    FORECAST = "forecast"
    ASK = "ask"
    DECISION = "decision_reference"
    REVIEW_DATE = "review_date"
    COMPLETED_ON = "completed_on"
    STATEMENT = "statement"
    EVIDENCE = "evidence"
    WHAT_BECAME = "what_became"
    WHAT_CHANGED = "what_changed"
    EXPLANATION = "explanation"


@dataclass(frozen=True)
class Meaning:
    """How one status looks and what it takes.

    ``shape`` and ``tone`` name a drawn mark and a colour of the stylesheet; ``glyph`` is the mark in plain
    text (mail, files). ``severity`` orders the statuses, worst first.
    """

    status: DeliveryStatus
    meaning: str
    needed: str
    needs: tuple[Need, ...]
    shape: str
    tone: str
    glyph: str
    severity: int
    finished: bool = False
    secretariat_only: bool = False

    @property
    def label(self) -> str:
        """The word people read."""
        return str(self.status.label)


MEANINGS: dict[DeliveryStatus, Meaning] = {
    meaning.status: meaning
    for meaning in (
        Meaning(
            DeliveryStatus.NOT_STARTED,
            "No work has begun and none was due to have begun.",
            "Nothing more.",
            (),
            "ring",
            "none",
            "○",
            severity=5,
        ),
        Meaning(
            DeliveryStatus.ON_TRACK,
            "Under way; every remaining milestone is expected by its agreed date.",
            "What was done.",
            (Need.WHAT_WAS_DONE,),
            "disc",
            "on",
            "●",
            severity=4,
        ),
        Meaning(
            DeliveryStatus.AT_RISK,
            "A named risk threatens a date or the scope; there is a credible way back.",
            "A reason and the path to green.",
            (Need.REASON, Need.PATH_TO_GREEN),
            "triangle",
            "risk",
            "▲",
            severity=2,
        ),
        Meaning(
            DeliveryStatus.OFF_TRACK,
            "A date or the scope will not be met, or passed undelivered with no new agreed date.",
            "A reason, a forecast (or “cannot forecast”) and the ask of the Steering Group (may be “none”).",
            (Need.REASON, Need.FORECAST, Need.ASK),
            "square",
            "off",
            "■",
            severity=1,
        ),
        Meaning(
            DeliveryStatus.PAUSED,
            "Deliberately stopped by a recorded decision.",
            "A decision reference and a review date.",
            (Need.DECISION, Need.REVIEW_DATE),
            "bars",
            "paused",
            "‖",
            severity=3,
            secretariat_only=True,
        ),
        Meaning(
            DeliveryStatus.COMPLETED,
            "Every live milestone is delivered or formally removed, and what was delivered is stated.",
            "The date (not in the future), a statement, and an evidence link or “held at …”.",
            (Need.COMPLETED_ON, Need.STATEMENT, Need.EVIDENCE),
            "tick",
            "done",
            "✓",
            severity=6,
            finished=True,
        ),
        Meaning(
            DeliveryStatus.NOT_DELIVERED,
            "Closed without delivery: withdrawn, merged, superseded or carried to a later plan.",
            "What became of it and a decision reference.",
            (Need.WHAT_BECAME, Need.DECISION),
            "cross",
            "closed",
            "✕",
            severity=7,
            finished=True,
            secretariat_only=True,
        ),
    )
}

REPORTABLE = (
    DeliveryStatus.NOT_STARTED,
    DeliveryStatus.ON_TRACK,
    DeliveryStatus.AT_RISK,
    DeliveryStatus.OFF_TRACK,
)
"""The four among which agency leads and the Secretariat move freely."""

FINISHED = tuple(m.status for m in MEANINGS.values() if m.finished)
BY_SEVERITY = tuple(sorted(MEANINGS, key=lambda status: MEANINGS[status].severity))
"""Worst first: Off track, At risk, Paused, On track, Not started, Completed, Not delivered."""


def meaning_of(status: str) -> Meaning:
    """The table's row for a stored value; ``ValueError`` where there is no such status."""
    return MEANINGS[DeliveryStatus(status)]


def worst_of(parts: Iterable[str]) -> DeliveryStatus:
    """The status of a whole whose live parts have these statuses (at least one).

    The worst counts; one part begun turns Not started into On track.
    """
    statuses = [DeliveryStatus(part) for part in parts]
    worst = min(statuses, key=lambda status: MEANINGS[status].severity)
    begun = any(status is not DeliveryStatus.NOT_STARTED for status in statuses)
    return DeliveryStatus.ON_TRACK if worst is DeliveryStatus.NOT_STARTED and begun else worst
