"""``create_administrator`` and ``one_time_link``: the first account, and the way back in."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.world import PASSWORD, World

NEW = "pōhutukawa by the shore"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def token_in(said: str) -> str:
    return re.search(r"/invitation/([\w-]+)/", said)[1]


def test_the_link_that_is_printed_sets_the_password_of_an_administrator(world: World) -> None:
    said = run("create_administrator", "Hana", "--name", "Hana Rewi", "--address", "https://tnoc.example.govt.nz/")
    assert "https://tnoc.example.govt.nz/invitation/" in said
    client = Client()
    assert client.post(f"/invitation/{token_in(said)}/", {"new_password": NEW, "again": NEW}).status_code == 302
    assert client.post("/sign-in/", {"username": "hana", "password": NEW}).status_code == 302
    assert client.get("/people/").status_code == 200
    assert client.get("/plans/tnoc-2021-22/").status_code == 403
    entry = world.person("hana").history.last()
    assert (entry.actor_name, entry.history_user_id, entry.is_administrator) == ("create_administrator", None, True)


def test_without_an_address_a_link_leads_to_where_the_register_is_served(world: World, settings: Any) -> None:
    assert "http://127.0.0.1:8000/invitation/" in run("create_administrator", "hana", "--name", "Hana")
    settings.SITE_ADDRESS = "https://tracker.example.govt.nz"
    assert "https://tracker.example.govt.nz/invitation/" in run("one_time_link", "hana")


def test_a_first_membership_can_be_given_with_it(world: World) -> None:
    run("create_administrator", "hana", "--name", "Hana", "--body", "TNOC Secretariat", "--may-report")
    assert world.standing("hana").is_secretariat
    membership = world.person("hana").memberships.get()
    assert (membership.since, membership.until, membership.may_report) == (world.today, None, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["police", "--name", "Hana"], "is taken"),
        (["two words", "--name", "Hana"], "valid username"),
        (["hana", "--name", " "], "Enter the person’s name."),
        (["", "--name", "Hana"], "Enter a user name."),
        (["hana", "--name", "Hana", "--body", "Nonsense"], "There is no body called “Nonsense”. Bodies: "),
        (["hana", "--name", "Hana", "--may-report"], "--may-report needs --body"),
        (["hana", "--name", "Hana", "--email", "nonsense"], "valid email"),
    ],
)
def test_what_cannot_be_done_is_said_and_makes_nobody(world: World, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        run("create_administrator", *arguments)
    with pytest.raises(type(world.person("police")).DoesNotExist):
        world.person("hana")


def test_the_password_can_be_asked_for_instead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["one", "another", "too short", "too short", NEW, NEW])
    monkeypatch.setattr("agencies.management.commands.create_administrator.getpass", lambda prompt: next(typed))
    said = run("create_administrator", "hana", "--name", "Hana", "--ask-password")
    assert "invitation" not in said
    assert "The two differ." in said
    assert "at least 16 characters" in said
    assert world.person("hana").check_password(NEW)


def test_a_new_link_is_the_way_back_in(world: World) -> None:
    said = run("one_time_link", "POLICE")
    assert not world.person("police").check_password(PASSWORD)
    assert Client().get(f"/invitation/{token_in(said)}/").status_code == 200
    assert world.person("police").history.first().actor_name == "one_time_link"


def test_nobody_s_name_gets_no_link(world: World) -> None:
    with pytest.raises(CommandError, match="Nobody signs in as"):
        run("one_time_link", "nobody")
