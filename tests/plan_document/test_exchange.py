"""The canonical text, and the document given back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.plan_document import dumps, parse_plan, source_bytes

from .tables import HEADER

ROW = "UNIFY: Govern\tA model\t1. Māori – “One”\tWords\tPolice to lead\tQ1 FY2021/22"


def round_trip(directory, data):
    exchange = parse_plan(data, name="plan.txt", directory=directory, fiscal_year_starts_in=7)
    return source_bytes(json.loads(dumps(exchange)))


@pytest.mark.parametrize(
    "data",
    [
        f"{HEADER}\n{ROW}",
        f"{HEADER}\n{ROW}\n",
        f"\ufeff{HEADER}\r\n{ROW}\r\n",
        f"\ufeffTITLE\n\n{HEADER}\n{ROW}\n\n\n",
        f"{HEADER}\r{ROW}\r",
        f"{HEADER}\r\n{ROW}\n\t\t2. Two\r\n",
        f"{HEADER}\n{ROW}\r",
        f"{HEADER}\n{ROW}\r\r\n",
        f"{HEADER}\n{ROW}\t\t\n\t\t2. Two\n\t\t3.\tx\ty\tz\tmore\t\n",
        f"{HEADER}\n{ROW}\n\t\t\tno activity\n   \n\t\t\nfooter",
        f"\n\n{HEADER}\n\x0c{ROW} \u2028\x85\n",
    ],
)
def test_the_document_comes_back_byte_for_byte(directory, data):
    assert round_trip(directory, data.encode()) == data.encode()


PIECES = st.sampled_from(
    [HEADER, ROW, "\t\t2. Two\t\t\t", "\t\t[REDACTED]", "words", "\t", "", " ", "\t\t\t\t\t\tx", "\u2028"]
)
# A lone CR among other line ends is a character of its cell; alone it is tried above.
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n", "\r\r\n"])


@given(mark=st.sampled_from(["", "\ufeff"]), pieces=st.lists(st.tuples(PIECES, ENDS)), last=PIECES)
def test_any_mixture_of_lines_and_line_ends_comes_back_byte_for_byte(directory, mark, pieces, last):
    text = mark + f"{HEADER}\n{ROW}\n" + "".join(line + end for line, end in pieces) + last
    assert round_trip(directory, text.encode()) == text.encode()


def test_the_canonical_text_is_indented_unescaped_and_ends_in_a_newline(directory):
    data = f"{HEADER}\n{ROW}".encode()
    text = dumps(parse_plan(data, name="plan.txt", directory=directory, fiscal_year_starts_in=7))
    assert text.startswith('{\n  "version": 1,\n  "plan": {\n    "slug": null,\n')
    assert text.endswith("\n}\n")
    assert "Māori – “One”" in text
    assert dumps(json.loads(text)) == text
