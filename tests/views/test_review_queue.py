"""The queue of returns that wait for review: the oldest first, accepted in one click, and what is left to do."""

import re
from datetime import date

import pytest

from activities.actions.reports import Report
from activities.actions.returns import comment_on_return, confirm_no_change, file_return, send_back
from activities.actions.rounds import close_round
from activities.models import Filing, Return, StatusUpdate
from activities.returns import TO_REVIEW, ReturnState
from tests.actions.rounds import asked, filed, opened, proposing, told
from tests.generated import at_risk, off_track, on_track, say
from tests.pages import cells_of
from tests.scenes import after, played_once
from tests.views.editing import BASE, text_of
from tests.world import add_person

QUEUE = f"{BASE}rounds/2021-22-q2/review/"
JANUARY, FEBRUARY = date(2022, 1, 20), date(2022, 2, 3)


def rows(page) -> list[list[str]]:
    """The lines of the queue."""
    return cells_of(page)[1:]


def accept_form(page, ret: Return) -> dict[str, str]:
    """What the one-click form of a line sends, as a browser would."""
    html = page.content.decode()
    line = html[html.index(f'id="return-{ret.id}"') :]
    form = line[: line.index("</form>")]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def unchanged_form(page) -> dict[str, str]:
    """What the form for everything unchanged sends."""
    form = page.context["unchanged"]
    return {name: str(form[name].value()) for name in ("once", "seen")}


@played_once
def waiting(world):
    """A round in which four returns wait: 12 late and with another date, 13 and two parts of 17 without a change."""
    add_person("customs", "Customs Lead", "Customs", True, False)
    say(world, 13, date(2021, 12, 10), on_track("The programme has begun."), by="police", met={1: date(2021, 12, 6)})
    opened(world)
    words = at_risk("One bank has left.", "Another is approached.")
    filed(world, 12, words, on=FEBRUARY, proposals=proposing(world.milestone(12), date(2022, 9, 30)))
    for key, body, username in ((13, "", "police"), (17, "SFO", "sfo"), (17, "Customs", "customs")):
        confirm_no_change(ret=asked(key, body), **told(world, JANUARY, username))
    return world


def test_the_oldest_filing_stands_first_and_the_heading_says_how_many_wait(waiting, sign_in):
    page = sign_in("secretariat").get(QUEUE)

    assert page.status_code == 200
    assert "4 returns wait for review; the oldest since 20 January 2022" in text_of(page)
    assert [row[0].split()[0] for row in rows(page)] == ["13", "17", "17", "12"]
    assert "4 of 35 returned" in text_of(page)


def test_a_line_says_who_filed_what_when_and_what_moves(waiting, sign_in):
    comment_on_return(ret=asked(12), text="MBIE can help.", **told(waiting, FEBRUARY, "sfo"))

    line = rows(sign_in("secretariat").get(QUEUE))[-1]

    assert line[0] == str(waiting.activity(12))
    assert line[1] == "Police Police Lead 3 February 2022 6 days late"
    assert line[2] == "Not started → to At risk"
    assert "One bank has left." in line[3]
    assert "New date for “Presentation of proposals to Steering Group”: 30 September 2022" in line[3]
    assert "1 comment" in line[3]


def test_a_line_names_what_disagrees_with_the_dates_and_how_often_it_came_back(waiting, sign_in):
    say(waiting, 7, date(2021, 11, 10), on_track("Begun."), by="sfo")
    filed(waiting, 7, on_track(explanation="Signed on 1 March."), by="sfo", on=FEBRUARY)
    send_back(ret=asked(7), answer="By whom?", **told(waiting, FEBRUARY))
    filed(waiting, 7, on_track(explanation="The Minister signs."), by="sfo", on=date(2022, 2, 4))

    line = rows(sign_in("secretariat").get(QUEUE))[-1]

    assert line[2] == "On track as before"
    assert "On track, but “Strategy endorsed” is 46 days overdue." in line[3]
    assert "Filed again, sent back once" in line[3]


def test_one_click_accepts_a_return_and_leads_back_to_the_line_after_it(waiting, sign_in):
    client, ret = sign_in("secretariat"), asked(13)
    page = client.get(QUEUE)

    answer = client.post(f"{BASE}returns/{ret.id}/review/", accept_form(page, ret))

    following = asked(17, "SFO")
    assert (answer.status_code, answer["Location"]) == (302, f"{QUEUE}#return-{following.id}")
    assert asked(13).state == ReturnState.ACCEPTED
    update = StatusUpdate.objects.latest("id")
    assert (update.person_name, update.accepted_by) == ("Police Lead", "Secretariat Officer")
    after = client.get(QUEUE)
    assert "Accepted: 13 Expansion of NZTCU support to the PTCN stays on track, in the name of Police Lead." in text_of(
        after
    )
    assert len(rows(after)) == 3


