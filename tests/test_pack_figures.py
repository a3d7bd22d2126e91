"""The figures of a pack: each section against what was done by hand, and the same numbers as the pages have."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.meetings import take_off
from activities.actions.milestones import move_date
from activities.actions.roles import assign_role
from activities.actions.words import withdraw_activity
from activities.decisions import Move
from activities.models import RoleKind
from activities.statuses import BY_SEVERITY, MEANINGS
from activities.summaries import lateness
from activities.summaries.dashboard import dashboard
from activities.summaries.packs import pack_document
from activities.summaries.rows import plain
from tests.actions.rounds import filed, opened
from tests.generated import at_risk, completed, half_a_year, off_track, on_track, say
from tests.packs import called, columns, decide, keys, noted, packed, row_of, seek, tables, told
from tests.scenes import after, played_once
from tests.world import moment

round = played_once(opened)
meeting = played_once(called)

# What stands where --------------------------------------------------------------------------------------------------


def test_the_cover_says_what_the_pack_is(world, round):
    filed(world, 12)
    meeting = called(world, round=round, place="Level 4")
    at = moment(date(2022, 1, 10), 9)
    cover = packed(world, meeting, number=2, previous_at=at, corrected_why="A slip.", site="https://tnoc.test").cover

    assert (cover.plan_slug, cover.meeting) == ("tnoc-2021-22", "Steering Group, 17 February 2022")
    assert (cover.held_on, cover.place, cover.round, cover.quarter_end) == (
        "2022-02-17",
        "Level 4",
        "Q2 FY2021/22",
        "2021-12-31",
    )
    assert (cover.position, cover.on) == ("2022-02-15T11:00:00+13:00", "2022-02-15")
    assert cover.previous_position == "2022-01-10T09:00:00+13:00"
    assert (cover.version, cover.corrected_why, cover.frozen_by) == (2, "A slip.", "Secretariat Officer")
    assert (cover.asked, cover.returned, cover.marking, cover.site) == (35, 1, "IN CONFIDENCE", "https://tnoc.test")


def test_a_meeting_without_a_round_says_nothing_of_returns(world):
    document = packed(world, called(world))

    assert (document.cover.round, document.cover.quarter_end, document.cover.asked) == (None, None, None)
    assert dict(columns(document, "headline", "Number", "Now"))["Returns received"] is None
    assert set(columns(document, "by_agency", "Returns asked for", "Not reported")) == {(None, None)}
    assert document.section("not_reported").title == "This meeting looks at no reporting round"


def test_a_pack_is_made_of_a_reading_at_a_moment_only(world):
    with pytest.raises(ValueError, match="at a moment"):
        packed_now(world)


def packed_now(world):
    return pack_document(
        world.reading,
        meeting=called(world),
        number=1,
        previous=None,
        previous_at=None,
        frozen_by="",
        summary="",
        corrected_why="",
        marking="",
        site="",
    )


# Decisions ----------------------------------------------------------------------------------------------------------


def test_five_decisions_head_the_pack_and_the_others_are_named_and_in_the_annex(world, meeting):
    items = seek(world, meeting, *(f"Agree {letter}" for letter in "ABCDEFG"))
    take_off(item=items[1], reason="Not now", **told(world))
    seek(world, meeting, "Name a lead", activity=world.activity(16), text="It has waited for long.")
    document = packed(world, meeting)

    found = columns(document, "decisions_sought", "No.", "Decision sought")
    assert found == [(1, "Agree A"), (2, "Agree C"), (3, "Agree D"), (4, "Agree E"), (5, "Agree F")]
    assert columns(document, "more_decisions", "No.", "Decision sought") == [(6, "Agree G"), (7, "Name a lead")]
    section = document.section("decisions_sought")
    assert section.title == "7 decisions are sought"
    assert section.paragraphs == ("2 more are in the annex, no. 6: Agree G; no. 7: Name a lead",)
    row = row_of(document, "more_decisions", 16)
    assert row.cells[2:] == ("Added by the Secretariat", "Lead to be decided – 229 days")
    assert noted(row) == {"Activity": str(world.activity(16)), "Put to the group": "It has waited for long."}


def test_an_item_about_a_withdrawn_activity_says_so(world, meeting):
    seek(world, meeting, "Agree", activity=world.activity(6))
    withdraw_activity(activity=world.activity(6), reason="Done elsewhere", **told(world))

    assert row_of(packed(world, meeting), "decisions_sought", 6).cells[3] == "Withdrawn from the plan"


def test_no_decision_sought_is_said(world):
    section = packed(world, called(world)).section("decisions_sought")
    assert (section.title, section.paragraphs) == ("No decision is sought", ())


def test_what_became_of_earlier_decisions_is_told(world):
    earlier = called(world, date(2021, 11, 10), day=date(2021, 11, 1))
    day = date(2021, 11, 10)
    decide(world, earlier, "Name a lead", activity=world.activity(16), allows=Move.NAME_LEAD, lead=world.body("Police"))
    decision = decide(
        world, earlier, "Write to the banks", owner="SFO", due_on=date(2022, 2, 5), activity=world.activity(7)
    )
    assert (decision.number, day) == (2, earlier.held_on)
    assign_role(
        activity=world.activity(16),
        kind=RoleKind.LEAD,
        body=world.body("Police"),
        reason="Decided",
        decision=earlier.decisions.get(number=1),
        **told(world),
    )
    document = packed(world, called(world))

    section = document.section("follow_through")
    assert section.title == "Of 2 decisions of earlier meetings 1 is settled and 1 is open, past its day"
    found = columns(document, "follow_through", "Decision", "Owner", "By", "Where it stands", "Days late")
    assert found == [
        ("SG 2021-11-10/1", "Police", "2022-03-31", "Done on 15 February 2022", None),
        ("SG 2021-11-10/2", "SFO", "2022-02-05", "Open, 10 days past its day", 10),
    ]
    assert "named as lead" in noted(row_of(document, "follow_through", 16))["What became of it"]
    notes = noted(row_of(document, "follow_through", 7))
    assert notes["What became of it"] == "Nothing is reported yet"
    assert notes["About"].startswith("7 ")


def test_one_decision_to_follow_up_is_said_in_the_singular(world):
    earlier = called(world, date(2021, 11, 10), day=date(2021, 11, 1))
    decide(world, earlier, "Write to the banks", due_on=date(2022, 2, 14))
    section = packed(world, called(world)).section("follow_through")

    assert section.title == "The one decision of earlier meetings is still open, past its day"
    (row,) = tables(packed(world, called(world, date(2022, 2, 18))))["follow_through"].rows
    assert noted(row)["About"] == "The plan"


def test_where_every_open_decision_is_past_its_day_the_heading_says_all(world):
    earlier = called(world, date(2021, 11, 10), day=date(2021, 11, 1))
    decide(world, earlier, "Write to the banks", due_on=date(2022, 2, 14))
    decide(world, earlier, "Write to the ports", due_on=date(2022, 2, 14))
    title = packed(world, called(world)).section("follow_through").title
    assert title == "Of 2 decisions of earlier meetings 2 are open, all of them past their days"


# Numbers ------------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_the_numbers_are_those_of_the_dashboard_and_the_overdue_page(world):
    round = opened(world)
    filed(world, 12, at_risk("A second bank has left."))
    document = packed(world, called(world, round=round))
    board, numbers = dashboard(world.reading), document.numbers

    assert {count.status: numbers[count.status] for count in board.by_status} == {
        count.status: count.count for count in board.by_status
    }
    assert (numbers["activities"], numbers["contradictions"], numbers["gaps"]) == (
        board.total,
        board.contradictions,
        len(board.gaps),
    )
    page = lateness.overdue(world.reading)
    assert (numbers["overdue"], numbers["overdue_paused"]) == (page.in_all, len(page.paused)) == (4, 1)
    assert keys(document, "overdue") == [row.activity.key for row in page.counted] == ["1", "16", "7", "10"]
    assert keys(document, "overdue_paused") == [row.activity.key for row in page.paused] == ["18"]
    assert document.section("headline").title == plain(board.finding)
    assert document.section("headline").paragraphs == (
        "It goes well.",
        " ".join(plain(sentence) for sentence in board.lede),
    )


@after(half_a_year)
def test_the_numbers_of_half_a_year_counted_by_hand(world):
    round = opened(world)
    filed(world, 12, at_risk("A second bank has left."))
    numbers = packed(world, called(world, round=round)).numbers

    assert {key: value for key, value in numbers.items() if value} == {
        "activities": 21,
        "off_track": 1,
        "at_risk": 2,
        "paused": 1,
        "on_track": 6,
        "not_started": 8,
        "completed": 2,
        "not_delivered": 1,
        "no_report": 8,
        "milestones": 24,
        "due_so_far": 8,
        "delivered": 3,
        "delivered_late": 1,
        "overdue": 4,
        "overdue_paused": 1,
        "due_this_quarter": 6,
        "due_next_quarter": 6,
        "no_date": 2,
        "moved": 1,
        "gaps": 2,
        "contradictions": 4,
        "asked": 31,
        "returned": 1,
    }
    assert numbers["closed"] == numbers["delivered_early"] == numbers["returned_late"] == 0


def test_the_second_pack_stands_beside_the_first(world):
    first = packed(world, called(world, date(2022, 1, 6), day=date(2022, 1, 5)), moment(date(2022, 1, 5)))
    half_a_year_since = date(2022, 1, 20)
    say(world, 12, half_a_year_since, at_risk("One bank has left."), by="police")
    say(world, 2, half_a_year_since, completed(date(2022, 1, 12)), met={1: date(2022, 1, 12)})
    round = opened(world)
    document = packed(world, called(world, round=round), previous=first, previous_at=moment(date(2022, 1, 5)))

    lines = {cells[0]: cells[1:] for cells in columns(document, "headline", "Number", "Now", "Last pack", "Change")}
    assert lines["Activities: At risk"] == (1, 0, 1)
    assert lines["Activities: Not started"] == (19, 21, -2)
    assert lines["Milestones overdue"] == (9, 10, -1)
    assert lines["Activities nobody answers for"] == (3, 3, 0)
    assert lines["Returns asked for"] == (34, None, None)
    assert [cells[0] for cells in columns(first, "headline", "Number")] == list(lines)
    assert [column.label for column in tables(first)["headline"].columns] == ["Number", "Now"]


# How the plan stands ------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_focus_areas_by_status_add_up(world):
    document = packed(world, called(world))
    table = tables(document)["by_focus_area"]

    assert [column.label for column in table.columns[1:-1]] == [MEANINGS[status].label for status in BY_SEVERITY]
    assert [row.cells[-1] for row in table.rows] == [9, 4, 8]
    assert table.rows[0].cells == ("UNIFY: Drive System Governance and Coordination", 1, 1, 0, 2, 3, 1, 1, 9)
    assert table.total == ("All focus areas", 1, 2, 1, 6, 8, 2, 1, 21)
    assert document.section("by_focus_area").title == "UNIFY has 2 of the 3 activities that are off track or at risk"


@after(half_a_year)
def test_bodies_with_what_they_answer_for_is_overdue_and_not_reported(world):
    round = opened(world)
    filed(world, 12, at_risk("A second bank has left."))
    document = packed(world, called(world, round=round))

    lines = {cells[0]: cells[1:] for cells in (row.cells for row in tables(document)["by_agency"].rows)}
    assert lines["Police"] == (4, 0, 3, 2)
    assert lines["SFO"] == (2, 1, 2, 2)
    assert lines["Nobody named, or withheld"] == (5, 2, 4, 4)
    assert sum(cells[2] for cells in lines.values()) == document.cover.asked == 31
    assert sum(cells[3] for cells in lines.values()) == document.cover.asked - document.cover.returned == 30
    assert len(tables(document)["not_reported"].rows) == 30
    title = "2 of 15 bodies answer for something overdue; 15 have not returned everything asked for Q2 FY2021/22"
    assert document.section("by_agency").title == title


# Late ---------------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_an_overdue_milestone_comes_with_its_dates_reason_way_back_and_ask(world):
    move_date(
        milestone=world.milestone(7),
        to=date(2022, 2, 1),
        reason="The bill is late.",
        asked_by="SFO",
        agreed_by="Steering Group",
        **told(world),
    )
    document = packed(world, called(world))

    assert document.section("overdue").title == "4 milestones are overdue, the oldest by 138 days"
    assert document.section("overdue").paragraphs == ("1 more milestone is past its date while paused.",)
    first, late = row_of(document, "overdue", 1), row_of(document, "overdue", 7)
    assert first.cells[1:] == (
        *("Delivery", "2021-09-30", "2021-09-30", "2022-03-31", 138, 0),
        *("off_track", "No lead is stated – 229 days"),
    )
    assert noted(first) == {
        "Reason": "Nobody is named to invite the supervisors.",
        "Ask": "Name who invites RBNZ and FMA.",
        "Said by": "Secretariat Officer, 12 October 2021",
    }
    assert late.cells[1:] == ("Strategy endorsed", "2021-12-31", "2022-02-01", None, 14, 1, "at_risk", "SFO")
    assert noted(late)["Path to green"] == "A successor begins in March."
    assert noted(row_of(document, "overdue", 16)) == {"Reason": "No report yet"}
    assert noted(row_of(document, "overdue_paused", 18))["Paused by"] == "SG 2022/1; review on 31 January 2022"


def test_an_activity_with_two_overdue_milestones_is_explained_once(world):
    say(world, 16, date(2022, 1, 20), off_track("Nobody leads it.", "Name a lead."))
    rows = [row for row in tables(packed(world, called(world)))["overdue"].rows if row.activity == "16"]

    assert [row.cells[1] for row in rows] == ["Part 1", "Part 2"]
    assert noted(rows[0])["Ask"] == "Name a lead."
    assert noted(rows[0])["Forecast"] == "Cannot be forecast"
    assert noted(rows[1]) == {"Reason": "As above, under “Part 1”."}


def test_what_is_late_says_that_a_return_is_open_and_that_a_start_is_not_begun(world):
    document = packed(world, called(world, round=opened(world)))
    assert noted(row_of(document, "overdue", 13))["Counted as"] == "not begun, overdue – return open"


def test_where_everything_off_track_is_overdue_the_heading_says_all(world):
    for number in (1, 16):
        say(world, number, date(2022, 1, 20), off_track("Nobody leads it.", "Name a lead."))
    title = packed(world, called(world)).section("off_track").title
    assert title == "2 activities are off track, all of them overdue"


@after(half_a_year)
def test_off_track_shows_the_milestone_of_the_forecast_and_points_to_what_is_overdue(world):
    say(world, 19, date(2022, 2, 1), off_track("The bill waits.", "", date(2023, 3, 31)), by="secretariat")
    document = packed(world, called(world))

    assert document.section("off_track").title == "2 activities are off track, 1 of them overdue"
    assert keys(document, "off_track") == ["1", "19"]
    bill = row_of(document, "off_track", 19)
    assert bill.cells[1:] == ("Amendments passed", "2022-06-30", "2022-06-30", "2023-03-31", None, 0, "MOJ")
    assert (noted(bill)["Reason"], noted(bill)["Ask"]) == ("The bill waits.", "None")
    assert noted(row_of(document, "off_track", 1)) == {"Reason": "See the overdue milestones above."}


def test_the_parts_that_an_activity_follows_explain_it_not_the_last_word_of_another(world):
    say(world, 11, date(2022, 1, 10), at_risk("A bank has left.", "Another joins."), by="police", part="Police")
    say(world, 11, date(2022, 2, 1), on_track("Guidance is out."), by="secretariat", part="Customs")
    row = row_of(packed(world, called(world)), "at_risk", 11)

    assert noted(row) == {
        "Reason – Police – financial sector": "A bank has left.",
        "Path to green – Police – financial sector": "Another joins.",
        "Said by – Police – financial sector": "Police Lead, 10 January 2022",
    }


def test_a_later_entry_is_named_unless_it_is_said_once_for_all(world):
    say(world, 12, date(2022, 2, 1), at_risk(), by="police")
    meeting = called(world)
    said = noted(row_of(packed(world, meeting, tells_entered=True), "at_risk", 12))["Said by"]
    assert said.startswith("Police Lead, 1 February 2022 (entered ")
    assert noted(row_of(packed(world, meeting), "at_risk", 12))["Said by"] == "Police Lead, 1 February 2022"
