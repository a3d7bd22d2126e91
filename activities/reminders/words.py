"""What a reminder says: findings for the subject and the headings, and a line for each return, body and milestone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from activities.asking import secretariat_answers
from activities.due_states import days
from activities.reminders.escalation import LateBody
from activities.reminders.waiting import OpenReturn
from activities.reminders.weekly import Week
from activities.reminders.writing import Item, Link, Section, site
from activities.returns import ReturnState
from activities.summaries.bodies import Dated
from activities.summaries.headline import numbered
from tnoc_tracker.record.days import day_of, long_date


def of_returns(rows: Sequence[OpenReturn], on: date) -> list[str]:
    """``1 return sent back``, ``2 returns overdue by 3 days``, ``4 returns due by 18 February 2022``."""
    back = [each for each in rows if each.sent_back]
    late = [(on - each.ret.due_on).days for each in rows if each.is_late(on)]
    due = sorted({each.ret.due_on for each in rows if not each.sent_back and not each.is_late(on)})
    found = [f"{numbered(len(back), 'return', 'returns')} sent back"] if back else []
    if late:
        by = f"by {days(max(late))}" if len(set(late)) == 1 else f"the oldest by {days(max(late))}"
        found.append(f"{numbered(len(late), 'return', 'returns')} overdue {by}" if len(set(late)) == 1 else _oldest(late))
    if due:
        count = len(rows) - len(back) - len(late)
        found.append(f"{numbered(count, 'return', 'returns')} due{_by(due, on)}")
    return found
