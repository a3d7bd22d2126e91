"""One activity and what is under it: the querysets that its own pages ask, each put together once.

Those that give a queryset are for ``asked_of``.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, OuterRef, Subquery, TextField

from activities.contradictions import marked
from activities.models import Activity, FocusArea, Part, PriorityArea, StatusUpdate
from activities.prepared import asked_of
from activities.reading import Reading
from activities.summaries.decisions import decisions_beside
from activities.summaries.said import with_returns


def find(reading: Reading, key: str) -> Any:
    """The activity at a key, with what its page says beside it; None where there is none (one query)."""
    return next(iter(asked_of(reading, at_key, key=key)), None)


def at_key(reading: Reading, key: str) -> Any:
    """The activity at a key as a queryset, for ``asked_of``.

    Its areas are named, its neighbours given by key; ``overdue_count`` is the whole plan's, for the header.
    """
    focus = reading.beside(FocusArea, id="focus_area_id").order_by()
    priority = reading.beside(PriorityArea, id="priority_area_id").order_by()
    others = reading.rows(Activity).filter(withdrawn_on=None)
    before = others.filter(position__lt=OuterRef("position")).order_by("-position")
    after = others.filter(position__gt=OuterRef("position")).order_by("position")
    rows: Any = marked(reading, reading.all_activities.filter(key=key))
    return rows.annotate(
        focus_code=Subquery(focus.values("code")[:1], output_field=TextField()),
        focus_title=Subquery(focus.values("title")[:1], output_field=TextField()),
        focus_slug=Subquery(focus.values("slug")[:1], output_field=CharField()),
        priority_title=Subquery(priority.values("title")[:1], output_field=TextField()),
        previous_key=Subquery(before.values("key")[:1], output_field=CharField()),
        next_key=Subquery(after.values("key")[:1], output_field=CharField()),
        overdue_count=reading.overdue_total,
        decided=decisions_beside(reading),
    ).order_by()


def updates_of(reading: Reading, activity_id: int, most: tuple[int] | None) -> Any:
    """What was said of an activity, the latest first, with the part it is about and when it was written.

    ``most`` says how many of the newest; None asks for all.
    """
    corrected = StatusUpdate.objects.filter(id=OuterRef("corrects_id")).order_by()
    entries = StatusUpdate.history.model.objects.filter(id=OuterRef("id"), sequence=1).order_by()
    parts = reading.beside(Part, id="part_id").order_by()
    said = reading.known(StatusUpdate.objects.filter(activity_id=activity_id)).order_by("-number")
    rows = said.annotate(
        corrected_at=Subquery(corrected.values("at")[:1]),
        first_written_at=Subquery(entries.values("written_at")[:1]),
        part_body=Subquery(parts.values("body_id")[:1]),
        part_scope=Subquery(parts.values("scope")[:1], output_field=TextField()),
    )
    found = with_returns(reading, rows)
    return found[: most[0]] if most else found


def parts_of(reading: Reading, activity_id: int) -> Any:
    """The live parts of an activity."""
    return reading.parts.filter(activity_id=activity_id)
