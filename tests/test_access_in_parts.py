"""Who gets what is no page: files of lists, files of packs, calendars, and parts of pages asked for in place."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from activities.exports.list_files import ENDINGS
from activities.models import PackFile
from activities.pack_forms import PackForm
from agencies.actions.feeds import end_feed, make_feed
from agencies.models import CalendarFeed
from tests.access import (
    PLAN,
    clients,
    deactivated,
    ended,
    names_in,
    nothing_is_written,
    reports_no_more,
    signed_in,
)
from tests.actions.packs import frozen
from tests.deciding import meeting
from tests.scenes import played_once
from tests.test_access import (
    ADMINISTRATOR,
    ANONYMOUS,
    ANYBODY,
    OUTSIDER,
    READER,
    SECRETARIAT,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
    expected,
    given,
)
from tests.test_access_to_objects import words_of
from tests.world import World
from tnoc_tracker.store import store

held = played_once(meeting)

FILES = sorted(name for name in TABLE if "ending" in names_in(name))
WITHOUT_ACCESS = (ANONYMOUS, OUTSIDER, ADMINISTRATOR)


def content(answer: HttpResponseBase) -> bytes:
    """What came; what is streamed has to be read to its end, which closes its file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


# Files of lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "roles", [[ANONYMOUS, OUTSIDER, READER], pytest.param(sorted(ANYBODY), marks=pytest.mark.long)], ids=["some", "all"]
)
def test_every_file_of_a_list_is_for_members_only(
    world: World,
    arguments: dict[str, Any],  # noqa: F811
    roles: list[str],
) -> None:
    wrong = {}
    for role, client in clients(*roles).items():
        for name in FILES:
            for ending in ENDINGS:
                for query in ("", "?as_at=2022-02-14"):
                    answer = client.get(address_of(name, {**arguments, "ending": ending}) + query)
                    content(answer)
                    known = query == "" or given(answer) != "404"  # the round was not open then
                    if known and given(answer) != expected(name, role, "GET"):
                        wrong[name, ending, query, role] = given(answer)
                    if role in WITHOUT_ACCESS and "attachment" in answer.headers.get("Content-Disposition", ""):
                        wrong[name, ending, query, role] = "a file"
    assert wrong == {}


def test_a_file_says_the_same_to_whoever_may_read_it(world: World, arguments: dict[str, Any]) -> None:  # noqa: F811
    differing = []
    for name in FILES:
        told = {content(client.get(address_of(name, arguments))) for client in clients(READER, SECRETARIAT).values()}
        differing += [name] if len(told) > 1 else []
    assert differing == []


def test_knowing_a_files_tag_gives_nobody_more_than_its_address(
    world: World,
    arguments: dict[str, Any],  # noqa: F811
) -> None:
    wrong = {}
    for name in (*FILES, "pack_page", "pack_file"):
        where = address_of(name, arguments)
        shown = signed_in(READER).get(where)
        tag = shown.headers.get("ETag", "*")
        assert content(shown)
        for role, client in clients(*WITHOUT_ACCESS).items():
            for known in {tag, "*"}:
                answer = client.get(where, headers={"If-None-Match": known})
                if given(answer) != expected(name, role, "GET") or answer.status_code == 304:
                    wrong[name, role, known] = answer.status_code
    assert wrong == {}


# Packs ----------------------------------------------------------------------------------------------------------------


def test_the_files_of_a_pack_are_for_members_and_those_that_are_not_made_for_nobody(world: World) -> None:
    pack = frozen(world, meeting(world))
    made = {each.form for each in PackFile.objects.filter(pack=pack)} - {PackForm.PAGE}
    wrong = {}
    for role, client in clients(*sorted(ANYBODY)).items():
        refused = "sign in" if role == ANONYMOUS else "403" if role in WITHOUT_ACCESS else ""
        for form in [*(each.value for each in PackForm), "draft", "..", "figures.json"]:
            answer = client.get(f"/plans/{PLAN}/packs/{pack.id}/files/{form}/")
            if given(answer) != (refused or ("yes" if form in made else "404")) and form != "..":
                wrong[role, form] = given(answer)
        if given(client.get(f"/plans/{PLAN}/packs/{pack.id}/page/")) != (refused or "yes"):
            wrong[role, "page"] = "page"
    assert wrong == {}


