"""Reporting on an activity or a part: what each status needs, who may, and that nothing typed is ever lost."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import move_date
from activities.actions.words import withdraw_activity
from activities.models import Activity, Milestone, StatusUpdate
from activities.statuses import DeliveryStatus
from tests.generated import at_risk, completed, grow, half_a_year, off_track, on_track, paused, say
from tests.pages import cells_of, section_of
from tests.scenes import after
from tests.views.editing import address, text_of

FEBRUARY = date(2022, 2, 14)

SAID = {
    "not_started": {},
    "on_track": {"what_was_done": "The banks have met."},
    "at_risk": {"reason": "One bank has left.", "path_to_green": "A successor is approached."},
    "off_track": {"reason": "No bank is left.", "forecast": "30/06/2022", "ask": "Invite another."},
    "paused": {"decision_reference": "SG 2022/3", "review_date": "2022-03-31"},
    "completed": {
        "completed_on": "15 February 2022",
        "statement": "The proposals were presented.",
        "evidence_link": "https://www.example.govt.nz/proposals",
    },
    "not_delivered": {"what_became": "Carried to the next plan.", "decision_reference": "SG 2022/4"},
}
"""What each status needs, said of activity 12."""


def update_of(key: str | int) -> str:
    """The address of the form."""
    return address(key, "update/")


def hidden(client, url: str) -> dict[str, str]:
    """What a fresh form carries unseen."""
    form = client.get(url).context["form"]
    return {name: str(form[name].value()) for name in ("stamp", "once", "seen")}


def send(client, url: str, **said):
    """Open the form and send it."""
    return client.post(url, {**hidden(client, url), **said})


def complaints(response) -> dict[str, list[str]]:
    """What the form says is wrong, by field."""
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def delivery(world, key: str | int, position: int = 1) -> str:
    """The name of a milestone's field."""
    return f"delivered_{world.milestone(key, position).id}"


@pytest.mark.parametrize("status", list(SAID))
def test_every_status_is_set_with_what_it_needs(world, sign_in, status):
    client = sign_in("secretariat")
    said = dict(SAID[status])
    if status == "completed":
        said[delivery(world, 12)] = "15/02/2022"
    response = send(client, update_of(12), status=status, **said)
    assert response.status_code == 302
    assert response["Location"] == address(12)
    activity = world.activity(12)
    assert activity.status == status
    update = StatusUpdate.objects.get(activity=activity)
    assert (update.from_status, update.to_status, update.person_name) == ("not_started", status, "Secretariat Officer")
    page = client.get(address(12))
    label = DeliveryStatus(status).label
    assert f"Saved: {activity} is {label.lower()}." in text_of(page)
    assert label in section_of(page, "trail")


@pytest.mark.parametrize(
    ("status", "left_out", "sentence"),
    [
        ("on_track", "what_was_done", "Say what was done."),
        ("at_risk", "reason", "Give the reason."),
        ("at_risk", "path_to_green", "Say what brings it back on track: the path to green."),
        ("off_track", "reason", "Give the reason."),
        ("off_track", "forecast", "Give a forecast date, or say that you cannot forecast."),
        ("off_track", "ask", "Say what you ask of the Steering Group, or tick that there is no ask."),
        ("paused", "decision_reference", "Give the reference of the decision."),
        ("paused", "review_date", "Give the day on which the pause is reviewed."),
        ("completed", "completed_on", "Give the day on which it was completed."),
        ("completed", "statement", "State what was delivered."),
        ("completed", "evidence_link", "Give a link to the evidence, or say where it is held."),
        ("not_delivered", "what_became", "Say what became of it."),
        ("not_delivered", "decision_reference", "Give the reference of the decision."),
    ],
)
def test_what_is_missing_is_named_beside_its_field_and_everything_typed_is_kept(
    world, sign_in, status, left_out, sentence
):
    said = {**SAID[status], delivery(world, 12): "15/02/2022"}
    del said[left_out]
    response = send(sign_in("secretariat"), update_of(12), status=status, **said)
    assert response.status_code == 422
    assert complaints(response) == {{"evidence_link": "held_at"}.get(left_out, left_out): [sentence]}
    page = response.content.decode()
    assert "Nothing has been saved yet" in page
    assert re.search(rf'value="{status}"[^>]* checked', page)
    for value in said.values():
        assert value in page
    assert world.activity(12).updates == 0


