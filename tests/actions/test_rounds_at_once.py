"""Twenty people write in the same round at the same moment, with real commits: nothing is lost, nobody is stuck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from activities.actions.common import Refused
from activities.actions.reports import Report, why_not_unchanged
from activities.actions.returns import (
    accept_return,
    accept_unchanged,
    confirm_no_change,
    file_return,
    save_draft,
    stamp_of_return,
)
from activities.actions.roles import assign_role, set_collective
from activities.actions.rounds import close_round, open_round, reopen_round
from activities.actions.status import update_status
from activities.asking import asked as asked_of
from activities.models import Draft, Filing, Return, RoleKind, Round, StatusUpdate
from activities.quarters import FiscalQuarter
from activities.returns import ReturnState
from agencies.models import BodyKind
from agencies.standing import Standing
from tests.actions.rounds import DUE, OPENED, Q2, Q3, asked, filed, opened, told
from tests.generated import completed, on_track
from tests.world import World, add_person, moment
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.verification import verify

TWENTY = 20
Q1 = FiscalQuarter.parse("Q1 FY2021/22")
AT = moment(OPENED)


pytestmark = pytest.mark.long


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
        finally:
            connections.close_all()
        return "saved"

    with ThreadPoolExecutor(len(moves)) as pool:
        return list(pool.map(run, moves))


def reporters(world: World) -> list[tuple[Return, Standing]]:
    """Twenty people of agencies, each with a return of their own to write."""
    found = Return.objects.filter(body__kind=BodyKind.AGENCY).select_related("activity__plan", "part", "round", "body")
    pairs = []
    for number, ret in enumerate(found.order_by("id")[:TWENTY], start=1):
        label = ret.body.short or ret.body.name
        person = add_person(f"reporter-{number}", f"Reporter {number}", label, may_report=True, administrator=False)
        pairs.append((ret, Standing.of(person, OPENED)))
    return pairs


def files(ret: Return, by: Standing, words: str) -> Callable[[], Any]:
    """Somebody files a return."""
    report = Report(on_track(words, explanation="Soon."))
    return lambda: file_return(ret=ret, report=report, by=by, at=AT)


def test_twenty_people_write_and_file_their_returns(world):
    opened(world)

    def write(ret: Return, by: Standing) -> Callable[[], Any]:
        def move() -> None:
            for number in range(3):
                stamp = stamp_of_return(ret.id)
                typed = {"what_was_done": f"{by.actor.name}, {number}"}
                save_draft(ret=ret, typed=typed, by=by, at=AT, expected=stamp)
            files(ret, by, Draft.objects.get(ret=ret).typed["what_was_done"])()

        return move

    pairs = reporters(world)
    assert at_once(*(write(*pair) for pair in pairs)) == ["saved"] * TWENTY

    filings = {filing.ret_id: filing for filing in Filing.objects.all()}
    assert len(filings) == TWENTY
    for ret, by in pairs:
        filing = filings[ret.id]
        assert (filing.number, filing.person_name, filing.what_was_done) == (1, by.actor.name, f"{by.actor.name}, 2")
        states = list(ret.history.order_by("sequence").values_list("state", flat=True))
        assert states == [ReturnState.REQUESTED, ReturnState.DRAFT, ReturnState.RETURNED]
        draft = Draft.objects.get(ret=ret)
        assert (draft.version, draft.typed) == (4, {})
    assert verify().is_clean


def test_twenty_colleagues_go_on_with_one_draft_and_no_word_is_lost(world):
    opened(world)
    ret = asked(12)
    colleagues = [add_person(f"c{each}", f"Colleague {each}", "Police", True, False) for each in range(TWENTY)]

    def add_a_word(person: Any) -> Callable[[], Any]:
        by = Standing.of(person, OPENED)

        def move() -> None:
            for _ in range(500):
                stamp = stamp_of_return(ret.id)
                before = Draft.objects.filter(ret=ret).values_list("typed", flat=True).first() or {}
                typed = {"what_was_done": f"{before.get('what_was_done', '')} {person.username}".strip()}
                try:
                    save_draft(ret=ret, typed=typed, by=by, at=AT, expected=stamp)
                except Conflict:  # as a person does: look at what the other wrote, and add to that
                    continue
                return

        return move

    assert at_once(*map(add_a_word, colleagues)) == ["saved"] * TWENTY
    draft = Draft.objects.get(ret=ret)
    assert sorted(draft.typed["what_was_done"].split()) == sorted(each.username for each in colleagues)
    assert draft.version == TWENTY


def test_of_twenty_who_file_the_same_return_one_does(world):
    opened(world)
    ret = asked(12)
    people = [add_person(f"c{each}", f"Colleague {each}", "Police", True, False) for each in range(TWENTY)]
    outcome = at_once(*(files(ret, Standing.of(person, OPENED), person.name) for person in people))

    assert Counter(outcome) == {"saved": 1, "refused": TWENTY - 1}
    assert (Filing.objects.count(), asked(12).filings) == (1, 1)


def test_a_round_is_closed_over_nobodys_filing(world):
    made = opened(world)
    moves = [files(ret, by, by.actor.name) for ret, by in reporters(world)]
    closed, *outcome = at_once(lambda: close_round(round=made, **told(world)), *moves)

    made.refresh_from_db()
    states = Counter(Return.objects.filter(round=made).values_list("state", flat=True))
    filed_ones = outcome.count("saved")
    assert (Filing.objects.count(), made.is_closed) == (filed_ones, closed == "saved")
    if made.is_closed:
        assert (states, filed_ones) == ({ReturnState.NOT_RETURNED: 35}, 0)
    else:
        assert (states[ReturnState.RETURNED], filed_ones) == (TWENTY, TWENTY)
    assert verify().is_clean


def test_what_the_secretariat_files_while_the_round_is_closed_is_in_it_or_refused(world):
    made = opened(world)
    by = told(world)["by"]
    own = list(Return.objects.exclude(body__kind=BodyKind.AGENCY).select_related("activity", "part").order_by("id"))
    moves = [files(ret, by, "Gone well.") for ret in own]
    closed, *outcome = at_once(lambda: close_round(round=made, **told(world)), *moves)

    states = Counter(Return.objects.values_list("state", flat=True))
    assert closed == "saved"
    assert states[ReturnState.ACCEPTED] == outcome.count("saved") == StatusUpdate.objects.count()
    assert states[ReturnState.NOT_RETURNED] == 35 - outcome.count("saved")
    assert verify().is_clean


def test_direct_reports_and_acceptances_of_two_rounds_wait_for_each_other(world):
    opened(world)
    opened(world, Q3)
    add_person("moj", "MOJ Lead", "MOJ", may_report=True, administrator=False)
    by, moves = told(world), []
    for key, who, quarter in ((6, "moj", Q2), (19, "moj", Q3), (12, "police", Q2), (13, "police", Q3)):
        filed(world, key, on_track("Filed.", explanation="Soon."), by=who, quarter=quarter)
        directly = {"activity": world.activity(key), "statement": on_track("Said.", explanation="Soon."), **by}
        moves.append(partial(accept_return, ret=asked(key, quarter=quarter), **by))
        moves += [partial(update_status, **directly)] * 2

    assert at_once(*moves) == ["saved"] * len(moves)
    for key in (6, 19, 12, 13):
        row = world.activity(key)
        numbers = StatusUpdate.objects.filter(activity=row).order_by("number").values_list("number", flat=True)
        assert (list(numbers), row.updates) == ([1, 2, 3], 3)
    assert verify().is_clean


def test_what_touches_many_returns_at_once_waits_for_those_who_file_them(world):
    made = opened(world)
    pairs = reporters(world)
    for ret, by in pairs[::2]:
        if not why_not_unchanged(ret, OPENED):
            confirm_no_change(ret=ret, by=by, at=AT)
    unchanged = Filing.objects.count()
    reopened = opened(world, Q3)
    close_round(round=reopened, **told(world))
    by = told(world)
    members = [world.body(each) for each in ("Police", "SFO", "DOC")]
    collective = {"plan": world.plan, "collective": world.body("All agencies"), "members": members}
    lead = {"activity": world.activity(16), "kind": RoleKind.LEAD, "body": world.body("MOJ")}
    at = {**by, "at": moment(OPENED, 11)}

    outcome = at_once(
        *(files(ret, standing, "Gone well.") for ret, standing in pairs[1::2]),
        partial(accept_unchanged, round=made, **at),
        partial(set_collective, **collective, reason="Three", **at),
        partial(assign_role, **lead, reason="Named", **at),
        partial(open_round, plan=world.plan, quarter=Q1, due_on=DUE, **at),
        partial(reopen_round, round=reopened, due_on=DUE, reason="Asked", **at),
        partial(update_status, activity=world.activity(13), statement=completed(OPENED), deliveries=met(world), **at),
    )

    assert outcome[len(pairs[1::2]) :] == ["saved"] * 6
    assert StatusUpdate.objects.filter(accepted_by="Secretariat Officer").count() <= unchanged
    wanted = {each.key for each in asked_of(world.reading)}
    for each in Round.objects.all():
        returns = Return.objects.filter(round=each, dropped_on=None)
        present = {(row.activity_id, row.part_id) for row in returns.exclude(state=ReturnState.ACCEPTED)}
        assert present <= wanted
        assert wanted <= {(row.activity_id, row.part_id) for row in returns}
    assert verify().is_clean


def met(world: World) -> dict[int, date]:
    """The milestone of activity 13 has begun."""
    return {world.milestone(13).id: OPENED}
