"""Tables built from valid parts: each part is its printed words and what they must be read as."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from activities.quarters import FiscalQuarter, FiscalYear

HEADER = "Strategic Focus Area\tPriority Action Area\tActivity\tDescription\tResourcing\tTimeframe"
CLIPPED = [
    HEADER,
    HEADER.replace("Resourcing", "sourcing"),
    HEADER.replace("Timeframe", "Timefra"),
    HEADER.upper(),
    HEADER.replace("Strategic Focus Area", "Focus area").replace("Priority Action Area", "Priority area"),
    HEADER.replace("Timeframe", "Time frame ").replace("Activity", " activity"),
]

NAMES = {
    "New Zealand Police": ["Police", "NZ Police", "New Zealand Police", "the Police"],
    "New Zealand Customs Service": ["Customs", "NZ Customs Service"],
    "Ministry of Business, Innovation and Employment": ["MBIE", "Ministry of Business, Innovation and Employment"],
    "Ministry of Justice": ["MOJ", "Ministry of Justice"],
    "Ministry of Foreign Affairs and Trade": ["MFAT", "Ministry of Foreign Affairs and Trade"],
    "Department of Conservation": ["DOC", "Te Papa Atawhai"],
    "TNOC Secretariat": ["TNOC Secretariat", "Secretariat"],
    "TNOC Steering Group": ["Steering Group"],
    "All agencies": ["all agencies", "All agencies"],
    "Relevant agencies": ["relevant agencies"],
}

WORDS = st.lists(
    st.sampled_from(
        [
            "risk",
            "register",
            "outreach",
            "māori",
            "network",
            "(phase",
            "data,",
            "training",
            "and",
            "the",
            "NZ",
            "5",
            "A/B",
        ]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)
TITLES = WORDS.map(lambda words: f"Improve {words} system")
SCOPES = st.sampled_from(["border sector", "construction, horticulture, viticulture sectors", "Maritime Powers Bill"])
LABELS = st.sampled_from(
    ["Strategy endorsed", "Part 1", "Publication of guidance", "Presentation to Steering Group", None]
)


@dataclass(frozen=True)
class Cell:
    """A printed cell and what it must be read as."""

    printed: str
    means: list = field(default_factory=list)
    answerable: str = "not_stated"
    withheld: list = field(default_factory=list)


@st.composite
def bodies(draw, *, most=4):
    names = draw(st.lists(st.sampled_from(sorted(NAMES)), min_size=1, max_size=most, unique=True))
    printed = [draw(st.sampled_from(NAMES[name])) for name in names]
    joined = " and ".join(filter(None, [", ".join(printed[:-1]), printed[-1]]))
    return names, joined


@st.composite
def led(draw):
    """One lead for the whole, perhaps with others beside."""
    (lead,), printed = draw(bodies(most=1))
    phrase = draw(
        st.sampled_from(["{} to lead", "{} is the lead", "{} will lead", "Led by {}", "Lead: {}", "{} (lead)", "{}"])
    )
    means = [("lead", lead, None)]
    text = phrase.format(printed)
    for kind, phrases in [
        ("support", [", supported by {}", " with support from {}", "; {} to support", ". Support from {}"]),
        ("contributor", [", with input from {}", "; {} will contribute", ". {} to contribute"]),
    ]:
        if draw(st.booleans()):
            names, run = draw(bodies())
            text += draw(st.sampled_from(phrases)).format(run)
            means += [(kind, name, None) for name in names]
    return Cell(text, means, "named")


@st.composite
def led_in_parts(draw):
    """Leads that each have a scope."""
    scopes = draw(st.lists(SCOPES, min_size=1, max_size=3, unique=True))
    means, clauses = [], []
    for scope in scopes:
        (lead,), printed = draw(bodies(most=1))
        phrase = draw(st.sampled_from(["{} to lead for {}", "{} is leading the {}", "{} to lead on the {}"]))
        clauses.append(phrase.format(printed, scope))
        means.append(("lead", lead, scope))
    return Cell("; ".join(clauses), means, "named")


@st.composite
def not_led(draw):
    """Cells that name no lead: undecided, withheld, blank, others only."""
    names, run = draw(bodies())
    return draw(
        st.sampled_from(
            [
                Cell("Lead agency TBD", [], "to_be_decided"),
                Cell(f"Lead agency TBD, support from {run}", [("support", n, None) for n in names], "to_be_decided"),
                Cell(f"Lead TBC. {run} will contribute", [("contributor", n, None) for n in names], "to_be_decided"),
                Cell(f"{run} representatives to join relevant groups", [("participant", n, None) for n in names]),
                Cell(f"{run} to coordinate", [("coordinator", n, None) for n in names], "named"),
                Cell("[REDACTED]", [("withheld", None, None)], "withheld", [None]),
                Cell("s.9(2)(a) OIA", [("withheld", None, None)], "withheld", ["s 9(2)(a)"]),
                Cell("", []),
            ]
        )
    )


RESOURCING = st.one_of(led(), led_in_parts(), not_led())


@st.composite
def dated_clause(draw, starts_in):
    year = FiscalYear(draw(st.integers(2019, 2030)), starts_in)
    label = draw(LABELS)
    quarter = draw(st.sampled_from(year.quarters))
    kind, when, due = draw(
        st.sampled_from(
            [
                ("due", f"by {quarter}", quarter.last_day),
                ("due", f"in {quarter}", quarter.last_day),
                ("due", f"– {quarter}" if label else str(quarter), quarter.last_day),
                ("due", f"within {year}", year.last_day),
                ("due", f"by {quarter.last_day.day}/{quarter.last_day:%m/%Y}", quarter.last_day),
                ("start", f"from {quarter}", quarter.last_day),
                ("start", f"commencing {quarter}", quarter.last_day),
            ]
        )
    )
    return f"{label} {when}" if label else when, (kind, label, due.isoformat(), None)


@st.composite
def undated_clause(draw):
    return draw(
        st.sampled_from(
            [
                ("Updated biannually", ("recurring", "Updated", None, 6)),
                ("every quarter", ("recurring", None, None, 3)),
                ("Part 4 – TBD", ("to_be_decided", "Part 4", None, None)),
                ("TBC", ("to_be_decided", None, None, None)),
                ("Subject to legislative processes", ("external", None, None, None)),
            ]
        )
    )


@st.composite
def timeframes(draw, starts_in):
    if draw(st.integers(0, 9)) == 0:
        return Cell("[REDACTED]", [], withheld=[None])
    clauses = draw(st.lists(st.one_of(dated_clause(starts_in), undated_clause()), max_size=4))
    if draw(st.booleans()):
        year = FiscalYear(2021, starts_in)
        parts = [
            (f"Part {n} – Q{n}", ("due", f"Part {n}", FiscalQuarter(year, n).last_day.isoformat(), None))
            for n in (1, 2)
        ]
        parts.append((f"Part 3 – Q3 {year}", ("due", "Part 3", FiscalQuarter(year, 3).last_day.isoformat(), None)))
        clauses = parts
    return Cell(
        draw(st.sampled_from(["; ", ";", ". "])).join(t[:1].upper() + t[1:] for t, _ in clauses),
        [m for _, m in clauses],
    )


@st.composite
def descriptions(draw):
    if draw(st.integers(0, 9)) == 0:
        return Cell("[REDACTED]", None, withheld=[None])
    paragraphs = draw(st.lists(WORDS, max_size=2))
    items = draw(st.lists(st.one_of(WORDS, st.none()), max_size=4))
    shape = {
        "paragraphs": paragraphs,
        "items": [{"text": text, "ground": None} for text in items],
    }
    printed = "".join(f"<p>{text}</p>" for text in paragraphs)
    if items:
        printed += "<ul>" + "".join(f"<li>{text or '[REDACTED]'}</li>" for text in items) + "</ul>"
    if paragraphs and not items and len(paragraphs) == 1:
        printed = draw(st.sampled_from([printed, paragraphs[0]]))
    return Cell(printed, shape, withheld=[None] if None in items else [])


@dataclass
class Built:
    """A whole document and what it must be read as."""

    lines: list[str]
    focus_areas: list[tuple[str, str]]
    priority_areas: list[tuple[str, str]]
    rows: list[dict]
    starts_in: int


@st.composite
def tables(draw):
    """A title, pages with their header rows, areas named once and then blank, activities."""
    starts_in = draw(st.integers(1, 12))
    built = Built(["", "ACTION PLAN", ""], [], [], [], starts_in)
    built.lines.append(draw(st.sampled_from(CLIPPED)))
    number = 0
    for focus in range(draw(st.integers(1, 3))):
        code, title = f"FOCUS {chr(65 + focus)}", draw(TITLES)
        built.focus_areas.append((code, title))
        for priority in range(draw(st.integers(1, 2))):
            built.priority_areas.append((code, f"{draw(TITLES)} {priority}"))
            for _ in range(draw(st.integers(1, 2))):
                number += 1
                _add_row(draw, built, number)
    return built


def _add_row(draw, built, number):
    code, priority = built.priority_areas[-1]
    title = draw(st.one_of(TITLES, st.none()))
    printed_number, shown = draw(
        st.sampled_from([(number, f"{number}. "), (number, f"{number}) "), (f"{number}.1", f"{number}.1 "), (None, "")])
    )
    description, resourcing = draw(descriptions()), draw(RESOURCING)
    timeframe = draw(timeframes(built.starts_in))
    first = not any(row["focus_area"] == code for row in built.rows)
    page_break = draw(st.booleans())
    focus_cell = f"{code}: {built.focus_areas[-1][1]}" if first else ""
    if page_break and built.rows:
        built.lines += ["", draw(st.sampled_from(CLIPPED))]
        focus_cell = focus_cell or draw(st.sampled_from(["", f"{code} (Cont.)", f"{code} (continued)", code]))
    begins = not any((row["focus_area"], row["priority_area"]) == (code, priority) for row in built.rows)
    cells = [
        focus_cell,
        priority if begins else "",
        shown + (title or "[REDACTED]"),
        description.printed,
        resourcing.printed,
        timeframe.printed,
    ]
    built.lines.append("\t".join(cells))
    withheld = [("title", None)] if title is None else []
    for column, cell in [("description", description), ("resourcing", resourcing), ("timeframe", timeframe)]:
        withheld += [(column, ground) for ground in cell.withheld]
    built.rows.append(
        {
            "number": printed_number,
            "focus_area": code,
            "priority_area": priority,
            "title": title,
            "description": description.means,
            "answerable": resourcing.answerable,
            "roles": resourcing.means,
            "milestones": timeframe.means,
            "withheld": withheld,
            "line": len(built.lines),
            "cells": cells,
        }
    )
