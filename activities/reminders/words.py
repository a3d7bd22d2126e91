"""What a reminder says: findings for the subject and the headings, and a line for each return, body and milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.asking import secretariat_answers
from activities.due_states import days
from activities.models import ActionPlan
from activities.quarters import FiscalQuarter
from activities.reminders.escalation import LateBody
from activities.reminders.waiting import OpenReturn
from activities.reminders.weekly import Week
from activities.reminders.writing import Item, Link, Section, site
from activities.returns import ReturnState
from activities.summaries.bodies import Dated
from activities.summaries.headline import be, numbered
from tnoc_tracker.record.days import day_of, long_date


def joined(parts: Sequence[str]) -> str:
    """The parts of a finding, as a subject or a heading."""
    return "; ".join(parts)


def round_name(quarter: Any, plan: ActionPlan) -> str:
    """``Q2 FY2021/22, Action Plan 2021/22``: two plans may have the same quarter."""
    return f"{quarter}, {plan.short_title}"


# Returns ----------------------------------------------------------------------------------------------------------


def of_returns(rows: Sequence[OpenReturn], on: date) -> list[str]:
    """``1 return sent back``, ``2 returns overdue by 3 days``, ``4 returns due by 18 February 2022``."""
    back = sum(1 for each in rows if each.sent_back)
    late = [(on - each.ret.due_on).days for each in rows if each.is_late(on)]
    ahead = [each.ret.due_on for each in rows if not each.sent_back and not each.is_late(on)]
    found = [f"{numbered(back, 'return')} sent back"] if back else []
    found += [f"{numbered(len(late), 'return')} overdue{_by_days(late)}"] if late else []
    found += [f"{numbered(len(ahead), 'return')} due{_by_day(ahead, on)}"] if ahead else []
    return found


def _by_days(late: Sequence[int]) -> str:
    return f" by {days(max(late))}" if len(set(late)) == 1 else f", the oldest by {days(max(late))}"


def _by_day(ahead: Sequence[date], on: date) -> str:
    first = min(ahead)
    if len(set(ahead)) > 1:
        return f", the first by {long_date(first)}"
    return f" today, {long_date(first)}" if first == on else f" by {long_date(first)}"


@dataclass(frozen=True)
class RoundNews:
    """A person's open returns in one round; ``opened`` and ``fresh`` (ids of returns) are news to them."""

    rows: tuple[OpenReturn, ...]
    on: date
    opened: bool = False
    fresh: frozenset[int] = frozenset()

    @property
    def section(self) -> Section:
        """What is asked, line by line, and where it is written."""
        first = self.rows[0]
        plan, opened = first.reading.plan, first.round
        several = len({each.ret.due_on for each in self.rows}) > 1
        return Section(
            title=f"{round_name(opened, plan)}: {joined(of_returns(self.rows, self.on))}",
            sentences=opening_sentences(opened.quarter, opened.reopened_why) if self.opened else (),
            quote=opened.note if self.opened else "",
            items=tuple(self._item(each, several=several) for each in self.rows),
            link=Link("Write and file them", site("my_returns", plan.slug)),
        )

    def _item(self, each: OpenReturn, *, several: bool) -> Item:
        said = [_sent_back(each)] if each.sent_back else []
        if each.ret.id in self.fresh and not self.opened:
            said.append("Newly asked")
        if each.ret.state == ReturnState.DRAFT:
            said.append("Begun, not filed")
        if several and each.is_late(self.on):
            said.append(f"{days((self.on - each.ret.due_on).days)} overdue")
        elif each.ret.due_on >= self.on and (several or each.ret.extended_why):
            extended = f" (extended: {each.ret.extended_why})" if each.ret.extended_why else ""
            said.append(f"Due by {long_date(each.ret.due_on)}{extended}")
        words = each.about + whose(each.activity, each.body)
        return Item(words, tuple(said), site("return_page", each.reading.plan.slug, each.ret.id))


