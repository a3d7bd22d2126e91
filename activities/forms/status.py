"""The form of a status update: what somebody says of an activity or a part, into a ``Statement``.

Which fields a status needs comes from ``workflow.needs``; nothing is decided here. Without JavaScript every field
is in sight, in groups; with it, those that the chosen status needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import URLValidator

from activities.due_states import in_words, lateness
from activities.forms.decisions import Offer
from activities.statuses import MEANINGS, DeliveryStatus, Need
from activities.workflow import Situation, Statement, choices, needs
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.forms import RegisterForm

LONG, LINE, LINK = 10_000, 500, 500
"""The most characters of a text, of a line and of a link."""

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""Days outside are typing mistakes."""

NOT_TYPED = ("stamp", "once", "seen", "status", "forecast_of", "corrects", "decision")
"""Fields that are chosen or carried along: they do not stand beside another's words."""

NO_OFFER = Offer()

FIELDS_OF: dict[Need, tuple[str, ...]] = {
    **{need: (need.value,) for need in Need},
    Need.FORECAST: ("forecast", "forecast_of", "cannot_forecast"),
    Need.ASK: ("ask", "no_ask"),
    Need.EVIDENCE: ("evidence_link", "held_at"),
    Need.DECISION: ("decision", "decision_reference"),
}
"""The fields that answer a need."""

ALWAYS = ("what_was_done", "next_steps")
"""Fields that are in sight whatever the status."""

PREFILLED = (
    "path_to_green",
    "forecast",
    "forecast_of",
    "cannot_forecast",
    "ask",
    "no_ask",
    "decision_reference",
    "review_date",
)
"""What is taken over from the last report: it usually still holds, and is changed where it does not."""

FROM_THE_LAST = (*PREFILLED, "corrects")
"""Fields whose value says nothing without the last report; empty ones say the same whatever it was."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Since the last report", ("what_changed", "explanation")),
    ("The reason, and the way back", ("reason", "path_to_green")),
    ("Forecast, and what you ask for", ("forecast", "forecast_of", "cannot_forecast", "ask", "no_ask")),
    ("The decision", ("what_became", "decision", "decision_reference", "review_date")),
    ("What was completed", ("completed_on", "statement", "evidence_link", "held_at")),
)
"""The fields that only some statuses need, in the order of the form."""

_MORE: dict[Need, str] = {
    Need.REASON: "the reason of the correction",
    Need.WHAT_CHANGED: "what has changed",
    Need.EXPLANATION: "why, while a milestone is overdue",
    Need.DECISION: "the reference of the decision",
}
"""What a situation asks for beyond the status itself."""


class WordsField(forms.CharField):
    """A text of several lines, with the line ends of the register whatever a browser sends."""

    def __init__(self, label: str, *, help_text: str = "", rows: int = 3) -> None:
        """Optional here: what a status needs, the use case asks for."""
        widget = forms.Textarea({"rows": rows})
        super().__init__(label=label, help_text=help_text, required=False, max_length=LONG, widget=widget)

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class DayField(forms.DateField):
    """A day of this century, typed day first."""

    default_error_messages = {"invalid": "Write a day such as 31/12/2021."}

    def __init__(self, label: str, *, help_text: str = "") -> None:
        """Optional here: what a status needs, the use case asks for."""
        super().__init__(label=label, help_text=help_text, required=False)

    def validate(self, value: Any) -> None:
        """Refuse what can only be a typing mistake."""
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(f"Write a year from {EARLIEST.year} to {LATEST.year}.")


class LinkField(forms.URLField):
    """An address that a browser opens as a page, and nothing else."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class StatusField(forms.ChoiceField):
    """Any of the seven statuses: whether it may be chosen is the use case's to say, with its reason."""

    def valid_value(self, value: Any) -> bool:
        """Whether there is such a status."""
        return value in DeliveryStatus.values


@dataclass(frozen=True)
class StatusChoice:
    """One choice as the form draws it: the definition, and what the situation needs with it.

    ``needs`` are names of fields; ``against`` are sentences that speak against the choice.
    """

    meaning: str
    needed: str
    needs: tuple[str, ...]
    against: tuple[str, ...] = ()

    @classmethod
    def of(cls, status: DeliveryStatus, situation: Situation) -> StatusChoice:
        """A status in a situation."""
        own, wanted = MEANINGS[status].needs, needs(status, situation)
        more = [_MORE[need] for need in wanted if need not in own]
        alone = [] if more and not own else [MEANINGS[status].needed.rstrip(".")]
        needed = "; ".join([*alone, *more]) + "."
        fields = [name for need in wanted for name in FIELDS_OF[need] if name not in ALWAYS]
        return cls(MEANINGS[status].meaning, needed, tuple(fields))


