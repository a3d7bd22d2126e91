"""Forms of decisions: recorded, changed, reported on, settled and reopened; narrowing their register; choosing one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import Truncator

from activities.actions.decisions import Decided
from activities.decisions import MOVES, DecisionState, Move
from activities.forms.editing import grouped, reason_field, words_field
from activities.forms.narrowing import NarrowingForm
from activities.forms.rounds import NO_DATE, day_field
from activities.models import Decision
from activities.reading import Reading
from activities.summaries.deciding import About
from activities.summaries.decisions import Followed
from agencies.models import Body
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.forms import RegisterForm

NEEDED_BY: dict[Move, tuple[str, ...]] = {Move.NEW_DATE: ("new_due",), Move.NAME_LEAD: ("lead",)}
"""The fields that a move needs besides what it is about."""

OPEN, OVERDUE, SETTLED = "open", "overdue", "settled"


@dataclass(frozen=True)
class MoveChoice:
    """What a decision may allow, as its form draws it: with its sentence, and the fields that it needs."""

    words: str
    meaning: str
    needs: tuple[str, ...]


class DecidedForm(RegisterForm):
    """What every form of a decision asks: what, who owns it, by when."""

    what = words_field("What was decided", "Say what was decided.", help_text="As it is to be quoted.", rows=3)
    owner = forms.TypedChoiceField(
        label="Owner",
        help_text="The body that sees to it, and says how far it has come.",
        error_messages={"required": "Choose the body that owns it.", "invalid_choice": "Choose a body of the list."},
    )
    due_on = day_field("To be done by", "Give the day by which it is to be done.")

    def __init__(self, *args: Any, bodies: Mapping[int, Body], **kwargs: Any) -> None:
        """Offer every body."""
        super().__init__(*args, **kwargs)
        self.bodies = bodies
        self._offer_bodies("owner", bodies)

    def typed(self, name: str) -> str:
        """What stands in a field, as people read it: for the page that shows two versions."""
        value = str(self[name].value() or "")
        chosen = self.bodies.get(int(value)) if name == "owner" and value.isdecimal() else None
        return chosen.label if chosen else value.replace("\r\n", "\n").strip()

    def _offer_bodies(self, name: str, bodies: Mapping[int, Body]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "Choose"), *grouped(bodies.values())]
        field.coerce = lambda value: bodies[int(value)]
        field.empty_value = None


class RecordForm(DecidedForm):
    """A decision as a meeting made it; ``decided`` gives it to the use case."""

    about = forms.TypedChoiceField(
        label="About",
        help_text="An activity, one of its parts or milestones, or the plan as a whole.",
        error_messages={"required": "Say what it is about.", "invalid_choice": "Choose from the list."},
    )
    allows = forms.TypedChoiceField(
        label="What it allows",
        coerce=Move,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what it allows."},
    )
    new_due = forms.DateField(
        label="The new agreed date (where it allows one)", required=False, error_messages={"invalid": NO_DATE}
    )
    lead = forms.TypedChoiceField(
        label="Who is named (where it allows a lead or coordinator)",
        required=False,
        error_messages={"invalid_choice": "Choose a body of the list."},
    )

    field_order = ("what", "about", "allows", "new_due", "lead", "owner", "due_on")
    fault_fields = {"activity": "about", "part": "about", "milestone": "about"}

    def __init__(self, *args: Any, bodies: Mapping[int, Body], abouts: Sequence[About], **kwargs: Any) -> None:
        """Offer the plan, and every activity with its parts and open milestones."""
        super().__init__(*args, bodies=bodies, **kwargs)
        self._offer_bodies("lead", bodies)
        by_key = {each.key: each for group in abouts for each in group.choices}
        field: Any = self.fields["about"]
        field.choices = [
            ("", "Choose"),
            ("plan", "The plan as a whole"),
            *((str(each.activity), [(choice.key, choice.words) for choice in each.choices]) for each in abouts),
        ]
        field.coerce = by_key.get
        allows: Any = self.fields["allows"]
        allows.choices = [
            (move.value, MoveChoice(str(move.label), meaning.sentence, NEEDED_BY.get(move, ())))
            for move, meaning in MOVES.items()
        ]

    @property
    def decided(self) -> Decided:
        """What was decided."""
        said = self.cleaned_data
        about = said["about"]
        named = {"activity": about.activity, "part": about.part, "milestone": about.milestone} if about else {}
        names = ("what", "owner", "due_on", "allows", "new_due", "lead")
        return Decided(**{name: said[name] for name in names}, **named)


class ChangeForm(DecidedForm):
    """Other words, another owner or another day of an open decision, with the reason."""

    reason = reason_field()


class ReportForm(RegisterForm):
    """How far a decision has come."""

    text = words_field(
        "How far it has come", "Say how far it has come.", help_text="Everybody reads it; it stays as it is.", rows=4
    )


class SettleForm(RegisterForm):
    """What became of a decision: done, or lapsed."""

    state = forms.TypedChoiceField(
        label="It is",
        coerce=DecisionState,
        choices=[
            (DecisionState.DONE, "Done"),
            (DecisionState.LAPSED, "Lapsed: it is not needed any more"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is done, or has lapsed."},
    )
    outcome = words_field(
        "What became of it", "Say what became of it.", help_text="The next meeting opens with it.", rows=3
    )


class ReopenForm(RegisterForm):
    """Taking back that a decision is settled."""

    reason = reason_field()


class RegisterOfDecisionsForm(NarrowingForm):
    """What of the register of decisions is shown: where they stand, who owns them, which meeting made them."""

    error_heading = "The decisions cannot be shown: a filter in this address cannot be read"

    state = forms.ChoiceField(label="Where they stand", required=False)
    owner = forms.ChoiceField(label="Owner", required=False)
    meeting = forms.ChoiceField(label="Meeting", required=False)

    def __init__(self, reading: Reading, found: Iterable[Followed], *args: Any, **kwargs: Any) -> None:
        """Offer the owners and meetings of the decisions on record."""
        super().__init__(reading, *args, **kwargs)
        every = list(found)
        owners = {each.owner.slug: each.owner.label for each in every}
        meetings = {str(each.meeting.id): long_date(each.meeting.held_on) for each in reversed(every)}
        self._offer("state", [(OPEN, "Open"), (OVERDUE, "Open and past their day"), (SETTLED, "Settled")])
        self._offer("owner", sorted(owners.items(), key=lambda pair: pair[1]))
        self._offer("meeting", list(meetings.items()))

    def holds(self, each: Followed) -> bool:
        """Whether a decision is among those asked for."""
        said = self.cleaned_data
        wanted = {OPEN: each.decision.is_open, OVERDUE: each.is_overdue, SETTLED: not each.decision.is_open}
        return (
            wanted.get(said["state"], True)
            and said["owner"] in ("", each.owner.slug)
            and said["meeting"] in ("", str(each.meeting.id))
        )

    @property
    def in_words(self) -> str:
        """What is chosen: ``past their day, owned by Police, of 15 February 2022``; empty for everything."""
        said: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        names = {name: dict(self.fields[name].choices) for name in ("owner", "meeting")}  # type: ignore[attr-defined]
        words = (
            [{OPEN: "open", OVERDUE: "past its day", SETTLED: "settled"}[said["state"]]] if said.get("state") else []
        )
        words += [f"owned by {names['owner'][said['owner']]}"] if said.get("owner") else []
        return ", ".join([*words, *([f"of {names['meeting'][said['meeting']]}"] if said.get("meeting") else [])])


# Choosing a decision in the forms of the moves that need one ------------------------------------------------------


class DecisionChoice(forms.TypedChoiceField):
    """One of the open decisions that allow a move; ``None`` where another reference is given in words."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        """Offer them by their reference, each with what it says."""
        by_id = {str(each.id): each for each in decisions}
        super().__init__(
            label="Decision on record (optional)",
            required=False,
            help_text="It gives the reference, and is settled by this.",
            choices=[("", "None of these"), *((key, choice_words(each)) for key, each in by_id.items())],
            coerce=by_id.__getitem__,
            empty_value=None,
            error_messages={"invalid_choice": "This decision does not allow it, or is settled meanwhile."},
        )


def choice_words(decision: Decision) -> str:
    """``SG 2022-02-15/1, 30 June 2022: The date may move``: what a list of decisions says of one."""
    day = f", {long_date(decision.new_due)}" if decision.new_due else ""
    return f"{decision.reference}{day}: {Truncator(decision.what).chars(80)}"


@dataclass(frozen=True)
class Offer:
    """The open decisions that one of a form's moves may follow, and the id that its address asks for."""

    decisions: Sequence[Decision] = ()
    asked: str = ""

    @property
    def chosen(self) -> Decision | None:
        """The one that the address asks for, where it may be followed here."""
        return next((each for each in self.decisions if str(each.id) == self.asked), None)

    def to(self, form: forms.Form) -> None:
        """Let a form choose one, before its reference in words; no field where there are none.

        One that was sent is refused where it is settled meanwhile, not forgotten.
        """
        if not self.decisions and not form.data.get("decision"):
            return
        form.fields["decision"] = DecisionChoice(self.decisions)
        form.initial.setdefault("decision", str(self.chosen.id) if self.chosen else "")
        reference = form.fields.get("decision_reference")
        if reference is not None:
            reference.required, reference.label = False, "Or the reference of another decision"
        names = [name for name in form.fields if name != "decision"]
        before = "decision_reference" if reference is not None else "reason"
        names.insert(names.index(before), "decision")
        form.order_fields(names)
