"""The audit tells of rounds: what was asked of whom, what was filed and what became of it, in sentences."""

from __future__ import annotations

from datetime import date, timedelta

from activities.actions.reports import Report
from activities.actions.returns import (
    accept_return,
    comment_on_return,
    confirm_no_change,
    correct_return,
    save_draft,
    send_back,
)
from activities.actions.rounds import close_round, extend_returns, reopen_round
from activities.actions.words import withdraw_activity
from activities.audit import Audit, Criteria
from activities.models import Return
from activities.reading import Reading
from tests.actions.rounds import DUE, OPENED, asked, filed, opened, proposing, told
from tests.generated import on_track
from tests.scenes import after, played_once
from tests.views.editing import BASE, text_of
from tests.world import PROGRAM, World, moment
from tnoc_tracker.record.writing import record

made = played_once(opened)

URL = f"{BASE}audit/"
REVIEWED = date(2022, 2, 3)


def said(world: World, reading: Reading | None = None, **criteria) -> list[str]:
    """What the entries since the round was opened changed, in words, the newest first."""
    audit = Audit(reading or world.reading, Criteria(first_day=OPENED, **criteria))
    found = audit.entries(audit.keys, audit.names())
    return [f"{each.what}: {each.changes_in_words}" for each in found]


def test_a_round_says_when_its_returns_are_due_when_it_was_closed_and_why_it_was_reopened(world, made):
    close_round(round=made, **told(world, REVIEWED))
    again = {"due_on": date(2022, 2, 18), "reason": "The Minister asked."}
    reopen_round(round=made, **again, **told(world, date(2022, 2, 10)))

    assert said(world, kinds=("round",)) == [
        "Round of Q2 FY2021/22: Returns due: 28 January 2022 → 18 February 2022; "
        "Reason of the reopening: – → The Minister asked.; Closed: 3 February 2022, 10:00 am → –; "
        "Closed by: Secretariat Officer → –",
        "Round of Q2 FY2021/22: Closed: – → 3 February 2022, 10:00 am; Closed by: – → Secretariat Officer",
        "Round of Q2 FY2021/22: Added; Returns due: 28 January 2022; Covering note: Kia ora",
    ]


def test_a_return_says_who_is_asked_where_it_stands_and_when_it_is_asked_for_no_more(world, made):
    save_draft(ret=asked(12), typed={"reason": "Half a sen"}, **told(world, username="police"))
    extend_returns(round=made, body=world.body("SFO"), until=REVIEWED, reason="Ill", **told(world))
    withdraw_activity(activity=world.activity(13), reason="Merged.", **told(world))

    found = said(world, kinds=("return",))
    assert set(found) > {
        "Activity 13, return for Q2 FY2021/22: Not asked for since: – → 17 January 2022; "
        "Why it is not asked for: – → Merged.",
        "Activity 17, return for Q2 FY2021/22 on the part of SFO: Due: 28 January 2022 → 3 February 2022; "
        "Reason of the extension: – → Ill",
        "Activity 7, return for Q2 FY2021/22: Due: 28 January 2022 → 3 February 2022; Reason of the extension: – → Ill",
        "Activity 12, return for Q2 FY2021/22: State: Requested → Draft",
        "Activity 11, return for Q2 FY2021/22 on the part of Police (financial sector): "
        "Added; Body: Police; Due: 28 January 2022",
        "Activity 16, return for Q2 FY2021/22: Added; Due: 28 January 2022",
    }
    assert len(found) == 35 + 4


@after(opened)
def test_what_was_filed_is_told_whole_and_so_is_what_became_of_it(world):
    milestone = world.milestone(13)
    filed(
        world,
        13,
        on_track("It has begun.", next_steps="Hire two."),
        deliveries={milestone.id: date(2022, 1, 12)},
    )
    send_back(ret=asked(13), answer="Where?", **told(world, moment(OPENED, 11)))
    dates = proposing(world.milestone(12), date(2022, 5, 31), "Two banks asked.")
    filed(world, 12, proposals=dates, on=moment(OPENED, 12))
    accept_return(ret=asked(12), **told(world, REVIEWED))

    assert said(world, kinds=("filing",)) == [
        "Activity 12, filing 1 for Q2 FY2021/22: What became of it: – → Accepted; Answered by: – → Secretariat Officer",
        "Activity 12, filing 1 for Q2 FY2021/22: Filed by: Police Lead; Delivery status: On track; "
        "What was done: Two workshops held.; Proposed dates: “Presentation of proposals to Steering Group” "
        "to 31 May 2022; Reason of the proposed date: Two banks asked.",
        "Activity 13, filing 1 for Q2 FY2021/22: What became of it: – → Sent back; "
        "Answer in words: – → Where?; Answered by: – → Secretariat Officer",
        "Activity 13, filing 1 for Q2 FY2021/22: Filed by: Police Lead; Delivery status: On track; "
        "What was done: It has begun.; Next steps: Hire two.; "
        "Delivered or begun: “Programme implementation” on 12 January 2022",
    ]


