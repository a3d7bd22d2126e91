"""The filters of the audit: from the words of an address to criteria, and back into words that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from activities.audit import PROGRAMS, Criteria
from activities.audit_kinds import KINDS
from activities.audit_words import EDITABLE, Names, label_of
from activities.filters import OTHER_NAMES, UNREADABLE
from agencies.models import Body
from tnoc_tracker.record.days import long_date

MISTYPED = "This is no date: type it day first, such as 31/12/2021."


def _choice(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages={"invalid_choice": UNREADABLE})


def _day(label: str) -> forms.DateField:
    hint = "Such as 31/12/2021"
    return forms.DateField(label=label, required=False, help_text=hint, error_messages={"invalid": MISTYPED})


class AuditForm(forms.Form):
    """What of the audit is asked for; an unknown name or value is an error, never silently everything."""

    error_heading = "The audit cannot be shown: a filter in this address cannot be read"

    person = _choice("By")
    body = _choice("Body")
    activity = _choice("Activity")
    kind = _choice("What changed")
    field = _choice("Field")

    def __init__(self, data: Any, *, names: Names, people: Mapping[int, str]) -> None:
        """Offer the plan's activities, every body, and everybody who may have changed something."""
        super().__init__({name: value for name, value in data.items() if name not in OTHER_NAMES})
        self.given, self.names, self.people = data, names, people
        self.slugs: dict[str, Body] = {body.slug: body for body in names.bodies.values()}
        self.keys = {each.key: each for each in names.activities.values()}
        self.fields["from"] = _day("From")
        self.fields["to"] = _day("To")
        self._offer("person", [*((str(key), name) for key, name in people.items()), (PROGRAMS, "A program")])
        self._offer("body", [(slug, body.label) for slug, body in self.slugs.items()])
        self._offer("activity", [(key, str(each)) for key, each in self.keys.items()])
        self._offer("kind", [(kind.key, kind.label) for kind in KINDS.values()])
        self._offer("field", [(column, label_of(column)) for column in EDITABLE])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "All"), *choices]

    def clean(self) -> dict[str, Any]:
        """Everything in the address is understood, or named."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.given:
            if name not in self.fields and name not in OTHER_NAMES:
                self.add_error(None, f"“{name[:60]}” is no filter of this list.")
            elif isinstance(self.given, QueryDict) and len(self.given.getlist(name)) > 1:
                self.add_error(None, f"“{name[:60]}” is given more than once.")
        first, last = said.get("from"), said.get("to")
        if first and last and last < first:
            self.add_error("to", f"The period ends before it begins, on {long_date(first)}.")
        return said

    @property
    def period(self) -> list[Any]:
        """The fields of the period, which stand in a line of their own."""
        return [self["from"], self["to"]]

    @property
    def what(self) -> list[Any]:
        """The other fields."""
        return [self[name] for name in ("person", "body", "activity", "kind", "field")]

    @property
    def criteria(self) -> Criteria:
        """What is asked for, in the register's terms; of a valid form."""
        said = self.cleaned_data
        body, activity, person = (said.get(name) or "" for name in ("body", "activity", "person"))
        return Criteria(
            actor=int(person) if person and person != PROGRAMS else person or None,
            body_id=self.slugs[body].id if body else None,
            activity_id=self.keys[activity].id if activity else None,
            column=said.get("field") or "",
            kinds=(said["kind"],) if said.get("kind") else (),
            first_day=said.get("from"),
            last_day=said.get("to"),
        )

    @property
    def in_words(self) -> list[str]:
        """The filters that are on, in the order of a sentence; of a valid form."""
        said = self.cleaned_data
        tell = {
            "kind": lambda value: f"of the kind “{KINDS[value].label}”",
            "field": lambda value: f"that changed “{label_of(value)}”",
            "activity": lambda value: f"of {self.names.activity(self.keys[value].id)}",
            "body": lambda value: f"about {self.slugs[value].label}",
            "person": lambda value: f"by {self.people.get(int(value)) if value != PROGRAMS else 'a program'}",
            "from": lambda value: f"from {long_date(value)}",
            "to": lambda value: f"up to {long_date(value)}",
        }
        return [words(said[name]) for name, words in tell.items() if said.get(name)]
