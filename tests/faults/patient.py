"""People who go on working through a fault: they wait, send what was not taken again, and look at what they are told.

A page of trouble (503) must say so clearly and hold every word that was typed; its own button then sends the form
again. At the end every save is acknowledged, and in the history once.
"""

from __future__ import annotations

import html
import random
import time
from collections.abc import Iterable, Sequence

from django.core.management import call_command

from tests.people.savers import ACTIVITIES, MOST_TRIES, PLAN, Before, Saver, Sent, faults_after, told
from tests.visitor import Answer, Form, NoAnswer, Unanswered, Visitor
from tests.world import World

UNAVAILABLE = 503
A_WHILE = 0.2


class Patient(Saver):
    """One client; what it is told while the register cannot work is kept in ``met``."""

    def step(self) -> None:
        """Report once on one of the activities."""
        self.met: list[Answer]
        super().step()

    def _save(self, form: Form, sent: Sent) -> None:
        """Send the form until it is taken: by hand where no answer came, by the page's button where one did."""
        words = {"what_was_done": sent.words, "explanation": "It will be made up by June."}
        changes: dict[str, object] = {"status": "on_track", **words}
        for tries in range(MOST_TRIES):
            try:
                answer = self.visitor.send(form, **changes)
            except Unanswered as error:
                self.answers["no answer"] += isinstance(error, NoAnswer)
                self._go_elsewhere()
                continue
            if answer.status != UNAVAILABLE:
                self._note(answer, sent, again=tries > 0)
                return
            self._meet(answer, *words.values())
            form, changes = next((each for each in answer.forms if each.value("once")), form), {}
        self.unknown.append(sent)
        self.unexpected.append(f"{self.name} gave up on {sent}")

    def _open(self, path: str) -> Answer | None:
        try:
            answer = self.visitor.get(path)
        except Unanswered:
            self._go_elsewhere()
            return None
        if answer.status == UNAVAILABLE:
            self._meet(answer)
            return None
        if answer.status != 200:
            self._unexpected(answer)
        return answer if answer.status == 200 else None

    def _meet(self, answer: Answer, *words: str) -> None:
        self.answers["page of trouble"] += 1
        self.met.append(answer)
        self.unexpected += [f"{self.name}: {fault} {answer.text[:2000]}" for fault in faults_of(answer, words)]
        time.sleep(A_WHILE)


def faults_of(answer: Answer, words: Iterable[str] = ()) -> Iterable[str]:
    """What a page of trouble lacks."""
    if not int(answer.headers.get("Retry-After") or 0):
        yield "It does not say when to try again."
    if '<a class="word" href="/">TNOC Tracker</a>' not in answer.text or "<h1>" not in answer.text:
        yield "It is no page of ours."
    if "What was saved before is safe" not in answer.text and "what was saved before is safe" not in answer.text:
        yield "It does not say what is kept."
    if "Traceback" in answer.text:
        yield "It shows what is nobody’s business."
    for word in words:
        if answer.text.count(html.escape(word)) != 2:  # to be read, and in the form that sends it again
            yield f"It has lost “{word}”."
    if words and not any(each.value("once") for each in answer.forms):
        yield "It cannot be sent again."


def is_clear(answer: Answer, *words: str) -> bool:
    """Whether a page says what happened and keeps what was typed; fails with what it lacks."""
    assert answer.status == UNAVAILABLE, (answer.status, answer.text[:500])
    assert list(faults_of(answer, words)) == [], answer.text[:3000]
    return True


def patient(count: int, addresses: Sequence[str], activities: Sequence[str] = ACTIVITIES) -> list[Patient]:
    """So many of them, signed in, spread over the servers."""
    people = []
    for number in range(count):
        visitor = Visitor(addresses[number % len(addresses)]).sign_in("secretariat")
        person = Patient(f"Client {number + 1}", addresses, visitor, random.Random(number), activities)
        person.met = []
        people.append(person)
    return people


def troubles_met(people: Sequence[Patient]) -> int:
    """How many pages of trouble they were shown."""
    return sum(len(person.met) for person in people)


def nothing_is_lost(people: Sequence[Patient], before: Before, world: World) -> bool:
    """Whether everything acknowledged is there once, nothing else is, and record and guards are whole."""
    assert list(faults_after(people, before, world)) == []
    assert any(person.acknowledged for person in people), told(people)
    call_command("check_guards", verbosity=0)
    call_command("verify_history", verbosity=0)
    return True


def one_form(visitor: Visitor, key: str = "4") -> Form:
    """The form to report on an activity."""
    return visitor.get(f"{PLAN}activities/{key}/update/").form("/update/")


def sent_with(form: Form, key: str, words: str) -> Sent:
    """A form that a test sends by itself, as the others note theirs."""
    return Sent(key, words, int(form.value("stamp") or 0), int(form.value("seen") or 0))
