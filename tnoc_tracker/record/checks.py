"""System checks of the record: ``manage.py check --database default`` names guards that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper

from tnoc_tracker.record import guards
from tnoc_tracker.record.apart import apart, is_there

INSTALLATION: Final = "installation"
"""The tag of checks of a database as it stands: what they name, migrate makes right, so they do not stop it."""


def guards_are_there(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """What ``unguarded`` says of each database; nothing of one that does not answer, which is for others to say."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with suppress(DatabaseError, InterfaceError), apart(alias) as connection:
            found += unguarded(connection) if is_there(connection) else []
    return found


def unguarded(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """One warning for a database without some of its guards. A warning, since migrate checks before it mends."""
    names = guards.missing(connection)
    if not names:
        return []
    return [
        Warning(
            f"The database “{connection.alias}” does not guard the record: {len(names)} guards are missing "
            f"({_some(names)}).",
            hint="“manage.py migrate” makes them; “manage.py check_guards” lists them all. "
            "Then run “manage.py verify_history”: the record may have been changed without them.",
            id="record.W001",
        )
    ]


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
