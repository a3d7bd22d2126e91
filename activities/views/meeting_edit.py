"""What the Secretariat does with a meeting: call it, change it, call it off; and what those pages share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Self

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from activities.actions.meetings import call_meeting, call_off_meeting, change_meeting, stamp_of_meeting
from activities.forms.meetings import CallOffForm, ChangeForm, MeetingForm
from activities.models import AgendaItem, Meeting
from activities.reading import Reading
from activities.summaries.headline import numbered
from activities.views.change_page import Changed, ChangePage, Conflicting, Done
from activities.views.common import page_context, present_of, require
from activities.views.links import page_url
from activities.views.meetings import meeting_or_404
from agencies.views.saving import Outcome, save
from tnoc_tracker.record.days import long_date, moment_in_words
from tnoc_tracker.record.forms import RegisterForm

methods = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class MeetingPage(ChangePage):
    """A page on which a meeting or its agenda is changed; ``stamp`` is the state that a fresh form is made from."""

    stamp: int
    meeting: Any

    @classmethod
    def open(cls, request: HttpRequest, plan: str, meeting: int) -> Self:
        """The page of a meeting: 404 where there is none to be known of, 403 for those who may only read it."""
        reading = present_of(request, plan)
        # Before the rest: what somebody changes in between makes the form older than the register, not newer.
        stamp = stamp_or_404(meeting)
        found = meeting_or_404(reading, meeting)
        require(request, "run_meetings")
        return cls(request, reading, stamp, found)

    @property
    def back(self) -> str:
        """The meeting's page."""
        return page_url(self.reading, "meeting", self.meeting.id)

    @property
    def agenda(self) -> str:
        """The page on which its agenda is edited."""
        return page_url(self.reading, "agenda", self.meeting.id)

    @property
    def made_from(self) -> int:
        """The meeting's stamp, read before everything else."""
        return self.stamp

    def said(self, form: RegisterForm, result: Any, done: Done) -> str:
        """What was done; nothing where the meeting's stamp has not moved."""
        unmoved = stamp_of_meeting(self.meeting.id) == form.cleaned_data["stamp"]
        return "" if unmoved else super().said(form, result, done)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page as it is now."""
        context |= {"meeting": self.meeting, "meeting_url": self.back, "may_look_back": False}
        here = page_context(self.reading, "meetings", overdue_count=self.meeting.overdue_count, **context)
        return render(self.request, template, here, status=status)

    def conflict(self, form: RegisterForm, now: dict[str, Any]) -> Conflicting:
        """What somebody else has done since the form was made, and both versions of its words."""
        return self.overtaken(form, words_beside(form, now))

    def overtaken(self, form: RegisterForm, rows: list[dict[str, str]]) -> Conflicting:
        """The same with the two versions given; the form can be sent again after it."""
        stamp = stamp_of_meeting(self.meeting.id)
        told = changes_since(self.meeting.id, max(stamp - form.cleaned_data["stamp"], 0))
        form.renew(stamp)
        return Conflicting(told, rows)


def stamp_or_404(meeting_id: int) -> int:
    """The stamp of a meeting; 404 where there is none."""
    try:
        return stamp_of_meeting(meeting_id)
    except Meeting.DoesNotExist as error:
        raise Http404 from error


def words_beside(form: RegisterForm, now: dict[str, Any]) -> list[dict[str, str]]:
    """The values of some fields as they are now, beside what was typed."""
    said = form.cleaned_data
    return [
        {"label": str(form[name].label), "left": _in_words(value), "right": _in_words(said[name])}
        for name, value in now.items()
    ]


def _in_words(value: Any) -> str:
    """A value of a form as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return long_date(value)
    return "none" if value is None else str(value).replace("\r\n", "\n").strip()


def changes_since(meeting_id: int, count: int) -> list[Changed]:
    """The last so many entries of a meeting and its agenda, the newest first; what one save wrote is told as one."""
    newest = ("-history_date", "-history_id")
    entries = [
        *Meeting.history.filter(id=meeting_id).order_by(*newest)[:count],
        *AgendaItem.history.filter(meeting_id=meeting_id).order_by(*newest)[:count],
    ]
    entries.sort(key=lambda each: (each.history_date, each.written_at), reverse=True)
    saves = groupby(entries[:count], key=lambda each: (each.history_date, each.actor_name, each.history_change_reason))
    return [told_of(when, who, why, list(some)) for (when, who, why), some in saves]


