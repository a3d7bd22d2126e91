"""The past positions that the picker in the header offers."""

from __future__ import annotations

from datetime import date

from django import template

from activities.models import ActionPlan
from activities.views.positions import Offer, offers

register = template.Library()


@register.simple_tag
def past_positions(plan: ActionPlan, today: date) -> list[Offer]:
    """Quarter ends of the plan before today, the latest first."""
    return offers(plan, today)