def opening_sentences(quarter: FiscalQuarter, reopened_why: str = "") -> tuple[str, ...]:
    """What a round asks, in words, when it is opened or opened again."""
    last_day = long_date(quarter.last_day)
    asks = f"The Secretariat asks how these activities stood at the end of the quarter, {last_day}."
    return (f"The round is open again: {reopened_why}", asks) if reopened_why else (asks,)


def whose(activity: Any, body: Any) -> str:
    """Beside what the Secretariat answers itself, for whom it does; empty for an agency's own and a withheld row."""
    if not secretariat_answers(body) or (body is None and activity.withheld):
        return ""
    return f" ({body.label})" if body is not None else " (nobody answers for it)"


def _sent_back(each: OpenReturn) -> str:
    filing = each.sent_back
    return f"Sent back on {long_date(day_of(filing.answered_at))}: {filing.answer}"


# What the Secretariat is told -------------------------------------------------------------------------------------


def of_late_bodies(lines: Sequence[LateBody]) -> list[str]:
    """``2 agencies owe 5 returns``: what is late, and what was sent back long ago."""
    if not lines:
        return []
    bodies = len({line.body.id for line in lines})
    missing = sum(len(line.missing) for line in lines)
    owe = "owes" if bodies == 1 else "owe"
    return [f"{numbered(bodies, 'agency', 'agencies')} {owe} {numbered(missing, 'return')}"]


def late_section(lines: Sequence[LateBody], on: date) -> Section:
    """One line for each body that is late in a round: what is missing, who was reminded when, who is not reached."""
    first = lines[0].missing[0]
    plan, opened = first.reading.plan, first.round
    return Section(
        title=f"{round_name(opened, plan)}: {joined(of_late_bodies(lines))}",
        items=tuple(_late_item(line, on) for line in lines),
        link=Link("Extend, or close with what is missing", site("round", plan.slug, opened.quarter_key)),
    )


def _late_item(line: LateBody, on: date) -> Item:
    said = [each.about for each in line.missing]
    said += line.chased_in_words
    return Item(f"{line.body.label}: {joined(of_returns(line.missing, on))}", tuple(said))


# The week ---------------------------------------------------------------------------------------------------------


def of_week(week: Week) -> list[str]:
    """``2 milestones overdue``, ``1 milestone due by 17 March 2022``, and what waits for an answer."""
    found = [f"{numbered(len(week.overdue), 'milestone')} overdue"] if week.overdue else []
    if week.coming:
        by = _by_day([each.milestone.agreed_due for each in week.coming], week.reading.on)
        found.append(f"{numbered(len(week.coming), 'milestone')} due{by}")
    return found + [item.words for item in _answers(week)]


def week_section(week: Week) -> Section:
    """What is overdue and due soon, and what waits for an answer, in one plan."""
    plan = week.reading.plan
    dated = tuple(_dated(each) for each in (*week.overdue, *week.coming))
    return Section(
        title=f"{plan.short_title}: {joined(of_week(week))}",
        items=(*dated, *_answers(week)),
        link=Link("All of it, as it stands now", site("my_agency", plan.slug)),
    )


def _dated(each: Dated) -> Item:
    plan, activity, row = each.own.reading.plan, each.own.activity, each.milestone
    said = f"Agreed for {long_date(row.agreed_due)}: {each.state}"
    return Item(f"{activity}: {row.full_name}", (said,), site("activity", plan.slug, activity.key))


def _answers(week: Week) -> tuple[Item, ...]:
    plan = week.reading.plan
    found = []
    if week.proposals:
        count = f"{numbered(week.proposals, 'proposed date')} {'waits' if week.proposals == 1 else 'wait'}"
        found.append(Item(f"{count} for your answer", url=site("proposal_list", plan.slug)))
    for opened, count_of in week.reviews:
        count = f"{numbered(count_of, 'return')} of {opened} {'waits' if count_of == 1 else 'wait'}"
        found.append(Item(f"{count} for your review", url=site("review_queue", plan.slug, opened.quarter_key)))
    if week.waiting:
        count = f"{numbered(len(week.waiting), 'return')} of your bodies {be(len(week.waiting))}"
        found.append(Item(f"{count} not filed yet", url=site("my_returns", plan.slug)))
    return tuple(found)