def told_of(when: datetime, who: str, why: str, entries: list[Any]) -> Changed:
    """One save in words: ``Agenda put in order: 3 items``."""
    items = [each for each in entries if hasattr(each, "heading")]
    if len(items) > 1:
        return Changed(who, moment_in_words(when), why, numbered(len(items), "item"))
    if items:
        return Changed(who, moment_in_words(when), f"“{items[0].heading}”", _item_words(items[0]), why)
    meeting = entries[0]
    words = "called off" if meeting.is_called_off else "the day, place, round or note changed"
    return Changed(who, moment_in_words(when), f"the meeting of {long_date(meeting.held_on)}", words, why)


def _item_words(item: Any) -> str:
    if item.sequence == 1:
        return "added"
    if "taken_off_on" in item.changed:
        return "taken off" if item.taken_off_on else "put back"
    return "moved" if set(item.changed) == {"position"} else "words changed"


# Calling, changing, calling off --------------------------------------------------------------------------------------


@methods
def meeting_call(request: HttpRequest, plan: str) -> HttpResponse:
    """Call a meeting; its agenda is made from the register in the same moment."""
    reading = present_of(request, plan)
    require(request, "run_meetings")
    rounds = list(reading.rounds)
    form = call_form(request, rounds)
    outcome = save(request, form, lambda: carry_out_call(request, reading, form)) if form.is_bound else Outcome()
    if outcome.saved:
        return redirect(outcome.next_url)
    context = page_context(reading, "meetings", form=form, back=page_url(reading, "meetings"), may_look_back=False)
    return render(request, "meetings/call.html", context, status=outcome.status)


def call_form(request: HttpRequest, rounds: Iterable[Any]) -> MeetingForm:
    """The form as it was sent, or a fresh one that looks at the latest round."""
    offered = list(rounds)
    if request.method == "POST":
        return MeetingForm(request.POST, rounds=offered)
    return MeetingForm(stamp=0, rounds=offered, initial={"round": offered[0].id if offered else ""})


def carry_out_call(request: Any, reading: Reading, form: MeetingForm) -> str:
    """Call the meeting; returns the address of its agenda."""
    said = {name: form.cleaned_data[name] for name in ("held_on", "place", "round", "note")}
    called = call_meeting(plan=reading.plan, **said, by=request.standing, at=request.moment)
    count = AgendaItem.objects.filter(meeting=called).count()
    words = f"{numbered(count, 'item')} from the register {'stands' if count == 1 else 'stand'} on its agenda."
    messages.success(request, f"The meeting of {long_date(called.held_on)} is called. {words}")
    return page_url(reading, "agenda", called.id)


@methods
def meeting_change(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """Change the day, the place, the round or the note of a meeting, with a reason."""
    page = MeetingPage.open(request, plan, meeting)
    held, rounds = page.meeting, list(page.reading.rounds)
    looked_at = next((each for each in rounds if each.id == held.round_id), None)
    now = {"held_on": held.held_on, "place": held.place, "round": looked_at, "note": held.note}
    form = page.form(ChangeForm, rounds=rounds, initial={**now, "round": held.round_id or ""})
    names = ("held_on", "place", "round", "note", "reason")
    return page.answer(
        form,
        lambda: change_meeting(meeting=held, **{name: form.cleaned_data[name] for name in names}, **page.who(form)),
        template="meetings/change.html",
        done=lambda row: f"Saved: the group meets on {long_date(row.held_on)}.",
        words_of_now=now,
    )


@methods
def meeting_call_off(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """Say that a meeting does not take place, with a reason."""
    page = MeetingPage.open(request, plan, meeting)
    form = page.form(CallOffForm)
    return page.answer(
        form,
        lambda: call_off_meeting(meeting=page.meeting, reason=form.cleaned_data["reason"], **page.who(form)),
        template="meetings/call_off.html",
        done=lambda row: f"The meeting of {long_date(row.held_on)} is called off.",
    )
