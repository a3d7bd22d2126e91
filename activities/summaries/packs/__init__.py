"""The figures of a pack: everything that the Steering Group is given, from one reading, as plain values.

Each section is made by one function from ``Figures``; where a page shows the same number, both call the same
function. The sections, their keys and their order are the same in every pack, whatever there is to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from activities.pack_document import Cover, PackDocument, Section
from activities.reading import Reading
from activities.summaries.packs import ahead, annex, decisions, doubts, late, movements, standing
from activities.summaries.packs.figures import Figures, where_movements_begin
from activities.summaries.packs.numbers import NUMBERS, headline, numbers
from tnoc_tracker.record.days import AUCKLAND

__all__ = ["NUMBERS", "SECTIONS", "pack_document"]

SECTIONS: tuple[str, ...] = (
    "decisions_sought",
    "follow_through",
    "headline",
    "by_focus_area",
    "by_agency",
    "overdue",
    "off_track",
    "movements",
    "coming",
    "at_risk",
    "gaps",
    "contradictions",
    "delivered",
    "more_decisions",
    "register",
    "definitions",
    "how_overdue",
    "not_reported",
)
"""The keys of a pack's sections in their order; those from ``more_decisions`` on are the annex."""


def pack_document(
    reading: Reading,
    *,
    meeting: Any,
    number: int,
    previous: PackDocument | None,
    previous_at: datetime | None,
    frozen_by: str,
    summary: str,
    corrected_why: str,
    marking: str,
    site: str,
    tells_entered: bool = True,
) -> PackDocument:
    """The pack of a meeting as of a reading at a moment, which is its position (a constant number of queries).

    ``previous`` is the pack before with its position ``previous_at``: movements run from there, else from the plan's
    start. ``tells_entered`` says whether a report that was entered later is named as such (a demonstration says it
    once for all). ``ValueError`` for a reading without a moment.
    """
    if reading.at is None:
        raise ValueError("A pack is made of a reading at a moment: that is its position.")
    since = where_movements_begin(reading, previous_at)
    figures = Figures(reading, meeting, since, previous, tells_entered)
    found = numbers(figures)
    cover = _cover(
        figures,
        previous_position=previous_at,
        frozen_by=frozen_by,
        version=number,
        corrected_why=corrected_why,
        marking=marking,
        site=site,
    )
    return PackDocument(cover, found, _sections(figures, found, summary))


def _sections(figures: Figures, found: Mapping[str, int], summary: str) -> tuple[Section, ...]:
    """Every section, in the order of ``SECTIONS``."""
    asked = decisions.sought(figures)
    return (
        decisions.decisions_sought(figures, asked),
        decisions.follow(figures),
        headline(figures, found, summary),
        standing.by_focus_area(figures),
        standing.by_agency(figures),
        late.overdue(figures),
        late.off_track(figures),
        movements.movements(figures),
        ahead.coming(figures),
        ahead.at_risk(figures),
        doubts.gaps(figures),
        doubts.contradictions(figures),
        movements.delivered(figures),
        decisions.more_decisions(figures, asked),
        annex.register(figures),
        annex.definitions(figures),
        annex.how_overdue(figures),
        annex.not_reported(figures),
    )


def _cover(figures: Figures, *, previous_position: datetime | None, **said: Any) -> Cover:
    reading, meeting, held = figures.reading, figures.meeting, figures.round
    assert reading.at is not None  # noqa: S101  refused above
    return Cover(
        plan_slug=reading.plan.slug,
        plan_title=reading.plan.title,
        meeting=str(meeting),
        held_on=meeting.held_on.isoformat(),
        place=meeting.place,
        round=str(held.round) if held else None,
        quarter_end=held.round.quarter.last_day.isoformat() if held else None,
        position=_moment(reading.at),
        on=reading.on.isoformat(),
        previous_position=_moment(previous_position) if previous_position else None,
        asked=held.count("") if held else None,
        returned=held.count("back") if held else None,
        **said,
    )


def _moment(at: datetime) -> str:
    """A moment with the Auckland offset: ``2022-02-10T09:30:00+13:00``."""
    return at.astimezone(AUCKLAND).isoformat()
