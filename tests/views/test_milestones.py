"""Milestones of an activity: dates that move on the record, additions, removals and corrections."""

from __future__ import annotations

from datetime import date

import pytest

from activities.actions.milestones import move_date
from activities.actions.status import update_status
from activities.models import Activity, DateMove, Milestone
from activities.reading import Reading
from activities.statuses import DeliveryStatus
from activities.summaries.slippage import milestone_lines, slipped
from activities.workflow import Statement
from tests.views.editing import address, hidden, send, text_of
from tests.world import TODAY, moment

ASKED = {"asked_by": "SFO", "agreed_by": "TNOC Steering Group", "reason": "The ministers asked for more time"}


def page_url(key: int | str) -> str:
    return address(key, "milestones/")


def url_of(key: int | str, milestone: Milestone, page: str = "") -> str:
    return page_url(key) + f"{milestone.id}/{page}"


def series(world) -> Milestone:
    return Milestone.objects.get(activity=world.activity(5), kind="recurring")


def deliver(world, key: int, day: date) -> Milestone:
    milestone = world.milestone(key)
    update_status(
        activity=world.activity(key),
        statement=Statement(DeliveryStatus.ON_TRACK, what_was_done="Delivered"),
        deliveries={milestone.id: day},
        by=world.standing("secretariat"),
        at=world.now,
    )
    return milestone


# The table ---------------------------------------------------------------------------------------------------------


def test_the_table_shows_every_milestone_with_what_can_be_done(sign_in):
    words = text_of(sign_in("secretariat").get(page_url(7)))
    assert "Strategy endorsed" in words
    assert "46 days overdue" in words
    assert "New date for Strategy endorsed" in words


def test_a_series_stands_before_its_occurrences(world):
    lines = milestone_lines(world.reading, world.activity(5))
    kinds = [line.milestone.kind for line in lines]
    assert kinds == ["due", "recurring", "occurrence"]
    assert lines[1].kind == "Recurring, every 6 months"
    assert lines[2].milestone.agreed_due == date(2022, 6, 30)


def test_a_withheld_timeframe_has_no_milestones_and_no_form(world, sign_in):
    client = sign_in("secretariat")
    page = client.get(page_url(20))
    assert "The document withholds the timeframe" in text_of(page)
    answer = send(client, page_url(20), kind="to_be_decided", label="Secret", reason="I know it")
    assert answer.status_code == 422
    assert not Milestone.objects.filter(activity=world.activity(20)).exists()


# Moving a date -----------------------------------------------------------------------------------------------------


def test_a_new_date_may_be_a_fiscal_quarter(world, sign_in):
    milestone = world.milestone(7)
    answer = send(sign_in("secretariat"), url_of(7, milestone, "date/"), quarter="2021-22-q3", **ASKED)
    assert answer.status_code == 302
    moved = world.milestone(7)
    assert (moved.agreed_due, moved.original_due, moved.moves) == (date(2022, 3, 31), date(2021, 12, 31), 1)
    move = DateMove.objects.get(milestone=moved)
    assert (move.moved_from, move.moved_to, move.days) == (date(2021, 12, 31), date(2022, 3, 31), 90)
    assert (move.asked_by, move.agreed_by) == ("SFO", "TNOC Steering Group")


def test_a_day_is_typed_day_first(world, sign_in):
    milestone = world.milestone(7)
    send(sign_in("secretariat"), url_of(7, milestone, "date/"), day="02/03/2022", **ASKED)
    assert world.milestone(7).agreed_due == date(2022, 3, 2)


def test_the_ledger_stands_beside_the_new_date(world, sign_in):
    client = sign_in("secretariat")
    url = url_of(1, world.milestone(1), "date/")
    assert "Never moved" in text_of(client.get(url))
    send(client, url, quarter="2021-22-q2", **ASKED)
    send(client, url, quarter="2021-22-q3", **{**ASKED, "reason": "Still waiting"})
    words = text_of(client.get(url))
    assert "Moved twice, 182 days later, first due Q1 FY2021/22" in words
    assert "30 September 2021 → 31 December 2021" in words
    assert "31 December 2021 → 31 March 2022 Still waiting" in words
    assert "Recorded by Secretariat Officer, 15 February 2022" in words


def test_slippage_is_read_as_it_was_known_then(world):
    milestone = world.milestone(1)
    by = world.standing("secretariat")
    for to, day in ((date(2021, 12, 31), date(2021, 9, 1)), (date(2022, 3, 31), date(2021, 12, 1))):
        move_date(milestone=milestone, to=to, **ASKED, by=by, at=moment(day))

    def words(day: date) -> str:
        return milestone_lines(Reading.on_day(world.plan, day), world.activity(1))[0].slipped

    assert words(date(2021, 8, 31)) == ""
    assert words(date(2021, 10, 1)) == "moved once, 92 days later, first due Q1 FY2021/22"
    assert words(TODAY) == "moved twice, 182 days later, first due Q1 FY2021/22"


