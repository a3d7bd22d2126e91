"""The register of one plan read at a moment. Now is just one moment.

Every page, list, count and export is made from a ``Reading``, now and for a past date by the same code: it
hands out the live tables or the rows of their history as known at ``at``, and counts lateness on ``on``.
Related rows are reached through the reading, never by joins from an activity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import DateField, Exists, F, Func, IntegerField, JSONField, OuterRef, Q, Subquery
from django.db.models.lookups import Exact

from activities.due_states import PAST_DUE
from activities.models import (
    ActionPlan,
    Activity,
    CollectiveMember,
    DateMove,
    FocusArea,
    Milestone,
    Part,
    PriorityArea,
    Return,
    Role,
    Round,
    StatusUpdate,
)
from activities.prepared import asked_of
from activities.quarters import FiscalQuarter
from activities.querysets import ActivityQuerySet, Horizon, MilestoneQuerySet, RoleQuerySet
from activities.returns import OPEN
from activities.statuses import FINISHED
from agencies.models import Body
from tnoc_tracker.record.days import end_of_day, long_date, moment_in_words
from tnoc_tracker.record.models import Tracked
from tnoc_tracker.record.querysets import TrackedQuerySet


class Listed(Func):
    """The values of a column or an expression in one JSON list; none is an empty list or NULL, as the database has it.

    A plain function, since Django would group an aggregate inside a subquery.
    """

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL's name for it."""
        return self.as_sql(compiler, connection, function="JSONB_AGG", **more)


@dataclass(frozen=True)
class Position:
    """Where addresses stay: at a past position, or now. All of a reading that a template of its own needs."""

    is_past: bool
    as_at: str


