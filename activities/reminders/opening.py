"""The message of a round that is not opened yet: what a body's people will be sent, for the page that opens it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from activities.asking import Asked, asked, secretariat_answers
from activities.models import ActionPlan
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.reminders.words import opening_sentences, round_name, whose
from activities.reminders.writing import Item, Link, Section, Written, site, write
from activities.summaries.headline import numbered
from agencies.models import Body
from tnoc_tracker.record.days import long_date


def opening_message(
    *,
    plan: ActionPlan,
    quarter: FiscalQuarter,
    due_on: date,
    note: str,
    body: Body | None,
    on: date,
    rows: Iterable[Asked] | None = None,
) -> Written:
    """What the people of a body will be told when the round of a quarter is opened on a day, due on another.

    ``body`` is an agency; or any body for which the Secretariat answers, or None: then it is the message to the
    Secretariat's own people. ``rows`` are all that the round would ask, where the caller has them already. Shown on a
    page: ``subject``, ``text`` in a ``<pre>``, and ``shown``, which is HTML.
    """
    rows = [each for each in (asked(Reading(plan, on)) if rows is None else rows) if _is_of(each, body)]
    found = f"{numbered(len(rows), 'return')} due by {long_date(due_on)}"
    section = Section(
        title=f"{round_name(quarter, plan)}: {found}",
        sentences=opening_sentences(quarter),
        quote=note.strip(),
        items=tuple(Item(f"{_about(each)}{whose(each.activity, each.body)}") for each in rows),
        link=Link("Write and file them", site("my_returns", plan.slug)),
    )
    return write(f"{quarter} is open: {found}", [section], why=("What an open round asks cannot be switched off.",))


def _is_of(each: Asked, body: Body | None) -> bool:
    if secretariat_answers(body):
        return secretariat_answers(each.body)
    return each.body is not None and body is not None and each.body.id == body.id


def _about(each: Asked) -> str:
    return f"{each.activity}, {each.part.scope}" if each.part and each.part.scope else str(each.activity)
