"""Who changes something, when and why: the envelope that every entry of the ledger carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum


class RegisterError(Exception):
    """The register refuses a change; the message is a sentence for people."""


class UnrecordedChange(RegisterError):
    """Somebody tried to write a tracked row outside ``record``."""


class Conflict(RegisterError):
    """The row was changed by somebody else since it was read."""


@dataclass(frozen=True)
class Actor:
    """A person or a program. Programs have no ``person_id`` and are named by their command."""

    name: str
    person_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse an anonymous actor: every entry names somebody."""
        if not self.name.strip():
            raise ValueError("Every change is made by somebody: the actor needs a name.")


@dataclass(frozen=True)
class Change:
    """One change: the moment from which it counts, who made it, why, in which request, and to which fields.

    ``fields`` are column names, empty for a row's first entry: everything is new then. ``before`` is what the row's new
    entry follows, where it was read with the row: the history date, the seal and the covered columns of the last one.
    """

    by: Actor
    at: datetime
    reason: str
    request: str
    fields: tuple[str, ...] = ()
    before: tuple[datetime, str, list[str]] | None = None


class Fate(Enum):
    """What has become, so far, of the change that a request asked for."""

    NOTHING = "nothing"  # nothing was committed
    UNKNOWN = "unknown"  # the commit was asked for, and its answer has not come
    SAVED = "saved"


_change: ContextVar[Change | None] = ContextVar("change", default=None)
_request: ContextVar[str] = ContextVar("request", default="")
_fate: ContextVar[Fate] = ContextVar("fate", default=Fate.NOTHING)


def current_change() -> Change:
    """The change being written; ``UnrecordedChange`` where there is none."""
    change = _change.get()
    if change is None:
        raise UnrecordedChange("Tracked rows are written by record() only, so that each change has its entry.")
    return change


def current_request() -> str:
    """The identifier of the web request or command under way, or an empty text."""
    return _request.get()


def current_fate() -> Fate:
    """What has become of the change that the web request under way asked for."""
    return _fate.get()


def fate_is(fate: Fate) -> None:
    """Note what has become of it; used by ``do_once`` and ``outcome_of``, and nobody else."""
    _fate.set(fate)


def follows(before: tuple[datetime, str, list[str]]) -> None:
    """Note what the entry of the current change follows; used by ``Tracked`` and nobody else."""
    _change.set(replace(current_change(), before=before))


@contextmanager
def in_change(change: Change) -> Iterator[None]:
    """Make ``change`` the current one; used by ``record`` and nobody else."""
    token = _change.set(change)
    try:
        yield
    finally:
        _change.reset(token)


@contextmanager
def in_request(identifier: str) -> Iterator[None]:
    """Name the web request or command in which the entries inside are written."""
    token, fate = _request.set(identifier), _fate.set(Fate.NOTHING)
    try:
        yield
    finally:
        _request.reset(token)
        _fate.reset(fate)
