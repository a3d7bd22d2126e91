"""Sentences, clauses and masks."""

from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document.phrases import Masked, clauses, is_mask, sentences, squash


def test_sentences_part_before_capitals_and_withheld_parts_only():
    assert sentences("Lead agency TBD. Police will contribute. and so on") == [
        "Lead agency TBD.",
        "Police will contribute. and so on",
    ]


def test_abbreviations_and_initials_end_no_sentence():
    text = "See e.g. Customs, NZ Inc. Police and J. Smith, s. Nine etc. Then more."
    assert sentences(text) == [text]


def test_clauses_part_at_semicolons_sentences_and_line_breaks():
    text = "Police to lead; DIA to support. MOJ  will contribute.<br>SFO; ;"
    assert clauses(Masked.of(text)) == ["Police to lead", "DIA to support", "MOJ will contribute", "SFO"]


def test_a_semicolon_within_a_withheld_part_parts_nothing():
    masked = Masked.of("Police; [withheld under s 9(2)(a); see letter] to lead")
    found = clauses(masked)
    assert len(found) == 2
    assert is_mask(found[1][0])
    assert masked.restore(found[1]) == "[withheld under s 9(2)(a); see letter] to lead"


@given(st.text(alphabet="s.9(2)(a) [REDACTED];x\t", max_size=80))
def test_what_is_masked_is_restored(text):
    masked = Masked.of(text)
    assert squash(masked.restore(masked.text)) == squash(text)


@given(st.text(max_size=80))
def test_sentences_lose_nothing_but_white_space(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
