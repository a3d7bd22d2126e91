"""The rows that a pack is made of, each table read once however many activities there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from activities.answering import Cast
from activities.comparison import Comparison, compare
from activities.comparison.kinds import DELIVERED, STATUS
from activities.models import ActionPlan, Round, StatusUpdate
from activities.pack_document import Note, PackDocument
from activities.reading import Reading
from activities.register import RegisterRow
from activities.statuses import DeliveryStatus
from activities.summaries.bodies import Bodies
from activities.summaries.dashboard import Dashboard
from activities.summaries.lateness import NO_REPORT, LateMilestone, late_in
from activities.summaries.packs.cells import notes, words_of
from activities.summaries.picture import Picture, is_past_due
from activities.summaries.rounds import RoundPicture, picture_of
from activities.summaries.said import Said, last_by_activity, said
from tnoc_tracker.record.days import day_of, start_of_day

IN_TROUBLE = (DeliveryStatus.AT_RISK, DeliveryStatus.OFF_TRACK)
"""The statuses that are said with a reason."""


@dataclass(frozen=True)
class Figures:
    """Everything that the sections of a pack count, as of one reading, and where its movements run from.

    ``previous`` is the pack before, None for a plan's first; ``since`` its position, else the plan's start.
    """

    reading: Reading
    meeting: Any
    since: Reading
    previous: PackDocument | None = None
    tells_entered: bool = True

    @cached_property
    def picture(self) -> Picture:
        """The plan's activities and milestones."""
        return Picture(self.reading)

    @cached_property
    def board(self) -> Dashboard:
        """The plan's dashboard: its numbers are the pack's."""
        return Dashboard(self.picture)

    @cached_property
    def bodies(self) -> Bodies:
        """What each body does."""
        return Bodies(self.picture)

    @cached_property
    def changes(self) -> Comparison:
        """What changed since the last pack."""
        return compare(self.since, self.reading)

    @cached_property
    def round(self) -> RoundPicture | None:
        """The reporting round that the meeting looks at."""
        if self.meeting.round_id is None:
            return None
        held = self.reading.rows(Round).filter(id=self.meeting.round_id).first()
        return picture_of(self.reading, held) if held else None

    def open_milestones(self, activity: Any) -> list[Any]:
        """The live milestones of an activity that are neither delivered nor begun."""
        return [each for each in self._milestones.get(activity.id, []) if each.is_open]

    @cached_property
    def _milestones(self) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for each in self.picture.milestones:
            found[each.activity_id].append(each)
        return found

    def who(self, activity: Any) -> str:
        """Who answers for an activity, else how long nobody has, that it is withheld, or not in the plan any more.

        As the register says it: scopes are for the activity's own page, and for its parts.
        """
        row = self.picture.by_id.get(activity.id)
        if row is None:
            return "Withdrawn from the plan"
        named = self.register_row(row).answering
        return named[:1].upper() + named[1:]

    def parts_of(self, activity: Any) -> list[Any]:
        """The live parts of an activity, in their order."""
        return self._parts.get(activity.id, [])

    @cached_property
    def _parts(self) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for (activity_id, _), parts in self.bodies.parts.items():
            found[activity_id] += parts
        return {key: sorted(parts, key=lambda part: (part.position, part.id)) for key, parts in found.items()}

    def register_row(self, activity: Any) -> RegisterRow:
        """An activity as a line of the register."""
        reading = self.reading
        cast = self.picture.casts.get(activity.id, Cast())
        open_return = reading.still_asks(activity.id, activity.due_state)
        return RegisterRow(activity, cast, self._codes[activity.focus_area_id], reading.on, open_return)

    @cached_property
    def _codes(self) -> dict[int, str]:
        return {area.id: area.code for area in self.reading.focus_areas}

    # What is late, and what was said of it -----------------------------------------------------------------------

    @cached_property
    def late(self) -> tuple[LateMilestone, ...]:
        """Every milestone past its date with what was said last, paused ones too, most days first."""
        return tuple(
            replace(
                row,
                said=(words := self.last.get(row.activity.id)),
                part=self._part(words),
                tells_entered=self.tells_entered,
            )
            for row in late_in(self.picture)
        )

    @cached_property
    def updates(self) -> list[Said]:
        """The last update of each activity that is quoted, and of the parts for which one is at risk or off track."""
        parts = [part.id for found in self._troubled_parts.values() for part in found]
        return said(self.reading, last_of=self._quoted, last_of_parts=parts)

    @property
    def _quoted(self) -> set[int]:
        """What is late, in trouble, in a contradiction, or was completed since the last pack."""
        rows = {each.activity_id for each in self.picture.milestones if is_past_due(each)}
        rows |= {each.id for each in self.picture.activities if each.status in IN_TROUBLE or each.contradiction}
        return rows | {each.id for each in self.completed}

    @cached_property
    def completed(self) -> list[Any]:
        """The activities completed since the last pack, in plan order."""
        moved = {each.activity.id for each in self.changes.of(STATUS)}
        rows = self.picture.activities
        return [each for each in rows if each.id in moved and each.status == DeliveryStatus.COMPLETED]

    @cached_property
    def last(self) -> dict[int, Said]:
        """The last update of each activity."""
        return last_by_activity(self.updates)

    @cached_property
    def _troubled_parts(self) -> dict[int, list[Any]]:
        """The parts that make their activity at risk or off track, in their order."""
        troubled = [each for each in self.picture.activities if each.status in IN_TROUBLE]
        found = {each.id: [part for part in self.parts_of(each) if part.status == each.status] for each in troubled}
        return {key: parts for key, parts in found.items() if parts}

    @cached_property
    def _last_of_parts(self) -> Mapping[int, Said]:
        newest: dict[int, Said] = {}
        for each in sorted(self.updates, key=lambda each: each.update.number):
            if each.update.part_id:
                newest[each.update.part_id] = each
        return newest

    @cached_property
    def deliveries(self) -> dict[int, list[Any]]:
        """By activity, the updates since the last pack that report deliveries, the newest first."""
        found: dict[int, list[Any]] = defaultdict(list)
        ids = {each.activity.id for each in self.changes.of(DELIVERED)}
        if ids:
            rows = StatusUpdate.objects.filter(activity_id__in=ids, at__gt=self.since.at).exclude(milestones_met="")
            for update in self.reading.known(rows).order_by("activity_id", "-number"):
                found[update.activity_id].append(update)
        return found

    def explained(self, activity: Any) -> list[Said]:
        """What explains an activity's status: its last update, or those of the parts that it follows from."""
        last = self.last.get(activity.id)
        if last is None or last.update.part_id is None:
            return [last] if last else []
        parts = self._troubled_parts.get(activity.id, [])
        return [self._last_of_parts[part.id] for part in parts if part.id in self._last_of_parts] or [last]

    def told(self, activity: Any, *, forecast: bool = True) -> tuple[Note, ...]:
        """Reason, path to green and ask of an activity, by whom and when; that nobody has reported, where so."""
        found = self.explained(activity)
        if not found:
            return notes([("Reason", NO_REPORT)])
        pairs = (
            pair
            for each in found
            for pair in words_of(each, self._part(each), tells_entered=self.tells_entered, forecast=forecast)
        )
        return notes(pairs)

    def _part(self, words: Said | None) -> str:
        return words.part_in_words(self.reading.bodies) if words else ""


def where_movements_begin(reading: Reading, previous_at: datetime | None) -> Reading:
    """The position of the last pack, else the plan's start, or the beginning of its record where that is later."""
    if previous_at is not None:
        return Reading(reading.plan, day_of(previous_at), previous_at)
    entries = ActionPlan.history.model.objects.filter(id=reading.plan.id, sequence=1)
    begins: datetime = entries.values_list("history_date", flat=True).get()
    start = start_of_day(reading.plan.starts_on)
    at = start if reading.at and begins <= start <= reading.at else begins
    return Reading(reading.plan, day_of(at), at)
