"""People of every agency and role click through the register and report, all at once: nobody is answered an error."""

from __future__ import annotations

import pytest

from activities.models import StatusUpdate
from tests.generated import half_a_year
from tests.people.colleagues import at_work, hire
from tests.people.crowd import send_out
from tests.serving import serving
from tnoc_tracker.record.verification import verify

pytestmark = pytest.mark.long


def test_nobody_is_answered_an_error_while_all_look_and_report(own_database, tmp_path):
    half_a_year(own_database)
    before = StatusUpdate.objects.count()
    who = hire(16, own_database)
    with serving(tmp_path) as server:
        crowd = at_work(who, server.address, thinks=0.2)
        send_out(crowd, 8)
        log = server.log

    saved = sum(len(each.seconds["report: saved"]) for each in crowd)
    assert [words for each in crowd for words in each.unexpected] == []
    assert {bool(each.who.keys) for each in crowd} == {True, False}
    assert saved > 0
    assert StatusUpdate.objects.count() == before + saved
    assert verify().is_clean
    assert "Traceback" not in log
