"""Objects of another plan, or under another activity or meeting: they are not there, for anybody, in any field.

``tests/test_access.py`` sweeps addresses; here the same addresses are asked with objects that are not theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.http.response import HttpResponseBase

from activities.models import Activity, Meeting, Milestone, Return, Round
from tests.access import (
    METHODS,
    OTHER,
    OWN_OF_PEOPLE,
    PLAN,
    TwoPlans,
    a_decision,
    address,
    ask,
    clients,
    entries,
    first_part,
    names_in,
    nothing_is_written,
    sent_from,
    signed_in,
    written_since,
)
from tests.generated import grow
from tests.scenes import played_once
from tests.test_access import (
    ADMINISTRATOR,
    ANYBODY,
    SECRETARIAT,
    TABLE,
    expected,
    given,
)
from tests.world import World
from tnoc_tracker.record.guards import append_only_models, guarded_models


def test_every_table_beside_the_register_is_watched() -> None:
    ours = {
        model for label in ("record", "agencies", "activities") for model in apps.get_app_config(label).get_models()
    }
    tracked = {*guarded_models(), *(model.history.model for model in guarded_models()), *append_only_models()}
    beside = {model._meta.label for model in ours - tracked} - {"record.Verification"}
    assert beside == set(OWN_OF_PEOPLE)


@played_once
def plans(world: World) -> TwoPlans:
    """Both plans, with an object of each kind in each."""
    return TwoPlans.make(grow)


# Another plan, another parent ---------------------------------------------------------------------------------------

IN_A_PLAN = sorted(name for name in TABLE if "plan" in names_in(name))
FOREIGN = [(name, what) for name in IN_A_PLAN for what in names_in(name) if what in TwoPlans.NOWHERE]
"""Every address of a plan that names something of it, with each thing that it names."""

UNDER = {"milestone", "role", "item"}
"""What stands under an activity or a meeting, and could be asked for under another."""


def words_of(answer: HttpResponseBase, *taken_out: object) -> str:
    """A page without what differs from request to request, and without what was asked for."""
    page = re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.content.decode())
    for each in taken_out:
        page = page.replace(f"/{each}/", "/…/").replace(f"/{each}.", "/….")
    return page


def compared(
    roles: list[str], asked_for: list[tuple[str, str]], here: dict[str, Any], elsewhere: dict[str, Any]
) -> dict[tuple[str, ...], str]:
    """Where somebody is told anything else of what is elsewhere than of what is nowhere, or let in."""
    differing = {}
    for role, client in clients(*roles).items():
        for name, what in asked_for:
            there, nowhere = {**here, what: elsewhere[what]}, {**here, what: TwoPlans.NOWHERE[what]}
            for method in METHODS:
                wanted = ask(client, method, address(name, nowhere))
                found = ask(client, method, address(name, there))
                same = words_of(found, there[what]) == words_of(wanted, nowhere[what])
                allowed = expected(name, role, method) == "yes"
                if given(found) == "yes" or not same or (allowed and given(found) != "404"):
                    differing[name, what, role, method] = f"{given(found)}, and {given(wanted)} for what is nowhere"
    return differing


def test_what_belongs_to_another_plan_is_not_there_for_the_secretariat(world: World, plans: TwoPlans) -> None:
    with nothing_is_written():
        assert compared([SECRETARIAT], FOREIGN, plans.ours, plans.theirs) == {}


@pytest.mark.long
def test_what_belongs_to_another_plan_is_not_there_for_anybody(world: World, plans: TwoPlans) -> None:
    with nothing_is_written():
        assert compared(sorted(ANYBODY), FOREIGN, plans.ours, plans.theirs) == {}


def test_what_stands_under_another_activity_or_meeting_is_not_there_for_anybody(world: World, plans: TwoPlans) -> None:
    nested = [(name, what) for name, what in FOREIGN if what in UNDER]
    siblings = plans.siblings
    with nothing_is_written():
        assert len(nested) > 10
        assert compared([SECRETARIAT, "police"], nested, plans.ours, siblings) == {}


def test_a_membership_of_somebody_else_is_not_there(world: World) -> None:
    police, sfo = world.person("police"), world.person("sfo")
    where = f"/people/{police.id}/memberships/{sfo.memberships.get().id}/"
    with nothing_is_written():
        for method in METHODS:
            assert given(ask(signed_in(ADMINISTRATOR), method, where)) == "404"


def test_a_part_of_another_activity_or_plan_is_not_there(world: World, plans: TwoPlans) -> None:
    elsewhere = [first_part(OTHER, "11").id, world.part(17, "Police").id, first_part(OTHER, "17").id, 999_999, "x"]
    with nothing_is_written():
        for username in ("police", SECRETARIAT):
            for part in elsewhere:
                where = f"/plans/{PLAN}/activities/11/update/?part={part}"
                assert given(signed_in(username).get(where)) == given(signed_in(username).post(where)) == "404"
        item = Meeting.objects.get(plan__slug=OTHER).items.order_by("position")[0]
        where = address("decision_record", plans.ours) + f"?item={item.id}"
        assert given(signed_in(SECRETARIAT).get(where)) == given(signed_in(SECRETARIAT).post(where)) == "404"


# Another plan's objects in the fields of a form -----------------------------------------------------------------------


def fields_with_objects(plans: TwoPlans) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Addresses with fields that name an object, filled with one of the other plan, and what the answer must be."""
    theirs, decided = plans.theirs, a_decision(OTHER).id
    day, line = "28/02/2022", {"reason": "Mine", "asked_by": "A", "agreed_by": "B"}
    settled = {"what": "Mine", "owner": str(a_decision(PLAN).owner_id), "due_on": day, "allows": "nothing"}
    yield "meeting_call", {"held_on": day, "round": Round.objects.get(plan__slug=OTHER).id}, "422"
    yield "agenda_add", {"heading": "Mine", "activity": Activity.objects.get(plan__slug=OTHER, key="12").id}, "422"
    for about in (f"milestone-{theirs['milestone']}", f"activity-{first_part(OTHER, '11').activity_id}"):
        yield "decision_record", {**settled, "about": about}, "422"
    yield "milestone_date", {**line, "day": "31/05/2022", "decision": decided}, "422"
    yield "proposal_answer", {"verdict": "agree", "agreed_by": "B", "decision": decided}, "422"
    yield "milestone_remove", {"reason": "Mine", "decision": decided, "decision_reference": "SG 1"}, "422"
    paused = {"status": "paused", "review_date": "01/04/2022", "decision_reference": "SG 1", "decision": decided}
    yield "activity_update", paused, "422"
    forecast = {"status": "off_track", "reason": "Mine", "forecast": "30/06/2022", "no_ask": "on"}
    yield "activity_update", {**forecast, "forecast_of": theirs["milestone"]}, "422"
    yield "return_page", {**forecast, "forecast_of": theirs["milestone"], "do": "file"}, "422"


