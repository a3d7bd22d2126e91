"""The audit in people's words: what a column means, and how a value reads.

One table of labels serves the page, its filter and its file. The kinds of objects are in ``audit_kinds``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from json import loads
from typing import Any

from django.db.models import F, Field

from activities.models import Activity, Decision, Milestone, Round
from activities.reading import Reading
from agencies.models import Body
from tnoc_tracker.record.days import long_date, moment_in_words
from tnoc_tracker.record.models import Tracked

UNTOLD = frozenset({"version", "search_key", "sort_key", "exchange"})
"""Columns that are no news: kept by the program itself, or (the document) too long for a line."""

BOOKKEEPING = frozenset(
    {
        "updates",
        "moves",
        "reported_at",
        "answered_at",
        "move_id",
        "filings",
        "returned_at",
        "due_when_returned",
        "update_id",
        "openings",
        "decision_id",
        "reports",
    }
)
"""Columns that only follow from an entry beside it; they are told where nothing else is."""

LABELS: dict[str, str] = {
    "agreed_by": "Agreed by",
    "agreed_due": "Agreed date",
    "allows": "Allows",
    "also": "Other names",
    "answer": "Answer in words",
    "answerable": "Who answers, as published",
    "answered_at": "Answered",
    "answered_by": "Answered by",
    "as_published": "As published",
    "ask": "Ask of the Steering Group",
    "asked_by": "Asked by",
    "body_id": "Body",
    "called_off_on": "Called off on",
    "called_off_why": "Why it was called off",
    "cannot_forecast": "Cannot forecast",
    "closed_at": "Closed",
    "closed_by": "Closed by",
    "code": "Code",
    "completed_on": "Completed on",
    "corrected_why": "Reason of the correction",
    "decision_id": "Decision",
    "decision_reference": "Decision reference",
    "delivered_on": "Delivered or begun on",
    "deliveries": "Delivered or begun",
    "description": "Description",
    "dropped_on": "Not asked for since",
    "dropped_why": "Why it is not asked for",
    "due_on": "Returns due",
    "due_when_returned": "Due when first returned",
    "edition": "Edition",
    "ended_on": "Ended on",
    "ends_on": "Plan ends on",
    "evidence_link": "Evidence",
    "explanation": "Explanation",
    "extended_why": "Reason of the extension",
    "figures_hash": "SHA-384 of the figures",
    "filings": "Number of filings",
    "finished_on": "Finished on",
    "forecast": "Forecast",
    "frozen_by": "Frozen by",
    "function": "Function",
    "heading": "About",
    "held_at": "Evidence held at",
    "held_on": "Day of the meeting",
    "interval_months": "Interval in months",
    "kind": "Kind",
    "label": "Words",
    "lead_id": "Body named",
    "may_report": "May report",
    "milestones_met": "Milestones",
    "moved_to": "Agreed date",
    "moves": "Number of moves",
    "name": "Name",
    "name_mi": "Māori name",
    "new_due": "New date",
    "next_steps": "Next steps",
    "no_change": "No change since the last report",
    "note": "Covering note",
    "openings": "Times opened",
    "original_due": "Original date",
    "outcome": "What became of it",
    "owner_id": "Owner",
    "path_to_green": "Path to green",
    "person_name": "Said by",
    "place": "Place",
    "proposals": "Proposed dates",
    "proposed_due": "Proposed date",
    "proposed_why": "Reason of the proposed date",
    "published_activity": "Activity as published",
    "published_description": "Description as published",
    "published_focus_area": "Focus area as published",
    "published_line": "Line of the document",
    "published_priority_area": "Priority area as published",
    "published_prose": "Description as published, read",
    "published_resourcing": "Resourcing as published",
    "published_timeframe": "Timeframe as published",
    "published_title": "Title as published",
    "reason": "Reason",
    "recorded_by": "Recorded by",
    "reference": "Reference",
    "removed_on": "Removed on",
    "reopened_why": "Reason of the reopening",
    "reported_at": "Last report",
    "reports": "Number of reports",
    "returned_at": "First returned",
    "review_date": "Review of the pause",
    "round_id": "Round",
    "scope": "Scope",
    "seeks_decision": "Seeks a decision",
    "settled_by": "Settled by",
    "settled_on": "Settled on",
    "sha384": "SHA-384",
    "short": "Short name",
    "since": "From",
    "size": "Bytes",
    "starts_on": "Plan starts on",
    "state": "State",
    "statement": "Statement",
    "status": "Delivery status",
    "summary": "Summary",
    "taken_off_on": "Taken off on",
    "text": "Comment",
    "title": "Title",
    "to_status": "Delivery status",
    "until": "Until",
    "updates": "Number of status updates",
    "vacant_since": "Nobody answers since",
    "what": "What was decided",
    "what_became": "What became of it",
    "what_changed": "What changed",
    "what_was_done": "What was done",
    "withdrawn_on": "Withdrawn on",
    "withdrawn_reason": "Reason of the withdrawal",
    "withheld": "Withheld parts",
}
"""What a column is called; a column without an entry reads as its name."""

EDITABLE = (
    "status",
    "state",
    "due_on",
    "outcome",
    "what",
    "owner_id",
    "held_on",
    "agreed_due",
    "forecast",
    "delivered_on",
    "removed_on",
    "decision_reference",
    "title",
    "description",
    "label",
    "ended_on",
    "vacant_since",
    "withdrawn_on",
    "review_date",
    "finished_on",
    "reported_at",
    "until",
    "may_report",
    "name",
    "short",
    "name_mi",
)
"""The columns that a search can be narrowed to: those that change in daily work, in the order of a list."""


@dataclass(frozen=True)
class Names:
    """Everything that an entry may refer to by id, read once for a page; with ``reading`` only, milestones and more."""

    bodies: Mapping[int, Body]
    activities: Mapping[int, Activity]
    reading: Reading | None = None

    @cached_property
    def milestones(self) -> Mapping[int, str]:
        """What milestones are called, read when the first is asked for (one query)."""
        rows = self.reading.rows(Milestone).order_by() if self.reading else ()
        return {row.id: f"“{row.name}”" for row in rows}

    @cached_property
    def rounds(self) -> Mapping[int, str]:
        """Which quarter a round asks about, read when the first is asked for (one query)."""
        return {row.id: str(row) for row in self.reading.rows(Round).order_by()} if self.reading else {}

    @cached_property
    def decisions(self) -> Mapping[int, str]:
        """Under which reference a decision is on record, read when the first is asked for (one query)."""
        rows = self.reading.rows(Decision).order_by() if self.reading else ()
        return {row.id: row.reference for row in rows}

    def body(self, body_id: int | None) -> str:
        """A body's label; empty where none is meant."""
        found = self.bodies.get(body_id or 0)
        return found.label if found else ""

    def activity(self, activity_id: int | None) -> str:
        """``Activity 12``; a row without a number is named by its place."""
        found = self.activities.get(activity_id or 0)
        if found is None:
            return ""
        return f"Activity {found.number}" if found.number else f"Row {found.position}, without a number"


