"""The database itself refuses to rewrite the record: each way round, on every table, with real commits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from activities.actions.decisions import report_on_decision, settle_decision
from activities.actions.returns import accept_return, comment_on_return
from activities.decisions import DecisionState
from activities.models import Activity, DateProposal, PackContent, Part, StatusUpdate
from agencies.models import Body, BodyKind
from tests.actions.packs import frozen
from tests.actions.rounds import Q2, Q3, asked, filed, opened, told
from tests.deciding import decide, meeting
from tests.generated import at_risk, half_a_year
from tests.record.attacks import NO_ENTRY, attacks_here, copy_row, plain, refused, rows_of, run
from tests.world import PROGRAM, TODAY, World
from tnoc_tracker.record import guards
from tnoc_tracker.record.change import Actor, Change, UnrecordedChange, in_change
from tnoc_tracker.record.redaction import redact
from tnoc_tracker.record.verification import verify
from tnoc_tracker.record.writing import record

GUARDED = [apps.get_model(label) for label in django_settings.GUARDED_MODELS]
HER = Actor("Mere Rangi")


@pytest.fixture(scope="module")
def register(own_databases: Any, django_db_blocker: Any) -> Iterator[World]:
    """A database of this module's own in which every table of the register has rows; no test here changes it."""
    with django_db_blocker.unblock(), own_databases.open():
        world = World()
        half_a_year(world)
        update = StatusUpdate.history.model.objects.filter(what_was_done__gt="").first()
        redact(
            table="activities.historicalstatusupdate",
            entry=update.history_id,
            field="what_was_done",
            reason="A name that must not be known",
            decision="Privacy officer 2022/1",
            by=HER,
            at=world.now,
        )
        proposal = DateProposal(
            milestone=world.milestone(6),
            proposed_due=date(2022, 9, 30),
            reason="The review takes longer.",
            body=world.body("MOJ"),
            person_name=HER.name,
            at=world.now,
        )
        record(proposal, by=HER, at=world.now)
        a_round(world)
        a_meeting(world)
        empty = [model.__name__ for model in GUARDED if not plain(model).exists()]
        assert not empty, f"Give these tables a row here, so that the attacks on them can be tried: {empty}"
        yield world
        assert verify().is_clean


def a_round(world: World) -> None:
    """A round with a filing that is accepted, and with comments; two rows at least in each of its tables."""
    for quarter in (Q2, Q3):
        opened(world, quarter, on=TODAY, due=date(2022, 3, 1))
        filed(world, 12, at_risk(), on=TODAY, quarter=quarter)
        comment_on_return(ret=asked(12, quarter=quarter), text="We met.", **told(world, TODAY, "police"))
    accept_return(ret=asked(12), **told(world, TODAY))


def a_meeting(world: World) -> None:
    """A meeting with a settled decision and another, and two versions of its pack."""
    held = meeting(world)
    for _ in range(2):
        decision = decide(world, held)
        report_on_decision(decision=decision, text="It is written.", **told(world, TODAY, "police"))
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="It is out.", **told(world, TODAY))
    frozen(world, held)
    frozen(world, held, corrected_why="A wrong total")


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("attack", attacks_here(), ids=lambda each: each.name)
def test_it_is_refused_on_every_table(register, attack, model):
    with refused(attack.refusal, model):
        attack.does(model)


# Other ways in ----------------------------------------------------------------------------------------------------


def test_rows_made_in_bulk_are_refused_for_want_of_their_entries(register):
    new = [Body(slug=f"new-{number}", name=f"New {number}", kind=BodyKind.AGENCY, version=1) for number in range(3)]

    with refused(NO_ENTRY, Body):
        plain(Body).bulk_create(new)


def test_rows_made_in_bulk_without_a_version_are_refused(register):
    with refused(guards.BEGINS, Body):
        plain(Body).bulk_create([Body(slug="new", name="New", kind=BodyKind.AGENCY)])


def test_entries_made_in_bulk_are_refused(register):
    entry = Body.history.first()
    entry.history_id = None

    with refused(guards.NEXT_ENTRY + "|_entry_sequence", Body):
        plain(Body.history.model).bulk_create([entry])


def test_a_deletion_through_the_orm_is_refused(register):
    update = StatusUpdate.objects.filter(filing=None).order_by("-id").first()

    with refused(guards.NEVER_DELETED, StatusUpdate):
        plain(StatusUpdate).filter(id=update.id).delete()


def test_a_save_with_its_entry_left_out_is_refused(register):
    body = Body.objects.first()
    body.name = "Without an entry"
    body.skip_history_when_saving = True

    with refused(NO_ENTRY, Body):
        record(body, by=HER, at=register.now)


