"""Bodies, for administrators: the list, adding one, and its names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from agencies.models import Body
from tests.world import World

SignIn = Callable[[str], Client]


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in("administrator")


def fields(client: Client, address: str) -> dict[str, str]:
    form = client.get(address).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: "" if value is None or value is False else str(value) for name, value in values.items()}


def send(client: Client, address: str, **typed: str):
    return client.post(address, {**fields(client, address), "reason": "Reorganised", **typed})


def test_the_list_names_every_body_with_its_people(client: Client, world: World) -> None:
    response = client.get("/bodies/")
    words = response.content.decode()
    assert f"{Body.objects.count()} bodies" in words
    assert '<small lang="mi">Ngā Pirihimana o Aotearoa</small>' in words
    assert f'<a href="/people/?body={world.body("Police").id}">2</a>' in words


def test_the_number_of_people_is_the_number_of_rows_it_leads_to(client: Client, world: World) -> None:
    page = client.get(f"/people/?body={world.body('Police').id}").context["page"]
    assert page.paginator.count == 2


def test_the_list_takes_few_queries(client: Client, django_assert_max_num_queries) -> None:
    client.get("/bodies/")
    with django_assert_max_num_queries(8):
        client.get("/bodies/")


def test_a_body_is_added_with_its_reason(client: Client) -> None:
    response = send(
        client,
        "/bodies/add/",
        name="Ministry for Primary Industries",
        short="MPI",
        name_mi="Manatū Ahu Matua",
        kind="agency",
    )
    assert (response.status_code, response.url) == (302, "/bodies/")
    body = Body.objects.get(slug="mpi")
    assert (body.name_mi, body.history.get().history_change_reason) == ("Manatū Ahu Matua", "Reorganised")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "new zealand police"}, "Police is called"),
        ({"short": "NZ Police"}, "Police is called"),
        ({"also": "Immigration\nMOJ"}, "MOJ is called"),
        ({"name": ""}, "Enter the name."),
        ({"kind": "company"}, "valid choice"),
        ({"reason": ""}, "Give the reason."),
    ],
)
def test_a_faulty_body_is_sent_back_with_everything_typed(client: Client, typed: dict, said: str) -> None:
    before = Body.objects.count()
    given = {"name": "Immigration New Zealand", "kind": "agency", "name_mi": "Te Ratonga Manene", **typed}
    response = send(client, "/bodies/add/", **given)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'value="Te Ratonga Manene"' in response.content.decode()
    assert Body.objects.count() == before


def test_names_are_changed_with_a_reason_and_the_old_ones_stay_in_history(client: Client, world: World) -> None:
    where = world.body("SFO").get_absolute_url()
    response = send(client, where, name="Serious Fraud and Corruption Office", also="Serious Fraud Office\n\nThe SFO ")
    assert response.status_code == 302
    body = world.body("SFO")
    assert (body.name, body.also, body.slug) == (
        "Serious Fraud and Corruption Office",
        ["Serious Fraud Office", "The SFO"],
        "sfo",
    )
    words = client.get(where).content.decode()
    assert "Name: <span>Serious Fraud Office</span>" in words
    assert "Reorganised" in words


def test_a_change_made_from_an_older_page_is_a_conflict_that_shows_both(client: Client, world: World) -> None:
    where = world.body("SFO").get_absolute_url()
    mine = {**fields(client, where), "name": "Mine", "reason": "Mine"}
    send(client, where, name="Theirs")
    response = client.post(where, mine)
    assert response.status_code == 409
    assert "Theirs" in response.content.decode()
    assert 'value="Mine"' in response.content.decode()
    assert world.body("SFO").name == "Theirs"


def test_saving_without_a_change_writes_no_entry(client: Client, world: World) -> None:
    send(client, world.body("SFO").get_absolute_url())
    assert world.body("SFO").version == 1


def test_no_body_takes_the_address_of_the_form_that_adds_one(client: Client) -> None:
    send(client, "/bodies/add/", name="Add", kind="agency")
    assert Body.objects.get(name="Add").slug == "add-2"
