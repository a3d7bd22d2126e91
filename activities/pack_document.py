"""The pack as a document: a cover, numbers and sections of text and tables, as plain values with a canonical form.

It is the contract between the figures (``summaries``), which fill it from a reading, and the forms (``exports``), which
print it and know nothing else: HTML, PDF, Word and Excel say the same because each prints this. The canonical JSON
(UTF-8, keys sorted, one space of indent, a newline at the end) is what a pack's hash is taken of.

Dates are ISO texts ("2022-02-15"), moments ISO with the Auckland offset; a cell is a text, a whole number or None.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

VERSION = 1
"""Of the shape of the figures; grows when a form could not print older ones."""

ColumnKind = Literal["text", "number", "change", "date", "status", "reference"]
"""How a column's cells are printed: as they stand, a number to the right, a number with its sign, a date in words, a
delivery status with its mark and label (the cell holds the stored value), a reference on one line."""

Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, and how its cells are printed."""

    label: str
    kind: ColumnKind = "text"


@dataclass(frozen=True)
class Note:
    """Words under a row that need its whole width: ``Reason``, ``Path to green``, ``Ask``."""

    label: str
    text: str


@dataclass(frozen=True)
class Row:
    """One row: a cell per column, notes under it, and the key of the activity that it is about, if it is about one."""

    cells: tuple[Cell, ...]
    notes: tuple[Note, ...] = ()
    activity: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with its caption; ``empty`` is the sentence that stands in its place where it has no rows.

    ``key`` is its name among a pack's tables, and of its sheet in the annex. The first column heads its rows.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    empty: str = ""
    total: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Section:
    """One section: its heading says the finding, then text, then tables. ``annex`` stands behind the others."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    annex: bool = False


@dataclass(frozen=True)
class Cover:
    """What a pack says of itself on its cover, and at the head of every page.

    ``position`` is the moment of freezing, ``on`` its Auckland day. ``asked`` and ``returned`` count the returns of the
    round ("28 of 35"), None where the meeting looks at no round. ``site`` is where activities are found, empty unknown.
    """

    plan_slug: str
    plan_title: str
    meeting: str
    held_on: str
    place: str
    round: str | None
    quarter_end: str | None
    position: str
    on: str
    frozen_by: str
    version: int
    corrected_why: str
    previous_position: str | None
    asked: int | None
    returned: int | None
    marking: str
    site: str = ""


@dataclass(frozen=True)
class PackDocument:
    """The whole pack. ``numbers`` are the headline numbers by key, for the next pack and for recomputing."""

    cover: Cover
    numbers: Mapping[str, int]
    sections: tuple[Section, ...]
    version: int = field(default=VERSION)

    def section(self, key: str) -> Section:
        """A section by its key; ``KeyError`` where there is none."""
        found = {each.key: each for each in self.sections}
        return found[key]

    @property
    def body(self) -> tuple[Section, ...]:
        """The sections before the annex."""
        return tuple(each for each in self.sections if not each.annex)

    @property
    def annexes(self) -> tuple[Section, ...]:
        """The sections of the annex."""
        return tuple(each for each in self.sections if each.annex)


def canonical(document: PackDocument) -> bytes:
    """The canonical figures: the same document is the same bytes."""
    text = json.dumps(asdict(document), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def hash_of(content: bytes) -> str:
    """The SHA-384 of some bytes, in hexadecimal."""
    return hashlib.sha384(content).hexdigest()


def parse(content: bytes) -> PackDocument:
    """The document of canonical figures; ``ValueError`` where they are none of this version."""
    try:
        data = json.loads(content)
        if data["version"] != VERSION:
            raise ValueError(f"These figures are of version {data['version']}; version {VERSION} is understood.")
        return PackDocument(Cover(**data["cover"]), data["numbers"], tuple(map(_section, data["sections"])))
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError(f"These are no figures of a pack: {error}") from error


def _section(data: dict[str, Any]) -> Section:
    tables = tuple(map(_table, data["tables"]))
    return Section(data["key"], data["title"], tuple(data["paragraphs"]), tables, data["annex"])


def _table(data: dict[str, Any]) -> Table:
    columns = tuple(Column(**each) for each in data["columns"])
    rows = tuple(
        Row(tuple(row["cells"]), tuple(Note(**note) for note in row["notes"]), row["activity"]) for row in data["rows"]
    )
    return Table(data["key"], data["caption"], columns, rows, data["empty"], tuple(data["total"]))
