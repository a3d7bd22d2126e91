"""A pack as plain values, with everything that can stand in one: every kind of cell, notes, totals, empty tables."""

from __future__ import annotations

from dataclasses import replace

from activities.pack_document import Cell, Column, Cover, Note, PackDocument, Row, Section, Table
from activities.statuses import DeliveryStatus

COVER = Cover(
    plan_slug="tnoc-2021-22",
    plan_title="Transnational Organised Crime Strategy Action Plan 2021/22",
    meeting="Steering Group, 22 February 2022",
    held_on="2022-02-22",
    place="Level 10, Te Mana Ārai o Aotearoa",
    round="Q2 FY2021/22",
    quarter_end="2021-12-31",
    position="2022-02-15T10:05:00+13:00",
    on="2022-02-15",
    frozen_by="Secretariat Officer",
    version=1,
    corrected_why="",
    previous_position="2021-11-16T09:00:00+13:00",
    asked=35,
    returned=28,
    marking="",
    site="https://tracker.example.govt.nz",
)

PRINTABLE = '=HYPERLINK("https://evil.example/") <script>alert(1)</script> <img src=https://evil.example/x> & “Ngā”'
"""What somebody may have typed: a formula, markup, a picture from elsewhere, quotes, macrons."""

HOSTILE = f"{PRINTABLE}\u0007\u001b"
"""The same with control characters, which nothing prints."""

CELL = "@SUM(A1:A9)"


def rows(*cells: tuple[Cell, ...]) -> tuple[Row, ...]:
    """Rows without notes."""
    return tuple(Row(each) for each in cells)


def late_row(number: str, title: str, days: int) -> Row:
    """A row of what is overdue, with what was said of it."""
    notes = (
        Note("Reason", f"{title} waits for the review.\nThe review waits for the Minister."),
        Note("Path to green", "A working group meets every week."),
        Note("Ask", "Agree a new date."),
    )
    dates = ("2021-12-31", "2022-01-31", "To be decided")
    return Row((f"{number} {title}", "off_track", "Police", *dates, days, 2), notes, number)


DECISIONS = Section(
    "decisions_sought",
    "The group is asked to decide 2 things",
    tables=(
        Table(
            "decisions",
            "Decisions sought",
            (Column("No.", "number"), Column("What is to be decided")),
            (
                Row((1, "Agree another date for the strategy"), (Note("Why", HOSTILE),), "7"),
                Row((2, CELL), (), "row-21"),
            ),
        ),
    ),
)
HEADLINE = Section(
    "headline",
    "2 milestones are overdue, the oldest by 46 days",
    ("Progress is steady.\nTwo activities need the group’s attention.",),
    (
        Table(
            "headline",
            "Headline numbers",
            (Column("What"), Column("Now", "number"), Column("Last pack", "number"), Column("Change", "change")),
            rows(("Delivered", 6, 4, 2), ("Overdue", 2, 5, -3), ("At risk", 1, 1, 0), ("New", 1, None, 1)),
        ),
    ),
)
STANDING = Section(
    "standing",
    "Most activities are on track",
    tables=(
        Table(
            "by_status",
            "Activities by delivery status",
            (Column("Status", "status"), Column("Activities", "number")),
            rows(*((status.value, number) for number, status in enumerate(DeliveryStatus, start=1))),
            total=("All activities", 28),
        ),
    ),
)
OVERDUE = Section(
    "overdue",
    "2 milestones are past their dates",
    tables=(
        Table(
            "overdue",
            "Overdue milestones",
            (
                Column("Activity"),
                Column("Delivery status", "status"),
                Column("Answers"),
                Column("Original date", "date"),
                Column("Agreed date", "date"),
                Column("Forecast", "date"),
                Column("Days late", "number"),
                Column("Times moved", "number"),
            ),
            (late_row("7", "Strategy endorsed", 46), late_row("12", "Training delivered", 15)),
        ),
    ),
)
NOTHING = Section(
    "movements",
    "Nothing has moved",
    tables=(Table("moved", "Dates moved", (Column("Activity"), Column("To", "date")), empty="No agreed date moved."),),
)
REGISTER = Section(
    "register",
    "The register",
    tables=(
        Table(
            "register",
            "Every activity in plan order",
            (Column("No."), Column("Activity"), Column("Delivery status", "status"), Column("Agreed date", "date")),
            tuple(
                Row((str(number), f"Activity {number} of the plan", "on_track", "2022-06-30"), activity=str(number))
                for number in range(1, 61)
            ),
        ),
    ),
    annex=True,
)
DEFINITIONS = Section("definitions", "What the words mean", ("On track: under way.", "Off track: not."), annex=True)

DOCUMENT = PackDocument(COVER, {"overdue": 2}, (DECISIONS, HEADLINE, STANDING, OVERDUE, NOTHING, REGISTER, DEFINITIONS))


def marked(marking: str = "IN-CONFIDENCE", document: PackDocument = DOCUMENT) -> PackDocument:
    """The same under a protective marking."""
    return replace(document, cover=replace(document.cover, marking=marking))
