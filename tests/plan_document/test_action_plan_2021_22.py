"""The Transnational Organised Crime Strategy Action Plan 2021/22, read as a careful reader reads it.

What is expected is written out by hand from the published document, not taken from the parser.
"""

import json
from collections import Counter
from datetime import date

import pytest

from activities.plan_document import Prose, dumps, parse_plan, source_bytes, validate

from .conftest import DOCUMENT, EXCHANGE

UNIFY, PREVENT, DISMANTLE = "UNIFY", "PREVENT AND DETECT", "DISMANTLE"

FOCUS_AREAS = [
    (UNIFY, "Drive System Governance and Coordination"),
    (PREVENT, "Strengthen Capability and Understanding"),
    (DISMANTLE, "Fuse Operational Priorities"),
]

# Priority area: focus area, title, the keys of its activities.
PRIORITY_AREAS = [
    (UNIFY, "Establish a system-wide governance model", [1, 2]),
    (UNIFY, "Integrate risk monitoring and our evidence base", [3, 4]),
    (UNIFY, "Align our policy and legislative settings", [5, 6, 7, 8, 9]),
    (PREVENT, "Improve education and make people more aware of the risks of TNOC", [10, 11]),
    (PREVENT, "Partner with the private sector to identify and combat TNOC", [12]),
    (PREVENT, "Enhance international support", [13]),
    (DISMANTLE, "Co-design a methodology to jointly prioritise and respond to risks", [14, 15]),
    (DISMANTLE, "Enhance information sharing powers", [16, 17, 18]),
    (
        DISMANTLE,
        "Drive the use of legislative tools that directly target the profits of leaders and associates behind TNOC",
        [19, 20, None],
    ),
]

TITLES = {
    1: "Expand TNOC governance model",
    2: "NZ TNOC Handbook",
    3: "TNOC Evidence Review",
    4: "Develop measurement framework",
    5: "Integrated agenda for legislative reform",
    6: "Addressing gaps in NZ's AML/CFT framework that are vulnerable to TNOC abuse",
    7: "Aligning the Financial Crime and Corruption Strategy with the TNOC Strategy",
    8: "Strengthening the legal framework and addressing loopholes that attract TNOC",
    9: "Utilising NZ's UNTOC Review to identify TNOC weaknesses and opportunities",
    10: "Coordinate education and public awareness campaigns",
    11: "Sector-specific guidance on TNOC risks",
    12: "Public/private project on addressing financial sector vulnerabilities",
    13: "Expansion of NZTCU support to the PTCN",
    14: "NZ Inc. TNOC Collection Plan",
    15: "Annual TNOC Strategic Assessment",
    16: "Identifying and addressing barriers to sharing TNOC-relevant information",
    17: "Information sharing training for staff",
    18: "Review operational fusion opportunities",
    19: "Criminal Proceedings (Recovery Act 2009) amendments",
    20: None,
    None: None,
}

LINES = {
    **{1: 6, 2: 7, 3: 8, 4: 9, 5: 10},
    **{6: 13, 7: 14, 8: 15, 9: 16},
    **{10: 19, 11: 20, 12: 21, 13: 22},
    **{14: 25, 15: 26, 16: 27, 17: 28, 18: 29, 19: 30, 20: 31, None: 32},
}

SHORT = {
    "Police": "New Zealand Police",
    "Customs": "New Zealand Customs Service",
    "MBIE": "Ministry of Business, Innovation and Employment",
    "MOJ": "Ministry of Justice",
    "DIA": "Department of Internal Affairs",
    "IRD": "Inland Revenue Department",
    "MFAT": "Ministry of Foreign Affairs and Trade",
    "SFO": "Serious Fraud Office",
    "RBNZ": "Reserve Bank of New Zealand",
    "FMA": "Financial Markets Authority",
    "DOC": "Department of Conservation",
    "Corrections": "Department of Corrections",
    "Secretariat": "TNOC Secretariat",
    "Sector Coordination Group": "TNOC Sector Coordination Group",
    "Steering Group": "TNOC Steering Group",
    "all": "All agencies",
    "relevant": "Relevant agencies",
}


def each(kind, *bodies):
    return [(kind, body) for body in bodies]