def test_what_is_prepared_for_a_pack_is_the_secretariats_to_know_of(world: World, held: Any) -> None:
    at, secret = f"/plans/{PLAN}/meetings/{held.id}/", "Kōtuku among the reeds"
    client = signed_in(SECRETARIAT)
    stamp = client.get(f"{at}pack/").context["form"]["stamp"].value()
    assert client.post(f"{at}pack/", {"stamp": stamp, "summary": secret}).status_code == 302
    assert secret in client.get(f"{at}pack/").content.decode()
    assert secret in client.get(f"{at}pack/preview/").content.decode()
    seen = {}
    for role, other in clients(*sorted(ANYBODY - {SECRETARIAT})).items():
        wanted = "sign in" if role == ANONYMOUS else "403" if role in WITHOUT_ACCESS else "404"
        for page in ("", "agenda/", "pack/", "pack/preview/"):
            answer = other.get(at + page)
            if secret in answer.content.decode() or (page.startswith("pack/") and given(answer) != wanted):
                seen[role, page] = given(answer)
    assert seen == {}


# Calendars ------------------------------------------------------------------------------------------------------------


def feed_for(world: World, username: str) -> str:
    """A new token of somebody's calendar."""
    return make_feed(by=world.standing(username), at=world.now)


def opens(token: str) -> int:
    """What a calendar program is answered, which signs in nowhere."""
    return Client().get(f"/calendar/{token}.ics").status_code


def test_only_the_whole_token_opens_a_calendar(world: World) -> None:
    token = feed_for(world, "police")
    kept = CalendarFeed.objects.get().token_hash
    near = {
        token[:-1],
        token + "A",
        token.swapcase(),
        token[::-1],
        f"{token}%00",
        f"{token}%20",
        f"%20{token}",
        kept,
        kept.upper(),
        sha256(kept.encode()).hexdigest(),
        str(world.person("police").id),
        "police",
        "None",
        "%25",
        "x" * 5000,
    }
    assert opens(token) == 200
    assert {each: opens(each) for each in near} == dict.fromkeys(near, 404)
    for client in clients("police", SECRETARIAT, ADMINISTRATOR).values():
        assert client.get(f"/calendar/{kept}.ics").status_code == 404


def no_longer(world: World, username: str) -> None:
    """The person ends their address."""
    end_feed(by=world.standing(username), at=world.now)


def replaced(world: World, username: str) -> None:
    """The person makes another address."""
    feed_for(world, username)


