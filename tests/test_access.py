"""Who may do what: every address of the product × every role × looking and sending, against a written table.

A new address without a row here fails. The rows say who may look (GET) and who may send (POST), and how
everybody else is refused: 403 where every member may read, 404 where there is nothing they may know of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from activities.actions.proposals import propose_date
from agencies.actions.feeds import make_feed
from agencies.actions.passwords import reset_password
from agencies.actions.saved_views import save_view
from agencies.models import Message, Person
from tests.actions.packs import frozen
from tests.actions.rounds import asked, opened
from tests.deciding import decide, meeting
from tests.scenes import played_once
from tests.signing_in import sign_in_as
from tests.world import World
from tnoc_tracker.middleware import OPEN_WITHOUT_SIGN_IN
from tnoc_tracker.record.clock import machine_now

ANONYMOUS = "anonymous"
OUTSIDER = "outsider"  # signed in, without a live membership
ADMINISTRATOR = "administrator"  # the flag, and no membership
READER = "police-reader"  # a member who may not report
ANSWERING = "police"  # reports for Police, which leads activity 12
ANOTHER = "sfo"  # reports for another body
SECRETARIAT = "secretariat"
STEERING = "steering"

NOBODY: frozenset[str] = frozenset()  # there is no such thing as looking (or sending) there
MEMBERS = frozenset({READER, ANSWERING, ANOTHER, SECRETARIAT, STEERING})
SIGNED_IN = MEMBERS | {OUTSIDER, ADMINISTRATOR}
ANYBODY = SIGNED_IN | {ANONYMOUS}
KEEPER = frozenset({ANSWERING})
FOR_12 = frozenset({SECRETARIAT, ANSWERING})
EDITORS = frozenset({SECRETARIAT})
ADMINISTRATORS = frozenset({ADMINISTRATOR})


@dataclass(frozen=True)
class Row:
    """Who may look, who may send, and what members who may not are answered."""

    look: frozenset[str]
    send: frozenset[str]
    else_: int = HTTPStatus.FORBIDDEN


OPEN_FORM = Row(ANYBODY, ANYBODY)
OPEN_PAGE = Row(ANYBODY, NOBODY)
OWN_PAGE = Row(SIGNED_IN, NOBODY)
OWN_FORM = Row(SIGNED_IN, SIGNED_IN)
MEMBERS_OWN_FORM = Row(MEMBERS, MEMBERS)
PAGE = Row(MEMBERS, NOBODY)
UPDATE = Row(FOR_12, FOR_12)
EDITING = Row(EDITORS, EDITORS)
ADMIN_PAGE = Row(ADMINISTRATORS, NOBODY, HTTPStatus.NOT_FOUND)
ADMIN_FORM = Row(ADMINISTRATORS, ADMINISTRATORS, HTTPStatus.NOT_FOUND)

TABLE: dict[str, Row] = {
    # Signing in, and what is one's own
    "sign_in": OPEN_FORM,
    "sign_out": Row(NOBODY, ANYBODY),
    "invitation": OPEN_FORM,
    "healthz": OPEN_PAGE,
    "readyz": OPEN_PAGE,  # says whether it runs, nothing of what is in it
    "calendar": OPEN_PAGE,  # by its own token: calendar programs do not sign in
    "account": OWN_PAGE,
    "calendar_feed": MEMBERS_OWN_FORM,
    "password": OWN_FORM,
    "help": OWN_PAGE,
    "home": PAGE,
    "saved_views": PAGE,  # one's own
    "saved_view_add": MEMBERS_OWN_FORM,
    "saved_view_rename": Row(KEEPER, KEEPER, HTTPStatus.NOT_FOUND),  # one that Police's lead keeps
    "saved_view_forget": Row(NOBODY, KEEPER, HTTPStatus.NOT_FOUND),
    "mail": PAGE,  # one's own; the Secretariat's is everybody's
    "message": Row(frozenset({ANSWERING, SECRETARIAT}), NOBODY, HTTPStatus.NOT_FOUND),  # one to Police's lead
    "message_send": Row(NOBODY, EDITORS, HTTPStatus.NOT_FOUND),
    "mail_preference": MEMBERS_OWN_FORM,
    # The register: every member reads all of it
    "plan_dashboard": PAGE,
    "overdue": PAGE,
    "overdue_file": PAGE,
    "timeline": PAGE,
    "search": PAGE,
    "screen": PAGE,
    "activity_list": PAGE,
    "activity_list_file": PAGE,
    "activity": PAGE,
    "agency_list": PAGE,
    "agency_list_file": PAGE,
    "agency": PAGE,
    "my_agency": PAGE,
    "audit": PAGE,
    "audit_file": PAGE,
    "compare": PAGE,
    "compare_file": PAGE,
    "slippage": PAGE,
    "slippage_file": PAGE,
    "proposal_list": PAGE,
    "proposal_list_file": PAGE,
    "rounds": PAGE,
    "round": PAGE,
    "round_file": PAGE,
    "mark_seen": Row(NOBODY, MEMBERS),  # a person's own note of when they looked
    # Reporting: the Secretariat, and who may report for the body that answers
    "activity_update": UPDATE,
    "milestone_propose": UPDATE,
    "my_returns": PAGE,  # what is asked of one's own bodies
    "return_page": Row(MEMBERS, FOR_12),
    "return_no_change": Row(NOBODY, FOR_12),
    "return_comment": Row(NOBODY, FOR_12 | {READER, ANOTHER}),  # members of bodies with a role in 12
    "proposal_take_back": UPDATE,
    # Editing: the Secretariat
    "activity_words": EDITING,
    "activity_withdraw": EDITING,
    "activity_reinstate": EDITING,
    "activity_roles": EDITING,
    "role_end": EDITING,
    "activity_milestones": EDITING,
    "milestone_edit": EDITING,
    "milestone_date": EDITING,
    "milestone_delivery": EDITING,
    "milestone_remove": EDITING,
    "milestone_end": EDITING,
    "proposal_answer": EDITING,
    # Reporting rounds: the Secretariat
    "round_open": EDITING,
    "round_extend": EDITING,
    "round_note": EDITING,
    "round_close": EDITING,
    "round_reopen": EDITING,
    "review_queue": Row(EDITORS, NOBODY),
    "accept_unchanged": Row(NOBODY, EDITORS),
    "return_review": EDITING,
    "return_correct": EDITING,
    "collective_members": EDITING,
    # Meetings: everybody reads them; the Secretariat calls them and edits the agenda
    "meetings": PAGE,
    "meeting": PAGE,
    "meeting_call": EDITING,
    "meeting_change": EDITING,
    "meeting_call_off": EDITING,
    "agenda": Row(EDITORS, NOBODY),
    "agenda_bring_in": Row(NOBODY, EDITORS),
    "agenda_order": Row(NOBODY, EDITORS),
    "agenda_add": EDITING,
    "agenda_item": EDITING,
    "agenda_take_off": EDITING,
    "agenda_put_back": Row(NOBODY, EDITORS),
    # Decisions: everybody reads them; the Secretariat records and settles them, the owner (Police) reports
    "decisions": PAGE,
    "decisions_file": PAGE,
    "decision": PAGE,
    "decision_record": EDITING,
    "decision_change": EDITING,
    "decision_report": UPDATE,
    "decision_settle": EDITING,
    "decision_reopen": EDITING,
    # Packs: everybody reads what is frozen; what is prepared is the Secretariat's to know of
    "pack": PAGE,
    "pack_page": PAGE,
    "pack_file": PAGE,
    "pack_make": Row(NOBODY, EDITORS),
    "pack_prepare": Row(EDITORS, EDITORS, HTTPStatus.NOT_FOUND),
    "pack_preview": Row(EDITORS, NOBODY, HTTPStatus.NOT_FOUND),
    # People and bodies: administrators; for everybody else there are no such pages
    "people": ADMIN_PAGE,
    "person": ADMIN_PAGE,
    "person_invite": ADMIN_FORM,
    "person_edit": ADMIN_FORM,
    "person_link": ADMIN_FORM,
    "person_unlock": ADMIN_FORM,
    "person_access": ADMIN_FORM,
    "person_administrator": ADMIN_FORM,
    "membership_add": ADMIN_FORM,
    "membership_edit": ADMIN_FORM,
    "bodies": ADMIN_PAGE,
    "body_add": ADMIN_FORM,
    "body_edit": ADMIN_FORM,
}


LED_ON = {("home", ADMINISTRATOR, "GET")}
"""Who has no such page, and is led to one of theirs instead of being refused."""


def expected(name: str, role: str, method: str) -> str:
    """What the table says of a role: ``yes``, ``sign in``, or the status of the refusal."""
    row = TABLE[name]
    wanted, users = row.look if method == "GET" else row.send, row.look | row.send
    if role in wanted or (name, role, method) in LED_ON:
        return "yes"
    if role in users:
        return str(int(HTTPStatus.FORBIDDEN if wanted else HTTPStatus.METHOD_NOT_ALLOWED))
    if role == ANONYMOUS:
        return "sign in"
    return str(int(HTTPStatus.FORBIDDEN if role in (OUTSIDER, ADMINISTRATOR) else row.else_))


def given(response: HttpResponse) -> str:
    """What an answer comes to; a form sent back (422, 409) was allowed."""
    status = response.status_code
    if status == HTTPStatus.UNAUTHORIZED or response.headers.get("Location", "").startswith("/sign-in/?next="):
        return "sign in"
    if status < 400 or status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY):
        return "yes"
    return str(status)


def every_address(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address of the product."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern)
        else:
            yield pattern


def test_only_what_the_table_opens_to_anybody_does_without_signing_in() -> None:
    opened = {name for name, row in TABLE.items() if ANONYMOUS in row.look | row.send}
    marked = {each.name for each in every_address() if not getattr(each.callback, "login_required", True)}
    assert opened == marked == OPEN_WITHOUT_SIGN_IN


def test_the_table_has_a_row_for_every_address_and_no_other() -> None:
    assert {pattern.name for pattern in every_address()} == set(TABLE)
    assert len([*every_address()]) == len(TABLE)


@played_once
def arguments(world: World) -> dict[str, Any]:
    """An object of each kind, named as the addresses name them: of activity 12, which Police leads."""
    token = reset_password(
        person=world.person("corrections"),
        reason="Forgotten",
        by=world.standing("administrator"),
        at=world.now,
        now=machine_now(),
    )
    corrections = world.person("corrections")
    propose_date(
        milestone=world.milestone(12),
        to=date(2022, 5, 31),
        reason="One bank has left.",
        by=world.standing("police"),
        at=world.now,
    )
    pack = frozen(world, meeting(world))
    return {
        "plan": "tnoc-2021-22",
        "pack": pack.id,
        "form": "stylesheet",
        "meeting": pack.meeting_id,
        "item": pack.meeting.items.earliest("position").id,
        "decision": decide(world, pack.meeting).id,
        "key": "12",
        "milestone": world.milestone(12).id,
        "role": world.reading.roles.filter(activity_id=world.activity(12).id).first().id,
        "body": "police",
        "person": corrections.id,
        "membership": corrections.memberships.get().id,
        "token": token,
        "view": kept_by(world),
        "feed": make_feed(by=world.standing("police"), at=world.now),
        "message": message_to(world.person(ANSWERING)),
        "quarter": opened(world).quarter_key,
        "ending": "csv",
        "ret": asked(12).id,
    }


def message_to(person: Person) -> int:
    """A message that somebody was sent."""
    words = {"subject": "1 return due", "text": "Kia ora", "html": "<body></body>", "address": "police@example.govt.nz"}
    made = Message.objects.create(person=person, kind="reminder", on=date(2022, 2, 15), made_at=machine_now(), **words)
    return made.id


def kept_by(world: World) -> int:
    """A view that Police's lead has saved."""
    return save_view(name="Mine", address="/help/", by=world.standing(ANSWERING), at=world.now).id