def test_a_date_that_comes_back_and_one_that_had_none_say_so():
    there_and_back = Milestone(original_due=date(2022, 3, 31), agreed_due=date(2022, 3, 31), moves=2)
    assert slipped(there_and_back) == "moved twice, back to where it was, first due 31 March 2022"
    undated = Milestone(agreed_due=date(2022, 3, 31), moves=1)
    assert slipped(undated) == "moved once, first without a date"


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({}, "quarter", "Give the new date: a fiscal quarter, or a day."),
        ({"day": "31.31.2022"}, "day", "This is no date: type it day first, such as 31/12/2021."),
        ({"quarter": "2021-22-q2"}, "quarter", "The agreed date is 31 December 2021 already."),
        ({"quarter": "2021-22-q3", "day": "1/2/2022"}, "day", "Give one date"),
        ({"quarter": "2099-00-q1"}, "quarter", "Choose a quarter of the list, or give the day."),
        ({"quarter": "2021-22-q3", "asked_by": ""}, "asked_by", "Say who asked for the new date."),
    ],
)
def test_a_wrong_date_is_named_beside_its_field(world, sign_in, said, field, sentence):
    url = url_of(7, world.milestone(7), "date/")
    answer = send(sign_in("secretariat"), url, **{**ASKED, **said})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert sentence in errors[field][0]
    assert world.milestone(7).moves == 0


def test_only_the_date_of_an_open_milestone_moves(world, sign_in):
    milestone = deliver(world, 2, date(2021, 12, 1))
    answer = send(sign_in("secretariat"), url_of(2, milestone, "date/"), quarter="2021-22-q4", **ASKED)
    assert answer.status_code == 422
    assert "Only the date of an open milestone can move." in text_of(answer)


# Adding ------------------------------------------------------------------------------------------------------------


def test_a_milestone_is_added_with_its_quarter(world, sign_in):
    answer = send(
        sign_in("secretariat"),
        page_url(12),
        label="Proposals agreed",
        kind="due",
        quarter="2021-22-q4",
        reason="Steering Group, item 2",
    )
    assert answer.status_code == 302
    added = Milestone.objects.get(activity=world.activity(12), label="Proposals agreed")
    assert (added.original_due, added.quarter, added.fiscal_year) == (date(2022, 6, 30), 4, "2021/22")
    assert added.as_published == ""


def test_a_recurring_milestone_gets_its_occurrences(world, sign_in):
    said = {"label": "Stocktake", "kind": "recurring", "day": "31/3/2022", "interval_months": "3", "reason": "Agreed"}
    send(sign_in("secretariat"), page_url(12), **said)
    added = Milestone.objects.get(activity=world.activity(12), kind="recurring")
    rows = list(added.occurrences.order_by("occurrence"))
    assert [(row.agreed_due, row.derived) for row in rows] == [(date(2022, 3, 31), False), (date(2022, 6, 30), True)]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"kind": "due"}, "quarter"),
        ({"kind": "start"}, "quarter"),
        ({"kind": "to_be_decided", "quarter": "2021-22-q4"}, "quarter"),
        ({"kind": "recurring", "quarter": "2021-22-q4"}, "interval_months"),
        ({"kind": "occurrence", "quarter": "2021-22-q4"}, "kind"),
        ({"kind": "due", "quarter": "2021-22-q4", "label": ""}, "label"),
    ],
)
def test_a_kind_without_what_it_needs_is_refused(world, sign_in, said, field):
    answer = send(sign_in("secretariat"), page_url(12), **{"label": "A thing", "reason": "Agreed", **said})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Milestone.objects.filter(activity=world.activity(12)).count() == 1


# Words, delivery, removal, end --------------------------------------------------------------------------------------


def test_new_words_leave_the_published_clause(world, sign_in):
    milestone = world.milestone(7)
    url = url_of(7, milestone)
    assert "Strategy endorsed Q2 FY2021/22" in text_of(sign_in("secretariat").get(url))
    send(sign_in("secretariat"), url, label="Strategy endorsed by Cabinet", reason="Clearer")
    after = world.milestone(7)
    assert (after.label, after.as_published) == ("Strategy endorsed by Cabinet", milestone.as_published)


def test_a_delivery_is_corrected_with_a_reason(world, sign_in):
    milestone = deliver(world, 2, date(2021, 12, 1))
    url = url_of(2, milestone, "delivery/")
    answer = send(sign_in("secretariat"), url, delivered_on="30/11/2021", reason="Typed a day late")
    assert answer.status_code == 302
    after = world.milestone(2)
    assert after.delivered_on == date(2021, 11, 30)
    assert after.history.latest().history_change_reason.startswith("Typed a day late (corrects the entry of ")


