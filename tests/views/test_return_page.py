"""One return: what everybody reads, the form of those who write it, drafts, and that nothing typed is ever lost."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from activities.actions.milestones import correct_delivery
from activities.actions.proposals import propose_date
from activities.actions.reports import Report
from activities.actions.returns import accept_return, comment_on_return, confirm_no_change, correct_return, send_back
from activities.actions.roles import assign_role
from activities.actions.rounds import close_round, extend_returns
from activities.actions.words import withdraw_activity
from activities.models import Comment, DateProposal, Draft, Filing, Return, StatusUpdate
from activities.returns import ReturnState
from tests.actions.rounds import asked, filed, told
from tests.generated import at_risk, completed, grow, half_a_year, off_track, paused, say
from tests.pages import section_of
from tests.scenes import played_once
from tests.views.editing import text_of
from tests.views.returns import MINE, TODAY, a_round, drafted, hidden, page_of, send
from tests.world import add_person

SAID = {
    "not_started": {},
    "on_track": {"what_was_done": "The banks have met."},
    "at_risk": {"reason": "One bank has left.", "path_to_green": "A successor is approached."},
    "off_track": {"reason": "No bank is left.", "forecast": "30/06/2022", "ask": "Invite another."},
    "completed": {
        "completed_on": "15/02/2022",
        "statement": "The proposals were presented.",
        "held_at": "Police files",
    },
}
"""What each status that a lead may set needs, said of activity 12."""


@played_once(autouse=True)
def the_round(world):
    """Every test is in the round of Q2, due on 18 February."""
    return a_round(world)


@pytest.fixture
def police(sign_in) -> Client:
    """Police's lead."""
    return sign_in("police")


def field(name: str, world, key: int, place: int = 1) -> str:
    """A field of a milestone."""
    return f"{name}_{world.milestone(key, place).id}"


def complaints(response) -> dict[str, list[str]]:
    """What the form says is wrong, by field."""
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def against(response, status: str) -> tuple[str, ...]:
    """What is put to the writer against a status."""
    return dict(response.context["form"].fields["status"].choices)[status].against


def values(form, *names: str) -> list[str]:
    """What stands in some fields."""
    return [str(form[name].value() or "") for name in names]


# What everybody reads -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["police-reader", "sfo", "steering", "corrections"])
def test_everybody_reads_what_is_asked_without_the_form(world, sign_in, username):
    say(world, 12, date(2021, 11, 15), at_risk("One bank has left."), by="police")
    page = sign_in(username).get(page_of(asked(12)))
    words = text_of(page)

    assert "asked of Police" in words
    assert "Requested due 18 February 2022, 3 working days left" in words
    assert "Asked for; nothing is written yet." in words
    assert "One bank has left." in section_of(page, "last")
    assert page.context["form"] is None
    assert 'name="do"' not in page.content.decode()


def test_the_covering_note_is_there_for_whoever_writes(police):
    assert "Kia ora" in text_of(police.get(page_of(asked(12))))


def test_a_return_that_is_not_there_is_not_found(police):
    for address in (page_of(999_999), page_of(999_999, "no-change/"), page_of(999_999, "comment/")):
        assert police.get(address).status_code == police.post(address).status_code == 404
    assert police.get(page_of(asked(12)).replace("tnoc-2021-22", "none")).status_code == 404


def test_what_was_filed_is_read_by_every_member_with_what_the_secretariat_answered(world, sign_in):
    presentation = world.milestone(12)
    new_date = {"status": "at_risk", **SAID["at_risk"], field("proposed", world, 12): "31/05/2022"}
    send(sign_in("police"), asked(12), **new_date, **{field("proposed_why", world, 12): "The bank."})
    send_back(ret=asked(12), answer="Which banks?", **told(world, TODAY))
    filed(world, 12, at_risk("ANZ has left."), on=TODAY, deliveries={})
    accept_return(ret=asked(12), answer="Thank you.", **told(world, TODAY))
    page = sign_in("steering").get(page_of(asked(12)))
    told_of = section_of(page, "filed")

    assert "Filed 2 times" in told_of
    assert "Sent back 15 February 2022 by Secretariat Officer: Which banks?" in " ".join(told_of.split())
    assert "Accepted 15 February 2022 by Secretariat Officer: Thank you." in " ".join(told_of.split())
    assert f"“{presentation.name}”: 31 May 2022, 61 days later The bank." in " ".join(told_of.split())
    assert "Accepted due 18 February 2022 filed 15 February 2022, Police Lead" in text_of(page)


