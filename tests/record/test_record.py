"""``record``: one way in, an entry for every change, a gapless sequence, and the second of two people is told."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from django.db import IntegrityError, models, transaction

from activities.models import Activity
from agencies.models import Body, BodyKind
from tests.world import PROGRAM
from tnoc_tracker.record.change import Actor, Conflict, RegisterError, UnrecordedChange, in_request
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import TICK
from tnoc_tracker.record.models import Tracked
from tnoc_tracker.record.writing import CLOCK_SKEW, record

HER = Actor("Mere Rangi")


@pytest.fixture
def body(world) -> Body:
    """A body that nothing else is about."""
    made = Body(slug="test", name="Test body", kind=BodyKind.AGENCY)
    record(made, by=HER, at=world.now, reason="A first reason")
    return made


def entries(row: Tracked) -> list:
    """The history of a row, oldest first."""
    return list(type(row).history.filter(id=row.id).order_by("sequence"))


def rename(row: Body, name: str, at, by: Actor = HER, reason: str = "") -> bool:
    row.name = name
    return record(row, by=by, at=at, reason=reason)


# Versions and entries -------------------------------------------------------------------------------------------


def test_a_new_row_has_version_1_and_its_first_entry(body):
    (entry,) = entries(body)

    assert (body.version, entry.sequence, entry.version) == (1, 1, 1)
    assert (entry.history_type, entry.changed) == ("+", [])


def test_every_change_is_an_entry_under_the_next_number(world, body):
    for count in range(1, 6):
        assert rename(body, f"Name {count}", world.now + timedelta(minutes=count))

    assert [(entry.sequence, entry.version, entry.name) for entry in entries(body)] == [
        (1, 1, "Test body"),
        *[(count + 1, count + 1, f"Name {count}") for count in range(1, 6)],
    ]
    assert Body.objects.get(id=body.id).version == body.version == 6


def test_an_entry_names_the_columns_that_changed_and_only_those(world, body):
    body.name, body.short = "Another", "AN"
    record(body, by=HER, at=world.now)

    assert sorted(entries(body)[-1].changed) == ["name", "short"]


def test_a_list_changed_in_place_is_a_change(world, body):
    row = Body.objects.get(id=body.id)
    row.also.append("Tester")

    assert record(row, by=HER, at=world.now)
    assert entries(row)[-1].changed == ["also"]
    assert entries(row)[-1].also == ["Tester"]


def test_a_save_that_changes_nothing_writes_nothing(world, body):
    row = Body.objects.get(id=body.id)
    row.name = str(row.name)

    assert record(row, by=HER, at=world.now) is False
    assert (row.version, len(entries(row))) == (1, 1)


def test_a_row_read_again_knows_what_it_holds(world, body):
    stale = Body.objects.get(id=body.id)
    rename(body, "Renamed elsewhere", world.now)
    stale.refresh_from_db()

    assert stale.changed_fields() == {}
    assert record(stale, by=HER, at=world.now) is False


def test_a_deferred_column_is_no_change(body):
    partly = Body.objects.only("slug").get(id=body.id)

    assert partly.changed_fields() == {}


def test_one_column_read_again_keeps_the_changes_of_the_others(world, body):
    rename(Body.objects.get(id=body.id), "Elsewhere", world.now)
    body.short = "Mine"
    body.refresh_from_db(fields=["name"])

    assert body.changed_fields() == {"short": ("", "Mine")}


# Who, when, why ---------------------------------------------------------------------------------------------------


def test_an_entry_says_who_and_why_and_in_which_request(world, body):
    police = world.person("police")
    with in_request("request-7"):
        rename(body, "Another", world.now, by=Actor(police.name, police.id), reason="  As agreed  ")

    entry = entries(body)[-1]
    assert (entry.actor_name, entry.history_user_id) == ("Police Lead", police.id)
    assert (entry.history_change_reason, entry.request) == ("As agreed", "request-7")


def test_a_program_is_named_and_is_nobody(body, world):
    rename(body, "Another", world.now, by=PROGRAM.actor)

    assert (entries(body)[-1].actor_name, entries(body)[-1].history_user_id) == ("tests", None)


def test_the_reason_of_one_change_is_not_written_with_the_next(world, body):
    rename(body, "Another", world.now, reason="A second reason")
    rename(body, "A third", world.now)

    assert [entry.history_change_reason for entry in entries(body)] == ["A first reason", "A second reason", ""]


def test_a_long_reason_is_kept_whole(world, body):
    rename(body, "Another", world.now, reason="long " * 500)

    assert entries(body)[-1].history_change_reason == ("long " * 500).strip()


@pytest.mark.parametrize("name", ["", "   "])
def test_nobody_is_anonymous(name):
    with pytest.raises(ValueError, match="needs a name"):
        Actor(name)


def test_written_at_is_the_machines_clock_whatever_the_moment_given(world, body):
    (entry,) = entries(body)

    assert entry.history_date == world.now
    assert abs(machine_now() - entry.written_at) < timedelta(minutes=5)
    assert entry.written_at - entry.history_date > timedelta(days=365)


def test_a_moment_that_has_not_come_is_refused(body):
    with pytest.raises(RegisterError, match="has not come"):
        rename(body, "Tomorrow", machine_now() + CLOCK_SKEW + timedelta(seconds=5))

    assert len(entries(body)) == 1
    assert rename(body, "Clocks differ a little", machine_now() + CLOCK_SKEW - timedelta(seconds=60))


def test_a_clock_set_back_does_not_reorder_the_record(world, body):
    rename(body, "First", world.now)
    rename(body, "Second", world.now - timedelta(hours=1))
    rename(body, "Third", world.now - timedelta(days=30))

    dates = [entry.history_date for entry in entries(body)]
    assert dates == [world.now, world.now + TICK, world.now + 2 * TICK, world.now + 3 * TICK]
    assert Body.objects.filter(id=body.id).known_at(world.now + 10 * TICK).get().name == "Third"


def test_two_entries_of_one_moment_are_told_apart(world, body):
    rename(body, "Same moment", world.now)

    rows = Body.objects.filter(id=body.id)
    assert rows.known_at(world.now).get().name == "Test body"
    assert rows.known_at(world.now + TICK).get().name == "Same moment"
    assert not rows.known_at(world.now - TICK).exists()


# Two people, one row ------------------------------------------------------------------------------------------------


def test_the_second_of_two_people_with_the_same_version_is_told(world, body):
    hers, his = Body.objects.get(id=body.id), Body.objects.get(id=body.id)
    rename(hers, "Her name", world.now)

    with pytest.raises(Conflict, match="changed by somebody else"):
        rename(his, "His name", world.now)

    assert (his.version, his.name) == (1, "His name")
    assert [entry.name for entry in entries(body)] == ["Test body", "Her name"]


def test_a_conflict_leaves_the_transaction_usable(world, body):
    hers, his = Body.objects.get(id=body.id), Body.objects.get(id=body.id)
    with transaction.atomic():
        rename(hers, "Her name", world.now)
        with pytest.raises(Conflict):
            rename(his, "His name", world.now)
        his.refresh_from_db()
        rename(his, "His name after all", world.now)

    assert [entry.name for entry in entries(body)] == ["Test body", "Her name", "His name after all"]


def test_the_compare_and_swap_hangs_on_a_method_that_django_still_has():
    ours, djangos = inspect.signature(Tracked._do_update), inspect.signature(models.Model._do_update)

    assert list(ours.parameters) == list(djangos.parameters)
    assert "_do_update" in inspect.getsource(models.Model._save_table)


def test_what_fails_leaves_neither_row_nor_entry_and_may_be_tried_again(world, body):
    twin = Body(slug=body.slug, name="Twin", kind=BodyKind.AGENCY)
    with pytest.raises(IntegrityError), transaction.atomic():
        record(twin, by=HER, at=world.now)

    assert (twin.version, twin._state.adding) == (0, True)
    twin.slug = "twin"
    assert record(twin, by=HER, at=world.now)
    assert (twin.version, len(entries(twin))) == (1, 1)


# No other way in ----------------------------------------------------------------------------------------------------


def test_save_outside_record_is_refused(body):
    body.name = "By the back door"

    with pytest.raises(UnrecordedChange):
        body.save()
    with pytest.raises(UnrecordedChange):
        Body(slug="new", name="New", kind=BodyKind.AGENCY).save()
    with pytest.raises(UnrecordedChange):
        Body.objects.create(slug="new", name="New", kind=BodyKind.AGENCY)


@pytest.mark.parametrize(
    "write",
    [
        lambda rows: rows.update(name="All the same"),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_create([]),
        lambda rows: rows.bulk_update([], ["name"]),
        lambda rows: rows.update_or_create(slug="test"),
        lambda rows: rows.get_or_create(slug="new"),
    ],
    ids=["update", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create"],
)
@pytest.mark.parametrize("rows", [Body.objects.all, lambda: Body.objects.filter(slug="test"), lambda: Activity.objects])
def test_bulk_writes_are_refused(world, rows, write):
    with pytest.raises(UnrecordedChange, match="no entry"):
        write(rows())


def test_nothing_is_ever_deleted(body):
    with pytest.raises(RegisterError, match="never deleted"):
        body.delete()

    assert Body.objects.filter(id=body.id).exists()


def test_after_a_change_nothing_is_open_for_another(world, body):
    rename(body, "Another", world.now)
    body.short = "Left open?"

    with pytest.raises(UnrecordedChange):
        body.save()
