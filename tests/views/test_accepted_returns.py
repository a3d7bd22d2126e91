"""How what came in a return reads afterwards, wherever a status change is told; and shared activities as a matrix."""

import csv
from datetime import date

from activities.actions.reports import Report
from activities.actions.returns import accept_return, confirm_no_change, correct_return, file_return, send_back
from activities.models import StatusUpdate
from tests.actions.rounds import asked, filed, opened, told
from tests.generated import at_risk, completed, off_track, on_track, say
from tests.pages import cells_of, section_of
from tests.scenes import after, played_once
from tests.views.editing import BASE, address, text_of

FILED, ACCEPTED = date(2022, 2, 3), date(2022, 2, 4)
WHO = "Police Lead, accepted by Secretariat Officer"


@played_once
def accepted(world):
    """Police reported 12 at risk on 3 February; the Secretariat accepted it on the fourth."""
    opened(world)
    filed(world, 12, at_risk("One bank has left."), on=FILED)
    accept_return(ret=asked(12), **told(world, ACCEPTED))
    return world


def lines(client, path: str, **query: str) -> str:
    """A file as one text."""
    response = client.get(BASE + path, query)
    rows = csv.reader(b"".join(response.streaming_content).decode().splitlines())
    return "\n".join(" | ".join(row) for row in rows)


# The words ---------------------------------------------------------------------------------------------------------


def test_the_trail_says_who_reported_when_and_who_accepted_it(accepted, sign_in):
    page = sign_in("steering").get(address(12))

    trail = section_of(page, "trail")
    assert "4 February 2022 Not started → to At risk One bank has left." in trail
    assert f"{WHO} reported 3 February 2022 Return of Q2 FY2021/22" in trail
    assert f'href="{BASE}returns/{asked(12).id}/"' in page.content.decode()
    latest = section_of(page, "latest")
    assert "Last reported 3 February 2022 by Police Lead" in latest
    assert "Return of Q2 FY2021/22 , accepted 4 February 2022 by Secretariat Officer" in latest


@after(opened)
def test_what_was_accepted_on_the_day_of_its_filing_names_one_day(world, sign_in):
    filed(world, 12, at_risk("One bank has left."), on=FILED)
    accept_return(ret=asked(12), **told(world, FILED))

    trail = section_of(sign_in("steering").get(address(12)), "trail")

    assert f"{WHO} Return of Q2 FY2021/22" in trail
    assert "reported" not in trail


@after(opened)
def test_what_the_secretariat_files_itself_is_accepted_by_nobody_else(world, sign_in):
    file_return(ret=asked(1), report=Report(off_track("Nobody is named.")), **told(world, FILED))

    page = sign_in("steering").get(address(1))

    assert "Secretariat Officer Return of Q2 FY2021/22" in section_of(page, "trail")
    assert "accepted" not in section_of(page, "trail") + section_of(page, "latest")


def test_a_direct_report_reads_as_ever(world, sign_in):
    say(world, 12, FILED, at_risk("One bank has left."), by="police")

    trail = section_of(sign_in("steering").get(address(12)), "trail")

    assert trail.rstrip().endswith("Police Lead")


@after(opened)
def test_a_correction_says_what_of_it_was_corrected_and_why_and_leads_to_the_return(world, sign_in):
    filed(world, 12, on_track("All is well."), on=FILED)
    why = "Their letter says otherwise."
    correct_return(ret=asked(12), report=Report(at_risk("A bank left.")), reason=why, **told(world, ACCEPTED))

    page = sign_in("steering").get(address(12))

    told_of = f"Corrects what Police Lead filed on 3 February 2022: {why}"
    assert told_of in section_of(page, "trail")
    assert f"A correction {told_of}" in section_of(page, "latest")
    assert "Last reported 4 February 2022 by Secretariat Officer" in section_of(page, "latest")
    assert f'href="{BASE}returns/{asked(12).id}/"' in page.content.decode()


def test_the_dashboard_tells_it_the_same(accepted, sign_in):
    words = text_of(sign_in("steering").get(BASE))

    assert f"{WHO} reported 3 February 2022 Return of Q2 FY2021/22" in words


def test_so_do_the_comparison_and_its_file(accepted, sign_in):
    client = sign_in("steering")
    between = {"from": "2022-01-31", "to": "2022-02-15"}

    words = f"{WHO}; reported 3 February 2022"
    assert words in text_of(client.get(f"{BASE}compare/", between))
    assert words in lines(client, "compare.csv", **between)


@after(opened)
def test_so_does_the_page_of_what_is_overdue_and_its_file(world, sign_in):
    filed(world, 7, off_track("Nobody signs it.", forecast=date(2022, 5, 31)), by="sfo", on=FILED)
    accept_return(ret=asked(7), **told(world, ACCEPTED))
    client = sign_in("steering")

    words = "SFO Lead, 3 February 2022 (accepted 4 February 2022 by Secretariat Officer"
    assert words in text_of(client.get(f"{BASE}overdue/"))
    assert words in lines(client, "overdue.csv")


