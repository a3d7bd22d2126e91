"""The search across a plan: what was found, in groups, each with its exact count and the first of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from activities.reading import Reading
from activities.summaries.search.hits import Hit, Search, Slice
from activities.summaries.search.question import LONGEST, Question

__all__ = ["A_PAGE", "GROUPS", "LONGEST", "Findings", "Group", "Hit", "Question", "search"]

FIRST = 10
A_PAGE = 20
"""So many rows are shown of each group beside the others, and of one that is looked at alone."""

MOST_PAGES = 10_000

GROUPS = {
    "activities": "Activities",
    "decisions": "Decisions",
    "updates": "Status updates",
    "returns": "Returns",
    "agenda": "Agenda items",
    "bodies": "Bodies",
}
"""What is searched, in the order of the page: the key in its address, and the heading."""

_NOUNS = {
    "activities": "activity",
    "decisions": "decision",
    "updates": "status update",
    "returns": "return",
    "agenda": "agenda item",
    "bodies": "body",
}


@dataclass(frozen=True)
class Group:
    """What was found of one kind: how many, and those of the page."""

    key: str
    count: int
    page: int
    hits: tuple[Hit, ...]

    @property
    def heading(self) -> str:
        """``Status updates``."""
        return GROUPS[self.key]

    @property
    def in_words(self) -> str:
        """``1 body``, ``12 status updates``."""
        return f"{self.count} {_NOUNS[self.key] if self.count == 1 else self.heading.lower()}"

    @property
    def is_cut(self) -> bool:
        """Whether more was found than is shown."""
        return self.count > len(self.hits)


@dataclass(frozen=True)
class Findings:
    """What a question finds at a reading; ``overdue_count`` comes with it, for the header."""

    groups: tuple[Group, ...]
    overdue_count: int | None

    @property
    def total(self) -> int:
        """How many rows were found in all."""
        return sum(group.count for group in self.groups)

    @property
    def in_words(self) -> str:
        """``34 found: 5 activities, 29 status updates``."""
        return f"{self.total} found: {', '.join(group.in_words for group in self.groups)}"


def search(reading: Reading, question: Question, *, group: str = "", page: int = 1) -> Findings:
    """Every group in which something was found; of ``group`` the page asked for, of the others the first rows.

    A constant number of queries: one for each of activities, decisions, returns and agendas, two for updates, one for
    the bodies' names. A question without words finds nothing, and asks nothing.
    """
    if not question.words:
        return Findings((), None)
    asked = Search(reading, question)
    finders = {
        "activities": asked.of_activities,
        "decisions": asked.of_decisions,
        "updates": asked.of_updates,
        "returns": asked.of_returns,
        "agenda": asked.of_agenda,
        "bodies": asked.of_bodies,
    }
    found = []
    for key, find in finders.items():
        alone = key == group
        rows, hits = find(min(max(page, 1), MOST_PAGES) if alone else 1, A_PAGE if alone else FIRST)
        found.append(_group(key, rows, hits))
    first = next(iter(asked.activities.values()), None)
    return Findings(tuple(each for each in found if each.count), first.overdue_total if first else None)


def _group(key: str, rows: Slice, hits: list[Hit]) -> Group:
    return Group(key, rows.count, rows.page, tuple(hits))
