"""The audit: everything that changed in a plan, by whom, when and why, read from the history of every table.

One page takes two queries, however many tables it shows: the keys of its entries from a UNION over the history
tables, then those entries and their predecessors, each as one JSON object, from another.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, pairwise
from json import loads
from typing import Any

from django.db.models import CharField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from activities.audit_kinds import KINDS
from activities.audit_rows import MOMENTS, NEWEST_FIRST, Found, Key, by_key, moment_of, rows_at, union_of, with_before
from activities.audit_words import BOOKKEEPING, Kind, Names, Row, value_words
from activities.models import ActionPlan, Activity
from activities.prepared import asked_of, listed_of
from activities.reading import Reading
from agencies.models import Body
from tnoc_tracker.record.days import day_of, end_of_day, long_date, moment_in_words, start_of_day
from tnoc_tracker.record.prepared import Listing

PROGRAMS = "program"
"""The value of ``Criteria.actor`` for entries that no person wrote: loading a plan, commands."""

AT_ONCE = 200
"""So many entries are fetched together for a file."""


@dataclass(frozen=True)
class Criteria:
    """What of the audit is asked for; None and empty mean everything. Days are inside the period.

    ``actor`` is a person's id or ``PROGRAMS``; ``column`` names a column that has changed. ``body_id`` asks for
    the body itself, its memberships, roles and parts, and for everything under the activities it answers for.
    """

    actor: int | str | None = None
    body_id: int | None = None
    activity_id: int | None = None
    column: str = ""
    kinds: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


_day = lru_cache(maxsize=4096)(day_of)
_moment = lru_cache(maxsize=4096)(moment_in_words)
"""Entries come by the dozen of one moment, and a file is of thousands."""


@dataclass(frozen=True)
class FieldChange:
    """One field of an entry: what it was (empty on a first entry) and what it became, in words."""

    label: str
    before: str
    after: str
    first: bool = False

    @property
    def words(self) -> str:
        """``Agreed date: 31 December 2021 → 31 March 2022``."""
        if self.first:
            return f"{self.label}: {self.after}"
        if self.before == self.after:
            return f"{self.label}: {self.after}, no change"
        return f"{self.label}: {self.before or '–'} → {self.after or '–'}"

    @property
    def is_long(self) -> bool:
        """Whether it is better folded on a page."""
        return len(self.before) + len(self.after) > 240


@dataclass(frozen=True)
class AuditEntry:
    """One entry as a page shows it. ``activity``, ``body`` and ``page`` are what it leads to, where it leads anywhere.

    ``page`` is the name of an address of the plan and the id it takes, and goes before the others.
    ``follows`` says that it was written with the entry before it in the list: one save by one person.
    """

    kind: Kind
    sequence: int
    when: datetime
    written_at: datetime
    who: str
    why: str
    what: str
    activity: Activity | None
    body: Body | None
    changes: tuple[FieldChange, ...]
    page: tuple[str, int] | None = None
    follows: bool = False

    @property
    def leads_to(self) -> tuple[str, object] | None:
        """The name of an address of the plan, and what it takes; None where it leads nowhere."""
        if self.page:
            return self.page
        if self.activity:
            return "activity", self.activity.key
        return ("agency", self.body.slug) if self.body else None

    @property
    def is_addition(self) -> bool:
        """Whether the object came into the register with it. A status update or a move says so itself."""
        return self.sequence == 1 and not self.kind.is_statement

    @property
    def when_in_words(self) -> str:
        """The moment from which it counts: ``15 February 2022, 10:00 am``."""
        return _moment(self.when)

    @property
    def day_in_words(self) -> str:
        """``15 February 2022``."""
        return long_date(_day(self.when))

    @property
    def time_in_words(self) -> str:
        """``10:00 am``."""
        return self.when_in_words.removeprefix(f"{self.day_in_words}, ")

    @property
    def entered(self) -> str:
        """``entered 22 November 2026 for 1 July 2021`` where it was written on another day; else empty."""
        counts, written = _day(self.when), _day(self.written_at)
        return "" if counts == written else f"entered {long_date(written)} for {long_date(counts)}"

    @property
    def changes_in_words(self) -> str:
        """Every field that changed, apart by semicolons; ``Added`` first for a new object."""
        said = [change.words for change in self.changes]
        return "; ".join(["Added", *said] if self.is_addition else said)


def _held(keys: QuerySet[Any, Any] | Listing) -> Iterator[tuple[Any, ...]]:
    """Every key, read at once and held as bare numbers: of a million entries that is 32 MB instead of a gigabyte."""
    kinds = list(KINDS)
    places, numbers = {kind: place for place, kind in enumerate(kinds)}, array("q")
    for kind, *key in keys.iterator():
        numbers.extend((places[kind], *key[:3]))
    return ((kinds[numbers[at]], *numbers[at + 1 : at + 4]) for at in range(0, len(numbers), 4))


@dataclass(frozen=True)
class Audit:
    """The entries of a plan that fit some criteria, as known at the reading."""

    reading: Reading
    criteria: Criteria = Criteria()

    @property
    def keys(self) -> QuerySet[Any, Any]:
        """The entries' keys, newest first, as a queryset to count and to slice."""
        wanted = self.criteria.kinds or tuple(KINDS)
        found = [rows for key in wanted if (rows := self._keys_of(KINDS[key])) is not None]
        if not found:
            nothing: QuerySet[Any, Any] = Activity.history.model.objects.none().values_list("id")
            return nothing
        return (found[0].union(*found[1:], all=True) if found[1:] else found[0]).order_by(*NEWEST_FIRST)

    @property
    def listing(self) -> QuerySet[Any, Any] | Listing:
        """The same; where nothing but kinds is asked for, put together once."""
        kinds = self.criteria.kinds
        return listed_of(self.reading, _all_keys, kinds=kinds) if self.criteria == Criteria(kinds=kinds) else self.keys

    def entries(self, keys: Iterable[Any], names: Names) -> list[AuditEntry]:
        """The entries of some keys in their order, with what each changed (one query)."""
        wanted = [Key(*row[:4]) for row in keys]
        return _entries(wanted, rows_at(self.reading, wanted), names)

    def newest(self, names: Names, limit: int | None = None) -> list[AuditEntry]:
        """The newest entries of an activity and of what is under it, in one query; of the criteria only these count."""
        asked = self.criteria
        about = {"activity_id": asked.activity_id, "kinds": asked.kinds, "most": limit and (limit,)}
        found = asked_of(self.reading, _newest, **about)
        keys = [Key(row["of_kind"], row["history_id"], row["id"], row["sequence"]) for row in found]
        return _entries(keys, by_key(found), names)

    def all_entries(self, names: Names) -> Iterator[AuditEntry]:
        """Every entry, for a file: fetched a few hundred at a time."""
        keys = _held(self.listing)
        while some := list(islice(keys, AT_ONCE)):
            yield from self.entries(some, names)

    def names(self) -> Names:
        """What the entries may refer to (two queries)."""
        columns = ("id", "key", "number", "position", "title", "withheld")
        rows = self.reading.rows(Activity).only(*columns).order_by("position")
        return Names(self.reading.bodies, {row.id: row for row in rows}, self.reading)

    def _keys_of(self, kind: Kind) -> QuerySet[Any, Any] | None:
        condition = self._condition(kind)
        if condition is None:
            return None
        history = kind.model.history.model.objects.filter(condition)  # type: ignore[attr-defined]
        of_kind = Value(kind.key, output_field=CharField())
        rows = history.annotate(of_kind=of_kind, changed_columns=Cast("changed", TextField()), **MOMENTS)
        if self.criteria.column:
            rows = rows.filter(changed_columns__contains=f'"{self.criteria.column}"')
        found: QuerySet[Any, Any] = rows.order_by().values_list("of_kind", "history_id", "id", "sequence", *MOMENTS)
        return found

    def _condition(self, kind: Kind) -> Q | None:
        """What restricts a table's entries; None where none of them can fit."""
        asked = self.criteria
        if asked.column and asked.column not in kind.fields:
            return None
        parts: list[Q | None] = [_in_plan(kind, self.reading.plan.id)]
        if asked.activity_id is not None:
            parts.append(_about(kind, Activity.objects.filter(id=asked.activity_id)))
        if asked.body_id is not None:
            parts.append(self._concerns(kind, asked.body_id))
        if any(part is None for part in parts):
            return None
        condition = _period(asked, self.reading.at) & _actor(asked.actor)
        for part in parts:
            condition &= part or Q()
        return condition

    def _concerns(self, kind: Kind, body_id: int) -> Q | None:
        """What of a table concerns a body: the body, what names it, and what it answers for."""
        about = _about(kind, self.reading.rows(Activity).filter(self.reading.answered_by(body_id)))
        match kind.key:
            case "body":
                return Q(id=body_id)
            case "role" | "part" | "membership" | "return" | "comment":
                return Q(body_id=body_id)
            case "collective_member":
                return Q(body_id=body_id) | Q(collective_id=body_id)
            case "decision":
                return Q(owner_id=body_id) | Q(lead_id=body_id) | (about or Q())
            case _:
                return about


