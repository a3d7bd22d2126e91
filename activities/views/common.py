"""What the views of a plan share: look-up with access check, the reading of a request, its context and pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField
from django.http import Http404, HttpRequest

from activities.models import ActionPlan, Activity
from activities.prepared import asked_of
from activities.reading import Reading
from activities.views.positions import AS_AT, PastPosition, asked_at, plans_on_record, position
from agencies.permissions import Target, may
from tnoc_tracker.record.prepared import ask

__all__ = [
    "activity_or_404",
    "live_activity",
    "page_context",
    "page_of",
    "plan_or_404",
    "present_of",
    "reading_of",
    "require",
    "sent_to",
]

ROWS_A_PAGE = 50


def plan_or_404(request: HttpRequest, slug: str) -> ActionPlan:
    """The plan at an address; 404 for somebody who may not read the register.

    The plans are few and the header offers them all: they are read once for both (``request.plans``).
    """
    if not may(request.standing, "read_register"):  # type: ignore[attr-defined]
        raise Http404
    request.plans = ask(plans_on_record, slug=slug, at=asked_at(request))  # type: ignore[attr-defined]
    for plan in request.plans:  # type: ignore[attr-defined]
        if plan.slug == slug:
            return plan  # type: ignore[no-any-return]
    raise Http404


def reading_of(request: HttpRequest, slug: str) -> Reading:
    """The reading that a request asks for: the plan now, or as at ``?as_at=``."""
    return position(request, plan_or_404(request, slug))


def present_of(request: HttpRequest, slug: str) -> Reading:
    """The plan now, for pages that change something: a past position cannot be changed."""
    reading = reading_of(request, slug)
    if reading.is_past:
        raise PastPosition(f"Nothing can be changed as at {reading.at_in_words}.")
    return reading


def sent_to(request: HttpRequest, slug: str) -> Reading:
    """The plan now, for what is sent and leads elsewhere: without what only the header of a page says."""
    if AS_AT in request.GET:
        return present_of(request, slug)
    if not may(request.standing, "read_register"):  # type: ignore[attr-defined]
        raise Http404
    for plan in ask(_plan_at, slug=slug):
        return Reading(plan, request.today)  # type: ignore[attr-defined]
    raise Http404


def _plan_at(slug: str) -> Any:
    return ActionPlan.objects.filter(slug=slug)


def activity_or_404(reading: Reading, key: str) -> Any:
    """An activity of the reading by its key, withdrawn ones included."""
    found = reading.all_activities.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def require(request: HttpRequest, permission: str, target: Target | None = None) -> None:
    """403 where somebody who may read something may not change it."""
    if not may(request.standing, permission, target):  # type: ignore[attr-defined]
        raise PermissionDenied("You may read this, but not change it. Help says who may.")


def page_context(reading: Reading, section: str, *, overdue_count: int | None = None, **more: Any) -> dict[str, Any]:
    """The context that every page of a plan needs.

    ``overdue_count`` counts the rows of the overdue page: milestones, paused activities' left out. A view that
    knows it already gives it, and saves the query.
    """
    if overdue_count is None:
        (overdue_count,) = asked_of(reading, _overdue_count)
    return {
        "plan": reading.plan,
        "reading": reading,
        "section": section,
        "overdue_count": overdue_count,
        "may_look_back": True,
        **more,
    }


def _overdue_count(reading: Reading) -> Any:
    # COUNT as a plain function: there is one row, and nothing to group by.
    counted = Func(F("id"), function="COUNT", output_field=IntegerField())
    return reading.milestones.overdue().order_by().annotate(total=counted).values_list("total", flat=True)


def page_of(request: HttpRequest, rows: Any, size: int = ROWS_A_PAGE) -> Page[Any]:
    """The page of rows that ``?page=`` asks for; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def live_activity(activity: Any) -> Activity:
    """The live row of an activity read now; what use cases take."""
    found: Activity = Activity.objects.select_related("plan").get(id=activity.id)
    return found
