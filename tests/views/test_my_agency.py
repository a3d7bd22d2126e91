"""My agency: what is asked of us, what is late and due, what we answer for and support."""

from __future__ import annotations

from datetime import date

import pytest

from agencies.models import Membership
from tests.generated import grow, half_a_year, on_track, say
from tests.scenes import after
from tests.views.editing import BASE, text_of
from tests.world import LOADED, PROGRAM, moment
from tnoc_tracker.record.days import start_of_day
from tnoc_tracker.record.writing import record

URL = f"{BASE}my-agency/"


def desk_of(client):
    (desk,) = client.get(URL).context["desks"]
    return desk


def asked(client) -> dict[str, tuple[str, ...]]:
    return {ask.own.activity.key: ask.sentences for ask, _ in desk_of(client).asks}


def joins(world, username: str, label: str, may_report: bool = True) -> None:
    membership = Membership(person=world.person(username), body=world.body(label), since=LOADED, may_report=may_report)
    record(membership, by=PROGRAM.actor, at=start_of_day(LOADED), reason="Also there")


def test_a_lead_sees_what_is_asked_late_due_and_ours(sign_in):
    words = text_of(sign_in("police").get(URL))
    assert "Police answers for 4 activities; 1 is overdue, by 46 days; 4 wait for a report" in words
    for heading in ("What is asked of us", "What is late", "What is due this quarter and next", "What we answer for"):
        assert heading in words
    assert "not begun, 46 days · 31 December 2021 13 Expansion of NZTCU support to the PTCN" in words


def test_nothing_reported_is_asked_for_the_most_pressing_first(sign_in):
    found = asked(sign_in("police"))
    assert list(found) == ["13", "12", "11", "17"]
    assert found["13"] == ("Not started, but the date by which it was to begin has passed", "No report yet")
    assert found["11"] == ("No report yet",)


def test_what_was_reported_this_quarter_is_not_asked_again(world, sign_in):
    say(world, 12, date(2022, 1, 10), on_track(), by="police")
    assert "12" not in asked(sign_in("police"))


def test_a_report_of_an_earlier_quarter_is_asked_for_again(world, sign_in):
    say(world, 12, date(2021, 12, 31), on_track(), by="police")
    assert asked(sign_in("police"))["12"] == ("Not reported on this quarter; last on 31 December 2021",)


def test_a_contradiction_is_said_instead_of_the_bare_lateness(world, sign_in):
    say(world, 7, date(2022, 2, 1), on_track(explanation="The paper is with ministers."), by="sfo")
    assert asked(sign_in("sfo"))["7"] == ("On track, but 46 days overdue",)


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        (date(2022, 3, 1), "Due in 30 days, on 31 March 2022"),
        (date(2022, 3, 30), "Due in 1 day, on 31 March 2022"),
        (date(2022, 3, 31), "Due today, 31 March 2022"),
    ],
)
def test_a_date_that_is_near_is_named(world, sign_in, settings, today, sentence):
    settings.TNOC_TODAY = today
    assert sentence in asked(sign_in("police"))["12"]


def test_a_date_further_away_is_not_named(sign_in, settings):
    settings.TNOC_TODAY = date(2022, 2, 28)
    assert asked(sign_in("police"))["12"] == ("No report yet",)


def test_a_date_that_was_met_is_not_named_again(world, sign_in):
    say(world, 13, date(2022, 1, 10), on_track(), by="police", met={1: date(2021, 12, 6)})
    assert "13" not in asked(sign_in("police"))


def test_the_update_links_lead_to_our_own_part(world, sign_in):
    body = sign_in("police").get(URL).content.decode()
    assert f"/activities/11/update/?part={world.part(11, 'Police').id}" in body
    assert "/activities/12/update/" in body


def test_somebody_who_may_not_report_reads_and_is_told_so(sign_in):
    page = sign_in("police-reader").get(URL)
    assert "You may read this and not report for Police" in text_of(page)
    assert "/update/" not in page.content.decode()


def test_everything_reported_and_nothing_near_says_so(world, sign_in):
    for key in (11, 17):
        say(
            world,
            key,
            date(2022, 1, 10),
            on_track(),
            by="corrections" if key == 17 else "secretariat",
            part={17: "Corrections"}.get(key, ""),
        )
    words = text_of(sign_in("corrections").get(URL))
    assert "Nothing is asked of us" in words
    assert "Nothing is late." in words


def test_each_of_several_bodies_has_its_desk(world, sign_in):
    joins(world, "police", "Customs", may_report=False)
    page = sign_in("police").get(URL)
    assert [desk.line.body.label for desk in page.context["desks"]] == ["Customs", "Police"]
    assert page.content.decode().count("<h1") == 1
    assert "You may read this and not report for Customs" in text_of(page)


def test_a_membership_that_has_ended_is_not_mine(world, sign_in):
    joins(world, "police", "Customs")
    membership = Membership.objects.get(person=world.person("police"), body=world.body("Customs"))
    membership.until = date(2022, 2, 14)
    record(membership, by=PROGRAM.actor, at=moment(date(2022, 2, 1)), reason="Back")
    assert [desk.line.body.label for desk in sign_in("police").get(URL).context["desks"]] == ["Police"]


def test_the_secretariat_sees_what_it_coordinates_and_what_nobody_else_reports_on(sign_in):
    client = sign_in("secretariat")
    desk = desk_of(client)
    assert [row.own.activity.key for row in desk.answers] == ["2", "3", "4", "10"]
    assert [row.own.activity.key for row in desk.left_to_us] == ["1", "9", "14", "15", "16", "18", "20", "row-21"]
    assert all(row.url for row in [*desk.answers, *desk.left_to_us])
    found = asked(client)
    assert "No lead is stated – 229 days" in found["1"]
    assert "Lead to be decided – 229 days" in found["9"]
    assert found["20"] == ("No report yet",)
    words = text_of(client.get(URL))
    assert "it reports for 8 more" in words
    assert "Relevant agencies Stands for nobody yet: membership to be set" in words


def test_gaps_are_asked_of_the_secretariat_only(sign_in):
    assert not any("Lead to be decided" in each for each in sum(asked(sign_in("police")).values(), ()))


def test_a_governance_body_has_its_own_page_and_may_not_report(sign_in):
    desk = desk_of(sign_in("steering"))
    assert [row.own.activity.key for row in desk.answers] == ["18"]
    assert not any(row.url for row in desk.answers)


def test_the_page_as_at_an_earlier_day_shows_what_was_known_then(world, sign_in):
    say(world, 12, date(2022, 1, 10), on_track(), by="police")
    page = sign_in("police").get(f"{URL}?as_at=2021-12-31")
    assert "12" in {ask.own.activity.key for ask, _ in page.context["desks"][0].asks}
    assert "/update/" not in page.content.decode()


@after(half_a_year)
@pytest.mark.parametrize("more", [0, 60])
def test_the_page_takes_few_queries_however_many_activities(world, sign_in, django_assert_max_num_queries, more):
    if more:
        grow(world.plan, more)
    client = sign_in("secretariat")
    client.get(URL)
    with django_assert_max_num_queries(11):
        client.get(URL)
