"""What stands before the Steering Group and why, what its decisions may allow, and where they stand: tables for all.

The moves are those that the plan's tracking rules reserve for a decision, and naming a lead (Plan, activities 9, 16).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices

from activities.quarters import FiscalQuarter


class Move(TextChoices):
    """A change of the register that a decision may allow."""

    NOTHING = "nothing", "No change of the register"
    PAUSE = "pause", "A pause"
    CLOSE = "close", "Closing without delivery"
    REOPEN = "reopen", "Resuming or reopening"
    NEW_DATE = "new_date", "Another agreed date"
    NAME_LEAD = "name_lead", "A named lead or coordinator"
    REMOVE = "remove", "Removing a milestone, or ending a series"


@dataclass(frozen=True)
class MoveMeaning:
    """What a decision needs to allow a move, and the page on which the Secretariat carries it out.

    ``page`` names an address of the activity, of one milestone where ``of_milestone``; empty where nothing follows.
    """

    move: Move
    sentence: str
    page: str = ""
    of_milestone: bool = False


MOVES: dict[Move, MoveMeaning] = {
    meaning.move: meaning
    for meaning in (
        MoveMeaning(Move.NOTHING, "It asks somebody for something; the register follows what is reported."),
        MoveMeaning(Move.PAUSE, "The Secretariat may pause the activity or the part.", "activity_update"),
        MoveMeaning(Move.CLOSE, "The Secretariat may close the activity or the part undelivered.", "activity_update"),
        MoveMeaning(
            Move.REOPEN, "The Secretariat may take up again what is paused, completed or closed.", "activity_update"
        ),
        MoveMeaning(Move.NEW_DATE, "The agreed date of the milestone may move to the day.", "milestone_date", True),
        MoveMeaning(Move.NAME_LEAD, "The body may be named as lead or coordinator.", "activity_roles"),
        MoveMeaning(Move.REMOVE, "The milestone may be removed, or if it recurs, ended.", "milestone_remove", True),
    )
}


OF_STATUS = (Move.PAUSE, Move.CLOSE, Move.REOPEN)
"""The moves that are made with a status update, of an activity or of one part of it."""


class DecisionState(TextChoices):
    """Where a decision stands: open until it is done, or lapsed because it is not needed any more."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    LAPSED = "lapsed", "Lapsed"


class AgendaKind(TextChoices):
    """Why something stands on an agenda, in the order in which an agenda is made."""

    ASK = "ask", "Ask of the Steering Group"
    LATE = "late", "Off track or overdue"
    GAP = "gap", "Nobody answers"
    NEW_DATE = "new_date", "New date proposed"
    STOP = "stop", "To pause or close"
    OWN = "own", "Added by the Secretariat"


def needs_the_group(agreed: FiscalQuarter, proposed: FiscalQuarter) -> bool:
    """Whether a proposed date is for the group to agree: it would move a milestone into a later fiscal quarter.

    Within the agreed date's quarter, to an earlier one, or where no date is agreed yet, the Secretariat answers it.
    """
    return proposed > agreed
