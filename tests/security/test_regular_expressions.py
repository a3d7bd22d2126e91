"""No regular expression of the product can be kept busy: each takes a time that grows no faster than its text."""

from __future__ import annotations

import re

import pytest

from tests.security.patterns import Found, every_expression, seconds, slowest

LENGTH = 16_000
LIMIT = 0.1
"""Seconds of processor time for such a text: a hundredth of it is usual, and a quadratic expression takes tenfold."""

SHORT = {"activities.plan_document.phrases._LAST_WORD": 12}
"""What is only ever asked of so many characters (the source says so where it is asked)."""


def grows_too_fast(found: Found, length: int = LENGTH) -> str:
    """What is wrong with an expression; empty where nothing is."""
    taken, text = slowest(found, length)
    if taken < LIMIT:
        return ""
    half, _ = slowest(found, length // 2)
    return f"{taken:.2f} s, {taken / half:.1f} × that of half the length, for {text!r}…" if taken > 3 * half else ""


@pytest.mark.long
def test_no_expression_takes_longer_than_in_proportion() -> None:
    wrong = {
        f"{found.where}: {found.pattern.pattern[:60]}": said
        for found in every_expression()
        if (said := grows_too_fast(found, SHORT.get(found.where, LENGTH)))
    }
    assert wrong == {}


def test_the_expressions_of_every_kind_of_place_are_found() -> None:
    where = " ".join(found.where for found in every_expression())
    assert len(every_expression()) > 150
    for place in (
        "address activity",
        "agencies.password_rules line",
        "activities.quarters._QUARTER",
        "activities.forms.returns.OF_MILESTONE",
        "agencies.forms.InvitationForm.email",
        "tnoc_tracker.environment line",
    ):
        assert place in where, place


@pytest.mark.parametrize(
    ("pattern", "method", "length"),
    [
        (r"(a+)+$", "match", 18),
        (r"[\w.]*$", "search", 3000),
        (r"\s*,?\s*", "fullmatch", 3000),
        (r"^[\W\d_]+|[\W\d_]+$", "sub", 3000),
        (r"x(?:a|aa)+y", "match", 24),
        (r"<(\w+)\s*[^>]*>", "findall", 3000),
    ],
)
def test_an_expression_that_can_be_kept_busy_is_found(pattern: str, method: str, length: int) -> None:
    found = Found("here", re.compile(pattern), (method,))
    long, short = (max(slowest(found, each)[0], 1e-9) for each in (length, length // 3))
    assert long > 4.5 * short


def test_one_that_cannot_is_not_blamed() -> None:
    for pattern in (r"[a-z0-9]+(?:-[a-z0-9]+)*", r"^a+b", r"\d{4}-\d\d-\d\d"):
        assert grows_too_fast(Found("here", re.compile(pattern), ("match", "fullmatch")), 4000) == ""
    assert seconds(Found("here", re.compile("a"), ("search",)), "a") < LIMIT
