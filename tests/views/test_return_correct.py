"""Correcting a return: the reporter's form with what was filed in it, accepted as the Secretariat's own report."""

from datetime import date

import pytest

from activities.actions.reports import Report
from activities.actions.returns import accept_return, confirm_no_change, correct_return, send_back
from activities.models import DateProposal, Filing, Return, StatusUpdate
from activities.returns import ReturnState
from tests.actions.rounds import asked, filed, opened, proposing, told
from tests.generated import at_risk, off_track, on_track, say
from tests.pages import section_of
from tests.scenes import after, played_once
from tests.views.editing import BASE, text_of
from tests.world import add_person

QUEUE = f"{BASE}rounds/2021-22-q2/review/"
DECEMBER, FEBRUARY = date(2021, 12, 14), date(2022, 2, 3)
RISK = at_risk("One bank has left.", "Another is approached.")
WHY = "Their letter of 1 February says otherwise."
WORSE = {"status": "off_track", "reason": "Both banks have left.", "cannot_forecast": "on", "no_ask": "on"}


def address(ret: Return) -> str:
    """The page on which a return is corrected."""
    return f"{BASE}returns/{ret.id}/correct/"


def fresh(client, ret: Return) -> dict[str, str]:
    """A fresh form as a browser would send it: everything that is in it, typed or carried."""
    form = client.get(address(ret)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: day(value) for name, value in values.items() if value is not None and str(value) not in ("", "False")}


def day(value: object) -> str:
    """A value as it stands in the form."""
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def correct(client, ret: Return, **said: str):
    """Open the page, change something and send it."""
    return client.post(address(ret), {**fresh(client, ret), "corrected_why": WHY, **said})


@played_once
def filed_12(world):
    """Police were on track with 12 in December, and report it at risk with a new date."""
    say(world, 12, DECEMBER, on_track("Two banks have joined."), by="police")
    opened(world)
    filed(world, 12, RISK, on=FEBRUARY, proposals=proposing(world.milestone(12), date(2022, 9, 30), "Two quarters."))
    return asked(12)


def test_the_form_begins_with_what_was_filed_which_stays_beside_it(filed_12, world, sign_in):
    page = sign_in("secretariat").get(address(filed_12))

    assert page.status_code == 200
    form, milestone = page.context["form"], world.milestone(12).id
    assert {
        name: form[name].value()
        for name in ("status", "reason", "path_to_green", f"proposed_{milestone}", f"proposed_why_{milestone}")
    } == {
        "status": "at_risk",
        "reason": "One bank has left.",
        "path_to_green": "Another is approached.",
        f"proposed_{milestone}": "30/09/2022",
        f"proposed_why_{milestone}": "Two quarters.",
    }
    assert f"Correct what Police Lead filed: {filed_12.activity}" in text_of(page)
    beside = section_of(page, "filed")
    assert "Filed 3 February 2022 by Police Lead" in beside
    assert "One bank has left." in beside
    assert "“Presentation of proposals to Steering Group”: 30 September 2022, 183 days later Two quarters." in beside


def test_a_correction_is_accepted_as_the_secretariats_own_report(filed_12, world, sign_in):
    client = sign_in("secretariat")

    sent = correct(client, filed_12, **WORSE)

    assert (sent.status_code, sent["Location"]) == (302, QUEUE)
    words = text_of(client.get(QUEUE))
    assert f"Corrected: {filed_12.activity} is off track, as the Secretariat reports." in words
    assert "What Police Lead filed stays on record." in words
    update = StatusUpdate.objects.get(number=2)
    assert (update.to_status, update.person_name, update.who) == (
        "off_track",
        "Secretariat Officer",
        "Secretariat Officer",
    )
    first, second = Filing.objects.filter(ret=filed_12).order_by("number")
    assert (first.outcome, first.answer, first.reason) == ("corrected", WHY, "One bank has left.")
    assert (second.corrects, second.corrected_why, second.update) == (first, WHY, update)
    assert asked(12).state == ReturnState.ACCEPTED
    assert DateProposal.objects.get().person_name == "Secretariat Officer"


def test_what_was_filed_and_is_not_corrected_is_said_as_it_was(filed_12, world, sign_in):
    milestone = world.milestone(12).id
    out = {f"proposed_{milestone}": "", f"proposed_why_{milestone}": ""}

    correct(sign_in("secretariat"), filed_12, path_to_green="None is in sight.", **out)

    update = StatusUpdate.objects.get(number=2)
    assert (update.reason, update.path_to_green) == ("One bank has left.", "None is in sight.")
    assert not DateProposal.objects.exists()


def test_after_a_correction_the_next_return_is_offered(filed_12, world, sign_in):
    confirm_no_change(ret=asked(17, "SFO"), **told(world, FEBRUARY, "sfo"))

    sent = correct(sign_in("secretariat"), filed_12, **WORSE)

    assert sent["Location"] == f"{BASE}returns/{asked(17, 'SFO').id}/review/"


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"corrected_why": " "}, "corrected_why", "Give the reason for the correction."),
        ({"reason": ""}, "reason", "Give the reason."),
        ({"status": "completed"}, "completed_on", "Give the day on which it was completed."),
    ],
)
def test_what_is_missing_is_named_beside_its_field_and_everything_typed_is_kept(
    filed_12, sign_in, said, field, sentence
):
    sent = correct(sign_in("secretariat"), filed_12, **{"path_to_green": "None is in sight.", **said})

    assert sent.status_code == 422
    assert sentence in sent.context["form"].errors[field]
    assert "Nothing has been corrected yet" in text_of(sent)
    assert "None is in sight." in text_of(sent)
    assert Filing.objects.get(ret=filed_12).waits


