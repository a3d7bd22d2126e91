"""A mistake is corrected by a new entry that refers to the one it corrects; both stay to be read, with their days."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.common import Refused
from activities.actions.milestones import correct_delivery
from activities.actions.status import update_status
from activities.models import Milestone, StatusUpdate
from tests.generated import on_track, say
from tests.pages import section_of
from tests.views.editing import BASE, address, text_of
from tests.world import PROGRAM, World, moment

WRONG, RIGHT = date(2022, 1, 12), date(2022, 2, 14)


@pytest.fixture
def mistaken(world: World) -> World:
    """Police report twice on activity 12; the first report was mistaken."""
    say(world, 12, WRONG, on_track("Five banks have joined."), by="police")
    say(world, 12, date(2022, 1, 20), on_track("The banks have met."), by="police")
    return world


def correct(world: World, number: int, key: str | int = 12) -> StatusUpdate:
    """Report on an activity, correcting an earlier report."""
    return update_status(
        activity=world.activity(key),
        statement=on_track("Four banks had joined, not five."),
        corrects=number,
        by=world.standing("secretariat"),
        at=moment(RIGHT),
    )


def test_a_report_refers_to_the_one_it_corrects(mistaken):
    assert correct(mistaken, 1).corrects == StatusUpdate.objects.get(activity__key="12", number=1)


def test_only_an_earlier_report_of_the_same_activity_or_part_is_corrected(mistaken):
    say(mistaken, 17, WRONG, on_track(), by="corrections", part="Corrections")
    for number, key in ((3, 12), (1, 3), (1, 17)):
        with pytest.raises(Refused) as refused:
            correct(mistaken, number, key)
        assert list(refused.value.faults) == ["corrects"]


def test_the_form_offers_the_earlier_reports_and_saves_which_was_mistaken(mistaken, sign_in):
    client, url = sign_in("police"), address(12, "update/")
    form = client.get(url).context["form"]
    offered = [(key, str(words)) for key, words in form.fields["corrects"].choices]
    sent = {name: str(form[name].value()) for name in ("stamp", "once", "seen")}

    assert [key for key, _ in offered] == ["", 2, 1]
    assert offered[2][1] == "12 January 2022, Police Lead: On track"
    said = {"status": "on_track", "what_was_done": "Four.", "corrects": "1"}
    assert client.post(url, {**sent, **said, "corrects": "7"}).status_code == 422
    assert client.post(url, {**sent, **said}).status_code == 302
    assert StatusUpdate.objects.get(activity__key="12", number=3).corrects.number == 1


def test_where_nothing_was_reported_nothing_can_be_corrected(world, sign_in):
    assert "corrects" not in sign_in("police").get(address(12, "update/")).context["form"].fields


def test_both_reports_say_so_on_the_page_of_the_activity_and_in_the_audit(mistaken, sign_in):
    correct(mistaken, 1)
    client = sign_in("steering")
    trail = section_of(client.get(address(12)), "trail")

    assert "Four banks had joined, not five. Corrects the report of 12 January 2022" in trail
    assert "Five banks have joined. Corrected on 14 February 2022" in trail
    assert "A correction Corrects the report of 12 January 2022" in section_of(client.get(address(12)), "latest")
    assert "Activity 12, status update 3, correcting status update 1" in text_of(client.get(f"{BASE}audit/"))


def test_before_it_was_corrected_nothing_said_so(mistaken, sign_in):
    correct(mistaken, 1)

    then = text_of(sign_in("steering").get(address(12), {"as_at": "2022-02-13"}))
    assert "Five banks have joined." in then
    assert "orrect" not in section_of(sign_in("steering").get(address(12), {"as_at": "2022-02-13"}), "trail")


def test_a_corrected_delivery_refers_to_the_entry_that_was_mistaken(world):
    milestone = world.milestone(12)
    say(world, 12, WRONG, on_track("Presented."), by="police", met={1: date(2022, 1, 10)})
    told = {"milestone": milestone, "reason": "A slip of the pen", "by": PROGRAM}
    correct_delivery(**told, delivered_on=date(2022, 1, 11), at=moment(RIGHT))
    correct_delivery(**told, delivered_on=None, at=moment(date(2022, 2, 15)))

    reasons = [entry.history_change_reason for entry in Milestone.history.filter(id=milestone.id).order_by("sequence")]
    assert reasons[-2:] == [
        "A slip of the pen (corrects the entry of 12 January 2022 by Police Lead)",
        "A slip of the pen (corrects the entry of 14 February 2022 by tests)",
    ]


def test_a_delivery_that_nobody_reported_corrects_no_entry(world):
    said = {"delivered_on": date(2022, 1, 11), "reason": "It was left out", "by": PROGRAM, "at": moment(RIGHT)}
    row = correct_delivery(milestone=world.milestone(12), **said)

    assert row.history.latest().history_change_reason == "It was left out"
