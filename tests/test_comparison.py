"""Two positions side by side: every difference with its reason, and counts that the pages of both dates bear out."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import add_milestone, correct_delivery, move_date, remove_milestone
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.words import reinstate_activity, withdraw_activity
from activities.comparison import KINDS, Comparison, Difference, compare
from activities.models import MilestoneKind, Role, RoleKind
from activities.reading import Reading
from agencies.models import Body
from tests.generated import at_risk, completed, half_a_year, not_delivered, on_track, paused, say
from tests.scenes import after
from tests.world import PROGRAM, World, moment
from tnoc_tracker.record.writing import record

BEFORE, AFTER = date(2021, 12, 31), date(2022, 2, 10)
BETWEEN = date(2022, 1, 14)


def between(world: World, first: date = BEFORE, last: date | None = AFTER) -> Comparison:
    later = Reading.on_day(world.plan, last) if last else world.reading
    return compare(Reading.on_day(world.plan, first), later)


def found(comparison: Comparison, key: str) -> list[Difference]:
    (kind,) = [kind for kind in KINDS if kind.key == key]
    return list(comparison.of(kind))


def said(each: Difference) -> tuple[str, ...]:
    return (each.activity.key if each.activity else "", each.what, each.before, each.after)


def move(world: World, key: int, to: date, day: date, **said: str) -> None:
    asked = {"reason": "Late data", "asked_by": "Police", "agreed_by": "Steering Group"} | said
    move_date(milestone=world.milestone(key), to=to, by=PROGRAM, at=moment(day), **asked)


def test_nothing_changed_is_said_so(world):
    comparison = between(world, date(2022, 1, 31))

    assert comparison.differences == ()
    assert comparison.finding == "Between 31 January 2022 and 10 February 2022: nothing changed"


def test_since_a_day_where_the_later_position_is_now(world):
    assert between(world, last=None).finding == "Since 31 December 2021: 7 newly overdue"


def test_a_status_that_moved_comes_with_both_marks_and_the_reason(world):
    say(world, 12, date(2021, 12, 1), at_risk("Before."))
    say(world, 12, date(2022, 1, 10), on_track(what_changed="The bank is back."))
    say(world, 12, date(2022, 1, 20), on_track("Two more joined."))

    (each,) = found(between(world), "status")
    assert said(each) == ("12", "", "At risk", "On track")
    assert (each.status_before.label, each.status_after.label) == ("At risk", "On track")
    assert (each.who, each.on) == ("Secretariat Officer", date(2022, 1, 10))
    assert each.why == "Work goes on."


def test_a_status_that_came_back_is_no_difference(world):
    say(world, 12, date(2022, 1, 10), on_track())
    say(world, 12, date(2022, 1, 11), at_risk())
    say(world, 12, date(2022, 1, 12), on_track(what_changed="Solved."))

    assert [said(each) for each in found(between(world), "status")] == [("12", "", "Not started", "On track")]
    assert found(between(world, date(2022, 1, 10), date(2022, 1, 12)), "status") == []


def test_a_reason_given_before_the_first_date_is_not_taken_for_the_second(world):
    say(world, 11, date(2021, 11, 15), at_risk("A bank has left."), by="police", part="Police")
    lead = Role.objects.get(activity=world.activity(11), kind="lead", body=world.body("Police"))
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=moment(BETWEEN))

    (each,) = found(between(world), "status")
    assert said(each) == ("11", "", "At risk", "Not started")
    assert (each.why, each.who, each.on) == ("Handed over", "tests", BETWEEN)


def test_a_status_that_follows_from_its_parts_comes_with_the_reason_of_what_it_follows(world):
    say(world, 17, date(2021, 12, 1), at_risk("No trainer."), by="corrections", part="Corrections")
    told = {"plan": world.plan, "collective": Body.objects.get(name="All agencies"), "by": PROGRAM}
    set_collective(**told, members=[world.body("Police")], reason="Others train by themselves", at=moment(BETWEEN))
    joined = [world.body("Police"), world.body("Customs")]
    set_collective(**told, members=joined, reason="Customs after all", at=moment(date(2022, 2, 12)))

    (each,) = found(between(world), "status")
    assert said(each) == ("17", "", "At risk", "Not started")
    assert (each.why, each.who, each.on) == ("Others train by themselves", "tests", BETWEEN)


def test_what_was_delivered_and_begun(world):
    say(world, 2, BETWEEN, completed(date(2022, 1, 12)), met={1: date(2022, 1, 12)})
    say(world, 13, BETWEEN, on_track(), met={1: date(2021, 12, 6)})

    assert [said(each) for each in found(between(world), "delivered")] == [
        ("2", "Delivery", "due 31 December 2021", "delivered 12 January 2022, 12 days late"),
        ("13", "Programme implementation", "due 31 December 2021", "begun 6 December 2021"),
    ]


def test_a_delivery_taken_back_is_a_difference_of_its_own(world):
    say(world, 7, date(2021, 12, 20), on_track(), met={1: date(2021, 12, 20)})
    milestone = world.milestone(7)
    correct_delivery(milestone=milestone, delivered_on=None, reason="A mix-up", by=PROGRAM, at=moment(BETWEEN))

    assert [said(each) for each in found(between(world), "taken-back")] == [
        ("7", "Strategy endorsed", "delivered on time", "41 days overdue")
    ]
    assert found(between(world), "delivered") == []


def test_what_became_overdue_and_what_ceased_to_be(world):
    move(world, 1, date(2022, 3, 31), BETWEEN)
    say(world, 16, BETWEEN, paused())

    comparison = between(world)
    assert ("7", "Strategy endorsed", "due this quarter", "41 days overdue") in [
        said(each) for each in found(comparison, "newly-overdue")
    ]
    gone = [said(each) for each in found(comparison, "no-longer-overdue")]
    assert ("1", "Delivery", "92 days overdue", "due this quarter") in gone
    assert ("16", "Part 1", "92 days overdue", "paused, 133 days past its date") in gone


def test_a_removed_milestone_and_a_withdrawn_activity_are_no_longer_overdue_and_say_by_what(world):
    remove_milestone(
        milestone=world.milestone(1), decision_reference="SG 2022/7", reason="Merged", by=PROGRAM, at=moment(BETWEEN)
    )
    withdraw_activity(activity=world.activity(16), reason="Merged into 17", by=PROGRAM, at=moment(BETWEEN))

    comparison = between(world)
    gone = {each.activity.key: (each.after, each.why) for each in found(comparison, "no-longer-overdue")}
    assert gone["1"] == ("removed", "SG 2022/7")
    assert gone["16"] == ("withdrawn", "Merged into 17")
    assert [said(each) for each in found(comparison, "milestones")] == [
        ("1", "Delivery", "92 days overdue", "removed 14 January 2022")
    ]
    (withdrawn,) = found(comparison, "withdrawn")
    assert (said(withdrawn), withdrawn.why) == (
        ("16", "", "in the plan", "withdrawn 14 January 2022"),
        "Merged into 17",
    )


def test_a_milestone_that_was_added_is_a_difference(world):
    add_milestone(
        activity=world.activity(12),
        kind=MilestoneKind.DUE,
        label="Proposals agreed",
        due=date(2022, 6, 30),
        reason="Steering Group",
        by=PROGRAM,
        at=moment(BETWEEN),
    )
    assert [said(each) for each in found(between(world), "milestones")] == [
        ("12", "Proposals agreed", "", "added, due next quarter")
    ]


def test_every_move_of_a_date_comes_with_days_reason_and_who_agreed(world):
    move(world, 7, date(2022, 1, 31), date(2021, 12, 1))
    move(world, 7, date(2022, 3, 31), BETWEEN, reason="Ministers", decision_reference="SG 2022/2")
    move(world, 7, date(2022, 3, 1), date(2022, 1, 20))

    rows = found(between(world), "dates")
    assert [said(each) for each in rows] == [
        ("7", "Strategy endorsed", "31 January 2022", "31 March 2022, 59 days later"),
        ("7", "Strategy endorsed", "31 March 2022", "1 March 2022, 30 days earlier"),
    ]
    assert (rows[0].why, rows[0].who) == ("Ministers", "asked by Police, agreed by Steering Group (SG 2022/2)")
    assert rows[0].on == BETWEEN


def test_roles_that_changed_name_the_body_and_the_reason(world):
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=moment(BETWEEN))
    assign_role(
        activity=world.activity(12),
        kind=RoleKind.LEAD,
        body=world.body("Customs"),
        scope="border",
        reason="Took over",
        by=PROGRAM,
        at=moment(BETWEEN, 11),
    )

    rows = found(between(world), "roles")
    assert {(said(each), each.why, each.on) for each in rows} == {
        (("12", "Police, lead", "", "ended"), "Handed over", BETWEEN),
        (("12", "Customs, lead (border)", "", "named"), "Took over", BETWEEN),
    }


def test_a_role_named_and_ended_between_the_dates_is_no_difference(world):
    role = assign_role(
        activity=world.activity(12),
        kind=RoleKind.SUPPORT,
        body=world.body("IRD"),
        reason="For a week",
        by=PROGRAM,
        at=moment(BETWEEN),
    )
    end_role(role=role, reason="The week is over", by=PROGRAM, at=moment(date(2022, 1, 21)))

    assert found(between(world), "roles") == []
    assert [each.after for each in found(between(world, last=date(2022, 1, 20)), "roles")] == ["named"]
    assert [each.after for each in found(between(world, first=date(2022, 1, 20)), "roles")] == ["ended"]


def test_a_collective_that_changed_its_members_is_named(world):
    relevant = world.body("Relevant agencies")
    for day, members in ((date(2021, 12, 1), ["Police"]), (BETWEEN, ["Customs"])):
        bodies = [world.body(label) for label in members]
        set_collective(
            plan=world.plan, collective=relevant, members=bodies, reason="Agreed", by=PROGRAM, at=moment(day)
        )

    assert [(each.activity, each.what, each.after) for each in found(between(world), "roles")] == [
        (None, "Police in “Relevant agencies”", "left"),
        (None, "Customs in “Relevant agencies”", "belongs to it"),
    ]


def test_bodies_are_named_as_at_the_later_date(world):
    from_police = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=from_police, reason="Handed over", by=PROGRAM, at=moment(BETWEEN))

    def rename(short: str, day: date) -> None:
        police = world.body("Police") if short == "NZP" else world.body("NZP")
        police.short = short
        record(police, by=PROGRAM.actor, at=moment(day), reason="New name")

    rename("NZP", date(2022, 1, 20))
    rename("Pirihimana", date(2022, 2, 12))
    assert [each.what for each in found(between(world), "roles")] == ["NZP, lead"]
    assert [each.what for each in found(between(world, last=None), "roles")] == ["Pirihimana, lead"]


def test_an_activity_that_was_put_back_is_added_again(world):
    withdraw_activity(activity=world.activity(3), reason="By mistake", by=PROGRAM, at=moment(date(2021, 12, 1)))
    reinstate_activity(activity=world.activity(3), reason="It goes on", by=PROGRAM, at=moment(BETWEEN))

    (each,) = found(between(world), "added")
    assert said(each) == ("3", "", "withdrawn 1 December 2021", "reinstated")


def test_what_was_delivered_before_its_activity_was_withdrawn_is_not_delivered_again_when_it_is_put_back(world):
    day = date(2021, 12, 15)
    say(world, 5, day, on_track("The agenda is developed."), met={1: day})
    told = {"reason": "Merged", "by": PROGRAM}
    withdraw_activity(activity=world.activity(5), at=moment(date(2021, 12, 20)), **told)
    reinstate_activity(activity=world.activity(5), at=moment(BETWEEN), **told)
    assert [each.kind.key for each in between(world).differences if each.activity.key == "5"] == ["added"]

    correct_delivery(milestone=world.milestone(5), delivered_on=None, at=moment(date(2022, 2, 1)), **told)
    assert [each.activity.key for each in found(between(world), "taken-back")] == ["5"]


def test_a_withdrawn_activity_has_no_other_differences(world):
    say(world, 3, date(2022, 1, 5), on_track())
    withdraw_activity(activity=world.activity(3), reason="Merged", by=PROGRAM, at=moment(BETWEEN))

    assert [each.kind.key for each in between(world).differences if each.activity.key == "3"] == ["withdrawn"]


@after(half_a_year)
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2021, 7, 1), date(2021, 9, 30)),
        (date(2021, 9, 30), date(2021, 12, 31)),
        (date(2021, 10, 15), date(2022, 1, 15)),
        (date(2021, 12, 31), None),
        (date(2021, 7, 1), None),
    ],
)
def test_the_counts_of_both_dates_and_the_differences_add_up(world, first, last):
    withdraw_activity(activity=world.activity(4), reason="Merged", by=PROGRAM, at=moment(date(2022, 1, 18)))
    comparison = between(world, first, last)

    def overdue(reading: Reading) -> int:
        return reading.milestones.overdue().count()

    def statuses(reading: Reading) -> list[str]:
        return sorted(row.status for row in reading.activities)

    gained, lost = len(found(comparison, "newly-overdue")), len(found(comparison, "no-longer-overdue"))
    assert overdue(comparison.earlier) + gained - lost == overdue(comparison.later) == comparison.overdue
    moved = statuses(comparison.earlier)
    for each in found(comparison, "status"):
        moved.remove(each.status_before.status)
        moved.append(each.status_after.status)
    for each in found(comparison, "withdrawn"):
        moved.remove(comparison.earlier.all_activities.get(id=each.activity.id).status)
    assert sorted(moved) == statuses(comparison.later)


@after(half_a_year)
def test_a_longer_period_is_made_of_its_parts(world):
    whole = between(world, date(2021, 7, 1), date(2022, 1, 31))
    parts = [
        between(world, date(2021, 7, 1), date(2021, 11, 30)),
        between(world, date(2021, 11, 30), date(2022, 1, 31)),
    ]

    for key in ("dates", "delivered"):
        assert {said(each)[:2] for each in found(whole, key)} == {
            said(each)[:2] for part in parts for each in found(part, key)
        }


@after(half_a_year)
@pytest.mark.parametrize("last", [AFTER, None])
def test_a_comparison_takes_seven_queries_however_much_changed(world, last):
    move(world, 1, date(2022, 3, 31), BETWEEN)
    end_role(
        role=Role.objects.get(activity=world.activity(12), kind="lead"),
        reason="Handed over",
        by=PROGRAM,
        at=moment(BETWEEN),
    )
    earlier = Reading.on_day(world.plan, BEFORE)
    later = Reading.on_day(world.plan, last) if last else world.reading
    with CaptureQueriesContext(connection) as queries:
        comparison = compare(earlier, later)
    assert len(comparison.differences) > 8
    assert len(queries) == 7


@after(half_a_year)
def test_the_heading_counts_every_kind(world):
    say(world, 8, date(2022, 2, 1), not_delivered())
    finding = between(world).finding

    assert finding.startswith("Between 31 December 2021 and 10 February 2022: 6 statuses moved, 1 milestone delivered")
    assert "2 newly overdue" in finding
