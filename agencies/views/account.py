"""One's own account, and setting a password: with the current one, or with a one-time link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import access_of
from agencies.actions.common import Refused
from agencies.actions.passwords import LinkInvalid, change_password, open_link, use_link
from agencies.forms import ChangePasswordForm, NewPasswordForm
from agencies.permissions import PERMISSIONS, may
from agencies.views.common import person_or_404, posted
from tnoc_tracker.record.clock import machine_now


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, which bodies I belong to, what that lets me do, and the way to a new password."""
    person = person_or_404(request.user.id)
    (access,) = access_of([person], request.today, machine_now())
    context = {
        "section": "account",
        "access": access,
        "facts": [("Name", person.name), ("User name", person.username), ("E-mail", person.email)],
        "may_do": [each for each in PERMISSIONS if may(request.standing, each.name)],
        "reports_for": [each.body.label for each in access.live if each.may_report],
    }
    return render(request, "agencies/account.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; this session goes on, all others end."""
    person = person_or_404(request.user.id)
    form = ChangePasswordForm(request, posted(request), person=person)
    if form.is_bound and form.is_valid():
        try:
            changed = change_password(
                person=person, password=form.cleaned_data["new_password"], at=request.moment, now=machine_now()
            )
        except Refused as refused:
            add_faults(form, refused)
        else:
            update_session_auth_hash(request, changed)
            messages.success(request, "Your password is changed. You are signed out everywhere else.")
            return redirect("account")
    status = 422 if form.is_bound else 200
    return render(request, "agencies/password.html", {"form": form, "section": "account"}, status=status)


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password with a one-time link. A link that does not work gets one page, whatever the cause."""
    now = machine_now()
    try:
        person = open_link(token, now).person
        form = NewPasswordForm(posted(request), person=person)
        if form.is_bound and form.is_valid():
            use_link(token=token, password=form.cleaned_data["new_password"], at=request.moment, now=now)
            messages.success(request, f"Your password is set. Sign in as {person.username}.")
            return redirect("sign_in")
    except LinkInvalid:
        return render(request, "agencies/link_invalid.html", status=404)
    except Refused as refused:
        add_faults(form, refused)
    status = 422 if form.is_bound else 200
    context = {"form": form, "concerned": person}
    return render(request, "agencies/invitation.html", context, status=status)


def add_faults(form: NewPasswordForm, refused: Refused) -> None:
    """Show what the use case refused beside its field."""
    for field, sentence in refused.faults.items():
        form.add_error(field or None, sentence)