@dataclass(frozen=True)
class Reading:
    """A plan as it is (``at`` None), or as it was known at a moment, with lateness counted on a day.

    Querysets come out with related names removed by design: filter by ids. Activities and milestones carry
    their due state (see ``querysets``). ``rounds_open`` says whether any reporting round is open, where whoever made
    the reading knows it already.
    """

    plan: ActionPlan
    on: date
    at: datetime | None = None
    rounds_open: bool | None = None

    @classmethod
    def on_day(cls, plan: ActionPlan, day: date) -> Reading:
        """The position at the end of a day: what was known by then, lateness counted on that day."""
        return cls(plan, day, end_of_day(day))

    @property
    def is_past(self) -> bool:
        """Whether this is a past position: nothing on its pages can be edited."""
        return self.at is not None

    @property
    def position_in_words(self) -> str:
        """``Position now`` or ``Position at 31 March 2022, as recorded then``; a moment within a day with its time."""
        return f"Position at {self.at_in_words}, as recorded then" if self.is_past else "Position now"

    @property
    def at_in_words(self) -> str:
        """``31 March 2022`` for the end of a day, ``31 March 2022, 10:05 am`` for a moment within it."""
        if self.at is None or self.at == end_of_day(self.on):
            return long_date(self.on)
        return moment_in_words(self.at)

    @property
    def as_at(self) -> str:
        """What an address says to come to this position: the day, or the moment within it; empty for now."""
        if self.at is None:
            return ""
        return self.on.isoformat() if self.at == end_of_day(self.on) else self.at.isoformat()

    @property
    def position(self) -> Position:
        """What ``{% at %}`` needs of it."""
        return Position(self.is_past, self.as_at)

    @property
    def quarter(self) -> FiscalQuarter:
        """The fiscal quarter that holds the day."""
        return self.plan.quarter_of(self.on)

    @property
    def quarter_in_words(self) -> str:
        """``Q3, day 46 of 90``."""
        quarter = self.quarter
        length = (quarter.last_day - quarter.first_day).days + 1
        return f"Q{quarter.number}, day {(self.on - quarter.first_day).days + 1} of {length}"

    @property
    def horizon(self) -> Horizon:
        """The day, and the ends of its quarter and the next."""
        return Horizon(self.on, self.quarter.last_day, self.quarter.next().last_day)

    def rows(self, model: type[Tracked]) -> TrackedQuerySet:
        """All rows of a tracked model in this plan, withdrawn and ended ones included, as of the moment."""
        path: str = model.plan_path  # type: ignore[attr-defined]
        return self.known(model.objects.filter(**{path: self.plan.id}))

    def known(self, live: TrackedQuerySet) -> TrackedQuerySet:
        """Some live rows as of the moment, chosen by what never changes: in the past only their entries are read."""
        return live if self.at is None else live.known_at(self.at)

    def beside(self, model: type[Tracked], **matches: str) -> TrackedQuerySet:
        """The rows of a model beside each row of the query around it: ``beside(Milestone, activity_id="id")``.

        For ``Exists`` and ``Subquery``. ``matches`` leads from a column that never changes to one of the outer row.
        In the past only those rows' newest entries are looked up, so that it takes as long at a thousand activities
        or a million entries as at ten (``rows`` narrowed by an outer reference would look at all for each).
        """
        if self.at is None:
            return model.objects.filter(**{column: OuterRef(outer) for column, outer in matches.items()})
        live = model.objects.filter(**{column: OuterRef(OuterRef(outer)) for column, outer in matches.items()})
        return self.known(live)

    # What the plan holds -------------------------------------------------------------------------------------

    @property
    def all_activities(self) -> ActivityQuerySet:
        """Activities with their due states, withdrawn ones included."""
        milestones: Any = self.beside(Milestone, activity_id="id")
        rows: Any = self.rows(Activity)
        found: ActivityQuerySet = rows.with_due_state(self.horizon, milestones)
        return found

    @property
    def activities(self) -> ActivityQuerySet:
        """Activities that are not withdrawn, in plan order, with their due states."""
        return self.all_activities.present().order_by("position")

    @property
    def of_present(self) -> Exact[Any]:
        """The condition for rows under an activity of the plan that is not withdrawn.

        A value that is looked up for each row by the index. Of ``Exists`` or a list of ids PostgreSQL would make a
        join, and where it guesses wrong read an activity's whole history for each row.
        """
        present = self.beside(Activity, id="activity_id").filter(withdrawn_on=None).order_by()
        return Exact(Subquery(present.values("plan_id")[:1]), self.plan.id)

    @property
    def milestones(self) -> MilestoneQuerySet:
        """Milestones of present activities with their due states; removed ones and series included."""
        # The condition names the plan: a join with the plan's activities beside it would be guessed wrong too.
        return self._due(self.known(Milestone.objects.all()).filter(self.of_present))

    @property
    def all_milestones(self) -> MilestoneQuerySet:
        """The same of every activity, withdrawn ones included."""
        return self._due(self.rows(Milestone))

    def _due(self, milestones: Any) -> MilestoneQuerySet:
        of_activity = self.beside(Activity, id="activity_id").order_by()
        found: MilestoneQuerySet = milestones.with_due_state(
            self.horizon,
            status=Subquery(of_activity.values("status")[:1]),
            finished_on=Subquery(of_activity.values("finished_on")[:1], output_field=DateField()),
        )
        return found.order_by("activity_id", "position", F("occurrence").asc(nulls_first=True))

    @property
    def overdue_total(self) -> Subquery:
        """How many milestones are overdue, as an expression: for a query that is made anyway."""
        # COUNT as a plain function, since Django would group an aggregate inside a subquery.
        counted = Func(F("id"), function="COUNT", output_field=IntegerField())
        return Subquery(self.milestones.overdue().order_by().annotate(total=counted).values("total"))

    @property
    def roles(self) -> RoleQuerySet:
        """Roles held in the plan's activities."""
        rows: Any = self.rows(Role)
        found: RoleQuerySet = rows.held()
        return found.order_by("activity_id", "position")

    @property
    def parts(self) -> TrackedQuerySet:
        """Live parts of the plan's activities."""
        return self.rows(Part).filter(withdrawn_on=None).order_by("activity_id", "position")

    @property
    def status_updates(self) -> TrackedQuerySet:
        """Everything that was said, the latest first within an activity."""
        return self.rows(StatusUpdate).order_by("activity_id", "-number")

    @property
    def date_moves(self) -> TrackedQuerySet:
        """Every move of an agreed date, in order within a milestone."""
        return self.rows(DateMove).order_by("milestone_id", "number")

    @property
    def rounds(self) -> TrackedQuerySet:
        """Reporting rounds, the latest quarter first."""
        return self.rows(Round).order_by("-quarter_key")

    @property
    def returns(self) -> TrackedQuerySet:
        """What the rounds ask for, without what was dropped."""
        return self.rows(Return).filter(dropped_on=None).order_by("round_id", "activity_id", "part_id")

    @cached_property
    def asked_now(self) -> list[Any]:
        """What open rounds ask for, each with its round's ``quarter_key``, the soonest day first.

        One query; none where it is known that no round is open.
        """
        if self.rounds_open is False:
            return []
        return asked_of(self, _asked_now)

    @cached_property
    def returns_open(self) -> frozenset[int]:
        """The ids of activities on which a return of an open round is neither accepted nor given up."""
        return frozenset(each.activity_id for each in self.asked_now if each.state in OPEN)

    @property
    def has_return_open(self) -> Exists:
        """The same of the activity of the query around it, for whoever reads activities anyway: see ``knows_open``."""
        returns = self.beside(Return, activity_id="id").filter(dropped_on=None, state__in=OPEN)
        return Exists(_in_open_rounds(self, returns).order_by())

    def knows_open(self, activity_ids: Iterable[int]) -> None:
        """Take ``returns_open`` from a query that has read them; it covers the activities that are asked about."""
        self.__dict__["returns_open"] = frozenset(activity_ids)

    def read_open(self) -> None:
        """Read ``returns_open`` by itself, where nothing else of these returns is wanted, and they may be many."""
        self.knows_open([] if self.rounds_open is False else asked_of(self, _returns_open))

    def still_asks(self, activity_id: int, due_state: str) -> bool:
        """Whether something past its date, an activity or a milestone of it, has a return open.

        Nothing is looked up for what is not past its date: a page without lateness asks the database nothing.
        """
        return due_state in PAST_DUE and activity_id in self.returns_open

    @property
    def collective_members(self) -> TrackedQuerySet:
        """Who belongs to the plan's collectives."""
        return self.rows(CollectiveMember).filter(ended_on=None)

    @cached_property
    def focus_areas(self) -> list[FocusArea]:
        """Focus areas in order (one query)."""
        return asked_of(self, _focus_areas)

    @cached_property
    def priority_areas(self) -> list[PriorityArea]:
        """Priority areas in the document's order (one query)."""
        order = {area.id: area.position for area in self.focus_areas}
        return sorted(asked_of(self, _priority_areas), key=lambda area: (order[area.focus_area_id], area.position))

    @cached_property
    def bodies(self) -> dict[int, Body]:
        """Every body by id, named as at the moment, a collective with the ids of its ``members`` (one query)."""
        return {body.id: body for body in asked_of(self, _bodies)}

    # Who does what -------------------------------------------------------------------------------------------

    @property
    def roles_beside(self) -> RoleQuerySet:
        """Roles held in the activity of the query around it."""
        rows: Any = self.beside(Role, activity_id="id")
        found: RoleQuerySet = rows.held()
        return found

    def _held_by(self, roles: RoleQuerySet, body_id: int) -> RoleQuerySet:
        collectives = self.collective_members.filter(body_id=body_id).values("collective_id")
        return roles.filter(Q(body_id=body_id) | Q(body_id__in=collectives))

    def answered_by(self, body_id: int) -> Q:
        """Activities that a body answers for, alone or for a part: its lead, else its coordinator."""
        of_activity = self.roles_beside.order_by()
        led = Exists(self._held_by(of_activity.leading(), body_id))
        coordinated = Exists(self._held_by(of_activity.coordinating(), body_id))
        return Q(led) | (Q(coordinated) & ~Q(Exists(of_activity.leading())))

    def supported_by(self, body_id: int) -> Q:
        """Activities in which a body, itself or in a collective, supports, contributes or takes part."""
        kinds = ["support", "contributor", "participant"]
        of_activity = self.roles_beside.filter(kind__in=kinds).order_by()
        return Q(Exists(self._held_by(of_activity, body_id)))

    def involving(self, body_id: int, kind: str | None = None) -> Q:
        """Activities in which a body, itself or in a collective, holds a role (of one kind, if given)."""
        of_activity = self.roles_beside.order_by()
        if kind:
            of_activity = of_activity.filter(kind=kind)
        return Q(Exists(self._held_by(of_activity, body_id)))

    def never_reported(self, body_id: int | None = None) -> Q:
        """Activities without a report by a person; a body's own parts count where it has any, else the whole."""
        return self._silent(Q(reported_at=None), body_id)

    def reported_before(self, moment: datetime, body_id: int | None = None) -> Q:
        """Activities reported on, but not since a moment, finished ones left out; a body's own parts as above."""
        silent = Q(reported_at__lt=moment) & ~Q(status__in=FINISHED)
        return self._silent(silent, body_id) & ~self.never_reported(body_id)

    def _silent(self, silent: Q, body_id: int | None) -> Q:
        if body_id is None:
            return silent
        own = self.beside(Part, activity_id="id").filter(withdrawn_on=None, body_id=body_id).order_by()
        return Q(Exists(own.filter(silent))) | (~Q(Exists(own)) & silent)


