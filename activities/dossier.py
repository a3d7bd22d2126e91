"""One activity with everything that is known of it, as of a reading: what its own page shows.

A constant number of queries: one for each kind of thing, and none for what the activity is known not to have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from activities.answering import Cast, Gap, RoleHeld, cast_of, gap_of
from activities.contradictions import told
from activities.due_states import DueState
from activities.models import RoleKind
from activities.plan_document.grounds import grounds_in, withheld_words
from activities.prepared import asked_of
from activities.reading import Reading
from activities.register import RegisterRow
from activities.statuses import BY_SEVERITY, MEANINGS
from activities.summaries.decisions import Told, told_beside
from activities.summaries.one_activity import parts_of, updates_of
from activities.summaries.parts import AskedOfPart, AskedOfParts, asked_of_parts
from activities.summaries.proposals import WaitingDate, waiting_dates
from activities.summaries.said import FromReturn, facts_of, return_of
from activities.summaries.slippage import MilestoneLine, Total, milestone_lines, total
from agencies.models import Body, BodyKind
from tnoc_tracker.record.days import day_of, long_date

AT_FIRST, REPORTS_AT_FIRST = 50, 20
"""So many entries of the history, and reports, are on the page before all of them are asked for."""


@dataclass(frozen=True)
class ToldUpdate:
    """A status update as the trail and the latest report show it, with the part it is about in words.

    ``refers`` says which report it corrects, and by which it was corrected; ``of_return`` where it was filed.
    """

    update: Any
    part: str
    forecast_of: str = ""
    tells_entered: bool = True
    refers: str = ""
    of_return: FromReturn | None = None

    @property
    def when(self) -> Any:
        """The moment from which it counts."""
        return self.update.at

    @property
    def who(self) -> str:
        """Who reported, and who accepted it."""
        return str(self.update.who)

    @property
    def reported(self) -> str:
        """``reported 3 February 2022`` where it counts from a later day; see ``UpdateWords``."""
        return str(self.update.reported)

    @property
    def before(self) -> str:
        """The status before."""
        return str(self.update.from_status)

    @property
    def after(self) -> str:
        """The status after."""
        return str(self.update.to_status)

    @property
    def why(self) -> str:
        """The first of what was said that explains the status."""
        said = self.update
        texts = (said.reason, said.explanation, said.what_changed, said.what_became, said.statement, said.what_was_done)
        return next((text for text in texts if text), "")

    @property
    def decided(self) -> Any:
        """What quotes the decision that it followed; None where it followed none."""
        return self.update if self.update.decision_reference else None

    @property
    def whole(self) -> str:
        """The status of the whole activity where a part's report has changed it; else empty."""
        changed = bool(self.part) and self.update.whole_before != self.update.whole_after
        return str(self.update.whole_after) if changed else ""

    @property
    def entered(self) -> str:
        """``entered 22 November 2026 for 1 July 2021`` where it was written on another day than it counts from."""
        written, counts = day_of(self.update.first_written_at), day_of(self.update.at)
        if written == counts or not self.tells_entered:
            return ""
        return f"entered {long_date(written)} for {long_date(counts)}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was said, in the order of the form, without the link to the evidence."""
        said = self.update
        told = facts_of(said, forecast_of=self.forecast_of, milestones=said.milestones_met)
        pairs = [("A correction", self.refers), *told]
        return [(label, value) for label, value in pairs if value]


@dataclass(frozen=True)
class PartLine:
    """One part: the body that answers for it, what was said of it last, its evidence, and what is asked of it now.

    ``evidence`` is the newest report that has any: what came after it may only confirm that nothing changed.
    """

    part: Any
    body: Body
    latest: ToldUpdate | None
    evidence: ToldUpdate | None = None
    asked: tuple[AskedOfPart, ...] = ()

    @property
    def words(self) -> str:
        """``Police – financial sector``."""
        return f"{self.body.label} – {self.part.scope}" if self.part.scope else self.body.label