def test_a_correction_stands_as_one_with_its_reason(world, sign_in):
    filed(world, 12, on=TODAY)
    report = Report(at_risk("One bank has left.", "Another is asked."))
    correct_return(ret=asked(12), report=report, reason="Agreed by telephone.", **told(world, TODAY))
    told_of = " ".join(section_of(sign_in("steering").get(page_of(asked(12))), "filed").split())

    assert "correction, 15 February 2022, Secretariat Officer" in told_of
    assert "Why it was corrected Agreed by telephone." in told_of
    assert "Corrected 15 February 2022 by Secretariat Officer" in told_of


def test_a_return_that_is_not_asked_for_any_more_says_so(world, police):
    ret = asked(12)
    withdraw_activity(activity=world.activity(12), reason="Merged into 11.", **told(world, TODAY))
    page = police.get(page_of(ret))

    assert "not asked for any more since 15 February 2022" in text_of(page)
    assert "Merged into 11." in text_of(page)
    assert page.context["form"] is None


def test_a_closed_round_takes_nothing_more(world, police, the_round):
    close_round(round=the_round, **told(world, TODAY))
    page = police.get(page_of(asked(12)))

    assert "Not returned" in text_of(page)
    assert "The round is closed." in text_of(page)
    assert (page.context["form"], page.context["commenting"]) == (None, None)


def test_the_secretariat_is_led_to_the_review(world, sign_in):
    filed(world, 12, on=TODAY)
    ret = asked(12)

    assert page_of(ret, "review/") in sign_in("secretariat").get(page_of(ret)).content.decode()
    assert page_of(ret, "review/") not in sign_in("police").get(page_of(ret)).content.decode()


# Writing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(SAID))
def test_every_status_is_filed_with_what_it_needs(world, police, status):
    said = dict(SAID[status])
    if status == "completed":
        said[field("delivered", world, 12)] = "15/02/2022"
    response = send(police, asked(12), status=status, **said)

    assert (response.status_code, response["Location"]) == (302, f"{MINE}?after={asked(12).id}")
    assert (Filing.objects.get().status, asked(12).state) == (status, ReturnState.RETURNED)
    assert not StatusUpdate.objects.exists()
    page = text_of(police.get(response["Location"]))
    assert "Filed: 12 Public/private project" in page
    assert "The Secretariat reviews it." in page


@pytest.mark.parametrize(
    ("status", "left_out", "sentence"),
    [
        ("on_track", "what_was_done", "Say what was done."),
        ("at_risk", "path_to_green", "Say what brings it back on track: the path to green."),
        ("off_track", "ask", "Say what you ask of the Steering Group, or tick that there is no ask."),
        ("completed", "statement", "State what was delivered."),
    ],
)
def test_what_is_missing_is_named_and_everything_typed_is_kept(world, police, status, left_out, sentence):
    said = {**SAID[status], field("delivered", world, 12): "15/02/2022"}
    del said[left_out]
    response = send(police, asked(12), status=status, **said)

    assert response.status_code == 422
    assert complaints(response) == {left_out: [sentence]}
    assert "Nothing has been filed yet" in text_of(response)
    for value in said.values():
        assert value in response.content.decode()
    assert not Filing.objects.exists()


def test_milestones_are_reported_and_new_dates_proposed_with_it(world, sign_in):
    said = {
        field("delivered", world, 7): "14/02/2022",
        field("proposed", world, 7, 2): "30/06/2022",
        field("proposed_why", world, 7, 2): "Ministers asked.",
    }
    assert send(sign_in("sfo"), asked(7), status="on_track", what_was_done="Endorsed.", **said).status_code == 302

    filing = Filing.objects.get()
    assert filing.deliveries == [{"milestone": world.milestone(7).id, "on": "2022-02-14"}]
    proposed = {"milestone": world.milestone(7, 2).id, "due": date(2022, 6, 30), "reason": "Ministers asked."}
    assert filing.new_dates == [proposed]
    accept_return(ret=asked(7), **told(world, TODAY))
    assert DateProposal.objects.get().person_name == "SFO Lead"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"proposed": "31/05/2022"}, {"proposed_why": "Give the reason for the new date."}),
        ({"proposed_why": "The bank."}, {"proposed": "Give the new date that you propose, or take the reason out."}),
        (
            {"proposed": "1/2/2022", "proposed_why": "?"},
            {"proposed": "1 February 2022 has passed: propose a day to come."},
        ),
        (
            {"proposed": "31/03/2022", "proposed_why": "?"},
            {"proposed": "The agreed date is 31 March 2022 already."},
        ),
        ({"proposed": "soon", "proposed_why": "?"}, {"proposed": "Write a day such as 31/12/2021."}),
    ],
)
def test_what_is_wrong_with_a_proposed_date_stands_beside_its_field(world, police, typed, sentence):
    said = {field(name, world, 12): value for name, value in typed.items()}
    response = send(police, asked(12), status="on_track", what_was_done="Met.", **said)

    assert response.status_code == 422
    assert complaints(response) == {field(name, world, 12): [words] for name, words in sentence.items()}


