"""Ways round the use cases, as data: what each does to a table of the register, and how the database refuses it.

Each is tried in a transaction of its own and committed; ``refusal`` is a pattern for what the database says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from tnoc_tracker.record import guards
from tnoc_tracker.record.models import Tracked

APPEND_ONLY, WITH_ENTRY = guards.APPEND_ONLY, guards.WITH_ENTRY
NO_ENTRY = "FOREIGN KEY constraint failed|_has_entry"
NEXT_ENTRY = guards.NEXT_ENTRY
NUMBERED_ONCE = f"{NEXT_ENTRY}|_entry_sequence"
NEVER_DELETED = guards.NEVER_DELETED
BEGINS = f"{guards.BEGINS}|duplicate key"
NOBODY = "_entry_actor"

Model = type[Tracked]


@dataclass(frozen=True)
class Attack:
    """One way round: what it does to a model's tables, the refusal expected, and the database it exists on."""

    does: Callable[[Model], Any]
    refusal: str
    only_on: str = ""

    @property
    def name(self) -> str:
        """For the test's name."""
        return getattr(self.does, "__name__", "")


ATTACKS: list[Attack] = []


def attack(refusal: str, only_on: str = "") -> Callable[[Callable[[Model], Any]], Callable[[Model], Any]]:
    """Put a function on the list."""

    def listed(does: Callable[[Model], Any]) -> Callable[[Model], Any]:
        ATTACKS.append(Attack(does, refusal, only_on))
        return does

    return listed


@contextmanager
def refused(pattern: str, *models_attacked: Model) -> Iterator[None]:
    """What is inside is refused at the latest when it commits, with these words, and leaves no trace."""
    before = [contents(model) for model in models_attacked]
    with pytest.raises(DatabaseError, match=pattern), transaction.atomic():
        yield
    assert [contents(model) for model in models_attacked] == before


def contents(model: Model) -> tuple[list[Any], list[Any]]:
    """Everything in a live table and in its history."""
    return rows_of(model._meta.db_table, "id"), rows_of(history_of(model), "history_id")


def rows_of(table: str, key: str) -> list[Any]:
    """Every column of every row, whatever the model knows of them."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')
        return cursor.fetchall()


def run(statement: str, *values: Any) -> None:
    """One statement, past Django's models."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def history_of(model: Model) -> str:
    """The name of a model's history table."""
    table: str = model.history.model._meta.db_table
    return table


def plain(model: Model) -> models.QuerySet[Any]:
    """A queryset that knows nothing of the record."""
    return models.QuerySet(model)


def last_of(model: Model) -> Any:
    """The row that is attacked."""
    return plain(model).order_by("-id").first()


