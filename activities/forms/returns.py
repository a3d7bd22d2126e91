"""The form of a return: a status update with proposed dates, kept as a draft, put beside what the dates say.

A draft holds the form's fields by name as they were typed; a form is made from it again with everything in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html

from activities.actions.reports import NewDate, Report
from activities.contradictions import put
from activities.forms.status import (
    LINE,
    LONG,
    NOT_TYPED,
    DayField,
    StatusForm,
    delivery_field,
    in_form,
    milestone_label,
)
from activities.statuses import DeliveryStatus
from tnoc_tracker.record.forms import RegisterForm

OF_MILESTONE = re.compile(r"(delivered|proposed|proposed_why)_(\d{1,18})")
"""The names of the fields that each milestone has of its own."""

CARRIED = ("stamp", "once", "seen", "corrects")
"""Fields that are no words of the person: they stand in no draft."""

MOST_FIELDS = 500
"""So many fields a draft holds at the most: an activity has some dozens of milestones."""


def proposal_field(milestone: Any) -> str:
    """The name of the field with the date that is proposed for a milestone."""
    return f"proposed_{milestone.id}"


def reason_field(milestone: Any) -> str:
    """The name of the field with the reason for it."""
    return f"proposed_why_{milestone.id}"


def typed_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed into a return, by field, without what is empty: what a draft keeps."""
    known = set(StatusForm.base_fields) - set(CARRIED)
    found = {}
    for name in data:
        value = str(data[name]).replace("\0", "").replace("\r\n", "\n")
        if value.strip() and (name in known or OF_MILESTONE.fullmatch(name)):
            found[name] = value
    return dict(list(found.items())[:MOST_FIELDS])


def typed_of(filing: Any) -> dict[str, str]:
    """What a filing said, by field, as it would be typed: what is taken up again when it was sent back."""
    names = [name for name in StatusForm.base_fields if name not in (*CARRIED, "forecast_of")]
    said = {name: in_form(getattr(filing, name)) for name in names}
    said["forecast_of"] = str(filing.forecast_of_id or "")
    for each in filing.deliveries:
        said[f"delivered_{each['milestone']}"] = in_form(date.fromisoformat(each["on"]))
    for each in filing.new_dates:
        said[f"proposed_{each['milestone']}"] = in_form(each["due"])
        said[f"proposed_why_{each['milestone']}"] = each["reason"]
    return {name: value for name, value in said.items() if value}


def label_of(name: str) -> str:
    """What a field is called where its form is not at hand."""
    if OF_MILESTONE.fullmatch(name):
        return {"delivered": "Delivered or begun", "proposed": "New date"}.get(name.split("_")[0], name)
    return str(StatusForm.base_fields[name].label)


class ReturnForm(StatusForm):
    """What a return says: ``report`` gives it to the use case.

    ``typed`` is a draft, or what was sent back, taken up again; ``every`` are all milestones of the activity, of
    ``with_waiting``: those that wait for an answer about a new date take no other.
    """

    error_heading = "Nothing has been filed yet"

    def __init__(self, *args: Any, every: Iterable[Any], typed: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """As ``StatusForm``, with a date and a reason for each open milestone."""
        self.taken_up = dict(typed or {})
        super().__init__(*args, **kwargs)
        for milestone in self.milestones:
            self._add_milestone(milestone)
        if self.taken_up:
            self.initial.update({name: self.taken_up.get(name, "") for name in self.fields if name not in CARRIED})
        self._put_what_contradicts(list(every))

    def _leave_out(self, asked: set[str]) -> None:
        """Leave out what no status asks for here, unless something was typed into it, now or before."""
        super()._leave_out(asked | set(self.taken_up))

    def _add_milestone(self, milestone: Any) -> None:
        about = format_html('<span class="unseen">: {}</span>', milestone_label(milestone, self.situation.on))
        if milestone in self.reported:
            verb = "Begun on" if milestone.is_start else "Delivered on"
            self.fields[delivery_field(milestone)].label = format_html("{}{}", verb, about)
        if milestone.proposal is None:
            self.fields[proposal_field(milestone)] = DayField(format_html("New date to propose{}", about))
            self.fields[reason_field(milestone)] = forms.CharField(
                label=format_html("Why{}", about), required=False, max_length=LINE
            )

    def _put_what_contradicts(self, every: list[Any]) -> None:
        """Say beside each status what speaks against it; what is reported as delivered does not."""
        left = [each for each in every if not self._value(delivery_field(each))]
        on, reports = self.situation.on, bool(self.reported)
        field: Any = self.fields["status"]
        field.choices = [
            (value, replace(choice, against=tuple(put(DeliveryStatus(value), left, on, reports=reports))))
            for value, choice in field.choices
        ]

    def _value(self, name: str) -> str:
        return str((self.data.get(name) if self.is_bound else self.taken_up.get(name)) or "")

    @property
    def dated(self) -> list[tuple[Any, str, list[Any]]]:
        """Each open milestone with its label and its fields."""
        names = (delivery_field, proposal_field, reason_field)
        found = []
        for milestone in self.milestones:
            fields = [self[name(milestone)] for name in names if name(milestone) in self.fields]
            found.append((milestone, milestone_label(milestone, self.situation.on), fields))
        return [each for each in found if each[2] or each[0].proposal]

    @property
    def lost(self) -> list[tuple[str, str]]:
        """What was typed into fields that are there no more: a milestone was closed, or a new date waits by now."""
        typed = typed_in(self.data) if self.is_bound else self.taken_up
        gone = [name for name in typed if name not in self.fields and name not in NOT_TYPED]
        return [(label_of(name), typed[name]) for name in gone]

    def clean(self) -> dict[str, Any]:
        """A reason without a date is half a proposal; and nobody files less than they typed without being told."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for milestone in self.milestones:
            name = proposal_field(milestone)
            if data.get(reason_field(milestone)) and name in data and not data[name]:
                self.add_error(name, "Give the new date that you propose, or take the reason out.")
        if self.lost:
            told = "A milestone was closed meanwhile, or a new date for it waits for an answer."
            self.add_error(None, f"{told} What you typed for it stands below and is not filed: file the rest again.")
        return data

    def renew_for(self, stamp: int, *, seen: int) -> None:
        """Let it be sent again on top of what is there now, with everything typed kept."""
        self.renew(stamp)
        typed: Any = self.data
        typed["seen"] = str(seen)

    def report(self) -> Report:
        """What the form says, for the use case."""
        dates = [(each, self.cleaned_data.get(proposal_field(each))) for each in self.milestones]
        return Report(
            statement=self.said(),
            deliveries=self.deliveries(),
            proposals=tuple(
                NewDate(each.id, due, self.cleaned_data.get(reason_field(each), "")) for each, due in dates if due
            ),
            forecast_of=self.forecast_milestone(),
        )


class DraftForm(RegisterForm):
    """Keeping a draft: whatever is typed, as long as it can be kept."""

    def clean(self) -> dict[str, Any]:
        """Refuse what is longer than any text may be."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name, text in typed_in(self.data).items():
            if len(text) > LONG:
                self.add_error(None, f"{label_of(name)}: {LONG} characters at the most; this has {len(text)}.")
        return data


class NoChangeForm(RegisterForm):
    """Confirming that nothing has changed: one click."""


class CommentForm(forms.Form):
    """A comment on a return."""

    error_heading = "Your comment is not added yet"

    once = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Your comment",
        max_length=LONG,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write your comment."},
    )

    def clean_text(self) -> str:
        """The text with plain line ends."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n")
