"""The numbers of a plan's dashboard and of its list of bodies, counted again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from tests.recomputed.register import WORST_FIRST, Register, Row, start_of


def dashboard(register: Register) -> dict[str, Any]:
    """Every number of the dashboard."""
    activities, milestones = register.activities, register.milestones()
    statuses = [register.status(row) for row in activities]
    gaps = {row["key"]: (register.on - since).days for row in activities if (since := register.gap(row))}
    coming = ("due_this_quarter", "due_next_quarter", "later")
    told = {row["key"]: found for row in activities if (found := register.contradiction(row))}
    return {
        "total": len(activities),
        "by_status": {status: statuses.count(status) for status in WORST_FIRST},
        "no_report": no_report(register),
        "by_due_state": dict(Counter(register.due_state(row) for row in activities)),
        "overdue": len(in_states(register, "overdue")),
        "sets": {name: len(rows) for name, rows in sets(register).items()},
        "contradictions": told,
        "gaps": gaps,
        "disagreements": sorted(gaps.keys() | told.keys()),
        "focus": by_focus_area(register),
        "coming": [named(register, row) for row in sorted(in_states(register, *coming), key=register.by_date)],
        "asks": sorted(row["key"] for row in activities if asks(register, row)),
        "empty_collectives": empty_collectives(register),
        "matrix": matrix(register),
        "due_line": sorted(agreed for row in milestones if row["kind"] != "start" and (agreed := register.agreed(row))),
        "delivered_line": sorted(
            date.fromisoformat(row["delivered_on"])
            for row in milestones
            if row["kind"] != "start" and row["delivered_on"]
        ),
        "bodies": bodies(register),
        "finding": finding(register),
    }


def named(register: Register, milestone: Row) -> tuple[str, str | None]:
    """A milestone as the key of its activity and its agreed date."""
    agreed = register.agreed(milestone)
    return register.by_id[milestone["activity_id"]]["key"], agreed.isoformat() if agreed else None


def in_states(register: Register, *states: str) -> list[Row]:
    """The live milestones in some due states."""
    return [row for row in register.milestones() if register.state(row) in states]


def no_report(register: Register) -> int:
    """Activities not started on which nobody has reported."""
    silent = [row for row in register.activities if register.reported(row) is None]
    return sum(1 for row in silent if register.status(row) == "not_started")


def sets(register: Register) -> dict[str, list[Row]]:
    """The sets of milestones that sentences count."""
    found = register.milestones()
    state = {row["id"]: register.state(row) for row in found}
    ends = [row for row in found if row["kind"] != "start"]
    due = [row for row in ends if (agreed := register.agreed(row)) and agreed < register.on]
    met = ("delivered_on_time", "delivered_late")
    return {
        "due": due,
        "met": [row for row in due if state[row["id"]] in met],
        "met_late": [row for row in due if state[row["id"]] == "delivered_late"],
        "closed": [row for row in due if state[row["id"]] == "closed"],
        "early": [
            row
            for row in ends
            if state[row["id"]] in met and (agreed := register.agreed(row)) and agreed >= register.on
        ],
        "this_quarter": [row for row in ends if state[row["id"]] == "due_this_quarter"],
        "to_begin": [row for row in found if row["kind"] == "start" and state[row["id"]] == "due_this_quarter"],
        "to_come": [row for row in found if state[row["id"]] in ("due_this_quarter", "due_next_quarter", "later")],
        "past_due": [row for row in found if state[row["id"]] in ("overdue", "overdue_paused")],
        "delivered": [row for row in found if state[row["id"]] in met],
        "moved": [row for row in found if register.moves(row)],
        "no_date": [row for row in found if state[row["id"]] == "no_date"],
    }


def by_focus_area(register: Register) -> list[tuple[str, list[int]]]:
    """Each focus area with its activities by status, the worst first."""
    areas = sorted(register.tables["activities.focusarea"], key=lambda row: row["position"])
    found = []
    for area in areas:
        own = [register.status(row) for row in register.activities if row["focus_area_id"] == area["id"]]
        found.append((area["title"], [own.count(status) for status in WORST_FIRST]))
    return found


def asks(register: Register, activity: Row) -> bool:
    """Whether an activity off track asks something of the group."""
    said = register.said(activity)
    return register.status(activity) == "off_track" and bool(said and said[-1]["ask"])


def empty_collectives(register: Register) -> list[str]:
    """Collectives without members that hold a role in something unfinished."""
    found = set()
    for row in register.activities:
        for role in register.roles(row) if not register.finished(row) else ():
            body = register.bodies.get(role["body_id"])
            if body and body["kind"] == "collective" and not register.members(body["id"]):
                found.add(register.label(body["id"]))
    return sorted(found)


def single_bodies(register: Register, activity: Row) -> set[int]:
    """The bodies that answer for an activity, each for itself; a collective only where it has no members."""
    found: set[int] = set()
    for role in register.answering(activity):
        held = register.held_by(role)
        found |= held - {role["body_id"]} or held
    return found


def matrix(register: Register) -> dict[str, tuple[list[int], int, int]]:
    """Who answers × status: by label the counts, how many are overdue, and how many there are."""
    lines: dict[str, list[Row]] = {}
    for row in register.activities:
        for body_id in single_bodies(register, row):
            lines.setdefault(register.label(body_id), []).append(row)
        if register.gap(row):
            lines.setdefault("", []).append(row)
    return {label: _counted(register, rows) for label, rows in lines.items()}


def _counted(register: Register, rows: list[Row]) -> tuple[list[int], int, int]:
    statuses = [register.status(row) for row in rows]
    late = sum(1 for row in rows if register.due_state(row) == "overdue")
    return [statuses.count(status) for status in WORST_FIRST], late, len(rows)


def bodies(register: Register) -> dict[str, dict[str, int]]:
    """What each body answers for, how much of it is late or not reported on, and the roles that it holds."""
    found = {}
    for body_id in register.bodies:
        own = [row for row in register.activities if _holding(register, row, body_id)]
        answers = [row for row in own if any(body_id in register.held_by(role) for role in register.answering(row))]
        silent = [_silence(register, row, body_id) for row in answers]
        found[register.label(body_id)] = {
            "answers": len(answers),
            "overdue": sum(1 for row in answers if register.due_state(row) == "overdue"),
            "no_report": silent.count("never"),
            "silent": silent.count("earlier"),
            **{
                kind: sum(1 for row in own if kind in _holding(register, row, body_id))
                for kind in ("lead", "coordinator", "support", "contributor", "participant")
            },
        }
    return found


def _holding(register: Register, activity: Row, body_id: int) -> list[str]:
    """The kinds of role that a body holds in an activity, itself or in a collective."""
    return [role["kind"] for role in register.roles(activity) if body_id in register.held_by(role)]


def _silence(register: Register, activity: Row, body_id: int) -> str:
    """Whether a body has never reported on its parts (else on the whole), or not this quarter."""
    parts = [part for part in register.parts(activity) if part["body_id"] == body_id]
    spoken = [(register.reported(activity, part), register.part_status(activity, part)) for part in parts]
    spoken = spoken or [(register.reported(activity), register.status(activity))]
    if any(at is None for at, _ in spoken):
        return "never"
    began = start_of(register.quarter[0])
    late = [at for at, status in spoken if at and at < began and status not in ("completed", "not_delivered")]
    return "earlier" if late else ""


def finding(register: Register) -> list[int]:
    """The numbers of the heading: milestones and starts overdue, the most days, activities that nobody answers for.

    Where all activities are finished, how many there are.
    """
    late = in_states(register, "overdue")
    if register.activities[1:] and all(register.finished(row) for row in register.activities):
        return [len(register.activities)]
    starts = sum(1 for row in late if row["kind"] == "start")
    most = max((register.days_late(row) for row in late), default=0)
    gaps = sum(1 for row in register.activities if register.gap(row))
    return [number for number in (len(late) - starts, starts, most, gaps) if number]
