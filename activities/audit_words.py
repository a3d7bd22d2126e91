"""The audit in people's words: what each kind of object is called, what its columns mean, how a value reads.

One table of labels serves the page, its filter and its file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from json import loads
from typing import Any

from django.db.models import F, Field

from activities.models import (
    ActionPlan,
    Activity,
    CollectiveMember,
    DateMove,
    DateProposal,
    FocusArea,
    Milestone,
    Part,
    PlanDocument,
    PriorityArea,
    Role,
    StatusUpdate,
)
from agencies.models import Body, Membership
from tnoc_tracker.record.days import day_of, long_date, moment_in_words
from tnoc_tracker.record.models import Tracked

UNTOLD = frozenset({"version", "search_key", "sort_key", "exchange"})
"""Columns that are no news: kept by the program itself, or (the document) too long for a line."""

BOOKKEEPING = frozenset({"updates", "moves", "reported_at", "answered_at", "move_id"})
"""Columns that only follow from an entry beside it; they are told where nothing else is."""

LABELS: dict[str, str] = {
    "agreed_due": "Agreed date",
    "also": "Other names",
    "answerable": "Who answers, as published",
    "as_published": "As published",
    "answer": "Answer in words",
    "answered_at": "Answered",
    "answered_by": "Answered by",
    "ask": "Ask of the Steering Group",
    "asked_by": "Asked by",
    "agreed_by": "Agreed by",
    "body_id": "Body",
    "cannot_forecast": "Cannot forecast",
    "code": "Code",
    "completed_on": "Completed on",
    "decision_reference": "Decision reference",
    "delivered_on": "Delivered or begun on",
    "description": "Description",
    "edition": "Edition",
    "ended_on": "Ended on",
    "ends_on": "Plan ends on",
    "evidence_link": "Evidence",
    "explanation": "Explanation",
    "finished_on": "Finished on",
    "forecast": "Forecast",
    "function": "Function",
    "held_at": "Evidence held at",
    "interval_months": "Interval in months",
    "kind": "Kind",
    "label": "Words",
    "may_report": "May report",
    "milestones_met": "Milestones",
    "moved_to": "Agreed date",
    "moves": "Number of moves",
    "name": "Name",
    "name_mi": "Māori name",
    "next_steps": "Next steps",
    "original_due": "Original date",
    "path_to_green": "Path to green",
    "person_name": "Asked by",
    "proposed_due": "Proposed date",
    "published_activity": "Activity as published",
    "published_description": "Description as published",
    "published_focus_area": "Focus area as published",
    "published_line": "Line of the document",
    "published_priority_area": "Priority area as published",
    "published_prose": "Description as published, read",
    "published_resourcing": "Resourcing as published",
    "published_timeframe": "Timeframe as published",
    "published_title": "Title as published",
    "removed_on": "Removed on",
    "reported_at": "Last report",
    "review_date": "Review of the pause",
    "scope": "Scope",
    "short": "Short name",
    "since": "From",
    "starts_on": "Plan starts on",
    "state": "Answer",
    "statement": "Statement",
    "status": "Delivery status",
    "title": "Title",
    "to_status": "Delivery status",
    "until": "Until",
    "updates": "Number of status updates",
    "vacant_since": "Nobody answers since",
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


def label_of(column: str) -> str:
    """``Agreed date`` for ``agreed_due``."""
    return LABELS.get(column) or column.removesuffix("_id").replace("_", " ").capitalize()


@dataclass(frozen=True)
class Names:
    """Everything that an entry may refer to by id, read once for a page."""

    bodies: Mapping[int, Body]
    activities: Mapping[int, Activity]

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


Row = dict[str, Any]
"""An entry's columns by name, as the register's types."""


@dataclass(frozen=True)
class Kind:
    """One kind of object in the audit.

    ``told`` are the columns that its first entry says, ``pairs`` those that say themselves from what they went
    (column of before, column of after). ``reach`` adds what lies behind a foreign key that never changes.
    ``about`` is where the entry's activity is: a column or a name of ``reach``.
    """

    key: str
    model: type[Tracked]
    label: str
    name: Callable[[Row, Names], str]
    about: str = ""
    told: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    reach: Mapping[str, F] = field(default_factory=dict)
    is_statement: bool = False

    @property
    def fields(self) -> dict[str, Field[Any, Any]]:
        """The model's fields by column name, those that are no news left out."""
        fields = {each.attname: each for each in self.model._meta.concrete_fields}
        return {name: each for name, each in fields.items() if name not in UNTOLD}


def _role(row: Row, names: Names) -> str:
    kind = str(dict(Role._meta.get_field("kind").flatchoices)[row["kind"]])
    body = names.body(row["body_id"])
    return f"{kind.lower()} role of {body}{_scope(row['scope'])}" if body else f"{kind.lower()} role"


def _scope(scope: str) -> str:
    return f" ({scope})" if scope else ""


def _milestone(row: Row, names: Names) -> str:
    milestone = Milestone(kind=row["kind"], label=row["label"], occurrence=row["occurrence"])
    number = f" {row['occurrence']}" if row["occurrence"] else ""
    return f"milestone “{milestone.name}”{number}"


