"""Reporting rounds: what the Secretariat asks of whom for a quarter, what came back, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from activities.models.activities import Activity, Part
from activities.models.plans import ActionPlan
from activities.models.updates import Said, SaidWords, StatusUpdate
from activities.quarters import FiscalQuarter
from activities.returns import ANSWERED, UNANSWERED, ReturnState, StateMeaning
from activities.returns import MEANINGS as STATE_MEANINGS
from activities.statuses import DeliveryStatus, Meaning, meaning_of
from agencies.models import Body
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.models import History, Tracked


class RoundWords:
    """How a round is named; shared by the live row and its history."""

    quarter_key: str
    fiscal_year_starts_in: int
    closed_at: datetime | None

    def __str__(self) -> str:
        """The quarter it asks about: ``Q2 FY2021/22``."""
        return str(self.quarter)

    @property
    def quarter(self) -> FiscalQuarter:
        """The fiscal quarter it asks about."""
        return FiscalQuarter.parse_key(self.quarter_key, self.fiscal_year_starts_in)

    @property
    def is_closed(self) -> bool:
        """Closed: locked until it is reopened with a reason."""
        return self.closed_at is not None


class Round(RoundWords, Tracked):
    """One quarter's reporting round of a plan.

    It belongs to its quarter by ``quarter_key`` ("2021-22-q2", in the plan's calendar), never by a range of dates.
    ``due_on`` is the last day on which a return is in time, unless a body's own was extended. ``openings`` counts
    how often it was opened: 1, and one more for each time it was reopened; ``reopened_why`` says why the last time.
    """

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="rounds")
    quarter_key = models.CharField(max_length=20)
    fiscal_year_starts_in = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    openings = models.PositiveIntegerField(default=1)
    reopened_why = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.TextField(blank=True)

    plan_path = "plan"
    history = History(RoundWords)

    class Meta:
        ordering = ["plan_id", "quarter_key"]
        constraints = [
            # One round per plan and quarter.
            models.UniqueConstraint(fields=["plan", "quarter_key"], name="activities_round_quarter"),
            # Who and when of opening and closing come together.
            models.CheckConstraint(condition=~Q(opened_by=""), name="activities_round_opened"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="") | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
                name="activities_round_closed",
            ),
            # It was opened once, or again with a reason.
            models.CheckConstraint(
                condition=Q(openings=1, reopened_why="") | (Q(openings__gt=1) & ~Q(reopened_why="")),
                name="activities_round_reopened",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The round's page."""
        return reverse("round", args=[self.plan.slug, self.quarter_key])


class ReturnWords:
    """Where a return stands; shared by the live row and its history."""

    state: str
    due_on: date
    returned_at: datetime | None
    due_when_returned: date | None
    dropped_on: date | None

    @property
    def meaning(self) -> StateMeaning:
        """The table's row for the state: label, definition, what may follow."""
        return STATE_MEANINGS[ReturnState(self.state)]

    @property
    def is_open(self) -> bool:
        """Whether something is still expected: neither accepted nor given up."""
        return self.meaning.is_open and self.dropped_on is None

    def is_late(self, on: date) -> bool:
        """Whether its body has let its day pass unanswered; what was sent back did come, and is told apart."""
        return self.state in UNANSWERED and self.dropped_on is None and on > self.due_on

    @property
    def was_late(self) -> bool:
        """Whether it first came back after the day that counted then: no later extension undoes it."""
        if self.returned_at is None or self.due_when_returned is None:
            return False
        return day_of(self.returned_at) > self.due_when_returned


class Return(ReturnWords, Tracked):
    """What is asked in a round about one activity, or about one part of it, of the body that answers for it.

    ``body`` is None where nobody answers (a gap, a withheld row); for those, and for governance bodies, the
    Secretariat answers. ``returned_at`` is when it first came back, ``due_when_returned`` its day as it was then.
    A return is ``dropped_on`` the day from which
    it is not asked for any more, because the activity or the roles changed.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="returns")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="returns")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="returns")
    due_on = models.DateField()
    extended_why = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=ReturnState, default=ReturnState.REQUESTED)
    filings = models.PositiveIntegerField(default=0)
    returned_at = models.DateTimeField(null=True, blank=True)
    due_when_returned = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    dropped_why = models.TextField(blank=True)

    plan_path = "round__plan"
    history = History(ReturnWords)

    class Meta:
        ordering = ["round_id", "activity_id", "part_id", "id"]
        constraints = [
            # Each activity without parts, and each part, is asked for once in a round.
            models.UniqueConstraint(
                fields=["round", "activity"],
                condition=Q(part=None, dropped_on=None),
                name="activities_return_once",
            ),
            models.UniqueConstraint(
                fields=["round", "part"], condition=Q(dropped_on=None), name="activities_return_part_once"
            ),
            # A return stands in one of the eight states.
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="activities_return_state"),
            # What came back has its moment, and only that.
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERED) | Q(returned_at__isnull=False, filings__gt=0),
                name="activities_return_returned",
            ),
            # When it came back, and the day that counted then, come together.
            models.CheckConstraint(
                condition=Q(returned_at=None, due_when_returned=None)
                | Q(returned_at__isnull=False, due_when_returned__isnull=False),
                name="activities_return_due_then",
            ),
            # Dropped with a reason, or not at all.
            models.CheckConstraint(
                condition=Q(dropped_on=None, dropped_why="") | (Q(dropped_on__isnull=False) & ~Q(dropped_why="")),
                name="activities_return_dropped",
            ),
        ]

    def __str__(self) -> str:
        """What it is about, in which round."""
        about = f"{self.activity}, {self.part}" if self.part_id else str(self.activity)
        return f"Return of {self.round} on {about}"


class FilingOutcome(models.TextChoices):
    """What the Secretariat made of a filing."""

    ACCEPTED = "accepted", "Accepted"
    SENT_BACK = "sent_back", "Sent back"
    CORRECTED = "corrected", "Corrected"


class FilingWords(SaidWords):
    """How a filing reads; shared by the live row and its history."""

    status: str
    outcome: str
    proposals: list[dict[str, Any]]
    proposed_why: str

    @property
    def new_dates(self) -> list[dict[str, Any]]:
        """The dates that it proposes: ``{"milestone": id, "due": date, "reason": text}``.

        What stands in the place of erased reasons stands with each of the dates.
        """
        reasons = self.proposed_why.split("\n")
        if len(reasons) != len(self.proposals):
            reasons = [self.proposed_why] * len(self.proposals)
        return [
            {"milestone": each["milestone"], "due": date.fromisoformat(each["due"]), "reason": reason}
            for each, reason in zip(self.proposals, reasons, strict=True)
        ]

    @property
    def after(self) -> Meaning:
        """The delivery status that it reports."""
        return meaning_of(self.status)

    @property
    def waits(self) -> bool:
        """Whether the Secretariat has not answered it."""
        return self.outcome == ""

    @property
    def outcome_label(self) -> str:
        """What became of it, as people read it; empty while it waits."""
        return str(FilingOutcome(self.outcome).label) if self.outcome else ""


class Filing(FilingWords, Said, Tracked):
    """What somebody filed for a return; never altered, but for what the Secretariat made of it.

    ``number`` counts gaplessly per return. ``deliveries`` lists milestones delivered or begun as
    ``{"milestone": id, "on": "2022-01-31"}``, ``proposals`` other dates as ``{"milestone": id, "due": …}``
    with the reason of each as a line of ``proposed_why``: people's words stand in texts, which can be erased. A
    correction is a filing of the Secretariat's own that refers to the one it corrects.
    ``update`` is the status update that it became.
    """

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="filed", verbose_name="return")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.TextField()
    status = models.CharField(max_length=20, choices=DeliveryStatus)
    no_change = models.BooleanField(default=False)
    deliveries = models.JSONField(default=list, blank=True)
    proposals = models.JSONField(default=list, blank=True)
    proposed_why = models.TextField(blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    corrected_why = models.TextField(blank=True)

    outcome = models.CharField(max_length=20, choices=FilingOutcome, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    update = models.OneToOneField(StatusUpdate, on_delete=models.PROTECT, null=True, blank=True, related_name="filing")

    plan_path = "ret__round__plan"
    history = History(FilingWords)

    class Meta:
        ordering = ["ret_id", "-number"]
        constraints = [
            # Filings of a return are numbered gaplessly; also serves "the latest filing of each return".
            models.UniqueConstraint(fields=["ret", "number"], name="activities_filing_number"),
            # A delivery status is one of the seven.
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="activities_filing_status"),
            # Who filed it is named.
            models.CheckConstraint(condition=~Q(person_name=""), name="activities_filing_person"),
            # A date or "cannot forecast", never both; an ask or "none", never both.
            models.CheckConstraint(
                condition=Q(forecast=None) | Q(cannot_forecast=False), name="activities_filing_forecast"
            ),
            models.CheckConstraint(condition=Q(ask="") | Q(no_ask=False), name="activities_filing_ask"),
            # Who and when of an answer come together.
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None, answered_by="", answer="")
                | (Q(outcome__in=FilingOutcome.values, answered_at__isnull=False) & ~Q(answered_by="")),
                name="activities_filing_answered",
            ),
            # Sent back with what is wanted.
            models.CheckConstraint(
                condition=~Q(outcome="sent_back") | ~Q(answer=""), name="activities_filing_sent_back"
            ),
            # Accepted with the status update that it became, and only then.
            models.CheckConstraint(
                condition=Q(outcome="accepted", update__isnull=False) | (~Q(outcome="accepted") & Q(update=None)),
                name="activities_filing_update",
            ),
            # A correction has its reason, and only a correction has one.
            models.CheckConstraint(
                condition=Q(corrects=None, corrected_why="") | (Q(corrects__isnull=False) & ~Q(corrected_why="")),
                name="activities_filing_corrects",
            ),
        ]

    def __str__(self) -> str:
        """Which filing of which return."""
        return f"Filing {self.number} of {self.ret}"


class Comment(Tracked):
    """What a supporting body, a contributor or a colleague adds to a return while it is being written."""

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="comments", verbose_name="return")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.TextField()
    at = models.DateTimeField()
    text = models.TextField()

    plan_path = "ret__round__plan"
    history = History()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            # A comment says something, and who says it.
            models.CheckConstraint(condition=~Q(text="") & ~Q(person_name=""), name="activities_comment_text"),
        ]

    def __str__(self) -> str:
        """Whose comment it is."""
        return f"Comment of {self.person_name} on {self.ret}"


class Draft(models.Model):
    """What is typed for a return and not filed. Not part of the register, and seen by its body's reporters only.

    ``typed`` holds the form's fields by name, as typed; ``version`` grows with every save, for whoever saves second.
    """

    ret = models.OneToOneField(Return, on_delete=models.PROTECT, related_name="draft", verbose_name="return")
    typed = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.TextField()

    def __str__(self) -> str:
        """Whose draft of what."""
        return f"Draft of {self.ret}"
