"""Checks of JSON values that collect sentences instead of stopping at the first fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from activities.plan_document.table import COLUMNS

MOST_FAULTS: Final = 100
"""So many faults are named at most; a file with more is no exchange that somebody edits."""

_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NOT_STORABLE: Final = re.compile("[\x00\ud800-\udfff]")

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        "version",
        "plan",
        "document",
        "focus_areas",
        "priority_areas",
        "bodies",
        "activities",
        "not_understood",
    ),
    "plan": ("slug", "title", "period", "fiscal_year_starts_in"),
    "document": ("name", "newline", "final_newline", "other_lines"),
    "line": ("line", "text"),
    "focus_area": ("code", "title"),
    "priority_area": ("focus_area", "title"),
    "body": ("name", "short", "name_mi", "also", "kind"),
    "activity": (
        "number",
        "focus_area",
        "priority_area",
        "title",
        "description",
        "answerable",
        "roles",
        "milestones",
        "withheld",
        "published",
    ),
    "role": ("kind", "body", "as_published", "scope"),
    "milestone": (
        "kind",
        "label",
        "fiscal_year",
        "quarter",
        "due",
        "interval_months",
        "as_published",
    ),
    "withheld": ("field", "ground"),
    "published": ("line", *COLUMNS),
    "not_understood": ("line", "column", "text", "why"),
}


def shown(value: object) -> str:
    """A value as a sentence quotes it: short, and never the whole of a large one."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, str):
        text = _NOT_STORABLE.sub("\ufffd", value)
        return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
    return str(value) if not isinstance(value, int) or abs(value) < 10**18 else "a huge number"


@dataclass
class Faults:
    """Collects sentences. Every check gives whether the value may be read further."""

    found: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> bool:
        """Note a fault; always False, so that a check can end with it."""
        self.found.append(f"{where[:1].upper()}{where[1:]} {what}.")
        return False

    def has_keys(self, value: object, kind: str, where: str) -> bool:
        """Whether the value is an object with the keys of the format and no others."""
        if not isinstance(value, dict):
            return self.add(where, f"is {shown(value)}, not an object")
        missing = [key for key in KEYS[kind] if key not in value]
        unknown = [key for key in value if key not in KEYS[kind]]
        if missing:
            self.add(where, f"has no {' and no '.join(missing)}")
        if unknown:
            self.add(where, f"has {shown(unknown[0])}, which the format does not know")
        return not missing

    def is_list(self, value: object, where: str) -> bool:
        """Whether the value is a list."""
        return isinstance(value, list) or self.add(where, f"is {shown(value)}, not a list")

    def is_text(self, value: object, where: str, *, null: bool = False, empty: bool = False) -> bool:
        """Whether the value is text that a database can hold, null and empty only where allowed."""
        if value is None and null:
            return True
        if not isinstance(value, str):
            return self.add(where, f"is {shown(value)}, not text")
        if _NOT_STORABLE.search(value):
            return self.add(where, "holds a character that is no text")
        return bool(value.strip()) or empty or self.add(where, "is empty")

    def is_number(self, value: object, where: str, low: int, high: int) -> bool:
        """Whether the value is a whole number in the range; true and false are none."""
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return True
        return self.add(where, f"is {shown(value)}, not a whole number from {low} to {high}")

    def is_one_of(self, value: object, known: Collection[str], where: str) -> bool:
        """Whether the value is one of the known words."""
        if isinstance(value, str) and value in known:
            return True
        return self.add(where, f"is {shown(value)}; it is one of {', '.join(known)}")

    def is_date(self, value: object, where: str) -> bool:
        """Whether the value is an ISO date."""
        try:
            date.fromisoformat(value if isinstance(value, str) and _ISO.fullmatch(value) else "")
        except ValueError:
            return self.add(where, f"is {shown(value)}, not a date such as 2021-12-31")
        return True

    def each(self, values: object, kind: str, where: str, check: Callable[[Any, str], None]) -> None:
        """Check every object of a list that has the keys of its kind."""
        if self.is_list(values, where) and isinstance(values, list):
            for place, value in enumerate(values):
                if len(self.found) >= MOST_FAULTS:
                    return
                if self.has_keys(value, kind, f"{where}[{place}]"):
                    check(value, f"{where}[{place}]")

    def refers(self, value: object, known: Collection[str], where: str, noun: str) -> bool:
        """Whether the value is one of the names that stand elsewhere in the exchange."""
        if isinstance(value, str) and value in known:
            return True
        return self.add(where, f"is {shown(value)}, which is no {noun} of the exchange")
