"""What happens around every request: its identifier, the idle session, and where the person stands."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from agencies.standing import Standing
from agencies.views.kept import readable
from agencies.views.saving import key_of
from tnoc_tracker import errors
from tnoc_tracker.record.change import Fate, current_fate, in_request
from tnoc_tracker.record.clock import machine_now, the_clock
from tnoc_tracker.record.forms import outcome_of
from tnoc_tracker.troubles import behind, note_trouble, trouble_of

SEEN = "seen"
SEEN_EVERY = 60
"""The session's last-seen stamp is written at most once in so many seconds."""

OPEN_WITHOUT_SIGN_IN = {"sign_in", "sign_out", "invitation", "calendar", "healthz", "readyz"}
"""The only pages that do not ask for signing in. Whoever has a calendar's address reads it; it is its own key.

The last two tell the proxy and monitoring whether the tracker runs, and nothing of what is in it.
"""

OPEN_WITHOUT_MEMBERSHIP = {"account", "password", "help", *OPEN_WITHOUT_SIGN_IN}
"""Pages that a signed-in person without a live membership may see; administrators see theirs as well."""

REFUSALS = {403, 404, 409, 422}
"""What a form is answered that is not taken."""

Handler = Callable[[HttpRequest], HttpResponse]


class PageCompressionMiddleware(GZipMiddleware):
    """Send pages compressed, a sixth of their size, whatever proxy stands before the tracker.

    What is compressed together with words that somebody else can choose might be guessed from its length (the
    attack called BREACH). Here it cannot: tokens and once-only keys are new in every answer, Django adds a random
    number of bytes to each, and no other site can ask for a page in a person’s name (the cookie stays with ours).
    Lists and packs as files go out as they are: they are streamed row by row, or compressed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """As Django does it, for HTML only."""
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class RequestIdentifierMiddleware:
    """Give each request an identifier that its entries carry, and resolve the moment once."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set ``request.moment`` (when it counts) and ``request.today``, and name the request."""
        clock = the_clock()
        request.moment = clock.now()  # type: ignore[attr-defined]
        request.today = clock.today()  # type: ignore[attr-defined]
        with in_request(uuid.uuid4().hex):
            return self.get_response(request)


class SteadySessionMiddleware(SessionMiddleware):
    """Django's sessions, where a page that was made is shown though its session's last-seen stamp cannot be written.

    A register that can only be read is read; and whoever has saved something learns so.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """As Django does it; a trouble of the database stops only what is not done yet, such as signing in."""
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError, InterfaceError) as error:
            cause = behind(error)
            trouble = trouble_of(cause)
            if trouble is None:
                raise
            if request.method not in ("GET", "HEAD", "OPTIONS") and current_fate() is not Fate.SAVED:
                raise cause from cause.__cause__
            note_trouble(request, trouble, cause)
            return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Lead everybody who is not signed in to the sign-in page, without losing what they had typed.

    A form sent after the session ended is answered 401 with a page that shows its text again; a part of a page
    asked for in place is answered 401, and its page says so (a mere look at something leads to signing in).
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """As Django does it; but a view that says it is open without signing in has to be named above as well."""
        match = request.resolver_match
        is_open = not getattr(view_func, "login_required", True) and match and match.url_name in OPEN_WITHOUT_SIGN_IN
        if is_open or request.user.is_authenticated:
            return None
        return self.handle_no_permission(request, view_func)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        """The way to the sign-in page, or 401 where something was sent."""
        in_place = request.headers.get("HX-Request") == "true"
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return HttpResponse("You are signed out.", status=401) if in_place else errors.signed_out(request)
        if in_place:
            page = {"next": errors.page_before(request)}
            headers = {"HX-Redirect": f"{reverse('sign_in')}?{urlencode(page)}"}
            return HttpResponse("You are signed out.", status=401, headers=headers)
        response: HttpResponse = super().handle_no_permission(request, view_func)
        return response


class IdleSessionMiddleware:
    """End sessions that were idle: each use renews the session, written at most once a minute."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stamp the session of a signed-in person; its cookie lives for SESSION_COOKIE_AGE from then on."""
        if request.user.is_authenticated:
            now = int(machine_now().timestamp())
            if now - request.session.get(SEEN, 0) >= SEEN_EVERY:
                request.session[SEEN] = now
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response


class StandingMiddleware:
    """Resolve where the person stands (``request.standing``), and stop those without a live membership."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the standing; None for somebody who is not signed in."""
        person = request.user if request.user.is_authenticated else None
        request.standing = Standing.of(person, request.today) if person else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Answer with the page that says so where no membership is live and the page needs one."""
        standing = request.standing  # type: ignore[attr-defined]
        if standing is None or standing.may_read_register:
            return None
        match = request.resolver_match
        name = match.url_name if match else None
        if name in OPEN_WITHOUT_MEMBERSHIP:
            return None
        if standing.is_administrator and getattr(view, "for_administrators", False):
            return None
        if standing.is_administrator and name == "home" and request.method in ("GET", "HEAD"):
            return redirect("people")
        return errors.no_access(request)


class SentAgainMiddleware:
    """Lead whoever sends a form again that was carried out to where it led, though its page refuses it by now.

    What a form was about may be gone once it is carried out (a proposal that is answered, a quarter that has its
    round): who sends it again, because no answer came, is not told that it was refused.
    """

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look for the form's key where the answer is a refusal; in place, a part of a page is answered as it is."""
        response = self.get_response(request)
        standing = request.standing  # type: ignore[attr-defined]
        in_place = request.headers.get("HX-Request") == "true"
        if request.method != "POST" or response.status_code not in REFUSALS or in_place or standing is None:
            return response
        may_look = standing.may_read_register and "once" in readable(request)
        led_to = outcome_of(key_of(request), standing.actor.person_id) if may_look else ""
        if not led_to:
            return response
        messages.info(request, "This was saved before, and was not saved twice.")
        return redirect(led_to)


class MethodMiddleware:
    """Give the answer to a wrong method (an address typed that only takes forms) a page of the product's look."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the page into Django's empty answer."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = errors.method_not_allowed(request).content
        return response
