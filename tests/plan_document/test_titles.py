"""Activity cells: numbers and titles."""

import pytest

from activities.plan_document.titles import read_title


@pytest.mark.parametrize(
    ("cell", "number", "title"),
    [
        ("1. Expand TNOC governance model", 1, "Expand TNOC governance model"),
        ("12) Title", 12, "Title"),
        ("3: Title", 3, "Title"),
        ("Activity 7: Title", 7, "Title"),
        ("2.3 Title", "2.3", "Title"),
        ("2.3. Title", "2.3", "Title"),
        ("  4.  Two   spaces ", 4, "Two spaces"),
        (
            "19. Criminal Proceedings (Recovery Act 2009) amendments",
            19,
            "Criminal Proceedings (Recovery Act 2009) amendments",
        ),
        ("Title", None, "Title"),
        ("2022 review", None, "2022 review"),
        ("5 Eyes cooperation", None, "5 Eyes cooperation"),
        ("2020-2022. Title", None, "2020-2022. Title"),
    ],
)
def test_the_number_and_the_title_are_told_apart(cell, number, title):
    read = read_title(cell, {})
    assert (read.number, read.title, read.withheld, read.unread) == (number, title, (), ())


@pytest.mark.parametrize(
    ("cell", "number", "ground"),
    [("20. [REDACTED]", 20, None), ("[REDACTED]", None, None), ("3. s.9(2)(a) OIA [REDACTED]", 3, "s 9(2)(a)")],
)
def test_a_withheld_title_is_null_and_keeps_its_number(cell, number, ground):
    read = read_title(cell, {})
    assert (read.number, read.title, read.withheld) == (number, None, (ground,))


def test_a_title_withheld_in_part_keeps_its_words():
    read = read_title("3. Expand the [REDACTED] programme", {})
    assert (read.title, read.withheld) == ("Expand the [REDACTED] programme", (None,))


@pytest.mark.parametrize(
    ("cell", "number", "title", "text"),
    [
        ("7. Again", None, "7. Again", "7"),
        ("8.", 8, "8.", "8."),
        ("A1. Title", None, "A1. Title", "A1."),
        ("7b) Title", None, "7b) Title", "7b)"),
        ("0. Title", None, "0. Title", "0."),
        ("12345. Title", None, "12345. Title", "12345."),
    ],
)
def test_a_number_that_cannot_be_the_activitys_own_is_reported_and_kept_in_the_title(cell, number, title, text):
    read = read_title(cell, {7: 12})
    assert (read.number, read.title) == (number, title)
    assert [unread.text for unread in read.unread] == [text]
