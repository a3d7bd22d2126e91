"""The Secretariat's answer to a return: accepted, sent back with what is wanted, or corrected with a reason."""

from __future__ import annotations

from typing import Any

from django import forms

from activities.forms.returns import ReturnForm
from activities.forms.status import WordsField
from tnoc_tracker.record.forms import STALE, RegisterForm, new_once_key

ACCEPT, SEND_BACK = "accept", "send_back"

CANNOT = "It cannot be accepted as it was filed. Nothing has been saved: send it back, or correct it"


class ReviewForm(RegisterForm):
    """An answer: ``verdict`` comes from the button that was pressed.

    ``last`` is the number of the newest report on the same that the page showed, ``seen`` the number of the filing;
    ``queue`` says that the button stood in the queue, and that the way leads back there.
    """

    verdict = forms.ChoiceField(
        choices=[(ACCEPT, "Accept"), (SEND_BACK, "Send back")],
        widget=forms.HiddenInput,
        error_messages={"required": "Say whether you accept it or send it back."},
    )
    last = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages={"required": STALE})
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput, error_messages={"required": STALE})
    queue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    answer = WordsField("Your word")

    def __init__(self, *args: Any, who: str = "", **kwargs: Any) -> None:
        """``who`` is the body that reads the word."""
        super().__init__(*args, **kwargs)
        reads = f": {who} reads it" if who else ""
        self.fields["answer"].help_text = f"To send it back, say what is wanted{reads}. To accept it, optional."

    @property
    def accepts(self) -> bool:
        """Whether the answer is an acceptance."""
        return bool(self.data.get("verdict") == ACCEPT)

    @property
    def verdict_label(self) -> str:
        """The words on the button that was pressed."""
        return {ACCEPT: "Accept", SEND_BACK: "Send back"}[self.cleaned_data["verdict"]]

    @property
    def error_heading(self) -> str:
        """What errors come to: a filing that can no longer be accepted, or an answer that is not complete."""
        return CANNOT if self.is_bound and self.accepts else "Nothing has been sent back yet"

    def renew_for(self, stamp: int, *, last: int, seen: int) -> None:
        """Let it be sent again on top of what is there now, with the word kept."""
        self.renew(stamp)
        typed: Any = self.data
        typed["last"], typed["seen"] = str(last), str(seen)


class CorrectionForm(ReturnForm):
    """What the Secretariat files instead: the form of a return, with what was filed in it, and why it is corrected."""

    error_heading = "Nothing has been corrected yet"

    last = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages={"required": STALE})
    corrected_why = WordsField(
        "Why you correct it", help_text="It stands beside what was filed, which stays on record."
    )

    def __init__(self, *args: Any, last_number: int | None = None, **kwargs: Any) -> None:
        """As a return, on top of the report numbered ``last_number``."""
        super().__init__(*args, **kwargs)
        self.initial["last"] = last_number  # what is taken up again leaves nothing in the other fields

    def renew_on(self, stamp: int, *, last: int, seen: int) -> None:
        """Let it be sent again on top of what is there now, with everything typed kept."""
        self.renew_for(stamp, seen=seen)
        typed: Any = self.data
        typed["last"] = str(last)


class UnchangedForm(forms.Form):
    """Accepting everything that confirms no change: ``seen`` are the returns in sight, each with its stamp."""

    once = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    seen = forms.RegexField(
        r"^(\d{1,18}:\d{1,18}( |$))+$", max_length=20_000, widget=forms.HiddenInput, error_messages={"required": STALE}
    )

    @classmethod
    def of(cls, stamps: dict[int, int]) -> UnchangedForm:
        """A fresh form for these returns."""
        told = " ".join(f"{ret_id}:{stamp}" for ret_id, stamp in stamps.items())
        return cls(initial={"once": new_once_key(), "seen": told}, auto_id=False)

    @property
    def stamps(self) -> dict[int, int]:
        """The stamp of each return that was in sight."""
        pairs = (each.split(":") for each in self.cleaned_data["seen"].split())
        return {int(ret_id): int(stamp) for ret_id, stamp in pairs}