def test_the_same_click_twice_accepts_once(waiting, sign_in):
    client, ret = sign_in("secretariat"), asked(13)
    sent = accept_form(client.get(QUEUE), ret)

    first, second = (client.post(f"{BASE}returns/{ret.id}/review/", sent) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert StatusUpdate.objects.filter(activity=waiting.activity(13)).count() == 2


def test_everything_unchanged_is_accepted_at_once(waiting, sign_in):
    client = sign_in("secretariat")
    page = client.get(QUEUE)
    assert "Accept all 3 that confirm no change" in text_of(page)

    answer = client.post(f"{QUEUE}unchanged/", unchanged_form(page))

    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    after = client.get(QUEUE)
    assert "Accepted: 3 returns without a change." in text_of(after)
    assert [row[0].split()[0] for row in rows(after)] == ["12"]
    assert "confirms no change" not in text_of(after)


def test_only_what_was_in_sight_is_accepted(waiting, sign_in):
    """One that was filed after the page was opened stays, and so does one that has moved on since."""
    client = sign_in("secretariat")
    sent = unchanged_form(client.get(QUEUE))
    confirm_no_change(ret=asked(17, "Police"), **told(waiting, FEBRUARY, "police"))
    send_back(ret=asked(17, "SFO"), answer="Of which exercise?", **told(waiting, FEBRUARY))
    confirm_no_change(ret=asked(17, "SFO"), **told(waiting, FEBRUARY, "sfo"))

    client.post(f"{QUEUE}unchanged/", sent)

    after = client.get(QUEUE)
    assert "Accepted: 2 returns without a change." in text_of(after)
    assert "1 return has changed since you opened the page, or can no longer be accepted: look at each." in text_of(
        after
    )
    assert {asked(17, each).state for each in ("Police", "SFO")} <= set(TO_REVIEW)
    assert asked(17, "Customs").state == ReturnState.ACCEPTED


def test_what_somebody_reports_on_while_the_page_is_open_is_not_accepted_unread(waiting, sign_in):
    client = sign_in("secretariat")
    sent = unchanged_form(client.get(QUEUE))
    say(waiting, 13, date(2022, 2, 11), on_track("A second course is held."))

    client.post(f"{QUEUE}unchanged/", sent)

    assert asked(13).state in TO_REVIEW
    assert {asked(17, each).state for each in ("Customs", "SFO")} == {ReturnState.ACCEPTED}


@pytest.mark.parametrize("seen", ["", "12", "12:x", "1:2;3:4", "9" * 40 + ":1"])
def test_a_broken_list_accepts_nothing_and_says_so(waiting, sign_in, seen):
    answer = sign_in("secretariat").post(f"{QUEUE}unchanged/", {"seen": seen, "once": ""})

    assert answer.status_code == 422
    assert "Nothing has been saved yet" in text_of(answer)
    assert not Filing.objects.exclude(outcome="").exists()


def test_what_somebody_has_reported_on_since_is_to_be_read_first(waiting, sign_in):
    say(waiting, 13, date(2022, 2, 11), off_track("The trainer has left."))

    client = sign_in("secretariat")
    page = client.get(QUEUE)

    line = rows(page)[0]
    assert "Somebody has reported on this since it was filed: look at it." in line[3]
    assert line[4].startswith("Review")
    assert "Accept all 2 that confirm no change" in text_of(page)


@after(opened)
def test_an_empty_queue_names_who_is_missing(world, sign_in):
    words = text_of(sign_in("secretariat").get(QUEUE))

    assert "Nothing waits for review" in words
    assert "0 of 35 returned. 23 are missing: MOJ 4, Police 4, Customs 2," in words
    assert "12 more are the Secretariat’s own to answer." in words
    assert "See who is missing" in words


def test_when_everything_is_reviewed_the_round_can_be_closed(world, sign_in):
    made, close = opened(world), f'href="{BASE}rounds/2021-22-q2/close/"'
    client = sign_in("secretariat")
    assert close not in client.get(QUEUE).content.decode()
    for ret in Return.objects.filter(round=made).select_related("activity", "part", "body", "round"):
        file_return(ret=ret, report=Report(off_track("Nobody could say.")), **told(world, JANUARY))

    page = client.get(QUEUE)

    assert "All 35 returned and reviewed: the round can be closed." in text_of(page)
    assert close in page.content.decode()


def test_a_closed_round_has_nothing_to_review(world, sign_in):
    close_round(round=opened(world), **told(world, date(2022, 2, 10)))

    words = text_of(sign_in("secretariat").get(QUEUE))

    assert "Nothing waits for review" in words
    assert "The round of Q2 FY2021/22 is closed." in words


def test_a_quarter_without_a_round_has_no_queue(world, sign_in):
    client = sign_in("secretariat")
    assert client.get(QUEUE).status_code == 404
    assert client.get(f"{BASE}rounds/never/review/").status_code == 404
    assert client.post(f"{QUEUE}unchanged/").status_code == 404


def test_the_page_takes_few_queries_however_much_waits(waiting, sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(QUEUE)
    with django_assert_max_num_queries(12) as few:
        client.get(QUEUE)
    for each in ("Police", "Corrections"):
        confirm_no_change(ret=asked(17, each), **told(waiting, FEBRUARY, each.lower()))
    with django_assert_max_num_queries(12) as more:
        client.get(QUEUE)
    assert len(few) == len(more)
