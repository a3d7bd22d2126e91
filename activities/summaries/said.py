"""What was said lately, and what was said last of some activities: one query over the status updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from json import dumps
from typing import Any

from django.db.models import F, JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from activities.models import Activity, Filing, Part, StatusUpdate
from activities.prepared import asked_of
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from agencies.models import Body
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.prepared import among


def facts_of(said: Any, *, forecast_of: str = "", milestones: str = "") -> list[tuple[str, str]]:
    """What was said in an update or a filing, in the order of the form, by its label; an empty text where it was not.

    ``forecast_of`` names the milestone that the forecast is for, ``milestones`` says what was delivered with it. The
    link to the evidence is left out: it is a link.
    """
    forecast = long_date(said.forecast) if said.forecast else "cannot forecast" if said.cannot_forecast else ""
    if said.forecast and forecast_of:
        forecast = f"{forecast}, for “{forecast_of}”"
    return [
        ("What was done", said.what_was_done),
        ("What has changed", said.what_changed),
        ("Reason", said.reason),
        ("Path to green", said.path_to_green),
        ("Forecast", forecast),
        ("Ask of the Steering Group", said.ask or ("none" if said.no_ask else "")),
        ("Decision", said.decision_reference),
        ("Review of the pause", long_date(said.review_date) if said.review_date else ""),
        ("Completed on", long_date(said.completed_on) if said.completed_on else ""),
        ("What was delivered", said.statement),
        ("Evidence held at", said.held_at),
        ("What became of it", said.what_became),
        ("Why on track all the same", said.explanation),
        ("Milestones", milestones),
        ("Next steps", said.next_steps),
    ]


@dataclass(frozen=True)
class FromReturn:
    """The return of which an update was accepted; a correction says whose filing it corrects, and why."""

    return_id: int
    quarter: str
    corrects: str = ""

    @property
    def words(self) -> str:
        """``Return of Q2 FY2021/22``."""
        return f"Return of {self.quarter}"


def with_returns(reading: Reading, updates: Any) -> Any:
    """The updates, each annotated with the return of which it was accepted; see ``return_of``."""
    columns = {
        "ret": F("ret_id"),
        "quarter": F("ret__round__quarter_key"),
        "filed_by": F("corrects__person_name"),
        "filed_at": F("corrects__at"),
        "why": F("corrected_why"),
    }
    # Behind a filing lie only columns that never change: its round's quarter, and what it corrects.
    filing = reading.beside(Filing, update_id="id").order_by().values(found=JSONObject(**columns))
    return updates.annotate(accepted_from=Subquery(filing[:1], output_field=JSONField()))


def return_of(update: Any, reading: Reading) -> FromReturn | None:
    """The return of which an update of ``with_returns`` was accepted; None where it was reported directly."""
    found: dict[str, Any] | None = update.accepted_from
    if not found:
        return None
    quarter = str(FiscalQuarter.parse_key(found["quarter"], reading.plan.fiscal_year_starts_in))
    if not found["filed_by"]:
        return FromReturn(found["ret"], quarter)
    filed = datetime.fromisoformat(found["filed_at"])
    on = long_date(day_of(filed if filed.tzinfo else filed.replace(tzinfo=UTC)))  # SQLite's JSON says no zone
    return FromReturn(found["ret"], quarter, f"corrects what {found['filed_by']} filed on {on}: {found['why']}")


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

    def by_whom(self, part: str = "", *, tells_entered: bool = True) -> str:
        """``Police Lead, 3 February 2022``; who accepted it, and on which day it was entered where that was another.

        ``part`` is the part in words that it is about; ``tells_entered`` whether a later entry is named as one.
        """
        told = f"{self.update.person_name}{f' for {part}' if part else ''}, {long_date(self.update.said_on)}"
        later = [words for words in (self.update.accepted, self.entered if tells_entered else "") if words]
        return f"{told} ({'; '.join(later)})" if later else told

    def part_in_words(self, bodies: Mapping[int, Body]) -> str:
        """``Police – financial sector``; empty where it is about the whole activity."""
        body = bodies.get(self.update.part_body_id) if self.update.part_id else None
        if body is None:
            return ""
        return f"{body.label} – {self.update.part_scope}" if self.update.part_scope else body.label


def said(
    reading: Reading, *, last_of: Iterable[int] = (), last_of_parts: Iterable[int] = (), lately: int = 0
) -> list[Said]:
    """The newest ``lately`` updates of present activities, the last one of each activity and part named; newest first.

    One query; none where nothing is asked for.
    """
    asked, parts = list(last_of), list(last_of_parts)
    if not asked and not parts and not lately:
        return []
    named = {"last_of": dumps(asked), "last_of_parts": dumps(parts)}
    return [Said(update) for update in asked_of(reading, _said, **named, lately=(lately,))]


def _said(reading: Reading, last_of: str, last_of_parts: str, lately: tuple[int]) -> Any:
    # Ids first, each kind by the index that serves it: one condition with OR would read all that was ever said.
    last, of_parts = _last_ids(reading, last_of), _last_of_parts(reading, last_of_parts)
    ids = last.union(of_parts, _latest_ids(reading, *lately), all=True)
    entries = StatusUpdate.history.model.objects.filter(id=OuterRef("id"), sequence=1).order_by()
    part = reading.beside(Part, id="part_id").order_by()
    found = with_returns(reading, reading.known(StatusUpdate.objects.filter(id__in=ids))).annotate(
        first_written=Subquery(entries.values("written_at")[:1]),
        part_body_id=Subquery(part.values("body_id")[:1]),
        part_scope=Subquery(part.values("scope")[:1]),
    )
    return found.order_by("-at", "-id")


def _last_ids(reading: Reading, activity_ids: str) -> Any:
    """The last update of each activity, by its number: served by the constraint activities_update_number."""
    numbered = StatusUpdate.objects.filter(activity_id=OuterRef("id"), number=OuterRef("updates")).order_by()
    rows = reading.known(Activity.objects.filter(among("id", activity_ids))).filter(withdrawn_on=None).order_by()
    return rows.annotate(last=Subquery(numbered.values("id")[:1])).values("last")


def _last_of_parts(reading: Reading, part_ids: str) -> Any:
    """The last update of each part: an update is never altered, and is known from ``at`` on."""
    rows = StatusUpdate.objects.filter(part_id=OuterRef("id")).order_by("-number")
    if reading.at is not None:
        rows = rows.filter(at__lte=reading.at)
    parts = Part.objects.filter(among("id", part_ids)).order_by()
    return parts.annotate(last=Subquery(rows.values("id")[:1])).values("last")


def _latest_ids(reading: Reading, count: int) -> Any:
    """The newest updates of present activities: served by the index activities_update_latest.

    An update is never altered and is known from ``at`` on, so that the live rows tell what was said by then.
    """
    rows = StatusUpdate.objects.filter(reading.of_present)
    if reading.at is not None:
        rows = rows.filter(at__lte=reading.at)
    newest = rows.order_by("-at", "-id").values("id")[:count]
    return StatusUpdate.objects.filter(id__in=newest).order_by().values("id")


def last_by_activity(updates: Iterable[Said]) -> dict[int, Said]:
    """The newest of these updates for each activity: the last one, for activities asked for by name."""
    newest: dict[int, Said] = {}
    for each in updates:
        held = newest.get(each.update.activity_id)
        if held is None or each.update.number > held.update.number:
            newest[each.update.activity_id] = each
    return newest