def test_a_save_outside_a_transaction_is_refused(register):
    body = Body.objects.first()
    body.name, body.version = "Outside", body.version + 1

    # Each statement commits by itself here, so that the row would be there before its entry.
    with pytest.raises(DatabaseError, match=NO_ENTRY), in_change(Change(HER, register.now, "", "", ("name",))):
        body.save()

    assert not Body.objects.filter(name="Outside").exists()


def test_a_save_outside_record_is_refused_before_it_reaches_the_database(register):
    body = Body.objects.first()
    with CaptureQueriesContext(connection) as queries, pytest.raises(UnrecordedChange):
        body.save()

    assert len(queries) == 0


def test_an_entry_without_a_person_or_program_is_refused(register):
    body = Body.objects.first()
    body.name = "By nobody"
    nobody = object.__new__(Actor)  # past the check that an actor has a name
    object.__setattr__(nobody, "name", "")
    object.__setattr__(nobody, "person_id", None)

    with refused("_entry_actor", Body):
        record(body, by=nobody, at=register.now)


@pytest.mark.parametrize("rows", [Body.objects, Body.history], ids=["rows", "entries"])
def test_a_fixture_of_djangos_is_refused_with_the_way_in(register, tmp_path, rows):
    fixture = tmp_path / "bodies.json"
    fixture.write_text(serializers.serialize("json", rows.all()[:2]).replace("New Zealand Police", "Old Police"))

    with pytest.raises(UnrecordedChange, match="load_plan"):
        call_command("loaddata", str(fixture), verbosity=0)

    assert Body.objects.filter(name="New Zealand Police").exists()


UNIQUE = [
    (model, constraint)
    for model in GUARDED
    for constraint in model._meta.constraints
    if isinstance(constraint, models.UniqueConstraint) and constraint.fields
]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE exists on SQLite only")
@pytest.mark.parametrize(("model", "constraint"), UNIQUE, ids=lambda each: each.name if hasattr(each, "fields") else "")
def test_no_row_is_replaced_by_another_with_the_same_key(register, model, constraint):
    row = plain(model).filter(constraint.condition or models.Q()).exclude(**_without_a_key(model, constraint)).first()
    if row is None:
        pytest.skip("no row has this key in the world")
    names = [field.column for field in model._meta.concrete_fields if field.column not in ("id", "version")]
    columns = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table

    with refused("FOREIGN KEY constraint failed", model):
        chosen = f'SELECT 1, {columns} FROM "{table}" WHERE id = {row.id}'
        run(f'INSERT OR REPLACE INTO "{table}" (version, {columns}) {chosen}')


def _without_a_key(model: Any, constraint: models.UniqueConstraint) -> dict[str, None]:
    """A filter for rows that a unique key does not bind, because a column of it is empty."""
    empty = next((name for name in constraint.fields if model._meta.get_field(name).null), None)
    return {empty: None} if empty else {"id": None}


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="UPDATE OR REPLACE exists on SQLite only")
def test_no_row_is_replaced_by_a_change_of_another(register):
    first, second = Body.objects.order_by("id")[:2]

    with refused("FOREIGN KEY constraint failed", Body):
        run("UPDATE OR REPLACE agencies_body SET version = version + 1, slug = %s WHERE id = %s", first.slug, second.id)


# Written once ------------------------------------------------------------------------------------------------------

CONTENT = "activities_packcontent"


def content_update(first: str, second: str) -> None:
    PackContent.objects.filter(sha384=first).update(content=b"Another")


def content_save(first: str, second: str) -> None:
    PackContent(sha384=first, content=b"Another").save()


def content_delete(first: str, second: str) -> None:
    PackContent.objects.get(sha384=first).delete()


def content_raw_update(first: str, second: str) -> None:
    run(f"UPDATE {CONTENT} SET content = content WHERE sha384 = %s", first)


def content_raw_update_of_its_hash(first: str, second: str) -> None:
    run(f"UPDATE {CONTENT} SET sha384 = 'another' WHERE sha384 = %s", first)


def content_raw_delete(first: str, second: str) -> None:
    run(f"DELETE FROM {CONTENT}")


def content_insert_or_update(first: str, second: str) -> None:
    from_another = f"SELECT %s, content FROM {CONTENT} WHERE sha384 = %s"
    conflict = "ON CONFLICT (sha384) DO UPDATE SET content = excluded.content"
    run(f"INSERT INTO {CONTENT} (sha384, content) {from_another} {conflict}", first, second)


def content_insert_or_replace(first: str, second: str) -> None:
    from_another = f"SELECT %s, content FROM {CONTENT} WHERE sha384 = %s"
    run(f"INSERT OR REPLACE INTO {CONTENT} (sha384, content) {from_another}", first, second)


