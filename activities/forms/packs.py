"""The form of a pack that is being prepared: its summary, and from the second version on why another is made."""

from __future__ import annotations

from typing import Any

from activities.forms.editing import words_field
from tnoc_tracker.record.forms import RegisterForm


class SummaryForm(RegisterForm):
    """The summary is kept as a draft, or frozen with the pack: ``freezes`` says which button was pressed.

    A draft may be empty; what freezing asks for, the use case refuses without.
    """

    FREEZE = "freeze"

    summary = words_field(
        "Summary (one paragraph)",
        "Write the summary: one paragraph for the group.",
        help_text="It stands under the headline numbers. Everybody reads it once the pack is frozen.",
        rows=6,
        required=False,
    )
    corrected_why = words_field(
        "Why another version is made",
        "Say why another version is made.",
        help_text="It stands on the cover of the new version. The version before stays beside it.",
        rows=2,
        required=False,
    )

    error_heading = "Nothing is saved yet"

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        """``number`` is that of the version that would be frozen; the first one corrects nothing."""
        super().__init__(*args, **kwargs)
        if number == 1:
            del self.fields["corrected_why"]

    @property
    def freezes(self) -> bool:
        """Whether the pack is to be frozen, and not only its summary to be kept."""
        return bool(self.data.get("act") == self.FREEZE)
