"""The forms of meetings, agendas and packs, with the entries that each must leave."""

from __future__ import annotations

from typing import Any

from activities.actions.meetings import stamp_of_meeting, take_off
from activities.actions.roles import end_role
from activities.models import AgendaItem, Meeting, Pack, Role
from tests import deciding
from tests.actions.packs import frozen_with_page
from tests.record.ways_of_meetings import SUGGESTED
from tests.record.written import WHY, Form, Told, said
from tests.world import World


def called(world: World, told: Told) -> Meeting:
    """A meeting of today with its agenda."""
    return deciding.meeting(world)


def of_meeting(world: World) -> dict[str, Any]:
    """The address of the meeting."""
    return {"meeting": Meeting.objects.get().id}


def of_item(world: World) -> dict[str, Any]:
    """The address of the first item of its agenda."""
    return {**of_meeting(world), "item": AgendaItem.objects.earliest("position").id}


def stamped(**typed: Any) -> Any:
    """What a button on the page of the agenda sends."""
    return lambda world: {"stamp": stamp_of_meeting(Meeting.objects.get().id), **typed}


def with_a_gap(world: World, told: Told) -> None:
    """Nobody answers for activity 12 any more after the agenda was made."""
    called(world, told)
    role = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=role, reason="Left", **told)


def taken_off(world: World, told: Told) -> None:
    """The first item is off the agenda."""
    called(world, told)
    take_off(item=AgendaItem.objects.earliest("position"), reason="Next time", **told)


def turned_round(world: World) -> dict[str, Any]:
    """The last item of the agenda is put first."""
    return stamped(**{f"place_{AgendaItem.objects.latest('position').id}": "1"})(world)


def pack_frozen(world: World, told: Told) -> None:
    """A pack without the forms that can be made later."""
    frozen_with_page(world, called(world, told), told["at"])


MEETING: dict[str, Any] = {"before": called, "at": of_meeting}
ITEM: dict[str, Any] = {"before": called, "at": of_item}

FORMS_OF_MEETINGS: dict[str, Form] = {
    "meeting_call": Form(
        ["Meeting +"] + ["AgendaItem +"] * SUGGESTED,
        lambda world: {"held_on": "01/06/2022", "place": "Level 10"},
        reason="Meeting of 1 June 2022 called",
    ),
    "meeting_change": Form(["Meeting ~ place"], said(place="Level 10"), **MEETING),
    "meeting_call_off": Form(["Meeting ~ called_off_on called_off_why"], said(), **MEETING),
    "agenda_bring_in": Form(
        ["AgendaItem +"], stamped(), before=with_a_gap, at=of_meeting, reason="Brought in from the register"
    ),
    "agenda_order": Form(["AgendaItem ~ position"] * SUGGESTED, turned_round, reason="Agenda put in order", **MEETING),
    "agenda_add": Form(
        ["AgendaItem +"], lambda world: {"heading": "Priorities"}, reason="Added to the agenda", **MEETING
    ),
    "agenda_item": Form(["AgendaItem ~ heading"], lambda world: {"heading": "Other"}, reason="Agenda edited", **ITEM),
    "agenda_take_off": Form(["AgendaItem ~ taken_off_on"], said(), **ITEM),
    "agenda_put_back": Form(
        ["AgendaItem ~ taken_off_on"], stamped(), before=taken_off, at=of_item, reason="Put back on the agenda"
    ),
    "pack_prepare": Form(
        ["Pack +"] + ["PackFile +"] * 6, lambda world: {"summary": WHY, "act": "freeze"}, reason="*", **MEETING
    ),
    "pack_make": Form(
        ["PackFile +"],
        before=pack_frozen,
        at=lambda world: {"pack": Pack.objects.get().id, "form": "excel"},
        reason="*",
    ),
}
"""For each form what is typed, and what it leaves; of a pack every form is made, as the development set-up can."""