def test_cannot_forecast_and_no_ask_are_answers_too(world, sign_in):
    send(sign_in("police"), update_of(12), status="off_track", reason="Gone", cannot_forecast="on", no_ask="on")
    update = StatusUpdate.objects.get()
    assert (update.cannot_forecast, update.no_ask, update.forecast, update.ask) == (True, True, None, "")
    assert "Forecast cannot forecast Ask of the Steering Group none" in section_of(
        sign_in("steering").get(address(12)), "latest"
    )


def test_a_date_and_no_forecast_contradict_each_other(sign_in):
    said = {**SAID["off_track"], "cannot_forecast": "on", "no_ask": "on"}
    response = send(sign_in("police"), update_of(12), status="off_track", **said)
    assert set(complaints(response)) == {"forecast", "ask"}


def test_milestones_are_delivered_and_begun_in_the_same_save(world, sign_in):
    said = {delivery(world, 7, 1): "14/02/2022", delivery(world, 7, 2): "2022-02-15"}
    response = send(sign_in("sfo"), update_of(7), status="on_track", what_was_done="Endorsed.", **said)
    assert response.status_code == 302
    assert world.milestone(7, 1).delivered_on == date(2022, 2, 14)
    assert world.milestone(7, 2).delivered_on == date(2022, 2, 15)
    latest = section_of(sign_in("steering").get(address(7)), "latest")
    assert "Strategy endorsed: delivered 14 February 2022; implementation: begun 15 February 2022" in latest


def test_completion_waits_for_every_open_milestone(world, sign_in):
    client = sign_in("sfo")
    said = {**SAID["completed"], delivery(world, 7, 1): "14/02/2022"}
    response = send(client, update_of(7), status="completed", **said)
    assert response.status_code == 422
    assert complaints(response) == {
        "status": [
            "1 milestone is still open: report them delivered or begun below, or have them formally removed first."
        ]
    }
    assert world.milestone(7, 1).delivered_on is None
    response = send(client, update_of(7), status="completed", **said, **{delivery(world, 7, 2): "14/02/2022"})
    assert response.status_code == 302


@pytest.mark.parametrize(
    "day",
    ["31/02/2022", "12/31/2021", "yesterday", "0001-01-01", "31/12/9999", "30/11/22", "1" * 3000, "2022-02-15T10:00"],
)
def test_a_wrong_date_is_named_and_kept(world, sign_in, day):
    response = send(sign_in("sfo"), update_of(7), status="on_track", what_was_done="x", **{delivery(world, 7): day})
    assert response.status_code == 422
    assert list(complaints(response)) == [delivery(world, 7)]
    assert day in response.content.decode()


def test_a_day_in_the_future_is_refused(world, sign_in):
    client = sign_in("sfo")
    response = send(client, update_of(7), status="on_track", what_was_done="x", **{delivery(world, 7): "16/02/2022"})
    assert complaints(response)[delivery(world, 7)] == ["The day cannot lie in the future."]
    response = send(client, update_of(7), status="completed", **{**SAID["completed"], "completed_on": "16/02/2022"})
    assert complaints(response)["completed_on"] == ["The day of completion cannot lie in the future."]


