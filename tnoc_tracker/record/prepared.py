"""Questions whose SQL is put together once: a queryset is built and compiled the first time, then only asked again.

Django takes milliseconds to put together what a database answers in a tenth of one: on a page of ten such questions
it is most of the work. What stays the same from one request to the next is the text; what differs are a few values,
each of which has its places among the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Build = Callable[..., QuerySet[Any]]
Params = tuple[Any, ...]


class Given(Protocol):
    """Something that several values of a query are taken from, such as a day and the ends of its quarter."""

    @property
    def whole(self) -> Any:
        """What the function gets."""

    @property
    def shape(self) -> Hashable:
        """What of it changes the query's text."""

    def values(self) -> Mapping[str, Any]:
        """Every value that it may bring into a query, by a name of its own."""

    def sample(self, series: int) -> Given:
        """Another of the same shape, whose values stand nowhere else in a query."""


def ask(build: Build, **given: Any) -> list[Any]:
    """The rows of ``build(**given)``, whose SQL is put together once for each function and shape of what is given.

    ``build`` is a function of a module (it is remembered, so never one made for a call) that makes a queryset without
    asking the database, and the same one whatever the values are. Whole numbers, texts, days, moments, UUIDs and
    ``Given`` have places in the query and may differ; None, true, false and tuples are part of the shape. A value that
    is changed on its way into the query (as by ``contains``), or decides its text, is refused the first time:
    ``PlacesDiffer``.
    """
    question, params = _prepared(build, given)
    return list(question.rows(params))


class Listing:
    """The rows of a question, of which some are asked for at a time: what a paginator takes.

    ``build`` also gets ``ordered``: to count them, they need no order.
    """

    def __init__(self, build: Build, **given: Any) -> None:
        """Ask nothing yet."""
        self.build, self.given = build, given

    def count(self) -> int:
        """How many there are."""
        question, params = _prepared(self.build, {**self.given, "ordered": False})
        with question.connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({question.sql}) AS listed", params)  # noqa: S608  the ORM's own text
            return int(cursor.fetchone()[0])

    def __getitem__(self, some: slice) -> list[Any]:
        """Some of them, by their places."""
        question, params = _prepared(self.build, {**self.given, "ordered": True})
        some_of = replace(question, sql=f"{question.sql} LIMIT %s OFFSET %s")
        return list(some_of.rows([*params, some.stop - some.start, some.start]))

    def iterator(self) -> Iterator[Any]:
        """All of them, one after the other and never all at once, as a queryset’s own."""
        question, params = _prepared(self.build, {**self.given, "ordered": True})
        return question.rows(params, chunked_fetch=True, chunk_size=2_000)


def _prepared(build: Build, given: Mapping[str, Any]) -> tuple[Question, list[Any]]:
    parts = {name: value if hasattr(value, "whole") else One(name, value) for name, value in given.items()}
    question = _question(build, parts)
    params = question.params_for(parts)
    if settings.CHECK_PREPARED:
        _compare(build, parts, question, params)
    return question, params


@dataclass(frozen=True)
class One:
    """A single value under its name."""

    name: str
    whole: Any

    @property
    def shape(self) -> Hashable:
        """None, true, false and tuples are written into the text; of everything else the type counts."""
        shape: Hashable = self.whole if self._is_written else type(self.whole).__qualname__
        return shape

    def values(self) -> Mapping[str, Any]:
        """It, unless it is written into the text."""
        return {} if self._is_written else {self.name: self.whole}

    def sample(self, series: int) -> One:
        """A value of the same type; two names never share one."""
        return self if self._is_written else One(self.name, _sample(self.whole, self.name, series))

    @property
    def _is_written(self) -> bool:
        return self.whole is None or isinstance(self.whole, bool | tuple)


class Among(Func):
    """Whether a whole number is one of a list that comes as JSON: ``Among(F("id"), Value("[3, 4]"))``.

    However long the list is, it has one place in the query.
    """

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **more: Any) -> Any:
        """As SQLite reads JSON."""
        return super().as_sql(
            compiler, connection, template="%(expressions)s))", arg_joiner=" IN (SELECT value FROM json_each("
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """As PostgreSQL does: an array, which an index can serve."""
        joiner = " = ANY(ARRAY(SELECT jsonb_array_elements_text(CAST("
        return super().as_sql(compiler, connection, template="%(expressions)s AS jsonb))::bigint))", arg_joiner=joiner)


def among(column: str, ids: str) -> Q:
    """The condition that a column is one of the ids in a JSON list (``dumps`` of them)."""
    return Q(Among(F(column), Value(ids, output_field=TextField())))


class PlacesDiffer(Exception):
    """A query depends on a value in another way than by its place among the parameters: it cannot be kept."""


@dataclass(frozen=True)
class Question:
    """A query put together: its text, its parameters, and at which of them a value stands."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: Params
    places: tuple[tuple[int, str], ...]
    converters: Any

    @property
    def connection(self) -> Any:
        """Where it is asked."""
        return connections[self.queryset.db]

    def params_for(self, given: Mapping[str, Given]) -> list[Any]:
        """The parameters with these values in their places."""
        params, values = list(self.params), _values(given)
        operations = self.connection.ops
        for place, name in self.places:
            params[place] = _adapted(operations, values[name], params[place])
        return params

    def rows(self, params: list[Any], **fetched: Any) -> Iterator[Any]:
        """Ask, and make of each row what the queryset makes of it: an instance, a tuple, a value.

        ``fetched`` says how, as Django’s iterables take it.
        """
        if self.queryset.query.select_for_update and not self.connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked in a transaction only.")
        asked: Any = type(self.queryset)(model=self.queryset.model)
        asked.__dict__.update(self.queryset.__dict__)
        asked._query = _Answering(self, params)
        answer: Iterator[Any] = iter(asked._iterable_class(asked, **fetched))
        return answer


class _Answering:
    """Stands in the place of the queryset's query: it hands out the text that is ready."""

    def __init__(self, question: Question, params: list[Any]) -> None:
        self.question, self.params = question, params

    def get_compiler(self, using: str) -> Any:
        compiler = _Ready.__new__(_Ready)
        compiler.__dict__.update(self.question.compiler.__dict__)
        compiler.connection, compiler.using = connections[using], using
        compiler.ready, compiler.converters = (self.question.sql, self.params), self.question.converters
        return compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.question.compiler.query, name)


