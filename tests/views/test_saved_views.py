"""Saved views: a list gets a name of one's own, and nobody else ever sees it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest

from agencies.actions.common import Forbidden, Refused
from agencies.actions.saved_views import MOST, forget_view, page_address, rename_view, save_view
from agencies.models import SavedView
from tests.pages import words_of
from tests.world import World

PAGE = "/account/views/"
SAVE = "/account/views/save/"
LIST = "/plans/tnoc-2021-22/activities/?status=at_risk"


def keep(world: World, name: str = "At risk", address: str = LIST, username: str = "police") -> SavedView:
    """A view of somebody's."""
    return save_view(name=name, address=address, by=world.standing(username), at=world.now)


def names(world: World, username: str = "police") -> list[str]:
    return list(SavedView.objects.filter(person=world.person(username)).values_list("name", flat=True))


def form(name: str, address: str = LIST) -> dict[str, Any]:
    return {"name": name, "address": address, "stamp": "0", "once": str(uuid4())}


# On the pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        LIST,
        "/plans/tnoc-2021-22/activities/?sort=-due",
        "/plans/tnoc-2021-22/overdue/?body=police",
        "/plans/tnoc-2021-22/timeline/?focus=unify",
        "/plans/tnoc-2021-22/slippage/?focus=unify",
        "/plans/tnoc-2021-22/audit/?body=police",
        "/plans/tnoc-2021-22/activities/?status=at_risk&as_at=2021-12-31",
    ],
)
def test_a_filtered_list_is_saved_in_two_steps_and_one_is_back_on_it(world, sign_in, address):
    client = sign_in("police")
    (offer,) = re.findall(r'href="([^"]+)">Save this view', client.get(address).content.decode())
    asked = client.get(offer.replace("&amp;", "&"))
    shown = re.findall(r'name="address" value="([^"]+)"', asked.content.decode())[0].replace("&amp;", "&")
    sent = client.post(SAVE, form("Mine", shown), follow=True)

    assert sent.redirect_chain == [(address, 302)]
    assert "Saved as “Mine”" in words_of(sent)
    assert SavedView.objects.get().address == address


@pytest.mark.parametrize("page", ["activities/", "overdue/", "timeline/", "audit/", "activities/?status="])
def test_a_list_without_a_filter_offers_nothing_to_save(world, sign_in, page):
    assert "Save this view" not in sign_in("police").get(f"/plans/tnoc-2021-22/{page}").content.decode()


def test_the_list_that_is_filtered_in_place_offers_its_own_address(world, sign_in):
    headers = {"HX-Request": "true", "HX-Target": "register"}
    page = sign_in("police").get(f"{LIST}&q=&body=", headers=headers).content.decode()

    assert "address=%2Fplans%2Ftnoc-2021-22%2Factivities%2F%3Fstatus%3Dat_risk" in page


def test_ones_views_stand_by_name_and_lead_where_they_were_saved(world, sign_in):
    keep(world, "Zebra")
    keep(world, "Overdue", "/plans/tnoc-2021-22/overdue/?body=police&focus=unify")
    page = sign_in("police").get(PAGE).content.decode()

    assert page.index(">Overdue</a>") < page.index(">Zebra</a>")
    assert 'href="/plans/tnoc-2021-22/overdue/?body=police&amp;focus=unify">Overdue</a>' in page
    assert "15 February 2022" in page


def test_somebody_without_views_is_told_how_to_make_one(world, sign_in):
    keep(world)
    page = words_of(sign_in("sfo").get(PAGE))

    assert "No views yet" in page
    assert "choose “Save this view”" in page
    assert "At risk" not in page


def test_every_page_leads_to_ones_views(world, sign_in):
    assert f'href="{PAGE}"' in sign_in("police").get("/plans/tnoc-2021-22/").content.decode()
    assert f'href="{PAGE}"' not in sign_in("administrator").get("/people/").content.decode()


def test_a_view_is_renamed(world, sign_in):
    view = keep(world)
    client = sign_in("police")
    assert 'value="At risk"' in client.get(f"{PAGE}{view.id}/rename/").content.decode()
    sent = client.post(f"{PAGE}{view.id}/rename/", form("In danger"), follow=True)

    assert "Renamed to “In danger”." in words_of(sent)
    assert names(world) == ["In danger"]


def test_a_view_is_deleted_once(world, sign_in):
    view, other = keep(world), keep(world, "Another")
    client = sign_in("police")
    once = {"once": str(uuid4())}
    sent = client.post(f"{PAGE}{view.id}/delete/", once, follow=True)

    assert "“At risk” is deleted" in words_of(sent)
    assert names(world) == [other.name]
    again = client.post(f"{PAGE}{view.id}/delete/", once)  # it leads to where it led: nobody is told of a refusal
    assert (again.status_code, again["Location"]) == (302, PAGE)
    assert names(world) == [other.name]


def test_the_same_form_sent_twice_saves_one_view(world, sign_in):
    client, sent = sign_in("police"), form("Mine")

    assert client.post(SAVE, sent).headers["Location"] == client.post(SAVE, sent).headers["Location"] == LIST
    assert names(world) == ["Mine"]