@dataclass(frozen=True)
class Dossier:
    """An activity found by ``find``, and everything under it.

    ``tells_entered`` says of each report whether it was written on another day; a demonstration says it once for all.
    ``every_report`` asks for all that was ever said; else it is the newest, and as many as a page shows at first.
    """

    reading: Reading
    activity: Any
    tells_entered: bool = True
    every_report: bool = False

    @cached_property
    def cast(self) -> Cast:
        """Who holds which role."""
        return cast_of(self.reading, self.activity.id)

    @property
    def row(self) -> RegisterRow:
        """The activity as a line of the register."""
        row, reading = self.activity, self.reading
        return RegisterRow(row, self.cast, row.focus_code, reading.on, reading.still_asks(row.id, row.due_state))

    @property
    def gap(self) -> Gap | None:
        """Since when nobody answers; None where somebody does, or the activity is finished."""
        return None if self.activity.is_finished else gap_of(self.activity, self.reading.on)

    @property
    def contradiction(self) -> str:
        """Where status and dates disagree, as a sentence without a full stop; else empty."""
        return told(self.activity, self.reading)

    @cached_property
    def roles(self) -> list[tuple[str, list[RoleHeld]]]:
        """The roles by their exact kind, in the order of the kinds."""
        return [(str(kind.label), list(held)) for kind in RoleKind if (held := self.cast.of_kind(kind))]

    @property
    def answers_sentence(self) -> str:
        """``Police answers for it``, ``Customs, Police, MBIE answer for parts of it``; that it is withheld."""
        if self.activity.resourcing_withheld and not self.cast.answering:
            return "Who answers is withheld"
        verb = "answer for parts of it" if self.has_parts else "answers for it"
        return f"{self.row.answering} {verb}" if self.row.answering else "Nobody answers for it"

    @property
    def previous_name(self) -> str:
        """``Activity 6``; empty for the first one."""
        return name_of(self.activity.previous_key)

    @property
    def next_name(self) -> str:
        """``Activity 8``, ``Row 21``; empty for the last one."""
        return name_of(self.activity.next_key)

    @property
    def milestones_sentence(self) -> str:
        """``2 milestones: 1 overdue, 1 due this quarter``; removed ones and series are not counted."""
        states = [line.milestone.due_state for line in self.milestones if not line.milestone.is_series]
        counts = Counter(state for state in states if state != DueState.REMOVED)
        told_counts = [f"{counts[each]} {each.label.lower()}" for each in DueState if counts[each]]
        noun = "milestone" if counts.total() == 1 else "milestones"
        return f"{counts.total()} {noun}: {', '.join(told_counts)}" if told_counts else "No milestone counts"

    @property
    def parts_sentence(self) -> str:
        """``12 parts: 3 completed, 9 not started``."""
        counts = Counter(line.part.status for line in self.parts)
        told_counts = [f"{counts[each]} {MEANINGS[each].label.lower()}" for each in BY_SEVERITY if counts[each]]
        return f"{len(self.parts)} parts: {', '.join(told_counts)}"

    @property
    def description_in_words(self) -> str:
        """What stands where no description does."""
        for part in self.activity.withheld:
            if part["field"] == "description":
                return f"The description is {withheld_words(part['ground'])}."
        return "The document describes it no further."

    @property
    def has_parts(self) -> bool:
        """Whether bodies answer for parts: a lead with a scope, or a collective that leads."""
        leads = self.cast.of_kind(RoleKind.LEAD)
        return any(held.role.scope or (held.body and held.body.kind == BodyKind.COLLECTIVE) for held in leads)

    @cached_property
    def parts(self) -> list[PartLine]:
        """The live parts in order."""
        if not self.has_parts:
            return []
        latest: dict[int, ToldUpdate] = {}
        evidence: dict[int, ToldUpdate] = {}
        for each in reversed([each for each in self._said_of_parts if each.update.part_id is not None]):
            latest[each.update.part_id] = each
            if each.update.evidence_link or each.update.held_at:
                evidence[each.update.part_id] = each
        return [
            PartLine(
                part,
                self.reading.bodies[part.body_id],
                latest.get(part.id),
                evidence.get(part.id),
                tuple(each.of(part.id) for each in self.asked_of_parts),
            )
            for part in asked_of(self.reading, parts_of, activity_id=self.activity.id)
        ]

    @cached_property
    def asked_of_parts(self) -> list[AskedOfParts]:
        """What each open round asks about the parts; nothing where there are none."""
        return asked_of_parts(self.reading, self.activity.id) if self.has_parts else []

    @cached_property
    def updates(self) -> list[ToldUpdate]:
        """What was said, the latest first."""
        return self._told(None if self.every_report else (REPORTS_AT_FIRST,)) if self.activity.updates else []

    @property
    def more_updates(self) -> bool:
        """Whether more was said before."""
        return bool(len(self.updates) < self.activity.updates)

    @property
    def _said_of_parts(self) -> list[ToldUpdate]:
        """Everything that was said: what was said last of a part may lie far behind."""
        return self._told(None) if self.more_updates else self.updates

    def _told(self, most: tuple[int] | None) -> list[ToldUpdate]:
        milestones = {line.milestone.id: line.milestone.name for line in self.milestones}
        rows = asked_of(self.reading, updates_of, activity_id=self.activity.id, most=most)
        returns = {row.id: return_of(row, self.reading) for row in rows}
        refers = _references(rows, returns)
        return [
            ToldUpdate(
                row,
                self._part_words(row),
                milestones.get(row.forecast_of_id, ""),
                self.tells_entered,
                refers[row.id],
                returns[row.id],
            )
            for row in rows
        ]

    def _part_words(self, row: Any) -> str:
        if row.part_id is None:
            return ""
        label = self.reading.bodies[row.part_body].label
        return f"{label} – {row.part_scope}" if row.part_scope else label

    @property
    def latest(self) -> ToldUpdate | None:
        """What was said last."""
        return self.updates[0] if self.updates else None

    @cached_property
    def milestones(self) -> list[MilestoneLine]:
        """Every milestone in the document's order, occurrences under their series, removed ones among them."""
        return milestone_lines(self.reading, self.activity)

    @cached_property
    def moved(self) -> list[tuple[MilestoneLine, list[Any]]]:
        """The milestones whose agreed date has moved, each with every move in order."""
        lines = [line for line in self.milestones if line.milestone.moves]
        moves: dict[int, list[Any]] = defaultdict(list)
        if lines:
            for move in self.reading.date_moves.filter(milestone_id__in=[line.milestone.id for line in lines]):
                moves[move.milestone_id].append(move)
        return [(line, moves[line.milestone.id]) for line in lines]

    @property
    def waiting(self) -> list[WaitingDate]:
        """The milestones for which another date is proposed, with who asked."""
        milestones = [line.milestone for line in self.milestones]
        return waiting_dates(milestones, {self.activity.id: self.activity}, self.reading.bodies)

    @property
    def slippage(self) -> Total:
        """How far the dates have moved in all."""
        return total(line.milestone for line in self.milestones)

    @property
    def decisions(self) -> list[Told]:
        """What the Steering Group decided about it: what is open by its day, then what is settled."""
        return told_beside(self.reading, self.activity.decided)

    @property
    def withheld_parts(self) -> list[str]:
        """What the document withholds, and under what: ``title: withheld, ground not stated``."""
        return [f"{part['field']}: {withheld_words(part['ground'])}" for part in self.activity.withheld]

    @property
    def printed(self) -> list[tuple[str, str]]:
        """The cells of the row as printed, misprints and mark-up included."""
        row = self.activity
        return [
            ("Strategic focus area", row.published_focus_area),
            ("Priority action area", row.published_priority_area),
            ("Activity", row.published_activity),
            ("Description", row.published_description),
            ("Resourcing", row.published_resourcing),
            ("Timeframe", row.published_timeframe),
        ]

    @property
    def compared(self) -> list[dict[str, str]]:
        """The published words, as read from the document, beside the working ones."""
        row = self.activity
        return [
            {"label": "Title", "left": row.published_title, "right": row.title},
            {"label": "Description", "left": row.published_prose, "right": row.description},
        ]

    @property
    def as_loaded(self) -> str:
        """That nobody has reported, where nobody has."""
        return "as loaded, nobody has reported yet" if self.activity.reported_at is None else ""

    @property
    def withdrawn(self) -> str:
        """``Withdrawn 3 February 2022``; empty where it is not."""
        day: date | None = self.activity.withdrawn_on
        return f"Withdrawn {long_date(day)}" if day else ""


