"""What is typed into the search box, as words; and the stretches of text that show why a row was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from activities.summaries.search.excerpts import LENGTH, excerpt, excerpts, marked
from activities.summaries.search.question import LONGEST, Question
from tnoc_tracker.record.text import fold


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        ("   ", ()),
        ("\x00\x01\ud800\u200b", ()),
        ("“”'\"", ()),
        ("Ngā  Pirihimana", ("pirihimana", "nga")),
        ("bank banking Bank", ("banking",)),
        ("agency’s “own” view", ("agency", "view", "own", "s")),
        ("50% a_b", ("50%", "a_b")),
        ("nga\x00ti", ("nga", "ti")),
    ],
)
def test_words_are_folded_each_once_and_none_within_another(typed, words):
    assert Question.of(typed).words == words


def test_only_the_first_characters_are_looked_for():
    long = Question.of("word " * 10_000)

    assert len(long.typed) <= LONGEST
    assert long.is_cut
    assert not Question.of("x" * LONGEST).is_cut


@pytest.mark.parametrize("typed", ["12", " 12 ", "Activity 12", "activity-12", "#12", "No. 12"])
def test_an_activity_is_meant_by_its_number(typed):
    assert Question.of(typed).names("12", "12")
    assert not Question.of(typed).names("2", "2")


@pytest.mark.parametrize("typed", ["row-21", "Row 21", "ROW-21"])
def test_a_row_without_a_number_is_meant_by_its_key(typed):
    assert Question.of(typed).names("row-21", "")
    assert not Question.of(typed).names("21", "21")


def test_nothing_typed_means_no_row():
    assert not Question.of("").names("row-21", "")


def shown(pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("Ngā Pirihimana", ("nga",), "[Ngā] Pirihimana"),
        ("Nga\u0304 Pirihimana", ("nga",), "[Nga\u0304] Pirihimana"),
        ("a BANK, a bank", ("bank",), "a [BANK], a [bank]"),
        ("banking sector", ("bank", "king"), "[banking] sector"),
        ("Straße", ("ss",), "Stra[ß]e"),
        ("aaa", ("a",), "[aaa]"),
        ("nothing", ("zebra",), "nothing"),
        ("", ("a",), ""),
    ],
)
def test_the_words_are_marked_as_they_are_written(text, words, wanted):
    assert shown(marked(text, words)) == wanted


@given(some.text(), some.lists(some.text(min_size=1, max_size=3).filter(fold), max_size=3))
def test_a_marked_text_is_the_text_and_its_marks_have_the_words(text, typed):
    words = tuple({fold(each) for each in typed})
    pieces = marked(text, words)

    assert "".join(piece.text for piece in pieces) == text
    assert any(piece.hit for piece in pieces) == any(word in fold(text) for word in words)


def test_a_long_text_is_cut_to_whole_words_around_the_first_hit():
    text = "before " * 100 + "kererū " + "after " * 100
    found = shown(excerpt(text, ("kereru",)))

    assert "[kererū]" in found
    assert found.startswith("… before ")
    assert found.endswith(" after …")
    assert len(found) < LENGTH + 20


def test_a_long_word_is_shown_whole():
    word = "x" * 2 * LENGTH
    assert f"[{word}]" in shown(excerpt(f"{'before ' * 100}{word}{' after' * 100}", (word,)))


def test_the_text_that_has_every_word_goes_alone():
    texts = [("Title", "the bank"), ("Reason", "one bank has left"), ("Next", "left")]

    assert [each.label for each in excerpts(("bank", "left"), texts)] == ["Reason"]
    assert [each.label for each in excerpts(("the", "left"), texts)] == ["Title", "Reason"]
    assert excerpts((), texts) == ()
