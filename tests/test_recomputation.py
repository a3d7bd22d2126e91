"""Every number of the dashboard and of a pack is counted again from the exported history alone, over many plans."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from activities.actions.meetings import call_meeting
from activities.models import ActionPlan, Meeting
from activities.pack_document import PackDocument, Table
from activities.reading import Reading
from activities.summaries.bodies import Bodies
from activities.summaries.dashboard import dashboard
from activities.summaries.matrix import matrix
from activities.summaries.packs import pack_document
from activities.summaries.picture import SETS, Picture, counted
from activities.summaries.progress import by_month, due_and_delivered
from activities.summaries.rows import plain
from agencies.standing import Standing
from tests.recomputed import dashboard as again
from tests.recomputed.pack import Pack
from tests.recomputed.register import WORST_FIRST, History, Register, end_of, moment, start_of
from tests.record.tampering import rolled_back
from tests.small_plans import Shape, SmallYear
from tests.test_architecture import ROOT
from tests.world import World
from tnoc_tracker.record.days import AUCKLAND, end_of_day

PLANS = 200
A_TEST = 20
"""So many plans are counted in one test; each is gone before the next is made."""

OFTEN = {
    *("off_track", "at_risk", "paused", "on_track", "not_started", "completed", "no_report", "due_so_far", "delivered"),
    *("delivered_late", "overdue", "due_this_quarter", "due_next_quarter", "no_date", "moved", "gaps"),
    *("contradictions", "asked", "returned", "returned_late"),
    *("decisions_sought", "follow_through", "coming_this_quarter", "coming_no_date", "empty_collectives"),
    *("not_reported", "movements_status", "movements_delivered", "movements_newly_overdue", "movements_dates"),
    *("movements_roles", "movements_milestones", "movements_withdrawn"),
    *("on_track_overdue", "not_started_late", "at_risk_silent", "withheld", "later"),
}
"""What there is to count in every twenty plans: numbers and tables of packs, contradictions, due states."""

ROLE_KINDS = ("lead", "coordinator", "support", "contributor", "participant")


# What the product says --------------------------------------------------------------------------------------------


def shown_on_the_dashboard(reading: Reading) -> dict[str, Any]:
    """Every number of the dashboard and of the page of bodies, as plain values."""
    board = dashboard(reading)
    picture = board.picture
    due, delivered = due_and_delivered(picture)
    lines = matrix(picture).lines
    return {
        "total": board.total,
        "by_status": {each.status: each.count for each in board.by_status},
        "no_report": sum(_numbers(plain(each.note))[0] for each in board.by_status if each.note),
        "by_due_state": {dict(each.rows.query)["due"]: each.count for each in board.by_due_state if each.count},
        "overdue": board.overdue_milestones,
        "sets": {key: len(counted(picture, key)) for key in SETS},
        "contradictions": {each.key: each.contradiction for each in picture.activities if each.contradiction},
        "gaps": {each.activity.key: each.days for each in board.gaps},
        "disagreements": sorted(each.activity.key for each in board.disagreements),
        "focus": [(each.area.title, [each.counts.get(s, 0) for s in WORST_FIRST]) for each in board.focus_lines],
        "coming": [(each.activity.key, each.milestone.agreed_due.isoformat()) for each in board.coming],
        "asks": sorted(each.activity.key for each in board.asks),
        "empty_collectives": sorted(each.body.label for each in board.empty_collectives),
        "matrix": {
            line.body.label if line.body else "": (
                [line.counts[status] for status in WORST_FIRST],
                line.overdue,
                len(line.activities),
            )
            for line in lines
        },
        "due_line": sorted(due.days),
        "delivered_line": sorted(delivered.days),
        "bodies": shown_of_bodies(picture),
        "finding": _numbers(plain(board.finding)),
    }


def shown_of_bodies(picture: Picture) -> dict[str, dict[str, int]]:
    """The numbers of each body that has a line."""
    keys = ("answers", "overdue", "no_report", "silent", *ROLE_KINDS)
    return {line.body.label: {key: line.number(key) for key in keys} for line in Bodies(picture).every_line}


def _numbers(words: str) -> list[int]:
    """The numbers in a sentence, without those of dates and quarters."""
    words = re.sub(r"\d{1,2} [A-Z][a-z]+ \d{4}|Q\d FY\d{4}(/\d\d)?", "", words)
    return [int(each) for each in re.findall(r"\d+", words)]


NAMED_BY_LABEL = {"headline", "by_focus_area", "by_agency", "empty_collectives"}
WITH_A_NUMBER_IN_WORDS = {"delivered", "register"}
ONLY_WHAT = {"movements_status": {"status"}, "movements_roles": set[str]()}
CELLS = {"number", "change", "date", "status"}


def cells_of(table: Table) -> list[tuple[Any, ...]]:
    """What each row of a table is about, and its numbers, dates and statuses."""
    kinds = ONLY_WHAT.get(table.key, CELLS)
    if table.key.startswith("movements_") and not any(row.cells[-1] for row in table.rows):
        kinds = kinds - {"date"}
    places = [place for place, column in enumerate(table.columns) if column.kind in kinds]
    found = []
    for row in table.rows:
        named = row.cells[0] if table.key in NAMED_BY_LABEL else row.activity
        more = [_days_in(row.cells[4])] if table.key in WITH_A_NUMBER_IN_WORDS else []
        found.append((named, *(row.cells[place] for place in places), *more))
    if table.total:
        found.append((table.total[0], *(table.total[place] for place in places)))
    return found


def _days_in(cell: Any) -> int:
    return next(iter(_numbers(str(cell))), 0)


def shown_in_a_pack(document: PackDocument) -> dict[str, Any]:
    """Every number of a pack: by key, in its tables and in its headings."""
    tables = [table for section in document.sections for table in section.tables]
    return {
        "numbers": dict(document.numbers),
        "asked": document.cover.asked,
        "tables": {each.key: cells_of(each) for each in tables if not each.key.startswith("definitions_")},
        "headings": {each.key: _numbers(each.title) for each in document.sections},
    }


# What is counted again --------------------------------------------------------------------------------------------


@dataclass
class Checked:
    """One plan, its exported history, and what was compared."""

    plan: ActionPlan
    history: History
    days: list[date]
    seed: int
    seen: set[str] = field(default_factory=set)

    def dashboard_on(self, reading: Reading) -> None:
        """The dashboard agrees at a reading."""
        register = self.history.at(reading.at or end_of(reading.on), reading.on)
        shown, found = shown_on_the_dashboard(reading), again.dashboard(register)
        without = [key for key in found["bodies"] if key not in shown["bodies"]]
        assert not any(any(found["bodies"].pop(key).values()) for key in without)
        self.seen |= {*found["contradictions"].values(), *found["by_due_state"]}
        for name, value in found.items():
            assert shown[name] == value, f"{name} on {reading.on}, plan {self.seed}"
        for point in by_month(Picture(reading)):
            then = self.history.at(point.reading.at or end_of(point.on), point.on)
            statuses = [then.status(row) for row in then.activities]
            assert point.counts == {each: statuses.count(each) for each in set(statuses)}, (point.on, self.seed)
        self.follows(register)

    def edge(self) -> date:
        """A day of the year on which something falls due or a pause is reviewed: the last on which it is in time."""
        entries = [entry for found in self.history.entries.values() for entry in found]
        dates = {entry.get(name) for entry in entries for name in ("agreed_due", "review_date")} - {None}
        within = sorted(day for day in map(date.fromisoformat, dates) if self.days[0] <= day <= self.days[-1])
        return Random(self.seed).choice(within or self.days)

    def follows(self, register: Register) -> None:
        """What the register writes down and what follows from other rows is the same."""
        for row in register.activities:
            reported = register.reported(row)
            kept = (
                row["status"],
                row["finished_on"],
                row["review_date"],
                row["reported_at"] and moment(row["reported_at"]),
            )
            found = (register.status(row), _iso(register.finished_on(row)), _iso(register.review(row)), reported)
            assert found == kept, f"activity {row['key']} on {register.on}, plan {self.seed}"
        for row in register.milestones():
            kept = (row["agreed_due"], row["moves"])
            assert (_iso(register.agreed(row)), len(register.moves(row))) == kept

    def pack_at(self, at: datetime, last: tuple[Pack, PackDocument, datetime] | None) -> Any:
        """A pack agrees at a moment; the pack and its document, for the next."""
        on = at.astimezone(AUCKLAND).date()
        reading = Reading(self.plan, on, at)
        meeting = reading.rows(Meeting).order_by("-held_on", "-id").first()
        if meeting is None:
            return None
        since = last[2] if last else start_of(self.plan.starts_on)
        document = pack_document(
            reading,
            meeting=meeting,
            number=1,
            previous=last[1] if last else None,
            previous_at=last[2] if last else None,
            **{"frozen_by": "A", "summary": "?", "corrected_why": "", "marking": "", "site": ""},
        )
        now, before = self.history.at(at, on), self.history.at(since, since.astimezone(AUCKLAND).date())
        pack = Pack(now, before, meeting.id, last[0] if last else None)
        self.same(shown_in_a_pack(document), pack)
        return pack, document, at

    def same(self, shown: dict[str, Any], pack: Pack) -> None:
        """A pack as shown and as counted again say the same numbers."""
        where = f"on {pack.now.on}, plan {self.seed}"
        assert shown["numbers"] == pack.numbers(), where
        assert shown["asked"] == pack.asked, where
        found = pack.tables()
        assert set(shown["tables"]) <= set(found), where
        self.seen |= {key for key, rows in found.items() if rows} | {key for key, n in pack.numbers().items() if n}
        for key, rows in found.items():
            told = shown["tables"].get(key, [])
            assert sorted(map(repr, told)) == sorted(map(repr, rows)), f"{key} {where}"
        for key, numbers in pack.headings().items():
            assert shown["headings"][key] == numbers, f"the heading of {key} {where}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def exported(slug: str, *more: str) -> list[str]:
    """The lines of a plan's history, as the command prints them."""
    out = StringIO()
    call_command("export_plan", "--plan", slug, "--format", "history", *more, stdout=out)
    return out.getvalue().splitlines()


