"""Every text of the register replaced by code, as if it had got past every form: nobody's page or file runs it.

The demonstration's words, names, reasons and titles, in live rows and in their history, each begin with a formula, a
picture that would run a script, and a line that would be one of a header or a calendar. Then every page that can be
reached is read with a parser, every list cell by cell, every letter and calendar line by line.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Concat, Left
from django.test import Client
from django.urls import resolve
from icalendar import Calendar

from activities.reminders import due_letters
from activities.working_days import Calendar as WorkingDays
from agencies.actions.feeds import make_feed
from agencies.actions.messages import mail_server, send
from agencies.models import Message, MessageTopic, Person
from agencies.standing import Standing
from tests.own_database import OwnDatabases
from tests.security.markup import html_of, troubles_of
from tests.world import TODAY, moment
from tnoc_tracker.demonstration.build import PRETENDED, build
from tnoc_tracker.demonstration.people import PEOPLE
from tnoc_tracker.record import guards

pytestmark = pytest.mark.long

OURS = ("agencies", "activities", "record")

NO_WORDS = {
    *("slug", "key", "number", "username", "password", "email", "address", "token_hash", "topic", "source"),
    *("sort_key", "search_key", "answerable", "fiscal_year", "quarter_key", "content_type", "sha384", "figures_hash"),
    *("kind", "table", "field", "outcome_url", "exchange", "reference"),
}
"""Columns that hold a code of the program's own, which no person types as they like."""

PAGES_OF_A_KIND = 3
"""So many pages of each address are read as each person."""


def code(number: int) -> str:
    """What stands at the beginning of every text of a column; the number says which column it was."""
    return f'="><img src=x onerror=c{number}()><script>c{number}()</script>\r\nX-INJECTED: c{number}\r\n'


def columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column of ours that holds words, of live tables and of their histories."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in OURS or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            words = isinstance(field, (models.CharField, models.TextField, models.JSONField)) and not field.choices
            if words and field.name not in NO_WORDS and not field.primary_key:
                yield model, field


def poison(model: type[models.Model], field: Any, number: int) -> int:
    """Put the code before every text of a column; how many rows have one."""
    rows = model._base_manager.all()
    if isinstance(field, models.JSONField):
        poisoned = 0
        for row_id, value in rows.values_list("pk", field.name):
            changed = _inside(value, code(number))
            if changed != value:
                poisoned += rows.filter(pk=row_id).update(**{field.name: changed})
        return poisoned
    text: Any = Concat(Value(code(number)), F(field.name), output_field=models.TextField())
    if field.max_length:
        text = Left(text, field.max_length)
    return rows.exclude(**{field.name: ""}).exclude(**{field.name: None}).update(**{field.name: text})


def _inside(value: Any, before: str) -> Any:
    """The sentences inside a JSON value, with the code before each."""
    if isinstance(value, str):
        return before + value if " " in value else value
    if isinstance(value, list):
        return [_inside(each, before) for each in value]
    if isinstance(value, dict):
        return {key: _inside(each, before) for key, each in value.items()}
    return value


@pytest.fixture(scope="module")
def poisoned(own_databases: OwnDatabases, django_db_blocker: Any) -> Iterator[dict[int, str]]:
    """The demonstration with code in every text; the columns by number."""
    with django_db_blocker.unblock(), own_databases.empty():
        call_command("migrate", verbosity=0)
        build(PRETENDED, lambda _said: None)
        guards.remove(connection)
        known = {}
        for number, (model, field) in enumerate(columns(), start=100):
            if poison(model, field, number):
                known[number] = f"{model.__name__}.{field.name}"
        yield known


def client_of(username: str) -> Client:
    client = Client()
    client.raise_request_exception = False
    client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def people() -> dict[str, str]:
    """Somebody of each kind: the Secretariat, an agency's lead, and an administrator."""
    secretariat = next(each for each in PEOPLE if each.body == "TNOC Secretariat")
    lead = next(each for each in PEOPLE if each.body == "Police" and each.may_report)
    administrator = next(each for each in PEOPLE if each.administrator)
    return {"secretariat": secretariat.username, "lead": lead.username, "administrator": administrator.username}


