"""Descriptions as paragraphs and items: read from a document's broken HTML, and edited as text.

The published words are kept beside; what is made here holds no markup, so pages escape it like any
other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from activities.plan_document.grounds import format_ground, withheld_words
from activities.plan_document.phrases import squash

_WITHHELD_ITEM: Final = re.compile(r"\[withheld(?:, ground not stated| under (?P<ground>[^\[\]]+))\]")
_LOOKS_WITHHELD: Final = re.compile(rf"\\*{_WITHHELD_ITEM.pattern}")
_LOOKS_LIKE_ITEM: Final = re.compile(r"\\*- ")


class ItemJSON(TypedDict):
    """An item of a description in the plan exchange."""

    text: str | None
    ground: str | None


class ProseJSON(TypedDict):
    """A description in the plan exchange."""

    paragraphs: list[str]
    items: list[ItemJSON]


@dataclass(frozen=True)
class Item:
    """An item of a list. Its text is None where it is withheld; the ground is then the one printed.

    A text is one line without white space at its ends.
    """

    text: str | None
    ground: str | None = None

    def __post_init__(self) -> None:
        if self.text is not None:
            _refuse_untidy(self.text, "item")
            if self.ground is not None:
                raise ValueError("An item has its text or the ground it is withheld under.")
        if self.ground is not None and format_ground(self.ground) != self.ground:
            raise ValueError(f"The ground “{self.ground}” is written {format_ground(self.ground)}.")


@dataclass(frozen=True)
class Prose:
    """Paragraphs, then the items of one list; each is one line of text without markup."""

    paragraphs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()

    def __post_init__(self) -> None:
        for paragraph in self.paragraphs:
            _refuse_untidy(paragraph, "paragraph")

    @classmethod
    def from_exchange(cls, given: Mapping[str, object]) -> Prose:
        """The prose of a description in the plan exchange; ValueError where it is none."""
        paragraphs, items = given.get("paragraphs"), given.get("items")
        if not isinstance(paragraphs, list) or not isinstance(items, list):
            raise ValueError("A description has a list of paragraphs and a list of items.")
        if not all(isinstance(paragraph, str) for paragraph in paragraphs):
            raise ValueError("A paragraph is text.")
        return cls(tuple(paragraphs), tuple(_item(item) for item in items))

    def to_exchange(self) -> ProseJSON:
        """The description in the plan exchange, keys in its order."""
        return {
            "paragraphs": list(self.paragraphs),
            "items": [{"text": item.text, "ground": item.ground} for item in self.items],
        }

    def as_text(self) -> str:
        """The editable form: paragraphs apart by blank lines, items as lines beginning "- ".

        A withheld item reads "- [withheld under s 9(2)(f)(iv)]". A paragraph that itself begins
        with "- ", and an item whose own words read like a withheld one, begin with a backslash.
        """
        parts = ["\\" + paragraph if _LOOKS_LIKE_ITEM.match(paragraph) else paragraph for paragraph in self.paragraphs]
        if self.items:
            parts.append("\n".join(f"- {_item_text(item)}" for item in self.items))
        return "\n\n".join(parts)

    @classmethod
    def from_text(cls, text: str) -> Prose:
        """The prose of an editable text, whatever its line ends; undoes `as_text` exactly.

        A line that is no item and follows a line goes on with its paragraph or item.
        """
        paragraphs: list[str] = []
        items: list[Item] = []
        for block in _blocks(text):
            if block.startswith("- "):
                items.append(_read_item(block[2:].strip()))
            elif _LOOKS_LIKE_ITEM.match(block):
                paragraphs.append(block[1:])
            else:
                paragraphs.append(block)
        return cls(tuple(paragraphs), tuple(items))


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs and items of a text, each as one line, items still with their "- "."""
    lines: list[str] = []
    after_blank = True
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = squash(raw)
        # A dash of its own is a paragraph; under other lines it is an item nobody has written yet.
        empty_item = line == "-" and not after_blank
        after_blank = not line
        if lines and (not line or empty_item or line.startswith("- ")):
            yield " ".join(lines)
            lines = []
        if line and not empty_item:
            lines.append(line)
    if lines:
        yield " ".join(lines)


def _read_item(text: str) -> Item:
    withheld = _WITHHELD_ITEM.fullmatch(text)
    if withheld and withheld["ground"] is None:
        return Item(None, None)
    if withheld:
        try:
            return Item(None, format_ground(withheld["ground"]))
        except ValueError:
            return Item(text)
    if _LOOKS_WITHHELD.fullmatch(text):
        return Item(text[1:])
    return Item(text)


def _item_text(item: Item) -> str:
    if item.text is None:
        return f"[{withheld_words(item.ground)}]"
    return "\\" + item.text if _LOOKS_WITHHELD.fullmatch(item.text) else item.text


def _item(given: object) -> Item:
    if not isinstance(given, Mapping):
        raise ValueError("An item has a text and a ground.")
    text, ground = given.get("text"), given.get("ground")
    if not (text is None or isinstance(text, str)) or not (ground is None or isinstance(ground, str)):
        raise ValueError("An item's text and ground are text or null.")
    return Item(text, ground)


def _refuse_untidy(text: str, noun: str) -> None:
    if not text or text != squash(text):
        raise ValueError(f"The {noun} “{text[:60]}” is empty, or its white space is not plain.")
