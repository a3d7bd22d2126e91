"""Whether a JSON value is a plan exchange: every fault of its shape, in sentences.

Shape means keys, types, known kinds, references that lead somewhere, dates that agree with their
quarter, and that the document can be put together again. An exported `position` is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from activities.plan_document import bodies
from activities.plan_document.activity_faults import ActivityChecker, Known
from activities.plan_document.exchange import VERSION
from activities.plan_document.faults import MOST_FAULTS, Faults, shown
from activities.plan_document.table import COLUMNS, MOST_LINES

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


def validate(exchange: object) -> list[str]:
    """A sentence for every fault of a JSON value that claims to be a plan exchange; else none.

    Nulls in `plan` are faults: a plan is loaded only when it has a slug, a title, a period and a
    fiscal calendar.
    """
    faults = Faults()
    if not isinstance(exchange, dict):
        return ["A plan exchange is a JSON object."]
    version = exchange.get("version")
    if version != VERSION or not isinstance(version, int) or isinstance(version, bool):
        return [f"The version is {shown(version)}; this program reads version {VERSION}."]
    given = {key: value for key, value in exchange.items() if key != "position"}
    if faults.has_keys(given, "", "the exchange"):
        _Checker(given, faults).check()
    return faults.found[:MOST_FAULTS]


@dataclass
class _Checker:
    """Checks an exchange that has all its keys, remembering what later parts refer to."""

    given: Mapping[str, Any]
    faults: Faults
    known: Known = field(default_factory=Known)

    def check(self) -> None:
        """Check every part, in the order of the format."""
        faults, given = self.faults, self.given
        if faults.has_keys(given["plan"], "plan", "plan"):
            self._plan(given["plan"])
        faults.each(given["focus_areas"], "focus_area", "focus_areas", self._focus_area)
        faults.each(given["priority_areas"], "priority_area", "priority_areas", self._priority_area)
        faults.each(given["bodies"], "body", "bodies", self._body)
        activities = ActivityChecker(self.known, faults)
        faults.each(given["activities"], "activity", "activities", activities.check)
        if faults.has_keys(given["document"], "document", "document"):
            self._document(given["document"], activities.published)
        kind = "not_understood"
        faults.each(given[kind], kind, kind, self._not_understood)

    def _plan(self, plan: Mapping[str, Any]) -> None:
        slug, period, starts_in = plan["slug"], plan["period"], plan["fiscal_year_starts_in"]
        if self.faults.is_text(slug, "plan.slug") and not _SLUG.fullmatch(slug):
            self.faults.add("plan.slug", f"is {shown(slug)}; use small letters, digits and hyphens")
        self.faults.is_text(plan["title"], "plan.title")
        if self.faults.is_number(starts_in, "plan.fiscal_year_starts_in", 1, 12):
            self.known.starts_in = starts_in
        if not isinstance(period, list) or len(period) != 2:
            self.faults.add("plan.period", f"is {shown(period)}, not a list of two dates")
            return
        first, last = (self.faults.is_date(day, "plan.period") for day in period)
        if first and last and period[0] > period[1]:
            self.faults.add("plan.period", "ends before it begins")

    def _focus_area(self, area: Mapping[str, Any], where: str) -> None:
        self.faults.is_text(area["title"], f"{where}.title")
        if self.faults.is_text(area["code"], f"{where}.code"):
            if area["code"] in self.known.focus_areas:
                self.faults.add(f"{where}.code", f"is {shown(area['code'])} a second time")
            self.known.focus_areas.add(area["code"])

    def _priority_area(self, area: Mapping[str, Any], where: str) -> None:
        if self.faults.is_text(area["title"], f"{where}.title") and self.faults.refers(
            area["focus_area"], self.known.focus_areas, f"{where}.focus_area", "focus area"
        ):
            key = (area["focus_area"], area["title"])
            if key in self.known.priority_areas:
                self.faults.add(f"{where}.title", f"is {shown(area['title'])} a second time")
            self.known.priority_areas.add(key)

    def _body(self, body: Mapping[str, Any], where: str) -> None:
        self.faults.is_text(body["short"], f"{where}.short")
        self.faults.is_text(body["name_mi"], f"{where}.name_mi", null=True)
        self.faults.is_one_of(body["kind"], bodies.KINDS, f"{where}.kind")
        if self.faults.is_list(body["also"], f"{where}.also"):
            for name in body["also"]:
                self.faults.is_text(name, f"{where}.also")
        if self.faults.is_text(body["name"], f"{where}.name"):
            if body["name"] in self.known.bodies:
                self.faults.add(f"{where}.name", f"is {shown(body['name'])} a second time")
            self.known.bodies.add(body["name"])

    def _document(self, document: Mapping[str, Any], published: Mapping[int, str]) -> None:
        """The lines must be all there, once each, or the document cannot be put together again."""
        self.faults.is_text(document["name"], "document.name")
        self.faults.is_one_of(document["newline"], ("\n", "\r\n", "\r"), "document.newline")
        if not isinstance(document["final_newline"], bool):
            self.faults.add("document.final_newline", "is not true or false")
        numbers: list[int] = []

        def line(other: Mapping[str, Any], where: str) -> None:
            self.faults.is_text(other["text"], f"{where}.text", empty=True)
            if self.faults.is_number(other["line"], f"{where}.line", 1, MOST_LINES):
                numbers.append(other["line"])

        self.faults.each(document["other_lines"], "line", "document.other_lines", line)
        if self.faults.found:
            return
        if numbers != sorted(set(numbers)):
            self.faults.add("document.other_lines", "are not in the order of their lines, once each")
        missing = set(range(1, max([*numbers, *published], default=0) + 1)) - set(numbers)
        missing -= set(published)
        if missing:
            self.faults.add("document.other_lines", f"have no line {min(missing)}")

    def _not_understood(self, entry: Mapping[str, Any], where: str) -> None:
        self.faults.is_number(entry["line"], f"{where}.line", 1, MOST_LINES)
        self.faults.is_text(entry["text"], f"{where}.text", empty=True)
        self.faults.is_text(entry["why"], f"{where}.why")
        known = (*COLUMNS, "slug", "title", "period", "fiscal_year_starts_in")
        if entry["column"] is not None:
            self.faults.is_one_of(entry["column"], known, f"{where}.column")
