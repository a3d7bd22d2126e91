"""``load_plan``: what it says, what it refuses, and that it writes everything or nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.actions.words import edit_words
from activities.models import ActionPlan, Activity, PlanDocument
from agencies.models import Body
from tests.actions.helpers import entries_written
from tests.world import FIXTURES, PROGRAM, exchange
from tnoc_tracker.record.clock import machine_now
from tnoc_tracker.record.days import start_of_day

FIXTURE = FIXTURES / "tnoc-action-plan-2021-22.json"


def load(*arguments: object, **options: Any) -> str:
    """Run the command; what it printed."""
    out = StringIO()
    call_command("load_plan", *(str(each) for each in arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def fixture(tmp_path: Path):
    """Writes an exchange to a file of its own."""

    def write(given: object, name: str = "plan.json") -> Path:
        path = tmp_path / name
        path.write_bytes(given if isinstance(given, bytes) else json.dumps(given).encode())
        return path

    return write


def another(**plan: object) -> dict[str, Any]:
    """The published plan under another slug."""
    given = deepcopy(exchange())
    given["plan"] |= {"slug": "another", **plan}
    return given


def refusal_of(*arguments: object) -> str | None:
    """What the command says where it refuses; anything but a refusal with a sentence comes through."""
    try:
        load(*arguments)
    except CommandError as error:
        return str(error)
    return None


# Loading ------------------------------------------------------------------------------------------------------------


def test_a_first_loading_counts_from_now_and_is_made_by_the_program(world, fixture):
    said = load(fixture(another()))

    entry = ActionPlan.history.get(slug="another")
    assert entry.history_date.astimezone(world.now.tzinfo).date() == world.today  # the register's clock
    assert (entry.actor_name, entry.history_user_id, entry.request[:9]) == ("load_plan", None, "load_plan")
    assert abs((machine_now() - entry.written_at).total_seconds()) < 300
    assert said.startswith("Added:\n  plan another: TRANSNATIONAL ORGANISED CRIME STRATEGY: ACTION PLAN 2021/22\n")
    assert "  activity 17 Information sharing training for staff (1 role, 1 milestone)\n" in said
    assert said.endswith("Loaded another from tnoc-action-plan-2021-22.txt.\n")


def test_loading_twice_does_nothing_the_second_time_and_says_so(world):
    before = entries_written()

    assert load(FIXTURE) == ("Nothing to do: tnoc-2021-22 is in the register as tnoc-action-plan-2021-22.txt has it.\n")
    assert entries_written() == before


def test_a_later_edition_says_what_it_adds_changes_and_leaves_to_people(world, fixture):
    edit_words(activity=world.activity(3), title="Ours", description="Ours.", reason="?", by=PROGRAM, at=world.now)
    given = deepcopy(exchange())
    for row, title in zip(given["activities"][1:3], ("New handbook", "New review"), strict=True):
        row["title"] = title
    said = load(fixture(given))

    assert said == (
        "Added:\n"
        "  edition 2 of the document\n"
        "Changed:\n"
        "  activity 2 New handbook: title, published title\n"
        "  activity 3 Ours: published title\n"
        "Left to people:\n"
        "  activity 3 Ours: the working title was changed by people and stays\n"
        "Loaded tnoc-2021-22 from tnoc-action-plan-2021-22.txt.\n"
    )


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(world, fixture):
    before = entries_written()
    given = another()
    given["bodies"].append({"name": "GCSB", "short": "GCSB", "name_mi": None, "also": [], "kind": "agency"})
    said = load(fixture(given), "--dry-run")

    assert said.startswith("Would add:\n  body GCSB\n  plan another")
    assert said.endswith("Dry run: nothing was written.\n")
    assert entries_written() == before
    assert not ActionPlan.objects.filter(slug="another").exists()


def test_a_dry_run_of_a_later_edition_says_what_it_would_change(world, fixture):
    given = deepcopy(exchange())
    given["activities"][1]["title"] = "New handbook"
    said = load(fixture(given), "--dry-run")

    assert "Would change:\n  activity 2 New handbook: title, published title\n" in said
    assert world.activity(2).title == "NZ TNOC Handbook"
    assert PlanDocument.objects.count() == 1


# --recorded-at ------------------------------------------------------------------------------------------------------


def test_a_first_loading_can_count_from_a_past_day_and_says_so(world, fixture):
    said = load(fixture(another()), "--recorded-at", "2021-08-02")

    entries = Activity.history.filter(plan_id=ActionPlan.objects.get(slug="another").id)
    assert {entry.history_date for entry in entries} == {start_of_day(date(2021, 8, 2))}
    assert min(entry.written_at for entry in entries) > start_of_day(date(2022, 2, 15))
    assert said.endswith("The entries count from 2 August 2021: entered 15 February 2022 for 2 August 2021.\n")


def test_a_plan_that_is_there_cannot_be_dated_back(world, fixture):
    before = entries_written()
    changed = deepcopy(exchange())
    changed["activities"][1]["title"] = "New handbook"

    for path in (FIXTURE, fixture(changed)):
        with pytest.raises(CommandError, match="already: --recorded-at is for the first loading only"):
            load(path, "--recorded-at", "2021-08-02")
    assert entries_written() == before


@pytest.mark.parametrize("day", ["2022-02-15", "2022-02-16", "2030-01-01"])
def test_only_a_past_day_can_be_dated_back_to(world, fixture, day):
    with pytest.raises(CommandError, match="is for a past day"):
        load(fixture(another()), "--recorded-at", day)


@pytest.mark.parametrize("day", ["yesterday", "01/07/2021", "2021-13-01", ""])
def test_a_day_that_is_none_is_refused(world, fixture, day):
    with pytest.raises(CommandError, match="is no date such as 2021-07-01"):
        load(fixture(another()), f"--recorded-at={day}")


def test_a_day_before_the_bodies_were_known_is_refused(world, fixture):
    with pytest.raises(CommandError, match="on record from 1 July 2021 only"):
        load(fixture(another()), "--recorded-at", "2021-06-30")
    assert not ActionPlan.objects.filter(slug="another").exists()


# Refusals -----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read: No such file or directory"):
        load(tmp_path / "nowhere.json")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        load(tmp_path)


DEEP = b"[" * 200_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is no plan exchange JSON"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        (b"Activity\tDescription", "Make one with parse_plan"),
        (b"{", "is no plan exchange JSON"),
        (DEEP, "is no plan exchange JSON"),
        (b'{"version": NaN}', "NaN is no JSON"),
        (b"9" * 10_000, "is no plan exchange JSON"),
        (b"[]", "A plan exchange is a JSON object"),
        (b"null", "A plan exchange is a JSON object"),
        (b'{"version": 2}', "reads version 1"),
        (b'{"version": 1}', "has no plan"),
        (b'{"version": 1e400}', "reads version 1"),
    ],
)
def test_a_file_that_is_no_exchange_is_refused_with_a_sentence(world, fixture, content, says):
    with pytest.raises(CommandError, match=says):
        load(fixture(content))


def test_nulls_in_the_plan_are_refused_and_every_one_is_named(world, fixture):
    with pytest.raises(CommandError, match=r"(?s)Plan\.title.*Plan\.period") as caught:
        load(fixture(another(title=None, period=None)))

    assert "nothing was written" in str(caught.value)
    assert not ActionPlan.objects.filter(slug="another").exists()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("plan", "slug"), "a" * 300),
        (("plan", "slug"), "../../etc"),
        (("plan", "period"), ["0900-07-01", "0901-06-30"]),
        (("plan", "title"), "nul \0 byte"),
        (("plan", "title"), "half a pair \ud800"),
        (("plan", "period"), ["0001-01-01", "9999-12-31"]),
        (("plan", "period"), ["2022-06-30", "2021-07-01"]),
        (("plan", "fiscal_year_starts_in"), 13),
        (("plan", "fiscal_year_starts_in"), True),
        (("focus_areas", 0, "code"), "x" * 10_000),
        (("activities", 0, "number"), 10**30),
        (("activities", 0, "number"), -1),
        (("activities", 0, "roles", 0, "body"), "Nobody"),
        (("activities", 4, "milestones", 1, "interval_months"), 0),
        (("activities", 4, "milestones", 1, "interval_months"), -6),
        (("activities", 4, "milestones", 1, "interval_months"), None),
        (("activities", 4, "milestones", 1, "interval_months"), 10**9),
        (("activities", 4, "milestones", 0, "due"), None),
        (("activities", 4, "milestones", 0, "due"), "9999-12-31"),
        (("activities", 4, "milestones", 0, "quarter"), 7),
        (("bodies", 0, "kind"), "pirate"),
        (("bodies", 0, "name"), ""),
    ],
)
def test_a_hostile_value_is_refused_or_loaded_whole_never_half(world, fixture, place, value):
    given = another()
    *path, last = place
    target: Any = given
    for step in path:
        target = target[step]
    target[last] = value
    before = entries_written()
    refusal = refusal_of(fixture(given))

    if refusal is None:
        assert Activity.objects.filter(plan__slug="another").count() == 21
    else:
        assert entries_written() == before
        assert refusal.endswith(".")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2021-07-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), junk=JUNK)
def test_junk_anywhere_in_an_exchange_is_refused_with_a_sentence_never_a_traceback(world, tmp_path, data, junk):
    given = another()
    target: Any = given
    while True:
        steps = list(target) if isinstance(target, dict) else list(range(len(target)))
        step = data.draw(st.sampled_from(steps))
        if not (isinstance(target[step], dict | list) and target[step] and data.draw(st.booleans())):
            break
        target = target[step]
    target[step] = junk
    path = tmp_path / "junk.json"
    path.write_text(json.dumps(given))

    refusal = refusal_of(path, "--dry-run")
    assert refusal is None or refusal.endswith(".")


# The directory of bodies --------------------------------------------------------------------------------------------


def test_another_directory_of_bodies_can_be_named(world, fixture):
    bodies = fixture([{"name": "X", "short": "X", "name_mi": None, "also": [], "kind": "agency"}], "bodies.json")

    assert "Loaded another" in load(fixture(another()), "--bodies", bodies)
    assert not Body.objects.filter(name="X").exists()  # a directory names bodies; a plan brings them in


@pytest.mark.parametrize("content", [b"", b"{}", b'[{"name": 1}]', b"\xff"])
def test_a_directory_that_is_none_is_refused(world, fixture, content):
    with pytest.raises(CommandError, match=r"bodies\.json is no"):
        load(fixture(another()), "--bodies", fixture(content, "bodies.json"))
