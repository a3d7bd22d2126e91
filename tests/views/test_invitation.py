"""One-time links: setting a password without being signed in, once, within 72 hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from agencies.actions.passwords import cancel_links, reset_password
from agencies.models import Invitation, Person
from tests.world import PASSWORD, World
from tnoc_tracker.record.clock import machine_now

NEW = "pōhutukawa by the shore"


@pytest.fixture
def link(world: World) -> str:
    token = reset_password(
        person=world.person("police"),
        reason="Forgotten",
        by=world.standing("administrator"),
        at=world.now,
        now=machine_now(),
    )
    return f"/invitation/{token}/"


def use(link: str, new: str = NEW, again: str | None = None):
    return Client().post(link, {"new_password": new, "again": new if again is None else again})


def snapshot(person: Person) -> tuple:
    return (
        Person.objects.values("password", "version").get(id=person.id),
        *Invitation.objects.filter(person=person).values("used_at", "cancelled_at"),
    )


def test_a_link_opens_without_being_signed_in_and_looking_changes_nothing(world: World, link: str) -> None:
    before = snapshot(world.person("police"))
    for _ in range(3):
        response = Client().get(link)
        assert response.status_code == 200
        assert "Police Lead" in response.content.decode()
    assert snapshot(world.person("police")) == before


def test_a_link_sets_the_password_and_leads_to_signing_in(link: str) -> None:
    response = use(link)
    assert (response.status_code, response.url) == (302, "/sign-in/")
    assert Client().post("/sign-in/", {"username": "police", "password": NEW}).status_code == 302
    assert Client().post("/sign-in/", {"username": "police", "password": PASSWORD}).status_code == 422


def test_a_wrong_used_expired_or_cancelled_link_gets_one_page(world: World, link: str) -> None:
    def age() -> None:
        Invitation.objects.update(expires_at=machine_now())

    def used() -> None:
        Invitation.objects.update(expires_at=machine_now() + timedelta(hours=1), used_at=machine_now())

    def cancelled() -> None:
        Invitation.objects.update(used_at=None)
        cancel_links(world.person("police"), machine_now())

    answers = {Client().get("/invitation/nonsense/").content}
    for spoil in (age, used, cancelled):
        spoil()
        seen, sent = Client().get(link), use(link)
        assert (seen.status_code, sent.status_code) == (404, 404)
        answers |= {seen.content, sent.content}
    texts = {without_tokens(answer) for answer in answers}
    assert len(texts) == 1
    assert "This link does not work" in texts.pop()
    assert not world.person("police").has_usable_password()


def without_tokens(page: bytes) -> str:
    start = page.index(b"<main")
    return page[start:].decode()


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short", None, "at least 16 characters"),
        (NEW, NEW + "!", "The two passwords differ."),
        ("", "", "Enter a new password."),
        ("Police Lead Police", None, "too similar"),
    ],
)
def test_a_password_that_is_refused_leaves_the_link_open(link: str, new: str, again: str | None, said: str) -> None:
    response = use(link, new, again)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert use(link).status_code == 302


def test_the_link_goes_to_no_other_site_and_into_no_cache(link: str) -> None:
    response = Client().get(link)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    words = response.content.decode()
    assert "http://" not in words.replace("http://www.w3.org", "")
    assert "https://" not in words


def test_a_link_for_somebody_else_says_so_to_who_is_signed_in(world: World, link: str, sign_in) -> None:
    assert "This link is for Police Lead" in sign_in("outsider").get(link).content.decode()


def test_the_names_of_the_fields_let_a_password_manager_keep_the_user_name(link: str) -> None:
    words = Client().get(link).content.decode()
    assert 'value="police"' in words
    assert words.count('autocomplete="new-password"') == 2
