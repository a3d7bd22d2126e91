"""Reading a description cell: broken HTML, bullets or plain words, into paragraphs and items.

A list without item tags is read by its first letter: items that begin with a capital are sentences
(activity 6 of the Action Plan 2021/22, where semicolons part no items), others are clauses ended by
semicolons (activity 8). A withheld part that stands where an item would begin is an item.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Final

from activities.plan_document.grounds import find_withheld, grounds_in, wholly_withheld
from activities.plan_document.phrases import Masked, Unread, is_mask, sentences, squash
from activities.plan_document.prose import Item, Prose

_TAG: Final = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<rest>(?:[\s/][^<>]*)?)>", re.I)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)

MOST_TAGS: Final = 400
"""A cell of more tags than this is no description of a plan."""

_BLOCKS: Final = frozenset(["p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote"])
_LISTS: Final = frozenset(("ul", "ol"))
_INLINE: Final = frozenset(["b", "i", "u", "em", "strong", "span", "sup", "sub", "small", "font", "mark", "abbr", "a"])

# Bullets typed into plain text; the last is the one Word's symbol font leaves behind.
_BULLET: Final = re.compile(r"(?:^|(?<=\s))[•‣▪◦●\uf0b7]\s*")

_SEMICOLON: Final = re.compile(r";\s*(?:and\s+|or\s+)?", re.IGNORECASE)
_ITEM_END: Final = re.compile(r"(?:;| ;)(?: and| or)? ?$", re.IGNORECASE)
_SEMICOLON_CAPITAL: Final = re.compile(r";\s*(?:and\s+|or\s+)?(?=[^\W\d_a-zāēīōū])")


@dataclass(frozen=True)
class Description:
    """What a description cell says. The prose is None where the whole cell is withheld."""

    prose: Prose | None
    withheld: tuple[str | None, ...]
    unread: tuple[Unread, ...]


def read_description(cell: str) -> Description:
    """The description a cell holds; whatever its markup, no words are lost."""
    if wholly_withheld(cell):
        return Description(None, tuple(grounds_in(cell)), ())
    tags = list(_TAG.finditer(cell))
    if len(tags) > MOST_TAGS:
        prose = Prose((squash(cell),))
        unread = Unread(squash(cell), f"more than {MOST_TAGS} tags in one cell; it is kept as one paragraph")
        return Description(prose, _withheld(prose), (unread,))
    reader = _Reader()
    position = 0
    for tag in tags:
        reader.words(cell[position : tag.start()])
        reader.tag(tag)
        position = tag.end()
    reader.words(cell[position:])
    reader.flush()
    prose = Prose(tuple(reader.paragraphs), tuple(reader.items))
    withheld = _withheld(prose)
    whole = bool(withheld) and not prose.items and all(map(wholly_withheld, prose.paragraphs))
    return Description(None if whole else prose, withheld, tuple(reader.unread))


@dataclass
class _Reader:
    """Takes words and tags in order; `flush` closes the paragraph or item that is open."""

    paragraphs: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _depth: int = 0
    _in_item: bool = False

    def words(self, text: str) -> None:
        self._open.append(text)

    def tag(self, tag: re.Match[str]) -> None:
        name, closes = tag["name"].lower(), bool(tag["close"])
        if name in _LISTS:
            self._list(tag[0], closes=closes)
        elif name == "li":
            self.flush()
            self._in_item = not closes
        elif name in _BLOCKS:
            self._block()
        elif name not in _INLINE:
            self.words(tag[0])
            self.unread.append(Unread(tag[0], "this tag is not known; it is kept as printed"))
        elif name == "a" and "href" in tag["rest"].lower():
            self.unread.append(Unread(tag[0], "the address of a link is not kept in the words"))

    def flush(self) -> None:
        text = squash(_ENTITY.sub(lambda found: html.unescape(found[0]), "".join(self._open)))
        self._open = []
        if not text:
            return
        if self._in_item:
            self.items.append(_item(text))
        elif self._depth:
            self.items.extend(_items(text))
        else:
            self._paragraph(text)

    def _list(self, printed: str, *, closes: bool) -> None:
        self.flush()
        self._in_item = False
        if closes:
            self._depth = max(0, self._depth - 1)
            return
        self._depth += 1
        if self._depth > 1:
            self.unread.append(Unread(printed, "a list within a list is shown as one list"))

    def _block(self) -> None:
        """A block's edge ends a paragraph, or a line of a list without items; not an item."""
        if self._in_item:
            self.words(" ")
        else:
            self.flush()

    def _paragraph(self, text: str) -> None:
        first, *bulleted = _BULLET.split(text)
        if first.strip():
            if self.items:
                self.unread.append(Unread(first, "these words follow a list; shown before it"))
            self.paragraphs.append(first.strip())
        self.items.extend(_item(words) for words in bulleted if words.strip(" ;"))


def _item(text: str) -> Item:
    """The item of words that a tag or a bullet sets apart, without the semicolon that ends it."""
    if wholly_withheld(text):
        return Item(None, grounds_in(text)[0])
    return Item(squash(_ITEM_END.sub("", text)) or text)


def _items(text: str) -> list[Item]:
    """The items of a list whose items have no tags."""
    masked = Masked.of(text)
    found: list[Item] = []
    for piece in _pieces(masked.text):
        rest = piece
        while rest and is_mask(rest[0]):
            found.append(Item(None, masked.mark(rest[0]).ground))
            rest = rest[1:].lstrip(" ,;.")
        if rest:
            found.append(Item(squash(masked.restore(rest))))
    return found


def _pieces(text: str) -> list[str]:
    """The masked text cut where its items begin: sentences, or clauses ended by semicolons."""
    first = next((character for character in text if character.isalpha()), "")
    if not first.isupper():
        return [piece.strip() for piece in _SEMICOLON.split(text) if piece.strip()]
    found = sentences(text)
    if len(found) > 1:
        return found
    return [piece.strip("; ") for piece in _SEMICOLON_CAPITAL.split(text) if piece.strip("; ")]


def _withheld(prose: Prose) -> tuple[str | None, ...]:
    """The grounds of what the prose withholds, each once: whole items, and parts of words."""
    grounds = [mark.ground for words in prose.paragraphs for mark in find_withheld(words)]
    for item in prose.items:
        grounds += [item.ground] if item.text is None else grounds_in(item.text)
    return tuple(dict.fromkeys(grounds))
