"""axe on every page: WCAG 2.2 AA, light and dark, at 320 × 450 and 1280 × 800, with all details open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from activities.actions.decisions import report_on_decision
from activities.actions.meetings import take_off
from activities.actions.milestones import move_date
from activities.actions.returns import comment_on_return, confirm_no_change, save_draft, send_back
from activities.models import Role
from agencies.models import Membership
from tests.actions.rounds import asked, filed, opened, proposing, told
from tests.browser.conftest import Visitor
from tests.deciding import decide, decide_date, decide_pause
from tests.generated import at_risk
from tests.mailing import refused_message
from tests.troubles import read_only
from tests.views.meetings import called, items
from tests.views.test_troubles import SAID, UPDATE, filled, form_of
from tests.world import PASSWORD, World

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLAN = "/plans/tnoc-2021-22/"
PAGES = {
    "secretariat": [
        PLAN,
        f"{PLAN}overdue/",
        f"{PLAN}timeline/",
        f"{PLAN}screen/",
        f"{PLAN}activities/",
        f"{PLAN}activities/?due=overdue&body=police",
        f"{PLAN}activities/?q=nothing-has-this-word",
        f"{PLAN}activities/?due=no-such-state",
        f"{PLAN}activities/8/",
        f"{PLAN}activities/17/",
        f"{PLAN}activities/20/",
        f"{PLAN}activities/row-21/",
        f"{PLAN}activities/12/update/",
        f"{PLAN}activities/11/update/",
        f"{PLAN}activities/12/words/",
        f"{PLAN}activities/12/withdraw/",
        f"{PLAN}activities/9/roles/",
        f"{PLAN}activities/5/milestones/",
        f"{PLAN}activities/5/milestones/{{first of 5}}/",
        f"{PLAN}activities/5/milestones/{{second of 5}}/end/",
        f"{PLAN}activities/12/milestones/{{first of 12}}/date/",
        f"{PLAN}activities/12/milestones/{{first of 12}}/delivery/",
        f"{PLAN}activities/12/milestones/{{first of 12}}/remove/",
        f"{PLAN}activities/9/roles/{{a role in 9}}/end/",
        f"{PLAN}proposals/",
        f"{PLAN}rounds/",
        f"{PLAN}rounds/open/",
        f"{PLAN}rounds/{{quarter}}/",
        f"{PLAN}rounds/{{quarter}}/?state=accepted",
        f"{PLAN}rounds/{{quarter}}/extend/",
        f"{PLAN}rounds/{{quarter}}/note/",
        f"{PLAN}rounds/{{quarter}}/close/",
        f"{PLAN}rounds/{{quarter}}/reopen/",
        f"{PLAN}rounds/{{quarter}}/review/",
        f"{PLAN}returns/{{waits}}/review/",
        f"{PLAN}returns/{{waits}}/correct/",
        f"{PLAN}returns/{{not filed}}/review/",
        f"{PLAN}returns/",
        f"{PLAN}returns/{{waits}}/",
        f"{PLAN}returns/{{not filed}}/?instead=1",
        f"{PLAN}returns/{{a gap}}/",
        f"{PLAN}search/",
        f"{PLAN}search/?q=police",
        f"{PLAN}search/?q=zebra",
        f"{PLAN}meetings/",
        f"{PLAN}meetings/call/",
        f"{PLAN}meetings/{{meeting}}/",
        f"{PLAN}meetings/{{meeting}}/change/",
        f"{PLAN}meetings/{{meeting}}/call-off/",
        f"{PLAN}meetings/{{meeting}}/agenda/",
        f"{PLAN}meetings/{{meeting}}/agenda/add/",
        f"{PLAN}meetings/{{meeting}}/agenda/{{item}}/",
        f"{PLAN}meetings/{{meeting}}/agenda/{{item}}/off/",
        f"{PLAN}meetings/{{meeting}}/?as_at=2022-02-14",
        f"{PLAN}meetings/{{meeting}}/decide/",
        f"{PLAN}meetings/{{meeting}}/decide/?item={{item}}",
        f"{PLAN}decisions/",
        f"{PLAN}decisions/?state=overdue&owner=moj",
        f"{PLAN}decisions/?as_at=2022-02-14",
        f"{PLAN}decisions/{{decision}}/",
        f"{PLAN}decisions/{{settled}}/",
        f"{PLAN}decisions/{{decision}}/change/",
        f"{PLAN}decisions/{{decision}}/report/",
        f"{PLAN}decisions/{{decision}}/settle/",
        f"{PLAN}decisions/{{settled}}/reopen/",
        f"{PLAN}activities/13/update/?decision={{pause}}",
        f"{PLAN}slippage/",
        f"{PLAN}compare/",
        f"{PLAN}compare/?from=2021-07-01&to=2022-02-15",
        f"{PLAN}agencies/",
        f"{PLAN}agencies/police/",
        f"{PLAN}agencies/all-agencies/",
        f"{PLAN}agencies/steering-group/",
        f"{PLAN}agencies/relevant-agencies/members/",
        f"{PLAN}my-agency/",
        f"{PLAN}audit/",
        f"{PLAN}no-such-page/",
        f"{PLAN}?as_at=2021-12-31",
        f"{PLAN}screen/?as_at=2021-12-31",
        f"{PLAN}activities/7/?as_at=2021-12-31",
        f"{PLAN}activities/?as_at=2021-12-31",
        f"{PLAN}compare/?as_at=2021-12-31",
        f"{PLAN}?as_at=2021-06-01",
        "/help/",
        "/account/",
        "/account/password/",
        "/account/mail/",
        "/account/views/",
        f"/account/views/save/?address={PLAN}",
        "/mail/",
        "/mail/{message}/",
        "/account/calendar/",
    ],
    "police": [
        PLAN,
        f"{PLAN}my-agency/",
        f"{PLAN}activities/12/",
        f"{PLAN}activities/17/update/",
        f"{PLAN}activities/12/milestones/{{first of 12}}/propose/",
        f"{PLAN}activities/12/words/",
        f"{PLAN}returns/",
        f"{PLAN}returns/?after={{waits}}",
        f"{PLAN}returns/{{begun}}/",
        f"{PLAN}returns/{{waits}}/",
    ],
    "steering": [
        f"{PLAN}decisions/",
        f"{PLAN}decisions/{{decision}}/",
        f"{PLAN}meetings/",
        f"{PLAN}meetings/{{meeting}}/",
        f"{PLAN}returns/",
        f"{PLAN}returns/{{waits}}/",
        f"{PLAN}rounds/",
        f"{PLAN}my-agency/",
        f"{PLAN}overdue/",
        f"{PLAN}activities/18/",
    ],
    "administrator": [
        "/people/",
        "/people/invite/",
        "/people/{police}/",
        "/people/{police}/edit/",
        "/people/{police}/link/",
        "/people/{police}/access/",
        "/people/{police}/administrator/",
        "/people/{police}/memberships/",
        "/people/{police}/memberships/{membership}/",
        "/bodies/",
        "/bodies/add/",
        "/bodies/police/",
    ],
    "outsider": [PLAN],
    "": ["/sign-in/", "/invitation/not-a-link/"],
}


def known_by(world: World) -> dict[str, int]:
    """What the addresses above name in braces; the keys differ from one database to another."""
    police = world.person("police").id
    return {
        "first of 5": world.milestone(5).id,
        "second of 5": world.milestone(5, 2).id,
        "first of 12": world.milestone(12).id,
        "a role in 9": Role.objects.filter(activity=world.activity(9), ended_on=None).earliest("id").id,
        "police": police,
        "membership": Membership.objects.get(person=police).id,
        "message": refused_message().id,
        "quarter": opened(world).quarter_key,
        **in_review(world),
        **met(world),
    }


def met(world: World) -> dict[str, int]:
    """A meeting of today that followed another, with an item taken off and something decided; and one to come."""
    before = called(world, date(2021, 11, 16), date(2021, 11, 1))
    open_one, pause = decide(world, before, due_on=date(2022, 1, 31)), decide_pause(world, before, key=13)
    report_on_decision(decision=open_one, text="Two options are costed.", **told(world, date(2022, 2, 1), "police"))
    moved = decide_date(world, before)
    words = {"reason": "Decided", "asked_by": "SFO", "agreed_by": "Steering Group"}
    move_date(milestone=world.milestone(7), to=moved.new_due, decision=moved, **words, **told(world, date(2022, 2, 1)))
    today = called(world, date(2022, 2, 15), date(2022, 2, 14))
    first, second, *_ = items(today)
    take_off(item=first, reason="Dealt with by mail.", **told(world, date(2022, 2, 14)))
    decide(world, today, activity=world.activity(9))
    called(world, date(2022, 5, 17))
    decided = {"decision": open_one.id, "pause": pause.id, "settled": moved.id}
    return {"meeting": today.id, "item": second.id, **decided}


def in_review(world: World) -> dict[str, int]:
    """A return that waits for review with everything that one may have, one without a change, one not filed."""
    said, on = at_risk("One bank has left."), date(2022, 2, 3)
    filed(world, 12, said, on=on)
    comment_on_return(ret=asked(12), text="We can help in April.", **told(world, on, "sfo"))
    send_back(ret=asked(12), answer="Which bank?", **told(world, on))
    filed(world, 12, said, on=date(2022, 2, 8), proposals=proposing(world.milestone(12), date(2022, 9, 30)))
    confirm_no_change(ret=asked(17, "SFO"), **told(world, on, "sfo"))
    save_draft(ret=asked(13), typed={"status": "on_track", "what_was_done": "Begun."}, **told(world, on, "police"))
    return {"waits": asked(12).id, "not filed": asked(7).id, "begun": asked(13).id, "a gap": asked(16).id}


MEANT_TO_BE_MISSING = (f"{PLAN}no-such-page/", f"{PLAN}?as_at=2021-06-01", "/invitation/not-a-link/")
LOOKS = [
    {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for width, height in ((320, 450), (1280, 800))
    for scheme in ("light", "dark")
]


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['viewport']['width']}-{look['color_scheme']}")
@pytest.mark.parametrize("username", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    world: World, visitor: Callable[..., Visitor], username: str, look: dict[str, Any]
) -> None:
    known = known_by(world)
    somebody = visitor(**look)
    if username:
        somebody.signs_in(username)
    found: dict[str, list[str]] = {}
    for address in PAGES[username]:
        path = address.format_map(known)
        if (status := somebody.goes_to(path).status) in (404, 405) and path not in MEANT_TO_BE_MISSING:
            found[path] = [f"status {status}"]
            continue
        if named := wrong_with(somebody):
            found[path] = named
    assert not found, found


def wrong_with(somebody: Visitor) -> list[str]:
    """What axe finds on the page that somebody looks at, with all details open; and whether it scrolls sideways."""
    page: Any = somebody.page
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    violations = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    named = [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"][:3]]
    width = page.evaluate("document.documentElement.scrollWidth")
    return [*named, f"the page scrolls sideways: {width} px"] if width > page.viewport_size["width"] else named


def not_saved(world: World) -> dict[str, str]:
    """The pages that answer a form which was not saved, by how their headings begin; no address opens them."""
    known, stranger = (Client(raise_request_exception=False, headers={"origin": "http://testserver"}) for _ in "ab")
    known.force_login(world.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    sent = filled(form_of(known.get(UPDATE)), **SAID)
    with read_only():
        troubled = known.post(UPDATE, sent)
    late = stranger.post(UPDATE, sent)
    entry = filled(form_of(late, "/sign-in/"), username="secretariat", password=PASSWORD)
    again = stranger.post("/sign-in/", entry)
    answers = {"Not saved: the register": troubled, "Not saved: you were signed out": late, "You are signed in": again}
    return {heading: answer.content.decode() for heading, answer in answers.items()}


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look['viewport']['width']}-{look['color_scheme']}")
def test_so_are_the_pages_for_a_form_that_was_not_saved(
    world: World, visitor: Callable[..., Visitor], look: dict[str, Any]
) -> None:
    somebody = visitor(**look)
    found, answers = {}, not_saved(world)
    waiting = list(answers.values())
    somebody.page.route("**/not-saved/", lambda route: route.fulfill(content_type="text/html", body=waiting.pop(0)))
    for heading in answers:
        somebody.goes_to("/not-saved/")
        assert somebody.heading.startswith(heading)
        found[heading] = wrong_with(somebody)
    assert not any(found.values()), found
