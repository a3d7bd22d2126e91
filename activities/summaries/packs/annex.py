"""The annex of a pack: the register row by row, what the words mean, how overdue is computed, who did not report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from activities.due_states import ACTIVITY_STATES, AGEING, DueState
from activities.due_states import MEANINGS as DUE_MEANINGS
from activities.pack_document import Cell, Column, Note, Row, Section, Table
from activities.statuses import FINISHED, MEANINGS
from activities.summaries.headline import numbered
from activities.summaries.packs.cells import STATUS, iso, notes
from activities.summaries.packs.figures import Figures
from activities.summaries.packs.numbers import NUMBERS
from activities.summaries.rounds import ReturnLine
from activities.summaries.rows import plain
from tnoc_tracker.record.days import long_date


def register(figures: Figures) -> Section:
    """One row per activity in plan order; withheld ones keep their place."""
    found = figures.picture.activities
    withheld = sum(1 for each in found if each.title_is_withheld)
    title = f"The register: {numbered(len(found), 'activity', 'activities')} in the plan’s order"
    columns = (
        Column("No."),
        Column("Activity"),
        Column("Focus area"),
        STATUS,
        Column("Due state"),
        Column("Agreed date", "date"),
        Column("Answers for it"),
        Column("Last reported", "date"),
    )
    table = Table(
        "register",
        "Every activity of the plan",
        columns,
        tuple(_register_row(figures, each) for each in found),
        "This plan holds no activities.",
    )
    told = (f"{withheld} {'is' if withheld == 1 else 'are'} withheld and counted like the others.",) if withheld else ()
    return Section("register", title, told, (table,), annex=True)


def _register_row(figures: Figures, activity: Any) -> Row:
    line = figures.register_row(activity)
    cells: tuple[Cell, ...] = (
        activity.number or f"Row {activity.position}",
        activity.heading,
        line.focus,
        activity.status,
        line.due_in_words,
        iso(line.due_on),
        figures.who(activity),
        iso(line.reported_on),
    )
    return Row(cells, _parts(figures, activity), activity.key)


def _parts(figures: Figures, activity: Any) -> tuple[Note, ...]:
    """What each body's part stands at: ``Police (financial sector): Completed; Customs (border): On track``."""
    told = []
    for part in figures.parts_of(activity):
        scope = f" ({part.scope})" if part.scope else ""
        told.append(f"{figures.reading.bodies[part.body_id].label}{scope}: {part.meaning.label}")
    return notes([("Parts", "; ".join(told))])


# What the words mean -------------------------------------------------------------------------------------------------


def definitions(figures: Figures) -> Section:
    """The delivery statuses, the due states and the headline numbers, from the tables that the tracker uses."""
    statuses = Table(
        "definitions_statuses",
        "Delivery status: what a person says",
        (STATUS, Column("Meaning"), Column("Needed to set it")),
        tuple(Row((each.status.value, each.meaning, each.needed)) for each in MEANINGS.values()),
    )
    states = Table(
        "definitions_due_states",
        "Due state: what the dates say",
        (Column("Due state"), Column("Meaning")),
        tuple(Row((str(state.label), meaning)) for state, meaning in DUE_MEANINGS.items()),
    )
    counted = Table(
        "definitions_numbers",
        "Headline numbers: what each counts",
        (Column("Number"), Column("What it counts")),
        tuple(Row((number.label, number.meaning)) for number in NUMBERS),
    )
    return Section("definitions", "What the words and numbers mean", (), (statuses, states, counted), annex=True)


def how_overdue(figures: Figures) -> Section:
    """How overdue is computed, on the day of this pack."""
    on, order = long_date(figures.reading.on), (str(state.label).lower() for state in ACTIVITY_STATES)
    finished = " or ".join(str(status.label) for status in FINISHED)
    bands = ", ".join(band.label for band in AGEING)
    told = (
        f"Lateness is computed and never typed: it is counted on {on}, the day of this pack’s position in New Zealand, "
        "from what was on record at that moment.",
        "A date is met up to and including its last day; the day after counts as 1 day overdue. A quarter’s date is "
        "the last day of the quarter.",
        "Days late run from the agreed date. Where a date was moved, the agreed date is the latest one on record; the "
        "original date stays beside it and never changes.",
        f"{DueState.OVERDUE.label}: {DUE_MEANINGS[DueState.OVERDUE]} A start is met by beginning. "
        f"{DueState.OVERDUE_PAUSED.label}: {DUE_MEANINGS[DueState.OVERDUE_PAUSED]}",
        f"A finished activity ({finished}) is never overdue, and keeps for ever how late it was. What has no date is "
        "never overdue. A withheld timeframe is neither overdue nor without a date.",
        f"An activity takes the worst state of its milestones, in this order: {', '.join(order)}.",
        f"What is overdue is read in bands: {bands}.",
    )
    return Section("how_overdue", "How overdue is computed", told, annex=True)


# Who did not report --------------------------------------------------------------------------------------------------


def not_reported(figures: Figures) -> Section:
    """What is missing of the round, body by body."""
    columns = (Column("Body"), Column("Activity"), Column("Part"), Column("Due", "date"), Column("Where it stands"))
    picture = figures.round
    missing: Sequence[ReturnLine] = [line for _, lines in picture.missing for line in lines] if picture else ()
    table = Table(
        "not_reported",
        f"Returns missing in the round of {picture.round}" if picture else "Returns missing",
        columns,
        tuple(_missing(line) for line in missing),
        "Nothing that was asked for is missing." if picture else "This meeting looks at no reporting round.",
    )
    title = plain(picture.finding) if picture else "This meeting looks at no reporting round"
    return Section("not_reported", title, (), (table,), annex=True)


def _missing(line: ReturnLine) -> Row:
    late = ", late" if line.is_late else ""
    state = f"{line.ret.meaning.label}{late}"
    cells = (line.who, str(line.activity), line.scope, iso(line.ret.due_on), state)
    return Row(cells, activity=line.activity.key)
