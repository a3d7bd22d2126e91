"""``manage.py one_time_link``: a new link for somebody, where no administrator can sign in to make one."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from agencies.actions.common import Refused
from agencies.actions.passwords import reset_password
from agencies.models import Person
from agencies.models.people import sign_in_name
from agencies.standing import Standing
from tnoc_tracker.record.change import in_request
from tnoc_tracker.record.clock import machine_now, the_clock
from tnoc_tracker.record.management.database import database_in_words

HERE = "http://127.0.0.1:8000"
"""Where a link leads while ``SITE_ADDRESS`` is not set."""


class Command(BaseCommand):
    """Take a person's password away and print a link to set a new one."""

    help = "Print a one-time link, valid for 72 hours, with which a person sets a new password; the old one stops."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whose, and where the register is served."""
        parser.add_argument("username")
        parser.add_argument("--reason", default="Made at the command line")
        parser.add_argument("--address", default=settings.SITE_ADDRESS or HERE, help="where this register is served")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the link and print it."""
        with database_in_words(), in_request(f"one_time_link {machine_now().isoformat()}"):
            self._make(options)

    def _make(self, options: dict[str, Any]) -> None:
        person = Person.objects.filter(username__iexact=sign_in_name(options["username"])).first()
        if person is None:
            raise CommandError(f"Nobody signs in as “{options['username']}”.")
        try:
            token = reset_password(
                person=person,
                reason=options["reason"],
                by=Standing.program("one_time_link"),
                at=the_clock().now(),
                now=machine_now(),
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        link = options["address"].rstrip("/") + reverse("invitation", args=[token])
        self.stdout.write(f"Within 72 hours, {person.name} opens this link once to set a password:\n{link}")
