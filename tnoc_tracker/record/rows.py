"""Writing one row with SQL that is put together once: Django compiles the same statement anew for each save.

What stands in a row goes through its fields, as it does in Django's own way; only the text is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db import connections, models
from django.db.models.sql import InsertQuery

from tnoc_tracker.record.prepared import PlacesDiffer

Names = tuple[str, ...]

Values = Sequence[tuple[Any, None, Any]]
"""What Django writes to a row: field, nothing, value."""

Before = tuple[Any, ...]
"""Of an entry what the next one is sealed with."""

SEALED_WITH = ("history_date", "seal", "sealed")
"""Its columns."""

_insertions: Final[dict[tuple[type[models.Model], str, Names], str]] = {}
"""The text for each model, database and columns: as many as there are tables, twice over."""


def insert(row: models.Model, using: str, fields: Sequence[Any], returning: Sequence[Any]) -> list[Any]:
    """Insert a row; returns what the database made for its ``returning`` fields, as one row in a list."""
    connection = connections[using]
    key = type(row), connection.vendor, tuple([field.attname for field in fields])
    sql = _insertions.get(key)
    if sql is None or settings.CHECK_PREPARED:
        query = InsertQuery(type(row))
        query.insert_values(fields, [row])
        compiler: Any = query.get_compiler(using)
        compiler.returning_fields = returning
        ((made, _),) = compiler.as_sql()
        if sql is not None and made != sql:
            raise PlacesDiffer(f"{type(row).__qualname__}: kept {sql}, now {made}")
        sql = _insertions[key] = made
    params = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [connection.ops.fetch_returned_insert_columns(cursor, ())] if returning else []


def follow(row: models.Model, history: type[models.Model], using: str, values: Values, version: int) -> Before | None:
    """Write ``values`` over a version of a row, and read of that version's entry what the next one is sealed with.

    None, and nothing written, where the row has another version by now.
    """
    connection = connections[using]
    names = tuple([field.attname for field, _, _ in values])
    sql, converters = _following(type(row), history, connection.vendor, names)
    params = [field.get_db_prep_save(value, connection) for field, _, value in values]
    entry = [row.pk, version]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *entry, *entry * len(SEALED_WITH)])
        rows = cursor.fetchall()
    if not rows:
        return None
    found = list(rows[0])
    for place, (functions, expression) in converters.items():
        for function in functions:
            found[place] = function(found[place], expression, connection)
    return tuple(found)


@cache
def _following(
    model: type[models.Model], history: type[models.Model], vendor: str, names: Names
) -> tuple[str, dict[int, Any]]:
    """The text of such an update, and how what it returns is read."""
    connection = connections["default"]
    quoted = connection.ops.quote_name
    columns = {field.attname: quoted(field.column) for field in model._meta.concrete_fields}
    assigned = ", ".join(f"{columns[name]} = %s" for name in names)
    table, entries = quoted(model._meta.db_table), quoted(history._meta.db_table)
    of_entry: list[Any] = [history._meta.get_field(name) for name in SEALED_WITH]
    told = ", ".join(
        f"(SELECT {quoted(field.column)} FROM {entries} WHERE id = %s AND sequence = %s)"  # noqa: S608  names of ours
        for field in of_entry
    )
    made = f"UPDATE {table} SET {assigned} WHERE id = %s AND version = %s RETURNING {told}"  # noqa: S608  the same
    compiler = history._base_manager.all().query.get_compiler(connection=connection)
    return made, compiler.get_converters([field.get_col(entries) for field in of_entry])