def content_update_or_replace(first: str, second: str) -> None:
    run(f"UPDATE OR REPLACE {CONTENT} SET sha384 = %s WHERE sha384 = %s", first, second)


def content_replace_by_its_place(first: str, second: str) -> None:
    placed = f"SELECT rowid, 'another', content FROM {CONTENT} WHERE sha384 = %s"
    run(f"INSERT OR REPLACE INTO {CONTENT} (rowid, sha384, content) {placed}", first)


def content_truncate(first: str, second: str) -> None:
    run(f"TRUNCATE {CONTENT} CASCADE")


ON_CONTENT = [
    *(content_update, content_save, content_delete, content_raw_update, content_raw_update_of_its_hash),
    *(content_raw_delete, content_insert_or_update),
]
ONLY_ON = {
    "sqlite": [content_insert_or_replace, content_update_or_replace, content_replace_by_its_place],
    "postgresql": [content_truncate],
}


@pytest.mark.parametrize(
    "attack", [*ON_CONTENT, *ONLY_ON[connection.vendor]], ids=lambda each: each.__name__.removeprefix("content_")
)
def test_the_bytes_of_a_frozen_pack_are_neither_changed_nor_deleted_nor_replaced(register, attack):
    before = rows_of(CONTENT, "sha384")
    first, second = [row[0] for row in before[:2]]
    refusal = f"{guards.APPEND_ONLY}|{guards.BEGINS}|duplicate key|UNIQUE constraint failed"

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        attack(first, second)

    assert rows_of(CONTENT, "sha384") == before


def test_without_their_guards_the_bytes_could_be_changed_and_check_guards_says_so(own_database):
    frozen(own_database, meeting(own_database))
    on = f"ON {CONTENT}" if connection.vendor == "postgresql" else ""
    ours = sorted(guard.name for guard in guards.guards_for(connection) if guard.name.startswith(CONTENT))
    for name in ours:
        run(f"DROP TRIGGER {name} {on}")
    assert sorted(guards.missing(connection)) == ours
    assert f"{CONTENT}_no_update" in ours
    with pytest.raises(CommandError, match=f"{CONTENT}_no_update"):
        call_command("check_guards")
    run(f"UPDATE {CONTENT} SET content = content")

    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    with pytest.raises(DatabaseError, match=guards.APPEND_ONLY), transaction.atomic():
        run(f"UPDATE {CONTENT} SET content = content")


def test_a_table_of_bytes_that_is_gone_is_named_by_check_guards(own_database):
    guards.remove(connection)
    run(f"DROP TABLE {CONTENT}")

    with pytest.raises(CommandError, match=rf"1 of the register’s tables .*\n  {CONTENT}"):
        call_command("check_guards")


# Whether they are there -------------------------------------------------------------------------------------------


@pytest.fixture
def broken(own_database: World) -> World:
    """A database without one of its guards."""
    table = Activity.history.model._meta.db_table
    on = f'ON "{table}"' if connection.vendor == "postgresql" else ""
    run(f'DROP TRIGGER "{table}_no_update" {on}')
    return own_database


def test_check_guards_says_that_all_are_there(register):
    out = StringIO()
    call_command("check_guards", stdout=out)

    assert "guards are in place" in out.getvalue()


def test_check_guards_names_what_is_missing_and_fails(broken):
    with pytest.raises(CommandError, match="activities_historicalactivity_no_update") as failed:
        call_command("check_guards")

    assert failed.value.returncode == 1


def test_the_system_check_names_what_is_missing_with_a_hint(broken):
    err = StringIO()
    call_command("check", databases=["default"], stderr=err, fail_level="ERROR")

    assert "record.W001" in err.getvalue()
    assert "activities_historicalactivity_no_update" in err.getvalue()
    assert "manage.py migrate" in err.getvalue()
    with pytest.raises(CommandError):
        call_command("check", databases=["default"], fail_level="WARNING")


def test_the_system_check_is_silent_where_all_are_there(register, settings):
    settings.SILENCED_SYSTEM_CHECKS = ["axes.W006", "tnoc.W005"]  # the suite’s role owns its tables
    call_command("check", databases=["default"], fail_level="WARNING", stdout=StringIO())


def test_migrate_brings_back_what_is_missing(broken):
    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []
    with refused(guards.APPEND_ONLY, Activity):
        run("UPDATE activities_historicalactivity SET actor_name = 'x'")


