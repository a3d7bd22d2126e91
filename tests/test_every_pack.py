"""What holds for every pack, whatever there is to tell: its sections, its numbers, its cells, and what it costs."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.common import Refused
from activities.actions.meetings import edit_item
from activities.actions.milestones import remove_milestone
from activities.actions.words import edit_words, withdraw_activity
from activities.models import ActionPlan, Activity, FocusArea, Milestone, PriorityArea
from activities.pack_document import PackDocument, canonical, parse
from activities.statuses import DeliveryStatus
from activities.summaries.packs import NUMBERS, SECTIONS
from tests.actions.rounds import filed, opened
from tests.generated import at_risk, completed, grow, half_a_year, not_delivered, off_track, on_track, paused, say
from tests.packs import called, columns, decide, noted, packed, row_of, seek, tables, told
from tests.scenes import after
from tests.world import PROGRAM, TODAY, moment
from tnoc_tracker.record.writing import record

LAST_PACK = moment(date(2022, 1, 5))


def an_empty_plan() -> ActionPlan:
    """A plan in which nothing stands."""
    days = {"starts_on": date(2022, 7, 1), "ends_on": date(2023, 6, 30)}
    plan = ActionPlan(slug="next", title="Action Plan 2022/23", fiscal_year_starts_in=7, **days)
    record(plan, by=PROGRAM.actor, at=moment(date(2022, 2, 1)), reason="Made for the tests")
    return plan


def a_withheld_row(plan: ActionPlan) -> None:
    """The only row of a plan, withheld."""
    told_of = {"by": PROGRAM.actor, "at": moment(date(2022, 2, 1)), "reason": "Made for the tests"}
    focus = FocusArea(plan=plan, position=1, code="UNIFY", title="Unify", slug="unify")
    record(focus, **told_of)
    area = PriorityArea(focus_area=focus, position=1, title="Align")
    record(area, **told_of)
    fields = ("title", "description", "resourcing", "timeframe")
    activity = Activity(
        plan=plan,
        position=1,
        key="row-1",
        focus_area=focus,
        priority_area=area,
        answerable="withheld",
        timeframe_withheld=True,
        resourcing_withheld=True,
        withheld=[{"field": field, "ground": None} for field in fields],
    )
    record(activity, **told_of)


def holds(document: PackDocument) -> None:
    """What every pack promises."""
    assert tuple(section.key for section in document.sections) == SECTIONS
    assert tuple(document.numbers) == tuple(number.key for number in NUMBERS)
    assert [section.key for section in document.annexes] == list(SECTIONS[SECTIONS.index("more_decisions") :])
    assert parse(canonical(document)) == document
    names = [table.key for section in document.sections for table in section.tables]
    assert len(names) == len(set(names))
    assert all(len(name) <= 31 for name in names)
    for section in document.sections:
        assert section.title
        assert not section.title.endswith(".")
        for table in section.tables:
            assert table.rows or table.empty, table.key
            for row in table.rows:
                fits(table.columns, row.cells)
                assert all(note.label and note.text for note in row.notes)
            if table.total:
                fits(table.columns, table.total)


def fits(columns, cells) -> None:
    """Each cell is what its column says: a number, an ISO date, a status, a text."""
    assert len(cells) == len(columns)
    for column, cell in zip(columns, cells, strict=True):
        if cell is None:
            continue
        match column.kind:
            case "number" | "change":
                assert type(cell) is int
            case "date":
                assert date.fromisoformat(cell).isoformat() == cell
            case "status":
                assert DeliveryStatus(cell) == cell
            case _:
                assert type(cell) is str


def test_an_empty_plan_has_a_whole_pack_that_says_so(world):
    plan = an_empty_plan()
    document = packed(world, called(world, plan=plan), plan=plan)

    holds(document)
    assert document.section("headline").title == "This plan held no activities then"
    assert sum(document.numbers.values()) == 0
    assert document.section("register").title == "The register: 0 activities in the plan’s order"
    assert document.section("movements").paragraphs == (
        "From the plan’s start on 1 February 2022 to 15 February 2022, 11:00 am.",
    )


def test_a_plan_with_nothing_but_a_withheld_row_counts_it(world):
    plan = an_empty_plan()
    a_withheld_row(plan)
    document = packed(world, called(world, plan=plan), plan=plan)

    holds(document)
    assert (document.numbers["activities"], document.numbers["overdue"], document.numbers["gaps"]) == (1, 0, 0)
    assert row_of(document, "register", "row-1").cells[:2] == ("Row 1", "Withheld, ground not stated")
    assert columns(document, "by_agency", "Body", "Answers for") == [("Nobody named, or withheld", 1)]


HOSTILE = "<script>alert('1')</script> & =HYPERLINK(\"x\") \u202eabc\u202c Māori kererū 🕊️\n\n  {{ 7*7 }} %s \\ “quoted”"


def test_hostile_words_stand_as_they_were_typed(world):
    edit_words(activity=world.activity(12), title=HOSTILE, description="", reason="A test", **told(world))
    say(world, 12, TODAY, at_risk(HOSTILE, HOSTILE), by="police")
    say(world, 7, TODAY, off_track(HOSTILE, HOSTILE), by="sfo")
    meeting = called(world, place=HOSTILE)
    seek(world, meeting, HOSTILE, text=HOSTILE)
    document = packed(world, meeting, summary=HOSTILE, marking=HOSTILE, frozen_by=HOSTILE)

    holds(document)
    assert (document.cover.place, document.cover.marking) == (HOSTILE.strip(), HOSTILE)
    assert document.section("headline").paragraphs[0] == HOSTILE
    assert row_of(document, "register", 12).cells[1] == HOSTILE
    assert noted(row_of(document, "at_risk", 12))["Path to green"] == HOSTILE
    assert noted(row_of(document, "overdue", 7))["Ask"] == HOSTILE
    (item,) = tables(document)["decisions_sought"].rows
    assert (item.cells[1], noted(item)) == (HOSTILE, {"Put to the group": HOSTILE})
    assert HOSTILE in parse(canonical(document)).section("headline").paragraphs


def played(world, random: Random) -> None:
    """Some things happen to the plan, whichever the seed chooses; what the rules refuse does not."""
    statements = (on_track(), at_risk(), off_track("Late."), off_track("Late.", "Help us."), paused(), not_delivered())
    for _ in range(12):
        key = str(random.randint(1, 20))
        day = date(2022, 1, random.randint(6, 31))
        chosen = random.choice([*statements, completed(day)])
        try:
            say(world, key, day, chosen)
        except Refused:
            open_ones = Milestone.objects.filter(activity=world.activity(key)).still_open()
            for milestone in open_ones[: random.randint(0, 2)]:
                remove_milestone(milestone=milestone, decision_reference="SG 1", reason="So decided", **told(world))


@pytest.mark.parametrize("seed", range(6))
def test_sections_and_numbers_keep_their_keys_and_order_whatever_happened(world, seed):
    random = Random(seed)
    earlier = called(world, date(2022, 1, 6), day=date(2022, 1, 5))
    first = packed(world, earlier, LAST_PACK)
    round = opened(world) if seed % 2 else None
    played(world, random)
    meeting = called(world, round=round)
    seek(world, meeting, *"ABCDEFG"[: random.randint(0, 7)])
    if random.random() < 0.5:
        decide(world, earlier, "Write to the banks", due_on=date(2022, random.randint(1, 3), 20))
    previous = {"previous": first, "previous_at": LAST_PACK} if seed % 3 else {}
    document = packed(world, meeting, **previous)

    holds(first)
    holds(document)
    numbers = document.numbers
    assert sum(numbers[status] for status in DeliveryStatus) == numbers["activities"]
    assert len(tables(document)["register"].rows) == numbers["activities"]
    assert len(tables(document)["overdue"].rows) == numbers["overdue"]
    assert len(tables(document)["overdue_paused"].rows) == numbers["overdue_paused"]
    assert len(tables(document)["contradictions"].rows) == numbers["contradictions"]
    assert len(tables(document)["gaps"].rows) == numbers["gaps"]
    assert len(tables(document)["coming_this_quarter"].rows) == numbers["due_this_quarter"]
    assert len(tables(document)["coming_next_quarter"].rows) == numbers["due_next_quarter"]
    assert len(tables(document)["off_track"].rows) == numbers["off_track"]
    assert len(tables(document)["at_risk"].rows) == numbers["at_risk"]
    assert len(tables(document)["decisions_sought"].rows) <= 5


@after(half_a_year)
def test_what_happens_after_the_position_changes_nothing(world):
    meeting = called(world, round=opened(world))
    seek(world, meeting, "Agree")
    before = packed(world, meeting)
    say(world, 12, date(2022, 2, 16), on_track(what_changed="Solved."), by="police")
    filed(world, 3, on=date(2022, 2, 16), by="secretariat")
    withdraw_activity(activity=world.activity(4), reason="Merged", **told(world, date(2022, 2, 16)))
    item = meeting.items.get(heading="Agree")
    edit_item(item=item, heading="Agree all", text="", seeks_decision=False, **told(world, date(2022, 2, 16)))

    assert canonical(packed(world, meeting)) == canonical(before)


def test_the_number_of_queries_does_not_grow_with_the_plan(world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            packed(world, meeting)
        return len(captured)

    half_a_year(world)
    meeting = called(world, round=opened(world))
    seek(world, meeting, "Agree", activity=world.activity(6))
    few = queries()
    grow(world.plan, 60)
    for key in ("23", "24", "25", "26"):
        say(world, key, TODAY, off_track("Late.", "Help us."))
    seek(world, meeting, "Agree too", activity=world.activity(23))
    assert (queries(), few) == (few, few)
    assert few <= 36
