"""From bytes to the plan exchange."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.plan_document import NotAPlan, parse_plan, source_bytes, validate

from .tables import HEADER, tables

ROW = "UNIFY: Govern\tA model\t1. One\tWords\tPolice to lead\tQ1 FY2021/22"


def parse(directory, *lines, **options):
    text = "\n".join(lines)
    return parse_plan(text.encode(), name="plan.txt", directory=directory, **{"fiscal_year_starts_in": 7} | options)


def reports(exchange):
    """What was not understood, apart from the slug, the title and the period these small plans lack."""
    listed = exchange["not_understood"]
    return [(one["line"], one["column"], one["text"]) for one in listed if one["text"]]


@settings(max_examples=120)
@given(built=tables(), newline=st.sampled_from(["\n", "\r\n"]), mark=st.booleans(), final=st.booleans())
def test_any_table_built_from_valid_parts_is_read_as_its_parts(directory, built, newline, mark, final):
    text = ("\ufeff" if mark else "") + newline.join(built.lines) + (newline if final else "")
    exchange = parse_plan(
        text.encode(),
        name="plan.txt",
        directory=directory,
        slug="plan",
        period=(date(2021, 1, 1), date(2024, 12, 31)),
        fiscal_year_starts_in=built.starts_in,
    )
    assert exchange["not_understood"] == []
    assert [(area["code"], area["title"]) for area in exchange["focus_areas"]] == built.focus_areas
    assert [(area["focus_area"], area["title"]) for area in exchange["priority_areas"]] == built.priority_areas
    assert [as_built(activity) for activity in exchange["activities"]] == built.rows
    assert validate(exchange) == []
    assert source_bytes(exchange) == text.encode()


def as_built(activity):
    """An activity of the exchange in the terms of the built table."""
    return {
        "number": activity["number"],
        "focus_area": activity["focus_area"],
        "priority_area": activity["priority_area"],
        "title": activity["title"],
        "description": activity["description"],
        "answerable": activity["answerable"],
        "roles": [(role["kind"], role["body"], role["scope"]) for role in activity["roles"]],
        "milestones": [
            (one["kind"], one["label"], one["due"], one["interval_months"]) for one in activity["milestones"]
        ],
        "withheld": [(one["field"], one["ground"]) for one in activity["withheld"]],
        "line": activity["published"]["line"],
        "cells": list(activity["published"].values())[1:],
    }


def test_the_keys_stand_in_the_order_of_the_format(directory):
    exchange = parse(directory, "PLAN 2021/22", HEADER, ROW)
    assert list(exchange) == [
        *("version", "plan", "document", "focus_areas", "priority_areas"),
        *("bodies", "activities", "not_understood"),
    ]
    assert list(exchange["plan"]) == ["slug", "title", "period", "fiscal_year_starts_in"]
    assert list(exchange["document"]) == ["name", "newline", "final_newline", "other_lines"]
    (activity,) = exchange["activities"]
    assert list(activity) == [
        *("number", "focus_area", "priority_area", "title", "description", "answerable", "roles"),
        *("milestones", "withheld", "published"),
    ]
    assert list(activity["roles"][0]) == ["kind", "body", "as_published", "scope"]
    assert list(activity["milestones"][0]) == [
        *("kind", "label", "fiscal_year", "quarter", "due", "interval_months", "as_published"),
    ]
    assert list(activity["published"]) == [
        *("line", "focus_area", "priority_area", "activity", "description", "resourcing", "timeframe"),
    ]
    assert list(exchange["bodies"][0]) == ["name", "short", "name_mi", "also", "kind"]


def test_what_the_document_and_the_options_do_not_give_is_null_and_listed(directory):
    exchange = parse(directory, HEADER, ROW, fiscal_year_starts_in=None)
    assert exchange["plan"] == {"slug": None, "title": None, "period": None, "fiscal_year_starts_in": None}
    assert [one["column"] for one in exchange["not_understood"]] == list(exchange["plan"])
    assert all(one["why"] for one in exchange["not_understood"])
    assert len(validate(exchange)) >= 4


def test_the_line_above_the_table_is_the_title_and_its_fiscal_year_the_period(directory):
    plan = parse(directory, "", "A PLAN: 2021/22", "", HEADER, ROW, slug="a-plan")["plan"]
    assert plan == {
        "slug": "a-plan",
        "title": "A PLAN: 2021/22",
        "period": ["2021-07-01", "2022-06-30"],
        "fiscal_year_starts_in": 7,
    }


@pytest.mark.parametrize("title", ["A PLAN 2026–2030", "A PLAN 2022", "A PLAN 2021/22 to 2023/24", "A PLAN"])
def test_a_title_that_names_no_one_fiscal_year_gives_no_period(directory, title):
    assert parse(directory, title, HEADER, ROW)["plan"]["period"] is None


def test_options_win_over_the_document(directory):
    period = (date(2022, 7, 1), date(2023, 6, 30))
    plan = parse(directory, "A PLAN 2021/22", HEADER, ROW, title="Another", period=period, slug="x")["plan"]
    assert (plan["title"], plan["period"]) == ("Another", ["2022-07-01", "2023-06-30"])


def test_a_period_that_ends_before_it_begins_is_refused(directory):
    with pytest.raises(ValueError, match="before it begins"):
        parse(directory, HEADER, ROW, period=(date(2022, 7, 1), date(2022, 6, 30)))


def test_only_bodies_the_plan_names_are_listed_known_ones_in_the_order_of_the_directory(directory):
    row = ROW.replace("Police to lead", "NZSIS to lead, with support from DIA, Police and the Treasury")
    exchange = parse(directory, HEADER, row)
    assert [body["short"] for body in exchange["bodies"]] == ["Police", "DIA", "NZSIS", "Treasury"]
    assert [text for _, column, text in reports(exchange) if column == "resourcing"] == ["NZSIS", "the Treasury"]


def test_a_blank_area_means_as_above_across_page_breaks(directory):
    exchange = parse(directory, HEADER, ROW, "\t\t2. Two\t\t\t", "", HEADER, "\t\t3. Three\t\t\t")
    assert {(one["focus_area"], one["priority_area"]) for one in exchange["activities"]} == {("UNIFY", "A model")}
    assert reports(exchange) == []


@pytest.mark.parametrize(
    "again", ["UNIFY (Cont.)", "UNIFY (continued): Govern", "UNIFY: Govern", "unify", "UNIFY – cont’d"]
)
def test_an_area_that_goes_on_is_the_same_area(directory, again):
    exchange = parse(directory, HEADER, ROW, f"{again}\tA model (cont.)\t2. Two\t\t\t")
    assert exchange["focus_areas"] == [{"code": "UNIFY", "title": "Govern"}]
    assert exchange["priority_areas"] == [{"focus_area": "UNIFY", "title": "A model"}]
    assert reports(exchange) == []


def test_an_area_without_a_code_goes_by_its_words(directory):
    exchange = parse(directory, HEADER, ROW.replace("UNIFY: Govern", "Governance"))
    assert exchange["focus_areas"] == [{"code": "Governance", "title": "Governance"}]


def test_doubtful_areas_are_reported(directory):
    exchange = parse(
        directory,
        HEADER,
        "GROW (Cont.)\tA model\t1. One\t\t\t",
        "GROW: Up\t[REDACTED]\t2. Two\t\t\t",
        "SHRINK: Down\tOther\t\t\t\t",
        "\t\t3. Three\t\t\t",
    )
    assert reports(exchange) == [
        (2, "focus_area", "GROW (Cont.)"),
        (3, "focus_area", "GROW: Up"),
        (3, "priority_area", "[REDACTED]"),
        (4, "focus_area", "SHRINK: Down"),
        (4, "priority_area", "Other"),
    ]
    assert exchange["activities"][2]["focus_area"] == "SHRINK"


@pytest.mark.parametrize(
    ("rows", "line", "expected"),
    [
        (["\tA model\t1. One\t\t\t"], 2, "focus area"),
        (["\t\t1. One\t\t\t"], 2, "focus area"),
        (["UNIFY: Govern\t\t1. One\t\t\t"], 2, "priority area"),
        ([ROW, "GROW: Up\t\t2. Two\t\t\t"], 3, "priority area"),
    ],
)
def test_a_row_outside_any_area_is_refused_with_its_line(directory, rows, line, expected):
    with pytest.raises(NotAPlan, match=f"^Line {line}: expected a {expected}") as refused:
        parse(directory, HEADER, *rows)
    assert refused.value.line == line


def test_a_row_without_an_activity_is_kept_as_a_line_and_reported(directory):
    row = "\t\t\tmore words\tPolice\tQ2"
    exchange = parse(directory, HEADER, ROW, row)
    assert len(exchange["activities"]) == 1
    assert reports(exchange) == [(3, None, row.strip())]
    assert source_bytes(exchange).decode().endswith(row)


def test_a_number_printed_twice_stays_in_the_second_title(directory):
    exchange = parse(directory, HEADER, ROW, "\t\t1. One again\t\t\t")
    assert [(one["number"], one["title"]) for one in exchange["activities"]] == [(1, "One"), (None, "1. One again")]
    assert reports(exchange) == [(3, "activity", "1")]


def test_cells_beyond_the_table_are_reported_and_kept(directory):
    exchange = parse(directory, HEADER, ROW + "\tmore\t")
    assert reports(exchange) == [(2, None, "more")]
    assert source_bytes(exchange).decode() == f"{HEADER}\n{ROW}\tmore\t"


def test_columns_may_stand_in_another_order(directory):
    columns = [5, 0, 4, 2, 1, 3]
    header, row = HEADER.split("\t"), ROW.split("\t")
    lines = ["\t".join(header[place] for place in columns), "\t".join(row[place] for place in columns)]
    exchange = parse(directory, *lines)
    (activity,) = exchange["activities"]
    assert (activity["title"], activity["milestones"][0]["due"]) == ("One", "2021-09-30")
    assert list(activity["published"].values())[1:] == row
    assert source_bytes(exchange).decode() == "\n".join(lines)


def test_every_phrase_that_could_not_be_typed_is_listed_with_its_line_and_column(directory):
    row = ROW.replace("Words", "a <foo> b").replace("Police to lead", "Nobody yet").replace("Q1 FY2021/22", "Ongoing")
    exchange = parse(directory, "PLAN 2021/22", HEADER, row, slug="plan")
    assert [(one["line"], one["column"], one["text"]) for one in exchange["not_understood"]] == [
        (3, "description", "<foo>"),
        (3, "resourcing", "Nobody yet"),
        (3, "timeframe", "Ongoing"),
    ]
    assert validate(exchange) == []


@settings(max_examples=300)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_junk_is_refused_with_a_line(directory, data):
    with pytest.raises(NotAPlan, match=r"^Line \d+: expected") as refused:
        parse_plan(data, name="junk", directory=directory)
    assert refused.value.line >= 1


CELLS = st.one_of(
    st.text(alphabet=st.characters(exclude_characters="\t\n\r\x00", exclude_categories=["Cs", "Co"]), max_size=30),
    st.sampled_from(["UNIFY: x", "1. A", "Police to lead", "Q1 FY2021/22", "[REDACTED]", "<ul>a; b", "s 9(2)(a)", ""]),
)


@settings(max_examples=300)
@given(
    rows=st.lists(st.lists(CELLS, max_size=9).map("\t".join), max_size=8),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    ends=st.sampled_from(["", "\n", "\r\n", "\r"]),
    starts_in=st.sampled_from([None, 1, 7]),
)
def test_any_rows_under_a_header_are_read_or_refused_and_never_lost(directory, rows, newline, ends, starts_in):
    data = (newline.join(["\ufeff", HEADER, *rows]) + ends).encode()
    try:
        exchange = parse_plan(data, name="x", directory=directory, fiscal_year_starts_in=starts_in)
    except NotAPlan as error:
        refused = error
    else:
        refused = None
    if refused:
        assert str(refused).startswith(f"Line {refused.line}: expected ")
        return
    assert source_bytes(exchange) == data
    options = {
        "slug": "x",
        "title": "x",
        "period": ["2021-07-01", "2022-06-30"],
        "fiscal_year_starts_in": starts_in or 7,
    }
    if starts_in is not None:
        assert validate(exchange | {"plan": options}) == []
