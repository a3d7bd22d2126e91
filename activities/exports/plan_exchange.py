"""A plan as exchange JSON and as its published document, from the database alone."""

from __future__ import annotations

import json

from activities.exports.position import position_of
from activities.models import PlanDocument
from activities.plan_document import dumps, source_bytes
from activities.reading import Reading


def loaded(reading: Reading) -> str:
    """The exchange JSON as loaded, of the latest edition that the reading knows.

    ``LookupError`` where no document was ever loaded.
    """
    latest = reading.rows(PlanDocument).order_by("-edition").first()
    if latest is None:
        raise LookupError(f"No document was ever loaded for {reading.plan.slug}.")
    text: str = latest.exchange
    return text


def exchange_of(reading: Reading) -> str:
    """The exchange JSON as loaded, with the position of the reading at its end; ``LookupError`` as above.

    Two exports of the same position are the same bytes.
    """
    return dumps({**json.loads(loaded(reading)), "position": position_of(reading)})


def source_of(reading: Reading) -> bytes:
    """The published document that the edition was made from, byte for byte; ``LookupError`` as above."""
    return source_bytes(json.loads(loaded(reading)))
