"""Opening a round in two steps on one page: what will be asked of whom and which message leaves, then the opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activities.actions.rounds import open_round
from activities.asking import Asked, asked, secretariat_answers
from activities.forms.rounds import OpenForm, offered_quarters, quarter_to_offer, usual_due_day
from activities.reading import Reading
from activities.reminders import Written, opening_message
from activities.summaries.headline import numbered
from activities.summaries.reminded import Reach, reach_of
from activities.summaries.rounds import NOBODY_ANSWERS
from activities.views.common import page_context, present_of, require
from activities.views.links import page_url
from activities.working_days import Calendar
from agencies.correspondents import correspondents
from agencies.models import Body
from agencies.views.saving import save

LOOK = "look"
CHANGED = "Something has changed since you looked at it. Look again below, then open the round."


@require_http_methods(["GET", "POST"])
def round_open(request: HttpRequest, plan: str) -> HttpResponse:
    """Show what a new round would ask of whom, then open it: only as it was looked at."""
    reading = present_of(request, plan)
    require(request, "run_rounds")
    form = form_of(request, reading)
    if request.method != "POST" or not form.is_valid():
        return show(request, reading, form, status=422 if form.is_bound else 200)
    rows = asked(reading)
    looked = form.was_shown(rows)
    if request.POST.get("step") == LOOK or not looked:
        if request.POST.get("step") != LOOK:
            messages.warning(request, CHANGED)
        form.remember(rows)
        return show(request, reading, form, preview=preview(reading, form, rows))
    outcome = save(request, form, lambda: carry_out(request, reading, form, len(rows)))
    if outcome.saved:
        return redirect(outcome.next_url)
    return show(request, reading, form, status=outcome.status)


def form_of(request: HttpRequest, reading: Reading) -> OpenForm:
    """The form as it was sent, or a fresh one with the quarter that is meant most likely and its usual day.

    The quarter that was sent stays among those offered: the use case says what is wrong with it, or that it is done.
    """
    taken = set(reading.rounds.values_list("quarter_key", flat=True)) - {request.POST.get("quarter")}
    offered = offered_quarters(reading.plan, taken, reading.on)
    calendar, count = Calendar.closed_on(settings.CLOSED_DAYS), settings.RETURN_WORKING_DAYS
    words = f"{numbered(count, 'working day')} after the quarter’s end, or after today where that is later."
    offers: dict[str, Any] = {"plan": reading.plan, "offered": offered, "usual": f"{words} Day first."}
    if request.method == "POST":
        return OpenForm(request.POST, **offers)
    quarter = quarter_to_offer(offered, reading.on)
    day = usual_due_day(quarter, reading.on, calendar, count) if quarter else None
    return OpenForm(stamp=0, initial={"quarter": quarter.key if quarter else "", "due_on": day}, **offers)


def carry_out(request: Any, reading: Reading, form: OpenForm, count: int) -> str:
    """Open the round; returns its address."""
    said = form.cleaned_data
    given = {name: said[name] for name in ("quarter", "due_on", "note")}
    opened = open_round(plan=reading.plan, **given, by=request.standing, at=request.moment)
    told = "The messages leave when reminders are next sent."
    messages.success(request, f"The round of {opened} is open: {numbered(count, 'return')} asked for. {told}")
    return page_url(reading, "round", opened.quarter_key)


def show(
    request: HttpRequest, reading: Reading, form: OpenForm, *, status: int = 200, preview: Preview | None = None
) -> HttpResponse:
    """The page as it is now."""
    context = page_context(
        reading,
        "rounds",
        form=form,
        preview=preview,
        back=page_url(reading, "rounds"),
        may_look_back=False,
    )
    return render(request, "rounds/open.html", context, status=status)


# Looking at it first -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedOfBody:
    """What would be asked of one body (None: where nobody answers), and who of it would be told."""

    body: Body | None
    rows: tuple[Asked, ...]
    reach: Reach

    @property
    def who(self) -> str:
        """The body's name."""
        return self.body.label if self.body else NOBODY_ANSWERS

    @property
    def is_own(self) -> bool:
        """Whether the Secretariat answers it itself."""
        return secretariat_answers(self.body)

    @property
    def about(self) -> list[str]:
        """``11, financial sector``: the activities and parts, by number."""
        return [
            ", ".join(filter(None, (short(each.activity), each.part.scope if each.part else ""))) for each in self.rows
        ]

    @property
    def told(self) -> list[str]:
        """The people who are sent the message."""
        return [each.person.name for each in self.reach.told]


