"""What the use cases share: refusing with a sentence per field, and taking hold of an activity."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from activities.models import ActionPlan, Activity, Milestone, Part, Role
from agencies.actions.common import Forbidden, Refused, require, require_words
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.prepared import ask

CHANGED = "Somebody else has changed this activity since you opened it."

__all__ = [
    "Forbidden",
    "Refused",
    "Seen",
    "hold",
    "hold_plan",
    "hold_seen",
    "require",
    "require_words",
    "stamp_by_key",
    "stamp_expression",
    "stamp_of",
]


def stamp_of(activity_id: int) -> int:
    """A number that grows by one with each change of an activity or of anything under it (one query).

    Forms carry it, so that a save made from an older state is noticed; two stamps differ by the number of
    entries written between them.
    """
    (stamp,) = ask(_stamp, activity_id=activity_id)
    return int(stamp)


def _stamp(activity_id: int) -> Any:
    rows = Activity.objects.filter(id=activity_id).annotate(stamp=stamp_expression())
    return rows.order_by().values_list("stamp", flat=True)


def stamp_by_key(plan_id: int, key: str) -> int | None:
    """The stamp of an activity by its key, None where there is none: read before what a form shows is read."""
    rows = Activity.objects.filter(plan_id=plan_id, key=key).annotate(stamp=stamp_expression())
    stamp: int | None = rows.values_list("stamp", flat=True).first()
    return stamp


def stamp_expression() -> Any:
    """The stamp as an expression over live activities: for a page that reads it together with what it stands for."""
    return F("version") + _versions(Milestone) + _versions(Part) + _versions(Role)


def _versions(model: type[Any]) -> Coalesce:
    """The versions of a table's rows under the activity of the outer query, summed up."""
    rows = model.objects.filter(activity_id=OuterRef("id")).order_by().values("activity_id")
    return Coalesce(Subquery(rows.annotate(total=Sum("version")).values("total")), 0, output_field=IntegerField())


def hold(activity_id: int, expected: int | None) -> Activity:
    """The activity, locked until the transaction ends; ``Conflict`` where its stamp is not the expected one.

    Every use case under an activity begins here, so that its writers queue (PostgreSQL by the row's lock,
    SQLite by its one writer). ``expected`` None takes it as it is: for programs.
    """
    activity: Activity
    (activity,) = ask(_held, activity_id=activity_id)
    if expected is not None and stamp_of(activity_id) != expected:
        raise Conflict(CHANGED)
    return activity


def _held(activity_id: int) -> Any:
    return Activity.objects.select_for_update().filter(id=activity_id).order_by()


@dataclass(frozen=True)
class Seen:
    """What was read of an activity after its stamp: for as long as that is the stamp, everything is what it was.

    ``still_open`` are its open milestones, the next date first.
    """

    stamp: int
    activity: Activity
    still_open: Sequence[Milestone]


def hold_seen(seen: Seen) -> Activity:
    """The activity, locked as by ``hold`` and not read again; ``Conflict`` where its stamp is another by now."""
    ask(_lock, activity_id=seen.activity.id)
    if stamp_of(seen.activity.id) != seen.stamp:
        raise Conflict(CHANGED)
    return copy(seen.activity)


def _lock(activity_id: int) -> Any:
    return _held(activity_id).values_list("id", flat=True)


def hold_plan(plan_id: int) -> ActionPlan:
    """The plan, locked until the transaction ends, before any activity of it.

    Its key does not change, so that whoever holds an activity may write rows that refer to the plan.
    """
    plan: ActionPlan = ActionPlan.objects.select_for_update(no_key=True).get(id=plan_id)
    return plan