def test_a_milestone_whose_new_date_waits_for_an_answer_takes_no_other(world, police):
    asked_before = {"milestone": world.milestone(12), "to": date(2022, 5, 31), "reason": "The bank."}
    propose_date(**asked_before, **told(world, TODAY, "police"))
    page = police.get(page_of(asked(12)))

    assert "Another date is proposed, and waits for an answer." in text_of(page)
    assert field("proposed", world, 12) not in page.context["form"].fields
    assert field("delivered", world, 12) in page.context["form"].fields


def test_what_was_typed_for_a_milestone_that_was_closed_meanwhile_is_shown_and_not_dropped_silently(world, police):
    form = hidden(police, asked(12))
    delivered = {"milestone": world.milestone(12), "delivered_on": TODAY, "reason": "Presented."}
    correct_delivery(**delivered, **told(world, TODAY))
    said = {"status": "on_track", "what_was_done": "Met.", field("delivered", world, 12): "14/02/2022"}
    response = police.post(page_of(asked(12)), {**form, **said})

    assert response.status_code == 422
    assert "A milestone was closed meanwhile" in text_of(response)
    assert "Delivered or begun 14/02/2022" in text_of(response)
    assert not Filing.objects.exists()


def test_a_lead_of_a_part_reports_on_the_part(world, police):
    page = police.get(page_of(asked(11, "Police")))

    assert "11 Sector-specific guidance on TNOC risks, Police – financial sector" in text_of(page)
    assert "They are reported delivered with the last part that is still open" in text_of(page)
    assert not [name for name in page.context["form"].fields if name.startswith("delivered_")]
    assert send(police, asked(11, "Police"), status="at_risk", **SAID["at_risk"]).status_code == 302
    assert Filing.objects.get().ret == asked(11, "Police")


def test_the_last_open_part_reports_the_milestones(world, police):
    for label in ("Customs", "MBIE"):
        say(world, 11, TODAY, completed(TODAY), part=label)
    page = police.get(page_of(asked(11, "Police")))

    assert field("delivered", world, 11) in page.context["form"].fields


@pytest.mark.parametrize("status", ["paused", "not_delivered"])
def test_a_lead_may_not_pause_or_close(police, status):
    said = {"decision_reference": "SG 1", "review_date": "1/6/2022", "what_became": "Merged"}
    response = send(police, asked(12), status=status, **said)

    assert complaints(response)["status"][0].startswith("Only the Secretariat can set")


def test_what_is_paused_can_be_confirmed_and_not_be_rewritten(world, police):
    say(world, 12, TODAY, paused("SG 2022/3", date(2022, 6, 1)))
    page = police.get(page_of(asked(12)))

    assert "Paused stands by a decision: only the Secretariat can change it." in text_of(page)
    assert page.context["form"] is None
    assert "No change since last quarter" in text_of(page)


def test_the_secretariats_own_is_in_the_register_at_once(world, sign_in):
    client = sign_in("secretariat")
    page = text_of(client.get(page_of(asked(20))))
    assert "Every member of the plan reads what you write here." in page
    assert "Filed, it is in the register at once." in page
    response = send(client, asked(20), status="paused", decision_reference="SG 1", review_date="1/6/2022")

    assert response.status_code == 302
    assert (asked(20).state, world.activity(20).status) == (ReturnState.ACCEPTED, "paused")
    assert "It is in the register." in text_of(client.get(response["Location"]))


