"""Opening a round: looked at first, with what is asked of whom and the messages; then opened, as it was looked at."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.words import withdraw_activity
from activities.forms.rounds import offered_quarters, quarter_to_offer, usual_due_day
from activities.models import Return, Round
from activities.quarters import FiscalQuarter
from activities.working_days import Calendar
from agencies.models import Membership, Message
from tests.actions.helpers import entries_written
from tests.actions.rounds import Q3, opened
from tests.pages import cells_of
from tests.views.editing import hidden, text_of
from tests.views.rounds import LIST
from tests.world import PROGRAM, moment
from tnoc_tracker.record.writing import record

OPEN = f"{LIST}open/"
SAID = {"quarter": "2021-22-q2", "due_on": "28/02/2022", "note": "Kia ora koutou.\nNgā mihi"}


@pytest.fixture
def reachable(world):
    """The people of the world have addresses."""
    for username in ("secretariat", "police", "sfo", "corrections"):
        person = world.person(username)
        person.email = f"{username}@example.govt.nz"
        record(person, by=PROGRAM.actor, at=moment(date(2021, 7, 2)), reason="For the tests")
    return world


def look(client, **said):
    """Look at it first."""
    return client.post(OPEN, {**hidden(client, OPEN), **SAID, **said, "step": "look"})


def open_it(client, **said):
    """Look at it first, then open it; ``said`` is typed after looking."""
    form = look(client).context["form"]
    carried = {name: form[name].value() for name in ("stamp", "once", "looked")}
    return client.post(OPEN, {**SAID, **carried, **said, "step": "open"})


# What is offered ---------------------------------------------------------------------------------------------------


def test_the_latest_quarter_that_has_ended_is_offered_first(world, sign_in):
    form = sign_in("secretariat").get(OPEN).context["form"]

    assert [key for key, _ in form.fields["quarter"].choices] == ["2021-22-q3", "2021-22-q2", "2021-22-q1"]
    assert form["quarter"].value() == "2021-22-q2"
    assert form["due_on"].value() == date(2022, 3, 1)
    assert "10 working days after the quarter’s end" in form.fields["due_on"].help_text


def test_the_running_quarter_is_offered_where_every_one_before_has_its_round(world, sign_in):
    for number in (1, 2):
        opened(world, FiscalQuarter.parse(f"Q{number} FY2021/22"))
    form = sign_in("secretariat").get(OPEN).context["form"]

    assert form["quarter"].value() == "2021-22-q3"
    assert form["due_on"].value() == date(2022, 4, 14)


def test_where_every_quarter_has_its_round_the_page_says_so(world, sign_in):
    for quarter in (*(FiscalQuarter.parse(f"Q{number} FY2021/22") for number in (1, 2)), Q3):
        opened(world, quarter)

    assert "Every quarter that has begun has its round" in text_of(sign_in("secretariat").get(OPEN))


@pytest.mark.parametrize(
    ("quarter", "today", "due"),
    [
        ("Q1 FY2021/22", date(2021, 9, 20), date(2021, 10, 14)),  # before its end: counted from the end
        ("Q1 FY2021/22", date(2021, 9, 30), date(2021, 10, 14)),
        ("Q1 FY2021/22", date(2021, 10, 4), date(2021, 10, 18)),
        ("Q1 FY2021/22", date(2021, 10, 15), date(2021, 11, 1)),  # Labour Day between
        ("Q2 FY2021/22", date(2021, 12, 31), date(2022, 1, 28)),  # nobody works until 15 January
        ("Q2 FY2021/22", date(2022, 1, 10), date(2022, 1, 28)),
        ("Q4 FY2021/22", date(2022, 6, 30), date(2022, 7, 14)),
    ],
)
def test_returns_are_due_ten_working_days_after_the_quarter_or_after_today(quarter, today, due):
    assert usual_due_day(FiscalQuarter.parse(quarter), today, Calendar(), 10) == due


def test_the_number_of_days_and_the_closed_days_are_settings(world, sign_in, settings):
    settings.RETURN_WORKING_DAYS, settings.CLOSED_DAYS = 3, [date(2022, 2, 16)]

    assert sign_in("secretariat").get(OPEN).context["form"]["due_on"].value() == date(2022, 2, 21)


def test_after_the_plans_end_its_later_quarters_are_offered_too(world):
    offered = offered_quarters(world.plan, ["2021-22-q4"], date(2022, 8, 1))

    assert [quarter.key for quarter in offered] == ["2022-23-q1", "2021-22-q3", "2021-22-q2", "2021-22-q1"]
    assert quarter_to_offer(offered, date(2022, 8, 1)).key == "2021-22-q3"
    assert quarter_to_offer([], date(2022, 8, 1)) is None


# Looking at it first -----------------------------------------------------------------------------------------------


def test_looking_shows_what_is_asked_of_whom_and_opens_nothing(reachable, sign_in):
    client, before = sign_in("secretariat"), entries_written()
    answer = look(client)
    words = text_of(answer)

    assert answer.status_code == 200
    assert entries_written() == before
    assert not Message.objects.exists()
    assert "35 returns will be asked for: 23 from 12 agencies, and 12 that the Secretariat answers itself" in words
    rows = {row[0]: row[1:] for row in cells_of(answer) if len(row) == 4}
    assert rows["Police"] == ["4", "11, financial sector; 12; 13; 17", "Police Lead"]
    assert rows["Steering Group"] == ["1", "18", "Secretariat Officer"]
    assert rows["Nobody answers"] == ["5", "1; 9; 16; 20; Row 21", "Secretariat Officer"]
    assert sum(int(row[0]) for name, row in rows.items() if name != "Asked of") == 35
    assert "Returns are due by 28 February 2022, 9 working days from today." in words


def test_bodies_of_which_nobody_can_be_told_are_warned_of(reachable, sign_in):
    membership = Membership.objects.get(person=reachable.person("sfo"))
    membership.may_report = False
    record(membership, by=PROGRAM.actor, at=reachable.now, reason="No longer")
    words = text_of(look(sign_in("secretariat")))

    assert "Nobody would be told at 10 of 12 agencies" in words
    assert "RBNZ, SFO: nobody there both may report and can be reached by mail." in words
    assert "SFO 2 7; 17 nobody may report" in words


def test_the_message_is_shown_as_it_will_be_sent(reachable, sign_in):
    words = text_of(look(sign_in("secretariat")))

    assert "The message to Police, as an example for the agencies" in words
    assert "Subject Q2 FY2021/22 is open: 4 returns due by 28 February 2022" in words
    assert "The message to the Secretariat’s own people" in words
    assert words.count("Kia ora koutou.") == 5  # typed, and in two messages twice each
    assert "As plain text" in words


def test_what_is_typed_is_shown_as_text_never_as_markup(reachable, sign_in):
    html = look(sign_in("secretariat"), note="<b>Bold</b>").content.decode()

    assert "<b>Bold</b>" not in html
    assert html.count("&lt;b&gt;Bold&lt;/b&gt;") >= 3


def test_looking_takes_no_more_than_twelve_queries(reachable, sign_in):
    client = sign_in("secretariat")
    sent = {**hidden(client, OPEN), **SAID, "step": "look"}
    with CaptureQueriesContext(connection) as queries:
        assert client.post(OPEN, sent).status_code == 200
    assert len(queries) <= 12


# Opening -----------------------------------------------------------------------------------------------------------


def test_what_was_looked_at_is_opened(reachable, sign_in):
    client = sign_in("secretariat")
    answer = open_it(client)
    made = Round.objects.get()

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}2021-22-q2/")
    assert (made.quarter_key, made.due_on, made.note) == ("2021-22-q2", date(2022, 2, 28), SAID["note"])
    assert made.opened_by == "Secretariat Officer"
    assert Return.objects.filter(round=made).count() == 35
    assert "The round of Q2 FY2021/22 is open: 35 returns asked for." in text_of(client.get(f"{LIST}2021-22-q2/"))


def test_it_is_opened_only_as_it_was_looked_at(reachable, sign_in):
    client = sign_in("secretariat")
    answer = open_it(client, note="Another note")

    assert not Round.objects.exists()
    assert "Something has changed since you looked at it." in text_of(answer)
    assert text_of(answer).count("Another note") == 5


def test_what_somebody_changed_meanwhile_is_looked_at_again(reachable, sign_in):
    client = sign_in("secretariat")
    form = look(client).context["form"]
    carried = {name: form[name].value() for name in ("stamp", "once", "looked")}
    withdraw_activity(activity=reachable.activity(3), reason="Merged", by=PROGRAM, at=reachable.now)
    answer = client.post(OPEN, {**SAID, **carried, "step": "open"})

    assert not Round.objects.exists()
    assert "34 returns will be asked for" in text_of(answer)


def test_the_same_form_sent_twice_opens_one_round(reachable, sign_in):
    client = sign_in("secretariat")
    form = look(client).context["form"]
    sent = {**SAID, **{name: form[name].value() for name in ("stamp", "once", "looked")}, "step": "open"}

    assert [client.post(OPEN, sent).status_code for _ in range(2)] == [302, 302]
    assert Round.objects.count() == 1


def test_a_quarter_for_which_somebody_was_faster_is_refused(reachable, sign_in):
    client = sign_in("secretariat")
    form = look(client).context["form"]
    opened(reachable)
    sent = {**SAID, **{name: form[name].value() for name in ("stamp", "once", "looked")}, "step": "open"}
    answer = client.post(OPEN, sent)

    assert answer.status_code == 422
    assert "Q2 FY2021/22 has its round already: reopen that one, with a reason." in text_of(answer)


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"quarter": "2021-22-q4"}, "quarter", "Choose a quarter of the list."),
        ({"due_on": ""}, "due_on", "Give the day by which returns are due."),
        ({"due_on": "31/31/2022"}, "due_on", "This is no date"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field_before_anything_is_shown(world, sign_in, said, field, sentence):
    answer = look(sign_in("secretariat"), **said)

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field][0]
    assert answer.context["preview"] is None
    assert "Kia ora koutou." in text_of(answer)
    assert "The round is not open yet" in text_of(answer)


def test_a_day_that_has_passed_is_refused_with_everything_kept(world, sign_in):
    client = sign_in("secretariat")
    looked = look(client, due_on="14/02/2022")
    assert "which has passed" in text_of(looked)
    form = looked.context["form"]
    carried = {name: form[name].value() for name in ("stamp", "once", "looked")}
    answer = client.post(OPEN, {**SAID, "due_on": "14/02/2022", **carried, "step": "open"})

    assert answer.status_code == 422
    assert "14 February 2022 has passed: give the agencies a day to come." in text_of(answer)
    assert "Kia ora koutou." in text_of(answer)
    assert not Round.objects.exists()


def test_nobody_else_opens_a_round(world, sign_in):
    client = sign_in("police")

    assert client.get(OPEN).status_code == 403
    assert client.post(OPEN, {**SAID, "stamp": "0", "step": "open"}).status_code == 403
