"""Which messages the page of mail shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef

from activities.models import Round
from activities.stages import prefix_of
from agencies.models import Message, MessageTopic, Person


class _RoundField(forms.ModelChoiceField):
    """A round with its plan: two plans may have the same quarter."""

    def label_from_instance(self, obj: Any) -> str:
        """``Q2 FY2021/22, Action Plan 2021/22``."""
        return f"{obj}, {obj.plan.short_title}"


class MailFilterForm(forms.Form):
    """A person and a round; whatever cannot be understood filters nothing."""

    person = forms.ModelChoiceField(label="To", queryset=Person.objects.none(), required=False, empty_label="Everybody")
    round = _RoundField(label="Round", queryset=Round.objects.none(), required=False, empty_label="All")

    def __init__(self, *args: Any, everybody: bool, **kwargs: Any) -> None:
        """Offer people who were written to, where ``everybody``'s mail is shown; and every round."""
        super().__init__(*args, **kwargs)
        if everybody:
            written_to = Exists(Message.objects.filter(person=OuterRef("id")))
            self.fields["person"].queryset = Person.objects.filter(written_to)
        else:
            del self.fields["person"]
        self.fields["round"].queryset = Round.objects.select_related("plan").order_by("-quarter_key", "plan_id")

    def narrow(self, rows: Any) -> Any:
        """Those of some messages that are asked for."""
        self.is_valid()
        person, chosen = self.cleaned_data.get("person"), self.cleaned_data.get("round")
        if person is not None:
            rows = rows.filter(person=person)
        if chosen is not None:
            of_round = MessageTopic.objects.filter(message=OuterRef("id"), topic__startswith=prefix_of(chosen.id))
            rows = rows.filter(Exists(of_round))
        return rows

    @property
    def narrows(self) -> bool:
        """Whether anything was asked for."""
        return self.is_valid() and any(self.cleaned_data.values())
