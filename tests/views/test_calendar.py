"""A person's calendar: the private address, and what a calendar program reads from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from activities.actions.decisions import Decided, record_decision, settle_decision
from activities.actions.loading import load_plan
from activities.actions.meetings import add_item, call_meeting, call_off_meeting, change_meeting, take_off
from activities.actions.milestones import move_date
from activities.actions.returns import confirm_no_change
from activities.actions.rounds import close_round, extend_returns, open_round
from activities.actions.status import update_status
from activities.actions.words import edit_words, withdraw_activity
from activities.decisions import DecisionState
from activities.models import ActionPlan, Activity, Meeting, Return, Round
from activities.quarters import FiscalQuarter
from activities.statuses import DeliveryStatus
from activities.summaries.calendar import live_plans
from activities.workflow import Statement
from agencies.actions.bodies import edit_body
from agencies.actions.feeds import make_feed
from agencies.actions.memberships import add_membership, change_membership
from agencies.actions.people import set_may_sign_in
from agencies.models import CalendarFeed
from agencies.standing import Standing
from tests.generated import grow, on_track
from tests.scenes import after, played_once
from tests.views.editing import text_of
from tests.world import LOADED, TODAY, World, add_person, directory, exchange, moment
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import start_of_day

PAGE = "/account/calendar/"
SignIn = Callable[[str], Client]


def address_for(world: World, username: str = "police") -> str:
    """A new address of somebody's calendar."""
    return f"/calendar/{make_feed(by=world.standing(username), at=world.now)}.ics"


def events_at(address: str, client: Client | None = None) -> dict[str, Any]:
    """The events of a calendar by identifier, read without signing in."""
    response = (client or Client()).get(address)
    assert response.status_code == 200
    parsed = Calendar.from_ical(response.content)
    return {str(each["UID"]): each for each in parsed.walk("VEVENT")}


def dates(address: str) -> list[tuple[date, str]]:
    """What stands on which day, in order."""
    return sorted((each["DTSTART"].dt, str(each["SUMMARY"])) for each in events_at(address).values())


def opened(world: World, quarter: str = "Q2 FY2021/22", due: date = date(2022, 2, 18)) -> Round:
    told: Any = {"by": world.standing("secretariat"), "at": moment(date(2022, 1, 17))}
    return open_round(plan=world.plan, quarter=FiscalQuarter.parse(quarter), due_on=due, **told)


def return_of(world: World, key: int, label: str | None = None) -> Return:
    part = world.part(key, label) if label else None
    return Return.objects.get(activity=world.activity(key), part=part)


# The page ---------------------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_kept_as_a_hash(sign_in: SignIn) -> None:
    client = sign_in("police")
    assert "You have none yet." in text_of(client.get(PAGE))

    shown = client.post(PAGE, {"once": client.get(PAGE).context["once"]})

    address = shown.context["address"]
    assert address in text_of(shown)
    assert shown["Cache-Control"] == "private, no-store"
    token = address.rpartition("/")[2].removesuffix(".ics")
    (feed,) = CalendarFeed.objects.all()
    assert token not in str(vars(feed))
    assert len(feed.token_hash) == 64
    after = text_of(client.get(PAGE))
    assert "Your calendar has a private address" in after
    assert "Made on 15 February 2022" in after
    assert token not in after
    assert events_at(address)


def test_the_link_to_the_page_stands_on_the_account(sign_in: SignIn) -> None:
    assert f'href="{PAGE}"' in sign_in("police").get("/account/").content.decode()
    assert f'href="{PAGE}"' not in sign_in("outsider").get("/account/").content.decode()


def test_the_same_form_sent_twice_makes_one_address(sign_in: SignIn) -> None:
    client = sign_in("police")
    once = client.get(PAGE).context["once"]
    address = client.post(PAGE, {"once": once}).context["address"]

    again = client.post(PAGE, {"once": once}, follow=True)

    assert "The address was shown once already." in text_of(again)
    assert CalendarFeed.objects.count() == 1
    assert events_at(address)


def test_a_new_address_ends_the_one_before(sign_in: SignIn) -> None:
    client = sign_in("police")
    first = client.post(PAGE).context["address"]

    second = client.post(PAGE).context["address"]

    assert Client().get(first).status_code == 404
    assert events_at(second)
    assert CalendarFeed.objects.filter(ended_at=None).count() == 1


