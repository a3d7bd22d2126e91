"""The later sections of a pack and its annex: movements, what comes, doubts, deliveries, the register."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.actions.milestones import correct_delivery, move_date
from activities.actions.roles import set_collective
from activities.actions.words import withdraw_activity
from activities.comparison import KINDS, compare
from activities.models import Milestone
from activities.pack_document import PackDocument
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.dashboard import dashboard
from activities.summaries.packs import NUMBERS
from tests.actions.rounds import filed, opened
from tests.generated import completed, half_a_year, say
from tests.packs import POSITION, called, columns, keys, noted, packed, row_of, tables, told
from tests.scenes import after, played_once
from tests.world import LOADED, TODAY, moment
from tnoc_tracker.record.days import start_of_day

round = played_once(opened)

LAST_PACK = moment(date(2022, 1, 5))


def second(world, **more) -> PackDocument:
    """A pack whose movements run from 5 January 2022."""
    first = packed(world, called(world, date(2022, 1, 6), day=date(2022, 1, 5)), LAST_PACK)
    return packed(world, called(world), previous=first, previous_at=LAST_PACK, **more)


# Movements ----------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_movements_run_from_the_last_packs_position_to_this_one(world):
    document = second(world)
    section = document.section("movements")

    assert section.title == (
        "Since the last pack: 6 statuses moved, 1 milestone delivered or begun, 2 no longer overdue"
    )
    assert section.paragraphs == ("From 5 January 2022, 10:00 am to 15 February 2022, 11:00 am.",)
    assert keys(document, "movements_status") == ["2", "3", "9", "10", "12", "18"]
    paused_row = row_of(document, "movements_status", 18)
    assert paused_row.cells[1:] == ("not_started", "paused", "2022-01-10")
    assert noted(paused_row) == {"Why": "Decision SG 2022/1", "Said by": "Secretariat Officer"}
    assert row_of(document, "movements_no_longer_overdue", 18).cells[2:] == (
        "5 days overdue",
        "paused, 46 days past its date",
    )
    assert keys(document, "movements_dates") == []


def test_an_agreed_date_that_moved_names_who_asked_and_who_agreed(world):
    milestone = Milestone.objects.get(activity=world.activity(19), removed_on=None)
    by: Any = {"asked_by": "MOJ", "agreed_by": "Steering Group", "decision_reference": "SG 2022/3"}
    move_date(milestone=milestone, to=date(2022, 9, 30), reason="The bill waits.", **by, **told(world))
    said = noted(row_of(second(world), "movements_dates", 19))
    assert said == {"Why": "The bill waits.", "Asked by": "MOJ, agreed by Steering Group (SG 2022/3)"}


@after(half_a_year)
def test_the_first_packs_movements_run_from_the_plans_start(world):
    document = packed(world, called(world))
    since = Reading(world.plan, LOADED, start_of_day(LOADED))
    found = compare(since, Reading(world.plan, TODAY, POSITION))

    assert document.section("movements").title == f"Since the plan’s start: {found.changes}"
    assert document.section("movements").paragraphs == (
        "From the plan’s start on 1 July 2021 to 15 February 2022, 11:00 am.",
    )
    for kind, rows in found.by_kind:
        table = tables(document)[f"movements_{kind.key.replace('-', '_')}"]
        assert len(table.rows) == len(rows)
        assert table.empty == kind.none
    assert {kind.key for kind in KINDS if kind.rare} == {"taken-back", "milestones"}


def test_a_changed_collective_is_a_movement_of_the_whole_plan(world):
    collective = world.body("Relevant agencies")
    set_collective(plan=world.plan, collective=collective, members=[world.body("DOC")], reason="Agreed", **told(world))
    (row,) = tables(second(world))["movements_roles"].rows
    assert (row.cells, row.activity) == (
        ("The whole plan", "DOC in “Relevant agencies”", "belongs to it", "2022-02-15"),
        None,
    )


# What comes ---------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_what_comes_is_due_this_quarter_next_quarter_or_has_no_date(world):
    document = packed(world, called(world))

    assert document.section("coming").title == "6 milestones fall due by 31 March 2022 and 6 more by 30 June 2022"
    found = columns(document, "coming_this_quarter", "Milestone", "To be", "Due", "Delivery status")
    assert keys(document, "coming_this_quarter") == ["3", "4", "7", "12", "15", "16"]
    assert found[2] == ("implementation", "begun", "2022-03-31", "at_risk")
    assert keys(document, "coming_next_quarter") == ["16", "5", "6", "11", "17", "19"]
    assert columns(document, "coming_next_quarter", "Milestone", "Due")[:2] == [
        ("Part 2", "2022-04-30"),
        ("updated 1", "2022-06-30"),
    ]
    assert columns(document, "coming_no_date", "Milestone", "Why it has no date") == [
        ("Delivery", "External"),
        ("Part 4", "To be decided"),
    ]


@after(half_a_year)
def test_at_risk_comes_with_the_reason_and_the_way_back(world):
    document = packed(world, called(world))

    assert document.section("at_risk").title == "2 activities are at risk"
    assert keys(document, "at_risk") == ["7", "12"]
    assert row_of(document, "at_risk", 12).cells[1:] == ("due this quarter", "2022-03-31", "Police")
    assert noted(row_of(document, "at_risk", 12)) == {
        "Reason": "One bank has left.",
        "Path to green": "A successor begins in March.",
        "Said by": "Police Lead, 14 February 2022",
    }


# Doubts -------------------------------------------------------------------------------------------------------------


def test_gaps_with_their_age_and_collectives_without_members(world):
    document = packed(world, called(world))

    assert document.section("gaps").title == ("3 activities have nobody who answers for them, the longest for 229 days")
    assert columns(document, "gaps", "What is missing", "Since", "Days") == [
        ("No lead is stated", "2021-07-01", 229),
        ("Lead to be decided", "2021-07-01", 229),
        ("Lead to be decided", "2021-07-01", 229),
    ]
    assert columns(document, "empty_collectives", "Collective") == [("Relevant agencies",)]


@after(half_a_year)
def test_contradictions_are_the_dashboards_with_the_explanation(world):
    document = packed(world, called(world))
    shown = [each for each in dashboard(world.reading).disagreements if each.activity.contradiction]

    assert keys(document, "contradictions") == [each.activity.key for each in shown] == ["16", "7", "10", "18"]
    assert [cells[0] for cells in columns(document, "contradictions", "Contradiction")] == [
        each.sentences[0] for each in shown
    ]
    assert noted(row_of(document, "contradictions", 10)) == {"Explanation": "The paper goes to the chair on 1 March."}
    assert document.section("contradictions").title.startswith("In 4 activities what is said")


# Delivered ----------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_what_was_delivered_since_the_last_pack_says_whether_in_time_and_what_was_stated(world):
    say(world, 3, date(2022, 2, 10), completed(date(2022, 2, 9), "Three reports."), met={1: date(2022, 2, 9)})
    document = second(world)

    title = "2 milestones were delivered or begun since the last pack, 1 of them late"
    assert document.section("delivered").title == title
    labels = ("Milestone", "Agreed", "Delivered or begun", "In time", "Answers for it")
    assert columns(document, "delivered", *labels) == [
        ("Delivery", "2021-12-31", "2022-01-12", "12 days late", "Secretariat"),
        ("Delivery", "2022-03-31", "2022-02-09", "on time", "Secretariat"),
    ]
    assert noted(row_of(document, "delivered", 3)) == {"Statement": "Three reports."}
    assert keys(document, "completed") == ["2", "3"]
    assert noted(row_of(document, "completed", 2)) == {
        "Statement": "Delivered as planned.",
        "Evidence held at": "Secretariat files",
    }


def test_a_delivery_that_was_recorded_without_a_report_has_no_statement(world):
    milestone = world.milestone(6)
    correct_delivery(milestone=milestone, delivered_on=date(2022, 2, 1), reason="Handed over", **told(world))
    document = second(world)
    assert row_of(document, "delivered", 6).notes == ()
    assert document.section("delivered").title == ("1 milestone was delivered or begun since the last pack, on time")


# The annex ----------------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_the_register_has_every_activity_in_plan_order_and_withheld_ones_in_their_place(world):
    withdraw_activity(activity=world.activity(4), reason="Merged", **told(world))
    document = packed(world, called(world))

    assert keys(document, "register") == [str(number) for number in range(1, 21) if number != 4] + ["row-21"]
    assert document.section("register").paragraphs == ("2 are withheld and counted like the others.",)
    assert row_of(document, "register", 20).cells == (
        *("20", "Withheld under s 9(2)(f)(iv)", "DISMANTLE", "not_started"),
        *("withheld", None, "Withheld", None),
    )
    assert row_of(document, "register", "row-21").cells[:2] == ("Row 21", "Withheld, ground not stated")
    assert row_of(document, "register", 1).cells[3:] == (
        *("off_track", "138 days overdue", "2021-09-30", "No lead is stated – 229 days", "2021-10-12"),
    )
    assert noted(row_of(document, "register", 8)) == {
        "Parts": "DOC (Trade in Endangered Species reforms): Not started; MFAT (Maritime Powers Bill): Not started"
    }


def test_who_did_not_report_stands_body_by_body(world, round):
    filed(world, 12)
    document = packed(world, called(world, round=round))

    assert document.section("not_reported").title == "1 of 35 returned; 34 are missing, all of them late"
    assert ("Police", "Requested, late") in columns(document, "not_reported", "Body", "Where it stands")
    assert "12" not in keys(document, "not_reported")


def test_the_words_are_defined_by_the_tables_that_the_tracker_uses(world):
    document = packed(world, called(world))

    assert [cells[0] for cells in columns(document, "definitions_statuses", "Delivery status")] == list(DeliveryStatus)
    assert len(tables(document)["definitions_numbers"].rows) == len(NUMBERS) == len(document.numbers)
    told_of = " ".join(document.section("how_overdue").paragraphs)
    assert "counted on 15 February 2022" in told_of
    assert "the day after counts as 1" in told_of
