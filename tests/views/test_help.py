"""The help page: made from the tables that the code asks, for everybody who is signed in."""

from __future__ import annotations

import html
from datetime import date

import pytest

from activities.answering import GAP_WORDS
from activities.contradictions import TABLE
from activities.decisions import MOVES, AgendaKind
from activities.due_states import AGEING, DueState
from activities.due_states import MEANINGS as DUE_MEANINGS
from activities.pack_forms import PackForm
from activities.returns import MEANINGS as RETURN_MEANINGS
from activities.returns import RETURNED
from activities.statuses import MEANINGS
from activities.summaries.guide import moves, statuses
from activities.views.help_page import SECTIONS
from agencies.permissions import PERMISSIONS
from tests.views.editing import text_of
from tests.world import TODAY

URL = "/help/"


def words_of(client) -> str:
    return html.unescape(text_of(client.get(URL)))


def test_every_status_is_explained_with_what_it_needs(sign_in):
    words = words_of(sign_in("police"))
    for meaning in MEANINGS.values():
        assert f"{meaning.label} {meaning.meaning} {meaning.needed}" in words


def test_who_sets_a_status_follows_from_the_moves():
    by_leads = {row.meaning.label: row.by_leads for row in statuses(TODAY)}
    assert [label for label, may in by_leads.items() if not may] == ["Paused", "Not delivered"]


def test_the_moves_that_ask_for_more_say_what():
    asked = [" ".join(move.asks) for move in moves(TODAY)]
    assert asked == [
        "Say what has changed since the last report.",
        "A milestone is overdue: explain why the activity is on track all the same.",
        "Give the reason.",
        "Give the reference of the decision.",
    ]


def test_every_due_state_band_and_contradiction_is_explained(sign_in):
    words = words_of(sign_in("police"))
    for state in DueState:
        assert f"{state.label} {DUE_MEANINGS[state]}" in words
    for band in AGEING:
        assert band.label in words
    for entry in TABLE:
        assert entry.sentence in words
    assert GAP_WORDS["to_be_decided"] in words


def test_the_permission_table_says_what_you_may_do(sign_in):
    words = words_of(sign_in("secretariat"))
    for permission in PERMISSIONS:
        assert permission.allows in words
    edit = next(permission for permission in PERMISSIONS if permission.name == "edit_register")
    report = next(permission for permission in PERMISSIONS if permission.name == "update_status")
    assert f"{edit.allows} {edit.who} yes" in words
    assert f"{edit.allows} {edit.who} no" in words_of(sign_in("police"))
    assert f"{report.allows} {report.who} for what your body answers for" in words_of(sign_in("police"))
    assert f"{report.allows} {report.who} no" in words_of(sign_in("police-reader"))


def test_the_quarters_are_those_of_today(sign_in, settings):
    words = words_of(sign_in("police"))
    assert "Today lies in Q3 FY2021/22 (to 31 March 2022)." in words
    assert "Q3 FY2021/22, now 1 January 2022 31 March 2022" in words


def test_every_state_of_a_return_is_explained_with_who_is_next(sign_in):
    words = words_of(sign_in("police"))
    next_ones = {"body": "The body that answers", "secretariat": "The Secretariat", "": "Nobody"}
    for state, meaning in RETURN_MEANINGS.items():
        counts = "yes" if state in RETURNED else "no"
        assert f"{meaning.label} {meaning.meaning} {next_ones[meaning.awaits]} {counts}" in words


def test_every_move_that_a_decision_allows_is_explained(sign_in):
    words = words_of(sign_in("police"))
    for each in MOVES.values():
        assert f"{each.move.label} {each.sentence}" in words


def test_an_agenda_is_told_in_the_order_in_which_it_is_made_and_a_pack_with_all_its_forms(sign_in):
    words = words_of(sign_in("steering"))
    assert f"in this order: {', '.join(f'“{kind.label}”' for kind in AgendaKind)}." in words
    assert f"Its forms are: {', '.join(str(form.label) for form in PackForm)}." in words
    assert "sha384sum FILE" in words


def test_due_days_are_counted_as_the_installation_counts_them(sign_in, settings):
    client = sign_in("police")
    words = words_of(client)
    assert "Returns are usually due 10 working days after the quarter ends" in words
    assert "Q2 FY2021/22 31 December 2021 28 January 2022" in words
    assert "then 10 and 3 working days before the due day and on it" in words
    assert "a body that is 5 working days late" in words
    assert "Here these days are not counted either" not in words

    settings.CLOSED_DAYS = [date(2022, 4, 4), date(2021, 7, 5)]
    settings.RETURN_WORKING_DAYS, settings.ESCALATION_WORKING_DAYS = 5, 2

    words = words_of(client)
    assert "Here these days are not counted either: 4 April 2022." in words
    assert "Q3 FY2021/22 31 March 2022 8 April 2022" in words
    assert "a body that is 2 working days late" in words


def test_what_depends_on_the_activity_or_on_whose_it_is_says_so(sign_in):
    yours = {
        name: {row.permission.name: row.yours for row in sign_in(name).get(URL).context["permissions"]}
        for name in ("secretariat", "police", "police-reader", "outsider")
    }
    assert set(yours["secretariat"].values()) == {"yes", "no"}
    assert yours["police"]["propose_date"] == yours["police"]["update_status"] == "for what your body answers for"
    assert yours["police"]["report_on_decision"] == "for decisions that your body owns"
    assert yours["police"]["comment_on_return"] == "where your body holds a role"
    assert yours["police"]["read_mail"] == "your own"
    assert yours["police-reader"]["propose_date"] == yours["police-reader"]["run_rounds"] == "no"
    assert yours["police-reader"]["report_on_decision"] == yours["police"]["run_meetings"] == "no"
    assert set(yours["outsider"].values()) == {"no"}


def test_the_contents_lead_to_every_section(sign_in):
    body = sign_in("police").get(URL).content.decode()
    for anchor, title in SECTIONS:
        assert f'<a href="#{anchor}">{title}</a>' in body
        assert f'<section id="{anchor}"><h2>{title}</h2>' in body


@pytest.mark.parametrize("username", ["outsider", "administrator"])
def test_somebody_without_a_membership_may_read_it_and_learns_of_no_plan(sign_in, username):
    page = sign_in(username).get(URL)
    assert page.status_code == 200
    assert "/plans/" not in page.content.decode()


def test_somebody_who_is_not_signed_in_is_asked_to(client):
    assert client.get(URL)["Location"].startswith("/sign-in/")


def test_the_page_takes_few_queries(sign_in, django_assert_max_num_queries):
    client = sign_in("secretariat")
    client.get(URL)
    with django_assert_max_num_queries(5):
        client.get(URL)


def test_the_navigation_names_a_count_only_where_the_page_knows_it(sign_in):
    client = sign_in("police")
    assert "Overdue</a>" in client.get(URL).content.decode()
    assert "Overdue <b>0</b></a>" in client.get("/plans/tnoc-2021-22/?as_at=2021-07-20").content.decode()
