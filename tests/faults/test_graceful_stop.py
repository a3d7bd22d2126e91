"""A server that is asked to end (SIGTERM): what is under way is finished, and nobody new is let in."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from activities.models import StatusUpdate
from tests import troubles
from tests.faults.clusters import lives
from tests.faults.patient import one_form
from tests.serving import serving
from tests.visitor import Answer, NoAnswer, NotReached, Visitor
from tests.world import World


def refused(address: str, within: float = 10) -> None:
    """Wait until nobody takes a connection; one that was taken just before the end is let go."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            Visitor(address, timeout=5).get("/healthz")
        except NotReached:
            return
        except NoAnswer:
            continue
    raise AssertionError("The server goes on letting people in.")


def test_a_request_that_waits_for_a_lock_is_finished_before_the_server_ends(
    own_database: World, tmp_path: Path
) -> None:
    answers: list[Answer] = []
    with serving(tmp_path) as server:
        visitor = Visitor(server.address).sign_in("secretariat")
        form = one_form(visitor)

        def save() -> None:
            answers.append(visitor.send(form, status="on_track", what_was_done="Sent before the end."))

        sending = threading.Thread(target=save)
        with troubles.others_write():
            sending.start()
            time.sleep(1)
            workers = server.worker_pids()
            server.stop(wait=False)
            refused(server.address)
            assert sending.is_alive()
            assert any(map(lives, workers))
            assert not StatusUpdate.objects.exists()
        sending.join(20)
        server.wait_for_end(20)
    (answer,) = answers
    assert answer.status == 302
    assert StatusUpdate.objects.get().what_was_done == "Sent before the end."