@pytest.mark.parametrize("event", [ended, deactivated, no_longer, replaced])
def test_a_calendars_address_opens_nothing_once_it_ended_and_others_stay(
    world: World, event: Callable[[World, str], None]
) -> None:
    token, others = feed_for(world, "police"), feed_for(world, "sfo")
    seen = Client().get(f"/calendar/{token}.ics")
    event(world, "police")
    assert (opens(token), opens(others)) == (404, 200)
    again = Client().get(f"/calendar/{token}.ics", headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 404


def test_a_calendar_that_is_left_open_is_read_by_its_owner_of_now(world: World) -> None:
    token = feed_for(world, "police")
    reports_no_more(world, "police")
    assert opens(token) == 200  # who reads the plan reads their dates, whether they report or not


def test_an_address_of_a_calendar_gives_no_session_and_takes_nothing(world: World) -> None:
    token, client = feed_for(world, SECRETARIAT), Client()
    client.get(f"/calendar/{token}.ics")
    assert given(client.get("/account/")) == "sign in"
    assert client.cookies == {}
    with nothing_is_written():
        for ask in (client.post, client.put, client.delete, client.patch):
            assert ask(f"/calendar/{token}.ics").status_code == 405


# Parts of pages -------------------------------------------------------------------------------------------------------


def in_place(world: World) -> dict[str, str]:
    """The headers of a page's script that asks for the row of activity 12."""
    return {"HX-Request": "true", "HX-Target": f"activity-{world.activity(12).id}", "HX-Current-URL": f"/plans/{PLAN}/"}


@pytest.mark.parametrize(
    "names",
    [
        ["activity_list", "activity_update", "return_page", "pack_prepare"],
        pytest.param(sorted(set(TABLE) - {"sign_out"}), marks=pytest.mark.long),
    ],
    ids=["fragments", "every-address"],
)
def test_what_is_asked_for_in_place_is_refused_like_the_page(
    world: World,
    arguments: dict[str, Any],  # noqa: F811
    names: list[str],
) -> None:
    wrong, headers = {}, in_place(world)
    for role, client in clients(*sorted(ANYBODY)).items():
        for name in names:
            with transaction.atomic():  # what one is allowed to do must not change what the next one finds
                for method, ask in (("GET", client.get), ("POST", client.post)):
                    answer = ask(address_of(name, arguments), headers=headers)
                    content(answer)
                    if given(answer) != expected(name, role, method):
                        wrong[name, role, method] = f"{given(answer)}, not {expected(name, role, method)}"
                transaction.set_rollback(True)
    assert wrong == {}


def test_a_part_of_a_page_holds_nothing_for_who_is_refused(world: World) -> None:
    where, headers = f"/plans/{PLAN}/activities/12/update/", in_place(world)
    assert "Public/private project" in signed_in("police").get(where, headers=headers).content.decode()
    for role, client in clients(ANONYMOUS, OUTSIDER, ADMINISTRATOR).items():
        for ask in (client.get, client.post):
            assert "Public/private project" not in ask(where, headers=headers).content.decode(), role


def test_a_row_of_the_list_is_only_that_of_the_activity_asked_for(world: World) -> None:
    other = {"HX-Request": "true", "HX-Target": f"activity-{world.activity(7).id}"}
    page = signed_in("police").get(f"/plans/{PLAN}/activities/12/update/", headers=other).content.decode()
    assert "<html" in page  # another target is no place for this form: a whole page
    assert given(signed_in("police").get(f"/plans/{PLAN}/activities/7/update/", headers=other)) == "403"


# Pages that are drawn once --------------------------------------------------------------------------------------------

REMEMBERED = ("plan_dashboard", "overdue", "timeline", "activity_list")


def test_a_page_that_is_remembered_is_for_each_reader_the_page_drawn_for_them(world: World) -> None:
    roles = (SECRETARIAT, "police", READER)
    pages = {name: reverse(name, args=[PLAN]) for name in REMEMBERED}
    drawn = {}
    for role, client in clients(*roles).items():
        for name, where in pages.items():
            store.clear()
            drawn[role, name] = words_of(client.get(where))
    store.clear()
    differing = []
    for first in roles:
        for role, client in clients(first, *roles).items():
            differing += [
                (role, "after", first, name) for name in pages if words_of(client.get(pages[name])) != drawn[role, name]
            ]
    assert len({drawn[role, "activity_list"] for role in roles}) == len(roles)  # each with their own name on it
    assert differing == []


def test_a_page_that_is_remembered_is_not_shown_to_who_has_no_access(world: World) -> None:
    client, pages = signed_in("police"), [reverse(name, args=[PLAN]) for name in REMEMBERED]
    seen = [client.get(where) for where in pages]
    assert all(given(answer) == "yes" for answer in seen)
    for role, other in clients(*WITHOUT_ACCESS).items():
        refused = [given(other.get(where)) for where in pages]
        assert refused == ["sign in" if role == ANONYMOUS else "403"] * len(pages)
    ended(world, "police")
    assert [given(client.get(where)) for where in pages] == ["403"] * len(pages)
