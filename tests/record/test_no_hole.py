"""No hole: every way of changing the register leaves exactly its entries, with who, why and in which request.

The use cases; the forms of the browser and the commands follow in another file. A new one without its row fails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from inspect import getmembers, isfunction, signature
from pkgutil import iter_modules
from typing import Any

import pytest

import activities.actions
import agencies.actions
from activities.actions.loading import load_plan
from activities.actions.milestones import (
    add_milestone,
    continue_series,
    correct_delivery,
    edit_milestone,
    end_series,
    move_date,
    remove_milestone,
)
from activities.actions.proposals import agree_to_date, decline_date, propose_date, take_back_proposal
from activities.actions.reports import Report
from activities.actions.returns import (
    accept_return,
    accept_unchanged,
    comment_on_return,
    confirm_no_change,
    correct_return,
    file_return,
    save_draft,
    send_back,
)
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.rounds import change_note, close_round, extend_returns, open_round, reopen_round
from activities.actions.status import update_status
from activities.actions.words import edit_words, reinstate_activity, withdraw_activity
from activities.models import DateProposal, Milestone, MilestoneKind, Role, RoleKind, Round
from activities.quarters import FiscalQuarter
from agencies.actions.bodies import add_body, edit_body
from agencies.actions.memberships import add_membership, change_membership
from agencies.actions.passwords import change_password, reset_password, use_link
from agencies.actions.people import edit_person, invite_person, set_administrator, set_may_sign_in, unlock_person
from agencies.models import Body, BodyKind
from tests import world as the_world
from tests.actions.rounds import asked as asked_about
from tests.generated import on_track, paused, say
from tests.record.ways_of_meetings import WAYS_OF_MEETINGS
from tests.record.written import (
    LATER,
    NEW_PASSWORD,
    WHY,
    Told,
    Way,
    another_edition,
    assert_reasons,
    link_for_police,
    watched,
)
from tests.world import World
from tnoc_tracker.record.change import in_request
from tnoc_tracker.record.clock import machine_now

# The use cases ----------------------------------------------------------------------------------------------------

PARTS_OF_OTHERS = {
    "agencies.actions.memberships.write_membership",
    "activities.actions.carrying_out.carried_out",
    "activities.actions.decisions.settle",
    "activities.actions.packs.order_of",
    "activities.actions.milestones.make_occurrences",
    "activities.actions.reports.new_filing",
    "activities.actions.roles.follow_roles",
    "activities.actions.rounds.follow_returns",
}
"""Functions that take ``by`` and ``at`` and write as a part of use cases only."""

NOT_OF_THE_REGISTER = {
    "activities.actions.packs.save_pack_draft",
    "agencies.actions.feeds.end_feed",
    "agencies.actions.feeds.end_feed_of",
    "agencies.actions.feeds.make_feed",
    "agencies.actions.saved_views.save_view",
    "agencies.actions.visits.begin_visit",
    "agencies.actions.visits.mark_as_seen",
}
"""A person's own: what they have seen, their calendar’s address, the views they keep; and what is not frozen yet."""


def milestone(key: int | str, place: int = 1) -> Callable[[World], dict[str, Any]]:
    """A milestone as argument."""
    return lambda world: {"milestone": world.milestone(key, place)}


def proposal_on_6(world: World, told: Told) -> Any:
    """Somebody asks for another date of activity 6."""
    return propose_date(milestone=world.milestone(6), to=LATER, reason="Slow", **told)


def asked(world: World) -> dict[str, Any]:
    """The proposal that waits."""
    return {"proposal": DateProposal.objects.get()}


def round_opened(world: World, told: Told) -> Round:
    """The round of Q2, opened by the Secretariat."""
    by = world.standing("secretariat")
    quarter = FiscalQuarter.parse("Q2 FY2021/22")
    return open_round(plan=world.plan, quarter=quarter, due_on=LATER, by=by, at=told["at"])


def the_round(world: World, **more: Any) -> dict[str, Any]:
    """The round as argument."""
    return {"round": Round.objects.get(), **more}


def the_return(key: int | str = 12, **more: Any) -> Callable[[World], dict[str, Any]]:
    """A return of the round as argument."""
    return lambda world: {"ret": asked_about(key), **more}


def closed(world: World, told: Told) -> None:
    """A round that was closed."""
    close_round(round=round_opened(world, told), **told)


