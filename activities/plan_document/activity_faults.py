"""Whether one activity of a plan exchange has its shape, and refers to what is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from activities.plan_document import milestones, role_phrases, roles
from activities.plan_document.faults import Faults, shown
from activities.plan_document.grounds import format_ground
from activities.plan_document.prose import Prose
from activities.plan_document.table import COLUMNS, MOST_LINES
from activities.quarters import FiscalQuarter, FiscalYear

LONGEST_INTERVAL: Final = 1200
"""Months; an obligation that recurs once in a hundred years is a slip of the pen."""

_DOTTED: Final = re.compile(r"\d{1,4}(?:\.\d{1,4})+", re.ASCII)
_WITHHELD_FIELDS: Final = ("title", "description", "resourcing", "timeframe")


@dataclass
class Known:
    """What the parts above the activities name, and the activities refer to."""

    starts_in: int | None = None
    focus_areas: set[str] = field(default_factory=set)
    priority_areas: set[tuple[str, str]] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)


@dataclass
class ActivityChecker:
    """Checks activities one after the other; `published` keeps the cells of each line."""

    known: Known
    faults: Faults
    published: dict[int, str] = field(default_factory=dict)
    _numbers: set[int | str] = field(default_factory=set)

    def check(self, activity: Mapping[str, Any], where: str) -> None:
        """Check an activity that has all its keys."""
        self._number(activity["number"], f"{where}.number")
        self._areas(activity["focus_area"], activity["priority_area"], where)
        self.faults.each(activity["roles"], "role", f"{where}.roles", self._role)
        self.faults.each(activity["milestones"], "milestone", f"{where}.milestones", self._milestone)
        self.faults.each(activity["withheld"], "withheld", f"{where}.withheld", self._withheld)
        self._words(activity, where)
        self._answerable(activity, where)
        if self.faults.has_keys(activity["published"], "published", f"{where}.published"):
            self._published(activity["published"], f"{where}.published")

    def _areas(self, focus: object, priority: object, where: str) -> None:
        known = self.faults.refers(focus, self.known.focus_areas, f"{where}.focus_area", "focus area")
        is_text = self.faults.is_text(priority, f"{where}.priority_area")
        if known and is_text and (focus, priority) not in self.known.priority_areas:
            what = f"is {shown(priority)}, which is no priority area of that focus area"
            self.faults.add(f"{where}.priority_area", what)

    def _number(self, number: object, where: str) -> None:
        """A number is whole or dotted, and an activity's own; null where the document gives none."""
        if number is None:
            return
        dotted = isinstance(number, str) and _DOTTED.fullmatch(number) is not None
        if isinstance(number, str) and not dotted:
            self.faults.add(where, f"is {shown(number)}, not a number such as 7 or “2.3”")
        elif (dotted or self.faults.is_number(number, where, 1, 9999)) and isinstance(number, (int, str)):
            if number in self._numbers:
                self.faults.add(where, f"is {shown(number)} a second time")
            self._numbers.add(number)

    def _words(self, activity: Mapping[str, Any], where: str) -> None:
        """Title and description are null exactly where they are withheld as a whole."""
        listed = activity["withheld"] if isinstance(activity["withheld"], list) else []
        hidden = [entry.get("field") for entry in listed if isinstance(entry, dict)]
        for key in ("title", "description"):
            if activity[key] is None and key not in hidden:
                self.faults.add(f"{where}.{key}", "is null and not listed as withheld")
        self.faults.is_text(activity["title"], f"{where}.title", null=True)
        if activity["description"] is None:
            return
        try:
            prose = Prose.from_exchange(dict(activity["description"]))
        except (TypeError, ValueError) as error:
            self.faults.add(f"{where}.description", f"is no description: {error}".rstrip("."))
            return
        for text in [*prose.paragraphs, *(item.text for item in prose.items)]:
            self.faults.is_text(text, f"{where}.description", null=True)

    def _answerable(self, activity: Mapping[str, Any], where: str) -> None:
        if not self.faults.is_one_of(activity["answerable"], roles.ANSWERABLE, f"{where}.answerable"):
            return
        listed = activity["roles"] if isinstance(activity["roles"], list) else []
        kinds = [role.get("kind") for role in listed if isinstance(role, dict)]
        named = "lead" in kinds or "coordinator" in kinds
        if named != (activity["answerable"] == "named"):
            what = "says “named” exactly where a lead or a coordinator is among the roles"
            self.faults.add(f"{where}.answerable", what)

    def _role(self, role: Mapping[str, Any], where: str) -> None:
        self.faults.is_text(role["as_published"], f"{where}.as_published")
        self.faults.is_text(role["scope"], f"{where}.scope", null=True)
        if not self.faults.is_one_of(role["kind"], role_phrases.KINDS, f"{where}.kind"):
            return
        if role["kind"] != "withheld":
            self.faults.refers(role["body"], self.known.bodies, f"{where}.body", "body")
        elif role["body"] is not None:
            self.faults.add(f"{where}.body", "is given, and the role is withheld")

    def _milestone(self, milestone: Mapping[str, Any], where: str) -> None:
        faults = self.faults
        faults.is_text(milestone["as_published"], f"{where}.as_published")
        faults.is_text(milestone["label"], f"{where}.label", null=True)
        quarter, due, months = (milestone[key] for key in ("quarter", "due", "interval_months"))
        sound = [
            quarter is None or faults.is_number(quarter, f"{where}.quarter", 1, 4),
            due is None or faults.is_date(due, f"{where}.due"),
            months is None or faults.is_number(months, f"{where}.interval_months", 1, LONGEST_INTERVAL),
            faults.is_text(milestone["fiscal_year"], f"{where}.fiscal_year", null=True),
        ]
        if faults.is_one_of(milestone["kind"], milestones.KINDS, f"{where}.kind") and all(sound):
            self._kind(milestone, where)
            self._due(milestone, where)

    def _kind(self, milestone: Mapping[str, Any], where: str) -> None:
        """A milestone has a date where its kind has one, and an interval where it recurs."""
        kind, due = milestone["kind"], milestone["due"]
        if (milestone["interval_months"] is not None) != (kind == "recurring"):
            self.faults.add(f"{where}.interval_months", "is given exactly where the kind is recurring")
        if kind in {"due", "start"} and due is None:
            self.faults.add(f"{where}.due", f"is null, and a milestone of the kind {kind} has a date")
        if kind in {"to_be_decided", "external"} and (due or milestone["fiscal_year"]):
            self.faults.add(f"{where}.due", f"is given, and a milestone of the kind {kind} has no date")

    def _due(self, milestone: Mapping[str, Any], where: str) -> None:
        """The date is the last day of the quarter, or of the fiscal year, that is named."""
        label, quarter = milestone["fiscal_year"], milestone["quarter"]
        if label is None:
            if quarter is not None:
                self.faults.add(f"{where}.quarter", "is given without a fiscal year")
            return
        if self.known.starts_in is None:
            return
        try:
            year = FiscalYear.parse(label, self.known.starts_in)
        except ValueError as error:
            self.faults.add(f"{where}.fiscal_year", f"is no fiscal year: {error}".rstrip("."))
            return
        last: date = FiscalQuarter(year, quarter).last_day if quarter else year.last_day
        if year.label != label:
            self.faults.add(f"{where}.fiscal_year", f"is {shown(label)}; it is written {year.label}")
        if milestone["due"] != last.isoformat():
            what = f"is {shown(milestone['due'])}; the time it names ends on {last.isoformat()}"
            self.faults.add(f"{where}.due", what)

    def _withheld(self, withheld: Mapping[str, Any], where: str) -> None:
        self.faults.is_one_of(withheld["field"], _WITHHELD_FIELDS, f"{where}.field")
        ground = withheld["ground"]
        if ground is None or not self.faults.is_text(ground, f"{where}.ground"):
            return
        try:
            canonical = format_ground(ground)
        except ValueError:
            self.faults.add(f"{where}.ground", f"is {shown(ground)}, which is no ground of the Act")
            return
        if ground != canonical:
            self.faults.add(f"{where}.ground", f"is {shown(ground)}; it is written {canonical}")

    def _published(self, published: Mapping[str, Any], where: str) -> None:
        texts = [self.faults.is_text(published[key], f"{where}.{key}", empty=True) for key in COLUMNS]
        line = published["line"]
        if self.faults.is_number(line, f"{where}.line", 1, MOST_LINES) and all(texts):
            if line <= max(self.published, default=0):
                self.faults.add(f"{where}.line", f"is {line}, and rows keep the document's order")
            self.published[line] = "\t".join(published[key] for key in COLUMNS)
