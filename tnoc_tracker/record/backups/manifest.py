"""What a backup says must be in it: how many rows each table has, the newest seals, and the hash of the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tnoc_tracker.record.verification import Head

FORMAT = 1

CHUNK = 1024 * 1024


class BackupFault(Exception):
    """A backup that cannot be made or brought back; the message is a sentence for people."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, as of one moment.

    ``tables`` counts the rows by table, ``migrations`` names those applied, ``seals`` is the SHA-384 over the newest
    entry of every object, ``entries`` how many entries the history has, ``sha384`` the hash of the database's file,
    ``version`` the tracker's that wrote it (empty before 1.0.0).
    """

    format: int
    made_at: str
    vendor: str
    server: str
    migrations: list[str]
    tables: dict[str, int]
    entries: int
    seals: str
    sha384: str
    version: str = ""

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(self.tables.values())

    def as_json(self) -> str:
        """The file in the archive."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """Read it back; ``ValueError`` where it is none of this format."""
        try:
            found: dict[str, Any] = json.loads(content)
            if found["format"] != FORMAT:
                raise ValueError(f"its format is {found['format']}, and this version reads {FORMAT}")
            return cls(**found)
        except (TypeError, KeyError, UnicodeDecodeError) as error:
            raise ValueError(f"its manifest cannot be read ({error})") from error

    def differences(self, found: Manifest) -> list[str]:
        """What another manifest, of what was brought back, says otherwise; a sentence each."""
        wrong = [
            f"{table}: {self.tables.get(table, 0)} rows in the backup, {found.tables.get(table, 0)} brought back"
            for table in sorted({*self.tables, *found.tables})
            if self.tables.get(table) != found.tables.get(table)
        ]
        if self.seals != found.seals:
            wrong.append("the newest seals of the history are not those of the backup")
        if self.migrations != found.migrations:
            wrong.append("the migrations applied are not those of the backup")
        return wrong


def seals_of(heads: Iterable[Head]) -> str:
    """One SHA-384 over the newest entry of every object, in order."""
    digest = hashlib.sha384()
    for head in heads:
        digest.update(f"{head.table} {head.object_id} {head.sequence} {head.seal}\n".encode())
    return digest.hexdigest()


def hash_of_file(path: Path) -> str:
    """The SHA-384 of a file, in hexadecimal."""
    digest = hashlib.sha384()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
