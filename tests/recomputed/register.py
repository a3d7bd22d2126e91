"""The register of a plan at a moment, from the lines of its history: rows, and what the rules make of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AUCKLAND = ZoneInfo("Pacific/Auckland")
Row = dict[str, Any]

WORST_FIRST = ("off_track", "at_risk", "paused", "on_track", "not_started", "completed", "not_delivered")
FINISHED = ("completed", "not_delivered")
STATES = (
    "overdue",
    "overdue_paused",
    "due_this_quarter",
    "due_next_quarter",
    "later",
    "no_date",
    "closed",
    "delivered_late",
    "delivered_on_time",
)
"""Due states, the most pressing first; a withheld timeframe is none of them."""


def day(text: str | None) -> date | None:
    """A day of the lines."""
    return date.fromisoformat(text) if text else None


def moment(text: str) -> datetime:
    """A moment of the lines."""
    return datetime.fromisoformat(text)


def day_of(text: str) -> date:
    """The Auckland day of a moment of the lines."""
    return moment(text).astimezone(AUCKLAND).date()


def end_of(on: date) -> datetime:
    """The last moment of an Auckland day."""
    after = on + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=AUCKLAND).astimezone(ZoneInfo("UTC")) - timedelta(
        microseconds=1
    )


def start_of(on: date) -> datetime:
    """The first moment of an Auckland day."""
    return datetime(on.year, on.month, on.day, tzinfo=AUCKLAND)


def quarter_of(on: date, starts_in: int) -> tuple[date, date]:
    """The first and the last day of the fiscal quarter that holds a day."""
    first = on.replace(day=1)
    while (first.month - starts_in) % 3:
        first = (first - timedelta(days=1)).replace(day=1)
    after = first
    for _ in range(3):
        after = (after + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


class History:
    """Every entry of the export, by object, in the order of their numbers."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the lines."""
        self.entries: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for line in lines:
            entry = json.loads(line)
            self.entries[entry["table"], entry["id"]].append(entry)
        for entries in self.entries.values():
            entries.sort(key=lambda entry: entry["sequence"])
            assert [entry["sequence"] for entry in entries][-1] == len(entries) or entries[0]["table"].endswith(
                "person"
            )

    def at(self, moment_known: datetime, on: date) -> Register:
        """The register as known at a moment, with lateness counted on a day."""
        tables: dict[str, list[Row]] = defaultdict(list)
        for (table, _), entries in self.entries.items():
            known = [entry for entry in entries if moment(entry["history_date"]) <= moment_known]
            if known:
                tables[table].append(known[-1])
        return Register(self, tables, moment_known, on)


