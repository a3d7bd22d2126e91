"""One's own calendar address: made, shown this once, replaced and ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.actions.feeds import end_feed, feed_of, make_feed
from agencies.views.common import site_address
from agencies.views.saving import save_once
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.forms import new_once_key


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Whether I have a calendar address and since when; sent, make a new one (``end`` ends the one there is)."""
    if request.method == "POST":
        return _end(request) if "end" in request.POST else _make(request)
    feed = feed_of(request.user.id, request.today)
    facts = [("Made on", long_date(day_of(feed.made_at)))] if feed else []
    context = {"section": "account", "feed": feed, "facts": facts, "once": new_once_key()}
    return render(request, "agencies/calendar.html", context)


def _make(request: HttpRequest) -> HttpResponse:
    """A new address, shown now and never again."""
    made: list[str] = []

    def make() -> str:
        made.append(make_feed(by=request.standing, at=request.moment))
        return reverse("calendar_feed")

    next_url = save_once(request, make)
    if not made:
        messages.warning(request, "The address was shown once already. Make a new one if you did not copy it.")
        return redirect(next_url)
    address = site_address(request) + reverse("calendar", args=made)
    return render(request, "agencies/calendar_address.html", {"section": "account", "address": address})


def _end(request: HttpRequest) -> HttpResponse:
    """No address any more; what is subscribed to it stays empty."""
    if end_feed(by=request.standing, at=request.moment):
        messages.success(request, "Your calendar address has ended: it opens nothing any more.")
    return redirect("calendar_feed")
