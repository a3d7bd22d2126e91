"""What is sent to me: the weekly summary can be switched off, what a round obliges cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from agencies.models import MailPreference
from tests.mailing import give_addresses
from tests.pages import words_of
from tests.world import World

SignIn = Callable[[str], Client]
ADDRESS = "/account/mail/"


def form_of(client: Client) -> dict[str, Any]:
    """The hidden fields of the form as opened."""
    form = client.get(ADDRESS).context["form"]
    return {name: form[name].value() for name in ("stamp", "once")}


def test_it_is_weekly_until_somebody_chooses(sign_in: SignIn):
    response = sign_in("police").get(ADDRESS)

    assert response.context["form"]["summary"].value() == "weekly"
    words = words_of(response)
    assert "cannot be switched off" in words
    assert "10, 3 and 0 working days before it is due" in words
    assert not MailPreference.objects.exists()


def test_it_is_switched_off_and_on_again_for_oneself(world: World, sign_in: SignIn):
    client = sign_in("police")

    answer = client.post(ADDRESS, {**form_of(client), "summary": "off"}, follow=True)

    assert answer.redirect_chain == [("/account/", 302)]
    assert "Saved." in words_of(answer)
    assert client.get(ADDRESS).context["form"]["summary"].value() == "off"
    assert list(MailPreference.objects.values_list("person__username", "summary")) == [("police", "off")]
    client.post(ADDRESS, {**form_of(client), "summary": "weekly"})
    assert MailPreference.objects.get().summary == "weekly"


@pytest.mark.parametrize("typed", [{}, {"summary": "daily"}])
def test_what_is_not_offered_is_refused(sign_in: SignIn, typed: dict[str, str]):
    client = sign_in("police")

    answer = client.post(ADDRESS, {**form_of(client), **typed})

    assert answer.status_code == 422
    assert not MailPreference.objects.exists()


def test_it_says_where_mail_goes_or_that_none_can_be_sent(world: World, sign_in: SignIn):
    assert "you have no e-mail address here" in words_of(sign_in("police").get(ADDRESS))
    give_addresses("police")
    assert "It goes to police@example.govt.nz" in words_of(sign_in("police").get(ADDRESS))


def test_it_takes_few_queries(sign_in: SignIn, django_assert_max_num_queries):
    client = sign_in("police")
    client.get(ADDRESS)
    with django_assert_max_num_queries(8):
        client.get(ADDRESS)
