"""The plan and its structure: focus areas, priority areas, and the document it was loaded from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from activities.quarters import FiscalQuarter
from tnoc_tracker.record.models import History, Tracked


class PlanWords:
    """What a plan says of itself; shared by the live row and its history."""

    slug: str
    title: str
    starts_on: date
    ends_on: date
    fiscal_year_starts_in: int

    def __str__(self) -> str:
        """The title."""
        return self.title

    @property
    def short_title(self) -> str:
        """The part of the title after a colon, set in ordinary case: ``Action Plan 2021/22``."""
        name = self.title.rpartition(":")[2].strip()
        return name.title() if name.isupper() else name

    def quarter_of(self, day: date) -> FiscalQuarter:
        """The fiscal quarter of this plan's calendar that holds a day."""
        return FiscalQuarter.of(day, self.fiscal_year_starts_in)

    def quarters(self) -> list[FiscalQuarter]:
        """Every fiscal quarter that the plan's period touches, in order."""
        quarter, quarters = self.quarter_of(self.starts_on), []
        while quarter.first_day <= self.ends_on:
            quarters.append(quarter)
            quarter = quarter.next()
        return quarters


def current_plan(plans: Iterable[ActionPlan], on: date) -> ActionPlan | None:
    """The plan whose period holds the day (the later if two do), else the most recent, else none.

    A plan that has not begun is not recent yet; it is taken only where there is no other.
    """

    def rank(plan: ActionPlan) -> tuple[bool, bool, int]:
        begun = plan.starts_on <= on
        nearness = plan.starts_on if plan.ends_on >= on else plan.ends_on
        return begun and plan.ends_on >= on, begun, nearness.toordinal() if begun else -nearness.toordinal()

    return max(plans, key=rank, default=None)


class ActionPlan(PlanWords, Tracked):
    """An action plan with its period and fiscal calendar; several may be live at once."""

    slug = models.SlugField(unique=True)
    title = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    fiscal_year_starts_in = models.PositiveSmallIntegerField()

    history = History(PlanWords)

    class Meta:
        ordering = ["starts_on", "slug"]
        constraints = [
            # A plan's period ends after it begins.
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="activities_plan_period"),
            # A fiscal year starts in a month.
            models.CheckConstraint(
                condition=Q(fiscal_year_starts_in__gte=1, fiscal_year_starts_in__lte=12),
                name="activities_plan_fiscal_month",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The plan's dashboard."""
        return reverse("plan_dashboard", args=[self.slug])


class PlanDocument(Tracked):
    """The published document as loaded, for ever: the exchange JSON with every line and every cell verbatim.

    A later loading of a corrected document adds an edition; it never changes an earlier one.
    """

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="documents")
    edition = models.PositiveIntegerField()
    exchange = models.TextField()

    plan_path = "plan"
    history = History()

    class Meta:
        ordering = ["plan_id", "edition"]
        constraints = [
            # Editions of a plan's document are numbered once each.
            models.UniqueConstraint(fields=["plan", "edition"], name="activities_document_edition"),
        ]

    def __str__(self) -> str:
        """Which edition."""
        return f"Document, edition {self.edition}"


class FocusAreaWords:
    """How a focus area is named; shared by the live row and its history."""

    code: str
    title: str

    def __str__(self) -> str:
        """``UNIFY: Drive System Governance and Coordination``."""
        return f"{self.code}: {self.title}"


class FocusArea(FocusAreaWords, Tracked):
    """A focus area: the code as printed (``UNIFY``) and its title."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="focus_areas")
    position = models.PositiveIntegerField()
    code = models.TextField()
    title = models.TextField()
    slug = models.SlugField(max_length=80)

    plan_path = "plan"
    history = History(FocusAreaWords)

    class Meta:
        ordering = ["plan_id", "position"]
        constraints = [
            # A filter names a focus area by its slug within the plan.
            models.UniqueConstraint(fields=["plan", "slug"], name="activities_focus_area_slug"),
        ]


class PriorityAreaWords:
    """How a priority area is named; shared by the live row and its history."""

    title: str

    def __str__(self) -> str:
        """The title."""
        return self.title


class PriorityArea(PriorityAreaWords, Tracked):
    """A priority area of a focus area."""

    focus_area = models.ForeignKey(FocusArea, on_delete=models.PROTECT, related_name="priority_areas")
    position = models.PositiveIntegerField()
    title = models.TextField()

    plan_path = "focus_area__plan"
    history = History(PriorityAreaWords)

    class Meta:
        ordering = ["focus_area_id", "position"]
        constraints = [
            # Priority areas stand in the document's order within their focus area.
            models.UniqueConstraint(fields=["focus_area", "position"], name="activities_priority_area_position"),
        ]
