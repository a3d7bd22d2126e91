"""System checks of the record: ``manage.py check --database default`` names guards that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connections

from tnoc_tracker.record import guards


def guards_are_there(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """One warning for a database without some of its guards. A warning, since migrate checks before it mends."""
    absent = {alias: guards.missing(connections[alias]) for alias in databases or ()}
    return [
        Warning(
            f"The database “{alias}” does not guard the record: {len(names)} guards are missing ({_some(names)}).",
            hint="“manage.py migrate” makes them; “manage.py check_guards” lists them all. "
            "Then run “manage.py verify_history”: the record may have been changed without them.",
            id="record.W001",
        )
        for alias, names in absent.items()
        if names
    ]


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
