"""The log of events: who came, who was refused, who changed what somebody may do, what was taken out or verified.

One event a line, on the logger ``tnoc.access``. No text of a plan and no reason that somebody typed goes there, and no
password; the register itself keeps those. Each line names the web request or command, as the entries made in it do.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tnoc_tracker.record.change import current_request

log = logging.getLogger("tnoc.access")

_KEY = re.compile(r"(?<=/)[\w-]{40,}")
"""Part of an address that is a key: of a calendar, or a one-time link (43 characters each)."""


def note(event: str, level: int = logging.INFO, /, **facts: Any) -> None:
    """Write one line: the event, then its facts; those that are empty are left out."""
    told = {name: value for name, value in facts.items() if value not in (None, "")}
    if "path" in told:
        told["path"] = without_keys(told["path"])
    if request := current_request():
        told["request"] = request
    # Every value is a JSON string, so that no line break or quote in it can forge a line.
    words = " ".join(f"{name}={json.dumps(str(value))}" for name, value in told.items())
    log.log(level, "%s %s", event, words, extra={"event": event, "facts": told})


def source_of(request: HttpRequest | None) -> str:
    """The address that a request came from, as the web server gives it, or the proxy that is trusted (BEHIND_PROXY).

    Of what is forwarded only the last counts: that is the proxy's own word, and all before it anybody can send.
    """
    if request is None:
        return ""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def without_keys(words: str) -> str:
    """Words of a log without the key in an address: who reads the log must not be able to open what it opens."""
    return _KEY.sub("…", words)


class WithoutKeys(logging.Filter):
    """Takes keys out of what any logger says of an address; it keeps no line back."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the words without keys in the place of the message and its arguments."""
        said = record.getMessage()
        if (told := without_keys(said)) != said:
            record.msg, record.args = told, ()
        return True


class JsonLines(logging.Formatter):
    """A record as one line of JSON: when (UTC), how grave, from which logger, the event and its facts, or the words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback stands in it as one string."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if hasattr(record, "facts"):
            line |= {"event": record.event, **record.facts}  # type: ignore[attr-defined]
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)  # ASCII: no line separator of any kind
