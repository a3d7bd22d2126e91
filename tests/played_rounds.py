"""A year of reporting rounds, played through the use cases, with books kept beside them in plain Python.

The books know nothing of the register: what is asked of whom is typed in from the document, states and days follow
from the events that were played, working days are a list. The same seed plays the same year.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from activities.actions.common import Refused
from activities.actions.reports import NewDate, Report
from activities.actions.returns import (
    accept_return,
    confirm_no_change,
    correct_return,
    file_return,
    save_draft,
    send_back,
)
from activities.actions.roles import assign_role
from activities.actions.rounds import close_round, extend_returns, open_round, reopen_round
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.models import Milestone, Return, RoleKind, Round
from activities.quarters import FiscalQuarter
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from agencies.actions.memberships import add_membership, change_membership
from agencies.actions.messages import set_summary
from agencies.models import Person
from agencies.standing import Standing
from tests.mailing import ESCALATE_AFTER, give_addresses
from tests.world import World, add_person
from tnoc_tracker.record.days import AUCKLAND

DAY = timedelta(days=1)
FIRST, LAST = date(2021, 9, 20), date(2022, 7, 15)
NOBODY, SECRETARIAT = "", "Secretariat"

AGENCIES = (
    *("Police", "Customs", "MBIE", "MOJ", "DIA", "IRD"),
    *("MFAT", "SFO", "RBNZ", "FMA", "DOC", "Corrections"),
)
WHOLE = {
    **{"1": NOBODY, "2": SECRETARIAT, "3": SECRETARIAT, "4": SECRETARIAT, "5": "MOJ", "6": "MOJ", "7": "SFO"},
    **{"9": NOBODY, "10": SECRETARIAT, "12": "Police", "13": "Police", "14": "Sector Coordination Group"},
    **{"15": "Sector Coordination Group", "16": NOBODY, "18": "Steering Group", "19": "MOJ"},
    **{"20": NOBODY, "row-21": NOBODY},
}
PARTS = {"8": ("DOC", "MFAT"), "11": ("Customs", "Police", "MBIE"), "17": AGENCIES}
"""Who answers for what, as the document has it."""

HOLIDAYS = {
    *(date(2021, 10, 25), date(2021, 12, 27), date(2021, 12, 28), date(2022, 1, 3), date(2022, 1, 4)),
    *(date(2022, 2, 7), date(2022, 4, 15), date(2022, 4, 18), date(2022, 4, 25), date(2022, 6, 6)),
    date(2022, 6, 24),
}
"""National public holidays of the year, the last of them Matariki."""


def works(day: date) -> bool:
    """Whether it is a working day."""
    recess = day >= date(2021, 12, 25) and day <= date(2022, 1, 15)
    return day.weekday() < 5 and day not in HOLIDAYS and not recess


def working_days(first: date, last: date) -> int:
    """How many working days there are after the first day, up to and including the last."""
    return sum(works(first + DAY * each) for each in range(1, (last - first).days + 1))


# The books --------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """What the books say of one return: who is asked, by when, where it stands, when it came back."""

    key: str
    part: str
    body: str
    due: date
    number: int
    state: str = "requested"
    extended: str = ""
    filings: int = 0
    first: date | None = None
    filed: date | None = None
    filed_by: str = ""
    sent_back: date | None = None

    @property
    def is_with_body(self) -> bool:
        """Whether the body has to write or finish it."""
        return self.state in ("requested", "draft", "sent_back")

    @property
    def is_own(self) -> bool:
        """Whether the Secretariat answers it itself."""
        return self.body not in AGENCIES

    @property
    def waits(self) -> bool:
        """Whether it waits for review."""
        return self.state in ("returned", "confirmed", "returned_late")

    @property
    def is_back(self) -> bool:
        """Whether it counts as returned."""
        return self.waits or self.state == "accepted"

    @property
    def was_late(self) -> bool:
        """Whether it first came back after its day."""
        return self.first is not None and self.first > self.due


@dataclass
class Booked:
    """What the books say of one round; ``closes`` are the moments of its closing, with its lines of then."""

    quarter: str
    opened: date
    due: date
    lines: list[Line]
    openings: int = 1
    is_closed: bool = False
    dropped: list[Line] = field(default_factory=list)
    closes: list[tuple[datetime, list[Line]]] = field(default_factory=list)

    def line(self, key: str, part: str = "") -> Line:
        """One of its lines."""
        return next(each for each in self.lines if (each.key, each.part) == (key, part))


@dataclass
class Books:
    """Everything that is kept: the rounds, what was said last, how often, and what everybody was told."""

    whole: dict[str, str] = field(default_factory=lambda: dict(WHOLE))
    rounds: dict[str, Booked] = field(default_factory=dict)
    status: dict[tuple[str, str], str] = field(default_factory=lambda: defaultdict(lambda: "not_started"))
    updates: Counter[str] = field(default_factory=Counter)
    gone: set[tuple[str, str]] = field(default_factory=set)
    proposals: int = 0
    told: dict[str, set[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(set))
    messages: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))

    @property
    def open_rounds(self) -> list[Booked]:
        """The rounds that are open."""
        return [each for each in self.rounds.values() if not each.is_closed]

    def ask(self, due: date) -> list[Line]:
        """What a round that is opened now asks."""
        whole = [(key, "", body) for key, body in self.whole.items()]
        parts = [(key, body, body) for key, bodies in PARTS.items() for body in bodies]
        asked = [each for each in whole + parts if each[:2] not in self.gone]
        return [Line(*each, due, next(self.numbers)) for each in asked]

    def finish(self, key: str, part: str) -> None:
        """Something is finished or withdrawn: the open rounds ask for it no more, nor does any to come."""
        self.gone.add((key, part))
        for each in self.open_rounds:
            over = [line for line in each.lines if (line.key, line.part) == (key, part)]
            over = [line for line in over if line.is_with_body or line.waits]
            each.dropped += over
            each.lines = [line for line in each.lines if line not in over]

    def said(self, key: str, part: str, status: str) -> None:
        """A status update came into the register."""
        self.updates[key] += 1
        self.status[key, part] = status
        if status == "completed":
            self.finish(key, part)


# What everybody is told ---------------------------------------------------------------------------------------------


def stage(on: date, due: date) -> str:
    """The latest stage that a return has reached."""
    if on > due:
        reached = on
        while not works(reached):
            reached -= DAY
        weeks = (reached - due).days // 7
        return f"late-{weeks}" if weeks > 0 else "due-0"
    left = working_days(on, due)
    return next((f"due-{ahead}" for ahead in (0, 3, 10) if left <= ahead), "")


def topics(booked: Booked, line: Line, on: date) -> set[tuple[Any, ...]]:
    """What the people of a body are told of one of its returns on a day."""
    of_body = (booked.quarter, booked.openings, line.body)
    due = max(line.due, line.sent_back) if line.state == "sent_back" and line.sent_back else line.due
    found: set[tuple[Any, ...]] = {(*of_body, "opened"), (*of_body, "asked", line.number)}
    if stage(on, due):
        found.add((*of_body, stage(on, due), due))
    if line.state == "sent_back":
        found.add((*of_body, "sent back", line.number, line.filings))
    return found


def escalated(booked: Booked, on: date) -> set[tuple[Any, ...]]:
    """What the Secretariat is told of agencies that are late by so many working days."""
    found: set[tuple[Any, ...]] = set()
    for line in booked.lines:
        due = max(line.due, line.sent_back) if line.state == "sent_back" and line.sent_back else line.due
        if line.is_with_body and not line.is_own and on > due and working_days(due, on) >= ESCALATE_AFTER:
            found.add((booked.quarter, booked.openings, line.body, "escalated", due))
    return found


def tell(books: Books, username: str, bodies: set[str], on: date) -> set[tuple[Any, ...]]:
    """What is new to somebody who may report for some bodies, on a day; they are told of it with that."""
    found: set[tuple[Any, ...]] = set()
    for booked in books.open_rounds:
        for line in booked.lines:
            own = SECRETARIAT if line.is_own else line.body
            if line.is_with_body and own in bodies:
                found |= topics(booked, line, on)
        if SECRETARIAT in bodies:
            found |= escalated(booked, on)
    new = found - books.told[username]
    books.told[username] |= new
    books.messages[username] += bool(new)
    return new


# The player ---------------------------------------------------------------------------------------------------------

ROUNDS = {
    "Q1 FY2021/22": (date(2021, 9, 24), date(2021, 10, 14), date(2021, 10, 29)),
    "Q2 FY2021/22": (date(2021, 12, 20), date(2022, 1, 28), date(2022, 2, 8)),
    "Q3 FY2021/22": (date(2022, 3, 28), date(2022, 4, 14), date(2022, 4, 29)),
    "Q4 FY2021/22": (date(2022, 6, 13), date(2022, 6, 30), date(2022, 7, 8)),
}
"""The four rounds: opened, due, closed. The first and the third are open while the clocks change."""

REOPENED = (date(2022, 3, 25), date(2022, 4, 8), date(2022, 4, 12))
"""The second round once more, beside the third."""

NEVER = "MFAT"
LATE = {"Q1 FY2021/22": "SFO", "Q2 FY2021/22": "Corrections", "Q3 FY2021/22": "SFO", "Q4 FY2021/22": "IRD"}
MISSING = {"Q2 FY2021/22": "MOJ"}
"""Who never answers, who is late, and who answers only when the round is reopened."""

DIRECTLY = ("Q2 FY2021/22", "14")
"""Reported on without a return."""

COMPLETED = {("13", ""), ("17", "IRD")}
"""What is reported complete in the second round, and asked for no more."""

LAST_MOMENT, FIRST_MOMENT = time(23, 59, 59, 999_999), time(0)
EDGES = {
    ("Q1 FY2021/22", "12", ""): (date(2021, 9, 26), time(3, 30)),  # that night the clocks went forward
    ("Q1 FY2021/22", "17", "FMA"): (date(2021, 9, 30), LAST_MOMENT),  # the quarter ends
    ("Q2 FY2021/22", "17", "FMA"): (date(2021, 12, 31), LAST_MOMENT),  # the year ends
    ("Q2 FY2021/22", "17", "RBNZ"): (date(2022, 1, 1), FIRST_MOMENT),
    ("Q3 FY2021/22", "11", "Customs"): (date(2022, 4, 3), time(2, 30, fold=1)),  # half past two for the second time
    ("Q4 FY2021/22", "17", "DIA"): (date(2022, 6, 24), time(10)),  # Matariki
    ("Q4 FY2021/22", "12", ""): (date(2022, 6, 30), LAST_MOMENT),  # the fiscal year ends
}
"""Filings at the edges of days and years."""


@dataclass
class Player:
    """Plays the year day by day; ``books`` follow every act.

    ``waiting`` is what was said in each return that waits for review, and how many dates it proposes.
    """

    seed: int
    world: World
    books: Books = field(default_factory=Books)
    diary: dict[date, list[tuple[time, int, Callable[[datetime], None]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    waiting: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Name the people, and put the year's fixed days in the diary."""
        self.random = Random(self.seed)
        self.name_people()
        for quarter, (opened, due, closed) in ROUNDS.items():
            self.on(opened, time(9), lambda at, quarter=quarter, due=due: self.open(quarter, due, at))
            self.on(closed, time(16), lambda at, quarter=quarter: self.close(quarter, at))
        again, due, closed = REOPENED
        self.on(again, time(9), lambda at: self.reopen("Q2 FY2021/22", due, at))
        self.on(closed, time(16), lambda at: self.close("Q2 FY2021/22", at))
        self.on(date(2022, 1, 27), time(15), self.give_customs_more_time)
        self.on(date(2021, 12, 31), time(12), self.change_the_lead_of_customs)
        self.on(date(2022, 1, 20), time(11), self.finish_14_directly)
        self.on(date(2022, 4, 5), time(11), self.name_a_lead_for_16)
        self.on(date(2022, 6, 20), time(11), self.withdraw_19)

    def on(self, day: date, when: time, act: Callable[[datetime], None]) -> None:
        """Put an act in the diary."""
        self.diary[day].append((when, len(self.diary[day]), act))

    def play(self, day: date) -> None:
        """A day: everything in the diary, in the order of time; acts may put others behind themselves."""
        while self.diary[day]:
            self.diary[day].sort(key=lambda each: each[:2])
            when, _, act = self.diary[day].pop(0)
            act(datetime.combine(day, when, AUCKLAND))

    # People -------------------------------------------------------------------------------------------------------

    def name_people(self) -> None:
        """A lead for each of the twelve agencies, a colleague in the police; everybody has an address."""
        known = {"Police": "police", "SFO": "sfo", "Corrections": "corrections"}
        self.leads = {body: known.get(body, body.lower()) for body in AGENCIES}
        for body in sorted(set(AGENCIES) - set(known)):
            add_person(body.lower(), f"{body} Lead", body, may_report=True, administrator=False)
        add_person("hana", "Hana of the police", "Police", may_report=True, administrator=False)
        add_person("ana", "Ana, new at Customs", None, may_report=False, administrator=False)
        give_addresses("secretariat", "hana", "ana", *self.leads.values())
        for person in Person.objects.exclude(email=""):
            set_summary(summary="off", by=Standing.of(person, FIRST))

    def reporters(self, body: str) -> list[str]:
        """Who may report for a body on the day that is played."""
        if body not in AGENCIES:
            return ["secretariat"]
        return ["police", "hana"] if body == "Police" else [self.leads[body]]

    @property
    def desks(self) -> dict[str, str]:
        """Who is written to, and for which body each may report."""
        return {username: body for body in (*AGENCIES, SECRETARIAT) for username in self.reporters(body)}

    def told(self, at: datetime, username: str = "secretariat") -> dict[str, Any]:
        """Who and when."""
        return {"by": Standing.of(self.world.person(username), at.astimezone(AUCKLAND).date()), "at": at}

    def change_the_lead_of_customs(self, at: datetime) -> None:
        """The lead of Customs leaves at the year's end, and another follows on New Year's Day."""
        told = {**self.told(at, "administrator"), "reason": "Left"}
        leaves = self.world.person("customs").memberships.get()
        until, since = date(2021, 12, 31), date(2022, 1, 1)
        change_membership(membership=leaves, since=leaves.since, until=until, may_report=True, **told)
        ana, customs = self.world.person("ana"), self.world.body("Customs")
        add_membership(person=ana, body=customs, since=since, may_report=True, **told)
        self.on(since, FIRST_MOMENT, lambda at: self.leads.update({"Customs": "ana"}))

    # Rounds -------------------------------------------------------------------------------------------------------

    def open(self, quarter: str, due: date, at: datetime) -> None:
        """Open a round, and put in the diary who files when."""
        made = open_round(
            plan=self.world.plan, quarter=FiscalQuarter.parse(quarter), due_on=due, note="Kia ora", **self.told(at)
        )
        lines = self.books.ask(due)
        self.books.rounds[quarter] = Booked(made.quarter_key, at.date(), due, lines)
        closed = ROUNDS[quarter][2]
        for line in lines:
            if line.body not in (NEVER, MISSING.get(quarter)) and (quarter, line.key) != DIRECTLY:
                self.intend(quarter, line, at.date(), closed)

    def intend(self, quarter: str, line: Line, opened: date, closed: date) -> None:
        """Put in the diary when a return is begun, and when it is filed: some at the edge of a day."""
        booked = self.books.rounds[quarter]
        if line.body == LATE[quarter]:
            late = booked.due + DAY * self.random.randint(1, (closed - booked.due).days - 1)
            edge = self.random.random() < 0.5
            self.on(*((booked.due + DAY, FIRST_MOMENT) if edge else (late, time(13))), self.file(quarter, line))
            return
        if (quarter, line.key, line.part) in EDGES:
            self.on(*EDGES[quarter, line.key, line.part], self.file(quarter, line))
            return
        last = (closed if line.is_own else booked.due) - DAY
        files = opened + DAY * self.random.randint(1, (last - opened).days)
        when = time(self.random.randint(10, 14), self.random.randint(0, 59))
        if self.random.random() < 0.1:
            files, when = (last, LAST_MOMENT) if line.is_own else (booked.due, LAST_MOMENT)
        if self.random.random() < 0.4:
            begins = opened + DAY * self.random.randint(0, (files - opened).days - 1) if files > opened + DAY else files
            self.on(begins, time(9, 30), self.begin(quarter, line))
        self.on(files, when, self.file(quarter, line))

    def close(self, quarter: str, at: datetime) -> None:
        """Accept what still waits, then close."""
        booked = self.books.rounds[quarter]
        for number, line in enumerate([each for each in booked.lines if each.waits]):
            self.accept(quarter, line, at - timedelta(minutes=40) + timedelta(seconds=number))
        close_round(round=self.round(quarter), **self.told(at))
        for line in booked.lines:
            line.state = "not_returned" if line.is_with_body else line.state
        booked.is_closed = True
        booked.closes.append((at, deepcopy(booked.lines)))

    def reopen(self, quarter: str, due: date, at: datetime) -> None:
        """Ask again for what was missing; whoever had not answered files now, but for those who never do."""
        booked = self.books.rounds[quarter]
        reopen_round(round=self.round(quarter), due_on=due, reason="The Minister asked.", **self.told(at))
        booked.openings, booked.is_closed, booked.due = booked.openings + 1, False, due
        for line in booked.lines:
            if line.state == "not_returned":
                line.state = "sent_back" if line.filings else "requested"
                line.due, line.extended = due, ""
                if line.body != NEVER:
                    self.on(at.date() + DAY * self.random.randint(1, 14), time(12), self.file(quarter, line))

    def give_customs_more_time(self, at: datetime) -> None:
        """The day before its day, Customs is given another week for what it has not filed."""
        booked, until = self.books.rounds["Q2 FY2021/22"], date(2022, 2, 4)
        open_ones = [line for line in booked.lines if line.body == "Customs" and line.is_with_body]
        if not open_ones:
            return
        customs, told = self.world.body("Customs"), self.told(at)
        extend_returns(round=self.round("Q2 FY2021/22"), body=customs, until=until, reason="A new lead.", **told)
        for line in open_ones:
            line.due, line.extended = until, "A new lead."

    # Returns ------------------------------------------------------------------------------------------------------

    def round(self, quarter: str) -> Round:
        """A round of the register."""
        return Round.objects.get(quarter_key=self.books.rounds[quarter].quarter)

    def ret(self, quarter: str, line: Line) -> Return:
        """A return of the register."""
        rows = Return.objects.filter(round=self.round(quarter), activity__key=line.key, dropped_on=None)
        rows = rows.select_related("activity__plan", "part", "round", "body")
        return rows.get(part__body__short=line.part) if line.part else rows.get(part=None)

    def begin(self, quarter: str, line: Line) -> Callable[[datetime], None]:
        """Somebody of the body begins to write."""

        def act(at: datetime) -> None:
            if line in self.books.rounds[quarter].lines and line.is_with_body:
                typed = {"what_was_done": "Half a sen"}
                told = self.told(at, self.reporters(line.body)[0])
                save_draft(ret=self.ret(quarter, line), typed=typed, **told)
                line.state = "draft" if line.state == "requested" else line.state

        return act

    def file(self, quarter: str, line: Line) -> Callable[[datetime], None]:
        """Somebody of the body files, or confirms that nothing has changed; then it is reviewed some day."""

        def act(at: datetime) -> None:
            booked = self.books.rounds[quarter]
            if booked.is_closed or line not in booked.lines or not line.is_with_body:
                return
            who = self.reporters(line.body)[-1]
            status, proposed = self.say(self.ret(quarter, line), line, self.told(at, who))
            line.filings, line.filed = line.filings + 1, at.date()
            line.filed_by = self.world.person(who).name
            line.first = line.first or at.date()
            on_time = "confirmed" if status == "" else "returned"
            line.state = "returned_late" if line.was_late else on_time
            said = status or self.books.status[line.key, line.part]
            if line.is_own:
                self.accepted(line, said, proposed)
            else:
                self.plan_review(quarter, line, said, proposed, at)

        return act

    def say(self, ret: Return, line: Line, told: dict[str, Any]) -> tuple[str, int]:
        """File something: the status that was said (empty for no change), and how many dates were proposed."""
        if (line.key, line.part) in COMPLETED and ret.round.quarter_key == "2021-22-q2":
            return self.complete(ret, told), 0
        if self.random.random() < 0.4:
            try:
                confirm_no_change(ret=ret, **told)
            except Refused:  # a milestone has come due
                pass
            else:
                return "", 0
        proposals = self.new_dates(ret) if not line.part else ()
        statement = self.statement()
        file_return(ret=ret, report=Report(statement, proposals=proposals), **told)
        return statement.status, len(proposals)

    def complete(self, ret: Return, told: dict[str, Any]) -> str:
        """The police report that the programme runs, Inland Revenue that its part of the awareness work is done."""
        on = told["at"].date()
        days = {} if ret.part_id else {each.id: on for each in Milestone.objects.filter(activity=ret.activity)}
        words = {"completed_on": on, "statement": "Delivered.", "held_at": "Secretariat files"}
        report = Report(Statement(DeliveryStatus.COMPLETED, what_changed="It is done.", **words), days)
        file_return(ret=ret, report=report, **told)
        return "completed"

    def statement(self) -> Statement:
        """What somebody says: enough for every status before."""
        status = self.random.choices(["on_track", "at_risk", "off_track"], [6, 2, 1])[0]
        words = {"what_was_done": "Work went on.", "what_changed": "More people.", "explanation": "It comes in May."}
        words |= {"reason": "The vendor is late.", "path_to_green": "Another vendor."}
        more = {"cannot_forecast": True, "no_ask": True} if status == "off_track" else {}
        return Statement(DeliveryStatus(status), **words, **more)

    def new_dates(self, ret: Return) -> tuple[NewDate, ...]:
        """Now and then another date for a milestone about which no other waits."""
        rows = Milestone.objects.filter(activity=ret.activity).still_open().exclude(agreed_due=None)
        rows = rows.exclude(proposals__state="open").order_by("id")
        if self.random.random() < 0.7 or not rows:
            return ()
        return (NewDate(rows[0].id, date(2022, 9, 30), "It takes longer."),)

    # Reviews ------------------------------------------------------------------------------------------------------

    def plan_review(self, quarter: str, line: Line, said: str, proposed: int, at: datetime) -> None:
        """The Secretariat looks at it some day: most are accepted, some sent back, one corrected now and then."""
        self.waiting[quarter, line.number] = (said, proposed)
        day = at.date() + DAY * self.random.randint(1, 4)
        twice = quarter == "Q2 FY2021/22" and line.body == "DIA" and line.filings < 3
        chance = self.random.random()
        if twice or (chance < 0.1 and line.filings == 1):
            self.on(at.date() + DAY, time(10), lambda at: self.send_back(quarter, line, at))
        elif chance < 0.15:
            self.on(day, time(10), lambda at: self.correct(quarter, line, at))
        elif chance < 0.8:
            self.on(day, time(10), lambda at: self.accept(quarter, line, at))

    def may_review(self, quarter: str, line: Line) -> bool:
        """Whether it still waits, in an open round."""
        booked = self.books.rounds[quarter]
        return not booked.is_closed and line in booked.lines and line.waits

    def accept(self, quarter: str, line: Line, at: datetime) -> None:
        """Take it into the register; what can no longer be said is sent back."""
        if not self.may_review(quarter, line):
            return
        try:
            accept_return(ret=self.ret(quarter, line), **self.told(at))
        except Refused:
            self.send_back(quarter, line, at)
        else:
            self.accepted(line, *self.waiting[quarter, line.number])

    def accepted(self, line: Line, said: str, proposed: int) -> None:
        """It is in the register."""
        line.state = "accepted"
        self.books.proposals += proposed
        self.books.said(line.key, line.part, said)

    def send_back(self, quarter: str, line: Line, at: datetime) -> None:
        """Send it back; the body files it again the day after, or two days later."""
        if self.may_review(quarter, line):
            send_back(ret=self.ret(quarter, line), answer="Which workshops?", **self.told(at))
            line.state, line.sent_back = "sent_back", at.date()
            self.on(at.date() + DAY * self.random.randint(1, 2), time(11), self.file(quarter, line))

    def correct(self, quarter: str, line: Line, at: datetime) -> None:
        """Accept something else than was filed, in the Secretariat's own name."""
        if self.may_review(quarter, line):
            report = Report(Statement(DeliveryStatus.AT_RISK, reason="They left.", path_to_green="Others come."))
            told = self.told(at)
            correct_return(ret=self.ret(quarter, line), report=report, reason="They said so on the phone.", **told)
            line.filings += 1
            self.accepted(line, "at_risk", 0)

    # Beside the rounds --------------------------------------------------------------------------------------------

    def finish_14_directly(self, at: datetime) -> None:
        """The Secretariat reports the self-assessment complete, without a return."""
        days = {each.id: at.date() for each in Milestone.objects.filter(activity=self.world.activity(14)).still_open()}
        words = {"completed_on": at.date(), "statement": "Delivered.", "held_at": "Files", "what_changed": "Done."}
        said = Statement(DeliveryStatus.COMPLETED, **words)
        update_status(activity=self.world.activity(14), statement=said, deliveries=days, **self.told(at))
        self.books.said("14", "", "completed")

    def name_a_lead_for_16(self, at: datetime) -> None:
        """Justice is named, and asked for what nobody had answered yet."""
        lead = {"kind": RoleKind.LEAD, "body": self.world.body("MOJ"), "reason": "Decided"}
        assign_role(activity=self.world.activity(16), **lead, **self.told(at))
        for booked in self.books.open_rounds:
            line = booked.line("16")
            if line.is_with_body:
                line.body, line.due = "MOJ", max(line.due, at.date())
                line.state = "requested" if line.state == "draft" else line.state
        self.books.whole["16"] = "MOJ"

    def withdraw_19(self, at: datetime) -> None:
        """Activity 19 leaves the plan."""
        withdraw_activity(activity=self.world.activity(19), reason="Merged.", **self.told(at))
        self.books.finish("19", "")
