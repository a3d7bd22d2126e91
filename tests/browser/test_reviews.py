"""The Secretariat goes through what came back: accepts one, sends one back, corrects one, resolves a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from activities.actions.returns import confirm_no_change, send_back
from activities.models import Filing, StatusUpdate
from activities.returns import ReturnState
from tests.actions.rounds import asked, filed, opened, proposing, told
from tests.browser.conftest import Visitor
from tests.generated import at_risk, off_track, on_track
from tests.world import World

PLAN = "/plans/tnoc-2021-22/"
QUEUE = f"{PLAN}rounds/2021-22-q2/review/"
FILED = date(2022, 2, 3)


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world with real commits, and a round in which six returns wait."""
    world = World()
    opened(world)
    confirm_no_change(ret=asked(17, "SFO"), **told(world, date(2022, 1, 20), "sfo"))
    confirm_no_change(ret=asked(17, "Corrections"), **told(world, date(2022, 1, 21), "corrections"))
    filed(world, 11, on_track("Drafted."), body="Police", on=date(2022, 1, 26))
    filed(world, 12, at_risk("A bank left."), on=FILED, proposals=proposing(world.milestone(12), date(2022, 9, 30)))
    filed(world, 13, on_track("A course was held.", explanation="The next is in March."), on=date(2022, 2, 4))
    filed(world, 7, off_track("Nobody signs it."), by="sfo", on=date(2022, 2, 7))
    return world


def test_the_secretariat_reviews_a_rounds_returns(visitor: Callable[..., Visitor], world: World) -> None:
    officer = visitor()
    page = officer.page
    officer.signs_in("secretariat")
    officer.goes_to(QUEUE)
    assert "6 returns wait for review; the oldest since 20 January 2022" in officer.heading.replace("\n", " ")

    # Everything unchanged at once, then one of the queue in one click.
    page.get_by_role("button", name="Accept all 2 that confirm no change").click()
    expect(page.get_by_role("status").first).to_contain_text("Accepted: 2 returns without a change.")
    page.get_by_role("button", name=re.compile("^Accept 11 ")).click()
    expect(page.locator("h1")).to_contain_text("3 returns wait for review")
    assert page.url.endswith(f"#return-{asked(12).id}")

    # One is accepted with a word, and the next is offered.
    page.get_by_role("link", name=re.compile("^Review 12 ")).click()
    expect(page.locator("main")).to_contain_text("30 September 2022 proposed")
    page.get_by_label("Your word").fill("Thank you.")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("main")).to_contain_text("in the name of Police Lead")
    expect(page.locator("h1")).to_contain_text("13 Expansion of NZTCU support")
    assert world.activity(12).status == "at_risk"

    # One is sent back: not without a word, and what is typed afterwards is what the body reads.
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what is wanted.")
    assert page.evaluate("document.activeElement.closest('[role=alert]') !== null")
    page.get_by_label("Your word").fill("How many took part?")
    page.get_by_role("button", name="Send back").click()
    expect(page.locator("h1")).to_contain_text("7 Aligning the Financial Crime")
    assert asked(13).state == ReturnState.SENT_BACK

    # One is corrected, and nothing is left.
    page.get_by_role("link", name="Correct it yourself").click()
    expect(page.get_by_label("Reason", exact=True)).to_have_value("Nobody signs it.")
    page.get_by_label("Why you correct it").fill("The Minister has agreed to sign.")
    page.get_by_role("radio", name="At risk").check()
    page.get_by_label("Reason", exact=True).fill("It waits for the Minister.")
    page.get_by_label("Path to green").fill("He signs in March.")
    page.get_by_role("button", name="Correct and accept").click()
    expect(page.locator("h1")).to_contain_text("Nothing waits for review")
    expect(page.locator("main")).to_contain_text("What SFO Lead filed stays on record.")
    update = StatusUpdate.objects.get(activity=world.activity(7))
    assert (update.to_status, update.person_name) == ("at_risk", "Secretariat Officer")
    officer.goes_to(f"{PLAN}activities/7/")
    expect(page.locator("#trail")).to_contain_text("Corrects what SFO Lead filed on 7 February 2022")


def test_two_reviewers_at_once_lose_nothing(visitor: Callable[..., Visitor], world: World) -> None:
    officer = visitor(viewport={"width": 320, "height": 640}, color_scheme="dark", java_script_enabled=False)
    page = officer.page
    officer.signs_in("secretariat")
    officer.goes_to(f"{PLAN}returns/{asked(12).id}/review/")
    page.get_by_label("Your word").fill("Thank you.")
    send_back(ret=asked(12), answer="Which bank?", **told(world, date(2022, 2, 8)))
    filed(world, 12, at_risk("Kiwi Bank left."), on=date(2022, 2, 9))

    page.get_by_role("button", name="Accept").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Somebody else was faster")
    expect(alert).to_contain_text("Sent back: “Which bank?”")
    expect(page.locator("main")).to_contain_text("Kiwi Bank left.")
    assert not StatusUpdate.objects.filter(activity=world.activity(12)).exists()
    expect(page.get_by_label("Your word")).to_have_value("Thank you.")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status").first).to_contain_text("Accepted: 12")
    assert StatusUpdate.objects.get(activity=world.activity(12)).reason == "Kiwi Bank left."
    assert [each.answer for each in Filing.objects.filter(ret=asked(12)).order_by("number")] == [
        "Which bank?",
        "Thank you.",
    ]
