"""Reporting: what is written together with a status update, who may, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from activities.actions.common import Forbidden, stamp_of
from activities.actions.milestones import remove_milestone
from activities.actions.roles import end_role
from activities.actions.status import update_status
from activities.actions.words import withdraw_activity
from activities.models import Activity, Role, StatusUpdate
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.actions.helpers import nothing_written, refused
from tests.world import PROGRAM, moment
from tnoc_tracker.record.change import Conflict

ON_TRACK = Statement(DeliveryStatus.ON_TRACK, what_was_done="Two workshops held")
AT_RISK = Statement(DeliveryStatus.AT_RISK, reason="The vendor is late", path_to_green="A second vendor")
COMPLETED = Statement(
    DeliveryStatus.COMPLETED, completed_on=date(2022, 2, 10), statement="Published", held_at="Held at the Secretariat"
)
NOT_DELIVERED = Statement(DeliveryStatus.NOT_DELIVERED, what_became="Merged into 3", decision_reference="SG 7")
PAUSED = Statement(DeliveryStatus.PAUSED, decision_reference="SG 6", review_date=date(2022, 6, 1))


def say(world, key, statement=ON_TRACK, *, who="secretariat", part=None, **more) -> StatusUpdate:
    """One person reports today."""
    by = world.standing(who)
    return update_status(activity=world.activity(key), part=part, statement=statement, by=by, at=world.now, **more)


# What is written ------------------------------------------------------------------------------------------------


def test_an_update_is_a_row_of_its_own_that_says_who_when_from_and_to(world):
    update = say(world, 12, AT_RISK, who="police")

    assert (update.number, update.at, update.person_name) == (1, world.now, "Police Lead")
    assert (update.person_id, update.from_status, update.to_status) == (
        world.person("police").id,
        "not_started",
        "at_risk",
    )
    assert (update.reason, update.path_to_green) == ("The vendor is late", "A second vendor")
    assert (update.whole_before, update.whole_after) == ("not_started", "at_risk")


def test_the_activity_follows_and_its_entry_carries_the_reason(world):
    say(world, 12, AT_RISK, who="police")

    twelve = world.activity(12)
    entry = Activity.history.filter(id=twelve.id).latest()
    assert (twelve.status, twelve.updates, twelve.reported_at) == ("at_risk", 1, world.now)
    assert (entry.history_change_reason, entry.actor_name) == ("The vendor is late", "Police Lead")


def test_updates_are_numbered_gaplessly_and_follow_each_other(world):
    say(world, 12)
    say(world, 12, AT_RISK)
    say(world, 12, Statement(DeliveryStatus.ON_TRACK, what_was_done="Signed", what_changed="Vendor found"))

    trail = StatusUpdate.objects.filter(activity=world.activity(12)).order_by("number")
    assert [(row.number, row.from_status, row.to_status) for row in trail] == [
        (1, "not_started", "on_track"),
        (2, "on_track", "at_risk"),
        (3, "at_risk", "on_track"),
    ]


def test_the_same_status_again_is_a_confirmation(world):
    say(world, 12)

    assert say(world, 12).is_confirmation is True
    assert world.activity(12).updates == 2


def test_what_a_program_says_is_no_report_by_a_person(world):
    update_status(activity=world.activity(12), statement=ON_TRACK, by=PROGRAM, at=world.now)

    assert (world.activity(12).status, world.activity(12).reported_at) == ("on_track", None)


def test_going_back_to_not_started_is_a_correction_of_the_latest_update(world):
    wrong = say(world, 12)
    correction = say(world, 12, Statement(DeliveryStatus.NOT_STARTED, reason="Reported for another activity"))

    assert correction.corrects == wrong
    assert world.activity(12).status == "not_started"


# Milestones -------------------------------------------------------------------------------------------------------


def test_milestones_are_delivered_in_the_same_save(world):
    milestone = world.milestone(12)
    update = say(world, 12, COMPLETED, who="police", deliveries={milestone.id: date(2022, 2, 10)})

    assert world.milestone(12).delivered_on == date(2022, 2, 10)
    assert update.milestones_met == "Presentation of proposals to Steering Group: delivered 10 February 2022"
    assert (world.activity(12).status, world.activity(12).finished_on) == ("completed", date(2022, 2, 10))


def test_a_start_is_begun(world):
    update = say(world, 13, deliveries={world.milestone(13).id: date(2022, 1, 20)})

    assert update.milestones_met == "Programme implementation: begun 20 January 2022"


def test_a_milestone_cannot_be_delivered_tomorrow(world):
    milestone = world.milestone(12)

    with refused(f"delivered_{milestone.id}", match="future"):
        say(world, 12, deliveries={milestone.id: world.today + timedelta(days=1)})


def test_a_milestone_that_is_delivered_removed_another_activitys_or_a_series_cannot_be_reported(world):
    delivered, removed, elsewhere, series = (
        world.milestone(16, 1),
        world.milestone(16, 2),
        world.milestone(14),
        world.milestone(5, 2),
    )
    explained = Statement(DeliveryStatus.ON_TRACK, what_was_done="Part 1", explanation="Late, but near")
    say(world, 16, explained, deliveries={delivered.id: world.today})
    remove_milestone(milestone=removed, decision_reference="SG 3", reason="Merged", by=PROGRAM, at=world.now)

    for milestone in (delivered, removed, elsewhere):
        with refused(f"delivered_{milestone.id}", match="cannot be reported here"):
            say(world, 16, explained, deliveries={milestone.id: world.today})
    with refused(f"delivered_{series.id}"):
        say(world, 5, explained, deliveries={series.id: world.today})


def test_completed_is_refused_while_another_milestone_is_open(world):
    with refused("status", match="1 milestone is still open"):
        say(world, 7, COMPLETED, who="sfo", deliveries={world.milestone(7, 1).id: date(2022, 2, 1)})


def test_a_forecast_is_kept_beside_the_milestone_that_presses_most(world):
    off = Statement(DeliveryStatus.OFF_TRACK, reason="No staff", forecast=date(2022, 5, 31), ask="Second an analyst")
    update = say(world, 16, off)

    assert update.forecast_of == world.milestone(16, 1)
    assert world.milestone(16, 1).forecast == date(2022, 5, 31)
    assert world.milestone(16, 1).agreed_due == date(2021, 9, 30)


def test_a_forecast_can_be_for_another_open_milestone_and_for_no_closed_one(world):
    off = Statement(DeliveryStatus.OFF_TRACK, reason="No staff", forecast=date(2022, 5, 31), no_ask=True)

    assert say(world, 16, off, forecast_of=world.milestone(16, 3).id).forecast_of == world.milestone(16, 3)
    with refused("forecast_of", match="still open"):
        say(world, 16, off, forecast_of=world.milestone(14).id)


# Pausing, closing, reopening --------------------------------------------------------------------------------------


def test_a_pause_has_its_review_date_until_it_ends(world):
    say(world, 12, PAUSED)
    assert world.activity(12).review_date == date(2022, 6, 1)

    resumed = Statement(DeliveryStatus.ON_TRACK, what_was_done="Resumed", decision_reference="SG 8")
    say(world, 12, resumed)
    assert (world.activity(12).status, world.activity(12).review_date) == ("on_track", None)


def test_closing_without_delivery_is_dated_the_day_of_the_decision(world):
    say(world, 12, NOT_DELIVERED)

    assert (world.activity(12).status, world.activity(12).finished_on) == ("not_delivered", world.today)


def test_reopening_takes_the_finishing_day_back(world):
    say(world, 12, NOT_DELIVERED)
    say(world, 12, Statement(DeliveryStatus.ON_TRACK, what_was_done="Taken up again", decision_reference="SG 9"))

    assert world.activity(12).finished_on is None


# Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["police-reader", "sfo", "steering", "administrator", "outsider"])
def test_nobody_but_the_answering_bodys_reporters_and_the_secretariat_may_report(world, who):
    with nothing_written(Forbidden):
        say(world, 12, who=who)


def test_nobody_but_the_secretariat_reports_for_gaps_governance_bodies_and_withheld_rows(world):
    explained = Statement(DeliveryStatus.ON_TRACK, what_was_done="Something", explanation="Late, but near")
    for key in (1, 9, 16, 2, 14, 18, 20, "row-21"):
        with nothing_written(Forbidden):
            say(world, key, explained, who="police")
        assert say(world, key, explained).number == 1


def test_a_lead_cannot_pause_close_or_reopen(world):
    for statement in (PAUSED, NOT_DELIVERED):
        with refused("status", match="Only the Secretariat"):
            say(world, 12, statement, who="police")
    say(world, 12, PAUSED)
    with refused("status", match="stands by a decision"):
        say(world, 12, ON_TRACK, who="police")


def test_a_lead_whose_role_has_ended_may_no_longer_report(world):
    lead = Role.objects.get(activity=world.activity(12), kind="lead")
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=world.now)

    with nothing_written(Forbidden):
        say(world, 12, who="police")


def test_nobody_reports_on_a_withdrawn_activity(world):
    withdraw_activity(activity=world.activity(12), reason="Merged", by=PROGRAM, at=world.now)

    with refused("", match="withdrawn"):
        say(world, 12)


def test_faults_are_refused_field_by_field_and_nothing_is_written(world):
    with refused("reason", "forecast", "ask"):
        say(world, 12, Statement(DeliveryStatus.OFF_TRACK))


def test_the_second_of_two_forms_is_told_and_writes_nothing(world):
    stamp = stamp_of(world.activity(12).id)
    say(world, 12, who="police", expected=stamp)

    with nothing_written(Conflict):
        say(world, 12, AT_RISK, expected=stamp)
    assert stamp_of(world.activity(12).id) == stamp + 1


def test_a_delivery_in_between_makes_the_form_stale_too(world):
    stamp = stamp_of(world.activity(7).id)
    deliveries = {world.milestone(7, 1).id: date(2022, 2, 1)}
    say(world, 7, who="sfo", expected=stamp, deliveries=deliveries)

    assert stamp_of(world.activity(7).id) == stamp + 2


# Parts ------------------------------------------------------------------------------------------------------------


def test_the_whole_is_the_worst_of_its_parts(world):
    update = say(world, 11, AT_RISK, who="police", part=world.part(11, "Police"))

    assert (update.part, update.whole_before, update.whole_after) == (
        world.part(11, "Police"),
        "not_started",
        "at_risk",
    )
    assert world.part(11, "Police").status == world.activity(11).status == "at_risk"
    say(world, 11, ON_TRACK, part=world.part(11, "Customs"))
    assert world.activity(11).status == "at_risk"


def test_one_part_begun_turns_the_whole_from_not_started_into_on_track(world):
    say(world, 11, who="police", part=world.part(11, "Police"))

    assert world.activity(11).status == "on_track"
    assert world.part(11, "MBIE").status == "not_started"


def test_a_reporter_speaks_for_the_own_part_only(world):
    with nothing_written(Forbidden):
        say(world, 11, who="police", part=world.part(11, "Customs"))
    with nothing_written(Forbidden):
        say(world, 11, who="police")
    assert say(world, 17, who="corrections", part=world.part(17, "Corrections")).number == 1


def test_the_secretariats_word_for_the_whole_stands_until_the_next_update_of_a_part(world):
    say(world, 11, who="police", part=world.part(11, "Police"))
    say(world, 11, Statement(DeliveryStatus.OFF_TRACK, reason="Scope", cannot_forecast=True, no_ask=True))
    assert world.activity(11).status == "off_track"

    say(world, 11, who="police", part=world.part(11, "Police"))
    assert world.activity(11).status == "on_track"


@pytest.mark.parametrize("closing", [PAUSED, NOT_DELIVERED], ids=["paused", "not delivered"])
def test_a_whole_that_the_secretariat_closed_is_not_reopened_by_a_report_on_a_part(world, closing):
    say(world, 11, closing)
    police = world.part(11, "Police")
    with refused("status", match="only the Secretariat can change it"):
        say(world, 11, who="police", part=police)
    with refused("decision_reference"):
        say(world, 11, part=police)

    say(world, 11, Statement(DeliveryStatus.ON_TRACK, what_was_done="Begun", decision_reference="SG 4"), part=police)
    assert world.activity(11).status == "on_track"


def test_while_one_part_is_paused_the_others_are_reported_on(world):
    say(world, 11, PAUSED, part=world.part(11, "Customs"))
    assert world.activity(11).status == "paused"
    say(world, 11, who="police", part=world.part(11, "Police"))
    assert world.part(11, "Police").status == "on_track"


def test_milestones_are_reported_with_the_last_open_part_only(world):
    milestone = world.milestone(11)
    with refused(f"delivered_{milestone.id}", match="others still work on it"):
        say(world, 11, part=world.part(11, "Police"), deliveries={milestone.id: world.today})

    for label in ("Customs", "MBIE"):
        say(world, 11, COMPLETED, part=world.part(11, label))
    say(world, 11, COMPLETED, who="police", part=world.part(11, "Police"), deliveries={milestone.id: world.today})
    assert (world.activity(11).status, world.activity(11).finished_on) == ("completed", date(2022, 2, 10))


def test_the_last_part_is_not_completed_while_a_milestone_is_open(world):
    for label in ("Customs", "MBIE"):
        say(world, 11, COMPLETED, part=world.part(11, label))

    with refused("status", match="1 milestone is still open"):
        say(world, 11, COMPLETED, who="police", part=world.part(11, "Police"))


def test_a_part_of_another_activity_is_no_part_of_this_one(world):
    with nothing_written(world.part(11, "Police").DoesNotExist):
        say(world, 12, part=world.part(11, "Police"))


def test_nobody_reports_on_a_part_that_has_ended(world):
    part = world.part(11, "Police")
    lead = Role.objects.get(activity=world.activity(11), body=world.body("Police"), kind="lead")
    end_role(role=lead, reason="Handed over", by=PROGRAM, at=world.now)

    with refused("", match="withdrawn"):
        say(world, 11, part=part)


def test_seventeen_is_done_only_when_every_agencys_part_is(world):
    parts = list(world.activity(17).parts.all())
    for part in parts[:-1]:
        say(world, 17, COMPLETED, part=part)
    assert world.activity(17).status == "on_track"

    say(world, 17, COMPLETED, part=parts[-1], deliveries={world.milestone(17).id: date(2022, 2, 1)})
    assert world.activity(17).status == "completed"


def test_an_update_for_an_earlier_day_counts_from_then(world):
    at = moment(date(2021, 11, 30))
    update = update_status(activity=world.activity(12), statement=ON_TRACK, by=world.standing("secretariat"), at=at)

    entry = StatusUpdate.history.get(id=update.id)
    assert (entry.history_date, update.at) == (at, at)
    assert entry.written_at > at
