"""The page of one activity: where it stands, what was said, what is due, and everything that ever changed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from activities.audit import Audit, AuditEntry, Criteria
from activities.audit_words import Names
from activities.dossier import AT_FIRST, Dossier
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.summaries.one_activity import find
from activities.summaries.rounds import NOBODY_ANSWERS
from activities.views.common import page_context, reading_of
from activities.views.remembering import remembered_page
from agencies.permissions import may

HISTORY = ("activity", "milestone", "part", "role", "date_proposal")
"""Whose entries make the full history of an activity; what was said and moved has a place of its own."""


@require_safe
def activity(request: HttpRequest, plan: str, key: str) -> HttpResponse:
    """Everything about one activity, withdrawn ones included, as of the reading."""
    reading = reading_of(request, plan)
    made = partial(context_of, request, reading, key)
    return remembered_page(request, reading, "activities", "register/activity.html", made)


def context_of(request: HttpRequest, reading: Reading, key: str) -> dict[str, Any]:
    """What the page says of an activity; 404 where there is none."""
    found = find(reading, key)
    if found is None:
        raise Http404
    every_report = request.GET.get("reports") == "all"
    dossier = Dossier(reading, found, tells_entered=not settings.DEMONSTRATION, every_report=every_report)
    everything = request.GET.get("history") == "all"
    entries = history_of(dossier, None if everything else AT_FIRST + 1)
    return page_context(
        reading,
        "activities",
        overdue_count=found.overdue_count,
        activity=found,
        dossier=dossier,
        entries=entries if everything else entries[:AT_FIRST],
        more_entries=not everything and len(entries) > AT_FIRST,
        history_open=everything,
        tells_entered=dossier.tells_entered,
        asked=asked_about(dossier),
        **rights(request, dossier),
    )


def history_of(dossier: Dossier, limit: int | None) -> list[AuditEntry]:
    """The newest entries of the activity and of what is under it (one query)."""
    audit = Audit(dossier.reading, Criteria(activity_id=dossier.activity.id, kinds=HISTORY))
    names = Names(dossier.reading.bodies, {dossier.activity.id: dossier.activity})
    return audit.newest(names, limit)


def asked_about(dossier: Dossier) -> list[tuple[str, str, list[Any]]]:
    """What the open rounds ask about the activity: each round with its key and its returns, named by their bodies."""
    reading: Reading = dossier.reading
    found: dict[str, list[Any]] = {}
    for row in reading.asked_now:
        if row.activity_id == dossier.activity.id:
            row.who = reading.bodies[row.body_id].label if row.body_id else NOBODY_ANSWERS
            found.setdefault(row.quarter_key, []).append(row)
    starts_in = reading.plan.fiscal_year_starts_in
    return [(str(FiscalQuarter.parse_key(key, starts_in)), key, rows) for key, rows in sorted(found.items())]


def rights(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What the person may do here; nothing at a past position."""
    reading: Reading = dossier.reading
    standing: Any = request.standing  # type: ignore[attr-defined]
    return {
        "may_report": not reading.is_past and dossier.row.may_be_reported_by(standing),
        "may_propose": not reading.is_past and may(standing, "propose_date", dossier.cast.target),
        "may_edit": not reading.is_past and may(standing, "edit_register"),
    }
