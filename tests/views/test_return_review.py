"""Reviewing one return: what was filed beside what was said last, accepted or sent back, and nothing typed lost."""

from datetime import date

import pytest

from activities.actions.milestones import move_date
from activities.actions.reports import Report
from activities.actions.returns import accept_return, comment_on_return, confirm_no_change, correct_return, send_back
from activities.actions.words import withdraw_activity
from activities.models import DateProposal, Filing, Return, StatusUpdate
from activities.returns import ReturnState
from tests.actions.rounds import asked, filed, opened, proposing, told
from tests.generated import at_risk, completed, off_track, on_track, say
from tests.pages import cells_of, section_of
from tests.scenes import after, played_once
from tests.views.editing import BASE, text_of
from tests.world import add_person

QUEUE = f"{BASE}rounds/2021-22-q2/review/"
DECEMBER, JANUARY, FEBRUARY = date(2021, 12, 14), date(2022, 1, 20), date(2022, 2, 3)
RISK = at_risk("One bank has left.", "Another is approached.")


def address(ret: Return) -> str:
    """The page on which a return is reviewed."""
    return f"{BASE}returns/{ret.id}/review/"


def hidden(client, ret: Return) -> dict[str, str]:
    """What a fresh form carries unseen."""
    form = client.get(address(ret)).context["form"]
    return {name: str(form[name].value()) for name in ("stamp", "once", "last", "seen")}


def answer(client, ret: Return, verdict: str, word: str = "", **more: str):
    """Open the page and press one of its buttons."""
    return client.post(address(ret), {**hidden(client, ret), "verdict": verdict, "answer": word, **more})


@played_once
def filed_12(world):
    """Police were on track with 12 in December, and report it at risk with a new date, after its day."""
    say(world, 12, DECEMBER, on_track("Two banks have joined.", next_steps="A workshop."), by="police")
    opened(world)
    filed(world, 12, RISK, on=FEBRUARY, proposals=proposing(world.milestone(12), date(2022, 9, 30), "Two quarters."))
    return asked(12)


# What is shown -----------------------------------------------------------------------------------------------------


def test_what_was_filed_stands_beside_what_was_said_last(filed_12, sign_in):
    page = sign_in("secretariat").get(address(filed_12))

    assert page.status_code == 200
    words = text_of(page)
    assert "Police reports another status: 12 Public/private project" in words
    assert "On track → to At risk filed 3 February 2022 by Police Lead 6 days late" in words
    both = section_of(page, "filed")
    assert "Said last, 14 December 2021, Police Lead" in both
    assert "Filed 3 February 2022, Police Lead" in both
    assert "Two banks have joined." in both
    assert "One bank has left." in both
    assert "Another is approached." in both
    assert "A workshop." in both


def test_new_dates_stand_beside_the_agreed_ones_with_their_reasons(filed_12, sign_in):
    (line,) = cells_of_section(sign_in("secretariat").get(address(filed_12)), "milestones")

    assert line[0] == "Presentation of proposals to Steering Group"
    assert line[1:3] == ["31 March 2022", "to come"]
    assert line[3] == "30 September 2022 proposed, 183 days later Two quarters."


def cells_of_section(page, identifier: str) -> list[list[str]]:
    """The rows of the table in a section."""
    html = page.content.decode()
    start = html.index(f'<section id="{identifier}"')

    class Part:
        content = html[start : html.index("</section>", start)].encode()

    return cells_of(Part)[1:]


@after(opened)
def test_milestones_reported_and_dates_that_disagree_are_pointed_out(world, sign_in):
    met = {world.milestone(7, 2).id: date(2022, 1, 10)}
    filed(world, 7, on_track("A draft is out.", explanation="Signed in March."), by="sfo", deliveries=met)

    page = sign_in("secretariat").get(address(asked(7)))

    assert "On track, but “Strategy endorsed” is 46 days overdue." in text_of(page)
    assert [row[3] for row in cells_of_section(page, "milestones")] == ["–", "begun 10 January 2022"]
    assert "Nobody had reported on this before." in text_of(page)


