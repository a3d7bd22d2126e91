"""Messages to people: each is a row, committed before it leaves; and what a person wants to be sent.

Not part of the register: it says what was sent, not what was decided.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from agencies.models.people import Person


class MessageState(models.TextChoices):
    """Where a message stands. One left *sending* may or may not have left: people decide whether to send it again."""

    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"


class Message(models.Model):
    """One message to one person: plain text and HTML, as it was sent.

    ``on`` is the register's day for which it was made, ``sent_at`` the machine's clock. ``error`` says what stopped
    the last attempt.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=40)
    address = models.EmailField("e-mail")
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    on = models.DateField()
    state = models.CharField(max_length=20, choices=MessageState, default=MessageState.SENDING)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=1)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            # Sent with its moment, and only then.
            models.CheckConstraint(
                condition=Q(state="sending", sent_at=None) | Q(state="sent", sent_at__isnull=False),
                name="agencies_message_sent",
            ),
        ]
        indexes = [
            # Serves the page of messages: a person's own, the newest first.
            models.Index(fields=["person", "-made_at"], name="agencies_message_of_person"),
        ]

    def __str__(self) -> str:
        """To whom, about what."""
        return f"{self.subject}, to {self.person}"

    @property
    def is_sent(self) -> bool:
        """Whether it has left."""
        return self.state == MessageState.SENT


class MessageTopic(models.Model):
    """What a message was for: the same person is never told of the same topic twice by itself.

    ``topic`` is a key such as ``round-3.1:body-7:due-3``.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="topics")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    topic = models.TextField()

    class Meta:
        constraints = [
            # At most once: two runs at the same time cannot both tell a person of a topic.
            models.UniqueConstraint(fields=["person", "topic"], name="agencies_message_topic_once"),
        ]

    def __str__(self) -> str:
        """The topic."""
        return self.topic


class MailPreference(models.Model):
    """What a person wants to be sent beyond what an open round obliges; without a row, weekly."""

    class Summary(models.TextChoices):
        """How often a summary is sent."""

        WEEKLY = "weekly", "Once a week, when there is something"
        OFF = "off", "Never"

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="mail_preference")
    summary = models.CharField(max_length=20, choices=Summary, default=Summary.WEEKLY)

    class Meta:
        constraints = [
            # One of the two.
            models.CheckConstraint(condition=Q(summary__in=["weekly", "off"]), name="agencies_mail_preference_summary"),
        ]

    def __str__(self) -> str:
        """Whose it is."""
        return f"Mail of {self.person}: {self.summary}"