# Put together once: see ``prepared`` ---------------------------------------------------------------------------------


def _in_open_rounds(reading: Reading, returns: TrackedQuerySet) -> TrackedQuerySet:
    opened = reading.rows(Round).filter(closed_at=None).order_by()
    return returns.filter(round_id__in=opened.values("id"))


def _asked_now(reading: Reading) -> Any:
    key = reading.beside(Round, id="round_id").order_by().values("quarter_key")
    rows = _in_open_rounds(reading, reading.returns)
    return rows.annotate(quarter_key=Subquery(key[:1])).order_by("due_on", "activity_id", "part_id")


def _returns_open(reading: Reading) -> Any:
    returns = _in_open_rounds(reading, reading.returns.filter(state__in=OPEN))
    return returns.order_by().values_list("activity_id", flat=True)


def _focus_areas(reading: Reading) -> Any:
    return reading.rows(FocusArea).order_by("position")


def _priority_areas(reading: Reading) -> Any:
    return reading.rows(PriorityArea)


def _bodies(reading: Reading) -> Any:
    of_collective = reading.collective_members.filter(collective_id=OuterRef("id")).order_by()
    members = Subquery(of_collective.annotate(listed=Listed("body_id")).values("listed"))
    return reading.known(Body.objects.all()).annotate(members=members).order_by("sort_key")