def test_a_field_takes_no_object_of_another_plan(world: World, plans: TwoPlans) -> None:
    client = signed_in(SECRETARIAT)
    answers = {}
    with nothing_is_written():
        for name, said, wanted in fields_with_objects(plans):
            where = address(name, plans.ours) + ("?instead=1" if name == "return_page" else "")
            answer = sent_from(client, where, **said)
            if str(answer.status_code) != wanted:
                answers[name, str(said)] = answer.status_code
    assert answers == {}


def test_a_report_delivers_no_milestone_of_another_activity_or_plan(world: World, plans: TwoPlans) -> None:
    others = [plans.theirs["milestone"], plans.siblings["milestone"]]
    said = {"status": "on_track", "what_was_done": "They met."}
    for each in others:
        said |= {f"delivered_{each}": "14/02/2022", f"proposed_{each}": "30/06/2022", f"proposed_why_{each}": "Mine"}
    before = entries()
    sent_from(signed_in("police"), address("activity_update", plans.ours), **said)
    sent_from(signed_in("police"), address("return_page", plans.ours), **said, do="file")
    written = written_since(before)

    assert {each.table for each in written} >= {"StatusUpdate"}
    assert {each.table for each in written} & {"Milestone", "DateProposal"} == set()
    assert {each.plan_id for each in written} == {world.plan.id}
    assert not Milestone.objects.filter(id__in=others).exclude(delivered_on=None).exists()


def test_accepting_what_is_unchanged_accepts_nothing_of_another_plan(world: World, plans: TwoPlans) -> None:
    theirs = Return.objects.get(id=plans.theirs["ret"])
    client = signed_in(SECRETARIAT)
    before = entries()
    answer = client.post(address("accept_unchanged", plans.ours), {"seen": f"{theirs.id}:{theirs.version}"})
    assert given(answer) == "yes"
    assert written_since(before) == []
    assert Return.objects.get(id=theirs.id).state == "requested"


def test_an_agenda_takes_no_item_of_another(world: World, plans: TwoPlans) -> None:
    item = plans.siblings["item"]
    client = signed_in(SECRETARIAT)
    before = entries()
    stamp = client.get(address("agenda", plans.ours)).context["form"]["stamp"].value()
    client.post(address("agenda_order", plans.ours), {"stamp": stamp, f"place_{item}": "1", "move": f"up-{item}"})
    assert written_since(before) == []