def played(world: World, seed: int) -> tuple[ActionPlan, list[date]]:
    """A generated plan after its year, with a meeting at least."""
    plan = Shape(seed).make()
    year = SmallYear(plan, seed)
    days = year.play_for(days=Random(seed).choice([200, 300, 420, 700]), acts=60)
    if not Meeting.objects.filter(plan=plan).exists():
        day = days[-1] + timedelta(days=1)
        by = Standing.of(world.person("secretariat"), day)
        call_meeting(plan=plan, held_on=day, by=by, at=datetime.combine(day, datetime.min.time(), AUCKLAND))
        days.append(day)
    return plan, days


def check(world: World, settings: Any, seed: int) -> set[str]:
    """Play a plan, and count it again at three positions and in two packs; what there was to count."""
    plan, days = played(world, seed)
    settings.TNOC_TODAY = days[-1]
    checked = Checked(plan, History(exported(plan.slug)), days, seed)
    checked.dashboard_on(Reading(plan, days[-1]))
    checked.dashboard_on(Reading.on_day(plan, days[len(days) // 3]))
    checked.dashboard_on(Reading.on_day(plan, checked.edge()))
    earlier = checked.pack_at(end_of_day(days[len(days) // 2]), None)
    assert checked.pack_at(end_of_day(days[-1]), earlier)
    return checked.seen


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, PLANS, A_TEST))
def test_every_number_is_the_same_when_it_is_counted_again_from_the_exported_history(world, settings, first):
    seen: set[str] = set()
    for seed in range(first, first + A_TEST):
        with rolled_back():
            seen |= check(world, settings, seed)
    assert seen >= OFTEN, OFTEN - seen


def test_counting_again_reads_nothing_of_the_product():
    for file in (ROOT / "tests" / "recomputed").glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (\S+)", file.read_text(), re.MULTILINE)
        assert all(name.split(".")[0] not in ("activities", "agencies", "tnoc_tracker", "django") for name in imported)
        assert all(name.startswith("tests.recomputed") for name in imported if name.startswith("tests"))


def test_an_export_as_at_a_day_is_the_part_of_the_whole_up_to_it(world, settings):
    plan, days = played(world, 3)
    settings.TNOC_TODAY = days[-1]
    day = days[len(days) // 2]
    whole, until = exported(plan.slug), exported(plan.slug, "--as-at", day.isoformat())

    assert until == [line for line in whole if moment(json.loads(line)["history_date"]) <= end_of(day)]
    assert 0 < len(until) < len(whole)
