"""Many clients save the same few activities, and the server is killed among them: nothing is lost, nothing unseen."""

from __future__ import annotations

import time

import pytest

from tests.people.crowd import send_out
from tests.people.savers import ACTIVITIES, Before, faults_after, signed_in, told
from tests.serving import serving

pytestmark = pytest.mark.long


@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "with kill -9 in the middle"])
def test_no_acknowledged_save_is_lost_or_overwritten_unseen(own_database, tmp_path, killed):
    before = Before.now(own_database)
    with serving(tmp_path) as server:
        savers = signed_in(12, [server.address], ACTIVITIES[:4])

        def meanwhile() -> None:
            if killed:
                time.sleep(2)
                server.kill()
                server.start()

        send_out(savers, 6, meanwhile)
        log = server.log

    assert list(faults_after(savers, before, own_database)) == []
    assert sum(len(saver.acknowledged) for saver in savers) >= 5, told(savers)
    assert any(saver.answers["conflict page"] for saver in savers), told(savers)
    assert any(saver.answers["nobody there"] for saver in savers) == killed, told(savers)
    assert "Traceback" not in log
