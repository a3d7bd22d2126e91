"""``manage.py create_administrator``: the first account of an installation."""

from __future__ import annotations

import argparse
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from agencies.actions.common import Refused
from agencies.actions.passwords import use_link
from agencies.actions.people import invite_person
from agencies.models import Body
from agencies.standing import Standing
from tnoc_tracker.record.change import in_request
from tnoc_tracker.record.clock import machine_now, the_clock
from tnoc_tracker.record.management.database import database_in_words

HERE = "http://127.0.0.1:8000"
"""Where a link leads while ``SITE_ADDRESS`` is not set."""


class Command(BaseCommand):
    """Make an administrator, who then invites everybody else in the browser."""

    help = (
        "Make an administrator: somebody who manages people and bodies. Prints a one-time link, valid for 72 hours, "
        "with which they set a password; --ask-password asks for the password here instead."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The user name, and who it is."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the person's name, as everybody reads it")
        parser.add_argument("--email", default="")
        parser.add_argument("--body", help="also give a membership of this body (its short or full name), from today")
        parser.add_argument("--may-report", action="store_true", help="with --body: they may report for it")
        parser.add_argument("--ask-password", action="store_true", help="ask for the password instead of a link")
        parser.add_argument("--address", default=settings.SITE_ADDRESS or HERE, help="where this register is served")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person, and print the link or set the password."""
        with database_in_words(), in_request(f"create_administrator {machine_now().isoformat()}"):
            self._make(options)

    def _make(self, options: dict[str, Any]) -> None:
        clock, now = the_clock(), machine_now()
        body = _body(options["body"]) if options["body"] else None
        if options["may_report"] and body is None:
            raise CommandError("--may-report needs --body: people report for a body.")
        try:
            person, token = invite_person(
                username=options["username"],
                name=options["name"],
                email=options["email"],
                administrator=True,
                body=body,
                since=clock.today(),
                may_report=options["may_report"],
                reason="Made at the command line",
                by=Standing.program("create_administrator"),
                at=clock.now(),
                now=now,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person.name} is an administrator and signs in as {person.username}.")
        if options["ask_password"]:
            self._ask_password(token)
        else:
            link = options["address"].rstrip("/") + reverse("invitation", args=[token])
            self.stdout.write(f"Within 72 hours, open this link once to set the password:\n{link}")

    def _ask_password(self, token: str) -> None:
        while True:
            password = getpass("Password (16 characters or more): ")
            if password != getpass("The same again: "):
                self.stderr.write("The two differ.")
                continue
            try:
                use_link(token=token, password=password, at=the_clock().now(), now=machine_now())
            except Refused as refused:
                self.stderr.write(str(refused))
                continue
            self.stdout.write("The password is set.")
            return


def _body(label: str) -> Body:
    found: Body | None = Body.objects.filter(short=label).first() or Body.objects.filter(name=label).first()
    if found is None:
        names = ", ".join(body.label for body in Body.objects.all()) or "none yet: load a plan first"
        raise CommandError(f"There is no body called “{label}”. Bodies: {names}.")
    return found
