"""Withheld parts and the grounds printed for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document.grounds import (
    Mark,
    find_withheld,
    format_ground,
    grounds_in,
    wholly_withheld,
    withheld_words,
)


@pytest.mark.parametrize(
    "printed",
    [
        "s.9(2)(f)(iv) OIA",
        "s 9(2)(f)(iv)",
        "section 9(2)(f)(iv)",
        "s9(2)(f)(iv)",
        "9(2)(f)(iv)",
        "S.9(2)(F)(IV) OIA",
        "Section 9(2)(f)(iv) of the Official Information Act 1982",
        "s. 9 (2) (f) (iv)",
        "s 9(2)(f)(iv), OIA",
    ],
)
def test_a_ground_is_written_in_one_way_however_it_is_printed(printed):
    assert format_ground(printed) == "s 9(2)(f)(iv)"


def test_several_grounds_are_joined():
    assert format_ground("sections 9(2)(a) and 9(2)(g)(i)") == "s 9(2)(a) and s 9(2)(g)(i)"
    assert format_ground("s 6(a), s 9(2)(a) and s 18 OIA") == "s 6(a), s 9(2)(a) and s 18"


@pytest.mark.parametrize("text", ["", "because", "s 12", "s 9(2)(a) and more", "[REDACTED]", "9"])
def test_what_is_no_ground_is_refused(text):
    with pytest.raises(ValueError, match="is not a ground"):
        format_ground(text)


@given(
    st.lists(
        st.sampled_from(["s 6(a)", "s 7", "s 9(2)(a)", "s 9(2)(ba)(i)", "s 9(2)(f)(iv)", "s 10", "s 18(c)(i)"]),
        min_size=1,
        unique=True,
    )
)
def test_a_ground_as_written_here_is_read_back(grounds):
    written = " and ".join(filter(None, [", ".join(grounds[:-1]), grounds[-1]]))
    assert format_ground(written) == written


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[REDACTED]", [("[REDACTED]", None)]),
        ("[redacted]", [("[redacted]", None)]),
        ("REDACTED", [("REDACTED", None)]),
        (" Withheld ", [("Withheld", None)]),
        ("█████", [("█████", None)]),
        ("[s 9(2)(a)]", [("[s 9(2)(a)]", "s 9(2)(a)")]),
        ("(s 9(2)(a))", [("(s 9(2)(a))", "s 9(2)(a)")]),
        ("[withheld under s 9(2)(a); see the letter]", [("[withheld under s 9(2)(a); see the letter]", "s 9(2)(a)")]),
        ("withheld under section 9(2)(a) OIA", [("withheld under section 9(2)(a) OIA", "s 9(2)(a)")]),
        ("s.9(2)(f)(iv) OIA [REDACTED]", [("s.9(2)(f)(iv) OIA [REDACTED]", "s 9(2)(f)(iv)")]),
        ("[REDACTED] s 9(2)(a)", [("[REDACTED] s 9(2)(a)", "s 9(2)(a)")]),
        ("[REDACTED] and [REDACTED]", [("[REDACTED]", None), ("[REDACTED]", None)]),
        ("the species; s.9(2)(f)(iv) OIA the Bill", [("s.9(2)(f)(iv) OIA", "s 9(2)(f)(iv)")]),
        ("s 9(2)(a) (see the note)", [("s 9(2)(a)", "s 9(2)(a)")]),
    ],
)
def test_withheld_parts_are_found_where_they_stand(text, parts):
    assert [(text[mark.start : mark.end], mark.ground) for mark in find_withheld(text)] == parts


@pytest.mark.parametrize(
    "text",
    [
        "section 9(2)(a) of the Crimes Act 1961",
        "s 12 OIA",
        "18 OIA requests",
        "(1) one; (9) nine",
        "tax withheld at source",
        "Part 9(2)",
        "[a note]",
        "clauses 6(a)",
        "s 9(1)",
        "s 9(2)",
        "[see s 9(2)(a) of the letter for more]",
        "the 9 of us",
    ],
)
def test_mentions_that_withhold_nothing_are_text(text):
    assert list(find_withheld(text)) == []


def test_a_cell_is_wholly_withheld_when_nothing_else_stands_in_it():
    assert wholly_withheld("s.9(2)(f)(iv) OIA [REDACTED]")
    assert wholly_withheld("[REDACTED], [REDACTED].")
    assert not wholly_withheld("Police, [REDACTED]")
    assert not wholly_withheld("")


def test_each_ground_is_listed_once():
    assert grounds_in("[REDACTED] a s 9(2)(a) b [s 9(2)(a)] c [REDACTED]") == [None, "s 9(2)(a)"]


def test_a_withheld_part_is_put_in_words():
    assert withheld_words("s 9(2)(f)(iv)") == "withheld under s 9(2)(f)(iv)"
    assert withheld_words(None) == "withheld, ground not stated"


def test_a_part_without_length_is_refused():
    with pytest.raises(ValueError, match="cannot run"):
        Mark(3, 3, None, boxed=True)


@given(st.text(alphabet="s.96(2)[]fiv OIAREDCTwithld,\n█", max_size=80))
def test_withheld_parts_never_overlap_and_lie_in_the_text(text):
    position = 0
    for mark in find_withheld(text):
        assert position <= mark.start < mark.end <= len(text)
        assert mark.ground is None or format_ground(mark.ground) == mark.ground
        position = mark.end
