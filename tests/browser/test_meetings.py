"""A whole meeting in the browser: its pack is frozen, the group decides, and the next meeting opens with that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from activities.models import Decision, Meeting, Pack
from tests.actions.packs import frozen_with_page
from tests.browser.conftest import Visitor
from tests.browser.test_accessibility import TAGS
from tests.deciding import meeting
from tests.packs import seek
from tests.world import World

PLAN = "/plans/tnoc-2021-22/"
SUMMARY = "Nobody has reported yet; the strategy needs the group."


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world of a test with real commits."""
    return World()


@pytest.fixture
def called(world: World) -> Meeting:
    """A meeting of today, called two weeks ago, with one matter of the Secretariat's own."""
    made = meeting(world, called=date(2022, 2, 1))
    seek(world, made, "Pause the strategy", activity=world.activity(7))
    return made


def test_a_whole_meeting_from_its_pack_to_the_next_agenda(
    visitor: Callable[..., Visitor], world: World, called: Meeting
) -> None:
    officer, member = visitor(), visitor(viewport={"width": 320, "height": 640})
    page = officer.page
    officer.signs_in("secretariat")

    # Before: the pack is written, looked at and frozen.
    officer.goes_to(f"{PLAN}meetings/{called.id}/")
    page.get_by_role("link", name="Prepare the pack").click()
    page.get_by_role("textbox", name="Summary").fill(SUMMARY)
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("main")).to_contain_text("The summary is kept.")
    page.get_by_role("link", name="Look at it as it is now").click()
    expect(page.locator(".draft")).to_have_text("Draft, not frozen")
    expect(page.locator("main")).to_contain_text(SUMMARY)
    page.go_back()
    page.get_by_role("button", name="Freeze version 1").click()
    page.wait_for_url(f"**{PLAN}packs/*/", timeout=60_000)
    assert officer.heading == "Version 1 of the pack is frozen"
    assert set(Pack.objects.get().files.values_list("form", flat=True)) >= {"figures", "page", "stylesheet", "excel"}

    # During: a member reads it on a telephone, in the look that was stored with it.
    pack = Pack.objects.get()
    member.signs_in("steering")
    member.goes_to(f"{PLAN}packs/{pack.id}/")
    member.page.get_by_role("link", name="Read the pack").click()
    assert member.heading == "Pack for the Steering Group, 15 February 2022"
    member.page.wait_for_load_state("load")  # with its stylesheet
    assert member.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert member.page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert pack.figures_hash in member.page.locator(".hash").inner_text().replace(" ", "").replace("\n", "")

    # The group decides, and the Secretariat carries it out.
    officer.goes_to(f"{PLAN}meetings/{called.id}/")
    page.get_by_role("link", name="Record a decision").first.click()
    page.get_by_label("What was decided").fill("Pause the strategy until the ministers decide")
    page.get_by_label("About").select_option(f"activity-{world.activity(7).id}")
    page.get_by_role("radio", name="A pause").check()
    page.get_by_label("Owner").select_option(str(world.body("SFO").id))
    page.get_by_label("To be done by").fill("15/03/2022")
    page.get_by_role("button", name="Record the decision").click()
    page.wait_for_url(f"**{PLAN}decisions/*/")
    page.get_by_role("link", name="Carry it out").click()
    page.get_by_role("radio", name="Paused").check()
    page.get_by_label("The pause is reviewed on").fill("31/05/2022")
    page.locator("main form").get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{PLAN}activities/7/")
    assert world.activity(7).status == "paused"
    assert Decision.objects.get().state == "done"

    # After: the next meeting opens with what became of it, and the frozen pack knows nothing of it.
    officer.goes_to(f"{PLAN}meetings/call/")
    page.get_by_label("Day").fill("17/05/2022")
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url("**/agenda/")
    coming = Meeting.objects.get(held_on=date(2022, 5, 17))
    officer.goes_to(f"{PLAN}meetings/{coming.id}/")
    earlier = page.locator("#earlier")
    expect(earlier).to_contain_text("Pause the strategy until the ministers decide")
    expect(earlier).to_contain_text("Done on 15 February 2022")
    officer.goes_to(f"{PLAN}packs/{pack.id}/page/")
    expect(page.locator("main")).not_to_contain_text("until the ministers decide")


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_frozen_pack(
    visitor: Callable[..., Visitor], world: World, called: Meeting, width: int, scheme: str
) -> None:
    pack = frozen_with_page(world, called)
    member = visitor(viewport={"width": width, "height": 800}, color_scheme=scheme)
    member.signs_in("secretariat")
    for path in (f"packs/{pack.id}/page/", f"packs/{pack.id}/", f"meetings/{called.id}/pack/"):
        member.goes_to(f"{PLAN}{path}")
        violations = Axe().run(member.page, options={"runOnly": TAGS}).response["violations"]
        assert [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]] == [], path
        assert member.page.evaluate("document.documentElement.scrollWidth") <= width, path
