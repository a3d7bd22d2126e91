"""The use cases of meetings, decisions and packs, with the entries that each must leave."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.actions.decisions import (
    Decided,
    change_decision,
    record_decision,
    reopen_decision,
    report_on_decision,
    settle_decision,
)
from activities.actions.meetings import (
    add_item,
    bring_in,
    call_meeting,
    call_off_meeting,
    change_meeting,
    edit_item,
    order_agenda,
    put_back,
    take_off,
)
from activities.actions.milestones import end_series, move_date, remove_milestone
from activities.actions.packs import add_pack_file, freeze_pack
from activities.actions.proposals import agree_to_date, propose_date
from activities.actions.roles import assign_role
from activities.actions.status import update_status
from activities.decisions import DecisionState, Move
from activities.models import AgendaItem, DateProposal, Decision, Meeting, Milestone, MilestoneKind, Pack, RoleKind
from activities.pack_forms import PackForm
from tests.actions.packs import file_of, frozen, plain_files
from tests.deciding import decide, decide_date, decide_pause, meeting
from tests.generated import paused
from tests.record.written import LATER, WHY, Told, Way
from tests.world import World

SUGGESTED = 13
"""So many things the register of the tests' world suggests for an agenda: late ones and gaps."""

CARRIED_OUT = "Decision ~ outcome settled_by settled_on state"


def called(world: World, told: Told) -> Meeting:
    """A meeting of today with its agenda."""
    return meeting(world)


def the_meeting(**more: Any) -> Any:
    """The meeting as argument."""
    return lambda world: {"meeting": Meeting.objects.get(), **more}


def the_item(**more: Any) -> Any:
    """The first item of its agenda as argument."""
    return lambda world: {"item": AgendaItem.objects.order_by("position").first(), **more}


def taken_off(world: World, told: Told) -> None:
    """An item that was taken off."""
    called(world, told)
    take_off(**the_item()(world), reason="Next time", **told)


def with_a_proposal(world: World, told: Told) -> None:
    """Another date is proposed after the agenda was made, and needs the group."""
    called(world, told)
    propose_date(milestone=world.milestone(12), to=date(2022, 8, 1), reason="Slow", **told)


def reversed_order(world: World) -> dict[str, Any]:
    """The first two items of the agenda in each other's place."""
    first, second = AgendaItem.objects.order_by("position")[:2]
    return {"meeting": Meeting.objects.get(), "order": [second.id, first.id]}


def decided(world: World, told: Told) -> Decision:
    """A decision that Police reports."""
    return decide(world, called(world, told))


def settled(world: World, told: Told) -> None:
    """A decision that is done."""
    settle_decision(decision=decided(world, told), state=DecisionState.DONE, outcome="Out", **told)


def the_decision(**more: Any) -> Any:
    """The decision as argument."""
    return lambda world: {"decision": Decision.objects.get(), **more}


def may_move(world: World, told: Told) -> None:
    """A decision that the date of activity 7 may move."""
    decide_date(world, called(world, told), to=LATER)


def may_pause(world: World, told: Told) -> None:
    """A decision that activity 7 may be paused."""
    decide_pause(world, called(world, told))


def may_lead(world: World, told: Told) -> None:
    """A decision that MFAT leads activity 9."""
    named = {"lead": world.body("MFAT"), "activity": world.activity(9)}
    decide(world, called(world, told), what="MFAT leads", allows=Move.NAME_LEAD, **named)


def may_remove(world: World, told: Told) -> None:
    """A decision that the milestone of activity 7 may go."""
    about = {"activity": world.activity(7), "milestone": world.milestone(7)}
    decide(world, called(world, told), what="It may go", allows=Move.REMOVE, **about)


def may_end(world: World, told: Told) -> None:
    """A decision that the plan's one series ends."""
    about = {"activity": world.activity(5), "milestone": series()}
    decide(world, called(world, told), what="It ends", allows=Move.REMOVE, **about)


def series() -> Milestone:
    """The plan's one recurring milestone."""
    found: Milestone = Milestone.objects.get(kind=MilestoneKind.RECURRING)
    return found


def asked_and_decided(world: World, told: Told) -> None:
    """SFO asks for another date, and the group decides that it may move."""
    propose_date(milestone=world.milestone(7), to=LATER, reason="Slow", **told)
    may_move(world, told)


def pack_frozen(world: World, told: Told) -> None:
    """A pack with the files that it cannot be without."""
    frozen(world, called(world, told))


