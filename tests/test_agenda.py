"""What the register suggests for an agenda: what is asked, late, without anybody, to be moved, and to be stopped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from activities.actions.proposals import propose_date
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.words import withdraw_activity
from activities.decisions import AgendaKind, Move, needs_the_group
from activities.models import Role, RoleKind
from activities.quarters import FiscalQuarter
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.agenda import Suggestion, suggested
from activities.summaries.dashboard import empty_collectives
from activities.summaries.deciding import abouts, drafted
from activities.summaries.picture import Picture
from activities.workflow import Statement
from tests.actions.rounds import filed, opened
from tests.deciding import decide, meeting
from tests.generated import completed, grow, half_a_year, off_track, on_track, paused, say
from tests.scenes import after, played_once
from tests.world import TODAY, World, moment
from tnoc_tracker.record.days import end_of_day

held = played_once(meeting)

DAY = date(2022, 2, 1)


def found(world: World, kind: AgendaKind, on: date = TODAY) -> list[Suggestion]:
    return [each for each in suggested(Reading(world.plan, on)) if each.kind == kind]


def keys(world: World, some: list[Suggestion]) -> list[str]:
    by_id = {each.id: each.key for each in world.reading.all_activities}
    return [by_id[each.activity_id] for each in some]


def proposed(world: World, key: int, to: date, position: int = 1, by: str = "secretariat") -> None:
    asked = {"milestone": world.milestone(key, position), "to": to, "reason": "The vendor is late"}
    propose_date(**asked, by=world.standing(by), at=moment(DAY))


# Asks -------------------------------------------------------------------------------------------------------------


def test_an_ask_is_put_in_its_own_words_and_seeks_a_decision(world):
    say(world, 7, DAY, off_track("The strategy waits.", "Decide who signs it."), by="sfo")
    (ask,) = found(world, AgendaKind.ASK)
    update = world.activity(7).status_updates.get()

    assert ask.source == f"ask:update-{update.id}"
    assert (ask.heading, ask.text) == (str(world.activity(7)), "Decide who signs it.")
    assert ask.seeks_decision
    assert (ask.part_id, ask.milestone_id, ask.proposal_id) == (None, None, None)


def test_only_the_latest_word_asks(world):
    say(world, 7, DAY, off_track("The strategy waits.", "Decide who signs it."), by="sfo")
    say(world, 7, DAY + timedelta(days=1), off_track("It still waits."), by="sfo")

    assert found(world, AgendaKind.ASK) == []


def test_what_is_finished_or_withdrawn_asks_nothing(world):
    for key in (2, 12):
        say(world, key, DAY, off_track("Late.", "Help."))
    say(world, 2, TODAY, completed(TODAY), met={1: TODAY})
    withdraw_activity(activity=world.activity(12), reason="Merged", by=world.standing("secretariat"), at=world.now)

    assert found(world, AgendaKind.ASK) == []


def test_every_live_part_asks_for_itself(world):
    say(world, 11, DAY, off_track("No banks.", "Write to the banks."), by="police", part="Police")
    say(world, 11, DAY, off_track("No staff.", "Lend us two."), part="Customs")
    say(world, 11, TODAY, on_track(), part="MBIE")
    asks = found(world, AgendaKind.ASK)

    assert [(each.text, each.heading.rpartition(" (")[2]) for each in asks] == [
        ("Lend us two.", "Customs – border sector)"),
        ("Write to the banks.", "Police – financial sector)"),
    ]
    assert [each.part_id for each in asks] == [world.part(11, "Customs").id, world.part(11, "Police").id]


def test_the_secretariats_word_on_a_whole_with_parts_stands_until_a_part_is_reported(world):
    say(world, 11, DAY, off_track("Nothing moves.", "Decide whether it goes on."))
    assert [each.text for each in found(world, AgendaKind.ASK)] == ["Decide whether it goes on."]

    say(world, 11, TODAY, on_track(), by="police", part="Police")
    assert found(world, AgendaKind.ASK) == []


def test_a_finished_part_asks_nothing(world):
    say(world, 17, DAY, off_track("No trainer.", "Lend us one."), by="police", part="Police")
    say(world, 17, TODAY, completed(TODAY), by="police", part="Police")

    assert found(world, AgendaKind.ASK) == []


def test_the_worst_status_asks_first_then_the_plans_order(world):
    say(world, 19, DAY, off_track("A", "Nineteen."))
    say(world, 3, DAY, off_track("B", "Three."))

    assert keys(world, found(world, AgendaKind.ASK)) == ["3", "19"]


# Off track or overdue ---------------------------------------------------------------------------------------------


def test_what_is_late_says_how_late_why_and_until_when(world):
    say(world, 7, DAY, off_track("The strategy waits", forecast=date(2022, 6, 30)), by="sfo")
    (seven,) = [each for each in found(world, AgendaKind.LATE) if each.activity_id == world.activity(7).id]

    assert seven.source == f"late:activity-{world.activity(7).id}"
    assert seven.text == (
        "“Strategy endorsed” is 46 days overdue (31 December 2021), forecast 30 June 2022. "
        "Off track: The strategy waits. Position on 15 February 2022."
    )
    assert seven.milestone_id == world.milestone(7).id
    assert not seven.seeks_decision


def test_what_is_off_track_and_not_late_says_its_forecast(world):
    say(world, 12, DAY, off_track("A bank has left."), by="police")
    (twelve,) = [each for each in found(world, AgendaKind.LATE) if each.activity_id == world.activity(12).id]

    assert twelve.text == "Off track: A bank has left. It cannot be forecast. Position on 15 February 2022."
    assert twelve.milestone_id is None


def test_several_late_milestones_are_all_told_and_a_silent_one_says_so(world):
    sixteen = found(world, AgendaKind.LATE)[0]

    assert keys(world, [sixteen]) == ["1"]
    (sixteen,) = [each for each in found(world, AgendaKind.LATE) if each.activity_id == world.activity(16).id]
    assert sixteen.text == (
        "“Part 1” is 138 days overdue (30 September 2021). “Part 2” is 46 days overdue (31 December 2021). "
        "Nobody has reported on it yet. Position on 15 February 2022."
    )
    assert sixteen.milestone_id is None


@after(half_a_year)
def test_the_most_days_late_come_first_and_those_that_ask_are_left_out(world):
    assert keys(world, found(world, AgendaKind.ASK)) == ["1"]
    assert keys(world, found(world, AgendaKind.LATE)) == ["16", "7", "10"]


def test_of_parts_the_worst_is_told(world):
    say(world, 11, DAY, on_track("Fine."), part="Customs")
    say(world, 11, DAY, off_track("No banks."), by="police", part="Police")
    (eleven,) = [each for each in found(world, AgendaKind.LATE) if each.activity_id == world.activity(11).id]

    assert (
        eleven.text
        == "Off track (Police – financial sector): No banks. It cannot be forecast. Position on 15 February 2022."
    )


# Gaps -------------------------------------------------------------------------------------------------------------


def vacant(world: World) -> list[Suggestion]:
    """The activities for which nobody answers, without the collectives."""
    return [each for each in found(world, AgendaKind.GAP) if each.activity_id is not None]


def test_a_gap_is_told_with_its_age_until_somebody_is_named(world):
    gaps = vacant(world)
    assert keys(world, gaps) == ["1", "9", "16"]
    assert gaps[1].text == "Lead to be decided – 229 days, since 1 July 2021. Position on 15 February 2022."
    assert gaps[1].source == f"gap:activity-{world.activity(9).id}:2021-07-01"
    assert all(each.seeks_decision for each in gaps)

    told = {"by": world.standing("secretariat"), "at": world.now}
    named = {"kind": RoleKind.LEAD, "body": world.body("Police"), "reason": "SG 2022/2"}
    assign_role(activity=world.activity(9), **named, **told)
    assert keys(world, vacant(world)) == ["1", "16"]


def test_a_gap_that_opens_again_is_another_one(world):
    told = {"by": world.standing("secretariat"), "at": moment(DAY)}
    role = Role.objects.get(activity=world.activity(12), kind=RoleKind.LEAD)
    end_role(role=role, reason="Handed back", **told)

    twelve = vacant(world)[-1]
    assert twelve.source == f"gap:activity-{world.activity(12).id}:2022-02-01"
    assert twelve.text == "Nobody is named – 14 days, since 1 February 2022. Position on 15 February 2022."


def test_a_collective_without_members_is_a_gap_of_its_own_until_somebody_belongs_to_it(world):
    empty = found(world, AgendaKind.GAP)[-1]
    (same,) = empty_collectives(Picture(world.reading))
    assert (empty.source, empty.heading) == (
        f"collective:{same.body.id}:{world.plan.id}",
        "Relevant agencies: membership to be set",
    )
    assert empty.text == f"Named in {'; '.join(map(str, same.activities))}. Position on 15 February 2022."
    assert (empty.activity_id, empty.seeks_decision) == (None, True)

    told = {"by": world.standing("secretariat"), "at": world.now}
    set_collective(plan=world.plan, collective=same.body, members=[world.body("Police")], reason="SG 2022/2", **told)
    assert [each for each in found(world, AgendaKind.GAP) if each.activity_id is None] == []


def test_a_decision_on_a_collective_names_nobody_as_lead(world, held):
    item = held.items.get(source__startswith="collective:")
    draft = drafted(world.reading, item, abouts(world.reading))

    assert (draft["about"], draft["allows"]) == ("plan", Move.NOTHING)


# Proposed dates ---------------------------------------------------------------------------------------------------


def test_a_date_in_a_later_quarter_needs_the_group(world):
    proposed(world, 7, date(2022, 6, 30), by="sfo")
    (asked,) = found(world, AgendaKind.NEW_DATE)
    proposal = world.milestone(7).proposals.get()

    assert asked.source == f"date:proposal-{proposal.id}"
    assert asked.heading == f"{world.activity(7)} – Strategy endorsed"
    assert asked.text == (
        "From 31 December 2021 to 30 June 2022, 181 days later. The vendor is late. Asked by SFO Lead, SFO."
    )
    assert (asked.milestone_id, asked.proposal_id, asked.seeks_decision) == (world.milestone(7).id, proposal.id, True)


def test_a_date_within_its_quarter_or_an_earlier_one_is_the_secretariats_to_answer(world):
    proposed(world, 12, date(2022, 3, 1))
    assert found(world, AgendaKind.NEW_DATE) == []


def test_a_first_date_moves_nothing_that_was_agreed(world):
    undated = world.reading.milestones.still_open().filter(agreed_due=None).first()
    asked = {"milestone": undated, "to": date(2022, 12, 31), "reason": "It is known now."}
    propose_date(**asked, by=world.standing("secretariat"), at=moment(DAY))

    assert found(world, AgendaKind.NEW_DATE) == []


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_it_needs_the_group_when_it_passes_the_end_of_the_agreed_dates_quarter(agreed, to):
    quarter = FiscalQuarter.of(agreed)

    assert needs_the_group(quarter, FiscalQuarter.of(to)) == (to > quarter.last_day)


# To pause or close ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("review", "words"),
    [
        (date(2022, 1, 31), "was due on 31 January 2022"),
        (TODAY, "is due on 15 February 2022"),
        (date(2022, 6, 30), "is due on 30 June 2022"),
        (date(2022, 7, 1), None),
    ],
)
def test_a_pause_is_reviewed_by_the_end_of_the_next_quarter(world, review, words):
    say(world, 18, date(2022, 1, 10), paused("SG 2022/1", review))
    stops = found(world, AgendaKind.STOP)

    assert [each.text for each in stops] == (
        [f"Paused by decision SG 2022/1. The review of the pause {words}."] if words else []
    )
    for each in stops:
        assert each.source == f"review:activity-{world.activity(18).id}:{review.isoformat()}"
        assert each.seeks_decision


def test_a_paused_part_is_reviewed_for_itself(world):
    say(world, 17, DAY, paused("SG 2022/1", date(2022, 3, 31)), part="SFO")
    (stop,) = found(world, AgendaKind.STOP)

    assert stop.part_id == world.part(17, "SFO").id
    assert stop.heading == f"{world.activity(17)} (SFO)"
    assert stop.text.startswith("Paused by decision SG 2022/1.")


@after(half_a_year)
def test_what_is_unfinished_after_the_plans_period_is_to_be_closed_and_no_longer_among_the_late(world):
    last = world.plan.ends_on
    assert {each.source.partition(":")[0] for each in found(world, AgendaKind.STOP, last)} == {"review"}
    assert found(world, AgendaKind.LATE, last)

    after = found(world, AgendaKind.STOP, last + timedelta(days=1))
    assert found(world, AgendaKind.LATE, last + timedelta(days=1)) == []
    unfinished = [each.key for each in world.reading.activities if not each.is_finished]
    assert sorted(keys(world, after)) == sorted(unfinished)
    twelve = next(each for each in after if each.activity_id == world.activity(12).id)
    assert twelve.source == f"end:activity-{world.activity(12).id}"
    assert twelve.text == (
        "Not finished when the plan’s period ended on 30 June 2022. “Presentation of proposals to Steering Group” is "
        "92 days overdue (31 March 2022). At risk: One bank has left. Position on 1 July 2022."
    )


# All together -----------------------------------------------------------------------------------------------------


def everything(world: World) -> None:
    half_a_year(world)
    proposed(world, 7, date(2022, 6, 30), by="sfo")


def test_the_agenda_has_its_order_and_names_nothing_twice(world):
    everything(world)
    every = suggested(world.reading)
    kinds = [each.kind for each in every]

    assert kinds == sorted(kinds, key=list(AgendaKind).index)
    assert set(kinds) == {*AgendaKind} - {AgendaKind.OWN}
    assert len({each.source for each in every}) == len(every)
    assert all(each.heading and each.text for each in every)
    assert all(len(each.source) <= 80 for each in every)
    assert suggested(world.reading) == every


def test_it_is_made_for_a_past_position_as_it_was_known_then(world):
    everything(world)
    then = Reading.on_day(world.plan, date(2021, 12, 31))
    say(world, 1, TODAY, Statement(DeliveryStatus.AT_RISK, reason="A", path_to_green="B", what_changed="C"))
    said = {each.source.partition(":")[0] for each in suggested(then)}
    (ask,) = [each for each in suggested(then) if each.kind == AgendaKind.ASK]

    assert said == {
        "ask",
        "late",
        "gap",
        "collective",
    }  # nothing was paused or proposed, and a part of 16 was late already
    assert ask.text == "Name who invites RBNZ and FMA."
    assert suggested(Reading(world.plan, TODAY, end_of_day(TODAY))) == suggested(world.reading)


def on_agendas(world: World) -> None:
    """Some of it was put before the group and decided; some is filed and waits."""
    held = meeting(world, DAY)
    decide(world, held, item=held.items.get(kind=AgendaKind.ASK))
    opened(world, on=DAY, due=TODAY)
    filed(world, 12, off_track("Late.", "Help."), on=TODAY)


def test_it_takes_as_many_queries_whatever_there_is(world):
    counts = []
    for step in (lambda: None, lambda: everything(world), lambda: on_agendas(world), lambda: grow(world.plan, 60)):
        step()
        reading = world.reading
        with CaptureQueriesContext(connection) as queries:
            suggested(reading)
        counts.append(len(queries))
    assert max(counts) == 5
