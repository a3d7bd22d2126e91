"""Reading the cells that name things: activities with their numbers, focus and priority areas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from activities.plan_document.grounds import grounds_in, wholly_withheld
from activities.plan_document.phrases import Unread, squash
from activities.plan_document.table import NotAPlan, Row

# "7. Title", "12) Title", "2.3 Title", "Activity 7: Title". A number alone before words is text:
# "2022 review", "5 Eyes".
_NUMBERED: Final = re.compile(
    r"(?:(?:activity|action)\s)?(?P<number>[1-9]\d{0,3}(?:\.\d{1,4}){0,4})"
    r"(?P<sign>\s?[.):]|(?=\s))(?:\s(?P<title>.+))?",
    re.IGNORECASE,
)
_OTHER_NUMBER: Final = re.compile(r"(?:[A-Z]{1,2}[.-]?\d+[a-z]?|\d+[A-Za-z]|\d+(?:\.\d+)*)[.):]\s")

_CODE: Final = re.compile(r"(?P<code>[^:\u2013\u2014]+?)(?::|\s[\u2013\u2014-])\s(?P<title>.+)")
_CONTINUED: Final = re.compile(
    r"\s?[\u2013\u2014,-]?\s?[(\[]?\s?\bcont(?:inue[ds]|in|[’']?d)?\b\.?\s?[)\]]?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Title:
    """What an activity cell says; the title is None where it is withheld."""

    number: int | str | None
    title: str | None
    withheld: tuple[str | None, ...]
    unread: tuple[Unread, ...]


def read_title(cell: str, taken: dict[int | str, int]) -> Title:
    """The number and the title of an activity cell.

    `taken` gives the lines of the numbers used above; a number used again is left in the title, so
    that no two activities go by one number.
    """
    words = squash(cell)
    numbered = _NUMBERED.fullmatch(words)
    if numbered is None or not (numbered["sign"] or "." in numbered["number"]):
        unread = _odd_number(words)
        return _title(None, words, unread)
    number = _number(numbered["number"])
    if number in taken:
        why = f"line {taken[number]} has this number already; it is kept in the title"
        return _title(None, words, (Unread(numbered["number"], why),))
    if not numbered["title"]:
        return _title(number, words, (Unread(words, "an activity without a title"),))
    return _title(number, numbered["title"], ())


def _title(number: int | str | None, words: str, unread: tuple[Unread, ...]) -> Title:
    title = None if wholly_withheld(words) else words
    return Title(number, title, tuple(grounds_in(words)), unread)


def _number(printed: str) -> int | str:
    return printed if "." in printed else int(printed)


def _odd_number(words: str) -> tuple[Unread, ...]:
    """A report of what looks like a number of another kind: "A1.", "7b)"."""
    odd = _OTHER_NUMBER.match(words)
    why = "a number of no kind known; it is kept in the title"
    return (Unread(odd[0].strip(), why),) if odd else ()


@dataclass(frozen=True)
class FocusArea:
    """A focus area: its code and title, the same words where the document gives no code."""

    code: str
    title: str


@dataclass
class Areas:
    """The areas named so far, and those of the row before: a blank cell means "as above"."""

    focus_areas: list[FocusArea] = field(default_factory=list)
    priority_areas: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[int, str | None, Unread]] = field(default_factory=list)
    _by_code: dict[str, FocusArea] = field(default_factory=dict)
    _by_title: dict[tuple[str, str], str] = field(default_factory=dict)
    _focus: FocusArea | None = None
    _priority: str | None = None

    def take(self, row: Row) -> None:
        """Go to the areas that the row names."""
        focus, priority = squash(row.cells["focus_area"]), squash(row.cells["priority_area"])
        if focus:
            self._go_to_focus(row, focus)
        if priority:
            if self._focus is None:
                raise NotAPlan(row.line.number, "expected a focus area in the first cell, or above it.")
            self._go_to_priority(row, self._focus.code, priority)

    def current(self, row: Row) -> tuple[str, str]:
        """The code of the focus area and the title of the priority area the row stands in."""
        if self._focus is None:
            raise NotAPlan(row.line.number, "expected a focus area in the first cell, or above it.")
        if self._priority is None:
            where = f"expected a priority area in the second cell, or above it in {self._focus.code}."
            raise NotAPlan(row.line.number, where)
        return self._focus.code, self._priority

    def _go_to_focus(self, row: Row, words: str) -> None:
        code, title, continued = _split_focus(words)
        known = self._by_code.get(code.casefold())
        if known is None:
            self._begin(row, "focus_area", words, continued=continued)
            known = FocusArea(code, title or code)
            self._by_code[code.casefold()] = known
            self.focus_areas.append(known)
        elif title and title.casefold() != known.title.casefold():
            why = f"{known.code} is called “{known.title}” above; it is taken as the same"
            self.unread.append((row.line.number, "focus_area", Unread(words, why)))
        if known != self._focus:
            self._focus, self._priority = known, None

    def _go_to_priority(self, row: Row, code: str, words: str) -> None:
        title = _CONTINUED.sub("", words) or words
        key = (code, title.casefold())
        if key not in self._by_title:
            self._begin(row, "priority_area", words, continued=title != words)
            self._by_title[key] = title
            self.priority_areas.append((code, title))
        self._priority = self._by_title[key]

    def _begin(self, row: Row, column: str, words: str, *, continued: bool) -> None:
        """Report what is doubtful about an area that is named for the first time."""
        why = None
        if continued:
            why = "it says that it continues an area, and none of that name has begun"
        elif grounds_in(words):
            why = "the name of an area is withheld; it is kept as printed"
        elif not row.filled("activity"):
            why = "an area named in a row of its own; the rows below stand in it"
        if why:
            self.unread.append((row.line.number, column, Unread(words, why)))


def _split_focus(words: str) -> tuple[str, str, bool]:
    """Code, title (empty where none is printed), and whether the words say "continued"."""
    plain = _CONTINUED.sub("", words) or words
    parted = _CODE.fullmatch(plain)
    if parted is None:
        return plain, "", plain != words
    code = _CONTINUED.sub("", parted["code"]) or parted["code"]
    return code, parted["title"], plain != words or code != parted["code"]