def _all_keys(reading: Reading, kinds: tuple[str, ...], ordered: bool) -> QuerySet[Any, Any]:
    keys = Audit(reading, Criteria(kinds=kinds)).keys
    return keys if ordered else keys.order_by()


def _newest(reading: Reading, activity_id: int, kinds: tuple[str, ...], most: tuple[int] | None) -> QuerySet[Any, Any]:
    """The newest entries of an activity as a queryset: in each table so many at the most, then so many of all."""
    audit = Audit(reading, Criteria(activity_id=activity_id, kinds=kinds))
    wanted = [(KINDS[key], condition) for key in kinds if (condition := audit._condition(KINDS[key])) is not None]
    found = union_of([with_before(kind, condition, reading.at, most) for kind, condition in wanted])
    return found.order_by(*NEWEST_FIRST)[: most[0]] if most else found.order_by(*NEWEST_FIRST)


def _in_plan(kind: Kind, plan_id: int) -> Q:
    """Entries of a plan's rows; bodies and memberships belong to every plan."""
    path = "id" if kind.model is ActionPlan else getattr(kind.model, "plan_path", "")
    if not path:
        return Q()
    return Q(id__in=kind.model.objects.filter(**{path: plan_id}).order_by().values("id"))


def _about(kind: Kind, activities: Any) -> Q | None:
    """Entries of some activities and of what is under them; None for a kind that is under none."""
    ids = activities.order_by().values("id")
    behind: Any
    if kind.through:
        column, behind = kind.through
        return Q(**{f"{column}__in": behind.objects.filter(activity_id__in=ids).order_by().values("id")})
    return Q(**{f"{kind.about}__in": ids}) if kind.about else None


