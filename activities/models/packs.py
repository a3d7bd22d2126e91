"""Packs: what the Steering Group was given, frozen. Nothing in one ever changes; a correction is another version."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import reverse

from activities.models.meetings import Meeting
from activities.models.rounds import Round
from activities.pack_forms import PackForm
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.models import History, Tracked


class PackWords:
    """How a pack is named; shared by the live row and its history."""

    number: int
    frozen_at: datetime

    def __str__(self) -> str:
        """``Pack, version 1, frozen 10 February 2022``."""
        return f"Pack, version {self.number}, frozen {long_date(day_of(self.frozen_at))}"


class Pack(PackWords, Tracked):
    """One version of a meeting's pack. Its position is ``frozen_at``; its movements run from ``previous``'s position.

    ``figures_hash`` is the SHA-384 of the canonical figures, in hexadecimal, as its cover prints it. ``corrected_why``
    says why a version after the first was made.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packs")
    number = models.PositiveIntegerField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="packs")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by")
    frozen_at = models.DateTimeField()
    frozen_by = models.TextField()
    summary = models.TextField()
    figures_hash = models.CharField(max_length=96)
    corrected_why = models.TextField(blank=True)

    plan_path = "meeting__plan"
    history = History(PackWords)

    class Meta:
        ordering = ["meeting_id", "number"]
        constraints = [
            # Versions of a meeting's pack are numbered gaplessly.
            models.UniqueConstraint(fields=["meeting", "number"], name="activities_pack_number"),
            # Frozen by somebody, with a summary and the hash of its figures.
            models.CheckConstraint(
                condition=~Q(frozen_by="") & ~Q(summary="") & ~Q(figures_hash=""), name="activities_pack_frozen"
            ),
            # The first version corrects nothing; every later one says why it was made.
            models.CheckConstraint(
                condition=Q(number=1, corrected_why="") | (Q(number__gt=1) & ~Q(corrected_why="")),
                name="activities_pack_corrected",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The pack's page: its files and their hashes."""
        return reverse("pack", args=[self.meeting.plan.slug, self.id])


class PackFile(Tracked):
    """One file of a frozen pack: which form, under which name, and the SHA-384 of its bytes (``PackContent``).

    ``made_at`` is the moment of freezing, or the later one at which a form was rendered from the stored figures.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=20, choices=PackForm)
    name = models.TextField()
    content_type = models.TextField()
    size = models.PositiveIntegerField()
    sha384 = models.CharField(max_length=96)
    made_at = models.DateTimeField()

    plan_path = "pack__meeting__plan"
    history = History()

    class Meta:
        ordering = ["pack_id", "id"]
        constraints = [
            # A pack has each form once.
            models.UniqueConstraint(fields=["pack", "form"], name="activities_pack_file_once"),
            # It is one of the forms, with a name and a hash.
            models.CheckConstraint(
                condition=Q(form__in=PackForm.values) & ~Q(name="") & ~Q(sha384=""), name="activities_pack_file_form"
            ),
        ]

    def __str__(self) -> str:
        """The file's name."""
        return self.name


class PackContent(models.Model):
    """The bytes of a pack's file, found by their SHA-384 (hexadecimal). The database refuses to change or delete them.

    Not tracked: the file's entry holds the hash, so that bytes written past every guard are found by ``verify_packs``.
    """

    sha384 = models.CharField(max_length=96, primary_key=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        """Its hash."""
        return self.sha384

    @classmethod
    def bytes_of(cls, sha384: str) -> bytes | None:
        """The bytes under a hash, None where there are none; SQLite may have been made to hold a text there."""
        rows = cls.objects.filter(sha384=sha384).values_list(Cast("content", models.BinaryField()), flat=True)
        stored = rows.first()
        return None if stored is None else bytes(stored)


class PackDraft(models.Model):
    """The summary of a pack that is not frozen yet. Not part of the register, and seen by the Secretariat only.

    ``version`` grows with every save, for whoever saves second.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="pack_draft")
    summary = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.TextField()

    def __str__(self) -> str:
        """Of which meeting's pack."""
        return f"Draft of the pack for {self.meeting}"
