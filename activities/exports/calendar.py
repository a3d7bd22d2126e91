"""A person’s calendar as an iCalendar file (RFC 5545): all-day events whose identifiers stay the same.

Every word is of the day on which it is read ("Overdue 46 days"), so that day is each event’s time stamp: within a
day the file only changes where the register does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import TRANSP, Calendar, Event

from activities.summaries.calendar import CalendarDate
from tnoc_tracker.record.days import start_of_day

REFRESH = timedelta(hours=6)
"""How often a calendar program is asked to look again."""

DAY = timedelta(days=1)


def ics(dates: Iterable[CalendarDate], *, address: str, person_id: int, on: date) -> bytes:
    """The file. ``address`` is where the tracker is reached: links lead there, and identifiers end in its host."""
    host = urlsplit(address).hostname or "localhost"
    calendar = Calendar.new(
        prodid="-//TNOC Tracker//Calendar of a person//EN",
        uid=f"person-{person_id}@{host}",
        name="TNOC Tracker",
        description=_marked("What your bodies answer for in TNOC action plans, reporting rounds, and meetings.", ". "),
        refresh_interval=REFRESH,
    )
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"  # RFC 7986, 5.7: it has no default type
    calendar.add("X-PUBLISHED-TTL", "PT6H")  # what Outlook looks for
    for each in dates:
        calendar.add_component(_event(each, address, host, on))
    file: bytes = calendar.to_ical()
    return file


def _event(each: CalendarDate, address: str, host: str, on: date) -> Event:
    link = address + reverse(each.page[0], args=each.page[1:])
    return Event.new(
        uid=f"{each.key}@{host}",
        summary=each.title,
        start=each.day,
        end=each.day + DAY,
        stamp=start_of_day(on).astimezone(UTC),
        sequence=each.revision,
        description=_marked("\n".join((*each.lines, each.plan.short_title, link))),
        url=link,
        categories=[each.plan.short_title],
        transparency=TRANSP.TRANSPARENT,  # it keeps nobody from being free on that day
    )


def _marked(text: str, separator: str = "\n") -> str:
    """A text with the protective marking before it, where one is set."""
    return f"{settings.PROTECTIVE_MARKING}{separator}{text}" if settings.PROTECTIVE_MARKING else text