def test_the_secretariat_may_write_it_instead_of_an_agency_without_its_draft(world, sign_in):
    ret = drafted(world, 12, reason="Police’s own words")
    client = sign_in("secretariat")
    page = client.get(page_of(ret))
    assert page.context["form"] is None
    assert "Write it instead of Police" in text_of(page)
    form = client.get(page_of(ret) + "?instead=1")
    assert "Police’s own words" not in form.content.decode()
    assert "Save as draft" not in text_of(form)
    sent = {name: form.context["form"][name].value() for name in ("stamp", "once", "seen")}
    response = client.post(
        page_of(ret) + "?instead=1", {**sent, "status": "on_track", "what_was_done": "By telephone."}
    )

    assert response["Location"] == page_of(ret)
    assert asked(12).state == ReturnState.ACCEPTED
    assert "Police’s own words" in text_of(sign_in("police").get(page_of(ret)))
    assert "Police’s own words" not in text_of(sign_in("steering").get(page_of(ret)))


@pytest.mark.parametrize(
    ("username", "key", "body", "expected"),
    [
        ("police-reader", 12, "", 403),
        ("sfo", 12, "", 403),
        ("steering", 18, "", 403),
        ("police", 17, "SFO", 403),
        ("police", 16, "", 403),
        ("police", 12, "", 422),
        ("secretariat", 16, "", 422),
    ],
)
def test_who_may_send(sign_in, username, key, body, expected):
    client, ret = sign_in(username), asked(key, body)
    for sent in ({"status": "on_track"}, {"do": "draft", "reason": "?"}):
        assert client.post(page_of(ret), sent).status_code == expected
    assert not Filing.objects.exists()
    assert not Draft.objects.exists()


# What the dates say, while it is written ----------------------------------------------------------------------------


def test_what_contradicts_a_status_is_put_to_the_writer_beside_it(world, sign_in):
    page = sign_in("sfo").get(page_of(asked(7)))

    late = "“Strategy endorsed” is 46 days overdue"
    assert against(page, "on_track") == (
        f"You say On track; {late}: report it delivered, propose a new date "
        "or explain why it is on track all the same.",
    )
    assert against(page, "not_started") == (
        f"You say Not started; {late}: propose a new date or choose another status.",
    )
    assert against(page, "completed") == (
        "You say Completed; “Strategy endorsed” is still open: report it delivered or have it formally removed first.",
        "You say Completed; “implementation” is still open: report it begun or have it formally removed first.",
    )
    assert against(page, "at_risk") == against(page, "off_track") == ()
    assert f"You say On track; {late}" in text_of(page)


def test_a_start_that_is_not_begun_contradicts_in_its_own_words(police):
    wanted = "You say On track; “Programme implementation” was to begin 46 days ago: report it begun, propose"
    assert against(police.get(page_of(asked(13))), "on_track")[0].startswith(wanted)


def test_not_started_contradicts_a_start_that_was_made(world, police):
    begun = {"milestone": world.milestone(13), "delivered_on": date(2021, 12, 6), "reason": "Begun."}
    correct_delivery(**begun, **told(world, TODAY))

    assert against(police.get(page_of(asked(13))), "not_started") == (
        "You say Not started; “Programme implementation” began on 6 December 2021: choose another status.",
    )


def test_while_others_work_on_their_parts_a_milestone_keeps_no_part_open(world, police):
    assert against(police.get(page_of(asked(11, "Police"))), "completed") == ()


def test_what_is_reported_or_waits_for_an_answer_is_not_asked_for_again(world, sign_in):
    client = sign_in("sfo")
    said = {"status": "on_track", field("delivered", world, 7): "14/02/2022"}
    assert against(send(client, asked(7), **said), "on_track") == ()
    before = {"milestone": world.milestone(7), "to": date(2022, 3, 31), "reason": "Ministers asked."}
    propose_date(**before, **told(world, TODAY, "sfo"))

    wanted = "46 days overdue, and a new date waits for an answer: report it delivered or explain"
    assert wanted in against(client.get(page_of(asked(7))), "on_track")[0]


def test_on_track_over_an_overdue_milestone_is_explained_or_takes_a_new_date(world, sign_in):
    client = sign_in("sfo")
    said = {"status": "on_track", "what_was_done": "A draft is out."}
    assert list(complaints(send(client, asked(7), **said))) == ["explanation"]
    new = {field("proposed", world, 7): "31/03/2022", field("proposed_why", world, 7): "Ministers asked."}

    assert send(client, asked(7), **said, **new).status_code == 302


