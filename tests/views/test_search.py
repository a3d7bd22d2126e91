"""The search across a plan: what is found, why, in which order, and that nothing that can be typed breaks it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from activities.actions.decisions import Decided, record_decision, report_on_decision, settle_decision
from activities.actions.meetings import add_item, call_meeting, take_off
from activities.actions.returns import comment_on_return, save_draft, send_back
from activities.actions.words import withdraw_activity
from activities.decisions import DecisionState
from activities.models import Decision, StatusUpdate
from activities.summaries.search import FIRST
from activities.summaries.search.hits import SAID
from tests.actions.rounds import asked, filed, opened, told
from tests.generated import grow, half_a_year, off_track, on_track, say
from tests.pages import section_of, words_of
from tests.scenes import after, played_once
from tests.world import PROGRAM, World, moment
from tnoc_tracker.record.change import Actor
from tnoc_tracker.record.redaction import redact
from tnoc_tracker.record.text import fold
from tnoc_tracker.record.writing import record

PAGE = "/plans/tnoc-2021-22/search/"


@played_once
def progress(world: World) -> World:
    """Half a year of work."""
    half_a_year(world)
    return world


@pytest.fixture
def meeting(progress: World) -> Decision:
    """A meeting with two items, one of them taken off, and a decision that was reported on and carried out."""
    by = progress.standing("secretariat")
    held = call_meeting(plan=progress.plan, held_on=date(2022, 2, 15), by=by, at=moment(date(2022, 2, 1)))
    at = {"by": by, "at": moment(date(2022, 2, 15))}
    add_item(meeting=held, heading="Kōrero about wharves", text="Where freight comes in.", **at)
    off = add_item(meeting=held, heading="Wharves, again", **at)
    take_off(item=off, reason="Said already", **at)
    decided = decided_on(progress)
    decision = record_decision(meeting=held, decided=decided, **at)
    report_on_decision(decision=decision, text="The chair has written to the harbourmaster.", **at)
    settle_decision(decision=decision, state=DecisionState.DONE, outcome="A lighthouse is named.", **at)
    return decision


def decided_on(world: World) -> Decided:
    """Police is to name somebody, about activity 12."""
    return Decided(
        what="Name a keeper of the tower.",
        owner=world.body("Police"),
        due_on=date(2022, 3, 31),
        activity=world.activity(12),
    )


def found(response: Any) -> dict[str, int]:
    """The count of each group."""
    return {each.group.key: each.group.count for each in response.context["found"]}


def titles(response: Any) -> list[str]:
    """What was found, in order."""
    hits = [hit for each in response.context["found"] for hit, _ in each.hits]
    return ["".join(piece.text for piece in hit.title) for hit in hits]


def marks(response: Any) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", response.content.decode())


# What is found ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["12", "activity 12", "Activity 12"])
def test_a_number_leads_straight_to_its_activity(progress, sign_in, typed):
    response = sign_in("police").get(PAGE, {"q": typed})

    assert titles(response)[0].startswith("12 Public/private project")
    assert 'href="/plans/tnoc-2021-22/activities/12/"' in response.content.decode()
    assert "by its number" in section_of(response, "activities")


def test_a_row_without_a_number_is_found_by_its_key(world, sign_in):
    assert titles(sign_in("police").get(PAGE, {"q": "row-21"})) == ["Row 21 Withheld, ground not stated"]


def test_what_is_withheld_is_found_by_its_place_and_by_nothing_else(world, sign_in):
    response = sign_in("police").get(PAGE, {"q": "withheld"})

    assert titles(response) == ["20 Withheld under s 9(2)(f)(iv)", "Row 21 Withheld, ground not stated"]
    assert response.content.decode().count('class="withheld"') == 2


def test_an_activity_is_found_by_its_title_first_then_by_its_description_then_elsewhere(world, sign_in):
    response = sign_in("police").get(PAGE, {"q": "financial sector"})
    reasons = [[each.label for each in hit.excerpts] for hit, _ in response.context["found"][0].hits]

    assert titles(response)[0].startswith("12 ")
    assert reasons[0] == ["in its title"]
    assert reasons[1:] == [["Description"]]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("unify handbook", "Focus area"),
        ("international expansion", "Priority area"),
        ("secretariat to coordinate", "Resourcing as published"),
        ("biannually", "Timeframe as published"),
    ],
)
def test_an_activity_is_found_by_what_the_document_says_of_it(world, sign_in, typed, label):
    response = sign_in("police").get(PAGE, {"q": typed})

    assert label in {each.label for hit, _ in response.context["found"][0].hits for each in hit.excerpts}


def test_every_word_has_to_be_there_and_each_is_marked_where_it_stands(world, sign_in):
    response = sign_in("police").get(PAGE, {"q": "guidance POLICE tnoc"})

    assert titles(response) == ["11 Sector-specific guidance on TNOC risks"]
    assert sorted(marks(response)) == ["Police", "TNOC", "guidance"]
    assert "in its title Resourcing as published: Customs to lead" in section_of(response, "activities")


@pytest.mark.parametrize("typed", ["Ngā Pirihimana", "nga pirihimana", "NGA\u0304 PIRIHIMANA", "nz police"])
def test_a_body_is_found_by_any_of_its_names(world, sign_in, typed):
    response = sign_in("steering").get(PAGE, {"q": typed})

    assert "New Zealand Police" in titles(response)
    assert 'href="/plans/tnoc-2021-22/agencies/police/"' in response.content.decode()


def test_a_body_that_is_called_so_comes_first_and_a_maori_name_is_marked_as_such(world, sign_in):
    assert titles(sign_in("police").get(PAGE, {"q": "doc", "group": "bodies"}))[0] == "Department of Conservation"
    page = sign_in("police").get(PAGE, {"q": "pirihimana"}).content.decode()
    assert '<span lang="mi">Ngā <mark>Pirihimana</mark> o Aotearoa</span>' in page


@pytest.mark.parametrize("column", [*SAID, "milestones_met"])
def test_an_update_is_found_by_every_text_of_it(world, sign_in, column):
    said_in(world, column)
    response = sign_in("steering").get(PAGE, {"q": "kōtuku"})

    assert found(response) == {"updates": 1}
    assert {fold(mark) for mark in marks(response)} == {"kotuku"}
    assert 'href="/plans/tnoc-2021-22/activities/3/#trail"' in response.content.decode()


def said_in(world: World, column: str) -> StatusUpdate:
    """An update of activity 3 with one word in one of its texts."""
    words = "https://example.govt.nz/Kotuku" if column == "evidence_link" else "One Kōtuku."
    statuses = dict.fromkeys(("from_status", "to_status", "whole_before", "whole_after"), "on_track")
    at = moment(date(2022, 2, 1))
    update = StatusUpdate(
        activity=world.activity(3), number=1, at=at, person_name="A lead", **statuses, **{column: words}
    )
    record(update, by=PROGRAM.actor, at=at, reason="Said")
    return update


def test_updates_come_latest_first_with_who_and_when(progress, sign_in):
    response = sign_in("police").get(PAGE, {"q": "three reports"})

    assert "2 status updates" in words_of(response)
    assert [hit.note for hit, _ in response.context["found"][-1].hits] == [
        "2 February 2022, Secretariat Officer",
        "25 January 2022, Secretariat Officer",
    ]


def test_an_update_of_a_part_says_whose(progress, sign_in):
    response = sign_in("police").get(PAGE, {"q": "guidance is drafted"})

    assert titles(response) == ["11 Sector-specific guidance on TNOC risks, Police – financial sector"]


def test_what_is_withdrawn_is_found_and_says_so(world, sign_in):
    by = world.standing("secretariat")
    withdraw_activity(activity=world.activity(3), reason="Merged into 4", by=by, at=world.now)

    assert "UNIFY, withdrawn · in its title" in words_of(sign_in("police").get(PAGE, {"q": "evidence review"}))


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("keeper tower", "in the decision"),
        ("SG 2022-02-15/1", "in the decision"),
        ("lighthouse", "What became of it"),
        ("harbourmaster", "Reported"),
    ],
)
def test_a_decision_is_found_by_its_words_its_reference_its_outcome_and_its_reports(meeting, sign_in, typed, label):
    response = sign_in("police").get(PAGE, {"q": typed})
    (hit, url) = next(each for each in response.context["found"] if each.group.key == "decisions").hits[0]

    assert [each.label for each in hit.excerpts] == [label]
    assert url == f"/plans/tnoc-2021-22/decisions/{meeting.id}/"
    assert "Police, due 31 March 2022; Done on 15 February 2022; 12 Public/private" in hit.note


def test_items_of_an_agenda_are_found_also_those_taken_off(meeting, sign_in):
    response = sign_in("police").get(PAGE, {"q": "wharves"})

    assert titles(response) == ["Kōrero about wharves", "Wharves, again"]
    assert "Steering Group, 15 February 2022, Added by the Secretariat, taken off" in words_of(response)
    assert found(sign_in("police").get(PAGE, {"q": "korero freight"})) == {"agenda": 1}


@after(opened)
def test_what_was_filed_is_found_until_it_is_an_update_and_drafts_never_are(world, sign_in):
    typed = {"what_was_done": "Sketches of a pīwakawaka."}
    save_draft(ret=asked(7), typed=typed, **told(world, date(2022, 1, 18), "sfo"))
    filed(world, 12, on_track("Two workshops with the toroa."))

    assert found(sign_in("sfo").get(PAGE, {"q": "piwakawaka"})) == {}
    response = sign_in("sfo").get(PAGE, {"q": "toroa"})
    assert found(response) == {"returns": 1}
    assert "Return of Q2 FY2021/22, Police" in words_of(response)


@after(opened)
def test_what_was_sent_back_and_commented_is_found_with_its_return(world, sign_in):
    filed(world, 12)
    send_back(ret=asked(12), answer="Say which hoiho.", **told(world, date(2022, 1, 19)))
    comment_on_return(ret=asked(12), text="Ask the kārearea.", **told(world, date(2022, 1, 20), "sfo"))

    for typed, label in (("hoiho", "What was filed"), ("karearea", "Comment")):
        response = sign_in("steering").get(PAGE, {"q": typed})
        assert found(response) == {"returns": 1}
        assert f"{label}:" in words_of(response)
        assert f"/plans/tnoc-2021-22/returns/{asked(12).id}/" in response.content.decode()


def test_what_was_erased_is_found_no_more(world, sign_in):
    say(world, 3, date(2022, 2, 1), off_track("Ask Hinemoa Example.", "Pay Hinemoa Example."))
    assert found(sign_in("police").get(PAGE, {"q": "hinemoa"})) == {"updates": 1}
    entry = StatusUpdate.history.model.objects.get(activity_id=world.activity(3).id)
    for field in ("reason", "ask"):
        place = {"table": "activities.historicalstatusupdate", "entry": entry.history_id, "field": field}
        redact(**place, reason="A name", decision="Privacy 1", by=Actor("Privacy officer"), at=world.now)

    assert found(sign_in("police").get(PAGE, {"q": "hinemoa"})) == {}


# How much of it -----------------------------------------------------------------------------------------------------


def test_counts_are_exact_and_the_rest_of_a_group_is_a_page_away(world, sign_in):
    grow(world.plan, 60)
    client = sign_in("police")
    response = client.get(PAGE, {"q": "generated activity"})
    last = client.get(PAGE, {"q": "generated activity", "group": "activities", "page": "2"})

    assert found(response) == {"activities": 39}
    assert len(response.context["found"][0].hits) == FIRST
    assert "All 39 activities" in words_of(response)
    assert titles(last)[-1].startswith("60 ")
    assert len(titles(last)) == 19
    assert "21 to 39 of 39" in words_of(last)


@pytest.mark.parametrize("group", ["activities", "updates", "bodies"])
@pytest.mark.parametrize("page", ["9999999", "99999999999999999999", "-1", "0", "x", "²", ""])
def test_a_page_that_is_none_is_the_nearest(progress, sign_in, group, page):
    response = sign_in("police").get(PAGE, {"q": "e", "group": group, "page": page})

    assert response.status_code == 200
    assert response.context["found"][0].hits


def test_a_group_shows_its_rows_alone_beside_the_counts_of_the_others(progress, sign_in):
    response = sign_in("police").get(PAGE, {"q": "police", "group": "bodies"})

    assert found(response) == {"bodies": 1}
    assert "1 body with “police”" in words_of(response)
    assert "All 12 Activities 7 Status updates 4 Bodies 1" in words_of(response)
    assert found(sign_in("police").get(PAGE, {"q": "police", "group": "zebras"})) == {
        "activities": 7,
        "updates": 4,
        "bodies": 1,
    }


def test_a_group_without_the_words_leads_to_those_that_have_them(world, sign_in):
    response = sign_in("police").get(PAGE, {"q": "pirihimana", "group": "updates"})

    assert "No status updates with “pirihimana”" in words_of(response)
    assert "None of these have the words" in words_of(response)
    assert f'href="{PAGE}?q=pirihimana"' in response.content.decode()


def test_the_page_takes_at_most_twelve_queries_however_much_is_found(
    meeting, world, sign_in, django_assert_max_num_queries
):
    grow(world.plan, 60)
    opened(world)
    comment_on_return(ret=asked(12), text="See the annex.", **told(world, date(2022, 1, 20), "sfo"))
    client = sign_in("police")
    client.get(PAGE)
    for more in ({}, {"as_at": "2022-02-14"}, {"group": "updates", "page": "2"}, {"group": "returns"}):
        with django_assert_max_num_queries(12):
            assert client.get(PAGE, {"q": "e", **more}).status_code == 200


# At a past position -------------------------------------------------------------------------------------------------


def test_a_past_search_finds_what_was_known_then(progress, sign_in):
    client = sign_in("police")
    bank = {"q": "one bank has left"}

    assert found(client.get(PAGE, bank)) == {"updates": 1}
    assert found(client.get(PAGE, {**bank, "as_at": "2022-02-13"})) == {}
    assert found(client.get(PAGE, {**bank, "as_at": "2022-02-14"})) == {"updates": 1}


def test_a_past_search_has_the_names_and_statuses_of_then(progress, sign_in):
    response = sign_in("police").get(PAGE, {"q": "12", "as_at": "2021-12-31"})

    assert response.context["found"][0].hits[0][0].status == "not_started"
    assert 'activities/12/?as_at=2021-12-31"' in response.content.decode()


def test_decisions_agendas_and_returns_are_known_from_their_day(meeting, world, sign_in):
    client = sign_in("police")
    opened(world)
    filed(world, 12, on_track("Two workshops with the toroa.", what_changed="The toroa came."))

    for typed, day, group in (("lighthouse", "2022-02-15", "decisions"), ("wharves", "2022-02-15", "agenda")):
        assert group in found(client.get(PAGE, {"q": typed, "as_at": day}))
        assert found(client.get(PAGE, {"q": typed, "as_at": "2022-02-14"})) == {}
    assert found(client.get(PAGE, {"q": "toroa", "as_at": "2022-01-17"})) == {"returns": 1}
    assert found(client.get(PAGE, {"q": "toroa", "as_at": "2022-01-16"})) == {}


# Whatever is typed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "a",
        "a" * 10_000,
        "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9",
        "%",
        "_",
        "\\",
        "'",
        '"',
        "''; DROP TABLE activities_activity; --",
        "\x00",
        "police\x00",
        "\u0304",
        "ﷺ",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "<script>alert(1)</script>",
        "{{ 7 }}",
        "{%",
        "[a-z]*",
        "(",
        "%s",
        "%(name)s",
    ],
)
@pytest.mark.parametrize("as_at", ["", "2021-12-31"])
def test_whatever_is_typed_gets_an_answer(progress, sign_in, typed, as_at):
    response = sign_in("police").get(PAGE, {"q": typed, **({"as_at": as_at} if as_at else {})})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_bytes_that_are_no_text_get_an_answer(world, sign_in):
    assert sign_in("police").get(f"{PAGE}?q=%ED%A0%80%FF%00").status_code == 200
    assert sign_in("police").get(f"{PAGE}?q=police&q=customs&group=%00").status_code == 200


@pytest.mark.parametrize(("typed", "rows"), [("%", 0), ("_", 0), ("100%", 1)])
def test_a_wildcard_stands_for_itself(world, sign_in, typed, rows):
    say(world, 3, date(2022, 2, 1), on_track("We are 100% there."))

    assert found(sign_in("police").get(PAGE, {"q": typed})).get("updates", 0) == (1 if typed == "%" else rows)


def test_nothing_typed_says_what_can_be_found(world, sign_in, django_assert_max_num_queries):
    client = sign_in("police")
    client.get(PAGE)
    with django_assert_max_num_queries(6):
        response = client.get(PAGE, {"q": "  "})

    assert "Search the plan" in words_of(response)
    assert "The number of an activity leads straight to it" in words_of(response)


def test_nothing_found_says_what_to_do(world, sign_in):
    response = sign_in("police").get(PAGE, {"q": "zebra"})

    assert "Nothing found for “zebra”" in words_of(response)
    assert "Try fewer words" in words_of(response)


def test_too_long_a_question_says_how_much_of_it_counts(world, sign_in):
    assert "Only the first 200 characters were looked for." in words_of(sign_in("police").get(PAGE, {"q": "ab " * 100}))


def test_the_search_box_of_every_page_leads_here_and_keeps_the_date(world, sign_in):
    page = sign_in("police").get("/plans/tnoc-2021-22/activities/", {"as_at": "2021-12-31"}).content.decode()

    assert f'<form action="{PAGE}" role="search"><input type="hidden" name="as_at" value="2021-12-31">' in page
    assert page.count("data-search") == 1
    assert sign_in("police").get(PAGE).content.decode().count("data-search") == 1
