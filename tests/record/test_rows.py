"""A row written with SQL that is kept: the same as Django's own, one query for a change, and whole or not at all."""

from __future__ import annotations

import inspect
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from agencies.models import Body, BodyKind
from tests.world import PROGRAM, World
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.forms import do_once
from tnoc_tracker.record.models import Entry, OnceKey, Tracked
from tnoc_tracker.record.verification import verify
from tnoc_tracker.record.writing import record, whole

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("base", [Tracked, Entry])
def test_inserting_hangs_on_a_method_that_django_still_has(base: Any) -> None:
    ours, djangos = inspect.signature(base._do_insert), inspect.signature(models.Model._do_insert)

    assert list(ours.parameters) == list(djangos.parameters)
    assert "_do_insert" in inspect.getsource(models.Model._save_table)


def test_a_change_is_one_update_and_one_entry_and_what_was_not_changed_is_not_written(world: World) -> None:
    police = world.body("Police")
    police.name = "Police of New Zealand"
    with whole(), CaptureQueriesContext(connection) as captured:
        record(police, by=PROGRAM.actor, at=world.now)

    update, insert = (each["sql"] for each in captured.captured_queries)
    assert (update[:6], insert[:6]) == ("UPDATE", "INSERT")
    assert '"name" = ' in update
    assert '"kind" = ' not in update
    told = police.history.order_by("-sequence")
    assert [(entry.name, entry.kind) for entry in told[:1]] == [("Police of New Zealand", police.kind)]
    assert verify().is_clean


def test_a_row_that_moved_on_is_not_written_over(world: World) -> None:
    hers, his = world.body("Police"), world.body("Police")
    for row, name in ((hers, "Hers"), (his, "His")):
        row.name = name
    record(hers, by=PROGRAM.actor, at=world.now)

    with pytest.raises(Conflict):
        record(his, by=PROGRAM.actor, at=world.now)
    assert world.body("Police").name == "Hers"


def test_what_is_whole_inside_something_whole_takes_no_savepoint(world: World) -> None:
    police, sfo = world.body("Police"), world.body("SFO")
    police.name, sfo.name = "One", "Two"
    with whole(), CaptureQueriesContext(connection) as captured:
        for row in (police, sfo):
            with whole():
                record(row, by=PROGRAM.actor, at=world.now)

    assert not [each for each in captured.captured_queries if "SAVEPOINT" in each["sql"]]


def catch_and_go_on(world: World) -> None:
    """A use case as none may be: it takes an error inside it for nothing."""
    police = world.body("Police")
    police.name = "Never"
    with whole():
        record(police, by=PROGRAM.actor, at=world.now)
        with pytest.raises(IntegrityError):
            record(Body(slug=police.slug, name="Twin", kind=BodyKind.AGENCY), by=PROGRAM.actor, at=world.now)


def test_an_error_ends_all_of_what_is_whole_and_is_not_passed_over_where_it_is_caught(world: World) -> None:
    with pytest.raises(TransactionManagementError):
        catch_and_go_on(world)

    assert world.body("Police").name != "Never"


def test_what_may_fail_inside_something_whole_stands_in_a_part_of_its_own(world: World) -> None:
    police = world.body("Police")
    police.name = "Kept"
    with whole():
        record(police, by=PROGRAM.actor, at=world.now)
        with pytest.raises(IntegrityError), transaction.atomic():
            record(Body(slug=police.slug, name="Twin", kind=BodyKind.AGENCY), by=PROGRAM.actor, at=world.now)

    assert world.body("Police").name == "Kept"


# Once-only keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unspent", [False, True], ids=["looked up", "taken for unspent"])
def test_a_key_leads_its_person_once_to_where_it_led(world: World, unspent: bool) -> None:
    key, done = str(uuid4()), []

    def do() -> str:
        done.append(key)
        return f"/{len(done)}/"

    for person, led_to in (("police", "/1/"), ("police", "/1/"), ("sfo", "/2/")):
        assert do_once(key, world.person(person).id, do, unspent=unspent) == led_to

    assert len(done) == 2
    assert list(OnceKey.objects.order_by("outcome").values_list("outcome", flat=True)) == ["/1/", "/2/"]


def test_a_key_that_leads_nowhere_is_spent_all_the_same(world: World) -> None:
    key, person, done = str(uuid4()), world.person("police").id, []
    for _ in range(2):
        assert do_once(key, person, lambda: done.append(key) or "") == ""
    assert len(done) == 1


def test_where_it_leads_may_be_known_beforehand_or_turn_out_otherwise(world: World) -> None:
    person = world.person("police").id
    with CaptureQueriesContext(connection) as captured:
        assert do_once(str(uuid4()), person, lambda: "/known/", "/known/", unspent=True) == "/known/"
    assert not [each for each in captured.captured_queries if each["sql"].startswith(("UPDATE", "SELECT"))]
    assert do_once(str(uuid4()), person, lambda: "/other/", "/known/") == "/other/"

    assert set(OnceKey.objects.values_list("outcome", flat=True)) == {"/known/", "/other/"}


def test_what_breaks_a_rule_of_the_database_is_no_spent_key(world: World) -> None:
    def do() -> str:
        record(Body(slug="police", name="Twin", kind=BodyKind.AGENCY), by=PROGRAM.actor, at=world.now)
        return "/"

    with pytest.raises(IntegrityError):
        do_once(str(uuid4()), world.person("police").id, do, unspent=True)
    assert not OnceKey.objects.exists()
