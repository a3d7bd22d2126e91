"""Activities: the rows of a plan, as published and as worked on; and the parts that bodies answer for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from activities.models.plans import ActionPlan, FocusArea, PriorityArea
from activities.plan_document.grounds import withheld_words
from activities.plan_document.prose import Prose
from activities.querysets import ActivityQuerySet
from activities.statuses import DeliveryStatus, Meaning, meaning_of
from agencies.models import Body
from tnoc_tracker.record.models import History, Tracked
from tnoc_tracker.record.text import fold


class StatusWords:
    """Anything with a delivery status."""

    status: str

    @property
    def meaning(self) -> Meaning:
        """The table's row for the status: label, shape, tone, definition."""
        return meaning_of(self.status)

    @property
    def is_finished(self) -> bool:
        """Completed or Not delivered: never overdue again."""
        return self.meaning.finished


class ActivityWords(StatusWords):
    """How an activity is named and read on a page; shared by the live row and its history."""

    key: str
    number: str
    title: str
    description: str
    withheld: list[dict[str, Any]]
    published_title: str
    published_prose: str

    def __str__(self) -> str:
        """``12 Public/private project …``, or that the row is withheld."""
        return f"{self.number} {self.heading}".strip()

    @property
    def title_is_withheld(self) -> bool:
        """Whether the document withholds the title."""
        return any(part["field"] == "title" for part in self.withheld)

    @property
    def heading(self) -> str:
        """The working title; a withheld one says so with its ground."""
        return self.withheld_in_words.capitalize() if self.title_is_withheld else self.title

    @property
    def withheld_in_words(self) -> str:
        """``withheld under s 9(2)(f)(iv)``: the first ground stated for the row, or that none is; else empty."""
        if not self.withheld:
            return ""
        return withheld_words(next((part["ground"] for part in self.withheld if part["ground"]), None))

    @property
    def prose(self) -> Prose:
        """The working description in paragraphs and items."""
        return Prose.from_text(self.description)

    @property
    def words_differ(self) -> bool:
        """Whether the working words have moved away from the published ones."""
        return (self.title, self.description) != (self.published_title, self.published_prose)


class Activity(ActivityWords, Tracked):
    """One row of a plan: the published words, never edited, beside the working ones.

    ``key`` is the number as printed, else ``row-<position>``. ``description`` and ``published_prose`` are in the
    plain form of ``Prose``; the ``published_…`` cells are verbatim. ``status`` is what counts for the whole;
    where parts exist it follows from them. ``vacant_since`` is the day from which nobody answers for it.
    """

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="activities")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=60)
    number = models.CharField(max_length=40, blank=True)
    focus_area = models.ForeignKey(FocusArea, on_delete=models.PROTECT, related_name="activities")
    priority_area = models.ForeignKey(PriorityArea, on_delete=models.PROTECT, related_name="activities")

    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    withheld = models.JSONField(default=list, blank=True)
    timeframe_withheld = models.BooleanField(default=False)
    resourcing_withheld = models.BooleanField(default=False)

    answerable = models.CharField(max_length=20)
    vacant_since = models.DateField(null=True, blank=True)

    status = models.CharField(max_length=20, choices=DeliveryStatus, default=DeliveryStatus.NOT_STARTED)
    updates = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(null=True, blank=True)
    review_date = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)

    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    published_line = models.PositiveIntegerField(null=True, blank=True)
    published_focus_area = models.TextField(blank=True)
    published_priority_area = models.TextField(blank=True)
    published_activity = models.TextField(blank=True)
    published_description = models.TextField(blank=True)
    published_resourcing = models.TextField(blank=True)
    published_timeframe = models.TextField(blank=True)
    published_title = models.TextField(blank=True)
    published_prose = models.TextField(blank=True)

    search_key = models.TextField(editable=False, blank=True)

    plan_path = "plan"
    objects = ActivityQuerySet.as_manager()  # type: ignore[misc]
    history = History(ActivityWords)

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["plan_id", "position"]
        constraints = [
            # An activity's key is its address within its plan.
            models.UniqueConstraint(fields=["plan", "key"], name="activities_activity_key"),
            # Rows keep the document's order.
            models.UniqueConstraint(fields=["plan", "position"], name="activities_activity_position"),
            # A delivery status is one of the seven.
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="activities_activity_status"),
            # A finished activity has the day on which it finished, and only a finished one has.
            models.CheckConstraint(
                condition=Q(status__in=["completed", "not_delivered"], finished_on__isnull=False)
                | (~Q(status__in=["completed", "not_delivered"]) & Q(finished_on=None)),
                name="activities_activity_finished",
            ),
            # A paused activity has the day on which the pause is reviewed.
            models.CheckConstraint(
                condition=~Q(status="paused") | Q(review_date__isnull=False), name="activities_activity_paused"
            ),
            # Withdrawn with a reason, or not at all.
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="activities_activity_withdrawn",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folded search key in step with the words."""
        words = (self.number, self.title, self.description, self.published_title)
        self.search_key = fold("\n".join(words))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The activity's page."""
        return reverse("activity", args=[self.plan.slug, self.key])


class PartWords(StatusWords):
    """How a part is named; shared by the live row and its history."""

    scope: str


class Part(PartWords, Tracked):
    """What one body answers for within a shared activity: a scoped lead, or a member of a leading collective.

    The plan's activities 8 and 11 have scoped leads; 17 is led by all agencies, each with a part.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="parts")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    scope = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=DeliveryStatus, default=DeliveryStatus.NOT_STARTED)
    reported_at = models.DateTimeField(null=True, blank=True)
    review_date = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    plan_path = "activity__plan"
    history = History(PartWords)

    class Meta:
        ordering = ["activity_id", "position"]
        constraints = [
            # A body answers once for a scope of an activity.
            models.UniqueConstraint(
                fields=["activity", "body", "scope"], condition=Q(withdrawn_on=None), name="activities_part_once"
            ),
            # A delivery status is one of the seven.
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="activities_part_status"),
            # A finished part has the day on which it finished, and only a finished one has.
            models.CheckConstraint(
                condition=Q(status__in=["completed", "not_delivered"], finished_on__isnull=False)
                | (~Q(status__in=["completed", "not_delivered"]) & Q(finished_on=None)),
                name="activities_part_finished",
            ),
            # A paused part has the day on which the pause is reviewed.
            models.CheckConstraint(
                condition=~Q(status="paused") | Q(review_date__isnull=False), name="activities_part_paused"
            ),
        ]

    def __str__(self) -> str:
        """``Police – financial sector``."""
        return f"{self.body.label} – {self.scope}" if self.scope else self.body.label
