"""My returns: exactly what is asked of one's bodies, what is missing, and no change in one click."""

from __future__ import annotations

import re
from datetime import date

import pytest

from activities.actions.returns import confirm_no_change, send_back
from activities.actions.rounds import close_round, extend_returns, open_round
from activities.models import Filing, Return
from activities.returns import ReturnState
from agencies.models import Membership
from tests.actions.rounds import Q2, Q3, asked, filed, opened, told
from tests.generated import at_risk, grow, half_a_year, on_track, paused, say
from tests.scenes import after, played_once
from tests.views.editing import text_of
from tests.views.returns import DUE, MINE, OPENED, TODAY, a_round, drafted, page_of
from tests.world import PROGRAM, add_person, moment
from tnoc_tracker.record.writing import record

made = played_once(a_round)


def headings(response) -> list[str]:
    """The titles of the returns, in order."""
    return [line.own.subject for _, lines in response.context["desks"] for line in lines]


def numbers(response) -> list[str]:
    """The numbers of the activities, in order."""
    return [each.split()[0] for each in headings(response)]


def line_of(response, ret: Return):
    """A line of the list."""
    return next(line for _, lines in response.context["desks"] for line in lines if line.own.ret.id == ret.id)


def item(response, ret: Return) -> str:
    """The text of a return's item."""
    found = next(
        each for each in re.findall(r"<li.*?</li>", response.content.decode(), re.S) if f"/returns/{ret.id}/" in each
    )
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_without_a_round_the_page_says_what_would_be_here(world, sign_in):
    page = text_of(sign_in("police").get(MINE))

    assert "No reporting round is open" in page
    assert "When the Secretariat opens a reporting round" in page


@after(a_round)
def test_it_lists_exactly_what_is_asked_of_ones_body(world, sign_in):
    page = sign_in("police").get(MINE)

    assert numbers(page) == ["11", "12", "13", "17"]
    assert headings(page)[0].endswith("Police – financial sector")
    assert "4 returns are asked of Police by 18 February 2022; none is filed" in text_of(page)


@after(a_round)
def test_the_secretariat_sees_what_it_answers_itself(world, sign_in):
    page = sign_in("secretariat").get(MINE)

    assert numbers(page) == ["1", "2", "3", "4", "9", "10", "14", "15", "16", "18", "20", "Row"]
    assert "12 returns are asked of the Secretariat by 18 February 2022" in text_of(page)


@after(a_round)
def test_what_is_asked_of_a_governance_body_is_answered_by_the_secretariat(world, sign_in):
    page = sign_in("steering").get(MINE)

    assert numbers(page) == ["18"]
    assert "The Secretariat answers what is asked of Steering Group." in text_of(page)
    assert "Write" not in item(page, asked(18))


@after(a_round)
def test_somebody_of_two_bodies_sees_what_is_asked_of_each(world, sign_in):
    both = Membership(person=world.person("police"), body=world.body("SFO"), since=TODAY, may_report=True)
    record(both, by=PROGRAM.actor, at=moment(TODAY), reason="Seconded")
    page = sign_in("police").get(MINE)

    assert [desk.finding for desk, _ in page.context["desks"]] == [
        "4 returns are asked of Police by 18 February 2022; none is filed",
        "2 returns are asked of SFO by 18 February 2022; none is filed",
    ]


@after(a_round)
def test_a_body_of_which_nothing_is_asked_reads_why(world, sign_in):
    add_person("treasury", "Treasury Lead", "Relevant agencies", may_report=True, administrator=False)

    assert "Nothing is asked of your bodies" in text_of(sign_in("treasury").get(MINE))


@after(a_round)
@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2022, 2, 15), "due 18 February 2022, 3 working days left"),
        (date(2022, 2, 17), "due 18 February 2022, 1 working day left"),
        (date(2022, 2, 18), "due 18 February 2022, today"),
        (date(2022, 2, 19), "due 18 February 2022, 1 day late"),
        (date(2022, 2, 21), "due 18 February 2022, 3 days late"),
    ],
)
def test_the_due_day_is_counted_in_working_days_until_it_has_passed(world, sign_in, settings, on, words):
    settings.TNOC_TODAY = on

    assert words in item(sign_in("police").get(MINE), asked(12))


