"""A person’s private calendar, read by their calendar program: the one page of the register without signing in."""

from __future__ import annotations

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from activities.exports.calendar import ics
from activities.reading import Reading
from activities.summaries.calendar import dates_of, live_plans
from agencies.actions.feeds import person_of_feed
from agencies.standing import Standing
from agencies.views.common import site_address


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of a person’s bodies in every live plan; 404 for an address that opens nothing, whatever the cause."""
    on = request.today
    person = person_of_feed(token, on)
    if person is None:
        raise Http404
    bodies = Standing.of(person, on).body_ids
    dates = [each for plan in live_plans(on) for each in dates_of(Reading(plan, on), bodies)]
    file = ics(dates, address=site_address(request), person_id=person.id, on=on)
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="tnoc.ics"'
    response["Cache-Control"] = "private, no-cache"  # kept by the program that asked, and asked for anew each time
    response["ETag"] = quote_etag(sha256(file).hexdigest())
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
