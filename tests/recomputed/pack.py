"""The numbers of a pack, of its headings and of all its tables, counted again.

A table is a list of rows: the key of the activity that a row is about, and its numbers, dates and statuses.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.recomputed.dashboard import by_focus_area, empty_collectives, in_states, no_report, sets
from tests.recomputed.register import WORST_FIRST, Register, Row, day_of, moment

Table = list[tuple[Any, ...]]

BACK = ("returned", "confirmed", "returned_late", "accepted")
MISSING = ("requested", "draft", "sent_back", "not_returned")

LABELS = {
    "activities": "Activities",
    "off_track": "Activities: Off track",
    "at_risk": "Activities: At risk",
    "paused": "Activities: Paused",
    "on_track": "Activities: On track",
    "not_started": "Activities: Not started",
    "completed": "Activities: Completed",
    "not_delivered": "Activities: Not delivered",
    "no_report": "Not started: no report yet",
    "milestones": "Milestones",
    "due_so_far": "Milestones due so far",
    "delivered": "Due so far and delivered",
    "delivered_late": "Due so far and delivered late",
    "closed": "Due so far and closed undelivered",
    "delivered_early": "Delivered though due later",
    "overdue": "Milestones overdue",
    "overdue_paused": "Milestones overdue while paused",
    "due_this_quarter": "Milestones due this quarter",
    "due_next_quarter": "Milestones due next quarter",
    "no_date": "Milestones without a date",
    "moved": "Milestones whose date moved",
    "gaps": "Activities nobody answers for",
    "contradictions": "Contradictions",
    "asked": "Returns asked for",
    "returned": "Returns received",
    "returned_late": "Returns received after their day",
}
OF_A_ROUND = ("asked", "returned", "returned_late")


def iso(on: date | None) -> str | None:
    """A day as figures hold it."""
    return on.isoformat() if on else None


class Pack:
    """A pack of a meeting: the register at its position, the one that movements run from, and the last pack's."""

    def __init__(self, now: Register, since: Register, meeting_id: int, last: Pack | None) -> None:
        """Find the meeting and its round."""
        self.now, self.since, self.last = now, since, last
        (self.meeting,) = [row for row in now.tables["activities.meeting"] if row["id"] == meeting_id]
        self.round_id = self.meeting["round_id"]
        self.returns = now.returns(self.round_id) if self.round_id else []

    @property
    def asked(self) -> int | None:
        """How many returns the round asks for; none without a round."""
        return len(self.returns) if self.round_id else None

    def key(self, milestone: Row) -> str:
        """The key of a milestone's activity."""
        return str(self.now.by_id[milestone["activity_id"]]["key"])

    # Numbers ------------------------------------------------------------------------------------------------------

    def numbers(self) -> dict[str, int]:
        """The headline numbers by key."""
        now, counted = self.now, {name: len(rows) for name, rows in sets(self.now).items()}
        statuses = [now.status(row) for row in now.activities]
        back = [row for row in self.returns if row["state"] in BACK]
        states = ("overdue", "overdue_paused", "due_this_quarter", "due_next_quarter", "no_date")
        return {
            "activities": len(now.activities),
            **{status: statuses.count(status) for status in WORST_FIRST},
            "no_report": no_report(now),
            "milestones": len(now.milestones()),
            "due_so_far": counted["due"],
            "delivered": counted["met"],
            "delivered_late": counted["met_late"],
            "closed": counted["closed"],
            "delivered_early": counted["early"],
            **{state: len(in_states(now, state)) for state in states},
            "moved": counted["moved"],
            "gaps": sum(1 for row in now.activities if now.gap(row)),
            "contradictions": sum(1 for row in now.activities if now.contradiction(row)),
            "asked": len(self.returns),
            "returned": len(back),
            "returned_late": sum(1 for row in back if now.came_late(row)),
        }

    def headline(self) -> Table:
        """Each number with the last pack's and the change."""
        numbers, last = self.numbers(), self.last
        before = last.numbers() if last else {}
        found: Table = []
        for key, label in LABELS.items():
            of_round = key in OF_A_ROUND
            now = None if of_round and self.asked is None else numbers[key]
            if last is None:
                found.append((label, now))
                continue
            then = None if of_round and last.asked is None else before[key]
            found.append((label, now, then, None if now is None or then is None else now - then))
        return found

    # Tables -------------------------------------------------------------------------------------------------------

    def tables(self) -> dict[str, Table]:
        """Every table with a number, a date or a status in it."""
        return {
            "headline": self.headline(),
            "decisions_sought": self.sought()[:5],
            "more_decisions": self.sought()[5:],
            "follow_through": self.follow_through(),
            "by_focus_area": self.by_focus_area(),
            "by_agency": self.by_agency(),
            "overdue": self.late("overdue"),
            "overdue_paused": self.late("overdue_paused"),
            "off_track": self.off_track(),
            "coming_this_quarter": self.coming("due_this_quarter"),
            "coming_next_quarter": self.coming("due_next_quarter"),
            "coming_no_date": [each[:1] + each[-1:] for each in self.coming("no_date")],
            "at_risk": [
                (row["key"], iso(self.now.due_on(row))) for row in self.now.activities if self.is_now(row, "at_risk")
            ],
            "gaps": self.gaps(),
            "empty_collectives": [(label,) for label in empty_collectives(self.now)],
            "contradictions": [
                (row["key"], self.now.status(row)) for row in self.now.activities if self.now.contradiction(row)
            ],
            "delivered": self.delivered(),
            "completed": self.completed(),
            "register": self.register(),
            "not_reported": self.not_reported(),
            **self.movements(),
        }

    def is_now(self, activity: Row, status: str) -> bool:
        """Whether an activity has a status."""
        return self.now.status(activity) == status

    def sought(self) -> Table:
        """The decisions sought, numbered."""
        rows = [row for row in self.now.tables["activities.agendaitem"] if row["meeting_id"] == self.meeting["id"]]
        rows = [row for row in rows if row["seeks_decision"] and not row["taken_off_on"]]
        rows.sort(key=lambda row: (row["position"], row["id"]))
        about = [self.now.by_id[row["activity_id"]]["key"] if row["activity_id"] else None for row in rows]
        return [(key, number) for number, key in enumerate(about, start=1)]

    def follow_through(self) -> Table:
        """The decisions of earlier meetings that were open at the last one, or are."""
        held = {row["id"]: row for row in self.now.tables["activities.meeting"] if not row["called_off_on"]}
        earlier = {key: row for key, row in held.items() if row["held_on"] < self.meeting["held_on"]}
        if not earlier:
            return []
        last = max(row["held_on"] for row in earlier.values())
        found: Table = []
        rows = [row for row in self.now.tables["activities.decision"] if row["meeting_id"] in earlier]
        for row in sorted(rows, key=lambda row: (earlier[row["meeting_id"]]["held_on"], row["number"])):
            still = row["state"] == "open"
            late = max(0, (self.now.on - date.fromisoformat(row["due_on"])).days) if still else 0
            if still or row["settled_on"] >= last:
                key = self.now.by_id[row["activity_id"]]["key"] if row["activity_id"] else None
                found.append((key, row["due_on"], late or None))
        return found

    def by_focus_area(self) -> Table:
        """Statuses by focus area, and the totals."""
        lines = by_focus_area(self.now)
        totals = [sum(column) for column in zip(*(counts for _, counts in lines), strict=True)]
        codes = {row["title"]: row["code"] for row in self.now.tables["activities.focusarea"]}
        found: Table = [(f"{codes[title]}: {title}", *counts, sum(counts)) for title, counts in lines]
        return [*found, ("All focus areas", *totals, sum(totals))]

    def by_agency(self) -> Table:
        """What each body answers for, what of it is late, and its returns; last what nobody answers for."""
        found: Table = []
        for body in self.now.bodies.values():
            answers = [
                row
                for row in self.now.activities
                if any(body["id"] in self.now.held_by(role) for role in self.now.answering(row))
            ]
            asked = [row for row in self.returns if row["body_id"] == body["id"]]
            if asked or (answers and body["kind"] != "collective"):
                found.append(self.agency_line(self.now.label(body["id"]), answers, asked))
        nobody = [row for row in self.now.activities if not self.now.answering(row)]
        asked = [row for row in self.returns if row["body_id"] is None]
        if nobody or asked:
            found.append(self.agency_line("Nobody named, or withheld", nobody, asked))
        return found

    def agency_line(self, label: str, answers: list[Row], asked: list[Row]) -> tuple[Any, ...]:
        """A line of that table."""
        late = sum(1 for row in answers if self.now.due_state(row) == "overdue")
        missing = sum(1 for row in asked if row["state"] in MISSING)
        returns = (len(asked), missing) if self.round_id else (None, None)
        return (label, len(answers), late, *returns)

    def dates(self, row: Row) -> tuple[Any, ...]:
        """The dates of a milestone, how late it is and how often it moved."""
        late = self.now.days_late(row) or None
        return (row["original_due"], iso(self.now.agreed(row)), row["forecast"], late, len(self.now.moves(row)))

    def late(self, state: str) -> Table:
        """The milestones past their date."""
        rows = in_states(self.now, state)
        return [(self.key(row), *self.dates(row), self.status_of(row)) for row in rows]

    def status_of(self, milestone: Row) -> str:
        """The status of a milestone's activity."""
        return self.now.status(self.now.by_id[milestone["activity_id"]])

    def off_track(self) -> Table:
        """The activities off track, each with the open milestone that its forecast is for, else the first."""
        found: Table = []
        for activity in self.now.activities:
            if not self.is_now(activity, "off_track"):
                continue
            own = [row for row in self.now.milestones() if row["activity_id"] == activity["id"]]
            still = sorted((row for row in own if not row["delivered_on"]), key=self.now.by_date)
            forecast = [row for row in still if row["id"] in self.forecast_of(activity)]
            chosen = (forecast or still)[:1]
            found += [(activity["key"], *self.dates(row)) for row in chosen] or [(activity["key"], *[None] * 5)]
        return found

    def forecast_of(self, activity: Row) -> set[int]:
        """The milestones that the last words on an activity are about: on the whole, or on its parts off track."""
        last = self.now.said(activity)[-1]
        said = [last]
        if last["part_id"]:
            parts = [part for part in self.now.parts(activity) if self.now.part_status(activity, part) == "off_track"]
            said = [words[-1] for part in parts if (words := self.now.said(activity, part))] or [last]
        return {update["forecast_of_id"] for update in said}

    def coming(self, state: str) -> Table:
        """What falls due."""
        rows = sorted(in_states(self.now, state), key=self.now.by_date)
        return [(self.key(row), iso(self.now.agreed(row)), row["forecast"], self.status_of(row)) for row in rows]

    def gaps(self) -> Table:
        """Since when nobody answers."""
        rows = [(row, since) for row in self.now.activities if (since := self.now.gap(row))]
        return [
            (row["key"], iso(since), max(0, (self.now.on - since).days), self.now.status(row)) for row, since in rows
        ]

    def register(self) -> Table:
        """A line for each activity; with how many days late, as its words say."""
        found: Table = []
        for row in self.now.activities:
            at, state, worst = self.now.reported(row), self.now.due_state(row), self.now.worst(row)
            told = state in ("overdue", "overdue_paused", "delivered_late", "closed") and worst is not None
            late = self.now.days_late(worst) if told and worst else 0
            days = (iso(self.now.due_on(row)), iso(day_of(at.isoformat()) if at else None))
            found.append((row["key"], self.now.status(row), *days, late))
        return found

    def not_reported(self) -> Table:
        """What is missing of the round."""
        rows = [row for row in self.returns if row["state"] in MISSING]
        return [(self.now.by_id[row["activity_id"]]["key"], row["due_on"]) for row in rows]

    # Movements ----------------------------------------------------------------------------------------------------

    def both(self) -> list[Row]:
        """The activities that are in the plan at both positions."""
        return [row for row in self.now.activities if self.since.present(row["id"])]

    def moved_status(self) -> Table:
        """The activities whose status moved, with both."""
        pairs = [(row, self.since.status(self.since.by_id[row["id"]]), self.now.status(row)) for row in self.both()]
        return [(row["key"], before, after) for row, before, after in pairs if before != after]

    def before(self, milestone: Row) -> Row | None:
        """A milestone as it was."""
        rows = self.since.tables["activities.milestone"]
        return next((row for row in rows if row["id"] == milestone["id"]), None)

    def new_deliveries(self) -> list[Row]:
        """The milestones delivered or begun since."""
        every = self.now.milestones(every=True)
        return [row for row in every if row["delivered_on"] and not (self.before(row) or {}).get("delivered_on")]

    def delivered(self) -> Table:
        """Those, with their dates and how late they were."""
        return [
            (self.key(row), iso(self.now.agreed(row)), row["delivered_on"], self.now.days_late(row))
            for row in self.new_deliveries()
        ]

    def completed(self) -> Table:
        """The activities completed since."""
        moved = {key for key, _, after in self.moved_status() if after == "completed"}
        return [(row["key"], iso(self.now.finished_on(row))) for row in self.now.activities if row["key"] in moved]

    def movements(self) -> dict[str, Table]:
        """Every kind of difference, as the keys of the activities that it is about."""
        every, both = self.now.milestones(every=True), {row["id"] for row in self.both()}
        late = {row["id"]: row for row in in_states(self.since, "overdue")}
        is_late = {row["id"]: row for row in in_states(self.now, "overdue")}
        in_both = [row for row in every if row["activity_id"] in both]
        moves = [move for row in every for move in self.now.moves(row) if moment(move["at"]) > self.since.at]
        by_id = {row["id"]: row for row in every}
        removed = [row for row in in_both if row["removed_on"] and (was := self.before(row)) and not was["removed_on"]]
        added = [row for row in in_both if self.before(row) is None]
        withdrawn = [row for row in self.since.activities if not self.now.present(row["id"])]
        new = [row for row in self.now.activities if not self.since.present(row["id"])]
        taken_back = [row for row in every if not row["delivered_on"] and (self.before(row) or {}).get("delivered_on")]
        return {
            "movements_status": self.moved_status(),
            "movements_delivered": [(self.key(row), row["delivered_on"]) for row in self.new_deliveries()],
            "movements_taken_back": [(self.key(row),) for row in taken_back],
            "movements_newly_overdue": [(self.key(row),) for key, row in is_late.items() if key not in late],
            "movements_no_longer_overdue": [(self.key(row),) for key, row in late.items() if key not in is_late],
            "movements_dates": [(self.key(by_id[move["milestone_id"]]), iso(day_of(move["at"]))) for move in moves],
            "movements_roles": self.roles_changed(both),
            "movements_milestones": [(self.key(row),) for row in (*removed, *added)],
            "movements_added": [(row["key"],) for row in new],
            "movements_withdrawn": [(row["key"], self.now.by_id[row["id"]]["withdrawn_on"]) for row in withdrawn],
        }

    def roles_changed(self, both: set[int]) -> Table:
        """Roles named or ended in activities in the plan at both positions, and members that came or went."""
        found: Table = []
        for table in ("activities.role", "activities.collectivemember"):
            was = {row["id"]: row for row in self.since.tables[table]}
            for row in self.now.tables[table]:
                held_before = row["id"] in was and not was[row["id"]]["ended_on"]
                if held_before == (not row["ended_on"]) or (
                    table == "activities.role" and row["activity_id"] not in both
                ):
                    continue
                key = self.now.by_id[row["activity_id"]]["key"] if table == "activities.role" else None
                found.append((key,))
        return found

    # Headings -----------------------------------------------------------------------------------------------------

    def headings(self) -> dict[str, list[int]]:
        """The numbers of some headings, those that are 0 left out."""
        late, off = in_states(self.now, "overdue"), self.off_track()
        past = {self.key(row) for row in (*late, *in_states(self.now, "overdue_paused"))}
        starts = sum(1 for row in late if row["kind"] == "start")
        new = self.new_deliveries()
        gaps = [line[2] for line in self.gaps()]
        numbers = {
            "overdue": [len(late) - starts, starts, max((self.now.days_late(row) for row in late), default=0)],
            "off_track": [len(off), some_of(sum(1 for line in off if line[0] in past), len(off))],
            "at_risk": [sum(1 for row in self.now.activities if self.is_now(row, "at_risk"))],
            "gaps": [len(gaps), max(gaps, default=0)],
            "contradictions": [sum(1 for row in self.now.activities if self.now.contradiction(row))],
            "coming": [len(in_states(self.now, state)) for state in ("due_this_quarter", "due_next_quarter")],
            "movements": [len(rows) for rows in self.movements().values()],
            "delivered": [len(new), self.late_of(new)],
            "decisions_sought": [len(self.sought())],
        }
        return {key: [number for number in told if number] for key, told in numbers.items()}

    def late_of(self, delivered: list[Row]) -> int:
        """How many of some deliveries were late; said of some of them only."""
        return some_of(sum(1 for row in delivered if self.now.days_late(row)), len(delivered))


def some_of(count: int, of_all: int) -> int:
    """A number that a heading tells; 0 where it says “all of them”."""
    return count if count < of_all else 0
