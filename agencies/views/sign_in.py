"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agencies.actions.visits import begin_visit
from agencies.forms import SignInForm
from agencies.views.common import posted
from agencies.views.kept import FIELD, KeptForm

LONGEST_ADDRESS = 1500


@sensitive_post_parameters("password")
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password, and lead on to where the person wanted to go, or to what they had typed."""
    kept = KeptForm.read(request.POST.get(FIELD, ""))
    if request.user.is_authenticated:
        return lead_on(request, kept)
    form = SignInForm(request, posted(request), initial={"next": request.GET.get("next", "")})
    if form.is_bound and form.is_valid():
        login(request, form.person)  # a new session key: what anybody set before counts for nothing
        begin_visit(person_id=form.person.id, at=request.moment)
        return lead_on(request, kept)
    context = {"form": form, "asked_for": where_to(request, ""), "typed": kept.typed if kept else []}
    return render(request, "agencies/sign_in.html", context, status=422 if form.is_bound else 200)


def lead_on(request: HttpRequest, kept: KeptForm | None) -> HttpResponse:
    """To where somebody who is signed in wanted to go; first to the form that they had sent too late."""
    if kept is None:
        return redirect(where_to(request))
    context = {"kept": kept, "name": request.user.name, "next_url": where_to(request)}
    return render(request, "agencies/send_again.html", context)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and with it what was to be said to whoever it was: nobody else reads that here."""
    list(messages.get_messages(request))
    logout(request)
    messages.success(request, "You are signed out.")
    return redirect("sign_in")


def where_to(request: HttpRequest, otherwise: str | None = None) -> str:
    """The page asked for in ``next``, if it is one of ours; else the first page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    # A path, and nothing else: Django would take other words for the name of one of our addresses.
    is_path = asked.startswith("/") and len(asked) <= LONGEST_ADDRESS
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    if is_path and ours and not asked.startswith((reverse("sign_in"), reverse("sign_out"))):
        return asked
    return resolve_url(settings.LOGIN_REDIRECT_URL) if otherwise is None else otherwise
