"""A year of rounds: at every turn, and as at every close, pages, files and mail agree with the books of the player."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client, override_settings

from activities.models import DateProposal, StatusUpdate
from activities.working_days import Calendar
from agencies.models import Message
from tests.mailing import SITE
from tests.played_rounds import (
    AGENCIES,
    DAY,
    FIRST,
    LAST,
    NEVER,
    NOBODY,
    PARTS,
    ROUNDS,
    SECRETARIAT,
    Booked,
    Line,
    Player,
    tell,
    works,
)
from tests.world import World
from tnoc_tracker.record.days import day_of, long_date
from tnoc_tracker.record.verification import verify

PLAN = "/plans/tnoc-2021-22/"
SILENT = {date(2022, 1, 17) + DAY * each for each in range(7)}
"""A week in which nobody is reminded of anything."""

LABELS = {
    "requested": "Requested",
    "draft": "Draft",
    "returned": "Returned",
    "confirmed": "Confirmed no change",
    "returned_late": "Returned late",
    "sent_back": "Sent back",
    "accepted": "Accepted",
    "not_returned": "Not returned",
}


def looked_at() -> set[date]:
    """Days on which every page is looked at: the day after each opening and due day, closes, and edges of the year."""
    ends = {date(2021, 9, 30), date(2021, 12, 31), date(2022, 1, 1), date(2022, 4, 3), date(2022, 6, 24), LAST}
    turns = {day + DAY for opened, due, _ in ROUNDS.values() for day in (opened, due)}
    return ends | turns | {closed for _, _, closed in ROUNDS.values()} | {date(2022, 3, 29), date(2022, 4, 12)}


# What the books say -------------------------------------------------------------------------------------------------


def numbers(lines: list[Line], on: date) -> dict[str, int]:
    """The numbers of some returns: asked, returned, waiting for review, accepted, missing, late."""
    return {
        "asked": len(lines),
        "back": sum(line.is_back for line in lines),
        "review": sum(line.waits for line in lines),
        "accepted": sum(line.state == "accepted" for line in lines),
        "missing": sum(line.is_with_body or line.state == "not_returned" for line in lines),
        "late": sum(line.state in ("requested", "draft") and on > line.due for line in lines),
    }


def by_body(lines: list[Line]) -> dict[str, list[Line]]:
    """The lines of each body, by the words of a page."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.body or "Nobody answers"].append(line)
    return found


def told_line(line: Line) -> tuple[str, ...]:
    """A line in the words of a file: whom, what, state, days."""
    days = [long_date(day) if day else "" for day in (line.due, line.first, line.filed)]
    number = "" if line.key.startswith("row") else line.key
    return (number, line.body or "Nobody answers", LABELS[line.state], days[0], line.extended, *days[1:], line.filed_by)


# What the product says ----------------------------------------------------------------------------------------------


@dataclass
class Looker:
    """Looks at every page of rounds as one of the people, on one of the days."""

    world: World
    on: date
    clients: dict[str, Client] = field(default_factory=dict)

    def page(self, username: str, address: str, **query: str) -> Any:
        """A page of the plan."""
        if username not in self.clients:
            self.clients[username] = Client()
            backend = "django.contrib.auth.backends.ModelBackend"
            self.clients[username].force_login(self.world.person(username), backend=backend)
        with override_settings(TNOC_TODAY=self.on):
            response = self.clients[username].get(f"{PLAN}{address}", query)
        assert response.status_code == 200, (address, query, response.status_code)
        return response

    def round(self, booked: Booked, lines: list[Line], on: date, **as_at: str) -> None:
        """The round's page and its file, now or as at a moment of a day: late is what was late on that day."""
        address = f"rounds/{booked.quarter}/"
        page = self.page("steering", address, page="all", **as_at)
        shown = {
            line["each"].who: {number["key"]: number["count"] for number in line["numbers"]}
            for group in page.context["groups"]
            for line in group["bodies"]
        }
        assert shown == {body: numbers(own, on) for body, own in by_body(lines).items()}
        for key, count in numbers(lines, on).items() if as_at or not booked.is_closed else ():
            narrowed = self.page("steering", address, state="" if key == "asked" else key, **as_at)
            assert narrowed.context["page"].paginator.count == count, key
        file = self.page("steering", f"rounds/{booked.quarter}.csv", **as_at)
        rows = list(csv.DictReader(b"".join(file.streaming_content).decode("utf-8-sig").splitlines()))
        columns = ("No.", "Asked of", "State", "Due", "Extended because", "First returned", "Last filed", "Filed by")
        assert Counter(tuple(row[name] for name in columns) for row in rows) == Counter(map(told_line, lines))

    def list(self, rounds: dict[str, Booked]) -> None:
        """The list of rounds."""
        page = self.page("steering", "rounds/")
        shown = {
            each["round"].quarter_key: (each["line"].asked, each["line"].back, each["line"].missing)
            for each in page.context["lines"]
        }
        counted = {each.quarter: numbers(each.lines, self.on) for each in rounds.values()}
        assert shown == {key: (each["asked"], each["back"], each["missing"]) for key, each in counted.items()}

    def own(self, rounds: list[Booked], username: str, body: str) -> None:
        """What somebody is asked, as their own page says."""
        page = self.page(username, "returns/")
        shown = Counter(
            (desk.round.quarter_key, line.own.activity.key, line.own.body.label if line.own.body else "", state(line))
            for desk, lines in page.context["desks"]
            for line in lines
        )
        expected = Counter(
            (booked.quarter, line.key, line.body, line.state)
            for booked in rounds
            for line in booked.lines
            if body == (SECRETARIAT if line.is_own else line.body)
        )
        assert shown == expected

    def queue(self, booked: Booked) -> None:
        """What waits for the Secretariat."""
        page = self.page("secretariat", f"rounds/{booked.quarter}/review/")
        assert len(page.context["lines"]) == sum(line.waits for line in booked.lines)


