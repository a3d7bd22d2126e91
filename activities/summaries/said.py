"""What was said lately, and what was said last of some activities: one query over the status updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from activities.models import Activity, Part, StatusUpdate
from activities.reading import Reading
from agencies.models import Body
from tnoc_tracker.record.days import day_of, long_date


@dataclass(frozen=True)
class Said:
    """A status update as a page tells it, with the part it is about and the moment the machine wrote it."""

    update: Any

    @property
    def on(self) -> date:
        """The Auckland day from which it counts."""
        return day_of(self.update.at)

    @property
    def entered(self) -> str:
        """``entered 22 November 2026 for 1 July 2021``; empty where it was entered on the day itself."""
        written = day_of(self.update.first_written)
        return "" if written == self.on else f"entered {long_date(written)} for {long_date(self.on)}"

    def part_in_words(self, bodies: Mapping[int, Body]) -> str:
        """``Police – financial sector``; empty where it is about the whole activity."""
        body = bodies.get(self.update.part_body_id) if self.update.part_id else None
        if body is None:
            return ""
        return f"{body.label} – {self.update.part_scope}" if self.update.part_scope else body.label


def said(reading: Reading, *, last_of: Iterable[int] = (), lately: int = 0) -> list[Said]:
    """The newest ``lately`` updates of present activities, and the last one of each activity named; newest first."""
    asked = list(last_of)
    if not asked and not lately:
        return []
    rows = reading.status_updates.filter(activity_id__in=reading.present_ids)
    numbers = reading.beside(Activity, id="activity_id").order_by().values("updates")[:1]
    wanted = Q(activity_id__in=asked, number=Subquery(numbers))
    if lately:
        wanted |= Q(id__in=rows.order_by("-at", "-id").values("id")[:lately])
    entries = StatusUpdate.history.model.objects.filter(id=OuterRef("id"), sequence=1).order_by()
    parts = reading.beside(Part, id="part_id").order_by()
    found = rows.filter(wanted).annotate(
        first_written=Subquery(entries.values("written_at")[:1]),
        part_body_id=Subquery(parts.values("body_id")[:1]),
        part_scope=Subquery(parts.values("scope")[:1]),
    )
    return [Said(update) for update in found.order_by("-at", "-id")]


def last_by_activity(updates: Iterable[Said]) -> dict[int, Said]:
    """The newest of these updates for each activity: the last one, for activities asked for by name."""
    newest: dict[int, Said] = {}
    for each in updates:
        held = newest.get(each.update.activity_id)
        if held is None or each.update.number > held.update.number:
            newest[each.update.activity_id] = each
    return newest
