"""The Police lead files four returns in one sitting with the keyboard alone; a draft keeps what is out of sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from activities.models import Draft, Filing, Round
from activities.returns import ReturnState
from tests.actions.rounds import asked
from tests.browser.conftest import Visitor
from tests.generated import on_track, say
from tests.views.returns import MINE, a_round, page_of
from tests.world import World

MOST_TABS = 80


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world with real commits, and the round of Q2, in which Police has reported on its part of 11 before."""
    world = World()
    say(world, 11, date(2021, 11, 15), on_track("Guidance is drafted."), by="police", part="Police")
    a_round(world)
    return world


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what is called so; every stop on the way can be seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const on = document.activeElement;
                const name = (on.labels && on.labels.length ? on.labels[0] : on).textContent || "";
                const box = on.getBoundingClientRect();
                return [name.replace(/\\s+/g, " ").trim(), box.width * box.height > 0];
            }"""
        )
        assert focused[1], f"The focus is on something that cannot be seen: {focused[0]}"
        if focused[0].startswith(words):
            return
    raise AssertionError(f"Tab does not come to “{words}”")


def follow(page: Page) -> None:
    """Press Enter on a link or a button, and wait for what comes."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_police_lead_files_four_returns_with_the_keyboard_alone(
    visitor: Callable[..., Visitor], world: World
) -> None:
    lead = visitor()
    page, keys = lead.page, lead.page.keyboard
    lead.signs_in("police")
    tab_to(page, "My returns")
    follow(page)
    assert lead.heading.replace("\n", " ") == "4 returns are asked of Police by 18 February 2022; none is filed"

    # 11, its part: nothing has changed since November; the focus is on what is next.
    tab_to(page, "No change since last quarter: 11 ")
    follow(page)
    expect(page.locator("a:focus")).to_contain_text("Next: 12 Public/private project")
    follow(page)

    # 12: on track, with what was done.
    tab_to(page, "Not started")
    keys.press("ArrowDown")
    tab_to(page, "What was done")
    keys.type("All banks have met.")
    tab_to(page, "File")
    follow(page)
    expect(page.locator("a:focus")).to_contain_text("Next: 13 Expansion of NZTCU support")
    follow(page)

    # 13: what the dates say is put to them once they choose; they explain it, and report the start.
    tab_to(page, "Not started")
    against = page.get_by_text("You say On track; “Programme implementation” was to begin 46 days ago")
    expect(against).to_be_hidden()
    keys.press("ArrowDown")
    expect(against).to_be_visible()
    tab_to(page, "What was done")
    keys.type("A first course was held.")
    tab_to(page, "File")
    follow(page)
    expect(page.get_by_role("alert")).to_contain_text("A milestone is overdue: explain why")
    expect(page.locator(".error-summary:focus")).to_have_count(1)
    tab_to(page, "Begun on")
    keys.type("6/12/2021")
    tab_to(page, "File")
    follow(page)
    expect(page.locator("a:focus")).to_contain_text("Next: 17 ")
    follow(page)

    # 17: kept as a draft first, then filed.
    tab_to(page, "Not started")
    for _ in range(2):
        keys.press("ArrowDown")
    tab_to(page, "Reason")
    keys.type("The assessor has left.")
    tab_to(page, "Path to green")
    keys.type("A successor begins in March.")
    tab_to(page, "Save as draft")
    follow(page)
    expect(page.locator("#messages")).to_contain_text("Draft saved: 17 ")
    tab_to(page, "File")
    follow(page)
    expect(page.locator("main")).to_contain_text("Everything that is asked of you is filed.")
    assert lead.heading == "All 4 returns asked of Police are filed"

    said = {each.ret.activity.key: each for each in Filing.objects.select_related("ret__activity")}
    assert {key: (each.status, each.no_change) for key, each in said.items()} == {
        "11": ("on_track", True),
        "12": ("on_track", False),
        "13": ("on_track", False),
        "17": ("at_risk", False),
    }
    assert said["13"].deliveries == [{"milestone": world.milestone(13).id, "on": "2021-12-06"}]
    assert said["17"].path_to_green == "A successor begins in March."
    assert asked(11, "Police").state == ReturnState.CONFIRMED


def test_a_draft_keeps_what_is_out_of_sight_and_enter_files_nothing(
    visitor: Callable[..., Visitor], world: World
) -> None:
    lead = visitor()
    page = lead.page
    lead.signs_in("police")
    lead.goes_to(page_of(asked(12)))
    page.get_by_role("radio", name="At risk").check()
    page.get_by_label("Reason").fill("One bank has left.")
    page.get_by_role("radio", name="On track").check()
    expect(page.get_by_label("Reason")).to_be_hidden()
    page.get_by_label("Delivered on").fill("6/12/2021")
    with page.expect_navigation():
        page.get_by_label("Delivered on").press("Enter")
    expect(page.locator("#messages")).to_contain_text("Draft saved: 12 ")
    assert Draft.objects.get().typed["reason"] == "One bank has left."
    assert not Filing.objects.exists()
    page.get_by_role("radio", name="At risk").check()
    expect(page.get_by_label("Reason")).to_have_value("One bank has left.")


def test_everything_works_without_javascript(visitor: Callable[..., Visitor], world: World) -> None:
    lead = visitor(java_script_enabled=False)
    page = lead.page
    lead.signs_in("police")
    lead.goes_to(page_of(asked(13)))
    expect(page.get_by_text("You say On track; “Programme implementation”")).to_be_visible()
    expect(page.get_by_text("You say Completed; “Programme implementation”")).to_be_visible()
    page.get_by_role("radio", name="On track").check()
    page.get_by_label("What was done").fill("A first course was held.")
    page.get_by_label("Why it is on track all the same").fill("The second is in March.")
    page.get_by_role("button", name="File", exact=True).click()
    page.wait_for_url(f"**{MINE}?after=*")
    assert Filing.objects.get().explanation == "The second is in March."
    assert Round.objects.get().closed_at is None
