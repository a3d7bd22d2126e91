"""What the tests of mail share: people with addresses, a run of the reminders, and mail servers that fail."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections

from activities.reminders import Post, due_letters
from activities.working_days import Calendar
from agencies.actions.messages import UNDER_WAY, Letter, mail_server, send
from agencies.models import Message, MessageState, Person
from tests.world import LOADED, PROGRAM, TODAY, World, moment
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import start_of_day
from tnoc_tracker.record.writing import record

SITE = "https://tracker.example.govt.nz"
CALENDAR = Calendar()
ESCALATE_AFTER = 5


def give_addresses(*usernames: str) -> None:
    """Give some of the world's people an e-mail address: ``police@example.govt.nz``."""
    for person in Person.objects.filter(username__in=usernames):
        person.email = f"{person.username}@example.govt.nz"
        record(person, by=PROGRAM.actor, at=start_of_day(LOADED), reason="Made for the tests")


def due(on: date, calendar: Calendar = CALENDAR) -> Post:
    """What is to be sent on a day."""
    return due_letters(on=on, calendar=calendar, escalate_after=ESCALATE_AFTER)


def deliver(post: Post, now: datetime) -> list[Message]:
    """Send everything that is due; the messages of this run."""
    with mail_server() as server:
        sent = [send(letter, now=now, server=server) for letter in post.letters]
    return [message for message in sent if message is not None]


def run(on: date, calendar: Calendar = CALENDAR) -> list[Message]:
    """Find and send what is due on a day, at ten in the morning."""
    return deliver(due(on, calendar), moment(on))


def letter_to(world: World, username: str = "police", *topics: str, on: date = LOADED) -> Letter:
    """A letter that somebody could be sent."""
    words = {"subject": "1 return due", "text": "Kia ora", "html": "<body><p>Kia ora</p></body>"}
    return Letter(world.person(username), "reminder", topics=topics or ("round-1.1:body-1:opened",), on=on, **words)


class Server(BaseEmailBackend):
    """A mail server of the tests; ``taken`` are the addresses that it took mail for."""

    taken: ClassVar[list[str]] = []

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Take them all."""
        self.taken.extend(address for mail in email_messages for address in mail.to)
        return len(email_messages)


class RefusesPolice(Server):
    """Refuses mail to the police, and takes all other."""

    error: ClassVar[Exception] = ConnectionResetError("550 No such mailbox")

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Refuse, or take."""
        if any(address.startswith("police@") for mail in email_messages for address in mail.to):
            raise self.error
        return super().send_messages(email_messages)


class Stops(Server):
    """The program is stopped in the middle of sending."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """What a signal does."""
        raise KeyboardInterrupt


class StopsAfterwards(Server):
    """The program is stopped when the mail has left, and nothing says so yet."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """The mail leaves; then what a signal does."""
        super().send_messages(email_messages)
        raise KeyboardInterrupt


class IsNotThere(Server):
    """No server answers."""

    def open(self) -> bool:
        """What a closed port does."""
        raise ConnectionRefusedError("Connection refused")


class GoesAway(Server):
    """The first message breaks the connection, and nobody answers after it."""

    broken: ClassVar[bool] = False

    def open(self) -> bool:
        """Answer until it broke."""
        if type(self).broken:
            raise ConnectionRefusedError("Connection refused")
        return True

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Break."""
        type(self).broken = True
        raise ConnectionResetError("Connection reset by peer")


class Looks(Server):
    """Looks, from a connection of its own, at how the row stands when its mail is handed over."""

    seen: ClassVar[list[str]] = []

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Look at the committed rows, then take the mail."""

        def look() -> list[str]:
            try:
                return list(Message.objects.values_list("state", flat=True))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as thread:
            self.seen.extend(thread.submit(look).result())
        return super().send_messages(email_messages)


def refused_message() -> Message:
    """A message to the police about whatever is due today, which the mail server refused; of the world's own day."""
    give_addresses("police")
    (letter,) = (each for each in due(TODAY).letters if each.person.username == "police")
    with mail_server() as server:
        message = send(letter, now=machine_now() - UNDER_WAY, server=server)
    assert message is not None
    message.state, message.sent_at, message.error = MessageState.SENDING, None, "550 No such mailbox"
    message.save()
    return message
