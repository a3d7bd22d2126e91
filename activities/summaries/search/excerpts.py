"""Why a row was found: the texts in which the words stand, cut to where they are, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tnoc_tracker.record.text import fold

LENGTH = 220
BEFORE = 70
"""Characters of an excerpt, and of those the most that stand before the first word."""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of a text; ``hit`` where it is one of the words."""

    text: str
    hit: bool = False


Marked = tuple[Piece, ...]


@dataclass(frozen=True)
class Excerpt:
    """What a text is, and the stretch of it in which words stand; no stretch where the title shows it already."""

    label: str
    pieces: Marked = ()
    language: str = ""


def excerpts(words: Words, texts: Iterable[tuple[str, str]]) -> tuple[Excerpt, ...]:
    """The fewest texts that have all the words between them, in their order; one that has them all goes alone."""
    if not words:
        return ()
    folded = [(label, text, fold(text)) for label, text in texts if text]
    for label, text, plain in folded:
        if all(word in plain for word in words):
            return (Excerpt(label, excerpt(text, words)),)
    missing, found = set(words), []
    for label, text, plain in folded:
        here = {word for word in missing if word in plain}
        if here:
            found.append(Excerpt(label, excerpt(text, words)))
            missing -= here
    return tuple(found)


def excerpt(text: str, words: Words, length: int = LENGTH) -> Marked:
    """The text on one line, cut around the first of the words where it is long."""
    text = " ".join(text.split())
    if len(text) <= length:
        return marked(text, words)
    first, last = next(_spans(text, words), (0, 0))
    begin = max(0, min(first - BEFORE, len(text) - length))
    end = min(len(text), max(begin + length, last))
    if begin:  # whole words only, but never past what was found
        begin = min(text.find(" ", begin) + 1 or begin, first)
    if end < len(text):
        end = max(text.rfind(" ", begin, end + 1), last)
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return marked(f"{before}{text[begin:end].strip()}{after}", words)


def marked(text: str, words: Words) -> Marked:
    """The whole text, in pieces."""
    pieces, done = [], 0
    for begin, end in _spans(text, words):
        pieces += [Piece(text[done:begin]), Piece(text[begin:end], hit=True)]
        done = end
    return tuple(piece for piece in (*pieces, Piece(text[done:])) if piece.text)


def _spans(text: str, words: Words) -> Iterator[tuple[int, int]]:
    """Where the words stand, in order; what touches or overlaps is one stretch."""
    folds = [fold(each) for each in text]
    origin = [place for place, each in enumerate(folds) for _ in each]
    plain = "".join(folds)
    found = sorted((begin, begin + len(word)) for word in words for begin in _places(plain, word))
    begin = end = -1
    for left, right in found:
        if left > end:
            if end > 0:
                yield _stretch(begin, end, origin, folds)
            begin, end = left, right
        end = max(end, right)
    if end > 0:
        yield _stretch(begin, end, origin, folds)


def _places(plain: str, word: str) -> Iterator[int]:
    place = plain.find(word)
    while place >= 0:
        yield place
        place = plain.find(word, place + len(word))


def _stretch(begin: int, end: int, origin: list[int], folds: list[str]) -> tuple[int, int]:
    """From folded places to those of the text; marks that stand apart belong to the letter before them."""
    last = origin[end - 1] + 1
    while last < len(folds) and not folds[last]:
        last += 1
    return origin[begin], last
