"""The figures of a whole plan: headings for every case, counts that agree, on live rows and as known on a day."""

from datetime import date

import pytest

from activities.actions.loading import load_plan
from activities.actions.milestones import move_date, remove_milestone
from activities.actions.roles import assign_role, set_collective
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.due_states import AGEING, DueState
from activities.models import Activity, RoleKind, StatusUpdate
from activities.reading import Reading
from activities.statuses import BY_SEVERITY
from activities.summaries import lateness
from activities.summaries.dashboard import Dashboard, dashboard
from activities.summaries.lateness import EVERYTHING, Narrowing, with_updates
from activities.summaries.picture import SETS, Picture, counted
from activities.summaries.rows import ACTIVITY_KEYS, Rows, activities, plain
from activities.summaries.said import last_by_activity, said
from activities.summaries.year import dated, how_far, in_a_sentence, last_day, rows_of_the_year, year
from tests.generated import at_risk, completed, half_a_year, not_delivered, off_track, on_track, paused, say
from tests.scenes import after
from tests.world import PROGRAM, TODAY, directory, exchange, moment

BEGIN, END = date(2021, 7, 1), date(2022, 6, 30)


def heading(reading: Reading) -> str:
    return plain(dashboard(reading).finding)


def lede(reading: Reading) -> str:
    return " ".join(plain(sentence) for sentence in dashboard(reading).lede)


def finish(world, *keys: str) -> None:
    """Close activities without delivery."""
    for key in keys:
        say(world, key, TODAY, not_delivered())


def all_keys(world) -> list[str]:
    return list(world.reading.activities.values_list("key", flat=True))


# The heading -----------------------------------------------------------------------------------------------------


def test_the_heading_of_a_plan_on_which_nothing_was_done(world):
    assert heading(world.reading) == (
        "9 milestones and 1 start are overdue, the oldest by 138 days; 3 activities have nobody who answers for them"
    )


def test_one_of_each_is_said_in_the_singular(world):
    finish(world, *(key for key in all_keys(world) if key not in ("7", "9", "15")))
    assert heading(world.reading) == "1 milestone is overdue, by 46 days; 1 activity has nobody who answers for it"


def test_a_start_alone_is_named_as_a_start(world):
    finish(world, *(key for key in all_keys(world) if key not in ("13", "15")))
    assert heading(world.reading) == "1 start is overdue, by 46 days"


def test_one_day_is_one_day(world):
    finish(world, *(key for key in all_keys(world) if key not in ("14",)))
    assert heading(Reading(world.plan, date(2021, 10, 1))) == "1 milestone is overdue, by 1 day"


def test_nothing_overdue_with_gaps(world):
    assert heading(Reading(world.plan, date(2021, 9, 30))) == (
        "Nothing is overdue; 3 activities have nobody who answers for them"
    )


def test_nothing_overdue_and_no_gap(world):
    finish(world, "1", "9", "16")
    assert heading(Reading(world.plan, date(2021, 9, 30))) == "Nothing is overdue"


def test_everything_finished(world):
    finish(world, *all_keys(world))
    assert heading(world.reading) == "All 21 activities are finished"
    assert "Nothing more is to come." in lede(world.reading)


def test_before_the_plan_begins(world):
    finish(world, "1", "9", "16")
    assert heading(Reading(world.plan, date(2021, 6, 1))) == "Nothing is due yet: the plan begins on 1 July 2021"


def test_an_empty_plan_says_so_now_and_then(world):
    before = Reading.on_day(world.plan, date(2021, 6, 30))
    assert heading(before) == "This plan held no activities then"
    assert dashboard(before).lede == ()
    for activity in Activity.objects.all():
        withdraw_activity(activity=activity, reason="Never begun", by=world.standing("secretariat"), at=world.now)
    assert heading(world.reading) == "This plan holds no activities yet"


def test_paused_activities_leave_the_heading_and_are_named_beside_it(world):
    before = dashboard(world.reading).overdue_milestones
    say(world, 18, TODAY, paused())
    assert dashboard(world.reading).overdue_milestones == before - 1
    assert lede(world.reading).endswith("1 more milestone is past its date while paused, and not counted here.")
    say(world, 10, TODAY, paused())
    assert lede(world.reading).endswith("2 more milestones are past their dates while paused, and not counted here.")