# Answerable, then kind: bodies, with a scope after a colon.
ROLES = {
    1: ("not_stated", [("participant", "RBNZ"), ("participant", "FMA")]),
    2: ("named", [("coordinator", "Secretariat"), ("contributor", "all")]),
    3: ("named", [("coordinator", "Secretariat"), ("contributor", "all")]),
    4: ("named", [("coordinator", "Secretariat"), ("contributor", "all")]),
    5: ("named", [("coordinator", "MOJ"), ("contributor", "relevant")]),
    6: (
        "named",
        [("lead", "MOJ"), *each("support", "Police", "DIA", "MBIE", "Customs", "IRD", "MFAT", "SFO", "RBNZ", "FMA")],
    ),
    7: ("named", [("lead", "SFO"), ("support", "MOJ"), ("support", "Police")]),
    8: (
        "named",
        [
            ("lead", "DOC: Trade in Endangered Species reforms"),
            ("withheld", None),
            ("lead", "MFAT: Maritime Powers Bill"),
        ],
    ),
    9: ("to_be_decided", each("contributor", "Police", "MOJ", "MFAT", "Customs", "MBIE")),
    10: ("named", [("coordinator", "Secretariat"), ("contributor", "all")]),
    11: (
        "named",
        [
            ("lead", "Customs: border sector"),
            ("lead", "Police: financial sector"),
            ("lead", "MBIE: construction, horticulture, viticulture sectors"),
            ("support", "relevant"),
        ],
    ),
    12: ("named", [("lead", "Police"), *each("support", "DIA", "SFO", "RBNZ", "FMA")]),
    13: ("named", [("lead", "Police"), *each("support", "MFAT", "Customs", "MBIE", "Corrections")]),
    14: ("named", [("lead", "Sector Coordination Group")]),
    15: ("named", [("lead", "Sector Coordination Group")]),
    16: ("to_be_decided", [("support", "all")]),
    17: ("named", [("lead", "all")]),
    18: ("named", [("lead", "Steering Group")]),
    19: ("named", [("lead", "MOJ"), ("support", "Police")]),
    20: ("withheld", [("withheld", None)]),
    None: ("withheld", [("withheld", None)]),
}

Q1, Q2, Q3, Q4 = "2021-09-30", "2021-12-31", "2022-03-31", "2022-06-30"
DAYS = {1: Q1, 2: Q2, 3: Q3, 4: Q4}


def due(quarter, label=None, kind="due"):
    return (kind, label, "2021/22", quarter, DAYS[quarter], None)


# Kind, label, fiscal year, quarter, day, interval in months.
MILESTONES = {
    1: [due(1)],
    2: [due(2)],
    3: [due(3)],
    4: [due(3)],
    5: [due(2, "Developed"), ("recurring", "updated", None, None, None, 6)],
    6: [due(4)],
    7: [due(2, "Strategy endorsed"), due(3, "implementation", "start")],
    8: [("external", None, None, None, None, None)],
    9: [due(4, "Completion of Part 1 self-assessment questionnaire")],
    10: [due(2)],
    11: [due(4, "Publication of guidance")],
    12: [due(3, "Presentation of proposals to Steering Group")],
    13: [due(2, "Programme implementation", "start")],
    14: [due(1)],
    15: [due(3)],
    16: [
        due(1, "Part 1"),
        due(2, "Part 2"),
        due(3, "Part 3"),
        ("to_be_decided", "Part 4", None, None, None, None),
    ],
    17: [due(4, "All agencies to complete")],
    18: [due(2)],
    19: [("due", "Amendments passed", "2021/22", None, Q4, None)],
    20: [],
    None: [],
}

CLAUSES = {
    5: ["Developed by Q2 FY2021/22", "updated biannually"],
    7: ["Strategy endorsed Q2 FY2021/22", "implementation from Q3 FY2021/22"],
    8: ["Subject to legislative processes"],
    16: ["Part 1 – Q1", "Part 2 – Q2", "Part 3 – Q3 FY2021/22", "Part 4 – TBD"],
    19: ["Amendments passed within FY2021/22"],
}

GROUND = "s 9(2)(f)(iv)"
WITHHELD = {
    8: [("description", GROUND), ("resourcing", GROUND)],
    20: [("title", None), ("description", None), ("resourcing", GROUND), ("timeframe", None)],
    None: [("title", None), ("description", None), ("resourcing", None), ("timeframe", None)],
}

DESCRIPTION_6 = """This includes:

- Identifying options to respond to the policy gaps identified in NZ's National Risk Assessment and FATF Mutual \
Evaluation, including in relation to administrative measures for remitters; transparency of beneficial ownership \
information; and AML/CFT obligations for reporting entities.
- Implementing a cross-agency approach to identifying and sanctioning unregistered remitters and those remitters \
wilfully involved in illegal activity.
- Using the AML/CFT statutory review process to identify further AML/CFT weaknesses that could attract TNOC."""

DESCRIPTION_8 = """This includes:

- amendments to the Trade in Endangered Species Act 1989 to strengthen the management of international trade in \
endangered, threatened and exploited species
- [withheld under s 9(2)(f)(iv)]
- the Maritime Powers Bill, which will provide NZ law enforcement agencies with powers to enforce NZ criminal law in \
international waters, in accordance with international law."""


@pytest.fixture(scope="module")
def exchange(directory, document):
    return parse_plan(
        document,
        name=DOCUMENT.name,
        directory=directory,
        slug="tnoc-2021-22",
        period=(date(2021, 7, 1), date(2022, 6, 30)),
        fiscal_year_starts_in=7,
    )


@pytest.fixture(scope="module")
def rows(exchange):
    return {activity["number"]: activity for activity in exchange["activities"]}


def test_everything_is_understood(exchange):
    assert exchange["not_understood"] == []
    assert validate(exchange) == []


def test_the_plan_is_named_as_printed(exchange):
    assert exchange["plan"] == {
        "slug": "tnoc-2021-22",
        "title": "TRANSNATIONAL ORGANISED CRIME STRATEGY: ACTION PLAN 2021/22",
        "period": ["2021-07-01", "2022-06-30"],
        "fiscal_year_starts_in": 7,
    }


