"""The register as a list: one row per activity with everything a line of it says, as of a reading.

The page and every file made from it are printed from these rows (see ``exports.activity_columns``).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from itertools import zip_longest
from json import dumps, loads
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Subquery, TextField, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast as AsText
from django.db.models.functions import Coalesce, JSONArray, StrIndex, Substr

from activities.answering import Cast, cast_listed, casts, gap_of, roles_listed
from activities.due_states import PAST_DUE, DueState, in_words, lateness
from activities.facts import Block, ToldByFacts
from activities.models import Activity, Milestone
from activities.models.activities import ActivityWords
from activities.prepared import asked_of
from activities.querysets import DUE, ActivityQuerySet
from activities.reading import Reading
from activities.statuses import MEANINGS
from agencies.models import Body
from agencies.permissions import may
from agencies.standing import Standing
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.prepared import among

NO_REPORT = "no report yet"


class RegisterWords:
    """What a line of the register says of its activity, from what is known of it."""

    activity: Any
    cast: Cast
    on: date
    return_open: bool

    @property
    def answering(self) -> str:
        """Who answers: ``Customs, Police, MBIE``; else the gap with its age, or that it is withheld.

        Scopes are for the activity's own page.
        """
        if self.activity.resourcing_withheld and not self.cast.answering:
            return "withheld"
        gap = gap_of(self.activity, self.on)
        if gap is None:
            return ", ".join(dict.fromkeys(held.body.label for held in self.cast.answering if held.body))
        return gap.words if self.activity.is_finished else gap.in_words

    @property
    def has_gap(self) -> bool:
        """Whether nobody answers, so that a page can set it apart."""
        return self.activity.vacant_since is not None

    @property
    def days_late(self) -> int:
        """Days by which the worst milestone is or was late; 0 where it is not."""
        return lateness(self.activity.due_on, self.activity.due_counted_on)

    @property
    def due_in_words(self) -> str:
        """``46 days overdue``, ``due this quarter``, ``withheld``."""
        is_start = self.activity.due_kind == "start"
        return in_words(self.activity.due_state, self.days_late, is_start=is_start, return_open=self.return_open)

    @property
    def is_late(self) -> bool:
        """Whether an agreed date has passed undelivered."""
        return self.activity.due_state in PAST_DUE

    @property
    def due_on(self) -> date | None:
        """The agreed date of the milestone that decides the due state; None where it has none, or is withheld."""
        found: date | None = None if self.activity.due_state == DueState.WITHHELD else self.activity.due_on
        return found

    @property
    def reported_on(self) -> date | None:
        """The day of the latest report by a person."""
        return day_of(self.activity.reported_at) if self.activity.reported_at else None


@dataclass(frozen=True)
class RegisterRow(RegisterWords):
    """One activity of the register, ready to be printed; ``focus`` is the focus area's code.

    ``return_open`` says that a reporting round still asks about it.
    """

    activity: Any
    cast: Cast
    focus: str
    on: date
    return_open: bool = False

    @property
    def anchor(self) -> str:
        """The row's id on a page: what an in-place update replaces."""
        return f"activity-{self.activity.id}"

    def may_be_reported_by(self, standing: Standing) -> bool:
        """Whether somebody may report on the activity, or on a part of it; nobody on a withdrawn one."""
        return self.activity.withdrawn_on is None and may(standing, "update_status", self.cast.target)


def register_rows(reading: Reading, activities: Iterable[Any]) -> list[RegisterRow]:
    """The rows of some activities of the reading, in their order (a constant number of queries)."""
    found = list(activities)
    roles = casts(reading, [activity.id for activity in found])
    codes = {area.id: area.code for area in reading.focus_areas}
    return [
        RegisterRow(
            activity=activity,
            cast=roles.get(activity.id, Cast()),
            focus=codes[activity.focus_area_id],
            on=reading.on,
            return_open=reading.still_asks(activity.id, activity.due_state),
        )
        for activity in found
    ]


# For files -----------------------------------------------------------------------------------------------------

AT_ONCE = 500
"""So many rows of a file are fetched together."""


def all_register_rows(reading: Reading, activities: ActivityQuerySet) -> AllRows:
    """The rows of every activity, for a file: some hundred at a time, so that many take no more memory than few.

    Which activities there are, and in which order, is read at once; nothing is left open in the database meanwhile.
    """
    return AllRows(reading, activities)


class AllRows(ToldByFacts):
    """The rows of a file, told by facts. ``asked`` is whether a return of the activity is open.

    An activity that is left out or looks otherwise since the list was made stands in it all the same, as it is when
    its part is read.
    """

    names: tuple[str, ...] = (
        *("id", "number", "title", "withheld_listed", "status", "due", "roles_listed", "vacancy", "reported"),
        *("focus_area_id", "asked"),
    )

    def __init__(self, reading: Reading, activities: ActivityQuerySet) -> None:
        """Ask nothing yet."""
        self.reading, self.activities = reading, activities

    @cached_property
    def codes(self) -> dict[int, str]:
        """The codes of focus areas by id."""
        return {area.id: area.code for area in self.reading.focus_areas}

    def blocks(self) -> Iterator[Block]:
        """The facts of the activities in their order, so many at a time."""
        self.reading.read_open()
        ids = array("q", self.activities.values_list("id", flat=True).iterator())
        parts = (ids[start : start + AT_ONCE].tolist() for start in range(0, len(ids), AT_ONCE))
        return (block for part in parts if (block := self._facts_of(part)))

    def _facts_of(self, ids: list[int]) -> Block:
        found = {row[0]: row for row in asked_of(self.reading, _facts, ids=dumps(ids))}
        block: list[Any] = list(zip(*(found[each] for each in ids if each in found), strict=True))
        return [*block, [each in self.reading.returns_open for each in block[0]]] if block else []

    def row(self, facts: Mapping[str, Any]) -> RowOfFacts:
        """A row that knows these facts; ``asked`` is whether a return of the activity is open."""
        return RowOfFacts(FactsOfActivity(facts), self)


