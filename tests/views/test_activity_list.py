"""The list of activities: what it says it shows, how it is narrowed, sorted and paged, and who may report from it."""

import re
from html import unescape

import pytest

from activities.actions.words import withdraw_activity
from activities.exports.activity_columns import COLUMNS
from activities.models import Activity
from tests.generated import grow, half_a_year
from tests.pages import cells_of
from tests.scenes import after
from tests.views.editing import text_of

URL = "/plans/tnoc-2021-22/activities/"


def shown(response) -> str:
    """The sentence that says what is shown."""
    return re.sub(r"\s+", " ", unescape(text_of(response))).partition("Clear all")[2]


def removals(response) -> list[str]:
    """Where the list goes without each of its filters."""
    return [
        unescape(url) for url in re.findall(r'<a href="([^"]*)"[^>]* aria-label="Take out', response.content.decode())
    ]


def test_the_list_has_every_activity_in_plan_order(sign_in):
    response = sign_in("steering").get(URL)
    rows = cells_of(response, "register")
    assert response.status_code == 200
    assert [row[0] for row in rows[1:]] == [*map(str, range(1, 21)), ""]
    assert rows[0] == ["No. ↑", *(column.heading for column in COLUMNS[1:])]
    assert rows[1] == [
        "1",
        "Expand TNOC governance model",
        "Not started",
        "138 days overdue",
        "30 September 2021",
        "No lead is stated – 229 days",
        "no report yet",
        "UNIFY",
    ]
    assert rows[11][5] == "Customs, Police, MBIE"
    assert rows[13][3] == "not begun, 46 days"
    assert rows[20][:5] == ["20", "Withheld under s 9(2)(f)(iv)", "Not started", "withheld", ""]
    assert rows[21][1] == "Withheld, ground not stated"


def test_the_list_says_what_it_shows_and_each_filter_can_be_taken_out(sign_in):
    client = sign_in("steering")
    response = client.get(f"{URL}?body=police&role=lead&due=overdue&sort=-due&page=1")
    assert "1 of 21 activities: overdue × led by Police ×" in shown(response)
    assert removals(response) == ["?body=police&role=lead&sort=-due", "?due=overdue&sort=-due"]


def test_taking_a_filter_out_gives_the_list_without_it(sign_in):
    client = sign_in("steering")
    response = client.get(f"{URL}?gap=yes&due=overdue")
    assert "2 of 21 activities:" in shown(response)
    without_due, without_gap = (client.get(f"{URL}{query}") for query in removals(response))
    assert "3 of 21 activities:" in shown(without_due)
    assert "9 of 21 activities:" in shown(without_gap)


def test_an_empty_filter_is_no_filter(sign_in):
    response = sign_in("steering").get(f"{URL}?q=&body=&role=&status=&due=&focus=&priority=&quarter=&reported=")
    assert "21 activities All 21 activities (CSV)" in shown(response)
    assert removals(response) == []


def test_where_nothing_is_found_the_list_says_what_to_do(sign_in):
    words = text_of(sign_in("steering").get(f"{URL}?q=zebra"))
    assert "None of 21 activities: matching “zebra”" in words
    assert "No activity is like this" in words
    assert "(CSV)" not in words


def test_a_filter_that_cannot_be_read_is_named_and_no_rows_are_shown(sign_in):
    response = sign_in("steering").get(f"{URL}?status=green&body=police")
    words = text_of(response)
    assert response.status_code == 422
    assert "The list cannot be shown: a filter in this address cannot be read" in words
    assert "Delivery status: This list has no such value." in words
    assert 'class="table register"' not in response.content.decode()
    assert removals(response) == ["?body=police", "?status=green"]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "a" * 3000, "body=%00", "page=%00", "page=-1", "page=9" * 3])
def test_hostile_input_is_answered_calmly(sign_in, query):
    assert sign_in("steering").get(f"{URL}?{query}").status_code in (200, 422)


@pytest.mark.parametrize("page", ["0", "-3", "x", "99", "9" * 5000, "1e3", ""])
def test_the_nearest_page_is_shown_where_there_is_no_such_page(sign_in, page):
    response = sign_in("steering").get(URL, {"page": page})
    assert response.status_code == 200
    assert len(cells_of(response, "register")) == 22


