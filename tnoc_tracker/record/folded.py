"""Folding in the database: what people wrote is searched where it stands, so that an erasure reaches all of it.

Both databases fold as ``text.fold`` does, for Māori and Latin letters and in whichever way their marks are composed.
On SQLite it is that function itself. PostgreSQL needs no extension; where its database was made with the locale C, it
leaves the case of capitals alone that are no letter with a mark (Æ, Ø, Ł).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Func, Lookup, TextField


class Folded(Func):
    """A text, folded by the database."""

    function = "TNOC_FOLDED"  # that of record.sqlite
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Marks come off once the letters are decomposed; a text of plain letters, the usual one, needs neither."""
        template = (
            "CASE WHEN OCTET_LENGTH(%(expressions)s) = CHAR_LENGTH(%(expressions)s) THEN LOWER(%(expressions)s) ELSE "
            "REPLACE(LOWER(REGEXP_REPLACE(NORMALIZE(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g')), 'ß', 'ss') "
            "END"
        )
        text, parameters = self.as_sql(compiler, connection, template=template, **more)
        return text, tuple(parameters) * template.count("%(expressions)s")


class Lines(Func):
    """Texts of one row, one under the other; none may be NULL. Django’s ``Concat`` nests too deep for SQLite."""

    template = "(%(expressions)s)"
    arg_joiner = " || '\n' || "
    output_field = TextField()


class Joined(Func):
    """The texts of a column, one under the other, for the row that a subquery stands beside; NULL where none is.

    A plain function, since Django would group an aggregate inside a subquery.
    """

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, '\n')"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL's name for it."""
        return self.as_sql(compiler, connection, function="STRING_AGG", **more)


class Holds(Lookup):  # type: ignore[type-arg]  # Django’s own takes no argument when it runs
    """Whether a folded text has every word; the words are folded already, and none is empty."""

    lookup_name = "holds"
    output_field = BooleanField()
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """On SQLite, the words are one text, a line for each."""
        text, parameters = self.process_lhs(compiler, connection)
        return f"TNOC_HOLDS({text}, %s)", [*parameters, "\n".join(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """The text is folded once, however many words are looked for."""
        text, parameters = self.process_lhs(compiler, connection)
        patterns = [f"%{connection.ops.prep_for_like_query(word)}%" for word in self.rhs]
        return f"{text} LIKE ALL (%s)", [*parameters, patterns]


def holding(words: Sequence[str], *texts: Any) -> Holds:
    """The condition that the texts of a row, together (``Lines``), have every one of some folded words."""
    return Holds(Folded(Lines(*texts)), list(words))