class Register:
    """The rows known at a moment, and the answers that follow from them on a day."""

    def __init__(self, history: History, tables: dict[str, list[Row]], at: datetime, on: date) -> None:
        """Keep the rows, and what is asked of them most."""
        self.history, self.tables, self.at, self.on = history, tables, at, on
        (self.plan,) = tables["activities.actionplan"]
        self.bodies = {body["id"]: body for body in tables["agencies.body"]}
        self.every_activity = sorted(tables["activities.activity"], key=lambda row: row["position"])
        self.activities = [row for row in self.every_activity if not row["withdrawn_on"]]
        self.by_id = {row["id"]: row for row in self.every_activity}
        self.updates = sorted(tables["activities.statusupdate"], key=lambda row: row["number"])
        self.quarter = quarter_of(on, self.plan["fiscal_year_starts_in"])
        self.next_quarter = quarter_of(self.quarter[1] + timedelta(days=1), self.plan["fiscal_year_starts_in"])

    def present(self, activity_id: int) -> bool:
        """Whether an activity is known and not withdrawn."""
        return any(row["id"] == activity_id for row in self.activities)

    # What people say ----------------------------------------------------------------------------------------------

    def said(self, activity: Row, part: Row | None = None) -> list[Row]:
        """The updates of an activity, or those of one of its parts, the oldest first."""
        return [
            update
            for update in self.updates
            if update["activity_id"] == activity["id"] and (part is None or update["part_id"] == part["id"])
        ]

    def parts(self, activity: Row) -> list[Row]:
        """The live parts of an activity, in their order."""
        rows = self.tables["activities.part"]
        found = [row for row in rows if row["activity_id"] == activity["id"] and not row["withdrawn_on"]]
        return sorted(found, key=lambda row: (row["position"], row["id"]))

    def part_status(self, activity: Row, part: Row) -> str:
        """What was said last of a part."""
        said = self.said(activity, part)
        return said[-1]["to_status"] if said else "not_started"

    def in_parts(self, activity: Row) -> list[Row]:
        """The live parts from which the status of the whole follows; none where it was said of the whole last."""
        said = self.said(activity)
        return self.parts(activity) if said and said[-1]["part_id"] else []

    def status(self, activity: Row) -> str:
        """The delivery status: as said last of the whole, else the worst of the live parts."""
        said = self.said(activity)
        if not said:
            return "not_started"
        if said[-1]["part_id"] is None:
            return str(said[-1]["to_status"])
        parts = [self.part_status(activity, part) for part in self.parts(activity)]
        if not parts:  # the last part is gone: the word stands that followed from the parts then
            return str(activity["status"])
        worst = next(status for status in WORST_FIRST if status in parts)
        begun = any(status != "not_started" for status in parts)
        return "on_track" if worst == "not_started" and begun else worst

    def finished(self, activity: Row) -> bool:
        """Whether it is completed or closed."""
        return self.status(activity) in FINISHED

    def finished_on(self, activity: Row) -> date | None:
        """The day of completion as stated, or on which it was closed; of parts the last."""
        if not self.finished(activity):
            return None
        parts, said = self.in_parts(activity), self.said(activity)
        if parts:
            ends = [_ended(self.said(activity, part)) for part in parts]
            return max(end for end in ends if end)
        return _ended(said) if said[-1]["part_id"] is None else day(activity["finished_on"])

    def review(self, activity: Row) -> date | None:
        """The day on which a pause is reviewed; of paused parts the first."""
        if self.status(activity) != "paused":
            return None
        parts, said = self.in_parts(activity), self.said(activity)
        if parts:
            paused = [part for part in parts if self.part_status(activity, part) == "paused"]
            return min(date.fromisoformat(self.said(activity, part)[-1]["review_date"]) for part in paused)
        return day(said[-1]["review_date"] if said[-1]["part_id"] is None else activity["review_date"])

    def reported(self, activity: Row, part: Row | None = None) -> datetime | None:
        """When a person reported last."""
        people = [moment(update["at"]) for update in self.said(activity, part) if update["person_id"]]
        return people[-1] if people else None

    # What the dates say -------------------------------------------------------------------------------------------

    def milestones(self, *, every: bool = False) -> list[Row]:
        """Milestones of activities in the plan: live ones, or every one, removed ones and series too."""
        found = [row for row in self.tables["activities.milestone"] if self.present(row["activity_id"])]
        return [row for row in found if every or (not row["removed_on"] and row["kind"] != "recurring")]

    def moves(self, milestone: Row) -> list[Row]:
        """The moves of its agreed date, the oldest first."""
        rows = [row for row in self.tables["activities.datemove"] if row["milestone_id"] == milestone["id"]]
        return sorted(rows, key=lambda row: row["number"])

    def agreed(self, milestone: Row) -> date | None:
        """The date that was agreed last, else the original one."""
        moves = self.moves(milestone)
        return day(moves[-1]["moved_to"] if moves else milestone["original_due"])

    def state(self, milestone: Row) -> str:
        """The due state of a milestone that is not removed."""
        activity = self.by_id[milestone["activity_id"]]
        agreed, delivered = self.agreed(milestone), day(milestone["delivered_on"])
        if delivered:
            return "delivered_late" if agreed and delivered > agreed else "delivered_on_time"
        if self.finished(activity):
            return "closed"
        if agreed is None:
            return "no_date"
        if agreed < self.on:
            return "overdue_paused" if self.status(activity) == "paused" else "overdue"
        if agreed <= self.quarter[1]:
            return "due_this_quarter"
        return "due_next_quarter" if agreed <= self.next_quarter[1] else "later"

    def days_late(self, milestone: Row) -> int:
        """How many days a milestone is, was or stayed late."""
        agreed = self.agreed(milestone)
        until = day(milestone["delivered_on"]) or self.finished_on(self.by_id[milestone["activity_id"]]) or self.on
        return max(0, (until - agreed).days) if agreed else 0

    def by_date(self, milestone: Row) -> tuple[Any, ...]:
        """For sorting: the date, those without one last, then the plan's order."""
        agreed, activity = self.agreed(milestone), self.by_id[milestone["activity_id"]]
        return (agreed or date.max, activity["position"], milestone["position"], milestone["id"])

    def worst(self, activity: Row) -> Row | None:
        """The live milestone from which an activity has its due state."""
        own = [row for row in self.milestones() if row["activity_id"] == activity["id"]]

        def pressing(row: Row) -> tuple[Any, ...]:
            state = self.state(row)
            late = -self.days_late(row) if state == "delivered_late" else 0
            return (STATES.index(state), late, self.agreed(row) or date.max)

        return min(own, key=pressing) if own else None

    def due_state(self, activity: Row) -> str:
        """The due state of an activity."""
        if activity["timeframe_withheld"]:
            return "withheld"
        worst = self.worst(activity)
        return self.state(worst) if worst else "no_date"

    def due_on(self, activity: Row) -> date | None:
        """The agreed date that decides it; none where the timeframe is withheld."""
        worst = self.worst(activity)
        return self.agreed(worst) if worst and not activity["timeframe_withheld"] else None

    def contradiction(self, activity: Row) -> str:
        """The contradiction that an activity is in; empty where there is none."""
        status, late = self.status(activity), self.due_state(activity) == "overdue"
        own = [row for row in self.milestones() if row["activity_id"] == activity["id"]]
        begins = [agreed for row in own if row["kind"] == "start" and (agreed := self.agreed(row))]
        reported, review = self.reported(activity), self.review(activity)
        silent = reported is None or reported < start_of(self.quarter[0])
        held = {
            "on_track_overdue": status == "on_track" and late,
            "not_started_late": status == "not_started" and (late or any(due < self.on for due in begins)),
            "completed_open": status == "completed" and any(not row["delivered_on"] for row in own),
            "at_risk_silent": status == "at_risk" and silent,
            "paused_past_review": status == "paused" and review is not None and review < self.on,
        }
        return next((key for key, holds in held.items() if holds), "")

    # Who answers --------------------------------------------------------------------------------------------------

    def roles(self, activity: Row) -> list[Row]:
        """The roles that are held in an activity, in their order."""
        rows = [row for row in self.tables["activities.role"] if row["activity_id"] == activity["id"]]
        return sorted((row for row in rows if not row["ended_on"]), key=lambda row: row["position"])

    def answering(self, activity: Row) -> list[Row]:
        """The roles that answer: its leads, else its coordinators."""
        roles = self.roles(activity)
        return [row for row in roles if row["kind"] == "lead"] or [row for row in roles if row["kind"] == "coordinator"]

    def members(self, body_id: int) -> list[int]:
        """The bodies that belong to a collective in this plan."""
        rows = self.tables["activities.collectivemember"]
        return [row["body_id"] for row in rows if row["collective_id"] == body_id and not row["ended_on"]]

    def held_by(self, role: Row) -> set[int]:
        """The bodies that hold a role: itself, and the members of a collective."""
        body_id = role["body_id"]
        return set() if body_id is None else {body_id, *self.members(body_id)}

    def gap(self, activity: Row) -> date | None:
        """The day since which nobody answers; none where somebody does, it is finished, or who does is withheld."""
        fields = {part["field"] for part in activity["withheld"]}
        hidden = "resourcing" in fields and activity["answerable"] == "withheld"
        if hidden or self.answering(activity) or self.finished(activity):
            return None
        rows = [row for row in self.tables["activities.role"] if row["activity_id"] == activity["id"]]
        ends = [date.fromisoformat(row["ended_on"]) for row in rows if row["kind"] in ("lead", "coordinator")]
        starts = date.fromisoformat(self.plan["starts_on"])
        return max([starts, *ends])

    def label(self, body_id: int) -> str:
        """A body's short name, else its name."""
        body = self.bodies[body_id]
        return str(body["short"] or body["name"])

    # Rounds -------------------------------------------------------------------------------------------------------

    def returns(self, round_id: int | None) -> list[Row]:
        """What a round asks for."""
        rows = self.tables["activities.return"]
        return [row for row in rows if row["round_id"] == round_id and not row["dropped_on"]]

    def came_late(self, ret: Row) -> bool:
        """Whether it was first filed after the day that counted then."""
        filed = [moment(row["at"]) for row in self.tables["activities.filing"] if row["ret_id"] == ret["id"]]
        due = day(ret["due_when_returned"])
        return bool(filed and due and min(filed).astimezone(AUCKLAND).date() > due)


def _ended(said: list[Row]) -> date | None:
    """The day on which the last of some updates finished what it is about."""
    if not said or said[-1]["to_status"] not in FINISHED:
        return None
    last = said[-1]
    return day(last["completed_on"]) if last["to_status"] == "completed" else day_of(last["at"])
