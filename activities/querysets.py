"""The reading vocabulary of the register, in the plan's own words; every question about lateness takes a day.

Each queryset serves the live table and its history alike. Related rows are given as querysets or as outer
references, never as joined names: on a history row a joined name would be today's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any, Self

from django.db.models import (
    Case,
    CharField,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONArray

from activities.due_states import SEVERITY, DueState
from activities.statuses import FINISHED, DeliveryStatus
from tnoc_tracker.record.querysets import TrackedQuerySet


@dataclass(frozen=True)
class Horizon:
    """A day and the ends of its fiscal quarter and of the next: all that a due state needs to know of a calendar."""

    on: date
    quarter_ends: date
    next_quarter_ends: date


class Told(Func):
    """The first of some conditions that holds, as a value: SQL's ``CASE`` written from a table of plain conditions.

    A condition names columns and values in braces (``{agreed_due} < {on}``), given as keyword arguments; a value of
    the table is one of our own words or numbers. Django's ``Case`` of ``Q`` says the same and takes two to three times
    as long to put together, which every page pays for several times.
    """

    def __init__(self, table: Table, *, output_field: Any, **given: Any) -> None:
        """Keep the table, and under which name each expression is given."""
        super().__init__(*given.values(), output_field=output_field)
        self.table, self.names = table, tuple(given)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **more: Any) -> tuple[str, list[Any]]:
        """The ``CASE``, with the parameters in the order in which the conditions name them."""
        given = dict(zip(self.names, map(compiler.compile, self.get_source_expressions()), strict=True))
        parts, params = [], list[Any]()
        for condition, value in self.table:
            named = [name for _, name, _, _ in Formatter().parse(condition) if name]
            params += [param for name in named for param in given[name][1]]
            holds = condition.format(**{name: given[name][0] for name in named})
            parts.append(f"WHEN {holds} THEN {value if isinstance(value, int) else repr(str(value))}")
        return f"CASE {' '.join(parts)} END", params


Table = tuple[tuple[str, str | int], ...]

_CLOSED: Table = (
    ("{removed_on} IS NOT NULL", DueState.REMOVED),
    ("{delivered_on} > {agreed_due}", DueState.DELIVERED_LATE),
    ("{delivered_on} IS NOT NULL", DueState.DELIVERED_ON_TIME),
)
_OPEN: Table = (
    ("{agreed_due} IS NULL", DueState.NO_DATE),
    ("{agreed_due} < {on}", DueState.OVERDUE),
    ("{agreed_due} <= {quarter_ends}", DueState.DUE_THIS_QUARTER),
    ("{agreed_due} <= {next_quarter_ends}", DueState.DUE_NEXT_QUARTER),
    ("{agreed_due} > {next_quarter_ends}", DueState.LATER),
)
BY_DATES: Table = (*_CLOSED, *_OPEN)
"""What the dates alone say of a milestone, the first that holds; closed ones come first."""

DUE_STATES: Table = (
    *_CLOSED,
    (f"{{status}} IN ({', '.join(repr(str(status)) for status in FINISHED)})", DueState.CLOSED),
    ("{kind} = 'recurring'", DueState.NO_DATE),  # it may say when it is first due; its occurrences can be late
    (f"{{agreed_due}} < {{on}} AND {{status}} = {str(DeliveryStatus.PAUSED)!r}", DueState.OVERDUE_PAUSED),
    *_OPEN,
)
"""The same with what people say of its activity: finished ones close what is open, paused ones stand beside."""


def _by_severity(table: Table) -> Table:
    return tuple((condition, SEVERITY[DueState(str(state))]) for condition, state in table)


def _dates(horizon: Horizon) -> dict[str, Any]:
    """What the conditions of both tables name, beside the status."""
    days = {"on": horizon.on, "quarter_ends": horizon.quarter_ends, "next_quarter_ends": horizon.next_quarter_ends}
    columns = ("removed_on", "delivered_on", "agreed_due", "kind")
    return {**{name: F(name) for name in columns}, **{name: Value(day, DateField()) for name, day in days.items()}}


def _worst_delivery_first() -> Any:
    """Among milestones delivered late, the one with the most days late comes first; the others are left as they are."""
    late = When(
        delivered_on__gt=F("agreed_due"),
        then=ExpressionWrapper(F("delivered_on") - F("agreed_due"), output_field=DurationField()),
    )
    return Case(late, output_field=DurationField()).desc(nulls_last=True)


_MOST_DAYS_FIRST = (_worst_delivery_first(), F("agreed_due").asc(nulls_last=True), "position", "occurrence", "id")


class MilestoneQuerySet(TrackedQuerySet):
    """Milestones in words."""

    def live(self) -> Self:
        """Milestones that count: not removed, and not a series (its occurrences count)."""
        return self.filter(removed_on=None).exclude(kind="recurring")

    def still_open(self) -> Self:
        """Live milestones that are neither delivered nor begun."""
        return self.live().filter(delivered_on=None)

    def with_due_state(self, horizon: Horizon, *, status: Any, finished_on: Any) -> Self:
        """Annotate ``due_state``, ``severity`` and ``counted_on`` (the day lateness is counted to).

        The one home of every due state. ``status`` and ``finished_on`` are expressions for the activity's:
        an outer reference inside a subquery of activities, or a subquery on its own.
        """
        rows = self.annotate(
            activity_status=ExpressionWrapper(status, output_field=CharField()),
            activity_finished_on=ExpressionWrapper(finished_on, output_field=DateField()),
        )
        given = {**_dates(horizon), "status": F("activity_status")}
        return rows.annotate(
            due_state=Told(DUE_STATES, output_field=CharField(), **given),
            severity=Told(_by_severity(DUE_STATES), output_field=IntegerField(), **given),
            counted_on=Coalesce("delivered_on", "activity_finished_on", Value(horizon.on), output_field=DateField()),
        )

    def overdue(self) -> Self:
        """Milestones in the headline count: their agreed date has passed, and nothing is paused or finished."""
        return self.filter(due_state=DueState.OVERDUE)

    def worst_first(self) -> Self:
        """Most severe first; among overdue and late ones the most days first (needs ``with_due_state``)."""
        return self.order_by("severity", *_MOST_DAYS_FIRST)

    def most_pressing_first(self, horizon: Horizon) -> Self:
        """The worst first among the milestones of one activity, by their dates alone.

        The same order as ``worst_first`` there, since they share their activity's status; needed because SQLite
        forbids a subquery to sort by a column of the query around it.
        """
        urgency = Told(_by_severity(BY_DATES), output_field=IntegerField(), **_dates(horizon))
        pressing = self.alias(urgency=urgency)
        return pressing.order_by("urgency", *_MOST_DAYS_FIRST)


DUE = ("due_state", "due_on", "due_counted_on", "due_kind")
"""What a list of ``ActivityQuerySet.with_due`` holds; days are ISO texts."""

_DUE_COLUMNS = ("due_state", "agreed_due", "counted_on", "kind")


def _worst(horizon: Horizon, milestones: MilestoneQuerySet) -> MilestoneQuerySet:
    """The live milestones beside an activity, the worst first."""
    states = milestones.live().with_due_state(horizon, status=OuterRef("status"), finished_on=OuterRef("finished_on"))
    return states.most_pressing_first(horizon)


def _due_state(found: Subquery, as_value: Callable[[DueState], Any], output_field: Any) -> Case:
    """The due state that was found of an activity; that of a withheld timeframe, and of no live milestone."""
    withheld = When(Q(timeframe_withheld=True), then=as_value(DueState.WITHHELD))
    return Case(withheld, default=Coalesce(found, as_value(DueState.NO_DATE)), output_field=output_field)


class ActivityQuerySet(TrackedQuerySet):
    """Activities in words."""

    def present(self) -> Self:
        """Activities that are not withdrawn."""
        return self.filter(withdrawn_on=None)

    def with_due_state(self, horizon: Horizon, milestones: MilestoneQuerySet) -> Self:
        """Annotate the activity with its worst live milestone: ``due_state``, ``severity``, ``due_on``, ``due_kind``.

        ``milestones`` are those beside the activity (``Reading.beside``); ``due_counted_on`` is the day on which that
        milestone's lateness is counted.
        """
        worst = _worst(horizon, milestones)
        return self.annotate(
            due_state=_due_state(Subquery(worst.values("due_state")[:1]), Value, CharField()),
            severity=_due_state(
                Subquery(worst.values("severity")[:1]), lambda state: Value(SEVERITY[state]), IntegerField()
            ),
            due_on=Subquery(worst.values("agreed_due")[:1], output_field=DateField()),
            due_counted_on=Subquery(worst.values("counted_on")[:1], output_field=DateField()),
            due_kind=Subquery(worst.values("kind")[:1], output_field=CharField()),
        )

    def with_due(self, horizon: Horizon, milestones: MilestoneQuerySet) -> Self:
        """Annotate ``due``: the same as a text, a JSON list of ``DUE``, for which each row is looked up once.

        For many rows at a time: a list of a withheld timeframe, or of no live milestone, has the state alone.
        """
        worst = _worst(horizon, milestones).values(listed=JSONArray(*_DUE_COLUMNS))
        found = Subquery(worst[:1], output_field=TextField())
        return self.annotate(due=_due_state(found, lambda state: JSONArray(Value(state)), TextField()))

    def overdue(self) -> Self:
        """Activities in the headline count: an agreed date has passed, and they are not paused or finished."""
        return self.filter(due_state=DueState.OVERDUE)

    def past_due(self) -> Self:
        """Overdue activities, the paused ones beside them."""
        return self.filter(due_state__in=[DueState.OVERDUE, DueState.OVERDUE_PAUSED])

    def worst_first(self) -> Self:
        """Most severe first; among overdue ones the most days first; then in plan order."""
        return self.order_by("severity", F("due_on").asc(nulls_last=True), "position")


class RoleQuerySet(TrackedQuerySet):
    """Roles in words."""

    def held(self) -> Self:
        """Roles that have not ended."""
        return self.filter(ended_on=None)

    def leading(self) -> Self:
        """Lead roles, scoped ones and those of collectives included."""
        return self.filter(kind="lead")

    def coordinating(self) -> Self:
        """Coordinator roles."""
        return self.filter(kind="coordinator")
