"""Decisions of the Steering Group: the register of all of them, and the page of one with what followed from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.decisions import MOVES, Move
from activities.exports.decision_columns import COLUMNS
from activities.exports.list_files import ListFile
from activities.forms.decisions import RegisterOfDecisionsForm
from activities.models import DateProposal, Decision, ProposalState
from activities.reading import Reading
from activities.summaries.decision_changes import changes_of
from activities.summaries.decisions import Followed, decisions_of, finding, register_order
from activities.views.common import page_context, page_of, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import activity_url, page_url
from activities.views.list_files import files_of, list_file, unreadable
from agencies.permissions import Target, may


@require_safe
def decisions(request: HttpRequest, plan: str) -> HttpResponse:
    """The register: what is open by its day, then what is settled; 422 where a filter cannot be read."""
    reading = reading_of(request, plan)
    found = decisions_of(reading)
    form = RegisterOfDecisionsForm(reading, found, request.GET)
    readable = form.is_valid()
    page = page_of(request, chosen(found, form) if readable else [])
    asked = {name: str(form[name].value() or "") for name in ("state", "owner", "meeting")}
    context = page_context(
        reading,
        "meetings",
        title=finding(found),
        form=form,
        page=page,
        lines=[line(reading, each) for each in page.object_list],
        any_on_record=bool(found),
        clear_url=page_url(reading, "decisions"),
        files=files_of(reading, "decisions_file", **asked),
    )
    return render(request, "decisions/list.html", context, status=200 if readable else 422)


@require_safe
@unless_unchanged()
def decisions_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """The same rows as a file."""
    reading = reading_of(request, plan)
    found = decisions_of(reading)
    form = RegisterOfDecisionsForm(reading, found, request.GET)
    if not form.is_valid():
        return unreadable(form.errors)
    name = f"{plan}-decisions-{reading.on.isoformat()}"
    return list_file(request, ListFile(reading, COLUMNS, chosen(found, form), name, "Decisions", form.in_words), ending)


def chosen(found: Iterable[Followed], form: RegisterOfDecisionsForm) -> list[Followed]:
    """What a readable filter asks for, in the order of the register."""
    return register_order(each for each in found if form.holds(each))


def line(reading: Reading, each: Followed) -> dict[str, Any]:
    """A decision of the register with the addresses of what it names."""
    return {
        "told": each,
        "url": page_url(reading, "decision", each.decision.id),
        "activity_url": activity_url(reading, each.activity) if each.activity else "",
        "meeting_url": page_url(reading, "meeting", each.meeting.id),
    }


@require_safe
def decision(request: HttpRequest, plan: str, decision: int) -> HttpResponse:
    """One decision: what, who, by when, what it allows, what followed from it, what was reported and changed."""
    reading = reading_of(request, plan)
    told = told_or_404(reading, decision)
    row: Any = told.decision
    context = page_context(
        reading,
        "meetings",
        **line(reading, told),
        decision=row,
        changes=changes_of(reading, row.id),
        **rights(request, reading, told),
    )
    return render(request, "decisions/page.html", context)


def told_or_404(reading: Reading, decision_id: int) -> Followed:
    """One decision of the reading with all that followed from it."""
    found = decisions_of(reading, reading.rows(Decision).filter(id=decision_id))
    if not found:
        raise Http404
    return found[0]


def rights(request: HttpRequest, reading: Reading, told: Followed) -> dict[str, Any]:
    """What the person may do about a decision; nothing at a past position."""
    standing: Any = request.standing  # type: ignore[attr-defined]
    runs = not reading.is_past and may(standing, "run_meetings")
    open_now = not reading.is_past and told.decision.is_open
    return {
        "may_run": runs,
        "may_tell": open_now and may(standing, "report_on_decision", Target(frozenset({told.owner.id}))),
        "carry_out": carry_out(reading, told) if runs and open_now else [],
    }


def carry_out(reading: Reading, told: Followed) -> list[tuple[str, str]]:
    """The pages on which a decision can be carried out, with the words of each link; it is chosen there already."""
    row, page = told.decision, MOVES[Move(told.decision.allows)].page
    if not page or told.activity is None or told.activity.withdrawn_on:
        return []
    pages = [("Carry it out", page)]
    if page == "milestone_remove" and told.milestone and told.milestone.is_series:
        pages = [("Carry it out: end it", "milestone_end"), ("Carry it out: remove it", page)]
    if page == "milestone_date" and _is_proposed(reading, row):
        pages = [("Carry it out: agree to the proposed date", "proposal_answer")]
    place = [told.activity.key, *([told.milestone.id] if told.milestone else [])]
    part = {"part": str(row.part_id)} if row.part_id else {}
    return [(words, page_url(reading, name, *place, decision=str(row.id), **part)) for words, name in pages]


def _is_proposed(reading: Reading, decision: Any) -> bool:
    """Whether a proposal waits for the very date that is decided: it is answered, and the date moves by that."""
    waiting = reading.rows(DateProposal).filter(milestone_id=decision.milestone_id, state=ProposalState.OPEN)
    found: bool = waiting.filter(proposed_due=decision.new_due).exists()
    return found
