"""The directory of bodies: agencies, governance bodies and collectives, under all their names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypedDict

KINDS: Final = ("agency", "governance", "collective")

_ARTICLE: Final = re.compile(r"the\s+", re.IGNORECASE)


class BodyJSON(TypedDict):
    """A body in a directory and in a plan exchange."""

    name: str
    short: str
    name_mi: str | None
    also: list[str]
    kind: str


@dataclass(frozen=True)
class Body:
    """A body that can hold a role: its full, short, Māori (te reo) and other names, and its kind.

    `name_mi` is None where no Māori name is known.
    """

    name: str
    short: str
    name_mi: str | None
    also: tuple[str, ...]
    kind: str

    def __post_init__(self) -> None:
        if not all(name and name == " ".join(name.split()) for name in self.names):
            raise ValueError(f"The body “{self.name}” has an empty name, or white space around one.")
        if self.kind not in KINDS:
            raise ValueError(
                f"The body “{self.name}” has the kind “{self.kind}”; "
                f"a body is an {KINDS[0]}, a {KINDS[1]} body or a {KINDS[2]}."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the body goes by, the full one first."""
        maori = () if self.name_mi is None else (self.name_mi,)
        return (self.name, self.short, *maori, *self.also)

    @classmethod
    def as_printed(cls, name: str) -> Body:
        """A body that no directory knows: an agency, under the name a document prints."""
        return cls(name=name, short=name, name_mi=None, also=(), kind="agency")

    def to_exchange(self) -> BodyJSON:
        """The body in the plan exchange, keys in its order."""
        return {
            "name": self.name,
            "short": self.short,
            "name_mi": self.name_mi,
            "also": list(self.also),
            "kind": self.kind,
        }


@dataclass(frozen=True, repr=False)
class BodyDirectory:
    """The bodies known beforehand, found by any of their names, whatever the case.

    ValueError where one name stands for two bodies.
    """

    entries: tuple[Body, ...]
    _by_name: dict[str, Body] = field(init=False, repr=False, compare=False)
    any_name: str = field(init=False, repr=False, compare=False)
    """A regular expression for any name of any body, longest first, whole words only."""
    _names: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, Body] = {}
        for body in self.entries:
            for name in body.names:
                if by_name.setdefault(_folded(name), body) is not body:
                    raise ValueError(f"The directory has two bodies that go by “{name}”.")
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "any_name", _any_of(name for body in self.entries for name in body.names))
        object.__setattr__(self, "_names", re.compile(self.any_name, re.IGNORECASE))

    def __repr__(self) -> str:
        return f"<BodyDirectory of {len(self.entries)} bodies>"

    @classmethod
    def from_json(cls, text: str) -> BodyDirectory:
        """The directory of a JSON list of bodies; ValueError with a sentence where it is none."""
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"The directory of bodies is not JSON: {error}") from error
        if not isinstance(listed, list):
            raise ValueError("The directory of bodies is a JSON list of bodies.")
        return cls(tuple(_body(entry, place) for place, entry in enumerate(listed, start=1)))

    def find(self, name: str) -> Body | None:
        """The body that goes by the name, with or without "the"."""
        return self._by_name.get(_folded(name)) or self._by_name.get(_ARTICLE.sub("", _folded(name), count=1))

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """The longest known name that begins at the position, with its article."""
        return self._names.match(text, position)


def _any_of(names: Iterable[str]) -> str:
    longest_first = sorted(set(names), key=len, reverse=True)
    either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
    return rf"(?:the\s+)?(?:{either})(?!\w)" if either else r"(?!)"


def without_article(name: str) -> str:
    """A name as printed, without a small "the" before it: "the Police" is Police."""
    return name[4:] if name.startswith("the ") else name


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _body(entry: object, place: int) -> Body:
    """The body of a JSON object; ValueError with a sentence naming its place in the list."""
    if not isinstance(entry, dict):
        raise ValueError(f"Body {place} of the directory is not a JSON object.")
    name, short, kind = (_text(entry.get(key)) for key in ("name", "short", "kind"))
    maori, also = entry.get("name_mi"), entry.get("also")
    names = [_text(other) for other in also] if isinstance(also, list) else [None]
    others = [other for other in names if other is not None]
    if name is None or short is None or kind is None or len(others) < len(names):
        raise ValueError(f"Body {place} of the directory needs name, short and kind as text, and also as a list.")
    if maori is not None and not isinstance(maori, str):
        raise ValueError(f"Body {place} of the directory needs name_mi as text or null.")
    return Body(name=name, short=short, name_mi=maori, also=tuple(others), kind=kind)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
