"""One object's chain of entries, read as stored: numbers, dates, seals, and the current row at its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any

from tnoc_tracker.record.seals import ENVELOPE, ERASED, FOLDED, Erased, canonical, part_of, seal_from, sealed_here
from tnoc_tracker.record.stored import Row, Table

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""What reading an entry raises where its bookkeeping itself was tampered with."""


Ends = tuple[tuple[str, ...], Callable[[Row], Any], Callable[[Row], Any]]


@dataclass
class Findings:
    """What reading a chain found: how many entries, what is wrong with which, and what was erased from which.

    An erasure is given as the entry's number, its history_id and the columns.
    """

    entries: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    erased: list[tuple[int, int, list[str]]] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """How to check entries that cover and change the same columns: few plans serve a million entries.

    ``texts`` and ``others`` are the columns that such an entry seals itself, by their place among ``size``;
    ``carried`` takes out what must equal the entry before, ``names`` says which columns those are.
    """

    sealed: str
    changed: str
    size: int
    texts: tuple[tuple[int, str, int], ...]
    others: tuple[tuple[int, int, Callable[[Any], str]], ...]
    names: tuple[str, ...]
    carried: Callable[[Row], Any]

    def parts(self, entry: Row, salt: str, erased: Erased | None) -> list[str]:
        """What the columns contribute to the seal, in their order."""
        parts = [""] * self.size
        for at, name, place in self.texts:
            parts[at] = part_of(name, entry[place], salt, erased)
        for at, place, form in self.others:
            parts[at] = form(entry[place])
        return parts

    def differing(self, entry: Row, before: Row) -> str:
        """The columns that changed although the entry does not say so."""
        pairs = zip(self.names, self.carried(entry), self.carried(before), strict=True)
        return ", ".join(name for name, is_now, was in pairs if is_now != was)


class Chain:
    """Reads the chains of one table, object by object."""

    def __init__(self, label: str, history: Table, live: Table) -> None:
        """Look up the places of what every entry has."""
        self.label, self.history, self.live = label, history, live
        self._envelope = [
            (at, history.place[name], history.canonical[name]) for at, name in enumerate(ENVELOPE) if name != "changed"
        ]
        bookkeeping = ("id", "sequence", "history_date", "sealed", "changed", "salt", "erased", "seal")
        self._bookkeeping = itemgetter(*(history.place[name] for name in bookkeeping))
        self._plans: dict[tuple[str, str, str | None], Plan] = {}
        self._shared: dict[str, Ends] = {}

    def read(self, entries: Iterable[Row], row: Row | None) -> Findings:
        """Go through the entries of one object in their order, to its current row (None where it is gone)."""
        found = Findings()
        before: Row | None = None
        for entry in entries:
            found.entries += 1
            number = entry[self.history.place["sequence"]]
            try:
                found.faults += [(number, words) for words in self._check(entry, before, found)]
            except UNREADABLE:
                found.faults.append((number, "what it says of itself cannot be read"))
            before = entry
        if before is not None:
            found.faults += self._check_end(before, row)
        return found

    def _check(self, entry: Row, before: Row | None, found: Findings) -> list[str]:
        object_id, number, moment, sealed, changed, salt, stored_erased, seal = self._bookkeeping(entry)
        last_number, last_moment, last_sealed, last_seal = 0, None, None, ""
        if before is not None:
            _, last_number, last_moment, last_sealed, _, _, _, last_seal = self._bookkeeping(before)
        words = []
        if number != last_number + 1:
            words.append(f"expected entry {last_number + 1}: an entry is missing, doubled or out of order")
        if last_moment is not None and not moment > last_moment:
            words.append("its history date does not come after its predecessor’s")
        plan = self._plans.get((sealed, changed, last_sealed)) or self._plan(sealed, changed, last_sealed)
        if before is not None and plan.carried(entry) != plan.carried(before):
            words.append(f"it changed {plan.differing(entry, before)} and does not say so")
        erased: Erased | None = json.loads(stored_erased) if stored_erased else None
        if erased:
            words += self._check_erasure(entry, sorted(erased["digests"].keys() - FOLDED), found)
        envelope = [plan.changed] * len(ENVELOPE)
        for at, place, form in self._envelope:
            envelope[at] = form(entry[place])
        parts = plan.parts(entry, salt, erased)
        if seal != seal_from(self.label, object_id, envelope, plan.sealed, parts, last_seal):
            words.append("its seal does not match what it says, or the entry before it was changed")
        return words

    def _check_erasure(self, entry: Row, names: list[str], found: Findings) -> list[str]:
        """Note what was erased from an entry; a text that stands there all the same was put there later."""
        place = self.history.place
        if names:
            found.erased.append((entry[place["sequence"]], entry[place["history_id"]], names))
        filled = [name for name in names if entry[place[name]] not in ("", ERASED)]
        return [f"it has a text in {', '.join(filled)}, which was erased"] if filled else []

    def _plan(self, sealed: str, changed: str, before: str | None) -> Plan:
        """The plan for entries with these stored lists; made once."""
        covered: list[str] = json.loads(sealed)
        names: list[str] = json.loads(changed)
        here = sealed_here(covered, names, None if before is None else json.loads(before))
        carried = tuple(name for name in covered if name not in here)
        place, texts = self.history.place, self.history.texts
        forms = self.history.canonical
        # Always takes out two columns or more, so that it gives a tuple; the id is never different.
        taken = [place[name] for name in carried] + [place["id"], place["id"]]
        plan = self._plans[sealed, changed, before] = Plan(
            sealed=",".join(covered),
            changed=canonical(names),
            size=len(here),
            texts=tuple((at, name, place[name]) for at, name in enumerate(here) if name in texts),
            others=tuple((at, place[name], forms[name]) for at, name in enumerate(here) if name not in texts),
            names=(*carried, "id", "id"),
            carried=itemgetter(*taken),
        )
        return plan

    def _check_end(self, last: Row, row: Row | None) -> list[tuple[int, str]]:
        """The current row equals its last entry, column by column."""
        number = last[self.history.place["sequence"]]
        if row is None:
            return [(number, "the row is gone, its history is there")]
        version = row[self.live.place["version"]]
        if version != number:
            return [(number, f"the row says version {version}: an entry is missing at the end, or one is too many")]
        names, of_row, of_last = self._ends(last[self.history.place["sealed"]])
        if of_row(row) == of_last(last):
            return []
        # Stored forms may differ where values do not.
        in_row, in_last = (partial(self._value, *end) for end in ((self.live, row), (self.history, last)))
        different = [name for name in names if in_row(name) != in_last(name)]
        if different:
            return [(number, f"the row differs from its last entry in {', '.join(different)}")]
        return []

    def _ends(self, sealed: str) -> Ends:
        """The columns that a row and its last entry share, and what takes them out of either; made once."""
        known = self._shared.get(sealed)
        if known is None:
            try:
                names = tuple(name for name in json.loads(sealed) if name in self.live.place)
            except UNREADABLE:
                names = ()  # said already
            of_row = itemgetter(*(self.live.place[name] for name in (*names, "id", "id")))
            of_last = itemgetter(*(self.history.place[name] for name in (*names, "id", "id")))
            known = self._shared[sealed] = names, of_row, of_last
        return known

    @staticmethod
    def _value(table: Table, row: Row, name: str) -> str:
        return table.canonical[name](row[table.place[name]])