def test_what_the_dates_say_is_put_to_the_person_who_writes(world, sign_in):
    client = sign_in("sfo")
    page = text_of(client.get(update_of(7)))
    assert "1 milestone is overdue, by 46 days." in page
    assert "Why it is on track all the same" in page
    response = send(client, update_of(7), status="on_track", what_was_done="A draft is out.")
    assert list(complaints(response)) == ["explanation"]
    response = send(
        client, update_of(7), status="on_track", what_was_done="A draft is out.", explanation="Signed on 1 March."
    )
    assert response.status_code == 302
    contradictions = cells_of(client.get("/plans/tnoc-2021-22/activities/?contradiction=yes"), "register")
    assert "7" in [row[0] for row in contradictions]


def test_going_up_says_what_has_changed_and_back_to_not_started_is_a_correction(world, sign_in):
    say(world, 12, FEBRUARY, at_risk(), by="police")
    client = sign_in("police")
    response = send(client, update_of(12), status="on_track", what_was_done="A bank has joined.")
    assert list(complaints(response)) == ["what_changed"]
    response = send(client, update_of(12), status="not_started", what_changed="Nothing had begun.")
    assert list(complaints(response)) == ["reason"]
    response = send(
        client, update_of(12), status="not_started", what_changed="Nothing had begun.", reason="Wrong activity."
    )
    assert response.status_code == 302
    assert StatusUpdate.objects.order_by("-number").first().corrects is not None


def test_the_same_status_again_is_a_confirmation(world, sign_in):
    say(world, 12, FEBRUARY, on_track("First."), by="police")
    send(sign_in("police"), update_of(12), status="on_track", what_was_done="Second.")
    trail = section_of(sign_in("steering").get(address(12)), "trail")
    assert "On track no change Second." in trail


def test_of_many_reports_the_newest_fifty_can_be_corrected(world, sign_in):
    for number in range(52):
        say(world, 12, FEBRUARY, on_track(f"Report {number}."), by="police")
    client = sign_in("police")
    offered = [value for value, _ in client.get(update_of(12)).context["form"].fields["corrects"].choices]
    assert offered == ["", *range(52, 2, -1)]
    told = {"status": "on_track", "what_was_done": "It was otherwise."}
    assert list(complaints(send(client, update_of(12), **told, corrects="2"))) == ["corrects"]
    assert send(client, update_of(12), **told, corrects="3").status_code == 302
    assert StatusUpdate.objects.get(number=53).corrects.number == 3


def test_sending_a_report_takes_equally_many_queries_however_much_was_reported(world, sign_in):
    client, counted = sign_in("secretariat"), []
    for before in (1, 55):
        for number in range(before):
            say(world, 12, FEBRUARY, on_track(f"Report {number}."), by="police")
        form = client.get(update_of(12)).context["form"]
        sent = {"stamp": form["stamp"].value(), "once": form["once"].value(), "status": "on_track"}
        with CaptureQueriesContext(connection) as queries:
            assert client.post(update_of(12), {**sent, "what_was_done": "Another."}).status_code == 302
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 30


def test_what_usually_still_holds_is_taken_over_from_the_last_report(world, sign_in):
    say(world, 12, FEBRUARY, off_track("Gone.", "Invite another.", date(2022, 5, 31)), by="police")
    form = sign_in("police").get(update_of(12)).context["form"]
    assert form["ask"].value() == "Invite another."
    assert form["forecast"].value() == date(2022, 5, 31)
    assert not form["reason"].value()
    assert 'value="31/05/2022"' in str(form["forecast"])


def test_what_was_taken_over_is_not_said_again_with_a_status_that_does_not_need_it(world, sign_in):
    say(world, 12, FEBRUARY, off_track("Gone.", "Invite another.", date(2022, 5, 31)), by="police")
    said = {"what_was_done": "A bank has joined.", "what_changed": "The bank.", "reason": ""}
    kept = {"ask": "Invite another.", "forecast": "31/05/2022"}
    send(sign_in("police"), update_of(12), status="on_track", **said, **kept)
    update = StatusUpdate.objects.order_by("-number").first()
    assert (update.ask, update.forecast) == ("", None)
    send(sign_in("police"), update_of(12), status="on_track", what_was_done="More.", ask="A seat.")
    assert StatusUpdate.objects.order_by("-number").first().ask == "A seat."


