"""The headline numbers of a pack: one table, each with its label and what it counts; beside the last pack's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from activities.due_states import DueState
from activities.pack_document import Cell, Column, Row, Section, Table
from activities.statuses import BY_SEVERITY, MEANINGS, DeliveryStatus
from activities.summaries.dashboard import no_report_yet
from activities.summaries.headline import finding, lede
from activities.summaries.packs.figures import Figures
from activities.summaries.picture import counted
from activities.summaries.rows import plain


@dataclass(frozen=True)
class Number:
    """One headline number: its key, its label, what it counts in a sentence, and how it is counted.

    ``of_round`` says that it has a meaning only where the meeting looks at a round.
    """

    key: str
    label: str
    meaning: str
    count: Callable[[Figures], int]
    of_round: bool = False


def _with_status(status: DeliveryStatus) -> Number:
    label = MEANINGS[status].label
    return Number(
        status.value,
        f"Activities: {label}",
        f"Activities with the delivery status {label}.",
        lambda figures: next(each.count for each in figures.board.by_status if each.status == status.value),
    )


def _in_set(key: str, of: str, label: str, meaning: str) -> Number:
    """A number that a sentence of the dashboard counts too (``picture.SETS``)."""
    return Number(key, label, meaning, lambda figures: len(counted(figures.picture, of)))


def _due(key: str, state: DueState, label: str, meaning: str) -> Number:
    return Number(key, label, meaning, lambda figures: len(figures.picture.milestones_in(state)))


def _of_round(key: str, of: str, label: str, meaning: str) -> Number:
    return Number(key, label, meaning, lambda figures: figures.round.count(of) if figures.round else 0, True)


NUMBERS: tuple[Number, ...] = (
    Number(
        "activities",
        "Activities",
        "Activities of the plan that are not withdrawn, withheld rows included.",
        lambda figures: figures.board.total,
    ),
    *map(_with_status, BY_SEVERITY),
    Number(
        "no_report",
        "Not started: no report yet",
        "Of those not started: nobody has reported on them yet.",
        lambda figures: no_report_yet(figures.picture.activities),
    ),
    Number(
        "milestones",
        "Milestones",
        "Milestones that are not removed; of a recurring one, each occurrence.",
        lambda figures: len(figures.picture.milestones),
    ),
    _in_set(
        "due_so_far",
        "due",
        "Milestones due so far",
        "Milestones whose agreed date has passed, delivered or not; starts are not counted.",
    ),
    _in_set("delivered", "met", "Due so far and delivered", "Of those due so far: delivered, in time or late."),
    _in_set(
        "delivered_late", "met_late", "Due so far and delivered late", "Of those delivered: after their agreed date."
    ),
    _in_set(
        "closed",
        "closed",
        "Due so far and closed undelivered",
        "Of those due so far: not delivered when their activity finished.",
    ),
    _in_set(
        "delivered_early",
        "early",
        "Delivered though due later",
        "Delivered, with an agreed date that has not passed; starts are not counted.",
    ),
    Number(
        "overdue",
        "Milestones overdue",
        "Past their agreed date, and not delivered or begun; of activities neither paused nor finished.",
        lambda figures: figures.board.overdue_milestones,
    ),
    _due(
        "overdue_paused",
        DueState.OVERDUE_PAUSED,
        "Milestones overdue while paused",
        "Past their agreed date while their activity is paused: counted beside those overdue, not in them.",
    ),
    _due(
        "due_this_quarter",
        DueState.DUE_THIS_QUARTER,
        "Milestones due this quarter",
        "To be delivered or begun between the position and the end of its fiscal quarter.",
    ),
    _due(
        "due_next_quarter",
        DueState.DUE_NEXT_QUARTER,
        "Milestones due next quarter",
        "To be delivered or begun in the fiscal quarter after that.",
    ),
    _due("no_date", DueState.NO_DATE, "Milestones without a date", "To be decided, or dependent on others."),
    _in_set("moved", "moved", "Milestones whose date moved", "Milestones whose agreed date has moved, once or more."),
    Number(
        "gaps",
        "Activities nobody answers for",
        "Activities for which neither a lead nor a coordinator is named, finished and withheld ones left out.",
        lambda figures: len(figures.board.gaps),
    ),
    Number(
        "contradictions",
        "Contradictions",
        "Activities of which what is said and what the dates say cannot both be right.",
        lambda figures: figures.board.contradictions,
    ),
    _of_round("asked", "", "Returns asked for", "Returns that the reporting round asks for."),
    _of_round("returned", "back", "Returns received", "Of those asked for: filed, and not sent back."),
    _of_round(
        "returned_late", "after", "Returns received after their day", "Of those received: first filed after their day."
    ),
)
"""Every headline number in the order of the pack; keys never change."""


def numbers(figures: Figures) -> dict[str, int]:
    """The headline numbers by key, every key in every pack; those of a round are 0 where there is none."""
    return {number.key: number.count(figures) for number in NUMBERS}


def headline(figures: Figures, found: Mapping[str, int], summary: str) -> Section:
    """The Secretariat's summary as written, the counted sentences of the dashboard, and the numbers."""
    told = " ".join(plain(sentence) for sentence in lede(figures.picture))
    return Section(
        "headline",
        plain(finding(figures.picture)),
        tuple(text for text in (summary, told) if text),
        (_beside_the_last(figures, found),),
    )


def _beside_the_last(figures: Figures, found: Mapping[str, int]) -> Table:
    before = figures.previous
    columns = [Column("Number"), Column("Now", "number")]
    if before is not None:
        columns += [Column("Last pack", "number"), Column("Change", "change")]
    rows = [_line(figures, number, found[number.key]) for number in NUMBERS]
    caption = "Headline numbers beside the last pack’s" if before else "Headline numbers: no pack was frozen before"
    return Table("headline", caption, tuple(columns), tuple(Row(cells) for cells in rows))


def _line(figures: Figures, number: Number, count: int) -> tuple[Cell, ...]:
    """A number with the last pack's and the change; of a round only where both packs look at one."""
    now = None if number.of_round and figures.round is None else count
    if figures.previous is None:
        return number.label, now
    absent = number.of_round and figures.previous.cover.asked is None
    before = None if absent else figures.previous.numbers.get(number.key)
    change = None if now is None or before is None else now - before
    return number.label, now, before, change
