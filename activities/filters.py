"""The filters of the register: from the words of an address to rows, and back into words that people read.

One FilterSet serves the page, its files and every link that counts rows. Whatever it cannot read is an error
with a sentence: an unknown name or value never silently shows more rows than were asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, Q
from django.http import QueryDict

from activities.contradictions import contradicting, quarter_began
from activities.due_states import ACTIVITY_STATES, DueState
from activities.exports.activity_columns import BY_KEY, SORTS
from activities.models import Activity, Milestone, RoleKind
from activities.quarters import FiscalQuarter
from activities.querysets import ActivityQuerySet
from activities.reading import Reading
from activities.register import in_order
from activities.statuses import FINISHED, DeliveryStatus
from agencies.models import Body
from tnoc_tracker.record.text import fold

PAST_DUE = "past_due"
ANSWERS = "answers"
SUPPORTS = "supports"
OTHER_NAMES = frozenset({"page", "as_at"})
"""Names in an address that are no filters of the register."""

ROLE_CHOICES = [
    (ANSWERS, "Answers for it"),
    *((kind.value, kind.label) for kind in RoleKind if kind != RoleKind.WITHHELD),
    (SUPPORTS, "Supports in any way"),
]
DUE_CHOICES = [(PAST_DUE, "Overdue, paused too"), *((state.value, state.label) for state in ACTIVITY_STATES)]
EARLIER = "earlier"
REPORTED_CHOICES = [("no", "No report yet"), (EARLIER, "Not this quarter")]
UNREADABLE = "This list has no such value. Choose one that it offers."

_WITH_BODY = {
    "": "involving {body}",
    ANSWERS: "answered for by {body}",
    SUPPORTS: "supported in any way by {body}",
    "lead": "led by {body}",
    "coordinator": "coordinated by {body}",
    "support": "supported by {body}",
    "contributor": "with input from {body}",
    "participant": "with {body} taking part",
}
_WITHOUT_BODY = {
    ANSWERS: "with somebody who answers",
    SUPPORTS: "supported by somebody",
    "lead": "with a lead",
    "coordinator": "with a coordinator",
    "support": "with support",
    "contributor": "with contributors",
    "participant": "with participants",
}
_SUPPORTING = ("support", "contributor", "participant")


class Flag(forms.CheckboxInput):
    """A box that stands for one word in the address (``gap=yes``); any other word is kept, so that it is refused."""

    def __init__(self, word: str) -> None:
        """Remember the word."""
        super().__init__(check_test=lambda value: value == word)
        self.word = word

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Send the word, whether the box is ticked now or not."""
        context = super().get_context(name, value, attrs)
        context["widget"]["value"] = self.word
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """The word as it stands in the address."""
        return data.get(name)


class FlagFilter(django_filters.Filter):
    """A filter that is on or off."""

    field_class = forms.ChoiceField

    def __init__(self, word: str, label: str, method: str) -> None:
        """``word`` switches it on."""
        super().__init__(
            label=label,
            method=method,
            choices=[(word, label)],
            widget=Flag(word),
            error_messages={"invalid_choice": UNREADABLE},
        )


class QuarterField(forms.ChoiceField):
    """A fiscal quarter by its key; any quarter of the plan's calendar, the plan's own ones are offered."""

    def __init__(self, *, starts_in: int = 7, **kwargs: Any) -> None:
        """``starts_in`` is the month in which the fiscal year begins."""
        super().__init__(**kwargs)
        self.starts_in = starts_in

    def to_python(self, value: Any) -> FiscalQuarter | None:
        """The quarter; None for an empty value."""
        if value in self.empty_values:
            return None
        try:
            return FiscalQuarter.parse_key(str(value), self.starts_in)
        except ValueError as error:
            raise forms.ValidationError(UNREADABLE, code="invalid_choice") from error

    def valid_value(self, value: Any) -> bool:
        """Every quarter that can be read."""
        return True


class QuarterFilter(django_filters.Filter):
    """A filter by fiscal quarter."""

    field_class = QuarterField


