"""Bodies: agencies, governance bodies and collectives that hold roles in a plan."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from tnoc_tracker.record.models import History, Tracked
from tnoc_tracker.record.text import fold


class BodyKind(models.TextChoices):
    """What sort of body it is; a collective stands for its members, set per plan."""

    AGENCY = "agency", "Agency"
    GOVERNANCE = "governance", "Governance body"
    COLLECTIVE = "collective", "Collective"


class BodyFunction(models.TextChoices):
    """The two bodies whose members have rights over a whole plan."""

    SECRETARIAT = "secretariat", "Secretariat"
    STEERING_GROUP = "steering_group", "Steering Group"


class BodyWords:
    """How a body is named on a page; shared by the live row and its history."""

    name: str
    short: str
    kind: str

    def __str__(self) -> str:
        """The name in full."""
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one, else the name."""
        return self.short or self.name

    @property
    def is_agency(self) -> bool:
        """Whether this is a single agency: one that reports for itself."""
        return self.kind == BodyKind.AGENCY


class Body(BodyWords, Tracked):
    """An agency, a governance body or a collective.

    ``also`` lists other names under which the plan's document mentions it ("NZ Police").
    """

    slug = models.SlugField(unique=True)
    name = models.TextField(unique=True)
    short = models.TextField(blank=True)
    name_mi = models.TextField("Māori name", blank=True)
    also = models.JSONField(default=list, blank=True)
    kind = models.CharField(max_length=20, choices=BodyKind)
    function = models.CharField(max_length=20, choices=BodyFunction, blank=True)
    sort_key = models.TextField(editable=False)

    history = History(BodyWords)

    class Meta:
        verbose_name = "body"
        verbose_name_plural = "bodies"
        ordering = ["sort_key"]
        constraints = [
            # A collective stands for its members; it is no agency of its own (Plan, "All agencies").
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="agencies_body_kind"),
            # A body's function is one of the two that carry rights, or none.
            models.CheckConstraint(
                condition=Q(function="") | Q(function__in=BodyFunction.values), name="agencies_body_function_known"
            ),
            # One Secretariat and one Steering Group at most: their members' rights are plan-wide.
            models.UniqueConstraint(fields=["function"], condition=~Q(function=""), name="agencies_body_function"),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the folded key in step with the name."""
        self.sort_key = fold(self.short or self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Where an administrator edits the body."""
        return reverse("body_edit", args=[self.slug])