@dataclass(frozen=True)
class Group:
    """Fields that belong together, and the statuses that ask for them, in words."""

    legend: str
    asked_for: str
    fields: list[Any]


def delivery_field(milestone: Any) -> str:
    """The name of the field with the day on which a milestone was delivered or begun."""
    return f"delivered_{milestone.id}"


def milestone_label(milestone: Any, on: date) -> str:
    """``Strategy endorsed, due 31 December 2021, 46 days overdue``."""
    if milestone.agreed_due is None:
        return f"{milestone.full_name}, no date"
    verb = "to begin by" if milestone.is_start else "due"
    late = lateness(milestone.agreed_due, on)
    state = f", {in_words('overdue', late, is_start=milestone.is_start)}" if late else ""
    return f"{milestone.full_name}, {verb} {long_date(milestone.agreed_due)}{state}"


def report_label(update: Any) -> str:
    """``17 December 2021, Ministry of Justice lead: On track``."""
    return f"{long_date(update.said_on)}, {update.person_name}: {update.after.label}"


class StatusForm(RegisterForm):
    """What is reported: ``said``, ``deliveries`` and ``forecast_milestone`` give it to the use case.

    ``seen`` is how many reports there were when the form was made: what came after it is another person's.
    """

    error_heading = "Nothing has been saved yet"

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    status = StatusField(
        label="Delivery status",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a status.", "invalid_choice": "There is no such status."},
    )
    what_changed = WordsField("What has changed since the last report")
    explanation = WordsField("Why it is on track all the same")
    reason = WordsField("Reason", help_text="Name the risk or the cause, in words for the Steering Group.")
    path_to_green = WordsField("Path to green", help_text="What brings it back on track, by whom and by when.")
    forecast = DayField("Forecast")
    forecast_of = forms.ChoiceField(label="The forecast is for", required=False)
    cannot_forecast = forms.BooleanField(label="No date can be forecast", required=False)
    ask = WordsField("Ask of the Steering Group", help_text="What it should decide or do.")
    no_ask = forms.BooleanField(label="There is no ask", required=False)
    decision_reference = forms.CharField(
        label="Decision reference",
        required=False,
        max_length=LINE,
        help_text="Where the decision is recorded, such as “Steering Group, 14 February 2022, item 3”.",
    )
    review_date = DayField("The pause is reviewed on")
    completed_on = DayField("Completed on")
    statement = WordsField("What was delivered")
    evidence_link = LinkField(
        label="Link to the evidence",
        required=False,
        max_length=LINK,
        assume_scheme="https",
        widget=forms.URLInput({"inputmode": "url", "autocomplete": "off"}),
        error_messages={"invalid": "Write a whole address, such as https://www.example.govt.nz/report."},
    )
    held_at = forms.CharField(label="or evidence held at", required=False, max_length=LINE)
    what_became = WordsField("What became of it", help_text="Withdrawn, merged, superseded or carried to a later plan.")
    what_was_done = WordsField("What was done")
    next_steps = WordsField("Next steps (optional)", rows=2)
    corrects = forms.TypedChoiceField(
        label="Corrects an earlier report (optional)",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="Where that report was mistaken. It stays on record as it was; this one refers to it.",
    )

    def __init__(
        self,
        *args: Any,
        situation: Situation,
        milestones: Iterable[Any] = (),
        reports_milestones: bool = True,
        last: Any = None,
        earlier: Callable[[], Iterable[Any]] = tuple,
        offer: Offer = NO_OFFER,
        **kwargs: Any,
    ) -> None:
        """Offer what may be said in the situation; ``milestones`` are the open ones, ``last`` the last report.

        ``earlier`` gives the reports that can be corrected, ``offer`` the decisions that may be followed.
        """
        initial = {"status": situation.status.value, **_taken_over(last), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        offer.to(self)
        self.situation = situation
        self.milestones = list(milestones)
        offered = {each: StatusChoice.of(each, situation) for each in choices(situation)}
        self.fields["status"].choices = [(each.value, choice) for each, choice in offered.items()]  # type: ignore[attr-defined]
        self._leave_out({name for choice in offered.values() for name in choice.needs})
        self._offer_forecasts()
        self._offer_corrections(last, earlier)
        self.reported = self.milestones if reports_milestones else []
        for milestone in self.reported:
            verb = "Begun" if milestone.is_start else "Delivered"
            self.fields[delivery_field(milestone)] = DayField(f"{verb}: {milestone_label(milestone, situation.on)}")

    def _leave_out(self, asked: set[str]) -> None:
        """Leave out what no status asks for here, unless something was typed into it."""
        for name in {name for names in FIELDS_OF.values() for name in names} - asked - set(ALWAYS):
            if not self.data.get(name):
                self.fields.pop(name, None)

    def _offer_forecasts(self) -> None:
        if "forecast_of" not in self.fields:
            return
        field: Any = self.fields["forecast_of"]
        named = [(str(each.id), milestone_label(each, self.situation.on)) for each in self.milestones]
        if len(named) < 2 and not self.data.get("forecast_of"):
            del self.fields["forecast_of"]
        else:
            field.choices = [("", "The most pressing milestone"), *named]

    def _offer_corrections(self, last: Any, earlier: Callable[[], Iterable[Any]]) -> None:
        """Offer the earlier reports, which are looked up where they are shown, or where one was chosen."""
        field: Any = self.fields["corrects"]
        if last is None:
            del self.fields["corrects"]
            return

        def offered() -> list[tuple[Any, str]]:
            return [
                ("", "None: it tells what is new"),
                *((each.number, report_label(each)) for each in earlier()),
            ]

        field.choices = offered

    @property
    def groups(self) -> list[Group]:
        """The fields that only some statuses need; what is left out has no group."""
        offered = dict(self.fields["status"].choices)  # type: ignore[attr-defined]
        found = []
        for legend, names in GROUPS:
            asking = [status for status, choice in offered.items() if set(names) & set(choice.needs)]
            fields = [self[name] for name in names if name in self.fields]
            found.append(Group(legend, ", ".join(str(DeliveryStatus(status).label) for status in asking), fields))
        return [group for group in found if group.fields]

    @property
    def delivery_fields(self) -> list[Any]:
        """The bound fields of the milestones that can be reported."""
        return [self[delivery_field(milestone)] for milestone in self.reported]

    @property
    def typed(self) -> dict[str, str]:
        """Every text and date as typed, by name: what stands beside another's version."""
        names = [name for name in self.fields if name not in NOT_TYPED]
        return {name: in_form(self[name].value()) for name in names}

    def found(self, sent: StatusForm) -> StatusForm:
        """Take over what was found in the same form as it was sent, which offered less."""
        self._errors, self.cleaned_data = sent.errors, sent.cleaned_data
        return self

    def said(self) -> Statement:
        """The statement; what was taken over counts only where the status needs it, or where it was changed."""
        data: dict[str, Any] = dict(self.cleaned_data)
        status = DeliveryStatus(data["status"])
        needed = {name for need in needs(status, self.situation) for name in FIELDS_OF[need]}
        for name in PREFILLED:
            if name in self.fields and name not in needed and name not in self.changed_data:
                data[name] = self.fields[name].clean("") if name != "forecast_of" else ""
        data.pop("forecast_of", None)
        names = data.keys() & Statement.__dataclass_fields__.keys() - {"status"}
        return Statement(status=status, **{name: data[name] for name in names})

    def deliveries(self) -> dict[int, date]:
        """The milestones reported, with their days."""
        days = {each.id: self.cleaned_data.get(delivery_field(each)) for each in self.reported}
        return {key: day for key, day in days.items() if day is not None}

    def forecast_milestone(self) -> int | None:
        """The milestone that the forecast is for; None for the most pressing one."""
        chosen = self.cleaned_data.get("forecast_of")
        return int(chosen) if chosen else None


def in_form(value: Any) -> str:
    """A value as it is typed into the form: ``31/12/2021``, ``yes``; empty where there is none."""
    if value in (None, False, ""):
        return ""
    if value is True:
        return "yes"
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value).replace("\r\n", "\n").strip()


def _taken_over(last: Any) -> Mapping[str, Any]:
    """What the last report said that usually still holds."""
    if last is None:
        return {}
    taken = {name: getattr(last, name) for name in PREFILLED if name != "forecast_of"}
    return {**taken, "forecast_of": str(last.forecast_of_id or "")}
