"""Past positions: ``?as_at=`` on any page of a plan, a day (its end in Pacific/Auckland) or a moment."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, F, JSONField, OuterRef, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast, JSONObject
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.formats import get_format

from activities.models import ActionPlan, Round
from activities.quarters import FiscalQuarter
from activities.reading import Listed, Reading
from tnoc_tracker.record.days import AUCKLAND, day_of, end_of_day, long_date

AS_AT = "as_at"

MOST_OFFERS = 8
"""So many quarter ends, and closes of rounds, are offered by name: two years; an earlier day is typed."""


class NoPosition(Http404):
    """There is no such position; the message is a sentence for people, shown on a page of its own."""


class PastPosition(PermissionDenied):
    """Somebody asks to change something as at a past date; it has a page of its own."""


@dataclass(frozen=True)
class Offer:
    """A past day that the picker offers by name; ``at`` is the moment within it, where it is not the day's end."""

    words: str
    day: date
    at: datetime | None = None

    @property
    def in_words(self) -> str:
        """``End of Q2 FY2021/22 (31 December 2021)``, ``Close of the round of Q1 FY2021/22, 22 October 2021``."""
        return f"{self.words}, {long_date(self.day)}" if self.at else f"{self.words} ({long_date(self.day)})"

    @property
    def as_at(self) -> str:
        """What an address says to come there."""
        return self.at.isoformat() if self.at else self.day.isoformat()


AS_KNOWN = ("title", "starts_on", "ends_on", "fiscal_year_starts_in")
"""What a later edition of a plan's document may say otherwise."""


def plans_on_record(slug: str, at: datetime | None = None) -> QuerySet[ActionPlan]:
    """Every plan, the latest first, to choose from; the one at ``slug`` with what its pages need, read together.

    ``record_begins`` is the moment of its first entry, ``round_closes`` are the closes of its reporting rounds, and
    ``rounds_open`` says whether one is open. With a moment that is as of then; each plan has its ``record_begins``
    then, and what it was called and when it ran as known at the moment; see ``as_known``.
    """
    entries = ActionPlan.history.model.objects.filter(id=OuterRef("id"))
    first = entries.filter(sequence=1).order_by()
    begins = Subquery(first.values("history_date")[:1])
    plans: QuerySet[ActionPlan] = ActionPlan.objects.annotate(
        record_begins=begins if at else Case(When(slug=slug, then=begins)),
        round_closes=Case(When(slug=slug, then=_round_closes()), output_field=JSONField()),
        rounds_open=Case(When(slug=slug, then=_rounds_open(at)), default=False),
    )
    if at is not None:
        newest = entries.filter(history_date__lte=at).order_by("-history_date", "-history_id")
        plans = plans.annotate(**{f"known_{name}": Subquery(newest.values(name)[:1]) for name in AS_KNOWN})
    return plans.order_by("-starts_on")


def _round_closes() -> Subquery:
    """The closes of a plan's rounds: an entry that says closed was a closing, since nothing else changes it then."""
    closing = Round.history.model.objects.filter(plan_id=OuterRef("id"), closed_at__isnull=False).order_by()
    told = JSONObject(key=F("quarter_key"), at=Cast("history_date", TextField()))
    return Subquery(closing.annotate(listed=Listed(told)).values("listed"), output_field=JSONField())


def _rounds_open(at: datetime | None) -> Exists:
    """Whether any round of a plan is open, or was known to be at a moment."""
    if at is None:
        return Exists(Round.objects.filter(plan_id=OuterRef("id"), closed_at=None))
    return Exists(Round.objects.filter(plan_id=OuterRef(OuterRef("id"))).known_at(at).filter(closed_at=None))


def asked_at(request: HttpRequest) -> datetime | None:
    """The moment of ``as_at``; None for now, and for what is no date."""
    text = request.GET.get(AS_AT, "")
    try:
        return moment_of(text) if text else None
    except NoPosition:
        return None


def position(request: HttpRequest, plan: ActionPlan) -> Reading:
    """The reading that a request asks for: the plan now, or at the day or moment of ``as_at``, called as it was then.

    ``plan`` is one of ``plans_on_record`` at that moment. Raises ``NoPosition`` for what is no date, a day after
    today, or one before the record begins.
    """
    text = request.GET.get(AS_AT, "").strip()
    rounds_open: bool = plan.rounds_open  # type: ignore[attr-defined]
    if not text:
        return Reading(plan, request.today, rounds_open=rounds_open)  # type: ignore[attr-defined]
    reading = position_at(request, plan, text)
    return replace(reading, plan=as_known(plan), rounds_open=rounds_open)


def position_at(request: HttpRequest, plan: ActionPlan, text: str) -> Reading:
    """The reading of a plan (of ``plans_on_record``) at a day or moment as people write it; raises as above."""
    at = moment_of(text)
    on = day_of(at)
    if on > request.today:  # type: ignore[attr-defined]
        raise NoPosition(f"{long_date(on)} has not come yet: there is no position at that day.")
    begins: datetime = plan.record_begins  # type: ignore[attr-defined]
    if at < begins:
        raise NoPosition(f"The record of this plan begins on {long_date(day_of(begins))}: nothing was known before.")
    return Reading(plan, on, at)


def as_known(plan: ActionPlan) -> ActionPlan:
    """A plan of ``plans_on_record`` at a moment, as it was called and dated then."""
    known = copy(plan)
    for name in AS_KNOWN:
        setattr(known, name, getattr(plan, f"known_{name}"))
    return known


_NO_DATE = "“{}” is no date. Write it day first, such as 31/12/2021."
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")
"""A plus that was written into an address as it is arrives as a space."""


def moment_of(text: str) -> datetime:
    """The moment that people mean: a day's end in Pacific/Auckland, or a moment in it; ``NoPosition`` for neither."""
    text = text.strip()
    day = parse_day(text)
    if day is not None:
        return end_of_day(day)
    moment = _moment(text) or _moment(_LOST_PLUS.sub("+", text))
    if moment is None:
        raise NoPosition(_NO_DATE.format(text[:40]))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=AUCKLAND)
    try:
        return aware.astimezone(UTC).astimezone(AUCKLAND)
    except OverflowError as error:  # a moment at the edge of the calendar
        raise NoPosition(_NO_DATE.format(text[:40])) from error


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


def round_closes(plan: ActionPlan) -> list[Offer]:
    """The closes of the plan's rounds, a plan of ``plans_on_record``, the latest first."""
    told = ((each["key"], _machine_moment(each["at"])) for each in getattr(plan, "round_closes", None) or ())
    newest = sorted(told, key=lambda pair: pair[1], reverse=True)[:MOST_OFFERS]
    quarters = ((FiscalQuarter.parse_key(key, plan.fiscal_year_starts_in), at) for key, at in newest)
    return [Offer(f"Close of the round of {quarter}", day_of(at), at) for quarter, at in quarters]


def _machine_moment(text: str) -> datetime:
    """A moment as a database writes it into text, in Pacific/Auckland."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(AUCKLAND)


def last_quarter_end(plan: ActionPlan, on: date) -> date:
    """The last day of the fiscal quarter before the one that holds a day."""
    quarter: FiscalQuarter = plan.quarter_of(on)
    return date.fromordinal(quarter.first_day.toordinal() - 1)
