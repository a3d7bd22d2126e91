"""People, for administrators: the list, each person's page, and everything that can be done to their access."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client

from agencies.actions.people import invite_person, set_may_sign_in
from agencies.models import Invitation, Person
from tests.world import PASSWORD, World
from tnoc_tracker.record.clock import machine_now

SignIn = Callable[[str], Client]
NEW = "pōhutukawa by the shore"


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in("administrator")


def fields(client: Client, address: str) -> dict[str, str]:
    """What the form at an address would send as it is."""
    form = client.get(address).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: "" if value is None or value is False else str(value) for name, value in values.items()}


def send(client: Client, address: str, **typed: object):
    return client.post(address, {**fields(client, address), "reason": "They asked for it", **typed})


def address(world: World, username: str, what: str = "") -> str:
    return f"/people/{world.person(username).id}/{what}"


def words_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# The list ------------------------------------------------------------------------------------------------------


def test_the_list_says_who_has_access_in_which_body_from_when_until_when(client: Client) -> None:
    words = words_of(client.get("/people/"))
    assert "7 people have access" in words
    for said in ("Police Lead", "Police, may report", "1 July 2021", "further notice", "No membership today"):
        assert said in words


def test_the_heading_and_the_rows_tell_of_locked_and_invited_people(client: Client, world: World) -> None:
    for _ in range(3):
        Client().post("/sign-in/", {"username": "sfo", "password": "wrong"})
    person, _ = invited(world)
    words = words_of(client.get("/people/"))
    assert "6 people have access, 1 is locked out, 1 has not set a password yet" in words
    assert "for 15 minutes more" in words
    assert "link works for 72 hours more" in words
    Invitation.objects.update(expires_at=machine_now() - timedelta(seconds=1))
    assert "Link expired" in words_of(client.get(f"/people/{person.id}/"))


def invited(world: World, **given: object) -> tuple[Person, str]:
    details = {
        "username": "aroha",
        "name": "Aroha Ngata",
        "body": world.body("Police"),
        "since": date(2022, 2, 1),
        "reason": "New lead",
        "by": world.standing("administrator"),
        "at": world.now,
        "now": machine_now(),
    }
    return invite_person(**{**details, **given})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=POLICE", ["Police Lead", "Police Reader"]),
        ("q=steering", ["Steering Member"]),
        ("access=no-membership", ["Outsider"]),
        ("access=deactivated", []),
        ("access=nonsense&body=x", None),
        ("q=%00", None),
        ("page=99", None),
    ],
)
def test_the_filters_narrow_the_list_and_nonsense_filters_nothing(
    client: Client, query: str, names: list[str] | None
) -> None:
    page = client.get(f"/people/?{query}").context["page"]
    found = [row.person.name for row in page]
    assert found == names if names is not None else len(found) == 8


def test_a_body_s_people_are_found_by_the_body(client: Client, world: World) -> None:
    page = client.get(f"/people/?body={world.body('SFO').id}").context["page"]
    assert [row.person.username for row in page] == ["sfo"]


def test_the_deactivated_come_last(client: Client, world: World) -> None:
    set_may_sign_in(
        person=world.person("corrections"),
        may_sign_in=False,
        reason="Left",
        by=world.standing("administrator"),
        at=world.now,
        now=machine_now(),
    )
    rows = list(client.get("/people/").context["page"])
    assert (rows[-1].person.username, rows[-1].label) == ("corrections", "Deactivated")


def test_the_list_takes_as_many_queries_for_many_people_as_for_few(
    client: Client, world: World, django_assert_num_queries
) -> None:
    client.get("/people/")
    with django_assert_num_queries(8) as few:
        client.get("/people/")
    for number in range(30):
        invited(world, username=f"person{number}", name=f"Person {number}")
    with django_assert_num_queries(len(few)):
        client.get("/people/")


def test_a_person_s_page_takes_few_queries(client: Client, world: World, django_assert_max_num_queries) -> None:
    client.get("/people/")
    with django_assert_max_num_queries(12):
        client.get(address(world, "police"))


# Inviting ------------------------------------------------------------------------------------------------------


def invite(client: Client, world: World, **typed: object):
    given = {
        "name": "Aroha Ngata",
        "username": "Aroha",
        "email": "",
        "body": world.body("Police").id,
        "since": "15/02/2022",
        "until": "30/06/2022",
        "may_report": "on",
        **typed,
    }
    return send(client, "/people/invite/", **given)


def link_in(response) -> str:
    return re.search(r"http://testserver(/invitation/[\w-]+/)", response.content.decode())[1]


def test_an_invitation_leads_from_the_link_to_the_plan(client: Client, world: World) -> None:
    response = invite(client, world)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    link = link_in(response)
    somebody = Client()
    assert somebody.post(link, {"new_password": NEW, "again": NEW}).status_code == 302
    assert somebody.post("/sign-in/", {"username": "aroha", "password": NEW}).status_code == 302
    assert "New Zealand Police" in somebody.get("/account/").content.decode()
    membership = world.person("aroha").memberships.get()
    assert (membership.since, membership.until, membership.may_report) == (date(2022, 2, 15), date(2022, 6, 30), True)


def test_the_link_is_shown_once(client: Client, world: World) -> None:
    given = {**fields(client, "/people/invite/"), "name": "A", "username": "a", "body": world.body("SFO").id}
    given |= {"since": "15/02/2022", "reason": "New"}
    link = link_in(client.post("/people/invite/", given))
    again = client.post("/people/invite/", given, follow=True)
    assert link not in again.content.decode()
    assert "The link was shown once already." in again.content.decode()
    assert Person.objects.filter(username="a").count() == 1
    assert link not in client.get(address(world, "a")).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "police"}, "is taken"),
        ({"username": "two words"}, "valid username"),
        ({"username": "x\0y"}, "Null characters"),
        ({"name": ""}, "Enter the person’s name."),
        ({"email": "nonsense"}, "valid email"),
        ({"since": "31/02/2022"}, "valid date"),
        ({"until": "01/01/2022"}, "The last day cannot come before the first"),
        ({"body": "999999"}, "valid choice"),
        ({"reason": "  "}, "Give the reason."),
    ],
)
def test_a_faulty_invitation_is_sent_back_with_everything_typed(
    client: Client, world: World, typed: dict, said: str
) -> None:
    response = invite(client, world, **{"name": "Aroha Ngata", "email": "aroha@example.org", **typed})
    assert response.status_code == 422
    words = words_of(response)
    assert said in words
    assert "Nothing has been saved yet" in words
    assert "aroha@example.org" in words or "email" in typed
    assert not Person.objects.filter(username="aroha").exists()


# What can be done to a person ----------------------------------------------------------------------------------


def test_everything_done_to_a_person_stands_on_their_page_with_its_reason(client: Client, world: World) -> None:
    for _ in range(3):
        Client().post("/sign-in/", {"username": "police", "password": "wrong"})
    membership = world.person("police").memberships.get()
    for what, typed in (
        ("edit/", {"name": "Tama Lead", "reason": "New name"}),
        ("unlock/", {"reason": "Mistyped"}),
        ("administrator/", {"reason": "Cover for leave"}),
        ("administrator/", {"reason": "Leave is over"}),
        ("memberships/", {"body": world.body("DOC").id, "since": "1/3/2022", "reason": "Secondment"}),
        (f"memberships/{membership.id}/", {"until": "28/02/2022", "reason": "End of secondment"}),
        ("access/", {"reason": "Parental leave"}),
        ("access/", {"reason": "Back from leave"}),
    ):
        response = send(client, address(world, "police", what), **typed)
        assert (response.status_code, response.url) == (302, address(world, "police"))
    response = send(client, address(world, "police", "link/"), reason="Forgotten")
    assert "One-time link" in response.content.decode()
    words = words_of(client.get(address(world, "police")))
    for said in (
        "New name",
        "Name: <span>Police Lead</span> <span",
        "Mistyped",
        "Unlocked",
        "Cover for leave",
        "Leave is over",
        "Membership of DOC added",
        "Until: <span>further notice</span>",
        "28 February 2022",
        "Parental leave",
        "Back from leave",
        "Forgotten",
        "Password set or taken away",
    ):
        assert said in words
    assert client.get(address(world, "police")).context["history"][0].why == "Forgotten"


def test_unlocking_lets_a_person_sign_in_at_once(client: Client, world: World) -> None:
    for _ in range(3):
        Client().post("/sign-in/", {"username": "police", "password": "wrong"})
    assert "Unlock" in client.get(address(world, "police")).content.decode()
    send(client, address(world, "police", "unlock/"))
    assert AccessAttempt.objects.count() == 0
    assert Client().post("/sign-in/", {"username": "police", "password": PASSWORD}).status_code == 302


def test_a_reset_stops_the_old_password_and_earlier_links(client: Client, world: World) -> None:
    first = link_in(send(client, address(world, "police", "link/")))
    second = link_in(send(client, address(world, "police", "link/")))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert Client().post("/sign-in/", {"username": "police", "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize("what", ["access/", "administrator/", "link/"])
def test_nobody_takes_their_own_access_away(client: Client, world: World, what: str) -> None:
    response = send(client, address(world, "administrator", what))
    assert response.status_code == 422
    assert "our" in response.context["form"].non_field_errors()[0]
    assert client.get("/people/").status_code == 200


def test_a_change_made_from_an_older_page_shows_both_versions_and_can_be_sent_again(
    client: Client, world: World
) -> None:
    where = address(world, "police", "edit/")
    mine = {**fields(client, where), "name": "Tama Police", "reason": "Mine"}
    send(client, where, name="Hana Police", reason="Theirs")
    response = client.post(where, mine)
    assert response.status_code == 409
    words = words_of(response)
    assert "Somebody else has saved in the meantime" in words
    assert "Hana Police" in words
    assert 'value="Tama Police"' in words
    assert world.person("police").name == "Hana Police"
    form = response.context["form"]
    assert client.post(where, {**mine, "stamp": form["stamp"].value()}).status_code == 302
    assert world.person("police").name == "Tama Police"


def test_a_form_sent_twice_changes_once(client: Client, world: World) -> None:
    where = address(world, "police", "edit/")
    mine = {**fields(client, where), "name": "Tama Police", "reason": "Mine"}
    assert client.post(where, mine).status_code == 302
    assert client.post(where, mine).status_code == 302
    assert world.person("police").version == 2


def test_a_form_without_its_stamp_is_refused(client: Client, world: World) -> None:
    response = client.post(address(world, "police", "access/"), {"reason": "x"})
    assert response.status_code == 422
    assert world.person("police").is_active


def test_overlapping_memberships_are_refused_with_a_sentence(client: Client, world: World) -> None:
    given = {"body": world.body("Police").id, "since": "1/3/2022"}
    response = send(client, address(world, "police", "memberships/"), **given)
    assert response.status_code == 422
    assert "belongs to Police from 1 July 2021 until further notice already" in words_of(response)


def test_a_membership_of_another_person_is_not_found(client: Client, world: World) -> None:
    other = world.person("sfo").memberships.get()
    assert client.get(address(world, "police", f"memberships/{other.id}/")).status_code == 404


@pytest.mark.parametrize("number", ["999999", "9" * 30, "0"])
def test_nobody_s_page_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/people/{number}/").status_code == 404
    assert client.post(f"/people/{number}/access/").status_code == 404


@pytest.mark.parametrize("username", ["secretariat", "police", "steering", "police-reader"])
def test_for_everybody_else_there_are_no_such_pages(sign_in: SignIn, world: World, username: str) -> None:
    client = sign_in(username)
    for what in ("", "edit/", "link/", "access/"):
        assert client.get(address(world, "sfo", what)).status_code == 404
        assert client.post(address(world, "sfo", what), {"reason": "x"}).status_code == 404
    assert world.person("sfo").version == 1


def test_permission_changes_are_in_the_access_log(
    client: Client, world: World, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks
) -> None:
    caplog.set_level("INFO", "tnoc.access")
    with django_capture_on_commit_callbacks(execute=True):
        send(client, address(world, "police", "access/"), reason='Left\n"quietly"')
    (line,) = [record.getMessage() for record in caplog.records if record.getMessage().startswith("deactivated")]
    assert 'name="police"' in line
    assert 'by="Administrator"' in line
    assert "quietly" not in line, "what somebody typed belongs in the register, not in the log"
