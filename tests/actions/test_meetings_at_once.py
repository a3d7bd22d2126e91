"""Several people at one meeting at the same moment, with real commits: nothing is lost, and nobody is stuck."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from activities.actions.common import Refused
from activities.actions.decisions import Decided, record_decision, report_on_decision, settle_decision
from activities.actions.meetings import add_item, bring_in, call_meeting, order_agenda, stamp_of_meeting
from activities.actions.milestones import move_date
from activities.actions.packs import MadeFile, PackOrder, add_pack_file, freeze_pack, save_pack_draft
from activities.actions.returns import accept_return
from activities.actions.roles import assign_role
from activities.actions.rounds import close_round
from activities.actions.status import update_status
from activities.decisions import DecisionState, Move
from activities.models import (
    AgendaItem,
    Decision,
    DecisionReport,
    Meeting,
    Pack,
    PackDraft,
    PackFile,
    RoleKind,
    StatusUpdate,
)
from activities.pack_forms import PackForm
from activities.reading import Reading
from tests.actions.packs import file_of, frozen, plain_files
from tests.actions.rounds import asked, filed, opened, told
from tests.deciding import HELD, decide, decide_date, decide_pause, meeting
from tests.generated import on_track, paused
from tests.world import World, add_person, moment
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import day_of
from tnoc_tracker.record.verification import verify

pytestmark = pytest.mark.long

NOON = moment(HELD, 12)
LATER = date(2022, 6, 1)


@pytest.fixture
def world(own_database: World) -> World:
    """The world in a database where every thread has its own connection and every commit is real."""
    return own_database


def at_once(*moves: Callable[[], Any]) -> list[str]:
    """Carry out every move in a thread and on a connection of its own, all begun together; what became of each."""
    ready = Barrier(len(moves))

    def run(move: Callable[[], Any]) -> str:
        try:
            ready.wait(timeout=20)
            move()
        except Refused:
            return "refused"
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()
        return "saved"

    with ThreadPoolExecutor(len(moves)) as pool:
        return list(pool.map(run, moves))


def agenda(held: Meeting) -> list[int]:
    """The items of an agenda in its order, by id."""
    return list(AgendaItem.objects.filter(meeting=held).order_by("position", "id").values_list("id", flat=True))


def test_of_two_who_order_the_agenda_from_the_same_state_one_wins_and_the_other_is_told(world):
    held = meeting(world)
    before, stamp = agenda(held), stamp_of_meeting(held.id)
    orders = [before[::-1], [*before[1:], before[0]]]
    put = [partial(order_agenda, meeting=held, order=each, expected=stamp, **told(world, NOON)) for each in orders]

    outcome = at_once(*put)
    assert sorted(outcome) == ["conflict", "saved"]
    assert agenda(held) == orders[outcome.index("saved")]


def test_of_ten_who_insist_on_their_order_the_last_has_it_and_every_item_has_a_place(world):
    held = meeting(world)
    before = agenda(held)
    orders = [[*before[place:], *before[:place]] for place in range(len(before))][:10]
    put = [partial(order_agenda, meeting=held, order=each, **told(world, NOON)) for each in orders]

    assert at_once(*put) == ["saved"] * len(put)
    assert agenda(held) in orders
    places = AgendaItem.objects.filter(meeting=held).order_by("position").values_list("position", flat=True)
    assert list(places) == list(range(1, len(before) + 1))
    assert verify().is_clean


def test_two_who_bring_in_what_is_suggested_bring_it_in_once(world):
    by = told(world, NOON)
    held = meeting(world)
    AgendaItem.objects.filter(meeting=held).first()
    before = len(agenda(held))
    assign_role(activity=world.activity(16), kind=RoleKind.SUPPORT, body=world.body("MOJ"), reason="Asked", **by)
    late = world.milestone(2)
    move_date(milestone=late, to=date(2022, 1, 31), reason="Slow", asked_by="A", agreed_by="B", **by)
    own = partial(add_item, meeting=held, heading="Priorities", activity=world.activity(12), **by)

    assert at_once(*[partial(bring_in, meeting=held, **by)] * 4, *[own] * 4) == ["saved"] * 8
    items = AgendaItem.objects.filter(meeting=held)
    sources = Counter(items.exclude(source="").values_list("source", flat=True))
    assert set(sources.values()) == {1}
    assert items.filter(source="").count() == 4
    places = [item.position for item in items.order_by("position")]
    assert places == list(range(1, len(places) + 1))
    assert len(places) >= before + 4


def test_of_two_meetings_called_for_one_day_one_is(world):
    call = partial(call_meeting, plan=world.plan, held_on=LATER, **told(world, NOON))

    assert sorted(at_once(call, call, call)) == ["refused", "refused", "saved"]
    assert Meeting.objects.filter(held_on=LATER).count() == 1


def test_ten_who_record_a_decision_get_ten_numbers(world):
    held, police = meeting(world), world.body("Police")
    about = [None, world.activity(12), world.activity(7)]

    def move(number: int) -> Callable[[], Any]:
        decided = Decided(f"Decision {number}", police, LATER, activity=about[number % 3])
        return partial(record_decision, meeting=held, decided=decided, **told(world, NOON))

    assert at_once(*map(move, range(10))) == ["saved"] * 10
    rows = Decision.objects.order_by("number")
    assert [row.number for row in rows] == list(range(1, 11))
    assert {row.what for row in rows} == {f"Decision {number}" for number in range(10)}
    assert {row.reference for row in rows} == {f"SG 2022-02-15/{number}" for number in range(1, 11)}


def test_a_decision_is_settled_once(world):
    decision = decide(world, meeting(world))
    settle = [
        partial(settle_decision, decision=decision, state=state, outcome=state.label, **told(world, NOON))
        for state in [DecisionState.DONE, DecisionState.LAPSED] * 3
    ]

    outcome = at_once(*settle)
    assert Counter(outcome) == {"saved": 1, "refused": 5}
    decision.refresh_from_db()
    assert (decision.version, decision.outcome) == (2, decision.state_label)


def test_what_was_reported_on_a_decision_while_it_is_settled_is_there_or_refused(world):
    decision = decide(world, meeting(world))
    people = [add_person(f"c{each}", f"Colleague {each}", "Police", True, False).username for each in range(8)]
    reports = [partial(report_on_decision, decision=decision, text=each, **told(world, NOON, each)) for each in people]
    settle = partial(settle_decision, decision=decision, state=DecisionState.DONE, outcome="Out", **told(world, NOON))

    settled, *outcome = at_once(settle, *reports)
    numbers = list(DecisionReport.objects.order_by("number").values_list("number", flat=True))
    decision.refresh_from_db()
    assert settled == "saved"
    assert numbers == list(range(1, outcome.count("saved") + 1))
    assert (decision.reports, set(outcome) <= {"saved", "refused"}) == (len(numbers), True)
    assert verify().is_clean


def test_a_decision_allows_one_move(world):
    decision = decide_date(world, meeting(world), to=LATER)
    agreed = {"asked_by": "SFO", "agreed_by": "Steering Group", "reason": "Decided", "decision": decision}
    move = partial(move_date, milestone=world.milestone(7), to=LATER, **agreed, **told(world, NOON))

    assert Counter(at_once(*[move] * 4)) == {"saved": 1, "refused": 3}
    assert world.milestone(7).moves == 1


# The pack -----------------------------------------------------------------------------------------------------------


def counting(order: PackOrder) -> Iterator[MadeFile]:
    """Files that hold how many updates there are, counted three times over a while."""
    counts = set()
    for _ in range(3):
        counts.add(Reading(order.meeting.plan, day_of(order.at)).status_updates.count())
        time.sleep(0.05)
    assert len(counts) == 1, counts
    for form in (PackForm.FIGURES, PackForm.PAGE, PackForm.STYLESHEET):
        yield file_of(form, f"{form.value}: {counts.pop() if form == PackForm.FIGURES else ''}".encode())


def test_nothing_moves_between_two_figures_while_a_pack_is_frozen(world):
    held = meeting(world)
    keys = [2, 3, 4, 5, 6, 7, 10, 12, 13, 19]
    said = on_track("Gone well.", explanation="Soon.")
    reports = [
        partial(update_status, activity=world.activity(key), statement=said, **told(world, NOON)) for key in keys
    ]
    freeze = partial(freeze_pack, meeting=held, summary="Late", make=counting, **told(world, NOON))

    assert at_once(*reports[:5], freeze, *reports[5:]) == ["saved"] * 11
    assert (StatusUpdate.objects.count(), Pack.objects.count()) == (10, 1)
    assert verify().is_clean


def test_of_two_who_freeze_the_first_version_one_does(world):
    held = meeting(world)
    freeze = partial(freeze_pack, meeting=held, summary="Late", make=plain_files, **told(world, NOON))

    assert Counter(at_once(freeze, freeze, freeze)) == {"saved": 1, "refused": 2}  # another says why it is made
    assert list(Pack.objects.values_list("number", flat=True)) == [1]


def test_versions_frozen_at_once_are_numbered_and_a_form_is_made_once(world):
    held = meeting(world)
    pack = frozen(world, held)
    again = partial(freeze_pack, meeting=held, summary="Late", make=plain_files, corrected_why="?", **told(world, NOON))
    made = file_of(PackForm.PDF, b"%PDF-1.7", "pack.pdf")
    form = partial(add_pack_file, pack=pack, made=made, **told(world, NOON))

    outcome = at_once(again, again, again, form, form, form)
    assert outcome[:3] == ["saved"] * 3
    assert Counter(outcome[3:]) == {"saved": 1, "refused": 2}
    assert list(Pack.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert PackFile.objects.filter(form=PackForm.PDF).count() == 1


def test_of_two_who_save_the_summary_one_is_told(world):
    held = meeting(world)
    save = [
        partial(save_pack_draft, meeting=held, summary=words, expected=0, **told(world, NOON))
        for words in ("Hers", "His")
    ]

    outcome = at_once(*save)
    assert sorted(outcome) == ["conflict", "saved"]
    draft = PackDraft.objects.get()
    assert (draft.summary, draft.version) == (["Hers", "His"][outcome.index("saved")], 1)


# Everything together ------------------------------------------------------------------------------------------------


def test_whoever_decides_carries_out_reports_freezes_and_closes_a_round_waits_for_the_others(world):
    made = opened(world)
    filed(world, 12)
    held, by = meeting(world), told(world, NOON)
    pause, date_of_6 = decide_pause(world, held), decide_date(world, held, key=6, to=LATER)
    named = {"lead": world.body("MFAT"), "activity": world.activity(9)}
    lead = decide(world, held, what="MFAT leads", allows=Move.NAME_LEAD, **named)
    to_report = decide(world, held, activity=world.activity(12))
    agreed = {"asked_by": "MOJ", "agreed_by": "Steering Group", "reason": "Decided", "decision": date_of_6}
    said = on_track("Gone well.", explanation="Soon.")
    moves = [
        partial(update_status, activity=world.activity(7), statement=paused("", LATER), decision=pause, **by),
        partial(move_date, milestone=world.milestone(6), to=LATER, **agreed, **by),
        partial(
            *(assign_role,),
            activity=world.activity(9),
            kind=RoleKind.LEAD,
            body=world.body("MFAT"),
            reason="Decided",
            decision=lead,
            **by,
        ),
        partial(report_on_decision, decision=to_report, text="Half of it", **told(world, NOON, "police")),
        partial(freeze_pack, meeting=held, summary="Late", make=counting, **by),
        partial(bring_in, meeting=held, **by),
        partial(add_item, meeting=held, heading="More", activity=world.activity(7), **by),
        partial(order_agenda, meeting=held, order=agenda(held)[::-1], **by),
        partial(accept_return, ret=asked(12), **by),
        partial(call_meeting, plan=world.plan, held_on=LATER, **by),
        *(partial(update_status, activity=world.activity(key), statement=said, **by) for key in (6, 9, 12)),
        *(
            partial(record_decision, meeting=held, decided=Decided("?", world.body("SFO"), LATER, **about), **by)
            for about in ({"activity": world.activity(7)}, {"activity": world.activity(6)}, {})
        ),
    ]
    close = partial(close_round, round=made, **by)

    closed, *outcome = at_once(close, *moves)
    assert closed in ("saved", "refused")  # refused where the return was not accepted before it
    assert outcome == ["saved" if place != 8 or closed == "refused" else outcome[8] for place in range(len(moves))]
    assert {row.state for row in Decision.objects.filter(id__in=[pause.id, date_of_6.id, lead.id])} == {"done"}
    assert sorted(Decision.objects.values_list("number", flat=True)) == list(range(1, 8))
    assert verify().is_clean
