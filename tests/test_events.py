"""The log of events: one line of JSON each, on standard output, without any text of the plan."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.generated import at_risk, say
from tests.world import FIXTURES, TODAY, World
from tnoc_tracker.record.change import in_request
from tnoc_tracker.record.events import JsonLines, log, note


@pytest.fixture
def lines() -> Any:
    """What the log of events wrote, parsed."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    level, log.level = log.level, logging.INFO
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    log.level = level
    log.removeHandler(handler)


def test_a_line_says_when_what_and_in_which_request(lines: Callable[[], list[dict[str, Any]]]):
    with in_request("abc"):
        note("exported", list="overdue", person=7, source="", body=None)
    (line,) = lines()
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "tnoc.access",
        "event": "exported",
        "list": "overdue",
        "person": 7,
        "request": "abc",
    }


def test_no_value_can_forge_a_line(lines: Callable[[], list[dict[str, Any]]]):
    note("refused", path='/x\n{"event": "signed-in"}', name='a"b\u2028c')
    (line,) = lines()
    assert (line["path"], line["name"]) == ('/x\n{"event": "signed-in"}', 'a"b\u2028c')


def test_an_error_of_our_own_is_one_line_too(lines: Callable[[], list[dict[str, Any]]]):
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        log.exception("It failed")
    (line,) = lines()
    assert (line["level"], line["message"]) == ("ERROR", "It failed")
    assert "ValueError: first\nsecond" in line["traceback"]


def test_exports_and_verifications_are_told_without_a_text_of_the_plan(
    world: World, sign_in: Callable[[str], Client], lines: Callable[[], list[dict[str, Any]]]
):
    say(world, 12, TODAY, at_risk("The reason nobody may find in a log.", "A path as quiet."))
    client = sign_in("police")
    for name in ("activities.csv", "overdue.xlsx", "audit.csv"):
        answer = client.get(f"/plans/tnoc-2021-22/{name}")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
    assert client.post("/plans/tnoc-2021-22/activities/7/update/", {"reason": "Typed in vain"}).status_code == 403
    call_command("verify_history", stdout=StringIO(), stderr=StringIO())
    call_command("export_plan", "--format", "history", stdout=StringIO())
    told = lines()
    assert [line["event"] for line in told][-6:] == ["exported"] * 3 + ["refused", "verified", "exported"]
    assert [line.get("form") for line in told if line["event"] == "exported"] == ["csv", "xlsx", "csv", "history"]
    assert {line["name"] for line in told if line["event"] == "refused"} == {"police"}
    everything = json.dumps(told)
    for words in ("nobody may find", "as quiet", "in vain", world.activity(12).title):
        assert words not in everything


def test_in_production_it_goes_to_standard_output_and_a_command_keeps_that_to_itself():
    program = (
        "import django, sys; django.setup(); from tnoc_tracker.record.events import note; note('refused', path='/x')"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tnoc_tracker.settings", "SECRET_KEY": settings.SECRET_KEY}
    for value, stream in (("", "stdout"), ("stderr", "stderr")):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=FIXTURES.parent,
            env={**environment, "EVENTS_TO": value},
            capture_output=True,
            check=True,
            text=True,
        )
        assert json.loads(getattr(done, stream))["path"] == "/x"
        assert "refused" not in getattr(done, "stderr" if stream == "stdout" else "stdout")


@pytest.mark.parametrize(
    ("behind", "forwarded", "source"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
    ],
)
def test_who_is_refused_is_noted_with_where_from_also_behind_a_proxy(
    lines: Callable[[], list[dict[str, Any]]], world: World, settings: Any, behind: bool, forwarded: str, source: str
):
    settings.BEHIND_PROXY = behind
    asked = {"username": "police", "password": "not the one"}
    Client(headers={"X-Forwarded-For": forwarded} if forwarded else {}).post("/sign-in/", asked)

    assert [line["source"] for line in lines() if line["event"] == "sign-in-refused"] == [source]
