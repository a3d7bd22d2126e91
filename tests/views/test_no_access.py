"""Without a live membership there is one page; access ends the moment it is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from agencies.actions.memberships import add_membership, change_membership
from agencies.actions.passwords import reset_password
from agencies.actions.people import set_administrator, set_may_sign_in
from tests.world import TODAY, World
from tnoc_tracker.record.clock import machine_now

SignIn = Callable[[str], Client]


def end_on(world: World, username: str, last_day: date) -> None:
    membership = world.person(username).memberships.get()
    change_membership(
        membership=membership,
        since=membership.since,
        until=last_day,
        may_report=membership.may_report,
        reason="Moved on",
        by=world.standing("administrator"),
        at=world.now,
    )


@pytest.mark.parametrize("address", ["/", "/plans/tnoc-2021-22/", "/people/", "/bodies/", "/plans/none/"])
def test_somebody_without_a_membership_sees_only_a_page_that_says_so(sign_in: SignIn, address: str) -> None:
    response = sign_in("outsider").get(address)
    assert response.status_code == 403
    assert "belong to no body today" in response.content.decode()
    assert "TRANSNATIONAL" not in response.content.decode()


def test_a_membership_that_ended_yesterday_gives_no_access_today(world: World, sign_in: SignIn) -> None:
    client = sign_in("police")
    end_on(world, "police", TODAY)
    assert client.get("/plans/tnoc-2021-22/").status_code != 403
    end_on(world, "police", TODAY - timedelta(days=1))
    response = client.get("/plans/tnoc-2021-22/")
    assert response.status_code == 403
    assert "ended on 14 February 2022" in response.content.decode()


def test_a_membership_that_begins_tomorrow_gives_no_access_today(world: World, sign_in: SignIn) -> None:
    add_membership(
        person=world.person("outsider"),
        body=world.body("DOC"),
        since=TODAY + timedelta(days=1),
        reason="New lead",
        by=world.standing("administrator"),
        at=world.now,
    )
    response = sign_in("outsider").get("/")
    assert response.status_code == 403
    assert "begins on 16 February 2022" in response.content.decode()


def test_deactivating_ends_a_session_at_once_and_for_good(world: World, sign_in: SignIn) -> None:
    client = sign_in("police")
    act = {"reason": "Left", "by": world.standing("administrator"), "at": world.now, "now": machine_now()}
    assert client.get("/account/").status_code == 200
    set_may_sign_in(person=world.person("police"), may_sign_in=False, **act)
    assert client.get("/account/").status_code == 302
    set_may_sign_in(person=world.person("police"), may_sign_in=True, **act)
    assert client.get("/account/").status_code == 302


def test_a_reset_ends_a_session_at_once(world: World, sign_in: SignIn) -> None:
    client, other = sign_in("police"), sign_in("sfo")
    reset_password(
        person=world.person("police"),
        reason="Lost laptop",
        by=world.standing("administrator"),
        at=world.now,
        now=machine_now(),
    )
    assert client.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200


def test_an_administrator_without_a_membership_is_led_to_people_and_reads_no_plan(sign_in: SignIn) -> None:
    client = sign_in("administrator")
    assert client.get("/").url == "/people/"
    assert client.get("/people/").status_code == 200
    response = client.get("/plans/tnoc-2021-22/activities/")
    assert response.status_code == 403
    assert 'href="/people/"' in response.content.decode()


def test_taking_administration_away_counts_from_the_next_request(world: World, sign_in: SignIn) -> None:
    act = {"reason": "Cover", "by": world.standing("administrator"), "at": world.now}
    police = set_administrator(person=world.person("police"), administrator=True, **act)
    client = sign_in("police")
    assert client.get("/people/").status_code == 200
    set_administrator(person=police, administrator=False, **act)
    assert client.get("/people/").status_code == 404


def test_the_page_without_access_takes_few_queries(sign_in: SignIn, django_assert_max_num_queries) -> None:
    client = sign_in("outsider")
    client.get("/")
    with django_assert_max_num_queries(6):
        client.get("/")
