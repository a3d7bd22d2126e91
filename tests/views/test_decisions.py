"""The register of decisions, the page of one, and where else decisions stand: an activity, a ledger, my agency."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from activities.actions.decisions import change_decision, reopen_decision, report_on_decision, settle_decision
from activities.actions.milestones import move_date, remove_milestone
from activities.actions.proposals import propose_date
from activities.actions.status import update_status
from activities.decisions import DecisionState, Move
from activities.exports.decision_columns import COLUMNS
from activities.models import Decision
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from agencies.standing import Standing
from tests.deciding import decide, decide_date, decide_pause, meeting
from tests.pages import cells_of
from tests.scenes import played_once
from tests.views.editing import address, text_of
from tests.world import TODAY, World, moment

PLAN = "/plans/tnoc-2021-22/"
LIST = f"{PLAN}decisions/"
FIRST = date(2021, 11, 16)


def page_of(decision: Decision, page: str = "") -> str:
    return f"{LIST}{decision.id}/{page}"


def who(world: World, day: date = TODAY, username: str = "secretariat") -> dict:
    return {"by": Standing.of(world.person(username), day), "at": moment(day, 13)}


@played_once
def story(world: World) -> dict[str, Decision]:
    """Four decisions of November: one late and reported on, a date that moved, a pause to make, one that lapsed."""
    held = meeting(world, FIRST)
    late = decide(world, held, activity=world.activity(12), due_on=date(2022, 2, 1))
    report_on_decision(decision=late, text="Two options are costed", **who(world, date(2022, 1, 20), "police"))
    moved, paused = decide_date(world, held), decide_pause(world, held, key=13)
    words = {"reason": "Decided", "asked_by": "SFO", "agreed_by": "Steering Group"}
    move_date(milestone=world.milestone(7), to=date(2022, 3, 31), decision=moved, **words, **who(world))
    lapsed = decide(world, held, what="Ask for a steer", owner=world.body("MOJ"))
    settle_decision(
        decision=lapsed, state=DecisionState.LAPSED, outcome="Settled in Cabinet", **who(world, date(2022, 1, 10))
    )
    return {name: Decision.objects.get(id=row.id) for name, row in locals().items() if isinstance(row, Decision)}


# The register --------------------------------------------------------------------------------------------------------


def test_the_register_says_how_many_are_open_and_lists_what_is_due_first(sign_in, story):
    page = sign_in("steering").get(LIST)
    assert "<h1>2 decisions are open, 1 past its day</h1>" in page.content.decode()
    rows = cells_of(page)
    assert [row[0] for row in rows[1:]] == [story[name].reference for name in ("late", "paused", "moved", "lapsed")]
    assert rows[1][2:] == [
        "Police",
        "1 February 2022",
        "Open, 14 days past its day",
        "Police Lead, 20 January 2022: Two options are costed",
    ]
    assert rows[3][4:] == ["Done on 15 February 2022", "Agreed date moved to 31 March 2022"]


@pytest.mark.parametrize(
    ("query", "names", "words"),
    [
        ({"state": "open"}, ["late", "paused"], "open"),
        ({"state": "overdue"}, ["late"], "past its day"),
        ({"state": "settled"}, ["moved", "lapsed"], "settled"),
        ({"owner": "sfo"}, ["paused", "moved"], "owned by SFO"),
        ({"state": "settled", "owner": "moj"}, ["lapsed"], "settled, owned by MOJ"),
    ],
)
def test_it_can_be_narrowed_and_its_file_holds_the_same(sign_in, story, query, names, words):
    client = sign_in("steering")
    page = client.get(LIST, query)
    assert [row[0] for row in cells_of(page)[1:]] == [story[name].reference for name in names]
    assert f"Only what is {words}" in text_of(page)

    lines = list(csv.reader(b"".join(client.get(page.context["files"]["csv"]).streaming_content).decode().splitlines()))
    assert [line[0] for line in lines] == ["Reference", *(story[name].reference for name in names)]


def test_it_can_be_narrowed_to_a_meeting(world, sign_in, story):
    later = decide(world, meeting(world))
    page = sign_in("steering").get(LIST, {"meeting": later.meeting_id})
    assert [row[0] for row in cells_of(page)[1:]] == [later.reference]


def test_a_filter_that_fits_nothing_says_so(sign_in, story):
    page = sign_in("steering").get(LIST, {"state": "overdue", "owner": "moj"})
    assert "No decision is among these" in text_of(page)


@pytest.mark.parametrize("query", [{"state": "late"}, {"owner": "nobody"}, {"meeting": "x"}, {"year": "2022"}])
def test_what_cannot_be_read_is_refused(sign_in, story, query):
    client = sign_in("steering")
    page = client.get(LIST, query)
    assert page.status_code == 422
    assert "The decisions cannot be shown" in text_of(page)
    assert client.get(f"{PLAN}decisions.csv", query).status_code == 422


def test_without_decisions_it_says_what_would_be_here(world, sign_in):
    page = sign_in("steering").get(LIST)
    assert "Nothing has been decided yet" in text_of(page)
    assert page.context["title"] == "No decision is on record"


def test_the_file_has_the_columns_of_the_one_table(sign_in, story):
    file = sign_in("steering").get(f"{PLAN}decisions.csv")
    lines = list(csv.reader(b"".join(file.streaming_content).decode().splitlines()))
    assert lines[0] == [column.heading for column in COLUMNS]
    assert lines[3] == [
        "SG 2021-11-16/2",
        "16 November 2021",
        "The date may move",
        "7 Aligning the Financial Crime and Corruption Strategy with the TNOC Strategy, “Strategy endorsed”",
        "SFO",
        "15 March 2022",
        "Another agreed date: 31 March 2022",
        "Done on 15 February 2022",
        "Agreed date moved to 31 March 2022",
    ]


def test_as_at_an_earlier_day_it_is_what_was_known_then(sign_in, story):
    page = sign_in("steering").get(LIST, {"as_at": "2021-12-31"})
    assert page.context["title"] == "4 decisions are open"
    assert {row[4] for row in cells_of(page)[1:]} == {"Open"}


# The page of one -----------------------------------------------------------------------------------------------------


def test_the_page_says_what_who_by_when_and_what_it_allows(sign_in, story):
    words = text_of(sign_in("steering").get(page_of(story["paused"])))
    assert "SG 2021-11-16/3 Pause until the ministers decide Open SFO, by 15 March 2022" in words
    assert "Allows A pause The Secretariat may pause the activity or the part." in words
    assert "Nothing in the register has changed by it yet." in words
    assert "Recorded 16 November 2021 by Secretariat Officer" in words


def test_the_page_leads_to_what_changed_in_the_register(sign_in, story):
    page = sign_in("steering").get(page_of(story["moved"])).content.decode()
    moved = "“Strategy endorsed” moved from 31 December 2021 to 31 March 2022 on 15 February 2022"
    assert f'<a href="{address(7)}#moves">{moved}</a>' in page
    assert "Done on 15 February 2022, Secretariat Officer" in page


def test_reports_and_changes_stand_with_who_said_them(world, sign_in, story):
    late = story["late"]
    said = {"what": "Report on funds", "owner": world.body("SFO"), "due_on": date(2022, 4, 1), "reason": "Misheard"}
    change_decision(decision=late, **said, **who(world))
    settle_decision(decision=late, state=DecisionState.DONE, outcome="It came", **who(world))
    reopen_decision(decision=late, reason="It was another paper", **who(world))

    words = text_of(sign_in("steering").get(page_of(late)))
    assert "1 report Two options are costed Police Lead, 20 January 2022" in words
    assert (
        "Changed since it was recorded Reopened It was another paper Secretariat Officer, 15 February 2022 "
        "Done It came Secretariat Officer, 15 February 2022 "
        "The words, until then “Report on the funding”; the owner, until then Police; the day, until then "
        "1 February 2022 Misheard Secretariat Officer, 15 February 2022"
    ) in words


def test_the_secretariat_is_led_to_the_form_that_carries_it_out(world, sign_in, story):
    held, series = Decision.objects.first().meeting, world.milestone(5, 2)
    part = world.part(17, "SFO")
    of_part = decide_pause(world, held, key=17, part=part)
    removing = decide(world, held, activity=world.activity(7), milestone=world.milestone(7), allows=Move.REMOVE)
    ending = decide(world, held, activity=world.activity(5), milestone=series, allows=Move.REMOVE)
    naming = decide(world, held, activity=world.activity(9), lead=world.body("MOJ"), allows=Move.NAME_LEAD)
    dating = decide_date(world, held, to=date(2022, 6, 30))
    expected = {
        story["paused"]: [address(13, "update/")],
        of_part: [address(17, "update/")],
        removing: [address(7, f"milestones/{world.milestone(7).id}/remove/")],
        ending: [address(5, f"milestones/{series.id}/{page}/") for page in ("end", "remove")],
        naming: [address(9, "roles/")],
        dating: [address(7, f"milestones/{world.milestone(7).id}/date/")],
        story["late"]: [],
        story["moved"]: [],
    }
    client = sign_in("secretariat")
    for decision, urls in expected.items():
        found = client.get(page_of(decision)).context["carry_out"]
        more = f"&part={part.id}" if decision == of_part else ""
        assert [url for _, url in found] == [f"{url}?decision={decision.id}{more}" for url in urls]
        assert all(client.get(url).status_code == 200 for _, url in found)


def test_a_date_that_was_proposed_is_carried_out_by_answering_the_proposal(world, sign_in):
    asked = {"milestone": world.milestone(7), "reason": "A second round of consultation"}
    made = propose_date(**asked, to=date(2022, 3, 31), **who(world, date(2022, 2, 1), "sfo"))
    held = meeting(world, TODAY)
    another, decided = decide_date(world, held, to=date(2022, 6, 30)), decide_date(world, held)
    answer = address(7, f"milestones/{world.milestone(7).id}/proposal/")
    client = sign_in("secretariat")
    [(_, elsewhere)] = client.get(page_of(another)).context["carry_out"]
    [(words, url)] = client.get(page_of(decided)).context["carry_out"]
    assert answer not in elsewhere
    assert (words, url) == ("Carry it out: agree to the proposed date", f"{answer}?decision={decided.id}")
    form = client.get(url).context["form"]
    assert (form["decision"].value(), form["agreed_by"].value()) == (str(decided.id), "Steering Group")

    said = {name: form[name].value() for name in ("stamp", "once", "decision", "agreed_by")}
    assert client.post(url, said | {"verdict": "agree"}).status_code == 302
    made.refresh_from_db()
    decided.refresh_from_db()
    assert (made.state, made.move.decision, decided.state) == ("agreed", decided, DecisionState.DONE)


@pytest.mark.parametrize(
    ("username", "offered"),
    [("secretariat", {"report", "settle", "change"}), ("police", {"report"}), ("sfo", set()), ("steering", set())],
)
def test_each_is_offered_what_they_may_do(sign_in, story, username, offered):
    page = sign_in(username).get(page_of(story["late"])).content.decode()
    assert {
        name for name in ("report", "settle", "change", "reopen") if page_of(story["late"], name) in page
    } == offered


def test_what_is_settled_can_only_be_reopened(sign_in, story):
    page = sign_in("secretariat").get(page_of(story["lapsed"])).content.decode()
    assert {name for name in ("report", "settle", "change", "reopen") if page_of(story["lapsed"], name) in page} == {
        "reopen"
    }


def test_as_at_an_earlier_day_the_page_is_that_of_the_day_and_offers_nothing(sign_in, story):
    client = sign_in("secretariat")
    page = client.get(page_of(story["late"]), {"as_at": "2021-12-31"})
    assert "Open" in text_of(page)
    assert "Two options" not in text_of(page)
    assert not any(page.context[name] for name in ("may_run", "may_tell", "carry_out"))
    assert client.get(page_of(story["late"]), {"as_at": "2021-11-15"}).status_code == 404


def test_there_is_no_page_of_a_decision_that_does_not_exist(sign_in, story):
    assert sign_in("steering").get(f"{LIST}987654/").status_code == 404
    assert sign_in("outsider").get(LIST).status_code == 403


@pytest.mark.parametrize("query", [{}, {"as_at": "2022-02-14"}])
def test_the_pages_take_no_more_than_twelve_queries(sign_in, story, django_assert_max_num_queries, query):
    client = sign_in("secretariat")
    client.get(LIST)
    for url in (LIST, page_of(story["late"]), page_of(story["moved"]), page_of(story["paused"])):
        with django_assert_max_num_queries(12):
            client.get(url, query)


# Elsewhere -----------------------------------------------------------------------------------------------------------


def test_an_activity_lists_its_decisions_and_its_ledger_leads_to_the_one_it_followed(world, sign_in, story):
    page = sign_in("steering").get(address(7))
    assert "Decisions of the Steering Group SG 2021-11-16/2 The date may move Done on 15 February 2022" in text_of(page)
    assert f'<td><a href="{page_of(story["moved"])}">SG 2021-11-16/2</a></td>' in page.content.decode()
    slippage = sign_in("steering").get(f"{PLAN}slippage/").content.decode()
    assert f'<td><a href="{page_of(story["moved"])}">SG 2021-11-16/2</a></td>' in slippage


def test_before_the_move_the_activity_had_an_open_decision(sign_in, story):
    page = sign_in("steering").get(address(7), {"as_at": "2022-02-14"})
    assert "The date may move Open : SFO, by 15 March 2022" in text_of(page)
    assert f'{page_of(story["moved"])}?as_at=2022-02-14"' in page.content.decode()


def test_the_trail_leads_to_the_decision_of_a_pause_also_as_at_a_past_day(world, sign_in, story):
    day = date(2022, 2, 10)
    said = Statement(status=DeliveryStatus.PAUSED, review_date=date(2022, 6, 30))
    update_status(activity=world.activity(13), statement=said, decision=story["paused"], **who(world, day))
    link = f'<a href="{page_of(story["paused"])}{{}}">SG 2021-11-16/3</a>'
    client = sign_in("steering")
    assert client.get(address(13)).content.decode().count(link.format("")) == 3  # latest, trail, decisions
    past = client.get(address(13), {"as_at": "2022-02-14"}).content.decode()
    assert past.count(link.format("?as_at=2022-02-14")) == 3


def test_a_reference_in_words_is_no_link(world, sign_in):
    remove_milestone(milestone=world.milestone(7), decision_reference="SG 14 Feb", reason="Overtaken", **who(world))
    page = sign_in("steering").get(address(7))
    assert "15 February 2022, SG 14 Feb" in text_of(page)
    assert "/decisions/" not in page.content.decode()


def test_a_removed_milestone_leads_to_its_decision(world, sign_in):
    about = {"activity": world.activity(7), "milestone": world.milestone(7)}
    decision = decide(world, meeting(world), **about, allows=Move.REMOVE)
    remove_milestone(milestone=world.milestone(7), decision=decision, reason="Overtaken", **who(world))
    link = f'<a href="{page_of(decision)}">SG 2022-02-15/1</a>'
    client = sign_in("secretariat")
    pages = (address(7), address(7, "milestones/"), address(7, f"milestones/{world.milestone(7).id}/"))
    assert all(link in client.get(url).content.decode() for url in pages)


def test_my_agency_is_asked_for_the_open_decisions_that_it_owns(world, sign_in, story):
    page = sign_in("police").get(f"{PLAN}my-agency/")
    assert (
        "SG 2021-11-16/1 Report on the funding Decided by the Steering Group, to be done by 1 February 2022: "
        "Open, 14 days past its day"
    ) in text_of(page)
    assert page_of(story["late"], "report/") in page.content.decode()
    for username, offered in (("police-reader", False), ("sfo", None)):
        other = sign_in(username).get(f"{PLAN}my-agency/").content.decode()
        assert (page_of(story["late"]) in other, page_of(story["late"], "report/") in other) == (
            offered is not None,
            bool(offered),
        )


def test_my_agency_as_at_a_past_day_offers_no_report(sign_in, story):
    page = sign_in("police").get(f"{PLAN}my-agency/", {"as_at": "2022-02-14"}).content.decode()
    assert page_of(story["late"]) in page
    assert page_of(story["late"], "report/") not in page