class _Ready(SQLCompiler):
    """A compiler that has compiled already; it also knows how each column is read."""

    ready: tuple[str, list[Any]]
    converters: Any

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        return self.ready

    def get_converters(self, expressions: Any) -> Any:
        return self.converters


_questions: Final[dict[Hashable, Question]] = {}
"""By function, database and shape: as many as the sources have functions for it, a few times over."""

MOST_KEPT: Final = 1000
"""Where shapes are many, everything is put together anew after so many."""


def _question(build: Build, given: Mapping[str, Given]) -> Question:
    shape = tuple((name, part.shape) for name, part in given.items())
    key = build, connections["default"].vendor, shape
    found = _questions.get(key)
    if found is None:
        if len(_questions) >= MOST_KEPT:
            _questions.clear()
        found = _questions[key] = _put_together(build, given)
    return found


def _put_together(build: Build, given: Mapping[str, Given]) -> Question:
    """Compile with samples in the place of what is given, and with others: where the two differ are the places."""
    samples = [{name: part.sample(series) for name, part in given.items()} for series in (1, 2)]
    querysets = [_built(build, parts) for parts in samples]
    (compiler, sql, params), (_, other_sql, other_params) = (_compiled(each) for each in querysets)
    if sql != other_sql or len(params) != len(other_params) or querysets[0]._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise PlacesDiffer(f"{build.__qualname__} makes another query of other values.")
    operations, first, second = compiler.connection.ops, *map(_values, samples)
    places = []
    for place, (one, other) in enumerate(zip(params, other_params, strict=True)):
        if one != other:
            names = [
                name
                for name in first
                if _adapted(operations, first[name], one) == one and _adapted(operations, second[name], one) == other
            ]
            if len(names) != 1:
                raise PlacesDiffer(f"{build.__qualname__}: {one!r} is none of the values given.")
            places.append((place, names[0]))
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    return Question(querysets[0], compiler, sql, params, tuple(places), converters)


def _values(given: Mapping[str, Given]) -> dict[str, Any]:
    return {name: value for part in given.values() for name, value in part.values().items()}


def _built(build: Build, given: Mapping[str, Given]) -> QuerySet[Any]:
    return build(**{name: part.whole for name, part in given.items()})


def _compiled(queryset: QuerySet[Any]) -> tuple[Any, str, Params]:
    compiler = queryset.query.get_compiler(queryset.db)
    sql, params = compiler.as_sql()
    return compiler, sql, tuple(params)


def _sample(value: Any, name: str, series: int) -> Any:
    """A value of the same type that stands nowhere else in a query, and differs from name to name."""
    number = sum(ord(letter) * place for place, letter in enumerate(name, 1))
    match value:
        case int():
            return 1_000_000_000 * series + 7 * (series - 1) + number
        case str():
            return f"{name} {series}"
        case datetime():
            return datetime(1700 + 50 * series, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        case UUID():
            return UUID(int=1_000_000_000 * series + number)
        case date():
            return date(1700 + 50 * series, 1, 1) + timedelta(days=number)
    raise PlacesDiffer(f"{value!r} has no place in a query that is kept.")


def _adapted(operations: Any, value: Any, like: Any) -> Any:
    """A value as the database's adapter takes it; a whole number in the width of the one whose place it takes."""
    match value:
        case datetime():
            return operations.adapt_datetimefield_value(value)
        case date():
            return operations.adapt_datefield_value(value)
        case UUID():
            return value if operations.connection.features.has_native_uuid_field else value.hex
        case int() if isinstance(like, int):
            return type(like)(value)
    return value


def _compare(build: Build, given: Mapping[str, Given], question: Question, params: list[Any]) -> None:
    """That what was kept is what would be put together now."""
    _, sql, expected = _compiled(_built(build, given))
    if (question.sql, tuple(params)) != (sql, expected):
        raise PlacesDiffer(f"{build.__qualname__}: kept {question.sql} {params}, now {sql} {expected}")
