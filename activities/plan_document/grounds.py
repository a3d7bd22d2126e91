"""Withheld parts of a document and the grounds printed for them.

The Official Information Act 1982 (OIA) gives the grounds in sections 6, 7, 9, 10 and 18. A ground is
written "s 9(2)(f)(iv)", whichever way the document prints it; where a part is withheld and no ground
is printed, the ground is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

GROUND_NOT_STATED: Final = "withheld, ground not stated"

_SECTIONS: Final = frozenset({"6", "7", "9", "10", "18"})

# "s.9(2)(f)(iv) OIA", "section 9(2)(a) of the Official Information Act 1982", "9(2)(a)".
_GROUND: Final = re.compile(
    r"""
    (?:\b(?:information\s)?(?:withheld|redacted)\s(?:under|pursuant\sto)\s)?
    (?<![\w/.])
    (?P<sign>(?:ss?|secs?|sections?)\.?\s{0,2})?
    (?P<section>\d{1,2})
    (?P<paragraphs>(?:\s?\(\s?(?:\d{1,2}|[a-z]{1,2}|[ivx]{1,5})\s?\)){0,6})
    (?P<act>,?\s(?:of\s)?(?:the\s)?(?:OIA|Official\sInformation\sAct(?:\s1982)?)\b)?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

# Black boxes, the bare word in capitals, and anything in square brackets (judged by what it holds).
_BOX: Final = re.compile(r"\[(?P<inside>[^\[\]]{1,200})\]|\bREDACTED\b|[\u2580-\u2593\u25a0]{2,}")

_BOX_WORDS: Final = re.compile(r"\b(?:redacted|redaction|withheld)\b", re.IGNORECASE)
_WHOLE_WORDS: Final = frozenset({"redacted", "withheld"})

# Another law's section is a mention, not a ground: "section 9(2)(a) of the Crimes Act".
_ANOTHER_LAW: Final = re.compile(r"\s+(?:of\s|(?:[A-Z(][\w)]*\s+){1,6}Act\b)")

_BETWEEN_GROUNDS: Final = re.compile(r"\s*(?:(?:,|and|&|/|,\s*and)\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Mark:
    """A withheld part: where its words stand in the text, and its ground if one is printed."""

    start: int
    end: int
    ground: str | None
    boxed: bool

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"A withheld part cannot run from {self.start} to {self.end}.")


def format_ground(text: str) -> str:
    """The ground as this product writes it: "s 9(2)(f)(iv)" for "s.9(2)(f)(iv) OIA".

    Several grounds are joined: "s 9(2)(a) and s 9(2)(g)(i)". ValueError where the text is anything
    else than grounds of the Act.
    """
    marks = list(_merged(text, _grounds(text, claimed=True)))
    if len(marks) != 1 or text[: marks[0].start].strip() or text[marks[0].end :].strip(" ."):
        raise ValueError(f"“{text[:60]}” is not a ground of the Official Information Act 1982.")
    return str(marks[0].ground)


def withheld_words(ground: str | None) -> str:
    """What a page says of a withheld part: "withheld under s 9(2)(f)(iv)"."""
    return GROUND_NOT_STATED if ground is None else f"withheld under {ground}"


def find_withheld(text: str) -> Iterator[Mark]:
    """Every withheld part of the text, first to last; a ground beside its box is one part."""
    if text.strip().casefold() in _WHOLE_WORDS:
        start = len(text) - len(text.lstrip())
        yield Mark(start, start + len(text.strip()), None, boxed=True)
        return
    boxes = list(_boxes(text))
    inside = _Cover(boxes)
    grounds = [mark for mark in _grounds(text) if not inside.covers(mark.start)]
    yield from _merged(text, sorted([*boxes, *grounds], key=lambda mark: mark.start))


def wholly_withheld(text: str) -> bool:
    """Whether nothing but withheld parts stands in the text."""
    position = 0
    for mark in find_withheld(text):
        if text[position : mark.start].strip(" ,;."):
            return False
        position = mark.end
    return position > 0 and not text[position:].strip(" ,;.\t\r\n")