def test_gaps_are_put_to_whoever_writes(world, sign_in, police):
    assert "Lead to be decided – 229 days: say what stands in the way of naming one." in text_of(
        sign_in("secretariat").get(page_of(asked(16)))
    )
    gap = "Relevant agencies stands for nobody yet: membership to be set."
    assert gap in text_of(police.get(page_of(asked(11, "Police"))))
    assert gap not in text_of(police.get(page_of(asked(12))))


# Drafts -------------------------------------------------------------------------------------------------------------


def test_a_draft_keeps_everything_typed_whatever_is_wrong_with_it_and_a_colleague_goes_on(world, police, sign_in):
    typed = {
        "status": "off_track",
        "reason": "Half a sen",
        "forecast": "31/31/2022",
        "no_ask": "on",
        field("delivered", world, 12): "tomorrow",
        field("proposed_why", world, 12): "The bank.",
    }
    response = send(police, asked(12), "draft", **typed)
    assert (response.status_code, response["Location"]) == (302, page_of(asked(12)))
    assert Draft.objects.get().typed == typed
    add_person("hana", "Hana Example", "Police", may_report=True, administrator=False)
    page = sign_in("hana").get(page_of(asked(12)))

    assert re.search(r"Draft saved 15 February 2022, \d+:\d\d [ap]m by Police Lead\.", text_of(page))
    assert values(page.context["form"], *typed) == list(typed.values())
    assert re.search(r'name="no_ask"[^>]* checked', page.content.decode())
    assert not page.context["form"].errors


def test_nobody_else_gets_a_hint_of_a_drafts_words(world, sign_in):
    ret = drafted(world, 12, reason="Half a sen")
    for username in ("secretariat", "police-reader", "sfo", "steering"):
        for address in (page_of(ret), MINE, f"{page_of(ret)}?instead=1", "/plans/tnoc-2021-22/activities/12/"):
            assert "Half a sen" not in sign_in(username).get(address).content.decode()
    assert "Draft" in text_of(sign_in("steering").get(page_of(ret)))


def test_a_draft_overrides_what_the_last_report_said_even_where_it_was_emptied(world, police):
    say(world, 12, date(2021, 11, 15), off_track("Gone.", "Invite another.", date(2022, 5, 31)), by="police")
    drafted(world, 12, status="off_track", reason="Still gone.")
    form = police.get(page_of(asked(12))).context["form"]

    assert values(form, "reason", "ask", "forecast") == ["Still gone.", "", ""]


def test_what_was_typed_for_a_milestone_that_is_closed_by_now_stands_in_the_draft(world, police):
    drafted(world, 12, **{field("proposed_why", world, 12): "The bank is slow."})
    delivered = {"milestone": world.milestone(12), "delivered_on": TODAY, "reason": "Presented."}
    correct_delivery(**delivered, **told(world, TODAY))

    assert "No longer part of this return:" in text_of(police.get(page_of(asked(12))))
    assert "The bank is slow." in text_of(police.get(page_of(asked(12))))


def test_the_second_to_save_a_draft_sees_both_and_chooses(world, police):
    form = hidden(police, asked(12))
    add_person("hana", "Hana Example", "Police", may_report=True, administrator=False)
    drafted(world, 12, by="hana", status="at_risk", reason="Hers.")
    mine = {"status": "on_track", "reason": "", "what_was_done": "Mine."}
    response = police.post(page_of(asked(12)), {**form, "do": "draft", **mine})
    words = text_of(response)

    assert response.status_code == 409
    assert "Somebody else was faster: nothing of yours is saved yet" in words
    assert "Hana Example saved a draft, 15 February 2022, 10:00 am." in words
    assert "Delivery status · differs Theirs At risk Yours, not saved On track" in words
    assert "Reason · differs Theirs Hers. Yours, not saved –" in words
    assert "What was done · differs Theirs – Yours, not saved Mine." in words
    assert Draft.objects.get().typed["reason"] == "Hers."
    again = {name: response.context["form"][name].value() for name in ("stamp", "once", "seen")}
    assert values(response.context["form"], "status", "what_was_done") == ["on_track", "Mine."]
    assert police.post(page_of(asked(12)), {**again, "do": "draft", **mine}).status_code == 302
    assert Draft.objects.get().typed == {"status": "on_track", "what_was_done": "Mine."}


