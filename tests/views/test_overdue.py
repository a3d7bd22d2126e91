"""The overdue page: what is late, by how much, who answers for it; on paper and as a file as on the screen."""

import csv
import re
from datetime import date

import pytest

from activities.actions.milestones import edit_milestone
from activities.exports.overdue import COLUMNS
from activities.reading import Reading
from activities.summaries.lateness import overdue
from activities.views.overdue import rows_of_file
from tests.generated import grow, half_a_year
from tests.scenes import after
from tests.views.test_dashboard import text_of

URL = "/plans/tnoc-2021-22/overdue/"
FILE = "/plans/tnoc-2021-22/overdue.csv"


def lines_of(response) -> list[list[str]]:
    """The cells of a CSV answer."""
    return list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))


def grown(world):
    grow(world.plan, 250)


def test_the_page_states_the_finding_and_how_it_was_counted(sign_in):
    words = text_of(sign_in("steering").get(URL))
    assert "9 milestones and 1 start are overdue, the oldest by 138 days" in words
    assert "Position at 15 February 2022." in words
    assert "from the day after its agreed date, which counts as day 1" in words


@after(half_a_year)
def test_a_row_tells_everything_that_is_asked_of_it(world, sign_in):
    words = text_of(sign_in("steering").get(URL))
    assert re.search(
        r"138 ?overdue 1 Expand TNOC governance model ?Delivery ?Off track No lead is stated – 229 days "
        r"Original ?30 September 2021 ?Agreed ?30 September 2021 ?Moved ?never ?Forecast ?31 March 2022 "
        r"Nobody is named to invite the supervisors\. ?Secretariat Officer, 12 October 2021 \(entered [^)]+\) ?"
        r"Asked of the Steering Group: Name who invites RBNZ and FMA\.",
        words,
    )
    assert "91–180 days: 2 milestones" in words
    assert "31–90 days: 2 milestones" in words


def test_a_start_is_not_begun(sign_in):
    assert re.search(r"46 ?not begun 13 Expansion of NZTCU support", text_of(sign_in("steering").get(URL)))


@after(half_a_year)
def test_paused_ones_stand_in_a_section_of_their_own(world, sign_in):
    page = sign_in("steering").get(URL).content.decode()
    counted, _, paused = page.partition('id="paused"')
    assert "18 Review operational fusion" not in counted
    assert "18 Review operational fusion" in paused
    assert "SG 2022/1; review on 31 January 2022" in paused


def test_nothing_overdue_says_so_and_where_to_look(sign_in, settings):
    settings.TNOC_TODAY = date(2021, 9, 30)
    client = sign_in("steering")
    response = client.get(URL)
    words = text_of(response)
    assert "Nothing is overdue" in words
    assert "No agreed date has passed undelivered" in words
    assert "milestones=to_come" in response.content.decode()


@after(half_a_year)
@pytest.mark.parametrize(
    ("query", "count", "words"),
    [
        ({"band": "91-180"}, 2, "Only what is 91–180 days late. In the whole plan 4 are overdue."),
        ({"body": "sfo"}, 1, "Only what is answered for by SFO."),
        ({"focus": "dismantle"}, 1, "Only what is in DISMANTLE."),
        ({"focus": "unify", "body": "police"}, 0, "Nothing of this is overdue"),
    ],
)
def test_the_address_narrows_the_rows_and_the_page_says_so(world, sign_in, query, count, words):
    response = sign_in("steering").get(URL, query)
    assert response.context["page"].paginator.count == count
    assert words in text_of(response)
    assert response.context["overdue_count"] == 4


@after(half_a_year)
def test_every_band_leads_to_as_many_rows(world, sign_in):
    client = sign_in("steering")
    page = client.get(URL)
    for line in page.context["figures"].ageing:
        assert client.get(URL, {"band": line.band.key}).context["page"].paginator.count == line.count


