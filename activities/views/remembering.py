"""Pages that are drawn once for each state of the record, and then shown to everybody who would see the same.

A page of a plan is made of the record, the day, its address and what its reader may do, and of nothing else: as long
as nothing is added to the record, it is the same page. What is a person's own (their name, messages, the tokens of
forms) stands outside the parts that ``{% remembered %}`` marks in ``base.html``; a part with a form of its own in it
is never kept. Nothing of this is needed for a right answer: each process remembers for itself, within a limit, and
forgets after a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from activities.reading import Reading
from activities.templatetags.remembering import Parts
from activities.views.common import page_context
from agencies.standing import Standing
from tnoc_tracker.record.state import state_of_record
from tnoc_tracker.store import store

HTTP_STATUS: Final = "http_status"
"""The name in a context under which a page that refuses says so: 422 where its address cannot be read."""


def remembered_page(
    request: HttpRequest, reading: Reading, section: str, template: str, make: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """A page of a plan: as it is remembered, or from the context that ``make`` gives (``page_context`` and its own).

    ``make`` is asked only where nothing is remembered; what it gives must follow from the reading, the day, the
    address and the rights of the reader alone. Where the address cannot be read it gives an ``http_status``, and the
    page is not kept.
    """
    if not settings.REMEMBERED_CHARACTERS:
        context = make()
        return render(request, template, context, status=context.get(HTTP_STATUS, HTTPStatus.OK))
    key, state = key_of(request, reading), state_of_record()
    kept: tuple[int, Parts] | None = store.get(key)
    if kept is not None and kept[0] == state:
        parts = kept[1]
        context = page_context(reading, section, overdue_count=parts.overdue_count)
        return render(request, template, context | {"remembered_parts": parts})
    context = make()
    parts = Parts(context["overdue_count"])
    status = context.get(HTTP_STATUS, HTTPStatus.OK)
    response = render(request, template, context | {"remembered_parts": parts}, status=status)
    if status == HTTPStatus.OK and not parts.personal:
        store.put(key, (state, parts), parts.size)  # in the place of what was drawn before the last change
    return response


def key_of(request: HttpRequest, reading: Reading) -> Hashable:
    """All that a page of a plan is made of beside the record, and who would see the same."""
    standing: Standing = request.standing  # type: ignore[attr-defined]
    rights = (standing.body_ids, standing.reporting_body_ids, standing.functions, standing.is_administrator)
    return (
        str(connection.settings_dict["NAME"]),
        request.get_full_path(),
        request.headers.get("HX-Target"),
        request.get_host(),
        request.today,  # type: ignore[attr-defined]
        reading.at,
        rights,
        settings.DEMONSTRATION,
        settings.PROTECTIVE_MARKING,
    )
