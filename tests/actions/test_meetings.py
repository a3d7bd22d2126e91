"""Meetings of the Steering Group: called, changed, called off; their agenda brought in, edited and put in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.actions.common import Forbidden
from activities.actions.meetings import (
    add_item,
    bring_in,
    call_meeting,
    call_off_meeting,
    change_meeting,
    edit_item,
    order_agenda,
    put_back,
    stamp_of_meeting,
    take_off,
)
from activities.actions.roles import assign_role, end_role
from activities.actions.words import withdraw_activity
from activities.models import ActionPlan, AgendaItem, Meeting, Role, RoleKind
from activities.summaries.agenda import suggested
from tests.actions.helpers import nothing_written, refused
from tests.actions.packs import frozen
from tests.actions.rounds import opened, told
from tests.deciding import HELD, decide, meeting
from tests.scenes import played_once
from tests.small_plans import Shape
from tests.world import World, moment
from tnoc_tracker.record.change import Conflict

NOON = moment(HELD, 12)
LATER = date(2022, 6, 1)


@played_once
def held(world: World) -> Meeting:
    """A meeting of today."""
    return meeting(world)


def agenda(of: Meeting) -> list[AgendaItem]:
    """Its items in order."""
    return list(AgendaItem.objects.filter(meeting=of).order_by("position"))


def fresh(row: Any) -> Any:
    """A row as it is now."""
    return type(row).objects.get(id=row.id)


def change(of: Meeting, world: World, **said: Any) -> Meeting:
    """Change a meeting in some things, and leave the others."""
    given = {"held_on": of.held_on, "round": of.round, "place": of.place, "note": of.note, "reason": "As agreed"}
    return change_meeting(meeting=of, **{**given, **said}, **told(world, NOON))


# Called ---------------------------------------------------------------------------------------------------------------


def test_a_meeting_is_called_with_an_agenda_made_from_the_register(world):
    wanted = suggested(world.reading)
    made = opened(world)
    called = call_meeting(plan=world.plan, held_on=LATER, round=made, place=" Level 10 ", **told(world, NOON))

    assert (called.held_on, called.round, called.place, called.is_called_off) == (LATER, made, "Level 10", False)
    items = agenda(called)
    assert [(item.source, item.heading) for item in items] == [(each.source, each.heading) for each in wanted]
    assert [item.position for item in items] == list(range(1, len(wanted) + 1))
    assert {item.history.get().history_change_reason for item in items} == {"Meeting of 1 June 2022 called"}


def test_the_group_meets_once_a_day_about_a_plan(world, held):
    with refused("held_on", match="The group meets on 15 February 2022 already"):
        call_meeting(plan=world.plan, held_on=HELD, **told(world, NOON))

    other = Shape(1).make()
    assert call_meeting(plan=other, held_on=HELD, **told(world, NOON))
    call_off_meeting(meeting=held, reason="Nobody can come", **told(world, NOON))
    assert call_meeting(plan=world.plan, held_on=HELD, **told(world, NOON))


def test_a_meeting_looks_at_a_round_of_its_own_plan(world, held):
    made, other = opened(world), Shape(1).make()

    with refused("round"):
        call_meeting(plan=other, held_on=LATER, round=made, **told(world, NOON))
    elsewhere = call_meeting(plan=other, held_on=LATER, **told(world, NOON))
    with refused("round"):
        change(elsewhere, world, round=made)
    assert change(held, world, round=made).round == made


# Changed and called off -----------------------------------------------------------------------------------------------


def test_day_place_and_note_of_a_meeting_change_with_a_reason(world, held):
    change(held, world, held_on=LATER, place="Level 10", note="Bring the pack", reason="A larger room")

    row = fresh(held)
    assert (row.held_on, row.place, row.note) == (LATER, "Level 10", "Bring the pack")
    assert row.history.latest().history_change_reason == "A larger room"
    with refused("reason"):
        change(row, world, place="Level 11", reason="  ")


def test_a_meeting_moves_to_no_day_on_which_the_group_meets(world, held):
    call_meeting(plan=world.plan, held_on=LATER, **told(world, NOON))

    with refused("held_on", match="already"):
        change(held, world, held_on=LATER)


def test_the_day_stays_once_a_decision_quotes_it_or_a_pack_is_frozen(world, held):
    other = call_meeting(plan=world.plan, held_on=LATER, **told(world, NOON))
    decide(world, held)
    frozen(world, other, NOON)

    with refused("held_on", match="Decisions of this meeting are on record under its day"):
        change(held, world, held_on=date(2022, 3, 1))
    with refused("held_on", match="The pack is frozen with this day"):
        change(other, world, held_on=date(2022, 3, 1))
    assert change(held, world, place="Level 10").place == "Level 10"


def test_a_meeting_is_called_off_with_a_reason_and_nothing_of_it_is_lost(world, held):
    before = [item.heading for item in agenda(held)]
    with refused("reason"):
        call_off_meeting(meeting=held, reason=" ", **told(world, NOON))
    off = call_off_meeting(meeting=held, reason="Nobody can come", **told(world, NOON))

    assert (off.called_off_on, off.called_off_why) == (HELD, "Nobody can come")
    assert [item.heading for item in agenda(held)] == before


def test_a_meeting_that_has_decided_something_is_not_called_off(world, held):
    decide(world, held)

    with refused("", match="This meeting has taken place"):
        call_off_meeting(meeting=held, reason="Nobody came", **told(world, NOON))


Act = Callable[[Meeting, AgendaItem, dict[str, Any]], Any]
ON_A_MEETING: dict[str, Act] = {
    "change": lambda held, item, told: change_meeting(
        **{"meeting": held, "held_on": held.held_on, "round": None, "place": "", "note": "?", "reason": "?"}, **told
    ),
    "call off": lambda held, item, told: call_off_meeting(meeting=held, reason="?", **told),
    "bring in": lambda held, item, told: bring_in(meeting=held, **told),
    "add": lambda held, item, told: add_item(meeting=held, heading="?", **told),
    "edit": lambda held, item, told: edit_item(item=item, heading="?", text="", seeks_decision=False, **told),
    "take off": lambda held, item, told: take_off(item=item, reason="?", **told),
    "put back": lambda held, item, told: put_back(item=item, **told),
    "order": lambda held, item, told: order_agenda(meeting=held, order=[item.id], **told),
}


@pytest.mark.parametrize("act", ON_A_MEETING.values(), ids=ON_A_MEETING)
def test_nothing_is_done_with_a_meeting_that_was_called_off(world, held, act):
    item = agenda(held)[0]
    call_off_meeting(meeting=held, reason="Nobody can come", **told(world, NOON))

    with refused("", match="This meeting was called off on 15 February 2022"):
        act(held, item, told(world, NOON))


@pytest.mark.parametrize("act", ON_A_MEETING.values(), ids=ON_A_MEETING)
def test_of_two_people_the_second_is_told_that_the_meeting_has_changed(world, held, act):
    item, stamp = agenda(held)[0], stamp_of_meeting(held.id)
    edit_item(item=item, heading="Changed", text="", seeks_decision=True, **told(world, NOON))

    assert stamp_of_meeting(held.id) == stamp + 1
    with nothing_written(Conflict):
        act(held, item, {**told(world, NOON), "expected": stamp})


@pytest.mark.parametrize("username", ["police", "steering", "administrator"])
@pytest.mark.parametrize("act", ON_A_MEETING.values(), ids=ON_A_MEETING)
def test_only_the_secretariat_runs_a_meeting(world, held, act, username):
    with nothing_written(Forbidden):
        act(held, agenda(held)[0], told(world, NOON, username))
    with nothing_written(Forbidden):
        call_meeting(plan=world.plan, held_on=LATER, **told(world, NOON, username))


# The agenda -----------------------------------------------------------------------------------------------------------


def test_what_the_register_says_since_is_brought_in_at_the_end_and_once(world, held):
    before = agenda(held)
    role = Role.objects.get(activity=world.activity(12), kind=RoleKind.LEAD)
    end_role(role=role, reason="Left", **told(world, NOON))

    (new,) = bring_in(meeting=held, **told(world, NOON))
    assert (new.kind, new.activity, new.position) == ("gap", world.activity(12), len(before) + 1)
    assert bring_in(meeting=held, **told(world, NOON)) == []
    assert [item.id for item in agenda(held)] == [*(item.id for item in before), new.id]


def test_what_was_taken_off_or_edited_is_not_brought_in_again(world, held):
    first, second = agenda(held)[:2]
    take_off(item=first, reason="Next time", **told(world, NOON))
    edit_item(item=second, heading="Other words", text="", seeks_decision=False, **told(world, NOON))

    assert bring_in(meeting=held, **told(world, NOON)) == []
    assert fresh(first).taken_off_on == HELD


def test_what_the_register_says_no_more_stays_until_somebody_takes_it_off(world, held):
    gap = AgendaItem.objects.get(meeting=held, kind="gap", activity=world.activity(9))
    named = {"activity": world.activity(9), "kind": RoleKind.LEAD, "body": world.body("MFAT"), "reason": "Decided"}
    assign_role(**named, **told(world, NOON))

    assert bring_in(meeting=held, **told(world, NOON)) == []
    assert fresh(gap).taken_off_on is None


def test_the_secretariat_adds_an_item_of_its_own_about_an_activity_or_about_none(world, held):
    last = agenda(held)[-1]
    item = add_item(meeting=held, heading=" Priorities ", text=" Five ", seeks_decision=True, **told(world, NOON))
    about = add_item(meeting=held, heading="Banks", activity=world.activity(12), **told(world, NOON))

    assert (item.kind, item.heading, item.text, item.activity, item.seeks_decision) == (
        *("own", "Priorities", "Five", None, True),
    )
    assert (item.position, about.position, about.activity) == (
        *(last.position + 1, last.position + 2, world.activity(12)),
    )
    with refused("heading"):
        add_item(meeting=held, heading=" ", **told(world, NOON))


def test_an_item_is_about_an_activity_of_the_meetings_plan(world, held):
    other = Shape(1).make().activities.first()

    with refused("activity"):
        add_item(meeting=held, heading="Elsewhere", activity=other, **told(world, NOON))


def test_the_words_of_an_item_change_and_the_words_before_stay_on_record(world, held):
    item = agenda(held)[0]
    before = item.heading
    edit_item(item=item, heading=" Named anew ", text=" More ", seeks_decision=True, **told(world, NOON))

    row = fresh(item)
    assert (row.heading, row.text, row.seeks_decision, row.source) == ("Named anew", "More", True, item.source)
    assert row.history.earliest().heading == before
    with refused("heading"):
        edit_item(item=item, heading="", text="", seeks_decision=True, **told(world, NOON))


def test_an_item_is_taken_off_with_a_reason_and_put_back_in_its_place(world, held):
    item = agenda(held)[1]
    with refused("reason"):
        take_off(item=item, reason="", **told(world, NOON))
    take_off(item=item, reason="Next time", **told(world, NOON))
    with refused("", match="off the agenda already"):
        take_off(item=item, reason="Again", **told(world, NOON))
    put_back(item=item, **told(world, NOON))

    row = fresh(item)
    assert (row.taken_off_on, row.position, row.version) == (None, item.position, 3)
    assert put_back(item=item, **told(world, NOON)).version == 3  # nothing changes


def test_the_agenda_is_put_in_an_order_and_those_not_named_follow(world, held):
    first, second, third, *rest = agenda(held)
    order_agenda(meeting=held, order=[third.id, first.id, third.id], **told(world, NOON))

    assert [item.id for item in agenda(held)] == [each.id for each in (third, first, second, *rest)]
    assert [item.position for item in agenda(held)] == list(range(1, len(rest) + 4))
    assert {fresh(each).version for each in rest} == {1}


def test_an_order_of_another_agendas_items_is_refused(world, held):
    other = call_meeting(plan=world.plan, held_on=LATER, **told(world, NOON))

    with refused("", match="look at it again"):
        order_agenda(meeting=held, order=[agenda(other)[0].id], **told(world, NOON))


def test_a_withdrawn_activity_is_suggested_no_more(world, held):
    withdraw_activity(activity=world.activity(9), reason="Merged", **told(world, NOON))
    called = call_meeting(plan=ActionPlan.objects.get(id=world.plan.id), held_on=LATER, **told(world, NOON))

    assert world.activity(9).id in {item.activity_id for item in agenda(held)}
    assert world.activity(9).id not in {item.activity_id for item in agenda(called)}
