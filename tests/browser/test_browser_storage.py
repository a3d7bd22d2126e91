"""Nothing of the register, and nothing typed, is left in a browser: no storage of any kind is used, and few cookies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.test_accessibility import TAGS

LIST = "/plans/tnoc-2021-22/activities/"

STORED = """async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((each) => each.name),
    caches: "caches" in window ? await caches.keys() : [],
    workers: navigator.serviceWorker ? (await navigator.serviceWorker.getRegistrations()).length : 0,
})"""
NOTHING: dict[str, Any] = {"local": [], "session": [], "databases": [], "caches": [], "workers": 0}


def violations(page: Page) -> list[str]:
    """What axe finds on a page that only a form sent too late leads to."""
    found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"][:3]]


def test_a_journey_through_the_pages_leaves_nothing_behind(visitor: Callable[..., Visitor]) -> None:
    person = visitor()
    person.signs_in("secretariat")
    page = person.page
    for path in ("/", LIST, f"{LIST}12/", "/plans/tnoc-2021-22/timeline/", "/plans/tnoc-2021-22/search/?q=bank"):
        person.goes_to(path)
        assert page.evaluate(STORED) == NOTHING, path
    person.goes_to(LIST)
    page.get_by_label("Body", exact=True).select_option("police")
    page.get_by_text("13 of 21 activities:", exact=True).wait_for()
    page.get_by_role("link", name="Update 12 ").click()
    page.locator("tr.inplace").wait_for()
    page.get_by_label("At risk").check()
    page.get_by_label("Reason").fill("Typed, and not sent.")
    assert page.evaluate(STORED) == NOTHING
    page.go_back()
    page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'reload'")  # htmx asks anew
    assert page.evaluate(STORED) == NOTHING
    cookies = {each["name"]: each for each in page.context.cookies()}
    assert set(cookies) <= {"sessionid", "csrftoken", "messages"}
    assert cookies["sessionid"]["httpOnly"]
    assert cookies["csrftoken"]["httpOnly"]
    assert page.evaluate("document.cookie") == ""


def test_a_form_sent_in_place_after_the_session_ended_is_sent_again_after_signing_in(
    visitor: Callable[..., Visitor],
) -> None:
    person = visitor()
    person.signs_in("secretariat")
    page = person.page
    person.goes_to(LIST)
    page.get_by_role("link", name="Update 12 ").click()
    page.locator("tr.inplace").wait_for()
    page.get_by_label("On track").check()
    page.get_by_label("What was done").fill("Typed for half an hour.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Not saved: you were signed out").wait_for()
    assert page.get_by_text("Typed for half an hour.").is_visible()
    assert violations(page) == []
    page.get_by_label("User name").fill("secretariat")
    page.get_by_label("Password").fill("kererū over the harbour")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Send it now").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/activities/**")
    assert page.get_by_text("Typed for half an hour.").first.is_visible()
    person.troubles = [each for each in person.troubles if "401" not in each]  # htmx tells the console of it
    assert page.evaluate(STORED) == NOTHING