def _date_move(row: Row, names: Names) -> str:
    return f"date of “{Milestone(kind=row['milestone_kind'], label=row['milestone_label']).name}”"


def _proposal(row: Row, names: Names) -> str:
    return f"new date proposed for “{Milestone(kind=row['milestone_kind'], label=row['milestone_label']).name}”"


def _update(row: Row, names: Names) -> str:
    part = names.body(row["part_body_id"])
    of_part = f" on the part of {part}{_scope(row['part_scope'])}" if part else ""
    corrects = f", correcting status update {row['corrects_number']}" if row["corrects_number"] else ""
    filed = f", filed by {row['person_name']} on {long_date(day_of(row['said_at']))}" if row["said_at"] else ""
    return f"status update {row['number']}{of_part}{corrects}{filed}"


SAID = (
    "what_was_done",
    "what_changed",
    "path_to_green",
    "forecast",
    "cannot_forecast",
    "ask",
    "decision_reference",
    "review_date",
    "completed_on",
    "statement",
    "evidence_link",
    "held_at",
    "what_became",
    "explanation",
    "next_steps",
    "milestones_met",
)
"""What a status update says beside its status and its reason."""

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("activity", Activity, "Activity", lambda row, names: "", about="id"),
        Kind(
            "update",
            StatusUpdate,
            "Status update",
            _update,
            about="activity_id",
            told=SAID,
            pairs=(("from_status", "to_status"),),
            reach={
                "part_body_id": F("part__body_id"),
                "part_scope": F("part__scope"),
                "corrects_number": F("corrects__number"),
            },
            is_statement=True,
        ),
        Kind(
            "part",
            Part,
            "Part",
            lambda row, names: f"part of {names.body(row['body_id'])}{_scope(row['scope'])}",
            about="activity_id",
        ),
        Kind("role", Role, "Role", _role, about="activity_id", told=("since",)),
        Kind("milestone", Milestone, "Milestone", _milestone, about="activity_id", told=("original_due",)),
        Kind(
            "date_move",
            DateMove,
            "Date moved",
            _date_move,
            about="activity_id",
            told=("asked_by", "agreed_by", "decision_reference"),
            pairs=(("moved_from", "moved_to"),),
            reach={
                "activity_id": F("milestone__activity_id"),
                "milestone_label": F("milestone__label"),
                "milestone_kind": F("milestone__kind"),
            },
            is_statement=True,
        ),
        Kind(
            "date_proposal",
            DateProposal,
            "Date proposed",
            _proposal,
            about="activity_id",
            told=("body_id", "person_name"),
            pairs=(("instead_of", "proposed_due"),),
            reach={
                "activity_id": F("milestone__activity_id"),
                "milestone_label": F("milestone__label"),
                "milestone_kind": F("milestone__kind"),
            },
            is_statement=True,
        ),
        Kind("plan", ActionPlan, "Plan", lambda row, names: f"Plan {row['slug']}", told=("starts_on", "ends_on")),
        Kind("document", PlanDocument, "Document", lambda row, names: f"Document, edition {row['edition']}"),
        Kind("focus_area", FocusArea, "Focus area", lambda row, names: f"Focus area {row['code']}"),
        Kind("priority_area", PriorityArea, "Priority area", lambda row, names: f"Priority area “{row['title']}”"),
        Kind(
            "collective_member",
            CollectiveMember,
            "Member of a collective",
            lambda row, names: f"{names.body(row['body_id'])} in “{names.body(row['collective_id'])}”",
            told=("since",),
        ),
        Kind("body", Body, "Body", lambda row, names: row["name"], told=("kind",)),
        Kind(
            "membership",
            Membership,
            "Membership",
            lambda row, names: f"{row['person_name']} in {names.body(row['body_id'])}",
            told=("since", "until", "may_report"),
            reach={"person_name": F("person__name")},
        ),
    )
}
"""Everything that is on record for a plan, in the order of a list. People's credentials are not: they have no page."""


def read(kind: Kind, given: Mapping[str, Any]) -> Row:
    """The columns of an entry as the register's types, from what a database makes of them in JSON."""
    fields = kind.fields
    return {name: _typed(fields[name], value) if name in fields else value for name, value in given.items()}


def _typed(of: Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    match of.get_internal_type():
        case "DateField":
            return date.fromisoformat(value)
        case "DateTimeField":
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        case "BooleanField":
            return bool(value)
        case "JSONField":
            return loads(value) if isinstance(value, str) else value
        case _:
            return value


def value_words(kind: Kind, column: str, value: Any, names: Names) -> str:
    """A value as people read it; empty where there is none."""
    if value in (None, "", []):
        return ""
    if column == "body_id":
        return names.body(value)
    choices = dict(kind.fields[column].flatchoices)
    if choices:
        return str(choices.get(value, value))
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment_in_words(value)
        case date():
            return long_date(value)
        case list():
            return ", ".join(_item_words(item) for item in value)
        case _:
            return str(value)


def _item_words(item: Any) -> str:
    if isinstance(item, dict):
        return f"{item.get('field', '')} ({item.get('ground') or 'ground not stated'})"
    return str(item)
