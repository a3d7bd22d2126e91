"""Migrations and the record: tables are altered under their guards, and no data migration goes round the entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from activities.models import Activity, StatusUpdate
from agencies.models import Person
from tests.generated import half_a_year
from tests.record.attacks import Attack, attacks_here, columns_of, contents, history_of, plain, refused, rows_of, run
from tests.world import PROGRAM, World
from tnoc_tracker.record import guards
from tnoc_tracker.record.verification import verify
from tnoc_tracker.record.writing import record

ALTERED = [StatusUpdate, Person]
LONGER = {StatusUpdate: "from_status", Person: "username"}
"""A column of each altered table that gets longer: SQLite rebuilds the table for it."""


def migrate(*operations: Any, app: str = "activities") -> None:
    """Apply one migration with these operations, as ``manage.py migrate`` does."""
    executor = MigrationExecutor(connection)
    migration = type("Migration", (migrations.Migration,), {"operations": list(operations)})("9999_a_test", app)
    executor.apply_migration(executor.loader.project_state(), migration)


def add_and_alter(model: Any) -> None:
    """Add two columns to a table and to its history, and make another longer: SQLite rebuilds each twice."""
    for each in (model, model.history.model):
        longer = each._meta.get_field(LONGER[model]).clone()
        longer.max_length = 190
        migrate(
            migrations.AddField(each.__name__, "colour", models.TextField(default="blue")),
            migrations.AddField(each.__name__, "weight", models.IntegerField(null=True)),
            migrations.AlterField(each.__name__, LONGER[model], longer),
            app=each._meta.app_label,
        )


@pytest.fixture(scope="module")
def altered(own_databases: Any, django_db_blocker: Any) -> Iterator[World]:
    """A database in which migrations have altered two tables and their histories; no test here changes it."""
    with django_db_blocker.unblock(), own_databases.open():
        world = World()
        half_a_year(world)
        before = verify().entries
        for model in ALTERED:
            add_and_alter(model)
        yield world
        assert (verify().faults, verify().entries) == ([], before)


def test_the_columns_are_there_and_so_are_the_guards(altered):
    for model in ALTERED:
        assert {"colour", "weight"} <= set(columns_of(model._meta.db_table)) & set(columns_of(history_of(model)))
    assert guards.missing(connection) == []  # before post_migrate has looked for them


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has tables of heads")
def test_the_heads_are_those_of_the_rows(altered):
    for model in guards.guarded_models():
        table = model._meta.db_table
        versions = list(plain(model).order_by("id").values_list("id", "version"))
        assert rows_of(f"record_head_{table}", "id") == versions


@pytest.mark.parametrize("model", ALTERED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("attack", attacks_here(), ids=lambda attack: attack.name)
def test_every_way_round_is_refused_as_before(altered, attack: Attack, model):
    with refused(attack.refusal, model):
        attack.does(model)


# Data migrations --------------------------------------------------------------------------------------------------


def update(apps: Any, editor: Any) -> None:
    apps.get_model("activities", "Activity").objects.update(title="All the same")


def update_with_the_version(apps: Any, editor: Any) -> None:
    apps.get_model("activities", "Activity").objects.update(title="All the same", version=models.F("version") + 1)


def save_each(apps: Any, editor: Any) -> None:
    for row in apps.get_model("activities", "Activity").objects.all():
        row.title, row.version = "All the same", row.version + 1
        row.save()


def delete(apps: Any, editor: Any) -> None:
    apps.get_model("activities", "Role").objects.all().delete()


def rewrite_history(apps: Any, editor: Any) -> None:
    apps.get_model("activities", "HistoricalActivity").objects.update(title="All the same")


def add_a_row(apps: Any, editor: Any) -> None:
    apps.get_model("agencies", "Body").objects.create(slug="new", name="New", kind="agency", version=1)


@pytest.mark.parametrize(
    "data_migration", [update, update_with_the_version, save_each, delete, rewrite_history, add_a_row]
)
@pytest.mark.parametrize("also", ["alone", "with a new column"])
def test_a_data_migration_that_skips_the_entry_is_refused(own_databases, django_db_blocker, data_migration, also):
    column = migrations.AddField("activity", "colour", models.TextField(default="blue"))
    operations = [migrations.RunPython(data_migration)]
    with django_db_blocker.unblock(), own_databases.open():
        before = [contents(model) for model in guards.guarded_models()]

        with pytest.raises((DatabaseError, models.ProtectedError)):
            migrate(*([column] if also != "alone" else []), *operations)

        assert [contents(model) for model in guards.guarded_models()] == before
        assert guards.missing(connection) == []


def test_a_data_migration_that_writes_its_entries_is_let_through(own_database):
    def retitle(apps: Any, editor: Any) -> None:
        row = Activity.objects.get(key="2")
        row.title = "Another title"
        record(row, by=PROGRAM.actor, at=own_database.now, reason="Migration 9999")

    migrate(migrations.RunPython(retitle))

    assert own_database.activity(2).title == "Another title"
    assert verify().is_clean


# Old and new entries ----------------------------------------------------------------------------------------------


@contextmanager
def another_column(model: Any) -> Iterator[None]:
    """Let the models know a column more inside, as they would after an upgrade."""
    tables = (model, model.history.model)
    for each in tables:
        models.TextField(default="blue").contribute_to_class(each, "colour")
    try:
        yield
    finally:
        for each in tables:
            each._meta.local_fields.remove(each._meta.get_field("colour"))
            each._meta._expire_cache()
            delattr(each, "colour")


def test_old_entries_verify_after_a_new_column_and_new_ones_seal_it(own_database):
    for each in (Activity, Activity.history.model):
        migrate(migrations.AddField(each.__name__, "colour", models.TextField(default="blue")))

    with another_column(Activity):
        assert verify().is_clean
        row = own_database.activity(2)
        row.title = "Another title"
        record(row, by=PROGRAM.actor, at=own_database.now)
        row.colour = "green"
        record(row, by=PROGRAM.actor, at=own_database.now)
        assert verify().is_clean
        entries = list(row.history.order_by("sequence").values_list("sequence", "colour", "changed"))
        assert entries[-2:] == [(row.version - 1, "blue", ["title"]), (row.version, "green", ["colour"])]
        assert ["colour" in sealed for sealed in row.history.order_by("sequence").values_list("sealed", flat=True)] == [
            *[False] * (row.version - 2),
            True,
            True,
        ]

        guards.remove(connection)
        run("UPDATE activities_historicalactivity SET colour = 'red' WHERE id = %s AND sequence = 1", row.id)
        assert verify().is_clean  # the first entry never said anything of it
        run(
            "UPDATE activities_historicalactivity SET colour = 'red' WHERE id = %s AND sequence = %s",
            row.id,
            row.version - 1,
        )
        assert [fault.sequence for fault in verify().faults] == [row.version - 1]


# The way back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["0001", "zero"])
def test_a_migration_of_the_register_is_never_undone_while_its_guards_stand(own_database, to):
    before = [contents(model) for model in guards.guarded_models()]

    with pytest.raises(CommandError, match=r"no way back over activities\.0003.*bring back the backup"):
        call_command("migrate", "activities", to, verbosity=0)

    assert [contents(model) for model in guards.guarded_models()] == before
    assert guards.missing(connection) == []
    call_command("migrate", verbosity=0)


def test_tables_that_are_not_of_the_register_may_go_back(own_database):
    call_command("migrate", "sessions", "zero", verbosity=0)
    call_command("migrate", "sessions", verbosity=0)

    assert guards.missing(connection) == []


# Columns of history -----------------------------------------------------------------------------------------------

OURS = ("agencies", "activities", "record")


def rewriting(operation: Any) -> bool:
    """Whether a migration's operation does more to a table of history than to make it or to add an empty column.

    What is done in Python meets the guards.
    """
    of = str(
        getattr(operation, "model_name", "") or getattr(operation, "name", "") or getattr(operation, "old_name", "")
    )
    if isinstance(operation, migrations.RunSQL):
        return "historical" in str(operation.sql).lower()
    if not of.lower().startswith("historical") or isinstance(operation, migrations.CreateModel):
        return False
    if isinstance(operation, migrations.AddField):
        return not operation.field.null
    return not isinstance(
        operation,
        migrations.AddIndex | migrations.RemoveIndex | migrations.AddConstraint | migrations.AlterModelOptions,
    )


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("HistoricalActivity", "colour", models.TextField(default="blue")),
        migrations.RemoveField("HistoricalActivity", "title"),
        migrations.RenameField("HistoricalActivity", "title", "name"),
        migrations.AlterField("HistoricalActivity", "title", models.IntegerField()),
        migrations.DeleteModel("HistoricalActivity"),
        migrations.RenameModel("HistoricalActivity", "HistoricalAction"),
        migrations.RunSQL("UPDATE activities_historicalactivity SET title = ''"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_would_rewrite_a_table_of_history_is_known(operation):
    assert rewriting(operation)


def test_columns_of_history_are_only_added_and_empty():
    loader = MigrationLoader(None)
    found = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app in OURS
        for operation in migration.operations
        if rewriting(operation)
    ]

    assert found == []
