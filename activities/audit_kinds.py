"""The kinds of objects that the audit tells of: what each is called, what its first entry says, what it is about."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from activities.audit_words import Kind, Names, Row
from activities.models import (
    ActionPlan,
    Activity,
    AgendaItem,
    CollectiveMember,
    Comment,
    DateMove,
    DateProposal,
    Decision,
    DecisionReport,
    Filing,
    FocusArea,
    Meeting,
    Milestone,
    Pack,
    PackFile,
    Part,
    PlanDocument,
    PriorityArea,
    Return,
    Role,
    Round,
    StatusUpdate,
)
from activities.pack_forms import PackForm
from activities.quarters import FiscalQuarter
from agencies.models import Body, Membership
from tnoc_tracker.record.days import day_of, long_date


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


def _of_part(row: Row, names: Names) -> str:
    part = names.body(row["part_body_id"])
    return f" on the part of {part}{_scope(row['part_scope'])}" if part else ""


def _update(row: Row, names: Names) -> str:
    corrects = f", correcting status update {row['corrects_number']}" if row["corrects_number"] else ""
    filed = f", filed by {row['person_name']} on {long_date(day_of(row['said_at']))}" if row["said_at"] else ""
    return f"status update {row['number']}{_of_part(row, names)}{corrects}{filed}"


def _quarter(row: Row) -> str:
    if row["quarter_key"] is None:  # at a past position, after the machine's clock was set back
        return "a round that was not on record then"
    return str(FiscalQuarter.parse_key(row["quarter_key"], row["fiscal_year_starts_in"]))


def _filing(row: Row, names: Names) -> str:
    corrects = f", correcting filing {row['corrects_number']}" if row["corrects_number"] else ""
    return f"filing {row['number']} for {_quarter(row)}{_of_part(row, names)}{corrects}"


def _held(row: Row) -> str:
    """The day of the meeting behind a row; a column that is reached comes as JSON has it."""
    return long_date(date.fromisoformat(row["held_on"]))


def _item(row: Row, names: Names) -> str:
    return f"{_begun(row, 'agenda')} of {_held(row)}, “{row['heading']}”"


def _decision(row: Row, names: Names) -> str:
    return f"{_begun(row, 'decision')} {row['reference']}"


def _report(row: Row, names: Names) -> str:
    return f"{_begun(row, 'report')} {row['number']} on decision {row['reference']}"


def _begun(row: Row, word: str) -> str:
    """A word as it stands behind an activity's name, or at the beginning where it is about none."""
    return word if row["activity_id"] else word.capitalize()


def _pack(row: Row, names: Names) -> str:
    return f"Pack for {_held(row)}, version {row['number']}"


def _pack_file(row: Row, names: Names) -> str:
    return f"{PackForm(row['form']).label}, version {row['number']}, for {_held(row)}"


def of_round(to_round: str, to_part: str) -> dict[str, F]:
    """What names the round of a row, and the part that it is about."""
    columns = {
        "quarter_key": F(f"{to_round}quarter_key"),
        "fiscal_year_starts_in": F(f"{to_round}fiscal_year_starts_in"),
    }
    return {**columns, "part_body_id": F(f"{to_part}body_id"), "part_scope": F(f"{to_part}scope")}


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

FILED = tuple(column for column in SAID if column != "milestones_met")
"""What a filed return says beside its status, its reason and its milestones."""

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
        Kind("role", Role, "Role", _role, about="activity_id", told=("since", "decision_id")),
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
            through=("milestone_id", Milestone),
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
            through=("milestone_id", Milestone),
            labels={"state": "Answer", "person_name": "Asked by"},
            is_statement=True,
        ),
        Kind(
            "round",
            Round,
            "Reporting round",
            lambda row, names: f"Round of {_quarter(row)}",
            told=("due_on", "note"),
        ),
        Kind(
            "return",
            Return,
            "Return",
            lambda row, names: f"return for {_quarter(row)}{_of_part(row, names)}",
            about="activity_id",
            told=("body_id", "due_on"),
            reach=of_round("round__", "part__"),
            labels={"due_on": "Due"},
        ),
        Kind(
            "filing",
            Filing,
            "Filed return",
            _filing,
            about="activity_id",
            told=(
                "person_name",
                "status",
                "no_change",
                "reason",
                *FILED,
                "deliveries",
                "proposals",
                "proposed_why",
                "corrected_why",
            ),
            reach={
                "activity_id": F("ret__activity_id"),
                "corrects_number": F("corrects__number"),
                **of_round("ret__round__", "ret__part__"),
            },
            through=("ret_id", Return),
            labels={"person_name": "Filed by"},
            is_statement=True,
        ),
        Kind(
            "comment",
            Comment,
            "Comment on a return",
            lambda row, names: f"comment of {names.body(row['body_id'])} on the return for {_quarter(row)}",
            about="activity_id",
            told=("person_name", "text"),
            reach={"activity_id": F("ret__activity_id"), **of_round("ret__round__", "ret__part__")},
            through=("ret_id", Return),
            is_statement=True,
        ),
        Kind(
            "meeting",
            Meeting,
            "Meeting",
            lambda row, names: f"Meeting of {long_date(row['held_on'])}",
            told=("round_id", "place", "note"),
            labels={"note": "Note"},
            page=("meeting", "id"),
        ),
        Kind(
            "agenda_item",
            AgendaItem,
            "Item of an agenda",
            _item,
            about="activity_id",
            told=("kind", "seeks_decision", "text"),
            reach={"held_on": F("meeting__held_on")},
            labels={"position": "Place on the agenda", "text": "Words", "kind": "Why it stands there"},
            page=("meeting", "meeting_id"),
        ),
        Kind(
            "decision",
            Decision,
            "Decision",
            _decision,
            about="activity_id",
            told=("what", "owner_id", "due_on", "allows", "new_due", "lead_id"),
            labels={"due_on": "To be done by"},
            page=("decision", "id"),
            is_statement=True,
        ),
        Kind(
            "decision_report",
            DecisionReport,
            "Report on a decision",
            _report,
            about="activity_id",
            told=("person_name", "text"),
            reach={"activity_id": F("decision__activity_id"), "reference": F("decision__reference")},
            through=("decision_id", Decision),
            labels={"text": "Report"},
            page=("decision", "decision_id"),
            is_statement=True,
        ),
        Kind(
            "pack",
            Pack,
            "Pack",
            _pack,
            told=("frozen_by", "corrected_why", "summary", "figures_hash"),
            reach={"held_on": F("meeting__held_on")},
            page=("pack", "id"),
            is_statement=True,
        ),
        Kind(
            "pack_file",
            PackFile,
            "File of a pack",
            _pack_file,
            told=("name", "size", "sha384"),
            reach={"number": F("pack__number"), "held_on": F("pack__meeting__held_on")},
            labels={"name": "File"},
            page=("pack", "pack_id"),
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
