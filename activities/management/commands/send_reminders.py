"""send_reminders: tells everybody what the open rounds wait for, once. Run it every hour."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from activities.reminders import Post, due_letters
from activities.working_days import Calendar
from agencies.actions.messages import Letter, NoMailServer, mail_server, send
from tnoc_tracker.record.clock import machine_now, the_clock
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.management.database import database_in_words


def day(text: str) -> date:
    """``2022-02-15``; anything else is refused with a sentence."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no date such as 2022-02-15.") from error


class Command(BaseCommand):
    """Send what is due, or say what would be sent."""

    help = (
        "Send one message to each person who has something new to be told about open reporting rounds, and the weekly "
        "summary. Safe to run every hour, or after a week of silence: nobody is told the same thing twice."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whether to send at all, and for which day."""
        parser.add_argument("--dry-run", action="store_true", help="say who would be sent what, and send nothing")
        parser.add_argument(
            "--on",
            type=day,
            metavar="DATE",
            help="the day to count from, such as 2022-02-15 (today); a day to come only with --dry-run",
        )

    def handle(self, *args: Any, dry_run: bool, on: date | None, **options: Any) -> None:
        """Find what is due on the day, and send it."""
        today = the_clock().today()
        on = on or today
        if on > today and not dry_run:
            # What is sent is not sent again: telling people too early would keep them from being told in time.
            raise CommandError(f"{long_date(on)} has not come. To see what will be sent then, add --dry-run.")
        calendar = Calendar.closed_on(settings.CLOSED_DAYS)
        with database_in_words():
            post = due_letters(on=on, calendar=calendar, escalate_after=settings.ESCALATION_WORKING_DAYS)
            if dry_run:
                self._list(post, on)
            else:
                self._send(post, on)

    def _list(self, post: Post, on: date) -> None:
        for letter in post.letters:
            self.stdout.write(f"{letter.person.name} <{letter.person.email}>: {letter.subject}")
            for topic in letter.topics:
                self.stdout.write(f"  {topic}")
        self._unreached(post)
        self.stdout.write(f"{_messages(len(post.letters))} would be sent for {long_date(on)}.")

    def _unreached(self, post: Post) -> None:
        for words in post.unreached:
            self.stdout.write(f"Not reached: {words}")

    def _send(self, post: Post, on: date) -> None:
        counts: Counter[str] = Counter()
        try:
            with mail_server() as server:
                for letter in post.letters:
                    message = send(letter, now=machine_now(), server=server)
                    outcome = "told" if message is None else "sent" if message.is_sent else "left"
                    counts[outcome] += 1
                    if outcome == "left":
                        self.stderr.write(_left(letter, message.error if message else ""))
        except NoMailServer as error:
            waiting = len(post.letters) - counts.total()
            raise CommandError(
                f"{error} {_messages(waiting)} will be sent by the next run; {counts['sent']} left now."
            ) from error
        if counts:  # every hour would be too often to name them
            self._unreached(post)
        kept = "" if settings.MAIL_LEAVES else " Mail is kept at /mail/ and does not leave: EMAIL_URL is not set."
        self.stdout.write(f"{_messages(counts['sent'])} sent for {long_date(on)}.{kept if counts['sent'] else ''}")
        if counts["left"]:
            raise CommandError(
                f"{_messages(counts['left'])} may not have left: see /mail/, where each can be sent again."
            )


def _left(letter: Letter, error: str) -> str:
    return f"{letter.person.name} <{letter.person.email}>: {error}"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
