"""Sending messages: each is a row, committed as *sending* before it leaves, and as *sent* after it has.

By itself a message leaves once at the most: its topics are unique per person, so that of two runs at the same time
one finds them taken; and whatever goes wrong between the two commits leaves it *sending*, with the error where there
is one. Nothing is sent again but by the Secretariat, who see on its page what may not have left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import F

from agencies.actions.common import Forbidden, Refused, require
from agencies.models import MailPreference, Membership, Message, MessageState, MessageTopic, Person
from agencies.standing import Standing
from tnoc_tracker.record.change import Conflict, RegisterError

UNDER_WAY = timedelta(minutes=2)
"""So long a message without an error counts as on its way: sending it again would send it twice."""

log = logging.getLogger("tnoc.mail")


class NoMailServer(RegisterError):
    """The mail server cannot be reached; nothing was taken on, and nothing is lost."""


@dataclass(frozen=True)
class Letter:
    """What is to be said to one person, about which topics, for which day of the register."""

    person: Person
    kind: str
    subject: str
    text: str
    html: str
    topics: tuple[str, ...]
    on: date


@contextmanager
def mail_server() -> Iterator[BaseEmailBackend]:
    """A connection for any number of messages; ``NoMailServer`` where there is none, before anything is taken on."""
    server = get_connection()
    _open(server)
    try:
        yield server
    finally:
        server.close()


def _open(server: BaseEmailBackend) -> None:
    try:
        server.open()
    except (OSError, SMTPException) as error:
        raise NoMailServer(f"The mail server cannot be reached ({_words(error)}).") from error


def send(letter: Letter, *, now: datetime, server: BaseEmailBackend) -> Message | None:
    """Send a letter; None where the person was told of one of its topics meanwhile, and nothing leaves.

    The message comes back as *sent*, or as *sending* with its error. ``now`` is the machine's clock.
    """
    _open(server)  # again, where the message before broke the connection
    message = _take_on(letter, now)
    if message is not None:
        _hand_over(message, now, server)
    return message


def _take_on(letter: Letter, now: datetime) -> Message | None:
    """The message with its topics, committed before anything leaves."""
    try:
        with transaction.atomic(durable=True):
            message = Message.objects.create(
                person=letter.person,
                kind=letter.kind,
                address=letter.person.email,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                on=letter.on,
                made_at=now,
            )
            topics = [MessageTopic(message=message, person=letter.person, topic=topic) for topic in letter.topics]
            MessageTopic.objects.bulk_create(topics)
            return message
    except IntegrityError:
        if already_told(letter.person, letter.topics):
            return None
        raise


def already_told(person: Person, topics: Sequence[str]) -> set[str]:
    """Which of some topics a person has been told of, whether or not the message has left."""
    return set(MessageTopic.objects.filter(person=person, topic__in=topics).values_list("topic", flat=True))


def _hand_over(message: Message, now: datetime, server: BaseEmailBackend) -> None:
    """Give a message to the mail server, and note what came of it in a transaction of its own."""
    try:
        taken = _as_mail(message, server).send()
    except Exception as error:  # whatever a mail backend raises: the row says so, and the next message has its turn
        _note(message, MessageState.SENDING, None, _words(error))
        log.warning("message %s could not be handed over: %s", message.id, type(error).__name__)
        server.close()
    else:
        _note(message, *((MessageState.SENT, now, "") if taken else (MessageState.SENDING, None, "It was not taken.")))


def _note(message: Message, state: MessageState, sent_at: datetime | None, error: str) -> None:
    message.state, message.sent_at, message.error = state, sent_at, error
    with transaction.atomic(durable=True):
        message.save(update_fields=["state", "sent_at", "error"])


def _as_mail(message: Message, server: BaseEmailBackend) -> EmailMultiAlternatives:
    """The message as mail. One sent again carries the same identifier: mail programs know it for the same."""
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.address],
        headers={
            "Message-ID": f"<{message.id}.{int(message.made_at.timestamp())}@{host}>",
            "Auto-Submitted": "auto-generated",  # so that nobody's absence note answers
        },
        connection=server,
    )
    mail.attach_alternative(message.html, "text/html")
    return mail


def _words(error: Exception) -> str:
    """What a mail server, or the way to it, says: ``550 No such mailbox``, ``Connection refused``."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(_said(code, words) for code, words in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return str(getattr(error, "strerror", "") or error) or type(error).__name__


def _said(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def may_be_sent_again(message: Message, now: datetime) -> bool:
    """Whether a message was left behind: not sent, and not on its way at this moment."""
    if message.is_sent:
        return False
    return bool(message.error) or message.attempts > 1 or now - message.made_at >= UNDER_WAY


def send_again(*, message: Message, attempts: int, by: Standing, on: date, now: datetime) -> Message:
    """Send a message that was left *sending* once more, to the person's present address.

    ``attempts`` is how often it was tried when the page was opened: ``Conflict`` where somebody was quicker.
    ``Refused`` where it has left, may be on its way, or the person is written to no more.
    """
    require(by, "read_mail")
    if not may_be_sent_again(message, now):
        raise Refused({"": "This message has left." if message.is_sent else "This message may be on its way just now."})
    address = _present_address(message.person, on)
    with mail_server() as server:
        with transaction.atomic(durable=True):
            rows = Message.objects.filter(id=message.id, state=MessageState.SENDING, attempts=attempts)
            if not rows.update(attempts=F("attempts") + 1, address=address, error=""):
                raise Conflict("Somebody else has sent this message again meanwhile.")
        held: Message = Message.objects.select_related("person").get(id=message.id)
        _hand_over(held, now, server)
    return held


def _present_address(person: Person, on: date) -> str:
    """Where a person is written to on a day; ``Refused`` where they are written to no more."""
    if not person.is_active or not Membership.objects.filter(person=person).live(on).exists():
        raise Refused({"": f"{person.name} has no access any more, and is sent nothing."})
    if not person.email:
        raise Refused({"": f"{person.name} has no e-mail address. An administrator can give one."})
    return person.email


@transaction.atomic
def set_summary(*, summary: str, by: Standing) -> MailPreference:
    """Choose for oneself whether the weekly summary is sent. What an open round obliges is sent all the same."""
    if by.actor.person_id is None:
        raise Forbidden("A preference belongs to a person.")
    if summary not in MailPreference.Summary.values:
        raise Refused({"summary": "Choose one of the two."})
    wanted, _made = MailPreference.objects.update_or_create(
        person_id=by.actor.person_id, defaults={"summary": MailPreference.Summary(summary)}
    )
    return wanted