def _period(asked: Criteria, at: datetime | None) -> Q:
    condition = Q(history_date__lte=at) if at else Q()
    if asked.first_day:
        condition &= Q(history_date__gte=start_of_day(asked.first_day))
    if asked.last_day:
        condition &= Q(history_date__lte=end_of_day(asked.last_day))
    return condition


def _actor(actor: int | str | None) -> Q:
    if actor is None:
        return Q()
    return Q(history_user_id=None) if actor == PROGRAMS else Q(history_user_id=actor)


def _entries(keys: Sequence[Key], rows: Found, names: Names) -> list[AuditEntry]:
    together = [(rows[key.kind, key.object_id, key.sequence]) for key in keys]
    saves = [(each["counts_from"], each["actor_name"]) for each in together]
    follows = [False, *(before == each for before, each in pairwise(saves))]
    return [_entry(key, rows, names, after) for key, after in zip(keys, follows, strict=bool(keys))]


def _entry(key: Key, rows: Found, names: Names, follows: bool) -> AuditEntry:
    kind, found = KINDS[key.kind], rows[key.kind, key.object_id, key.sequence]
    row = Row(kind, found["row"])
    before = rows.get((key.kind, key.object_id, key.sequence - 1))
    activity = names.activities.get(row[kind.about]) if kind.about else None
    return AuditEntry(
        kind=kind,
        sequence=key.sequence,
        when=moment_of(found["counts_from"]),
        written_at=moment_of(found["written"]),
        who=found["actor_name"],
        why=found["history_change_reason"] or "",
        what=_what(kind, row, names, activity),
        activity=activity,
        body=_body(kind, row, names),
        changes=tuple(_changes(kind, row, Row(kind, before["row"]) if before else None, found["told"], names)),
        page=(kind.page[0], row[kind.page[1]]) if kind.page else None,
        follows=follows,
    )


def _what(kind: Kind, row: Row, names: Names, activity: Activity | None) -> str:
    """``Activity 7, milestone “Strategy endorsed”``; an activity itself with its title."""
    own = kind.name(row, names)
    if activity is None:
        return own
    return f"{names.activity(activity.id)}, {own}" if own else f"{names.activity(activity.id)}: {activity.heading}"


def _body(kind: Kind, row: Row, names: Names) -> Body | None:
    if kind.about:
        return None
    return names.bodies.get(row["id"] if kind.key == "body" else row.get("body_id") or 0)


def _changes(kind: Kind, row: Row, before: Row | None, changed: str, names: Names) -> Iterator[FieldChange]:
    """What an entry changed, from the entry before it; what follows from another entry only where nothing else did."""
    if before is None:
        yield from _first(kind, row, names)
        return
    for column in _told(kind.key, changed):
        was, became = (value_words(kind, column, each[column], names) for each in (before, row))
        yield FieldChange(kind.headings[column], was, became)


@lru_cache(maxsize=1024)
def _told(kind: str, changed: str) -> list[str]:
    """The columns of an entry that are told, from the JSON list of those that changed."""
    told = [column for column in loads(changed) if column in KINDS[kind].fields]
    return [column for column in told if column not in BOOKKEEPING] or told


def _first(kind: Kind, row: Row, names: Names) -> Iterator[FieldChange]:
    """What an object's first entry says of it."""
    for old, new in kind.pairs:
        was, became = value_words(kind, old, row[old], names), value_words(kind, new, row[new], names)
        yield FieldChange(kind.headings[new], was, became)
    for column in kind.told:
        words = value_words(kind, column, row[column], names)
        if words and row[column] is not False:
            yield FieldChange(kind.headings[column], "", words, first=True)
