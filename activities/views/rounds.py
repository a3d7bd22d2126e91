"""Reporting rounds: the list of a plan's, the page of one with what came back of what was asked, and its file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.exports.list_files import ListFile
from activities.exports.round_columns import COLUMNS, HEADINGS, cells
from activities.forms.rounds import ReturnsForm, offered_quarters
from activities.reading import Reading
from activities.returns import MEANINGS
from activities.summaries.rounds import (
    NUMBERS,
    BodyReturns,
    ReturnLine,
    RoundLine,
    RoundPicture,
    finding_of_all,
    picture_of,
    round_lines,
    round_of,
    within,
)
from activities.summaries.rows import returns
from activities.views.common import ROWS_A_PAGE, page_context, page_of, reading_of
from activities.views.conditional import unless_unchanged
from activities.views.links import activity_url, linked, page_url, url_of
from activities.views.list_files import files_of, list_file, unreadable
from agencies.permissions import may

ALL_ROWS = "all"
"""``?page=all``: every return on one page, to be printed."""


@require_safe
def rounds(request: HttpRequest, plan: str) -> HttpResponse:
    """Every round of the plan, the latest quarter first."""
    reading = reading_of(request, plan)
    lines = round_lines(reading)
    taken = [line.round.quarter_key for line in lines]
    context = page_context(
        reading,
        "rounds",
        title=finding_of_all(lines),
        lines=[list_line(reading, line) for line in lines],
        may_run=may_run(request, reading),
        may_open=may_run(request, reading) and bool(offered_quarters(reading.plan, taken, reading.on)),
    )
    return render(request, "rounds/list.html", context)


def list_line(reading: Reading, line: RoundLine) -> dict[str, Any]:
    """A round of the list, each number with the address of its rows."""
    counts = (("", line.asked), ("back", line.back), ("review", line.review), ("missing", line.missing))
    urls = {key or "asked": url_of(reading, returns(line.round.quarter_key, state=key)) for key, _ in counts}
    return {"line": line, "round": line.round, "url": page_url(reading, "round", line.round.quarter_key), "urls": urls}


def may_run(request: Any, reading: Reading) -> bool:
    """Whether the person may open, extend and close rounds here; nobody at a past position."""
    return not reading.is_past and may(request.standing, "run_rounds")


@require_safe
def round_page(request: HttpRequest, plan: str, quarter: str) -> HttpResponse:
    """What a round asks, what came back, and who was told when; 422 where a filter cannot be read."""
    reading = reading_of(request, plan)
    held = round_or_404(reading, quarter)
    picture = picture_of(reading, held, telling=True)
    form = filter_of(request, picture)
    readable = form.is_valid()
    rows = chosen(picture, form) if readable else []
    whole = request.GET.get("page") == ALL_ROWS
    page = page_of(request, rows, max(len(rows), 1) if whole else ROWS_A_PAGE)
    context = page_context(
        reading,
        "rounds",
        overdue_count=held.overdue_count,
        round=held,
        picture=picture,
        title=linked(reading, picture.finding),
        numbers=[label for _, label in NUMBERS],
        groups=groups(reading, picture),
        form=form,
        page=page,
        lines=[line(reading, each) for each in page.object_list],
        headings=HEADINGS,
        missing=missing(reading, picture),
        meanings=MEANINGS.values(),
        waiting=picture.count("review"),
        may_run=may_run(request, reading),
        clear_url=url_of(reading, picture.rows()),
        files=files_of(reading, "round_file", quarter, **asked(form)),
    )
    return render(request, "rounds/round.html", context, status=200 if readable else 422)


def round_or_404(reading: Reading, quarter: str) -> Any:
    """The round of a quarter; 404 where none was known."""
    found = round_of(reading, quarter)
    if found is None:
        raise Http404
    return found


def filter_of(request: HttpRequest, picture: RoundPicture) -> ReturnsForm:
    """What of the returns the address asks for."""
    offered = [(each.key, each.who) for each in picture.bodies]
    return ReturnsForm(request.GET, bodies=offered, is_past=picture.reading.as_at)


def chosen(picture: RoundPicture, form: ReturnsForm) -> list[ReturnLine]:
    """The returns that the address asks for, in plan order."""
    said = form.cleaned_data
    return [each for each in within(picture.lines, said["state"]) if said["body"] in ("", each.body_key)]


def asked(form: ReturnsForm) -> dict[str, str]:
    """The query of the address, so that the file holds the same."""
    return {name: str(form[name].value() or "") for name in ("state", "body")}


def groups(reading: Reading, picture: RoundPicture) -> list[dict[str, Any]]:
    """The bodies: those that report themselves, and what the Secretariat answers itself."""
    agencies = [each for each in picture.bodies if not each.is_own]
    own = [each for each in picture.bodies if each.is_own]
    named = (("Agencies", agencies), ("The Secretariat answers itself", own))
    return [
        {"title": title, "bodies": [body_line(reading, picture, each) for each in found]}
        for title, found in named
        if found
    ]


def body_line(reading: Reading, picture: RoundPicture, each: BodyReturns) -> dict[str, Any]:
    """A body's numbers, each with the address of its rows."""
    numbers = [
        {
            "key": key or "asked",
            "count": each.count(key),
            "url": url_of(reading, picture.rows(state=key, body=each.key)),
        }
        for key, _ in NUMBERS
    ]
    after = each.count("after")
    return {
        "each": each,
        "url": page_url(reading, "agency", each.body.slug) if each.body else "",
        "numbers": numbers,
        "after": after,
        "after_url": url_of(reading, picture.rows(state="after", body=each.key)) if after else "",
    }


def line(reading: Reading, each: ReturnLine) -> dict[str, Any]:
    """A return as the page prints it: the words of its columns, and where it leads."""
    return {
        "each": each,
        "cells": cells(each),
        "url": activity_url(reading, each.activity),
        "return_url": page_url(reading, "return_page", each.ret.id),
        "withheld": each.activity.title_is_withheld,
    }


def missing(reading: Reading, picture: RoundPicture) -> list[dict[str, Any]]:
    """What a closed round records as not returned, by body and by name; empty while it is open."""
    if not picture.round.is_closed:
        return []
    return [{"who": each.who, "lines": [line(reading, row) for row in rows]} for each, rows in picture.missing]


@require_safe
@unless_unchanged()
def round_file(request: HttpRequest, plan: str, quarter: str, ending: str) -> HttpResponseBase:
    """The same returns as a file, in the page's columns, order and words."""
    reading = reading_of(request, plan)
    held = round_or_404(reading, quarter)
    picture = picture_of(reading, held)
    form = filter_of(request, picture)
    if not form.is_valid():
        return unreadable(form.errors)
    rows, title = chosen(picture, form), f"Returns of {held.quarter}"
    name = f"{plan}-returns-{quarter}-{reading.on.isoformat()}"
    return list_file(request, ListFile(reading, COLUMNS, rows, name, title, form.in_words), ending)
