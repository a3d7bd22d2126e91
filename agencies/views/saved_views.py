"""One's own saved views: all of them, and one made, renamed or deleted. For everybody else there are no such pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agencies.actions.common import Refused
from agencies.actions.saved_views import MOST, forget_view, page_address, rename_view, save_view
from agencies.forms import SavedViewForm
from agencies.models import SavedView
from agencies.views.common import posted
from agencies.views.saving import Outcome, save, save_once
from tnoc_tracker.record.forms import new_once_key

FORM = "agencies/saved_view_form.html"


@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    """Every view that I keep, by name."""
    views = [(each, new_once_key()) for each in SavedView.objects.filter(person=request.user.id)]
    return render(request, "agencies/saved_views.html", {"section": "views", "views": views, "most": MOST})


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_add(request: HttpRequest) -> HttpResponse:
    """Name the view at ``?address=``; sent, it is kept, and I am back on its page."""
    form = SavedViewForm(posted(request), initial={"address": request.GET.get("address", "")}, stamp=0)

    def carry_out() -> str:
        who = {"by": request.standing, "at": request.moment}
        return save_view(name=form.cleaned_data["name"], address=form.cleaned_data["address"], **who).address

    outcome = save(request, form, carry_out) if form.is_bound else Outcome()
    if outcome.saved:
        messages.success(request, f"Saved as “{form.cleaned_data['name']}”. You find it under “My views” above.")
        return redirect(outcome.next_url)
    address = _back(form["address"].value())
    context = {"section": "views", "form": form, "title": "Save this view", "action": "Save it", "address": address}
    return render(request, FORM, context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_rename(request: HttpRequest, view: int) -> HttpResponse:
    """Give a view another name."""
    kept = _own(request, view)
    form = SavedViewForm(posted(request), initial={"name": kept.name, "address": kept.address}, stamp=0)

    def carry_out() -> str:
        rename_view(view=kept, name=form.cleaned_data["name"], by=request.standing)
        return reverse("saved_views")

    outcome = save(request, form, carry_out) if form.is_bound else Outcome()
    if outcome.saved:
        messages.success(request, f"Renamed to “{form.cleaned_data['name']}”.")
        return redirect(outcome.next_url)
    was = SavedView.objects.get(id=kept.id)
    context = {"section": "views", "form": form, "title": f"Rename “{was.name}”", "action": "Rename it"}
    return render(request, FORM, {**context, "address": was.address}, status=outcome.status)


def saved_view_forget(request: HttpRequest, view: int) -> HttpResponse:
    """Delete a view."""
    kept = _own(request, view)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])

    def carry_out() -> str:
        forget_view(view=kept, by=request.standing)
        return reverse("saved_views")

    next_url = save_once(request, carry_out)
    messages.success(request, f"“{kept.name}” is deleted. The list it led to is as it was.")
    return redirect(next_url)


def _own(request: HttpRequest, view: int) -> SavedView:
    """A view of the person's own; 404 for anybody else's."""
    found: SavedView = get_object_or_404(SavedView, id=view, person=request.user.id)
    return found


def _back(address: str) -> str:
    """Where the form leads back to: the page to be saved, where it is one."""
    try:
        return page_address(address or "")
    except Refused:
        return ""
