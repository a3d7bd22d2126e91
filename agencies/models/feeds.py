"""Calendar feeds: one private address per person, of which only a hash is kept."""

from __future__ import annotations

from django.db import models

from agencies.models.people import Person


class CalendarFeed(models.Model):
    """A person's private calendar address. Not part of the register.

    Its token is shown once and stored as a hash (SHA-256, hexadecimal); a new one ends the one before.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # One address at a time.
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at=None), name="agencies_calendar_feed_once"
            ),
        ]

    def __str__(self) -> str:
        """Whose it is."""
        return f"Calendar of {self.person}"
