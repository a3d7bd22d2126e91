"""Two positions of one plan side by side: what was added, moved, delivered, newly late between two moments.

Both sides are readings, so that each is what a page of that date shows; what happened between them comes with
the words that were said with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from activities.due_states import PAST_DUE, days, in_words, lateness
from activities.models import RoleKind
from activities.reading import Reading
from activities.statuses import Meaning, meaning_of
from tnoc_tracker.record.days import long_date


@dataclass(frozen=True)
class Kind:
    """A kind of difference: its key in addresses, its heading, and the sentence where there is none."""

    key: str
    heading: str
    none: str


ADDED = Kind("added", "Added to the plan", "No activity was added.")
WITHDRAWN = Kind("withdrawn", "Withdrawn from the plan", "No activity was withdrawn.")
STATUS = Kind("status", "Delivery status moved", "No delivery status moved.")
DELIVERED = Kind("delivered", "Delivered or begun", "Nothing was delivered or begun.")
NEWLY_OVERDUE = Kind("newly-overdue", "Newly overdue", "Nothing became overdue.")
NO_LONGER_OVERDUE = Kind("no-longer-overdue", "No longer overdue", "Nothing ceased to be overdue.")
DATES = Kind("dates", "Agreed dates moved", "No agreed date moved.")
ROLES = Kind("roles", "Roles changed", "No role changed.")
KINDS = (STATUS, DELIVERED, NEWLY_OVERDUE, NO_LONGER_OVERDUE, DATES, ROLES, ADDED, WITHDRAWN)


@dataclass(frozen=True)
class Difference:
    """One row: the activity as at the later date (the earlier, where it is gone), what changed, and why.

    ``before`` and ``after`` are set where a delivery status moved, so that a page can draw both marks.
    """

    kind: Kind
    activity: Any
    what: str
    why: str = ""
    who: str = ""
    before: Meaning | None = None
    after: Meaning | None = None


@dataclass(frozen=True)
class Comparison:
    """Every difference between two positions, in the order of ``KINDS`` and of the plan."""

    earlier: Reading
    later: Reading
    differences: tuple[Difference, ...]

    def of(self, kind: Kind) -> tuple[Difference, ...]:
        """The differences of a kind."""
        return tuple(each for each in self.differences if each.kind is kind)

    @property
    def by_kind(self) -> list[tuple[Kind, tuple[Difference, ...]]]:
        """Every kind with its differences, empty ones included."""
        return [(kind, self.of(kind)) for kind in KINDS]


def compare(earlier: Reading, later: Reading) -> Comparison:
    """What changed in a plan between two positions (a constant number of queries)."""
    before = {each.id: each for each in earlier.activities}
    after = {each.id: each for each in later.activities}
    both = [after[key] for key in after if key in before]
    differences: list[Difference] = [
        *_statuses(later, before, both),
        *_milestones(earlier, later, after),
        *_dates(earlier, later, after),
        *_roles(earlier, later, after),
    ]
    differences += [Difference(ADDED, after[key], "in the plan") for key in after if key not in before]
    differences += _withdrawn(later, before, after)
    order = {kind: place for place, kind in enumerate(KINDS)}
    differences.sort(key=lambda each: (order[each.kind], each.activity.position))
    return Comparison(earlier, later, tuple(differences))


def _withdrawn(later: Reading, before: dict[int, Any], after: dict[int, Any]) -> list[Difference]:
    gone = [key for key in before if key not in after]
    rows = {each.id: each for each in later.all_activities.filter(id__in=gone)} if gone else {}
    return [Difference(WITHDRAWN, rows[key], "withdrawn", rows[key].withdrawn_reason) for key in gone if key in rows]


def _statuses(later: Reading, before: dict[int, Any], both: list[Any]) -> Iterable[Difference]:
    moved = [each for each in both if each.status != before[each.id].status]
    said = _last_said(later, [each.id for each in moved])
    for each in moved:
        was, now = meaning_of(before[each.id].status), meaning_of(each.status)
        update = said.get(each.id)
        why = _why(update) if update else ""
        yield Difference(
            STATUS, each, f"{was.label} → {now.label}", why, update.person_name if update else "", was, now
        )


def _last_said(reading: Reading, activity_ids: list[int]) -> dict[int, Any]:
    """The newest update of each activity that moved its status."""
    newest: dict[int, Any] = {}
    for update in reading.status_updates.filter(activity_id__in=activity_ids):
        if update.whole_before != update.whole_after:
            newest.setdefault(update.activity_id, update)
    return newest


def _why(update: Any) -> str:
    texts = (update.reason, update.what_changed, update.what_became, update.statement, update.what_was_done)
    return next((text for text in texts if text), "")


def _milestones(earlier: Reading, later: Reading, after: dict[int, Any]) -> Iterable[Difference]:
    were = {each.id: each for each in earlier.milestones.live()}
    for each in later.milestones.live():
        activity = after[each.activity_id]
        was = were.get(each.id)
        late_before = was is not None and was.due_state in PAST_DUE
        late_after = each.due_state in PAST_DUE
        words = in_words(each.due_state, lateness(each.agreed_due, each.counted_on), is_start=each.is_start)
        if each.delivered_on and not (was and was.delivered_on):
            verb = "begun" if each.is_start else "delivered"
            yield Difference(DELIVERED, activity, f"{each.name}: {verb} {long_date(each.delivered_on)}", words)
        if late_after and not late_before:
            yield Difference(NEWLY_OVERDUE, activity, f"{each.name}: {words}")
        if late_before and not late_after:
            yield Difference(NO_LONGER_OVERDUE, activity, f"{each.name}: {words}")


def _dates(earlier: Reading, later: Reading, after: dict[int, Any]) -> Iterable[Difference]:
    known = set(earlier.date_moves.order_by().values_list("id", flat=True))
    moves = [move for move in later.date_moves if move.id not in known]
    milestones = {each.id: each for each in later.milestones.filter(id__in=[move.milestone_id for move in moves])}
    for move in moves:
        milestone = milestones.get(move.milestone_id)
        if milestone is not None:
            yield Difference(DATES, after[milestone.activity_id], _moved(milestone, move), move.reason, move.agreed_by)


def _moved(milestone: Any, move: Any) -> str:
    if move.moved_from is None:
        return f"{milestone.name}: no date → {long_date(move.moved_to)}"
    by = (move.moved_to - move.moved_from).days
    direction = "later" if by > 0 else "earlier"
    return f"{milestone.name}: {long_date(move.moved_from)} → {long_date(move.moved_to)} ({days(abs(by))} {direction})"


def _roles(earlier: Reading, later: Reading, after: dict[int, Any]) -> Iterable[Difference]:
    were = {role.id: role for role in earlier.roles}
    are = {role.id: role for role in later.roles}
    for role in [are[key] for key in are if key not in were]:
        yield from _role(role, later, after, "named")
    for role in [were[key] for key in were if key not in are]:
        yield from _role(role, later, after, "no longer")


def _role(role: Any, reading: Reading, after: dict[int, Any], verb: str) -> Iterable[Difference]:
    activity = after.get(role.activity_id)
    body = reading.bodies.get(role.body_id)
    if activity is None or body is None:
        return
    kind = str(RoleKind(role.kind).label).lower()
    scope = f" ({role.scope})" if role.scope else ""
    words = f"{body.label} named {kind}{scope}" if verb == "named" else f"{body.label} no longer {kind}{scope}"
    yield Difference(ROLES, activity, words)
