"""What is to be reached, in multiples of the floor of the same run: a page as it is made right after a change."""

from tests.benchmarks.pages import UPDATE

LONG_FILE = "activities as CSV"

TARGETS = {
    "dashboard": 5.0,
    "overdue": 5.0,
    "timeline": 5.0,
    "activities, 50 rows": 5.0,
    "activity with 50 changes": 4.0,
    "activity with 1,000 changes": 4.0,
    UPDATE: 3.0,
    LONG_FILE: 40.0,
}
"""At 21 activities, and the file at 10,000 rows; the update is a multiple of a form that commits one row."""

GROWING = ("dashboard", "overdue", "timeline", "activities, 50 rows")
MOST_GROWTH = 1.5
"""In larger registers these may take so many times what they may at 21 activities: 7.5 times the floor."""

MOST_PAST = 3.0
"""A past position: so many times the present one."""

MOST_QUERIES = 12
"""Of any page, signing in included."""
