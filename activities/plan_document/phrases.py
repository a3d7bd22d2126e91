"""What the readers of single cells share: plain white space, sentences, and what was not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from activities.plan_document.grounds import Mark, find_withheld

FIRST_MASK: Final = 0xF0000
"""Masks are characters of a private-use plane that no published text uses; `table` refuses them."""

LAST_MASK: Final = 0xF1FFF

MASK: Final = f"[{chr(FIRST_MASK)}-{chr(LAST_MASK)}]"
"""A regular expression for one masked (withheld) part."""

MOST_CLAUSES: Final = 40
MOST_CHARACTERS: Final = 4_000
"""A cell of more than these is no resourcing or timeframe: it is kept and reported as a whole."""

# A full stop after these ends no sentence.
_ABBREVIATIONS: Final = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "etc",
        "inc",
        "ltd",
        "co",
        "no",
        "nos",
        "dr",
        "mr",
        "mrs",
        "ms",
        "st",
        "vs",
        "cf",
        "para",
        "paras",
        "s",
        "ss",
        "sec",
        "art",
        "cl",
        "dept",
        "govt",
        "approx",
        "incl",
        "excl",
        "ref",
        "vol",
        "pt",
    ]
)

_SENTENCE_END: Final = re.compile(r"[.!?][\"”’)\]]?\s+")
_LAST_WORD: Final = re.compile(r"[\w.]*$")
_BREAKS: Final = re.compile(r"</?(?:br|p|li|ul|ol|div)(?:[\s/][^<>]*)?>", re.IGNORECASE)


@dataclass(frozen=True)
class Unread:
    """Words of the document that could not be typed, and why; they are kept as printed."""

    text: str
    why: str


@dataclass(frozen=True)
class Masked:
    """A text in which each withheld part is one private character, so that no rule reads into it."""

    text: str
    marks: tuple[Mark, ...]
    original: str

    @classmethod
    def of(cls, text: str) -> Masked:
        """The text with its withheld parts masked, in one pass."""
        marks = tuple(find_withheld(text))
        pieces, position = [], 0
        for index, mark in enumerate(marks):
            pieces += [text[position : mark.start], chr(FIRST_MASK + index)]
            position = mark.end
        return cls("".join([*pieces, text[position:]]), marks, text)

    def mark(self, character: str) -> Mark:
        """The withheld part that the character stands for."""
        return self.marks[ord(character) - FIRST_MASK]

    @property
    def grounds(self) -> tuple[str | None, ...]:
        """The grounds of the withheld parts, each once, in the order of the text."""
        return tuple(dict.fromkeys(mark.ground for mark in self.marks))

    def restore(self, piece: str) -> str:
        """A piece of the masked text, as printed."""
        return re.sub(MASK, lambda found: self.printed(found[0]), piece)

    def printed(self, character: str) -> str:
        """The words that stand for the withheld part: "s.9(2)(f)(iv) OIA", "[REDACTED]"."""
        mark = self.mark(character)
        return squash(self.original[mark.start : mark.end])


def squash(text: str) -> str:
    """The text with every run of white space as one space and none at its ends."""
    return " ".join(text.split())


def is_mask(text: str) -> bool:
    """Whether the text is exactly one masked part."""
    return len(text) == 1 and FIRST_MASK <= ord(text) <= LAST_MASK


def sentences(text: str) -> list[str]:
    """The sentences of a (possibly masked) text; abbreviations and initials end none.

    A sentence begins with a capital letter or with a withheld part.
    """
    found, begun = [], 0
    for end in _SENTENCE_END.finditer(text):
        if _begins_sentence(text, end.end()) and not _abbreviated(text, end.start()):
            found.append(text[begun : end.end()].strip())
            begun = end.end()
    found.append(text[begun:].strip())
    return [sentence for sentence in found if sentence]


def clauses(masked: Masked) -> list[str]:
    """The clauses of a cell: what semicolons, sentence ends and line breaks part.

    White space is squashed, and the full stop at a clause's end is left out. ValueError says why a
    cell is too much to be read.
    """
    if len(masked.text) > MOST_CHARACTERS:
        raise ValueError(f"more than {MOST_CHARACTERS} characters in one cell")
    found = list(_clauses(masked.text))
    if len(found) > MOST_CLAUSES:
        raise ValueError(f"more than {MOST_CLAUSES} clauses in one cell")
    return found


def _clauses(text: str) -> Iterator[str]:
    for part in _BREAKS.sub(";", text).split(";"):
        for sentence in sentences(squash(part)):
            clause = sentence.rstrip(". ")
            if clause:
                yield clause


def _begins_sentence(text: str, position: int) -> bool:
    rest = text[position : position + 2].lstrip("\"“‘'([")
    return bool(rest) and (rest[0].isupper() or is_mask(rest[0]))


def _abbreviated(text: str, stop: int) -> bool:
    """Whether the full stop at this position belongs to an abbreviation or an initial."""
    if text[stop] != ".":
        return False
    found = _LAST_WORD.search(text[max(0, stop - 12) : stop])
    word = found[0] if found else ""
    return word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())