WAYS_OF_MEETINGS = [
    Way(
        call_meeting,
        ["Meeting +"] + ["AgendaItem +"] * SUGGESTED,
        lambda world: {"plan": world.plan, "held_on": LATER, "place": "Level 10", "note": "Kia ora"},
        reason="Meeting of 1 June 2022 called",
    ),
    Way(
        change_meeting,
        ["Meeting ~ held_on note place"],
        the_meeting(held_on=LATER, round=None, place="Level 10", note="Kia ora", reason=WHY),
        before=called,
    ),
    Way(call_off_meeting, ["Meeting ~ called_off_on called_off_why"], the_meeting(reason=WHY), before=called),
    Way(bring_in, ["AgendaItem +"], the_meeting(), before=with_a_proposal, reason="Brought in from the register"),
    Way(
        add_item,
        ["AgendaItem +"],
        the_meeting(heading="Priorities", text="Five of them"),
        before=called,
        reason="Added to the agenda",
    ),
    Way(
        edit_item,
        ["AgendaItem ~ heading text"],
        the_item(heading="Another", text="More words", seeks_decision=False),
        before=called,
        reason="Agenda edited",
    ),
    Way(take_off, ["AgendaItem ~ taken_off_on"], the_item(reason=WHY), before=called),
    Way(put_back, ["AgendaItem ~ taken_off_on"], the_item(), before=taken_off, reason="Put back on the agenda"),
    Way(
        order_agenda,
        ["AgendaItem ~ position"] * 2,
        reversed_order,
        before=called,
        reason="Agenda put in order",
    ),
    Way(
        record_decision,
        ["Decision +"],
        lambda world: {
            "meeting": Meeting.objects.get(),
            "decided": Decided(WHY, world.body("Police"), LATER),
        },
        before=called,
    ),
    Way(
        change_decision,
        ["Decision ~ due_on owner_id what"],
        lambda world: {
            "decision": Decision.objects.get(),
            "what": "Another",
            "owner": world.body("SFO"),
            "due_on": LATER,
            "reason": WHY,
        },
        before=decided,
    ),
    Way(
        report_on_decision,
        ["Decision ~ reports", "DecisionReport +"],
        the_decision(text=WHY),
        before=decided,
        by="police",
    ),
    Way(
        settle_decision,
        [CARRIED_OUT],
        the_decision(state=DecisionState.LAPSED, outcome=WHY),
        before=decided,
    ),
    Way(reopen_decision, [CARRIED_OUT], the_decision(reason=WHY), before=settled),
    # What carries a decision out settles it.
    Way(
        update_status,
        [
            "Activity ~ reported_at review_date status updates",
            CARRIED_OUT,
            "StatusUpdate +",
        ],
        lambda world: {
            **the_decision()(world),
            "activity": world.activity(7),
            "statement": paused("", LATER),
        },
        before=may_pause,
        reason="*",
    ),
    Way(
        move_date,
        ["DateMove +", CARRIED_OUT, "Milestone ~ agreed_due moves"],
        lambda world: {
            **the_decision()(world),
            "milestone": world.milestone(7),
            "to": LATER,
            "reason": WHY,
            "asked_by": "SFO",
            "agreed_by": "Steering Group",
        },
        before=may_move,
        reason="*",
    ),
    Way(
        agree_to_date,
        [
            "DateMove +",
            "DateProposal ~ answered_at answered_by move_id state",
            CARRIED_OUT,
            "Milestone ~ agreed_due moves",
        ],
        lambda world: {
            **the_decision()(world),
            "proposal": DateProposal.objects.get(),
            "agreed_by": "Steering Group",
        },
        before=asked_and_decided,
        reason="*",
    ),
    Way(
        assign_role,
        ["Activity ~ vacant_since", CARRIED_OUT, "Role +"],
        lambda world: {
            **the_decision()(world),
            "activity": world.activity(9),
            "kind": RoleKind.LEAD,
            "body": world.body("MFAT"),
            "reason": WHY,
        },
        before=may_lead,
        reason="*",
    ),
    Way(
        remove_milestone,
        [CARRIED_OUT, "Milestone ~ decision_id decision_reference removed_on"],
        lambda world: {**the_decision()(world), "milestone": world.milestone(7), "reason": WHY},
        before=may_remove,
        reason="*",
    ),
    Way(
        end_series,
        [CARRIED_OUT, "Milestone ~ decision_id decision_reference ended_on"],
        lambda world: {**the_decision()(world), "milestone": series(), "reason": WHY},
        before=may_end,
        reason="*",
    ),
    # The pack.
    Way(
        freeze_pack,
        ["Pack +"] + ["PackFile +"] * 3,
        the_meeting(summary=WHY, make=plain_files),
        before=called,
        reason="*",
    ),
    Way(
        freeze_pack,
        ["Pack +"] + ["PackFile +"] * 3,
        the_meeting(summary=WHY, make=plain_files, corrected_why=WHY),
        before=pack_frozen,
        reason="*",
    ),
    Way(
        add_pack_file,
        ["PackFile +"],
        lambda world: {"pack": Pack.objects.get(), "made": file_of(PackForm.PDF, b"%PDF-1.7", "pack.pdf")},
        before=pack_frozen,
        reason="pack.pdf, SHA-384 *",
    ),
]
"""For each use case how it is driven; what is carried out by a decision once for each move."""
