"""Visits: since when somebody has not looked, so that a page can say what is new to them."""

from __future__ import annotations

from django.db import models

from agencies.models.people import Person


class Visit(models.Model):
    """When a person signed in last, and since when they have not looked. Not part of the register.

    Both moments are the register's: a demonstration counts them on the day that it pretends. ``seen_upto`` is the
    sign-in before this one, or the moment at which everything was marked as seen; None on the first visit.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="visit")
    signed_in_at = models.DateTimeField()
    seen_upto = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Whose visit it is."""
        return f"Visit of {self.person}"
