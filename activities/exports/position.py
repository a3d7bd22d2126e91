"""The position of a plan as plain data: what has happened since it was loaded, as known at a reading.

The shape is that of ``"position"`` in the plan exchange, keys in their order.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from activities.answering import Cast, RoleHeld, casts
from activities.due_states import lateness
from activities.reading import Reading
from tnoc_tracker.record.days import end_of_day

Data = dict[str, Any]


def position_of(reading: Reading) -> Data:
    """``at`` (known by when), ``on`` (lateness counted on which day), and every activity in plan order.

    A reading of now counts as the position at the end of its day. Four queries, however many activities.
    """
    milestones: dict[int, list[Any]] = defaultdict(list)
    for milestone in reading.all_milestones:
        milestones[milestone.activity_id].append(milestone)
    rows = list(reading.all_activities.order_by("position"))
    held = casts(reading, [row.id for row in rows])
    return {
        "at": (reading.at or end_of_day(reading.on)).isoformat(),
        "on": reading.on.isoformat(),
        "activities": [_activity(row, held.get(row.id, Cast()), milestones[row.id]) for row in rows],
    }


def _activity(row: Any, cast: Cast, milestones: list[Any]) -> Data:
    return {
        "key": row.key,
        "status": row.status,
        "due_state": row.due_state,
        "working": _working(row),
        "roles": [_role(held) for held in cast.roles],
        "milestones": [_milestone(milestone) for milestone in milestones],
    }


def _working(row: Any) -> Data:
    """What people have changed of the row: its words, and whether it is withdrawn; nothing else."""
    found: Data = {}
    if row.title != row.published_title:
        found["title"] = row.title
    if row.description != row.published_prose:
        found["description"] = row.prose.to_exchange()
    if row.withdrawn_on is not None:
        found["withdrawn_on"] = row.withdrawn_on.isoformat()
        found["withdrawn_reason"] = row.withdrawn_reason
    return found


def _role(held: RoleHeld) -> Data:
    """A role as the exchange has it, its body named as at the reading."""
    return {
        "kind": held.role.kind,
        "body": held.body.name if held.body else None,
        "as_published": held.role.as_published,
        "scope": held.role.scope or None,
    }


def _milestone(row: Any) -> Data:
    return {
        "original": _day(row.original_due),
        "agreed": _day(row.agreed_due),
        "forecast": _day(row.forecast),
        "delivered": _day(row.delivered_on),
        "removed": _day(row.removed_on),
        "state": row.due_state,
        "days_late": lateness(row.agreed_due, row.counted_on) if row.removed_on is None else 0,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
