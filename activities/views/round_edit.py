"""What the Secretariat does with a round: open it, extend it for a body, change its note, close and reopen it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from activities.actions.rounds import change_note, close_round, extend_returns, reopen_round
from activities.forms.rounds import CloseForm, ExtendForm, NoteForm, ReopenForm
from activities.models import Round
from activities.summaries.headline import numbered
from activities.summaries.rounds import BodyReturns, RoundPicture, picture_of
from activities.views.change_page import Changed, ChangePage, Conflicting
from activities.views.common import page_context, present_of, require
from activities.views.links import page_url
from activities.views.rounds import line, round_or_404
from activities.working_days import Calendar
from tnoc_tracker.record.days import long_date, moment_in_words
from tnoc_tracker.record.forms import RegisterForm

methods = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class RoundPage(ChangePage):
    """A page on which a round is changed."""

    round: Any

    @classmethod
    def open(cls, request: HttpRequest, plan: str, quarter: str) -> RoundPage:
        """The page of a round: 404 where there is none to be known of, 403 for those who may only read it."""
        reading = present_of(request, plan)
        found = round_or_404(reading, quarter)
        require(request, "run_rounds")
        return cls(request, reading, found)

    @property
    def picture(self) -> RoundPicture:
        """The round with everything it asks for."""
        return picture_of(self.reading, self.round)

    @property
    def back(self) -> str:
        """Where every page about the round leads back to."""
        return page_url(self.reading, "round", self.round.quarter_key)

    @property
    def made_from(self) -> int:
        """The round's version."""
        version: int = self.round.version
        return version

    def who(self, form: RegisterForm) -> dict[str, Any]:
        """The round beside who, when, and the state that the form was made from."""
        return {"round": self.round, **super().who(form)}

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page as it is now."""
        context |= {"round": self.round, "may_look_back": False}
        here = page_context(self.reading, "rounds", overdue_count=self.round.overdue_count, **context)
        return render(self.request, template, here, status=status)

    def conflict(self, form: RegisterForm, now: dict[str, Any]) -> Conflicting:
        """What somebody else has done with the round since the form was made, and both versions of its words."""
        entries = Round.history.filter(id=self.round.id, sequence__gt=form.cleaned_data["stamp"]).order_by("-sequence")
        told = [told_of(entry) for entry in entries]
        form.renew(self.round.version)
        rows = [
            {"label": str(form[name].label), "left": words, "right": str(form[name].value() or "")}
            for name, words in now.items()
        ]
        return Conflicting(told, rows)


def told_of(entry: Any) -> Changed:
    """What an entry of a round's history changed, in words."""
    match entry.changed:
        case changed if "note" in changed:
            words = "another covering note"
        case changed if "closed_at" in changed:
            words = "closed" if entry.closed_at else f"reopened, due {long_date(entry.due_on)}"
        case _:
            words = "changed"
    when = moment_in_words(entry.history_date)
    return Changed(entry.actor_name, when, f"the round of {entry}", words, entry.history_change_reason)


# Extending ---------------------------------------------------------------------------------------------------------


@methods
def round_extend(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """Give one body a later day for what it has not returned, with a reason."""
    page = RoundPage.open(request, plan, quarter)
    late = [] if page.round.is_closed else [each for each, _ in page.picture.missing]
    form = page.form(ExtendForm, bodies=[(each.key, words_of(each), each.body) for each in late])
    return page.answer(
        form,
        lambda: extend_returns(
            body=form.cleaned_data["body"],
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            **page.who(form),
        ),
        template="rounds/extend.html",
        done=lambda rows: f"Extended: {numbered(len(rows), 'return')} due by {long_date(rows[0].due_on)}.",
        bodies=late,
    )


def words_of(each: BodyReturns) -> str:
    """``Police: 3 of 4 missing, due 28 January 2022``."""
    waiting = {row.ret.due_on for row in each.lines if row.is_missing}
    due = " and ".join(long_date(day) for day in sorted(waiting))
    return f"{each.who}: {each.count('missing')} of {len(each.lines)} missing, due {due}"


# The note ----------------------------------------------------------------------------------------------------------


@methods
def round_note(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """Write another covering note; what was sent already stays as it was."""
    page = RoundPage.open(request, plan, quarter)
    form = page.form(NoteForm, initial={"note": page.round.note})
    return page.answer(
        form,
        lambda: change_note(note=form.cleaned_data["note"], **page.who(form)),
        template="rounds/note.html",
        done=lambda row: "" if row.version == form.cleaned_data["stamp"] else "The covering note is saved.",
        words_of_now={"note": page.round.note},
    )


# Closing and reopening ---------------------------------------------------------------------------------------------


@methods
def round_close(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """Say by name what will be recorded as not returned, and close the round."""
    page = RoundPage.open(request, plan, quarter)
    form, picture = page.form(CloseForm), page.picture
    return page.answer(
        form,
        lambda: close_round(**page.who(form)),
        template="rounds/close.html",
        done=lambda row: f"The round of {row} is closed. It can be reopened, with a reason.",
        picture=picture,
        waiting=picture.count("review"),
        missing_count=picture.count("missing"),
        early=sum(1 for each in picture.lines if each.is_missing and each.ret.due_on >= page.reading.on),
        missing=[(each.who, [line(page.reading, row) for row in rows]) for each, rows in picture.missing],
    )


@methods
def round_reopen(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """Reopen a closed round: by when what is missing is due, and why."""
    page = RoundPage.open(request, plan, quarter)
    calendar = Calendar.closed_on(settings.CLOSED_DAYS)
    usual = calendar.after(page.reading.on, settings.RETURN_WORKING_DAYS)
    form, picture = page.form(ReopenForm, initial={"due_on": usual}), page.picture
    return page.answer(
        form,
        lambda: reopen_round(due_on=form.cleaned_data["due_on"], reason=form.cleaned_data["reason"], **page.who(form)),
        template="rounds/reopen.html",
        done=lambda row: f"The round of {row} is open again, due by {long_date(row.due_on)}.",
        missing_count=picture.count("missing"),
    )
