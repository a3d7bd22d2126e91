"""How the plan stands: focus area by delivery status, and what each body answers for and has not reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from activities.answering import Cast
from activities.due_states import DueState
from activities.pack_document import Cell, Column, Row, Section, Table
from activities.statuses import BY_SEVERITY, MEANINGS
from activities.summaries.dashboard import focus_in_a_sentence, focus_lines
from activities.summaries.headline import numbered
from activities.summaries.packs.figures import Figures
from activities.summaries.rounds import NOBODY
from agencies.models import BodyKind

UNNAMED = "Nobody named, or withheld"


def by_focus_area(figures: Figures) -> Section:
    """Activities by focus area and delivery status, with totals."""
    lines = focus_lines(figures.picture)
    rows: list[tuple[Cell, ...]] = [
        (str(line.area), *(line.counts.get(status, 0) for status in BY_SEVERITY), sum(line.counts.values()))
        for line in lines
    ]
    totals = [sum(line.counts.get(status, 0) for line in lines) for status in BY_SEVERITY]
    columns = (
        Column("Focus area"),
        *(Column(MEANINGS[status].label, "number") for status in BY_SEVERITY),
        Column("All", "number"),
    )
    table = Table(
        "by_focus_area",
        "Activities by focus area and delivery status",
        columns,
        tuple(Row(cells) for cells in rows),
        "This plan has no focus areas.",
        ("All focus areas", *totals, sum(totals)) if rows else (),
    )
    return Section("by_focus_area", focus_in_a_sentence(lines).removesuffix("."), (), (table,))


@dataclass(frozen=True)
class AnswerLine:
    """A body, or nobody, with what it answers for, what of it is overdue, and its returns in the round."""

    who: str
    answers: int
    overdue: int
    asked: int
    missing: int

    def row(self, figures: Figures) -> Row:
        """The line; without a round nothing is said of returns."""
        returns: tuple[Cell, ...] = (self.asked, self.missing) if figures.round else (None, None)
        return Row((self.who, self.answers, self.overdue, *returns))


def by_agency(figures: Figures) -> Section:
    """What each body answers for, how much of it is overdue, and what it has not reported in the round."""
    found = answer_lines(figures)
    columns = (
        Column("Body"),
        Column("Answers for", "number"),
        Column("Overdue", "number"),
        Column("Returns asked for", "number"),
        Column("Not reported", "number"),
    )
    told = [
        "Activities are counted. An activity for which several bodies answer counts for each of them, one that is "
        "paused never as overdue."
    ]
    if figures.round is None:
        told.append("This meeting looks at no reporting round: nothing is said of returns.")
    table = Table(
        "by_agency",
        f"What each body answers for, and its returns in the round of {figures.round.round}"
        if figures.round
        else "What each body answers for",
        columns,
        tuple(line.row(figures) for line in found),
        "No body answers for anything in this plan.",
    )
    return Section("by_agency", _answering_in_words(figures, found), tuple(told), (table,))


def answer_lines(figures: Figures) -> list[AnswerLine]:
    """Every body that answers for something or is asked about it, agencies first; last what nobody answers for."""
    asked = {each.key: each for each in figures.round.bodies} if figures.round else {}
    found = []
    for line in figures.bodies.every_line:
        returns = asked.pop(line.body.slug, None)
        if returns is None and (line.body.kind == BodyKind.COLLECTIVE or not line.answers):
            continue
        counts = (returns.count(""), returns.count("missing")) if returns else (0, 0)
        found.append(AnswerLine(line.body.label, line.number("answers"), line.number("overdue"), *counts))
    unnamed = [each for each in figures.picture.activities if not _is_answered(figures, each)]
    if unnamed or NOBODY in asked:
        late = sum(1 for each in unnamed if each.due_state == DueState.OVERDUE)
        returns = asked.pop(NOBODY, None)
        counts = (returns.count(""), returns.count("missing")) if returns else (0, 0)
        found.append(AnswerLine(UNNAMED, len(unnamed), late, *counts))
    found += [AnswerLine(each.who, 0, 0, each.count(""), each.count("missing")) for each in asked.values()]
    return found


def _is_answered(figures: Figures, activity: Any) -> bool:
    return bool(figures.picture.casts.get(activity.id, Cast()).answering)


def _answering_in_words(figures: Figures, found: Sequence[AnswerLine]) -> str:
    """The heading: ``5 of 15 bodies answer for something overdue; 3 have a return of Q2 FY2021/22 to make``."""
    bodies = [line for line in found if line.who != UNNAMED]
    if not bodies:
        return "No body answers for anything in this plan"
    late = sum(1 for line in bodies if line.overdue)
    of_all = f"of {numbered(len(bodies), 'body', 'bodies')} {'answers' if late == 1 else 'answer'}"
    first = f"{late} {of_all} for something overdue" if late else "No body answers for anything overdue"
    if figures.round is None:
        return first
    silent = sum(1 for line in bodies if line.missing)
    verb = "has" if silent == 1 else "have"
    return f"{first}; {silent or 'none'} {verb} not returned everything asked for {figures.round.round}"