@after(opened)
def test_a_correction_names_what_it_corrects_and_no_change_says_so(world):
    filed(world, 12)
    report = Report(on_track("One workshop."))
    correct_return(ret=asked(12), report=report, reason="It was one.", **told(world, REVIEWED))
    confirm_no_change(ret=asked(17, "Police"), **told(world, username="police"))

    found = said(world, kinds=("filing",))
    assert (
        "Activity 12, filing 2 for Q2 FY2021/22, correcting filing 1: Filed by: Secretariat Officer; "
        "Delivery status: On track; What was done: One workshop.; Reason of the correction: It was one."
    ) in found
    assert (
        "Activity 17, filing 1 for Q2 FY2021/22 on the part of Police: Filed by: Police Lead; "
        "Delivery status: Not started; No change since the last report: yes; What was done: Not begun."
    ) in found


@after(opened)
def test_a_comment_says_whose_it_is(world):
    comment_on_return(ret=asked(12), text="We met on Friday.", **told(world, username="sfo"))

    assert said(world, kinds=("comment",)) == [
        "Activity 12, comment of SFO on the return for Q2 FY2021/22: Said by: SFO Lead; Comment: We met on Friday."
    ]


@after(opened)
def test_a_return_from_before_its_round_says_so_where_the_machines_clock_was_set_back(world):
    before, ret = moment(OPENED - timedelta(days=20)), asked(12)
    once = Return(round=ret.round, activity=ret.activity, body=ret.body, due_on=DUE, dropped_on=DUE, dropped_why="It")
    record(once, by=PROGRAM.actor, at=before)

    audit = Audit(Reading.on_day(world.plan, OPENED - timedelta(days=1)), Criteria(kinds=("return",)))
    assert [each.what for each in audit.entries(audit.keys, audit.names())] == [
        "Activity 12, return for a round that was not on record then"
    ]


@played_once
def told_of(world: World) -> World:
    """A round with an entry of every kind."""
    opened(world)
    filed(world, 12)
    comment_on_return(ret=asked(12), text="We met on Friday.", **told(world, username="sfo"))
    accept_return(ret=asked(12), **told(world, REVIEWED))
    return world


def test_an_activity_has_its_returns_filings_and_comments(told_of):
    found = said(told_of, activity_id=told_of.activity(12).id)
    assert [each.partition(":")[0] for each in found if "Activity 12" not in each] == []
    kinds = ("return", "filing", "comment")
    assert len(said(told_of, kinds=kinds, activity_id=told_of.activity(12).id)) == 3 + 2 + 1
    assert len(said(told_of, kinds=kinds, activity_id=told_of.activity(13).id)) == 1


def test_a_body_has_what_is_asked_of_it_and_what_it_said(told_of):
    of_police = said(told_of, kinds=("return",), body_id=told_of.body("Police").id)
    assert len(of_police) == 4 + 2
    assert said(told_of, kinds=("comment",), body_id=told_of.body("Police").id) == []
    assert len(said(told_of, kinds=("comment",), body_id=told_of.body("SFO").id)) == 1
    assert len(said(told_of, kinds=("filing",), body_id=told_of.body("Police").id)) == 2
    assert said(told_of, kinds=("filing",), body_id=told_of.body("MOJ").id) == []


def test_a_field_finds_it(told_of):
    assert [each.partition(":")[0] for each in said(told_of, column="outcome")] == [
        "Activity 12, filing 1 for Q2 FY2021/22"
    ]
    assert len(said(told_of, column="state")) == 2


def test_as_at_a_day_before_the_acceptance_it_is_not_told(told_of):
    before = Reading.on_day(told_of.plan, OPENED)
    (filing,) = said(told_of, before, kinds=("filing",))
    assert filing.startswith("Activity 12, filing 1 for Q2 FY2021/22: Filed by: Police Lead")


def test_the_page_offers_the_kinds_and_shows_them(told_of, sign_in, django_assert_max_num_queries):
    client = sign_in("steering")
    client.get(URL)
    for kind, words in {
        "round": "of the kind “Reporting round”",
        "return": "of the kind “Return”",
        "filing": "of the kind “Filed return”",
        "comment": "of the kind “Comment on a return”",
    }.items():
        with django_assert_max_num_queries(12):
            page = client.get(f"{URL}?kind={kind}")
        assert page.status_code == 200
        assert words in text_of(page)
        assert page.context["entries"]
    assert "We met on Friday." in text_of(client.get(f"{URL}?kind=comment"))
