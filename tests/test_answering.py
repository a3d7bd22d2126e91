"""Who answers for what, and where nobody does: the Resourcing column of the published plan, read."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.status import update_status
from activities.answering import cast_of, casts, gap_of, gaps
from activities.models import Part, Role, RoleKind
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.world import PROGRAM, moment

AGENCIES = ["Corrections", "Customs", "DIA", "DOC", "FMA", "IRD", "MBIE", "MFAT", "MOJ", "Police", "RBNZ", "SFO"]


def labels(bodies) -> list[str]:
    return [body.label for body in bodies]


def cast(world, key: str | int):
    return cast_of(world.reading, world.activity(key).id)


# Who answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (1, ""),
        (2, "Secretariat"),
        (5, "MOJ"),
        (6, "MOJ"),
        (7, "SFO"),
        (9, ""),
        (12, "Police"),
        (13, "Police"),
        (14, "Sector Coordination Group"),
        (15, "Sector Coordination Group"),
        (16, ""),
        (17, "All agencies"),
        (18, "Steering Group"),
        (19, "MOJ"),
        (20, ""),
        ("row-21", ""),
    ],
)
def test_the_body_that_answers_is_the_lead_else_the_coordinator(world, key, words):
    assert cast(world, key).answering_in_words == words


@pytest.mark.parametrize(
    ("key", "leads"),
    [
        (8, {"DOC": "Trade in Endangered Species", "MFAT": "Maritime Powers Bill"}),
        (11, {"Customs": "border", "Police": "financial", "MBIE": "construction, horticulture, viticulture"}),
    ],
)
def test_scoped_leads_answer_each_for_their_scope(world, key, leads):
    answering = cast(world, key).answering

    assert [held.body.label for held in answering] == list(leads)
    assert all(leads[held.body.label] in held.role.scope for held in answering)
    assert all(f"({held.role.scope})" in cast(world, key).answering_in_words for held in answering)


def test_a_coordinator_answers_only_where_no_lead_is_named(world):
    activity = world.activity(2)
    assign_role(activity=activity, kind=RoleKind.LEAD, body=world.body("MOJ"), reason="SG 1", by=PROGRAM, at=world.now)

    assert cast(world, 2).answering_in_words == "MOJ"
    assert [held.role.kind for held in cast(world, 2).others] == ["coordinator", "contributor"]


def test_participants_do_not_answer(world):
    one = cast(world, 1)

    assert one.answering == ()
    assert [(held.body.label, held.role.kind) for held in one.others] == [
        ("RBNZ", "participant"),
        ("FMA", "participant"),
    ]


def test_a_collective_stands_for_its_members(world):
    seventeen = cast(world, 17)

    assert labels(seventeen.answering[0].members) == AGENCIES
    assert seventeen.target.body_ids == {world.body(label).id for label in AGENCIES}


def test_relevant_agencies_have_a_membership_to_be_set_which_all_agencies_have_not(world):
    relevant = [held for held in cast(world, 11).roles if held.body and held.body.label == "Relevant agencies"]

    assert [held.membership_to_be_set for held in relevant] == [True]
    assert [held.membership_to_be_set for held in cast(world, 17).roles] == [False]


def test_setting_the_membership_of_a_collective_closes_that_gap(world):
    customs = world.body("Customs")
    set_collective(
        plan=world.plan,
        collective=world.body("Relevant agencies"),
        members=[customs],
        reason="SG 4",
        by=PROGRAM,
        at=world.now,
    )

    held = next(each for each in cast(world, 11).roles if each.body and each.body.label == "Relevant agencies")
    assert (held.membership_to_be_set, held.bodies) == (False, (customs,))


def test_the_withheld_role_of_an_activity_names_nobody(world):
    withheld = cast(world, 20).roles

    assert [(held.role.kind, held.body, held.bodies) for held in withheld] == [("withheld", None, ())]
    assert cast(world, 20).target.body_ids == frozenset()


def test_nobody_reports_for_a_gap_or_a_withheld_row(world):
    for key in (1, 9, 16, 20, "row-21"):
        assert cast(world, key).target.body_ids == frozenset()


def test_the_casts_of_all_activities_take_a_constant_number_of_queries(world, django_assert_num_queries):
    reading = world.reading
    ids = [activity.id for activity in reading.activities]
    with django_assert_num_queries(2):
        everybody = casts(reading, ids)

    assert len(everybody) == 21


# Parts ------------------------------------------------------------------------------------------------------------


def test_seventeen_parts_stand_in_activities_8_11_and_17(world):
    parts = [(part.activity.key, part.body.label) for part in Part.objects.filter(withdrawn_on=None)]

    assert len(parts) == 17
    assert {key for key, _ in parts} == {"8", "11", "17"}
    assert sorted(label for key, label in parts if key == "17") == AGENCIES
    assert [label for key, label in parts if key == "8"] == ["DOC", "MFAT"]
    assert [label for key, label in parts if key == "11"] == ["Customs", "Police", "MBIE"]


# Gaps -------------------------------------------------------------------------------------------------------------


def test_the_gaps_are_1_9_and_16_with_229_days_since_the_plans_start(world):
    found = [(gap.activity.key, gap.in_words, gap.since_in_words) for gap in gaps(world.reading)]

    assert found == [
        ("1", "No lead is stated – 229 days", "since 1 July 2021"),
        ("9", "Lead to be decided – 229 days", "since 1 July 2021"),
        ("16", "Lead to be decided – 229 days", "since 1 July 2021"),
    ]


def test_a_withheld_row_is_no_gap(world):
    assert gap_of(world.activity(20), world.today) is None
    assert gap_of(world.activity("row-21"), world.today) is None


@pytest.mark.parametrize("kind", [RoleKind.LEAD, RoleKind.COORDINATOR])
def test_naming_a_lead_or_a_coordinator_closes_the_gap_from_then_on(world, kind):
    assign_role(activity=world.activity(9), kind=kind, body=world.body("MOJ"), reason="SG 3", by=PROGRAM, at=world.now)

    assert [gap.activity.key for gap in gaps(world.reading)] == ["1", "16"]
    the_day_before = Reading.on_day(world.plan, date(2022, 2, 14))
    assert [(gap.activity.key, gap.days) for gap in gaps(the_day_before)] == [("1", 228), ("9", 228), ("16", 228)]


def test_naming_a_supporter_closes_no_gap(world):
    assign_role(
        activity=world.activity(9),
        kind=RoleKind.SUPPORT,
        body=world.body("SFO"),
        reason="SG 3",
        by=PROGRAM,
        at=world.now,
    )

    assert gap_of(world.activity(9), world.today).days == 229


def test_a_role_that_falls_vacant_opens_a_gap_from_that_day(world):
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Police withdraw", by=PROGRAM, at=moment(date(2022, 2, 1)))

    gap = gap_of(world.activity(12), world.today)
    assert (gap.since, gap.in_words) == (date(2022, 2, 1), "Nobody is named – 14 days")
    assert gap_of(world.activity(12), date(2022, 2, 2)).in_words == "Nobody is named – 1 day"


def test_a_finished_activity_has_no_gap_to_close(world):
    closed = Statement(DeliveryStatus.NOT_DELIVERED, what_became="Carried to the next plan", decision_reference="SG 5")
    update_status(activity=world.activity(9), statement=closed, by=PROGRAM, at=world.now)

    assert [gap.activity.key for gap in gaps(world.reading)] == ["1", "16"]


# What a body answers for and supports -------------------------------------------------------------------------------


def keys(world, condition) -> list[str]:
    return [row.key for row in world.reading.activities.filter(condition)]


def test_what_police_answers_for_and_supports(world):
    police, reading = world.body("Police").id, world.reading

    assert keys(world, reading.answered_by(police)) == ["11", "12", "13", "17"]
    assert keys(world, reading.supported_by(police)) == ["2", "3", "4", "6", "7", "9", "10", "16", "19"]


def test_what_the_secretariat_coordinates_it_answers_for(world):
    assert keys(world, world.reading.answered_by(world.body("Secretariat").id)) == ["2", "3", "4", "10"]


def test_a_coordinator_beside_a_lead_does_not_answer(world):
    assign_role(
        activity=world.activity(2),
        kind=RoleKind.LEAD,
        body=world.body("MOJ"),
        reason="SG 1",
        by=PROGRAM,
        at=world.now,
    )

    assert keys(world, world.reading.answered_by(world.body("Secretariat").id)) == ["3", "4", "10"]


def test_what_a_body_is_involved_in_can_be_narrowed_to_one_kind_of_role(world):
    rbnz, reading = world.body("RBNZ").id, world.reading

    assert keys(world, reading.involving(rbnz, "participant")) == ["1"]
    assert keys(world, reading.involving(rbnz, "lead")) == ["17"]
    assert keys(world, reading.involving(rbnz, "support")) == ["6", "12", "16"]
