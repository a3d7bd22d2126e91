"""Who does what in an activity: naming a body for a role, ending a role; and who belongs to a collective."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from activities.actions.roles import assign_role, end_role, set_collective, stamp_of_collective
from activities.answering import Cast, cast_of, gap_of
from activities.decisions import Move
from activities.forms.editing import CollectiveForm, ReasonForm, RoleForm
from activities.models import Activity, Role, RoleKind
from activities.reading import Reading
from activities.views.change_page import NOTHING_CHANGED
from activities.views.common import page_context, present_of, require
from activities.views.deciding import offer_on
from activities.views.edit_page import EditPage
from agencies.models import Body, BodyKind
from agencies.views.saving import save


@require_http_methods(["GET", "POST"])
def activity_roles(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """The roles of an activity, and the form that names a body for one. Naming a lead closes a gap."""
    page = EditPage.open(request, plan, key)
    offer = offer_on(page, Move.NAME_LEAD)
    form = page.form(RoleForm, bodies=page.reading.bodies, initial=_named_by(offer.chosen))
    offer.to(form)
    gap = gap_of(page.activity, page.reading.on)
    return page.answer(
        form,
        lambda: assign_role(
            activity=page.activity,
            kind=form.cleaned_data["kind"],
            body=form.cleaned_data["body"],
            scope=form.cleaned_data["scope"],
            reason=form.cleaned_data["reason"],
            decision=form.cleaned_data.get("decision"),
            **page.who(form),
        ),
        template="editing/roles.html",
        done=lambda role: _named_words(role, gap.in_words if gap else ""),
        to=page.address("activity_roles"),
        cast=cast_of(page.reading, page.activity.id),
        gap=gap,
    )


def _named_by(decision: Any) -> dict[str, Any]:
    """What the form says already where it carries out a decision."""
    if decision is None:
        return {}
    return {"kind": RoleKind.LEAD.value, "body": decision.lead_id, "reason": decision.what}


def _named_words(role: Role, gap: str) -> str:
    words = f"{role.body} is named: {role.kind_label.lower()}."
    if gap and role.activity.vacant_since is None:
        words += f" The gap is closed: “{gap}” no longer stands."
    return words


@require_http_methods(["GET", "POST"])
def role_end(request: HttpRequest, plan: str, key: str, role: int) -> HttpResponse:
    """Ask for the reason and end a role; the page says where nobody would answer any more."""
    page = EditPage.open(request, plan, key)
    row = page.role(role)
    if request.method == "GET" and row.ended_on:
        return redirect(page.address("activity_roles"))
    cast = cast_of(page.reading, page.activity.id)
    held = next((each for each in cast.roles if each.role.id == row.id), None)
    form = page.form(ReasonForm)
    return page.answer(
        form,
        lambda: end_role(role=row, reason=form.cleaned_data["reason"], **page.who(form)),
        template="editing/role_end.html",
        done=lambda role: f"The role has ended.{_gap_words(role.activity, page.reading)}",
        to=page.address("activity_roles"),
        held=held,
        leaves_gap=_leaves_gap(cast, row.id),
    )


def _leaves_gap(cast: Cast, role_id: int) -> bool:
    """Whether nobody would answer for the activity without this role."""
    return bool(cast.answering) and not Cast(tuple(each for each in cast.roles if each.role.id != role_id)).answering


def _gap_words(activity: Activity, reading: Reading) -> str:
    return "" if gap_of(activity, reading.on) is None else " Nobody answers for this activity any more."


@require_http_methods(["GET", "POST"])
def collective_members(request: HttpRequest, plan: str, body: str) -> HttpResponse:
    """Which agencies belong to a collective ("All agencies", "Relevant agencies") in this plan."""
    reading = present_of(request, plan)
    collective = _collective_or_404(reading, body)
    require(request, "edit_register")
    present = [member.body_id for member in reading.collective_members.filter(collective_id=collective.id)]
    stamp = stamp_of_collective(reading.plan.id, collective.id)
    posted = request.POST if request.method == "POST" else None
    form: Any = CollectiveForm(posted, bodies=reading.bodies, members=present, stamp=stamp)
    context: dict[str, Any] = {"collective": collective, "form": form, "count": len(present), "may_look_back": False}
    status = 200
    if posted is not None:
        outcome = save(request, form, lambda: _set_members(request, reading, collective, form))
        if outcome.saved:
            return redirect(outcome.next_url)
        if outcome.conflict:
            form.renew(stamp)
            context["theirs"] = [reading.bodies[body_id].label for body_id in present]
        status = outcome.status
    return render(request, "editing/collective.html", page_context(reading, "agencies", **context), status=status)


def _collective_or_404(reading: Reading, slug: str) -> Body:
    found = next((body for body in reading.bodies.values() if body.slug == slug), None)
    if found is None or found.kind != BodyKind.COLLECTIVE:
        raise Http404
    return found


def _set_members(request: Any, reading: Reading, collective: Body, form: Any) -> str:
    said = form.cleaned_data
    set_collective(
        plan=reading.plan,
        collective=collective,
        members=said["members"],
        reason=said["reason"],
        by=request.standing,
        at=request.moment,
        expected=said["stamp"],
    )
    if stamp_of_collective(reading.plan.id, collective.id) == said["stamp"]:
        messages.info(request, NOTHING_CHANGED)
    else:
        messages.success(request, f"“{collective.label}” now stands for {_agencies(len(said['members']))}.")
    return reverse("agency", args=[reading.plan.slug, collective.slug])


def _agencies(count: int) -> str:
    return "1 agency" if count == 1 else f"{count} agencies"
