"""Withdrawing an activity from the plan, and putting it back."""

from __future__ import annotations

from tests.views.editing import address, hidden, send, text_of
from tests.world import TODAY

WITHDRAW, REINSTATE = address(12, "withdraw/"), address(12, "reinstate/")


def test_withdrawing_asks_for_the_reason_first(world, sign_in):
    client = sign_in("secretariat")
    page = client.get(WITHDRAW)
    assert "Withdraw this activity from the plan?" in text_of(page)
    assert world.activity(12).withdrawn_on is None
    assert send(client, WITHDRAW, reason="").status_code == 422
    assert world.activity(12).withdrawn_on is None


def test_a_withdrawn_activity_leaves_the_counts_and_keeps_everything(world, sign_in):
    before = world.reading.activities.count()
    answer = send(sign_in("secretariat"), WITHDRAW, reason="Merged into the banking project")
    assert answer.status_code == 302
    withdrawn = world.activity(12)
    assert (withdrawn.withdrawn_on, withdrawn.withdrawn_reason) == (TODAY, "Merged into the banking project")
    assert withdrawn.title
    assert world.reading.activities.count() == before - 1


def test_a_withdrawn_activity_comes_back_as_it_was(world, sign_in):
    client = sign_in("secretariat")
    before = world.activity(12)
    send(client, WITHDRAW, reason="By mistake")
    page = client.get(REINSTATE)
    assert "By mistake" in text_of(page)
    assert send(client, REINSTATE, reason="It was the wrong one").status_code == 302
    after = world.activity(12)
    assert (after.withdrawn_on, after.withdrawn_reason) == (None, "")
    assert (after.title, after.status) == (before.title, before.status)
    reasons = [entry.history_change_reason for entry in after.history.order_by("-sequence")[:2]]
    assert reasons == ["It was the wrong one", "By mistake"]


def test_the_page_that_does_not_apply_leads_to_the_one_that_does(sign_in):
    client = sign_in("secretariat")
    assert client.get(REINSTATE)["Location"] == WITHDRAW
    send(client, WITHDRAW, reason="Merged")
    assert client.get(WITHDRAW)["Location"] == REINSTATE


def test_withdrawing_what_somebody_else_has_withdrawn_meanwhile_is_a_conflict(sign_in):
    client = sign_in("secretariat")
    form = hidden(client, WITHDRAW)
    send(client, WITHDRAW, reason="First")
    answer = client.post(WITHDRAW, {**form, "reason": "Second"})
    assert answer.status_code == 409
    assert "First" in text_of(answer)
    assert "Second" in text_of(answer)


def test_a_get_changes_nothing_and_others_are_refused(world, sign_in):
    for username in ("police", "steering"):
        client = sign_in(username)
        assert client.get(WITHDRAW).status_code == 403
        assert client.post(WITHDRAW, {"reason": "Mine"}).status_code == 403
    sign_in("secretariat").get(WITHDRAW)
    assert world.activity(12).withdrawn_on is None
