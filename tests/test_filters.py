"""The register's filters: what each finds, and that nothing unreadable is ever ignored."""

from datetime import date

import pytest
from django.http import QueryDict

from activities.actions.milestones import move_date
from activities.actions.words import edit_words, withdraw_activity
from activities.filters import ActivityFilter
from activities.reading import Reading
from tests.generated import completed, half_a_year, not_delivered, say
from tests.scenes import after

EVERYTHING = [str(number) for number in range(1, 21)] + [""]


def found(reading, query: str) -> list[str]:
    """The numbers of the activities that a query finds, in its order."""
    filters = ActivityFilter(QueryDict(query), reading)
    assert filters.is_valid(), filters.errors
    return [activity.number for activity in filters.qs]


def words(reading, query: str) -> list[str]:
    """The active filters in words."""
    return [each.words for each in ActivityFilter(QueryDict(query), reading).active]


def complaints(reading, query: str) -> list[str]:
    """What is wrong with a query, as sentences."""
    filters = ActivityFilter(QueryDict(query), reading)
    return [sentence for sentences in filters.errors.values() for sentence in sentences]


def test_without_filters_everything_is_found_in_plan_order(world):
    assert found(world.reading, "") == EVERYTHING
    assert words(world.reading, "") == []


@pytest.mark.parametrize(
    ("query", "numbers", "in_words"),
    [
        ("focus=prevent-and-detect", "10 11 12 13", ["in PREVENT AND DETECT"]),
        ("body=sfo&role=lead", "7 17", ["led by SFO"]),
        ("body=moj&role=coordinator", "5", ["coordinated by MOJ"]),
        ("body=sfo&role=support", "6 12 16", ["supported by SFO"]),
        ("body=rbnz&role=participant", "1", ["with RBNZ taking part"]),
        ("body=police&role=contributor", "2 3 4 9 10", ["with input from Police"]),
        ("body=police&role=answers", "11 12 13 17", ["answered for by Police"]),
        ("body=moj&role=answers", "5 6 17 19", ["answered for by MOJ"]),
        ("body=corrections", "2 3 4 10 13 16 17", ["involving Corrections"]),
        ("body=sfo&role=supports", "2 3 4 6 10 12 16", ["supported in any way by SFO"]),
        ("role=participant", "1", ["with participants"]),
        ("role=coordinator", "2 3 4 5 10", ["with a coordinator"]),
        ("due=overdue", "1 2 5 7 10 13 14 16 18", ["overdue"]),
        ("due=no_date", "8", ["no date"]),
        ("due=withheld", "20 -", ["withheld"]),
        ("due=due_this_quarter", "3 4 12 15", ["due this quarter"]),
        ("quarter=2021-22-q1", "1 14 16", ["with an open milestone due in Q1 FY2021/22"]),
        ("gap=yes", "1 9 16", ["for which nobody answers"]),
        ("due=overdue&body=police&role=answers", "13", ["overdue", "answered for by Police"]),
    ],
)
def test_a_filter_finds_its_rows_and_says_so(world, query, numbers, in_words):
    assert found(world.reading, query) == ["" if each == "-" else each for each in numbers.split()]
    assert words(world.reading, query) == in_words


def test_a_priority_area_is_found_by_its_id(world):
    area = next(area for area in world.reading.priority_areas if area.title == "Enhance international support")
    assert found(world.reading, f"priority={area.id}") == ["13"]
    assert words(world.reading, f"priority={area.id}") == ["in “Enhance international support”"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("untoc", "9"),
        ("UNTOC  weaknesses", "9"),
        ("ÚNTŌC", "9"),
        ("handbook outlining", "2"),
        ("12", "12"),
        ("1989", "8"),
        ("handbook+untoc", ""),
        ("100%", ""),
        ("_", ""),
        ("\\", ""),
    ],
)
def test_text_is_searched_without_macrons_case_or_wildcards(world, text, numbers):
    query = QueryDict(mutable=True)
    query["q"] = text.replace("+", " ")
    filters = ActivityFilter(query, world.reading)
    assert filters.is_valid()
    assert [activity.number for activity in filters.qs] == numbers.split()


