"""Loading a plan: every row with its first entry; a later edition brings the words in line and leaves people's work."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from activities.actions.common import Forbidden, Refused
from activities.actions.loading import load_plan
from activities.actions.loading_rows import Loading
from activities.actions.roles import assign_role
from activities.actions.words import edit_words
from activities.answering import gap_of
from activities.models import (
    ActionPlan,
    Activity,
    CollectiveMember,
    FocusArea,
    Milestone,
    Part,
    PlanDocument,
    PriorityArea,
    Role,
    RoleKind,
)
from activities.plan_document import BodyDirectory, dumps, parse_plan
from agencies.models import Body
from tests.actions.helpers import entries_written
from tests.world import FIXTURES, PROGRAM, directory, exchange, moment
from tnoc_tracker.record.days import start_of_day
from tnoc_tracker.record.writing import record

DOCUMENT = (FIXTURES / "tnoc-action-plan-2021-22.txt").read_bytes().decode()
BODIES = BodyDirectory.from_json((FIXTURES / "bodies.json").read_text(encoding="utf-8"))
OF_A_PLAN = (ActionPlan, PlanDocument, FocusArea, PriorityArea, Activity, Part, Role, CollectiveMember, Milestone)


def edition(*changes: tuple[str, str], slug: str = "tnoc-2021-22", document: str = DOCUMENT) -> dict[str, Any]:
    """The published document with some words replaced, as parsed."""
    for old, new in changes:
        assert document.count(old) == 1, old
        document = document.replace(old, new)
    return parse_plan(
        document.encode(),
        name="corrected.txt",
        directory=BODIES,
        slug=slug,
        fiscal_year_starts_in=7,
    )


def load(world, given: dict[str, Any], at=None) -> Loading:
    return load_plan(exchange=given, directory=directory(), by=PROGRAM, at=at or world.now)


# The published plan -------------------------------------------------------------------------------------------------


def test_the_published_plan_is_all_there(world):
    assert (FocusArea.objects.count(), PriorityArea.objects.count(), Activity.objects.count()) == (3, 9, 21)
    kinds = Counter(Milestone.objects.values_list("kind", flat=True))
    assert kinds == {"due": 19, "start": 2, "recurring": 1, "to_be_decided": 1, "external": 1, "occurrence": 1}
    assert Counter(Body.objects.values_list("kind", flat=True)) == {"agency": 12, "governance": 3, "collective": 2}
    areas = Counter(Activity.objects.values_list("focus_area__code", flat=True))
    assert areas == {"UNIFY": 9, "PREVENT AND DETECT": 4, "DISMANTLE": 8}


def test_every_row_has_its_first_entry_and_no_second_one(world):
    loaded_at = start_of_day(date(2021, 7, 1))
    for model in (*OF_A_PLAN, Body):
        assert model.objects.count() == model.history.count() > 0
        assert {(row.version, row.sequence) for row in model.history.all()} == {(1, 1)}
        assert {row.history_date for row in model.history.all()} == {loaded_at}
        reasons = {row.history_change_reason for row in model.history.all()}
        assert all(reason.startswith(("Loaded from tnoc-action-plan-2021-22.txt", "Occurrence ")) for reason in reasons)
        assert {row.actor_name for row in model.history.all()} == {"tests"}


def test_the_published_cells_are_kept_character_for_character(world):
    for activity, row in zip(Activity.objects.order_by("position"), exchange()["activities"], strict=True):
        cells = row["published"]
        assert {
            "line": activity.published_line,
            "focus_area": activity.published_focus_area,
            "priority_area": activity.published_priority_area,
            "activity": activity.published_activity,
            "description": activity.published_description,
            "resourcing": activity.published_resourcing,
            "timeframe": activity.published_timeframe,
        } == cells


def test_the_working_words_begin_as_the_published_ones(world):
    assert not any(activity.words_differ for activity in Activity.objects.all())


def test_a_row_without_a_number_is_called_by_its_place(world):
    assert list(Activity.objects.order_by("position").values_list("key", flat=True)) == [
        *[str(number) for number in range(1, 21)],
        "row-21",
    ]


def test_what_is_withheld_is_marked_and_has_no_words(world):
    for key in (20, "row-21"):
        activity = world.activity(key)
        assert (activity.title, activity.description) == ("", "")
        assert (activity.timeframe_withheld, activity.resourcing_withheld) == (True, True)
    assert str(world.activity(20)) == "20 Withheld under s 9(2)(f)(iv)"
    assert str(world.activity("row-21")) == "Withheld, ground not stated"
    eight = world.activity(8)
    assert (eight.timeframe_withheld, eight.resourcing_withheld) == (False, False)
    assert eight.withheld_in_words == "withheld under s 9(2)(f)(iv)"


def test_a_role_and_a_gap_stand_from_the_plans_start_whenever_the_plan_is_loaded(world):
    late = edition(slug="loaded-late")
    load(world, late)

    nine = Activity.objects.get(plan__slug="loaded-late", key="9")
    assert gap_of(nine, world.today).days == 229
    assert set(Role.objects.filter(activity__plan__slug="loaded-late").values_list("since", flat=True)) == {
        date(2021, 7, 1)
    }


def test_a_second_plan_shares_the_bodies(world):
    before = Body.objects.count()
    loading = load(world, edition(slug="another"))

    assert (loading.first, Body.objects.count()) == (True, before)
    assert CollectiveMember.objects.filter(plan=loading.plan).count() == 12


def test_a_body_that_people_have_renamed_is_not_added_again(world):
    police = world.body("Police")
    police.name, police.also = "Police of Aotearoa", []
    record(police, by=PROGRAM.actor, at=world.now)
    load(world, edition(slug="another"))

    lead = Role.objects.get(activity__plan__slug="another", activity__key="12", kind="lead")
    assert lead.body == police


def test_an_exported_position_is_left_aside(world):
    given = edition(slug="another")
    loading = load(world, {**given, "position": {"at": "2022-02-15T10:00:00+13:00"}})

    assert PlanDocument.objects.get(plan=loading.plan).exchange == dumps(given)


# Loading again ------------------------------------------------------------------------------------------------------


def test_the_same_again_does_nothing(world):
    before = entries_written()
    loading = load(world, exchange())

    assert loading.wrote_nothing
    assert (loading.added, loading.changed, loading.left) == ([], [], [])
    assert entries_written() == before


def test_a_corrected_edition_is_kept_beside_the_first_one(world):
    corrected = edition(("2. NZ TNOC Handbook", "2. TNOC Handbook"))
    load(world, corrected)

    texts = PlanDocument.objects.filter(plan=world.plan).order_by("edition").values_list("edition", "exchange")
    assert list(texts) == [(1, dumps(exchange())), (2, dumps(corrected))]
    assert load(world, corrected).wrote_nothing


def test_words_follow_the_document_where_nobody_has_changed_them(world):
    loading = load(world, edition(("2. NZ TNOC Handbook", "2. TNOC Handbook")))

    two = world.activity(2)
    assert (two.title, two.published_title, two.published_activity) == ("TNOC Handbook",) * 2 + ("2. TNOC Handbook",)
    assert loading.changed == ["activity 2 TNOC Handbook: title, published activity, published title"]
    assert loading.added == ["edition 2 of the document"]


def test_words_that_people_have_changed_stay_and_are_named(world):
    edit_words(
        activity=world.activity(2), title="Our handbook", description="Ours.", reason="?", by=PROGRAM, at=world.now
    )
    loading = load(world, edition(("2. NZ TNOC Handbook", "2. TNOC Handbook")))

    two = world.activity(2)
    assert (two.title, two.description, two.published_title) == ("Our handbook", "Ours.", "TNOC Handbook")
    assert loading.left == ["activity 2 Our handbook: the working title was changed by people and stays"]


def test_roles_and_dates_that_differ_are_left_to_people(world):
    loading = load(world, edition(("Police to lead, with support from DIA, SFO, RBNZ and FMA", "SFO to lead")))

    assert loading.left == [
        "activity 12 Public/private project on addressing financial sector vulnerabilities: resourcing differs; "
        "change roles or dates in the browser"
    ]
    assert Role.objects.get(activity=world.activity(12), kind="lead", ended_on=None).body == world.body("Police")
    assert world.activity(12).published_resourcing == "SFO to lead"


NEW_ROW = "\t\t21. A new activity\tSomething more.\tLead agency TBD\tQ4 FY2021/22"


def with_new_row() -> dict[str, Any]:
    """An edition with a row before the last one, which has no number."""
    lines = DOCUMENT.split("\n")
    return edition(document="\n".join([*lines[:-1], NEW_ROW, lines[-1]]))


def test_a_new_row_is_added_with_a_gap_from_the_day_of_loading(world):
    loading = load(world, with_new_row())

    new = world.activity(21)
    assert (new.title, new.position) == ("A new activity", 22)
    assert gap_of(new, world.today).days == 0
    assert loading.added == ["activity 21 A new activity (0 roles, 1 milestone)", "edition 2 of the document"]


def test_a_row_without_a_number_is_known_by_its_cells_when_its_place_moves(world):
    before = world.activity("row-21")
    loading = load(world, with_new_row())

    assert Activity.objects.filter(plan=world.plan).count() == 22
    assert loading.left == []
    assert world.activity("row-21").id == before.id
    assert loading.changed == ["activity Withheld, ground not stated: published line"]


def test_a_row_that_is_gone_is_left_to_people(world):
    load(world, with_new_row())
    loading = load(world, edition())

    assert [line for line in loading.left if "not in this document" in line] == [
        "activity 21 A new activity is not in this document: withdraw it in the browser if it ended"
    ]
    assert world.activity(21).withdrawn_on is None


def test_words_that_are_released_come_in_and_words_that_are_withheld_go(world):
    released = edition(("20. [REDACTED]\t[REDACTED]\ts.9(2)(f)(iv) OIA [REDACTED]\t[REDACTED]",
                        "20. Asset forfeiture\tMore.\tMOJ to lead\tQ4 FY2021/22"))  # fmt: skip
    loading = load(world, released)
    twenty = world.activity(20)
    assert (twenty.title, twenty.withheld, twenty.timeframe_withheld) == ("Asset forfeiture", [], False)
    assert any("resourcing differs" in line for line in loading.left)

    load(world, exchange())
    assert world.activity(20).title_is_withheld
    assert (world.activity(20).title, world.activity(20).description) == ("", "")


def test_the_plans_title_and_its_areas_titles_follow_the_document(world):
    loading = load(
        world,
        edition(
            ("STRATEGY: ACTION PLAN 2021/22", "STRATEGY: FINAL ACTION PLAN 2021/22"),
            ("UNIFY: Drive System Governance and Coordination", "UNIFY: Govern the System"),
        ),
    )

    assert world.plan.short_title == "Final Action Plan 2021/22"
    assert FocusArea.objects.get(plan=world.plan, code="UNIFY").title == "Govern the System"
    assert loading.changed[:2] == ["plan tnoc-2021-22: title", "focus area UNIFY: title"]


def test_an_agency_new_to_the_plan_is_named_to_people(world):
    loading = load(world, edition(("SFO is the lead, with support from MOJ and Police", "GCSB is the lead")))

    assert "body GCSB" in loading.added
    assert "GCSB is new and in no collective: add it in the browser if it belongs to one" in loading.left


def test_people_s_work_survives_a_later_edition(world):
    assign_role(
        activity=world.activity(9), kind=RoleKind.LEAD, body=world.body("MOJ"), reason="SG", by=PROGRAM, at=world.now
    )
    load(world, edition(("Lead agency TBD. Police", "Lead agency to be decided. Police")))

    assert gap_of(world.activity(9), world.today) is None
    assert Role.objects.filter(activity=world.activity(9), kind="lead", ended_on=None).count() == 1


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["slug", "title", "period", "fiscal_year_starts_in"])
def test_a_plan_with_a_null_is_refused(world, missing):
    given = deepcopy(exchange())
    given["plan"][missing] = None
    before = entries_written()

    with pytest.raises(Refused, match=f"Plan.{missing}"):
        load(world, given)
    assert entries_written() == before


def test_a_plan_cannot_count_from_before_its_bodies_were_known(world):
    body = Body(slug="gcsb", name="GCSB", short="GCSB", kind="agency")
    record(body, by=PROGRAM.actor, at=world.now)
    given = edition(("SFO is the lead, with support from MOJ and Police", "GCSB is the lead"), slug="another")

    with pytest.raises(Refused, match="GCSB is on record from 15 February 2022 only"):
        load(world, given, at=moment(date(2021, 7, 2)))
    assert not ActionPlan.objects.filter(slug="another").exists()
    assert load(world, given).first


def test_nobody_loads_a_plan_who_may_not_edit_the_register(world):
    with pytest.raises(Forbidden):
        load_plan(exchange=edition(slug="another"), by=world.standing("police"), at=world.now)


def test_focus_areas_whose_codes_look_alike_in_an_address_are_told_apart(world):
    given = edition(
        ("PREVENT AND DETECT: Strengthen", "UNIFY!: Strengthen"),
        slug="another",
    )
    plan = load(world, given).plan

    assert list(FocusArea.objects.filter(plan=plan).values_list("slug", flat=True)) == ["unify", "unify-2", "dismantle"]
