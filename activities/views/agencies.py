"""Bodies in a plan: the page of all of them, a page for each, and the page of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from activities.decisions import DecisionState
from activities.due_states import DueState
from activities.exports.agency_columns import COLUMNS, NUMBERS
from activities.exports.list_files import ListFile
from activities.models import RoleKind
from activities.reading import Reading
from activities.summaries.asked_of import AskedOfUs, asked_of
from activities.summaries.bodies import (
    Ask,
    Bodies,
    BodyLine,
    Dated,
    OwnActivity,
    finding,
    finding_of_all,
    is_secretariat,
)
from activities.summaries.decisions import Told, told
from activities.summaries.picture import Picture
from activities.summaries.proposals import WaitingDate
from activities.summaries.reporters import people_of
from activities.summaries.slippage import Total, total
from activities.views.common import page_context, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import page_url, url_of
from activities.views.list_files import files_of, list_file
from activities.views.remembering import remembered_page
from agencies.models import Body, BodyKind
from agencies.permissions import Target, may
from agencies.standing import Standing

GROUPS = (
    (BodyKind.AGENCY, "Agencies"),
    (BodyKind.GOVERNANCE, "Governance bodies"),
    (BodyKind.COLLECTIVE, "Collectives"),
)


@dataclass(frozen=True)
class Number:
    """A number of a body with the address of its rows; no address where it is 0."""

    key: str
    words: str
    url: str


@require_safe
def agency_list(request: HttpRequest, plan: str) -> HttpResponse:
    """Every body of the plan: what it answers for and supports, what is overdue, what is not reported."""
    reading = reading_of(request, plan)

    def made() -> dict[str, Any]:
        bodies, context = _bodies(reading, "agencies")
        groups = [
            (heading, [(line, _numbers(line)) for line in bodies.lines[kind]])
            for kind, heading in GROUPS
            if bodies.lines[kind]
        ]
        return context | {
            "title": finding_of_all(bodies.every_line),
            "columns": COLUMNS,
            "groups": groups,
            "files": files_of(reading, "agency_list_file"),
            "may_edit": _may_edit(request, reading),
        }

    return remembered_page(request, reading, "agencies", "agency/list.html", made)


@require_safe
@unless_unchanged()
def agency_list_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """The same bodies as a file, in the page's columns, order and words."""
    reading = reading_of(request, plan)
    rows, name = Bodies(Picture(reading)).every_line, f"{plan}-agencies-{reading.on.isoformat()}"
    return list_file(request, ListFile(reading, COLUMNS, rows, name, "Agencies"), ending)


@require_safe
def agency(request: HttpRequest, plan: str, body: str) -> HttpResponse:
    """One body: what it leads, coordinates and supports, its parts, what is due and late, who may report for it."""
    reading = reading_of(request, plan)
    made = partial(_of_body, request, reading, body)
    return remembered_page(request, reading, "agencies", "agency/page.html", made)


def _of_body(request: HttpRequest, reading: Reading, slug: str) -> dict[str, Any]:
    bodies, context = _bodies(reading, "agencies")
    line = bodies.line(_body_or_404(reading, slug))
    return context | {
        "line": line,
        "body": line.body,
        "title": finding(line),
        "answers": _reportable(request, bodies.reading, line, line.answers),
        "others": [(label, owns) for label, owns in _others(line) if owns],
        "late": bodies.late(line.answers),
        "coming": bodies.coming(line.answers),
        "slippage": _slippage(bodies, line),
        "slippage_url": page_url(bodies.reading, "slippage", body=line.body.slug),
        "people": people_of(bodies.reading, line.body.id),
        "is_collective": line.body.kind == BodyKind.COLLECTIVE,
        "may_edit": _may_edit(request, bodies.reading),
    }


@require_safe
def my_agency(request: HttpRequest, plan: str) -> HttpResponse:
    """For each of the person's own bodies: what is asked of it, what is late and due, what it answers for."""
    bodies, context = _bodies(reading_of(request, plan), "my_agency")
    standing: Standing = request.standing  # type: ignore[attr-defined]
    own = [body for body in bodies.reading.bodies.values() if body.id in standing.body_ids]
    owned = told(bodies.reading, owner_id__in=[body.id for body in own], state=DecisionState.OPEN)
    context["desks"] = [_desk(request, bodies, body, owned) for body in own]
    context["title"] = " and ".join(body.label for body in own)
    return render(request, "agency/mine.html", context)


@dataclass(frozen=True)
class Reportable:
    """An activity of a body, with the address of the form on which the person may report on it, or none."""

    own: OwnActivity
    url: str


@dataclass(frozen=True)
class Desk:
    """What a body's people need four times a year, the most pressing first."""

    line: BodyLine
    title: str
    asked: list[AskedOfUs]
    may_report: bool
    asks: list[tuple[Ask, str]]
    decisions: list[tuple[Told, str]]
    late: list[Dated]
    coming: list[Dated]
    answers: list[Reportable]
    others: list[tuple[str, Sequence[OwnActivity]]]
    left_to_us: list[Reportable]
    empty_collectives: list[Body]
    proposed: list[tuple[WaitingDate, str]]