def test_an_address_is_ended(sign_in: SignIn) -> None:
    client = sign_in("police")
    address = client.post(PAGE).context["address"]

    ended = client.post(PAGE, {"end": "yes"}, follow=True)

    assert "Your calendar address has ended" in text_of(ended)
    assert "You have none yet." in text_of(ended)
    assert Client().get(address).status_code == 404
    assert "Your calendar address has ended" not in text_of(client.post(PAGE, {"end": "yes"}, follow=True))


def test_looking_at_the_page_makes_nothing(sign_in: SignIn) -> None:
    sign_in("police").get(PAGE)
    assert not CalendarFeed.objects.exists()


def test_an_installation_says_where_it_is_reached(sign_in: SignIn, world: World, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://tracker.example.govt.nz"
    assert sign_in("police").post(PAGE).context["address"].startswith("https://tracker.example.govt.nz/calendar/")
    found = events_at(address_for(world))
    assert all(each["URL"].startswith("https://tracker.example.govt.nz/plans/") for each in found.values())
    assert all(uid.endswith("@tracker.example.govt.nz") for uid in found)


# Who may read it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "tokeñ", "..%2f..%2f"])
def test_a_wrong_token_opens_nothing(world: World, token: str) -> None:
    address_for(world)
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_an_address_dies_with_the_last_membership_for_good(world: World) -> None:
    address = address_for(world)
    administrator: Any = {"by": world.standing("administrator"), "at": world.now, "reason": "Moved on"}
    membership = world.person("police").memberships.get()

    until = TODAY - timedelta(days=1)
    change_membership(membership=membership, since=LOADED, until=until, may_report=True, **administrator)
    assert Client().get(address).status_code == 404

    person = world.person("police")
    add_membership(person=person, body=world.body("SFO"), since=TODAY + timedelta(days=3), **administrator)
    assert Client().get(address).status_code == 404


def test_an_address_that_has_died_does_not_come_back_with_another_membership(
    world: World, sign_in: SignIn, settings: Any
) -> None:
    address = address_for(world)
    administrator: Any = {"by": world.standing("administrator"), "at": world.now, "reason": "Moved on"}
    membership = world.person("police").memberships.get()
    change_membership(membership=membership, since=LOADED, until=TODAY, may_report=True, **administrator)
    assert events_at(address)
    add_membership(
        person=world.person("police"), body=world.body("SFO"), since=TODAY + timedelta(days=2), **administrator
    )

    settings.TNOC_TODAY = TODAY + timedelta(days=2)

    assert Client().get(address).status_code == 404
    client = sign_in("police")
    assert "You have none yet." in text_of(client.get(PAGE))
    assert events_at(client.post(PAGE).context["address"])


def test_an_address_follows_from_one_body_to_the_next(world: World, settings: Any) -> None:
    address = address_for(world)
    administrator: Any = {"by": world.standing("administrator"), "at": world.now, "reason": "Moved on"}
    membership = world.person("police").memberships.get()
    change_membership(membership=membership, since=LOADED, until=TODAY, may_report=True, **administrator)
    add_membership(
        person=world.person("police"), body=world.body("SFO"), since=TODAY + timedelta(days=1), **administrator
    )

    settings.TNOC_TODAY = TODAY + timedelta(days=1)

    assert {words.partition(": ")[2].partition(" ")[0] for _day, words in dates(address)} == {"7", "17"}


def test_deactivating_somebody_ends_their_address_for_good(world: World) -> None:
    address = address_for(world)
    told: Any = {"by": world.standing("administrator"), "at": world.now, "reason": "Left", "now": machine_now()}
    set_may_sign_in(person=world.person("police"), may_sign_in=False, **told)
    assert Client().get(address).status_code == 404

    set_may_sign_in(person=world.person("police"), may_sign_in=True, **told)
    assert Client().get(address).status_code == 404


def test_it_is_read_signed_in_or_not_and_the_reader_gets_its_owners_dates(world: World, sign_in: SignIn) -> None:
    address = address_for(world, "sfo")
    assert events_at(address) == events_at(address, sign_in("outsider")) == events_at(address, sign_in("police"))


def test_what_goes_wrong_names_nobody(world: World) -> None:
    page = text_of(Client().get("/calendar/wrong.ics"))
    assert "Police" not in page
    assert "/plans/" not in page


# What is in it ----------------------------------------------------------------------------------------------------


def test_the_dates_of_what_ones_body_answers_for(world: World) -> None:
    assert dates(address_for(world)) == [
        (
            date(2021, 12, 31),
            "Overdue 46 days, not begun: 13 Expansion of NZTCU support to the PTCN – Programme implementation",
        ),
        (
            date(2022, 3, 31),
            "Due: 12 Public/private project on addressing financial sector vulnerabilities"
            " – Presentation of proposals to Steering Group",
        ),
        (date(2022, 6, 30), "Due: 11 Sector-specific guidance on TNOC risks – Publication of guidance"),
        (date(2022, 6, 30), "Due: 17 Information sharing training for staff – All agencies to complete"),
    ]


def test_every_event_is_one_whole_day_and_says_what_there_is_to_know(world: World) -> None:
    address = address_for(world)
    for event in events_at(address).values():
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        assert event["DTSTAMP"].dt == start_of_day(TODAY)
        assert event["TRANSP"] == "TRANSPARENT"
        assert event["CATEGORIES"].to_ical() == b"Action Plan 2021/22"
    late = events_at(address)[f"milestone-{world.milestone(13).id}@testserver"]
    assert str(late["DESCRIPTION"]).split("\n") == [
        "Not begun, 46 days. Delivery status: Not started.",
        "Answers for it: Police.",
        "Agreed date: 31 December 2021.",
        "Action Plan 2021/22",
        "http://testserver/plans/tnoc-2021-22/activities/13/",
    ]
    assert late["URL"] == "http://testserver/plans/tnoc-2021-22/activities/13/"


def test_parts_of_a_timeframe_and_occurrences_are_told_apart_and_a_gap_says_so(world: World) -> None:
    found = events_at(address_for(world, "secretariat")).values()
    sixteen = sorted(str(each["SUMMARY"]) for each in found if ": 16 " in each["SUMMARY"])
    title = "16 Identifying and addressing barriers to sharing TNOC-relevant information"
    assert sixteen == [
        f"Due: {title} – Part 3",
        f"Overdue 138 days: {title} – Part 1",
        f"Overdue 46 days: {title} – Part 2",
    ]
    said = [str(each["DESCRIPTION"]).split("\n")[1] for each in found if ": 16 " in each["SUMMARY"]]
    assert set(said) == {"Lead to be decided – 229 days."}


def test_every_occurrence_of_a_series_has_its_day_and_is_late_by_itself(world: World, settings: Any) -> None:
    add_person("moj", "MOJ Lead", "MOJ", True, False)
    series = "5 Integrated agenda for legislative reform – updated"
    address = address_for(world, "moj")
    assert (date(2022, 6, 30), f"Due: {series}") in dates(address)

    settings.TNOC_TODAY = date(2022, 7, 10)

    assert (date(2022, 6, 30), f"Overdue 10 days: {series}") in dates(address)


def test_a_body_that_answers_for_a_part_reads_where_its_part_stands(world: World) -> None:
    update_status(
        activity=world.activity(17),
        part=world.part(17, "Police"),
        statement=on_track("Begun."),
        by=world.standing("police"),
        at=world.now,
    )
    seventeen = events_at(address_for(world))[f"milestone-{world.milestone(17).id}@testserver"]
    assert "Your part: On track." in seventeen["DESCRIPTION"]


def test_a_moved_date_keeps_its_identifier_and_is_a_later_revision(world: World) -> None:
    address, uid = address_for(world), f"milestone-{world.milestone(12).id}@testserver"
    before = events_at(address)[uid]
    told: Any = {"by": world.standing("secretariat"), "at": world.now}

    move_date(
        milestone=world.milestone(12),
        to=date(2022, 5, 31),
        reason="A bank has left.",
        asked_by="Police",
        agreed_by="Steering Group",
        **told,
    )

    after = events_at(address)[uid]
    assert after["DTSTART"].dt == date(2022, 5, 31)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "Agreed date: 31 May 2022; originally 31 March 2022." in after["DESCRIPTION"]


def test_what_is_delivered_finished_or_withdrawn_leaves(world: World) -> None:
    address = address_for(world)
    secretariat: Any = {"by": world.standing("secretariat"), "at": world.now}
    update_status(
        activity=world.activity(12),
        statement=Statement(
            DeliveryStatus.COMPLETED, completed_on=date(2022, 2, 14), statement="Done.", held_at="File 12"
        ),
        deliveries={world.milestone(12).id: date(2022, 2, 14)},
        by=world.standing("police"),
        at=world.now,
    )
    withdraw_activity(activity=world.activity(13), reason="Merged", **secretariat)
    assert [words.partition(": ")[2][:2] for _day, words in dates(address)] == ["11", "17"]


def test_what_is_paused_says_so(world: World) -> None:
    update_status(
        activity=world.activity(13),
        statement=Statement(DeliveryStatus.PAUSED, decision_reference="SG 3", review_date=date(2022, 4, 1)),
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert dates(address_for(world))[0][1].startswith("Paused, 46 days past its date: 13 ")


def test_the_secretariat_has_the_dates_that_it_reports_on_for_others(world: World) -> None:
    keys = {words.partition(": ")[2].partition(" ")[0] for _day, words in dates(address_for(world, "secretariat"))}
    assert {"2", "3", "4", "10"} < keys  # its own
    assert {"14", "15", "18"} < keys  # other governance bodies
    assert {"1", "9", "16"} < keys  # nobody answers
    assert not keys & {"12", "20", "row-21"}


@after(opened)
def test_withheld_words_are_in_nobodys_calendar(world: World) -> None:
    told = "\n".join(str(each["DESCRIPTION"]) for each in events_at(address_for(world, "secretariat")).values())
    assert "20 Withheld under s 9(2)(f)(iv): requested." in told
    assert not [words for _day, words in dates(address_for(world, "secretariat")) if "Withheld" in words]


def test_macrons_and_new_names_are_as_the_register_has_them(world: World) -> None:
    secretariat: Any = {"by": world.standing("secretariat"), "at": world.now}
    title = "Pūtea taihara; kōrero, mahi"
    edit_words(activity=world.activity(12), title=title, description="", reason="Te reo", **secretariat)
    police = world.body("Police")
    edit_body(
        body=police,
        name="Ngā Pirihimana",
        short="Pirihimana",
        name_mi=police.name_mi,
        also=[],
        reason="Renamed",
        by=world.standing("administrator"),
        at=world.now,
    )
    event = events_at(address_for(world))[f"milestone-{world.milestone(12).id}@testserver"]
    assert event["SUMMARY"] == f"Due: 12 {title} – Presentation of proposals to Steering Group"
    assert "Answers for it: Pirihimana." in event["DESCRIPTION"]


def another_plan(world: World) -> ActionPlan:
    """A second plan of the same shape, for the year after."""
    published = exchange()
    names = {"slug": "tnoc-2022-23", "title": "TNOC: ACTION PLAN 2022/23", "period": ["2022-07-01", "2023-06-30"]}
    second = {**published, "plan": {**published["plan"], **names}}
    load_plan(exchange=second, directory=directory(), by=Standing.program("tests"), at=world.now)
    return ActionPlan.objects.get(slug="tnoc-2022-23")


def test_every_live_plan_is_in_it(world: World) -> None:
    another_plan(world)
    found = events_at(address_for(world)).values()
    assert Counter(each["CATEGORIES"].to_ical().decode() for each in found) == {
        "Action Plan 2021/22": 4,
        "Action Plan 2022/23": 4,
    }


def test_a_plan_is_live_until_its_year_is_over_and_nothing_of_it_is_worked_on(world: World) -> None:
    second = another_plan(world)
    after = date(2022, 7, 1)
    assert live_plans(TODAY) == live_plans(after) == [world.plan, second]
    for activity in Activity.objects.filter(plan=world.plan):
        withdraw_activity(activity=activity, reason="Carried over", by=world.standing("secretariat"), at=world.now)
    assert live_plans(date(2022, 6, 30)) == [world.plan, second]
    assert live_plans(after) == [second]


# Rounds -----------------------------------------------------------------------------------------------------------


def round_events(world: World, username: str) -> list[tuple[date, str]]:
    found = events_at(address_for(world, username)).items()
    return [(each["DTSTART"].dt, str(each["SUMMARY"])) for uid, each in found if uid.startswith("round-")]


def test_an_open_round_stands_on_its_due_day_with_what_is_still_open(world: World, made: Any) -> None:
    assert round_events(world, "police") == [(date(2022, 2, 18), "4 returns due: Police, Q2 FY2021/22")]
    assert round_events(world, "secretariat") == [(date(2022, 2, 18), "12 returns due: Secretariat, Q2 FY2021/22")]
    assert round_events(world, "steering") == [(date(2022, 2, 18), "Returns due: Steering Group, Q2 FY2021/22")]

    confirm_no_change(ret=return_of(world, 12), by=world.standing("police"), at=world.now)

    assert round_events(world, "police") == [(date(2022, 2, 18), "3 returns due: Police, Q2 FY2021/22")]
    uid = f"round-{made.id}-body-{world.body('Police').id}@testserver"
    said = str(events_at(address_for(world))[uid]["DESCRIPTION"])
    assert "In the whole round 1 of 35 returns came back so far." in said
    assert "12 Public/private project on addressing financial sector vulnerabilities: confirmed no change." in said
    assert "11 Sector-specific guidance on TNOC risks, financial sector: requested." in said
    assert "/plans/tnoc-2021-22/returns/" in said


def test_more_time_for_a_body_moves_its_day(world: World, made: Any) -> None:
    later = date(2022, 2, 25)
    secretariat: Any = {"by": world.standing("secretariat"), "at": world.now}
    extend_returns(round=made, body=world.body("Police"), until=later, reason="Floods", **secretariat)
    assert round_events(world, "police") == [(later, "4 returns due: Police, Q2 FY2021/22")]
    assert round_events(world, "sfo") == [(date(2022, 2, 18), "2 returns due: SFO, Q2 FY2021/22")]


def test_a_late_round_says_so_and_a_closed_one_leaves(world: World, settings: Any, made: Any) -> None:
    settings.TNOC_TODAY = date(2022, 2, 21)
    assert round_events(world, "corrections") == [
        (date(2022, 2, 18), "Overdue 3 days, 1 return: Corrections, Q2 FY2021/22")
    ]
    secretariat = Standing.of(world.person("secretariat"), date(2022, 2, 21))
    close_round(round=made, by=secretariat, at=moment(date(2022, 2, 21)))
    assert round_events(world, "corrections") == []


@after(opened)
def test_what_is_all_filed_says_so(world: World) -> None:
    ret = return_of(world, 17, "Corrections")
    confirm_no_change(ret=ret, by=world.standing("corrections"), at=world.now)
    assert round_events(world, "corrections") == [(date(2022, 2, 18), "1 return filed: Corrections, Q2 FY2021/22")]


# Meetings ---------------------------------------------------------------------------------------------------------

HELD = date(2022, 3, 1)


def met_events(world: World, username: str) -> list[tuple[date, str]]:
    found = events_at(address_for(world, username)).items()
    return [(each["DTSTART"].dt, str(each["SUMMARY"])) for uid, each in found if uid.startswith("meeting-")]


def called(world: World, held_on: date = HELD) -> Meeting:
    """A meeting with what the register suggests: 1, 9 and 16 have nobody; 1, 6, 7, 10, 13, 16 and 18 are overdue."""
    told: Any = {"by": world.standing("secretariat"), "at": world.now}
    return call_meeting(plan=world.plan, held_on=held_on, place="Room 4.1", note="Bring the pack.", **told)


made = played_once(opened)
meeting = played_once(called)


def without_items(world: World, *keys: int) -> Meeting:
    """The same with the items of some activities taken off."""
    meeting = called(world)
    of_these = meeting.items.filter(activity__key__in=[str(key) for key in keys])
    for item in of_these | meeting.items.filter(activity=None):  # a collective without members belongs to none
        take_off(item=item, reason="By mail", by=world.standing("secretariat"), at=world.now)
    return meeting


def test_members_of_the_group_and_of_the_secretariat_have_every_meeting(world: World) -> None:
    items = without_items(world, *range(1, 21)).items
    assert not items.filter(taken_off_on=None).exists()
    for username in ("steering", "secretariat"):
        assert met_events(world, username) == [(HELD, "Steering Group meets: nothing is on the agenda")]
    assert met_events(world, "police") == met_events(world, "sfo") == []


def test_a_body_has_the_meetings_that_speak_of_what_it_answers_for(world: World, meeting: Any) -> None:
    title = f"Steering Group meets: 4 of {meeting.items.count()} items seek a decision"
    assert met_events(world, "police") == [(HELD, title)]  # 13 is on the agenda
    assert met_events(world, "corrections") == []

    event = events_at(address_for(world))[f"meeting-{meeting.id}@testserver"]
    assert str(event["DESCRIPTION"]).split("\n") == [
        "Place: Room 4.1",
        f"On the agenda: {world.activity(13)}.",
        "Bring the pack.",
        "Action Plan 2021/22",
        f"http://testserver/plans/tnoc-2021-22/meetings/{meeting.id}/",
    ]
    assert event["URL"] == f"http://testserver/plans/tnoc-2021-22/meetings/{meeting.id}/"


def test_a_body_that_owns_an_open_decision_has_every_meeting_until_it_is_settled(world: World) -> None:
    then, told = called(world, TODAY), {"by": world.standing("secretariat"), "at": world.now}
    decided = Decided("Train ten people.", world.body("Corrections"), date(2022, 4, 1))
    decision = record_decision(meeting=then, decided=decided, **told)
    without = without_items(world, *range(1, 21))

    assert [day for day, _ in met_events(world, "corrections")] == [TODAY, HELD]
    event = events_at(address_for(world, "corrections"))[f"meeting-{without.id}@testserver"]
    assert "Open decisions that your bodies own: SG 2022-02-15/1." in str(event["DESCRIPTION"])

    settle_decision(decision=decision, state=DecisionState.DONE, outcome="Trained", **told)
    assert met_events(world, "corrections") == []


def test_a_meeting_moves_with_its_day_and_leaves_when_it_is_called_off_or_over(world: World, settings: Any) -> None:
    meeting, told = called(world), {"by": world.standing("secretariat"), "at": world.now}
    uid, address = f"meeting-{meeting.id}@testserver", address_for(world, "steering")
    before = events_at(address)[uid]
    later = date(2022, 3, 8)
    change_meeting(meeting=meeting, held_on=later, round=None, place="", note="", reason="Ill", **told)

    after = events_at(address)[uid]
    assert after["DTSTART"].dt == later
    assert after["SEQUENCE"] > before["SEQUENCE"]
    settings.TNOC_TODAY = later
    assert uid in events_at(address)
    settings.TNOC_TODAY = later + timedelta(days=1)
    assert uid not in events_at(address)
    settings.TNOC_TODAY = TODAY
    call_off_meeting(meeting=meeting, reason="Ill", **told)
    assert uid not in events_at(address)


def test_a_changed_agenda_is_a_later_revision(world: World) -> None:
    meeting, address = called(world), address_for(world, "steering")
    uid = f"meeting-{meeting.id}@testserver"
    before = events_at(address)[uid]
    add_item(meeting=meeting, heading="Next year", by=world.standing("secretariat"), at=world.now)
    assert events_at(address)[uid]["SEQUENCE"] == before["SEQUENCE"] + 1


def test_meetings_take_as_many_queries_however_many_there_are(world: World) -> None:
    address = address_for(world, "sfo")
    opened(world)
    counts = []
    for day in (None, date(2022, 3, 1), date(2022, 3, 2)):
        if day:
            called(world, day)
        with CaptureQueriesContext(connection) as queries:
            events_at(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2] <= 12


# The file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_a_calendar_that_is_asked_for_anew_each_time(world: World) -> None:
    response = Client().get(address_for(world))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in response
    assert not response.cookies
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in response.content


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    address = address_for(world)
    etag = Client().get(address)["ETag"]

    again = Client().get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag
    assert again["Cache-Control"] == "private, no-cache"
    assert Client().head(address, headers={"If-None-Match": etag}).status_code == 304

    secretariat: Any = {"by": world.standing("secretariat"), "at": world.now}
    edit_words(activity=world.activity(12), title="Another", description="", reason="Clearer", **secretariat)
    assert Client().get(address, headers={"If-None-Match": etag}).status_code == 200


def test_the_days_of_lateness_are_those_of_the_day_it_is_read(world: World, settings: Any) -> None:
    address = address_for(world)
    etag = Client().get(address)["ETag"]
    settings.TNOC_TODAY = TODAY + timedelta(days=1)
    response = Client().get(address, headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert dates(address)[0][1].startswith("Overdue 47 days, not begun: 13 ")


def test_the_marking_is_in_the_calendar_and_in_each_event(world: World, settings: Any) -> None:
    settings.PROTECTIVE_MARKING = "IN CONFIDENCE"
    address = address_for(world)
    parsed = Calendar.from_ical(Client().get(address).content)
    assert str(parsed["DESCRIPTION"]).startswith("IN CONFIDENCE. ")
    assert str(parsed["X-WR-CALDESC"]).startswith("IN CONFIDENCE. ")
    assert all(str(each["DESCRIPTION"]).startswith("IN CONFIDENCE\n") for each in parsed.walk("VEVENT"))


def test_it_takes_as_many_queries_whatever_there_is(world: World) -> None:
    address = address_for(world, "secretariat")
    opened(world)
    with CaptureQueriesContext(connection) as few:
        before = len(events_at(address))
    grow(world.plan, 60)
    with CaptureQueriesContext(connection) as many:
        assert len(events_at(address)) > before
    assert len(many) == len(few) <= 12
