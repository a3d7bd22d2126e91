"""Text folded for sorting and searching, so that macrons and case make no difference on either database."""

import unicodedata


def fold(text: str) -> str:
    """Lower-case letters without marks: ``Ngā Pirihimana`` becomes ``nga pirihimana``."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()
