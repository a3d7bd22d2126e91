"""A pack as it is printed: the words of its cover, its sections with their numbers, and a cell in words.

Every form takes its words from here, so that all say the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from string import ascii_uppercase
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from activities.pack_document import Cell, ColumnKind, Cover, PackDocument, Row, Section, Table
from activities.pack_forms import FORMS, PackForm
from activities.statuses import DeliveryStatus, Meaning, meaning_of
from tnoc_tracker.record.days import long_date, moment_in_words

DRAFT = "Draft, not frozen"
GROUP = 8
"""So many characters of a hash are read at a time."""


class Numbered(NamedTuple):
    """A section as it is printed; ``number`` counts the sections, and letters those of the annex."""

    number: str
    section: Section

    @property
    def heading(self) -> str:
        """``3. 2 activities are overdue``."""
        return f"{self.number}. {self.section.title}"


@dataclass(frozen=True)
class Printing:
    """A pack about to be printed in some form.

    ``figures_hash`` is empty for a preview. ``rendered_on`` is the day on which a form was made after freezing.
    """

    document: PackDocument
    figures_hash: str = ""
    rendered_on: date | None = None

    @property
    def cover(self) -> Cover:
        """What the pack says of itself."""
        return self.document.cover

    @property
    def is_draft(self) -> bool:
        """Whether this is a look at what is not frozen."""
        return not self.figures_hash

    @property
    def version(self) -> str:
        """``Version 1``, or that it is not frozen."""
        return DRAFT if self.is_draft else f"Version {self.cover.version}"

    @property
    def title(self) -> str:
        """``Steering Group, 15 February 2022 – Version 1``: of the file, and at the foot of its pages."""
        return f"{self.cover.meeting} – {self.version}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The facts of the cover, in order; those that do not apply are left out."""
        cover = self.cover
        facts = [
            ("Meeting", _with(long_date(date.fromisoformat(cover.held_on)), cover.place)),
            ("Reporting round", cover.round or "This meeting looks at no round"),
            ("Quarter end", words_of(cover.quarter_end, "date")),
            ("Position", f"{moment_words(cover.position)}, as recorded then"),
            ("Movements since", moment_words(cover.previous_position) or "The plan’s start: there is no earlier pack"),
            ("Returns received", self.returns),
            ("Version", DRAFT if self.is_draft else f"{cover.version}, frozen by {cover.frozen_by}"),
            ("Why this version", cover.corrected_why),
            ("Rendered", self.rendered),
            ("SHA-384 of the figures", grouped(self.figures_hash)),
            ("Protective marking", cover.marking),
        ]
        return [(label, words) for label, words in facts if words]

    @property
    def returns(self) -> str:
        """``28 of 35``; empty where the meeting looks at no round."""
        return "" if self.cover.asked is None else f"{self.cover.returned or 0} of {self.cover.asked}"

    @property
    def rendered(self) -> str:
        """``On 3 March 2022, from version 1``, where it was made after freezing."""
        return f"On {long_date(self.rendered_on)}, from version {self.cover.version}" if self.rendered_on else ""

    @property
    def sections(self) -> list[Numbered]:
        """The sections in order, numbered."""
        return [Numbered(str(number), each) for number, each in enumerate(self.document.body, start=1)]

    @property
    def annexes(self) -> list[Numbered]:
        """The sections of the annex, with letters."""
        return [Numbered(letter, each) for letter, each in zip(ascii_uppercase, self.document.annexes, strict=False)]

    def activity_url(self, row: Row) -> str:
        """Where the activity of a row is found as it stood then; empty where the pack does not know where it lives."""
        if not (row.activity and self.cover.site):
            return ""
        page = reverse("activity", args=[self.cover.plan_slug, row.activity])
        return f"{self.cover.site}{page}?{urlencode({'as_at': self.cover.position})}"


_UNPRINTABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no place for (XML 1.0, section 2.2); people paste such characters without seeing them."""


def clean(text: str) -> str:
    """A text without what cannot be printed."""
    return _UNPRINTABLE.sub("", text)


def _with(words: str, more: str) -> str:
    return f"{words}, {more}" if more else words


def grouped(digest: str) -> str:
    """A hash in groups that can be read aloud and compared."""
    return " ".join(digest[start : start + GROUP] for start in range(0, len(digest), GROUP))


def moment_words(moment: str | None) -> str:
    """``15 February 2022, 10:05 am`` of an ISO moment; empty for none."""
    return moment_in_words(datetime.fromisoformat(moment)) if moment else ""


def day_in(cell: Cell) -> date | None:
    """The day that a cell of the kind ``date`` holds; None for words such as “to be decided”."""
    try:
        return date.fromisoformat(cell) if isinstance(cell, str) else None
    except ValueError:
        return None


def status_in(cell: Cell) -> Meaning | None:
    """The delivery status that a cell of the kind ``status`` holds; None for other words."""
    return meaning_of(str(cell)) if cell in DeliveryStatus.values else None


def words_of(cell: Cell, kind: ColumnKind) -> str:
    """A cell in words: ``31 December 2021``, ``At risk``, ``+3``; nothing is an empty text."""
    if cell is None:
        return ""
    day, status = (day_in(cell), None) if kind == "date" else (None, status_in(cell) if kind == "status" else None)
    if day:
        return long_date(day)
    if status:
        return status.label
    if kind == "change" and isinstance(cell, int) and cell:
        return f"+{cell}" if cell > 0 else f"−{-cell}"
    return str(cell)


def marked(cell: Cell, kind: ColumnKind) -> str:
    """The same with the mark of a status before its word, for forms that draw no shapes: ``▲ At risk``."""
    status = status_in(cell) if kind == "status" else None
    return f"{status.glyph} {status.label}" if status else words_of(cell, kind)


def tables_of(document: PackDocument) -> list[tuple[Section, Table]]:
    """Every table of a pack with its section, in order."""
    return [(section, table) for section in document.sections for table in section.tables]


def file_name(cover: Cover, form: PackForm) -> str:
    """``TNOC pack tnoc-2021-22 2022-02-15 v1 IN-CONFIDENCE.pdf``, in letters that every system keeps."""
    meaning = FORMS[form]
    words = f"TNOC {meaning.called} {cover.plan_slug} {cover.held_on} v{cover.version} {_plain(cover.marking)}"
    return f"{words.strip()}.{meaning.ending}"


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")
