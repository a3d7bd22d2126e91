"""The product behind gunicorn, as in production: a person signs in, reports and finds it again."""

from __future__ import annotations

import os

import pytest

from activities.models import StatusUpdate
from tests.serving import serving
from tests.visitor import NotReached, Visitor

pytestmark = pytest.mark.long
FORM = "/plans/tnoc-2021-22/activities/4/update/"


def test_somebody_signs_in_reports_and_the_register_has_it(own_database, tmp_path):
    with serving(tmp_path) as server:
        visitor = Visitor(server.address).sign_in("secretariat")
        page = visitor.get(FORM)
        assert page.status == 200
        answer = visitor.send(page.form(), status="on_track", what_was_done="Kōrero with every agency.")
        said = visitor.follow(answer)

    assert (answer.status, said.status) == (302, 200)
    assert "Kōrero with every agency." in said.text
    assert StatusUpdate.objects.get().what_was_done == "Kōrero with every agency."


def test_a_server_ends_gracefully_or_at_once_and_comes_back_where_it_was(own_database, tmp_path):
    with serving(tmp_path) as server:
        visitor = Visitor(server.address).sign_in("police")
        workers = server.worker_pids()
        assert len(workers) == 2
        for end in (server.stop, server.kill):
            end()
            with pytest.raises(NotReached):
                visitor.get(FORM)
            server.start()
            assert visitor.get("/plans/tnoc-2021-22/").status == 200
        assert not [pid for pid in workers if os.path.exists(f"/proc/{pid}")]
