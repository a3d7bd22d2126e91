"""Reporting rounds: what is asked of whom, extending, closing with what is missing, reopening with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from activities.actions.common import Forbidden
from activities.actions.returns import confirm_no_change
from activities.actions.roles import assign_role, end_role
from activities.actions.rounds import close_round, extend_returns, open_round, reopen_round
from activities.actions.words import reinstate_activity, withdraw_activity
from activities.models import Return, Role, RoleKind, Round
from activities.quarters import FiscalQuarter
from activities.returns import ReturnState
from agencies.models import BodyKind
from agencies.standing import Standing
from tests.actions.helpers import nothing_written, refused
from tests.world import World, moment
from tnoc_tracker.record.change import Conflict

Q2 = FiscalQuarter.parse("Q2 FY2021/22")
OPENED, DUE = date(2022, 1, 17), date(2022, 1, 28)


def opened(world: World, quarter: FiscalQuarter = Q2, on: date = OPENED, due: date = DUE) -> Round:
    by = Standing.of(world.person("secretariat"), on)
    return open_round(plan=world.plan, quarter=quarter, due_on=due, note="Kia ora", by=by, at=moment(on))


def told(world: World, on: date = OPENED, username: str = "secretariat") -> dict[str, Any]:
    return {"by": Standing.of(world.person(username), on), "at": moment(on)}


def test_each_activity_or_part_is_asked_of_the_body_that_answers(world):
    made = opened(world)

    rows = list(Return.objects.filter(round=made).select_related("body", "activity"))
    kinds = Counter(row.body.kind if row.body else "gap" for row in rows)
    assert kinds == {BodyKind.AGENCY: 23, BodyKind.GOVERNANCE: 7, "gap": 5}
    assert {row.activity.key for row in rows if row.body is None} == {"1", "9", "16", "20", "row-21"}
    assert Counter(row.activity.key for row in rows if row.part_id) == {"8": 2, "11": 3, "17": 12}
    police = {
        (row.activity.key, row.part.scope if row.part else "") for row in rows if str(row.body) == "New Zealand Police"
    }
    assert police == {("11", "financial sector"), ("12", ""), ("13", ""), ("17", "")}
    assert {(row.state, row.due_on) for row in rows} == {(ReturnState.REQUESTED, DUE)}


def test_a_quarter_has_one_round(world):
    opened(world)

    with refused("quarter", match="has its round already"):
        opened(world)


def test_a_round_is_for_a_quarter_of_the_plan_that_has_begun(world):
    with refused("quarter", match="has not begun"):
        opened(world, FiscalQuarter.parse("Q4 FY2021/22"))
    with refused("quarter", match="of this plan"):
        opened(world, FiscalQuarter.parse("Q4 FY2020/21"))
    with refused("due_on", match="has passed"):
        opened(world, due=date(2022, 1, 14))


def test_only_the_secretariat_runs_rounds(world):
    with nothing_written(Forbidden):
        open_round(plan=world.plan, quarter=Q2, due_on=DUE, **told(world, username="police"))


def test_one_body_is_given_more_time_with_a_reason(world):
    made, later = opened(world), date(2022, 2, 11)

    rows = extend_returns(
        round=made, body=world.body("Police"), until=later, reason="Their analyst is ill.", **told(world)
    )

    assert len(rows) == 4
    assert {row.due_on for row in Return.objects.filter(body=world.body("Police"))} == {later}
    assert {row.due_on for row in Return.objects.exclude(body=world.body("Police"))} == {DUE}
    with refused("until", match="Give a day after 11 February 2022"):
        extend_returns(round=made, body=world.body("Police"), until=later, reason="Again", **told(world))
    with refused("reason"):
        extend_returns(round=made, body=world.body("SFO"), until=later, reason=" ", **told(world))


def test_closing_records_what_is_missing_and_locks_the_round(world):
    made = opened(world)
    own = Return.objects.get(round=made, activity=world.activity(20))
    confirm_no_change(ret=own, **told(world))

    closed = close_round(round=made, **told(world, date(2022, 2, 1)))

    states = Counter(Return.objects.filter(round=made).values_list("state", flat=True))
    assert states == {ReturnState.NOT_RETURNED: 34, ReturnState.ACCEPTED: 1}
    assert closed.is_closed
    with refused("", match="is closed"):
        confirm_no_change(ret=Return.objects.get(activity=world.activity("row-21")), **told(world, date(2022, 2, 2)))


def test_a_round_is_not_closed_over_what_waits_for_review(world):
    made = opened(world)
    confirm_no_change(ret=Return.objects.get(activity=world.activity(12)), **told(world, username="police"))

    with refused("", match="1 return waits for review"):
        close_round(round=made, **told(world))


def test_reopening_needs_a_reason_and_asks_again_for_what_was_missing(world):
    made = opened(world)
    close_round(round=made, **told(world, date(2022, 2, 1)))
    again = {"due_on": date(2022, 2, 11), **told(world, date(2022, 2, 3))}
    with refused("reason"):
        reopen_round(round=made, reason="", **again)

    reopened = reopen_round(round=made, reason="The Minister asked for all of it.", **again)

    assert (reopened.is_closed, reopened.openings, reopened.reopened_why) == (
        False,
        2,
        "The Minister asked for all of it.",
    )
    assert set(Return.objects.values_list("state", "due_on")) == {(ReturnState.REQUESTED, date(2022, 2, 11))}
    with refused("", match="is open"):
        reopen_round(round=made, reason="Once more", **again)


def test_a_stale_page_closes_nothing(world):
    made = opened(world)

    with nothing_written(Conflict):
        close_round(round=made, expected=made.version + 1, **told(world))


def test_what_is_asked_follows_the_roles(world):
    made = opened(world)
    lead = assign_role(
        activity=world.activity(16), kind=RoleKind.LEAD, body=world.body("MOJ"), reason="Named", **told(world)
    )
    assert Return.objects.get(round=made, activity=world.activity(16)).body == world.body("MOJ")

    end_role(role=lead, reason="Withdrew", **told(world))
    assert Return.objects.get(round=made, activity=world.activity(16)).body is None

    customs = Role.objects.get(activity=world.activity(11), body=world.body("Customs"))
    end_role(role=customs, reason="Handed over", **told(world))
    dropped = Return.objects.get(round=made, activity=world.activity(11), body=world.body("Customs"))
    assert (dropped.dropped_on, dropped.dropped_why) == (OPENED, "Handed over")


def test_a_withdrawn_activity_is_not_asked_for_and_is_again_when_it_comes_back(world):
    made = opened(world)

    withdraw_activity(activity=world.activity(19), reason="Merged", **told(world))
    assert not Return.objects.filter(round=made, activity=world.activity(19), dropped_on=None).exists()

    reinstate_activity(activity=world.activity(19), reason="Not merged", **told(world))
    assert Return.objects.filter(round=made, activity=world.activity(19)).count() == 2
    assert Return.objects.filter(round=made, activity=world.activity(19), dropped_on=None).count() == 1


@pytest.mark.parametrize("quarter", ["Q1 FY2021/22", "Q3 FY2021/22"])
def test_several_rounds_stand_beside_each_other(world, quarter):
    opened(world)
    opened(world, FiscalQuarter.parse(quarter))

    assert Return.objects.count() == 70
