"""The plan exchange, version 1: its shape, its canonical text, and the document it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypedDict

from activities.plan_document.bodies import BodyJSON
from activities.plan_document.milestones import MilestoneJSON
from activities.plan_document.prose import ProseJSON
from activities.plan_document.roles import RoleJSON
from activities.plan_document.table import COLUMNS

VERSION: Final = 1


class PlanJSON(TypedDict):
    """What plan it is; null where neither the document nor an option says it."""

    slug: str | None
    title: str | None
    period: list[str] | None
    fiscal_year_starts_in: int | None


class LineJSON(TypedDict):
    """A line of the document that its activities' cells do not give back."""

    line: int
    text: str


class DocumentJSON(TypedDict):
    """What is needed, beside the published cells, to put the document together again."""

    name: str
    newline: str
    final_newline: bool
    other_lines: list[LineJSON]


class FocusAreaJSON(TypedDict):
    """A focus area: "UNIFY", "Drive System Governance and Coordination"."""

    code: str
    title: str


class PriorityAreaJSON(TypedDict):
    """A priority area, and the code of the focus area it belongs to."""

    focus_area: str
    title: str


class WithheldJSON(TypedDict):
    """A cell that is withheld, or holds a withheld part, and the ground printed for it."""

    field: str
    ground: str | None


class PublishedJSON(TypedDict):
    """The cells of an activity's row, character for character, and its line."""

    line: int
    focus_area: str
    priority_area: str
    activity: str
    description: str
    resourcing: str
    timeframe: str


class ActivityJSON(TypedDict):
    """An activity: as read, and as published."""

    number: int | str | None
    focus_area: str
    priority_area: str
    title: str | None
    description: ProseJSON | None
    answerable: str
    roles: list[RoleJSON]
    milestones: list[MilestoneJSON]
    withheld: list[WithheldJSON]
    published: PublishedJSON


class NotUnderstoodJSON(TypedDict):
    """Words that could not be typed. The column is null where a whole line is meant."""

    line: int
    column: str | None
    text: str
    why: str


class ExchangeJSON(TypedDict):
    """The whole plan exchange, keys in the order of the format."""

    version: int
    plan: PlanJSON
    document: DocumentJSON
    focus_areas: list[FocusAreaJSON]
    priority_areas: list[PriorityAreaJSON]
    bodies: list[BodyJSON]
    activities: list[ActivityJSON]
    not_understood: list[NotUnderstoodJSON]


def dumps(exchange: Mapping[str, object]) -> str:
    """The canonical text: the same exchange is always the same bytes, and a diff of it is readable."""
    return json.dumps(exchange, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def source_bytes(exchange: Mapping[str, Any]) -> bytes:
    """The document the exchange was made from, byte for byte.

    The exchange must be one that `validate` finds no fault in, apart from nulls in its plan.
    """
    document = exchange["document"]
    lines: dict[int, str] = {
        activity["published"]["line"]: "\t".join(activity["published"][key] for key in COLUMNS)
        for activity in exchange["activities"]
    }
    lines |= {other["line"]: other["text"] for other in document["other_lines"]}
    newline: str = document["newline"]
    text = newline.join(lines[number] for number in sorted(lines))
    return (text + newline if document["final_newline"] else text).encode("utf-8")
