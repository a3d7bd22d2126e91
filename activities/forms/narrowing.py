"""Narrowing the overdue page and the timeline: addresses into what the summaries can be narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms

from activities.due_states import AGEING
from activities.filters import UNREADABLE, FilterForm
from activities.reading import Reading
from activities.summaries.lateness import Narrowing
from activities.summaries.picture import SETS


class NarrowingForm(FilterForm):
    """A filter whose choices are what there is at the reading's position, which its address keeps."""

    def __init__(self, reading: Reading, *args: Any, **kwargs: Any) -> None:
        """Keep the position of a page that looks back."""
        super().__init__(*args, **kwargs)
        if reading.is_past:
            self.fields["as_at"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "All"), *choices]
        field.error_messages["invalid_choice"] = UNREADABLE


class PlanForm(NarrowingForm):
    """What both pages can be narrowed to: a focus area, and a body that answers for the activity."""

    error_heading = "The page cannot be shown: a filter in this address cannot be read"

    focus = forms.ChoiceField(label="Focus area", required=False)
    body = forms.ChoiceField(label="Answers for it", required=False)

    def __init__(self, reading: Reading, *args: Any, **kwargs: Any) -> None:
        """Offer the reading's own focus areas and bodies, named as they were then."""
        super().__init__(reading, *args, **kwargs)
        self.areas = {area.slug: area for area in reading.focus_areas}
        self.bodies = {body.slug: body for body in reading.bodies.values()}
        self._offer("focus", [(slug, area.code) for slug, area in self.areas.items()])
        self._offer("body", [(slug, body.label) for slug, body in self.bodies.items()])

    def _chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""

    @property
    def focus_area_id(self) -> int | None:
        """The focus area chosen; None for all."""
        area = self.areas.get(self._chosen("focus"))
        return area.id if area else None

    @property
    def body_id(self) -> int | None:
        """The body chosen; None for all."""
        body = self.bodies.get(self._chosen("body"))
        return body.id if body else None

    @property
    def in_words(self) -> str:
        """What is chosen, as the end of a sentence: ``in UNIFY, answered for by Police``; empty for everything."""
        return ", ".join(self._words())

    def _words(self) -> list[str]:
        area, body = self.areas.get(self._chosen("focus")), self.bodies.get(self._chosen("body"))
        found = [f"in {area.code}"] if area else []
        return [*found, f"answered for by {body.label}"] if body else found


class OverdueForm(PlanForm):
    """The overdue page: also a band of lateness."""

    band = forms.ChoiceField(label="Days late", required=False)

    def __init__(self, reading: Reading, *args: Any, **kwargs: Any) -> None:
        """Offer the bands, the oldest first."""
        super().__init__(reading, *args, **kwargs)
        self._offer("band", [(band.key, band.label) for band in AGEING[::-1]])

    @property
    def narrowing(self) -> Narrowing:
        """What the rows are narrowed to."""
        return Narrowing(self.focus_area_id, self.body_id, self._chosen("band"))

    def _words(self) -> list[str]:
        band = next((band for band in AGEING if band.key == self._chosen("band")), None)
        return [*super()._words(), f"{band.label} late"] if band else super()._words()


class TimelineForm(PlanForm):
    """The timeline: also a set of milestones."""

    milestones = forms.ChoiceField(label="Milestones", required=False)

    def __init__(self, reading: Reading, *args: Any, **kwargs: Any) -> None:
        """Offer the sets that sentences count."""
        super().__init__(reading, *args, **kwargs)
        self._offer("milestones", [(entry.key, entry.label) for entry in SETS.values()])

    @property
    def chosen_set(self) -> str:
        """The key of the set of milestones; empty for all."""
        return self._chosen("milestones")
