"""Files of the record that somebody holds already: 304 before anything of them is read, while they would be the same.

A file is made of the record, the day, its address, what its reader may do, this program and a few of its settings.
All of that together has a name (the entity tag); whoever sends it back holds the file as it would be made now. A tag
is given with a file only, never with a refusal, so that nobody is told more by a 304 than they were sent before;
nothing leaves with it either, and so it is not on the log as an export.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from agencies.standing import Standing
from tnoc_tracker.record.state import name_of_record

KEPT: Final = "private, no-cache"
"""Kept by the program that asked, and asked for anew each time."""

View = Callable[..., HttpResponseBase]

_SETTINGS = ("BODY_FUNCTIONS", "CLOSED_DAYS", "DEMONSTRATION", "ESCALATION_WORKING_DAYS", "PROTECTIVE_MARKING")
"""The settings that files of the record are made with, beside those of working days and addresses."""


def unless_unchanged(also: Callable[[Any], object] | None = None) -> Callable[[View], View]:
    """A view of a file made from the record: 304 for who holds it as it is now.

    ``also`` tells from the request what the file is made of besides, where that is not on record.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            standing: Standing = request.standing  # type: ignore[attr-defined]
            tag = tag_of(request, standing, also(request) if also else None)
            return not_modified(request, tag) or kept(view(request, *args, **kwargs), tag)

        return checked

    return decorated


def tag_of(request: HttpRequest, standing: Standing, *more: object) -> str:
    """The entity tag of a file that somebody is sent at an address; weak, for the file says when it was made."""
    made_of = (
        name_of_record(),
        request.today,  # type: ignore[attr-defined]
        request.get_host(),
        request.get_full_path(),
        (standing.actor.person_id, standing.is_administrator, standing.is_program),
        *(sorted(each) for each in (standing.body_ids, standing.reporting_body_ids, standing.functions)),
        *(str(getattr(settings, name)) for name in (*_SETTINGS, "RETURN_WORKING_DAYS", "SITE_ADDRESS")),
        _program(),
        more,
    )
    return f'W/"{sha256(repr(made_of).encode()).hexdigest()}"'


def not_modified(request: HttpRequest, tag: str) -> HttpResponseBase | None:
    """304 where the program that asks holds what a tag names; ``*`` names nothing that we know of."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return kept(HttpResponseNotModified(), tag) if tag in held else None


def kept(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    """The answer with its tag; one that refuses stays without."""
    if response.status_code in (200, 304):
        response.headers["ETag"], response.headers["Cache-Control"] = tag, KEPT
    return response


@cache
def _program() -> str:
    """The program by its content: another version may print other columns."""
    sources = sorted(path for app in ("activities", "agencies", "tnoc_tracker") for path in _sources(app))
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def _sources(app: str) -> Any:
    return (settings.BASE_DIR / app).rglob("*.py")
