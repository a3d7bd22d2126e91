"""A plan as exchange JSON and as its published document, from the database alone."""

from __future__ import annotations

import json

from activities.models import ActionPlan, PlanDocument
from activities.plan_document import source_bytes


def exchange_of(plan: ActionPlan) -> str:
    """The exchange JSON as loaded, of the latest edition; ``LookupError`` where no document was ever loaded."""
    latest = PlanDocument.objects.filter(plan=plan).order_by("-edition").first()
    if latest is None:
        raise LookupError(f"No document was ever loaded for {plan.slug}.")
    text: str = latest.exchange
    return text


def source_of(plan: ActionPlan) -> bytes:
    """The published document that the latest edition was made from, byte for byte; ``LookupError`` as above."""
    return source_bytes(json.loads(exchange_of(plan)))
