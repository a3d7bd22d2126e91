"""Past positions: ``?as_at=`` on any page of a plan, a day (its end in Pacific/Auckland) or a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.formats import get_format

from activities.models import ActionPlan
from activities.reading import Reading
from tnoc_tracker.record.days import AUCKLAND, day_of, end_of_day, long_date

AS_AT = "as_at"


class NoPosition(Http404):
    """There is no such position; the message is a sentence for people, shown on a page of its own."""


@dataclass(frozen=True)
class Offer:
    """A past day that the picker offers by name."""

    words: str
    day: date


def position(request: HttpRequest, plan: ActionPlan) -> Reading:
    """The reading that a request asks for: the plan now, or at the day or moment of ``as_at``.

    Raises ``NoPosition`` for what is no date, a day after today, or one before the record begins.
    """
    text = request.GET.get(AS_AT, "").strip()
    if not text:
        return Reading(plan, request.today)  # type: ignore[attr-defined]
    reading = _reading_at(plan, text)
    if reading.on > request.today or (reading.at or request.moment) > end_of_day(request.today):  # type: ignore[attr-defined]
        raise NoPosition(f"{long_date(reading.on)} has not come yet: there is no position at that day.")
    begins = record_begins(plan)
    if reading.at is not None and reading.at < begins:
        raise NoPosition(f"The record of this plan begins on {long_date(day_of(begins))}: nothing was known before.")
    return reading


def _reading_at(plan: ActionPlan, text: str) -> Reading:
    day = parse_day(text)
    if day is not None:
        return Reading.on_day(plan, day)
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise NoPosition(f"“{text[:40]}” is no date. Write it day first, such as 31/12/2021.")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=AUCKLAND)
    return Reading(plan, day_of(aware), aware)


def parse_day(text: str) -> date | None:
    """A day as people write it, day first or ISO; None where it is none."""
    for form in get_format("DATE_INPUT_FORMATS"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def record_begins(plan: ActionPlan) -> datetime:
    """The moment of the plan's first entry."""
    history = ActionPlan.history.model
    begins: datetime = history.objects.filter(id=plan.id, sequence=1).values_list("history_date", flat=True).get()
    return begins


def offers(plan: ActionPlan, today: date) -> list[Offer]:
    """The quarter ends of the plan that have passed, the latest first."""
    ended = [quarter for quarter in plan.quarters() if quarter.last_day < today]
    return [Offer(f"End of {quarter}", quarter.last_day) for quarter in reversed(ended)]
