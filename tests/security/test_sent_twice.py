"""One form sent twice, one time after the other or both at the same moment, is carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from activities.models import Milestone, StatusUpdate
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


def test_what_was_carried_out_is_not_called_refused_though_its_page_is_gone(world: World, sign_in: Any) -> None:
    milestone = Milestone.objects.filter(activity_id=world.activity(12).id, delivered_on=None).latest("id")
    about = f"/plans/tnoc-2021-22/activities/12/milestones/{milestone.id}/"
    police, secretariat = sign_in("police"), sign_in("secretariat")

    def sent_to(url: str, **more: str) -> dict[str, str]:
        form = police.get(url).context["form"]
        return {"stamp": form["stamp"].value(), "once": form["once"].value(), **more}

    asked = sent_to(f"{about}propose/", day="30/06/2022", reason="The bank asked.")
    assert police.post(f"{about}propose/", asked).status_code == 302
    taken_back = sent_to(f"{about}proposal/take-back/", reason="No longer.", note="No longer.", why="No longer.")
    answers = [police.post(f"{about}proposal/take-back/", taken_back) for _ in range(2)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, answers[0]["Location"])] * 2
    assert "was not saved twice" in police.get(answers[1]["Location"]).content.decode()

    fresh = {**taken_back, "once": str(uuid4())}
    assert police.post(f"{about}proposal/take-back/", fresh).status_code == 404
    assert secretariat.post(f"{about}proposal/take-back/", taken_back).status_code == 404  # a key of somebody else


def test_other_words_in_the_same_form_are_not_called_saved(world: World, sign_in: Any) -> None:
    """Somebody who got no answer changes a word before sending it again."""
    police = sign_in("police")
    form = police.get(UPDATE).context["form"]
    sent = {"status": "on_track", "what_was_done": "Met.", "stamp": form["stamp"].value(), "once": form["once"].value()}
    assert police.post(UPDATE, sent).status_code == 302
    changed = police.post(UPDATE, {**sent, "what_was_done": "Met twice."})
    assert changed.status_code == 409
    assert "Met twice." in changed.content.decode()
    assert [each.what_was_done for each in StatusUpdate.objects.all()] == ["Met."]