def test_a_forecast_is_for_the_milestone_that_is_named(world, sign_in):
    client = sign_in("secretariat")
    said = {**SAID["off_track"], "forecast_of": str(world.milestone(16, 3).id)}
    assert send(client, update_of(16), status="off_track", **said).status_code == 302
    assert world.milestone(16, 3).forecast == date(2022, 6, 30)
    assert world.milestone(16, 1).forecast is None
    response = send(client, update_of(16), status="off_track", **{**said, "forecast_of": "99999"})
    assert response.status_code == 422
    assert "forecast_of" in complaints(response)


@pytest.mark.parametrize("status", ["paused", "not_delivered"])
def test_a_lead_may_not_pause_or_close(world, sign_in, status):
    response = send(sign_in("police"), update_of(12), status=status, **SAID[status])
    assert response.status_code == 422
    assert complaints(response)["status"][0].startswith("Only the Secretariat can set")
    assert world.activity(12).updates == 0
    form = sign_in("police").get(update_of(12)).context["form"]
    assert [value for value, _ in form.fields["status"].choices] == [
        "not_started",
        "on_track",
        "at_risk",
        "off_track",
        "completed",
    ]


def test_what_stands_by_a_decision_is_the_secretariats_to_change(world, sign_in):
    say(world, 12, FEBRUARY, paused())
    page = text_of(sign_in("police").get(update_of(12)))
    assert "Paused stands by a decision: only the Secretariat can change it." in page
    assert "Save" not in page
    client = sign_in("secretariat")
    response = send(client, update_of(12), status="on_track", what_was_done="Resumed.")
    assert list(complaints(response)) == ["decision_reference"]
    response = send(client, update_of(12), status="on_track", what_was_done="Resumed.", decision_reference="SG 2022/9")
    assert response.status_code == 302
    assert world.activity(12).status == "on_track"


@pytest.mark.parametrize(
    ("username", "key", "expected"),
    [
        ("secretariat", "20", 200),
        ("secretariat", "9", 200),
        ("police", "12", 200),
        ("police", "11", 200),
        ("police", "17", 200),
        ("police", "7", 403),
        ("police", "9", 403),
        ("police", "20", 403),
        ("police", "14", 403),
        ("police-reader", "12", 403),
        ("sfo", "12", 403),
        ("steering", "18", 403),
        ("secretariat", "99", 404),
    ],
)
def test_who_may_report_on_what(world, sign_in, username, key, expected):
    client = sign_in(username)
    assert client.get(update_of(key)).status_code == expected
    if expected == 403:
        assert client.post(update_of(key), {"status": "on_track", "what_was_done": "x"}).status_code == 403
        assert StatusUpdate.objects.count() == 0


def test_a_member_reports_on_their_own_part_and_no_other(world, sign_in):
    client = sign_in("police")
    page = client.get(update_of(11))
    assert "Report on the part Police – financial sector" in text_of(page)
    assert 'aria-label="What to report on"' not in page.content.decode()
    assert client.get(f"{update_of(11)}?part={world.part(11, 'Customs').id}").status_code == 403
    own = f"{update_of(11)}?part={world.part(11, 'Police').id}"
    assert send(client, own, status="at_risk", **SAID["at_risk"]).status_code == 302
    assert world.part(11, "Police").status == "at_risk"
    assert world.part(11, "Customs").status == "not_started"
    assert world.activity(11).status == "at_risk"


@pytest.mark.parametrize("part", ["0", "x", "999999", "%00", "-1", "1" * 400])
def test_a_part_that_is_not_there_is_not_found(sign_in, part):
    assert sign_in("secretariat").get(f"{update_of(11)}?part={part}").status_code == 404


