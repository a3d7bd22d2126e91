"""Forms of proposed dates: asking for another date, and answering."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from activities.forms.editing import LINE, DueForm, quarters_of, reason_field, words_field
from activities.models import ActionPlan
from tnoc_tracker.record.forms import RegisterForm

AGREE, DECLINE = "agree", "decline"


class ProposalForm(DueForm):
    """Another date for an open milestone, and why."""

    reason = reason_field("Why the date must move. The Secretariat and everybody else reads it.")

    field_order = ("quarter", "day", "reason")

    def __init__(self, *args: Any, plan: ActionPlan, on: date, **kwargs: Any) -> None:
        """Offer the quarters that have not ended by the day ``on``."""
        super().__init__(*args, plan=plan, **kwargs)
        ended = {quarter.key for quarter in quarters_of(plan) if quarter.last_day < on}
        field: Any = self.fields["quarter"]
        field.choices = [(key, words) for key, words in field.choices if key not in ended]

    def clean(self) -> dict[str, Any]:
        """Ask for the new date where none is given and none was mistyped."""
        said = super().clean()
        if not said.get("quarter") and not said.get("day") and not {"quarter", "day"} & set(self.errors):
            self.add_error("quarter", "Give the new date: a fiscal quarter, or a day.")
        return said


class AnswerForm(RegisterForm):
    """The Secretariat's answer: agree, with who agreed; or decline, with a word."""

    verdict = forms.ChoiceField(
        label="Answer",
        choices=[(AGREE, "Agree: the date moves"), (DECLINE, "Decline: the date stays")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the date moves."},
    )
    answer = words_field(
        "A word to the people who asked (optional where you agree)",
        "",
        help_text="Needed where you decline: why the date stays.",
        required=False,
    )
    agreed_by = forms.CharField(
        label="Agreed by",
        required=False,
        max_length=LINE,
        help_text="Who agreed to the new date; it stands in the ledger of moves for good.",
    )
    decision_reference = forms.CharField(label="Decision reference (optional)", required=False, max_length=LINE)

    @property
    def agrees(self) -> bool:
        """Whether the date moves."""
        return bool(self.cleaned_data["verdict"] == AGREE)


class TakeBackForm(RegisterForm):
    """Taking a proposal back needs no words."""
