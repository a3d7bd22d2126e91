"""Who was told of a round and when, and who can be told: for the round's page, and for what the Secretariat is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from activities.asking import secretariat_answers
from activities.models import Round
from activities.stages import ESCALATED, Topic, prefix_of
from agencies.correspondents import Correspondent
from agencies.models import Body, BodyFunction, MessageTopic


@dataclass(frozen=True)
class Reminded:
    """A person was told of a topic on a day; ``is_sent`` false where the message may not have left."""

    person_name: str
    on: date
    topic: Topic
    is_sent: bool


def reminded(round_ids: Iterable[int], upto: date) -> dict[tuple[int, int | None], list[Reminded]]:
    """What was said of each round to the people of each body, up to a day, the earliest first (one query).

    By the round's id and the body's, None for what nobody answers for. What only the Secretariat is told is left out.
    """
    of_rounds = Q()
    for round_id in round_ids:
        of_rounds |= Q(topic__startswith=prefix_of(round_id))
    found: dict[tuple[int, int | None], list[Reminded]] = defaultdict(list)
    if not of_rounds:
        return found
    rows: Any = MessageTopic.objects.filter(of_rounds, message__on__lte=upto).select_related("message", "person")
    for row in rows.order_by("message__on", "message_id", "id"):
        topic = Topic.parse(row.topic)
        if topic is not None and topic.stage != ESCALATED:
            told = Reminded(row.person.name, row.message.on, topic, row.message.is_sent)
            found[topic.round, topic.body].append(told)
    return found


def days_of(told: Iterable[Reminded]) -> dict[str, list[date]]:
    """The days on which each person was told something that has left, once each, by name."""
    found: dict[str, list[date]] = defaultdict(list)
    for each in told:
        if each.is_sent and each.on not in found[each.person_name]:
            found[each.person_name].append(each.on)
    return {name: days for name, days in found.items() if days}


def topics_in_words(keys: Iterable[str]) -> list[str]:
    """What a message was for: ``Q2 FY2021/22, Police: due in 3 working days`` (two queries at the most)."""
    topics = [(key, Topic.parse(key)) for key in keys]
    about = [topic for _key, topic in topics if topic]
    if not about:
        return ["Weekly summary" for _ in topics]
    rounds = {each.id: each for each in Round.objects.filter(id__in={topic.round for topic in about})}
    bodies = {each.id: each.label for each in Body.objects.filter(id__in={topic.body for topic in about if topic.body})}
    words = []
    for _key, topic in topics:
        if topic is None:
            words.append("Weekly summary")
        else:
            body = bodies.get(topic.body, "") if topic.body else "nobody answers"
            words.append(f"{rounds[topic.round]}, {body}: {topic.in_words}")
    return list(dict.fromkeys(words))


@dataclass(frozen=True)
class Reach:
    """Who is told of a body's returns: the people who may report for it, and those of them who cannot be reached."""

    people: tuple[Correspondent, ...]

    @property
    def told(self) -> list[Correspondent]:
        """Those who are sent something."""
        return [each for each in self.people if not each.unreachable]

    @property
    def not_told(self) -> list[str]:
        """``Police Lead (no e-mail address)``, for each who cannot be reached; that there is nobody, if so."""
        if not self.people:
            return ["nobody may report"]
        return [f"{each.person.name} ({each.unreachable})" for each in self.people if each.unreachable]


def reach_of(body: Any, people: Iterable[Correspondent]) -> Reach:
    """Who is told of what is asked of a body (None: nobody answers); ``people`` are those of ``correspondents``."""
    return Reach(tuple(each for each in people if reports_on(each, body)))


def reports_on(person: Correspondent, body: Any) -> bool:
    """Whether somebody may report for a body, itself or because the Secretariat answers for it."""
    if not secretariat_answers(body):
        return body.id in person.reporting
    own = {each.id for each in person.bodies if each.function == BodyFunction.SECRETARIAT}
    return bool(own & person.reporting)
