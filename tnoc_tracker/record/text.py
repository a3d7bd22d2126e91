"""Text folded for sorting and searching, so that macrons and case make no difference on either database."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def fold(text: str) -> str:
    """Lower-case letters without marks: ``Ngā Pirihimana`` becomes ``nga pirihimana``.

    Each character is folded by itself, so that a text folds to its characters' folds one after the other.
    """
    if text.isascii():
        return text.lower()
    return _NOT_ASCII.sub(lambda found: _folded(found[0]), text).casefold()


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


def holds(text: str | None, words: str) -> bool:
    """Whether a folded text has every word; ``words`` has a line for each. SQLite asks it (``record.folded``)."""
    return text is not None and all(word in text for word in words.split("\n"))
