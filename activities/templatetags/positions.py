"""The past positions that the picker in the header offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template

from activities.models import ActionPlan
from activities.views.positions import Offer, offers, round_closes

register = template.Library()


@register.simple_tag
def plan_choices(plans: Iterable[Any], reading: Any) -> list[dict[str, Any]]:
    """The plans that can be chosen; ``on_record`` where a past position that is shown can be kept."""
    at = reading.at if reading else None
    return [
        {"slug": each.slug, "title": each.short_title, "on_record": at is not None and each.record_begins <= at}
        for each in plans
    ]


@register.simple_tag
def past_positions(plan: ActionPlan, today: date) -> list[Offer]:
    """The closes of the plan's rounds, then quarter ends before today, the latest first in both."""
    return [*round_closes(plan), *offers(plan, today)]