def test_the_secretariat_chooses_the_whole_or_any_part(world, sign_in):
    client = sign_in("secretariat")
    page = text_of(client.get(update_of(11)))
    assert "The whole Customs – border sector Police – financial sector MBIE" in page
    mbie = f"{update_of(11)}?part={world.part(11, 'MBIE').id}"
    assert send(client, mbie, status="on_track", what_was_done="Drafted.").status_code == 302
    assert world.part(11, "MBIE").status == "on_track"
    assert send(client, update_of(11), status="off_track", **SAID["off_track"]).status_code == 302
    assert world.activity(11).status == "off_track"
    assert world.part(11, "MBIE").status == "on_track"


def test_milestones_are_reported_with_the_last_open_part(world, sign_in):
    client = sign_in("police")
    page = client.get(update_of(11))
    assert "The milestones are reported with the last part that is still open" in text_of(page)
    assert not page.context["form"].delivery_fields
    for label in ("Customs", "MBIE"):
        say(world, 11, FEBRUARY, completed(FEBRUARY), part=label)
    assert len(client.get(update_of(11)).context["form"].delivery_fields) == 1
    said = {**SAID["completed"], delivery(world, 11): "15/02/2022"}
    assert send(client, update_of(11), status="completed", **said).status_code == 302
    assert world.activity(11).status == "completed"


def test_a_withheld_row_warns_that_everybody_reads_it(sign_in):
    client = sign_in("secretariat")
    assert "Every member of the plan reads what you write here." in text_of(client.get(update_of(20)))
    assert "Every member of the plan reads" not in text_of(client.get(update_of(12)))
    assert send(client, update_of("row-21"), status="on_track", what_was_done="Begun.").status_code == 302


def test_a_withdrawn_activity_takes_no_report(world, sign_in):
    client = sign_in("secretariat")
    form = hidden(client, update_of(15))
    withdraw_activity(activity=world.activity(15), reason="Merged", by=world.standing("secretariat"), at=world.now)
    assert "This activity is withdrawn: nobody reports on it any more." in text_of(client.get(update_of(15)))
    response = client.post(update_of(15), {**form, "status": "on_track", "what_was_done": "x"})
    assert response.status_code in (409, 422)
    assert world.activity(15).updates == 0


# Two people at once ------------------------------------------------------------------------------------------------


def test_the_second_to_save_sees_both_versions_and_chooses(world, sign_in):
    mine, url = sign_in("secretariat"), update_of(12)
    form = hidden(mine, url)
    say(world, 12, world.today, at_risk("One bank has left."), by="police")
    said = {"status": "on_track", "what_was_done": "All banks have met.", "next_steps": "Sign in March."}
    response = mine.post(url, {**form, **said})
    words = text_of(response)
    assert response.status_code == 409
    assert "Somebody else was faster: nothing of yours is saved yet" in words
    assert "Police Lead, 15 February 2022, 10:00 am" in words
    assert "Reported by · differs Theirs, in the register now Police Lead Yours, not saved you" in words
    assert "Delivery status · differs Theirs, in the register now At risk Yours, not saved On track" in words
    assert "Theirs, in the register now One bank has left. Yours, not saved –" in words
    assert "All banks have met." in str(response.context["form"]["what_was_done"])
    assert "Save mine on top Discard mine" in words
    assert StatusUpdate.objects.count() == 1
    again = {name: response.context["form"][name].value() for name in ("stamp", "once", "seen")}
    assert again["stamp"] != form["stamp"]
    on_top = mine.post(url, {**again, **said, "what_changed": "The bank came back."})
    assert on_top.status_code == 302
    assert world.activity(12).status == "on_track"
    assert StatusUpdate.objects.count() == 2


def test_a_change_that_is_no_report_conflicts_too_and_is_named(world, sign_in):
    client, url = sign_in("police"), update_of(12)
    form = hidden(client, url)
    move_date(
        milestone=world.milestone(12),
        to=date(2022, 5, 31),
        reason="Agreed in February.",
        asked_by="Police",
        agreed_by="Steering Group",
        by=world.standing("secretariat"),
        at=world.now,
    )
    response = client.post(url, {**form, "status": "on_track", "what_was_done": "Kept."})
    words = text_of(response)
    assert response.status_code == 409
    assert "Agreed date: 31 March 2022 → 31 May 2022" in words
    assert "Kept." in words
    assert "Delivery status · differs" not in words


