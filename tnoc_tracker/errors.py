"""Pages for what goes wrong, in the product's own look; each says what happened, what is kept and what to do.

What somebody typed into a form that could not be taken is shown again, if the form was one of ours. The page
for a failure on our side reads neither the database nor the session.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from activities.views.positions import NoPosition, PastPosition
from agencies.logs import source_of
from agencies.models import Membership
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.events import note

NEVER_SHOWN = {"csrfmiddlewaretoken", "do", "once", "seen", "stamp", "next", "username"}
BARE = "<!doctype html><html lang=en-NZ><title>Failure – TNOC Tracker</title><h1>Something failed on our side</h1>"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be understood."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: everybody may read this, and this person may not change it."""
    _note_refusal(request, "refused")
    context = {"why": str(exception or ""), "typed": typed_texts(request)}
    page = "errors/past_position.html" if isinstance(exception, PastPosition) else "errors/403.html"
    return render(request, page, context, status=403)


def no_access(request: HttpRequest) -> HttpResponse:
    """403: a person without a live membership sees this page only."""
    _note_refusal(request, "refused-without-membership")
    person: Any = request.user
    memberships = Membership.objects.filter(person=person).select_related("body").order_by("-since", "-id")
    context = {"memberships": memberships, "today": request.today}  # type: ignore[attr-defined]
    return render(request, "no_access.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or the person may not know of it; or no position at the date asked for."""
    if isinstance(exception, NoPosition):
        return render(request, "errors/no_position.html", {"why": str(exception)}, status=404)
    return render(request, "errors/404.html", status=404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405: this address takes forms only, and was opened like a page, or the other way round."""
    return render(request, "errors/405.html", status=405)


def signed_out(request: HttpRequest) -> HttpResponse:
    """401: a form arrived after the session had ended; nothing was saved, and nothing typed is lost."""
    way_back = f"{reverse('sign_in')}?{urlencode({'next': page_before(request)})}"
    context = {"typed": typed_texts(request), "sign_in_url": way_back}
    return render(request, "errors/signed_out.html", context, status=401)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or cookies are refused."""
    context = {"typed": typed_texts(request), "back_url": page_before(request)}
    return render(request, "errors/csrf.html", context, status=403)


def failure(request: HttpRequest) -> HttpResponse:
    """500: something failed on our side; what was saved before stays saved."""
    try:
        context = {
            "marking": settings.PROTECTIVE_MARKING,
            "demonstration": long_date(the_clock().today()) if settings.DEMONSTRATION else None,
        }
        page: str = render_to_string("errors/500.html", context)  # without the request: no database, no session
    except Exception:  # the page itself fails, for example where static files were not collected
        page = BARE
    return HttpResponse(page, status=500, headers={"Cache-Control": "private, no-store"})


def page_before(request: HttpRequest) -> str:
    """The page of ours that a form was on, as a local address; else the form's own address."""
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(before)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody typed into one of our forms, with its field's name; nothing from anywhere else.

    A form on another site must not be able to put words onto our pages: the browser names the sender.
    """
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, value in fields
        if value.strip() and name not in NEVER_SHOWN and "password" not in name
    ]


def _note_refusal(request: HttpRequest, event: str) -> None:
    person = getattr(request, "user", None)
    note(
        event,
        method=request.method,
        path=request.path,
        name=getattr(person, "username", ""),
        person=getattr(person, "id", ""),
        source=source_of(request),
    )
