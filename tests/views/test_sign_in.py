"""Signing in and out: one answer for whatever is wrong, lock-outs by name, sessions that end."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client

from agencies.actions.people import set_may_sign_in
from tests.world import PASSWORD, World
from tnoc_tracker.record.clock import machine_now

HOME = "/"


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed: most of the time that a sign-in takes."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


@pytest.fixture
def client(world: World) -> Client:
    return Client()


def send(client: Client, username: str = "police", password: str = PASSWORD, **more: str):
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == HTTPStatus.OK


def lock(client: Client, username: str) -> None:
    for _ in range(3):
        send(client, username, "wrong")


def test_the_right_password_leads_to_the_first_page(client: Client) -> None:
    response = send(client)
    assert (response.status_code, response.url) == (302, HOME)
    assert is_signed_in(client)


@pytest.mark.parametrize("username", ["POLICE", " police ", "Police"])
def test_the_case_of_a_user_name_does_not_matter(client: Client, username: str) -> None:
    assert send(client, username).status_code == 302


def test_unknown_wrong_locked_and_deactivated_get_one_answer_after_as_much_work(
    client: Client, world: World, settings
) -> None:
    settings.PASSWORD_HASHERS = ["tests.views.test_sign_in.CountingHasher"]
    set_may_sign_in(
        person=world.person("sfo"),
        may_sign_in=False,
        reason="Left",
        by=world.standing("administrator"),
        at=world.now,
        now=machine_now(),
    )
    lock(client, "corrections")
    answers, work = set(), set()
    for username, password in (
        ("nobody", PASSWORD),
        ("police", "wrong"),
        ("corrections", PASSWORD),
        ("corrections", "wrong"),
        ("sfo", PASSWORD),
    ):
        CountingHasher.count = 0
        response = send(client, username, password)
        words = re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode()).replace(f'value="{username}"', "")
        headers = {name: value for name, value in response.items() if name not in ("Content-Length", "Expires")}
        answers.add((response.status_code, words, str(headers)))
        work.add(CountingHasher.count)
    assert len(answers) == 1
    assert work == {1}
    assert response.status_code == 422
    assert "The user name or the password is not right" in response.content.decode()


def test_three_failures_lock_the_name_whatever_its_case_and_wherever_they_come_from(client: Client) -> None:
    for number, username in enumerate(("police", "POLICE", "Police")):
        elsewhere = Client(REMOTE_ADDR=f"10.0.0.{number}", HTTP_USER_AGENT=f"Browser {number}")
        send(elsewhere, username, "wrong")
    assert send(client).status_code == 422
    assert not is_signed_in(client)


def test_one_locked_name_locks_nobody_else_behind_its_address(client: Client) -> None:
    lock(client, "police")
    assert send(client, "sfo").status_code == 302


def test_a_lock_ends_after_15_minutes_and_trying_does_not_prolong_it(client: Client) -> None:
    lock(client, "police")
    send(client)
    AccessAttempt.objects.update(attempt_time=machine_now() - timedelta(minutes=14, seconds=50))
    assert send(client).status_code == 422
    AccessAttempt.objects.update(attempt_time=machine_now() - timedelta(minutes=15, seconds=1))
    assert send(client).status_code == 302


def test_a_success_forgets_the_failures_before_it(client: Client) -> None:
    for _ in range(2):
        send(client, password="wrong")
        send(client, password="wrong")
        assert send(client).status_code == 302
        client.post("/sign-out/")


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", ""),
        ("police", ""),
        ("kererū", "tūī"),
        ("po\0lice", "x"),
        ("police", "x\0y"),
        ("x" * 5000, "y" * 5000),
        ("%_%", "' or 1=1 --"),
        ("\u202epolice", "\ud83e\udd9c"[:1].encode("utf-16", "surrogatepass").decode("utf-16", "replace")),
    ],
)
def test_no_name_or_password_makes_it_fail(client: Client, username: str, password: str) -> None:
    assert send(client, username, password).status_code == 422


def test_the_name_is_kept_after_a_failure_and_the_password_is_not(client: Client) -> None:
    words = send(client, "police", "not-this-one-either").content.decode()
    assert 'value="police"' in words
    assert "not-this-one-either" not in words


def test_browsers_and_password_managers_know_the_fields(client: Client) -> None:
    words = client.get("/sign-in/").content.decode()
    assert 'autocomplete="username"' in words
    assert 'autocomplete="current-password"' in words
    assert "onpaste" not in words


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/plans/tnoc-2021-22/overdue/?page=2", "/plans/tnoc-2021-22/overdue/?page=2"),
        ("https://example.org/", HOME),
        ("//example.org/", HOME),
        ("/\\example.org", HOME),
        ("javascript:alert(1)", HOME),
        ("/sign-out/", HOME),
        ("/sign-in/?next=/sign-in/", HOME),
        ("account", HOME),  # the name of an address is no address
        ("/" + "x" * 3000, HOME),
        ("", HOME),
    ],
)
def test_next_leads_to_our_own_pages_only(client: Client, asked: str, led_to: str) -> None:
    assert send(client, next=asked).url == led_to
    again = client.get("/sign-in/", {"next": asked})
    assert (again.status_code, again.url) == (302, led_to)


def test_a_page_asked_for_without_a_session_is_reached_after_signing_in(client: Client) -> None:
    wanted = "/plans/tnoc-2021-22/activities/?q=kerer%C5%AB"
    way = client.get(wanted)
    page = client.get(way.url)
    assert wanted.replace("%", "%25") not in page.content.decode()
    response = client.post(
        way.url, {"username": "police", "password": PASSWORD, "next": page.context["form"]["next"].value()}
    )
    assert response.url == wanted


def test_signing_in_gives_the_session_a_new_key(client: Client) -> None:
    session = client.session
    session["set_by"] = "somebody else"
    session.save()
    before = client.session.session_key
    send(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_takes_a_form_and_ends_the_session(client: Client) -> None:
    send(client)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)
    response = client.post("/sign-out/", follow=True)
    assert "You are signed out." in response.content.decode()
    assert not Session.objects.filter(session_key=key).exists()
    assert not is_signed_in(client)


def test_what_was_to_be_said_to_somebody_is_not_said_to_the_next_person(client: Client) -> None:
    send(client)
    client.post("/account/calendar/", {"make": "1"})
    client.post("/account/calendar/", {"end": "1"})
    assert client.cookies["messages"].value  # not read yet
    page = client.post("/sign-out/", follow=True).content.decode()
    assert "You are signed out." in page
    assert "calendar address" not in page


def test_the_session_ends_after_30_idle_minutes_and_use_renews_it(client: Client) -> None:
    send(client)
    client.get("/account/")
    session = Session.objects.get(session_key=client.session.session_key)
    assert timedelta(minutes=29) < session.expire_date - machine_now() <= timedelta(minutes=30)
    Session.objects.update(expire_date=machine_now() - timedelta(seconds=1))
    assert not is_signed_in(client)


def test_the_cookie_is_renewed_once_a_minute_at_most(client: Client) -> None:
    send(client)
    assert client.get("/account/").cookies["sessionid"]["max-age"] == 1800
    assert "sessionid" not in client.get("/account/").cookies
    session = client.session
    session["seen"] -= 61
    session.save()
    assert client.get("/account/").cookies["sessionid"]["max-age"] == 1800


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: Client) -> None:
    cookie = send(client).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_access_log_tells_sign_ins_refusals_lock_outs_and_sign_outs(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tnoc.access")
    send(client)
    client.post("/sign-out/")
    lock(client, "sfo")
    lines = [record.getMessage() for record in caplog.records if record.name == "tnoc.access"]
    assert [line.split(" ", 1)[0] for line in lines] == [
        "signed-in",
        "signed-out",
        "sign-in-refused",
        "sign-in-refused",
        "locked-out",
        "sign-in-refused",
    ]
    assert 'name="police"' in lines[0]
    assert 'source="127.0.0.1"' in lines[0]


def test_nobody_can_forge_a_line_of_the_access_log_or_leave_a_password_there(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    send(client, 'x\nsigned-in name="secretariat"', "a secret that is long enough")
    send(client, "a secret that is long enough", "x")
    client.get("/sign-out/\nsigned-in", headers={"user-agent": "x\ny"})
    lines = [record.getMessage() for record in caplog.records if record.name == "tnoc.access"]
    assert lines
    assert not any("\n" in line or "secret" in line for line in lines)


def test_a_failed_attempt_keeps_nothing_of_the_form_that_goes_with_it(client: Client) -> None:
    send(client, "police", "wrong", kept='["/plans/x/", [["reason", "Words of somebody else"]]]', next="/?q=Words")
    attempt = AccessAttempt.objects.get()
    assert "kept=***" in attempt.post_data
    assert "Words" not in f"{attempt.post_data} {attempt.get_data} {attempt.path_info}"
