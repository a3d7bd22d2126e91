"""Following a decision on record: what the views of the moves that need one share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from activities.decisions import Move
from activities.forms.decisions import Offer
from activities.reading import Reading
from activities.summaries.decisions import usable
from activities.views.edit_page import EditPage

ASKED = "decision"
"""What an address calls the decision that is to be carried out."""


def offer_of(
    request: HttpRequest,
    reading: Reading,
    moves: Collection[Move],
    activity_id: int,
    *,
    part_id: int | None = None,
    milestone_id: int | None = None,
) -> Offer:
    """The decisions by which some moves may be made about an activity, and the one asked for (one query)."""
    found = usable(reading, moves, activity_id, part_id=part_id, milestone_id=milestone_id)
    return Offer(found, request.GET.get(ASKED, ""))


def offer_on(page: EditPage, move: Move, milestone: Any = None) -> Offer:
    """The same for a page on which an activity, or one of its milestones, is edited."""
    milestone_id = milestone.id if milestone else None
    return offer_of(page.request, page.reading, [move], page.activity.id, milestone_id=milestone_id)