def state(line: Any) -> str:
    return str(line.own.ret.state)


def look(player: Player, on: date) -> None:
    """Every page of rounds on a day, as several people see them."""
    looker, books = Looker(player.world, on), player.books
    for booked in books.rounds.values():
        looker.round(booked, booked.lines, on)
    looker.list(books.rounds)
    for username, body in player.desks.items():
        looker.own(books.open_rounds, username, body)
    for booked in books.open_rounds:
        looker.queue(booked)


def remind(player: Player, at: datetime) -> None:
    """Run the reminders: exactly those are written to who have something new, once, with every topic of it."""
    on, before = at.date(), set(Message.objects.values_list("id", flat=True))
    with override_settings(TNOC_TODAY=on):
        call_command("send_reminders", stdout=StringIO())
    new = Message.objects.exclude(id__in=before).select_related("person").prefetch_related("topics")

    shown = {message.person.username: (message.topics.count(), message.state) for message in new}
    expected = {name: tell(player.books, name, {body}, on) for name, body in player.desks.items()}
    assert shown == {name: (len(found), "sent") for name, found in expected.items() if found}, on
    assert len(mail.outbox) == sum(player.books.messages.values())


# The year -----------------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("seed", [1])
def test_a_year_of_rounds_agrees_with_its_books(own_database: World, settings: Any, seed: int) -> None:
    settings.SITE_ADDRESS = SITE
    player = Player(seed, own_database)
    for day in (FIRST + DAY * number for number in range((LAST - FIRST).days + 1)):
        if day not in SILENT:
            player.on(day, time(8), lambda at: remind(player, at))
        player.play(day)
        if day in looked_at():
            look(player, day)

    books = player.books
    assert_the_year_had_everything(player)
    assert_the_closes_stand(player)
    assert Counter(StatusUpdate.objects.values_list("activity__key", flat=True)) == books.updates
    assert DateProposal.objects.count() == books.proposals
    assert_the_register_follows(player)
    assert_the_history_tells_the_same(player)
    assert Counter(Message.objects.values_list("person__username", flat=True)) == +books.messages
    assert verify().faults == []


def assert_the_year_had_everything(player: Player) -> None:
    """Late ones, one that never answers, one sent back twice, a colleague taking over, a round reopened."""
    rounds = player.books.rounds
    assert [len(each.closes) for each in rounds.values()] == [1, 2, 1, 1]
    for quarter, booked in rounds.items():
        never = [line for line in booked.lines if line.body == NEVER]
        assert {line.state for line in never} == {"not_returned"}, quarter
        assert any(line.was_late for line in booked.lines), quarter
    second = rounds["Q2 FY2021/22"]
    assert second.line("17", "DIA").filings >= 3
    assert {line.state for line in second.closes[0][1] if line.body == "MOJ"} == {"not_returned"}
    assert {line.state for line in second.closes[1][1] if line.body == "MOJ"} == {"accepted"}
    by_police = {line.filed_by for booked in rounds.values() for line in booked.lines if line.body == "Police"}
    assert by_police == {"Hana of the police"}
    assert [line.key for line in rounds["Q4 FY2021/22"].dropped] == ["19"]
    assert [len(each.lines) for each in rounds.values()] == [35, 34, 32, 31]


def assert_the_closes_stand(player: Player) -> None:
    """As at each close, the round's page and its file say what the books said then."""
    for booked in player.books.rounds.values():
        for at, lines in booked.closes:
            Looker(player.world, LAST).round(booked, lines, day_of(at), as_at=at.isoformat())


def assert_the_register_follows(player: Player) -> None:
    """The status of every activity and part is the last that was accepted or said."""
    world, books = player.world, player.books
    for key in books.whole:
        assert world.activity(key).status == books.status[key, ""], key
    for key, bodies in PARTS.items():
        for body in bodies:
            assert world.part(key, body).status == books.status[key, body], (key, body)


def assert_the_history_tells_the_same(player: Player) -> None:
    """From the lines of the exported history alone, the states of the returns as at each close."""
    out = StringIO()
    call_command("export_plan", "--format", "history", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    of_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        of_table[line["table"]].append(line)
    for booked in player.books.rounds.values():
        for at, expected in booked.closes:
            found: dict[int, dict[str, Any]] = {}
            (round_id,) = {each["id"] for each in of_table["activities.round"] if each["quarter_key"] == booked.quarter}
            for each in of_table["activities.return"]:
                if each["round_id"] == round_id and datetime.fromisoformat(each["history_date"]) <= at:
                    found[each["id"]] = each
            states = Counter(each["state"] for each in found.values() if not each["dropped_on"])
            assert states == Counter(line.state for line in expected), booked.quarter


# The player's own books ---------------------------------------------------------------------------------------------


def test_the_players_list_of_holidays_is_the_calendar_of_the_product() -> None:
    calendar = Calendar()
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]

    assert [day for day in days if works(day) != calendar.is_working_day(day)] == []


def test_the_players_agencies_are_those_of_the_plan(world: World) -> None:
    asked = Counter(line.body for line in Player(1, world).books.ask(LAST))

    assert sum(asked[body] for body in AGENCIES) == 23
    assert (asked[NOBODY], sum(asked.values())) == (5, 35)
