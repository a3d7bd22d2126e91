"""Those who wait for the database keep nobody else waiting: a worker has more than one thread."""

from __future__ import annotations

import threading

import pytest

from tests import troubles
from tests.serving import serving
from tests.visitor import Answer, Visitor

pytestmark = pytest.mark.long
PLAN = "/plans/tnoc-2021-22/"


def test_while_saves_wait_for_another_writer_everybody_else_goes_on_reading(own_database, tmp_path):
    saved: list[Answer] = []
    with serving(tmp_path, workers=1) as server:
        writers = [Visitor(server.address).sign_in("secretariat") for _ in range(3)]
        reader = Visitor(server.address).sign_in("police")
        reader.get(PLAN)  # which notes in the session that they were here: once a minute, and a write
        forms = [each.get(f"{PLAN}activities/{key}/update/").form("/update/") for key, each in enumerate(writers, 2)]

        def save(number: int) -> None:
            words = {"what_was_done": "Sent while others wrote.", "explanation": "It will be made up by June."}
            saved.append(writers[number].send(forms[number], status="on_track", **words))

        saving = [threading.Thread(target=save, args=(number,)) for number in range(len(writers))]
        with troubles.others_write():
            for each in saving:
                each.start()
            pages = [reader.get(path) for path in (PLAN, f"{PLAN}activities/", f"{PLAN}activities/2/", "/healthz")]
            waiting = all(each.is_alive() for each in saving)
        for each in saving:
            each.join()

    assert [page.status for page in pages] == [200] * 4
    assert waiting, "the saves were over before the pages were"
    assert [answer.status for answer in saved] == [302] * 3
