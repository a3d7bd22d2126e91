"""Seals: each entry of an object carries the digest of itself and of its predecessor's seal (SHA-384).

A field's digest is taken over a salt and its value, so that a lawful erasure can blank value and salt and keep
the digest: the chain stays whole. The salt of a field follows from the entry's one secret until something is
erased from the entry; then the other fields' salts are written out and the secret is blanked.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
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
"""Sealed like a field of the object, so that a reason can be erased lawfully too."""

BOOKKEEPING = frozenset({*ENVELOPE, "history_id", "seal", "salt", "sealed", "erased", "version"})
"""Columns of a history table that are no field of the object."""


def new_secret() -> str:
    """The secret of one entry: 128 random bits, in hexadecimal."""
    return secrets.token_hex(16)


def canonical(value: Any) -> str:
    """A value as text that is the same before it is stored and after it is read, on either database."""
    if isinstance(value, datetime):
        return f"t:{value.astimezone(UTC).isoformat(timespec='microseconds')}"
    if isinstance(value, date):
        return f"d:{value.isoformat()}"
    if isinstance(value, str):
        return f"s:{value!s}"
    return f"j:{json.dumps(value, sort_keys=True, ensure_ascii=False)}"


def field_salt(secret: str, field: str) -> str:
    """The salt of a field, from the entry's secret."""
    return hashlib.sha384(f"{secret}\x1f{field}".encode()).hexdigest()[:32]


def field_digest(salt: str, field: str, value: Any) -> str:
    """The digest of a field's value under its salt."""
    return hashlib.sha384(f"{salt}\x1f{field}\x1f{canonical(value)}".encode()).hexdigest()


def sealed_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns of a history table that an entry seals field by field, in a fixed order."""
    return tuple(sorted(set(columns) - BOOKKEEPING))


def seal_of(label: str, entry: Mapping[str, Any], before: str) -> str:
    """The seal of an entry, given as column → value, after its predecessor's seal (empty for the first).

    ``label`` names the model, so that an entry cannot move to another table. Fields that were erased count
    with the digest kept in ``erased``; fields added to the table later are not in ``sealed`` and count not.
    """
    digests = [(name, _digest(entry, name)) for name in entry["sealed"]]
    parts: Sequence[Any] = [
        label,
        entry["id"],
        *(canonical(entry[name]) for name in ENVELOPE),
        digests,
        before,
    ]
    return hashlib.sha384(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _digest(entry: Mapping[str, Any], name: str) -> str:
    erased = entry["erased"]
    if erased and name in erased["digests"]:
        digest: str = erased["digests"][name]
        return digest
    salt = erased["salts"][name] if erased else field_salt(entry["salt"], name)
    return field_digest(salt, name, entry[name])


def erase(entry: Mapping[str, Any], name: str) -> dict[str, dict[str, str]]:
    """What to keep in ``erased`` when a field's value and salt are blanked: its digest, the others' salts."""
    erased = entry["erased"] or {
        "digests": {},
        "salts": {each: field_salt(entry["salt"], each) for each in entry["sealed"]},
    }
    salts = {each: salt for each, salt in erased["salts"].items() if each != name}
    return {"digests": {**erased["digests"], name: _digest(entry, name)}, "salts": salts}
