"""What one wants to be sent beyond what an open round obliges."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.actions.messages import set_summary
from agencies.forms import MailPreferenceForm
from agencies.models import MailPreference
from agencies.views.common import posted
from agencies.views.saving import Outcome, save


@require_http_methods(["GET", "HEAD", "POST"])
def mail_preference(request: HttpRequest) -> HttpResponse:
    """Whether the weekly summary is sent to me; what an open round asks is sent whatever is chosen."""
    chosen = MailPreference.objects.filter(person=request.user.id).first() or MailPreference()
    form = MailPreferenceForm(posted(request), initial={"summary": chosen.summary}, stamp=0)

    def choose() -> str:
        set_summary(summary=form.cleaned_data["summary"], by=request.standing)
        return reverse("account")

    outcome = save(request, form, choose) if form.is_bound else Outcome()
    if outcome.saved:
        messages.success(request, "Saved.")
        return redirect(outcome.next_url)
    context = {"section": "account", "form": form, "email": request.user.email}
    return render(request, "agencies/mail_preference.html", context, status=outcome.status)
