"""Lawful erasure: the text is gone from everywhere it stood, the chain stays whole, and the act is on record."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from activities.actions.status import update_status
from activities.actions.words import edit_words
from activities.models import Activity, StatusUpdate
from agencies.models import Body
from tests.generated import at_risk
from tests.record.attacks import refused, run
from tests.world import World
from tnoc_tracker.record import guards
from tnoc_tracker.record.change import Actor, RegisterError
from tnoc_tracker.record.models import Redaction, Verification
from tnoc_tracker.record.redaction import redact
from tnoc_tracker.record.seals import ERASED
from tnoc_tracker.record.verification import verify
from tnoc_tracker.record.writing import record

TABLE = "activities.historicalactivity"
HER = Actor("Privacy officer")
SECRET = "Operation Kōtuku"


@pytest.fixture
def register(world: World) -> World:
    """Activity 3 has a title that must go: written once, left alone twice, and then changed."""
    edit(world, SECRET)
    edit(world, SECRET, "This includes:\nA first thing")
    edit(world, SECRET, "This includes:\nA second thing")
    return world


def edit(world: World, title: str, description: str = "This includes:") -> None:
    """Give activity 3 another title or description."""
    edit_words(
        activity=world.activity(3),
        title=title,
        description=description,
        reason="As agreed",
        by=world.standing("secretariat"),
        at=world.now,
    )


def entry(sequence: int) -> Any:
    """An entry of activity 3."""
    return Activity.history.model.objects.get(id=Activity.objects.get(key="3").id, sequence=sequence)


def erase(world: World, sequence: int, field: str, **other: str) -> Redaction:
    """Erase a field of an entry of activity 3."""
    given = {"reason": "A name that must not be known", "decision": "Privacy officer 2022/1", **other}
    return redact(table=TABLE, entry=entry(sequence).history_id, field=field, by=HER, at=world.now, **given)


def everywhere() -> str:
    """Everything in the database, as text."""
    with connection.cursor() as cursor:
        said = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said += [str(row) for row in cursor.fetchall()]
    return "\n".join(said)


@pytest.mark.parametrize("asked_for", [2, 3, 4])
def test_a_text_is_erased_from_every_entry_in_which_it_stands_and_from_the_row(register, asked_for):
    assert SECRET in everywhere()
    before = {number: entry(number).seal for number in range(1, 5)}

    done = erase(register, asked_for, "title")

    assert SECRET not in everywhere()
    assert "operation kotuku" not in everywhere()
    assert [entry(number).title == ERASED for number in range(1, 5)] == [False, True, True, True]
    assert register.activity(3).title == ERASED
    assert {number: entry(number).seal for number in range(1, 5)} == before
    assert (done.entry, done.field) == (entry(2).history_id, "title")


def test_the_chain_verifies_afterwards_and_the_erasure_is_listed(register):
    erase(register, 2, "title")
    report = verify()

    assert report.faults == []
    assert report.erased == [f"{TABLE} {register.activity(3).id}, entry 2: title"]


def test_value_and_salt_are_gone_and_the_digest_is_kept(register):
    erase(register, 2, "title")
    blanked = entry(2)

    assert blanked.salt == ""
    assert len(blanked.erased["digests"]["title"]) == 96
    assert "title" not in blanked.erased["salts"]
    assert "history_change_reason" in blanked.erased["salts"]


def test_the_act_is_on_record_with_who_why_and_by_which_decision(register):
    done = erase(register, 2, "title")
    (written,) = Redaction.history.filter(id=done.id)

    assert (written.actor_name, written.history_change_reason) == (HER.name, "A name that must not be known")
    assert (done.table, done.decision_reference, done.at) == (TABLE, "Privacy officer 2022/1", register.now)


def test_a_text_that_was_replaced_since_leaves_the_row_alone(register):
    edit(register, "A public title")
    erase(register, 2, "title")

    assert SECRET not in everywhere()
    assert register.activity(3).title == "A public title"
    assert entry(5).title == "A public title"
    assert verify().is_clean


def test_a_text_typed_again_later_is_another_text(register):
    edit(register, "A public title")
    edit(register, SECRET)
    erase(register, 3, "title")

    assert [entry(number).title for number in (4, 5, 6)] == [ERASED, "A public title", SECRET]
    assert register.activity(3).title == SECRET
    erase(register, 6, "title")
    assert SECRET not in everywhere()
    assert verify().is_clean


def test_a_second_text_of_the_same_entry_can_be_erased_after_the_first(register):
    erase(register, 2, "title")
    erase(register, 2, "history_change_reason")
    erase(register, 2, "published_title")  # written by the first entry

    assert verify().faults == []
    assert [line.partition(": ")[2] for line in verify().erased] == [
        "published_title",
        "history_change_reason, title",
    ]


def test_a_reason_is_erased_from_its_own_entry_only(register):
    erase(register, 3, "history_change_reason")

    assert [entry(number).history_change_reason for number in (2, 3, 4)] == ["As agreed", ERASED, "As agreed"]
    assert verify().is_clean


def test_what_somebody_said_in_a_report_can_be_erased(register):
    update = update_status(
        activity=register.activity(3), statement=at_risk(SECRET), by=register.standing("secretariat"), at=register.now
    )
    said = StatusUpdate.history.get(id=update.id)
    for field in ("reason", "history_change_reason"):
        redact(
            table="activities.historicalstatusupdate",
            entry=said.history_id,
            field=field,
            reason="A name",
            decision="2022/1",
            by=HER,
            at=register.now,
        )

    assert StatusUpdate.objects.get(id=update.id).reason == ERASED
    assert verify().is_clean


def test_work_goes_on_after_an_erasure(register):
    erase(register, 2, "title")
    edit(register, "A public title")
    edit(register, "Another", "Another description")

    assert verify().is_clean
    assert (entry(5).title, entry(6).title) == ("A public title", "Another")
    assert "title" in entry(5).changed


def test_the_other_lines_of_a_folded_copy_stay(register):
    erase(register, 2, "title")

    lines = register.activity(3).search_key.split("\n")
    assert lines[:2] == ["3", "[erased]"]
    assert "this includes: a second thing" in lines


def test_the_guards_are_back_afterwards(own_database):
    edit(own_database, SECRET)
    erase(own_database, 2, "title")

    assert guards.missing(connection) == []
    with refused(guards.APPEND_ONLY, Activity):
        run("UPDATE activities_historicalactivity SET actor_name = 'x'")
    with refused(guards.WITH_ENTRY, Activity):
        run("UPDATE activities_activity SET title = 'x'")
    assert verify().is_clean


def test_an_erasure_that_is_not_committed_leaves_the_guards_up_and_nothing_done(own_database):
    edit(own_database, SECRET)
    with transaction.atomic():
        erase(own_database, 2, "title")
        transaction.set_rollback(True)

    assert guards.missing(connection) == []
    assert own_database.activity(3).title == SECRET
    assert not Redaction.objects.exists()


# What verification says of erasures that are none -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE activities_historicalactivity SET title = 'Other words' WHERE title = '[erased]'", "which was erased"),
        ("DELETE FROM record_historicalredaction", "no decision is on record"),
    ],
    ids=["other words in the place of the erased", "the redaction removed"],
)
def test_an_erasure_used_for_something_else_is_named(register, statement, words):
    erase(register, 2, "title")
    connection.check_constraints()  # PostgreSQL alters no table with something left to check
    guards.remove(connection)
    run(statement)
    if "redaction" in statement:
        run("DELETE FROM record_redaction")
    first = verify().faults[0]

    assert (first.object_id, first.sequence) == (register.activity(3).id, 2)
    assert words in first.words


# What cannot be erased --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("status", "no text"),
        ("key", "no text"),
        ("vacant_since", "no text"),
        ("updates", "no text"),
        ("plan_id", "no text"),
        ("withheld", "no text"),
        ("actor_name", "no field"),
        ("seal", "no field"),
        ("nonsense", "no field"),
        ("search_key", "repeats other fields"),
        ("withdrawn_reason", "empty"),
    ],
)
def test_what_is_no_text_cannot_be_erased(register, field, words):
    with pytest.raises(RegisterError, match=words):
        erase(register, 2, field)


def test_an_address_and_a_name_to_sign_in_cannot_be_erased(world):
    police = Body.history.get(slug="police")
    person = world.person("police").history.get()
    for table, row, field in (("body", police, "slug"), ("person", person, "username")):
        with pytest.raises(RegisterError, match="no text"):
            redact(
                table=f"agencies.historical{table}",
                entry=row.history_id,
                field=field,
                reason="Because",
                decision="2022/1",
                by=HER,
                at=world.now,
            )


def test_nothing_is_erased_twice(register):
    erase(register, 2, "title")

    with pytest.raises(RegisterError, match="erased before"):
        erase(register, 3, "title")


@pytest.mark.parametrize("missing", ["reason", "decision"])
def test_nothing_is_erased_without_reason_and_decision(register, missing):
    with pytest.raises(RegisterError, match="needs a reason"):
        erase(register, 2, "title", **{missing: "  "})


@pytest.mark.parametrize("table", ["activities.historicalnonsense", "agencies.invitation", TABLE])
def test_what_is_not_there_is_said(register, table):
    with pytest.raises(RegisterError, match="There is no entry"):
        redact(table=table, entry=10**9, field="title", reason="A", decision="B", by=HER, at=register.now)


# The command ------------------------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    """What ``redact`` prints."""
    out = StringIO()
    call_command("redact", *arguments, "--reason", "A name", "--decision", "2022/1", stdout=out)
    return out.getvalue()


def test_the_command_erases_and_says_what(register):
    said = command(f"{TABLE}:{entry(3).history_id}", "title")

    assert said == f"Erased: title of {TABLE}, entry {entry(2).history_id}.\n"
    assert register.activity(3).title == ERASED
    assert Redaction.history.get().actor_name == "redact"


def test_the_command_says_where_the_same_words_still_stand(world):
    statement = at_risk("Her name is known.")
    told = {"by": world.standing("police"), "at": world.now}
    update_status(activity=world.activity(12), statement=statement, **told)
    update = StatusUpdate.history.get()
    said = command(f"activities.historicalstatusupdate:{update.history_id}", "reason")
    activity = world.activity(12).history.latest()

    places = [line.strip() for line in said.splitlines()[2:]]
    assert places == [
        f"activities.historicalactivity:{activity.history_id} history_change_reason",
        f"activities.historicalstatusupdate:{update.history_id} history_change_reason",
    ]
    for place in places:
        said = command(*place.split())
    assert said.count("\n") == 1
    assert all("Her name" not in str(row) for model in guards.guarded_models() for row in model.history.values())
    assert verify().is_clean


def test_the_command_says_what_it_refuses(register):
    with pytest.raises(CommandError, match="no text"):
        command(f"{TABLE}:{entry(3).history_id}", "status")
    with pytest.raises(CommandError, match=r"is no entry such as activities\.historicalstatusupdate:123"):
        command("entry 3", "title")


def test_a_verification_counts_erasures(register):
    erase(register, 2, "title")
    out = StringIO()
    call_command("verify_history", stdout=out, stderr=StringIO())

    assert f"Erased lawfully: {TABLE} {register.activity(3).id}, entry 2: title" in out.getvalue()
    assert Verification.objects.latest().erased == 1


def test_a_persons_name_takes_its_sorting_key_along(world):
    person = world.person("police")
    person.name = "Aroha Ngata"
    record(person, by=HER, at=world.now)
    newest = person.history.order_by("-sequence").first()
    redact(
        table="agencies.historicalperson",
        entry=newest.history_id,
        field="name",
        reason="Because",
        decision="2022/1",
        by=HER,
        at=world.now,
    )

    assert (world.person("police").name, world.person("police").sort_key) == (ERASED, ERASED)
    assert verify().is_clean
