"""The states of a return: where the reporting on one activity or part stands within a round.

Apart from delivery status: that is what is said of the work, this is whether it was said. Plain values; forms,
use cases, pages, mail and help ask this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class ReturnState(TextChoices):
    """Where a return stands, in the order in which it goes on its way."""

    REQUESTED = "requested", "Requested"
    DRAFT = "draft", "Draft"
    RETURNED = "returned", "Returned"
    CONFIRMED = "confirmed", "Confirmed no change"
    RETURNED_LATE = "returned_late", "Returned late"
    SENT_BACK = "sent_back", "Sent back"
    ACCEPTED = "accepted", "Accepted"
    NOT_RETURNED = "not_returned", "Not returned"


@dataclass(frozen=True)
class StateMeaning:
    """One state: what it means, and who has to do something next.

    ``awaits`` is ``body`` (the body that answers), ``secretariat`` (to review), or empty where nothing is awaited.
    """

    state: ReturnState
    meaning: str
    awaits: str

    @property
    def label(self) -> str:
        """The words people read."""
        return str(self.state.label)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return bool(self.awaits)


MEANINGS: dict[ReturnState, StateMeaning] = {
    each.state: each
    for each in (
        StateMeaning(ReturnState.REQUESTED, "Asked for; nothing is written yet.", "body"),
        StateMeaning(ReturnState.DRAFT, "Begun and not filed: only the body’s own people see what is written.", "body"),
        StateMeaning(ReturnState.RETURNED, "Filed in time; the Secretariat has not reviewed it.", "secretariat"),
        StateMeaning(ReturnState.CONFIRMED, "Filed in time: nothing has changed since the last report.", "secretariat"),
        StateMeaning(
            ReturnState.RETURNED_LATE, "Filed after its day; the Secretariat has not reviewed it.", "secretariat"
        ),
        StateMeaning(ReturnState.SENT_BACK, "Reviewed and sent back, with what is wanted.", "body"),
        StateMeaning(ReturnState.ACCEPTED, "Reviewed and in the register.", ""),
        StateMeaning(ReturnState.NOT_RETURNED, "Still missing when the round was closed.", ""),
    )
}

ANSWERED = (
    ReturnState.RETURNED,
    ReturnState.CONFIRMED,
    ReturnState.RETURNED_LATE,
    ReturnState.SENT_BACK,
    ReturnState.ACCEPTED,
)
"""The states of what has come back at least once."""

RETURNED = (ReturnState.RETURNED, ReturnState.CONFIRMED, ReturnState.RETURNED_LATE, ReturnState.ACCEPTED)
"""What counts as returned: filed, and not sent back."""

UNANSWERED = (ReturnState.REQUESTED, ReturnState.DRAFT)
"""The states of what nobody has filed yet."""

WITH_BODY = tuple(state for state, each in MEANINGS.items() if each.awaits == "body")
"""The body that answers has to write or finish it."""

TO_REVIEW = tuple(state for state, each in MEANINGS.items() if each.awaits == "secretariat")
"""The Secretariat has to review it."""

OPEN = (*WITH_BODY, *TO_REVIEW)
"""Somebody still has to do something."""