def test_wildcards_in_the_text_stand_for_themselves(world):
    edit_words(
        activity=world.activity(2),
        title="A handbook, 100% complete_",
        description="",
        reason="Test",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert found(world.reading, "q=100%25") == ["2"]
    assert found(world.reading, "q=complete_") == ["2"]
    assert found(world.reading, "q=1%25e") == []


def test_a_number_finds_its_activity_and_nothing_that_only_mentions_it(world):
    assert found(world.reading, "q=9") == ["9"]
    assert found(world.reading, "q=20") == ["20"]


@after(half_a_year)
def test_statuses_are_found_and_a_paused_overdue_one_is_past_due_but_not_overdue(world):
    assert found(world.reading, "status=paused") == ["18"]
    assert found(world.reading, "due=overdue") == ["1", "7", "10", "16"]
    assert found(world.reading, "due=overdue_paused") == ["18"]
    assert found(world.reading, "due=past_due") == ["1", "7", "10", "16", "18"]


@after(half_a_year)
def test_no_report_yet_is_what_nobody_has_reported_on(world):
    assert found(world.reading, "reported=no") == ["4", "6", "8", "15", "16", "19", "20", ""]


@after(half_a_year)
def test_contradictions_are_found(world):
    assert found(world.reading, "contradiction=yes") == ["7", "10", "16", "18"]
    assert words(world.reading, "contradiction=yes") == ["where status and dates disagree"]


def test_a_quarter_is_the_agreed_one_and_only_open_milestones_count(world):
    move_date(
        milestone=world.milestone(16, 1),
        to=date(2022, 8, 31),
        reason="Test",
        asked_by="A",
        agreed_by="B",
        by=world.standing("secretariat"),
        at=world.now,
    )
    say(world, 14, date(2022, 2, 1), completed(date(2022, 1, 31)), met={1: date(2022, 1, 31)})
    say(world, 9, date(2022, 2, 1), not_delivered())
    assert found(world.reading, "quarter=2021-22-q1") == ["1"]
    assert found(world.reading, "quarter=2022-23-q1") == ["16"]
    assert "9" not in found(world.reading, "quarter=2021-22-q4")


def test_withdrawn_activities_are_shown_when_they_are_asked_for(world):
    withdraw_activity(activity=world.activity(15), reason="Merged", by=world.standing("secretariat"), at=world.now)
    assert "15" not in found(world.reading, "")
    assert found(world.reading, "withdrawn=yes") == ["15"]
    assert words(world.reading, "withdrawn=yes") == ["withdrawn"]


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("number", "1", ""),
        ("-number", "", "1"),
        ("due", "1", ""),
        ("status", "1", ""),
        ("reported", "1", ""),
        ("focus", "1", ""),
        ("-focus", "14", "9"),
    ],
)
def test_every_sort_is_stable_and_takes_nothing_away(world, sort, first, last):
    rows = found(world.reading, f"sort={sort}")
    assert sorted(rows) == sorted(EVERYTHING)
    assert (rows[0], rows[-1]) == (first, last)


def test_titles_sort_without_regard_to_case_or_macrons(world):
    edit_words(
        activity=world.activity(2),
        title="āA first",
        description="",
        reason="Test",
        by=world.standing("secretariat"),
        at=world.now,
    )
    rows = [number for number in found(world.reading, "sort=title") if number not in ("20", "")]
    assert rows[:2] == ["2", "6"]
    assert found(world.reading, "sort=-title")[0] == "9"


def test_by_who_answers_gaps_come_first_and_then_the_bodies_in_order(world):
    rows = found(world.reading, "sort=answers")
    assert set(rows[:5]) == {"1", "9", "16", "20", ""}
    assert rows[5:8] == ["17", "11", "8"]


@after(half_a_year)
def test_the_latest_report_sorts_last_and_those_without_one_first(world):
    assert found(world.reading, "sort=reported")[0] == "4"
    assert found(world.reading, "sort=-reported")[0] == "12"


@pytest.mark.parametrize(
    "query",
    [
        "focus=nowhere",
        "priority=999999",
        "priority=drop%20table",
        "body=fbi",
        "role=withheld",
        "role=boss",
        "status=green",
        "due=removed",
        "due=soon",
        "quarter=2021-22-q5",
        "quarter=99999999999-q1",
        "gap=no",
        "reported=yes",
        "contradiction=1",
        "withdrawn=true",
        "sort=title_key",
        "sort=--number",
        "sort=severity",
        "q=%00",
        "q=" + "x" * 201,
        "focus=%00",
        "status=overdue&status=on_track",
        "state=overdue",
        "%00=1",
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_sentence(world, query):
    assert complaints(world.reading, query)
    assert words(world.reading, query)


def test_an_unreadable_filter_can_be_taken_out_by_its_name(world):
    (active,) = ActivityFilter(QueryDict("status=green"), world.reading).active
    assert active.words == "status “green”"
    assert active.names == ("status",)


def test_a_body_and_its_role_are_taken_out_together(world):
    (active,) = ActivityFilter(QueryDict("body=police&role=lead"), world.reading).active
    assert active.names == ("body", "role")


@after(half_a_year)
def test_a_past_position_is_filtered_by_what_was_known_then(world):
    then = Reading.on_day(world.plan, date(2021, 11, 30))
    assert found(then, "status=at_risk") == ["7"]
    assert found(world.reading, "status=at_risk") == ["7", "12"]
    assert found(then, "due=overdue") == ["1", "16"]
    assert found(then, "body=police&role=lead") == ["11", "12", "13", "17"]
    assert found(then, "sort=answers")[5:8] == ["17", "11", "8"]
    assert found(then, "reported=no&focus=prevent-and-detect") == ["10", "12", "13"]
    assert found(Reading.on_day(world.plan, date(2021, 7, 1)), "q=untoc") == ["9"]


def test_finding_takes_as_many_queries_as_it_says(world, django_assert_num_queries):
    reading = world.reading
    filters = ActivityFilter(QueryDict("body=police&role=lead&sort=-answers&contradiction=yes"), reading)
    with django_assert_num_queries(1):
        list(filters.qs)
