"""A person’s private calendar, read by their calendar program: the one page of the register without signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from activities.exports.calendar import ics
from activities.reading import Reading
from activities.summaries.calendar import dates_of, live_plans
from activities.views.conditional import kept, not_modified, tag_of
from agencies.actions.feeds import standing_of_feed
from agencies.views.common import site_address


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """The dates of a person’s bodies in every live plan; 404 for an address that opens nothing, whatever the cause."""
    on = request.today
    standing = standing_of_feed(token, on)
    if standing is None:
        raise Http404
    tag = tag_of(request, standing)
    unchanged = not_modified(request, tag)
    if unchanged:
        return unchanged
    dates = [each for plan in live_plans(on) for each in dates_of(Reading(plan, on), standing.body_ids)]
    file = ics(dates, address=site_address(request), person_id=standing.actor.person_id, on=on)
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="tnoc.ics"'
    return kept(response, tag)