@after(a_round)
def test_closed_days_of_the_installation_are_no_working_days(world, sign_in, settings):
    settings.CLOSED_DAYS = [date(2022, 2, 16), date(2022, 2, 17), date(2022, 2, 18)]

    assert "no working day left" in item(sign_in("police").get(MINE), asked(12))


@after(a_round)
def test_what_is_late_is_counted_in_the_heading(world, sign_in, settings):
    filed(world, 12, on=TODAY)
    settings.TNOC_TODAY = date(2022, 2, 21)
    heading = sign_in("police").get(MINE).context["desks"][0][0].finding

    assert heading == "4 returns were asked of Police by 18 February 2022; 3 are late; 1 is filed"


def test_an_extension_is_said_with_its_reason(world, sign_in, made):
    more = {"round": made, "body": world.body("Police"), "until": date(2022, 2, 25), "reason": "Their analyst is ill."}
    extend_returns(**more, **told(world, TODAY))
    page = text_of(sign_in("police").get(MINE))

    assert "4 returns are asked of Police by 25 February 2022" in page
    assert "Extended to 25 February 2022: Their analyst is ill." in page


def test_what_was_said_last_and_what_is_missing_stand_beside_each(world, sign_in):
    say(world, 12, date(2021, 11, 15), at_risk("One bank has left."), by="police")
    a_round(world)
    page = sign_in("police").get(MINE)

    assert "Said last: At risk 15 November 2021 – One bank has left." in item(page, asked(12))
    assert "Missing: Nothing said since 15 November 2021." in item(page, asked(12))
    assert "“Programme implementation” was to begin 46 days ago. Nobody has reported on it yet." in item(
        page, asked(13)
    )


def test_what_was_said_since_the_quarter_ended_is_not_missing(world, sign_in):
    say(world, 12, date(2022, 1, 20), at_risk("One bank has left."), by="police")
    a_round(world)

    assert "Missing" not in item(sign_in("police").get(MINE), asked(12))


@after(a_round)
def test_a_gap_is_named_with_its_age(world, sign_in):
    assert "Lead to be decided – 229 days." in item(sign_in("secretariat").get(MINE), asked(16))


def test_what_comes_due_within_the_quarter_is_named(world, sign_in):
    opened(world, Q3, OPENED, DUE)
    page = sign_in("police").get(MINE)

    assert "is due on 31 March 2022" in item(page, asked(12, quarter=Q3))


@after(a_round)
def test_a_draft_says_who_saved_it_to_those_who_may_write(world, sign_in):
    ret = drafted(world, 12, reason="Half a sen")

    own = item(sign_in("police").get(MINE), ret)
    assert "Draft saved 15 February 2022 by Police Lead" in own
    assert "Go on writing" in own
    assert "No change since last quarter" not in own
    reader = item(sign_in("police-reader").get(MINE), ret)
    assert "Draft" in reader
    assert "saved" not in reader


@after(a_round)
def test_who_may_not_report_sees_no_buttons(world, sign_in):
    page = sign_in("police-reader").get(MINE)

    assert numbers(page) == ["11", "12", "13", "17"]
    assert '<form method="post" action="/plans' not in page.content.decode()
    assert "Write" not in item(page, asked(12))


@after(a_round)
def test_what_is_filed_stands_below_what_is_open(world, sign_in):
    filed(world, 12, on=TODAY)
    page = sign_in("police").get(MINE)

    assert numbers(page) == ["11", "13", "17", "12"]
    assert "4 returns are asked of Police by 18 February 2022; 1 is filed" in text_of(page)
    assert "Returned : 15 February 2022, Police Lead" in item(page, asked(12))


@after(a_round)
def test_what_was_sent_back_says_what_is_wanted_and_is_open_again(world, sign_in):
    filed(world, 12, on=TODAY)
    send_back(ret=asked(12), answer="Which banks?", **told(world, TODAY))
    page = sign_in("police").get(MINE)

    assert "The Secretariat asks: Which banks?" in item(page, asked(12))
    assert "; 1 was sent back; none is filed" in text_of(page)
    assert numbers(page) == ["11", "12", "13", "17"]