@after(opened)
def test_what_is_completed_and_what_is_still_open_cannot_both_be(world, sign_in):
    met = {world.milestone(12).id: date(2022, 1, 14)}
    filed(world, 12, completed(date(2022, 1, 14)), deliveries=met)
    page = sign_in("secretariat").get(address(asked(12)))
    assert "still open" not in text_of(page)
    assert "Presentation of proposals to Steering Group: delivered 14 January 2022" in section_of(page, "filed")


@after(opened)
def test_a_part_is_named_with_its_body(world, sign_in):
    confirm_no_change(ret=asked(11, "Police"), **told(world, JANUARY, "police"))

    words = text_of(sign_in("secretariat").get(address(asked(11, "Police"))))

    assert "Police confirms no change: 11 Sector-specific guidance on TNOC risks , financial sector" in words


def test_earlier_filings_and_what_was_wanted_then_stay_in_sight(filed_12, world, sign_in):
    send_back(ret=filed_12, answer="Which bank?", **told(world, date(2022, 2, 4)))
    filed(world, 12, at_risk("Kiwi Bank has left.", "Another is approached."), on=date(2022, 2, 8))

    page = sign_in("secretariat").get(address(filed_12))

    assert "What was wanted, on 4 February 2022 Which bank?" in text_of(page)
    before = section_of(page, "earlier")
    assert "3 February 2022 by Police Lead: At risk – sent back 4 February 2022" in before
    assert "One bank has left." in before
    assert "Kiwi Bank has left." in section_of(page, "filed")


def test_comments_of_others_are_read_with_who_made_them(filed_12, world, sign_in):
    comment_on_return(ret=filed_12, text="We can help in April.", **told(world, FEBRUARY, "sfo"))

    comments = section_of(sign_in("secretariat").get(address(filed_12)), "comments")

    assert "1 comment from others We can help in April. SFO Lead, SFO, 3 February 2022" in comments


@after(opened)
def test_evidence_is_a_link_that_can_be_opened(world, sign_in):
    link = "https://www.example.govt.nz/draft?a=1&b=<2>"
    filed(world, 13, on_track("Begun.", evidence_link=link, explanation="Begun late."))

    page = sign_in("secretariat").get(address(asked(13))).content.decode()

    assert '<a href="https://www.example.govt.nz/draft?a=1&amp;b=&lt;2&gt;" rel="noopener noreferrer">' in page


def test_what_was_reported_past_the_return_is_told(filed_12, world, sign_in):
    say(world, 12, date(2022, 2, 10), off_track("Both banks have left."))

    words = text_of(sign_in("secretariat").get(address(filed_12)))

    assert (
        "Reported since this was filed, past this return: Off track by Secretariat Officer, 10 February 2022." in words
    )
    assert "Both banks have left." in words
    assert "Off track → to At risk" in words


# Accepting ---------------------------------------------------------------------------------------------------------


def test_an_accepted_return_is_in_the_register_and_the_next_is_offered(filed_12, world, sign_in):
    filed(world, 7, on_track(explanation="Signed in March."), by="sfo", on=date(2022, 2, 4))
    client = sign_in("secretariat")

    sent = answer(client, filed_12, "accept", "Thank you.")

    assert (sent.status_code, sent["Location"]) == (302, address(asked(7)))
    update = StatusUpdate.objects.get(activity=world.activity(12), number=2)
    assert (update.who, update.reported) == (
        "Police Lead, accepted by Secretariat Officer",
        "reported 3 February 2022",
    )
    assert Filing.objects.get(ret=filed_12).answer == "Thank you."
    assert DateProposal.objects.get().person_name == "Police Lead"
    words = text_of(client.get(address(asked(7))))
    assert f"Accepted: {world.activity(12)} is at risk, in the name of Police Lead." in words
    assert "Its new dates wait for an answer among the proposed dates." in words


def test_after_the_last_one_the_queue_says_what_to_do(filed_12, sign_in):
    client = sign_in("secretariat")

    sent = answer(client, filed_12, "accept")

    assert sent["Location"] == QUEUE
    words = text_of(client.get(QUEUE))
    assert "Nothing waits for review" in words
    assert "1 of 35 returned." in words