def test_what_was_typed_survives_a_status_that_the_other_made_impossible(world, sign_in):
    client, url = sign_in("police"), update_of(12)
    form = hidden(client, url)
    say(world, 12, world.today, paused())
    response = client.post(url, {**form, "status": "on_track", "what_was_done": "All banks have met."})
    assert response.status_code == 409
    assert "All banks have met." in text_of(response)


def test_the_same_form_sent_twice_writes_once(world, sign_in):
    client, url = sign_in("police"), update_of(12)
    said = {**hidden(client, url), "status": "at_risk", **SAID["at_risk"]}
    first, second = client.post(url, said), client.post(url, said)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] == address(12)
    assert StatusUpdate.objects.count() == 1


def test_a_form_without_its_stamp_is_refused_with_a_sentence(world, sign_in):
    response = sign_in("police").post(update_of(12), {"status": "on_track", "what_was_done": "x"})
    assert response.status_code == 422
    assert "This form is incomplete" in text_of(response)
    assert world.activity(12).updates == 0


# In the list --------------------------------------------------------------------------------------------------------


def in_row(world, key: str | int) -> dict[str, str]:
    """The headers with which htmx asks for the form in the row of an activity."""
    return {"HX-Request": "true", "HX-Target": f"activity-{world.activity(key).id}"}


def test_the_form_opens_in_the_row_and_closes_again(world, sign_in):
    client = sign_in("police")
    opened = client.get(update_of(12), headers=in_row(world, 12))
    page = opened.content.decode()
    assert page.lstrip().startswith(f'<tbody id="activity-{world.activity(12).id}" class="open">')
    assert "<html" not in page
    assert "data-focus>Report on 12 Public/private project" in page
    assert f'hx-post="{update_of(12)}"' in page
    closed = client.get(update_of(12) + "?close=1", headers=in_row(world, 12)).content.decode()
    assert "<form" not in closed
    assert "data-focus>Update</a>" in closed


def test_errors_and_conflicts_come_back_into_the_row(world, sign_in):
    client, headers = sign_in("police"), in_row(world, 12)
    form = hidden(client, update_of(12))
    wrong = client.post(update_of(12), {**form, "status": "at_risk", "reason": "Gone"}, headers=headers)
    assert wrong.status_code == 422
    assert "<tbody" in wrong.content.decode()
    assert "Nothing has been saved yet" in text_of(wrong)
    say(world, 12, world.today, at_risk())
    stale = client.post(update_of(12), {**form, "status": "on_track", "what_was_done": "x"}, headers=headers)
    assert stale.status_code == 409
    assert "<html" not in stale.content.decode()
    assert "Save mine on top" in text_of(stale)


def test_after_saving_the_row_is_as_it_is_now_and_the_focus_is_on_it(world, sign_in):
    client = sign_in("police")
    said = {**hidden(client, update_of(12)), "status": "at_risk", **SAID["at_risk"]}
    response = client.post(update_of(12), said, headers=in_row(world, 12))
    page = response.content.decode()
    assert response.status_code == 200
    assert "<form" not in page
    assert "At risk" in text_of(response)
    assert "15 February 2022" in text_of(response)
    assert "data-focus>Public/private project" in page
    assert 'hx-swap-oob="innerHTML:#messages"' in page
    assert "is at risk." in text_of(response)
    row = cells_of(client.get("/plans/tnoc-2021-22/activities/?q=12"), "register")[1]
    assert row[2:4] == ["At risk", "due this quarter"]


