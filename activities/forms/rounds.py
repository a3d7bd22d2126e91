"""Forms of reporting rounds: opening, extending, closing and reopening one, and narrowing its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django import forms

from activities.asking import Asked
from activities.filters import UNREADABLE, FilterForm
from activities.forms.editing import quarters_of, reason_field, words_field
from activities.models import ActionPlan
from activities.quarters import FiscalQuarter
from activities.returns import ReturnState
from activities.summaries.rounds import NOBODY, NOBODY_ANSWERS, SETS, TOGETHER
from activities.working_days import Calendar
from agencies.models import Body
from tnoc_tracker.record.forms import RegisterForm

NO_DATE = "This is no date: type it day first, such as 31/12/2021."

NOTE_HELP = "It stands in the message that opens the round, and on the round’s page."


def day_field(label: str, ask: str, *, help_text: str = "") -> forms.DateField:
    """A day that has to be given."""
    return forms.DateField(label=label, help_text=help_text, error_messages={"required": ask, "invalid": NO_DATE})


def note_field() -> forms.CharField:
    """The covering note."""
    return words_field("Covering note (optional)", "", help_text=NOTE_HELP, rows=4, required=False)


def offered_quarters(plan: ActionPlan, taken: Iterable[str], on: date) -> list[FiscalQuarter]:
    """The quarters that a round can be opened for on a day: begun, and without one; the latest first.

    After the plan's end those of two more years, for what is still worked on.
    """
    keys = set(taken)
    begun = [quarter for quarter in quarters_of(plan) if quarter.first_day <= on and quarter.key not in keys]
    return begun[::-1]


def quarter_to_offer(offered: Sequence[FiscalQuarter], on: date) -> FiscalQuarter | None:
    """The quarter that is meant most likely: the latest that has ended, else the one that runs."""
    ended = [quarter for quarter in offered if quarter.last_day < on]
    return next(iter(ended or offered), None)


def usual_due_day(quarter: FiscalQuarter, on: date, calendar: Calendar, count: int) -> date:
    """So many working days after the quarter's end, or after today where that is later."""
    return calendar.after(max(quarter.last_day, on), count)


class OpenForm(RegisterForm):
    """Opening a round: its quarter, the day by which returns are due, and a note.

    ``looked`` carries what was shown when somebody looked at it first (see ``shown``).
    """

    quarter = forms.TypedChoiceField(
        label="Quarter",
        error_messages={"required": "Choose the quarter.", "invalid_choice": "Choose a quarter of the list."},
    )
    due_on = day_field("Returns are due by", "Give the day by which returns are due.")
    note = note_field()
    looked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    error_heading = "The round is not open yet"

    def __init__(
        self, *args: Any, plan: ActionPlan, offered: Sequence[FiscalQuarter], usual: str = "", **kwargs: Any
    ) -> None:
        """Offer some quarters; ``usual`` says in words which day is given where nothing else is agreed."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["quarter"]
        field.choices = [(quarter.key, quarter.long) for quarter in offered]
        field.coerce = lambda key: FiscalQuarter.parse_key(key, plan.fiscal_year_starts_in)
        self.fields["due_on"].help_text = usual

    def shown(self, rows: Iterable[Asked]) -> str:
        """A digest of everything that looking at it first shows: what is typed, and what is asked of whom."""
        said = self.cleaned_data
        asked = [(*each.key, each.body_id) for each in rows]
        return sha256(repr((said["quarter"].key, said["due_on"], said["note"], asked)).encode()).hexdigest()

    def was_shown(self, rows: Iterable[Asked]) -> bool:
        """Whether what is sent is what was looked at."""
        return bool(self.cleaned_data["looked"] == self.shown(rows))

    def remember(self, rows: Iterable[Asked]) -> None:
        """Let the form carry what is shown beside it now."""
        typed: Any = self.data
        self.data = typed = typed.copy()
        typed[self.add_prefix("looked")] = self.shown(rows)


class ExtendForm(RegisterForm):
    """A later day for one body that has not returned everything."""

    body = forms.TypedChoiceField(
        label="Body",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the body.", "invalid_choice": "Nothing is missing from this body."},
    )
    until = day_field("Its returns are due by", "Give the new day.")
    reason = reason_field("Everybody reads it beside the new day.")

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str, Body | None]], **kwargs: Any) -> None:
        """Offer bodies: their key, what is said of each, and the body."""
        super().__init__(*args, **kwargs)
        by_key = {key: body for key, _, body in bodies}
        field: Any = self.fields["body"]
        field.choices = [(key, words) for key, words, _ in bodies]
        field.coerce = by_key.__getitem__
        field.empty_value = None


class NoteForm(RegisterForm):
    """Another covering note."""

    note = note_field()


class CloseForm(RegisterForm):
    """Closing a round needs no words."""


class ReopenForm(RegisterForm):
    """Reopening a closed round: by when, and why."""

    due_on = day_field("What is missing is due by", "Give the day by which it is due.")
    reason = reason_field("It stands on the round’s page, and in the messages.")


class ReturnsForm(FilterForm):
    """What of a round's returns is shown: a state or a set of states, and a body."""

    error_heading = "The returns cannot be shown: a filter in this address cannot be read"

    state = forms.ChoiceField(label="State", required=False)
    body = forms.ChoiceField(label="Asked of", required=False)

    def __init__(self, *args: Any, bodies: Iterable[tuple[str, str]], is_past: str = "", **kwargs: Any) -> None:
        """Offer the bodies that are asked: their keys and names."""
        super().__init__(*args, **kwargs)
        states = [(state.value, state.label) for state in ReturnState]
        self._offer("state", [("Together", [(each.key, each.label) for each in TOGETHER]), ("One state", states)])
        self._offer("body", list(bodies))
        if is_past:
            self.fields["as_at"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "All"), *choices]
        field.error_messages["invalid_choice"] = UNREADABLE

    @property
    def in_words(self) -> str:
        """What is chosen: ``missing and late, asked of Police``; empty for everything."""
        said = self.cleaned_data
        names = dict(self.fields["body"].choices)  # type: ignore[attr-defined]
        words = [SETS[said["state"]].label.lower()] if said["state"] else []
        if said["body"]:
            words.append(NOBODY_ANSWERS.lower() if said["body"] == NOBODY else f"asked of {names[said['body']]}")
        return ", ".join(words)
