"""The demonstration: built once on a database of its own, and looked at as the people in it would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from activities.decisions import DecisionState
from activities.models import (
    Activity,
    AgendaItem,
    Comment,
    DateMove,
    DateProposal,
    Decision,
    Draft,
    Filing,
    FilingOutcome,
    Meeting,
    Pack,
    PackDraft,
    Return,
    Round,
)
from activities.pack_forms import PackForm
from activities.quarters import FiscalQuarter
from activities.returns import OPEN, RETURNED, ReturnState
from activities.statuses import DeliveryStatus
from activities.working_days import Calendar
from agencies.models import Message, Person
from tests.own_database import OwnDatabases
from tnoc_tracker.demonstration.build import LOADED_ON, PRETENDED, build
from tnoc_tracker.demonstration.meetings import FEBRUARY, NOVEMBER
from tnoc_tracker.demonstration.people import PEOPLE
from tnoc_tracker.demonstration.play import in_order
from tnoc_tracker.record.days import day_of

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="the demonstration is a SQLite file: it is built in that suite"
    ),
]


@pytest.fixture(scope="module")
def demonstration(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[list[str]]:
    """The demonstration as on the day that it pretends; what was said while it was made."""
    said: list[str] = []
    with django_db_blocker.unblock(), own_databases.empty():
        call_command("migrate", verbosity=0)
        build(PRETENDED, said.append)
        yield said


def returns(quarter: str) -> Any:
    key = FiscalQuarter.parse(quarter).key
    return Return.objects.filter(round__quarter_key=key, dropped_on=None)


def states(quarter: str) -> Counter[str]:
    return Counter(returns(quarter).values_list("state", flat=True))


def test_the_progress_of_making_it_is_told(demonstration: list[str]) -> None:
    assert demonstration[0] == "Loading the published plan"
    count = len(list(in_order(PRETENDED)))
    assert demonstration[-1] == f"Playing half a year of progress: {count} of {count}"


def test_the_first_round_is_closed_with_late_ones_one_sent_back_and_one_missing(demonstration: list[str]) -> None:
    first = Round.objects.get(quarter_key="2021-22-q1")
    assert day_of(first.closed_at) == date(2021, 10, 22)
    assert Calendar().after(first.quarter.last_day, 10) == first.due_on
    assert states("Q1 FY2021/22") == {ReturnState.ACCEPTED: 33, ReturnState.NOT_RETURNED: 1}
    missing = returns("Q1 FY2021/22").get(state=ReturnState.NOT_RETURNED)
    assert str(missing.body.label) == "FMA"
    late = {str(row.body.label) for row in returns("Q1 FY2021/22").select_related("body") if row.was_late}
    assert late == {"SFO", "DIA"}
    sent_back = Filing.objects.get(ret__in=returns("Q1 FY2021/22"), outcome=FilingOutcome.SENT_BACK)
    assert sent_back.ret.filings == 2


def test_the_second_round_is_under_way_in_every_state_that_an_open_round_has(demonstration: list[str]) -> None:
    found = states("Q2 FY2021/22")
    assert set(found) == {*OPEN, ReturnState.ACCEPTED} - {ReturnState.RETURNED_LATE}
    back = sum(found[state] for state in RETURNED)
    assert (back, found.total()) == (18, 32)
    police = returns("Q2 FY2021/22").filter(body__short="Police")
    assert set(police.values_list("activity__key", "state")) == {
        (key, ReturnState.REQUESTED) for key in ("11", "12", "13")
    }
    (extended,) = returns("Q2 FY2021/22").exclude(extended_why="").select_related("body")
    assert (str(extended.body.label), extended.due_on) == ("FMA", date(2022, 2, 21))
    assert Draft.objects.exclude(typed={}).get().ret.state == ReturnState.DRAFT
    assert Comment.objects.get().ret.activity.key == "12"


def test_what_was_filed_is_in_the_register_in_the_reporters_name(demonstration: list[str]) -> None:
    strategy = Activity.objects.get(key="7")
    latest = strategy.status_updates.first()
    assert (latest.person_name, latest.accepted_by) == ("SFO lead", "Secretariat officer")
    assert day_of(latest.said_at) == date(2022, 1, 20)
    assert DateProposal.objects.get(state="open").proposed_due == date(2022, 6, 30)


def test_statuses_are_of_every_kind_but_the_last(demonstration: list[str]) -> None:
    found = Counter(Activity.objects.values_list("status", flat=True))
    assert set(found) == set(DeliveryStatus) - {DeliveryStatus.NOT_DELIVERED}
    assert Activity.objects.get(status=DeliveryStatus.PAUSED).review_date == date(2022, 3, 31)


def test_the_group_has_met_once_with_a_frozen_pack_and_what_it_decided_was_followed_up(
    demonstration: list[str],
) -> None:
    pack = Pack.objects.get()
    assert (pack.meeting.held_on, str(pack.round)) == (NOVEMBER, "Q1 FY2021/22")
    assert day_of(pack.frozen_at) == date(2021, 11, 4)
    assert {file.form for file in pack.files.all()} == set(PackForm) - {PackForm.PDF, PackForm.WORD}
    decisions = list(Decision.objects.order_by("number"))
    assert [decision.state for decision in decisions] == [
        DecisionState.OPEN,
        *[DecisionState.DONE] * 3,
        DecisionState.OPEN,
    ]
    assert [decision.days_late(PRETENDED) for decision in decisions] == [60, 0, 0, 0, 0]
    assert DateMove.objects.get().decision == decisions[1]
    assert Activity.objects.get(key="16").status_updates.first().decision == decisions[2]
    assert decisions[0].reported.get().person_name == "Police lead"


def test_the_next_meeting_waits_with_its_agenda_edited_and_its_pack_to_be_frozen(demonstration: list[str]) -> None:
    meeting = Meeting.objects.get(held_on=FEBRUARY)
    assert str(meeting.round) == "Q2 FY2021/22"
    assert not meeting.packs.exists()
    assert PackDraft.objects.get().meeting == meeting
    items = AgendaItem.objects.filter(meeting=meeting)
    assert items.filter(taken_off_on=None, seeks_decision=True).count() == 6
    assert [item.activity.key for item in items.exclude(taken_off_on=None)] == ["1"]
    assert items.order_by("position").first().proposal == DateProposal.objects.get(state="open")


def test_a_visitor_can_freeze_the_next_pack(demonstration: list[str]) -> None:
    client = Client()
    client.force_login(Person.objects.get(username="secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/plans/tnoc-2021-22/meetings/{Meeting.objects.get(held_on=FEBRUARY).id}/pack/"
    with transaction.atomic():
        prepared = client.get(address)
        asked = {field.html_name: field.value() or "" for field in prepared.context["form"]}
        frozen = client.post(address, {**asked, "act": "freeze"}, follow=True)
        assert frozen.status_code == 200
        assert "Version 1 is frozen" in frozen.content.decode()
        assert Pack.objects.get(meeting__held_on=FEBRUARY).previous == Pack.objects.get(meeting__held_on=NOVEMBER)
        transaction.set_rollback(True)


def test_mail_was_sent_once_to_whoever_has_an_address(demonstration: list[str]) -> None:
    sent = list(Message.objects.select_related("person"))
    assert 40 <= len(sent) <= 80
    assert {message.kind for message in sent} == {"opened", "reminder", "sent-back", "escalated", "summary"}
    assert all(message.is_sent and message.address.endswith(".invalid") for message in sent)
    reporters = {person.name for person in PEOPLE if person.may_report and person.has_email}
    assert {message.person.name for message in sent} == reporters | {"Steering Group member"}
    by_day = Counter((message.person_id, message.on) for message in sent)
    assert set(by_day.values()) == {1}
    assert all(day_of(message.made_at) == message.on <= PRETENDED for message in sent)


def test_the_history_holds(demonstration: list[str]) -> None:
    call_command("verify_history", verbosity=0)


def test_nothing_happens_before_its_day_and_everything_in_its_order() -> None:
    events = list(in_order(PRETENDED))
    moments = [at for _event, at in events]
    assert moments == sorted(moments)
    assert all(day_of(at) == event.day for event, at in events)
    assert all(event.day > LOADED_ON for event, _at in events)
    half = list(in_order(date(2021, 10, 14)))
    assert half == events[: len(half)]
    assert events[len(half)][0].day > date(2021, 10, 14)
    assert events == list(in_order(PRETENDED + timedelta(days=1000)))


PAGES = (
    "",
    "overdue/",
    "activities/",
    "agencies/",
    "my-agency/",
    "rounds/",
    "rounds/2021-22-q1/",
    "rounds/2021-22-q2/",
    "meetings/",
    "meetings/1/",
    "meetings/2/",
    "decisions/",
    "packs/1/",
    "packs/1/page/",
)


@pytest.mark.parametrize("username", ["secretariat", "police", "steering"])
def test_its_people_can_open_their_pages(demonstration: list[str], username: str) -> None:
    client = Client()
    client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    for page in PAGES:
        assert client.get(f"/plans/tnoc-2021-22/{page}").status_code == 200, page
    mail = client.get("/mail/")
    assert mail.status_code == 200