def test_the_secretariat_may_also_pause_with_a_decision(filed_12, world, sign_in):
    decided = {"status": "paused", "decision_reference": "SG 2022/3", "review_date": "31/03/2022"}

    assert correct(sign_in("secretariat"), filed_12, **decided).status_code == 302

    assert world.activity(12).status == "paused"


@after(opened)
def test_a_part_is_corrected_on_its_own(world, sign_in):
    filed(world, 11, on_track("Drafted."), body="Police", on=FEBRUARY)

    sent = correct(sign_in("secretariat"), asked(11, "Police"), **WORSE)

    assert sent.status_code == 302
    assert (world.part(11, "Police").status, world.part(11, "Customs").status) == ("off_track", "not_started")


# Two at once -------------------------------------------------------------------------------------------------------


def test_of_two_reviewers_the_second_sees_both_versions_and_loses_nothing(filed_12, world, sign_in):
    add_person("second", "Second Reviewer", "TNOC Secretariat", True, False)
    second = sign_in("second")
    stale = {**fresh(second, filed_12), "corrected_why": WHY, **WORSE}
    accept_return(ret=filed_12, answer="Thank you.", **told(world, date(2022, 2, 10)))

    sent = second.post(address(filed_12), stale)

    assert sent.status_code == 409
    words = text_of(sent)
    assert "Secretariat Officer, 10 February 2022, 10:00 am – Accepted: “Thank you.”" in words
    assert "One bank has left. Yours, not saved Both banks have left." in words
    assert "There is nothing to review here" in words
    assert StatusUpdate.objects.filter(number=2).count() == 1
    assert Filing.objects.filter(ret=filed_12).count() == 1


def test_what_was_filed_again_meanwhile_can_be_corrected_on_top(filed_12, world, sign_in):
    client = sign_in("secretariat")
    stale = {**fresh(client, filed_12), "corrected_why": WHY, **WORSE}
    send_back(ret=filed_12, answer="Which bank?", **told(world, date(2022, 2, 4)))
    filed(world, 12, at_risk("Kiwi Bank has left.", "Another is approached."), on=date(2022, 2, 8))

    sent = client.post(address(filed_12), stale)

    assert sent.status_code == 409
    words = text_of(sent)
    assert "Police Lead, 8 February 2022, 10:00 am – Filed again: At risk" in words
    assert "Kiwi Bank has left. Yours, not saved Both banks have left." in words
    form = sent.context["form"]
    carried = {name: form[name].value() for name in ("stamp", "once", "last", "seen")}
    assert client.post(address(filed_12), {**stale, **carried}).status_code == 302
    assert StatusUpdate.objects.get(number=2).reason == "Both banks have left."


def test_what_was_reported_past_the_return_meanwhile_is_read_first(filed_12, world, sign_in):
    client = sign_in("secretariat")
    stale = {**fresh(client, filed_12), "corrected_why": WHY, **WORSE}
    say(world, 12, date(2022, 2, 10), on_track("A third bank has joined."))

    sent = client.post(address(filed_12), stale)

    assert sent.status_code == 409
    assert "Reported: On track. A third bank has joined." in text_of(sent)


# What does not wait ------------------------------------------------------------------------------------------------


def test_what_is_corrected_already_is_not_corrected_again(filed_12, world, sign_in):
    client = sign_in("secretariat")
    sent = {**fresh(client, filed_12), "corrected_why": WHY, **WORSE}
    del sent["stamp"]
    correct_return(ret=filed_12, report=Report(off_track("Gone.")), reason="So.", **told(world, date(2022, 2, 10)))

    page = client.get(address(filed_12))
    assert "There is nothing to review here" in text_of(page)
    refused = client.post(address(filed_12), sent)

    assert refused.status_code == 422
    assert "Both banks have left." in text_of(refused)
    assert WHY in text_of(refused)


@after(opened)
def test_what_was_not_filed_cannot_be_corrected(world, sign_in):
    client = sign_in("secretariat")

    page = client.get(address(asked(12)))

    assert page.status_code == 200
    assert "Nothing is filed yet on 12 Public/private project" in text_of(page)
    assert "<form" not in page.content.decode().split('id="main"')[1].split("</main>")[0]
    assert client.post(address(asked(12)), {"stamp": "99", "last": "0", "seen": "1", **WORSE}).status_code == 409
    assert not Filing.objects.exists()


def test_the_page_takes_few_queries(filed_12, world, sign_in, django_assert_max_num_queries):
    confirm_no_change(ret=asked(17, "SFO"), **told(world, FEBRUARY, "sfo"))
    client = sign_in("secretariat")
    client.get(QUEUE)
    for ret in (filed_12, asked(17, "SFO")):
        with django_assert_max_num_queries(12):
            client.get(address(ret))


def test_where_nothing_is_filed_yet_there_is_nothing_to_correct(world, sign_in):
    say(world, 12, DECEMBER, on_track("Two banks have joined."), by="police")
    opened(world)

    page = sign_in("secretariat").get(address(asked(12)))

    assert page.status_code == 200
    assert "Requested: Asked for; nothing is written yet." in text_of(page)
