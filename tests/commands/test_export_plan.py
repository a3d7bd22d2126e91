"""``export_plan``: the exchange JSON and the published document, byte for byte, from the database alone."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from activities.actions.loading import load_plan
from activities.actions.status import update_status
from activities.models import ActionPlan
from activities.plan_document import BodyDirectory, dumps, parse_plan
from activities.statuses import DeliveryStatus
from activities.workflow import Statement
from tests.world import FIXTURES, PROGRAM, moment
from tnoc_tracker.record.writing import record

SOURCE = FIXTURES / "tnoc-action-plan-2021-22.txt"
EXCHANGE = FIXTURES / "tnoc-action-plan-2021-22.json"
BODIES = BodyDirectory.from_json((FIXTURES / "bodies.json").read_text(encoding="utf-8"))


@pytest.fixture
def export(capfdbinary):
    """Run the command; the bytes on standard output."""

    def run(*arguments: str) -> bytes:
        capfdbinary.readouterr()
        call_command("export_plan", *arguments)
        return capfdbinary.readouterr().out

    return run


def as_loaded(content: bytes) -> bytes:
    """The export without the position at its end: what was loaded, byte for byte."""
    before, _, position = content.partition(b',\n  "position": {')
    assert position
    return before + b"\n}\n"


def load(document: bytes, slug: str = "another", **options) -> dict:
    exchange = parse_plan(document, name="another.txt", directory=BODIES, slug=slug, fiscal_year_starts_in=7, **options)
    load_plan(exchange=exchange, by=PROGRAM, at=moment(date(2022, 2, 15)))
    return exchange


def test_the_exchange_json_is_the_fixture_byte_for_byte(world, export):
    assert export() == export("--format", "json")
    assert as_loaded(export()) == EXCHANGE.read_bytes()


def test_the_document_comes_back_byte_for_byte(world, export):
    assert export("--format", "source") == SOURCE.read_bytes()


def test_people_s_work_changes_neither(world, export):
    said = Statement(DeliveryStatus.ON_TRACK, what_was_done="Two workshops")
    update_status(activity=world.activity(12), statement=said, by=PROGRAM, at=world.now)

    assert as_loaded(export()) == EXCHANGE.read_bytes()


@pytest.mark.parametrize(
    "document",
    [
        SOURCE.read_bytes().replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + SOURCE.read_bytes(),
        SOURCE.read_bytes() + b"\n",
        SOURCE.read_bytes() + b"\n\n\n",
        SOURCE.read_bytes().replace(b"Q1 FY2021/22", b"Q1 FY2021/22\t\t", 1),
    ],
    ids=["CRLF", "byte order mark", "final newline", "blank lines", "ragged row"],
)
def test_a_document_of_another_make_comes_back_byte_for_byte_too(world, export, document):
    exchange = load(document)

    assert export("--plan", "another", "--format", "source") == document
    assert as_loaded(export("--plan", "another")).decode() == dumps(exchange)


def test_the_latest_edition_is_what_comes_out(world, export):
    corrected = SOURCE.read_bytes().replace(b"2. NZ TNOC Handbook", b"2. TNOC Handbook")
    load(corrected, slug="tnoc-2021-22")

    assert export("--format", "source") == corrected


def test_without_a_name_it_is_the_current_plan(world, export):
    load(SOURCE.read_bytes().replace(b"2021/22", b"2022/23"))

    assert as_loaded(export()) == EXCHANGE.read_bytes()


def test_the_current_plan_follows_the_day(world, export, settings):
    exchange = load(SOURCE.read_bytes().replace(b"2021/22", b"2022/23"))
    settings.TNOC_TODAY = date(2022, 7, 1)

    assert as_loaded(export()).decode() == dumps(exchange)


def test_an_unknown_plan_is_refused_and_the_known_ones_named(world):
    with pytest.raises(CommandError, match=r"There is no plan “nowhere”. Loaded: tnoc-2021-22\."):
        call_command("export_plan", "--plan", "nowhere")


def test_a_plan_without_a_document_says_so(world):
    plan = ActionPlan(
        slug="bare", title="Bare", starts_on=date(2022, 7, 1), ends_on=date(2023, 6, 30), fiscal_year_starts_in=7
    )
    record(plan, by=PROGRAM.actor, at=world.now)

    with pytest.raises(CommandError, match="No document was ever loaded for bare"):
        call_command("export_plan", "--plan", "bare", "--format", "source")


def test_where_output_is_text_it_is_the_same_text(world):
    out = StringIO()
    call_command("export_plan", stdout=out)

    assert as_loaded(out.getvalue().encode()) == EXCHANGE.read_bytes()


def test_there_is_no_other_form():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("export_plan", "--format", "xml")