def test_who_files_over_a_colleagues_draft_sees_both_and_can_file_on_top(world, police):
    form = hidden(police, asked(12))
    drafted(world, 12, status="at_risk", reason="From another window.")
    said = {"status": "on_track", "what_was_done": "All banks have met."}
    response = police.post(page_of(asked(12)), {**form, **said})

    assert response.status_code == 409
    assert "From another window." in text_of(response)
    assert "All banks have met." in str(response.context["form"]["what_was_done"])
    again = {name: response.context["form"][name].value() for name in ("stamp", "once", "seen")}
    assert police.post(page_of(asked(12)), {**again, **said}).status_code == 302
    assert Filing.objects.get().what_was_done == "All banks have met."


@pytest.mark.parametrize("do", ["file", "draft"])
def test_what_was_filed_meanwhile_stands_beside_what_was_typed_and_cannot_be_overwritten(world, police, do):
    form = hidden(police, asked(12))
    filed(world, 12, at_risk("A colleague’s reason."), on=TODAY)
    said = {"status": "on_track", "what_was_done": "My words."}
    response = police.post(page_of(asked(12)), {**form, "do": do, **said})
    words = text_of(response)

    assert response.status_code == 409
    assert "Police Lead filed it, 15 February 2022, 10:00 am." in words
    assert "What was done · differs Theirs – Yours, not saved My words." in words
    assert "It cannot be written any more." in words
    assert response.context["form"] is None
    assert Filing.objects.count() == 1


def test_a_later_day_given_meanwhile_is_a_conflict_that_only_needs_another_click(world, police, the_round):
    form = hidden(police, asked(12))
    more = {"round": the_round, "body": world.body("Police"), "until": date(2022, 2, 25), "reason": "Ill."}
    extend_returns(**more, **told(world, TODAY))
    response = police.post(page_of(asked(12)), {**form, "status": "on_track", "what_was_done": "Met."})

    assert response.status_code == 409
    assert "The return is now: requested, due 25 February 2022, 8 working days left." in text_of(response)
    assert "· differs" not in text_of(response)
    assert "Met." in str(response.context["form"]["what_was_done"])


@pytest.mark.parametrize("do", ["file", "draft"])
def test_what_was_typed_when_the_round_closed_is_shown_to_be_copied(world, police, the_round, do):
    form = hidden(police, asked(12))
    close_round(round=the_round, **told(world, TODAY))
    said = {"status": "on_track", "what_was_done": "Too late."}
    response = police.post(page_of(asked(12)), {**form, "do": do, **said})

    assert response.status_code == 422
    assert "The round of Q2 FY2021/22 is closed." in text_of(response)
    assert "What you typed It is not saved" in text_of(response)
    assert "Delivery status On track" in text_of(response)
    assert "Too late." in text_of(response)


def test_what_was_typed_when_the_session_ended_is_shown_again(world, police):
    form = hidden(police, asked(12))
    said = {**form, "do": "draft", "what_was_done": "Written for an hour."}
    response = Client(headers={"Origin": "http://testserver"}).post(page_of(asked(12)), said)

    assert response.status_code == 401
    assert "Written for an hour." in text_of(response)
    assert "Do draft" not in text_of(response)


def test_what_was_sent_back_is_taken_up_again_with_what_is_wanted_on_top(world, police):
    said = {**SAID["off_track"], field("proposed", world, 12): "31/05/2022", field("proposed_why", world, 12): "Slow."}
    send(police, asked(12), status="off_track", **said)
    send_back(ret=asked(12), answer="Which bank, and by when?", **told(world, TODAY))
    page = police.get(page_of(asked(12)))

    assert "Which bank, and by when?" in section_of(page, "wanted")
    assert "Sent back 15 February 2022 by Secretariat Officer" in section_of(page, "wanted")
    names = ["status", *SAID["off_track"], field("proposed", world, 12), field("proposed_why", world, 12)]
    assert values(page.context["form"], *names) == ["off_track", *said.values()]
    again = send(police, asked(12), status="off_track", **{**said, "reason": "ANZ is gone."})
    assert again.status_code == 302
    assert list(Filing.objects.order_by("number").values_list("reason", flat=True)) == [
        "No bank is left.",
        "ANZ is gone.",
    ]


