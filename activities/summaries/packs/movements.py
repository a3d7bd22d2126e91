"""What moved since the last pack, and what was delivered, on time or late, with what was stated of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from activities.comparison import Difference, Kind
from activities.comparison.kinds import DATES, DELIVERED
from activities.comparison.kinds import STATUS as STATUS_MOVED
from activities.due_states import days, lateness
from activities.pack_document import Cell, Column, ColumnKind, Row, Section, Table
from activities.reading import Reading
from activities.summaries.headline import numbered
from activities.summaries.packs.cells import ACTIVITY, ANSWERS, iso, notes
from activities.summaries.packs.figures import Figures
from tnoc_tracker.record.days import long_date


def movements(figures: Figures) -> Section:
    """Every difference between the last pack's position and this one, kind by kind."""
    changes = figures.changes
    title = f"Since {since_in_words(figures)}: {changes.changes}"
    told = f"From {_position(changes.earlier, figures)} to {_position(changes.later, figures)}."
    return Section("movements", title, (told,), tuple(_table(kind, found) for kind, found in changes.by_kind))


def _position(reading: Reading, figures: Figures) -> str:
    """The moment of a position; of a plan's start its day."""
    if reading is figures.since and figures.previous is None:
        return f"the plan’s start on {long_date(reading.on)}"
    return reading.at_in_words


def since_in_words(figures: Figures) -> str:
    """``the last pack``, or for a plan's first ``the plan’s start``."""
    return "the last pack" if figures.previous else "the plan’s start"


def _table(kind: Kind, found: tuple[Difference, ...]) -> Table:
    """The differences of a kind, with the columns in which any of them says something."""
    cell: ColumnKind = "status" if kind is STATUS_MOVED else "text"
    columns = (ACTIVITY, Column("What"), Column("Before", cell), Column("Now", cell), Column("On", "date"))
    rows = tuple(map(_row, found))
    shown = [place for place, _ in enumerate(columns) if not rows or any(row.cells[place] for row in rows)]
    cut = tuple(replace(row, cells=tuple(row.cells[place] for place in shown)) for row in rows)
    named = tuple(columns[place] for place in shown)
    return Table(f"movements_{kind.key.replace('-', '_')}", kind.heading, named, cut, kind.none)


def _row(each: Difference) -> Row:
    before: Cell = each.status_before.status.value if each.status_before else each.before
    after: Cell = each.status_after.status.value if each.status_after else each.after
    about = str(each.activity) if each.activity is not None else "The whole plan"
    told = notes([("Why", str(each.why)), _by(each)])
    key = each.activity.key if each.activity is not None else None
    return Row((about, each.what, before, after, iso(each.on)), told, key)


def _by(each: Difference) -> tuple[str, str]:
    """Who said it; of an agreed date who asked for it, and who agreed."""
    if each.kind is DATES:
        return "Asked by", str(each.who).removeprefix("asked by ")
    return "Said by", str(each.who)


# Delivered ---------------------------------------------------------------------------------------------------------


def delivered(figures: Figures) -> Section:
    """The milestones delivered or begun since the last pack, and the activities completed."""
    found = figures.changes.of(DELIVERED)
    late = sum(1 for each in found if _late(each.milestone))
    milestones = Table(
        "delivered",
        "Milestones delivered or begun",
        (
            ACTIVITY,
            Column("Milestone"),
            Column("Agreed", "date"),
            Column("Delivered or begun", "date"),
            Column("In time"),
            ANSWERS,
        ),
        tuple(_delivered(figures, each) for each in found),
        "No milestone was delivered or begun.",
    )
    return Section("delivered", _delivered_in_words(figures, len(found), late), (), (milestones, _completed(figures)))


def _late(milestone: Any) -> int:
    return lateness(milestone.agreed_due, milestone.delivered_on)


def _delivered(figures: Figures, each: Difference) -> Row:
    row, late = each.milestone, _late(each.milestone)
    cells: tuple[Cell, ...] = (
        str(each.activity),
        row.full_name,
        iso(row.agreed_due),
        iso(row.delivered_on),
        f"{days(late)} late" if late else "on time",
        figures.who(each.activity),
    )
    return Row(cells, notes([("Statement", _statement(figures, row))]), each.activity.key)


def _statement(figures: Figures, milestone: Any) -> str:
    """What the report that delivered it says of it; empty where it was delivered otherwise."""
    verb = "begun" if milestone.is_start else "delivered"
    met = f"{milestone.name}: {verb} {long_date(milestone.delivered_on)}"
    for update in figures.deliveries.get(milestone.activity_id, []):
        if met in update.milestones_met:
            return str(update.statement or update.why)
    return ""


def _completed(figures: Figures) -> Table:
    """The activities that were completed, as they stand: with the statement and where the evidence is held."""
    return Table(
        "completed",
        "Activities completed",
        (ACTIVITY, Column("Completed on", "date"), ANSWERS),
        tuple(_completed_row(figures, each) for each in figures.completed),
        "No activity was completed.",
    )


def _completed_row(figures: Figures, activity: Any) -> Row:
    last = figures.last.get(activity.id)
    said = last.update if last else None
    told = notes([("Statement", said.statement), ("Evidence held at", said.held_at)]) if said else ()
    return Row((str(activity), iso(activity.finished_on), figures.who(activity)), told, activity.key)


def _delivered_in_words(figures: Figures, count: int, late: int) -> str:
    """``3 milestones were delivered or begun since the last pack, 1 of them late``."""
    since = since_in_words(figures)
    if not count:
        return f"Nothing was delivered or begun since {since}"
    were = f"{numbered(count, 'milestone')} {'was' if count == 1 else 'were'} delivered or begun since {since}"
    if not late:
        return f"{were}, on time" if count == 1 else f"{were}, all on time"
    if late == count:
        return f"{were}, late" if count == 1 else f"{were}, all of them late"
    return f"{were}, {late} of them late"