def test_three_focus_areas_hold_nine_priority_areas_and_twenty_one_rows(exchange):
    assert [(area["code"], area["title"]) for area in exchange["focus_areas"]] == FOCUS_AREAS
    found = [(area["focus_area"], area["title"]) for area in exchange["priority_areas"]]
    assert found == [(focus, title) for focus, title, _ in PRIORITY_AREAS]
    assert Counter(focus for focus, _ in found) == {UNIFY: 3, PREVENT: 3, DISMANTLE: 3}
    rows = Counter(activity["focus_area"] for activity in exchange["activities"])
    assert rows == {UNIFY: 9, PREVENT: 4, DISMANTLE: 8}


def test_the_activities_are_numbered_one_to_twenty_and_the_last_row_has_no_number(exchange):
    assert [activity["number"] for activity in exchange["activities"]] == [*range(1, 21), None]


def test_every_row_stands_in_its_area(rows):
    expected = {key: (focus, title) for focus, title, keys in PRIORITY_AREAS for key in keys}
    assert {key: (row["focus_area"], row["priority_area"]) for key, row in rows.items()} == expected


@pytest.mark.parametrize("key", TITLES)
def test_the_title_is_as_printed_without_its_number(rows, key):
    assert rows[key]["title"] == TITLES[key]


@pytest.mark.parametrize("key", LINES)
def test_every_cell_is_kept_character_for_character_with_its_line(rows, document, key):
    published = dict(rows[key]["published"])
    line = published.pop("line")
    assert line == LINES[key]
    assert list(published.values()) == document.decode().split("\n")[line - 1].split("\t")


@pytest.mark.parametrize("key", ROLES)
def test_every_role_has_its_exact_kind_body_and_scope(rows, key):
    answerable, roles = ROLES[key]
    expected = []
    for kind, words in roles:
        short, _, scope = (words or "").partition(": ")
        expected.append((kind, SHORT[short] if short else None, scope or None))
    assert rows[key]["answerable"] == answerable
    assert [(role["kind"], role["body"], role["scope"]) for role in rows[key]["roles"]] == expected


def test_roles_keep_the_words_of_the_document(rows):
    printed = {key: [role["as_published"] for role in row["roles"]] for key, row in rows.items()}
    assert printed[5] == ["Ministry of Justice", "relevant agencies"]
    assert printed[8] == ["DOC", "s.9(2)(f)(iv) OIA", "MFAT"]
    assert printed[11][-1] == "Relevant agencies"
    assert printed[18] == ["Steering Group"]
    assert printed[20] == ["s.9(2)(f)(iv) OIA [REDACTED]"]
    assert printed[None] == ["[REDACTED]"]


@pytest.mark.parametrize("key", MILESTONES)
def test_every_milestone_has_its_kind_label_and_date(rows, key):
    found = [
        (one["kind"], one["label"], one["fiscal_year"], one["quarter"], one["due"], one["interval_months"])
        for one in rows[key]["milestones"]
    ]
    assert found == MILESTONES[key]


@pytest.mark.parametrize("key", MILESTONES)
def test_every_milestone_keeps_its_clause(rows, key):
    clauses = [one["as_published"] for one in rows[key]["milestones"]]
    whole = [rows[key]["published"]["timeframe"]] if MILESTONES[key] else []
    assert clauses == CLAUSES.get(key, whole)


def test_there_are_twenty_four_milestones(exchange):
    kinds = Counter(one["kind"] for activity in exchange["activities"] for one in activity["milestones"])
    assert kinds == {"due": 19, "start": 2, "recurring": 1, "to_be_decided": 1, "external": 1}


def test_fifteen_bodies_and_two_collectives_are_named_in_resourcing(exchange):
    kinds = Counter(body["kind"] for body in exchange["bodies"])
    assert kinds == {"agency": 12, "governance": 3, "collective": 2}
    assert {body["name"] for body in exchange["bodies"]} == set(SHORT.values())


@pytest.mark.parametrize("key", TITLES)
def test_withheld_parts_are_listed_with_the_ground_printed(rows, key):
    assert [(one["field"], one["ground"]) for one in rows[key]["withheld"]] == WITHHELD.get(key, [])


@pytest.mark.parametrize("key", TITLES)
def test_descriptions_are_paragraphs_and_items(rows, key):
    description = rows[key]["description"]
    if key in (20, None):
        assert description is None
        return
    text = Prose.from_exchange(description).as_text()
    published = rows[key]["published"]["description"]
    assert text == {6: DESCRIPTION_6, 8: DESCRIPTION_8}.get(key, published)


def test_the_document_comes_back_byte_for_byte(exchange, document):
    assert source_bytes(exchange) == document


def test_the_committed_exchange_is_made_from_the_committed_document(exchange):
    committed = EXCHANGE.read_bytes().decode("utf-8")
    assert committed == dumps(exchange)
    assert source_bytes(json.loads(committed)) == DOCUMENT.read_bytes()