def test_what_was_confirmed_unchanged_and_sent_back_is_taken_up_too(world, police):
    say(world, 12, date(2021, 11, 15), at_risk("One bank has left."), by="police")
    confirm_no_change(ret=asked(12), **told(world, TODAY, "police"))
    send_back(ret=asked(12), answer="Still?", **told(world, TODAY))

    assert values(police.get(page_of(asked(12))).context["form"], "reason") == ["One bank has left."]


def test_the_same_form_sent_twice_files_once(world, police):
    said = {**hidden(police, asked(12)), "status": "at_risk", **SAID["at_risk"]}
    answers = [police.post(page_of(asked(12)), said) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert Filing.objects.count() == 1


@pytest.mark.parametrize("do", ["file", "draft"])
def test_a_form_without_its_stamp_is_refused_with_a_sentence_and_keeps_what_was_typed(police, do):
    response = police.post(page_of(asked(12)), {"do": do, "status": "on_track", "what_was_done": "Kept."})

    assert response.status_code == 422
    assert "This form is incomplete" in text_of(response)
    assert "Kept." in text_of(response)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reason", "x" * 10_001),
        ("stamp", "x"),
        ("stamp", "9" * 40),
        ("once", "x" * 40),
        ("seen", "x"),
        ("seen", "9" * 40),
        ("status", "on_track\0"),
        ("what_was_done", "a\0b"),
    ],
)
@pytest.mark.parametrize("do", ["file", "draft"])
def test_hostile_input_fails_nothing(police, do, name, value):
    said = {"status": "at_risk", **SAID["at_risk"], **hidden(police, asked(12)), "do": do, name: value}
    response = police.post(page_of(asked(12)), said)

    assert response.status_code in (302, 409, 422)
    assert police.get(page_of(asked(12))).status_code == 200


def test_a_draft_holds_the_forms_fields_and_nothing_else(police):
    send(police, asked(12), "draft", reason="Mine.", colour="red", delivered_x="1", **{"delivered_1": "1/1/2022"})

    assert Draft.objects.get().typed == {"reason": "Mine.", "delivered_1": "1/1/2022"}
    assert police.get(page_of(asked(12))).status_code == 200


# Comments -----------------------------------------------------------------------------------------------------------


def comment(client: Client, ret: Return, text: str = "Our trainers are free in March."):
    """Add a comment as the page offers it."""
    form = client.get(page_of(ret)).context["commenting"]
    once = form["once"].value() if form else ""
    return client.post(page_of(ret, "comment/"), {"once": once, "text": text})


def test_a_supporting_body_comments_and_everybody_reads_it(world, sign_in):
    response = comment(sign_in("sfo"), asked(12))
    assert (response.status_code, response["Location"]) == (302, f"{page_of(asked(12))}#comments")
    told_of = section_of(sign_in("steering").get(page_of(asked(12))), "comments")

    assert "1 comment Our trainers are free in March. SFO Lead, SFO, 15 February 2022" in " ".join(told_of.split())


def test_a_member_who_may_not_report_comments_too(sign_in):
    assert comment(sign_in("police-reader"), asked(12)).status_code == 302


def test_an_agency_of_a_collective_that_supports_comments(world, sign_in):
    lead = {"activity": world.activity(16), "kind": "lead", "body": world.body("MOJ"), "reason": "Named"}
    assign_role(**lead, **told(world, TODAY))

    assert comment(sign_in("corrections"), asked(16)).status_code == 302


def test_who_has_no_role_in_it_does_not_comment(sign_in):
    page = sign_in("steering").get(page_of(asked(12)))

    assert page.context["commenting"] is None
    assert comment(sign_in("steering"), asked(12)).status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"), [(" ", "Write your comment."), ("x" * 10_001, "at most 10000 characters")]
)
def test_a_comment_that_is_none_is_refused_with_what_was_typed(sign_in, text, sentence):
    response = comment(sign_in("sfo"), asked(12), text)

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert text.strip() in response.content.decode()
    assert "Your comment is not added yet" in text_of(response)


def test_a_comment_on_what_is_accepted_by_now_is_shown_to_be_copied(world, sign_in):
    client = sign_in("sfo")
    form = client.get(page_of(asked(12))).context["commenting"]
    filed(world, 12, on=TODAY)
    accept_return(ret=asked(12), **told(world, TODAY))
    response = client.post(page_of(asked(12), "comment/"), {"once": form["once"].value(), "text": "Wait for us."})

    assert response.status_code == 422
    assert "This return is accepted: nothing can be added to it." in text_of(response)
    assert "Wait for us." in text_of(response)


