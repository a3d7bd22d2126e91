"""The returns that are asked of somebody on one page; confirming in one click that nothing changed; commenting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from activities.actions.returns import comment_on_return, confirm_no_change, return_stamp_expression
from activities.asking import secretariat_answers
from activities.forms.returns import CommentForm, NoChangeForm
from activities.reading import Reading
from activities.summaries.own_returns import Asked, Desk, OwnReturn, asked_now
from activities.views.common import page_context, reading_of, require
from activities.views.return_page import ReturnPage
from activities.working_days import Calendar
from agencies.standing import Standing
from agencies.views.saving import save

NO_ROUND = "No reporting round is open"
NOTHING_ASKED = "Nothing is asked of your bodies"


@dataclass(frozen=True)
class Line:
    """A return of the list; ``writes`` says whether the person writes it, ``unchanged`` confirms it in one click."""

    own: OwnReturn
    writes: bool
    unchanged: NoChangeForm | None

    @property
    def draft(self) -> Any:
        """Who keeps a draft since when; None where nobody does, or it is not theirs to know."""
        draft = getattr(self.own.ret, "draft", None) if self.writes else None
        return draft if draft is not None and draft.typed else None


@require_safe
def my_returns(request: HttpRequest, plan: str) -> HttpResponse:
    """What the open rounds ask of the person's bodies, what is open first; after filing one, the next of them."""
    reading = reading_of(request, plan)
    standing: Standing = request.standing  # type: ignore[attr-defined]
    asked = asked_now(
        reading,
        standing.body_ids,
        secretariat=standing.is_secretariat,
        calendar=Calendar.closed_on(settings.CLOSED_DAYS),
        **({} if reading.is_past else {"stamp": return_stamp_expression()}),
    )
    context = page_context(
        reading,
        "returns",
        overdue_count=asked.rounds[0].overdue_count if asked.rounds else None,
        rounds=asked.rounds,
        nothing=NOTHING_ASKED if asked.rounds else NO_ROUND,
        desks=[(desk, [_line(standing, reading, own) for own in desk.lines]) for desk in asked.desks],
        **_next(request, reading, asked, standing),
    )
    return render(request, "returns/mine.html", context)


def _line(standing: Standing, reading: Reading, own: OwnReturn) -> Line:
    writes = not reading.is_past and own.is_with_body and _writes(standing, own)
    line = Line(own, writes, None)
    if not writes or line.draft or own.why_not_unchanged:
        return line
    return Line(own, writes, NoChangeForm(stamp=own.ret.stamp, auto_id=False))


def _writes(standing: Standing, own: OwnReturn) -> bool:
    """Whether somebody writes a return that is asked of their body; the use case has the last word."""
    if secretariat_answers(own.body) and standing.is_secretariat:
        return True
    return own.body is not None and own.body.id in standing.reporting_body_ids


def _next(request: HttpRequest, reading: Reading, asked: Asked, standing: Standing) -> dict[str, Any]:
    """What is to be written next, after the one that was just filed."""
    after = request.GET.get("after", "")
    if reading.is_past or not (after.isascii() and after.isdigit() and len(after) < 19):
        return {"is_after": False, "next": None}
    mine = [Desk(each.round, each.writer, each.body, _written(each, standing), each.on) for each in asked.desks]
    return {"is_after": True, "next": Asked(asked.rounds, tuple(mine)).next_after(int(after))}


def _written(desk: Desk, standing: Standing) -> tuple[OwnReturn, ...]:
    return tuple(own for own in desk.lines if _writes(standing, own))


def return_no_change(request: HttpRequest, plan: str, ret: int) -> HttpResponse:
    """Confirm that nothing has changed since the last report."""
    page = ReturnPage.open(request, plan, ret, writing=True)
    page.require_writer()
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = NoChangeForm(request.POST)

    def carry_out() -> str:
        who = {"by": page.request.standing, "at": page.request.moment, "expected": form.cleaned_data["stamp"]}
        confirm_no_change(ret=page.live, **who)
        return page.next_url

    outcome = save(request, form, carry_out)
    if outcome.saved:
        page.say_filed("Confirmed without change")
        return redirect(outcome.next_url)
    refused = [sentence for errors in form.errors.values() for sentence in errors]
    now = page.again()
    overtaken = now.overtaken({}, 0) if outcome.conflict else None
    return now.show(status=outcome.status, typed={}, refused=refused, overtaken=overtaken)


def return_comment(request: HttpRequest, plan: str, ret: int) -> HttpResponse:
    """Add a comment to a return that is written or reviewed."""
    page = ReturnPage.open(request, plan, ret, writing=True)
    require(request, "comment_on_return", page.commenters)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = CommentForm(request.POST, auto_id="comment_%s")

    def carry_out() -> str:
        text = form.cleaned_data["text"]
        comment_on_return(ret=page.live, text=text, by=page.request.standing, at=page.request.moment)
        return f"{page.url}#comments"

    outcome = save(request, form, carry_out)
    if outcome.saved:
        messages.success(request, "Your comment is added.")
        return redirect(outcome.next_url)
    typed = [("Your comment", request.POST.get("text", ""))]
    return page.again().show(status=outcome.status, typed={}, commenting=form, uncommented=typed)
