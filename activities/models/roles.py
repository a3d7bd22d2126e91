"""Roles: which body does what in an activity, in the exact kinds of the document's Resourcing column."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from activities.models.activities import Activity
from activities.models.plans import ActionPlan
from activities.querysets import RoleQuerySet
from agencies.models import Body
from tnoc_tracker.record.models import History, Tracked


class RoleKind(models.TextChoices):
    """The kinds of role that the document tells apart; never flattened to lead and support."""

    LEAD = "lead", "Lead"
    COORDINATOR = "coordinator", "Coordinator"
    SUPPORT = "support", "Support"
    CONTRIBUTOR = "contributor", "Contributor"
    PARTICIPANT = "participant", "Participant"
    WITHHELD = "withheld", "Withheld"


ANSWERING = (RoleKind.LEAD, RoleKind.COORDINATOR)
"""The kinds that answer for an activity: its lead, else its coordinator."""


class RoleWords:
    """How a role is named; shared by the live row and its history."""

    kind: str

    @property
    def kind_label(self) -> str:
        """The kind as people read it: ``Lead``, ``Coordinator``."""
        return str(RoleKind(self.kind).label)


class Role(RoleWords, Tracked):
    """A body's role in an activity; a withheld role has no body. ``scope`` limits a lead to part of the work.

    ``decision`` is the one on record by which the body was named.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="roles")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=RoleKind)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    as_published = models.TextField(blank=True)
    scope = models.TextField(blank=True)
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    decision = models.ForeignKey(
        "activities.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="roles_named"
    )

    plan_path = "activity__plan"
    objects = RoleQuerySet.as_manager()  # type: ignore[misc]
    history = History(RoleWords)

    class Meta:
        ordering = ["activity_id", "position"]
        constraints = [
            # A withheld role names nobody; every other role names a body.
            models.CheckConstraint(
                condition=Q(kind="withheld", body=None) | (~Q(kind="withheld") & Q(body__isnull=False)),
                name="activities_role_body",
            ),
            # A role is one of the document's kinds.
            models.CheckConstraint(condition=Q(kind__in=RoleKind.values), name="activities_role_kind"),
        ]

    def __str__(self) -> str:
        """``Lead: New Zealand Police``."""
        return f"{self.kind_label}: {self.body}" if self.body else self.kind_label


class CollectiveMember(Tracked):
    """A body belongs to a collective within a plan ("All agencies" of this plan are twelve)."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="collective_members")
    collective = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="collective_members")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="collectives")
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    plan_path = "plan"
    history = History()

    class Meta:
        ordering = ["plan_id", "collective_id", "id"]
        constraints = [
            # A body is a member of a collective once at a time.
            models.UniqueConstraint(
                fields=["plan", "collective", "body"],
                condition=Q(ended_on=None),
                name="activities_collective_member_once",
            ),
        ]

    def __str__(self) -> str:
        """Who belongs to what."""
        return f"{self.body} in {self.collective}"