VACANCY = ("resourcing_withheld", "vacant_since", "answerable")


def _facts(reading: Reading, ids: str) -> Any:
    """Nothing but texts and whole numbers, which come as they are: days and moments would be made for every row."""
    rows: Any = reading.rows(Activity).filter(among("id", ids)).order_by()
    said = rows.with_due(reading.horizon, reading.beside(Milestone, activity_id="id")).annotate(
        roles_listed=roles_listed(reading),
        withheld_listed=AsText("withheld", TextField()),
        vacancy=JSONArray(*VACANCY, output_field=TextField()),
        reported=AsText("reported_at", TextField()),
    )
    return said.values_list(*AllRows.names[:-1])


_read = lru_cache(maxsize=4_096)(loads)


class FactsOfActivity(ActivityWords):
    """An activity of which some facts are known; whatever else it is asked for is an ``AttributeError``."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        """The facts by their names in ``AllRows``."""
        self.__dict__.update(facts)

    @property
    def withheld(self) -> Any:  # type: ignore[override]
        """The parts that the document withholds."""
        return _read(self.__dict__["withheld_listed"])

    @property
    def reported_at(self) -> datetime | None:
        """The moment of the latest report."""
        text = self.__dict__["reported"]
        moment = datetime.fromisoformat(text) if text else None
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment  # SQLite keeps no zone

    def __getattr__(self, name: str) -> Any:
        """What the lists hold, read when it is asked for."""
        for listed, names in (("due", DUE), ("vacancy", VACANCY)):
            if name in names and listed in self.__dict__:
                found = dict(zip_longest(names, _read(self.__dict__[listed])))
                days = ("due_on", "due_counted_on", "vacant_since")
                self.__dict__.update({key: _day(value) if key in days else value for key, value in found.items()})
                return self.__dict__[name]
        raise AttributeError(f"{name} is not among {', '.join(self.__dict__)}")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class RowOfFacts(RegisterWords):
    """A line of a file, of an activity of which some facts are known."""

    def __init__(self, activity: FactsOfActivity, rows: AllRows) -> None:
        """``rows`` are all of the file."""
        self.activity, self.rows, self.on = activity, rows, rows.reading.on

    @property
    def cast(self) -> Cast:  # type: ignore[override]
        """Who holds a role, without more than it takes to say who answers."""
        return cast_listed(self.rows.reading, self.activity.roles_listed)

    @property
    def focus(self) -> str:
        """The focus area's code."""
        return self.rows.codes[self.activity.focus_area_id]

    @property
    def return_open(self) -> bool:  # type: ignore[override]
        """Whether a reporting round still asks about it, as ``Reading.still_asks`` says."""
        return self.is_late and bool(self.activity.asked)


# Order ---------------------------------------------------------------------------------------------------------


def _title_key(reading: Reading) -> Any:
    # The search key is the number, a line end, and the folded title: macrons and case make no difference.
    return Substr("search_key", StrIndex("search_key", Value("\n")) + 1, output_field=TextField())


def _status_rank(reading: Reading) -> Any:
    cases = (When(status=status, then=Value(meaning.severity)) for status, meaning in MEANINGS.items())
    return Case(*cases, output_field=IntegerField())


def _focus_rank(reading: Reading) -> Any:
    cases = (When(focus_area_id=area.id, then=Value(area.position)) for area in reading.focus_areas)
    return Case(*cases, default=Value(0), output_field=IntegerField())


def _answering_key(reading: Reading) -> Any:
    """The folded name of the first body that answers: a lead before a coordinator; empty where nobody does."""
    name = reading.beside(Body, id="body_id").order_by().values("sort_key")[:1]
    roles = reading.roles_beside.filter(kind__in=["lead", "coordinator"])
    # "lead" sorts after "coordinator": the order of kinds is turned round.
    first = roles.annotate(name=Subquery(name)).order_by("-kind", "position").values("name")[:1]
    return Coalesce(Subquery(first), Value(""), output_field=CharField())


_KEYS = {
    "title_key": _title_key,
    "status_rank": _status_rank,
    "focus_rank": _focus_rank,
    "answering_key": _answering_key,
}
"""Order keys that are computed; every other order key is a field or an annotation of the reading's activities."""


def in_order(reading: Reading, activities: ActivityQuerySet, keys: Iterable[str], *, down: bool) -> ActivityQuerySet:
    """The activities by some order keys, ``down`` for the greatest first; then in plan order, so that it is stable.

    What has no value comes first going up and last going down, on every database.
    """
    names = list(keys)
    wanted = {name: _KEYS[name](reading) for name in names if name in _KEYS}
    order = [OrderBy(F(name), descending=down, nulls_first=not down or None, nulls_last=down or None) for name in names]
    found: ActivityQuerySet = activities.annotate(**wanted).order_by(*order, "position")
    return found
