"""Watching what entries are written, and what the tables of ways to change the register share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from agencies.actions.passwords import reset_password
from tests import world as the_world
from tests.world import World
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.guards import guarded_models

WHY = "As agreed on 14 February"
LATER = date(2022, 6, 1)
NEW_PASSWORD = "a tūī sings at four in the morning"
Told = dict[str, Any]


@dataclass(frozen=True)
class Way:
    """One use case: what comes before it, how it is driven, and the entries that it must leave."""

    case: Callable[..., Any]
    entries: list[str]
    arguments: Callable[[World], dict[str, Any]]
    before: Callable[[World, Told], Any] = lambda world, told: None
    by: str | None = "secretariat"
    reason: str = WHY


@dataclass(frozen=True)
class Form:
    """One form: who sends what to it, what comes before, and the entries that it must leave."""

    entries: list[str]
    typed: Callable[[World], dict[str, Any]] = lambda world: {}
    before: Callable[[World, Told], Any] = lambda world, told: None
    by: str = "secretariat"
    at: Callable[[World], dict[str, Any]] = lambda world: {}
    reason: str = WHY


def said(**fields: Any) -> Callable[[World], dict[str, Any]]:
    """Fields that need nothing of the world, with the reason."""
    return lambda world: {"reason": WHY, **fields}


@dataclass(frozen=True)
class Written:
    """The entries that were written: which, by whom, why and in which request."""

    entries: list[str]
    actors: set[tuple[str, int | None]]
    reasons: set[str]
    requests: set[str]


@contextmanager
def watched() -> Iterator[Callable[[], Written]]:
    """Collect the entries written inside; call what it gives afterwards."""
    newest = {model: _newest(model) for model in guarded_models()}

    def collect() -> Written:
        found = []
        for model, last in newest.items():
            found += [(model.__name__, entry) for entry in model.history.filter(history_id__gt=last)]
        return Written(
            sorted(f"{name} {entry.history_type} {' '.join(sorted(entry.changed))}".strip() for name, entry in found),
            {(entry.actor_name, entry.history_user_id) for _, entry in found},
            {entry.history_change_reason for _, entry in found},
            {entry.request for _, entry in found},
        )

    yield collect


def _newest(model: Any) -> int:
    newest: int | None = model.history.aggregate(newest=Max("history_id"))["newest"]
    return newest or 0


def assert_reasons(reasons: set[str], expected: str) -> None:
    """Every entry has its reason: the expected one, where a star stands for any words."""
    first, star, last = expected.partition("*")
    for reason in reasons:
        assert reason.strip()
        if star:
            assert reason.startswith(first)
            assert reason.endswith(last)
        else:
            assert reason == expected or (reason.startswith("Occurrence ") and reason.endswith(" recurring milestone"))


def another_edition() -> dict[str, Any]:
    """The published plan with one title changed."""
    text = json.dumps(the_world.exchange()).replace("TNOC Handbook", "TNOC Manual")
    return json.loads(text)


def link_for_police(world: World) -> dict[str, Any]:
    """A token that opens, as an administrator hands it on."""
    told: Told = {"by": world.standing("administrator"), "at": world.now, "now": machine_now()}
    token = reset_password(person=world.person("police"), reason="Forgotten", **told)
    return {"token": token, "password": NEW_PASSWORD}
