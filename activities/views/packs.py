"""Frozen packs: the page of one with its files and their hashes, the pack itself, and forms that are made later."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import wraps
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from activities.actions.common import Refused
from activities.actions.packs import MadeFile, add_pack_file
from activities.exports.packs.library import UnavailableForm
from activities.exports.packs.making import CHECKS, PRINTED, Unreadable, content_of, printed_from
from activities.exports.packs.printing import grouped
from activities.models import Pack, PackFile
from activities.pack_forms import FORMS, PackForm
from activities.reading import Reading
from activities.views.common import page_context, present_of, reading_of, require
from activities.views.links import page_url
from activities.views.meetings import may_run, meeting_or_404
from agencies.views.saving import save_once
from tnoc_tracker.record.days import moment_in_words
from tnoc_tracker.record.events import note
from tnoc_tracker.record.forms import new_once_key

log = logging.getLogger(__name__)

runs_nothing = csp_replace({"script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]})
"""For what was written once and is served byte for byte: whatever is in it, a browser runs none of it."""

SERVED = frozenset(PackForm) - {PackForm.PAGE}
"""The files under the address of files; the page has one of its own."""


@require_safe
def pack(request: HttpRequest, plan: str, pack: int) -> HttpResponse:
    """What is in a pack, when and by whom it was frozen, every file with its hash, and its other versions."""
    reading = reading_of(request, plan)
    found = pack_or_404(reading, pack)
    meeting = meeting_or_404(reading, found.meeting_id)
    files = {PackForm(each.form): each for each in reading.rows(PackFile).filter(pack_id=found.id)}
    around = Q(id=found.previous_id) | Q(meeting_id=found.meeting_id)
    rows = list(reading.rows(Pack).filter(around).order_by("-number"))
    versions = [each for each in rows if each.meeting_id == found.meeting_id]
    context = page_context(
        reading,
        "meetings",
        overdue_count=meeting.overdue_count,
        pack=found,
        meeting=meeting,
        meeting_url=page_url(reading, "meeting", meeting.id),
        page_url=page_url(reading, "pack_page", found.id),
        previous=linked_pack(reading, next((each for each in rows if each.id == found.previous_id), None)),
        position=moment_in_words(found.frozen_at),
        digest=grouped(found.figures_hash),
        files=[file_line(reading, files[form]) for form in FORMS if form in files],
        unmade=[unmade_line(reading, found, form) for form in PRINTED if form not in files],
        versions=[linked_pack(reading, each) for each in versions],
        latest=linked_pack(reading, versions[0]) if versions[0].id != found.id else None,
        may_run=may_run(request, reading),
    )
    return render(request, "packs/pack.html", context)


def pack_or_404(reading: Reading, pack_id: int) -> Any:
    """A pack of the plan; 404 where none was known."""
    found = reading.rows(Pack).filter(id=pack_id).first()
    if found is None:
        raise Http404
    return found


def linked_pack(reading: Reading, pack: Any) -> dict[str, Any] | None:
    """A pack with the address of its page."""
    return {"pack": pack, "url": page_url(reading, "pack", pack.id)} if pack else None


def file_line(reading: Reading, file: Any) -> dict[str, Any]:
    """A file with its name for people, its address and its hash in groups."""
    form = PackForm(file.form)
    where = ("pack_page", file.pack_id) if form == PackForm.PAGE else ("pack_file", file.pack_id, form)
    return {
        "file": file,
        "title": FORMS[form].title,
        "format": FORMS[form].format,
        "url": page_url(reading, *where),
        "downloads": form != PackForm.PAGE,
        "made": moment_in_words(file.made_at),
        "digest": grouped(file.sha384),
    }


def unmade_line(reading: Reading, pack: Any, form: PackForm) -> dict[str, Any]:
    """A form that is still to be made, and where that is asked for."""
    url = page_url(reading, "pack_make", pack.id, form)
    return {"title": FORMS[form].title, "format": FORMS[form].format, "url": url, "once": new_once_key()}


# The stored bytes --------------------------------------------------------------------------------------------------


def note_damage(damage: Unreadable) -> None:
    """Put what is damaged on the log of events: which form of which pack, and nothing of what it holds."""
    note("pack-unreadable", pack=damage.pack_id, form=damage.form)


def reads_stored(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of stored bytes: where they are not those that were frozen, a page says so, and nothing is served."""

    @wraps(view)
    def checked(request: HttpRequest, plan: str, pack: int, *args: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, plan, pack, *args, **kwargs)
        except Unreadable as damage:
            note_damage(damage)
            context = {"what": str(damage), "checks": CHECKS, "pack_url": reverse("pack", args=[plan, pack])}
            return render(request, "packs/unreadable.html", context, status=500)

    return checked


