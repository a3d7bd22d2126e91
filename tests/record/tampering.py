"""A played record, and ways to tamper with one chain of it, as data: with the guards taken down by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction

from activities.actions.milestones import add_milestone
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.words import edit_words, reinstate_activity, withdraw_activity
from activities.models import Activity, MilestoneKind, Role, RoleKind
from agencies.actions.bodies import edit_body
from agencies.models import Body
from tests.generated import half_a_year
from tests.record.attacks import run
from tests.world import World, moment
from tnoc_tracker.record import guards
from tnoc_tracker.record.seals import seal_of

TABLE, LIVE = "activities_historicalactivity", "activities_activity"
LABEL = "activities.historicalactivity"


def play(world: World) -> None:
    """A mix of use cases: reports, moved dates, roles, words, names, collectives, withdrawals."""
    half_a_year(world)
    her, day = world.standing("secretariat"), date(2022, 2, 10)
    told: Any = {"reason": "As agreed", "by": her, "at": moment(day)}
    for title in ("A first title", "A second title", "A third title"):
        edit_words(activity=world.activity(3), title=title, description="This includes:", **told)
    assign_role(activity=world.activity(9), kind=RoleKind.LEAD, body=world.body("MFAT"), **told)
    end_role(role=Role.objects.get(activity=world.activity(12), kind="lead"), **told)
    assign_role(activity=world.activity(12), kind=RoleKind.LEAD, body=world.body("FMA"), **told)
    withdraw_activity(activity=world.activity(4), **told)
    reinstate_activity(activity=world.activity(4), **told)
    print_again: Any = {"kind": MilestoneKind.DUE, "label": "A second print", "due": date(2022, 6, 1)}
    add_milestone(activity=world.activity(2), **print_again, **told)
    everybody = Body.objects.get(name="All agencies")
    set_collective(plan=world.plan, collective=everybody, members=[world.body("Police"), world.body("Customs")], **told)
    names = {"short": "Police", "name_mi": "Ngā Pirihimana o Aotearoa", "also": ["NZ Police"]}
    told["by"] = world.standing("administrator")
    edit_body(body=world.body("Police"), name="Police of New Zealand", **names, **told)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def past_the_guards(*statements: str) -> None:
    """Carry out statements with the guards taken down, for the rest of a test in a transaction."""
    connection.check_constraints()  # PostgreSQL changes no table that has checks waiting for the commit
    guards.remove(connection)
    for statement in statements:
        run(statement)


@contextmanager
def tampered(*statements: str) -> Iterator[None]:
    """The guards taken down and the statements carried out, for as long as it lasts."""
    with rolled_back():
        guards.remove(connection)
        for statement in statements:
            run(statement)
        yield


def chain(world: World) -> tuple[int, int]:
    """The activity that is tampered with: its id, and how many entries it has."""
    activity = world.activity(3)
    assert activity.version >= 5
    return activity.id, activity.version


SEAL, CHANGED = "its seal does not match", "and does not say so"
Tampering = Callable[[int, int], list[str]]


def one_entry(number: int, assignment: str) -> Tampering:
    """An UPDATE of one entry of the chain."""
    return lambda activity, last: [f"UPDATE {TABLE} SET {assignment} WHERE id = {activity} AND sequence = {number}"]


def on_last(assignment: str) -> Tampering:
    """An UPDATE of the last entry of the chain."""
    return lambda activity, last: [f"UPDATE {TABLE} SET {assignment} WHERE id = {activity} AND sequence = {last}"]


def removed(activity: int, last: int) -> list[str]:
    return [f"DELETE FROM {TABLE} WHERE id = {activity} AND sequence = 3"]


def first_removed(activity: int, last: int) -> list[str]:
    return [f"DELETE FROM {TABLE} WHERE id = {activity} AND sequence = 1"]


def swapped(activity: int, last: int) -> list[str]:
    move = f"UPDATE {TABLE} SET sequence = {{1}}, version = {{1}} WHERE id = {activity} AND sequence = {{0}}"
    return [move.format(2, 900), move.format(3, 2), move.format(900, 3)]


def forged(activity: int, last: int) -> list[str]:
    """An entry added at the end with its version, its seal made up."""
    return [
        f"UPDATE {LIVE} SET version = version + 1 WHERE id = {activity}",
        f"CREATE TEMPORARY TABLE forgery AS SELECT * FROM {TABLE} WHERE id = {activity} AND sequence = {last}",
        f"UPDATE forgery SET history_id = history_id + 100000, sequence = {last + 1}, version = {last + 1}, "
        "actor_name = 'Somebody else', written_at = history_date, history_date = '2022-02-14 00:00:00+00', "
        "seal = 'abcdef'",
        f"INSERT INTO {TABLE} SELECT * FROM forgery",
    ]


def moved_to_another_object(activity: int, last: int) -> list[str]:
    other = f"(SELECT id FROM {LIVE} WHERE key = '20')"
    return [f"DELETE FROM {TABLE} WHERE id = {other}", f"UPDATE {TABLE} SET id = {other} WHERE id = {activity}"]


def live(assignment: str) -> Tampering:
    """An UPDATE of the current row."""
    return lambda activity, last: [f"UPDATE {LIVE} SET {assignment} WHERE id = {activity}"]


def cut(activity: int, last: int) -> list[str]:
    return [f"DELETE FROM {TABLE} WHERE id = {activity} AND sequence = {last}"]


LAST = -1
"""Stands for the number of the last entry."""

TAMPERINGS: list[tuple[str, Tampering, int, str]] = [
    ("a changed reason", one_entry(2, "history_change_reason = 'Another reason'"), 2, SEAL),
    ("a changed author", one_entry(2, "actor_name = 'Somebody else'"), 2, SEAL),
    ("another person", on_last("history_user_id = 1 + history_user_id"), LAST, SEAL),
    ("a person made a program", on_last("history_user_id = NULL"), LAST, SEAL),
    ("another request", one_entry(2, "request = 'another'"), 2, SEAL),
    ("a changed text that the entry wrote", on_last("title = 'Another title'"), LAST, SEAL),
    ("a changed text that it only carried", one_entry(2, "description = 'Another description'"), 2, CHANGED),
    ("a changed status", one_entry(2, "status = 'completed'"), 2, SEAL),
    ("a changed date", on_last("vacant_since = '2021-08-01'"), LAST, CHANGED),
    ("a changed time of writing", one_entry(2, "written_at = '2022-01-01 00:00:00+00'"), 2, SEAL),
    ("a changed list of what changed", on_last("changed = '[]'"), LAST, CHANGED),
    ("fewer columns sealed", one_entry(2, "sealed = '[\"title\"]'"), 2, SEAL),
    ("another salt", on_last("salt = 'abcdef'"), LAST, SEAL),
    ("another seal", one_entry(2, "seal = 'abcdef'"), 2, SEAL),
    ("a list that is no list", one_entry(2, "sealed = '7'"), 2, "cannot be read"),
    ("an erasure that is none", one_entry(2, "erased = '{}'"), 2, "cannot be read"),
    ("a removed entry", removed, 4, "expected entry 3"),
    ("a removed first entry", first_removed, 2, "expected entry 1"),
    ("two swapped", swapped, 2, CHANGED),
    ("a back-dated one", one_entry(3, "history_date = '2021-07-02 00:00:00+00'"), 3, "does not come after"),
    ("a date moved within its place", on_last("history_date = '2022-02-13 00:00:00+00'"), LAST, SEAL),
    ("a forged one", forged, LAST + 1000, SEAL),
    ("entries of another object", moved_to_another_object, 1, SEAL),
    ("a live row edited", live("title = 'Another title'"), LAST, "differs from its last entry in title"),
    ("a live date edited", live("vacant_since = '2021-08-01'"), LAST, "differs from its last entry in vacant_since"),
    ("a live version", live("version = version + 1"), LAST, "the row says version"),
    ("a cut tail", cut, LAST - 1000, "the row says version"),
    ("a live row removed", lambda a, n: [f"DELETE FROM {LIVE} WHERE id = {a}"], LAST, "the row is gone"),
    ("a history removed", lambda a, n: [f"DELETE FROM {TABLE} WHERE id = {a}"], 0, "no entry at all"),
]


def reseal(activity: int, numbers: range) -> None:
    """Make the seals of some entries anew: they need no key, and a forger with the owner's rights can do it."""
    history = Activity.history.model
    for number in numbers:
        entry = history._base_manager.filter(id=activity, sequence=number).values().get()
        before = history._base_manager.filter(id=activity, sequence=number - 1).values_list("seal", "sealed").first()
        run(f"UPDATE {TABLE} SET seal = '{seal_of(LABEL, entry, before)}' WHERE history_id = {entry['history_id']}")
