"""Lists as files: what the views of every list share, so that all forms of a list hold the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from activities.exports.list_files import ENDINGS, ListFile, list_response
from activities.reading import Reading
from activities.views.links import page_url
from tnoc_tracker.record.events import note


def list_file(request: HttpRequest, file: ListFile, ending: str) -> HttpResponseBase:
    """The list in the form that its address ends in; who takes what out is on the log of events."""
    person = request.user
    note("exported", list=file.name, form=ending, name=person.username, person=person.id)  # type: ignore[union-attr]
    return list_response(file, ending, request.moment)  # type: ignore[attr-defined]


def unreadable(errors: Any) -> HttpResponse:
    """422 with a sentence for each filter that cannot be read, and no file."""
    sentences = [str(error) for of_field in errors.values() for error in of_field]
    return HttpResponse("\n".join(sentences), status=422, content_type="text/plain; charset=utf-8")


def files_of(reading: Reading, name: str, *args: object, **query: str) -> dict[str, str]:
    """The addresses of a list's files by their ending, at the same position; for ``components/_files.html``."""
    return {ending: page_url(reading, name, *args, ending, **query) for ending in ENDINGS}


def files_asked(query: QueryDict, name: str, *args: object) -> dict[str, str]:
    """The same for a page whose own query is passed on, without the page and what is empty."""
    kept = [(key, value) for key, value in query.items() if value and key != "page"]
    asked = f"?{urlencode(kept)}" if kept else ""
    return {ending: reverse(name, args=[*args, ending]) + asked for ending in ENDINGS}
