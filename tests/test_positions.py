"""Past positions: every page keeps the date, nothing on it can be changed, and a date that is none says so."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from activities.actions.decisions import settle_decision
from activities.actions.milestones import move_date
from activities.actions.proposals import propose_date
from activities.actions.returns import confirm_no_change
from activities.actions.roles import assign_role, end_role
from activities.actions.rounds import close_round
from activities.actions.words import withdraw_activity
from activities.decisions import DecisionState
from activities.models import Activity, Milestone, MilestoneKind, PriorityArea, Return, Role, RoleKind, Round
from activities.quarters import FiscalQuarter
from agencies.models import Membership
from agencies.standing import Standing
from tests.actions.packs import frozen_with_page
from tests.actions.rounds import asked as asked_of
from tests.actions.rounds import opened, told
from tests.deciding import decide, decide_pause, meeting
from tests.generated import half_a_year, on_track, say
from tests.scenes import played_once
from tests.views.editing import text_of
from tests.world import PROGRAM, World, moment
from tnoc_tracker.record.writing import record

PLAN = "/plans/tnoc-2021-22/"
DAY, AT = date(2021, 12, 31), "2021-12-31"
Q1 = FiscalQuarter.parse("Q1 FY2021/22")
PAGES = [
    "",
    "overdue/",
    "timeline/",
    "search/?q=the",
    "screen/",
    "activities/",
    "activities/2/",
    "agencies/",
    "agencies/police/",
    "my-agency/",
    "audit/",
    "compare/",
    "slippage/",
    "proposals/",
    "rounds/",
    "rounds/2021-22-q1/",
    "meetings/",
    "decisions/",
    "returns/",
]
FILES = [
    "rounds/2021-22-q1.csv",
    "overdue.csv",
    "slippage.csv",
    "proposals.csv",
    "decisions.csv",
    "activities.csv",
    "agencies.csv",
    "audit.csv",
    "compare.csv",
]
READ_ONLY = {
    "plan_dashboard",
    "overdue",
    "overdue_file",
    "slippage",
    "slippage_file",
    "timeline",
    "search",
    "screen",
    "meetings",
    "meeting",
    "decisions",
    "decisions_file",
    "decision",
    "pack",
    "pack_page",
    "pack_file",
    "activity_list",
    "activity_list_file",
    "activity",
    "agency_list",
    "agency_list_file",
    "agency",
    "my_agency",
    "proposal_list",
    "proposal_list_file",
    "rounds",
    "round",
    "round_file",
    "my_returns",
    "return_page",
    "audit",
    "audit_file",
    "compare",
    "compare_file",
}
"""Everything that a past page may lead to within the plan: pages that only show."""

VISITS_A_PAGE = 4
"""So many addresses of one page are followed; lists have hundreds of filters."""


@played_once
def story(world: World) -> World:
    """Half a year of work with a lead changed, bodies renamed, and activities withdrawn and added in January."""
    half_a_year(world)
    police = world.body("Police")
    police.name = "New Zealand Police Force"
    record(police, by=PROGRAM.actor, at=moment(date(2022, 1, 10)), reason="New name")
    at = moment(date(2022, 1, 12))
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=at)
    to_customs = {"kind": RoleKind.LEAD, "body": world.body("Customs"), "reason": "Took over"}
    assign_role(activity=world.activity(12), **to_customs, by=PROGRAM, at=at)
    withdraw_activity(activity=world.activity(3), reason="Merged into 4", by=PROGRAM, at=at)
    a_round_of_q1(world)
    held = meeting(world, date(2021, 11, 16))
    decide(world, held, activity=world.activity(12), due_on=date(2021, 12, 15))
    decide_pause(world, held, key=11, part=world.part(11, "Police"))
    frozen_with_page(world, held, date(2021, 11, 16))
    asked = {"milestone": world.milestone(7), "to": date(2022, 3, 31), "reason": "More time"}
    propose_date(**asked, by=Standing.of(world.person("sfo"), DAY), at=moment(date(2021, 12, 1)))
    area = PriorityArea.objects.filter(focus_area__plan=world.plan).first()
    added = Activity(plan=world.plan, position=99, key="99", number="99", priority_area=area, title="An afterthought")
    added.focus_area_id, added.answerable, added.vacant_since = area.focus_area_id, "not_stated", date(2022, 1, 12)
    record(added, by=PROGRAM.actor, at=at, reason="Added")
    return world


def a_round_of_q1(world: World) -> Round:
    """A reporting round, opened in October, in which one return came back."""
    made = opened(world, Q1, date(2021, 10, 4), date(2021, 10, 14))
    confirm_no_change(ret=asked_of(20, quarter=Q1), **told(world, date(2021, 10, 13)))
    return made


class Page(HTMLParser):
    """The links and forms of a page, without the band and the line that lead to other dates on purpose."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.hidden: list[dict[str, str]] = []
        self.feed(re.sub(r'<p class="position-band">.*?</p>|<div class="standing">.*?</div>', "", html, flags=re.S))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":  # what it asks for in place carries its hidden fields
            self.forms.append(given)
            self.hidden.append({})
        elif tag != "link":  # a stylesheet is a part of the page
            self.links += [urljoin(self.url, given[name]) for name in ("href", "hx-get", "hx-post") if name in given]
        if tag == "input" and given.get("type") == "hidden" and self.forms:
            self.hidden[-1][given["name"]] = given.get("value", "")

    @property
    def within_the_plan(self) -> list[str]:
        """The links to pages and files of the plan."""
        return [link for link in self.links if urlsplit(link).path.startswith("/plans/")]