def test_a_new_date_that_was_settled_meanwhile_is_left_aside_and_told(filed_12, world, sign_in):
    client = sign_in("secretariat")
    move_date(
        milestone=world.milestone(12),
        to=date(2022, 9, 30),
        reason="Agreed at the meeting.",
        asked_by="Police",
        agreed_by="Steering Group",
        **told(world, date(2022, 2, 10)),
    )

    answer(client, filed_12, "accept", "Thank you.")

    words = text_of(client.get(QUEUE))
    assert "The new date for “Presentation of proposals to Steering Group” is agreed by now." in words
    assert not DateProposal.objects.exists()


@after(opened)
def test_what_can_no_longer_be_said_is_not_accepted_and_the_word_is_kept(world, sign_in):
    filed(world, 12, on_track("Two banks have joined."), on=FEBRUARY)
    say(world, 12, date(2022, 2, 10), off_track("Both banks have left."))
    before = StatusUpdate.objects.count()

    sent = answer(sign_in("secretariat"), asked(12), "accept", "Well done.")

    assert sent.status_code == 422
    words = text_of(sent)
    assert "It cannot be accepted as it was filed. Nothing has been saved: send it back, or correct it" in words
    assert "Say what has changed since the last report." in words
    assert "Well done." in words
    assert "Two banks have joined." in words
    assert (StatusUpdate.objects.count(), asked(12).state) == (before, ReturnState.RETURNED_LATE)


# Sending back ------------------------------------------------------------------------------------------------------


def test_what_is_sent_back_says_what_is_wanted(filed_12, sign_in):
    client = sign_in("secretariat")
    refused = answer(client, filed_12, "send_back", " ")
    assert refused.status_code == 422
    assert "Nothing has been sent back yet" in text_of(refused)
    assert "Your word: Say what is wanted." in text_of(refused)

    sent = answer(client, filed_12, "send_back", "Which bank?")

    assert (sent.status_code, sent["Location"]) == (302, QUEUE)
    assert f"Sent back to Police: {filed_12.activity}." in text_of(client.get(QUEUE))
    filing = Filing.objects.get(ret=filed_12)
    assert (filing.outcome, filing.answer, filing.answered_by) == ("sent_back", "Which bank?", "Secretariat Officer")
    assert asked(12).state == ReturnState.SENT_BACK


@pytest.mark.parametrize("verdict", ["", "correct", "accept,send_back"])
def test_without_a_button_nothing_is_answered(filed_12, sign_in, verdict):
    sent = answer(sign_in("secretariat"), filed_12, verdict, "Thank you.")

    assert sent.status_code == 422
    assert "Thank you." in text_of(sent)
    assert Filing.objects.get(ret=filed_12).waits


def test_a_page_without_its_hidden_fields_answers_nothing(filed_12, sign_in):
    sent = sign_in("secretariat").post(address(filed_12), {"verdict": "accept"})

    assert sent.status_code == 422
    assert "This form is incomplete" in text_of(sent)
    assert Filing.objects.get(ret=filed_12).waits


# Two at once -------------------------------------------------------------------------------------------------------


def test_of_two_reviewers_the_second_sees_both_answers_and_loses_nothing(filed_12, world, sign_in):
    add_person("second", "Second Reviewer", "TNOC Secretariat", True, False)
    first, second = sign_in("secretariat"), sign_in("second")
    stale = hidden(second, filed_12)
    answer(first, filed_12, "accept", "Thank you.")

    sent = second.post(address(filed_12), {**stale, "verdict": "send_back", "answer": "Which bank?"})

    assert sent.status_code == 409
    words = text_of(sent)
    assert "Somebody else was faster: nothing of yours is saved" in words
    assert "Accepted: “Thank you.”" in words
    assert "Accepted: Thank you. Yours, not saved Send back: Which bank?" in words
    assert "There is nothing to review here" in words
    assert [each.outcome for each in Filing.objects.filter(ret=filed_12)] == ["accepted"]


