"""What a page weighs on its first view over the wire: HTML, styles, scripts and icon, compressed, with headers.

Static files are those that production serves; they are kept by the browser for ever, so that a second page costs its
HTML alone.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.targets import MOST_QUERIES
from tests.generated import grow, half_a_year, off_track, say
from tests.scenes import after
from tests.serving import static_files
from tests.test_access import (
    ANONYMOUS,
    TABLE,
    address_of,
    arguments,  # noqa: F401  a fixture is used by its name
)
from tests.test_list_files import content
from tests.world import TODAY, World

MOST = 60_000
"""Bytes of any page's first view."""

MOST_OF_FILES = 36_000
"""Bytes of the styles, scripts and icon that every page shares."""

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
LINKED = re.compile(rb'<(?:link rel="(?:icon|stylesheet)" href|script src)="([^"]+)"')
NO_PAGE_NOW = {"home", "healthz", "readyz", "calendar", "activity_reinstate", "pack_page"}
"""Addresses that lead elsewhere, answer no HTML or refuse; the test's pack has no real page (see the next test)."""

ASKS_MORE = {"pack_preview"}
"""The whole pack as it would be frozen now, each of its sections with questions of its own; the Secretariat's alone."""

PLAN = "/plans/tnoc-2021-22/"
WORDS = (
    "The second draft went to every agency on {}; the {} of twelve answers came in week {}, and what is left is for "
    "the chair to ask of office number {} before the paper can go to the group."
)


@pytest.fixture
def production_files(settings: Any) -> None:
    """Static files under their hashed names, compressed, as ``collectstatic`` makes them."""
    settings.STATIC_ROOT = static_files()
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }


def headers_of(response: HttpResponseBase) -> int:
    """Bytes of the headers of an answer."""
    return sum(len(f"{name}: {value}\r\n") for name, value in response.items())


class Browser:
    """Opens pages with everything that they need, and remembers what each file weighs."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.files: dict[str, int] = {}

    def first_view(self, url: str) -> tuple[int, int]:
        """What the page weighs, and what all its files weigh; a page that is no HTML weighs nothing."""
        response: Any = self.client.get(url, headers=BROWSER)
        if response.status_code != 200 or response.streaming or not response["Content-Type"].startswith("text/html"):
            return 0, 0
        body = response.content
        page = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
        return len(body) + headers_of(response), sum(self.file(found.decode()) for found in LINKED.findall(page))

    def file(self, url: str) -> int:
        """What a static file weighs."""
        if url not in self.files:
            response: Any = self.client.get(url, headers={"Accept-Encoding": "gzip"})
            assert response.status_code == 200, url
            body = content(response)
            if "Content-Encoding" not in response.headers:  # collectstatic did not run: it compresses as hard
                body = gzip.compress(body, 9)
            self.files[url] = len(body) + headers_of(response)
        return self.files[url]


def test_no_page_weighs_more_or_asks_the_database_more_than_it_should(
    sign_in: Callable[[str], Client],
    arguments: dict[str, Any],  # noqa: F811
) -> None:
    half_a_year(World())
    browsers = {ANONYMOUS: Browser(Client())}
    browsers |= {role: Browser(sign_in(role)) for role in ("secretariat", "administrator", "police")}
    weighed, queries = {}, {}
    for name, row in TABLE.items():
        role = next((each for each in browsers if each in row.look), None)
        if role:
            with CaptureQueriesContext(connection) as asked:
                page, files = browsers[role].first_view(address_of(name, arguments))
            weighed[name], queries[name] = page + files, len(asked)
            assert files <= MOST_OF_FILES, name
    assert {name: size for name, size in weighed.items() if size > MOST} == {}
    assert {name for name, count in queries.items() if weighed[name] and count > MOST_QUERIES} == ASKS_MORE, queries
    not_weighed = {name for name, size in weighed.items() if not size}
    assert {name for name in not_weighed if not name.endswith("_file")} == NO_PAGE_NOW


BIG = (
    "",
    "overdue/",
    "timeline/",
    "activities/",
    "activities/?q=e&sort=-due",
    "activities/12/",
    "agencies/",
    "agencies/police/",
    "my-agency/",
    "audit/",
    "slippage/",
    "screen/",
    "search/?q=agency",
    "compare/?from=2021-07-05",
    "activities/12/update/",
)


@after(half_a_year)
@pytest.mark.long
@pytest.mark.usefixtures("production_files")
def test_the_pages_of_a_large_plan_weigh_no_more(world: World, sign_in: Callable[[str], Client]) -> None:
    grow(world.plan, 1000)
    for number in range(100, 900):
        where = f"activity {number}"
        say(world, number, TODAY, off_track(WORDS.format(where, number * 7, number % 52, number * 31)))
    browser = Browser(sign_in("secretariat"))
    weighed = {url: sum(browser.first_view(f"{PLAN}{url}")) for url in BIG}
    assert {url: size for url, size in weighed.items() if size > MOST} == {}


# Files that have not changed --------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.usefixtures("production_files")
def test_static_files_are_kept_for_ever_and_not_sent_again(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("steering")
    page = client.get(PLAN).content
    found = [each.decode() for each in LINKED.findall(page)]
    assert len(found) >= 5
    for url in found:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", url), url
        response = client.get(url, headers={"Accept-Encoding": "gzip"})
        body = content(response)
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(body) < len(gzip.decompress(body))
        assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        for held in (
            {"If-None-Match": response.headers["ETag"]},
            {"If-Modified-Since": response.headers["Last-Modified"]},
        ):
            again = client.get(url, headers=held)
            assert (again.status_code, b"".join(again)) == (304, b"")


def test_a_page_is_sent_compressed_to_who_can_read_that_and_never_twice_alike(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("steering")
    plain, *compressed = (client.get("/help/", headers=asked) for asked in ({}, *[BROWSER] * 8))
    assert "Content-Encoding" not in plain.headers
    for each in compressed:
        assert each.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in each.headers["Vary"]
        assert gzip.decompress(each.content).startswith(b"<!doctype html>")
    paddings = {each.content.index(0, 10) for each in compressed}
    assert len(paddings) > 1, "nothing hides the length of what is compressed"


def test_lists_as_files_are_sent_as_they_are(world: World, sign_in: Callable[[str], Client]) -> None:
    for ending in ("csv", "xlsx"):
        response = sign_in("steering").get(f"{PLAN}activities.{ending}", headers=BROWSER)
        content(response)
        assert "Content-Encoding" not in response.headers
