"""Two positions of one plan side by side: what was added, moved, delivered, newly late between two moments.

Both sides are readings, so that each is what a page of that date shows. What happened between them comes with the
words that were said with it: the reason, and who said or agreed it. Seven queries, whatever changed; one more where
a status moved without a report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from activities.comparison.kinds import (
    ADDED,
    DATES,
    DELIVERED,
    KINDS,
    MILESTONES,
    NEWLY_OVERDUE,
    NO_LONGER_OVERDUE,
    ROLES,
    STATUS,
    TAKEN_BACK,
    WITHDRAWN,
    Comparison,
    Difference,
    Kind,
)
from activities.comparison.roles import roles
from activities.comparison.sides import Sides, is_present
from activities.due_states import DueState, days, in_words, lateness
from activities.models import Activity, StatusUpdate
from activities.reading import Reading
from activities.statuses import meaning_of
from tnoc_tracker.record.days import day_of, long_date

__all__ = ["KINDS", "ROLES", "Comparison", "Difference", "Kind", "Sides", "at_a_glance", "compare", "moves_between"]

Told = tuple[str, str, date | None]
"""Why something changed, who said so, and on which day."""


def compare(earlier: Reading, later: Reading) -> Comparison:
    """What changed in a plan between two positions; the earlier one is past, the later one past or now."""
    sides = Sides(earlier, later)
    order = {kind: place for place, kind in enumerate(KINDS)}
    found = [
        *_statuses(sides, _told(sides)),
        *_milestones(sides),
        *_overdue(sides),
        *_dates(sides),
        *roles(sides),
        *_activities(sides),
    ]
    found.sort(key=lambda each: (order[each.kind], each.activity.position if each.activity else 0))
    overdue = sum(1 for each in sides.are.values() if each.due_state == DueState.OVERDUE)
    return Comparison(earlier, later, tuple(found), overdue, frozenset(sides.before))


def at_a_glance(sides: Sides) -> Comparison:
    """The same differences without reasons and roles, from the rows of both sides alone (four queries).

    A milestone whose date moved more than once has one line.
    """
    found = [*_statuses(sides), *_milestones(sides), *_overdue(sides), *_slips(sides), *_activities(sides)]
    found.sort(key=lambda each: (KINDS.index(each.kind), each.activity.position))
    overdue = sum(1 for each in sides.are.values() if each.due_state == DueState.OVERDUE)
    return Comparison(sides.earlier, sides.later, tuple(found), overdue, frozenset(sides.before))


def moves_between(sides: Sides, milestone: Any) -> int:
    """How often an agreed date moved between the two positions: so many lines a comparison with reasons has of it."""
    was = sides.were.get(milestone.id)
    return int(milestone.moves) - (int(was.moves) if was else 0)


def _due(milestone: Any) -> str:
    """The due state of a milestone in words."""
    late = lateness(milestone.agreed_due, milestone.counted_on)
    return in_words(milestone.due_state, late, is_start=milestone.is_start)


# What was said -----------------------------------------------------------------------------------------------------


def _statuses(sides: Sides, told: Mapping[int, Told] = MappingProxyType({})) -> Iterator[Difference]:
    for key in _turned(sides):
        was, now = meaning_of(sides.before[key].status), meaning_of(sides.after[key].status)
        why, who, on = told.get(key, ("", "", None))
        yield Difference(
            STATUS,
            sides.after[key],
            "",
            was.label,
            now.label,
            why=why,
            who=who,
            on=on,
            status_before=was,
            status_after=now,
        )


def _turned(sides: Sides) -> list[int]:
    """The activities whose status moved."""
    return [key for key in sides.in_both if sides.after[key].status != sides.before[key].status]


def _told(sides: Sides) -> dict[int, Told]:
    """Why their status moved, who said so and on which day."""
    turned = _turned(sides)
    told: dict[int, Told] = {}
    for key, said in _last_said(sides, turned).items():
        told[key] = (said.why, said.who_in_full, day_of(said.at))
    return told | _followed(sides, [key for key in turned if key not in told])


def _last_said(sides: Sides, activity_ids: list[int]) -> dict[int, Any]:
    """Of each activity, the newest update since the earlier date that moved its status."""
    newest: dict[int, Any] = {}
    if activity_ids:
        since = StatusUpdate.objects.filter(activity_id__in=activity_ids, at__gt=sides.earlier.at)
        moving = sides.later.known(since.exclude(whole_before=F("whole_after")))
        for update in moving.order_by("activity_id", "-number"):
            newest.setdefault(update.activity_id, update)
    return newest


def _followed(sides: Sides, activity_ids: list[int]) -> dict[int, Told]:
    """Why a status moved that nobody reported: from the newest entry that moved it, since a part came or went."""
    newest: dict[int, Told] = {}
    if activity_ids:
        until = Q(history_date__lte=sides.later.at) if sides.later.at else Q()
        entries = Activity.history.model.objects.filter(until, id__in=activity_ids, history_date__gt=sides.earlier.at)
        named = entries.annotate(columns=Cast("changed", TextField())).filter(columns__contains='"status"')
        for entry in named.order_by("id", "-sequence"):
            newest.setdefault(entry.id, (entry.history_change_reason, entry.actor_name, day_of(entry.history_date)))
    return newest


# What the dates say ------------------------------------------------------------------------------------------------


def _milestones(sides: Sides) -> Iterator[Difference]:
    """What was delivered, begun, taken back, added or removed."""
    for key, now in sides.are.items():
        was, activity = sides.were.get(key), sides.after[now.activity_id]
        known = was or sides.withdrawn_then.get(key)
        delivered_before = known is not None and known.delivered_on is not None
        if now.removed_on is not None and was is not None and was.removed_on is None:
            by = f"removed {long_date(now.removed_on)}"
            yield Difference(MILESTONES, activity, now.full_name, _due(was), by, why=now.decision_reference)
        elif was is None and now.activity_id in sides.in_both:
            yield Difference(MILESTONES, activity, now.full_name, "", f"added, {_due(now)}")
        if now.delivered_on is not None and not delivered_before:
            due = f"due {long_date(now.agreed_due)}" if now.agreed_due else "no date"
            verb = "begun" if now.is_start else "delivered"
            late = lateness(now.agreed_due, now.delivered_on)
            after = f"{verb} {long_date(now.delivered_on)}" + (f", {days(late)} late" if late else "")
            yield Difference(DELIVERED, activity, now.full_name, due, after, on=now.delivered_on, milestone=now)
        if known is not None and delivered_before and now.delivered_on is None:
            yield Difference(TAKEN_BACK, activity, now.full_name, _due(known), _due(now))


def _overdue(sides: Sides) -> Iterator[Difference]:
    """What the headline count of overdue milestones gained and lost: paused ones are not in it."""
    for key in [*sides.were, *(key for key in sides.are if key not in sides.were)]:
        was, now = sides.were.get(key), sides.are.get(key)
        late_before = was is not None and was.due_state == DueState.OVERDUE
        late_after = now is not None and now.due_state == DueState.OVERDUE
        row: Any = now or was  # one of the two is there
        activity = sides.after[row.activity_id]
        if late_after and not late_before:
            yield Difference(NEWLY_OVERDUE, activity, row.full_name, _due(was) if was else "", _due(now))
        elif late_before and not late_after:
            after, why = (_due(now), now.decision_reference) if now else ("withdrawn", activity.withdrawn_reason)
            yield Difference(NO_LONGER_OVERDUE, activity, row.full_name, _due(was), after, why=why)


def _dates(sides: Sides) -> Iterator[Difference]:
    for move in sides.later.date_moves.filter(at__gt=sides.earlier.at):
        milestone = sides.are.get(move.milestone_id)
        if milestone is None:
            continue
        by = f", {_by_days(move.days)}" if move.moved_from else ""
        agreed = f"asked by {move.asked_by}, agreed by {move.agreed_by}"
        yield Difference(
            DATES,
            sides.after[milestone.activity_id],
            milestone.full_name,
            long_date(move.moved_from) if move.moved_from else "no date",
            f"{long_date(move.moved_to)}{by}",
            why=move.reason,
            who=f"{agreed} ({move.decision_reference})" if move.decision_reference else agreed,
            on=day_of(move.at),
        )


def _slips(sides: Sides) -> Iterator[Difference]:
    """Milestones whose agreed date moved, each with the date before and after."""
    for key, now in sides.are.items():
        if not moves_between(sides, now):
            continue
        was = sides.were.get(key)
        before = was.agreed_due if was else now.original_due
        by = f", {_by_days((now.agreed_due - before).days)}" if before and now.agreed_due != before else ""
        yield Difference(
            DATES,
            sides.after[now.activity_id],
            now.full_name,
            long_date(before) if before else "no date",
            f"{long_date(now.agreed_due)}{by}",
            milestone=now,
        )


def _by_days(by: int) -> str:
    return f"{days(abs(by))} {'later' if by > 0 else 'earlier'}"


# What is in the plan -----------------------------------------------------------------------------------------------


def _activities(sides: Sides) -> Iterator[Difference]:
    for key, now in sides.after.items():
        was = sides.before.get(key)
        if is_present(now) and not is_present(was):
            before = f"withdrawn {long_date(was.withdrawn_on)}" if was else ""
            yield Difference(ADDED, now, "", before, "reinstated" if was else "added")
        if was is not None and is_present(was) and not is_present(now):
            day = now.withdrawn_on
            yield Difference(
                WITHDRAWN, now, "", "in the plan", f"withdrawn {long_date(day)}", now.withdrawn_reason, on=day
            )
