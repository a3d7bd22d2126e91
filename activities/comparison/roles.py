"""Roles that were named or ended between two positions, and who joined or left a collective: from their entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from activities.comparison.kinds import ROLES, Difference
from activities.comparison.sides import Sides
from activities.models import CollectiveMember, Role, RoleKind
from activities.prepared import asked_of
from activities.reading import Reading
from agencies.models import Body
from tnoc_tracker.record.days import day_of


@dataclass(frozen=True)
class _RoleChange:
    """A role that was named or ended between the dates, or a member that joined or left a collective."""

    what: str
    activity_id: int | None
    named: bool
    entry: dict[str, Any]


def roles(sides: Sides) -> Iterator[Difference]:
    """Roles of activities that are in the plan at both dates, and members of collectives."""
    for change in _role_changes(asked_of(sides.later, _role_entries, since=sides.earlier.at)):
        if change.activity_id is not None and change.activity_id not in sides.in_both:
            continue
        in_collective = change.activity_id is None
        joined, left = ("belongs to it", "left") if in_collective else ("named", "ended")
        yield Difference(
            ROLES,
            sides.after.get(change.activity_id or 0),
            change.what,
            after=joined if change.named else left,
            why=change.entry["history_change_reason"],
            who=change.entry["actor_name"],
            on=day_of(change.entry["history_date"]),
        )


def _role_changes(entries: Iterable[dict[str, Any]]) -> Iterator[_RoleChange]:
    """What the entries of roles come to; one that was named and ended between the dates is no difference."""
    by_row: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for entry in entries:
        by_row.setdefault((entry["table"], entry["id"]), []).append(entry)
    for history in by_row.values():
        first, last = history[0], history[-1]
        named = first["sequence"] == 1
        ended = last["ended_on"] is not None and (named or any('"ended_on"' in each["columns"] for each in history))
        if named != ended:
            yield _RoleChange(_role_in_words(last), last["of_activity"], named, first if named else last)


def _role_in_words(entry: dict[str, Any]) -> str:
    """``Customs, lead (border)``; ``Customs in “Relevant agencies”`` for a member of a collective."""
    body = entry["body_label"] or "withheld"
    if entry["of_activity"] is None:
        return f"{body} in “{entry['collective_label']}”"
    scope = f" ({entry['scope']})" if entry["scope"] else ""
    return f"{body}, {str(RoleKind(entry['kind']).label).lower()}{scope}"


_ENTRY = (
    "table",
    "id",
    "sequence",
    "of_activity",
    "kind",
    "scope",
    "body_label",
    "collective_label",
    "ended_on",
    "columns",
    "history_change_reason",
    "actor_name",
    "history_date",
)


def _role_entries(reading: Reading, since: datetime) -> QuerySet[Any, dict[str, Any]]:
    """The entries of roles and of members of collectives written between the dates, in order (one query)."""
    roles = _entries(reading, Role, since).annotate(
        table=Value("role", output_field=CharField()),
        of_activity=F("activity_id"),
        body_label=_label(reading, "body_id"),
        collective_label=Value("", output_field=TextField()),
    )
    members = _entries(reading, CollectiveMember, since).annotate(
        table=Value("member", output_field=CharField()),
        of_activity=Value(None, output_field=IntegerField()),
        kind=Value("", output_field=CharField()),
        scope=Value("", output_field=TextField()),
        body_label=_label(reading, "body_id"),
        collective_label=_label(reading, "collective_id"),
    )
    rows = roles.values(*_ENTRY).union(members.values(*_ENTRY), all=True)
    found: QuerySet[Any, dict[str, Any]] = rows.order_by("table", "of_activity", "id", "sequence")
    return found


def _entries(reading: Reading, model: Any, since: datetime) -> QuerySet[Any, Any]:
    """The entries of a table in this plan after the earlier date, up to the later one."""
    live = model.objects.filter(**{model.plan_path: reading.plan.id}).order_by()
    until = Q(history_date__lte=reading.at) if reading.at else Q()
    rows = model.history.model.objects.filter(until, id__in=live.values("id"), history_date__gt=since)
    found: QuerySet[Any, Any] = rows.order_by().annotate(columns=Cast("changed", TextField()))
    return found


def _label(reading: Reading, column: str) -> Subquery:
    """A body's label as of the reading: its short name, else its name."""
    label = Coalesce(NullIf("short", Value(""), output_field=TextField()), "name", output_field=TextField())
    rows = reading.beside(Body, id=column).order_by().annotate(label=label)
    return Subquery(rows.values("label")[:1], output_field=TextField())