@pytest.fixture
def as_role(world: World) -> Callable[[str], Client]:
    def client(role: str) -> Client:
        found = Client()
        found.raise_request_exception = False
        if role != ANONYMOUS:
            sign_in_as(found, world.person(role))
        return found

    return client


def address_of(name: str, arguments: dict[str, Any]) -> str:
    wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    named = {**arguments, "body": "all-agencies"} if name == "collective_members" else arguments
    if name == "pack_make":
        named = {**arguments, "form": "excel"}
    if name == "calendar":
        named = {**arguments, "token": arguments["feed"]}
    return reverse(name, kwargs={key: named[key] for key in wanted})


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_role_gets_what_the_table_says(
    as_role: Callable[[str], Client], arguments: dict[str, Any], name: str
) -> None:
    address = address_of(name, arguments)
    differing = {}
    for role in sorted(ANYBODY):
        client = as_role(role)
        for method, ask in (("GET", client.get), ("POST", client.post)):
            answer = ask(address)
            if given(answer) != expected(name, role, method):
                differing[method, role] = f"{given(answer)}, not {expected(name, role, method)}"
    assert differing == {}


# Objects of others -----------------------------------------------------------------------------------------------

UPDATE_OF = "/plans/tnoc-2021-22/activities/{}/update/"


