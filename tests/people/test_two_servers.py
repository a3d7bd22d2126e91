"""Two servers over one PostgreSQL, one of them killed among people at work: they go on at the other.

Nothing that the product keeps is a server's own: sessions, once-only keys and lock-outs are in the database.
"""

from __future__ import annotations

import time

import pytest
from django.db import connection

from tests.people.crowd import send_out
from tests.people.savers import ACTIVITIES, Before, faults_after, signed_in, told
from tests.serving import serving
from tests.visitor import Visitor

pytestmark = pytest.mark.long


@pytest.fixture
def on_postgresql() -> None:
    """Several machines need PostgreSQL: two servers of one machine on one SQLite file are a test of faults."""
    if connection.vendor != "postgresql":
        pytest.skip("several servers share a PostgreSQL")


def test_people_go_on_at_the_other_server_without_signing_in_again(on_postgresql, own_database, tmp_path):
    before = Before.now(own_database)
    with serving(tmp_path) as first, serving(tmp_path) as second:
        savers = signed_in(12, [first.address, second.address], ACTIVITIES[:4])
        at_first = [saver for saver in savers if saver.visitor.address == first.address]
        sessions = {saver.name: saver.visitor.session for saver in savers}
        when_killed: dict[str, int] = {}

        def meanwhile() -> None:
            time.sleep(3)
            first.kill()
            when_killed.update({saver.name: len(saver.acknowledged) for saver in at_first})

        send_out(savers, 9, meanwhile)
        log = second.log

    assert list(faults_after(savers, before, own_database)) == []
    assert all(sessions.values())
    assert {saver.name: saver.visitor.session for saver in savers} == sessions
    assert {saver.visitor.address for saver in savers} == {second.address}
    assert sum(len(saver.acknowledged) - when_killed[saver.name] for saver in at_first) > 0, told(savers)
    assert "Traceback" not in log


def test_a_form_opened_at_one_server_is_sent_to_the_other(on_postgresql, own_database, tmp_path):
    with serving(tmp_path, workers=1) as first, serving(tmp_path, workers=1) as second:
        visitor = Visitor(first.address).sign_in("secretariat")
        form = visitor.get("/plans/tnoc-2021-22/activities/4/update/").form("/update/")
        first.kill()
        visitor.address = second.address
        saved = visitor.send(form, status="on_track", what_was_done="Begun at the one, ended at the other.")
        again = visitor.send(form, status="on_track", what_was_done="Begun at the one, ended at the other.")

        assert (saved.status, again.status) == (302, 302)
        assert "Begun at the one, ended at the other." in visitor.follow(saved).text
    assert own_database.activity(4).updates == 1