def test_asking_for_the_form_saves_nothing(world, sign_in):
    client = sign_in("police")
    client.get(SAVE, {"address": LIST, "name": "Mine"})

    assert client.get(f"{PAGE}{keep(world).id}/delete/").status_code == 405
    assert names(world) == ["At risk"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Give the view a name."),
        ("   ", "Give the view a name."),
        ("at RISK", "You have a view of this name."),
        ("x" * 81, "80 characters"),
        ("a\x00b", "Null characters"),
    ],
)
def test_a_name_that_will_not_do_comes_back_with_a_sentence_and_what_was_typed(world, sign_in, name, sentence):
    keep(world)
    response = sign_in("police").post(SAVE, form(name))

    assert response.status_code == 422
    assert sentence in words_of(response)
    assert names(world) == ["At risk"]
    assert 'name="address" value="/plans/tnoc-2021-22/activities/?status=at_risk"' in response.content.decode()


def test_a_refused_new_name_leaves_the_old_one_in_the_heading(world, sign_in):
    view, _ = keep(world), keep(world, "Another")
    response = sign_in("police").post(f"{PAGE}{view.id}/rename/", form("Another"))

    assert response.status_code == 422
    assert "Rename “At risk”" in words_of(response)
    assert 'value="Another"' in response.content.decode()


def test_fifty_are_enough(world, sign_in):
    for number in range(MOST):
        keep(world, f"View {number}")
    response = sign_in("police").post(SAVE, form("One more"))

    assert response.status_code == 422
    assert "You have 50 views." in words_of(response)
    assert "as many as you can keep" in words_of(sign_in("police").get(PAGE))
    assert len(names(world)) == MOST


def test_the_pages_take_few_queries(world, sign_in, django_assert_max_num_queries):
    for number in range(20):
        keep(world, f"View {number}")
    client = sign_in("police")
    client.get(PAGE)
    for page in (PAGE, SAVE, f"{PAGE}{SavedView.objects.first().id}/rename/"):
        with django_assert_max_num_queries(8):
            assert client.get(page).status_code == 200


# Only one's own -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["sfo", "police-reader", "secretariat"])
def test_nobody_else_can_see_rename_or_delete_a_view(world, sign_in, username):
    view = keep(world, "A private name")
    client = sign_in(username)

    assert "A private name" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{view.id}/rename/").status_code == 404
    assert client.post(f"{PAGE}{view.id}/rename/", form("Theirs")).status_code == 404
    assert client.post(f"{PAGE}{view.id}/delete/", {"once": str(uuid4())}).status_code == 404
    assert names(world) == ["A private name"]


def test_the_use_cases_refuse_a_view_of_somebody_else(world):
    view = keep(world)
    with pytest.raises(Forbidden):
        rename_view(view=view, name="Theirs", by=world.standing("sfo"))
    with pytest.raises(Forbidden):
        forget_view(view=view, by=world.standing("sfo"))
    with pytest.raises(Forbidden):
        save_view(name="Mine", address=LIST, by=world.standing("outsider"), at=world.now)
    assert names(world) == ["At risk"]


def test_two_people_may_use_one_name(world):
    keep(world)
    keep(world, username="sfo")

    assert names(world) == names(world, "sfo") == ["At risk"]


# Where a view may lead ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "",
        "plans/tnoc-2021-22/",
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "/%2F/elsewhere.example/",
        "/%5Celsewhere.example/",
        " /account/",
        "javascript:alert(1)",
        "/no-such-page/",
        "/plans/tnoc-2021-22/activities.csv",
        "/static/tnoc/base.css",
        "/sign-in/?next=/account/",
        "/invitation/abc/",
        "/account/\n",
        "/account/\x00/",
        "/plans/" + "x" * 2000 + "/",
        "//[",
    ],
)
def test_a_view_leads_to_a_page_of_the_tracker_and_nowhere_else(world, sign_in, address):
    with pytest.raises(Refused):
        page_address(address)
    response = sign_in("police").post(SAVE, form("Mine", address))

    assert response.status_code == 422
    assert re.search("no page of the tracker|too long to be saved|Null characters", words_of(response))
    assert sign_in("police").get(SAVE, {"address": address}).status_code == 200
    assert names(world) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (LIST, LIST),
        (f"{LIST}&page=3&q=&body=", LIST),
        (f"{LIST}#trail", LIST),
        ("/plans/tnoc-2021-22/", "/plans/tnoc-2021-22/"),
        ("/plans/tnoc-2021-22/activities/?q=Ngā", "/plans/tnoc-2021-22/activities/?q=Ng%C4%81"),
        ("/plans/tnoc-2021-22/activities/?q=//x.example", "/plans/tnoc-2021-22/activities/?q=%2F%2Fx.example"),
    ],
)
def test_an_address_is_kept_without_what_says_nothing(given, kept):
    assert page_address(given) == kept


def test_an_address_too_long_to_keep_says_so(world, sign_in):
    response = sign_in("police").post(SAVE, form("Mine", f"{LIST}&q={'x' * 1000}"))

    assert response.status_code == 422
    assert "too long to be saved" in words_of(response)
