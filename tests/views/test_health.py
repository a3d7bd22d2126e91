"""``/healthz`` and ``/readyz``: what the proxy and monitoring are told, without signing in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.own_database import OwnDatabases
from tests.record.attacks import run
from tests.world import World
from tnoc_tracker.health import answers
from tnoc_tracker.record import guards
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.models import Verification

READY = {"database": "ok", "migrations": "ok", "guards": "ok", "history": "ok"}


@pytest.fixture
def client(settings: Any) -> Client:
    settings.VERIFIED_WITHIN_HOURS = 24
    return Client()


def verified(hours_ago: float = 1, faults: list[str] | None = None) -> None:
    at = machine_now() - timedelta(hours=hours_ago)
    Verification.objects.create(started_at=at, finished_at=at, entries=1, erased=0, faults=faults or [])


def test_a_worker_is_alive_without_a_query(client: Client, django_assert_num_queries: Any, db: None):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready_once_the_history_was_verified_in_time(world: World, client: Client, settings: Any):
    assert client.get("/readyz").json()["checks"]["history"] == "never verified"
    verified(hours_ago=25)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["checks"] == {**READY, "history": "not verified for 24 hours"}
    verified()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": READY})
    verified(hours_ago=0.5, faults=["activities.historicalactivity 12, entry 3: …"])
    assert client.get("/readyz").json()["checks"]["history"] == "faults were found"
    settings.VERIFIED_WITHIN_HOURS = 0
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_without_a_guard(own_database: World, client: Client):
    verified()
    run(guards.guards_for(connection)[0].drop)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {**READY, "guards": "1 missing"})


def test_it_is_not_ready_before_migrating(own_database: World, client: Client):
    verified()
    run("DELETE FROM django_migrations WHERE app = 'activities' AND name LIKE '0003%'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 not applied"


def test_it_is_not_ready_while_the_database_is_gone_and_the_worker_lives(
    own_databases: OwnDatabases, client: Client, django_db_blocker: Any
):
    with django_db_blocker.unblock(), own_databases.instead("/nowhere/at-all"):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["checks"]) == (503, {"database": "the database does not answer"})
        assert client.get("/healthz").status_code == 200
        assert answers(machine_now()) == {"database": "the database does not answer"}


def test_over_plain_http_it_is_not_led_elsewhere(client: Client, settings: Any, world: World):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/").status_code == 301
