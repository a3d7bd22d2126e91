"""Seals: each entry of an object carries the digest of itself and of its predecessor's seal (SHA-384).

A text's digest is taken over a salt and the text, so that a lawful erasure can blank both and keep the digest:
the chain stays whole. What is no text (dates, numbers, references) cannot be erased and stands in the seal as it
is. The salts follow from the entry's one secret until something is erased from it; then those of the other
texts are written out and the secret is blanked.

An entry seals what it changed. What it did not change is what the entry before holds, and is sealed there: a
text that stood through ten entries has one digest, and is erased from all ten at once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

ENVELOPE = (
    "sequence",
    "history_type",
    "history_date",
    "written_at",
    "history_user_id",
    "actor_name",
    "request",
    "changed",
)
"""What an entry says of itself: sealed as it is, never erased."""

REASON = "history_change_reason"
"""Sealed like a text of the object, so that a reason can be erased lawfully too."""

FOLDED = frozenset({"search_key", "sort_key"})
"""Columns that repeat texts of the row in folded form; they follow them without being changed by anybody."""

OWN = FOLDED | {REASON}
"""Columns that every entry seals anew."""

BOOKKEEPING = frozenset({*ENVELOPE, "history_id", "seal", "salt", "sealed", "erased", "version"})
"""Columns of a history table that are no field of the object."""

ERASED = "[erased]"
"""What stands in the place of an erased text, so that no page takes it for one that was never given."""

_encode = json.JSONEncoder(ensure_ascii=False).encode
_CONSTANTS = {None: "j:null", True: "j:true", False: "j:false"}

Erased = dict[str, dict[str, str]]


def new_secret() -> str:
    """The secret of one entry: 128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def sealed_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns of a history table that an entry covers, in a fixed order."""
    return tuple(sorted(set(columns) - BOOKKEEPING))


def sealed_here(sealed: Sequence[str], changed: Collection[str], before: Collection[str] | None) -> tuple[str, ...]:
    """The covered columns that an entry seals itself; ``before`` are those that the entry before it covers.

    All of them on the first entry (``before`` None); later those that it changed, its own, and columns that the
    table did not have before.
    """
    if before is None:
        return tuple(sealed)
    return tuple(name for name in sealed if name in changed or name in OWN or name not in before)


def canonical(value: Any) -> str:
    """A value as text that is the same before it is stored and after it is read, on either database."""
    if value is None or value is True or value is False:
        return _CONSTANTS[value]
    if isinstance(value, str):
        return f"s:{value!s}"
    if isinstance(value, int):
        return f"j:{value}"
    if isinstance(value, datetime):
        return f"t:{value.astimezone(UTC).isoformat(timespec='microseconds')}"
    if isinstance(value, date):
        return f"d:{value.isoformat()}"
    return f"j:{json.dumps(value, sort_keys=True, ensure_ascii=False)}"


def salt_of(secret: str, name: str) -> str:
    """The salt of a text, from the entry's secret."""
    return hashlib.sha384(f"{secret}\x1f{name}".encode()).hexdigest()[:32]


def digest_of(salt: str, name: str, text: str) -> str:
    """The digest of a text under its salt."""
    return hashlib.sha384(f"{salt}\x1f{name}\x1f{text}".encode()).hexdigest()


def part_of(name: str, value: Any, salt: str, erased: Erased | None) -> str:
    """What a column contributes to the seal: a text its digest, anything else itself."""
    if erased is not None:
        kept = erased["digests"].get(name)
        if kept is not None:
            return kept
    if not value:
        return "s:" if value == "" else canonical(value)
    if not isinstance(value, str):
        return canonical(value)
    return digest_of(salt_of(salt, name) if erased is None else erased["salts"][name], name, value)


def seal_from(
    label: str, object_id: int, envelope: Sequence[str], sealed: str, parts: Sequence[str], before: str
) -> str:
    """The seal itself, over texts that are ready; ``sealed`` are the covered columns, in one text."""
    said = _encode([label, object_id, envelope, sealed, parts, before])
    return hashlib.sha384(said.encode()).hexdigest()


def seal_of(label: str, entry: Mapping[str, Any], before: tuple[str, Collection[str]] | None) -> str:
    """The seal of an entry, given as column → value; ``before`` is its predecessor's seal and covered columns.

    ``label`` names the model, so that an entry cannot move to another table. Texts that were erased count with
    the digest kept in ``erased``; columns added to the table later are not in ``sealed`` and count not.
    """
    here = sealed_here(entry["sealed"], entry["changed"], before[1] if before else None)
    parts = [part_of(name, entry[name], entry["salt"], entry["erased"]) for name in here]
    envelope = [canonical(entry[name]) for name in ENVELOPE]
    return seal_from(label, entry["id"], envelope, ",".join(entry["sealed"]), parts, before[0] if before else "")


def erase(entry: Mapping[str, Any], here: Iterable[str], names: Collection[str]) -> Erased:
    """What to keep of an entry when texts that it seals itself (``here``) are blanked with the secret.

    Their digests, and the salts of the other texts; also of empty ones, so that nothing tells them apart.
    """
    erased: Erased = entry["erased"] or {
        "digests": {},
        "salts": {name: salt_of(entry["salt"], name) for name in here if isinstance(entry[name], str)},
    }
    digests = {name: part_of(name, entry[name], entry["salt"], entry["erased"]) for name in names}
    salts = {name: salt for name, salt in erased["salts"].items() if name not in names}
    return {"digests": {**erased["digests"], **digests}, "salts": salts}
