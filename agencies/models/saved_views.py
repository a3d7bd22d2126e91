"""Saved views: a person's own name for an address of the tracker, such as a filtered list."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from agencies.models.people import Person


class SavedView(models.Model):
    """A name for an address, seen by its person only. Not part of the register.

    ``address`` is a path of this site with its query, such as ``/plans/tnoc-2021-22/activities/?status=off_track``.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=1000)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # A person's names are told apart; also serves the list of one's own.
            models.UniqueConstraint(fields=["person", "name"], name="agencies_saved_view_name"),
            # It leads to a place on this site.
            models.CheckConstraint(
                condition=~Q(name="") & Q(address__startswith="/") & ~Q(address__startswith="//"),
                name="agencies_saved_view_address",
            ),
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name
