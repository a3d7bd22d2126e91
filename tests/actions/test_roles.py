"""Naming who leads, coordinates or supports; ending a role; who belongs to a collective; the parts that follow."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.common import Forbidden, stamp_of
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.status import update_status
from activities.answering import cast_of, gap_of
from activities.models import Activity, CollectiveMember, Part, Role, RoleKind
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.actions.helpers import nothing_written, refused
from tests.world import PROGRAM
from tnoc_tracker.record.change import Conflict


def assign(world, key, kind, label, *, scope="", reason="SG 3", who="secretariat", **more) -> Role:
    return assign_role(
        activity=world.activity(key),
        kind=kind,
        body=world.body(label),
        scope=scope,
        reason=reason,
        by=world.standing(who),
        at=world.now,
        **more,
    )


def end(world, key, label, kind=RoleKind.LEAD, reason="Handed over", **more) -> Role:
    role = Role.objects.get(activity=world.activity(key), body=world.body(label), kind=kind, ended_on=None)
    return end_role(role=role, reason=reason, by=PROGRAM, at=world.now, **more)


def parts(world, key) -> list[str]:
    rows = Part.objects.filter(activity=world.activity(key), withdrawn_on=None).order_by("position")
    return [str(part) for part in rows]


# Naming and ending --------------------------------------------------------------------------------------------------


def test_a_role_holds_from_the_day_and_stands_after_the_documents(world):
    role = assign(world, 12, RoleKind.SUPPORT, "IRD")

    assert (role.since, role.position, role.as_published, role.ended_on) == (world.today, 6, "", None)
    assert [held.body.label for held in cast_of(world.reading, world.activity(12).id).roles][-1] == "IRD"


def test_the_kind_of_a_role_is_never_flattened(world):
    for kind in (RoleKind.COORDINATOR, RoleKind.CONTRIBUTOR, RoleKind.PARTICIPANT):
        assert assign(world, 12, kind, "IRD").kind == kind


def test_a_body_has_a_role_once(world):
    with refused("body", match="already"):
        assign(world, 12, RoleKind.LEAD, "Police")
    end(world, 12, "Police")
    assert assign(world, 12, RoleKind.LEAD, "Police").position == 6


def test_a_role_needs_a_reason_and_cannot_be_withheld(world):
    with refused("reason"):
        assign(world, 12, RoleKind.LEAD, "IRD", reason=" ")
    with refused("kind"):
        assign(world, 12, RoleKind.WITHHELD, "IRD")


def test_a_role_ends_once_with_a_reason_and_a_withheld_one_never(world):
    with refused("reason"):
        end(world, 12, "Police", reason="")
    ended = end(world, 12, "Police")
    assert ended.ended_on == world.today
    with refused("", match="ended already"):
        end_role(role=ended, reason="Again", by=PROGRAM, at=world.now)
    with refused("", match="withheld"):
        end_role(role=Role.objects.get(activity=world.activity(20)), reason="?", by=PROGRAM, at=world.now)


def test_an_ended_role_stays_in_the_record(world):
    role = end(world, 12, "Police")

    assert Role.objects.filter(id=role.id).exists()
    assert not world.reading.roles.filter(id=role.id).exists()


@pytest.mark.parametrize("who", ["police", "steering", "administrator"])
def test_nobody_but_the_secretariat_names_or_ends(world, who):
    with nothing_written(Forbidden):
        assign(world, 9, RoleKind.LEAD, "MOJ", who=who)
    with nothing_written(Forbidden):
        role = Role.objects.get(activity=world.activity(12), kind="lead")
        end_role(role=role, reason="?", by=world.standing(who), at=world.now)


def test_a_stale_form_names_nobody(world):
    stamp = stamp_of(world.activity(9).id)
    assign(world, 9, RoleKind.SUPPORT, "SFO", expected=stamp)

    with nothing_written(Conflict):
        assign(world, 9, RoleKind.LEAD, "MOJ", expected=stamp)


# Gaps ---------------------------------------------------------------------------------------------------------------


def test_a_gap_closes_when_a_lead_is_named_and_opens_when_the_last_one_ends(world):
    assign(world, 16, RoleKind.LEAD, "MOJ")
    assert world.activity(16).vacant_since is None

    end(world, 16, "MOJ")
    assert world.activity(16).vacant_since == world.today


def test_no_gap_opens_while_another_body_answers(world):
    assign(world, 12, RoleKind.COORDINATOR, "MOJ")
    end(world, 12, "Police")

    assert world.activity(12).vacant_since is None


def test_a_withheld_row_has_no_gap_and_may_be_given_a_lead(world):
    assign(world, 20, RoleKind.LEAD, "MOJ")
    assert gap_of(world.activity(20), world.today) is None

    end(world, 20, "MOJ")
    assert gap_of(world.activity(20), world.today) is None


# Parts --------------------------------------------------------------------------------------------------------------


def test_a_lead_with_a_scope_answers_for_a_part(world):
    assign(world, 11, RoleKind.LEAD, "DIA", scope="gambling sector")

    assert parts(world, 11)[-1] == "DIA – gambling sector"
    assert len(parts(world, 11)) == 4


def test_one_lead_without_a_scope_has_no_part(world):
    assign(world, 9, RoleKind.LEAD, "MOJ")

    assert parts(world, 9) == []


def test_a_part_ends_with_its_role(world):
    end(world, 11, "Police")

    assert [part.split(" – ")[0] for part in parts(world, 11)] == ["Customs", "MBIE"]
    assert Part.objects.filter(activity=world.activity(11), withdrawn_on=world.today).count() == 1


def test_the_whole_follows_the_parts_that_are_left(world):
    risky = Statement(DeliveryStatus.AT_RISK, reason="Staff", path_to_green="Hire")
    good = Statement(DeliveryStatus.ON_TRACK, what_was_done="Draft")
    for label, statement in (("Customs", good), ("Police", risky)):
        update_status(
            activity=world.activity(11), part=world.part(11, label), statement=statement, by=PROGRAM, at=world.now
        )
    assert world.activity(11).status == "at_risk"

    end(world, 11, "Police")
    assert world.activity(11).status == "on_track"


def test_the_secretariats_word_for_the_whole_outlives_a_change_of_roles(world):
    off = Statement(DeliveryStatus.OFF_TRACK, reason="Scope", cannot_forecast=True, no_ask=True)
    update_status(activity=world.activity(11), statement=off, by=PROGRAM, at=world.now)
    assign(world, 11, RoleKind.SUPPORT, "DIA")
    end(world, 11, "Police")

    assert world.activity(11).status == "off_track"


def test_a_change_of_supporters_writes_no_entry_of_the_activity(world):
    version = world.activity(12).version
    assign(world, 12, RoleKind.SUPPORT, "IRD")

    assert world.activity(12).version == version


# Collectives --------------------------------------------------------------------------------------------------------


def members(world, label) -> list[str]:
    rows = CollectiveMember.objects.filter(plan=world.plan, collective=world.body(label), ended_on=None)
    return sorted(row.body.label for row in rows)


def make_up(world, label, labels, *, who="secretariat", reason="SG 4") -> None:
    set_collective(
        plan=world.plan,
        collective=world.body(label),
        members=[world.body(each) for each in labels],
        reason=reason,
        by=world.standing(who),
        at=world.now,
    )


def test_all_agencies_starts_as_the_twelve_of_the_plan_and_relevant_agencies_empty(world):
    assert len(members(world, "All agencies")) == 12
    assert members(world, "Relevant agencies") == []
    assert CollectiveMember.objects.filter(since=date(2021, 7, 1)).count() == 12


def test_members_come_and_go_on_the_record(world):
    make_up(world, "Relevant agencies", ["Customs", "DIA"])
    make_up(world, "Relevant agencies", ["DIA", "IRD"])

    assert members(world, "Relevant agencies") == ["DIA", "IRD"]
    customs = CollectiveMember.objects.get(collective=world.body("Relevant agencies"), body=world.body("Customs"))
    assert (customs.since, customs.ended_on) == (world.today, world.today)


def test_setting_the_same_members_again_writes_nothing(world):
    before = Activity.history.count() + CollectiveMember.history.count() + Part.history.count()
    make_up(world, "All agencies", members(world, "All agencies"))

    assert Activity.history.count() + CollectiveMember.history.count() + Part.history.count() == before


def test_an_agency_that_joins_all_agencies_gets_its_part_of_17_and_one_that_leaves_loses_it(world):
    eleven = [label for label in members(world, "All agencies") if label != "FMA"]
    make_up(world, "All agencies", eleven)
    assert "FMA" not in parts(world, 17)
    assert len(parts(world, 17)) == 11

    make_up(world, "All agencies", [*eleven, "FMA"])
    assert parts(world, 17)[-1] == "FMA"
    assert len(parts(world, 17)) == 12


def test_a_collective_is_made_of_agencies_with_a_reason(world):
    with refused("members"):
        make_up(world, "Relevant agencies", ["Steering Group"])
    with refused("members"):
        make_up(world, "Police", ["Customs"])
    with refused("reason"):
        make_up(world, "Relevant agencies", ["Customs"], reason="")


def test_nobody_but_the_secretariat_says_who_belongs_to_a_collective(world):
    with nothing_written(Forbidden):
        make_up(world, "Relevant agencies", ["Customs"], who="police")
