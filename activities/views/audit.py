"""The audit of a plan: everything that changed, by whom, when and why; as a page and as a file."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.audit import Audit, AuditEntry
from activities.audit_words import Names
from activities.exports.audit_columns import COLUMNS
from activities.exports.list_files import ListFile
from activities.forms.audit import AuditForm
from activities.reading import Reading
from activities.views.common import page_context, page_of, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import page_url
from activities.views.list_files import files_asked, list_file, unreadable
from agencies.models import Person
from tnoc_tracker.record.models import Verification

LEDE = "Who, when, what and why, newest first. Entries are never altered and never removed."


@require_safe
def audit(request: HttpRequest, plan: str) -> HttpResponse:
    """The entries that the address asks for, newest first; 422 with a sentence where a filter cannot be read."""
    reading = reading_of(request, plan)
    names, form = _filters(request, reading)
    readable = form.is_valid()
    record = Audit(reading, form.criteria) if readable else None
    page = page_of(request, record.listing) if record else None
    verification = Verification.objects.order_by("-started_at").first()
    context = page_context(
        reading,
        "audit",
        form=form,
        page=page,
        heading="What changed" if readable and form.in_words else "Everything that changed",
        columns=COLUMNS,
        entries=(entries := record.entries(page.object_list, names) if record and page else []),
        lines=lines(reading, entries),
        count=page.paginator.count if page else 0,
        narrowed=form.in_words if readable else [],
        # In the demonstration the band says once for all that the days are pretended.
        tells_entered=not settings.DEMONSTRATION,
        verification=verification,
        lede=f"{LEDE} {_verified(verification)}".strip(),
        files=files_asked(request.GET, "audit_file", plan),
    )
    return render(request, "audit.html", context, status=200 if readable else 422)


def lines(reading: Reading, entries: list[AuditEntry]) -> list[tuple[AuditEntry, str]]:
    """The entries, each with the address of what it leads to; empty where it leads nowhere."""

    @cache
    def url(name: str, key: object) -> str:
        return page_url(reading, name, key)

    return [(entry, url(*entry.leads_to) if entry.leads_to else "") for entry in entries]


@require_safe
@unless_unchanged()
def audit_file(request: HttpRequest, plan: str, ending: str) -> HttpResponseBase:
    """Every entry that the address asks for as a file, in the page's columns, order and words."""
    reading = reading_of(request, plan)
    names, form = _filters(request, reading)
    if not form.is_valid():
        return unreadable(form.errors)
    entries = Audit(reading, form.criteria).all_entries(names)
    name, narrowed = f"{plan}-audit-{reading.on.isoformat()}", ", ".join(form.in_words)
    return list_file(request, ListFile(reading, COLUMNS, entries, name, "Audit", narrowed), ending)


def _verified(run: Verification | None) -> str:
    """When the record was last verified, and that nothing was wrong; what was wrong has a place of its own."""
    if run is None:
        return "This record was never verified yet: whoever runs the register does it with “manage.py verify_history”."
    if run.faults:
        return ""
    erased = f", {run.erased} lawfully erased" if run.erased else ""
    return f"Last verified {run.when_in_words}: {run}{erased}."


def _filters(request: HttpRequest, reading: Reading) -> tuple[Names, AuditForm]:
    names = Audit(reading).names()
    people = dict(Person.objects.order_by("sort_key", "id").values_list("id", "name"))
    return names, AuditForm(request.GET, names=names, people=people)