def columns_of(table: str) -> list[str]:
    """The columns that a table has in the database."""
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def copy_row(table: str, key: str, number: int, *, verb: str = "INSERT", suffix: str = "", **other: str) -> None:
    """Insert a row made from another of the same table, with some columns given as SQL."""
    columns = [name for name in columns_of(table) if other.get(name) != ""]
    values = [other.get(name, f'"{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    chosen = f'SELECT {", ".join(values)} FROM "{table}" WHERE "{key}" = {number}'
    run(f'{verb} INTO "{table}" ({names}) {chosen} {suffix}')


def attacks_here() -> list[Attack]:
    """The attacks that exist on the database of this suite."""
    return [attack for attack in ATTACKS if attack.only_on in ("", connection.vendor)]


# The live row -----------------------------------------------------------------------------------------------------


@attack(WITH_ENTRY)
def queryset_update(model: Model) -> None:
    plain(model).filter(id=last_of(model).id).update(version=models.F("version"))


@attack(WITH_ENTRY)
def queryset_bulk_update(model: Model) -> None:
    column = next(field for field in model._meta.concrete_fields if not field.primary_key and field.name != "version")
    plain(model).bulk_update([last_of(model)], [column.name])


@attack(NO_ENTRY)
def queryset_update_with_the_version(model: Model) -> None:
    plain(model).filter(id=last_of(model).id).update(version=models.F("version") + 1)


@attack(WITH_ENTRY)
def raw_update(model: Model) -> None:
    run(f'UPDATE "{model._meta.db_table}" SET version = version')


@attack(WITH_ENTRY)
def raw_update_of_the_version_by_two(model: Model) -> None:
    run(f'UPDATE "{model._meta.db_table}" SET version = version + 2 WHERE id = %s', last_of(model).id)


@attack(WITH_ENTRY)
def raw_update_back_to_an_earlier_version(model: Model) -> None:
    run(f'UPDATE "{model._meta.db_table}" SET version = version - 1 WHERE id = %s', last_of(model).id)


@attack(WITH_ENTRY)
def raw_update_of_the_identifier(model: Model) -> None:
    row = last_of(model)
    run(f'UPDATE "{model._meta.db_table}" SET version = version + 1, id = id + 1000 WHERE id = %s', row.id)


@attack(NO_ENTRY)
def raw_version_without_its_entry(model: Model) -> None:
    run(f'UPDATE "{model._meta.db_table}" SET version = version + 1 WHERE id = %s', last_of(model).id)


@attack(NEVER_DELETED)
def queryset_delete(model: Model) -> None:
    plain(model).filter(id=last_of(model).id)._raw_delete(connection.alias)


@attack(NEVER_DELETED)
def raw_delete(model: Model) -> None:
    run(f'DELETE FROM "{model._meta.db_table}" WHERE id = %s', last_of(model).id)


@attack(NEVER_DELETED)
def raw_delete_of_everything(model: Model) -> None:
    run(f'DELETE FROM "{model._meta.db_table}"')


@attack(f"{APPEND_ONLY}|{NEVER_DELETED}", only_on="postgresql")
def truncate_the_table(model: Model) -> None:
    run(f'TRUNCATE "{model._meta.db_table}" CASCADE')


@attack(BEGINS, only_on="sqlite")
def replace_the_row_by_itself(model: Model) -> None:
    row = last_of(model)
    copy_row(model._meta.db_table, "id", row.id, verb="INSERT OR REPLACE", version="1")


@attack(WITH_ENTRY, only_on="postgresql")
def insert_or_update_the_row(model: Model) -> None:
    suffix = "ON CONFLICT (id) DO UPDATE SET version = 1"
    copy_row(model._meta.db_table, "id", last_of(model).id, version="1", suffix=suffix)


@attack(guards.BEGINS)
def insert_a_row_with_a_later_version(model: Model) -> None:
    copy_row(model._meta.db_table, "id", last_of(model).id, id=str(last_of(model).id + 1), version="2")


@attack(f"{guards.FOLLOWS}", only_on="sqlite")
def loosen_the_head_of_the_row(model: Model) -> None:
    row = last_of(model)
    run(f'UPDATE "{model._meta.db_table}" SET version = version + 1 WHERE id = %s', row.id)
    run(f'UPDATE "record_head_{model._meta.db_table}" SET version = version - 1 WHERE id = %s', row.id)


@attack(f"{guards.FOLLOWS}", only_on="sqlite")
def delete_the_head_of_the_row(model: Model) -> None:
    run(f'DELETE FROM "record_head_{model._meta.db_table}" WHERE id = %s', last_of(model).id)


@attack(f"{guards.FOLLOWS}", only_on="sqlite")
def replace_the_head_of_the_row(model: Model) -> None:
    run(f'INSERT OR REPLACE INTO "record_head_{model._meta.db_table}" VALUES (%s, 1)', last_of(model).id)


# The history ------------------------------------------------------------------------------------------------------


def newest(model: Model) -> Any:
    """The newest entry of the row that is attacked."""
    return plain(model.history.model).filter(id=last_of(model).id).order_by("-sequence").first()


def step(model: Model) -> None:
    """Move the row that is attacked on to its next version, as a forger would who adds the entry by hand."""
    run(f'UPDATE "{model._meta.db_table}" SET version = version + 1 WHERE id = %s', last_of(model).id)


def forge(model: Model, **other: str) -> None:
    """Add an entry like the newest, with the next number unless told otherwise, and some columns given as SQL."""
    later = "datetime(history_date, '+1 day')" if connection.vendor == "sqlite" else "history_date + interval '1 day'"
    given = {"sequence": "sequence + 1", "version": "version + 1", "history_date": later, **other}
    copy_row(history_of(model), "history_id", newest(model).history_id, history_id="", **given)


@attack(APPEND_ONLY)
def queryset_update_of_an_entry(model: Model) -> None:
    plain(model.history.model).filter(id=last_of(model).id).update(actor_name="Somebody else")


@attack(APPEND_ONLY)
def queryset_bulk_update_of_an_entry(model: Model) -> None:
    entry = newest(model)
    entry.history_change_reason = "Another reason"
    plain(model.history.model).bulk_update([entry], ["history_change_reason"])


@attack(APPEND_ONLY)
def raw_update_of_an_entry(model: Model) -> None:
    run(f"UPDATE \"{history_of(model)}\" SET history_change_reason = 'Another reason'")


@attack(APPEND_ONLY)
def queryset_delete_of_an_entry(model: Model) -> None:
    plain(model.history.model).filter(id=last_of(model).id).delete()


@attack(APPEND_ONLY)
def raw_delete_of_an_entry(model: Model) -> None:
    run(f'DELETE FROM "{history_of(model)}" WHERE history_id = %s', newest(model).history_id)


@attack(APPEND_ONLY, only_on="postgresql")
def truncate_the_history(model: Model) -> None:
    run(f'TRUNCATE "{history_of(model)}" CASCADE')


@attack(NEXT_ENTRY, only_on="sqlite")
def replace_an_entry(model: Model) -> None:
    copy_row(
        history_of(model),
        "history_id",
        newest(model).history_id,
        verb="INSERT OR REPLACE",
        history_change_reason="'Another reason'",
    )


@attack(NEXT_ENTRY, only_on="sqlite")
def replace_an_entry_by_its_number(model: Model) -> None:
    copy_row(
        history_of(model),
        "history_id",
        newest(model).history_id,
        verb="INSERT OR REPLACE",
        history_id="",
        history_change_reason="'Another reason'",
    )


@attack(f"{NEXT_ENTRY}|{APPEND_ONLY}", only_on="postgresql")
def insert_or_update_an_entry(model: Model) -> None:
    suffix = "ON CONFLICT (history_id) DO UPDATE SET history_change_reason = 'Another reason'"
    copy_row(history_of(model), "history_id", newest(model).history_id, suffix=suffix)


@attack(NUMBERED_ONCE)
def add_an_entry_twice(model: Model) -> None:
    forge(model, sequence="sequence", version="version")


@attack(NEXT_ENTRY)
def add_an_entry_that_belongs_to_no_version(model: Model) -> None:
    forge(model)


@attack(NEXT_ENTRY)
def add_an_entry_that_skips_a_number(model: Model) -> None:
    step(model)
    forge(model, sequence="sequence + 2", version="version + 2")


@attack(NEXT_ENTRY)
def add_an_entry_of_a_row_that_is_not_there(model: Model) -> None:
    forge(model, id="1000000", sequence="1", version="1")


@attack("_entry_version|" + NEXT_ENTRY)
def add_an_entry_that_is_not_the_version_it_made(model: Model) -> None:
    step(model)
    forge(model, version="version")


@attack(NEXT_ENTRY)
def add_an_entry_dated_before_the_one_before(model: Model) -> None:
    step(model)
    earlier = "datetime(history_date, '-1 day')" if connection.vendor == "sqlite" else "history_date - interval '1 day'"
    forge(model, history_date=earlier)


@attack(NOBODY)
def add_an_entry_by_nobody(model: Model) -> None:
    step(model)
    forge(model, actor_name="''", history_user_id="NULL")