def filed_by_police(world: World, told: Told) -> None:
    """A return of Police that waits for review, with a date proposed."""
    round_opened(world, told)
    report = Report(on_track("They met."), {world.milestone(12).id: date(2022, 2, 14)})
    file_return(ret=asked_about(12), report=report, by=world.standing("police"), at=told["at"])


def confirmed_by_police(world: World, told: Told) -> None:
    """A return of Police that says that nothing has changed."""
    say(world, 12, date(2022, 1, 20), paused("SG 6", LATER))
    round_opened(world, told)
    confirm_no_change(ret=asked_about(12), by=world.standing("police"), at=told["at"])


ACCEPTED = [
    "Activity ~ reported_at status updates",
    "Filing ~ answered_at answered_by outcome update_id",
    "Return ~ state",
    "StatusUpdate +",
]
"""What an acceptance writes at the least."""
MET = "Milestone ~ delivered_on"


def person(username: str) -> Callable[[World], dict[str, Any]]:
    """A person as argument."""
    return lambda world: {"person": world.person(username)}


WAYS = [
    Way(
        load_plan,
        ["Activity ~ published_activity published_title title", "PlanDocument +"],
        lambda world: {"exchange": another_edition(), "directory": the_world.directory()},
        by=None,
        reason="Loaded from tnoc-action-plan-2021-22.txt",
    ),
    Way(
        update_status,
        ["Activity ~ reported_at status updates", "Milestone ~ delivered_on", "StatusUpdate +"],
        lambda world: {
            "activity": world.activity(12),
            "statement": on_track(WHY),
            "deliveries": {world.milestone(12).id: date(2022, 2, 14)},
        },
        by="police",
    ),
    Way(
        update_status,
        ["Activity ~ reported_at status updates", "Part ~ reported_at status", "StatusUpdate +"],
        lambda world: {"activity": world.activity(17), "part": world.part(17, "Police"), "statement": on_track(WHY)},
        by="police",
    ),
    Way(
        edit_words,
        ["Activity ~ description title"],
        lambda world: {
            "activity": world.activity(2),
            "title": "A manual",
            "description": "For everybody",
            "reason": WHY,
        },
    ),
    Way(
        withdraw_activity,
        ["Activity ~ withdrawn_on withdrawn_reason"],
        lambda world: {"activity": world.activity(2), "reason": WHY},
    ),
    Way(
        reinstate_activity,
        ["Activity ~ withdrawn_on withdrawn_reason"],
        lambda world: {"activity": world.activity(2), "reason": WHY},
        before=lambda world, told: withdraw_activity(activity=world.activity(2), reason="Merged", **told),
    ),
    Way(
        assign_role,
        ["Activity ~ vacant_since", "Role +"],
        lambda world: {"activity": world.activity(9), "kind": RoleKind.LEAD, "body": world.body("MFAT"), "reason": WHY},
    ),
    Way(
        end_role,
        ["Activity ~ vacant_since", "Role ~ ended_on"],
        lambda world: {"role": Role.objects.get(activity__key="12", kind="lead"), "reason": WHY},
    ),
    Way(
        set_collective,
        ["CollectiveMember ~ ended_on"] * 11 + ["Part ~ withdrawn_on"] * 11,
        lambda world: {
            "plan": world.plan,
            "collective": Body.objects.get(name="All agencies"),
            "members": [world.body("Police")],
            "reason": WHY,
        },
    ),
    Way(
        move_date,
        ["DateMove +", "Milestone ~ agreed_due moves"],
        lambda world: {
            "milestone": world.milestone(7),
            "to": LATER,
            "reason": WHY,
            "asked_by": "SFO",
            "agreed_by": "Steering Group",
        },
    ),
    Way(
        add_milestone,
        ["Milestone +", "Milestone +", "Milestone +"],
        lambda world: {
            "activity": world.activity(7),
            "kind": MilestoneKind.RECURRING,
            "label": "Report",
            "due": date(2022, 3, 31),
            "interval_months": 3,
            "reason": WHY,
        },
        reason=WHY,
    ),
    Way(
        edit_milestone,
        ["Milestone ~ label"],
        lambda world: {"milestone": world.milestone(7), "label": "The strategy", "reason": WHY},
    ),
    Way(
        correct_delivery,
        ["Milestone ~ delivered_on"],
        lambda world: {"milestone": world.milestone(7), "delivered_on": date(2022, 1, 5), "reason": WHY},
    ),
    Way(
        remove_milestone,
        ["Milestone ~ decision_reference removed_on"],
        lambda world: {"milestone": world.milestone(7), "decision_reference": "SG 2022/1", "reason": WHY},
    ),
    Way(
        end_series,
        ["Milestone ~ decision_reference ended_on"],
        lambda world: {
            "milestone": Milestone.objects.get(kind="recurring"),
            "decision_reference": "SG 2022/1",
            "reason": WHY,
        },
    ),
    Way(
        continue_series,
        ["Milestone +", "Milestone +"],
        lambda world: {"plan": world.plan, "upto": date(2023, 6, 30)},
        by=None,
        reason="Occurrence * of a recurring milestone",
    ),
    Way(
        propose_date,
        ["DateProposal +"],
        lambda world: {"milestone": world.milestone(12), "to": date(2022, 8, 1), "reason": WHY},
        by="police",
    ),
    Way(
        agree_to_date,
        ["DateMove +", "DateProposal ~ answered_at answered_by move_id state", "Milestone ~ agreed_due moves"],
        lambda world: {**asked(world), "agreed_by": "Steering Group"},
        before=proposal_on_6,
        reason="*",
    ),
    Way(
        decline_date,
        ["DateProposal ~ answer answered_at answered_by state"],
        lambda world: {**asked(world), "answer": WHY},
        before=proposal_on_6,
    ),
    Way(
        take_back_proposal,
        ["DateProposal ~ answered_at answered_by state"],
        asked,
        before=proposal_on_6,
        reason="Taken back",
    ),
    Way(
        open_round,
        ["Round +"] + ["Return +"] * 35,
        lambda world: {"plan": world.plan, "quarter": FiscalQuarter.parse("Q2 FY2021/22"), "due_on": LATER},
        reason="Round of Q2 FY2021/22 opened",
    ),
    Way(
        change_note,
        ["Round ~ note"],
        lambda world: the_round(world, note="Another"),
        before=round_opened,
        reason="Another covering note",
    ),
    Way(
        extend_returns,
        ["Return ~ due_on extended_why"] * 4,
        lambda world: the_round(world, body=world.body("Police"), until=date(2022, 6, 30), reason=WHY),
        before=round_opened,
    ),
    Way(
        close_round,
        ["Round ~ closed_at closed_by"] + ["Return ~ state"] * 35,
        the_round,
        before=round_opened,
        reason="*closed",
    ),
    Way(
        reopen_round,
        ["Round ~ closed_at closed_by due_on openings reopened_why"] + ["Return ~ due_on state"] * 35,
        lambda world: the_round(world, due_on=date(2022, 6, 30), reason=WHY),
        before=closed,
    ),
    Way(
        save_draft,
        ["Return ~ state"],
        the_return(typed={"reason": WHY}),
        before=round_opened,
        by="police",
        reason="Begun",
    ),
    Way(
        file_return,
        ["Filing +", "Return ~ due_when_returned filings returned_at state"],
        the_return(report=Report(on_track(WHY))),
        before=round_opened,
        by="police",
        reason="Filed for the round of Q2 FY2021/22",
    ),
    Way(
        file_return,
        [*ACCEPTED, "Filing +", "Return ~ due_when_returned filings returned_at state"],
        the_return(20, report=Report(on_track(WHY))),
        before=round_opened,
        reason="*",
    ),
    Way(
        confirm_no_change,
        ["Filing +", "Return ~ due_when_returned filings returned_at state"],
        the_return(),
        before=round_opened,
        by="police",
        reason="Confirmed without change for the round of Q2 FY2021/22",
    ),
    Way(
        comment_on_return,
        ["Comment +"],
        the_return(text="We met."),
        before=round_opened,
        by="sfo",
        reason="Comment on a return",
    ),
    Way(
        accept_return,
        [*ACCEPTED[:1], "Filing ~ answer answered_at answered_by outcome update_id", *ACCEPTED[2:], MET],
        the_return(answer=WHY),
        before=filed_by_police,
        reason="*",
    ),
    Way(
        accept_unchanged,
        ["Activity ~ reported_at updates", *ACCEPTED[1:]],
        the_round,
        before=confirmed_by_police,
        reason="*",
    ),
    Way(
        send_back,
        ["Filing ~ answer answered_at answered_by outcome", "Return ~ state"],
        the_return(answer=WHY),
        before=filed_by_police,
    ),
    Way(
        correct_return,
        [*ACCEPTED, "Filing +", "Filing ~ answer answered_at answered_by outcome", "Return ~ filings"],
        the_return(report=Report(on_track("They met once.")), reason=WHY),
        before=filed_by_police,
        reason="*",
    ),
    Way(
        add_body,
        ["Body +"],
        lambda world: {"name": "Oranga Tamariki", "kind": BodyKind.AGENCY, "reason": WHY},
        by="administrator",
    ),
    Way(
        edit_body,
        ["Body ~ name"],
        lambda world: {
            "body": world.body("SFO"),
            "name": "Fraud Office",
            "short": "SFO",
            "name_mi": world.body("SFO").name_mi,
            "also": world.body("SFO").also,
            "reason": WHY,
        },
        by="administrator",
    ),
    Way(
        add_membership,
        ["Membership +"],
        lambda world: {**person("outsider")(world), "body": world.body("SFO"), "since": LATER, "reason": WHY},
        by="administrator",
    ),
    Way(
        change_membership,
        ["Membership ~ until"],
        lambda world: {
            "membership": (membership := world.person("police").memberships.get()),
            "since": membership.since,
            "until": LATER,
            "may_report": True,
            "reason": WHY,
        },
        by="administrator",
    ),
    Way(
        invite_person,
        ["Membership +", "Person +"],
        lambda world: {
            "username": "hana",
            "name": "Hana",
            "body": world.body("SFO"),
            "since": LATER,
            "reason": WHY,
            "now": machine_now(),
        },
        by="administrator",
    ),
    Way(
        edit_person,
        ["Person ~ name"],
        lambda world: {**person("police")(world), "username": "police", "name": "Wiremu", "email": "", "reason": WHY},
        by="administrator",
    ),
    Way(
        set_may_sign_in,
        ["Person ~ is_active"],
        lambda world: {**person("police")(world), "may_sign_in": False, "reason": WHY, "now": machine_now()},
        by="administrator",
    ),
    Way(
        set_administrator,
        ["Person ~ is_administrator"],
        lambda world: {**person("police")(world), "administrator": True, "reason": WHY},
        by="administrator",
    ),
    Way(
        unlock_person,
        ["Person ~"],
        lambda world: {**person("police")(world), "reason": WHY},
        by="administrator",
    ),
    Way(
        reset_password,
        ["Person ~ password"],
        lambda world: {**person("police")(world), "reason": WHY, "now": machine_now()},
        by="administrator",
    ),
    Way(
        use_link,
        ["Person ~ password"],
        lambda world: {**link_for_police(world), "now": machine_now()},
        by="police",
        reason="Password set with a one-time link",
    ),
    Way(
        change_password,
        ["Person ~ password"],
        lambda world: {**person("police")(world), "password": NEW_PASSWORD, "now": machine_now()},
        by="police",
        reason="Password changed",
    ),
    *WAYS_OF_MEETINGS,
]


