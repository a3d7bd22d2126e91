"""Folding: the database folds as Python does, so that a search finds the same on both."""

from __future__ import annotations

import unicodedata

import pytest
from django.db.models import TextField, Value
from django.db.models.functions import Cast
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from agencies.models import Body
from tnoc_tracker.record.folded import Folded, Holds, Lines, holding
from tnoc_tracker.record.text import fold

LATIN = [chr(code) for first, last in ((0xC0, 0x24F), (0x1E00, 0x1EFF)) for code in range(first, last + 1)]
LETTERS = [letter for letter in LATIN if unicodedata.category(letter) in ("Lu", "Ll", "Lt")]
MAORI = "AEIOUHKMNPRTWGaeiouhkmnprtwgĀĒĪŌŪāēīōū"
MARKS = "\u0304\u0301\u0308\u0327"
PRINTED = "".join(map(chr, range(32, 127))) + "–—’“”…\n"

words = some.text(some.sampled_from([*LETTERS, *MAORI, *MARKS, *PRINTED]), max_size=40)
together = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_database(text: str) -> str:
    return Body.objects.annotate(folded=Folded(Cast(Value(text), TextField()))).values_list("folded", flat=True)[0]


def plainly(text: str) -> str:
    """The fold as it is defined, without any shortcut."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


@given(some.text())
def test_a_text_folds_to_lower_case_letters_without_marks(text):
    assert fold(text) == plainly(text)


@given(some.text(), some.text())
def test_a_text_folds_piece_by_piece_and_once_is_enough(one, other):
    assert fold(one + other) == fold(one) + fold(other)
    assert fold(fold(one)) == fold(one)


def test_every_latin_letter_folds_alike_in_the_database(world):
    each = "\n".join([*LETTERS, *(letter + mark for letter in MAORI for mark in MARKS)])

    assert in_database(each).split("\n") == fold(each).split("\n")


@together
@given(words)
def test_the_database_folds_as_python_does(world, text):
    assert in_database(text) == fold(text)


@pytest.mark.parametrize(
    "text", ["Ngā Pirihimana o Aotearoa", "Nga\u0304 Pirihimana", "NGĀ PIRIHIMANA", "nga pirihimana"]
)
def test_macrons_case_and_the_way_a_letter_is_composed_make_no_difference(world, text):
    assert in_database(text).startswith("nga pirihimana")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["nga", "pirihimana"], {"New Zealand Police"}),
        (["pirihimana", "customs"], set()),
        (["new zealand p"], {"New Zealand Police"}),
        (["%"], set()),
        (["_"], set()),
        (["\\"], set()),
        (["'"], set()),
    ],
)
def test_a_row_holds_the_words_when_each_is_in_one_of_its_texts(world, asked, found):
    rows = Body.objects.filter(holding(asked, "name", "name_mi"))

    assert set(rows.values_list("name", flat=True)) == found


def test_what_a_pattern_would_match_is_looked_for_as_it_stands(world):
    texts = {"half": "50% done", "both": "a_b \\ c", "none": "500 axb"}
    found = {
        (word, name)
        for word in ("0%", "a_b", "\\ c")
        for name, text in texts.items()
        if Body.objects.filter(Holds(Folded(Cast(Value(text), TextField())), [word])).exists()
    }

    assert found == {("0%", "half"), ("a_b", "both"), ("\\ c", "both")}


def test_a_row_without_a_text_holds_nothing(world):
    absent = Cast(Value(None), TextField())

    assert not Body.objects.filter(Holds(Folded(absent), ["a"])).exists()
    assert not Body.objects.filter(Holds(Folded(Lines("name", absent)), ["a"])).exists()
