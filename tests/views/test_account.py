"""One's own account: what it says, and changing the password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axes.models import AccessAttempt
from django.test import Client

from tests.world import PASSWORD, World

NEW = "pōhutukawa by the shore"
SignIn = Callable[[str], Client]


def change(client: Client, current: str = PASSWORD, new: str = NEW, again: str | None = None):
    return client.post(
        "/account/password/",
        {"current_password": current, "new_password": new, "again": new if again is None else again},
    )


def test_the_account_says_who_i_am_where_i_belong_and_what_i_may_do(sign_in: SignIn) -> None:
    words = sign_in("police").get("/account/").content.decode()
    for said in ("Police Lead", "New Zealand Police", "1 July 2021", "Report on what Police answers for"):
        assert said in words


def test_the_account_is_open_without_a_membership(sign_in: SignIn) -> None:
    words = sign_in("outsider").get("/account/").content.decode()
    assert "Nothing today: no membership is live." in words


def test_the_account_takes_few_queries(sign_in: SignIn, django_assert_max_num_queries) -> None:
    client = sign_in("police")
    client.get("/account/")
    with django_assert_max_num_queries(12):
        client.get("/account/")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(sign_in: SignIn) -> None:
    here, elsewhere = sign_in("police"), sign_in("police")
    before = here.session.session_key
    assert elsewhere.get("/account/").status_code == 200
    response = change(here)
    assert (response.status_code, response.url) == (302, "/account/")
    assert "You are signed out everywhere else." in here.get("/account/").content.decode()
    assert here.session.session_key != before
    assert elsewhere.get("/account/").status_code == 302


def test_the_old_password_stops_and_the_new_one_works(sign_in: SignIn, world: World) -> None:
    change(sign_in("police"))
    assert not world.person("police").check_password(PASSWORD)
    assert world.person("police").check_password(NEW)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"current": "wrong"}, "This is not your current password."),
        ({"new": "too short"}, "at least 16 characters"),
        ({"new": "Police Lead Police"}, "too similar"),
        ({"again": NEW + "!"}, "The two passwords differ."),
        ({"new": PASSWORD}, "This is the password you have."),
        ({"new": "pōhutukawa\0by the shore"}, "Null characters"),
        ({"new": "x" * 5000}, "at most 1000 characters"),
        ({"current": "", "new": ""}, "Enter your current password."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(sign_in: SignIn, world: World, given: dict, said: str) -> None:
    client = sign_in("police")
    response = change(client, **given)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert world.person("police").check_password(PASSWORD)
    assert world.person("police").version == 1
    assert client.get("/account/").status_code == 200


def test_no_password_typed_is_sent_back(sign_in: SignIn) -> None:
    words = change(sign_in("police"), current="my old secret", new="my new secret").content.decode()
    assert "my old secret" not in words
    assert "my new secret" not in words


def test_guessing_the_current_password_locks_the_name(sign_in: SignIn) -> None:
    client = sign_in("police")
    for _ in range(3):
        change(client, current="wrong")
    assert change(client).status_code == 422
    assert Client().post("/sign-in/", {"username": "police", "password": PASSWORD}).status_code == 422


def test_no_password_typed_is_kept_with_a_failed_attempt(sign_in: SignIn) -> None:
    change(sign_in("police"), current="my old secret", new="my new secret, longer")
    Client().post("/sign-in/", {"username": "police", "password": "my third secret"})
    kept = str(list(AccessAttempt.objects.values()))
    assert "my old secret" not in kept
    assert "my new secret" not in kept
    assert "my third secret" not in kept
    assert AccessAttempt.objects.get().failures_since_start == 2


def test_browsers_and_password_managers_know_the_fields(sign_in: SignIn) -> None:
    words = sign_in("police").get("/account/password/").content.decode()
    assert words.count('autocomplete="new-password"') == 2
    assert words.count('autocomplete="current-password"') == 1
    assert words.count('autocomplete="username"') == 1