# The counted sentences -------------------------------------------------------------------------------------------


@after(half_a_year)
def test_what_fell_due_and_what_comes(world):
    assert lede(world.reading) == (
        "Of 8 milestones due by 31 December 2021, 3 are delivered, 1 of them late. "
        "5 more fall due by 31 March 2022 and 1 is to begin. "
        "1 more milestone is past its date while paused, and not counted here."
    )


def test_nothing_delivered(world):
    assert lede(world.reading).startswith("Of 9 milestones due by 31 December 2021, none is delivered. 5 more fall due")


def test_everything_due_is_delivered(world):
    for key, day in ((1, 20), (14, 21), (16, 30)):
        say(world, key, date(2021, 10, 1), on_track(), met={1: date(2021, 9, day)})
    reading = Reading(world.plan, date(2021, 10, 1))
    assert lede(reading).startswith(
        "All 3 milestones due by 30 September 2021 are delivered. 6 more fall due by 31 Dec"
    )


def test_everything_due_is_delivered_late(world):
    for key in (1, 14, 16):
        say(world, key, date(2021, 10, 2), on_track(), met={1: date(2021, 10, 1)})
    reading = Reading(world.plan, date(2021, 10, 2))
    assert "All 3 milestones due by 30 September 2021 are delivered, all of them late." in lede(reading)


def test_the_only_milestone(world):
    for key in (1, 16):
        remove_milestone(
            milestone=world.milestone(key),
            decision_reference="SG 1",
            reason="No longer wanted",
            by=world.standing("secretariat"),
            at=world.now,
        )
    reading = Reading(world.plan, date(2021, 10, 2))
    assert lede(reading).startswith("The only milestone due by 30 September 2021 is not delivered.")
    say(world, 14, date(2021, 10, 1), on_track(), met={1: date(2021, 10, 1)})
    assert lede(reading).startswith("The only milestone due by 30 September 2021 is delivered, late.")


def test_what_is_delivered_before_its_date_and_what_is_closed(world):
    say(world, 15, TODAY, completed(TODAY), met={1: TODAY})
    say(world, 1, TODAY, not_delivered())
    words = lede(world.reading)
    assert "none is delivered; 1 was closed undelivered." in words
    assert "1 with a later date is delivered already." in words
    assert "4 more fall due by 31 March 2022" in words


def test_before_anything_fell_due(world):
    assert lede(Reading(world.plan, BEGIN)) == "3 milestones fall due by 30 September 2021."


