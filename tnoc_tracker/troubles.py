"""What the database may fail at that is nobody's mistake: recognised, named in plain words, noted as an event.

A trouble passes by itself or by the work of the people who run the register; whoever meets one is told so (503),
and may try again. A fault of ours (a missing table, a broken constraint) is no trouble: it stays a failure (500).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest

from tnoc_tracker.record.change import current_fate
from tnoc_tracker.record.events import note, source_of

TELL = "If it goes on, tell the people who run this register."


@dataclass(frozen=True)
class Trouble:
    """A kind of trouble: its name on the log, what happened, what to do, and after how many seconds to try again."""

    name: str
    finding: str
    advice: str
    retry_after: int


GONE = Trouble("gone", "the register’s database does not answer", f"Try again in a minute. {TELL}", 30)
BUSY = Trouble("busy", "others were saving for too long", f"Try again in a few seconds. {TELL}", 5)
SLOW = Trouble("slow", "the register’s database took too long", f"Try again in a minute. {TELL}", 30)
READ_ONLY = Trouble(
    "read-only", "the register can only be read just now", "Until the people who run it allow it, nobody can save.", 300
)
FULL = Trouble(
    "full", "the register has no room left", "Tell the people who run it: until they make room, nobody can save.", 300
)

BY_STATE = {
    "25006": READ_ONLY,  # read_only_sql_transaction
    "40001": BUSY,  # serialization_failure
    "40P01": BUSY,  # deadlock_detected
    "53100": FULL,  # disk_full
    "55P03": BUSY,  # lock_not_available
    "57014": SLOW,  # query_canceled: the statement's time ran out
}
"""PostgreSQL's code of an error (SQLSTATE). Whatever else an operational error says, the database is gone."""

BY_NAME = {"SQLITE_BUSY": BUSY, "SQLITE_LOCKED": BUSY, "SQLITE_READONLY": READ_ONLY, "SQLITE_FULL": FULL}
"""SQLite's name of an error; its extended names begin with these."""


def trouble_of(error: BaseException | None) -> Trouble | None:
    """The trouble that an exception stands for; None where it is something else, for example a fault of ours."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    code = code_of(error)
    found = BY_STATE.get(code) or next((each for name, each in BY_NAME.items() if code.startswith(name)), None)
    if found:
        return found
    if code == "SQLITE_ERROR":  # such as a missing table, which SQLite calls operational
        return None
    # An internal error is PostgreSQL's word for a connection in a state that allows nothing more.
    troubled = isinstance(error, OperationalError | InterfaceError | InternalError) or type(error) is DatabaseError
    return GONE if troubled else None


def behind(error: BaseException) -> BaseException:
    """The database's own error that an error came from, else the error itself: sessions hide theirs."""
    within: BaseException | None = error
    while within is not None:
        if trouble_of(within):
            return within
        within = within.__context__
    return error


def code_of(error: BaseException) -> str:
    """The database's own code of an error, without any of its text; empty where it gives none."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or ""


def note_trouble(request: HttpRequest, trouble: Trouble, error: BaseException) -> None:
    """One line on the log for whoever runs the register. It asks nothing of the database, not even for a name."""
    note(
        "database-trouble",
        logging.ERROR,
        trouble=trouble.name,
        code=code_of(error),
        saved=current_fate().value,
        method=request.method,
        path=request.path,
        source=source_of(request),
    )


class NotTwice(logging.Filter):
    """Keeps a trouble off Django's own log: it is an event already, and a traceback a request would bury it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through but the traceback of a trouble."""
        error = record.exc_info[1] if record.exc_info else None
        return trouble_of(error) is None
