"""Who is told what on a day: the stages of a return, one message per person, and nothing said twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activities.actions.loading import load_plan
from activities.actions.proposals import propose_date
from activities.actions.returns import confirm_no_change, save_draft, send_back
from activities.actions.roles import assign_role, end_role
from activities.actions.rounds import close_round, extend_returns, open_round, reopen_round
from activities.models import ActionPlan, Filing, Return, Role, RoleKind
from activities.quarters import FiscalQuarter
from activities.reminders import opening_message
from activities.reminders.writing import shown
from activities.stages import Topic
from activities.statuses import DeliveryStatus
from activities.summaries.reminded import days_of, reminded, topics_in_words
from activities.working_days import Calendar
from agencies.actions.memberships import add_membership, change_membership
from agencies.actions.messages import set_summary
from agencies.actions.people import set_may_sign_in
from agencies.models import BodyKind, Message, MessageTopic
from agencies.standing import Standing
from tests.actions.rounds import DUE, OPENED, Q2, Q3, asked, filed, opened, said, told
from tests.mailing import SITE, due, give_addresses, run
from tests.scenes import after, played_once
from tests.world import PROGRAM, World, directory, exchange, moment
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import day_of, start_of_day

made = played_once(opened)

CALENDAR = Calendar()
DAY = timedelta(days=1)
Q4 = FiscalQuarter.parse("Q4 FY2021/22")
EXPLAINED = said(DeliveryStatus.ON_TRACK, what_was_done="Two workshops held.", explanation="The last one is in March.")


@pytest.fixture
def world(world: World, settings: Any) -> Iterator[World]:
    """The world, with addresses for those who are written to here; nobody wants a summary."""
    settings.SITE_ADDRESS = SITE
    give_addresses("secretariat", "police", "sfo")
    for username in ("secretariat", "police", "sfo"):
        set_summary(summary="off", by=world.standing(username))
    return world


def to(username: str, messages: list[Message]) -> Message:
    """The message of this run to a person."""
    (found,) = [each for each in messages if each.person.username == username]
    return found


def stages(message: Message) -> set[str]:
    """What a message was for, without the returns by number."""
    parsed = (Topic.parse(topic) for topic in message.topics.values_list("topic", flat=True))
    return {topic.stage for topic in parsed if topic and topic.kind != "asked"}


def usernames(messages: list[Message]) -> list[str]:
    return sorted(each.person.username for each in messages)


# Reminders --------------------------------------------------------------------------------------------------------


@after(opened)
def test_whoever_may_report_is_told_when_a_round_is_opened(world):
    messages = run(OPENED)

    assert usernames(messages) == ["police", "secretariat", "sfo"]
    police = to("police", messages)
    assert police.subject == "Q2 FY2021/22 is open: 4 returns due by 28 January 2022"
    assert stages(police) == {"opened", "due-10"}
    for words in (
        "11 Sector-specific guidance",
        "financial sector",
        "> Kia ora",
        f"{SITE}/plans/tnoc-2021-22/returns/",
    ):
        assert words in police.text
    assert to("secretariat", messages).subject == "Q2 FY2021/22 is open: 12 returns due by 28 January 2022"
    assert police.is_sent
    assert len(mail.outbox) == 3


def test_members_who_may_not_report_and_other_bodies_are_told_nothing(world):
    give_addresses("police-reader", "steering")
    for username in ("police-reader", "steering"):
        set_summary(summary="off", by=world.standing(username))
    opened(world)

    assert usernames(run(OPENED)) == ["police", "secretariat", "sfo"]


@after(opened)
def test_run_every_hour_it_sends_nothing_twice(world):
    assert len(run(OPENED)) == 3
    assert [run(OPENED) for _hour in range(3)] == [[], [], []]


@after(opened)
def test_each_stage_is_told_once_on_its_day(world):
    days = [OPENED + DAY * each for each in range(30)]

    told_on = {day: to("sfo", found) for day in days if (found := [m for m in run(day) if m.person.username == "sfo"])}

    assert {day: stages(message) for day, message in told_on.items()} == {
        OPENED: {"opened", "due-10"},
        date(2022, 1, 25): {"due-3"},
        date(2022, 1, 28): {"due-0"},
        date(2022, 2, 4): {"late-1"},
        date(2022, 2, 11): {"late-2"},
    }
    assert [message.subject for message in told_on.values()] == [
        "Q2 FY2021/22 is open: 2 returns due by 28 January 2022",
        "2 returns due by 28 January 2022",
        "2 returns due today, 28 January 2022",
        "2 returns overdue by 7 days",
        "2 returns overdue by 14 days",
    ]


@after(opened)
def test_after_a_silence_one_message_says_where_things_stand(world):
    messages = run(date(2022, 2, 14))

    assert stages(to("sfo", messages)) == {"opened", "late-2"}
    assert to("sfo", messages).subject == "2 returns overdue by 17 days"
    assert run(date(2022, 2, 15)) == []


@after(opened)
def test_nothing_is_said_of_what_is_filed(world):
    filed(world, 7, EXPLAINED, by="sfo")

    assert to("sfo", run(OPENED)).subject == "Q2 FY2021/22 is open: 1 return due by 28 January 2022"
    confirm_no_change(ret=asked(17, "SFO"), **told(world, OPENED, "sfo"))

    assert usernames(run(date(2022, 1, 25))) == ["police", "secretariat"]


def test_nothing_is_said_of_a_closed_round_and_all_of_a_reopened_one(world, made):
    run(OPENED)
    close_round(round=made, **told(world, date(2022, 2, 1)))
    assert run(date(2022, 2, 4)) == []

    reopen_round(round=made, due_on=date(2022, 2, 18), reason="The Minister asked.", **told(world, date(2022, 2, 8)))

    sfo = to("sfo", run(date(2022, 2, 8)))
    assert stages(sfo) == {"opened", "due-10"}
    assert sfo.subject == "Q2 FY2021/22 is open: 2 returns due by 18 February 2022"
    assert "The round is open again: The Minister asked." in sfo.text


def test_a_body_that_is_given_more_time_is_told_of_its_own_day_and_the_others_of_theirs(world, made):
    run(date(2022, 1, 28))
    until = date(2022, 2, 11)
    extend_returns(
        round=made, body=world.body("Police"), until=until, reason="Illness", **told(world, date(2022, 1, 28))
    )

    police = to("police", run(date(2022, 1, 31)))
    assert police.subject == "4 returns due by 11 February 2022"
    assert police.topics.get().topic == f"round-{made.id}.1:body-{world.body('Police').id}:due-10:2022-02-11"
    assert "Due by 11 February 2022 (extended: Illness)" in police.text
    assert usernames(run(date(2022, 2, 4))) == ["secretariat", "sfo"]
    assert stages(to("police", run(date(2022, 2, 11)))) == {"due-0"}


@after(opened)
def test_a_return_that_is_sent_back_is_told_once_with_what_is_wanted_and_then_weekly(world):
    run(OPENED)
    for key in (12, 13):
        filed(world, key, EXPLAINED, on=date(2022, 1, 26))
    for part in (asked(11, "Police"), asked(17, "Police")):
        confirm_no_change(ret=part, **told(world, date(2022, 1, 26), "police"))
    send_back(ret=asked(12), answer="Which banks?", **told(world, date(2022, 2, 2)))

    police = to("police", run(date(2022, 2, 2)))
    assert stages(police) == {f"sent-back-{Filing.objects.get(outcome='sent_back').id}", "due-0"}
    assert police.subject == "1 return sent back"
    assert "Sent back on 2 February 2022: Which banks?" in police.text
    assert police.kind == "sent-back"
    assert "police" not in usernames(run(date(2022, 2, 4)))  # it was in time: it is not late a week after its day
    assert stages(to("police", run(date(2022, 2, 9)))) == {"late-1"}


@after(opened)
def test_a_body_that_takes_over_is_told_of_what_is_asked_of_it_now(world):
    run(OPENED)
    end_role(role=Role.objects.get(activity__key="12", kind="lead"), reason="Moved", **told(world, date(2022, 1, 19)))
    new = {"kind": RoleKind.LEAD, "body": world.body("SFO"), "reason": "Moved"}
    assign_role(activity=world.activity(12), **new, **told(world, date(2022, 1, 19)))

    sfo = to("sfo", run(date(2022, 1, 19)))

    assert [topic.stage for topic in map(Topic.parse, sfo.topics.values_list("topic", flat=True))] == [
        f"asked-{asked(12).id}"
    ]
    assert sfo.subject == "3 returns due by 28 January 2022"
    assert "vulnerabilities\n  Newly asked" in sfo.text


@after(opened)
def test_somebody_who_joins_a_body_is_told_where_it_stands(world):
    run(date(2022, 2, 4))
    give_addresses("outsider")
    add_membership(
        person=world.person("outsider"),
        body=world.body("SFO"),
        since=date(2022, 2, 7),
        may_report=True,
        reason="New",
        by=world.standing("administrator"),
        at=moment(date(2022, 2, 7)),
    )

    assert run(date(2022, 2, 5)) == []
    assert stages(to("outsider", run(date(2022, 2, 8)))) == {"opened", "late-1"}


@after(opened)
def test_a_draft_says_that_it_is_begun(world):
    save_draft(ret=asked(7), typed={"what_was_done": "Hush"}, **told(world, OPENED, "sfo"))

    sfo = to("sfo", run(OPENED))

    assert "  Begun, not filed\n" in sfo.text
    assert "Hush" not in sfo.text + sfo.html


@after(opened)
def test_what_the_secretariat_answers_itself_names_for_whom(world):
    words = to("secretariat", run(OPENED)).text

    for line in (
        "- 1 Expand TNOC governance model (nobody answers for it)",
        "- 18 Review operational fusion opportunities (Steering Group)",
        "- 20 Withheld under s 9(2)(f)(iv)\n",
        "- Withheld, ground not stated\n",
    ):
        assert line in words


@pytest.mark.parametrize("way", ["deactivated", "membership ended", "no address"])
def test_who_cannot_be_reached_is_written_to_by_nobody_and_named(world, way):
    act = {"reason": "Left", "by": world.standing("administrator"), "at": start_of_day(OPENED)}
    person, membership = world.person("corrections"), world.person("corrections").memberships.get()
    if way == "deactivated":
        give_addresses("corrections")
        set_may_sign_in(person=person, may_sign_in=False, now=machine_now(), **act)
    elif way == "membership ended":
        give_addresses("corrections")
        change_membership(membership=membership, since=membership.since, until=OPENED - DAY, may_report=True, **act)
    opened(world)

    post = due(OPENED)

    assert "corrections" not in {letter.person.username for letter in post.letters}
    why = {
        "deactivated": "Corrections Lead (deactivated)",
        "membership ended": "nobody may report",
        "no address": "Corrections Lead (no e-mail address)",
    }
    assert f"Corrections: {why[way]}" in post.unreached
    assert not [words for words in post.unreached if words.startswith("Police")]


# Two plans --------------------------------------------------------------------------------------------------------


def another_plan(world: World) -> ActionPlan:
    """A second plan of the same year, live at the same time, with the round of the same quarter."""
    other = exchange()
    other["plan"] |= {"slug": "second", "title": "SECOND STRATEGY: ACTION PLAN 2022"}
    load_plan(exchange=other, directory=directory(), by=PROGRAM, at=start_of_day(date(2021, 8, 1)))
    plan = ActionPlan.objects.get(slug="second")
    by = Standing.of(world.person("secretariat"), OPENED)
    open_round(plan=plan, quarter=Q2, due_on=date(2022, 2, 4), by=by, at=moment(OPENED))
    return plan


@after(opened)
def test_two_plans_live_at_once_are_told_in_one_message(world):
    another_plan(world)

    sfo = to("sfo", run(OPENED))

    assert sfo.subject == "4 returns due, the first by 28 January 2022"
    assert "Q2 FY2021/22, Action Plan 2021/22: 2 returns due by 28 January 2022" in sfo.text
    assert "Q2 FY2021/22, Action Plan 2022: 2 returns due by 4 February 2022" in sfo.text
    assert len({Topic.parse(topic.topic).round for topic in sfo.topics.all()}) == 2


# Escalation -------------------------------------------------------------------------------------------------------


@after(opened)
def test_the_secretariat_is_told_of_each_late_body_a_set_time_after_its_day(world):
    for day in (OPENED, date(2022, 1, 25), DUE):
        run(day)
    filed(world, 7, EXPLAINED, by="sfo", on=DUE)
    confirm_no_change(ret=asked(17, "SFO"), **told(world, DUE, "sfo"))

    assert run(date(2022, 2, 3)) == []
    message = to("secretariat", run(date(2022, 2, 4)))

    assert stages(message) == {"late-1", "escalated"}
    assert message.subject == "12 returns overdue by 7 days; 11 agencies owe 21 returns"
    police = message.text.partition("- Police: ")[2].partition("- RBNZ")[0]
    assert police.splitlines() == [
        "4 returns overdue by 7 days",
        "  11 Sector-specific guidance on TNOC risks, financial sector",
        "  12 Public/private project on addressing financial sector vulnerabilities",
        "  13 Expansion of NZTCU support to the PTCN",
        "  17 Information sharing training for staff",
        "  Reminded: Police Lead on 17 January 2022, 25 January 2022 and 28 January 2022",
    ]
    assert "  Nobody was reminded\n  Not reached: Corrections Lead (no e-mail address)" in message.text
    assert "- DOC: 2 returns overdue by 7 days" in message.text
    assert "  Nobody may report for it, so nobody is reminded" in message.text
    assert f"{SITE}/plans/tnoc-2021-22/rounds/2021-22-q2/" in message.text


@after(opened)
def test_a_closed_day_puts_off_what_the_secretariat_is_told(world):
    letters = due(date(2022, 2, 4), Calendar.closed_on([date(2022, 2, 2)])).letters

    assert not [topic for letter in letters for topic in letter.topics if "escalated" in topic]


@after(opened)
def test_the_secretariat_is_told_of_a_late_body_once(world):
    run(date(2022, 2, 8))

    for day in (date(2022, 2, 9), date(2022, 2, 10)):
        assert run(day) == []
    assert "escalated" not in stages(to("secretariat", run(date(2022, 2, 11))))


def test_every_member_of_the_secretariat_is_told_also_who_may_not_report(world):
    membership = world.person("secretariat").memberships.get()
    change_membership(
        membership=membership,
        since=membership.since,
        until=None,
        may_report=False,
        reason="Reads only",
        by=world.standing("administrator"),
        at=start_of_day(date(2021, 7, 2)),
    )
    opened(world)

    message = to("secretariat", run(date(2022, 2, 8)))
    assert stages(message) == {"escalated"}
    assert message.kind == "escalated"
    assert "You get this as a member of TNOC Secretariat." in message.text


# The week ---------------------------------------------------------------------------------------------------------


def wants_week(world: World, *usernames: str) -> None:
    give_addresses(*usernames)
    for username in usernames:
        set_summary(summary="weekly", by=world.standing(username))


def test_once_a_week_a_summary_says_what_is_overdue_and_due_soon(world):
    wants_week(world, "sfo")
    monday = date(2022, 3, 7)

    message = to("sfo", run(monday))

    assert message.kind == "summary"
    assert message.subject == "1 milestone overdue; 1 milestone due by 31 March 2022"
    assert list(message.topics.values_list("topic", flat=True)) == ["summary:2022-W10"]
    assert "Strategy endorsed\n  Agreed for 31 December 2021: 66 days overdue" in message.text
    assert [run(monday + DAY * each) for each in range(7)] == [[]] * 7
    assert len(run(monday + 7 * DAY)) == 1


def test_a_summary_waits_for_a_working_day(world):
    wants_week(world, "sfo")

    assert run(date(2022, 2, 7)) == []  # a Monday on which Waitangi Day is observed
    assert len(run(date(2022, 2, 8))) == 1
    assert run(date(2022, 1, 10)) == []  # the recess


def test_a_milestone_is_due_soon_for_thirty_days(world):
    wants_week(world, "police")

    before, after = (due(day).letters for day in (date(2022, 5, 30), date(2022, 5, 31)))

    assert "due by 30 June" not in before[0].subject
    assert "2 milestones due by 30 June 2022" in after[0].subject


def test_without_anything_to_say_there_is_no_summary(world):
    wants_week(world, "corrections")  # whose one part is due on 30 June 2022

    assert run(date(2022, 3, 7)) == []


def test_whoever_switched_it_off_gets_none_and_what_a_round_obliges_all_the_same(world):
    assert run(date(2022, 3, 7)) == []

    opened(world, Q3, on=date(2022, 3, 7), due=date(2022, 4, 14))
    assert usernames(run(date(2022, 3, 7))) == ["police", "secretariat", "sfo"]


def test_the_summary_comes_in_the_same_message_as_a_reminder(world):
    wants_week(world, "sfo")
    opened(world)

    sfo = to("sfo", run(OPENED))

    assert sfo.kind == "opened"
    assert sfo.subject == "Q2 FY2021/22 is open: 2 returns due by 28 January 2022; 1 milestone overdue"
    assert sfo.topics.filter(topic="summary:2022-W03").exists()


def test_open_returns_alone_are_no_reason_for_a_summary_to_whoever_is_reminded_of_them(world):
    wants_week(world, "corrections", "police-reader")
    opened(world)
    run(OPENED)

    messages = run(OPENED + 7 * DAY)

    assert usernames(messages) == ["police-reader"]
    assert "4 returns of your bodies are not filed yet" in messages[0].subject


def test_the_secretariat_s_summary_counts_what_waits_for_its_answer(world):
    wants_week(world, "secretariat")
    opened(world)
    run(OPENED)
    filed(world, 12, EXPLAINED)
    asking = told(world, OPENED, "police")
    propose_date(milestone=world.milestone(13), to=date(2022, 3, 31), reason="Slow", **asking)

    subject = to("secretariat", run(date(2022, 1, 24))).subject

    assert "1 proposed date waits for your answer; 1 return of Q2 FY2021/22 waits for your review" in subject


# Over every day and hour ------------------------------------------------------------------------------------------


@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(days=st.lists(st.integers(0, 40), min_size=1, max_size=5).map(sorted))
def test_run_at_any_times_each_person_gets_one_message_a_run_and_no_topic_twice(
    rounded: World, days: list[int]
) -> None:
    seen: set[tuple[int, str]] = set()
    for day in days:
        on = OPENED + day * DAY
        letters = due(on).letters
        assert len({letter.person.id for letter in letters}) == len(letters)
        for message in run(on):
            topics = {(message.person_id, topic.topic) for topic in message.topics.all()}
            assert topics
            assert not topics & seen
            seen |= topics
        assert run(on) == []
    MessageTopic.objects.all().delete()
    Message.objects.all().delete()


@pytest.fixture
def rounded(world: World) -> World:
    """The world with an open round, one body extended, and summaries wanted."""
    wants_week(world, "police", "sfo", "secretariat", "corrections")
    made = opened(world)
    extend_returns(round=made, body=world.body("SFO"), until=date(2022, 2, 11), reason="Illness", **told(world))
    return world


@pytest.mark.parametrize(
    ("quarter", "begins", "due_on", "midnight"),
    [
        (Q3, datetime(2022, 4, 1, 11, tzinfo=UTC), date(2022, 4, 4), 49),  # 3 April has 25 hours
        (Q4, datetime(2022, 9, 23, 12, tzinfo=UTC), date(2022, 9, 27), 71),  # 25 September has 23
    ],
)
def test_when_the_clocks_change_a_day_still_begins_at_midnight_in_auckland(world, quarter, begins, due_on, midnight):
    """``midnight``: so many hours after it was opened the day begins on which it is due."""
    opened(world, quarter, on=day_of(begins), due=due_on)

    told_at = [
        hour for hour in (0, 1, midnight - 1, midnight, midnight + 1) if run(day_of(begins + timedelta(hours=hour)))
    ]

    assert told_at == [0, midnight]


# Words ------------------------------------------------------------------------------------------------------------


def test_the_marking_stands_on_all_of_a_message(world, settings):
    settings.PROTECTIVE_MARKING = "IN-CONFIDENCE"
    opened(world)

    message = to("sfo", run(OPENED))

    assert message.subject.startswith("[IN-CONFIDENCE] Q2 FY2021/22 is open")
    assert message.text.startswith("IN-CONFIDENCE\n")
    assert message.text.endswith("IN-CONFIDENCE\n")
    assert message.html.count("<strong>IN-CONFIDENCE</strong>") == 2


@after(opened)
def test_what_people_wrote_is_text_in_a_message_and_never_markup(world):
    filed(world, 12, EXPLAINED)
    send_back(ret=asked(12), answer="Which <b>banks</b> & why?", **told(world, OPENED))

    message = to("police", run(OPENED))

    assert "Which <b>banks</b> & why?" in message.text
    assert "Which &lt;b&gt;banks&lt;/b&gt; &amp; why?" in message.html


@after(opened)
def test_html_and_plain_text_say_the_same_and_style_nothing(world):
    message = to("sfo", run(OPENED))

    assert message.html.startswith('<!doctype html>\n<html lang="en-NZ">')
    assert "<style" not in message.html
    assert "style=" not in message.html
    assert f'<a href="{SITE}/plans/tnoc-2021-22/returns/">' in message.html
    assert shown(message.html).strip().startswith('<p><span lang="mi">Kia ora</span> SFO Lead,</p>')
    assert "<html" not in shown(message.html)


@pytest.mark.parametrize(("label", "count"), [("Police", 4), ("SFO", 2), ("TNOC Secretariat", 12), ("", 12)])
def test_the_message_of_a_round_can_be_read_before_it_is_opened(world, label, count):
    body = world.body(label) if label else None
    given_to = {"plan": world.plan, "quarter": Q2, "due_on": DUE, "note": "Kia ora <all>", "body": body, "on": OPENED}

    before = opening_message(**given_to)

    assert before.subject == f"Q2 FY2021/22 is open: {count} returns due by 28 January 2022"
    assert "> Kia ora <all>" in before.text
    assert "Kia ora &lt;all&gt;" in before.shown
    assert not Message.objects.exists()
    opened(world)
    username = {"Police": "police", "SFO": "sfo"}.get(label, "secretariat")
    after = to(username, run(OPENED))
    lines = [line for line in before.text.splitlines() if line.startswith("- ")]
    assert lines == [line for line in after.text.splitlines() if line.startswith("- ")]


def test_what_a_body_was_told_is_known_by_round_and_body(world, made):
    run(OPENED)
    run(date(2022, 1, 25))
    key = made.id, world.body("SFO").id

    found = reminded([made.id], date(2022, 2, 15))

    assert days_of(found[key]) == {"SFO Lead": [OPENED, date(2022, 1, 25)]}
    assert {each.topic.in_words for each in found[key]} == {
        "opened",
        "asked",
        "due in 10 working days",
        "due in 3 working days",
    }
    assert days_of(reminded([made.id], OPENED)[key]) == {"SFO Lead": [OPENED]}
    assert made.id in {round_id for round_id, body in found if body is None}
    Message.objects.update(state="sending", sent_at=None)
    assert days_of(reminded([made.id], date(2022, 2, 15))[key]) == {}


@after(opened)
def test_the_topics_of_a_message_are_said_in_words(world):
    wants_week(world, "sfo")
    message = to("sfo", run(OPENED))

    assert topics_in_words(message.topics.order_by("id").values_list("topic", flat=True)) == [
        "Q2 FY2021/22, SFO: opened",
        "Q2 FY2021/22, SFO: asked",
        "Q2 FY2021/22, SFO: due in 10 working days",
        "Weekly summary",
    ]


def test_it_takes_as_many_queries_for_many_people_as_for_few(world, django_assert_max_num_queries):
    wants_week(world, "police", "sfo", "secretariat", "corrections", "steering", "police-reader")
    opened(world)
    with django_assert_max_num_queries(30):
        assert len(due(OPENED).letters) == 6


@after(opened)
def test_a_governance_body_and_a_gap_are_asked_of_the_secretariat(world):
    rows = Return.objects.exclude(body__kind=BodyKind.AGENCY)

    message = to("secretariat", run(OPENED))

    asked_ids = {Topic.parse(t.topic).stage for t in message.topics.all() if "asked" in t.topic}
    assert asked_ids == {f"asked-{row.id}" for row in rows}
