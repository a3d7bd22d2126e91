"""Meetings of the Steering Group: the list of a plan's, and the page of one with its agenda and its decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.reading import Reading
from activities.summaries.decisions import Followed
from activities.summaries.meetings import (
    ItemLine,
    MeetingLine,
    MeetingPicture,
    finding_of_all,
    meeting_lines,
    meeting_of,
)
from activities.summaries.rows import returns
from activities.views.common import page_context, reading_of
from activities.views.links import activity_url, page_url, url_of
from agencies.permissions import may


@require_safe
def meetings(request: HttpRequest, plan: str) -> HttpResponse:
    """Every meeting of the plan: the next one first, then those after it, then those that were."""
    reading = reading_of(request, plan)
    lines = meeting_lines(reading)
    context = page_context(
        reading,
        "meetings",
        title=finding_of_all(lines),
        lines=[list_line(reading, each) for each in lines],
        decisions_url=page_url(reading, "decisions") if any(each.decisions for each in lines) else "",
        may_run=may_run(request, reading),
    )
    return render(request, "meetings/list.html", context)


def may_run(request: Any, reading: Reading) -> bool:
    """Whether the person may call meetings and edit agendas here; nobody at a past position."""
    return not reading.is_past and may(request.standing, "run_meetings")


def list_line(reading: Reading, line: MeetingLine) -> dict[str, Any]:
    """A meeting of the list with the addresses of what it names."""
    key = line.round.round.quarter_key if line.round else ""
    return {
        "line": line,
        "meeting": line.meeting,
        "url": page_url(reading, "meeting", line.meeting.id),
        "round_url": page_url(reading, "round", key) if key else "",
        "back_url": url_of(reading, returns(key, state="back")) if key else "",
        "pack_url": page_url(reading, "pack", line.meeting.pack_id) if line.meeting.pack_id else "",
    }


@require_safe
def meeting(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """What became of earlier decisions, the agenda with what was decided on each item, and the packs."""
    reading = reading_of(request, plan)
    picture = MeetingPicture(reading, meeting_or_404(reading, meeting))
    held: Any = picture.meeting
    runs = may_run(request, reading) and not held.is_called_off
    context = page_context(
        reading,
        "meetings",
        overdue_count=held.overdue_count,
        meeting=held,
        picture=picture,
        title=picture.finding,
        returned=returned(reading, picture),
        earlier=decided(reading, picture.earlier),
        agenda=[item_line(reading, each, decides=runs and picture.has_come) for each in picture.agenda],
        decisions=decided(reading, picture.decisions),
        packs=[{"pack": each, "url": page_url(reading, "pack", each.id)} for each in picture.packs],
        may_run=runs,
        may_decide=runs and picture.has_come,
        may_call_off=runs and not picture.decisions,
    )
    return render(request, "meetings/meeting.html", context)


def meeting_or_404(reading: Reading, meeting_id: int) -> Any:
    """A meeting of the plan; 404 where none was known."""
    found = meeting_of(reading, meeting_id)
    if found is None:
        raise Http404
    return found


def returned(reading: Reading, picture: MeetingPicture) -> dict[str, Any] | None:
    """The round that a meeting looks at, and how much of it came back; None where it looks at none."""
    key = picture.meeting.quarter_key
    if not key:
        return None
    back = url_of(reading, returns(key, state="back"))
    return {
        "quarter": picture.quarter,
        "url": page_url(reading, "round", key),
        "words": picture.returned,
        "back_url": back,
    }


def item_line(reading: Reading, each: ItemLine, *, decides: bool) -> dict[str, Any]:
    """An item of the agenda with the addresses of its activity and of what was decided on it."""
    item = each.item
    record = page_url(reading, "decision_record", item.meeting_id, item=str(item.id)) if decides else ""
    return {
        "item": item,
        "place": each.place,
        "url": page_url(reading, "activity", each.key) if each.key else "",
        "decisions": decided(reading, each.decisions),
        "record_url": record,
    }


def decided(reading: Reading, some: Iterable[Followed]) -> list[dict[str, Any]]:
    """Decisions with their addresses, and those of what they are about."""
    return [
        {
            "told": each,
            "url": page_url(reading, "decision", each.decision.id),
            "activity_url": activity_url(reading, each.activity) if each.activity else "",
        }
        for each in some
    ]
