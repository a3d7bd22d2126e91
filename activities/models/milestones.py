"""Milestones: what is due when, with every move of a date beside it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from activities.models.activities import Activity
from activities.querysets import MilestoneQuerySet
from tnoc_tracker.record.models import History, Tracked


class MilestoneKind(models.TextChoices):
    """The kinds of the document's Timeframe column, and the occurrences that a recurring one produces."""

    DUE = "due", "Due"
    START = "start", "Start"
    RECURRING = "recurring", "Recurring"
    OCCURRENCE = "occurrence", "Occurrence"
    TO_BE_DECIDED = "to_be_decided", "To be decided"
    EXTERNAL = "external", "External"


class MilestoneWords:
    """How a milestone is named; shared by the live row and its history."""

    kind: str
    label: str
    as_published: str
    interval_months: int | None
    occurrence: int | None
    original_due: date | None
    agreed_due: date | None
    delivered_on: date | None
    removed_on: date | None

    def __str__(self) -> str:
        """The label, else what kind of date it is."""
        return self.name

    @property
    def name(self) -> str:
        """The words tied to the date; where the cell holds a date only, what it is a date for."""
        if self.label:
            return self.label
        return {"start": "Start", "occurrence": "Occurrence", "recurring": "Recurring"}.get(self.kind, "Delivery")

    @property
    def full_name(self) -> str:
        """The name; an occurrence with its number: ``Agenda updated 2``."""
        return f"{self.name} {self.occurrence}" if self.occurrence else self.name

    @property
    def is_start(self) -> bool:
        """Whether it is met by beginning: its delivered date is the day on which work began."""
        return self.kind == MilestoneKind.START

    @property
    def is_series(self) -> bool:
        """Whether it only produces occurrences, which are tracked on their own."""
        return self.kind == MilestoneKind.RECURRING

    @property
    def is_open(self) -> bool:
        """Whether something is still to be delivered, begun or decided."""
        return self.delivered_on is None and self.removed_on is None and not self.is_series


class Milestone(MilestoneWords, Tracked):
    """One dated, recurring or undated obligation of an activity.

    ``original_due`` never changes; ``agreed_due`` changes only with a ``DateMove``; ``delivered_on`` is the day of
    delivery, for a start the day on which it began. An occurrence points to its ``series``; ``derived`` says that
    its date follows from the interval and is not in the document. ``decision`` is the one on record by which it was
    removed or ended.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="milestones")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=MilestoneKind)
    label = models.TextField(blank=True)
    as_published = models.TextField(blank=True)
    fiscal_year = models.CharField(max_length=9, blank=True)
    quarter = models.PositiveSmallIntegerField(null=True, blank=True)
    original_due = models.DateField(null=True, blank=True)
    agreed_due = models.DateField(null=True, blank=True)
    forecast = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    moves = models.PositiveIntegerField(default=0)
    interval_months = models.PositiveSmallIntegerField(null=True, blank=True)
    series = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="occurrences")
    occurrence = models.PositiveIntegerField(null=True, blank=True)
    derived = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)
    removed_on = models.DateField(null=True, blank=True)
    decision_reference = models.TextField(blank=True)
    decision = models.ForeignKey(
        "activities.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="milestones_ended"
    )

    plan_path = "activity__plan"
    objects = MilestoneQuerySet.as_manager()  # type: ignore[misc]
    history = History(MilestoneWords)

    class Meta:
        ordering = ["activity_id", "position", "occurrence"]
        constraints = [
            # A milestone is one of the kinds.
            models.CheckConstraint(condition=Q(kind__in=MilestoneKind.values), name="activities_milestone_kind"),
            # An occurrence belongs to a series under its number, once; nothing else does.
            models.UniqueConstraint(fields=["series", "occurrence"], name="activities_milestone_occurrence_once"),
            models.CheckConstraint(
                condition=Q(kind="occurrence", series__isnull=False, occurrence__isnull=False)
                | (~Q(kind="occurrence") & Q(series=None, occurrence=None)),
                name="activities_milestone_occurrence",
            ),
            # A dated kind has both dates or will get both: what is due has an agreed date.
            models.CheckConstraint(
                condition=~Q(kind__in=["due", "start", "occurrence"]) | Q(agreed_due__isnull=False),
                name="activities_milestone_dated",
            ),
            # A milestone is removed or ended with a decision reference only.
            models.CheckConstraint(
                condition=Q(removed_on=None, ended_on=None) | ~Q(decision_reference=""),
                name="activities_milestone_decision",
            ),
        ]


class MoveWords:
    """How a move reads; shared by the live row and its history."""

    moved_from: date | None
    moved_to: date

    def __str__(self) -> str:
        """From when to when."""
        return f"{self.moved_from} → {self.moved_to}"

    @property
    def days(self) -> int | None:
        """By how many days the date moved; later is positive, None where there was no date before."""
        return None if self.moved_from is None else (self.moved_to - self.moved_from).days


class DateMove(MoveWords, Tracked):
    """One move of an agreed date: the slippage ledger. Never edited; a mistake is corrected by another move."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="date_moves")
    number = models.PositiveIntegerField()
    moved_from = models.DateField(null=True, blank=True)
    moved_to = models.DateField()
    reason = models.TextField()
    asked_by = models.TextField()
    agreed_by = models.TextField()
    decision_reference = models.TextField(blank=True)
    decision = models.ForeignKey(
        "activities.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="date_moves"
    )
    at = models.DateTimeField()

    plan_path = "milestone__activity__plan"
    history = History(MoveWords)

    class Meta:
        ordering = ["milestone_id", "number"]
        constraints = [
            # Moves of a milestone are numbered once each.
            models.UniqueConstraint(fields=["milestone", "number"], name="activities_date_move_number"),
            # A date moves with a reason, and to another date.
            models.CheckConstraint(condition=~Q(reason=""), name="activities_date_move_reason"),
            models.CheckConstraint(
                condition=Q(moved_from=None) | ~Q(moved_to=F("moved_from")), name="activities_date_move_moves"
            ),
        ]
