"""Small tags of the pages: a status as its mark, a due state as text, a scroll region, a position kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from activities.dossier import ground_of
from activities.due_states import RETURN_OPEN
from activities.plan_document.grounds import withheld_words
from activities.register import RegisterRow
from activities.statuses import meaning_of
from tnoc_tracker.record.days import AUCKLAND, day_of, long_date

register = template.Library()

_SHAPE = '<svg class="mark tone-{}" width="14" height="14" aria-hidden="true"><use href="#mark-{}"/></svg>'


@register.simple_tag
def status_mark(status: str, shape_only: bool = False) -> SafeString:
    """Shape, colour and word of a stored status; with ``shape_only`` the word is for screen readers."""
    meaning = meaning_of(status)
    word = '<span class="unseen">{}</span>' if shape_only else "{}"
    return format_html(
        '<span class="status">' + _SHAPE + word + "</span>",
        meaning.tone,
        meaning.shape,
        meaning.label,
    )


@register.simple_tag
def due_state(words: str, late: bool = False) -> SafeString:
    """A due state, always plain text: ``{% due_state "46 days overdue" late=True %}``; an open return in small."""
    said, still_open, _ = words.partition(RETURN_OPEN)
    more = format_html("<small>{}</small>", still_open) if still_open else ""
    return format_html('<span class="due{}">{}{}</span>', " late" if late else "", said, more)


@register.simple_tag
def day(when: date) -> SafeString:
    """A day, or the Auckland day of a moment: ``{% day update.at %}``."""
    if isinstance(when, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', when.astimezone(AUCKLAND).isoformat(), long_date(day_of(when))
        )
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), long_date(when))


@register.simple_tag
def at(reading: Any) -> str:
    """What an address needs to stay at a past position: "?as_at=2022-03-31", or nothing now."""
    return f"?{urlencode({'as_at': reading.as_at})}" if reading and reading.is_past else ""


@register.simple_tag
def and_at(reading: Any) -> str:
    """The same for an address that has a query already: "&as_at=2022-03-31", or nothing now."""
    return f"&{urlencode({'as_at': reading.as_at})}" if reading and reading.is_past else ""


@register.simple_tag(takes_context=True)
def saved_view_url(context: Any) -> str:
    """Where this page, as it is asked for, gets a name of one's own; empty where nothing is asked of it."""
    request = getattr(context, "request", None)
    if request is None or not any(request.GET.values()):
        return ""
    return f"{reverse('saved_view_add')}?{urlencode({'address': request.get_full_path()})}"


@register.simple_block_tag
def region(content: str, label: str) -> SafeString:
    """A named region that scrolls sideways by keyboard too: for every wide table."""
    return format_html('<div class="scroll" role="region" aria-label="{}" tabindex="0">{}</div>', label, content)


@dataclass(frozen=True)
class Line:
    """A row of the register as ``register/_line.html`` draws it.

    ``cells`` are key, words and classes; the words are those of every file made from the list. ``reports`` is "yes"
    where its reader may report on it, "no" where they may on others of the list, and empty where on none.
    """

    key: str
    name: str
    anchor: str
    cells: tuple[tuple[str, str, str], ...]
    status: str
    late: bool
    gap: bool
    withheld: bool
    reports: str


@register.simple_tag
def line(row: RegisterRow, columns: Any, reportable: Collection[int]) -> Line:
    """``{% line row columns reportable as line %}``; ``reportable`` are ids of activities."""
    of = row.activity
    cells = tuple((column.key, column.words(row), _CLASSES.get(column.key, "")) for column in columns)
    reports = ("yes" if of.id in reportable else "no") if reportable else ""
    more = {"late": row.is_late, "gap": row.has_gap, "withheld": of.title_is_withheld, "reports": reports}
    return Line(of.key, str(of), row.anchor, cells, of.status, **more)


@register.filter
def heads(columns: Any) -> list[dict[str, Any]]:
    """The heads of a list's columns; without a key where it cannot be sorted by."""
    return [{"label": each.heading, "key": each.key if each.sort else "", "num": each.numeric} for each in columns]


_CLASSES = {"number": "num", "date": "date", "reported": "date", "focus": "short"}
"""How the plain cells of the register stand; the others have a way of their own, in ``register/_line.html``."""


@register.filter
def ground(held: Any) -> str:
    """What a page says of a withheld role: ``{{ held|ground }}``."""
    return ground_of(held)


@register.filter
def withheld(ground_printed: str | None) -> str:
    """What a page says of a withheld part: ``{{ item.ground|withheld }}``."""
    return withheld_words(ground_printed)
