"""The audit: everything that changed in a plan, by whom, when and why."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from activities.actions.milestones import move_date
from activities.actions.roles import assign_role, end_role, set_collective
from activities.actions.words import edit_words
from activities.audit import PROGRAMS, Audit, Criteria
from activities.audit_kinds import KINDS
from activities.audit_words import BOOKKEEPING, EDITABLE, UNTOLD, label_of
from activities.exports.audit_columns import COLUMNS
from activities.models import Role
from activities.reading import Reading
from agencies.models import Membership
from tests.generated import half_a_year, on_track, say
from tests.scenes import after
from tests.views.editing import BASE, text_of
from tests.world import PROGRAM, TODAY, World, moment
from tnoc_tracker.record.days import end_of_day, start_of_day
from tnoc_tracker.record.writing import record

URL = f"{BASE}audit/"
FILE = f"{BASE}audit.csv"


def entries(world: World, reading: Reading | None = None, **criteria):
    """The entries that fit, newest first."""
    audit = Audit(reading or world.reading, Criteria(**criteria))
    return audit.entries(audit.keys, audit.names())


def said(world: World, **criteria) -> list[str]:
    """What they changed, in words, without the loading."""
    return [f"{each.what}: {each.changes_in_words}" for each in entries(world, first_day=date(2021, 7, 2), **criteria)]


def lines_of(response) -> list[list[str]]:
    return list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))


def moved(world: World, at: datetime | None = None):
    return move_date(
        milestone=world.milestone(7),
        to=date(2022, 3, 31),
        reason="The ministers asked",
        asked_by="SFO",
        agreed_by="Steering Group",
        by=world.standing("secretariat"),
        at=at or world.now,
    )


# What an entry says --------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_every_entry_of_every_table_of_the_plan_is_there(world):
    written = sum(kind.model.history.model.objects.count() for kind in KINDS.values())
    assert Audit(world.reading).keys.count() == written == len(entries(world))


def test_the_newest_comes_first_and_what_one_save_wrote_stands_together(world):
    say(world, 11, date(2022, 1, 10), on_track("Drafted."), by="police", part="Police")
    say(world, 12, date(2022, 1, 20), on_track("Begun."), by="police")
    found = entries(world, first_day=date(2022, 1, 1))
    assert [(each.what.partition(":")[0], each.follows) for each in found] == [
        ("Activity 12, status update 1", False),
        ("Activity 12", True),
        ("Activity 11, status update 1 on the part of Police (financial sector)", False),
        ("Activity 11, part of Police (financial sector)", True),
        ("Activity 11", True),
    ]


def test_a_status_update_says_from_what_to_what_and_what_was_said(world):
    say(world, 12, date(2022, 1, 20), on_track("Begun."), by="police")
    say(world, 12, date(2022, 1, 21), on_track("Going on."), by="police")
    assert said(world, kinds=("update",)) == [
        "Activity 12, status update 2: Delivery status: On track, no change; What was done: Going on.",
        "Activity 12, status update 1: Delivery status: Not started → On track; What was done: Begun.",
    ]


def test_what_only_follows_from_another_entry_is_told_where_nothing_else_is(world):
    say(world, 12, date(2022, 1, 20), on_track("Begun."), by="police")
    say(world, 12, date(2022, 1, 21), on_track("Going on."), by="police")
    again, first = said(world, kinds=("activity",))
    assert first.endswith(": Delivery status: Not started → On track")
    assert "Last report: 20 January 2022, 10:00 am → 21 January 2022, 10:00 am" in again


@after(moved)
def test_a_moved_date_says_who_asked_and_who_agreed(world):
    assert said(world) == [
        "Activity 7, date of “Strategy endorsed”: "
        "Agreed date: 31 December 2021 → 31 March 2022; Asked by: SFO; Agreed by: Steering Group",
        "Activity 7, milestone “Strategy endorsed”: Agreed date: 31 December 2021 → 31 March 2022",
    ]
    assert {each.why for each in entries(world, activity_id=world.activity(7).id, first_day=TODAY)} == {
        "The ministers asked"
    }


def test_roles_collectives_memberships_and_bodies_are_told_by_name(world):
    by, at = world.standing("secretariat"), world.now
    role = assign_role(activity=world.activity(9), kind="lead", body=world.body("MOJ"), reason="SG 4", by=by, at=at)
    end_role(role=Role.objects.get(id=role.id), reason="SG 5", by=by, at=at)
    set_collective(
        plan=world.plan,
        collective=world.body("Relevant agencies"),
        members=[world.body("DIA")],
        reason="SG 6",
        by=by,
        at=at,
    )
    membership = Membership.objects.get(person=world.person("police"))
    membership.may_report = False
    record(membership, by=PROGRAM.actor, at=at, reason="On leave")
    body = world.body("DIA")
    body.name_mi = "Te Tari Taiwhenua o Aotearoa"
    record(body, by=PROGRAM.actor, at=at, reason="As they write it")
    found = said(world)
    assert "Activity 9, lead role of MOJ: Added; From: 15 February 2022" in found
    assert "Activity 9, lead role of MOJ: Ended on: – → 15 February 2022" in found
    assert "DIA in “Relevant agencies”: Added; From: 15 February 2022" in found
    assert "Police Lead in Police: May report: yes → no" in found
    name = "Department of Internal Affairs: Māori name: Te Tari Taiwhenua → Te Tari Taiwhenua o Aotearoa"
    assert name in found


def test_a_changed_text_shows_both_and_folds_where_it_is_long(world):
    words = {"title": "Another title", "description": "Another text"}
    edit_words(activity=world.activity(12), **words, reason="Plainer", by=world.standing("secretariat"), at=world.now)
    (entry,) = entries(world, first_day=TODAY)
    title, description = entry.changes
    assert title.words.endswith("vulnerabilities → Another title")
    assert (title.is_long, description.is_long) == (False, True)
    assert description.before.startswith("Project involving public sector agencies")


def test_a_withheld_row_is_named_without_its_words(world):
    names = {each.what for each in entries(world, activity_id=world.activity(20).id)}
    assert names == {"Activity 20: Withheld under s 9(2)(f)(iv)", "Activity 20, withheld role"}
    rows = {each.what for each in entries(world, activity_id=world.activity("row-21").id)}
    assert "Row 21, without a number: Withheld, ground not stated" in rows


def test_an_entry_written_on_another_day_says_so(world):
    say(world, 12, date(2022, 1, 20), on_track(), by="police")
    entry = entries(world, kinds=("update",))[0]
    assert entry.when_in_words == "20 January 2022, 10:00 am"
    assert entry.entered.startswith("entered ")
    assert entry.entered.endswith(" for 20 January 2022")


def test_every_column_has_words_that_people_read():
    columns = {name for kind in KINDS.values() for name in kind.fields}
    assert not any("_" in label_of(name) for name in columns)
    assert set(EDITABLE) <= columns
    assert columns >= BOOKKEEPING
    assert not columns & UNTOLD


def test_credentials_are_in_no_entry(world):
    assert "agencies.person" not in {kind.model._meta.label_lower for kind in KINDS.values()}
    for each in entries(world, kinds=("membership",)):
        assert "$" not in each.changes_in_words


# What is asked for ----------------------------------------------------------------------------------------------------


@after(half_a_year)
def test_by_person_and_by_program(world):
    police = world.person("police")
    assert {each.who for each in entries(world, actor=police.id)} == {"Police Lead"}
    assert {each.who for each in entries(world, actor=PROGRAMS)} == {"tests"}
    everybody = {each.who for each in entries(world)}
    assert everybody == {"tests", "Police Lead", "SFO Lead", "Secretariat Officer"}


@after(moved)
def test_by_activity_with_everything_under_it(world):
    kinds = {each.kind.key for each in entries(world, activity_id=world.activity(7).id)}
    assert kinds == {"activity", "role", "milestone", "date_move"}
    assert {each.activity.key for each in entries(world, activity_id=world.activity(7).id)} == {"7"}


def test_by_body_its_own_rows_and_what_it_answers_for(world):
    found = entries(world, body_id=world.body("SFO").id)
    assert {each.activity.key for each in found if each.kind.key == "activity"} == {"7", "17"}
    roles = {each.what for each in found if each.kind.key == "role"}
    assert "Activity 12, support role of SFO" in roles
    assert not any("Police" in what for what in roles)
    own = {each.what for each in found if each.kind.key in ("body", "membership", "collective_member")}
    assert own == {"Serious Fraud Office", "SFO Lead in SFO", "SFO in “All agencies”"}


@after(moved)
def test_by_field_and_by_kind(world):
    say(world, 12, date(2022, 1, 20), on_track(), by="police")
    assert [each.kind.key for each in entries(world, column="agreed_due")] == ["milestone"]
    assert [each.activity.key for each in entries(world, column="status")] == ["12"]
    assert {each.kind.key for each in entries(world, kinds=("role",))} == {"role"}
    assert entries(world, column="agreed_due", kinds=("role",)) == []


def test_the_period_holds_both_its_days_in_auckland(world):
    day = date(2022, 1, 20)
    for at in (start_of_day(day), end_of_day(day)):
        moved_to = world.milestone(7).agreed_due
        move_date(
            milestone=world.milestone(7),
            to=date(2022, 3, 31) if moved_to != date(2022, 3, 31) else date(2022, 6, 30),
            reason="Moved",
            asked_by="SFO",
            agreed_by="SG",
            by=world.standing("secretariat"),
            at=at,
        )
    assert start_of_day(day).astimezone(UTC).date() == date(2022, 1, 19)
    assert len(entries(world, first_day=day, last_day=day, kinds=("date_move",))) == 2
    assert entries(world, last_day=date(2022, 1, 19), kinds=("date_move",)) == []
    assert entries(world, first_day=date(2022, 1, 21), kinds=("date_move",)) == []


@after(half_a_year)
def test_as_at_an_earlier_day_later_entries_are_not_there(world):
    earlier = Reading.on_day(world.plan, date(2021, 12, 31))
    found = entries(world, earlier)
    assert max(each.when for each in found) <= end_of_day(date(2021, 12, 31))
    assert len(found) < len(entries(world))


# The page -------------------------------------------------------------------------------------------------------------


@after(moved)
def test_the_page_shows_who_what_and_why(world, sign_in):
    words = text_of(sign_in("police-reader").get(URL))
    assert "15 February 2022" in words
    assert (
        "Secretariat Officer Activity 7, date of “Strategy endorsed” Agreed date: 31 December 2021 → 31 March" in words
    )
    assert "The ministers asked" in words


@after(moved)
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("person=program", "by a program"),
        ("body=sfo", "about SFO"),
        ("activity=7", "of Activity 7"),
        ("kind=milestone", "of the kind “Milestone”"),
        ("field=agreed_due", "that changed “Agreed date”"),
        ("from=1/2/2022&to=28/2/2022", "from 1 February 2022, up to 28 February 2022"),
    ],
)
def test_the_filters_are_in_the_address_and_said_in_words(world, sign_in, query, words):
    page = sign_in("steering").get(f"{URL}?{query}")
    assert page.status_code == 200
    assert words in text_of(page)
    assert page.context["count"] == len(page.context["entries"]) or page.context["count"] > 50


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("kind=nonsense", "This list has no such value"),
        ("person=999999", "This list has no such value"),
        ("from=31.31.2022", "This is no date: type it day first"),
        ("from=2/2/2022&to=1/2/2022", "The period ends before it begins"),
        ("who=police", "“who” is no filter of this list."),
        ("kind=role&kind=part", "“kind” is given more than once."),
    ],
)
def test_what_cannot_be_read_is_named_and_shows_nothing(sign_in, query, sentence):
    client = sign_in("secretariat")
    page = client.get(f"{URL}?{query}")
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert page.context["entries"] == []
    file = client.get(f"{FILE}?{query}")
    assert file.status_code == 422
    assert sentence in file.content.decode()


def test_nothing_that_fits_says_what_to_do(sign_in):
    words = text_of(sign_in("secretariat").get(f"{URL}?from=1/1/2022&kind=role"))
    assert "No entry is like this" in words
    assert "All entries" in words


def test_fifty_a_page(sign_in):
    client = sign_in("secretariat")
    first, second = client.get(URL), client.get(f"{URL}?page=2")
    assert len(first.context["entries"]) == 50
    keys = {(each.kind.key, each.what, each.sequence) for each in first.context["entries"]}
    assert not keys & {(each.kind.key, each.what, each.sequence) for each in second.context["entries"]}
    assert "51 to 100 of" in text_of(second)


@after(half_a_year)
def test_the_file_holds_every_row_in_the_pages_columns_order_and_words(world, sign_in):
    client = sign_in("steering")
    lines = lines_of(client.get(f"{FILE}?from=2/7/2021"))
    assert lines[0] == [column.heading for column in COLUMNS]
    page = client.get(f"{URL}?from=2/7/2021")
    assert len(lines) - 1 == page.context["count"]
    shown = [[column.words(entry) for column in COLUMNS] for entry in page.context["entries"]]
    assert lines[1 : len(shown) + 1] == shown
    words = text_of(page)
    for entry in page.context["entries"][:10]:
        assert entry.what in words
        assert all(change.words in words for change in entry.changes if not change.is_long)


def test_a_reason_that_looks_like_a_formula_is_inert_in_the_file(world, sign_in):
    edit_words(
        activity=world.activity(12),
        title="Plain",
        description="",
        reason="=HYPERLINK(1)",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert lines_of(sign_in("steering").get(f"{FILE}?from=15/2/2022"))[1][-1] == "'=HYPERLINK(1)"


def test_in_the_demonstration_the_band_says_once_that_days_are_pretended(world, sign_in, settings):
    say(world, 12, date(2022, 1, 20), on_track(), by="police")
    assert "for 20 January 2022" in text_of(sign_in("steering").get(URL))
    settings.DEMONSTRATION = True
    assert "for 20 January 2022" not in text_of(sign_in("steering").get(URL))


def test_nothing_is_shown_to_somebody_without_a_membership(sign_in):
    for username in ("outsider", "administrator"):
        assert sign_in(username).get(URL).status_code in (403, 404)
        assert sign_in(username).get(FILE).status_code in (403, 404)


@after(half_a_year)
def test_the_page_takes_few_queries_whatever_it_shows(world, sign_in, django_assert_max_num_queries):
    by, at = world.standing("secretariat"), moment(TODAY)
    assign_role(activity=world.activity(9), kind="lead", body=world.body("MOJ"), reason="SG", by=by, at=at)
    client = sign_in("secretariat")
    client.get(URL)
    for query in ("", "?page=2", "?page=4", "?body=police&field=status", "?activity=11", "?as_at=2021-12-31"):
        with django_assert_max_num_queries(12):
            client.get(URL + query)
    last_page = client.get(f"{URL}?page=4")
    assert len({entry.kind.key for entry in last_page.context["entries"]}) >= 4
