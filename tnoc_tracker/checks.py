"""System checks that teach: a misconfiguration is named before it costs somebody data, with what to do about it."""

from __future__ import annotations

import os
import sqlite3
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

WAL_IS_SAFE_FROM: Final = (3, 51, 3)
"""SQLite before this version can lose committed changes of a database in WAL mode."""


def sqlite_journal(**kwargs: Any) -> list[CheckMessage]:
    """WAL on a SQLite that has its known fault."""
    if sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM:
        return []
    return [
        Warning(
            f"The database “{alias}” uses SQLite {sqlite3.sqlite_version} in WAL mode, which can lose changes.",
            hint="Leave out journal_mode=WAL: the settings use journal_mode=DELETE. WAL needs SQLite "
            f"{'.'.join(map(str, WAL_IS_SAFE_FROM))} or later.",
            id="tnoc.W001",
        )
        for alias, database in settings.DATABASES.items()
        if "sqlite" in database["ENGINE"] and "wal" in _init_command(database)
    ]


def _init_command(database: dict[str, Any]) -> str:
    return str(database.get("OPTIONS", {}).get("init_command", "")).lower()


def demonstration_database(**kwargs: Any) -> list[CheckMessage]:
    """A demonstration, or DEBUG, on a database that is meant for real data."""
    if not any(database["ENGINE"].endswith("postgresql") for database in settings.DATABASES.values()):
        return []
    found: list[CheckMessage] = []
    if settings.DEMONSTRATION:
        found.append(
            Error(
                "TNOC_DEMONSTRATION is on with a PostgreSQL database: made-up progress would be entered as fact, "
                "under a pretended date.",
                hint="Unset TNOC_DEMONSTRATION. “manage.py demo” makes a throw-away SQLite file of its own.",
                id="tnoc.E001",
            )
        )
    if settings.DEBUG:
        found.append(
            Warning(
                "DEBUG is on with a PostgreSQL database: errors show settings and data to whoever causes them.",
                hint="Unset DEBUG and set SECRET_KEY, unless this is a developer's own machine.",
                id="tnoc.W002",
            )
        )
    return found


def pretended_day(**kwargs: Any) -> list[CheckMessage]:
    """A pretended day that nothing heeds."""
    if settings.DEMONSTRATION or not os.environ.get("TNOC_TODAY"):
        return []
    return [
        Warning(
            "TNOC_TODAY is set and has no effect: the register's day is pretended in a demonstration only.",
            hint="Unset TNOC_TODAY, or set TNOC_DEMONSTRATION=on with a throw-away database.",
            id="tnoc.W003",
        )
    ]


def mail(**kwargs: Any) -> list[CheckMessage]:
    """Mail that leaves without saying from whom, or with links that lead nowhere."""
    if not settings.MAIL_LEAVES:
        return []
    wanted = {
        "SITE_ADDRESS": ("tnoc.E002", "the links in mail would lead nowhere", "https://tracker.example.govt.nz"),
        "DEFAULT_FROM_EMAIL": ("tnoc.E003", "mail would not say from whom it comes", "tracker@example.govt.nz"),
    }
    return [
        Error(
            f"EMAIL_URL is set without {name}: {why}.",
            hint=f"Set {name}, such as {example}; or unset EMAIL_URL, and mail is kept at /mail/ instead of sent.",
            id=number,
        )
        for name, (number, why, example) in wanted.items()
        if not getattr(settings, name)
    ]
