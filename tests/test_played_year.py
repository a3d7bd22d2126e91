"""What was known on a day stays known: a year is played, and twenty of its days are read again at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise, zip_longest
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import Resolver404, resolve

from activities.actions.loading import load_plan
from activities.answering import casts, gaps
from activities.contradictions import marked, told
from activities.exports.position import position_of
from activities.models import Decision, Meeting
from activities.reading import Reading
from activities.summaries.dashboard import dashboard
from tests.played_year import Year
from tests.test_access import MEMBERS, NOBODY, TABLE
from tests.world import PROGRAM, World, directory, exchange, moment
from tnoc_tracker.record.days import end_of_day
from tnoc_tracker.record.verification import verify

FIRST, LAST = date(2021, 7, 1), date(2022, 6, 30)
KEPT = sorted(
    {
        *(FIRST + timedelta(days=number) for number in range(9, 365, 22)),
        date(2021, 9, 26),  # the clocks go forward
        date(2021, 9, 30),
        date(2021, 12, 31),
        date(2022, 3, 31),
        date(2022, 4, 3),  # the clocks go back
    }
)
"""Twenty days and a few: among them quarter ends, and days with 23 and 25 hours."""

PLAN = "/plans/tnoc-2021-22/"
LISTS = ["overdue", "slippage", "activities", "agencies", "audit", "proposals", "decisions"]
NARROWED = [
    "activities/?body=police&sort=-due",
    "activities.csv?status=at_risk&sort=answers",
    "activities/?reported=no&q=the",
    "audit.csv?body=police",
]
ACTIVITIES = ["2", "5", "7", "8", "11", "12", "16", "17", "20", "row-21"]
BODIES = ["police", "sfo", "secretariat", "all-agencies"]


# Readers ----------------------------------------------------------------------------------------------------------

READING = {name for name, row in TABLE.items() if row.look == MEMBERS and row.send == NOBODY}
"""Pages that are read; links elsewhere are controls, and a past position has none."""

ABOUT_RIGHTS = "You may read this and not report for"
"""Stands in the place of a control, for those who have none; at a past position nobody has."""

COMPARED = {"compare", "compare_file"}
"""They have two dates of their own: kept as what changed since the day kept before."""

OF_NO_PLAN = {"home", "mail", "saved_views"}
OF_A_PACK = {"pack", "pack_page", "pack_file"}
"""No pack is frozen in this year: its bytes never change, and a test of its own says so."""

OF_A_ROUND = {"round", "round_file"}
"""No round is opened in this year: a year of rounds is played beside it, and its pages are read again there."""

SKIPPED = {"form", "button", "select", "script", "style", "svg", "template", "datalist", "input"}


class Main(HTMLParser):
    """The text of <main> without controls, and without links to pages that change something."""

    def __init__(self) -> None:
        """Begin outside."""
        super().__init__()
        self.inside, self.said, self.open = False, [], []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter <main>; leave out what is inside a control."""
        given = dict(attrs)
        if tag == "main":
            self.inside = True
        if tag in SKIPPED - {"input"} or (tag == "a" and not leads_to_a_page(given.get("href") or "")):
            self.open.append(tag)
        elif tag == "a":
            self.open.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave what was entered."""
        if tag == "main":
            self.inside = False
        if self.open and (self.open[-1] == tag or (tag == "a" and self.open[-1] == "")):
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        if self.inside and not any(self.open):
            self.said.append(data)


def leads_to_a_page(address: str) -> bool:
    """Whether a link leads to a page that is read, on this page or on another."""
    path = urlsplit(address).path
    try:
        return not path or resolve(path).url_name in READING
    except Resolver404:
        return False


def main_of(page: str) -> list[str]:
    """The text of <main>, line by line as it is read."""
    reader = Main()
    reader.feed(page)
    lines = (re.sub(r"\s+", " ", said).strip() for said in reader.said)
    return [line for line in lines if line and not line.startswith(ABOUT_RIGHTS)]


def addresses(meetings: Iterable[int], decisions: Iterable[int]) -> Iterator[str]:
    """Every page and file that is kept; those of the meetings and decisions there are, by their ids."""
    yield from ["", "timeline/", "screen/", "my-agency/", "rounds/", "returns/", "meetings/", "search/?q=draft"]
    yield from NARROWED
    yield from (f"meetings/{each}/" for each in meetings)
    yield from (f"decisions/{each}/" for each in decisions)
    yield from (f"{name}{ending}" for name in LISTS for ending in ("/", ".csv"))
    yield from (f"activities/{key}/" for key in ACTIVITIES)
    yield from (f"agencies/{slug}/" for slug in BODIES)


def changes(day: date) -> Iterator[str]:
    """What changed since the kept day before, and between the two before that; today has other words on the page."""
    place = KEPT.index(day)
    asked = [
        f"from={was.isoformat()}&to={then.isoformat()}" for was, then in pairwise(KEPT[max(0, place - 2) : place + 1])
    ]
    yield from (f"compare.csv?{each}" for each in asked)
    yield from (f"compare/?{each}" for each in asked[:-1])


def pages_of(client: Client, addresses: Iterable[str], as_at: str = "") -> dict[str, Any]:
    """What each address shows, now or as at a day."""
    shown = {}
    for address in addresses:
        asked = f"{'&' if '?' in address else '?'}as_at={as_at}" if as_at else ""
        response = client.get(f"{PLAN}{address}{asked}")
        assert response.status_code == 200, (address, as_at, response.status_code)
        if response.streaming:
            shown[address] = b"".join(response.streaming_content).decode().splitlines()
        else:
            shown[address] = main_of(response.content.decode())
    return shown


def shown_on(client: Client, day: date, as_at: str = "") -> dict[str, Any]:
    """Everything that is kept of a day: on that day, or later as at it."""
    known = Q(history_date__lte=end_of_day(day), sequence=1)
    there = [list(each.history.filter(known).values_list("id", flat=True)) for each in (Meeting, Decision)]
    return pages_of(client, addresses(*there), as_at) | pages_of(client, changes(day))


# Data -------------------------------------------------------------------------------------------------------------


def data_of(reading: Reading) -> dict[str, Any]:
    """The position as data: activities and milestones with their due states, roles, casts, gaps, contradictions."""
    figures = dashboard(reading)
    ids = list(reading.activities.order_by("id").values_list("id", flat=True))
    return {
        "json": position_of(reading),
        "figures": [
            (count.status or count.label, count.count) for count in (*figures.by_status, *figures.by_due_state)
        ],
        "activities": rows(reading.all_activities),
        "present": ids,
        "milestones": rows(reading.milestones),
        "roles": rows(reading.roles),
        "parts": rows(reading.parts),
        "updates": rows(reading.status_updates),
        "moves": rows(reading.date_moves),
        "members": rows(reading.collective_members),
        "bodies": [named(body) for body in reading.bodies.values()],
        "areas": [str(area) for area in (*reading.focus_areas, *reading.priority_areas)],
        "casts": {key: cast.answering_in_words for key, cast in sorted(casts(reading, ids).items())},
        "gaps": [(gap.activity.key, gap.since, gap.days, gap.words) for gap in gaps(reading)],
        "contradictions": [(each.key, told(each, reading)) for each in marked(reading, reading.activities)],
    }


def rows(found: Any) -> list[dict[str, Any]]:
    """Rows as plain values, those of an entry's own bookkeeping left out."""
    listed = [{name: value for name, value in row.items() if name not in ENTRYS_OWN} for row in found.values()]
    return sorted(listed, key=lambda row: row["id"])