def use_cases() -> set[str]:
    """Every public function of the packages of use cases that takes who and when, or when alone."""
    found = set()
    for package in (activities.actions, agencies.actions):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            for name, function in getmembers(import_module(module.name), isfunction):
                own = function.__module__ == module.name and not name.startswith("_")
                if own and "at" in signature(function).parameters:
                    found.add(f"{module.name}.{name}")
    return found


def named(function: Any) -> str:
    return f"{function.__module__}.{function.__name__}"


def test_every_use_case_has_a_row():
    assert {named(way.case) for way in WAYS} == use_cases() - PARTS_OF_OTHERS - NOT_OF_THE_REGISTER


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.case.__name__)
def test_a_use_case_leaves_exactly_its_entries(world, way):
    by = world.standing(way.by) if way.by else the_world.PROGRAM
    told: Told = {"by": by, "at": world.now}
    way.before(world, told)
    arguments = way.arguments(world)
    given = told if "by" in signature(way.case).parameters else {"at": world.now}

    with watched() as written, in_request("request-7"):
        way.case(**arguments, **given)

    found = written()
    assert found.entries == sorted(way.entries)
    assert found.actors == {(by.actor.name, by.actor.person_id)}
    assert found.requests == {"request-7"}
    assert_reasons(found.reasons, way.reason)