def test_fifty_rows_stand_on_a_page_and_the_rest_on_the_next(world, sign_in):
    grow(world.plan, 120)
    client = sign_in("steering")
    pages = [cells_of(client.get(f"{URL}?page={page}&sort=-due"), "register")[1:] for page in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [50, 50, 20]
    assert len({tuple(row[:2]) for rows in pages for row in rows}) == 120
    assert "120 activities" in shown(client.get(f"{URL}?page=2"))
    assert "101 to 120 of 120 activities" in text_of(client.get(f"{URL}?page=7"))


def test_a_column_sorts_up_and_down_and_keeps_the_filters(sign_in):
    page = sign_in("steering").get(f"{URL}?due=overdue&sort=due").content.decode()
    assert 'aria-sort="ascending"' in page
    assert 'href="?due=overdue&amp;sort=-due"' in page
    assert 'href="?due=overdue&amp;sort=title"' in page


def test_withdrawn_activities_are_left_out_counted_and_found(world, sign_in):
    client = sign_in("secretariat")
    withdraw_activity(activity=world.activity(15), reason="Merged", by=world.standing("secretariat"), at=world.now)
    response = client.get(URL)
    assert "20 activities All 20 activities (CSV) Excel (XLSX) : All 20 activities 1 withdrawn" in shown(response)
    assert "Annual TNOC Strategic Assessment" not in text_of(response)
    withdrawn = client.get(f"{URL}?withdrawn=yes")
    assert "1 activity: withdrawn" in shown(withdrawn)
    assert [row[0] for row in cells_of(withdrawn, "register")[1:]] == ["15"]


@pytest.mark.parametrize(
    ("username", "numbers"),
    [
        ("secretariat", [*map(str, range(1, 21)), ""]),
        ("police", ["11", "12", "13", "17"]),
        ("sfo", ["7", "17"]),
        ("police-reader", []),
        ("steering", []),
    ],
)
def test_whoever_may_report_finds_the_link_in_the_row_and_nobody_else(world, sign_in, username, numbers):
    page = sign_in(username).get(URL).content.decode()
    keys = re.findall(r'href="/plans/tnoc-2021-22/activities/([^/]+)/update/"', page)
    assert [Activity.objects.get(key=key).number for key in keys] == numbers


@after(half_a_year)
def test_a_past_position_shows_what_was_known_then_and_offers_no_change(world, sign_in):
    response = sign_in("secretariat").get(f"{URL}?as_at=2021-11-30&status=at_risk")
    rows = cells_of(response, "register")
    assert [row[:4] for row in rows[1:]] == [
        ["7", rows[1][1], "At risk", "due this quarter"],
    ]
    assert "/update/" not in response.content.decode()
    assert removals(response) == ["?as_at=2021-11-30"]
    assert "activities.csv?as_at=2021-11-30&amp;status=at_risk" in response.content.decode()


def test_with_htmx_only_the_list_comes_back(sign_in):
    client = sign_in("steering")
    part = client.get(f"{URL}?due=overdue", headers={"HX-Request": "true", "HX-Target": "register"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "9 of 21 activities:" in text_of(part)
    assert len(cells_of(part, "register")) == 10


def test_an_empty_plan_says_what_would_be_here(world, sign_in):
    for activity in Activity.objects.all():
        withdraw_activity(activity=activity, reason="Test", by=world.standing("secretariat"), at=world.now)
    words = text_of(sign_in("steering").get(URL))
    assert "No activities yet" in words
    assert "This plan has no activities yet" in words


def test_an_unknown_plan_and_a_stranger_find_nothing(sign_in, client):
    assert sign_in("steering").get("/plans/other/activities/").status_code == 404
    assert sign_in("outsider").get(URL).status_code in (403, 404)
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_list_can_only_be_read(sign_in, method):
    client = sign_in("secretariat")
    assert getattr(client, method)(URL).status_code == 405
    assert getattr(client, method)("/plans/tnoc-2021-22/activities.csv").status_code == 405


@after(half_a_year)
def test_the_list_takes_at_most_twelve_queries_however_many_activities_there_are(
    world, sign_in, django_assert_max_num_queries
):
    client = sign_in("police")

    def counts() -> list[int]:
        found = []
        for query in (
            "",
            "?body=police&role=answers&sort=-answers",
            "?contradiction=yes",
            "?as_at=2021-12-31",
            "?page=9999",
        ):
            client.get(URL + query)
            with django_assert_max_num_queries(12) as queries:
                client.get(URL + query)
            found.append(len(queries))
        return found

    few = counts()
    grow(world.plan, 500)
    assert counts() == few
