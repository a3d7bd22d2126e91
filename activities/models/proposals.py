"""Proposals: another date that somebody who reports asks for, and what the Secretariat answered."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from activities.models.milestones import DateMove, Milestone
from agencies.models import Body
from tnoc_tracker.record.models import History, Tracked


class ProposalState(models.TextChoices):
    """Where a proposal stands; it is answered once, or taken back before that."""

    OPEN = "open", "Waits for an answer"
    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"
    TAKEN_BACK = "taken_back", "Taken back"


class ProposalWords:
    """How a proposal reads; shared by the live row and its history."""

    state: str
    instead_of: date | None
    proposed_due: date

    def __str__(self) -> str:
        """From when to when."""
        return f"{self.instead_of} → {self.proposed_due}, {self.state_label.lower()}"

    @property
    def state_label(self) -> str:
        """Where it stands, as people read it."""
        return str(ProposalState(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state == ProposalState.OPEN

    @property
    def days(self) -> int | None:
        """By how many days the date would move; later is positive, None where there was no date."""
        return None if self.instead_of is None else (self.proposed_due - self.instead_of).days


class DateProposal(ProposalWords, Tracked):
    """Another date for an open milestone, asked for by a body that reports on it.

    ``instead_of`` is the agreed date when it was asked for. Agreeing makes a ``DateMove``; the proposal itself
    moves nothing.
    """

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="proposals")
    instead_of = models.DateField(null=True, blank=True)
    proposed_due = models.DateField()
    reason = models.TextField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="proposals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person_name = models.TextField()
    at = models.DateTimeField()

    state = models.CharField(max_length=20, choices=ProposalState, default=ProposalState.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    move = models.ForeignKey(DateMove, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")

    plan_path = "milestone__activity__plan"
    history = History(ProposalWords)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            # A proposal stands in one of the four states.
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="activities_proposal_state"),
            # One proposal at a time waits for an answer about a milestone; also serves the list of those.
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(state="open"), name="activities_proposal_open_once"
            ),
            # Somebody asks, with a reason, for another date.
            models.CheckConstraint(condition=~Q(reason="") & ~Q(person_name=""), name="activities_proposal_reason"),
            models.CheckConstraint(
                condition=Q(instead_of=None) | ~Q(proposed_due=F("instead_of")), name="activities_proposal_moves"
            ),
            # Who and when of an answer come together: an open one has neither, every other has both.
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None, answered_by="", answer="")
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="activities_proposal_answered",
            ),
            # Agreed with the move that it became, and only then; declined with a word.
            models.CheckConstraint(
                condition=Q(state="agreed", move__isnull=False) | (~Q(state="agreed") & Q(move=None)),
                name="activities_proposal_move",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(answer=""), name="activities_proposal_declined"),
        ]
