"""People and their memberships: who may sign in, for which body, from when until when."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q

from agencies.models.bodies import Body
from tnoc_tracker.record.models import History, Tracked
from tnoc_tracker.record.querysets import TrackedQuerySet
from tnoc_tracker.record.text import fold


def sign_in_name(typed: str) -> str:
    """A user name as it is stored, compared and locked: the case and the way letters are composed do not matter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).strip()


def composed(password: str | None) -> str | None:
    """A password with its letters composed one way: keyboards differ in how they send a macron."""
    return None if password is None else unicodedata.normalize("NFKC", password)


class PersonManager(BaseUserManager["Person"].from_queryset(TrackedQuerySet)):  # type: ignore[misc]
    """Finds people by user name, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this user name; case does not matter."""
        person: Person = self.get(username__iexact=sign_in_name(username or ""))
        return person


class PersonWords:
    """How a person is named on a page; shared by the live row and its history."""

    name: str

    def __str__(self) -> str:
        """The person's name."""
        return self.name


class Person(PersonWords, AbstractBaseUser, Tracked):
    """Somebody who may sign in. The password is in no history; ``last_login`` is not kept here at all.

    People are deactivated, never deleted: the record keeps its authors.
    """

    username = models.CharField("user name", max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    is_administrator = models.BooleanField("administrator", default=False)
    sort_key = models.TextField(editable=False)

    last_login = None  # A sign-in is no change of the register; it is logged instead.

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()  # type: ignore[misc]
    history = History(PersonWords, excluded_fields=["password"])

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["sort_key", "id"]
        constraints = [
            # User names differ by more than case: sign-in and lock-out ignore it.
            models.UniqueConstraint(models.functions.Lower("username"), name="agencies_person_username"),
            # A person has a name: every entry shows it.
            models.CheckConstraint(condition=~Q(name=""), name="agencies_person_name"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folded key in step with the name."""
        self.sort_key = fold(self.name)
        super().save(*args, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        """Keep the hash of a password; the row is saved by ``record``."""
        super().set_password(composed(raw_password))

    def check_password(self, raw_password: str) -> bool:
        """Compare without re-hashing: a sign-in never writes a tracked row."""
        return check_password(composed(raw_password), self.password)


class MembershipQuerySet(TrackedQuerySet):
    """Memberships in words."""

    def live(self, on: date) -> MembershipQuerySet:
        """Memberships that hold on this day: from and until are both inside."""
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)


class Membership(Tracked):
    """A person belongs to a body, from a day until a day (both inside; no ``until``: until further notice).

    ``may_report`` lets the person report for what the body answers for.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField("from")
    until = models.DateField(null=True, blank=True)
    may_report = models.BooleanField(default=False)

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]
    history = History()

    class Meta:
        ordering = ["person_id", "since", "id"]
        constraints = [
            # A membership ends on or after the day it begins.
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="agencies_membership_period"
            ),
        ]

    def __str__(self) -> str:
        """Who belongs to what."""
        return f"{self.person} – {self.body}"

    def is_live(self, on: date) -> bool:
        """Whether it holds on this day; the same as ``live`` above."""
        return self.since <= on and (self.until is None or self.until >= on)
