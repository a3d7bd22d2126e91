"""Forms with which the Secretariat edits the register; each gives its use case domain types, not strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from activities.models import ActionPlan, MilestoneKind, RoleKind
from activities.plan_document.prose import Prose
from activities.quarters import FiscalQuarter
from agencies.models import Body, BodyKind
from tnoc_tracker.record.forms import RegisterForm

QUARTERS_AFTER = 8
"""So many fiscal quarters after a plan's end are offered for a date: two years; later ones are typed as a day."""

LONG = 4000
LINE = 300


def words_field(label: str, ask: str, *, help_text: str = "", rows: int = 3, required: bool = True) -> forms.CharField:
    """A field for a paragraph of words; ``ask`` is the sentence where it is left empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONG,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": ask},
    )


def reason_field(help_text: str = "It stands in the history, for everybody to read.") -> forms.CharField:
    """Why: every change of the register says it."""
    return words_field("Reason", "Give the reason.", help_text=help_text)


class ReasonForm(RegisterForm):
    """A change that needs nothing but its reason: withdraw, reinstate, end a role."""

    reason = reason_field()


class DecisionForm(RegisterForm):
    """A change that follows from a recorded decision: remove a milestone, end a recurring one."""

    decision_reference = forms.CharField(
        label="Decision reference",
        max_length=LINE,
        help_text="Where the decision is recorded, such as “Steering Group minutes 14 February 2022, item 3”.",
        error_messages={"required": "Give the reference of the decision."},
    )
    reason = reason_field()


class WordsForm(RegisterForm):
    """The working title and description; a part that the document withholds has no field."""

    title = forms.CharField(
        label="Title",
        max_length=LINE,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Give the title."},
    )
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 12}),
        help_text="Leave an empty line between paragraphs. A line that begins with “- ” is an item of a list.",
    )
    reason = reason_field()

    def __init__(self, *args: Any, activity: Any, **kwargs: Any) -> None:
        """Offer what the document does not withhold, with the words of now."""
        initial = {"title": activity.title, "description": activity.description}
        super().__init__(*args, initial=initial, **kwargs)
        if activity.title_is_withheld:
            del self.fields["title"]
        if any(part["field"] == "description" for part in activity.withheld):
            if not activity.description:
                del self.fields["description"]
            elif any(item.text is None for item in Prose.from_text(activity.description).items):
                self.fields[
                    "description"
                ].help_text += " Leave the withheld items, the lines in square brackets, as they are."

    @property
    def nothing_to_edit(self) -> bool:
        """Whether the document withholds every word of the activity."""
        return not {"title", "description"} & set(self.fields)

    @property
    def words(self) -> dict[str, str]:
        """The title, as one line, and the description; empty where withheld."""
        said = self.cleaned_data
        return {"title": " ".join(said.get("title", "").splitlines()), "description": said.get("description", "")}


class RoleForm(RegisterForm):
    """Naming a body for a role."""

    kind = forms.TypedChoiceField(label="Role", coerce=RoleKind, error_messages={"required": "Choose the role."})
    body = forms.TypedChoiceField(
        label="Body",
        error_messages={"required": "Choose the body.", "invalid_choice": "Choose a body of the list."},
    )
    scope = forms.CharField(
        label="Scope of a lead (optional)",
        required=False,
        max_length=LINE,
        help_text="Where several bodies lead, each a part: which part is this one’s, such as “border sector”.",
    )
    reason = reason_field("Why, or the decision it follows from.")

    def __init__(self, *args: Any, bodies: Mapping[int, Body], **kwargs: Any) -> None:
        """Offer every body, agencies first."""
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in RoleKind if kind is not RoleKind.WITHHELD]
        self.fields["kind"].choices = [("", "Choose"), *kinds]  # type: ignore[attr-defined]
        field: Any = self.fields["body"]
        field.choices = [("", "Choose"), *grouped(bodies.values())]
        field.coerce = lambda value: bodies[int(value)]


def grouped(bodies: Iterable[Body]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Bodies as the choices of a select: agencies, governance bodies, collectives."""
    heads = {BodyKind.AGENCY: "Agencies", BodyKind.GOVERNANCE: "Governance bodies", BodyKind.COLLECTIVE: "Collectives"}
    every = list(bodies)
    groups = [(head, [(body.id, _named(body)) for body in every if body.kind == kind]) for kind, head in heads.items()]
    return [(head, options) for head, options in groups if options]


def _named(body: Body) -> str:
    """``Police – New Zealand Police``: found by either name."""
    return f"{body.short} – {body.name}" if body.short and body.short != body.name else body.name


