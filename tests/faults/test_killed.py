"""``kill -9`` among people at work: of single workers, of PostgreSQL, of the file's other server."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from django.db import connection

from tests.faults.clusters import Cluster
from tests.faults.patient import nothing_is_lost, patient, troubles_met
from tests.people.crowd import send_out
from tests.people.savers import ACTIVITIES, Before, told
from tests.serving import serving
from tests.visitor import Visitor
from tests.world import World

HOME = "/plans/tnoc-2021-22/"


def test_workers_killed_one_after_another_lose_nothing(own_database: World, tmp_path: Path) -> None:
    """The process that looks after them makes new ones, and the port stays open."""
    before = Before.now(own_database)
    with serving(tmp_path) as server:
        people = patient(6, [server.address], ACTIVITIES[:6])

        def meanwhile() -> None:
            for _ in range(3):
                time.sleep(1.2)
                os.kill(server.worker_pids()[0], signal.SIGKILL)

        send_out(people, 6, meanwhile)
        assert Visitor(server.address).get("/healthz").status == 200
    assert nothing_is_lost(people, before, own_database)
    assert any(person.answers["no answer"] for person in people), told(people)


def test_postgresql_killed_under_load_and_started_again_loses_nothing(
    cluster: Cluster, world_there: World, tmp_path: Path
) -> None:
    before = Before.now(world_there)
    with serving(tmp_path) as server:
        people = patient(6, [server.address], ACTIVITIES[:6])

        def meanwhile() -> None:
            time.sleep(2)
            cluster.kill()
            time.sleep(1)
            cluster.start()

        send_out(people, 8, meanwhile)
        log = server.log
    connection.close()  # the test's own died with the others
    assert nothing_is_lost(people, before, world_there)
    assert troubles_met(people) > 0, told(people)
    assert '"event": "database-trouble"' in log
    assert "Traceback" not in log


def test_postgresql_restarted_while_the_pool_is_in_use_costs_a_worker_one_request_at_most(
    cluster: Cluster, world_there: World, tmp_path: Path
) -> None:
    with serving(tmp_path, workers=2) as server:
        visitor = Visitor(server.address).sign_in("secretariat")
        assert {visitor.get(HOME).status for _ in range(12)} == {200}
        cluster.stop()
        cluster.start()
        answers = [visitor.get(HOME).status for _ in range(30)]
        assert answers.count(200) >= len(answers) - 2
        assert set(answers[10:]) == {200}


def test_two_servers_on_one_sqlite_file_write_in_turn(on_sqlite: None, own_database: World, tmp_path: Path) -> None:
    """As many people as a small office has, at two servers that do not know of each other; one is killed."""
    before = Before.now(own_database)
    with serving(tmp_path) as first, serving(tmp_path) as second:
        people = patient(6, [first.address, second.address], ACTIVITIES[:4])

        def meanwhile() -> None:
            time.sleep(4)
            first.kill()

        send_out(people, 8, meanwhile)
        log = second.log
    assert nothing_is_lost(people, before, own_database)
    assert troubles_met(people) == 0, told(people)
    assert "Traceback" not in log