def test_what_was_filed_again_meanwhile_stands_beside_what_was_seen(filed_12, world, sign_in):
    client = sign_in("secretariat")
    stale = hidden(client, filed_12)
    send_back(ret=filed_12, answer="Which bank?", **told(world, date(2022, 2, 4)))
    filed(world, 12, at_risk("Kiwi Bank has left.", "Another is approached."), on=date(2022, 2, 8))

    sent = client.post(address(filed_12), {**stale, "verdict": "accept", "answer": "Thank you."})

    assert sent.status_code == 409
    words = text_of(sent)
    assert "Secretariat Officer, 4 February 2022, 10:00 am – Sent back: “Which bank?”" in words
    assert "Police Lead, 8 February 2022, 10:00 am – Filed again: At risk" in words
    assert "What you saw One bank has left. Filed now Kiwi Bank has left." in words
    assert not StatusUpdate.objects.filter(number=2).exists()
    form = sent.context["form"]
    again = {name: form[name].value() for name in ("stamp", "once", "last", "seen", "answer")}
    assert again["answer"] == "Thank you."
    assert client.post(address(filed_12), {**again, "verdict": "accept"}).status_code == 302
    assert StatusUpdate.objects.get(number=2).reason == "Kiwi Bank has left."


def test_what_was_reported_past_the_return_meanwhile_is_read_first(filed_12, world, sign_in):
    client = sign_in("secretariat")
    stale = hidden(client, filed_12)
    say(world, 12, date(2022, 2, 10), on_track("A third bank has joined."))

    sent = client.post(address(filed_12), {**stale, "verdict": "accept"})

    assert sent.status_code == 409
    words = text_of(sent)
    assert "Secretariat Officer, 10 February 2022, 10:00 am – Reported: On track. A third bank has joined." in words
    assert asked(12).state == ReturnState.RETURNED_LATE


def test_what_is_not_asked_for_any_more_says_why_and_keeps_the_word(filed_12, world, sign_in):
    client = sign_in("secretariat")
    stale = hidden(client, filed_12)
    withdraw_activity(activity=world.activity(12), reason="Merged into 13", **told(world, date(2022, 2, 10)))

    sent = client.post(address(filed_12), {**stale, "verdict": "accept", "answer": "Thank you."})

    assert sent.status_code == 422
    assert "This return is not asked for any more: Merged into 13" in text_of(sent)
    assert "Thank you." in text_of(sent)


# What does not wait ------------------------------------------------------------------------------------------------


@after(opened)
def test_what_was_not_filed_has_nothing_to_review(world, sign_in):
    page = sign_in("secretariat").get(address(asked(12)))

    assert page.status_code == 200
    assert "Nothing is filed yet on 12 Public/private project" in text_of(page)
    assert "Requested: Asked for; nothing is written yet." in text_of(page)
    assert "<form" not in page.content.decode().split('id="main"')[1].split("</main>")[0]


@pytest.mark.parametrize("act", [accept_return, correct_return])
def test_what_is_accepted_stays_readable_and_leads_to_the_next(filed_12, world, sign_in, act):
    filed(world, 7, on_track(explanation="Signed in March."), by="sfo", on=date(2022, 2, 4))
    more = {"report": Report(off_track("It is worse.")), "reason": "They wrote again."} if act is correct_return else {}
    act(ret=filed_12, **more, **told(world, date(2022, 2, 10)))

    page = sign_in("secretariat").get(address(filed_12))

    assert "There is nothing to review here" in text_of(page)
    assert "Accepted: Reviewed and in the register." in text_of(page)
    assert f'href="{address(asked(7))}"' in page.content.decode()
    assert "One bank has left." in text_of(page)


@pytest.mark.parametrize("ret", [0, 999_999])
def test_a_return_that_is_not_there_is_not_found(world, sign_in, ret):
    assert sign_in("secretariat").get(f"{BASE}returns/{ret}/review/").status_code == 404


def test_the_page_takes_few_queries(filed_12, world, sign_in, django_assert_max_num_queries):
    comment_on_return(ret=filed_12, text="We can help in April.", **told(world, FEBRUARY, "sfo"))
    confirm_no_change(ret=asked(17, "SFO"), **told(world, FEBRUARY, "sfo"))
    client = sign_in("secretariat")
    client.get(QUEUE)
    for ret in (filed_12, asked(17, "SFO")):
        with django_assert_max_num_queries(12):
            client.get(address(ret))
