"""What every page knows: who is signed in, which plan at which moment, the demonstration, the marking."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from activities.models import ActionPlan, current_plan
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.days import long_date


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of ``base.html``; pages of a plan add ``plan`` and ``reading`` themselves."""
    standing = getattr(request, "standing", None)
    signed_in = standing is not None and standing.may_read_register
    plans = getattr(request, "plans", None) if signed_in else []
    if plans is None:
        plans = list(ActionPlan.objects.order_by("-starts_on"))
    return {
        "plan": current_plan(plans, request.today) if plans else None,  # type: ignore[attr-defined]
        "person": request.user if standing is not None else None,
        "standing": standing,
        "plans": plans,
        "demonstration": long_date(the_clock().today()) if settings.DEMONSTRATION else None,
        "marking": settings.PROTECTIVE_MARKING,
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