class Row(dict[str, Any]):
    """An entry's columns by name, as the register's types: each is made of the JSON when it is asked for."""

    def __init__(self, kind: Kind, given: str) -> None:
        """``given`` is the JSON object that a database made of them."""
        super().__init__()
        self.kind, self.given = kind, loads(given)

    def __missing__(self, name: str) -> Any:
        value, typed = self.given[name], self.kind.types.get(name)
        found = self[name] = value if typed is None or value is None else typed(value)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """The same, or the default where there is no such column."""
        return self[name] if name in self.given else default


@dataclass(frozen=True)
class Kind:
    """One kind of object in the audit.

    ``told`` are the columns that its first entry says, ``pairs`` those that say themselves from what they went
    (column of before, column of after). ``reach`` adds what lies behind a foreign key that never changes.
    ``about`` is where the entry's activity is: a column or a name of ``reach``; where it lies behind another table,
    ``through`` is the foreign key to that table and the table. ``labels`` go before the common ones. ``page`` is
    where more of it is: the name of an address, and the column with the id that it takes.
    """

    key: str
    model: type[Tracked]
    label: str
    name: Callable[[Row, Names], str]
    about: str = ""
    told: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    reach: Mapping[str, F] = field(default_factory=dict)
    through: tuple[str, type[Tracked]] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    page: tuple[str, str] | None = None
    is_statement: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        """Its key, which is all that tells it from the others: for ``{% drawn %}``; not to be read back."""
        return str, (self.key,)

    @cached_property
    def fields(self) -> dict[str, Field[Any, Any]]:
        """The model's fields by column name, those that are no news left out."""
        fields = {each.attname: each for each in self.model._meta.concrete_fields}
        return {name: each for name, each in fields.items() if name not in UNTOLD}

    @cached_property
    def types(self) -> dict[str, Callable[[Any], Any]]:
        """What makes a value of what JSON has of a column, where that is something else."""
        types = {name: _TYPES.get(each.get_internal_type()) for name, each in self.fields.items()}
        return {name: made for name, made in types.items() if made}

    @cached_property
    def choices(self) -> dict[str, dict[Any, str]]:
        """The words of values by column, where a column has any."""
        return {name: {key: str(words) for key, words in each.flatchoices} for name, each in self.fields.items()}

    @cached_property
    def headings(self) -> dict[str, str]:
        """What its columns are called."""
        return {name: label_of(name, self) for name in self.fields}


def label_of(column: str, kind: Kind | None = None) -> str:
    """``Agreed date`` for ``agreed_due``; a kind may have a label of its own."""
    own = kind.labels if kind else {}
    return own.get(column) or LABELS.get(column) or column.removesuffix("_id").replace("_", " ").capitalize()


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _listed(value: Any) -> Any:
    return loads(value) if isinstance(value, str) else value


_TYPES: dict[str, Callable[[Any], Any]] = {
    "DateField": date.fromisoformat,
    "DateTimeField": _moment,
    "BooleanField": bool,
    "JSONField": _listed,
}
"""By the type of a field."""


_long_date = lru_cache(maxsize=4096)(long_date)
_moment_in_words = lru_cache(maxsize=4096)(moment_in_words)


def value_words(kind: Kind, column: str, value: Any, names: Names) -> str:
    """A value as people read it; empty where there is none."""
    if value in (None, "", []):
        return ""
    match column:
        case "body_id" | "owner_id" | "lead_id":
            return names.body(value)
        case "round_id":
            return names.rounds.get(value, "a round")
        case "decision_id":
            return names.decisions.get(value, "a decision")
    choices = kind.choices[column]
    if choices:
        return choices.get(value) or str(value)
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _moment_in_words(value)
        case date():
            return _long_date(value)
        case list():
            return ", ".join(_item_words(item, names) for item in value)
        case _:
            return str(value)


def _item_words(item: Any, names: Names) -> str:
    """One of a list: a milestone delivered, a date proposed for one, or a withheld part with its ground."""
    match item:
        case {"milestone": key, "on": day}:
            return f"{names.milestones.get(key, 'a milestone')} on {long_date(date.fromisoformat(day))}"
        case {"milestone": key, "due": day}:
            return f"{names.milestones.get(key, 'a milestone')} to {long_date(date.fromisoformat(day))}"
        case dict():
            return f"{item.get('field', '')} ({item.get('ground') or 'ground not stated'})"
        case _:
            return str(item)
