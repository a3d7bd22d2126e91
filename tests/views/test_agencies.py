"""The page of agencies: what each body does in the plan, every number leading to exactly its rows."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from activities.actions.roles import set_collective
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.exports.agency_columns import COLUMNS, NUMBERS
from activities.filters import ActivityFilter
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.bodies import Bodies
from activities.summaries.picture import Picture
from activities.workflow import Statement
from tests.generated import at_risk, grow, half_a_year, on_track, say
from tests.scenes import after
from tests.views.editing import BASE, text_of
from tests.world import TODAY, World, moment

URL = f"{BASE}agencies/"


def line_of(world: World, label: str, reading: Reading | None = None):
    return Bodies(Picture(reading or world.reading)).line(world.body(label))


def numbers(world: World, label: str, reading: Reading | None = None) -> dict[str, int]:
    line = line_of(world, label, reading)
    return {column.key: line.number(column.key) for column in NUMBERS if line.number(column.key)}


def rows_of_number(reading: Reading, line, key: str) -> set[int]:
    """The rows that the address of a number gives."""
    query = QueryDict(urlencode(line.rows(key).query))
    found = ActivityFilter(query, reading)
    assert found.is_valid(), found.errors
    return set(found.qs.order_by().values_list("id", flat=True))


def test_every_body_of_the_plan_has_its_line(sign_in):
    words = text_of(sign_in("police-reader").get(URL))
    assert "Corrections Department of Corrections 1 1 0 2 4 0 0 1 0" in words
    assert "Relevant agencies Stands for nobody yet: membership to be set" in words
    assert "All agencies 12 agencies" in words


def test_a_fresh_plan_counts_as_the_document_says(world):
    police = {"answers": 4, "lead": 4, "support": 4, "contributor": 5, "no_report": 4}
    assert numbers(world, "Police") == {**police, "overdue": 1}
    assert numbers(world, "TNOC Secretariat") == {"answers": 4, "coordinator": 4, "overdue": 2, "no_report": 4}
    assert numbers(world, "RBNZ")["participant"] == 1


@after(half_a_year)
@pytest.mark.parametrize("day", [None, pytest.param(date(2021, 12, 31), marks=pytest.mark.long)])
def test_every_number_leads_to_exactly_its_rows(world, day):
    set_collective(
        plan=world.plan,
        collective=world.body("Relevant agencies"),
        members=[world.body("DIA"), world.body("Customs")],
        reason="Agreed",
        by=world.standing("secretariat"),
        at=moment(date(2022, 1, 10)),
    )
    withdraw_activity(
        activity=world.activity(13), reason="Merged", by=world.standing("secretariat"), at=moment(date(2022, 1, 11))
    )
    reading = Reading.on_day(world.plan, day) if day else world.reading
    lines = Bodies(Picture(reading)).every_line
    assert len(lines) == 17
    for line in lines:
        for column in NUMBERS:
            counted = {own.activity.id for own in line.rows_of(column.key)[0]}
            assert counted == rows_of_number(reading, line, column.key), (line.body, column.key)


def test_a_part_that_others_reported_is_still_not_reported_by_its_body(world):
    say(world, 11, date(2022, 1, 20), on_track(), by="police", part="Police")
    assert numbers(world, "Customs")["no_report"] == 2
    assert numbers(world, "Police")["no_report"] == 3


def test_no_report_yet_and_none_this_quarter_are_told_apart(world):
    say(world, 12, date(2021, 11, 20), on_track())
    say(world, 13, date(2022, 1, 3), on_track(), met={1: date(2021, 12, 1)})
    found = numbers(world, "Police")
    assert (found["no_report"], found["silent"]) == (2, 1)


def test_a_finished_activity_waits_for_no_report(world):
    milestone = world.milestone(12)
    update_status(
        activity=world.activity(12),
        statement=Statement(
            DeliveryStatus.COMPLETED, completed_on=date(2021, 12, 1), statement="Done", held_at="A shelf"
        ),
        deliveries={milestone.id: date(2021, 12, 1)},
        by=world.standing("police"),
        at=moment(date(2021, 12, 2)),
    )
    assert "silent" not in numbers(world, "Police")


def test_a_paused_activity_is_not_in_the_overdue_number(world):
    update_status(
        activity=world.activity(13),
        statement=Statement(DeliveryStatus.PAUSED, decision_reference="SG 3", review_date=date(2022, 6, 1)),
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert "overdue" not in numbers(world, "Police")


def test_the_page_as_at_an_earlier_day_shows_what_was_known_then(world, sign_in):
    say(world, 12, date(2022, 1, 20), at_risk())
    assert numbers(world, "Police", Reading.on_day(world.plan, date(2022, 1, 19)))["no_report"] == 4
    assert numbers(world, "Police", Reading.on_day(world.plan, TODAY))["no_report"] == 3
    page = sign_in("steering").get(f"{URL}?as_at=2021-12-31")
    assert "Position at 31 December 2021" in text_of(page)
    assert "as_at=2021-12-31" in page.content.decode()


@after(half_a_year)
def test_the_file_holds_the_same_columns_in_the_same_order_and_words(world, sign_in):
    client = sign_in("secretariat")
    answer = client.get(f"{BASE}agencies.csv")
    lines = list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))
    assert lines[0] == [column.heading for column in COLUMNS]
    page = client.get(URL)
    assert [column.heading for column in page.context["columns"]] == lines[0]
    shown = [
        [line.body.label, line.body.name, *(number.words for number in numbers)]
        for _, group in page.context["groups"]
        for line, numbers in group
    ]
    assert shown == lines[1:]


def test_a_number_above_nought_is_a_link_and_nought_is_none(sign_in):
    body = sign_in("secretariat").get(URL).content.decode()
    assert 'href="/plans/tnoc-2021-22/activities/?body=police&amp;role=answers&amp;due=overdue">1</a>' in body
    assert "body=police&amp;role=coordinator" not in body


def test_only_the_secretariat_is_offered_to_set_members(sign_in):
    assert "/members/" in sign_in("secretariat").get(URL).content.decode()
    assert "/members/" not in sign_in("police").get(URL).content.decode()


@after(half_a_year)
@pytest.mark.parametrize("more", [0, 60])
def test_the_page_takes_few_queries_however_many_activities(world, sign_in, django_assert_max_num_queries, more):
    if more:
        grow(world.plan, more)
    client = sign_in("secretariat")
    client.get(URL)
    with django_assert_max_num_queries(10):
        client.get(URL)
