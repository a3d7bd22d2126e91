"""What somebody types into the search box, as words to look for; nothing that can be typed is refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tnoc_tracker.record.text import fold

LONGEST = 200
"""So many characters of what was typed are looked for; the page says so where it was more."""

_QUOTES = re.compile("[\"'`´‘’‚‛“”„«»‹›]")
_OF_AN_ACTIVITY = re.compile(r"^(activity|row|no\.?|#)[ -]*(?=\S)")


@dataclass(frozen=True)
class Question:
    """``words`` are folded, each once, none within another, the longest first; ``typed`` is shown again."""

    typed: str
    words: tuple[str, ...] = ()
    is_cut: bool = False

    @classmethod
    def of(cls, text: str) -> Question:
        """What was typed. Characters that nobody sees count as spaces, and quotation marks as well."""
        seen = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in text[: LONGEST * 50])
        typed = " ".join(seen.split())
        asked = typed[:LONGEST].strip()
        words = sorted(set(fold(_QUOTES.sub(" ", asked)).split()), key=lambda word: (-len(word), word))
        apart = [word for place, word in enumerate(words) if not any(word in longer for longer in words[:place])]
        return cls(asked, tuple(apart), is_cut=len(typed) > LONGEST)

    def names(self, key: str, number: str) -> bool:
        """Whether it is an activity's number or key: ``12``, ``activity 12``, ``row 21``."""
        asked = fold(self.typed)
        bare = _OF_AN_ACTIVITY.sub("", asked)
        meant = {asked, f"row-{bare}"} if asked.startswith("row") else {asked, bare}
        return bool(meant & {fold(key), fold(number)} - {""})
