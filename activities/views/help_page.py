"""Help: what every status and due state means, who may do what, and how dates are counted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.models import ActionPlan, current_plan
from activities.quarters import NEW_ZEALAND_STARTS_IN
from activities.summaries.guide import DueDays, Guide
from activities.working_days import Calendar
from agencies.permissions import may

SECTIONS = (
    ("statuses", "What every status means"),
    ("moves", "Moving from one status to another"),
    ("due", "How due states are computed"),
    ("quarters", "Fiscal quarters"),
    ("rounds", "Reporting rounds"),
    ("returns", "Where a return stands"),
    ("working-days", "How due days are counted"),
    ("meetings", "Meetings of the Steering Group"),
    ("decisions", "Decisions, and what each allows"),
    ("packs", "Packs, and how to check one"),
    ("contradictions", "Where status and dates disagree"),
    ("roles", "Who answers for an activity"),
    ("permissions", "Who may do what"),
    ("withheld", "Withheld information"),
    ("history", "History and past positions"),
    ("keyboard", "Keyboard"),
)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The help page, also for somebody without a live membership; it says nothing of any plan's content."""
    asked: Any = request
    if may(asked.standing, "read_register"):
        asked.plans = list(ActionPlan.objects.order_by("-starts_on"))
    plan = current_plan(getattr(asked, "plans", []), asked.today)
    starts_in = plan.fiscal_year_starts_in if plan else NEW_ZEALAND_STARTS_IN
    calendar = Calendar.closed_on(settings.CLOSED_DAYS)
    due_days = DueDays(calendar, settings.RETURN_WORKING_DAYS, settings.ESCALATION_WORKING_DAYS)
    guide = Guide(asked.today, asked.standing, starts_in, due_days)
    return render(request, "help.html", {"section": "help", "sections": SECTIONS, **guide.as_context()})
