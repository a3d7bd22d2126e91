"""Choosing two positions to compare: addresses into readings of the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms

from activities.filters import FilterForm
from activities.reading import Reading
from tnoc_tracker.record.days import day_of, end_of_day

LAST_VISIT = "last-visit"
"""``from=last-visit``: since the sign-in before this one."""

FIRST_VISIT = "This is your first visit, and nothing was marked as seen: choose a day instead."

At = Callable[[str], Reading]
"""A position as people write it; raises ``ValidationError`` with a sentence where there is none."""


class CompareForm(FilterForm):
    """Two days, or moments: ``earlier`` and ``later`` are readings once the form is valid.

    Without a first one it is ``since``; without a second one it is the position of the page, and so is today.
    """

    error_heading = "These two positions cannot be compared"

    def __init__(self, data: Any, *, page: Reading, since: Reading, at: At, seen_upto: Callable[[], Any]) -> None:
        """``at`` reads a day, ``seen_upto`` gives the moment of the last visit, or None."""
        asked = data.copy()
        for name, reading in (("from", since), ("to", page)):
            if not asked.get(name, "").strip():
                asked[name] = typed(reading)
        super().__init__(asked)
        self.page, self.since, self.at, self.seen_upto = page, since, at, seen_upto
        widget = forms.TextInput({"class": "date-input", "autocomplete": "off"})
        self.fields["from"] = forms.CharField(label="From", required=False, max_length=40, widget=widget)
        self.fields["to"] = forms.CharField(label="To", required=False, max_length=40, widget=widget)

    def clean(self) -> dict[str, Any]:
        """Read both; refuse two that are the wrong way round, or the same day."""
        said = super().clean()
        earlier, later = self._read("from", said), self._read("to", said)
        if earlier and later and _until(earlier) > _until(later):
            self.add_error("from", f"{earlier.at_in_words} is after {later.at_in_words}: swap the two.")
        elif earlier and later and _until(earlier) == _until(later):
            self.add_error("from", f"Both are {later.at_in_words}: choose an earlier day.")
        return said | {"earlier": earlier, "later": later}

    def _read(self, name: str, said: dict[str, Any]) -> Reading | None:
        text = (said.get(name) or "").strip()
        if name in self.errors:
            return None
        try:
            found = self._last_visit() if text == LAST_VISIT and name == "from" else self.at(text)
        except forms.ValidationError as error:
            self.add_error(name, error)
            return None
        if name == "to" and _until(found) == _until(self.page):
            return self.page  # today is now
        if name == "to" and _until(found) > _until(self.page):
            self.add_error("to", f"This page is as at {self.page.at_in_words}: choose a day up to then.")
            return None
        return found

    def _last_visit(self) -> Reading:
        moment: datetime | None = self.seen_upto()
        if moment is None:
            raise forms.ValidationError(FIRST_VISIT)
        moment = max(moment, self.page.plan.record_begins)  # type: ignore[attr-defined]
        return Reading(self.page.plan, day_of(moment), min(moment, _until(self.page)))

    @property
    def is_last_visit(self) -> bool:
        """Whether the last visit is asked for."""
        return self["from"].value() == LAST_VISIT

    @property
    def are_swapped(self) -> bool:
        """Whether both can be read, and the first is after the second."""
        earlier, later = self.cleaned_data.get("earlier"), self.cleaned_data.get("later")
        return bool(earlier and later and _until(earlier) > _until(later))


def typed(reading: Reading) -> str:
    """A position as people would type it: a day, day first, or a moment."""
    of_a_moment = reading.at is not None and reading.at != end_of_day(reading.on)
    return reading.as_at if of_a_moment else f"{reading.on:%d/%m/%Y}"


def _until(reading: Reading) -> datetime:
    """The moment up to which a position knows; for now the end of its day."""
    return reading.at or end_of_day(reading.on)
