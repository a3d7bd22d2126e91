"""Clients that report on the same few activities as quickly as they are answered, and what must be true afterwards.

Each opens the form, fills it in with words that nobody else uses and sends it. An acknowledged save must be in the
history with its words, in the place that its stamp says; whatever was not acknowledged may be there once, or not at
all; nothing else may have changed.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from activities.actions.common import stamp_of
from activities.models import Activity, StatusUpdate
from tests.people.crowd import Someone
from tests.visitor import Answer, Form, NoAnswer, Unanswered, Visitor
from tests.world import World
from tnoc_tracker.record.verification import verify

ACTIVITIES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10")
PLAN = "/plans/tnoc-2021-22/"
SAVED, CONFLICT = 302, 409
NOBODY_THERE = 0.1
"""Seconds until somebody who found the server gone tries again."""

MOST_TRIES = 200


@dataclass(frozen=True)
class Sent:
    """A form that was sent: on what, with which words, from which state of the activity."""

    key: str
    words: str
    stamp: int
    seen: int


@dataclass
class Saver(Someone):
    """One client; ``addresses`` are servers of the same register: it goes to the next where one is gone."""

    name: str
    addresses: Sequence[str]
    visitor: Visitor
    choose: random.Random
    activities: Sequence[str] = ACTIVITIES
    acknowledged: list[Sent] = field(default_factory=list)
    unknown: list[Sent] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    sent: int = 0

    def step(self) -> None:
        """Report once on one of the activities."""
        key = self.choose.choice(self.activities)
        page = self._open(f"{PLAN}activities/{key}/update/")
        if page is None:
            return
        self.sent += 1
        form = page.form("/update/")
        sent = Sent(key, f"{self.name}, report {self.sent}", int(form.value("stamp")), int(form.value("seen")))
        self._save(form, sent)

    def _save(self, form: Form, sent: Sent) -> None:
        """Send it, and where no answer comes again with the same once-only key, which must not save it twice."""
        words = {"what_was_done": sent.words, "explanation": "It will be made up by June."}
        for tries in range(MOST_TRIES):
            try:
                answer = self.visitor.send(form, status="on_track", **words)
            except Unanswered as error:
                self.answers["no answer"] += isinstance(error, NoAnswer)
                self._go_elsewhere()
            else:
                self._note(answer, sent, again=tries > 0)
                return
        self.unknown.append(sent)

    def _note(self, answer: Answer, sent: Sent, again: bool) -> None:
        if answer.status == SAVED and answer.location.endswith(f"/activities/{sent.key}/"):
            self.answers["saved, sent twice" if again else "saved"] += 1
            self.acknowledged.append(sent)
            self.seconds.append(answer.seconds)
        elif answer.status == CONFLICT and sent.words in answer.text:
            self.answers["conflict page"] += 1
        else:
            self.unknown.append(sent)
            self._unexpected(answer)

    def _open(self, path: str) -> Answer | None:
        try:
            answer = self.visitor.get(path)
        except Unanswered:
            self._go_elsewhere()
            return None
        if answer.status == 200:
            return answer
        self._unexpected(answer)
        return None

    def _go_elsewhere(self) -> None:
        self.answers["nobody there"] += 1
        there = list(self.addresses)
        self.visitor.address = there[(there.index(self.visitor.address) + 1) % len(there)]
        time.sleep(NOBODY_THERE)  # also after time is up: what was begun is finished

    def _unexpected(self, answer: Answer) -> None:
        self.answers[f"status {answer.status}"] += 1
        self.unexpected.append(f"{self.name}: {answer.path} {answer.status} {answer.location} {answer.text[:500]}")


def signed_in(count: int, addresses: Sequence[str], activities: Sequence[str] = ACTIVITIES) -> list[Saver]:
    """So many clients, each with a session of its own, spread over the servers."""
    savers = []
    for number in range(count):
        visitor = Visitor(addresses[number % len(addresses)]).sign_in("secretariat")
        savers.append(Saver(f"Client {number + 1}", addresses, visitor, random.Random(number), activities))
    return savers


@dataclass(frozen=True)
class Before:
    """The activities before anybody came: their versions, and what their stamps count besides."""

    versions: dict[str, int]
    others: dict[str, int]

    @classmethod
    def now(cls, world: World) -> Before:
        """As they are."""
        found = {key: world.activity(key) for key in ACTIVITIES}
        versions = {key: activity.version for key, activity in found.items()}
        return cls(versions, {key: stamp_of(activity.id) - versions[key] for key, activity in found.items()})


def faults_after(savers: Sequence[Saver], before: Before, world: World) -> Iterator[str]:
    """What is wrong with the register after they worked, as sentences: there must be none."""
    for saver in savers:
        yield from saver.unexpected
    sent = {each.words: each for saver in savers for each in (*saver.acknowledged, *saver.unknown)}
    updates = list(StatusUpdate.objects.select_related("activity"))
    written = Counter(update.what_was_done for update in updates)
    yield from (
        f"Acknowledged and lost: {each}" for saver in savers for each in saver.acknowledged if each.words not in written
    )
    yield from (f"Saved {count} times: {words}" for words, count in written.items() if count > 1)
    yield from (f"Saved, and whoever sent it was told otherwise: {words}" for words in written if words not in sent)
    for update in updates:
        each = sent.get(update.what_was_done)
        if each is not None:
            yield from misplaced(update, place_of(update), each, before.others[each.key])
    for key in ACTIVITIES:
        yield from unpaired(world.activity(key), before.versions[key])
    yield from (f"verify_history: {fault}" for fault in verify().faults)


def place_of(update: StatusUpdate) -> list[int]:
    """The versions of the activity that the save of an update made: there must be one."""
    (request,) = StatusUpdate.history.filter(id=update.id).values_list("request", flat=True)
    entries = Activity.history.filter(id=update.activity_id, request=request)
    return list(entries.values_list("sequence", flat=True))


def misplaced(update: StatusUpdate, place: list[int], sent: Sent, others: int) -> Iterator[str]:
    """An update that does not follow on the very state that its form was made from."""
    if (update.activity.key, update.number) != (sent.key, sent.seen + 1):
        yield f"Number {update.number} of {update.activity.key}, overwriting unseen: {sent}"
    if place != [sent.stamp + 1 - others]:
        yield f"Version {place} of the activity does not follow its stamp: {sent}"


def unpaired(activity: Activity, version: int) -> Iterator[str]:
    """Changes of the activity without a report, reports without a change, and gaps in either numbering."""
    numbers = list(StatusUpdate.objects.filter(activity=activity).order_by("number").values_list("number", flat=True))
    sequences = list(Activity.history.filter(id=activity.id).order_by("sequence").values_list("sequence", flat=True))
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{activity.key}: the reports are numbered {numbers}"
    if sequences != list(range(1, activity.version + 1)) or activity.updates != len(numbers):
        yield f"{activity.key}: version {activity.version}, {activity.updates} updates, but {len(sequences)} entries"
    if activity.version - version != len(numbers):
        yield f"{activity.key}: {activity.version - version} changes for {len(numbers)} reports"


def told(savers: Sequence[Saver]) -> str:
    """What they were answered, in a line."""
    answers = sum((saver.answers for saver in savers), Counter[str]())
    return ", ".join(f"{count} {words}" for words, count in answers.most_common())
