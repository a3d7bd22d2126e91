"""The past positions that the picker in the header offers."""

from __future__ import annotations

from datetime import date

from django import template

from activities.models import ActionPlan
from activities.views.positions import Offer, offers, round_closes

register = template.Library()


@register.simple_tag
def past_positions(plan: ActionPlan, today: date) -> list[Offer]:
    """The closes of the plan's rounds, then quarter ends before today, the latest first in both."""
    return [*round_closes(plan), *offers(plan, today)]
