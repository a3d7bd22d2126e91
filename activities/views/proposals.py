"""Proposed dates: the list of them, asking for one, taking it back, and the Secretariat's answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from activities.actions.common import stamp_by_key
from activities.actions.proposals import agree_to_date, decline_date, propose_date, take_back_proposal
from activities.answering import cast_of
from activities.decisions import Move
from activities.exports.list_files import ListFile
from activities.exports.proposal_columns import COLUMNS
from activities.forms.proposals import AnswerForm, ProposalForm, TakeBackForm
from activities.models import DateProposal, ProposalState
from activities.reading import Reading
from activities.summaries.proposals import Proposed, finding, proposals
from activities.summaries.slippage import Ledger, date_moves
from activities.views.change_page import Done
from activities.views.common import activity_or_404, page_context, page_of, present_of, reading_of, require
from activities.views.conditional import unless_unchanged
from activities.views.deciding import offer_on
from activities.views.edit_page import EditPage
from activities.views.links import activity_url, page_url
from activities.views.list_files import files_of, list_file
from agencies.models import BodyFunction
from agencies.permissions import Target, may
from tnoc_tracker.record.days import long_date

methods = require_http_methods(["GET", "POST"])


@require_safe
def proposal_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Every proposed date: those that wait for an answer, then those answered, the newest first."""
    reading = reading_of(request, plan)
    found = proposals(reading)
    page = page_of(request, found)
    context = page_context(
        reading,
        "proposals",
        title=finding(found),
        page=page,
        lines=[line(request, reading, each) for each in page.object_list],
        files=files_of(reading, "proposal_list_file"),
    )
    return render(request, "proposals/list.html", context)


@require_safe
@unless_unchanged()
def proposal_list_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """The same rows as a file."""
    reading = reading_of(request, plan)
    name = f"{plan}-proposed-dates-{reading.on.isoformat()}"
    return list_file(request, ListFile(reading, COLUMNS, proposals(reading), name, "Proposed dates"), ending)


def line(request: Any, reading: Reading, each: Proposed) -> dict[str, Any]:
    """A row of the list, with what the person may do about it; nothing at a past position."""
    waits = each.proposal.is_open and not reading.is_past
    asked = Target(frozenset({each.proposal.body_id}))
    place = (each.activity.key, each.milestone.id)
    return {
        "proposed": each,
        "url": activity_url(reading, each.activity),
        "answer_url": page_url(reading, "proposal_answer", *place)
        if waits and may(request.standing, "edit_register")
        else "",
        "take_back_url": page_url(reading, "proposal_take_back", *place)
        if waits and may(request.standing, "propose_date", asked)
        else "",
    }


class ProposalPage(EditPage):
    """A page about a proposed date: also for those who report, and it says itself what was done."""

    @classmethod
    def open_to_ask(cls, request: HttpRequest, plan: str, key: str) -> ProposalPage:
        """The page for whoever may ask for another date; 404 and 403 as for every page of editing."""
        reading = present_of(request, plan)
        stamp = stamp_by_key(reading.plan.id, key)
        if stamp is None:
            raise Http404
        activity = activity_or_404(reading, key)
        require(request, "propose_date", cast_of(reading, activity.id).target)
        return cls(request, reading, stamp, activity)

    def waiting(self, milestone: Any) -> Any:
        """The proposal about a milestone that waits for an answer; 404 where there is none."""
        rows = self.reading.rows(DateProposal).filter(milestone_id=milestone.id, state=ProposalState.OPEN)
        return rows.first()

    def said(self, form: Any, result: Any, done: Done) -> str:
        """What was done: a proposal moves no stamp of the activity."""
        return done(result) if callable(done) else done


@methods
def milestone_propose(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """Ask for another date for an open milestone."""
    page = ProposalPage.open_to_ask(request, plan, key)
    row = page.milestone(milestone)
    form: Any = page.form(ProposalForm, plan=page.reading.plan, on=page.reading.on)
    return page.answer(
        form,
        lambda: propose_date(milestone=row, to=form.due, reason=form.cleaned_data["reason"], **page.who(form)),
        template="proposals/propose.html",
        done=lambda made: (
            f"{long_date(made.proposed_due)} is proposed for “{row.name}”. The agreed date stays until the "
            "Secretariat agrees."
        ),
        to=page.address("activity"),
        waiting=page.waiting(row),
        **_about(page, row),
    )


@methods
def proposal_take_back(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """Take a proposal back before it is answered."""
    page = ProposalPage.open_to_ask(request, plan, key)
    row = page.milestone(milestone)
    proposal = _or_404(page.waiting(row))
    form: Any = page.form(TakeBackForm)
    return page.answer(
        form,
        lambda: take_back_proposal(proposal=proposal, **page.who(form)),
        template="proposals/take_back.html",
        done=f"The proposal for “{row.name}” is taken back.",
        to=page.address("activity"),
        waiting=proposal,
        **_about(page, row),
    )


@methods
def proposal_answer(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """The Secretariat agrees to a proposal, or declines it with a word."""
    page: Any = ProposalPage.open(request, plan, key)
    row = page.milestone(milestone)
    proposal = _or_404(page.waiting(row))
    offer = offer_on(page, Move.NEW_DATE, row)
    # Another day than the one proposed is agreed on the milestone's own page.
    offer = replace(offer, decisions=[each for each in offer.decisions if each.new_due == proposal.proposed_due])
    agreed_by = BodyFunction.STEERING_GROUP if offer.chosen else BodyFunction.SECRETARIAT
    form: Any = page.form(AnswerForm, initial={"agreed_by": _label_of(page, agreed_by)})
    offer.to(form)
    return page.answer(
        form,
        lambda: _answered(page, form, proposal),
        template="proposals/answer.html",
        done=lambda done: (
            f"“{row.name}” is now due by {long_date(done.proposed_due)}."
            if form.agrees
            else f"Declined: “{row.name}” stays as agreed."
        ),
        to=page_url(page.reading, "proposal_list"),
        waiting=proposal,
        body=page.reading.bodies[proposal.body_id],
        **_about(page, row),
    )


def _answered(page: ProposalPage, form: Any, proposal: DateProposal) -> DateProposal:
    said = form.cleaned_data
    if not form.agrees:
        return decline_date(proposal=proposal, answer=said["answer"], **page.who(form))
    return agree_to_date(
        proposal=proposal,
        agreed_by=said["agreed_by"],
        decision_reference=said["decision_reference"],
        decision=said.get("decision"),
        answer=said["answer"],
        **page.who(form),
    )


def _label_of(page: ProposalPage, function: BodyFunction) -> str:
    return next((body.label for body in page.reading.bodies.values() if body.function == function), "")


def _about(page: ProposalPage, milestone: Any) -> dict[str, Any]:
    """What every page about a proposal shows: the milestone and the moves that its date has made."""
    return {"milestone": milestone, "ledger": Ledger(milestone, date_moves(page.reading, milestone.id))}


def _or_404(row: Any) -> Any:
    if row is None:
        raise Http404
    return row
