"""What a person sees while the database cannot do its work: a clear page, and nothing typed is lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import StringIO
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.http import HttpResponse
from django.test import Client

from activities.models import StatusUpdate
from tests import troubles
from tests.troubles import TROUBLES
from tests.views.test_errors import inline, is_in_our_look
from tests.visitor import Answer, Form
from tests.world import World
from tnoc_tracker.middleware import SEEN
from tnoc_tracker.record.change import Fate, current_fate
from tnoc_tracker.record.events import JsonLines, log
from tnoc_tracker.troubles import trouble_of

UPDATE = "/plans/tnoc-2021-22/activities/12/update/"
WORDS = "Eleven banks <met> in Wellington. " + "They agreed on much. " * 300
SAID = {"status": "on_track", "what_was_done": WORDS, "next_steps": "Draft\r\nthe protocol."}
FINDINGS = {
    "busy": "others were saving for too long",
    "slow": "the register’s database took too long",
    "read-only": "the register can only be read just now",
    "full": "the register has no room left",
    "gone": "the register’s database does not answer",
}


@pytest.fixture
def secretariat(own_database: World) -> Client:
    """Somebody of the Secretariat, over a database of the test's own with real commits."""
    client = Client(raise_request_exception=False, headers={"origin": "http://testserver"})
    client.force_login(own_database.person("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def events() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the log of events was told of troubles."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    yield lambda: [line for line in map(json.loads, written.getvalue().splitlines()) if "trouble" in line]
    log.removeHandler(handler)


def troubles_here() -> dict[str, Callable[[], AbstractContextManager[None]]]:
    """The troubles that this database can have: SQLite has no time limit for a statement."""
    return {name: each for name, each in TROUBLES.items() if name != "slow" or connection.vendor != "sqlite"}


@pytest.fixture(params=list(TROUBLES))
def trouble(request: pytest.FixtureRequest) -> tuple[str, Callable[[], AbstractContextManager[None]]]:
    """Each of them."""
    if request.param not in troubles_here():
        pytest.skip("SQLite has no time limit for a statement.")
    return request.param, TROUBLES[request.param]


def form_of(response: HttpResponse, to: str = "") -> Form:
    """The form on a page."""
    return Answer(UPDATE, response.status_code, None, response.content, 0).form(to)  # type: ignore[arg-type]


def filled(form: Form, **changes: str) -> dict[str, str]:
    """Its fields, ready to be sent."""
    return dict(form.filled(dict(changes)))


def told() -> list[str]:
    """What was done, by every update on record."""
    return list(StatusUpdate.objects.values_list("what_was_done", flat=True))


def test_a_form_that_meets_a_trouble_is_kept_and_saved_by_sending_it_again(
    secretariat: Client, trouble: tuple[str, Any], events: Callable[[], list[dict[str, Any]]]
) -> None:
    name, begins = trouble
    sent = filled(form_of(secretariat.get(UPDATE)), **SAID)
    with begins():
        answer = secretariat.post(UPDATE, sent)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "no-store" in answer["Cache-Control"]
    assert is_in_our_look(answer)
    assert inline(page) == []
    assert f"<h1>Not saved: {FINDINGS[name]}</h1>" in page
    assert "Nothing of what you sent was saved" in page
    assert "Eleven banks &lt;met&gt; in Wellington." in page
    assert "<dd>On track</dd>" in page
    assert "Traceback" not in page
    assert [(each["trouble"], each["saved"], each["path"]) for each in events()] == [(name, "nothing", UPDATE)]
    assert "banks" not in str(events())
    assert told() == []
    again = form_of(answer)
    assert sorted(again.fields) == sorted(sent.items())
    assert secretariat.post(again.action, dict(again.fields)).status_code == 302
    assert told() == [WORDS.strip()]


def test_in_place_a_trouble_is_a_sentence_for_the_page_that_keeps_what_was_typed(secretariat: Client) -> None:
    sent = filled(form_of(secretariat.get(UPDATE)), **SAID)
    said = {}
    for name, begins in troubles_here().items():
        with begins():
            answer = secretariat.post(UPDATE, sent, headers={"hx-request": "true"})
        assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8"), name
        said[name] = answer.content.decode()
    for name, words in said.items():
        assert words.startswith(f"Not saved: {FINDINGS[name]}. What you typed is still here. "), name


def test_whoever_only_looks_sees_the_page_though_nothing_can_be_written(secretariat: Client) -> None:
    """The session's last-seen stamp is due; it is left for the next time."""
    answers = {}
    for name, begins in troubles_here().items():
        session = secretariat.session
        session[SEEN] = 0
        session.save()
        with begins():
            answers[name] = secretariat.get(UPDATE)
    gone = answers.pop("gone")
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert gone.status_code == 503
    assert "<h1>The register’s database does not answer</h1>" in gone.content.decode()
    assert "Nothing was changed" in gone.content.decode()
    assert secretariat.get(UPDATE).status_code == 200


def test_a_commit_without_an_answer_is_not_called_unsaved_and_is_safe_to_send_again(
    secretariat: Client, events: Callable[[], list[dict[str, Any]]]
) -> None:
    sent = filled(form_of(secretariat.get(UPDATE)), **SAID)
    with troubles.lost_at_commit():
        answer = secretariat.post(UPDATE, sent)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "<h1>Perhaps not saved: " in page
    assert "if it was saved, it is not saved twice" in page
    assert [each["saved"] for each in events()] == ["unknown"]
    connection.close()
    again = form_of(answer)
    for _ in range(2):
        assert secretariat.post(again.action, dict(again.fields)).status_code == 302
    assert told() == [WORDS.strip()]


@pytest.mark.parametrize("in_place", [False, True])
def test_what_was_saved_is_said_to_be_saved_though_its_page_cannot_be_shown(
    secretariat: Client, in_place: bool
) -> None:
    """In the list the row is made after the commit; the database goes away in between."""
    anchor = "activity-" + str(World().activity(12).id)
    headers = {"hx-request": "true", "hx-target": anchor} if in_place else {}
    sent = filled(form_of(secretariat.get(UPDATE)), **SAID)

    def going(execute: Any, *statement: Any) -> Any:
        if current_fate() is Fate.SAVED:
            raise OperationalError("the connection is lost")
        return execute(*statement)

    with connection.execute_wrapper(going):
        answer = secretariat.post(UPDATE, sent, headers=headers)
    assert told() == [WORDS.strip()]
    if in_place:
        assert answer.status_code == 503
        assert answer.content.decode().startswith("Saved, but not shown: ")
        assert "Do not send it again" in answer.content.decode()
    else:  # nothing else is asked of the database but the session's stamp
        assert answer.status_code == 302


@pytest.mark.parametrize("begins", [troubles.gone, troubles.read_only])
def test_whoever_cannot_sign_in_is_told_why_and_no_password_is_on_the_page(
    own_database: World, begins: Callable[[], AbstractContextManager[None]]
) -> None:
    client = Client(raise_request_exception=False, headers={"origin": "http://testserver"})
    with begins():
        answer = client.post("/sign-in/", {"username": "police", "password": "of nobody’s business"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "<h1>The register’s database does not answer</h1>" in page or "<h1>The register can only be read" in page
    assert "business" not in page
    assert "Send it again" not in page


def test_a_new_password_is_never_shown_nor_sent_again(secretariat: Client) -> None:
    sent = {"current_password": "one secret", "new_password": "two secret", "again": "two secret", "once": "x"}
    with troubles.gone():
        answer = secretariat.post("/account/password/", sent)
    assert answer.status_code == 503
    assert "secret" not in answer.content.decode()


def test_a_form_of_another_site_puts_no_words_on_the_page(secretariat: Client) -> None:
    with troubles.gone():
        answer = secretariat.post(UPDATE, {"once": "x", "note": "Call this number"}, headers={"origin": "https://x.nz"})
    assert answer.status_code == 503
    assert "Call this number" not in answer.content.decode()


def test_a_form_without_a_key_is_not_said_to_be_unsaved(secretariat: Client) -> None:
    """Marking everything as seen writes on its own account."""
    with troubles.read_only():
        answer = secretariat.post("/plans/tnoc-2021-22/compare/seen/", {})
    assert answer.status_code == 503
    assert "<h1>Perhaps not saved: " in answer.content.decode()
    assert "look at the page it belongs to before you send it again" in answer.content.decode()


def test_a_database_that_was_locked_at_first_is_used_as_ever_afterwards(own_database: World) -> None:
    """Django asks a SQLite what it can do on first use, and keeps the answer for as long as the process lives."""
    with troubles.busy():
        assert type(connection.features)(connection).supports_json_field


def test_a_fault_of_ours_is_no_trouble(secretariat: Client) -> None:
    for error in (ProgrammingError("no such column"), RuntimeError("a fault"), None):
        assert trouble_of(error) is None
    with connection.cursor() as cursor, pytest.raises((OperationalError, ProgrammingError)) as raised:
        cursor.execute("SELECT * FROM no_such_table")
    assert trouble_of(raised.value) is None