@require_safe
@reads_stored
@runs_nothing
def pack_page(request: HttpRequest, plan: str, pack: int) -> HttpResponse:
    """The frozen pack itself, byte for byte."""
    return stored(request, file_or_404(reading_of(request, plan), pack, PackForm.PAGE))


@require_safe
@reads_stored
@runs_nothing
def pack_file(request: HttpRequest, plan: str, pack: int, form: str) -> HttpResponse:
    """Another file of a pack, byte for byte."""
    if form not in SERVED:
        raise Http404
    return stored(request, file_or_404(reading_of(request, plan), pack, form))


def file_or_404(reading: Reading, pack_id: int, form: str) -> Any:
    """A file of a pack of the plan; 404 where none was known."""
    found = reading.rows(PackFile).filter(pack_id=pack_id, form=form).first()
    if found is None:
        raise Http404
    return found


def stored(request: HttpRequest, file: Any) -> HttpResponse:
    """The bytes of a file, or 304; the browser keeps them and asks each time whether it still may show them."""
    tag = f'"{file.sha384}"'
    response: HttpResponse | None = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(content_of(file), content_type=file.content_type)
        saved_as_file = file.form not in (PackForm.PAGE, PackForm.STYLESHEET)
        response["Content-Disposition"] = str(content_disposition_header(saved_as_file, file.name))
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response


# Forms made from the stored figures --------------------------------------------------------------------------------


def print_forms(request: Any, pack: Pack) -> list[str]:
    """Print every form that a pack lacks and store each by itself: one that fails leaves the others there.

    A sentence for each that is not there after it.
    """
    troubles = []
    there = set(PackFile.objects.filter(pack=pack).values_list("form", flat=True))
    for form in PRINTED:
        file, trouble = (None, "") if form in there else printed_or_trouble(pack, form)
        if file:
            with suppress(Refused):  # somebody else made it meanwhile
                add_pack_file(pack=pack, made=file, by=request.standing, at=request.moment)
        elif trouble:
            troubles.append(trouble)
    return troubles


def printed_or_trouble(pack: Pack, form: PackForm) -> tuple[MadeFile | None, str]:
    """The same right after freezing, when the pack is there whatever becomes of its other forms."""
    try:
        return printed(pack, form)
    except Unreadable as damage:
        note_damage(damage)
        return None, f"{form.label} is not made. {damage} Have an operator run {CHECKS}."


def printed(pack: Pack, form: PackForm, *, rendered_on: date | None = None) -> tuple[MadeFile | None, str]:
    """A form printed from the stored figures, or a sentence that says why there is none.

    ``Unreadable`` where the figures are not those that were frozen: from others nothing is made.
    """
    try:
        return printed_from(pack, form, rendered_on=rendered_on), ""
    except UnavailableForm as missing:
        return None, str(missing)
    except Unreadable:
        raise
    except Exception:  # whatever goes wrong in a library: the pack is frozen, and this form can be made later
        log.exception("%s could not be made from the figures of %s", form.label, pack)
        return None, f"{form.label} could not be made. The log of the tracker says why; it can be made later."


@reads_stored
def pack_make(request: HttpRequest, plan: str, pack: int, form: str) -> HttpResponse:
    """Make a form that was not made at freezing, from the stored figures; it says when it was rendered."""
    reading = present_of(request, plan)
    found = pack_or_404(reading, pack)
    require(request, "run_meetings")
    if form not in PRINTED:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    file, trouble = printed(found, PackForm(form), rendered_on=request.today)
    if file is None:
        messages.error(request, trouble)
        return redirect("pack", plan, pack)
    return redirect(save_once(request, lambda: store(request, found, file)))


def store(request: Any, pack: Pack, file: MadeFile) -> str:
    """Add a form to its pack and say so; returns where to go next."""
    try:
        add_pack_file(pack=pack, made=file, by=request.standing, at=request.moment)
        messages.success(request, f"{file.form.label} is made. It says that it was rendered today.")
    except Refused as refused:
        messages.info(request, " ".join(refused.faults.values()))
    return pack.get_absolute_url()
