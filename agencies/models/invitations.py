"""One-time links: an invitation to a new person, or a reset of a forgotten password."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from agencies.models.people import Person

LIFETIME = timedelta(hours=72)


class Invitation(models.Model):
    """A one-time link with which a person sets a password. Only the token's hash is kept.

    Not part of the register: the entry of the person says who invited or reset, and when.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """For whom it is."""
        return f"One-time link for {self.person}"