@pytest.mark.parametrize("query", [{"band": "ancient"}, {"body": "of-nobody"}, {"colour": "red"}])
def test_what_cannot_be_read_is_refused_on_the_page_and_in_the_file(sign_in, query):
    client = sign_in("steering")
    page, file = client.get(URL, query), client.get(FILE, query)
    assert (page.status_code, file.status_code) == (422, 422)
    assert "a filter in this address cannot be read" in text_of(page)
    assert "Expand TNOC governance model" not in text_of(page)


@after(half_a_year)
def test_the_file_has_the_pages_rows_in_its_order_and_words(world, sign_in):
    client = sign_in("steering")
    words, (heads, *rows) = text_of(client.get(URL)), lines_of(client.get(FILE))
    assert heads == [column.heading for column in COLUMNS]
    assert [row[2] for row in rows] == ["1", "16", "7", "10", "18"]
    place = 0
    for row in rows:
        cells = [cell for column, cell in zip(COLUMNS, row, strict=True) if cell]
        for cell in cells:
            found = words.find(cell, place)
            assert found >= 0, cell
            place = found


@after(grown)
def test_the_file_holds_all_rows_of_the_narrowed_page(world, sign_in):
    client = sign_in("steering")
    page = client.get(URL, {"band": "91-180"})
    assert page.context["page"].paginator.count > 50
    assert len(lines_of(client.get(FILE, {"band": "91-180"}))) == page.context["page"].paginator.count + 1


def test_the_file_is_named_after_plan_and_day_and_carries_the_marking(sign_in, settings):
    settings.PROTECTIVE_MARKING = "IN-CONFIDENCE"
    response = sign_in("steering").get(FILE)
    assert 'filename="tnoc-2021-22-overdue-2022-02-15-in-confidence.csv"' in response["Content-Disposition"]
    assert lines_of(response)[0] == ["IN-CONFIDENCE"]


def test_a_formula_in_a_label_is_made_inert_in_the_file(world, sign_in):
    edit_milestone(
        milestone=world.milestone(1),
        label="=2+5",
        reason="A try",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert "'=2+5" in lines_of(sign_in("steering").get(FILE))[1]


@after(grown)
def test_fifty_rows_a_page_and_a_band_goes_on_by_name(world, sign_in):
    client = sign_in("steering")
    first, second = client.get(URL), client.get(URL, {"page": 2})
    assert sum(len(band["rows"]) for band in first.context["bands"]) == 50
    assert not first.context["bands"][0]["continued"]
    assert second.context["bands"][0]["continued"]
    assert ", continued" in text_of(second)
    assert f"Rows 51 to 100 of {second.context['page'].paginator.count}" in text_of(second)


@after(grown)
def test_all_rows_come_on_one_page_to_be_printed(world, sign_in):
    response = sign_in("steering").get(URL, {"page": "all"})
    total = response.context["page"].paginator.count
    assert total > 50
    assert sum(len(band["rows"]) for band in response.context["bands"]) == total


@after(half_a_year)
def test_the_rows_are_the_same_code_at_a_past_position(world):
    reading = Reading.on_day(world.plan, date(2022, 1, 9))
    rows = rows_of_file(reading, overdue(reading))
    assert [(row.activity.key, row.days) for row in rows] == [
        ("1", 101),
        ("16", 101),
        ("2", 9),
        ("7", 9),
        ("10", 9),
        ("18", 9),
    ]
    assert rows[0].explanation == "Nobody is named to invite the supervisors."


def test_at_a_past_position_clearing_the_filters_stays_there(world, sign_in):
    response = sign_in("steering").get(URL, {"as_at": "2021-12-31", "body": "sfo"})
    assert response.context["clear_url"] == f"{URL}?as_at=2021-12-31"
    assert "Position at 31 December 2021." in text_of(response)
    assert 'name="as_at" value="2021-12-31"' in response.content.decode()


def test_the_page_is_only_read(sign_in):
    assert sign_in("secretariat").post(URL).status_code == 405
    assert sign_in("secretariat").post(FILE).status_code == 405


def test_words_of_people_are_escaped(world, sign_in):
    edit_milestone(
        milestone=world.milestone(1),
        label="<script>alert(1)</script>",
        reason="A try",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert "<script>alert(1)" not in sign_in("steering").get(URL).content.decode()