def test_a_delivery_is_taken_back(world, sign_in):
    milestone = deliver(world, 2, date(2021, 12, 1))
    client = sign_in("secretariat")
    answer = send(client, url_of(2, milestone, "delivery/"), take_back="on", reason="It was a draft")
    assert "is open again" in text_of(client.get(answer["Location"]))
    assert world.milestone(2).delivered_on is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("16/2/2022", "cannot lie in the future"), ("", "Give the day."), ("yesterday", "This is no date")],
)
def test_a_wrong_day_of_delivery_is_named(world, sign_in, typed, sentence):
    milestone = deliver(world, 2, date(2021, 12, 1))
    answer = send(sign_in("secretariat"), url_of(2, milestone, "delivery/"), delivered_on=typed, reason="Oops")
    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors["delivered_on"][0]
    assert world.milestone(2).delivered_on == date(2021, 12, 1)


def test_a_milestone_is_removed_by_decision_only_and_counts_nowhere(world, sign_in):
    client, milestone = sign_in("secretariat"), world.milestone(14)
    url = url_of(14, milestone, "remove/")
    assert send(client, url, reason="Not needed").status_code == 422
    answer = send(client, url, decision_reference="SG 14 February 2022, item 3", reason="Not needed")
    assert answer.status_code == 302
    assert "SG 14 February 2022, item 3" in text_of(client.get(answer["Location"]))
    assert world.milestone(14).removed_on == TODAY
    assert world.reading.activities.get(key="14").due_state == "no_date"


def test_removing_a_series_removes_its_open_occurrences(world, sign_in):
    row = series(world)
    send(sign_in("secretariat"), url_of(5, row, "remove/"), decision_reference="SG 3", reason="Replaced")
    assert not Milestone.objects.filter(series=row, removed_on=None).exists()


def test_a_series_is_ended_and_its_occurrences_stay(world, sign_in):
    row = series(world)
    client = sign_in("secretariat")
    answer = send(client, url_of(5, row, "end/"), decision_reference="SG 3", reason="Enough")
    assert "ended on 15 February 2022" in text_of(client.get(answer["Location"]))
    assert Milestone.objects.filter(series=row, removed_on=None).count() == 1
    assert send(client, url_of(5, row, "end/"), decision_reference="SG 4", reason="Again").status_code == 422


def test_what_is_no_series_cannot_be_ended(world, sign_in):
    url = url_of(7, world.milestone(7), "end/")
    assert send(sign_in("secretariat"), url, decision_reference="SG 3", reason="Enough").status_code == 422


# Two people, others, queries ----------------------------------------------------------------------------------------


def test_a_change_in_between_is_a_conflict_with_both_versions(world, sign_in):
    client, milestone = sign_in("secretariat"), world.milestone(7)
    url = url_of(7, milestone)
    form = hidden(client, url)
    send(client, url, label="Theirs", reason="First")
    answer = client.post(url, {**form, "label": "Mine", "reason": "Second"})
    assert answer.status_code == 409
    assert answer.context["conflict"].rows == [
        {"label": "What is to be delivered or begun (optional)", "left": "Theirs", "right": "Mine"}
    ]
    assert world.milestone(7).label == "Theirs"


@pytest.mark.parametrize("page", ["", "date/", "delivery/", "remove/", "end/"])
def test_others_are_refused_and_a_get_changes_nothing(world, sign_in, page):
    milestone = world.milestone(12)
    url = url_of(12, milestone, page)
    for username in ("police", "steering"):
        client = sign_in(username)
        assert client.get(url).status_code == 403
        assert client.post(url, {**ASKED, "quarter": "2021-22-q4", "decision_reference": "SG"}).status_code == 403
    assert sign_in("secretariat").get(url).status_code == 200
    assert world.milestone(12).version == milestone.version


def test_a_milestone_of_another_activity_is_not_found(world, sign_in):
    assert sign_in("secretariat").get(url_of(13, world.milestone(12), "date/")).status_code == 404


def test_a_milestone_of_a_withdrawn_activity_is_still_there(world, sign_in):
    client = sign_in("secretariat")
    send(client, address(12, "withdraw/"), reason="Merged")
    assert client.get(url_of(12, world.milestone(12), "date/")).status_code == 200
    assert Activity.objects.get(key="12").withdrawn_on == TODAY


def test_the_pages_take_few_queries(world, sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(page_url(5))
    for url in (page_url(5), page_url(7), url_of(7, world.milestone(7), "date/")):
        with django_assert_max_num_queries(12):
            client.get(url)
