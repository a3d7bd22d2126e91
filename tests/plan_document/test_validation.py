"""What is wrong with a JSON value that claims to be a plan exchange."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document import validate
from activities.plan_document.faults import MOST_FAULTS

from .conftest import EXCHANGE

COMMITTED = json.loads(EXCHANGE.read_text(encoding="utf-8"))


def changed(path, value):
    """The committed exchange with one value changed; a value of ... takes the key away."""
    exchange = copy.deepcopy(COMMITTED)
    *parents, last = path
    place = exchange
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return exchange


def test_the_committed_exchange_has_no_fault():
    assert validate(COMMITTED) == []


def test_an_exported_position_is_left_alone():
    assert validate(COMMITTED | {"position": {"anything": [1]}}) == []


FAULTS = [
    (["version"], 2, "The version is 2"),
    (["version"], True, "The version is true"),
    (["version"], ..., "The version is null"),
    (["plan"], ..., "The exchange has no plan"),
    (["plan"], [], "Plan is a list, not an object"),
    (["more"], 1, "which the format does not know"),
    (["plan", "slug"], None, "Plan.slug is null"),
    (["plan", "slug"], "Not A Slug", "use small letters"),
    (["plan", "title"], None, "Plan.title is null"),
    (["plan", "title"], " ", "Plan.title is empty"),
    (["plan", "title"], "a\x00b", "holds a character that is no text"),
    (["plan", "title"], "a\ud800b", "holds a character that is no text"),
    (["plan", "period"], None, "Plan.period is null"),
    (["plan", "period"], ["2022-06-30", "2021-07-01"], "ends before it begins"),
    (["plan", "period"], ["2021-07-01"], "not a list of two dates"),
    (["plan", "period"], ["2021-07-01", "2022-06-31"], "“2022-06-31”, not a date"),
    (["plan", "period"], ["20210701", "2022-06-30"], "not a date"),
    (["plan", "fiscal_year_starts_in"], None, "starts_in is null"),
    (["plan", "fiscal_year_starts_in"], 13, "from 1 to 12"),
    (["plan", "fiscal_year_starts_in"], True, "is true"),
    (["plan", "fiscal_year_starts_in"], "7", "is “7”"),
    (["document", "newline"], "\n\n", "Document.newline is"),
    (["document", "final_newline"], 0, "is not true or false"),
    (["document", "other_lines", 0, "line"], 0, "Document.other_lines[0].line is 0"),
    (["document", "other_lines", 0, "line"], 2, "not in the order of their lines"),
    (["document", "other_lines", 0], ..., "have no line 1"),
    (["document", "other_lines"], {}, "is an object, not a list"),
    (["focus_areas", 0, "code"], "PREVENT AND DETECT", "a second time"),
    (["focus_areas", 0], ..., "which is no focus area of the exchange"),
    (["priority_areas", 0, "focus_area"], "NOWHERE", "which is no focus area"),
    (["priority_areas", 0, "title"], "Other", "which is no priority area of that focus area"),
    (["priority_areas", 1, "title"], "Establish a system-wide governance model", "a second time"),
    (["bodies", 0, "kind"], "ministry", "it is one of agency, governance, collective"),
    (["bodies", 0, "also"], "x", "is “x”, not a list"),
    (["bodies", 0, "also"], [1], "is 1, not text"),
    (["bodies", 0, "name_mi"], 1, "is 1, not text"),
    (["bodies", 0, "short"], None, "is null, not text"),
    (["bodies", 0, "name"], "Ministry of Justice", "a second time"),
    (["bodies", 0], ..., "which is no body of the exchange"),
    (["activities"], None, "Activities is null, not a list"),
    (["activities", 0], 7, "Activities[0] is 7, not an object"),
    (["activities", 0, "number"], 2, "Activities[1].number is 2 a second time"),
    (["activities", 0, "number"], "one", "not a number such as 7"),
    (["activities", 0, "number"], 0, "from 1 to 9999"),
    (["activities", 0, "number"], 1.5, "is 1.5"),
    (["activities", 0, "number"], True, "is true"),
    (["activities", 0, "number"], 10**30, "a huge number"),
    (["activities", 0, "focus_area"], ["UNIFY"], "is a list, which is no focus area"),
    (["activities", 0, "priority_area"], {}, "is an object, not text"),
    (["activities", 0, "title"], None, "is null and not listed as withheld"),
    (["activities", 0, "title"], "", "is empty"),
    (["activities", 0, "description"], None, "is null and not listed as withheld"),
    (["activities", 0, "description"], "words", "is no description"),
    (["activities", 0, "description"], {"paragraphs": ["a\nb"], "items": []}, "is no description"),
    (["activities", 0, "description"], {"paragraphs": ["\ud800"], "items": []}, "no text"),
    (["activities", 0, "answerable"], "somebody", "it is one of named"),
    (["activities", 0, "answerable"], "named", "exactly where a lead or a coordinator"),
    (["activities", 1, "answerable"], "not_stated", "exactly where a lead or a coordinator"),
    (["activities", 0, "roles"], None, "Activities[0].roles is null"),
    (["activities", 0, "roles", 0, "kind"], "boss", "it is one of lead"),
    (["activities", 0, "roles", 0, "body"], "Nobody", "which is no body"),
    (["activities", 0, "roles", 0, "kind"], "withheld", "is given, and the role is withheld"),
    (["activities", 0, "roles", 0, "scope"], "", "is empty"),
    (["activities", 0, "roles", 0, "as_published"], ..., "has no as_published"),
    (["activities", 0, "milestones", 0, "kind"], "done", "it is one of due"),
    (["activities", 0, "milestones", 0, "due"], None, "a milestone of the kind due has a date"),
    (["activities", 0, "milestones", 0, "due"], "2021-09-29", "ends on 2021-09-30"),
    (["activities", 0, "milestones", 0, "due"], "soon", "not a date"),
    (["activities", 0, "milestones", 0, "quarter"], 5, "from 1 to 4"),
    (["activities", 0, "milestones", 0, "fiscal_year"], None, "given without a fiscal year"),
    (["activities", 0, "milestones", 0, "fiscal_year"], "2021/23", "is no fiscal year"),
    (["activities", 0, "milestones", 0, "fiscal_year"], "FY2021/22", "it is written 2021/22"),
    (["activities", 0, "milestones", 0, "interval_months"], 6, "exactly where the kind is recurring"),
    (["activities", 4, "milestones", 1, "interval_months"], None, "exactly where the kind is recurring"),
    (["activities", 4, "milestones", 1, "interval_months"], 0, "from 1 to"),
    (["activities", 7, "milestones", 0, "due"], "2022-06-30", "of the kind external has no date"),
    (["activities", 7, "withheld", 0, "field"], "number", "it is one of title"),
    (["activities", 7, "withheld", 0, "ground"], "because", "no ground of the Act"),
    (["activities", 7, "withheld", 0, "ground"], "s.9(2)(f)(iv) OIA", "it is written s 9(2)(f)(iv)"),
    (["activities", 0, "published", "line"], 99_999_999, "whole number"),
    (["activities", 1, "published", "line"], 6, "rows keep the document's order"),
    (["activities", 0, "published", "timeframe"], None, "not text"),
    (["not_understood"], "none", "not a list"),
    (["not_understood"], [{"line": 1, "column": "mood", "text": "x", "why": "y"}], "is “mood”"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), FAULTS)
def test_a_fault_of_shape_is_named_in_a_sentence(path, value, sentence):
    faults = validate(changed(path, value))
    assert any(sentence in fault for fault in faults), faults
    assert all(fault.endswith(".") for fault in faults)


def test_every_null_in_the_plan_is_a_fault():
    faults = validate(COMMITTED | {"plan": dict.fromkeys(COMMITTED["plan"])})
    for key in COMMITTED["plan"]:
        assert any(fault.startswith(f"Plan.{key}") for fault in faults)


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"version": "1"}])
def test_what_is_no_exchange_at_all_is_said_in_one_sentence(value):
    assert len(validate(value)) == 1


def test_endless_faults_are_not_all_named():
    assert len(validate(COMMITTED | {"activities": [1] * 10_000})) == MOST_FAULTS


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


@given(data=st.data())
def test_any_value_in_any_place_is_named_or_sound_and_never_a_traceback(data):
    exchange = copy.deepcopy(COMMITTED)
    place = exchange
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.integers(0, 3)) == 0:
            place[key] = data.draw(JSON)
            break
        place = inner
    assert all(isinstance(fault, str) for fault in validate(exchange))
