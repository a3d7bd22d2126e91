"""Colleagues at work: people of every agency and role who click through the register, and some of whom report.

Each thinks before the next click, for a time that a seeded generator gives. What they click on follows weights that
say how often a page is looked at; who may report opens the form, and sends it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from activities.actions.status import target_of
from activities.reading import Reading
from activities.statuses import REPORTABLE
from agencies.models import Body
from agencies.permissions import may
from tests.people.crowd import Someone
from tests.visitor import Answer, Unanswered, Visitor
from tests.world import TODAY, World, add_person

PLAN = "/plans/tnoc-2021-22/"
AGO = TODAY - timedelta(days=91)
REPORT = "report"

CLICKS: dict[str, tuple[int, tuple[str, ...]]] = {
    "dashboard": (15, (PLAN,)),
    "activities": (15, (f"{PLAN}activities/",)),
    "activities, narrowed": (8, (f"{PLAN}activities/?q=agency", f"{PLAN}activities/?sort=-due")),
    "activity": (20, tuple(f"{PLAN}activities/{number}/" for number in range(1, 20))),
    "overdue": (8, (f"{PLAN}overdue/",)),
    "timeline": (4, (f"{PLAN}timeline/",)),
    "slippage": (2, (f"{PLAN}slippage/",)),
    "agencies": (3, (f"{PLAN}agencies/", f"{PLAN}agencies/police/")),
    "my agency": (4, (f"{PLAN}my-agency/",)),
    "audit": (3, (f"{PLAN}audit/",)),
    "compare": (2, (f"{PLAN}compare/",)),
    "search": (3, (f"{PLAN}search/?q=agency",)),
    "as at a quarter ago": (3, (f"{PLAN}?as_at={AGO}", f"{PLAN}activities/?as_at={AGO}")),
    "file of a list": (2, (f"{PLAN}activities.csv", f"{PLAN}activities.xlsx", f"{PLAN}overdue.csv")),
    "rounds, meetings, help": (3, (f"{PLAN}rounds/", f"{PLAN}meetings/", "/help/")),
    REPORT: (10, ()),
}
"""How often each kind of click comes, of about a hundred, and the addresses that it leads to."""

LOOKS = {kind: weighted for kind, weighted in CLICKS.items() if kind != REPORT}
LONGEST_THOUGHTS = 4
"""Nobody thinks longer than so many times the mean."""


@dataclass(frozen=True)
class Colleague:
    """Somebody's account, and the activities that they may report on."""

    username: str
    keys: tuple[str, ...]


@dataclass
class AtWork(Someone):
    """One colleague with a browser open."""

    who: Colleague
    visitor: Visitor
    choose: random.Random
    thinks: float
    clicks: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=lambda: CLICKS)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    reports: int = 0

    def step(self) -> None:
        """Think, then click."""
        self.pause(min(self.choose.expovariate(1 / self.thinks), LONGEST_THOUGHTS * self.thinks))
        self.click()

    def click(self) -> None:
        """One click, and what a browser asks for after it."""
        offered = self.clicks if self.who.keys else LOOKS
        (kind,) = self.choose.choices(list(offered), [weight for weight, _addresses in offered.values()])
        try:
            if kind == REPORT:
                self._report()
            else:
                self._look(kind, self.choose.choice(offered[kind][1]))
        except Unanswered as error:
            self.answers["no answer"] += 1
            self.unexpected.append(f"{self.who.username}: {error}")

    def _look(self, kind: str, path: str) -> Answer:
        return self._note(kind, self.visitor.get(path), 200)

    def _report(self) -> None:
        key = self.choose.choice(self.who.keys)
        page = self._look("report: the form", f"{PLAN}activities/{key}/update/")
        if page.status != 200:
            return
        self.pause(self.choose.uniform(0.5, 1.5) * self.thinks)
        self.reports += 1
        words = f"{self.who.username}, report {self.reports}: two of three agencies have answered."
        answer = self.visitor.send(
            page.form("/update/"),
            status="on_track",
            what_was_done=words,
            what_changed="The last agency has answered.",
            explanation="It will be made up by June.",
        )
        if self._saved(answer).status == 409:  # read both versions, and save mine on top
            self.pause(self.choose.uniform(0.5, 1.5) * self.thinks)
            self._saved(self.visitor.send(answer.form("/update/")))

    def _saved(self, answer: Answer) -> Answer:
        self._note("report: conflict page" if answer.status == 409 else "report: saved", answer, 302, 409)
        if answer.status == 302:
            self._note("activity", self.visitor.follow(answer), 200)
        return answer

    def _note(self, kind: str, answer: Answer, *wanted: int) -> Answer:
        self.seconds[kind].append(answer.seconds)
        self.answers[str(answer.status)] += 1
        if answer.status not in wanted:
            self.unexpected.append(f"{self.who.username}: {answer.path} {answer.status} {answer.text[:300]}")
        return answer


def hire(count: int, world: World) -> list[Colleague]:
    """Make so many accounts: of the Secretariat, the Steering Group and every agency; six of ten may report."""
    others = [body.label for body in Body.objects.exclude(kind="collective").order_by("id")]
    made = []
    for number in range(count):
        username = f"colleague-{number + 1}"
        label = others[number % len(others)]
        add_person(username, f"Colleague {number + 1}", label, number % 10 < 6, False)
        made.append(username)
    reading = world.reading
    rows = [row for row in reading.activities.order_by("position") if row.status in REPORTABLE]
    return [Colleague(username, keys_of(username, rows, reading, world)) for username in made]


def keys_of(username: str, rows: Sequence[object], reading: Reading, world: World) -> tuple[str, ...]:
    """The activities that somebody may report on as a whole."""
    standing = world.standing(username)
    if may(standing, "edit_register"):
        return tuple(row.key for row in rows)  # type: ignore[attr-defined]
    return tuple(
        row.key  # type: ignore[attr-defined]
        for row in rows
        if may(standing, "update_status", target_of(row, None, reading.on))  # type: ignore[arg-type]
    )


def at_work(who: Sequence[Colleague], address: str, thinks: float) -> list[AtWork]:
    """Everybody signed in, each with a seed of their own; they think ``thinks`` seconds on average."""
    return [
        AtWork(each, Visitor(address).sign_in(each.username), random.Random(seed), thinks)
        for seed, each in enumerate(who)
    ]
