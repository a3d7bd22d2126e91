"""Forms of the Steering Group's meetings: calling and changing one, and putting its agenda in order and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from activities.forms.editing import LINE, reason_field, words_field
from activities.forms.rounds import day_field
from activities.models import Round
from tnoc_tracker.record.forms import RegisterForm


class MeetingForm(RegisterForm):
    """The day of a meeting, where it is held, which round it looks at, and a note for those invited."""

    held_on = day_field("Day", "Give the day of the meeting.")
    place = forms.CharField(
        label="Place (optional)", required=False, max_length=LINE, help_text="A room, or how to join from afar."
    )
    round = forms.TypedChoiceField(
        label="Reporting round it looks at",
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "Choose a round of the list."},
    )
    note = words_field(
        "Note (optional)", "", help_text="For those invited; everybody may read it.", rows=3, required=False
    )

    error_heading = "The meeting is not called yet"

    def __init__(self, *args: Any, rounds: Sequence[Round], **kwargs: Any) -> None:
        """Offer the plan's rounds, the latest quarter first."""
        super().__init__(*args, **kwargs)
        by_id = {each.id: each for each in rounds}
        field: Any = self.fields["round"]
        field.choices = [("", "None"), *((each.id, each.quarter.long) for each in rounds)]
        field.coerce = lambda value: by_id[int(value)]


class ChangeForm(MeetingForm):
    """The same of a meeting that is called, with the reason for the change."""

    reason = reason_field()

    error_heading = "The meeting is not changed yet"


class CallOffForm(RegisterForm):
    """Why a meeting does not take place."""

    reason = reason_field("Everybody reads it on the meeting’s page.")


# The agenda ----------------------------------------------------------------------------------------------------------


class ItemForm(RegisterForm):
    """The words of an item, and whether the group is to decide."""

    heading = forms.CharField(
        label="What it is about",
        max_length=LINE,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say what the item is about."},
    )
    text = words_field(
        "What the group should know (optional)", "", help_text="It stands in the pack.", rows=5, required=False
    )
    seeks_decision = forms.BooleanField(
        label="The group is to decide",
        required=False,
        help_text="The first five items that seek a decision head the pack.",
    )

    def clean_heading(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["heading"].split())


class OwnItemForm(ItemForm):
    """An item that the Secretariat adds; ``activity`` is the one that it is about, None where it is about none."""

    activity = forms.TypedChoiceField(
        label="Activity (optional)",
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "Choose an activity of the list."},
    )

    field_order = ("heading", "activity", "text", "seeks_decision")

    def __init__(self, *args: Any, activities: Iterable[Any], **kwargs: Any) -> None:
        """Offer the plan's activities in their order."""
        super().__init__(*args, **kwargs)
        by_id = {each.id: each for each in activities}
        field: Any = self.fields["activity"]
        field.choices = [("", "None"), *((each.id, str(each)) for each in by_id.values())]
        field.coerce = lambda value: by_id[int(value)]


class TakeOffForm(RegisterForm):
    """Why an item comes off the agenda."""

    reason = reason_field("It stands in the history. The item is not brought in again.")


class OrderForm(RegisterForm):
    """The agenda's order: a number for each item, and the button that was pressed beside one.

    ``move`` is ``up-12`` or ``down-12`` with an item's id.
    """

    DOWN = "down"

    error_heading = "The order is not saved yet"

    def __init__(self, *args: Any, items: Sequence[Any], **kwargs: Any) -> None:
        """Offer a number for each item that stands on the agenda, in its order."""
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for place, item in enumerate(self.items, start=1):
            self.fields[self.name_of(item)] = forms.IntegerField(
                label=f"Place of “{item.heading}”",
                initial=place,
                min_value=1,
                max_value=999,
                widget=forms.NumberInput({"aria-label": f"Place of “{item.heading}”"}),
                required=False,
                error_messages={"invalid": f"Give “{item.heading}” a whole number."},
            )

    @staticmethod
    def name_of(item: Any) -> str:
        """The field of an item."""
        return f"place_{item.id}"

    def field_of(self, item: Any) -> Any:
        """The field of an item, to be drawn in its row."""
        return self[self.name_of(item)]

    @property
    def order(self) -> list[int]:
        """The items' ids as numbered, then moved by the button that was pressed.

        Where two have one number, the one that was moved there pushes the other out of its way. One without a
        number stays where it is.
        """
        places = {item.id: place for place, item in enumerate(self.items, start=1)}
        typed = {item.id: self.cleaned_data[self.name_of(item)] or places[item.id] for item in self.items}

        def key(item_id: int) -> tuple[int, int, int]:
            moved = typed[item_id] - places[item_id]
            return typed[item_id], (moved > 0) - (moved < 0), places[item_id]

        return self._moved(sorted(places, key=key))

    @property
    def pressed(self) -> int | None:
        """The item whose button was pressed."""
        _, _, text = str(self.data.get("move", "")).partition("-")
        return next((item.id for item in self.items if str(item.id) == text), None)

    def _moved(self, order: list[int]) -> list[int]:
        if self.pressed is None:
            return order
        here = order.index(self.pressed)
        there = here + (1 if str(self.data["move"]).startswith(self.DOWN) else -1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
        return order

    def keep(self, order: Sequence[int]) -> None:
        """Let the bound form carry an order as its numbers: what a pressed button did is kept like what was typed."""
        typed: Any = self.data
        self.data = typed = typed.copy()
        for place, item_id in enumerate(order, start=1):
            typed[self.add_prefix(f"place_{item_id}")] = str(place)