def reached(client: Client, start: str) -> Iterator[tuple[str, Any]]:
    """Every page and file that links lead to, a few of each kind, with its answer."""
    waiting, met, read = deque([start]), {start}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        match = resolve(urlsplit(address).path)
        kind = f"{match.url_name} {match.kwargs.get('ending', match.kwargs.get('form', ''))}"
        if read[kind] >= PAGES_OF_A_KIND:
            continue
        read[kind] += 1
        answer = client.get(address)
        if answer.status_code == 302 and answer["Location"].startswith("/"):
            waiting.append(answer["Location"])
        yield address, answer
        page = html_of(answer) or ""
        for link in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', page):
            to = urlsplit(urljoin(address, unescape(link)))
            following = to.path + (f"?{to.query}" if to.query else "")
            if to.netloc in ("", "testserver") and following not in met and not to.path.startswith("/static/"):
                met.add(following)
                waiting.append(following)


@pytest.mark.parametrize("role", ["secretariat", "lead", "administrator"])
def test_no_page_runs_what_is_in_the_register(
    poisoned: dict[int, str], role: str, record_property: Callable[[str, object], None]
) -> None:
    wrong, shown, kinds = {}, set(), set()
    for address, answer in reached(client_of(people()[role]), "/"):
        assert answer.status_code < 500, address
        kinds.add(resolve(urlsplit(address).path).url_name)
        if answer.streaming:
            b"".join(answer.streaming_content)
        page = html_of(answer)
        if page is not None and "/page/" not in address:
            shown |= {int(found) for found in re.findall(r"\bc(\d{3})\(\)", page)}
            if found := troubles_of(page):
                wrong[address] = found[:5]
    assert wrong == {}
    never = sorted(name for number, name in poisoned.items() if number not in shown)
    record_property("never shown", never)
    least = {"secretariat": (60, 60), "lead": (40, 60), "administrator": (8, 3)}[role]
    assert (len(kinds), len(shown)) >= (least[0], 0), sorted(kinds)
    assert len(shown) >= least[1], never


def test_no_file_of_a_list_runs_it_either(poisoned: dict[int, str]) -> None:
    client = client_of(people()["secretariat"])
    with_code = 0
    for address, answer in reached(client, "/"):
        path = urlsplit(address).path
        if path.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
            cells = [cell for row in rows for cell in row]
            with_code += sum("onerror" in cell for cell in cells)
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], address
        elif path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
                sheets = [book.read(each) for each in book.namelist() if each.startswith("xl/worksheets/sheet")]
            tags = {each.tag.rpartition("}")[2] for sheet in sheets for each in ElementTree.fromstring(sheet).iter()}
            assert tags.isdisjoint({"f", "hyperlink", "hyperlinks"}), address
        elif answer.streaming:
            b"".join(answer.streaming_content)
    assert with_code > 50


def test_no_line_of_a_calendar_comes_from_a_text(poisoned: dict[int, str]) -> None:
    person = Person.objects.get(username=people()["lead"])
    token = make_feed(by=Standing.of(person, TODAY), at=moment(TODAY))
    answer = Client().get(f"/calendar/{token}.ics")
    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
    assert any("onerror" in line for line in lines)
    assert not [line for line in lines if line.startswith("X-INJECTED")]
    assert not [line for line in lines if "\n" in line or "\r" in line]
    assert Calendar.from_ical(answer.content).walk("VEVENT")


def test_no_header_of_a_letter_comes_from_a_text(poisoned: dict[int, str], settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.SITE_ADDRESS = "tracker@example.govt.nz", "https://tracker.example.govt.nz"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    MessageTopic.objects.all().delete()
    Message.objects.all().delete()
    letters = due_letters(on=TODAY, calendar=WorkingDays(), escalate_after=5).letters
    assert letters
    with mail_server() as server:
        sent = [send(letter, now=moment(TODAY), server=server) for letter in letters]
    assert {(message.state, message.error) for message in sent} == {("sent", "")}
    for each in mail.outbox:
        raw = each.message()
        assert "\n" not in each.subject
        assert "X-INJECTED" not in raw
        assert len(each.to) == 1
    assert any("onerror" in each.body for each in mail.outbox)
    assert not [trouble for each in mail.outbox for trouble in troubles_of(str(each.alternatives[0].content))]
