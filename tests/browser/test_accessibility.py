"""axe on every page: WCAG 2.2 AA, light and dark, at 320 × 450 and 1280 × 800, with all details open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visitor

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLAN = "/plans/tnoc-2021-22/"
PAGES = {
    "secretariat": [
        PLAN,
        f"{PLAN}overdue/",
        f"{PLAN}timeline/",
        f"{PLAN}activities/",
        f"{PLAN}activities/?due=overdue&body=police",
        f"{PLAN}activities/8/",
        f"{PLAN}activities/17/",
        f"{PLAN}activities/20/",
        f"{PLAN}activities/12/update/",
        f"{PLAN}activities/11/update/",
        f"{PLAN}activities/12/words/",
        f"{PLAN}activities/12/withdraw/",
        f"{PLAN}activities/9/roles/",
        f"{PLAN}activities/5/milestones/",
        f"{PLAN}agencies/",
        f"{PLAN}agencies/police/",
        f"{PLAN}agencies/relevant-agencies/members/",
        f"{PLAN}my-agency/",
        f"{PLAN}audit/",
        f"{PLAN}no-such-page/",
        f"{PLAN}?as_at=2021-12-31",
        f"{PLAN}activities/7/?as_at=2021-12-31",
        "/help/",
        "/account/",
        "/account/password/",
    ],
    "administrator": ["/people/", "/people/invite/", "/people/1/", "/bodies/", "/bodies/police/"],
    "outsider": [PLAN],
    "": ["/sign-in/", "/invitation/not-a-link/"],
}
LOOKS = [
    {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for width, height in ((320, 450), (1280, 800))
    for scheme in ("light", "dark")
]


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['viewport']['width']}-{look['color_scheme']}")
@pytest.mark.parametrize("username", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visitor: Callable[..., Visitor], username: str, look: dict[str, Any]
) -> None:
    somebody = visitor(**look)
    if username:
        somebody.signs_in(username)
    found = {}
    for path in PAGES[username]:
        somebody.goes_to(path)
        somebody.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        violations = Axe().run(somebody.page, options={"runOnly": TAGS}).response["violations"]
        named = [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"][:3]]
        width = somebody.page.evaluate("document.documentElement.scrollWidth")
        if width > look["viewport"]["width"]:
            named.append(f"the page scrolls sideways: {width} px")
        if named:
            found[path] = named
    assert not found, found