def _references(updates: Sequence[Any], returns: Mapping[int, FromReturn | None]) -> dict[int, str]:
    """``Corrects the report of 17 December 2021; corrected on 14 February 2022``, by the update's id.

    A correction of a return says what of it was corrected, and why.
    """
    told_of = {each.id: [of.corrects] if (of := returns[each.id]) and of.corrects else [] for each in updates}
    for each in reversed(updates):
        if each.corrects_id is not None:
            told_of[each.id].insert(0, f"corrects the report of {long_date(day_of(each.corrected_at))}")
            if each.corrects_id in told_of:
                told_of[each.corrects_id].append(f"corrected on {long_date(day_of(each.at))}")
    return {key: (words := "; ".join(parts))[:1].upper() + words[1:] for key, parts in told_of.items()}


def name_of(key: str | None) -> str:
    """What a page calls an activity by its key: ``Activity 8``, or ``Row 21`` for a row without a number."""
    if not key:
        return ""
    return f"Row {key.removeprefix('row-')}" if key.startswith("row-") else f"Activity {key}"


def ground_of(held: RoleHeld) -> str:
    """What a page says of a withheld role: ``withheld under s 9(2)(f)(iv)``."""
    grounds = [ground for ground in grounds_in(held.role.as_published) if ground]
    return withheld_words(grounds[0] if grounds else None)
