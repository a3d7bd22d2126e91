"""PostgreSQL with two roles, as the README sets it up: the application owns nothing and cannot lower a guard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from activities.actions.status import update_status
from activities.models import Activity, StatusUpdate
from tests.generated import on_track
from tests.own_database import OwnDatabases
from tests.record.attacks import run
from tests.world import FIXTURES, World, add_person
from tnoc_tracker import settings as product
from tnoc_tracker.record import guards
from tnoc_tracker.record.redaction import history_models
from tnoc_tracker.record.verification import verify

only_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has roles")

README = (FIXTURES.parent / "README.md").read_text()


def sql_of_the_readme(owner: str, application: str, database: str) -> list[str]:
    """The statements by which the README makes the roles and the database, under other names."""
    (block,) = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    for name, other in (("tracker_owner", owner), ("tracker_app", application), ("tracker", database)):
        block = re.sub(rf"\b{name}\b", other, block)
    return [statement for statement in block.split(";") if statement.strip()]


@pytest.fixture(scope="module")
def installed(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[World]:
    """Set up by the README's own statements, migrated by the owner, and left to the application's role."""
    with django_db_blocker.unblock(), own_databases.server() as server:
        name = connections["default"].settings_dict["TEST"]["NAME"]
        database, owner, application = f"{name}_roles", f"{name}_owner", f"{name}_app"
        clean = [f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)', f'DROP ROLE IF EXISTS "{owner}"']
        clean.append(f'DROP ROLE IF EXISTS "{application}"')
        for statement in [*clean, *sql_of_the_readme(owner, application, database)]:
            server.execute(statement)
        try:
            with pytest.MonkeyPatch.context() as patch, own_databases.instead(database, {"USER": application}):
                address = connections.settings["default"]
                patch.setattr("django.conf.settings.MIGRATION_DATABASE", {**address, "USER": owner})
                assert connections.settings is django_settings.DATABASES, "as in production"
                call_command("migrate", verbosity=0)
                plan = str(FIXTURES / "tnoc-action-plan-2021-22.json")
                call_command("load_plan", plan, "--recorded-at", "2021-07-01", stdout=StringIO())
                add_person("secretariat", "Secretariat Officer", "TNOC Secretariat", True, False)
                yield World()
        finally:
            for statement in clean:
                server.execute(statement)


@only_postgresql
def test_the_application_is_not_the_owner(installed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_tables WHERE tableowner = current_user GROUP BY 1")
        assert cursor.fetchall() == []
        cursor.execute("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


@only_postgresql
def test_the_application_can_work(installed):
    client = Client()
    client.force_login(installed.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/plans/tnoc-2021-22/activities/3/").status_code == 200
    update = update_status(
        activity=installed.activity(3),
        statement=on_track("The second draft went out."),
        by=installed.standing("secretariat"),
        at=installed.now,
    )

    assert StatusUpdate.objects.get(id=update.id).to_status == "on_track"
    call_command("check_guards", stdout=StringIO())
    call_command("verify_history", stdout=StringIO(), stderr=StringIO())
    call_command("clearsessions")
    assert verify().is_clean


LIVE, HISTORY = "activities_activity", "activities_historicalactivity"
FORBIDDEN = [
    f"ALTER TABLE {HISTORY} DISABLE TRIGGER {HISTORY}_no_update",
    f"ALTER TABLE {HISTORY} DISABLE TRIGGER ALL",
    f"DROP TRIGGER {HISTORY}_no_update ON {HISTORY}",
    f"DROP FUNCTION guard_{HISTORY}_no_update() CASCADE",
    f"CREATE OR REPLACE FUNCTION guard_{HISTORY}_no_update() RETURNS trigger LANGUAGE plpgsql "
    "AS $$BEGIN RETURN NEW; END$$",
    f"ALTER TABLE {LIVE} DROP CONSTRAINT {LIVE}_has_entry",
    f"ALTER TABLE {LIVE} ADD COLUMN colour text",
    f"DROP TABLE {HISTORY} CASCADE",
    f"CREATE RULE quietly AS ON INSERT TO {HISTORY} DO INSTEAD NOTHING",
    f"CREATE TRIGGER mine BEFORE INSERT ON {HISTORY} FOR EACH ROW EXECUTE FUNCTION guard_{HISTORY}_no_update()",
    "SET session_replication_role = replica",
    f"UPDATE {HISTORY} SET actor_name = 'Somebody else'",
    f"DELETE FROM {HISTORY}",
    f"TRUNCATE {HISTORY}",
    f"TRUNCATE {LIVE} CASCADE",
    f"DELETE FROM {LIVE}",
    "DELETE FROM django_migrations",
    "CREATE TABLE mine (id integer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
]


@only_postgresql
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_can_neither_lower_a_guard_nor_rewrite_history(installed, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        run(statement)

    assert guards.missing(connection) == []


@only_postgresql
def test_every_table_of_history_can_only_be_read_and_added_to(installed):
    with connection.cursor() as cursor:
        for history in history_models().values():
            cursor.execute(
                "SELECT privilege_type FROM information_schema.table_privileges "
                "WHERE grantee = current_user AND table_name = %s ORDER BY 1",
                [history._meta.db_table],
            )
            assert [right for (right,) in cursor.fetchall()] == ["INSERT", "SELECT"]


@only_postgresql
def test_only_the_owner_erases(installed, settings):
    entry = Activity.history.filter(key="3").order_by("sequence").first()
    arguments = (f"activities.historicalactivity:{entry.history_id}", "description", "--reason", "A", "--decision", "B")
    owners, settings.MIGRATION_DATABASE = settings.MIGRATION_DATABASE, None
    with pytest.raises(CommandError, match="only its owner can erase"):
        call_command("redact", *arguments)
    assert guards.missing(connection) == []

    settings.MIGRATION_DATABASE = owners
    out = StringIO()
    call_command("redact", *arguments, stdout=out)
    assert out.getvalue().startswith("Erased: description of")
    assert guards.missing(connection) == []
    assert verify().is_clean


@only_postgresql
def test_migrating_again_changes_nothing_and_the_application_goes_on(installed):
    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []
    test_the_application_can_work(installed)


# The setting ------------------------------------------------------------------------------------------------------

ORDINARY = {"ENGINE": "django.db.backends.postgresql", "NAME": "tracker", "USER": "tracker_app"}
SQLITE = {"ENGINE": "tnoc_tracker.record.sqlite", "NAME": "tracker", "USER": ""}


@pytest.mark.parametrize(
    ("address", "ordinary", "says"),
    [
        ("sqlite:///register.sqlite3", ORDINARY, "is for PostgreSQL"),
        ("postgresql://tracker_owner@host/tracker", SQLITE, "is for PostgreSQL"),
        ("postgresql://tracker_owner@host/another", ORDINARY, "the database of DATABASE_URL"),
        ("postgresql://tracker_app@host/tracker", ORDINARY, "under another role"),
    ],
)
def test_an_owner_of_something_else_stops_the_start(monkeypatch, address, ordinary, says):
    monkeypatch.setenv("MIGRATION_DATABASE_URL", address)

    with pytest.raises(ImproperlyConfigured, match=says):
        product._owners_database(ordinary)


def test_the_owners_address_is_taken_where_it_is_given(monkeypatch):
    assert product._owners_database(ORDINARY) is None
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgresql://tracker_owner@host/tracker")

    assert product._owners_database(ORDINARY)["USER"] == "tracker_owner"
