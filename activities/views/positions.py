"""Past positions: ``?as_at=`` on any page of a plan, a day (its end in Pacific/Auckland) or a moment."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.formats import get_format

from activities.models import ActionPlan
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from tnoc_tracker.record.days import AUCKLAND, day_of, long_date

AS_AT = "as_at"

MOST_OFFERS = 8
"""So many quarter ends are offered by name: two years; an earlier day is typed."""


class NoPosition(Http404):
    """There is no such position; the message is a sentence for people, shown on a page of its own."""


class PastPosition(PermissionDenied):
    """Somebody asks to change something as at a past date; it has a page of its own."""


@dataclass(frozen=True)
class Offer:
    """A past day that the picker offers by name."""

    words: str
    day: date


def plans_on_record() -> QuerySet[ActionPlan]:
    """Every plan, the latest first, each with ``record_begins``, the moment of its first entry."""
    first = ActionPlan.history.model.objects.filter(id=OuterRef("id"), sequence=1).order_by()
    plans: QuerySet[ActionPlan] = ActionPlan.objects.annotate(record_begins=Subquery(first.values("history_date")[:1]))
    return plans.order_by("-starts_on")


def position(request: HttpRequest, plan: ActionPlan) -> Reading:
    """The reading that a request asks for: the plan now, or at the day or moment of ``as_at``.

    Raises ``NoPosition`` for what is no date, a day after today, or one before the record begins.
    """
    text = request.GET.get(AS_AT, "").strip()
    return position_at(request, plan, text) if text else Reading(plan, request.today)  # type: ignore[attr-defined]


def position_at(request: HttpRequest, plan: ActionPlan, text: str) -> Reading:
    """The reading of a plan (of ``plans_on_record``) at a day or moment as people write it; raises as above."""
    try:
        reading = _reading_at(plan, text)
    except OverflowError as error:
        raise NoPosition(_NO_DATE.format(text[:40])) from error
    today: date = request.today  # type: ignore[attr-defined]
    if reading.on > today:
        raise NoPosition(f"{long_date(reading.on)} has not come yet: there is no position at that day.")
    begins: datetime = plan.record_begins  # type: ignore[attr-defined]
    if reading.at is not None and reading.at < begins:
        raise NoPosition(f"The record of this plan begins on {long_date(day_of(begins))}: nothing was known before.")
    return reading if reading.at is None else replace(reading, plan=as_known(plan, reading.at))


def as_known(plan: ActionPlan, at: datetime) -> ActionPlan:
    """A plan as it was called and dated at a moment: a later edition of its document may say otherwise (one query)."""
    columns = ("title", "starts_on", "ends_on", "fiscal_year_starts_in")
    known = copy(plan)
    for name, value in ActionPlan.objects.filter(id=plan.id).known_at(at).values(*columns).get().items():
        setattr(known, name, value)
    return known


_NO_DATE = "“{}” is no date. Write it day first, such as 31/12/2021."
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")
"""A plus that was written into an address as it is arrives as a space."""


def _reading_at(plan: ActionPlan, text: str) -> Reading:
    day = parse_day(text)
    if day is not None:
        return Reading.on_day(plan, day)
    moment = _moment(text) or _moment(_LOST_PLUS.sub("+", text))
    if moment is None:
        raise NoPosition(_NO_DATE.format(text[:40]))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=AUCKLAND)
    on = day_of(aware)
    return Reading(plan, on, aware)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def parse_day(text: str) -> date | None:
    """A day as people write it, day first or ISO; None where it is none."""
    for form in get_format("DATE_INPUT_FORMATS"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def offers(plan: ActionPlan, today: date) -> list[Offer]:
    """The quarter ends that have passed since the plan began and are on record, the latest first."""
    begins: datetime | None = getattr(plan, "record_begins", None)
    first = max(plan.starts_on, day_of(begins)) if begins else plan.starts_on
    quarter, ended = plan.quarter_of(min(first, today)), []
    while quarter.last_day < today:
        ended.append(Offer(f"End of {quarter}", quarter.last_day))
        quarter = quarter.next()
    return ended[: -MOST_OFFERS - 1 : -1]


def last_quarter_end(plan: ActionPlan, on: date) -> date:
    """The last day of the fiscal quarter before the one that holds a day."""
    quarter: FiscalQuarter = plan.quarter_of(on)
    return date.fromordinal(quarter.first_day.toordinal() - 1)
