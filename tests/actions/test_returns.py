"""Returns: drafts, filing with every status, no change, comments; who may, and when it is too late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from activities.actions.common import Forbidden
from activities.actions.milestones import move_date
from activities.actions.proposals import propose_date
from activities.actions.reports import Report, why_not_unchanged
from activities.actions.return_rights import may_draft, situation_of_return
from activities.actions.returns import (
    comment_on_return,
    confirm_no_change,
    file_return,
    save_draft,
    send_back,
    stamp_of_return,
)
from activities.actions.roles import assign_role, end_role
from activities.actions.rounds import close_round, extend_returns
from activities.actions.words import withdraw_activity
from activities.models import Draft, Filing, Return, Role, StatusUpdate
from activities.returns import ReturnState
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.actions.helpers import nothing_written, refused
from tests.actions.rounds import DUE, OPENED, Q2, Q3, asked, filed, opened, proposing, told
from tests.generated import at_risk, completed, off_track, on_track, paused, say
from tests.scenes import after, played_once
from tests.world import PROGRAM, add_person, moment
from tnoc_tracker.record.change import Conflict
from tnoc_tracker.record.days import AUCKLAND, end_of_day, start_of_day

made = played_once(opened)

LATER = date(2022, 2, 3)


def states(*returns: Return) -> list[str]:
    return [Return.objects.get(id=each.id).state for each in returns]


# Drafts -------------------------------------------------------------------------------------------------------------


@after(opened)
def test_a_draft_is_kept_and_a_colleague_goes_on_with_it(world):
    add_person("hana", "Hana", "Police", may_report=True, administrator=False)
    ret = asked(12)

    save_draft(ret=ret, typed={"status": "on_track"}, **told(world, username="police"))
    save_draft(ret=ret, typed={"status": "at_risk", "reason": "Half a sen"}, **told(world, LATER, "hana"))

    draft = Draft.objects.get()
    assert (draft.typed, draft.person_name, draft.version) == (
        {"status": "at_risk", "reason": "Half a sen"},
        "Hana",
        2,
    )
    assert [entry.history_change_reason for entry in ret.history.order_by("sequence")][1:] == ["Begun"]
    assert states(ret) == [ReturnState.DRAFT]


@after(opened)
def test_who_saves_a_draft_from_an_old_page_is_told(world):
    ret = asked(12)
    stamp = stamp_of_return(ret.id)
    save_draft(ret=ret, typed={"reason": "First"}, expected=stamp, **told(world, username="police"))

    with nothing_written(Conflict):
        save_draft(ret=ret, typed={"reason": "Second"}, expected=stamp, **told(world, username="police"))

    assert Draft.objects.get().typed == {"reason": "First"}


@after(opened)
def test_the_stamp_of_a_return_never_comes_back(world):
    ret, stamps = asked(12), []
    for each in range(3):
        save_draft(ret=ret, typed={"reason": str(each)}, **told(world, username="police"))
        stamps.append(stamp_of_return(ret.id))
    filed(world, 12)
    stamps.append(stamp_of_return(ret.id))
    send_back(ret=ret, answer="Which workshops?", **told(world))
    stamps.append(stamp_of_return(ret.id))
    save_draft(ret=ret, typed={}, **told(world, username="police"))
    stamps.append(stamp_of_return(ret.id))

    assert stamps == sorted(set(stamps))


@after(opened)
@pytest.mark.parametrize(
    ("key", "body", "username", "may"),
    [
        (12, "", "police", True),
        (12, "", "police-reader", False),
        (12, "", "sfo", False),
        (12, "", "secretariat", False),
        (11, "Police", "police", True),
        (11, "Customs", "police", False),
        (15, "", "secretariat", True),
        (16, "", "secretariat", True),
        (20, "", "secretariat", True),
        (16, "", "police", False),
        (3, "", "secretariat", True),
    ],
)
def test_a_draft_is_its_bodys_own_and_the_secretariats_where_that_answers(world, key, body, username, may):
    ret, by = asked(key, body), told(world, username=username)

    assert may_draft(ret, by["by"], OPENED) is may
    if may:
        assert save_draft(ret=ret, typed={"reason": "?"}, **by).version == 1
    else:
        with nothing_written(Forbidden):
            save_draft(ret=ret, typed={"reason": "?"}, **by)
        assert not Draft.objects.exists()


@after(opened)
def test_what_is_filed_is_no_draft_any_more(world):
    ret = asked(12)
    save_draft(ret=ret, typed={"reason": "Half a sen"}, **told(world, username="police"))
    filed(world, 12)

    assert Draft.objects.get().typed == {}
    with refused("", match="is returned: it is not yours to change now"):
        save_draft(ret=ret, typed={"reason": "More"}, **told(world, username="police"))


@after(opened)
def test_a_program_writes_no_return(world):
    with nothing_written(Forbidden):
        file_return(ret=asked(12), report=Report(on_track()), by=PROGRAM, at=moment(OPENED))
    with nothing_written(Forbidden):
        save_draft(ret=asked(16), typed={}, by=PROGRAM, at=moment(OPENED))


# Filing -------------------------------------------------------------------------------------------------------------


@after(opened)
def test_what_is_filed_waits_for_review_and_changes_nothing_in_the_register(world):
    filing = filed(world, 12, at_risk("The vendor is late.", "A second vendor."), on=LATER - timedelta(days=7))

    assert (filing.number, filing.status, filing.person_name, filing.waits) == (1, "at_risk", "Police Lead", True)
    assert (filing.reason, filing.path_to_green, filing.no_change) == (
        "The vendor is late.",
        "A second vendor.",
        False,
    )
    ret = asked(12)
    assert (ret.state, ret.filings, ret.returned_at) == (ReturnState.RETURNED, 1, filing.at)
    assert (world.activity(12).status, StatusUpdate.objects.count()) == ("not_started", 0)
    entry = Filing.history.get()
    assert (entry.actor_name, entry.history_change_reason) == ("Police Lead", "Filed for the round of Q2 FY2021/22")


@after(opened)
@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        (Statement(DeliveryStatus.ON_TRACK), ["what_was_done"]),
        (Statement(DeliveryStatus.AT_RISK, reason="?"), ["path_to_green"]),
        (Statement(DeliveryStatus.OFF_TRACK), ["reason", "forecast", "ask"]),
        (Statement(DeliveryStatus.PAUSED, decision_reference="SG 1", review_date=date(2022, 6, 1)), ["status"]),
        (Statement(DeliveryStatus.COMPLETED, completed_on=OPENED, statement="Done"), ["held_at", "status"]),
        (Statement(DeliveryStatus.NOT_DELIVERED, what_became="Merged", decision_reference="SG 1"), ["status"]),
    ],
    ids=lambda value: value.status if isinstance(value, Statement) else "",
)
def test_a_return_needs_what_its_status_needs(world, statement, missing):
    with refused(*missing):
        filed(world, 12, statement)


@after(opened)
@pytest.mark.parametrize(
    "statement",
    [
        Statement(DeliveryStatus.NOT_STARTED),
        on_track(),
        at_risk(),
        off_track("The vendor has left.", "Name another.", date(2022, 5, 1)),
        completed(OPENED),
    ],
    ids=lambda said: said.status,
)
def test_a_return_may_say_every_status_that_a_lead_may_set(world, statement):
    delivered = {world.milestone(12).id: OPENED} if statement.status == "completed" else {}

    assert filed(world, 12, statement, deliveries=delivered).status == statement.status


@after(opened)
def test_the_secretariats_own_returns_are_accepted_at_once(world):
    filing = filed(world, 20, paused("SG 6", date(2022, 6, 1)), by="secretariat")

    assert (asked(20).state, filing.outcome, filing.answered_by) == ("accepted", "accepted", "Secretariat Officer")
    update = StatusUpdate.objects.get()
    assert (filing.update, update.person_name, update.accepted_by) == (
        update,
        "Secretariat Officer",
        "Secretariat Officer",
    )
    assert (update.said_at, update.at, world.activity(20).status) == (moment(OPENED), moment(OPENED), "paused")


@after(opened)
def test_the_secretariat_files_for_an_agency_in_its_own_name(world):
    ret = asked(12)
    save_draft(ret=ret, typed={"reason": "Half a sen"}, **told(world, username="police"))
    filed(world, 12, by="secretariat")

    assert states(ret) == [ReturnState.ACCEPTED]
    assert StatusUpdate.objects.get().person_name == "Secretariat Officer"


@after(opened)
@pytest.mark.parametrize(
    ("key", "body", "username"),
    [(12, "", "police-reader"), (12, "", "sfo"), (11, "Customs", "police"), (16, "", "sfo"), (17, "Police", "sfo")],
)
def test_only_who_answers_files(world, key, body, username):
    with nothing_written(Forbidden):
        filed(world, key, by=username, body=body)
    with nothing_written(Forbidden):
        confirm_no_change(ret=asked(key, body), **told(world, username=username))


@after(opened)
def test_each_lead_files_for_its_own_part(world):
    filing = filed(world, 11, body="Police")

    assert filing.ret.part == world.part(11, "Police")
    assert (asked(11, "Police").state, asked(11, "Customs").state) == (ReturnState.RETURNED, ReturnState.REQUESTED)
    assert situation_of_return(asked(11, "Police"), by=told(world)["by"], on=OPENED).open_milestones == 0


@after(opened)
def test_a_return_is_in_time_up_to_the_last_moment_of_its_day_and_late_from_the_next(world):
    filed(world, 12, on=end_of_day(DUE))
    filed(world, 7, on_track(explanation="Soon"), by="sfo", on=start_of_day(DUE + timedelta(days=1)))

    assert [(each.state, each.was_late) for each in (asked(12), asked(7))] == [
        (ReturnState.RETURNED, False),
        (ReturnState.RETURNED_LATE, True),
    ]


def test_who_was_given_more_time_is_in_time(world, made):
    extend_returns(round=made, body=world.body("Police"), until=LATER, reason="Ill", **told(world))
    filed(world, 12, on=end_of_day(LATER))

    assert (asked(12).state, asked(12).was_late) == (ReturnState.RETURNED, False)


@after(opened)
def test_an_old_page_files_nothing(world):
    ret = asked(12)
    stamp = stamp_of_return(ret.id)
    save_draft(ret=ret, typed={"reason": "A colleague’s"}, **told(world, username="police"))

    with nothing_written(Conflict):
        file_return(ret=ret, report=Report(on_track()), expected=stamp, **told(world, username="police"))
    with nothing_written(Conflict):
        confirm_no_change(ret=ret, expected=stamp, **told(world, username="police"))


@after(opened)
def test_nothing_is_filed_twice(world):
    filed(world, 12)
    with refused("", match="is returned: it is not yours to change now"):
        filed(world, 12)


def test_in_a_closed_round_nothing_is_written(world):
    made, ret = opened(world), asked(12)
    stamp = stamp_of_return(ret.id)
    close_round(round=made, **told(world))
    locked = {"match": "The round of Q2 FY2021/22 is closed. The Secretariat can reopen it"}

    with refused("", **locked):
        save_draft(ret=ret, typed={}, expected=stamp, **told(world, username="police"))
    with refused("", **locked):
        file_return(ret=ret, report=Report(on_track()), **told(world, username="police"))
    with refused("", **locked):
        confirm_no_change(ret=ret, **told(world, username="police"))
    with refused("", **locked):
        comment_on_return(ret=ret, text="Too late", **told(world, username="police"))


@after(opened)
def test_what_is_not_asked_for_any_more_is_not_filed(world):
    ret = asked(12)
    withdraw_activity(activity=world.activity(12), reason="Merged into 11.", **told(world))

    with refused("", match="not asked for any more: Merged into 11."):
        file_return(ret=ret, report=Report(on_track()), **told(world, username="police"))


# Milestones and proposed dates --------------------------------------------------------------------------------------


@after(opened)
def test_a_return_reports_milestones_delivered_and_begun(world):
    programme = world.milestone(13)
    filing = filed(world, 13, on_track("The programme runs."), deliveries={programme.id: date(2021, 12, 20)})

    assert filing.deliveries == [{"milestone": programme.id, "on": "2021-12-20"}]
    assert world.milestone(13).delivered_on is None


@after(opened)
def test_a_delivery_that_cannot_be_is_refused_beside_its_field(world):
    own, others = world.milestone(12), world.milestone(7)

    with refused(f"delivered_{own.id}", match="cannot lie in the future"):
        filed(world, 12, deliveries={own.id: OPENED + timedelta(days=1)})
    with refused(f"delivered_{others.id}", match="it is closed, or others still work on it"):
        filed(world, 12, deliveries={others.id: OPENED})
    shared = world.milestone(11)
    with refused(f"delivered_{shared.id}", match="others still work on it"):
        filed(world, 11, body="Police", deliveries={shared.id: OPENED})


@after(opened)
def test_a_return_proposes_new_dates_that_wait_for_its_acceptance(world):
    presentation = world.milestone(12)
    filing = filed(world, 12, proposals=proposing(presentation, date(2022, 5, 31)))

    assert filing.proposals == [{"milestone": presentation.id, "due": "2022-05-31"}]
    assert filing.proposed_why == "The vendor is late."
    assert not presentation.proposals.exists()


@after(opened)
@pytest.mark.parametrize(
    ("due", "reason", "sentence"),
    [
        (OPENED - timedelta(days=1), "Late", "16 January 2022 has passed: propose a day to come."),
        (date(2022, 3, 31), "Late", "The agreed date is 31 March 2022 already."),
    ],
)
def test_a_proposed_date_that_is_none_is_refused_beside_its_field(world, due, reason, sentence):
    milestone = world.milestone(12)
    with refused(f"proposed_{milestone.id}", match=sentence):
        filed(world, 12, proposals=proposing(milestone, due, reason))


@after(opened)
def test_a_proposed_date_needs_its_reason(world):
    milestone = world.milestone(12)
    with refused(f"proposed_why_{milestone.id}", match="Give the reason"):
        filed(world, 12, proposals=proposing(milestone, date(2022, 5, 31), " "))


@after(opened)
def test_only_open_milestones_of_the_activity_get_a_new_date(world):
    own, others = world.milestone(12), world.milestone(7)
    later = date(2022, 5, 31)

    with refused(f"proposed_{others.id}", match="Only the date of an open milestone"):
        filed(world, 12, proposals=proposing(others, later))
    with refused(f"proposed_{own.id}", match="Only the date of an open milestone"):
        filed(world, 12, deliveries={own.id: OPENED}, proposals=proposing(own, later))
    with refused(f"proposed_{own.id}", match="Propose one new date"):
        filed(world, 12, proposals=proposing(own, later) * 2)


@after(opened)
def test_a_date_is_not_proposed_while_another_waits(world):
    milestone = world.milestone(12)
    propose_date(milestone=milestone, to=date(2022, 4, 30), reason="Late", **told(world, username="police"))

    with refused(f"proposed_{milestone.id}", match="waits for an answer"):
        filed(world, 12, proposals=proposing(milestone, date(2022, 5, 31)))


@after(opened)
def test_all_that_is_wrong_is_said_at_once(world):
    milestone = world.milestone(12)
    with refused("path_to_green", f"proposed_{milestone.id}", f"proposed_why_{milestone.id}"):
        filed(
            world,
            12,
            Statement(DeliveryStatus.AT_RISK, reason="Late"),
            proposals=proposing(milestone, date(2022, 1, 1), ""),
        )


@after(opened)
def test_on_track_over_an_overdue_milestone_needs_an_explanation(world):
    with refused("explanation"):
        filed(world, 13)
    assert filed(world, 13, on_track(explanation="It begins on Monday.")).explanation == "It begins on Monday."


@after(opened)
def test_a_new_date_proposed_for_everything_overdue_explains_itself(world):
    filing = filed(world, 7, by="sfo", proposals=proposing(world.milestone(7), date(2022, 3, 31), "Ministers asked."))

    words = "New date proposed for “Strategy endorsed”, 31 March 2022: Ministers asked"
    assert filing.explanation == words


@after(opened)
def test_so_does_one_that_was_proposed_before(world):
    milestone = world.milestone(7)
    propose_date(milestone=milestone, to=date(2022, 3, 31), reason="Ministers asked", **told(world, username="sfo"))

    assert filed(world, 7, by="sfo").explanation.startswith("New date proposed for “Strategy endorsed”")


@after(opened)
def test_a_new_date_for_something_else_explains_nothing(world):
    with refused("explanation"):
        filed(world, 7, by="sfo", proposals=proposing(world.milestone(7, 2), date(2022, 5, 31)))
    later = date(2022, 6, 30)
    both = proposing(world.milestone(7), later) + proposing(world.milestone(7, 2), later)
    assert filed(world, 7, by="sfo", proposals=both).explanation.count("new date") == 0


@after(opened)
def test_the_forecast_is_for_the_milestone_that_is_named(world):
    start = world.milestone(7, 2)
    words = off_track("Ministers wait.", forecast=date(2022, 6, 30))
    assert filed(world, 7, words, by="sfo", forecast_of=start.id).forecast_of == start

    with refused("forecast_of", match="still open"):
        filed(world, 12, off_track("No.", forecast=date(2022, 6, 30)), forecast_of=start.id)


# No change ----------------------------------------------------------------------------------------------------------


def unchanged(world, key=12, *, on: date | datetime = OPENED, by="police", quarter=Q2, body="") -> Filing:
    return confirm_no_change(ret=asked(key, body, quarter), **told(world, on, by))


def test_no_change_says_the_words_of_the_last_report_again(world):
    say(
        world,
        12,
        date(2021, 11, 1),
        on_track("Banks met.", next_steps="A paper.", evidence_link="https://example.govt.nz/1"),
        by="police",
    )
    opened(world)
    filing = unchanged(world)

    assert asked(12).state == ReturnState.CONFIRMED
    assert (filing.no_change, filing.status, filing.what_was_done) == (True, "on_track", "Banks met.")
    assert (filing.next_steps, filing.evidence_link) == ("A paper.", "https://example.govt.nz/1")
    assert Filing.history.get().history_change_reason == "Confirmed without change for the round of Q2 FY2021/22"


def test_no_change_does_not_say_again_what_had_changed_then_or_was_decided(world):
    say(world, 12, date(2021, 10, 1), at_risk(), by="police")
    again = on_track("Banks met.", what_changed="A vendor is found.", decision_reference="SG 2")
    say(world, 12, date(2021, 11, 1), again, by="police")
    opened(world)
    filing = unchanged(world)

    assert (filing.what_was_done, filing.what_changed, filing.decision_reference) == ("Banks met.", "", "")


@after(opened)
def test_late_and_unchanged_is_late(world):
    assert unchanged(world, on=LATER).no_change
    assert asked(12).state == ReturnState.RETURNED_LATE


@after(opened)
def test_nobody_has_reported_and_nothing_has_begun(world):
    filing = unchanged(world)

    assert (filing.status, filing.what_was_done) == ("not_started", "Not begun.")


@pytest.mark.parametrize(
    "words",
    [at_risk("A person has left.", "A successor begins."), off_track("No vendor.", "Find one.", date(2022, 5, 1))],
    ids=lambda said: said.status,
)
def test_a_risk_stands_with_its_reason_its_path_and_its_forecast(world, words):
    say(world, 12, date(2021, 11, 1), words, by="police")
    opened(world)
    filing = unchanged(world)

    for column in ("status", "reason", "path_to_green", "forecast", "ask"):
        assert getattr(filing, column) == getattr(words, column)
    assert filing.forecast_of == (world.milestone(12) if words.forecast else None)


def test_a_pause_is_confirmed_by_its_lead_until_it_is_to_be_reviewed(world):
    say(world, 12, date(2021, 11, 1), paused("SG 6", DUE))
    opened(world)

    with refused("status", match="“Paused” stands by a decision: only the Secretariat can change it"):
        filed(world, 12, paused("SG 7", date(2022, 6, 30)))
    with refused("", match="The pause was to be reviewed on 28 January 2022: only the Secretariat"):
        unchanged(world, on=DUE)
    filing = unchanged(world, on=DUE - timedelta(days=1))
    assert (filing.status, filing.decision_reference, filing.review_date) == ("paused", "SG 6", DUE)


def test_while_it_is_paused_nothing_comes_due(world):
    say(world, 12, date(2021, 11, 1), paused("SG 6", date(2022, 6, 30)))
    opened(world)

    assert unchanged(world, on=date(2022, 4, 20)).status == "paused"


def test_a_forecast_for_what_is_closed_by_now_does_not_stand(world):
    say(world, 7, date(2021, 11, 1), off_track("Ministers wait.", forecast=date(2022, 3, 1)), by="sfo")
    met = {1: date(2022, 1, 10)}
    say(world, 7, date(2022, 1, 10), off_track("Late.", forecast=date(2022, 1, 9)), by="sfo", met=met)
    opened(world)

    with refused("", match="does not say all that “Off track” needs now"):
        unchanged(world, 7, by="sfo")


def test_what_was_said_of_parts_is_no_report_of_the_whole(world):
    say(world, 11, date(2021, 11, 1), on_track("Guidance is drafted."), by="police", part="Police")
    for body in ("Customs", "MBIE", "Police"):
        role = Role.objects.get(activity=world.activity(11), kind="lead", body=world.body(body))
        end_role(role=role, reason="One lead", **told(world))
    assign_role(activity=world.activity(11), kind="lead", body=world.body("SFO"), reason="One", **told(world))
    opened(world)

    with refused("", match="There is no earlier report that could stand again"):
        unchanged(world, 11, by="sfo")


def test_no_change_of_a_part_says_its_own_words_again(world):
    say(world, 11, date(2021, 11, 1), on_track("Guidance is drafted."), by="police", part="Police")
    say(world, 11, date(2021, 11, 2), at_risk(), part="Customs")
    opened(world)

    assert unchanged(world, 11, body="Police").what_was_done == "Guidance is drafted."


@pytest.mark.parametrize(
    ("quarter", "on", "sentence"),
    [
        (Q2, date(2022, 3, 30), ""),
        (Q2, date(2022, 3, 31), "“Presentation of proposals to Steering Group” came due on 31 March 2022"),
        (Q2, date(2022, 4, 1), "came due on 31 March 2022: say what became of it."),
        (Q3, OPENED, "is due on 31 March 2022: say what became of it."),
    ],
)
def test_no_change_is_not_allowed_where_a_milestone_has_come_due(world, quarter, on, sentence):
    opened(world, quarter)
    ret = asked(12, quarter=quarter)

    found = why_not_unchanged(ret, on)
    assert sentence in found
    assert bool(found) is bool(sentence)
    if sentence:
        with refused(""):
            unchanged(world, on=on, quarter=quarter)
    else:
        assert unchanged(world, on=on, quarter=quarter).no_change


@after(opened)
def test_a_milestone_that_moved_past_the_quarter_allows_no_change_again(world):
    assert why_not_unchanged(asked(13), OPENED)
    names = {"asked_by": "Police", "agreed_by": "Steering Group"}
    move_date(milestone=world.milestone(13), to=date(2022, 6, 30), reason="Slow", **names, **told(world))

    assert why_not_unchanged(asked(13), OPENED) == ""


@after(opened)
@pytest.mark.parametrize("at", [datetime(2022, 3, 30, 23, 59, 59, tzinfo=AUCKLAND), start_of_day(date(2022, 3, 31))])
def test_the_day_is_aucklands(world, at):
    if at.day == 30:
        assert unchanged(world, on=at).number == 1
    else:
        with refused(""):
            unchanged(world, on=at)


# Comments -----------------------------------------------------------------------------------------------------------


@after(opened)
@pytest.mark.parametrize(
    ("key", "body", "username", "speaks_for"),
    [
        (12, "", "sfo", "SFO"),
        (12, "", "police-reader", "Police"),
        (12, "", "secretariat", "Secretariat"),
        (16, "", "corrections", "Corrections"),
        (17, "Police", "sfo", "SFO"),
    ],
)
def test_whoever_holds_a_role_comments(world, key, body, username, speaks_for):
    comment = comment_on_return(ret=asked(key, body), text=" We met on Friday. ", **told(world, username=username))

    assert (comment.text, comment.body.label, comment.person_id) == (
        "We met on Friday.",
        speaks_for,
        world.person(username).id,
    )
    assert comment.history.get().history_change_reason == "Comment on a return"


@after(opened)
@pytest.mark.parametrize(("key", "username"), [(12, "corrections"), (12, "steering"), (20, "police")])
def test_nobody_else_comments(world, key, username):
    with nothing_written(Forbidden):
        comment_on_return(ret=asked(key), text="We met on Friday.", **told(world, username=username))


@after(opened)
def test_a_comment_says_something_while_there_is_time(world):
    with refused("text", match="Write your comment"):
        comment_on_return(ret=asked(12), text=" ", **told(world, username="sfo"))
    filed(world, 12)
    comment_on_return(ret=asked(12), text="Before it is reviewed.", **told(world, username="sfo"))
    filed(world, 20, by="secretariat")
    with refused("text", match="is accepted: nothing can be added"):
        comment_on_return(ret=asked(20), text="Too late", **told(world))
