"""Playing the demonstration into an empty database, up to the day that it pretends is today."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from activities.actions.loading import load_plan
from activities.models import Round
from activities.reminders import due_letters
from activities.working_days import Calendar
from agencies.actions.messages import mail_server, send, set_summary
from agencies.models import MailPreference, Membership, Person
from agencies.standing import Standing
from tnoc_tracker.demonstration.lookup import body_called
from tnoc_tracker.demonstration.people import PASSWORD, PEOPLE
from tnoc_tracker.demonstration.play import in_order, play
from tnoc_tracker.record.days import AUCKLAND, start_of_day
from tnoc_tracker.record.writing import record

PROGRAM = Standing.program("demo")
PLAN = "tnoc-action-plan-2021-22.json"
LOADED_ON = date(2021, 7, 1)
PRETENDED = date(2022, 2, 15)
"""The day that the demonstration pretends is today."""

DAY = timedelta(days=1)
MAIL_AT = time(7, 30)

Say = Callable[[str], None]


def fixtures(name: str) -> Any:
    """A committed fixture, parsed."""
    path: Path = settings.BASE_DIR / "fixtures" / name
    return json.loads(path.read_text(encoding="utf-8"))


def build(upto: date, say: Say) -> None:
    """Load the plan, make the people and play every event up to a day; ``say`` is told of the progress."""
    say("Loading the published plan")
    load_plan(exchange=fixtures(PLAN), directory=fixtures("bodies.json"), by=PROGRAM, at=start_of_day(LOADED_ON))
    say("Making the people")
    _make_people()
    events = list(in_order(upto))
    mailed = LOADED_ON
    for count, (event, at) in enumerate(events, start=1):
        say(f"Playing half a year of progress: {count} of {len(events)}")
        _send_mail(mailed, event.day)
        mailed = event.day
        play(event, at)
    _send_mail(mailed, min(upto, PRETENDED))


def _make_people() -> None:
    at, password = start_of_day(LOADED_ON), make_password(PASSWORD)  # hashed once: everybody has the same
    for entry in PEOPLE:
        person = Person(
            username=entry.username,
            name=entry.name,
            email=entry.email,
            is_administrator=entry.administrator,
            password=password,
        )
        record(person, by=PROGRAM.actor, at=at, reason="Made up for the demonstration")
        if entry.body:
            membership = Membership(
                person=person, body=body_called(entry.body), since=LOADED_ON, may_report=entry.may_report
            )
            record(membership, by=PROGRAM.actor, at=at, reason="Made up for the demonstration")
        if not entry.wants_summary:
            set_summary(summary=MailPreference.Summary.OFF, by=Standing.of(person, LOADED_ON))


def _send_mail(after: date, upto: date) -> None:
    """What ``send_reminders`` would have sent, run once in the morning of each working day with a round open."""
    calendar = Calendar.closed_on(settings.CLOSED_DAYS)
    for day in (after + DAY * count for count in range(1, (upto - after).days + 1)):
        if calendar.is_working_day(day) and Round.objects.filter(closed_at=None).exists():
            post = due_letters(on=day, calendar=calendar, escalate_after=settings.ESCALATION_WORKING_DAYS)
            with mail_server() as server:
                for letter in post.letters:
                    send(letter, now=datetime.combine(day, MAIL_AT, AUCKLAND), server=server)
