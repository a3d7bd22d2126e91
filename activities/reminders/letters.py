"""Who is written to on a day: one letter per person with everything in it, where something in it is new to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.db.models import Q

from activities.asking import secretariat_answers
from activities.models import ActionPlan
from activities.reading import Reading
from activities.reminders.escalation import LateBody, late_bodies
from activities.reminders.waiting import OpenReturn, open_returns
from activities.reminders.weekly import Week, Weeks
from activities.reminders.words import (
    RoundNews,
    joined,
    late_section,
    of_late_bodies,
    of_returns,
    of_week,
    week_section,
)
from activities.reminders.writing import Section, write
from activities.stages import ASKED, Topic, prefix_of, summary_topic
from activities.summaries.reminded import reach_of, reports_on
from activities.working_days import Calendar
from agencies.actions.messages import Letter
from agencies.correspondents import Correspondent, correspondents
from agencies.models import MessageTopic

KINDS = {
    "opened": "Round opened",
    "sent-back": "Sent back",
    "reminder": "Reminder",
    "escalated": "Late returns",
    "summary": "Weekly summary",
}
"""What a message is, by what is new in it: the first that applies."""


@dataclass(frozen=True)
class PlanNews:
    """What there is to say of one plan on a day, read once for everybody."""

    waiting: tuple[OpenReturn, ...]
    late: tuple[LateBody, ...]
    weeks: Weeks

    def asked_of(self, person: Correspondent) -> list[OpenReturn]:
        """The open returns that a person may write."""
        return [each for each in self.waiting if reports_on(person, each.body)]

    def beside(self, person: Correspondent) -> list[OpenReturn]:
        """The open returns of a person's bodies that they may not write."""
        return [each for each in self.waiting if _is_of(person, each) and not reports_on(person, each.body)]


def _is_of(person: Correspondent, each: OpenReturn) -> bool:
    if secretariat_answers(each.body):
        return person.is_secretariat
    return each.ret.body_id in {body.id for body in person.bodies}


@dataclass(frozen=True)
class Post:
    """Everything that is due on a day: the letters, and who should be told and cannot be."""

    letters: list[Letter]
    unreached: list[str]


def due_letters(*, on: date, calendar: Calendar, escalate_after: int) -> Post:
    """What is to be sent on a day of the register, as it stands now.

    ``escalate_after`` is the number of working days after which the Secretariat is told of a late body.
    """
    people = correspondents(on)
    plans = [
        _news(Reading(plan, on), people, calendar, escalate_after)
        for plan in ActionPlan.objects.filter(starts_on__lte=on).order_by("starts_on", "slug")
    ]
    told = _told(plans, on)
    letters = []
    for person in people:
        if not person.unreachable:
            desk = Desk(person, tuple(plans), on, calendar, frozenset(told[person.person.id]))
            letters += [desk.letter] if desk.new else []
    return Post(letters, _unreached(plans, people))


def _news(reading: Reading, people: list[Correspondent], calendar: Calendar, after: int) -> PlanNews:
    waiting = open_returns(reading)
    late = late_bodies(waiting, people, on=reading.on, calendar=calendar, after=after)
    return PlanNews(tuple(waiting), tuple(late), Weeks(reading))


def _told(plans: Iterable[PlanNews], on: date) -> dict[int, set[str]]:
    """What everybody has been told of the open rounds and of this week, by the person's id (one query)."""
    asked = Q(topic=summary_topic(on))
    for round_id in {each.round.id for plan in plans for each in plan.waiting}:
        asked |= Q(topic__startswith=prefix_of(round_id))
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, topic in MessageTopic.objects.filter(asked).values_list("person_id", "topic"):
        found[person_id].add(topic)
    return found


def _unreached(plans: Iterable[PlanNews], people: list[Correspondent]) -> list[str]:
    """``Police: Police Lead (no e-mail address)``, for each body that something is asked of."""
    bodies = {each.ret.body_id: each.body for plan in plans for each in plan.waiting}
    found = []
    for body in bodies.values():
        name = body.label if body is not None else "Where nobody answers"
        found += [f"{name}: {words}" for words in reach_of(body, people).not_told]
    return found