def test_the_audit_names_the_reviewer_who_wrote_and_the_person_who_filed(accepted, sign_in):
    client = sign_in("steering")

    words = "Activity 12, status update 1, filed by Police Lead on 3 February 2022"
    assert words in text_of(client.get(f"{BASE}audit/"))
    assert f"Secretariat Officer | {words}" in lines(client, "audit.csv")


def test_at_a_past_position_it_reads_as_it_did_then(accepted, sign_in):
    client = sign_in("steering")
    before = client.get(address(12), {"as_at": "2022-02-03"})
    assert "Nobody has reported yet" in text_of(before)

    after = client.get(address(12), {"as_at": "2022-02-04"})

    assert f"{WHO} reported 3 February 2022 Return of Q2 FY2021/22" in section_of(after, "trail")
    assert f'href="{BASE}returns/{asked(12).id}/?as_at=2022-02-04"' in after.content.decode()


# The matrix of a shared activity -----------------------------------------------------------------------------------


@played_once
def shared(world):
    """17 in an open round: Police is done with evidence, SFO confirmed, Corrections was sent back, others: silence."""
    opened(world)
    filed(world, 17, completed(date(2022, 1, 20), "Both courses were held."), body="Police", on=date(2022, 1, 26))
    accept_return(ret=asked(17, "Police"), **told(world, FILED))
    confirm_no_change(ret=asked(17, "SFO"), **told(world, FILED, "sfo"))
    filed(world, 17, on_track("Begun."), body="Corrections", by="corrections", on=FILED)
    send_back(ret=asked(17, "Corrections"), answer="How many?", **told(world, ACCEPTED))
    return world


def matrix(page) -> dict[str, list[str]]:
    """The rows of the matrix by body."""
    return {row[0]: row[1:] for row in cells_of(page, "parts")[1:]}


def test_each_agency_has_a_row_with_its_status_its_report_its_evidence_and_its_return(shared, sign_in):
    page = sign_in("steering").get(address(17))

    assert cells_of(page, "parts")[0] == [
        "Part",
        "Delivery status",
        "Last report",
        "What was said",
        "Evidence",
        "Return of Q2 FY2021/22",
    ]
    rows = matrix(page)
    assert len(rows) == 12
    assert rows["Police"] == [
        "Completed",
        "3 February 2022 reported 26 January 2022",
        "Both courses were held.",
        "held at Secretariat files",
        "Accepted: the return of Police",
    ]
    assert rows["SFO"] == ["Not started", "no report yet", "", "", "Returned late: the return of SFO"]
    assert rows["Corrections"][-1] == "Sent back: the return of Corrections due 28 January 2022"
    assert rows["MOJ"][-1] == "Requested: the return of MOJ late, due 28 January 2022"
    assert "Round of Q2 FY2021/22 : 2 of 12 returned" in text_of(page)


def test_evidence_stays_in_sight_when_a_later_report_has_none(world, sign_in):
    link = "https://www.example.govt.nz/guidance"
    say(world, 11, date(2021, 11, 15), on_track("Drafted.", evidence_link=link), by="police", part="Police")
    say(world, 11, date(2021, 12, 20), on_track("Still in draft."), by="police", part="Police")

    page = sign_in("steering").get(address(11))

    said = matrix(page)["Police financial sector"]
    assert said[2:4] == ["Still in draft.", f"{link} 15 November 2021"]
    assert f'<a href="{link}" rel="noopener noreferrer">' in page.content.decode()


def test_a_part_that_was_finished_before_the_round_is_not_asked(world, sign_in):
    say(world, 17, date(2021, 12, 8), completed(date(2021, 12, 7)), by="police", part="Police")
    opened(world)

    assert matrix(sign_in("steering").get(address(17)))["Police"][-1] == "not asked"


def test_without_an_open_round_there_is_no_column_of_returns(world, sign_in):
    page = sign_in("steering").get(address(8))

    assert len(cells_of(page, "parts")[0]) == 5
    assert set(matrix(page)) == {"DOC Trade in Endangered Species reforms", "MFAT Maritime Powers Bill"}


def test_the_matrix_of_a_past_day_is_that_of_the_day(shared, sign_in):
    rows = matrix(sign_in("steering").get(address(17), {"as_at": "2022-01-31"}))

    assert rows["Police"][-1] == "Returned: the return of Police"
    assert rows["SFO"][-1] == "Requested: the return of SFO late, due 28 January 2022"


def test_the_page_takes_few_queries(shared, sign_in, django_assert_max_num_queries):
    client = sign_in("steering")
    client.get(BASE)
    for query in ({}, {"as_at": "2022-02-10"}):
        with django_assert_max_num_queries(12):
            client.get(address(17), query)
    assert StatusUpdate.objects.count() == 1
