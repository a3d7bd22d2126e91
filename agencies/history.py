"""The history of people and bodies in words: who changed what, from what to what, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agencies.models import Body, BodyKind, Membership, Person
from tnoc_tracker.record.days import day_of, long_date

LABELS = {
    "username": "User name",
    "name": "Name",
    "email": "E-mail",
    "is_active": "May sign in",
    "is_administrator": "Administrator",
    "password": "Password",
    "since": "From",
    "until": "Until",
    "may_report": "May report",
    "short": "Short name",
    "name_mi": "Māori name",
    "also": "Other names",
    "kind": "Kind",
}
"""Columns that people read of; the others (keys, versions, folded names) say nothing to them."""


@dataclass(frozen=True)
class FieldChange:
    """One field of an entry: its label, and its value before and after in words. A password has neither."""

    label: str
    before: str
    after: str
    first: bool = False
    is_maori: bool = False

    @property
    def unsaid(self) -> bool:
        """Whether the values are kept nowhere."""
        return not (self.before or self.after)


@dataclass(frozen=True)
class HistoryLine:
    """One entry: what it is about, what changed, and who, when and why; ``entered`` if it was dated back."""

    when: datetime
    who: str
    what: str
    changes: tuple[FieldChange, ...]
    why: str
    entered: str


def history_of_person(person: Person) -> list[HistoryLine]:
    """The entries of a person and of their memberships, the newest first (three queries)."""
    entries = list(Membership.history.model.objects.filter(person_id=person.id).order_by("id", "sequence"))
    bodies = {body.id: body.label for body in Body.objects.filter(id__in={entry.body_id for entry in entries})}
    lines = _lines(
        Person.history.model.objects.filter(id=person.id).order_by("sequence"), added="Invited", unchanged="Unlocked"
    )
    for membership_id in dict.fromkeys(entry.id for entry in entries):
        of_one = [entry for entry in entries if entry.id == membership_id]
        label = bodies[of_one[0].body_id]
        lines += _lines(of_one, added=f"Membership of {label} added", changed=f"Membership of {label} changed")
    return sorted(lines, key=lambda line: line.when)[::-1]


def history_of_body(body: Body) -> list[HistoryLine]:
    """The entries of a body, the newest first (one query)."""
    return list(reversed(_lines(Body.history.model.objects.filter(id=body.id).order_by("sequence"), added="Added")))


def _lines(
    entries: Iterable[Any], *, added: str, changed: str = "Changed", unchanged: str = "Changed"
) -> list[HistoryLine]:
    """The entries of one object, in order, each compared with the one before."""
    lines: list[HistoryLine] = []
    before: Mapping[str, Any] = {}
    for entry in entries:
        now = {name: getattr(entry, name, None) for name in LABELS}
        first = entry.sequence == 1
        names = [name for name in LABELS if (first and now[name] and name != "is_active") or name in entry.changed]
        changes = tuple(_change(name, before.get(name), now[name], first) for name in names)
        what = added if first else changed if changes else unchanged
        lines.append(_line(entry, what, changes))
        before = now
    return lines


def _line(entry: Any, what: str, changes: tuple[FieldChange, ...]) -> HistoryLine:
    counts, written = day_of(entry.history_date), day_of(entry.written_at)
    entered = "" if counts == written else f"entered {long_date(written)} for {long_date(counts)}"
    return HistoryLine(entry.history_date, entry.actor_name, what, changes, entry.history_change_reason, entered)


def _change(name: str, before: Any, after: Any, first: bool) -> FieldChange:
    if name == "password":
        return FieldChange("Password", "", "")
    return FieldChange(
        LABELS[name], "" if first else in_words(name, before), in_words(name, after), first, name == "name_mi"
    )


def in_words(name: str, value: Any) -> str:
    """A field's value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return long_date(value)
    if name == "until" and value is None:
        return "further notice"
    if name == "kind" and value:
        return BodyKind(value).label
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return str(value or "–")
