"""The page of one activity: where it stands, what was said, what is due, and everything that ever changed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.actions.milestones import move_date, remove_milestone
from activities.actions.roles import assign_role
from activities.actions.status import update_status
from activities.actions.words import edit_words, withdraw_activity
from activities.models import Activity, RoleKind
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.generated import at_risk, completed, grow, half_a_year, off_track, on_track, say
from tests.pages import cells_of, section_of
from tests.scenes import after
from tests.views.editing import address, text_of
from tests.world import moment


def test_an_activity_as_loaded_says_so(sign_in):
    words = text_of(sign_in("steering").get(address(7)))
    assert "7 Aligning the Financial Crime and Corruption Strategy with the TNOC Strategy" in words
    assert "Not started 46 days overdue agreed for 31 December 2021 as loaded, nobody has reported yet" in words
    assert "Nobody has reported yet" in words
    assert "UNIFY · Align our policy and legislative settings" in words
    assert "← Activity 6 Activity 8 →" in words


def test_roles_stand_in_their_exact_kinds_with_scopes_and_members(sign_in):
    client = sign_in("steering")
    roles = section_of(client.get(address(11)), "roles")
    assert "Customs, Police, MBIE answer for parts of it" in roles
    assert "Lead New Zealand Customs Service border sector New Zealand Police financial sector" in roles
    assert "Support Relevant agencies membership to be set" in roles
    assert "All agencies Corrections, Customs, DIA, DOC, FMA, IRD, MBIE, MFAT, MOJ, Police, RBNZ, SFO" in section_of(
        client.get(address(17)), "roles"
    )
    assert "Participant Reserve Bank of New Zealand Financial Markets Authority" in section_of(
        client.get(address(1)), "roles"
    )
    assert "Coordinator Ministry of Justice Contributor Relevant agencies" in section_of(
        client.get(address(5)), "roles"
    )


def test_a_gap_is_shown_with_its_age_until_somebody_is_named(world, sign_in):
    client = sign_in("steering")
    assert "Lead to be decided – 229 days Nobody answers for this activity since 1 July 2021." in section_of(
        client.get(address(9)), "roles"
    )
    assign_role(
        activity=world.activity(9),
        kind=RoleKind.LEAD,
        body=world.body("MFAT"),
        reason="Decided",
        by=world.standing("secretariat"),
        at=world.now,
    )
    assert "MFAT answers for it" in section_of(client.get(address(9)), "roles")


def test_milestones_have_their_clause_dates_and_due_state(sign_in):
    client = sign_in("steering")
    response = client.get(address(7))
    assert "2 milestones: 1 overdue, 1 due this quarter" in section_of(response, "milestones")
    first, second = cells_of(response)[1:]
    assert first == [
        "Strategy endorsed “Strategy endorsed Q2 FY2021/22”",
        "Due",
        "31 December 2021",
        "31 December 2021",
        "",
        "",
        "46 days overdue",
    ]
    assert second[:2] == ["implementation “implementation from Q3 FY2021/22”", "Start"]
    assert second[-1] == "due this quarter"


def test_occurrences_stand_under_their_series_and_say_that_their_date_is_derived(sign_in):
    rows = cells_of(sign_in("steering").get(address(5)))[1:]
    assert [row[0].partition(" “")[0] for row in rows] == ["Developed", "updated", "updated 1"]
    assert rows[1][1] == "Recurring, every 6 months"
    assert "date derived, not in the document" in rows[2][1]
    assert rows[2][3] == "30 June 2022"


def test_dates_that_moved_and_milestones_that_were_removed_stay_visible(world, sign_in):
    by = world.standing("secretariat")
    move_date(
        milestone=world.milestone(16, 2),
        to=date(2022, 4, 30),
        reason="Part 1 is not done.",
        asked_by="The Secretariat",
        agreed_by="The Steering Group",
        decision_reference="SG 2022/2",
        by=by,
        at=world.now,
    )
    remove_milestone(
        milestone=world.milestone(16, 4), decision_reference="SG 2022/3", reason="Merged", by=by, at=world.now
    )
    response = sign_in("steering").get(address(16))
    milestones = section_of(response, "milestones")
    assert "3 milestones: 1 overdue, 1 due this quarter, 1 due next quarter" in milestones
    assert "removed 15 February 2022, SG 2022/3" in milestones
    assert (
        "Part 2 31 December 2021 30 April 2022 120 Part 1 is not done. The Secretariat The Steering Group SG 2022/2 "
        "15 February 2022" in milestones
    )
    assert "moved once, 120 days later" in milestones


def test_the_latest_report_stands_in_full_and_the_trail_directly_under_it(world, sign_in):
    say(world, 12, date(2021, 11, 2), on_track("The banks have met."), by="police")
    say(world, 12, date(2022, 1, 20), on_track("The banks meet every month."), by="police")
    say(
        world,
        12,
        date(2022, 2, 14),
        off_track("One bank has left.", "Invite another bank.", date(2022, 5, 31)),
        by="police",
    )
    response = sign_in("steering").get(address(12))
    latest = section_of(response, "latest")
    assert "Last reported 14 February 2022 by Police Lead" in latest
    assert "Reason One bank has left." in latest
    assert "Forecast 31 May 2022, for “Presentation of proposals to Steering Group”" in latest
    assert "Ask of the Steering Group Invite another bank." in latest
    page = response.content.decode()
    assert page[page.index('id="latest"') :].index('</section>\n<section id="trail"') > 0
    trail = section_of(response, "trail")
    assert trail.index("14 February 2022") < trail.index("20 January 2022") < trail.index("2 November 2021")
    assert "On track → to Off track One bank has left." in trail
    assert "On track no change The banks meet every month." in trail
    assert "Not started → to On track The banks have met." in trail


def test_a_report_entered_on_another_day_says_so_except_in_the_demonstration(world, sign_in, settings):
    say(world, 12, date(2022, 2, 14), at_risk(), by="police")
    client = sign_in("steering")
    page = client.get(address(12))
    assert "entered " in section_of(page, "trail")
    assert "for 14 February 2022" in section_of(page, "trail")
    assert "for 1 July 2021" in section_of(page, "history")
    settings.DEMONSTRATION = True
    page = client.get(address(12))
    assert "entered " not in section_of(page, "trail")
    assert "entered " not in section_of(page, "history")


def test_evidence_is_a_link_and_what_somebody_wrote_is_text(world, sign_in):
    statement = Statement(
        DeliveryStatus.COMPLETED,
        completed_on=date(2022, 2, 10),
        statement="<script>alert(1)</script>",
        evidence_link="https://www.example.govt.nz/report",
    )
    say(world, 14, date(2022, 2, 14), statement, met={1: date(2022, 2, 10)})
    page = sign_in("steering").get(address(14)).content.decode()
    assert '<a href="https://www.example.govt.nz/report" rel="noopener noreferrer">' in page
    assert "<script>alert(1)</script>" not in page
    assert "NZ Inc. TNOC Collection Plan" in page
    assert "delivered 133 days late" in page


def test_parts_have_their_own_status_date_and_evidence(world, sign_in):
    say(
        world, 17, date(2021, 12, 8), completed(date(2021, 12, 7), "All staff are trained."), by="police", part="Police"
    )
    say(world, 17, date(2022, 2, 1), at_risk("Trainers are missing."), by="corrections", part="Corrections")
    response = sign_in("steering").get(address(17))
    assert "12 parts: 1 at risk, 10 not started, 1 completed" in section_of(response, "parts")
    rows = {row[0]: row[1:] for row in cells_of(response)[1:]}
    assert len(rows) == 12
    assert rows["Police"] == ["Completed", "8 December 2021", "All staff are trained.", "held at Secretariat files"]
    assert rows["Corrections"] == ["At risk", "1 February 2022", "Trainers are missing.", ""]
    assert rows["SFO"] == ["Not started", "no report yet", "", ""]
    trail = section_of(response, "trail")
    assert "Not started → to At risk Corrections now as a whole: At risk Trainers are missing." in trail
    assert "Completed Police now as a whole: On track" in trail
    assert "by Corrections Lead, on Corrections" in section_of(response, "latest")


def test_of_many_reports_the_newest_twenty_are_told_until_all_are_asked_for(world, sign_in):
    say(world, 12, date(2021, 11, 1), on_track("The first of all."), by="police")
    for number in range(2, 53):
        say(world, 12, date(2021, 11, 1) + timedelta(days=number), on_track(f"Report number {number}."), by="police")
    told = {"by": world.standing("police"), "at": moment(date(2022, 2, 14))}
    update_status(activity=world.activity(12), statement=on_track("It was otherwise."), corrects=1, **told)
    client = sign_in("steering")
    few, every = client.get(address(12)), client.get(address(12), {"reports": "all"})
    trail = section_of(few, "trail")
    assert "The latest 20 of 53 reports" in trail
    assert "Report number 34." in trail
    assert "Report number 33." not in trail
    assert "Corrects the report of 1 November 2021" in section_of(few, "latest")
    assert "Show every report" in trail
    assert 'href="?reports=all#trail"' in few.content.decode()
    trail = section_of(every, "trail")
    assert "Every status so far" in trail
    assert "The first of all." in trail
    assert "Corrected on 14 February 2022" in trail
    assert "Show every report" not in trail


def test_the_evidence_of_a_part_is_told_however_much_was_reported_since(world, sign_in):
    say(world, 17, date(2021, 12, 8), completed(date(2021, 12, 7), "All are trained."), by="police", part="Police")
    for number in range(51):
        say(world, 17, date(2022, 1, 1), on_track(f"Step {number}."), by="corrections", part="Corrections")
    rows = {row[0]: row[1:] for row in cells_of(sign_in("steering").get(address(17)))[1:]}
    assert rows["Police"] == ["Completed", "8 December 2021", "All are trained.", "held at Secretariat files"]


def test_behind_an_activity_page_lie_equally_many_queries_however_much_was_reported(world, sign_in):
    client = sign_in("steering")
    client.get(address(12))  # the first time the session's last use is written
    counted = []
    for count in (2, 60):
        for number in range(count):
            say(world, 12, date(2022, 1, 10), on_track(f"Report {number}."), by="police")
        with CaptureQueriesContext(connection) as queries:
            client.get(address(12))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12


def test_a_status_that_the_dates_contradict_says_so(world, sign_in):
    say(world, 10, date(2022, 2, 3), on_track("Printed.", explanation="The paper goes to the chair on 1 March."))
    response = sign_in("steering").get(address(10))
    assert "On track, but 46 days overdue." in text_of(response)
    assert "Why on track all the same The paper goes to the chair on 1 March." in section_of(response, "latest")


def test_a_withheld_activity_shows_what_is_withheld_and_nothing_more(sign_in):
    client = sign_in("steering")
    response = client.get(address(20))
    words = text_of(response)
    assert "Activity 20 – withheld under s 9(2)(f)(iv)" in words
    assert "Who answers is withheld" in words
    assert "The description is withheld, ground not stated." in words
    assert "The document withholds the timeframe" in words
    assert "Resourcing: withheld under s 9(2)(f)(iv)" in section_of(response, "published")
    last = text_of(client.get(address("row-21")))
    assert "Row 21, without a number – withheld, ground not stated" in last
    assert "← Activity 20" in last


def test_withheld_parts_of_an_activity_keep_their_places(sign_in):
    response = sign_in("steering").get(address(8))
    about = section_of(response, "about")
    assert "threatened and exploited species withheld under s 9(2)(f)(iv) the Maritime Powers Bill" in about
    assert "Withheld withheld under s 9(2)(f)(iv)" in section_of(response, "roles")


def test_the_row_as_printed_keeps_its_misprints_and_mark_up(sign_in):
    client = sign_in("steering")
    assert "19. Criminal Proceedings (Recovery Act 2009) amendments" in section_of(client.get(address(19)), "published")
    printed = section_of(client.get(address(6)), "published")
    assert 'Description <p>This includes:</p> <ul style="list-style-type: none"> Identifying options' in printed
    assert "line 13 of the document" in printed
    assert "Priority action area blank: as above" in printed


def test_working_words_stand_beside_the_published_ones_where_they_differ(world, sign_in):
    client = sign_in("steering")
    assert "The working words are the published ones." in section_of(client.get(address(2)), "published")
    edit_words(
        activity=world.activity(2),
        title="The TNOC handbook",
        description=world.activity(2).description,
        reason="Shorter",
        by=world.standing("secretariat"),
        at=world.now,
    )
    response = client.get(address(2))
    published = section_of(response, "published")
    assert "Title · differs As published NZ TNOC Handbook Working words The TNOC handbook" in published
    assert "2 The TNOC handbook" in text_of(response)
    history = section_of(response, "history")
    assert "Secretariat Officer" in history
    assert "Title: NZ TNOC Handbook → The TNOC handbook Shorter" in history


def test_the_history_has_every_entry_of_the_activity_its_roles_milestones_and_parts(world, sign_in):
    history = section_of(sign_in("steering").get(address(11)), "history")
    for what in ("lead role of Customs", "support role", "milestone “Publication of guidance”", "part of MBIE"):
        assert f"Activity 11, {what}" in history
    assert "Loaded from" in history
    say(world, 11, date(2022, 2, 1), at_risk(), by="police", part="Police")
    after = section_of(sign_in("steering").get(address(11)), "history")
    assert "Delivery status: Not started → At risk" in after
    assert after.index("Police Lead") < after.index("tests")


def test_fifty_entries_come_at_first_and_all_of_them_on_request(world, sign_in):
    for count in range(60):
        edit_words(
            activity=world.activity(2),
            title=f"Title {count}",
            description="",
            reason=f"Turn {count}",
            by=world.standing("secretariat"),
            at=world.now,
        )
    client = sign_in("steering")
    first = client.get(address(2))
    assert len(cells_of(first, "audit")) == 51
    assert "Show every entry" in section_of(first, "history")
    everything = client.get(address(2) + "?history=all")
    assert len(cells_of(everything, "audit")) > 62
    assert "Show every entry" not in section_of(everything, "history")
    assert '<details class="more" open>' in everything.content.decode()


def test_a_withdrawn_activity_says_so_on_top(world, sign_in):
    withdraw_activity(
        activity=world.activity(15), reason="Merged into 14", by=world.standing("secretariat"), at=world.now
    )
    words = text_of(sign_in("steering").get(address(15)))
    assert "Withdrawn 15 February 2022. Merged into 14" in words
    assert "Reinstate" in text_of(sign_in("secretariat").get(address(15)))
    assert "Update status" not in text_of(sign_in("secretariat").get(address(15)))
    assert "Activity 16 →" in text_of(sign_in("steering").get(address(14)))


@pytest.mark.parametrize(
    ("username", "key", "may_report", "may_edit"),
    [
        ("secretariat", 12, True, True),
        ("police", 12, True, False),
        ("police", 11, True, False),
        ("police", 7, False, False),
        ("sfo", 12, False, False),
        ("police-reader", 12, False, False),
        ("steering", 18, False, False),
    ],
)
def test_only_who_may_change_something_is_offered_it(sign_in, username, key, may_report, may_edit):
    page = sign_in(username).get(address(key)).content.decode()
    assert (f'{address(key)}update/"' in page) == may_report
    assert (f'{address(key)}words/"' in page) == may_edit
    assert (f'{address(key)}withdraw/"' in page) == may_edit


@after(half_a_year)
def test_a_past_position_is_what_was_known_then_and_cannot_be_changed(world, sign_in):
    client = sign_in("secretariat")
    response = client.get(address(7) + "?as_at=2021-11-30")
    words = text_of(response)
    assert "Position at 30 November 2021" in words
    assert "At risk due this quarter agreed for 31 December 2021" in words
    assert "update/" not in response.content.decode()
    assert f'href="{address(8)}?as_at=2021-11-30"' in response.content.decode()
    assert "as loaded, nobody has reported yet" in text_of(client.get(address(7) + "?as_at=2021-11-01"))
    assert "moved once" not in text_of(client.get(address(16) + "?as_at=2021-12-19"))
    assert "moved once" in text_of(client.get(address(16) + "?as_at=2021-12-20"))
    assert "12 parts: 11 not started, 1 completed" in text_of(client.get(address(17) + "?as_at=2021-12-31"))


@after(half_a_year)
def test_every_activity_has_its_page(world, sign_in):
    client = sign_in("steering")
    for activity in Activity.objects.all():
        assert client.get(address(activity.key)).status_code == 200
        assert client.get(address(activity.key) + "?as_at=2021-12-31").status_code == 200


@pytest.mark.parametrize("key", ["99", "row-1", "0", "x" * 300, "%00", "12%20", "<script>"])
def test_an_unknown_activity_is_not_found(sign_in, key):
    assert sign_in("secretariat").get(address(key)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_can_only_be_read(sign_in, method):
    assert getattr(sign_in("secretariat"), method)(address(12)).status_code == 405


@after(half_a_year)
def test_the_page_takes_at_most_twelve_queries_however_many_activities_there_are(
    world, sign_in, django_assert_max_num_queries
):
    client = sign_in("police")

    def counts() -> list[int]:
        found = []
        for key in (7, 12, 11, 17, 16):
            client.get(address(key))
            with django_assert_max_num_queries(12) as queries:
                client.get(address(key))
            found.append(len(queries))
        return found

    few = counts()
    grow(world.plan, 300)
    assert counts() == few