def grounds_in(text: str) -> list[str | None]:
    """The grounds of the text's withheld parts, each once, in the order of the text."""
    return list(dict.fromkeys(mark.ground for mark in find_withheld(text)))


class _Cover:
    """Answers in the order of the text whether a position lies in one of some marks."""

    def __init__(self, marks: list[Mark]) -> None:
        self._marks = marks
        self._next = 0

    def covers(self, position: int) -> bool:
        while self._next < len(self._marks) and self._marks[self._next].end <= position:
            self._next += 1
        return self._next < len(self._marks) and self._marks[self._next].start <= position


def _grounds(text: str, *, claimed: bool = False) -> Iterator[Mark]:
    """The grounds printed in the text, each in its brackets where it stands in round ones.

    `claimed` says that the text is given as a ground, so that "s 18" needs no name of the Act.
    """
    for found in _GROUND.finditer(text):
        ground = _canonical(found, claimed=claimed)
        if ground is None or _ANOTHER_LAW.match(text, found.end()):
            continue
        start, end = found.start(), found.end()
        if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            start, end = start - 1, end + 1
        yield Mark(start, end, ground, boxed=False)


def _canonical(found: re.Match[str], *, claimed: bool) -> str | None:
    """The ground as it is written here, or None where the words are no ground of the Act.

    Without the Act's name only the paragraphs that are grounds are taken, so that other laws'
    sections, "9(1)" of a list and "18 OIA requests" stay text.
    """
    section = found["section"]
    if section not in _SECTIONS or not (found["paragraphs"] or found["act"] or claimed):
        return None
    paragraphs = re.findall(r"[0-9a-z]+", found["paragraphs"].lower())
    written = f"s {section}" + "".join(f"({paragraph})" for paragraph in paragraphs)
    if found["act"] or claimed:
        return written if found["sign"] or paragraphs else None
    if section == "9":
        return written if len(paragraphs) > 1 and paragraphs[0] == "2" else None
    lettered = bool(paragraphs) and paragraphs[0].isalpha()
    return written if found["sign"] and section in {"6", "18"} and lettered else None


def _boxes(text: str) -> Iterator[Mark]:
    """Boxes that stand for withheld words: "[REDACTED]", "[s 9(2)(a)]", "■■■"."""
    for found in _BOX.finditer(text):
        inside = found["inside"]
        if inside is None:
            yield Mark(found.start(), found.end(), None, boxed=True)
            continue
        grounds = list(_merged(inside, _grounds(inside)))
        if _BOX_WORDS.search(inside) or (grounds and _fills(inside, grounds)):
            yield Mark(found.start(), found.end(), _joined(grounds), boxed=True)


def _fills(inside: str, grounds: list[Mark]) -> bool:
    return not inside[: grounds[0].start].strip() and not inside[grounds[-1].end :].strip(" .")


def _merged(text: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    """The marks, with a ground and the box beside it, and grounds in a row, taken as one part."""
    group: list[Mark] = []
    for mark in marks:
        if group and not _belongs(text, group, mark):
            yield _one(group)
            group = []
        group.append(mark)
    if group:
        yield _one(group)


def _belongs(text: str, group: list[Mark], mark: Mark) -> bool:
    """Whether the mark says more about the part that the group marks."""
    last = group[-1]
    between = text[last.end : mark.start]
    if last.boxed or mark.boxed:
        pair = len(group) == 1 and last.boxed != mark.boxed
        return pair and not between.strip() and (last.ground is None or mark.ground is None)
    return _BETWEEN_GROUNDS.fullmatch(between) is not None


def _one(group: list[Mark]) -> Mark:
    boxed = any(mark.boxed for mark in group)
    return Mark(group[0].start, group[-1].end, _joined(group), boxed=boxed)


def _joined(marks: list[Mark]) -> str | None:
    """The grounds of the marks in words, each once: "s 9(2)(a) and s 9(2)(g)(i)"."""
    grounds = list(dict.fromkeys(mark.ground for mark in marks if mark.ground))
    if len(grounds) < 2:
        return grounds[0] if grounds else None
    return " and ".join([", ".join(grounds[:-1]), grounds[-1]])