def test_a_comment_sent_twice_is_added_once(sign_in):
    client = sign_in("sfo")
    once = client.get(page_of(asked(12))).context["commenting"]["once"].value()
    for _ in range(2):
        client.post(page_of(asked(12), "comment/"), {"once": once, "text": "Once."})

    assert Comment.objects.count() == 1


def test_comments_do_not_disturb_whoever_writes(world, police):
    form = hidden(police, asked(12))
    comment_on_return(ret=asked(12), text="From the side.", **told(world, TODAY, "sfo"))
    response = police.post(page_of(asked(12)), {**form, "status": "at_risk", **SAID["at_risk"]})

    assert response.status_code == 302


# The activity's page, the past, and how long it takes ---------------------------------------------------------------


def test_the_activitys_page_leads_to_its_open_returns(world, sign_in, the_round):
    client, base = sign_in("steering"), "/plans/tnoc-2021-22/activities/"
    whole = f'<a href="{page_of(asked(12))}">Police, requested</a> by 18 February 2022'
    assert whole in client.get(f"{base}12/").content.decode()
    shared = client.get(f"{base}11/").content.decode()
    for label in ("Customs", "Police", "MBIE"):
        assert page_of(asked(11, label)) in shared
    close_round(round=the_round, **told(world, TODAY))

    assert "/returns/" not in client.get(f"{base}12/").content.decode()


def test_a_past_position_shows_the_return_as_it_was(world, sign_in):
    drafted(world, 12, on=date(2022, 2, 9), reason="Half a sen")
    filed(world, 12, on=date(2022, 2, 11))
    comment_on_return(ret=asked(12), text="Later.", **told(world, date(2022, 2, 14), "sfo"))
    client, ret = sign_in("police"), asked(12)
    then = client.get(page_of(ret), {"as_at": "2022-02-10"})

    assert "Draft due 18 February 2022, 6 working days left" in text_of(then)
    for later in ("Half a sen", "Two workshops held.", "Later.", "Save as draft"):
        assert later not in then.content.decode()
    assert "Two workshops held." in text_of(client.get(page_of(ret), {"as_at": "2022-02-12"}))
    assert client.get(page_of(ret), {"as_at": "2022-02-06"}).status_code == 404
    for page in ("", "no-change/", "comment/"):
        assert client.post(f"{page_of(ret, page)}?as_at=2022-02-10", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_only_get_and_post_are_answered(police, method):
    assert getattr(police, method)(page_of(asked(12))).status_code == 405


def test_looking_changes_nothing(world, police):
    before = list(Return.objects.order_by("id").values_list("id", "version"))
    police.get(page_of(asked(12)) + "?do=file&status=at_risk&instead=1")

    assert before == list(Return.objects.order_by("id").values_list("id", "version"))


def test_the_page_takes_at_most_twelve_queries_however_much_there_is(world, sign_in, django_assert_max_num_queries):
    half_a_year(world)
    send_back_once(world)
    cases = [
        ("police", asked(12)),
        ("police", asked(11, "Police")),
        ("secretariat", asked(12)),
        ("steering", asked(12)),
    ]
    cases += [("sfo", asked(7)), ("secretariat", asked(16))]
    clients = {username: sign_in(username) for username, _ in cases}

    def counts() -> list[int]:
        found = []
        for username, ret in cases:
            clients[username].get(page_of(ret))
            with django_assert_max_num_queries(12) as queries:
                clients[username].get(page_of(ret))
            with django_assert_max_num_queries(12):
                clients[username].get(page_of(ret), {"as_at": "2022-02-15"})
            found.append(len(queries))
        return found

    few = counts()
    grow(world.plan, 60)
    assert counts() == few


def send_back_once(world) -> None:
    """A return with everything: filed, sent back, commented on, and a draft of it."""
    for key, body in ((12, ""), (11, "Police")):
        filed(world, key, at_risk("One bank has left."), body=body, on=TODAY)
        send_back(ret=asked(key, body), answer="Which?", **told(world, TODAY))
        comment_on_return(ret=asked(key, body), text="From the side.", **told(world, TODAY, "secretariat"))
        drafted(world, key, body, reason="Half a sen")
