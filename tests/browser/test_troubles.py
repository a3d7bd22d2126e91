"""In place, when the server fails or cannot be reached: the page says so, and nothing typed is touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from activities.models import StatusUpdate
from tests.browser.conftest import Visitor

LIST = "/plans/tnoc-2021-22/activities/"
WORDS = "One bank has left."
NO_ANSWER = ("htmx:sendError", "htmx:afterRequest")
IN_PLACE = "Not saved: others were saving for too long. What you typed is still here."


@pytest.fixture
def reporting(visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody of the Secretariat who has filled in the form in the list, and not sent it yet."""
    person = visitor()
    person.signs_in("secretariat")
    person.goes_to(LIST)
    person.page.get_by_role("link", name="Update 12 ").click()
    person.page.locator("tr.inplace h2:focus").wait_for()
    person.page.get_by_label("At risk").check()
    person.page.get_by_label("Reason").fill(WORDS)
    person.page.get_by_label("Path to green").fill("A successor is approached.")
    return person


def saves(person: Visitor, then: Callable[[Any], None]) -> str:
    """Press Save while the server fails in some way; what the page says then."""
    person.page.route("**/update/", then)
    save = person.page.get_by_role("button", name="Save")
    save.click()
    said = person.page.locator("#messages li.error")
    expect(said).to_be_in_viewport()
    expect(save).to_be_in_viewport()
    person.page.unroute("**/update/", then)
    assert person.page.get_by_label("Reason").input_value() == WORDS
    return said.inner_text()


def expecting(person: Visitor, *troubles: str) -> None:
    """The console says what the page says too: of these it may."""
    assert all(any(each in heard for each in troubles) for heard in person.troubles), person.troubles
    person.troubles.clear()


def test_a_trouble_of_the_database_is_said_in_its_own_words(reporting: Visitor) -> None:
    def busy(route: Any) -> None:
        route.fulfill(status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "5"}, body=IN_PLACE)

    assert saves(reporting, busy) == IN_PLACE
    expecting(reporting, "status of 503", "Response Status Error Code 503")
    reporting.page.get_by_role("button", name="Save").click()
    reporting.page.locator("tr.inplace").wait_for(state="detached")
    assert reporting.page.get_by_text("is at risk.").is_visible()


def test_where_no_answer_comes_nothing_is_called_unsaved_and_sending_again_is_safe(reporting: Visitor) -> None:
    """The server takes the form, and dies before it answers."""

    def taken_and_lost(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    said = saves(reporting, taken_and_lost)
    assert said.startswith("Perhaps not saved: no answer came.")
    expecting(reporting, "ERR_CONNECTION_RESET", *NO_ANSWER)
    reporting.page.get_by_role("button", name="Save").click()
    reporting.page.locator("tr.inplace").wait_for(state="detached")
    assert StatusUpdate.objects.get().reason == WORDS


def test_a_page_of_somebody_elses_is_not_shown_as_words_of_ours(reporting: Visitor) -> None:
    """A proxy that finds no server answers with a page of its own."""

    def proxy(route: Any) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")

    said = saves(reporting, proxy)
    assert said.startswith("Perhaps not saved: no answer came.")
    expecting(reporting, "status of 502", "Response Status Error Code 502")


def test_what_cannot_be_looked_at_is_not_called_unsaved(visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    person.signs_in("secretariat")
    person.goes_to(LIST)
    person.page.route("**/update/", lambda route: route.abort("connectionrefused"))
    person.page.get_by_role("link", name="Update 12 ").click()
    said = person.page.locator("#messages li.error")
    said.wait_for()
    assert said.inner_text().startswith("Not shown: the server could not be reached.")
    expecting(person, "ERR_CONNECTION_REFUSED", *NO_ANSWER)


@pytest.mark.parametrize("answer", ["none", "of a proxy"])
def test_a_page_with_a_form_is_not_left_while_the_server_is_away(visitor: Callable[..., Visitor], answer: str) -> None:
    person = visitor()
    person.signs_in("secretariat")
    person.goes_to(f"{LIST}12/update/")
    page = person.page
    page.get_by_label("On track").check()
    page.get_by_label("What was done").fill(WORDS)

    def away(route: Any) -> None:
        if answer == "none":
            route.abort("connectionrefused")
        else:
            route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")

    for address in ("**/healthz", "**/update/"):
        page.route(address, away)
    page.get_by_role("button", name="Save").click()
    said = page.locator("#messages li.error")
    said.wait_for()
    assert said.inner_text().startswith("Not sent: the server could not be reached.")
    assert page.get_by_label("What was done").input_value() == WORDS
    expecting(person, "ERR_CONNECTION_REFUSED", "status of 502")
    for address in ("**/healthz", "**/update/"):
        page.unroute(address)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved:").wait_for()
    assert StatusUpdate.objects.get().what_was_done == WORDS
