"""Milestones of an activity: its table, adding one, and what becomes of one by decision or correction."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from activities.actions.milestones import (
    add_milestone,
    correct_delivery,
    edit_milestone,
    end_series,
    move_date,
    remove_milestone,
)
from activities.decisions import Move
from activities.forms.decisions import Offer
from activities.forms.editing import DateMoveForm, DecisionForm, DeliveryForm, MilestoneForm, MilestoneWordsForm
from activities.models import Milestone
from activities.summaries.slippage import Ledger, date_moves, finding, first_due, milestone_lines
from activities.views.deciding import offer_on
from activities.views.edit_page import EditPage
from agencies.models import BodyFunction
from tnoc_tracker.record.days import long_date

methods = require_http_methods(["GET", "POST"])


@methods
def activity_milestones(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """The table of an activity's milestones with what can be done to each, and the form that adds one."""
    page = EditPage.open(request, plan, key)
    form = page.form(MilestoneForm, plan=page.reading.plan)
    lines = milestone_lines(page.reading, page.activity)
    return page.answer(
        form,
        lambda: add_milestone(
            activity=page.activity,
            kind=form.cleaned_data["kind"],
            label=form.cleaned_data["label"],
            due=form.due,
            interval_months=form.cleaned_data["interval_months"],
            reason=form.cleaned_data["reason"],
            **page.who(form),
        ),
        template="editing/milestones.html",
        done=lambda milestone: f"“{milestone.name}” is added.",
        to=page.address("activity_milestones"),
        lines=lines,
        finding=finding(lines),
    )


@methods
def milestone_edit(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """The working words of a milestone, beside the clause as published."""
    page = EditPage.open(request, plan, key)
    row = page.milestone(milestone)
    form = page.form(MilestoneWordsForm, initial={"label": row.label})
    return page.answer(
        form,
        lambda: edit_milestone(milestone=row, **_said(form, "label", "reason"), **page.who(form)),
        template="editing/milestone_words.html",
        done="The words are saved. The clause as published stays as it is.",
        words_of_now={"label": row.label},
        **_of(page, row),
    )


@methods
def milestone_date(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """Agree another date, with the ledger of moves beside it."""
    page = EditPage.open(request, plan, key)
    row = page.milestone(milestone)
    offer = offer_on(page, Move.NEW_DATE, row)
    form = page.form(DateMoveForm, plan=page.reading.plan, initial=_decided(page, offer))
    offer.to(form)
    said = ("reason", "asked_by", "agreed_by", "decision_reference", "decision")
    return page.answer(
        form,
        lambda: move_date(milestone=row, to=form.due, **_said(form, *said), **page.who(form)),
        template="editing/milestone_date.html",
        done=lambda move: f"“{row.name}” is now due by {long_date(move.moved_to)}.",
        ledger=Ledger(row, date_moves(page.reading, row.id)),
        **_of(page, row),
    )


def _decided(page: EditPage, offer: Offer) -> dict[str, Any]:
    """What the form says already where it carries out a decision."""
    decision, bodies = offer.chosen, page.reading.bodies
    if decision is None:
        return {}
    group = next((body.label for body in bodies.values() if body.function == BodyFunction.STEERING_GROUP), "")
    named = {"asked_by": bodies[decision.owner_id].label, "agreed_by": group}
    return {"day": decision.new_due, "reason": decision.what, **named}


@methods
def milestone_delivery(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """Correct the day on which a milestone was delivered or begun, or take the delivery back."""
    page = EditPage.open(request, plan, key)
    row = page.milestone(milestone)
    form = page.form(DeliveryForm, milestone=row)
    return page.answer(
        form,
        lambda: correct_delivery(
            milestone=row, delivered_on=form.day, reason=form.cleaned_data["reason"], **page.who(form)
        ),
        template="editing/milestone_delivery.html",
        done=_delivery_words,
        words_of_now={"delivered_on": f"{row.delivered_on:%d/%m/%Y}" if row.delivered_on else ""},
        **_of(page, row),
    )


def _delivery_words(milestone: Milestone) -> str:
    verb = "begun" if milestone.is_start else "delivered"
    if milestone.delivered_on is None:
        return f"“{milestone.name}” is open again."
    return f"“{milestone.name}” is on record as {verb} on {long_date(milestone.delivered_on)}."


@methods
def milestone_remove(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """Remove an open milestone by a recorded decision."""
    page = EditPage.open(request, plan, key)
    row = page.milestone(milestone)
    form = _by_decision(page, row)
    said = ("decision_reference", "decision", "reason")
    return page.answer(
        form,
        lambda: remove_milestone(milestone=row, **_said(form, *said), **page.who(form)),
        template="editing/milestone_remove.html",
        done=f"“{row.name}” is removed: it stays visible, and counts nowhere.",
        **_of(page, row),
    )


@methods
def milestone_end(request: HttpRequest, plan: str, key: str, milestone: int) -> HttpResponse:
    """End a recurring milestone by a recorded decision."""
    page = EditPage.open(request, plan, key)
    row = page.milestone(milestone)
    form = _by_decision(page, row)
    said = ("decision_reference", "decision", "reason")
    return page.answer(
        form,
        lambda: end_series(milestone=row, **_said(form, *said), **page.who(form)),
        template="editing/milestone_end.html",
        done=f"“{row.name}” has ended: no more occurrences are made, and those that exist stay.",
        **_of(page, row),
    )


def _by_decision(page: EditPage, milestone: Any) -> Any:
    """The form of a change that follows from a decision: one on record, or a reference in words."""
    offer = offer_on(page, Move.REMOVE, milestone)
    form = page.form(DecisionForm, initial={"reason": offer.chosen.what} if offer.chosen else {})
    offer.to(form)
    return form


def _said(form: Any, *names: str) -> dict[str, Any]:
    """What a form says in some fields; None where it does not have one, such as a decision on record."""
    return {name: form.cleaned_data.get(name) for name in names}


def _of(page: EditPage, milestone: Any) -> dict[str, Any]:
    """What every page of one milestone shows, and where it leads."""
    return {"milestone": milestone, "first_due": first_due(milestone), "to": page.address("activity_milestones")}
