"""Scenes: played once, found whole by every test, and changed by none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from activities.models import StatusUpdate
from tests import scenes as of_scenes
from tests.generated import on_track, say
from tests.record.attacks import run
from tests.scenes import after, played_once
from tests.world import TODAY, World

PLAYED: list[str] = []
"""How often the scene of this file was played."""


@played_once
def reported(world: World) -> dict[str, Any]:
    """One report on activity 12."""
    PLAYED.append("reported")
    say(world, 12, TODAY, on_track("Played once."), by="police")
    return {"activity": world.activity(12), "words": ["Played once."]}


def words(key: int) -> list[str]:
    """What was said of an activity."""
    return list(StatusUpdate.objects.filter(activity__key=str(key)).values_list("what_was_done", flat=True))


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_what_a_test_makes_of_a_scene_is_gone_for_the_next(reported, world, turn):
    assert words(12) == reported["words"] == ["Played once."]
    assert reported["activity"].title != "Another"
    assert PLAYED == ["reported"]

    reported["words"].append("And again.")
    reported["activity"].title = "Another"
    say(world, 12, TODAY, on_track("And again."), by="police")
    assert sorted(words(12)) == ["And again.", "Played once."]


def test_a_refusal_of_the_database_leaves_the_scene_standing(reported):
    with pytest.raises(DatabaseError), transaction.atomic():
        run("DELETE FROM activities_activity")


def test_after_a_refusal_it_stands_as_before(reported):
    assert words(12) == ["Played once."]
    assert PLAYED == ["reported"]


def test_the_bare_world_knows_nothing_of_it(world):
    assert words(12) == []


def another(world: World) -> None:
    """Another scene."""


def world_as_it_is(world: World) -> None:
    """A scene in which nothing happens."""


def test_a_test_stands_on_one_scene_only():
    item = SimpleNamespace(
        nodeid="test_both",
        iter_markers=lambda name: [SimpleNamespace(args=[another]), after(world_as_it_is).mark],
        _fixtureinfo=SimpleNamespace(name2fixturedefs={}),
    )
    with pytest.raises(AssertionError, match="more than one scene"):
        of_scenes.scene_of(item)  # type: ignore[arg-type]
