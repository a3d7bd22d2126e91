"""Proposed dates in the browser: asked for beside the milestone, answered by the Secretariat, listed for everybody."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import move_date
from activities.models import DateMove, DateProposal
from tests.generated import half_a_year
from tests.scenes import after
from tests.views.editing import address, hidden, send, text_of
from tests.world import PROGRAM, World

LIST = "/plans/tnoc-2021-22/proposals/"
ASKED = {"quarter": "2021-22-q3", "reason": "The ministers asked for more time"}


def page_of(world: World, key: int, page: str = "propose/") -> str:
    return address(key, f"milestones/{world.milestone(key).id}/{page}")


def propose(world: World, sign_in, key: int = 7, username: str = "sfo", **said):
    return send(sign_in(username), page_of(world, key), **{**ASKED, **said})


def test_a_lead_asks_beside_the_date_and_everybody_sees_that_it_waits(world, sign_in):
    client = sign_in("sfo")
    assert page_of(world, 7) in client.get(address(7)).content.decode()

    answer = propose(world, sign_in)
    assert (answer.status_code, answer.headers["Location"]) == (302, address(7))
    words = text_of(sign_in("steering").get(address(7)))
    assert "Proposed, and waiting for an answer" in words
    assert "Strategy endorsed: 31 March 2022 instead of 31 December 2021" in words
    assert "The ministers asked for more time Asked by SFO Lead, SFO." in words
    assert "31 March 2022 proposed" in words


def test_the_message_says_that_the_agreed_date_stays(world, sign_in):
    client = sign_in("sfo")
    send(client, page_of(world, 7), **ASKED)
    assert "The agreed date stays until the Secretariat agrees." in text_of(client.get(address(7)))


def test_only_quarters_that_have_not_ended_are_offered(world, sign_in):
    form = sign_in("sfo").get(page_of(world, 7)).context["form"]
    assert [key for key, _ in form.fields["quarter"].choices][:3] == ["", "2021-22-q3", "2021-22-q4"]


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"quarter": ""}, "quarter", "Give the new date: a fiscal quarter, or a day."),
        ({"quarter": "", "day": "32/1/2022"}, "day", "This is no date: type it day first, such as 31/12/2021."),
        ({"quarter": "", "day": "1/2/2022"}, "quarter", "1 February 2022 has passed: propose a day to come."),
        ({"reason": " "}, "reason", "Give the reason."),
        ({"quarter": "2021-22-q1"}, "quarter", "Choose a quarter of the list, or give the day."),
    ],
)
def test_what_is_wrong_is_named_beside_its_field_and_everything_typed_is_kept(world, sign_in, said, field, sentence):
    answer = propose(world, sign_in, **said)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert sentence in answer.context["form"].errors[field][0]
    assert str({**ASKED, **said}["reason"]) in answer.content.decode()
    assert not DateProposal.objects.exists()


def test_the_same_form_sent_twice_asks_once(world, sign_in):
    client, url = sign_in("sfo"), page_of(world, 7)
    sent = {**hidden(client, url), **ASKED}
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert DateProposal.objects.count() == 1


def test_while_one_waits_no_other_is_offered(world, sign_in):
    propose(world, sign_in)
    client = sign_in("sfo")

    words = text_of(client.get(page_of(world, 7)))
    assert "A new date is proposed already, and waits for an answer" in words
    assert "Take it back" in words
    assert page_of(world, 7) not in client.get(address(7)).content.decode()


@after(half_a_year)
def test_a_closed_milestone_is_offered_no_other_date(world, sign_in):
    words = text_of(sign_in("secretariat").get(page_of(world, 2)))

    assert "This date cannot move any more" in words
    assert propose(world, sign_in, 2, "secretariat").status_code == 422


def test_somebody_else_s_change_is_shown_before_it_is_asked(world, sign_in):
    client, url = sign_in("sfo"), page_of(world, 7)
    old = hidden(client, url)
    moved = {"reason": "Sooner", "asked_by": "SG", "agreed_by": "SG", "by": PROGRAM, "at": world.now}
    move_date(milestone=world.milestone(7), to=date(2022, 2, 28), **moved)

    answer = client.post(url, {**old, **ASKED})
    assert answer.status_code == 409
    assert "Agreed date: 31 December 2021 → 28 February 2022" in text_of(answer)
    assert ASKED["reason"] in text_of(answer)


# The answer --------------------------------------------------------------------------------------------------------


def test_the_secretariat_agrees_and_the_date_moves(world, sign_in):
    propose(world, sign_in)
    client = sign_in("secretariat")
    assert page_of(world, 7, "proposal/") in client.get(address(7)).content.decode()
    said = {"verdict": "agree", "agreed_by": "TNOC Steering Group", "decision_reference": "SG 2022/3", "answer": ""}
    answer = send(client, page_of(world, 7, "proposal/"), **said)

    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    move = DateMove.objects.get()
    assert (move.moved_to, move.asked_by, move.agreed_by) == (
        date(2022, 3, 31),
        "SFO Lead, SFO",
        "TNOC Steering Group",
    )
    words = text_of(client.get(LIST))
    assert "“Strategy endorsed” is now due by 31 March 2022." in words
    assert "No proposed date waits for an answer" in words


def test_the_secretariat_declines_with_a_word(world, sign_in):
    propose(world, sign_in)
    client, url = sign_in("secretariat"), page_of(world, 7, "proposal/")
    without = send(client, url, verdict="decline", answer=" ", agreed_by="X")
    assert (without.status_code, list(without.context["form"].errors)) == (422, ["answer"])

    send(client, url, verdict="decline", answer="The strategy cannot wait.", agreed_by="X")
    assert world.milestone(7).moves == 0
    words = text_of(sign_in("sfo").get(LIST))
    assert "Declined : The strategy cannot wait." in words or "Declined: The strategy cannot wait." in words
    assert "The strategy cannot wait." in text_of(sign_in("sfo").get(address(7)))


@pytest.mark.parametrize(
    ("said", "field"),
    [({}, "verdict"), ({"verdict": "agree", "agreed_by": ""}, "agreed_by"), ({"verdict": "x"}, "verdict")],
)
def test_an_answer_names_whether_and_who(world, sign_in, said, field):
    propose(world, sign_in)
    answer = send(sign_in("secretariat"), page_of(world, 7, "proposal/"), **said)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert DateProposal.objects.get().is_open


def test_an_answer_to_a_date_that_moved_meanwhile_is_shown_first(world, sign_in):
    propose(world, sign_in)
    client, url = sign_in("secretariat"), page_of(world, 7, "proposal/")
    old = hidden(client, url)
    moved = {"reason": "Sooner", "asked_by": "SG", "agreed_by": "SG", "by": PROGRAM, "at": world.now}
    move_date(milestone=world.milestone(7), to=date(2022, 2, 28), **moved)

    answer = client.post(url, {**old, "verdict": "agree", "agreed_by": "SG"})
    assert answer.status_code == 409
    assert "The agreed date has moved since this was asked: it was 31 December 2021 then." in text_of(answer)


def test_an_answered_proposal_has_no_page_of_an_answer(world, sign_in):
    propose(world, sign_in)
    url = page_of(world, 7, "proposal/")
    send(sign_in("secretariat"), url, verdict="decline", answer="No.")
    assert sign_in("secretariat").get(url).status_code == 404


def test_who_asked_takes_it_back(world, sign_in):
    propose(world, sign_in)
    url = page_of(world, 7, "proposal/take-back/")
    assert url in sign_in("sfo").get(LIST).content.decode()
    assert url not in sign_in("police").get(LIST).content.decode()
    assert sign_in("police").get(url).status_code == 403
    answer = send(sign_in("sfo"), url)

    assert answer.status_code == 302
    assert DateProposal.objects.get().state == "taken_back"
    assert "Taken back" in text_of(sign_in("steering").get(LIST))


# Where it is seen --------------------------------------------------------------------------------------------------


def test_what_waits_stands_on_the_desks_and_on_the_dashboard(world, sign_in):
    propose(world, sign_in)
    propose(world, sign_in, 12, "police", quarter="2021-22-q4")
    mine, dashboard = "/plans/tnoc-2021-22/my-agency/", "/plans/tnoc-2021-22/"

    desk = sign_in("secretariat").get(mine)
    assert "2 proposed dates wait for an answer" in text_of(desk)
    assert page_of(world, 12, "proposal/") in desk.content.decode()
    own = text_of(sign_in("police").get(mine))
    assert "1 proposed date waits for an answer" in own
    assert "Asked by Police Lead, Police" in own
    assert "proposed date" not in text_of(sign_in("corrections").get(mine))
    page = sign_in("steering").get(dashboard)
    assert "2 proposed dates wait for an answer" in text_of(page)
    assert f'href="{LIST}"' in page.content.decode()


def test_nobody_but_the_secretariat_is_led_to_the_answer(world, sign_in):
    propose(world, sign_in)
    for username in ("sfo", "police", "steering", "police-reader"):
        client = sign_in(username)
        for url in (LIST, address(7), "/plans/tnoc-2021-22/my-agency/"):
            assert page_of(world, 7, "proposal/") + '"' not in client.get(url).content.decode()


def test_an_empty_list_says_what_would_be_here(sign_in):
    words = text_of(sign_in("steering").get(LIST))
    assert "No proposed date waits for an answer" in words
    assert "Nobody has proposed another date" in words


def test_the_file_holds_every_proposal(world, sign_in):
    propose(world, sign_in)
    file = sign_in("steering").get("/plans/tnoc-2021-22/proposals.csv")
    lines = list(csv.reader(b"".join(file.streaming_content).decode().splitlines()))

    assert lines[0][:4] == ["Answer", "No.", "Activity", "Milestone"]
    assert lines[1][:1] + lines[1][3:10] == [
        "Waits for an answer",
        "Strategy endorsed",
        "31 December 2021",
        "31 March 2022",
        "90 days later",
        "The ministers asked for more time",
        "SFO Lead, SFO",
        "15 February 2022",
    ]


def test_the_audit_tells_of_it(world, sign_in):
    propose(world, sign_in)
    send(sign_in("secretariat"), page_of(world, 7, "proposal/"), verdict="decline", answer="No.")
    words = text_of(sign_in("steering").get("/plans/tnoc-2021-22/audit/"))

    assert "Activity 7, new date proposed for “Strategy endorsed”" in words
    assert "Proposed date: 31 December 2021 → 31 March 2022" in words
    assert "Answer: Waits for an answer → Declined" in words


@after(half_a_year)
@pytest.mark.parametrize("page", ["proposals/", "activities/7/", "my-agency/", ""])
def test_no_page_takes_more_than_twelve_queries(world, sign_in, page):
    propose(world, sign_in)
    propose(world, sign_in, 12, "police", quarter="2021-22-q4")
    client = sign_in("secretariat")
    client.get("/plans/tnoc-2021-22/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/plans/tnoc-2021-22/{page}").status_code == 200
    assert len(queries) <= 12
