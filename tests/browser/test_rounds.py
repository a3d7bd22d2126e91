"""A round is opened in two steps on one page, without JavaScript too; what is shown first is accessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from activities.models import Return, Round
from tests.browser.conftest import Visitor
from tests.browser.test_accessibility import TAGS
from tests.world import World

OPEN = "/plans/tnoc-2021-22/rounds/open/"


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world of a test with real commits."""
    return World()


def test_the_secretariat_looks_first_and_opens_the_round_without_javascript(
    visitor: Callable[..., Visitor], world: World
) -> None:
    officer = visitor(java_script_enabled=False)
    page = officer.page
    officer.signs_in("secretariat")
    officer.goes_to(OPEN)
    page.get_by_label("Covering note").fill("Please name who reports.")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator("h1")).to_contain_text("35 returns will be asked for")
    expect(page.locator("pre").first).to_contain_text("> Please name who reports.")
    assert not Round.objects.exists()

    page.get_by_role("button", name="Open the round").click()
    page.wait_for_url("**/rounds/2021-22-q2/")
    expect(page.locator("h1")).to_contain_text("None of 35 returned; 35 are missing")
    assert Return.objects.count() == 35


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_is_looked_at_first(
    visitor: Callable[..., Visitor], world: World, width: int, scheme: str
) -> None:
    officer = visitor(viewport={"width": width, "height": 800}, color_scheme=scheme)
    officer.signs_in("secretariat")
    officer.goes_to(OPEN)
    officer.page.get_by_role("button", name="Look at it first").click()
    expect(officer.page.locator("h1")).to_contain_text("35 returns will be asked for")

    violations = Axe().run(officer.page, options={"runOnly": TAGS}).response["violations"]
    assert [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]] == []
    assert officer.page.evaluate("document.documentElement.scrollWidth") <= width