@after(a_round)
def test_when_everything_is_filed_the_heading_says_so(world, sign_in):
    for key, body in ((11, "Police"), (12, ""), (17, "Police")):
        confirm_no_change(ret=asked(key, body), **told(world, TODAY, "police"))
    filed(world, 13, on_track(explanation="Soon."), on=TODAY)

    assert "All 4 returns asked of Police are filed" in text_of(sign_in("police").get(MINE))


def test_several_open_rounds_stand_under_each_other_the_soonest_first(world, sign_in):
    opened(world, Q3, OPENED, date(2022, 2, 25))
    a_round(world)
    page = sign_in("police").get(MINE)

    assert [desk.round.quarter for desk, _ in page.context["desks"]] == [Q2, Q3]


def test_a_closed_round_asks_nothing(world, sign_in):
    close_round(round=a_round(world), **told(world, TODAY))

    assert "No reporting round is open" in text_of(sign_in("police").get(MINE))


def test_the_covering_note_is_there_and_open_until_something_is_written(world, sign_in):
    note = {"plan": world.plan, "quarter": Q2, "due_on": DUE, "note": "Kia ora koutou"}
    open_round(**note, **told(world, OPENED))
    client = sign_in("police")

    assert re.search(r"<details[^>]* open>.*?Kia ora koutou", client.get(MINE).content.decode(), re.S)
    drafted(world, 12, reason="?")
    assert not re.search(r"<details[^>]* open>", client.get(MINE).content.decode())


# No change ----------------------------------------------------------------------------------------------------------


def no_change(client, ret: Return):
    """The one click, as the list offers it."""
    form = line_of(client.get(MINE), ret).unchanged
    sent = {"stamp": form["stamp"].value(), "once": form["once"].value()}
    return client.post(page_of(ret, "no-change/"), sent)


def test_no_change_is_one_click_and_the_next_one_is_offered(world, sign_in):
    say(world, 12, date(2021, 11, 15), at_risk("One bank has left."), by="police")
    a_round(world)
    client = sign_in("police")
    response = no_change(client, asked(12))

    assert (response.status_code, response["Location"]) == (302, f"{MINE}?after={asked(12).id}")
    assert asked(12).state == ReturnState.CONFIRMED
    assert Filing.objects.get().reason == "One bank has left."
    page = client.get(response["Location"])
    assert "Confirmed without change: 12 Public/private project" in text_of(page)
    assert "The Secretariat reviews it." in text_of(page)
    assert re.search(
        rf'<a class="button primary" href="{page_of(asked(13))}" data-focus>Next: 13 ', page.content.decode()
    )


@after(a_round)
def test_the_next_one_after_the_last_is_the_first_that_is_open(world, sign_in):
    client = sign_in("police")

    assert client.get(MINE, {"after": asked(17, "Police").id}).context["next"].ret == asked(11, "Police")
    filed(world, 12, on=TODAY)
    assert client.get(MINE, {"after": asked(11, "Police").id}).context["next"].ret == asked(13)
    assert client.get(MINE).context["next"] is None
    for nonsense in ("", "x", "-1", "9" * 40):
        assert client.get(MINE, {"after": nonsense}).status_code == 200


@after(a_round)
def test_after_the_last_one_everything_is_filed(world, sign_in):
    response = no_change(sign_in("sfo"), asked(17, "SFO"))
    filed(world, 7, on_track(explanation="Soon."), by="sfo", on=TODAY)

    assert "Everything that is asked of you is filed." in text_of(sign_in("sfo").get(response["Location"]))


@after(a_round)
def test_no_change_is_not_offered_where_a_milestone_has_come_due_and_the_sentence_says_why(world, sign_in):
    page = sign_in("police").get(MINE)

    assert line_of(page, asked(13)).unchanged is None
    wanted = (
        "“No change” cannot be said: “Programme implementation” came due on 31 December 2021: say what became of it."
    )
    assert wanted in item(page, asked(13))