# Hostile input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("what_was_done", "a\0b"),
        ("next_steps", "x" * 10_001),
        ("evidence_link", "javascript:alert(1)"),
        ("evidence_link", "ftp://files.example"),
        ("evidence_link", "https://" + "a" * 600),
        ("evidence_link", "not an address"),
        ("held_at", "x" * 501),
        ("status", "green"),
        ("status", "on_track\0"),
        ("status", ""),
        ("stamp", "x"),
        ("stamp", "-1"),
        ("stamp", "9" * 40),
        ("once", "x" * 40),
    ],
)
def test_hostile_input_is_refused_with_a_sentence_and_writes_nothing(world, sign_in, field, value):
    client = sign_in("secretariat")
    said = {**SAID["completed"], **hidden(client, update_of(14)), delivery(world, 14): "01/02/2022"}
    response = client.post(update_of(14), {**said, "status": "completed", field: value})
    assert response.status_code in (409, 422)
    assert world.activity(14).updates == 0


def test_a_megabyte_of_text_is_refused_without_a_failure(world, sign_in):
    client = sign_in("police")
    form = hidden(client, update_of(12))
    response = client.post(update_of(12), {**form, "status": "on_track", "what_was_done": "x" * 1_000_000})
    assert response.status_code == 422
    response = client.post(update_of(12), {**form, "status": "on_track", "what_was_done": "x" * 2_000_000})
    assert response.status_code in (400, 413, 422)
    assert world.activity(12).updates == 0


def test_mark_up_is_text(world, sign_in):
    send(sign_in("police"), update_of(12), status="on_track", what_was_done="<b>bold</b> & {{ x }}")
    page = sign_in("steering").get(address(12)).content.decode()
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; {{ x }}" in page


def test_lines_keep_their_ends_whatever_the_browser_sends(world, sign_in):
    send(sign_in("police"), update_of(12), status="on_track", what_was_done="One\r\nTwo\rThree")
    assert StatusUpdate.objects.get().what_was_done == "One\nTwo\nThree"


def test_a_milestone_of_another_activity_cannot_be_reported_here(world, sign_in):
    foreign = delivery(world, 7)
    assert send(sign_in("police"), update_of(12), status="on_track", what_was_done="x", **{foreign: "01/02/2022"})
    assert world.milestone(7).delivered_on is None


def test_looking_changes_nothing_and_a_past_position_takes_no_report(world, sign_in):
    client = sign_in("secretariat")
    before = [(each.id, each.version) for each in [*Activity.objects.all(), *Milestone.objects.all()]]
    client.get(update_of(12) + "?status=at_risk&close=1")
    assert before == [(each.id, each.version) for each in [*Activity.objects.all(), *Milestone.objects.all()]]
    assert client.get(update_of(12) + "?as_at=2021-12-31").status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_only_get_and_post_are_answered(sign_in, method):
    assert getattr(sign_in("secretariat"), method)(update_of(12)).status_code == 405


def test_the_choices_say_what_each_needs_in_this_situation(world, sign_in):
    say(world, 7, FEBRUARY, at_risk(), by="sfo")
    choices = dict(sign_in("sfo").get(update_of(7)).context["form"].fields["status"].choices)
    on_track_now = choices["on_track"]
    assert on_track_now.needed == "What was done; what has changed; why, while a milestone is overdue."
    assert on_track_now.needs == ("what_changed", "explanation")
    assert choices["off_track"].needs == ("reason", "forecast", "forecast_of", "cannot_forecast", "ask", "no_ask")
    assert choices["not_started"].needed == "the reason of the correction; what has changed."


@after(half_a_year)
def test_the_form_takes_at_most_twelve_queries_however_many_activities_there_are(
    world, sign_in, django_assert_max_num_queries
):
    cases = [(sign_in(username), key) for username in ("secretariat", "police") for key in (12, 17)]

    def counts() -> list[int]:
        found = []
        for client, key in cases:
            client.get(update_of(key))
            with django_assert_max_num_queries(12) as queries:
                client.get(update_of(key))
            found.append(len(queries))
        return found

    few = counts()
    grow(world.plan, 200)
    assert counts() == few
