"""Keys that open something without signing in, a calendar's and a one-time link's: long, hashed, never told on."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.actions.feeds import make_feed
from agencies.actions.passwords import reset_password
from agencies.models import CalendarFeed, Invitation
from tests.world import World
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.events import JsonLines, WithoutKeys, without_keys

BITS = 256


@pytest.fixture
def key(world: World) -> str:
    """The key of the calendar of Police's lead."""
    return make_feed(by=world.standing("police"), at=world.now)


@pytest.fixture
def link(world: World) -> str:
    """The key of a one-time link of Corrections' lead."""
    said = {"reason": "Forgotten", "by": world.standing("administrator"), "at": world.now, "now": machine_now()}
    return reset_password(person=world.person("corrections"), **said)


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that any logger says, as production writes it."""
    written = StringIO()
    plain, lines = logging.StreamHandler(written), logging.StreamHandler(written)
    plain.addFilter(WithoutKeys())
    lines.setFormatter(JsonLines())
    handlers = {"django": plain, "django.request": plain, "axes": plain, "tnoc": lines}
    for name, handler in handlers.items():
        logging.getLogger(name).addHandler(handler)
    yield written
    for name, handler in handlers.items():
        logging.getLogger(name).removeHandler(handler)


def test_a_key_cannot_be_guessed_and_is_made_anew_each_time(world: World, key: str, link: str) -> None:
    again = make_feed(by=world.standing("police"), at=world.now)
    assert len({key, link, again}) == 3
    for each in (key, link, again):
        assert re.fullmatch(r"[\w-]+", each)
        assert len(each) * 6 >= BITS


def test_only_hashes_are_kept_and_looked_up(key: str, link: str) -> None:
    for model in (CalendarFeed, Invitation):
        (kept,) = model.objects.all()
        assert re.fullmatch(r"[0-9a-f]{64}", kept.token_hash)
        assert model._meta.get_field("token_hash").unique, "an index finds it: nothing is compared letter by letter"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        Client().get(f"/calendar/{key}.ics")
        Client().get(f"/invitation/{link}/")
    said = " ".join(query["sql"] for query in asked)
    assert key not in said
    assert link not in said


def test_a_wrong_key_is_answered_like_one_that_has_ended(world: World, key: str) -> None:
    make_feed(by=world.standing("police"), at=world.now)
    client = Client()
    ended, wrong, cut = (client.get(f"/calendar/{each}.ics") for each in (key, "x" * 43, key[:-1]))
    assert {ended.status_code, wrong.status_code, cut.status_code} == {404}
    pages = {re.sub(r"[A-Za-z0-9]{64}", "", each.content.decode()) for each in (ended, wrong, cut)}  # without tokens
    assert len(pages) == 1


def test_the_page_behind_a_key_sends_its_address_to_nobody_and_is_kept_nowhere(key: str, link: str) -> None:
    page = Client().get(f"/invitation/{link}/")
    assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin")
    assert "no-store" in page["Cache-Control"]
    assert not re.findall(r'(?:href|src|action)="(?:https?:)?//', page.content.decode())
    file = Client().get(f"/calendar/{key}.ics")
    assert (file.status_code, file["Cache-Control"]) == (200, "private, no-cache")
    assert file["Referrer-Policy"] == "same-origin"
    assert key not in file.content.decode()


def test_no_log_tells_a_key(key: str, link: str, logged: StringIO, sign_in: Any) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.post(f"/invitation/{link}/", {"new_password": "x"})
    strict.post(f"/calendar/{key}.ics")
    strict.get(f"/calendar/{key}x/")
    sign_in("outsider").get(f"/plans/{key}/")

    def broken(*args: Any) -> Any:
        raise OperationalError("gone")

    with connection.execute_wrapper(broken):
        assert strict.get(f"/calendar/{key}.ics").status_code >= 500
        assert strict.get(f"/invitation/{link}/").status_code >= 500
    said = logged.getvalue()
    assert "/calendar/…" in said
    assert "/invitation/…" in said
    assert key not in said
    assert link not in said


def test_what_is_no_key_stays_in_the_log() -> None:
    for path in ("/plans/tnoc-2021-22/activities/row-21/", "/static/tnoc/base.0123456789ab.css", "a" * 50):
        assert without_keys(path) == path
    line = json.loads(JsonLines().format(logging.makeLogRecord({"msg": "a sentence"})))
    assert line["message"] == "a sentence"