@pytest.mark.parametrize(
    ("key", "username", "allowed"),
    [
        (12, "police", True),
        (12, "sfo", False),
        (12, "police-reader", False),
        (12, "steering", False),
        (12, "secretariat", True),
        (7, "sfo", True),
        (7, "police", False),
        (1, "police", False),  # nobody answers for it: the Secretariat's
        (1, "secretariat", True),
        (2, "police", False),  # coordinated by the Secretariat
        (20, "police", False),  # withheld
        (20, "secretariat", True),
    ],
)
def test_an_update_is_sent_by_who_answers_for_the_activity(
    as_role: Callable[[str], Client], key: int, username: str, allowed: bool
) -> None:
    for ask in (as_role(username).get, as_role(username).post):
        answer = ask(UPDATE_OF.format(key))
        assert given(answer) == ("yes" if allowed else "403")


@pytest.mark.parametrize(
    ("label", "username", "allowed"),
    [("Police", "police", True), ("SFO", "police", False), ("SFO", "sfo", True), ("SFO", "secretariat", True)],
)
def test_an_update_of_a_part_is_sent_by_who_answers_for_the_part(
    as_role: Callable[[str], Client], world: World, label: str, username: str, allowed: bool
) -> None:
    address = f"{UPDATE_OF.format(17)}?part={world.part(17, label).id}"
    for ask in (as_role(username).get, as_role(username).post):
        assert given(ask(address)) == ("yes" if allowed else "403")