@after(half_a_year)
def test_the_list_and_the_use_case_agree_on_what_may_be_confirmed(world, sign_in):
    say(world, 12, TODAY, paused("SG 2022/5", date(2022, 5, 1)))
    a_round(world)
    for username in ("police", "sfo", "corrections", "secretariat"):
        client = sign_in(username)
        for _, lines in client.get(MINE).context["desks"]:
            for line in lines:
                answer = client.post(page_of(line.own.ret, "no-change/"), {"stamp": line.own.ret.stamp})
                assert (answer.status_code == 302) == (line.unchanged is not None), line.own.subject


@after(a_round)
def test_a_refused_confirmation_says_why_and_writes_nothing(world, sign_in):
    ret = asked(13)
    response = sign_in("police").post(page_of(ret, "no-change/"), {"stamp": ret.version})

    assert response.status_code == 422
    assert "“Programme implementation” came due on 31 December 2021: say what became of it." in text_of(response)
    assert not Filing.objects.exists()


@after(a_round)
def test_a_confirmation_from_an_old_page_is_told_what_happened(world, sign_in):
    stamp = asked(12).version
    drafted(world, 12, reason="A colleague’s words")
    response = sign_in("police").post(page_of(asked(12), "no-change/"), {"stamp": stamp})

    assert response.status_code == 409
    assert "Police Lead saved a draft, 15 February 2022, 10:00 am." in text_of(response)
    assert not Filing.objects.exists()


@after(a_round)
def test_a_draft_beside_a_confirmation_is_set_aside_and_not_thrown_away(world, sign_in):
    ret = drafted(world, 12, reason="Half a sen")
    client = sign_in("police")
    form = client.get(page_of(ret)).context["page"].no_change
    client.post(page_of(ret, "no-change/"), {"stamp": form["stamp"].value(), "once": form["once"].value()})

    assert "A draft that was not filed" in text_of(client.get(page_of(ret)))
    send_back(ret=asked(12), answer="Nothing at all?", **told(world, TODAY))
    assert client.get(page_of(ret)).context["form"]["reason"].value() == "Half a sen"


@after(a_round)
def test_a_confirmation_sent_twice_is_filed_once(world, sign_in):
    client = sign_in("police")
    form = line_of(client.get(MINE), asked(12)).unchanged
    sent = {"stamp": form["stamp"].value(), "once": form["once"].value()}
    answers = [client.post(page_of(asked(12), "no-change/"), sent) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert Filing.objects.count() == 1


# The past, and how long it takes ------------------------------------------------------------------------------------


@after(a_round)
def test_a_past_position_shows_what_was_asked_then_and_nothing_can_be_done(world, sign_in):
    drafted(world, 12, on=date(2022, 2, 9), reason="Half a sen")
    filed(world, 12, on=date(2022, 2, 11))
    client = sign_in("police")
    page = client.get(MINE, {"as_at": "2022-02-10"})

    assert numbers(page) == ["11", "12", "13", "17"]
    assert "Draft , due 18 February 2022, 6 working days left" in item(page, asked(12))
    assert "saved" not in item(page, asked(12))
    assert 'method="post" action="/plans' not in page.content.decode()
    assert "No reporting round is open" in text_of(client.get(MINE, {"as_at": "2022-02-06"}))


@after(half_a_year)
def test_the_page_takes_at_most_twelve_queries_however_much_is_asked(world, sign_in, django_assert_max_num_queries):
    clients = [sign_in("police"), sign_in("secretariat")]
    opened(world, Q2, OPENED, DUE)

    def counts() -> list[int]:
        found = []
        for client in clients:
            client.get(MINE)
            with django_assert_max_num_queries(12) as queries:
                client.get(MINE)
            with django_assert_max_num_queries(12):
                client.get(MINE, {"as_at": "2022-02-10"})
            found.append(len(queries))
        return found

    few = counts()
    grow(world.plan, 60)
    opened(world, Q3, OPENED, DUE)
    assert counts() == few
