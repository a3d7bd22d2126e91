"""What the tests of packs share: a pack of the world as of a moment, and its tables in few words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from activities.actions.decisions import Decided, record_decision
from activities.actions.meetings import add_item, call_meeting, take_off
from activities.models import AgendaItem, Decision, Meeting, Round
from activities.pack_document import PackDocument, Row, Table
from activities.reading import Reading
from activities.summaries.packs import pack_document
from agencies.standing import Standing
from tests.world import TODAY, World, moment
from tnoc_tracker.record.days import day_of

MEETS = date(2022, 2, 17)
POSITION = moment(TODAY, 11)


def told(world: World, day: date = TODAY) -> dict[str, Any]:
    """The Secretariat, at ten in the morning of a day."""
    return {"by": Standing.of(world.person("secretariat"), day), "at": moment(day)}


def called(
    world: World, held_on: date = MEETS, *, round: Round | None = None, day: date = TODAY, **more: Any
) -> Meeting:
    """A meeting of the world's plan, with nothing on its agenda that seeks a decision but what a test adds."""
    meeting = call_meeting(plan=more.pop("plan", world.plan), held_on=held_on, round=round, **more, **told(world, day))
    for item in AgendaItem.objects.filter(meeting=meeting, seeks_decision=True):
        take_off(item=item, reason="Not for this test", **told(world, day))
    return meeting


def seek(world: World, meeting: Meeting, *headings: str, **more: Any) -> list[AgendaItem]:
    """Items of the Secretariat's own that seek a decision."""
    return [add_item(meeting=meeting, heading=each, seeks_decision=True, **more, **told(world)) for each in headings]


def decide(
    world: World, meeting: Meeting, what: str, *, owner: str = "Police", day: date = TODAY, **more: Any
) -> Decision:
    """A decision of a meeting, due at the end of March unless said otherwise."""
    due = more.pop("due_on", date(2022, 3, 31))
    decided = Decided(what, world.body(owner), due, **more)
    return record_decision(meeting=meeting, decided=decided, **told(world, day))


def packed(world: World, meeting: Meeting, at: datetime = POSITION, **more: Any) -> PackDocument:
    """The first pack of a meeting as of a moment, unless said otherwise."""
    said: dict[str, Any] = {
        "number": 1,
        "previous": None,
        "previous_at": None,
        "frozen_by": "Secretariat Officer",
        "summary": "It goes well.",
        "corrected_why": "",
        "marking": "IN CONFIDENCE",
        "site": "",
        "tells_entered": False,
    }
    plan = more.pop("plan", world.plan)
    return pack_document(Reading(plan, day_of(at), at), meeting=meeting, **(said | more))


def tables(document: PackDocument) -> dict[str, Table]:
    """The tables of a pack by key."""
    return {table.key: table for section in document.sections for table in section.tables}


def columns(document: PackDocument, key: str, *labels: str) -> list[tuple[Any, ...]]:
    """The cells of some columns of a table, row by row."""
    table = tables(document)[key]
    places = [[column.label for column in table.columns].index(label) for label in labels]
    return [tuple(row.cells[place] for place in places) for row in table.rows]


def row_of(document: PackDocument, key: str, activity: str | int) -> Row:
    """The only row of a table about an activity."""
    (row,) = [row for row in tables(document)[key].rows if row.activity == str(activity)]
    return row


def noted(row: Row) -> dict[str, str]:
    """The notes of a row by label."""
    return {note.label: note.text for note in row.notes}


def keys(document: PackDocument, table: str) -> list[str | None]:
    """The activities of a table's rows."""
    return [row.activity for row in tables(document)[table].rows]