def _desk(request: HttpRequest, bodies: Bodies, body: Body, owned: Sequence[Told]) -> Desk:
    line, reading = bodies.line(body), bodies.reading
    left = bodies.secretariat_reports_for(body) if is_secretariat(body) else []
    ours = [*line.answers, *left]
    update = {each.own.activity.id: each.url for each in _reportable(request, reading, line, ours)}
    empty = [each.body for each in bodies.lines[BodyKind.COLLECTIVE] if each.membership_to_be_set]
    return Desk(
        line=line,
        title=finding(line, left),
        asked=asked_of(reading, body),
        may_report=body.id in request.standing.reporting_body_ids,  # type: ignore[attr-defined]
        asks=[(ask, update[ask.own.activity.id]) for ask in bodies.asks(ours)],
        decisions=_decisions(request, reading, body, owned),
        late=bodies.late(ours),
        coming=bodies.coming(ours),
        answers=_reportable(request, reading, line, line.answers),
        others=[(label, owns) for label, owns in _others(line) if owns],
        left_to_us=_reportable(request, reading, line, left),
        empty_collectives=empty if is_secretariat(body) else [],
        proposed=_proposed(request, bodies, body),
    )


def _decisions(request: HttpRequest, reading: Reading, body: Body, owned: Sequence[Told]) -> list[tuple[Told, str]]:
    """The open decisions that a body owns, each with where the person may report on it, or none."""
    target = Target(frozenset({body.id}))
    may_tell = not reading.is_past and may(request.standing, "report_on_decision", target)  # type: ignore[attr-defined]
    return [
        (each, page_url(reading, "decision_report", each.decision.id) if may_tell else "")
        for each in owned
        if each.owner.id == body.id
    ]


def _slippage(bodies: Bodies, line: BodyLine) -> Total:
    """How far the dates of what a body answers for have moved."""
    ids = {own.activity.id for own in line.answers}
    return total(each for each in bodies.picture.milestones if each.activity_id in ids)


def _proposed(request: HttpRequest, bodies: Bodies, body: Body) -> list[tuple[WaitingDate, str]]:
    """Dates that a body has proposed, or that the Secretariat is to answer, each with where the person may do so."""
    reading = bodies.reading
    ours = [each for each in bodies.picture.waiting_dates if is_secretariat(body) or each.waiting.body_id == body.id]
    may_answer = _may_edit(request, reading)
    return [
        (each, page_url(reading, "proposal_answer", each.activity.key, each.milestone.id) if may_answer else "")
        for each in ours
    ]


def _bodies(reading: Reading, section: str) -> tuple[Bodies, dict[str, Any]]:
    """The bodies of a plan, and the context of a page about them."""
    picture = Picture(reading)
    late = len(picture.milestones_in(DueState.OVERDUE))
    return Bodies(picture), page_context(reading, section, overdue_count=late)


def _body_or_404(reading: Reading, slug: str) -> Body:
    found = next((body for body in reading.bodies.values() if body.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _numbers(line: BodyLine) -> list[Number]:
    return [
        Number(
            column.key, column.words(line), url_of(line.reading, line.rows(column.key)) if column.value(line) else ""
        )
        for column in NUMBERS
    ]


def _others(line: BodyLine) -> list[tuple[str, Sequence[OwnActivity]]]:
    """What a body holds a role in without answering for it, by kind; a lead beside others stands with its kind."""
    labels = (
        (RoleKind.COORDINATOR, "Coordinates"),
        (RoleKind.SUPPORT, "Supports"),
        (RoleKind.CONTRIBUTOR, "Contributes to"),
        (RoleKind.PARTICIPANT, "Takes part in"),
    )
    ids = {own.activity.id for own in line.others}
    return [(label, [own for own in line.holding(kind) if own.activity.id in ids]) for kind, label in labels]


def _reportable(
    request: HttpRequest, reading: Reading, line: BodyLine, owns: Sequence[OwnActivity]
) -> list[Reportable]:
    standing: Standing = request.standing  # type: ignore[attr-defined]
    return [Reportable(own, _update_url(standing, reading, line, own)) for own in owns]


def _update_url(standing: Standing, reading: Reading, line: BodyLine, own: OwnActivity) -> str:
    """Where the person may report on an activity for a body; empty where they may not, or at a past position."""
    target = Target(frozenset({line.body.id})) if own.answers else None
    if reading.is_past or not may(standing, "update_status", target):
        return ""
    part = f"?part={own.parts[0].id}" if own.parts and not may(standing, "edit_register") else ""
    return reverse("activity_update", args=[reading.plan.slug, own.activity.key]) + part


def _may_edit(request: HttpRequest, reading: Reading) -> bool:
    return not reading.is_past and may(request.standing, "edit_register")  # type: ignore[attr-defined]