ENTRYS_OWN = {
    "history_id",
    "history_date",
    "history_type",
    "history_user_id",
    "history_change_reason",
    "sequence",
    "actor_name",
    "written_at",
    "request",
    "changed",
    "sealed",
    "salt",
    "seal",
    "erased",
}


def named(body: Any) -> tuple[Any, ...]:
    return body.id, body.slug, body.name, body.short, body.name_mi, body.kind, body.function


# The year ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """What a day looked like on that day."""

    data: dict[str, Any]
    pages: dict[str, Any]


@pytest.mark.long
@pytest.mark.parametrize("seed", [1])
def test_a_year_reads_the_same_afterwards(own_database: World, settings: Any, seed: int) -> None:
    client = Client()
    client.force_login(own_database.person("police-reader"), backend="django.contrib.auth.backends.ModelBackend")
    year, kept = Year(seed), {}
    for day in (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)):
        year.play(day)
        if day in KEPT:
            settings.TNOC_TODAY = day
            kept[day] = Kept(data_of(Reading(own_database.plan, day)), shown_on(client, day))

    settings.TNOC_TODAY = LAST
    assert sum(year.done.values()) > 400, (year.done, year.refused)
    assert all(year.done.values()), year.done
    assert verify().faults == []
    for day, then in kept.items():
        now = Kept(data_of(Reading.on_day(own_database.plan, day)), shown_on(client, day, day.isoformat()))
        assert differences(then.data, now.data) == {}, f"the data on {day}, seed {seed}"
        assert differences(then.pages, now.pages) == {}, f"the pages on {day}, seed {seed}"


def differences(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The first place in which each part differs: as it was, and as it is read now."""
    found = {}
    for name in then:
        if then[name] != now[name]:
            pairs = zip_longest(_lines(then[name]), _lines(now[name]))
            found[name] = next((pair for pair in pairs if pair[0] != pair[1]), None)
    return found


def _lines(part: Any) -> list[Any]:
    return list(part.items()) if isinstance(part, dict) else list(part)


def test_every_page_that_is_read_is_kept() -> None:
    kept = {resolve(PLAN + address.partition("?")[0]).url_name for address in addresses([1], [1])}

    assert kept == READING - OF_NO_PLAN - COMPARED - OF_A_ROUND - OF_A_PACK


def test_the_text_of_a_page_is_read_without_its_controls() -> None:
    page = """<header>no</header><main><h1>Late</h1><a href="/plans/p/activities/1/">One</a>
    <a href="/plans/p/activities/1/update/">Update</a><form><p>no</p></form> since <b>May</b></main>"""

    assert main_of(page) == ["Late", "One", "since", "May"]


def test_a_plan_is_called_and_dated_as_it_was(world: World, sign_in: Any) -> None:
    edition = exchange()
    edition["plan"] |= {"title": "STRATEGY: SECOND ACTION PLAN", "period": ["2021-07-01", "2022-09-30"]}
    load_plan(exchange=edition, directory=directory(), by=PROGRAM, at=moment(date(2022, 1, 10)))
    client = sign_in("steering")

    assert "Second Action Plan" in client.get(f"{PLAN}timeline/").content.decode()
    before = client.get(f"{PLAN}timeline/", {"as_at": "2022-01-09"})
    assert before.context["reading"].plan.title.endswith("ACTION PLAN 2021/22")
    assert before.context["reading"].plan.ends_on == date(2022, 6, 30)
    assert "Second Action Plan" not in before.content.decode()