class FilterForm(forms.Form):
    """The form of the filters: refuses names it does not know, and names given twice."""

    error_heading = "The list cannot be shown: a filter in this address cannot be read"
    drawn_by_content = True

    def __reduce__(self) -> tuple[Any, ...]:
        """All that its fields show, for ``{% drawn %}``: what was given, and what is offered; not to be read back."""
        offered = [(name, field.label, list(getattr(field, "choices", ()))) for name, field in self.fields.items()]
        wrong = self.errors.get_json_data()
        return tuple, ((type(self).__qualname__, self.prefix, dict(self.data), self.initial, offered, wrong),)

    def clean(self) -> dict[str, Any]:
        """Everything in the address is understood, or named."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.data:
            if name not in self.fields and name not in OTHER_NAMES:
                self.add_error(None, f"“{name[:60]}” is no filter of this list.")
            elif isinstance(self.data, QueryDict) and len(self.data.getlist(name)) > 1:
                self.add_error(None, f"“{name[:60]}” is given more than once.")
        return cleaned


def _choices(name: str, label: str, choices: list[tuple[str, str]] | None = None) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label,
        method=f"by_{name}",
        choices=choices or [],
        empty_label="All",
        error_messages={"invalid_choice": UNREADABLE},
    )


@dataclass(frozen=True)
class ActiveFilter:
    """One filter that is on: its words, and the names in the address that make it."""

    words: str
    names: tuple[str, ...]


class ActivityFilter(django_filters.FilterSet):
    """The register's filters over one reading. Ask ``is_valid`` first; ``qs`` are the rows in their order."""

    q = django_filters.CharFilter(
        label="Text or number", method="by_q", max_length=200, widget=forms.TextInput({"type": "search"})
    )
    body = _choices("body", "Body")
    role = _choices("role", "Role", ROLE_CHOICES)
    status = _choices("status", "Delivery status", list(DeliveryStatus.choices))
    due = _choices("due", "Due state", DUE_CHOICES)
    focus = _choices("focus", "Focus area")
    priority = _choices("priority", "Priority area")
    quarter = QuarterFilter(label="Open milestone due in", method="by_quarter")
    gap = FlagFilter("yes", "Nobody answers", "by_gap")
    reported = _choices("reported", "Reported", REPORTED_CHOICES)
    contradiction = FlagFilter("yes", "Status and dates disagree", "by_contradiction")
    withdrawn = FlagFilter("yes", "Withdrawn", "by_withdrawn")
    sort = django_filters.ChoiceFilter(
        method="by_sort",
        choices=[(value, value) for value in SORTS],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "The list cannot be sorted by this."},
    )

    class Meta:
        form = FilterForm

    def __init__(self, data: Any, reading: Reading) -> None:
        """Offer what the plan of the reading holds."""
        super().__init__(data, queryset=Activity.objects.none())  # the reading's rows are put together when asked for
        self.reading = reading
        self.bodies: dict[str, Body] = {body.slug: body for body in reading.bodies.values()}
        self.focuses = {area.slug: area for area in reading.focus_areas}
        self.priorities = {str(area.id): area for area in reading.priority_areas}
        self._offer("body", [(slug, body.label) for slug, body in self.bodies.items()])
        self._offer("focus", [(slug, area.code) for slug, area in self.focuses.items()])
        self._offer("priority", [(key, area.title) for key, area in self.priorities.items()])
        quarters = reading.plan.quarters()
        self._offer("quarter", [("", "All"), *((quarter.key, str(quarter)) for quarter in quarters)])
        self.filters["quarter"].extra["starts_in"] = reading.plan.fiscal_year_starts_in

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.filters[name].extra["choices"] = choices

    @property
    def said(self) -> dict[str, Any]:
        """What the address says, in domain types; only what could be read."""
        found: dict[str, Any] = self.form.cleaned_data if self.form.is_bound and not self.form.errors else {}
        return found

    def filter_queryset(self, queryset: ActivityQuerySet) -> ActivityQuerySet:
        """The rows of the reading that are asked for; withdrawn activities are left out unless they are."""
        rows = self.reading.all_activities.order_by("position")
        found: ActivityQuerySet = super().filter_queryset(rows if self.said.get("withdrawn") else rows.present())
        return found

    # One method per filter --------------------------------------------------------------------------------------

    def by_q(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Every word occurs in the number, title or description; an activity's number alone finds that activity."""
        text = fold(value)
        numbered = self.reading.rows(Activity).order_by().filter(number__iexact=text.strip())
        for word in text.split():
            found = Q(search_key__contains=word)
            rows = rows.filter(found & ~Exists(numbered) | Q(number__iexact=text.strip()))
        return rows

    def by_body(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities in which the body, itself or in a collective, holds the role asked for, or any."""
        role, body = self.said.get("role") or "", self.bodies[value]
        if role == ANSWERS:
            return rows.filter(self.reading.answered_by(body.id))
        if role == SUPPORTS:
            return rows.filter(self.reading.supported_by(body.id))
        return rows.filter(self.reading.involving(body.id, role or None))

    def by_role(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities in which anybody holds the role; with a body, ``by_body`` has asked already."""
        if self.said.get("body"):
            return rows
        kinds = {ANSWERS: ("lead", "coordinator"), SUPPORTS: _SUPPORTING}.get(value, (value,))
        held = self.reading.roles_beside.filter(kind__in=kinds).order_by()
        return rows.filter(Exists(held))

    def by_status(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities of a delivery status."""
        return rows.filter(status=value)

    def by_due(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities of a due state."""
        return rows.past_due() if value == PAST_DUE else rows.filter(due_state=value)

    def by_focus(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities of a focus area."""
        return rows.filter(focus_area_id=self.focuses[value].id)

    def by_priority(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities of a priority area."""
        return rows.filter(priority_area_id=self.priorities[value].id)

    def by_quarter(self, rows: ActivityQuerySet, name: str, value: FiscalQuarter) -> ActivityQuerySet:
        """Activities with a milestone that is open and agreed for the quarter; nothing of a finished one is open."""
        milestones: Any = self.reading.beside(Milestone, activity_id="id").order_by()
        within = milestones.still_open().filter(agreed_due__range=(value.first_day, value.last_day))
        return rows.filter(Exists(within)).exclude(status__in=FINISHED)

    def by_gap(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities for which nobody answers, finished ones left out."""
        return rows.filter(vacant_since__isnull=False).exclude(status__in=FINISHED)

    def by_reported(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities without a report yet, or without one this quarter; with a body, without one by that body."""
        body = self.said.get("body")
        body_id = self.bodies[body].id if body else None
        if value == EARLIER:
            return rows.filter(self.reading.reported_before(quarter_began(self.reading), body_id))
        return rows.filter(self.reading.never_reported(body_id))

    def by_contradiction(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Activities whose status and dates disagree."""
        return rows.filter(contradicting(self.reading))

    def by_withdrawn(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """Withdrawn activities."""
        return rows.filter(withdrawn_on__isnull=False)

    def by_sort(self, rows: ActivityQuerySet, name: str, value: str) -> ActivityQuerySet:
        """The rows in another order."""
        return in_order(self.reading, rows, BY_KEY[value.lstrip("-")].sort, down=value.startswith("-"))

    # In words ---------------------------------------------------------------------------------------------------

    @property
    def active(self) -> list[ActiveFilter]:
        """The filters that are on, in words and in the order of a sentence; unreadable ones as they stand."""
        if self.form.errors:
            names = [name for name in self.data if name not in OTHER_NAMES and self.data.get(name)]
            return [ActiveFilter(f"{name[:60]} “{self.data.get(name, '')[:60]}”", (name,)) for name in names]
        said = self.said
        return [found for name in _SENTENCE if said.get(name) and (found := self._words(name, said))]

    def _words(self, name: str, said: dict[str, Any]) -> ActiveFilter | None:
        value = said[name]
        match name:
            case "status":
                words = str(DeliveryStatus(value).label)
            case "due":
                words = "overdue, paused too" if value == PAST_DUE else str(DueState(value).label).lower()
            case "body":
                words = _WITH_BODY[said.get("role") or ""].format(body=self.bodies[value].label)
                return ActiveFilter(words, ("body", "role"))
            case "role":
                if said.get("body"):
                    return None
                words = _WITHOUT_BODY[value]
            case "focus":
                words = f"in {self.focuses[value].code}"
            case "priority":
                words = f"in “{self.priorities[value].title}”"
            case "quarter":
                words = f"with an open milestone due in {value}"
            case "q":
                words = f"matching “{value}”"
            case _:
                words = _CHOSEN[name, value]
        return ActiveFilter(words, (name,))


_SENTENCE = (
    "withdrawn",
    "status",
    "due",
    "body",
    "role",
    "focus",
    "priority",
    "quarter",
    "gap",
    "reported",
    "contradiction",
    "q",
)
_CHOSEN = {
    ("gap", "yes"): "for which nobody answers",
    ("reported", "no"): "without a report yet",
    ("reported", EARLIER): "reported on, but not this quarter",
    ("contradiction", "yes"): "where status and dates disagree",
    ("withdrawn", "yes"): "withdrawn",
}
