"""Descriptions as paragraphs and items, and the text people edit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document import Item, Prose

LINES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\\- [withheld under s 9(2)(a)], ground not stated", max_size=60),
    st.sampled_from(
        [
            "- ",
            "- x",
            "\\- x",
            "\\\\- x",
            "-",
            "\\",
            "[withheld, ground not stated]",
            "\\[withheld under s 9(2)(a)]",
            "[withheld under s 9(2)(a)]",
            "[withheld under s 99]",
            "[withheld]",
        ]
    ),
).map(lambda text: " ".join(text.split()))

ITEMS = st.one_of(
    LINES.filter(bool).map(Item),
    st.sampled_from([None, "s 9(2)(f)(iv)", "s 9(2)(a) and s 18"]).map(lambda ground: Item(None, ground)),
)
PROSE = st.builds(Prose, st.lists(LINES.filter(bool)).map(tuple), st.lists(ITEMS).map(tuple))


@given(PROSE)
def test_the_editable_text_is_read_back_as_the_same_prose(prose):
    assert Prose.from_text(prose.as_text()) == prose


@given(PROSE)
def test_the_line_ends_of_a_browser_make_no_difference(prose):
    assert Prose.from_text(prose.as_text().replace("\n", "\r\n")) == prose


@given(PROSE)
def test_the_exchange_form_is_read_back_as_the_same_prose(prose):
    assert Prose.from_exchange(dict(prose.to_exchange())) == prose


@given(st.text())
def test_any_typed_text_is_prose_that_stays_the_same_when_it_is_saved_again(text):
    prose = Prose.from_text(text)
    assert Prose.from_text(prose.as_text()) == prose


def test_the_editable_text_looks_like_a_list():
    prose = Prose(("This includes:",), (Item("one"), Item(None, "s 9(2)(f)(iv)"), Item(None)))
    assert prose.as_text() == (
        "This includes:\n\n- one\n- [withheld under s 9(2)(f)(iv)]\n- [withheld, ground not stated]"
    )


def test_wrapped_lines_go_on_with_their_paragraph_or_item():
    text = "A paragraph\non two lines\n- an item\n  on two lines\n- another\n\nA last paragraph"
    assert Prose.from_text(text) == Prose(
        ("A paragraph on two lines", "A last paragraph"), (Item("an item on two lines"), Item("another"))
    )


def test_an_item_nobody_has_written_yet_is_left_out():
    assert Prose.from_text("- one\n-\n- \n- two\n-") == Prose((), (Item("one"), Item("two")))


def test_a_ground_typed_in_another_way_is_written_as_everywhere():
    assert Prose.from_text("- [withheld under s.9(2)(a) OIA]").items == (Item(None, "s 9(2)(a)"),)


def test_an_item_that_only_looks_withheld_is_text():
    assert Prose.from_text("- [withheld under the weather]").items == (Item("[withheld under the weather]"),)


@pytest.mark.parametrize("text", ["", " x", "two  spaces", "two\nlines", "tab\tbed"])
def test_untidy_words_are_refused(text):
    with pytest.raises(ValueError, match="white space"):
        Item(text)
    with pytest.raises(ValueError, match="white space"):
        Prose((text,))


def test_an_item_has_words_or_a_ground_and_not_both():
    with pytest.raises(ValueError, match="its text or the ground"):
        Item("words", "s 9(2)(a)")
    with pytest.raises(ValueError, match="is written s 9"):
        Item(None, "s.9(2)(a) OIA")


@pytest.mark.parametrize(
    "given_",
    [
        {},
        {"paragraphs": [], "items": None},
        {"paragraphs": [1], "items": []},
        {"paragraphs": [], "items": ["x"]},
        {"paragraphs": [], "items": [{"text": 1, "ground": None}]},
    ],
)
def test_a_json_value_that_is_no_description_is_refused(given_):
    with pytest.raises(ValueError, match=r"\.$"):
        Prose.from_exchange(given_)
