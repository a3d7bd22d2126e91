"""What makes a long password easy to guess: lists of common passwords hold few of 16 characters."""

from __future__ import annotations

import re
from itertools import pairwise

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from agencies.models import Person

LONGEST_UNIT = 10
"""A password that only repeats so many characters is as weak as those."""

LEAST_BESIDE_NAMES = 8
"""So many letters and digits of a password must be something else than its owner's names."""


class NotGuessable:
    """Refuses runs such as ``abcdef…``, and a common password or one's own name that was only repeated or padded."""

    def __init__(self) -> None:
        """Read Django's list of common passwords."""
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ``ValidationError`` for a password that a guessing program tries early."""
        text = re.sub(r"\s", "", password.casefold())
        core = from_letter_to_letter(text)
        repeats = period(text) < min(LONGEST_UNIT + 1, len(text))
        if core in self.common or repeats or is_run(text):
            raise ValidationError("This password is easy to guess: it repeats itself, or pads a common one.")
        if user is not None and len(beside_names(password, user)) < LEAST_BESIDE_NAMES:
            raise ValidationError("This password is easy to guess: it is little more than your own name.")

    def get_help_text(self) -> str:
        """The rule in words."""
        return (
            "It must not repeat itself, be a run of letters or digits, be a common password with digits added, "
            "or be little more than your name."
        )


def beside_names(password: str, person: Person) -> str:
    """The letters and digits of a password without the words of its owner's name, user name and e-mail address."""
    names = set(re.findall(r"\w{3,}", f"{person.name} {person.username} {person.email}".casefold()))
    left = password.casefold()
    for name in sorted(names, key=lambda each: (-len(each), each)):
        left = left.replace(name, "")
    return re.sub(r"[\W_]", "", left)


def from_letter_to_letter(text: str) -> str:
    """A text without what is no letter at its beginning and end; in one pass, however long it is."""
    found = re.search(r"[^\W\d_](?:.*[^\W\d_])?", text, re.DOTALL)
    return found[0] if found else ""


def period(text: str) -> int:
    """The length of the shortest beginning that, repeated, makes the text: 8 for ``passwordpassword``."""
    return next((n for n in range(1, len(text)) if text[n:] == text[:-n]), len(text))


def is_run(text: str) -> bool:
    """Whether most characters follow the one before in the alphabet or on the number row, or go backwards."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return bool(steps) and max(steps.count(1), steps.count(-1)) >= 0.8 * len(steps)
