"""Description cells: broken HTML, bullets and plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document import Item, Prose
from activities.plan_document.descriptions import MOST_TAGS, read_description


def prose(cell):
    described = read_description(cell)
    assert described.unread == ()
    return described.prose


def test_plain_words_are_one_paragraph():
    assert prose("Plain words; with (1) numbers; and (2) semicolons.") == Prose(
        ("Plain words; with (1) numbers; and (2) semicolons.",)
    )


def test_a_blank_cell_is_empty_prose():
    assert prose("  ") == Prose()


def test_a_list_without_item_tags_whose_items_begin_with_capitals_is_sentences():
    cell = "<p>This includes:</p> <ul> Doing one, i.e. this; and that. Doing two for NZ Inc. Police. Doing three. "
    assert prose(cell) == Prose(
        ("This includes:",),
        (Item("Doing one, i.e. this; and that."), Item("Doing two for NZ Inc. Police."), Item("Doing three.")),
    )


def test_a_list_without_item_tags_whose_items_begin_small_is_clauses():
    cell = (
        "<ul style='x'> amendments to one Act; s.9(2)(f)(iv) OIA the other Bill, which will. And so on; and last.</ul>"
    )
    assert prose(cell) == Prose(
        (),
        (
            Item("amendments to one Act"),
            Item(None, "s 9(2)(f)(iv)"),
            Item("the other Bill, which will. And so on"),
            Item("last."),
        ),
    )


def test_a_list_of_capitals_in_one_sentence_parts_at_semicolons_before_capitals():
    assert prose("<ul>Do X; Do Y, now; or later; and Do Z.").items == (
        Item("Do X"),
        Item("Do Y, now; or later"),
        Item("Do Z."),
    )


def test_a_withheld_part_within_an_item_stays_in_its_words():
    described = read_description("<ul>amendments to the [REDACTED] Act; the Bill")
    assert described.prose.items == (Item("amendments to the [REDACTED] Act"), Item("the Bill"))
    assert described.withheld == (None,)


def test_item_tags_part_items_whatever_they_hold():
    cell = "<ul><li>one; and two.</li><li><p>three</p><p>four</p><li>[REDACTED]<li>five;</ul>"
    assert prose(cell).items == (Item("one; and two."), Item("three four"), Item(None), Item("five"))


def test_blocks_and_line_breaks_part_paragraphs():
    assert prose("<p>one</p>two<br/>three<div>four</div>").paragraphs == ("one", "two", "three", "four")


def test_bullets_typed_into_the_words_make_items():
    assert prose("This includes: • one • two; • [REDACTED]") == Prose(
        ("This includes:",), (Item("one"), Item("two"), Item(None))
    )
    assert prose("\uf0b7 one \uf0b7 two").items == (Item("one"), Item("two"))


def test_entities_are_characters_and_comparison_signs_are_words():
    assert prose("R&amp;D &lt;b&gt; &#257; costs <5% & R&D; a < b > c").paragraphs == (
        "R&D <b> ā costs <5% & R&D; a < b > c",
    )


def test_emphasis_is_left_out_and_its_words_kept():
    assert prose("<b>bold</b>ly <em>said</em>").paragraphs == ("boldly said",)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("a <foo x='y'>b", "<foo x='y'>"),
        ("<a href='https://example.org'>there</a>", "<a href='https://example.org'>"),
        ("<ul><li>one<ul><li>two</ul></ul>", "<ul>"),
        ("<ul><li>one</li></ul> after", "after"),
    ],
)
def test_what_the_shape_cannot_hold_is_reported_and_its_words_are_kept(cell, text):
    described = read_description(cell)
    assert [unread.text for unread in described.unread] == [text]
    assert all(word in described.prose.as_text() for word in ("b", "there", "one", "two", "after") if word in cell)


@pytest.mark.parametrize(
    ("cell", "grounds"),
    [
        ("[REDACTED]", (None,)),
        (" s.9(2)(f)(iv) OIA [REDACTED] ", ("s 9(2)(f)(iv)",)),
        ("<p>[REDACTED]</p><p>s 9(2)(a)</p>", (None, "s 9(2)(a)")),
    ],
)
def test_a_wholly_withheld_cell_has_no_prose(cell, grounds):
    described = read_description(cell)
    assert (described.prose, described.withheld) == (None, grounds)


def test_a_cell_of_too_many_tags_is_kept_as_it_is_and_reported():
    cell = "<li>x" * (MOST_TAGS + 1)
    described = read_description(cell)
    assert described.prose == Prose((cell,))
    assert described.unread[0].text == cell


@given(st.text(alphabet="<>/pulib ;.&amp#1A[REDACTED]s9(2)\n•", max_size=120))
def test_no_letter_of_plain_words_is_lost_in_any_markup(cell):
    described = read_description(cell)
    if described.prose is not None:
        assert Prose.from_text(described.prose.as_text()) == described.prose


@given(
    st.lists(st.text(alphabet="abcdefgh ,:", min_size=1).map(lambda t: " ".join(t.split())).filter(bool), min_size=1)
)
def test_tagged_items_are_read_back(items):
    cell = "<p>Intro</p><ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    assert prose(cell) == Prose(("Intro",), tuple(Item(item) for item in items))
