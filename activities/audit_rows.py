"""The rows behind the audit: the entries of any of the register's tables, each as one JSON object.

What an entry changed is told from the entry before it, which is read beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from typing import Any

from django.db.models import CharField, ExpressionWrapper, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import JSONObject

from activities.audit_kinds import KINDS
from activities.audit_words import Kind
from activities.prepared import asked_of
from activities.reading import Reading
from tnoc_tracker.record.prepared import among

NEWEST_FIRST = ("-counts_from", "written", "of_kind", "history_id")
"""The order of entries; what one save wrote at the same moment stands in the order of writing."""


class AsItIs(Func):
    """A column as the database hands it out: what of many rows nobody looks at is not made an object of."""

    output_field = TextField()
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """An expression: Python’s SQLite makes objects of bare columns by their declared type."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


MOMENTS = {"counts_from": AsItIs("history_date"), "written": AsItIs("written_at")}


def moment_of(given: Any) -> datetime:
    """A moment that was read as it is: SQLite keeps texts without a zone."""
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    moment: datetime = given if given.tzinfo else given.replace(tzinfo=UTC)
    return moment


@dataclass(frozen=True)
class Key:
    """Where an entry is: its table, its number there, and which object's which entry it is."""

    kind: str
    history_id: int
    object_id: int
    sequence: int


READ = (
    "of_kind",
    "id",
    "sequence",
    "actor_name",
    "history_change_reason",
    *MOMENTS,
    "told",
    "row",
)
"""What is read of an entry: ``told`` and ``row`` are JSON, the columns that changed and all of them."""

Found = dict[tuple[str, int, int], Any]
"""What was read, by kind, object and sequence."""


def rows_at(reading: Reading, keys: Sequence[Key]) -> Found:
    """The entries of some keys and those before them, by kind, object and sequence (one query)."""
    ids: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        ids[key.kind].append(key.history_id)
    kinds = tuple(kind for kind in KINDS if kind in ids)
    return by_key(asked_of(reading, _rows_of, kinds=kinds, **{kind: dumps(ids[kind]) for kind in kinds})) if ids else {}


def by_key(rows: Iterable[dict[str, Any]]) -> Found:
    """Rows of ``with_before`` by kind, object and sequence, and the rows before them."""
    found: Found = {}
    for row in rows:
        found[row["of_kind"], row["id"], row["sequence"]] = row
        if row["before"]:
            found.setdefault((row["of_kind"], row["id"], row["sequence"] - 1), {"row": row["before"]})
    return found


def _rows_of(reading: Reading, kinds: tuple[str, ...], **ids: str) -> QuerySet[Any, Any]:
    listed = {kind: among("history_id", ids[kind]) for kind in kinds}
    return union_of([with_before(KINDS[kind], wanted, reading.at) for kind, wanted in listed.items()])


def union_of(branches: Sequence[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    """The rows of all of these; of one at the least."""
    return branches[0].union(*branches[1:], all=True) if branches[1:] else branches[0]


def with_before(kind: Kind, wanted: Q, at: datetime | None, most: tuple[int] | None = None) -> QuerySet[Any, Any]:
    """The entries of a table, each with the one before it; with ``most`` so many of the newest."""
    entries: Any = kind.model.history.model.objects  # type: ignore[attr-defined]
    if most:
        newest = entries.filter(wanted).order_by("-history_date", "written_at", "history_id")
        wanted = Q(history_id__in=newest.values("history_id")[: most[0]])
    earlier = entries.filter(id=OuterRef("id"), sequence=OuterRef("sequence") - 1).order_by()
    before = Subquery(earlier.values(row_before=_columns(kind, at))[:1], output_field=TextField())
    read_whole = _read_whole(kind, wanted, at).annotate(before=before)
    found: QuerySet[Any, Any] = read_whole.values(*READ, "history_id", "before")
    return found


def _read_whole(kind: Kind, wanted: Q, at: datetime | None) -> Any:
    rows = kind.model.history.model.objects.filter(wanted).order_by()  # type: ignore[attr-defined]
    of_kind = Value(kind.key, output_field=CharField())
    return rows.annotate(of_kind=of_kind, row=_columns(kind, at), told=AsItIs("changed"), **MOMENTS)


def _columns(kind: Kind, at: datetime | None) -> ExpressionWrapper[Any]:
    reached = {name: _reached(kind, path, at) for name, path in kind.reach.items()}
    columns = JSONObject(**{name: F(name) for name in kind.fields}, **reached)
    return ExpressionWrapper(columns, output_field=TextField())


def _reached(kind: Kind, path: F, at: datetime | None) -> F | Subquery:
    """A column behind a foreign key: as it is, or as it was known at a moment; further away nothing ever changes."""
    if at is None or path.name.count("__") > 1:
        return path
    relation, column = path.name.split("__")
    behind: Any = kind.model._meta.get_field(relation).related_model
    entries = behind.history.filter(id=OuterRef(f"{relation}_id"), history_date__lte=at)
    return Subquery(entries.order_by("-history_date", "-history_id").values(column)[:1])