@dataclass(frozen=True)
class Desk:
    """One person on a day: what is to be said to them, and what of it is new."""

    person: Correspondent
    plans: tuple[PlanNews, ...]
    on: date
    calendar: Calendar
    told: frozenset[str]

    @cached_property
    def asked(self) -> list[OpenReturn]:
        """What they have to write, in every plan."""
        return [each for plan in self.plans for each in plan.asked_of(self.person)]

    @cached_property
    def late(self) -> list[LateBody]:
        """The bodies that are late, for the Secretariat."""
        return [line for plan in self.plans for line in plan.late] if self.person.is_secretariat else []

    @cached_property
    def weeks(self) -> list[Week]:
        """The summary of the week, where it is wanted, not sent yet, and has something in it; on working days."""
        topic = summary_topic(self.on)
        if not self.person.wants_summary or topic in self.told or not self.calendar.is_working_day(self.on):
            return []
        weeks = (plan.weeks.of(self.person, plan.beside(self.person)) for plan in self.plans)
        return [week for week in weeks if not week.is_empty]

    @cached_property
    def new(self) -> list[str]:
        """The topics of which the person has not been told, in order."""
        topics = [topic for each in self.asked for topic in each.topics(self.on, self.calendar)]
        topics += [topic for line in self.late for topic in line.topics]
        topics += [summary_topic(self.on)] if self.weeks else []
        return [topic for topic in dict.fromkeys(topics) if topic not in self.told]

    @property
    def letter(self) -> Letter:
        """Everything there is to say, in one letter."""
        person = self.person.person
        written = write(self.subject, self.sections, to=person.name, why=self.why)
        return Letter(person, self.kind, written.subject, written.text, written.html, tuple(self.new), self.on)

    @property
    def kind(self) -> str:
        """What it is, by what is new."""
        kinds = {_kind(topic) for topic in self.new}
        return next(kind for kind in KINDS if kind in kinds)

    @property
    def subject(self) -> str:
        """What was found, in one line."""
        found = [*of_returns(self.asked, self.on), *of_late_bodies(self.late)]
        found += [words for week in self.weeks for words in of_week(week)]
        just_opened = self.kind == "opened" and not any(each.is_late(self.on) for each in self.asked)
        one_round = len({each.round.id for each in self.asked}) == 1
        return f"{self.asked[0].round} is open: {joined(found)}" if just_opened and one_round else joined(found)

    @property
    def sections(self) -> list[Section]:
        """What they have to write, round by round; what the Secretariat is told; the week."""
        own = groupby(self.asked, key=lambda each: each.round.id)
        late = groupby(self.late, key=lambda line: line.round.id)
        return [
            *(self._round(tuple(rows)).section for _id, rows in own),
            *(late_section(list(lines), self.on) for _id, lines in late),
            *(week_section(week) for week in self.weeks),
        ]

    def _round(self, rows: tuple[OpenReturn, ...]) -> RoundNews:
        new = set(self.new)
        fresh = frozenset(each.ret.id for each in rows if str(each.topic(f"{ASKED}-{each.ret.id}")) in new)
        return RoundNews(rows, self.on, any(_kind(t) == "opened" for t in _of(rows, new)), fresh)

    @property
    def why(self) -> tuple[str, ...]:
        """Why they are written to, and what of it can be switched off."""
        bodies = [body.name for body in self.person.bodies if body.id in self.person.reporting]
        if not self.asked:
            return (f"You get this as a member of {' and '.join(body.name for body in self.person.bodies)}.",)
        return (
            f"You get this because you may report for {' and '.join(bodies)}.",
            "What an open round asks cannot be switched off.",
        )


def _of(rows: Iterable[OpenReturn], topics: set[str]) -> list[str]:
    """Those of some topics that are about the round of some returns."""
    prefix = prefix_of(next(iter(rows)).round.id)
    return [topic for topic in topics if topic.startswith(prefix)]


def _kind(key: str) -> str:
    """The kind of message that a topic makes, by itself."""
    topic = Topic.parse(key)
    if topic is None:
        return "summary"
    return topic.kind if topic.kind in KINDS else "reminder"