def short(activity: Any) -> str:
    """``12``, ``Row 21`` for a row without a number."""
    return str(activity.number) or f"Row {activity.position}"


@dataclass(frozen=True)
class Preview:
    """What opening the round would do: what is asked of whom, by when, and the messages."""

    bodies: tuple[AskedOfBody, ...]
    letters: tuple[tuple[AskedOfBody, Written], ...]
    due_on: date
    days_in_words: str

    @property
    def total(self) -> int:
        """How many returns."""
        return sum(len(each.rows) for each in self.bodies)

    @property
    def agencies(self) -> list[AskedOfBody]:
        """The bodies that report themselves."""
        return [each for each in self.bodies if not each.is_own]

    @property
    def own(self) -> list[AskedOfBody]:
        """What the Secretariat answers itself."""
        return [each for each in self.bodies if each.is_own]

    @property
    def groups(self) -> list[tuple[list[AskedOfBody], str]]:
        """The bodies under their headings."""
        named = ((self.agencies, "Agencies"), (self.own, "The Secretariat answers itself"))
        return [(some, title) for some, title in named if some]

    @property
    def finding(self) -> str:
        """``35 returns will be asked for: 23 from 12 agencies, and 12 that the Secretariat answers itself``."""
        if not self.total:
            return "Nothing would be asked: every activity is finished"
        of_agencies, own = (sum(len(each.rows) for each in some) for some in (self.agencies, self.own))
        named = [f"{of_agencies} from {numbered(len(self.agencies), 'agency', 'agencies')}"] if of_agencies else []
        named += [f"{own} that the Secretariat answers itself"] if own else []
        return f"{numbered(self.total, 'return')} will be asked for: {', and '.join(named)}"

    @property
    def unheard(self) -> list[str]:
        """The bodies of which nobody will be told, by name."""
        return [each.who for each in self.agencies if not each.told]


def preview(reading: Reading, form: OpenForm, rows: Sequence[Asked]) -> Preview:
    """What the form would do; the message to one agency and that to the Secretariat stand for all of them."""
    people = correspondents(reading.on)
    by_body: dict[int | None, list[Asked]] = {}
    for each in rows:
        by_body.setdefault(each.body.id if each.body else None, []).append(each)
    found = [AskedOfBody(some[0].body, tuple(some), reach_of(some[0].body, people)) for some in by_body.values()]
    found.sort(key=lambda each: (each.is_own, each.body is None, each.body.sort_key if each.body else ""))
    agencies = [each for each in found if not each.is_own]
    best = sorted(agencies, key=lambda each: (not each.told, -len(each.rows)))
    examples = [*best[:1], *[each for each in found if each.is_own][:1]]
    said = {name: form.cleaned_data[name] for name in ("quarter", "due_on", "note")}
    letters = tuple(
        (each, opening_message(plan=reading.plan, **said, body=each.body, on=reading.on, rows=rows))
        for each in examples
    )
    return Preview(tuple(found), letters, said["due_on"], time_left(reading.on, said["due_on"]))


def time_left(on: date, due: date) -> str:
    """``10 working days from today``: how long there is."""
    if due < on:
        return "which has passed"
    left = Calendar.closed_on(settings.CLOSED_DAYS).until(on, due)
    return f"{numbered(left, 'working day')} from today" if left else "today"