def test_a_guard_that_says_something_else_counts_as_missing(own_database):
    if connection.vendor == "sqlite":
        run("DROP TRIGGER activities_part_no_delete")
        run("CREATE TRIGGER activities_part_no_delete BEFORE DELETE ON activities_part BEGIN SELECT 1; END")
    else:
        run(
            "CREATE OR REPLACE FUNCTION guard_activities_part_no_delete() RETURNS trigger LANGUAGE plpgsql "
            "AS $$BEGIN RETURN OLD; END$$"
        )

    assert guards.missing(connection) == ["activities_part_no_delete"]
    assert guards.install(connection) == ["activities_part_no_delete"]
    with refused(guards.NEVER_DELETED, Part):
        run("DELETE FROM activities_part")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL can switch a trigger off")
def test_a_guard_that_is_switched_off_counts_as_missing(own_database):
    run("ALTER TABLE activities_part DISABLE TRIGGER activities_part_no_delete")
    assert guards.missing(connection) == ["activities_part_no_delete"]

    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has these ways round")
@pytest.mark.parametrize("instead", ["BEFORE INSERT", "AFTER DELETE", "BEFORE UPDATE OF label", "BEFORE DELETE WHEN"])
def test_a_guard_that_fires_at_something_else_counts_as_missing(own_database, instead):
    name, event = "activities_part_no_delete", instead.removesuffix(" WHEN")
    event = event.replace("OF label", "OF scope")
    run(f"DROP TRIGGER {name} ON activities_part")
    when = "WHEN (OLD.id < 0)" if instead.endswith("WHEN") else ""
    run(f"CREATE TRIGGER {name} {event} ON activities_part FOR EACH ROW {when} EXECUTE FUNCTION guard_{name}()")

    assert guards.missing(connection) == [name]
    assert guards.install(connection) == [name]
    assert guards.missing(connection) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL can switch a foreign key off")
def test_a_foreign_key_that_is_switched_off_counts_as_missing(own_database):
    run("ALTER TABLE activities_part DISABLE TRIGGER ALL")
    run("ALTER TABLE activities_part ENABLE TRIGGER USER")

    assert guards.missing(connection) == ["activities_part_has_entry"]
    assert guards.install(connection) == ["activities_part_has_entry"]
    assert guards.missing(connection) == []


def test_a_table_that_is_gone_is_named_by_check_guards_and_by_verify_history(own_database):
    guards.remove(connection)
    run('DROP TABLE "record_historicalredaction"')

    with pytest.raises(CommandError, match=r"1 of the register’s tables .*\n  record_historicalredaction"):
        call_command("check_guards")
    with pytest.raises(CommandError, match=r"record_historicalredaction .*the table is not in the database"):
        call_command("verify_history")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite can switch foreign keys off")
def test_what_is_written_with_foreign_keys_switched_off_is_named_by_verify_history(own_database):
    run("PRAGMA foreign_keys = OFF")
    run("UPDATE activities_activity SET title = 'Another', version = version + 1 WHERE key = '2'")
    copy_row("agencies_body", "id", own_database.body("Police").id, verb="INSERT OR REPLACE", id="999", version="1")
    for statement in (
        "UPDATE activities_historicalactivity SET title = ''",
        "DELETE FROM activities_historicalactivity",
    ):
        with refused(guards.APPEND_ONLY, Activity):
            run(statement)

    found = {(fault.table, fault.words.partition(":")[0]) for fault in verify().faults}
    assert found == {
        ("activities.historicalactivity", f"the row says version {own_database.activity(2).version}"),
        ("agencies.historicalbody", "the row is gone, its history is there"),
        ("agencies.historicalbody", "the row has no entry at all"),
    }


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has tables of heads")
def test_lost_heads_are_refilled_and_meanwhile_nothing_changes_without_them(own_database):
    run("DROP TRIGGER record_head_agencies_body_no_delete")
    run("DELETE FROM record_head_agencies_body")
    body = Body.objects.first()
    body.name = "Without a head"
    with refused(guards.WITH_ENTRY, Body):
        record(body, by=HER, at=own_database.now)

    run("DROP TABLE record_head_agencies_body")
    call_command("migrate", verbosity=0)
    assert record(body, by=HER, at=own_database.now)


def test_looking_for_the_guards_is_cheap(register):
    with CaptureQueriesContext(connection) as queries:
        guards.missing(connection)

    assert len(queries) <= 2


def test_the_guards_can_be_taken_down_and_put_back(own_database):
    guards.remove(connection)
    assert len(guards.missing(connection)) == len(guards.guards_for(connection))
    plain(Body).filter(slug="police").update(short="Polis")
    plain(Body).filter(slug="police").update(short="Police")

    guards.install(connection)
    assert guards.missing(connection) == []
    assert guards.install(connection) == []


def test_a_use_case_still_works_under_the_guards(own_database):
    body = Body.objects.get(slug="police")
    body.name_mi = "Pirihimana"
    with transaction.atomic():
        assert record(body, by=PROGRAM.actor, at=own_database.now)

    assert verify().is_clean
