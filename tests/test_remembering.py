"""Remembered pages: the same as drawn anew, after every change and for everybody, and nobody's own words in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from activities.templatetags.remembering import Parts
from tests.generated import half_a_year, on_track, say
from tests.played_year import Year
from tests.scenes import after
from tests.world import World
from tnoc_tracker import store as the_store
from tnoc_tracker.store import Store, store

PLAN = "/plans/tnoc-2021-22/"
PAGES = [
    PLAN,
    f"{PLAN}overdue/",
    f"{PLAN}overdue/?page=all",
    f"{PLAN}timeline/",
    f"{PLAN}activities/",
    f"{PLAN}activities/?status=at_risk&sort=-due",
    f"{PLAN}activities/12/",
    f"{PLAN}agencies/",
    f"{PLAN}agencies/police/",
    f"{PLAN}slippage/",
    f"{PLAN}?as_at=2021-12-31",
    f"{PLAN}activities/?as_at=2021-12-31",
]
PEOPLE = ["secretariat", "police", "police-reader", "sfo", "steering"]


@pytest.fixture
def switched_on(settings: Any) -> Iterator[Any]:
    """Remember pages, as in production."""
    settings.REMEMBERED_CHARACTERS = 8_000_000
    yield settings
    store.clear()


def page(client: Client, url: str) -> str:
    """What a page says; the tokens of its forms are new each time."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", answer.content.decode())


@after(half_a_year)
def test_a_remembered_page_is_the_page_drawn_anew_for_everybody(
    world: World, sign_in: Callable[[str], Client], switched_on: Any
) -> None:
    clients = {name: sign_in(name) for name in PEOPLE}
    for url in PAGES:
        first = {name: page(client, url) for name, client in clients.items()}
        again = {name: page(client, url) for name, client in clients.items()}
        switched_on.REMEMBERED_CHARACTERS = 0
        anew = {name: page(client, url) for name, client in clients.items()}
        switched_on.REMEMBERED_CHARACTERS = 8_000_000
        assert first == again == anew, url


def test_a_page_is_drawn_once_and_asks_the_database_little_after_that(
    world: World, sign_in: Callable[[str], Client], switched_on: Any
) -> None:
    client = sign_in("steering")
    for url in PAGES:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        assert len(captured) == 5, url  # session, person, memberships, plans, the state of the record


def test_people_with_the_same_rights_share_a_page_and_not_their_names(
    world: World, sign_in: Callable[[str], Client], switched_on: Any
) -> None:
    ours = page(sign_in("police"), f"{PLAN}activities/")
    readers = page(sign_in("police-reader"), f"{PLAN}activities/")
    assert "Update Banking" in ours or "/activities/12/update/" in ours
    assert "/activities/12/update/" not in readers
    assert "Police Lead" in ours
    assert "Police Lead" not in readers


def test_a_change_shows_at_once(world: World, sign_in: Callable[[str], Client], switched_on: Any) -> None:
    client, words = sign_in("steering"), "The words of this very moment."
    for url in (PLAN, f"{PLAN}activities/2/"):
        assert words not in page(client, url)
    say(world, 2, world.today, on_track("Done.", explanation=words))
    for url in (PLAN, f"{PLAN}activities/2/"):
        assert words in page(client, url)


@after(half_a_year)
def test_the_next_day_is_another_page(world: World, sign_in: Callable[[str], Client], switched_on: Any) -> None:
    client = sign_in("steering")
    assert "46 days overdue" in page(client, f"{PLAN}activities/")
    switched_on.TNOC_TODAY = world.today + timedelta(days=1)
    assert "46 days overdue" not in page(client, f"{PLAN}activities/")
    assert "47 days overdue" in page(client, f"{PLAN}activities/")


def test_what_cannot_be_read_is_answered_each_time(
    world: World, sign_in: Callable[[str], Client], switched_on: Any
) -> None:
    client = sign_in("steering")
    for name in ("overdue", "timeline", "activities", "slippage"):
        for _ in range(2):
            assert client.get(f"{PLAN}{name}/?body=nobody-of-this-name").status_code == 422
    for _ in range(2):
        assert client.get(f"{PLAN}activities/999/").status_code == 404


def test_a_part_with_a_form_of_its_own_is_never_kept() -> None:
    drawn = engines["django"].from_string(
        "{% load remembering %}{% remembered 'main' %}<form method='post'>{% csrf_token %}</form>{% endremembered %}"
    )
    parts = Parts(0)
    shown = drawn.render({"remembered_parts": parts}, RequestFactory().get("/"))
    assert "csrfmiddlewaretoken" in shown
    assert parts.personal


def test_a_part_without_one_is_kept_as_it_was_drawn() -> None:
    drawn = engines["django"].from_string("{% load remembering %}{% remembered 'main' %}{{ it }}{% endremembered %}")
    parts, request = Parts(0), RequestFactory().get("/")
    assert drawn.render({"remembered_parts": parts, "it": "<1>"}, request) == "&lt;1&gt;"
    assert drawn.render({"remembered_parts": parts, "it": "2"}, request) == "&lt;1&gt;"
    assert drawn.render({"it": "2"}, request) == "2"
    assert not parts.personal


def test_what_was_used_longest_ago_is_forgotten_first(settings: Any) -> None:
    settings.REMEMBERED_CHARACTERS = 100
    kept = Store()
    for name in "abc":
        kept.put(name, name, 40)
        kept.get("a")
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]
    kept.put("d", "d", 101)
    assert not any(kept.get(name) for name in "abcd")


def test_nothing_is_kept_for_longer_than_a_minute(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REMEMBERED_CHARACTERS = 100
    kept = Store()
    kept.put("a", "a", 1)
    assert kept.get("a")
    monkeypatch.setattr(the_store, "KEPT_SECONDS", -1)
    assert kept.get("a") is None


@pytest.mark.long
def test_on_every_third_day_that_is_played_the_remembered_pages_are_those_drawn_anew(
    own_database: World, switched_on: Any
) -> None:
    year, clients = Year(7), {}
    for name in ("secretariat", "police-reader"):
        clients[name] = Client()
        clients[name].force_login(own_database.person(name), backend="django.contrib.auth.backends.ModelBackend")
    for day in (date(2021, 9, 1) + timedelta(days=number) for number in range(60)):
        switched_on.TNOC_TODAY = day
        year.play(day)
        if day.toordinal() % 3:
            continue
        visits = [(url, name) for url in PAGES[:-2] for name in clients]
        kept = {(url, name): page(clients[name], url) for url, name in visits}
        store.clear()
        anew = {(url, name): page(clients[name], url) for url, name in visits}  # the next day finds these
        assert [visit for visit in visits if kept[visit] != anew[visit]] == [], day
    assert sum(year.done.values()) > 60
