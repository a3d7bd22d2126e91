"""Pages for what goes wrong, in the product's own look; each says what happened, what is kept and what to do.

What somebody typed into a form that could not be taken is shown again, if the form was one of ours. The pages
for a failure on our side, or of the database, read neither the database nor the session.
"""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from activities.views.positions import NoPosition, PastPosition
from agencies.forms import SignInForm
from agencies.models import Membership
from agencies.views.kept import FIELD, KeptForm, fields_sent, is_secret, readable, shown
from tnoc_tracker.record.change import Fate, current_fate
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.events import note, source_of
from tnoc_tracker.troubles import Trouble, note_trouble, trouble_of

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
    """401: a form arrived after the session had ended; nothing was saved, and nothing typed is lost.

    The page signs in, carries what was typed through it, and shows it underneath.
    """
    kept = KeptForm.of(request)
    initial = {"next": page_before(request), "kept": kept.as_text() if kept else ""}
    context = {"typed": typed_texts(request), "kept": kept, "form": SignInForm(request, initial=initial)}
    return render(request, "errors/signed_out.html", context, status=401)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or cookies are refused."""
    context = {"typed": typed_texts(request), "back_url": page_before(request)}
    return render(request, "errors/csrf.html", context, status=403)


def failure(request: HttpRequest) -> HttpResponse:
    """500: something failed on our side; 503: the database has a trouble. What was saved before stays saved.

    Both keep what was typed, and say whether it was saved: see ``fate_of``.
    """
    error = sys.exception()
    trouble = trouble_of(error)
    if trouble and error:
        note_trouble(request, trouble, error)
    try:
        in_place = request.headers.get("HX-Request") == "true"
        page = _failure_in_place(request, trouble) if in_place else _failure_page(request, trouble)
    except Exception:  # the page itself fails, for example where static files were not collected
        page = HttpResponse(BARE)
    page.status_code = 503 if trouble else 500
    page.headers["Cache-Control"] = "private, no-store"
    if trouble:
        page.headers["Retry-After"] = str(trouble.retry_after)
    return page


def _failure_page(request: HttpRequest, trouble: Trouble | None) -> HttpResponse:
    fate = fate_of(request)
    context = {
        "marking": settings.PROTECTIVE_MARKING,
        "demonstration": long_date(the_clock().today()) if settings.DEMONSTRATION else None,
        "trouble": trouble,
        "fate": fate,
        "typed": typed_texts(request),
        "again": form_again(request) if fate in ("nothing", "unknown") else [],
        "form_url": request.get_full_path(),
        "back_url": page_before(request) if request.method == "POST" else request.get_full_path(),
    }
    # Without the request: no context processor asks the database or the session.
    return HttpResponse(render_to_string("errors/503.html" if trouble else "errors/500.html", context))


def _failure_in_place(request: HttpRequest, trouble: Trouble | None) -> HttpResponse:
    """A sentence that the page's script says on the page that asked; the page keeps what was typed into it."""
    context = {"trouble": trouble, "fate": fate_of(request)}
    words = render_to_string("errors/in_place.txt", context)
    return HttpResponse(" ".join(words.split()), content_type="text/plain; charset=utf-8")


def fate_of(request: HttpRequest) -> str:
    """What became of what a request asked for: ``looked`` where nothing was to be saved, else as ``Fate`` says.

    A form that is not carried out once only writes on its own account, and nobody knows how far it came:
    ``unsure``. No form has come anywhere before its view.
    """
    if request.method != "POST" or request.path in (reverse("sign_in"), reverse("sign_out")):
        return "looked"
    fate = current_fate()
    if fate is Fate.NOTHING and request.resolver_match and "once" not in readable(request):
        return "unsure"
    return fate.value


def form_again(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form of ours that can be sent again as it was: its key lets it be carried out once only."""
    fields = fields_sent(request)
    names = {name for name, _value in fields}
    return fields if "once" in names and not any(map(is_secret, names)) else []


def page_before(request: HttpRequest) -> str:
    """The page of ours that a form was on, as a local address; else the form's own address."""
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(before)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody typed into one of our forms, with its field's name; nothing from anywhere else."""
    fields = fields_sent(request)
    kept = KeptForm.read(dict(fields).get(FIELD, ""))
    return kept.typed if kept else shown(fields)


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