def test_a_quarter_in_which_nothing_falls_due_names_the_next_date(world):
    reading = Reading(world.plan, date(2022, 8, 1))
    assert lede(reading).endswith("Nothing more is to come.")
    move_date(
        milestone=world.milestone(19),
        to=date(2023, 3, 31),
        reason="The Bill is late",
        asked_by="MOJ",
        agreed_by="Steering Group",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert lede(reading).endswith("Nothing falls due by 30 September 2022; the next date is 31 March 2023.")


@after(half_a_year)
@pytest.mark.parametrize("day", [BEGIN, date(2021, 10, 1), date(2022, 1, 1), TODAY, date(2022, 7, 1)])
def test_sentences_read_well_on_any_day(world, day):
    for reading in (Reading(world.plan, day), Reading.on_day(world.plan, day)):
        for words in (heading(reading), lede(reading)):
            assert "  " not in words
            assert " ." not in words
            assert "None" not in words


# The two columns -------------------------------------------------------------------------------------------------


@after(half_a_year)
@pytest.mark.parametrize("day", [BEGIN, date(2021, 10, 1), date(2022, 1, 1), TODAY, date(2022, 7, 1)])
def test_both_columns_count_every_activity_once(world, day):
    for reading in (Reading(world.plan, day), Reading.on_day(world.plan, day)):
        figures = dashboard(reading)
        assert sum(count.count for count in figures.by_status) == figures.total == 21
        assert sum(count.count for count in figures.by_due_state) == 21
        assert sum(sum(line.counts.values()) for line in figures.focus_lines) == 21


def test_statuses_stand_worst_first_and_keep_their_place(world):
    assert [count.status for count in dashboard(world.reading).by_status] == [status.value for status in BY_SEVERITY]


@after(half_a_year)
def test_no_report_yet_is_counted_beside_not_started(world):
    not_started = next(count for count in dashboard(world.reading).by_status if count.status == "not_started")
    assert (not_started.count, plain(not_started.note)) == (8, "8 no report yet")
    say(world, 6, TODAY, on_track())
    say(world, 6, TODAY, _taken_back())
    not_started = next(count for count in dashboard(world.reading).by_status if count.status == "not_started")
    assert (not_started.count, plain(not_started.note)) == (8, "7 no report yet")


def _taken_back():
    from_here = on_track()
    return type(from_here)(status="not_started", reason="Reported by mistake")


def test_the_paused_ones_have_their_line_even_when_there_is_none(world):
    lines = {count.label: count.count for count in dashboard(world.reading).by_due_state}
    assert lines["Overdue while paused"] == 0
    assert "Closed undelivered" not in lines
    half_a_year(world)
    lines = {count.label: count.count for count in dashboard(world.reading).by_due_state}
    assert (lines["Overdue"], lines["Overdue while paused"], lines["Closed undelivered"]) == (4, 1, 1)


def test_rows_refuse_a_key_that_the_page_does_not_know():
    assert activities(status="paused").query == (("status", "paused"),)
    with pytest.raises(ValueError, match="state"):
        Rows("activity_list", (("state", "paused"),))
    assert set(ACTIVITY_KEYS) >= {"focus", "status", "due", "gap", "reported", "contradiction"}


# Where they disagree ---------------------------------------------------------------------------------------------


def disagreements(figures: Dashboard) -> dict[str, tuple[str, ...]]:
    return {each.activity.key: each.sentences for each in figures.disagreements}


@after(half_a_year)
def test_disagreements_and_gaps_share_a_line_and_most_days_overdue_come_first(world):
    assert disagreements(dashboard(world.reading)) == {
        "16": ("Not started, but 138 days overdue", "Lead to be decided – 229 days"),
        "7": ("At risk, but not reported on this quarter; last on 10 November 2021",),
        "10": ("On track, but 46 days overdue", "Explained on 3 February 2022"),
        "18": ("Paused, but its review was due on 31 January 2022",),
        "1": ("No lead is stated – 229 days",),
    }
    assert next(iter(disagreements(dashboard(world.reading)))) == "16"


def test_naming_a_lead_closes_the_gap(world):
    assert len(dashboard(world.reading).gaps) == 3
    assign_role(
        activity=world.activity(9),
        kind=RoleKind.LEAD,
        body=world.body("Police"),
        reason="Decided on 14 February",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert [gap.activity.key for gap in dashboard(world.reading).gaps] == ["1", "16"]
    assert len(dashboard(Reading.on_day(world.plan, date(2022, 2, 14))).gaps) == 3


def test_a_collective_without_members_is_named_with_its_activities_until_it_has_some(world):
    found = dashboard(world.reading).empty_collectives
    assert [(each.body.name, [a.key for a in each.activities]) for each in found] == [
        ("Relevant agencies", ["5", "11"])
    ]
    set_collective(
        plan=world.plan,
        collective=world.body("Relevant agencies"),
        members=[world.body("Police")],
        reason="Agreed by mail",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert dashboard(world.reading).empty_collectives == []


# What comes, what is asked, what was said ------------------------------------------------------------------------


@after(half_a_year)
def test_what_comes_next_stands_by_date_with_who_answers(world):
    coming = dashboard(world.reading).coming
    assert len(coming) == 12
    assert [(each.activity.key, each.who) for each in coming[:3]] == [
        ("3", "Secretariat"),
        ("4", "Secretariat"),
        ("7", "SFO"),
    ]
    days = [each.milestone.agreed_due for each in coming]
    assert days == sorted(days)


@after(half_a_year)
def test_asks_are_those_of_activities_that_are_off_track_now(world):
    assert [(ask.activity.key, ask.said.update.ask) for ask in dashboard(world.reading).asks] == [
        ("1", "Name who invites RBNZ and FMA.")
    ]
    say(world, 1, TODAY, off_track("Still nobody."))
    assert dashboard(world.reading).asks == []
    assert len(dashboard(Reading.on_day(world.plan, date(2022, 2, 14))).asks) == 1


@after(half_a_year)
def test_lately_is_newest_first_and_says_what_was_entered_later(world):
    lately = dashboard(world.reading).lately
    assert [told.activity.key for told in lately] == ["12", "10", "3", "3", "9", "2", "18", "5"]
    assert lately[2].said.update.is_confirmation
    assert lately[0].said.entered.endswith(" for 14 February 2022")
    assert [t.activity.key for t in dashboard(Reading.on_day(world.plan, date(2022, 2, 1))).lately][:2] == ["3", "9"]


@after(half_a_year)
def test_what_was_said_of_a_part_names_the_part(world):
    police = [each for each in said(world.reading, lately=30) if each.update.part_id]
    assert [each.part_in_words(world.reading.bodies) for each in police] == ["Police", "Police – financial sector"]


@after(half_a_year)
def test_the_last_update_of_each_activity_asked_for(world):
    ids = [world.activity(key).id for key in ("3", "6", "10")]
    last = last_by_activity(said(world.reading, last_of=ids))
    assert {key: each.update.number for key, each in last.items()} == {ids[0]: 2, ids[2]: 1}
    assert said(world.reading) == []


@after(half_a_year)
def test_updates_of_withdrawn_activities_are_left_out(world):
    withdraw_activity(activity=world.activity(12), reason="Merged", by=world.standing("secretariat"), at=world.now)
    assert "12" not in [told.activity.key for told in dashboard(world.reading).lately]


@after(half_a_year)
def test_what_is_said_later_or_of_another_plan_is_left_out(world):
    published = exchange()
    another = {**published, "plan": {**published["plan"], "slug": "another"}}
    plan = load_plan(exchange=another, directory=directory(), by=PROGRAM, at=moment(date(2021, 12, 1))).plan
    activity = Activity.objects.get(plan=plan, key="12")
    update_status(activity=activity, statement=at_risk(), by=PROGRAM, at=moment(date(2021, 12, 20)))
    then = Reading.on_day(world.plan, date(2021, 12, 31))

    of_plan, before = said(world.reading, lately=99), said(then, lately=99)
    assert len(of_plan) == len(StatusUpdate.objects.filter(activity__plan=world.plan))
    assert [each.update.id for each in before] == [each.update.id for each in of_plan if each.on <= then.on]
    assert 0 < len(before) < len(of_plan)
    assert {each.on for each in said(Reading(plan, TODAY), lately=99)} == {date(2021, 12, 20)}
    for reading in (world.reading, then):
        assert {row.activity_id for row in reading.milestones} <= {row.id for row in reading.activities}


# Overdue ---------------------------------------------------------------------------------------------------------


def late(reading: Reading, narrowing: Narrowing = EVERYTHING) -> list[tuple[str, int]]:
    return [(row.activity.key, row.days) for row in lateness.overdue(reading, narrowing).counted]


def test_on_the_plans_own_example_three_are_138_days_six_are_46_and_a_start_is_not_begun(world):
    figures = lateness.overdue(world.reading)
    assert [(row.days, row.milestone.is_start) for row in figures.counted].count((138, False)) == 3
    assert [(row.days, row.milestone.is_start) for row in figures.counted].count((46, False)) == 6
    assert [(row.activity.key, row.state) for row in figures.counted if row.milestone.is_start] == [("13", "not begun")]
    assert (len(figures.counted), figures.in_all, len(figures.paused)) == (10, 10, 0)


@after(half_a_year)
def test_most_days_come_first_then_the_plans_order(world):
    assert late(world.reading) == [("1", 138), ("16", 138), ("7", 46), ("10", 46)]


@after(half_a_year)
def test_paused_ones_stand_beside_the_count(world):
    figures = lateness.overdue(world.reading)
    assert [(row.activity.key, row.state) for row in figures.paused] == [("18", "paused")]
    paused_row = with_updates(world.reading, figures.paused)[0]
    assert paused_row.decision == "SG 2022/1; review on 31 January 2022"


@after(half_a_year)
def test_ageing_counts_every_row_in_one_band_and_keeps_empty_bands(world):
    bands = [(line.band.key, line.count) for line in lateness.overdue(world.reading).ageing]
    assert bands == [("over-180", 0), ("91-180", 2), ("31-90", 2), ("upto-30", 0)]


@pytest.mark.parametrize(
    ("days", "key"), [(1, "upto-30"), (30, "upto-30"), (31, "31-90"), (180, "91-180"), (181, "over-180")]
)
def test_a_band_holds_its_borders(days, key):
    assert [band.key for band in AGEING if band.holds(days)] == [key]


@after(half_a_year)
def test_narrowing_to_a_band_leaves_the_other_bands_to_choose(world):
    figures = lateness.overdue(world.reading, Narrowing(band="91-180"))
    assert [row.activity.key for row in figures.counted] == ["1", "16"]
    assert figures.in_all == 4
    assert sum(line.count for line in figures.ageing) == 4


@after(half_a_year)
def test_narrowing_to_a_body_takes_what_it_answers_for_also_in_a_collective(world):
    assert late(world.reading, Narrowing(body_id=world.body("SFO").id)) == [("7", 46)]
    assert late(world.reading, Narrowing(body_id=world.body("MOJ").id)) == []
    after = Reading(world.plan, date(2022, 7, 1))
    for label in ("Corrections", "All agencies"):
        assert ("17", 1) in late(after, Narrowing(body_id=world.body(label).id))


def test_narrowing_to_a_focus_area(world):
    area = world.reading.focus_areas[2]
    assert late(world.reading, Narrowing(focus_area_id=area.id)) == [("14", 138), ("16", 138), ("16", 46), ("18", 46)]


@after(half_a_year)
def test_a_row_says_who_answers_how_its_date_moved_and_what_was_said_last(world):
    rows = {row.activity.key: row for row in with_updates(world.reading, lateness.overdue(world.reading).counted)}
    assert rows["1"].who == "No lead is stated – 229 days"
    assert (rows["1"].forecast, rows["1"].ask) == (date(2022, 3, 31), "Name who invites RBNZ and FMA.")
    assert rows["7"].who == "SFO"
    assert rows["7"].explanation == "The strategy waits for a decision. Path to green: A successor begins in March."
    assert rows["10"].explanation == "The paper goes to the chair on 1 March."
    assert rows["16"].explanation == "No report yet"
    assert (rows["16"].ask, rows["16"].forecast, rows["16"].explained_by) == ("", None, "")


def test_a_forecast_that_cannot_be_given_and_no_ask_are_said(world):
    say(world, 1, TODAY, off_track("Nobody knows."))
    row = with_updates(world.reading, lateness.overdue(world.reading).counted)[0]
    assert (row.activity.key, row.forecast, row.ask) == ("1", "Cannot be forecast", "None")


def test_a_moved_date_is_counted_from_the_agreed_one_and_says_how_often_it_moved(world):
    for to in (date(2021, 12, 31), date(2022, 2, 1)):
        move_date(
            milestone=world.milestone(1),
            to=to,
            reason="Later",
            asked_by="Secretariat",
            agreed_by="Steering Group",
            by=world.standing("secretariat"),
            at=world.now,
        )
    row = next(row for row in lateness.overdue(world.reading).counted if row.activity.key == "1")
    assert (row.days, row.moved, row.milestone.original_due) == (14, "twice", date(2021, 9, 30))
    then = lateness.overdue(Reading.on_day(world.plan, date(2022, 2, 14))).counted[0]
    assert (then.days, then.moved) == (137, "never")


def test_who_said_it_names_the_part_and_a_later_entry(world):
    said_so = on_track(explanation="Two courses are left.")
    say(world, 17, date(2022, 7, 1), said_so, by="corrections", part="Corrections")
    reading = Reading(world.plan, date(2022, 7, 1))
    rows = lateness.overdue(reading).counted
    row = next(row for row in with_updates(reading, rows) if row.activity.key == "17")
    assert row.explained_by.startswith("Corrections Lead for Corrections, 1 July 2022 (entered ")
    quiet = with_updates(reading, [row], tells_entered=False)[0]
    assert quiet.explained_by == "Corrections Lead for Corrections, 1 July 2022"


# The year --------------------------------------------------------------------------------------------------------


def drawn(reading: Reading):
    picture = Picture(reading)
    return rows_of_the_year(picture, picture.activities, picture.milestones, lambda activity: f"/{activity.key}/")


def test_every_activity_has_a_row_and_every_dated_milestone_a_mark(world):
    rows = drawn(world.reading)
    assert [row.key for row in rows] == all_keys(world)
    assert sum(len(row.marks) for row in rows) == 22
    assert [row.starts_group for row in rows if row.starts_group] == [str(area) for area in world.reading.focus_areas]
    assert {row.key: row.edge for row in rows if row.edge} == {
        "8": "depends on others",
        "16": "to be decided",
        "20": "withheld",
        "row-21": "withheld",
    }


@after(half_a_year)
def test_marks_tell_kinds_states_and_slips(world):
    marks = {row.key: row.marks for row in drawn(world.reading)}
    assert [(m.kind, m.state) for m in marks["5"]] == [("due", "delivered"), ("occurrence", "to_come")]
    assert [(m.kind, m.state) for m in marks["13"]] == [("start", "delivered")]
    assert [(m.state, m.until) for m in marks["2"]] == [("delivered", date(2022, 1, 12))]
    assert [m.state for m in marks["9"]] == ["closed"]
    assert [m.state for m in marks["18"]] == ["overdue"]
    slipped = next(m for m in marks["16"] if m.original != m.on)
    assert slipped.label == "Part 2: due by 30 April 2022, originally 31 December 2021, due next quarter"


def test_the_chart_ends_with_the_plan_and_goes_on_for_what_is_late_or_moved(world):
    assert last_day(Picture(world.reading)) == END
    assert last_day(Picture(Reading(world.plan, date(2022, 8, 1)))) == date(2022, 8, 1)
    assert last_day(Picture(Reading(world.plan, date(2030, 1, 1)))) == END


@after(half_a_year)
def test_the_year_in_words(world):
    milestones = list(Picture(world.reading).milestones)
    assert how_far(milestones) == "4 of 24 milestones are delivered or begun, 5 are past their date"
    assert in_a_sentence(Picture(world.reading), milestones) == (
        "Of 24 milestones, 4 are delivered or begun, 5 are past their date, 1 is closed undelivered, "
        "2 are without a date and 12 are still to come. 1 date has moved."
    )
    assert how_far([]) == "There is no milestone to show"
    assert in_a_sentence(Picture(world.reading), []) == "There is no milestone here."


@after(half_a_year)
def test_every_number_of_the_lede_is_the_size_of_its_set(world):
    picture = Picture(world.reading)
    for sentence in dashboard(world.reading).lede:
        for piece in sentence:
            if piece.rows and piece.rows.page == "timeline":
                chosen = dict(piece.rows.query)["milestones"]
                number = int("".join(filter(str.isdigit, piece.text)))
                assert number == len(counted(picture, chosen)) == len(year(picture, chosen=chosen).milestones)


@after(half_a_year)
@pytest.mark.parametrize("key", list(SETS))
def test_every_set_can_be_drawn_now_and_then(world, key):
    for reading in (world.reading, Reading.on_day(world.plan, date(2022, 1, 15))):
        picture = Picture(reading)
        found = year(picture, chosen=key)
        assert {each.activity_id for each in found.milestones} == {each.id for each in found.activities}
        assert all(each.label for each in dated(picture, found.milestones))


def test_the_year_is_narrowed_by_focus_area_and_by_who_answers(world):
    picture = Picture(world.reading)
    area = world.reading.focus_areas[1]
    assert [each.key for each in year(picture, focus_area_id=area.id).activities] == ["10", "11", "12", "13"]
    police = year(picture, body_id=world.body("Police").id)
    assert [each.key for each in police.activities] == ["11", "12", "13", "17"]


@after(half_a_year)
def test_due_states_of_the_year_are_those_of_the_reading(world):
    then = Reading.on_day(world.plan, date(2022, 1, 11))
    states = {row.key: [mark.state for mark in row.marks] for row in drawn(then)}
    assert states["2"] == ["overdue"]
    assert DueState.OVERDUE in {each.due_state for each in Picture(then).milestones}
