"""One form sent twice, one time after the other or both at the same moment, is carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from activities.models import StatusUpdate
from tests.world import World
from tnoc_tracker.record.models import OnceKey

UPDATE = "/plans/tnoc-2021-22/activities/12/update/"


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world in a database where every thread has its own connection and every commit is real."""
    return World()


def test_both_at_once_are_answered_alike_and_carried_out_once(world: World, sign_in: Any) -> None:
    first = sign_in("police")
    form = first.get(UPDATE).context["form"]
    words = {"status": "on_track", "what_was_done": "Two banks have met."}
    sent = {**words, "stamp": form["stamp"].value(), "once": form["once"].value()}
    at_once = 4
    ready = Barrier(at_once)

    def send(_number: int) -> tuple[int, str]:
        client = Client()
        client.cookies = first.cookies
        try:
            ready.wait(timeout=20)
            answer = client.post(UPDATE, sent)
            return answer.status_code, answer.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(at_once) as pool:
        answers = set(pool.map(send, range(at_once)))

    assert len(answers) == 1
    assert next(iter(answers))[0] == 302
    assert StatusUpdate.objects.count() == 1
    assert OnceKey.objects.count() == 1


def test_a_key_of_somebody_else_is_no_way_round(world: World, sign_in: Any) -> None:
    secretariat, police = sign_in("secretariat"), sign_in("police")
    form = police.get(UPDATE).context["form"]
    sent = {"status": "on_track", "what_was_done": "Met.", "stamp": form["stamp"].value(), "once": form["once"].value()}
    assert police.post(UPDATE, sent).status_code == 302
    again = secretariat.post(UPDATE, {**sent, "what_was_done": "Something else."})
    assert again.status_code in (302, 409)
    assert [each.what_was_done for each in StatusUpdate.objects.order_by("id")] == ["Met."]