class CollectiveForm(RegisterForm):
    """Which agencies belong to a collective within a plan."""

    members = forms.TypedMultipleChoiceField(
        label="Agencies that belong to it", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = reason_field("Why, or the decision it follows from.")

    def __init__(self, *args: Any, bodies: Mapping[int, Body], members: Iterable[int], **kwargs: Any) -> None:
        """Offer every agency; ``members`` are ticked."""
        super().__init__(*args, initial={"members": list(members)}, **kwargs)
        field: Any = self.fields["members"]
        field.choices = [(body.id, _named(body)) for body in bodies.values() if body.is_agency]
        field.coerce = lambda value: bodies[int(value)]


class DueForm(RegisterForm):
    """A date given as a fiscal quarter or as a day: ``due`` is a ``FiscalQuarter``, a day, or None."""

    quarter = forms.TypedChoiceField(
        label="By the end of a fiscal quarter",
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "Choose a quarter of the list, or give the day."},
    )
    day = forms.DateField(
        label="Or by a day",
        required=False,
        error_messages={"invalid": "This is no date: type it day first, such as 31/12/2021."},
    )

    fault_fields = {"due": "quarter", "moved_to": "quarter"}
    """Beside which field a refusal of the use case is shown."""

    def __init__(self, *args: Any, plan: ActionPlan, **kwargs: Any) -> None:
        """Offer the plan's quarters and those of the two years after it."""
        super().__init__(*args, **kwargs)
        offered = quarters_of(plan)
        field: Any = self.fields["quarter"]
        field.choices = [("", "Not by a quarter"), *((quarter.key, quarter.long) for quarter in offered)]
        field.coerce = lambda key: FiscalQuarter.parse_key(key, plan.fiscal_year_starts_in)

    @property
    def due(self) -> FiscalQuarter | date | None:
        """What was chosen or typed."""
        found: FiscalQuarter | date | None = self.cleaned_data.get("quarter") or self.cleaned_data.get("day")
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a quarter together with a day that is not its last."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        quarter, day = said.get("quarter"), said.get("day")
        if quarter and day and day != quarter.last_day:
            self.add_error("day", f"Give one date: {quarter.long}, or a day with “Not by a quarter” chosen.")
        return said


def quarters_of(plan: ActionPlan) -> list[FiscalQuarter]:
    """The quarters of a plan's period and those of the two years after it."""
    quarters = plan.quarters()
    for _ in range(QUARTERS_AFTER):
        quarters.append(quarters[-1].next())
    return quarters


KIND_CHOICES = (
    (MilestoneKind.DUE, "Due: delivered by a date"),
    (MilestoneKind.START, "Start: begun by a date"),
    (MilestoneKind.RECURRING, "Recurring: at an interval, each time tracked on its own"),
    (MilestoneKind.TO_BE_DECIDED, "To be decided: no date yet"),
    (MilestoneKind.EXTERNAL, "External: depends on somebody else’s process"),
)


class MilestoneForm(DueForm):
    """A milestone that the document does not have."""

    label = forms.CharField(
        label="What is to be delivered or begun",
        max_length=LINE,
        error_messages={"required": "Name the milestone."},
    )
    kind = forms.TypedChoiceField(
        label="Kind",
        coerce=MilestoneKind,
        choices=KIND_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind."},
    )
    interval_months = forms.IntegerField(
        label="Interval of a recurring milestone, in months (optional)",
        required=False,
        min_value=1,
        max_value=120,
        help_text="6 is twice a year. The date above is then the first one.",
        error_messages={"invalid": "Give a whole number of months."},
    )
    reason = reason_field("Why, or the decision it follows from.")

    field_order = ("label", "kind", "quarter", "day", "interval_months", "reason")


class DateMoveForm(DueForm):
    """Agreeing another date: who asked, who agreed, and why."""

    reason = reason_field("Why the date moves. It stands in the ledger of moves for good.")
    asked_by = forms.CharField(
        label="Asked by", max_length=LINE, error_messages={"required": "Say who asked for the new date."}
    )
    agreed_by = forms.CharField(
        label="Agreed by", max_length=LINE, error_messages={"required": "Say who agreed to the new date."}
    )
    decision_reference = forms.CharField(label="Decision reference (optional)", required=False, max_length=LINE)

    field_order = ("quarter", "day", "asked_by", "agreed_by", "decision_reference", "reason")

    def clean(self) -> dict[str, Any]:
        """Ask for the new date where none is given and none was mistyped."""
        said = super().clean()
        if not said.get("quarter") and not said.get("day") and not {"quarter", "day"} & set(self.errors):
            self.add_error("quarter", "Give the new date: a fiscal quarter, or a day.")
        return said


class MilestoneWordsForm(RegisterForm):
    """The working words of a milestone."""

    label = forms.CharField(
        label="What is to be delivered or begun (optional)",
        required=False,
        max_length=LINE,
        help_text="Where the document holds a date only, this may stay empty.",
    )
    reason = reason_field()


class DeliveryForm(RegisterForm):
    """The day on which a milestone was delivered or begun, corrected or taken back."""

    delivered_on = forms.DateField(
        label="Delivered on",
        required=False,
        error_messages={"invalid": "This is no date: type it day first, such as 31/12/2021."},
    )
    take_back = forms.BooleanField(
        label="Take it back",
        required=False,
        help_text="The milestone is open again, as if it had never been reported.",
    )
    reason = reason_field("What was wrong, and how it came to light.")

    def __init__(self, *args: Any, milestone: Any, **kwargs: Any) -> None:
        """Offer to take back only what was reported; a start is begun, not delivered."""
        super().__init__(*args, initial={"delivered_on": milestone.delivered_on}, **kwargs)
        if milestone.is_start:
            self.fields["delivered_on"].label = "Begun on"
        if milestone.delivered_on is None:
            del self.fields["take_back"]

    @property
    def day(self) -> date | None:
        """The right day; None takes the delivery back."""
        found: date | None = None if self.cleaned_data.get("take_back") else self.cleaned_data["delivered_on"]
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the day, unless the delivery is taken back."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        given = said.get("delivered_on") or "delivered_on" in self.errors
        if not given and not said.get("take_back"):
            self.add_error("delivered_on", "Give the day.")
        return said
