"""Where the rows of a number are: a page of the plan and its query, as a value. Views turn it into an address."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVITY_KEYS: dict[str, str] = {
    "focus": "the focus area's slug",
    "priority": "the priority area's id",
    "body": "the slug of a body that holds a role",
    "role": "which role: lead, coordinator, support, contributor, participant, or answers",
    "status": "the delivery status",
    "due": "the due state; past_due is overdue with the paused ones beside",
    "quarter": "the fiscal quarter in which an open milestone is agreed, such as 2021-22-q3",
    "gap": "yes: nobody answers for it",
    "reported": "no: without a report yet; earlier: reported on, but not this quarter; with a body: by that body",
    "contradiction": "yes: what is said and what the dates say cannot both be right",
    "q": "text",
}
"""What the list of activities can be asked for: the keys of its query and what each means."""

OVERDUE_KEYS = ("focus", "body", "band")
TIMELINE_KEYS = ("focus", "body", "milestones")
ROUND_KEYS = ("state", "body")

_KEYS = {
    "activity_list": tuple(ACTIVITY_KEYS),
    "overdue": OVERDUE_KEYS,
    "timeline": TIMELINE_KEYS,
    "round": ROUND_KEYS,
}


@dataclass(frozen=True)
class Rows:
    """A page's name and its query in order; ``ValueError`` for a key that the page does not know.

    ``anchor`` is a place on the page; ``args`` name the page where there is one for each of many things.
    """

    page: str
    query: tuple[tuple[str, str], ...] = ()
    anchor: str = ""
    args: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a query that the page would not understand: its rows would be other than those counted."""
        unknown = [key for key, _ in self.query if key not in _KEYS[self.page]]
        if unknown:
            raise ValueError(f"The page “{self.page}” cannot be asked for {', '.join(unknown)}.")


def activities(**query: str) -> Rows:
    """Rows of the list of activities."""
    return Rows("activity_list", tuple(query.items()))


def overdue(anchor: str = "", **query: str) -> Rows:
    """Rows of the overdue page."""
    return Rows("overdue", tuple(query.items()), anchor)


def timeline(**query: str) -> Rows:
    """Rows of the timeline, which can also be read as a table of milestones."""
    return Rows("timeline", tuple(query.items()))


def returns(quarter_key: str, **query: str) -> Rows:
    """Rows of the page of a reporting round."""
    asked = tuple((key, value) for key, value in query.items() if value)
    return Rows("round", asked, "returns", (quarter_key,))


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence; where it is a number, the rows it counts."""

    text: str
    rows: Rows | None = None


Sentence = tuple[Piece, ...]


def plain(sentence: Sentence) -> str:
    """The sentence as plain text."""
    return "".join(piece.text for piece in sentence)


@dataclass(frozen=True)
class Count:
    """A number of activities and where they are; ``status`` or ``label`` says of what.

    ``note`` is a smaller number beside it, part of the first.
    """

    count: int
    rows: Rows
    status: str = ""
    label: str = ""
    strong: bool = False
    note: Sentence = ()