def position_of(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("as_at", [""])[0]


def name_of(url: str) -> str:
    return resolve(urlsplit(url).path).url_name or ""


def crawl(client: Client, *starts: str) -> Iterator[Page]:
    """Every page of the plan that can be reached, a few addresses of each."""
    waiting, seen, visits = [*starts], {*starts}, Counter[str]()
    while waiting:
        url = waiting.pop(0)
        path = urlsplit(url).path
        visits[path] += 1
        if visits[path] > VISITS_A_PAGE or path.endswith((".csv", ".xlsx")):
            continue
        response = client.get(url)
        assert response.status_code == 200, f"{url} answers {response.status_code}"
        page = Page(url, response.content.decode())
        yield page
        for link in page.within_the_plan:
            bare = link.split("#")[0]
            if bare not in seen:
                seen.add(bare)
                waiting.append(bare)


EMPTY = [
    "activities/?q=zebra",
    "activities/?colour=red",
    "overdue/?body=ird",
    "timeline/?milestones=met_late&focus=dismantle",
    "search/?q=zebra",
    "search/?q=police&group=decisions",
    "audit/?body=ird&column=forecast",
    "agencies/dia/",
]
"""Pages with nothing on them, whose links lead somewhere else."""


@pytest.mark.parametrize("page", EMPTY)
def test_a_past_page_with_nothing_on_it_keeps_the_date_too(story, sign_in, page):
    url = f"{PLAN}{page}{'&' if '?' in page else '?'}as_at={AT}"
    response = sign_in("secretariat").get(url)
    links = Page(url, response.content.decode()).within_the_plan

    assert response.status_code in (200, 422)
    assert links
    assert [link for link in links if position_of(link) != AT] == []


@pytest.mark.long
@pytest.mark.parametrize("username", ["secretariat", "police", "steering"])
def test_from_a_past_page_every_link_of_the_plan_stays_in_the_past_and_nothing_can_be_changed(story, sign_in, username):
    visited: set[str] = set()
    starts = (f"{PLAN}?as_at={AT}", f"{PLAN}search/?q=police&as_at={AT}")  # the search is a form, no link leads to it
    for page in crawl(sign_in(username), *starts):
        visited.add(name_of(page.url))
        for link in page.within_the_plan:
            assert position_of(link), f"{page.url} leads to {link}: the date is lost"
            assert position_of(link) <= AT, f"{page.url} leads to {link}: later than it"
            try:
                assert name_of(link) in READ_ONLY, f"{page.url} leads to {link}"
            except Resolver404:
                pytest.fail(f"{page.url} leads to {link}, and there is no such page")
        for form, hidden in zip(page.forms, page.hidden, strict=True):
            assert form.get("method", "get").lower() == "get", f"{page.url} has a form that posts"
            assert hidden.get("as_at") == position_of(page.url), f"{page.url} has a form that loses the date"
    own = set() if username != "steering" else {"my_returns"}  # the link is for those who report
    assert visited >= {name for name in READ_ONLY if not name.endswith("_file")} - own


@pytest.mark.parametrize("page", PAGES)
def test_a_past_page_says_so_and_leads_back_to_today(story, sign_in, page):
    response = sign_in("secretariat").get(PLAN + page, {"as_at": AT})

    assert response.status_code == 200
    assert '<body class="past"' in response.content.decode()
    assert "Position at 31 December 2021, as recorded then" in text_of(response)
    assert f'href="{PLAN}{page}' in response.content.decode() or "Back to today" in text_of(response)


@pytest.mark.parametrize("page", PAGES)
def test_day_first_and_iso_are_the_same_position(story, sign_in, page):
    client = sign_in("secretariat")
    written = [text_of(client.get(PLAN + page, {"as_at": day})) for day in (AT, "31/12/2021", "31 December 2021")]

    assert written[0] == written[1] == written[2]


NO_POSITION = {
    "2022-02-16": "16 February 2022 has not come yet",
    "9999-12-31": "31 December 9999 has not come yet",
    "2021-06-30": "The record of this plan begins on 1 July 2021",
    "0001-01-01": "The record of this plan begins on 1 July 2021",
    "0001-01-01T00:00:00+14:00": "is no date",
    "9999-12-31T23:59:59-12:00": "is no date",
    "0001-01-01T00:00:00": "is no date",
    "yesterday": "“yesterday” is no date",
    "31/31/2021": "“31/31/2021” is no date",
    "2021-12-31T25:00": "is no date",
}
"""Days at which there is no position of the plan, and what the page says of each."""


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_a_day_without_a_position_gets_the_page_that_says_so(world, sign_in, page):
    client, wrong = sign_in("secretariat"), {}
    for day, why in NO_POSITION.items():
        response = client.get(PLAN + page, {"as_at": day})
        words = text_of(response)
        if response.status_code != 404 or "There is no position at that date" not in words or why not in words:
            wrong[day] = (response.status_code, words)

    assert wrong == {}


def test_the_first_day_of_the_record_and_today_have_a_position(world, sign_in):
    client = sign_in("secretariat")

    assert client.get(PLAN, {"as_at": "2021-07-01"}).status_code == 200
    assert client.get(PLAN, {"as_at": "2022-02-15"}).status_code == 200


def test_the_picker_offers_the_quarter_ends_on_record_and_any_day(world, sign_in):
    page = sign_in("steering").get(f"{PLAN}overdue/?band=91-180&page=1").content.decode()

    assert "End of Q2 FY2021/22 (31 December 2021)" in " ".join(page.split())
    assert 'href="?band=91-180&amp;as_at=2021-12-31"' in page
    assert "End of Q3" not in page
    assert '<input type="hidden" name="band" value="91-180">' in page
    assert '<input type="text" id="look-at" name="as_at"' in page


def test_a_moment_within_a_day_is_a_position_too_and_stays_one(world, sign_in):
    say(world, 12, date(2022, 2, 14), on_track("Said at ten."))
    client = sign_in("police")
    morning = client.get(f"{PLAN}activities/12/", {"as_at": "2022-02-14T09:59:00+13:00"})
    noon = client.get(f"{PLAN}activities/12/", {"as_at": "2022-02-14T12:00"})

    assert "Position at 14 February 2022, 9:59 am, as recorded then" in text_of(morning)
    assert "Said at ten." not in text_of(morning)
    assert "Said at ten." in text_of(noon)
    assert "as_at=2022-02-14T09%3A59%3A00%2B13%3A00" in morning.content.decode()


def test_a_plus_written_as_it_is_does_not_break_a_moment(world, sign_in):
    response = sign_in("police").get(f"{PLAN}?as_at=2022-02-14T09:59:00+13:00")

    assert "Position at 14 February 2022, 9:59 am" in text_of(response)


# What was known then -----------------------------------------------------------------------------------------------


def test_an_activity_withdrawn_later_is_there_and_one_added_later_is_not(story, sign_in):
    client = sign_in("secretariat")
    then = text_of(client.get(f"{PLAN}activities/", {"as_at": AT}))
    now = text_of(client.get(f"{PLAN}activities/"))

    assert "TNOC Evidence Review" in then
    assert "TNOC Evidence Review" not in now
    assert "An afterthought" not in then
    assert "An afterthought" in now
    assert client.get(f"{PLAN}activities/99/").status_code == 200
    assert client.get(f"{PLAN}activities/99/", {"as_at": AT}).status_code == 404


def test_roles_and_names_are_as_they_were(story, sign_in):
    client = sign_in("secretariat")
    then, now = (text_of(client.get(f"{PLAN}activities/12/", {"as_at": day})) for day in (AT, "2022-02-15"))

    assert "New Zealand Police" in then
    assert "Police Force" not in then
    assert "New Zealand Customs Service" not in then
    assert "New Zealand Customs Service" in now
    assert "New Zealand Police Force" in text_of(client.get(f"{PLAN}agencies/police/"))
    assert "Police Force" not in text_of(client.get(f"{PLAN}agencies/police/", {"as_at": AT}))


def test_who_belonged_to_a_body_is_as_it_was_known(world, sign_in):
    client, membership = sign_in("secretariat"), Membership.objects.get(person=world.person("police"))
    membership.until = date(2022, 1, 31)
    record(membership, by=PROGRAM.actor, at=moment(date(2022, 1, 15)), reason="Left")

    assert "Police Lead" in text_of(client.get(f"{PLAN}agencies/police/", {"as_at": AT}))
    assert "Police Lead" not in text_of(client.get(f"{PLAN}agencies/police/"))


def test_the_moves_of_a_date_are_those_known_then_with_their_days(world, sign_in):
    asked = {"asked_by": "SFO", "agreed_by": "Steering Group", "by": PROGRAM}
    for to, day in ((date(2022, 1, 31), date(2021, 12, 1)), (date(2022, 3, 31), date(2022, 1, 14))):
        move_date(milestone=world.milestone(7), to=to, reason=f"Known on {day}", at=moment(day), **asked)
    then = text_of(sign_in("secretariat").get(f"{PLAN}activities/7/", {"as_at": AT}))

    assert "31 December 2021 31 January 2022 31 Known on 2021-12-01" in then
    assert "Known on 2022-01-14" not in then


# Rights are today's ------------------------------------------------------------------------------------------------


def test_a_person_whose_membership_has_ended_sees_nothing_at_a_past_date_either(world, sign_in):
    membership = Membership.objects.get(person=world.person("police"))
    membership.until = date(2022, 1, 31)
    record(membership, by=PROGRAM.actor, at=moment(date(2022, 1, 15)), reason="Left")

    response = sign_in("police").get(PLAN, {"as_at": AT})
    assert response.status_code == 403
    assert "overdue" not in text_of(response)


def test_what_is_withheld_stays_withheld_at_a_past_date(world, sign_in):
    for key in ("20", "row-21"):
        words = text_of(sign_in("steering").get(f"{PLAN}activities/{key}/", {"as_at": AT}))
        assert "withheld" in words


# Nothing can be changed --------------------------------------------------------------------------------------------


def editing_pages(world: World) -> list[str]:
    """The address of every page that changes something of the plan."""
    milestone, series = world.milestone(7), Milestone.objects.get(kind=MilestoneKind.RECURRING)
    role = Role.objects.filter(activity=world.activity(7)).first()
    of_activity = ["update", "words", "withdraw", "reinstate", "roles", "milestones"]
    of_milestone = ["", "date/", "delivery/", "remove/", "end/", "propose/", "proposal/", "proposal/take-back/"]
    return [
        *(f"{PLAN}activities/7/{page}/" for page in of_activity),
        *(f"{PLAN}activities/7/milestones/{milestone.id}/{page}" for page in of_milestone),
        f"{PLAN}activities/5/milestones/{series.id}/end/",
        f"{PLAN}activities/7/roles/{role.id}/end/",
        f"{PLAN}agencies/relevant-agencies/members/",
        f"{PLAN}rounds/open/",
        *(f"{PLAN}{page}/" for page in ("meetings/1/pack", "meetings/1/pack/preview", "packs/1/make/excel")),
        *(f"{PLAN}rounds/2021-22-q1/{page}/" for page in ("extend", "note", "close", "reopen")),
        *(f"{PLAN}rounds/2021-22-q1/{page}/" for page in ("review", "review/unchanged")),
        *(f"{PLAN}returns/1/{page}/" for page in ("review", "correct")),
        *(f"{PLAN}returns/{Return.objects.first().id}/{page}/" for page in ("no-change", "comment")),
    ]


def test_every_page_that_changes_something_refuses_a_past_position_politely(world, sign_in):
    a_round_of_q1(world)
    client = sign_in("secretariat")
    for url in editing_pages(world):
        for response in (client.get(f"{url}?as_at={AT}"), client.post(f"{url}?as_at={AT}", {"reason": "Because"})):
            assert response.status_code == 403, url
            words = text_of(response)
            assert "The past cannot be changed" in words, url
            assert "Nothing can be changed as at 31 December 2021." in words
            assert "This page today" in words


# Files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_a_past_position_holds_what_was_known_then(story, sign_in, file):
    client = sign_in("secretariat")
    then = client.get(PLAN + file, {"as_at": AT})
    lines = list(csv.reader(b"".join(then.streaming_content).decode().splitlines()))

    assert then.status_code == 200
    assert AT in then["Content-Disposition"]
    assert len(lines) > 1
    assert "An afterthought" not in str(lines)
    assert "Police Force" not in str(lines)


@pytest.mark.parametrize("username", ["police", "steering", "secretariat"])
def test_the_page_as_at_a_day_is_the_page_of_that_day(world, sign_in, settings, username):
    """The same words on the evening of the day, and later as at it; links and forms aside."""
    settings.TNOC_TODAY = DAY
    made = a_round_of_q1(world)
    say(world, 14, date(2021, 9, 24), on_track(), met={1: date(2021, 9, 24)})
    say(world, 12, date(2021, 12, 10), on_track(), by="police")
    decided = decide(world, meeting(world, date(2021, 12, 14)), activity=world.activity(12))
    client, pages = sign_in(username), [page for page in PAGES if page != "compare/"]
    on_the_day = {page: words_of(client.get(PLAN + page)) for page in pages}

    settings.TNOC_TODAY = date(2022, 2, 15)
    say(world, 12, date(2022, 2, 14), on_track("Said later."), by="police")
    moved = {"reason": "Late data", "asked_by": "SFO", "agreed_by": "Steering Group"}
    move_date(milestone=world.milestone(7), to=date(2022, 3, 31), **moved, by=PROGRAM, at=world.now)
    proposed = {"milestone": world.milestone(12), "to": date(2022, 6, 30), "reason": "More banks"}
    propose_date(**proposed, by=world.standing("police"), at=world.now)
    close_round(round=made, **told(world, date(2022, 2, 15)))
    settle_decision(decision=decided, state=DecisionState.DONE, outcome="It came", **told(world, date(2022, 2, 15)))
    meeting(world, date(2022, 5, 17), called=date(2022, 2, 15))
    for page, words in on_the_day.items():
        past = f"{PLAN}{page}{'&' if '?' in page else '?'}as_at={AT}"
        assert words_of(client.get(past)) == words, page
        assert words_of(client.get(PLAN + page)) != words, page


def words_of(response) -> str:
    """The text of the main part, without links, forms and what only says what the reader may do."""
    html = response.content.decode()
    html = html[html.index('<main id="main"') : html.index("</main>")]
    for left_out in (
        r"<form.*?</form>",
        r"<a [^>]*>.*?</a>",
        r"<(svg|summary)[^>]*>.*?</\1>",
        r'<span class="unseen">.*?</span>',
    ):
        html = re.sub(left_out, "", html, flags=re.S)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
    words = re.sub(r"You may read this and not report for .*?: an administrator can change that\.", "", words)
    return re.sub(r"[\s.]+", " ", words)
