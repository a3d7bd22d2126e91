"""What people do, in a real browser: one rich journey for each standing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from activities.models import Milestone, StatusUpdate
from agencies.models import Membership
from tests.browser.conftest import Visitor
from tests.world import World

PLAN = "/plans/tnoc-2021-22/"
Visitors = Callable[..., Visitor]


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world of a test with real commits."""
    return World()


def test_the_secretariat_sets_activity_12_at_risk_and_sees_the_trail(visitor: Visitors, world: World) -> None:
    officer = visitor()
    page = officer.page
    officer.signs_in("secretariat")
    page.keyboard.press("/")
    page.keyboard.type("financial sector vulnerabilities")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Public.private project")).first.click()
    page.get_by_role("link", name="Update status").click()
    page.get_by_role("radio", name="At risk").check()
    expect(page.get_by_label("Decision reference")).to_be_hidden()
    page.locator("main form").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the reason.")
    assert page.evaluate("document.activeElement.closest('[role=alert]') !== null")
    page.get_by_label("Reason").fill("One bank has withdrawn.")
    page.get_by_label("Path to green").fill("A replacement has been approached.")
    page.locator("main form").get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{PLAN}activities/12/**")
    expect(page.locator("main")).to_contain_text("One bank has withdrawn.")
    expect(page.locator("main")).to_contain_text("Secretariat Officer")
    assert world.activity(12).status == "at_risk"
    assert StatusUpdate.objects.get().path_to_green == "A replacement has been approached."


def test_a_status_is_changed_in_place_in_the_list(visitor: Visitors, world: World) -> None:
    officer = visitor()
    page = officer.page
    officer.signs_in("secretariat")
    officer.goes_to(f"{PLAN}activities/?q=handbook")
    page.get_by_role("link", name="Update").first.click()
    form = page.locator("main table form")
    form.get_by_role("radio", name="On track").check()
    form.get_by_label("What was done").fill("First chapters drafted.")
    form.get_by_label("Why it is on track").fill("The draft is with the printer.")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(page.locator("main table")).to_contain_text("On track")
    assert page.url.endswith("/activities/?q=handbook")
    assert world.activity(2).status == "on_track"


def test_the_police_lead_delivers_a_milestone_from_my_agency(visitor: Visitors, world: World) -> None:
    lead = visitor(viewport={"width": 320, "height": 640})
    page = lead.page
    lead.signs_in("police")
    page.get_by_role("link", name="My agency").click()
    expect(page.locator("h1")).to_contain_text("Police")
    page.locator("main").get_by_role("link", name="Expansion of NZTCU support").first.click()
    page.get_by_role("link", name="Update status").click()
    page.get_by_role("radio", name="On track").check()
    page.get_by_label("What was done").fill("The programme started with a first course.")
    page.get_by_label("Begun: Programme implementation").fill("6/12/2021")
    page.locator("main form").get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{PLAN}activities/13/**")
    expect(page.locator("main")).to_contain_text("begun on time")
    begun: Any = Milestone.objects.get(activity=world.activity(13))
    assert begun.delivered_on.isoformat() == "2021-12-06"
    lead.goes_to(f"{PLAN}activities/7/")
    expect(page.get_by_role("link", name="Update status")).to_have_count(0)


def test_the_steering_group_opens_the_oldest_overdue_and_reads_why(visitor: Visitors, world: World) -> None:
    officer = visitor()
    officer.signs_in("secretariat")
    officer.goes_to(f"{PLAN}activities/1/update/")
    officer.page.get_by_role("radio", name="Off track").check()
    officer.page.get_by_label("Reason").fill("The plan names nobody to invite the supervisors.")
    officer.page.get_by_label("No date can be forecast").check()
    officer.page.get_by_label("Ask of the Steering Group").fill("Name a lead.")
    officer.page.locator("main form").get_by_role("button", name="Save").click()
    officer.page.wait_for_url(f"**{PLAN}activities/1/**")
    member = visitor(java_script_enabled=False, color_scheme="dark")
    page = member.page
    member.signs_in("steering")
    page.get_by_role("link", name="Overdue").first.click()
    assert "138 days" in member.heading
    expect(page.locator("main")).to_contain_text("Name a lead.")
    page.locator("main table").get_by_role("link", name="Expand TNOC governance model").first.click()
    expect(page.locator("main")).to_contain_text("The plan names nobody to invite the supervisors.")
    expect(page.get_by_role("link", name="Edit words")).to_have_count(0)


def test_an_administrator_invites_somebody_who_signs_in(visitor: Visitors, world: World) -> None:
    administrator = visitor()
    page = administrator.page
    administrator.signs_in("administrator")
    administrator.goes_to("/people/")
    page.get_by_role("link", name="Invite").first.click()
    page.get_by_label("User name").fill("moana")
    page.get_by_label("Name", exact=True).fill("Moana Example")
    page.get_by_label("Body").select_option(label="New Zealand Customs Service")
    page.get_by_label("may report").check()
    page.get_by_label("Reason").fill("New lead of Customs.")
    page.locator("main form").get_by_role("button").last.click()
    link = page.locator("main").get_by_text("/invitation/").inner_text().strip()
    invited = visitor()
    invited.page.goto(link)
    for field in invited.page.locator("input[type=password]").all():
        field.fill("pōhutukawa by the sea")
    invited.page.locator("main form").get_by_role("button").click()
    invited.signs_in("moana", "pōhutukawa by the sea")
    assert "overdue" in invited.heading
    assert Membership.objects.get(person__username="moana").may_report
    invited.page.goto(link)
    expect(invited.page.locator("main")).to_contain_text("This link does not work")
