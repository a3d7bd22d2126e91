"""Decisions sought of the group, the rest of them for the annex, and what became of the last meetings' decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from activities.models import Activity, AgendaItem
from activities.pack_document import Cell, Column, Row, Section, Table
from activities.summaries.decisions import Followed, follow_through
from activities.summaries.headline import be, numbered
from activities.summaries.packs.cells import ANSWERS, iso, notes
from activities.summaries.packs.figures import Figures

MOST = 5
"""So many decisions head a pack; a sixth goes to the annex, and is named."""

_COLUMNS = (Column("No.", "number"), Column("Decision sought"), Column("Why it is here"), ANSWERS)


@dataclass(frozen=True)
class Sought:
    """An item of the agenda on which the group is to decide, with its number among them and its activity."""

    number: int
    item: Any
    activity: Any


def sought(figures: Figures) -> list[Sought]:
    """The items of the agenda that seek a decision, in its order, without those taken off (two queries)."""
    rows = figures.reading.rows(AgendaItem).filter(meeting_id=figures.meeting.id, taken_off_on=None)
    items = list(rows.filter(seeks_decision=True).order_by("position", "id"))
    ids = {item.activity_id for item in items if item.activity_id}
    found = {each.id: each for each in figures.reading.rows(Activity).filter(id__in=ids)} if ids else {}
    return [Sought(number, item, found.get(item.activity_id)) for number, item in enumerate(items, start=1)]


def decisions_sought(figures: Figures, found: Sequence[Sought]) -> Section:
    """The first five decisions sought; those in the annex are named."""
    title = f"{numbered(len(found), 'decision')} {be(len(found))} sought" if found else "No decision is sought"
    rest = found[MOST:]
    named = "; ".join(f"no. {each.number}: {each.item.heading}" for each in rest)
    told = (f"{len(rest)} more {be(len(rest))} in the annex, {named}",) if rest else ()
    table = Table(
        "decisions_sought",
        "Decisions sought",
        _COLUMNS,
        tuple(_row(figures, each) for each in found[:MOST]),
        "No item of the agenda seeks a decision.",
    )
    return Section("decisions_sought", title, told, (table,))


def more_decisions(figures: Figures, found: Sequence[Sought]) -> Section:
    """The sixth decision sought and those after it, for the annex."""
    rest = found[MOST:]
    title = (
        f"{numbered(len(rest), 'more decision')} {be(len(rest))} sought"
        if rest
        else "No more decisions are sought than those on the first page"
    )
    table = Table(
        "more_decisions",
        "Further decisions sought",
        _COLUMNS,
        tuple(_row(figures, each) for each in rest),
        f"At most {MOST} decisions are sought: all of them are on the first page.",
    )
    return Section("more_decisions", title, (), (table,), annex=True)


def _row(figures: Figures, each: Sought) -> Row:
    item, activity = each.item, each.activity
    if activity is None:
        return Row((each.number, item.heading, item.kind_label, ""), notes([("Put to the group", item.text)]))
    about = "" if str(activity) in item.heading else str(activity)
    cells: tuple[Cell, ...] = (each.number, item.heading, item.kind_label, figures.who(activity))
    return Row(cells, notes([("Activity", about), ("Put to the group", item.text)]), activity.key)


# What became of earlier decisions ----------------------------------------------------------------------------------


def follow(figures: Figures) -> Section:
    """What became of each decision that was open at the last meeting or later."""
    found = follow_through(figures.reading, figures.meeting)
    table = Table(
        "follow_through",
        "What became of earlier decisions",
        (
            Column("Decision", "reference"),
            Column("What was decided"),
            Column("Owner"),
            Column("By", "date"),
            Column("Where it stands"),
            Column("Days late", "number"),
        ),
        tuple(map(_followed, found)),
        "No decision of an earlier meeting was open.",
    )
    return Section("follow_through", _became(found), (), (table,))


def _followed(each: Followed) -> Row:
    decision = each.decision
    cells: tuple[Cell, ...] = (
        decision.reference,
        decision.what,
        each.owner.label,
        iso(decision.due_on),
        each.state,
        each.days_late or None,
    )
    told = notes([("About", each.about), ("What became of it", each.became)])
    return Row(cells, told, each.activity.key if each.activity else None)


def _became(found: Sequence[Followed]) -> str:
    """The heading: ``Of 4 decisions of earlier meetings 3 are settled and 1 is open, past its day``."""
    if not found:
        return "No decision of an earlier meeting is to be followed up"
    still = [each for each in found if each.decision.is_open]
    settled = len(found) - len(still)
    if not still:
        return "Every decision of earlier meetings is settled"
    if len(found) == 1:
        return f"The one decision of earlier meetings is still open{_past(1, int(still[0].is_overdue))}"
    rest = f"{len(still)} {be(len(still))} open{_past(len(still), sum(1 for each in still if each.is_overdue))}"
    first = f"Of {numbered(len(found), 'decision')} of earlier meetings"
    return f"{first} {settled} {be(settled)} settled and {rest}" if settled else f"{first} {rest}"


def _past(still: int, late: int) -> str:
    if not late:
        return ""
    if still == 1:
        return ", past its day"
    return f", {'all' if late == still else late} of them past {'its day' if late == 1 else 'their days'}"
