"""Rows of long files: told by the facts that were read, column by column, instead of one object for each row.

Of ten thousand rows a column has a few hundred different cells. What a cell says is asked once for each of the facts
that it depends on, of a row that is made of these facts alone: a fact that a column does not name is an error then,
and never the cell of another row.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

Facts = tuple[Hashable, ...]
"""What was read of one row: values in the order of some names."""

Block = Sequence[Sequence[Hashable]]
"""What was read of some rows: of each name its values. (Objects for each row are what Python looks through for garbage,
again and again.)"""

MOST_KEPT = 2_000
"""So many cells of a column are remembered, then it begins anew: a file takes no more memory for more rows."""


class ToldByFacts(ABC):
    """Rows that are read in blocks of facts. ``names`` are those of the facts."""

    names: tuple[str, ...]

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """What is read together, until nothing is left."""

    @abstractmethod
    def row(self, facts: Mapping[str, Any]) -> Any:
        """A row that knows these facts and no others."""

    def __iter__(self) -> Iterator[Any]:
        """Every row by itself."""
        return (
            self.row(dict(zip(self.names, facts, strict=True)))
            for block in self.blocks()
            for facts in zip(*block, strict=True)
        )


Form = Callable[[list[Any]], list[Any]]
"""What makes of some values what stands in a file."""


class Told(dict[Any, Any]):
    """The cells of one column, by the facts that they depend on."""

    def __init__(self, rows: ToldByFacts, of: Sequence[str], value: Callable[[Any], Any], form: Form) -> None:
        """``value`` tells the cell of a row, and reads of it the facts ``of`` and no others."""
        super().__init__()
        self.rows, self.of, self.value, self.form = rows, tuple(of), value, form
        self.places = [rows.names.index(name) for name in self.of]

    def __missing__(self, facts: Facts) -> Any:
        if len(self) >= MOST_KEPT:
            self.clear()
        (cell,) = self.form([self.asked(facts)])
        self[facts] = cell
        return cell

    def asked(self, facts: Facts) -> Any:
        """What the column says of a row that knows these facts and no others."""
        return self.value(self.rows.row(dict(zip(self.of, facts, strict=True))))

    def cells(self, block: Block) -> list[Any]:
        """The column's cells of some rows."""
        return list(map(self.__getitem__, zip(*(block[place] for place in self.places), strict=True)))


NOBODYS = "\N{REPLACEMENT CHARACTER} a word that nobody writes"


class Shown(Told):
    """The cells of a column that shows the last of its facts as it is, or does not show it at all.

    Which of the two the other facts decide: it is tried with a word that nobody writes. Such cells are different in
    every row: they are not remembered.
    """

    def __missing__(self, facts: Facts) -> bool:
        if len(self) >= MOST_KEPT:
            self.clear()
        shown = self[facts] = bool(self.asked((*facts, NOBODYS)) == NOBODYS)
        return shown

    def cells(self, block: Block) -> list[Any]:
        """The column's cells of some rows."""
        *others, own = (block[place] for place in self.places)
        keys: Iterable[Facts] = zip(*others, strict=True) if others else repeat(())
        pairs = zip(own, keys, strict=bool(others))
        return self.form([fact if self[key] else self.asked((*key, fact)) for fact, key in pairs])
