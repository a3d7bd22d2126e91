"""What the tests of the pages of meetings share: a called meeting, its items by activity, and where its pages are."""

from __future__ import annotations

from datetime import date

from activities.actions.meetings import call_meeting
from activities.models import AgendaItem, Meeting, Round
from tests.actions.rounds import told
from tests.world import World

LIST = "/plans/tnoc-2021-22/meetings/"
CALLED, HELD = date(2022, 2, 1), date(2022, 3, 1)


def called(world: World, held_on: date = HELD, on: date = CALLED, round: Round | None = None) -> Meeting:
    """A meeting called on 1 February 2022, with what the register suggests then."""
    words = {"place": "Room 4.1", "note": "Bring the pack.", "round": round}
    return call_meeting(plan=world.plan, held_on=held_on, **words, **told(world, on))


def page(meeting: Meeting, path: str = "") -> str:
    """A page of a meeting."""
    return f"{LIST}{meeting.id}/{path}"


def items(meeting: Meeting) -> list[AgendaItem]:
    """The items that stand on the agenda, in order."""
    return list(AgendaItem.objects.filter(meeting=meeting, taken_off_on=None).order_by("position"))


def item(meeting: Meeting, key: str | int, kind: str) -> AgendaItem:
    """The item about an activity, of a kind."""
    return AgendaItem.objects.get(meeting=meeting, activity__key=str(key), kind=kind)


def headings(meeting: Meeting) -> list[str]:
    """What is on the agenda, in order."""
    return [each.heading for each in items(meeting)]
