"""Reporting from the list with JavaScript: the form opens in the row, shows what is needed, and moves the focus."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from activities.models import StatusUpdate
from tests.browser.conftest import Visitor

LIST = "/plans/tnoc-2021-22/activities/"


@pytest.fixture
def secretariat(visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody of the Secretariat before the list of activities."""
    person = visitor()
    person.signs_in("secretariat")
    person.goes_to(LIST)
    return person


def test_a_status_is_changed_in_the_row_and_the_focus_follows(secretariat: Visitor) -> None:
    page = secretariat.page
    page.get_by_role("link", name="Update 12 ").click()
    page.locator("tr.inplace").wait_for()
    page.locator("tr.inplace h2:focus").wait_for()
    assert not page.get_by_label("Path to green").is_visible()
    page.get_by_label("At risk").check()
    assert page.get_by_label("Path to green").is_visible()
    assert not page.get_by_label("Decision reference").is_visible()
    page.get_by_role("button", name="Save").click()
    page.locator(".error-summary:focus").wait_for()
    page.get_by_label("Reason").fill("One bank has left.")
    page.get_by_label("Path to green").fill("A successor is approached.")
    page.get_by_role("button", name="Save").click()
    page.locator("tr.inplace").wait_for(state="detached")
    page.locator("a:focus", has_text="Public/private project").wait_for()
    assert page.get_by_text("is at risk.").is_visible()
    assert "At risk" in page.locator("tr", has_text="Public/private project").inner_text()


def test_what_is_out_of_sight_is_not_sent(secretariat: Visitor) -> None:
    page = secretariat.page
    secretariat.goes_to(f"{LIST}12/update/")
    page.get_by_label("At risk").check()
    page.get_by_label("Reason").fill("Typed, and then thought better of.")
    page.get_by_label("On track").check()
    page.get_by_label("What was done").fill("The banks have met.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved:").wait_for()
    update = StatusUpdate.objects.get()
    assert (update.to_status, update.reason) == ("on_track", "")


def test_filters_replace_the_list_and_stand_in_the_address_without_empty_ones(secretariat: Visitor) -> None:
    page = secretariat.page
    page.get_by_label("Body", exact=True).select_option("police")
    page.get_by_text("13 of 21 activities:", exact=True).wait_for()
    assert page.url.endswith("/activities/?body=police")
    page.get_by_label("Text or number").fill("untoc")
    page.get_by_text("1 of 21 activities:", exact=True).wait_for()
    assert page.url.endswith("/activities/?q=untoc&body=police")
    page.get_by_role("link", name="Take out: matching “untoc”").click()
    page.get_by_text("13 of 21 activities:", exact=True).wait_for()
    page.go_back()
    page.get_by_text("1 of 21 activities:", exact=True).wait_for()