@pytest.mark.parametrize("role", sorted(ANYBODY))
def test_nobody_learns_of_a_plan_or_an_activity_that_does_not_exist(
    as_role: Callable[[str], Client], role: str
) -> None:
    wanted = "sign in" if role == ANONYMOUS else "403" if role in (OUTSIDER, ADMINISTRATOR) else "404"
    for address in ("/plans/none/", "/plans/tnoc-2021-22/activities/99/", "/plans/tnoc-2021-22/agencies/none/"):
        assert given(as_role(role).get(address)) == wanted


@pytest.mark.parametrize("username", ["police", "sfo", "steering"])
def test_what_is_refused_changes_nothing(as_role: Callable[[str], Client], world: World, username: str) -> None:
    before = {key: (world.activity(key).version, world.milestone(key).version) for key in (6, 12)}
    client = as_role(username)
    for key in (6, 12):
        for what in ("words/", "withdraw/", f"milestones/{world.milestone(key).id}/date/"):
            client.post(
                f"/plans/tnoc-2021-22/activities/{key}/{what}",
                {"title": "Mine", "reason": "Mine", "to": "30/06/2022", "decision_reference": "SG 1", "stamp": "1"},
            )
    assert {key: (world.activity(key).version, world.milestone(key).version) for key in (6, 12)} == before
